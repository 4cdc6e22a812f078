//! What must be accepted as it stands.

use super::support::accepted;
use scaffold::spec::{Action, Default, FieldKind, Grant, Pagination, RelationKind};

#[test]
fn the_example_of_the_reference_is_accepted_as_it_is() {
    let spec = accepted(include_str!("spec.toml")).spec;
    let product = &spec.entities[0];
    assert_eq!(
        product.fields.iter().map(|it| it.kind.id()).collect::<Vec<_>>(),
        ["string", "decimal", "enum", "text", "boolean"]
    );
    assert_eq!(product.search, ["name", "description"]);
    assert_eq!(product.filter, ["name", "price", "category", "inStock", "createdAt", "updatedAt"]);
    assert_eq!(product.sort, product.filter);
    assert_eq!(product.access.update, [Grant::Role("admin".to_owned()), Grant::Owner]);
    assert_eq!(product.approval[0].on, Action::Update);
    assert_eq!(product.fields[4].default, Some(Default::Value(true.into())));
    let FieldKind::Decimal { precision: 12, scale: 2, limits } = &product.fields[1].kind else { panic!("decimal") };
    assert!(!limits.lower.as_ref().unwrap().inclusive);
    assert_eq!(spec.stack.ci, ["github-actions"]);
    assert_eq!(spec.project.title, "Products");
}

#[test]
fn the_example_shop_is_accepted() {
    let spec = accepted(include_str!("../../examples/shop.toml")).spec;
    let product = spec.entity("Product").unwrap();
    assert!(product.soft_delete && product.audit);
    assert_eq!(product.filter.last().unwrap(), "updatedAt");
    assert!(product.filter.contains(&"supplier".to_owned()));
    assert_eq!(product.relation("supplier").unwrap().inverse.as_ref().unwrap().camel(), "products");
    assert_eq!(product.relation("tags").unwrap().key().camel(), "tagIds");
}

#[test]
fn the_wide_example_is_accepted() {
    let spec = accepted(include_str!("wide.toml")).spec;
    assert!(spec.entities.len() >= 8);
    let kinds: std::collections::BTreeSet<&str> =
        spec.entities.iter().flat_map(|it| &it.fields).map(|it| it.kind.id()).collect();
    assert_eq!(kinds.len(), 14, "every type");
    let forms = |kind| spec.entities.iter().flat_map(|it| &it.relations).filter(|it| it.kind == kind).count();
    assert!(
        [RelationKind::ManyToOne, RelationKind::OneToOne, RelationKind::ManyToMany].into_iter().all(|it| forms(it) > 1)
    );
    assert_eq!(spec.entity("Lister").unwrap().pagination, Pagination::Cursor);
    assert_eq!(spec.entity("Person").unwrap().plural.declared(), "People");
    assert_eq!(spec.entity("Category").unwrap().plural.declared(), "Categories");
    assert_eq!(spec.entity("Class").unwrap().unique, [["class", "type"], ["group", "order"]]);
    let account = spec.entity("Person").unwrap().relation("account").unwrap();
    assert_eq!(account.inverse.as_ref().unwrap().camel(), "person", "a single row is told in the singular");
    let measured = spec.entity("Measured").unwrap();
    let default = |name: &str| measured.field(name).unwrap().default.clone().unwrap();
    assert_eq!(default("discount"), Default::Value("0.10".into()));
    assert_eq!(default("opened"), Default::Now);
    assert_eq!(measured.field("price").unwrap().example, Some("12.5000".into()));
    let FieldKind::DateTime { min: Some(min), .. } = &measured.field("closes").unwrap().kind else {
        panic!("datetime")
    };
    assert_eq!(min, "1999-12-31T23:00:00.000Z");
    assert_eq!(spec.auth.user_fields.len(), 2);
    assert!(!spec.auth.open_registration);
    assert_eq!(spec.enumeration("MeasuredState").unwrap().values[1].label.as_deref(), Some("In work"));
}

#[test]
fn everything_for_later_blueprints_is_read() {
    let spec = accepted(include_str!("full.toml")).spec;
    let order = spec.entity("Order").unwrap();
    assert_eq!((order.rules.len(), order.approval.len(), order.commands.len()), (2, 2, 2));
    assert!(order.rules[0].check.nullable);
    let pay = &order.commands[0];
    assert_eq!(pay.access, [Grant::Owner]);
    assert_eq!(pay.set, [("status".to_owned(), "paid".into()), ("paidOn".to_owned(), "2026-01-31".into())]);
    assert_eq!((pay.input.len(), pay.emits.as_deref()), (2, Some("OrderPaid")));
    assert_eq!(order.commands[1].access, order.access.update, "without a word a command is like an update");
    assert_eq!(spec.jobs[0].schedule.as_deref(), Some("0 3 * * 1"));
    assert_eq!((spec.jobs[0].attempts, spec.jobs[1].attempts), (3, 5));
    assert_eq!(spec.events[0].payload.len(), 2);
    assert_eq!(
        spec.handlers.iter().map(|it| it.on.as_str()).collect::<Vec<_>>(),
        ["OrderPaid", "Order.created", "User.registered"]
    );
    assert!(spec.entities.iter().all(|it| it.audit));
}

#[test]
fn limits_are_read_as_written_and_never_through_a_float() {
    let text = "[project]\nname = \"ab\"\n[stack]\nframework = \"gin\"\n[entities.A]\n\
        fields.a = { type = \"decimal\", precision = 18, scale = 17, min = 0.10000000000000001, max = 0.3 }\n";
    let spec = accepted(text).spec;
    let FieldKind::Decimal { limits, .. } = &spec.entities[0].fields[0].kind else { panic!("decimal") };
    assert_eq!(limits.lower.as_ref().unwrap().value.to_string(), "0.10000000000000001");
    assert_eq!(limits.upper.as_ref().unwrap().value.to_string(), "0.3");
}
