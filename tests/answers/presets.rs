//! `preset = "…"`: a ready set of entities beneath the person's own answers.

use super::support::{accepted, read_as};
use scaffold::answers::Format;
use scaffold::spec::{Entity, FieldKind, Spec};

const TWO_LINES: &str = "preset = \"ecommerce\"\nproject.name = \"shop\"\nstack.framework = \"fastapi\"\n";

fn with(more: &str) -> String {
    format!("{TWO_LINES}{more}")
}

fn entity<'s>(spec: &'s Spec, name: &str) -> &'s Entity {
    spec.entities.iter().find(|it| it.name.declared() == name).expect(name)
}

fn names(spec: &Spec) -> Vec<&str> {
    spec.entities.iter().map(|it| it.name.declared()).collect()
}

#[test]
fn a_preset_brings_its_entities_and_leaves_no_trace_in_what_is_kept() {
    let checked = accepted(TWO_LINES);
    let all = ["Category", "Product", "Address", "Cart", "CartItem", "Order", "OrderItem", "Payment"];
    assert_eq!(names(&checked.spec), all);
    assert!(!checked.canonical.contains("preset"), "{}", checked.canonical);
    assert_eq!(accepted(&checked.canonical).canonical, checked.canonical);
}

#[test]
fn the_persons_field_wins_and_keeps_its_place() {
    let plain = accepted(TWO_LINES).spec;
    let spec = accepted(&with("[entities.Product]\nfields.price = \"decimal(8,3) > 1\"\naudit = false\n")).spec;
    let product = entity(&spec, "Product");
    assert!(!product.audit && product.soft_delete, "what is not overridden stays");
    let order = |entity: &Entity| entity.fields.iter().map(|it| it.name.declared().to_owned()).collect::<Vec<_>>();
    assert_eq!(order(product), order(entity(&plain, "Product")));
    let FieldKind::Decimal { precision: 8, scale: 3, .. } = product.field("price").unwrap().kind else {
        panic!("{product:?}")
    };
    assert_eq!(product.field("price").unwrap().doc, None, "a field is overridden as a whole");
}

#[test]
fn entities_can_be_added_that_refer_to_the_presets() {
    let spec =
        accepted(&with("[entities.Review]\nfields.stars = \"integer 1..5\"\nfields.product = \"-> Product\"\n")).spec;
    assert_eq!(names(&spec).last(), Some(&"Review"));
    assert_eq!(entity(&spec, "Review").relations[0].target, "Product");
}

#[test]
fn a_field_takes_the_place_of_a_relation_of_its_name() {
    let spec = accepted(&with("[entities.OrderItem]\nfields.product = \"string\"\nunique = []\n")).spec;
    let item = entity(&spec, "OrderItem");
    assert!(item.relation("product").is_none() && item.field("product").is_some());
    let spec = accepted(&with("[entities.Product]\nrelations.category = { many_to_many = \"Category\" }\n")).spec;
    assert_eq!(entity(&spec, "Product").relations.iter().filter(|it| it.name.declared() == "category").count(), 1);
}

#[test]
fn mistakes_are_shown_in_the_persons_file() {
    let problems = read_as(Format::Toml, &with("[entities.Product]\nfields.weight = \"flaot\"\n"), &[]).unwrap_err();
    assert!(problems.contains(" --> shop.toml:5:18") && problems.contains("did you mean `float`?"), "{problems}");
}

#[test]
fn what_an_override_breaks_in_the_preset_says_so() {
    let problems = read_as(Format::Toml, &with("[entities.Product]\nfields.sku = \"json\"\n"), &[]).unwrap_err();
    assert!(
        problems.contains(" --> preset ecommerce:") && problems.contains("this line is the preset's"),
        "{problems}"
    );
}

#[test]
fn the_preset_may_be_set_and_given_in_every_format() {
    let toml = accepted(TWO_LINES);
    let json = r#"{"preset": "ecommerce", "project": {"name": "shop"}, "stack": {"framework": "fastapi"}}"#;
    for format in [Format::Json, Format::Yaml] {
        assert_eq!(read_as(format, json, &[]).unwrap().canonical, toml.canonical);
    }
    let without = TWO_LINES.replace("preset = \"ecommerce\"\n", "");
    assert_eq!(read_as(Format::Toml, &without, &[("preset", "ecommerce")]).unwrap().canonical, toml.canonical);
}

#[test]
fn orders_of_the_shop_go_their_way_by_commands_and_signed_events_alone() {
    let spec = accepted(TWO_LINES).spec;
    let order = entity(&spec, "Order");
    assert!(order.field("status").unwrap().read_only, "a customer cannot say that he has paid");
    let [webhook] = spec.webhooks.as_slice() else { panic!("{:?}", spec.webhooks) };
    for event in &webhook.events {
        let (entity, command) = event.target(&spec).expect(event.kind.as_str());
        assert_eq!(entity.name.declared(), "Order");
        assert_eq!(command.access.len(), 1, "{}: for admins and whoever signs", command.name.declared());
    }
    let asks = spec.handlers.iter().find(|it| it.calls.is_some()).expect("a handler that asks for the money");
    assert_eq!(asks.on, "OrderPlaced");
}
