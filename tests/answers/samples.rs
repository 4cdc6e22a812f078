//! Sample values: allowed where they say so, refused where they say so.

use super::support::accepted;
use scaffold::spec::{Field, Spec, check_value, samples};
use serde_json::Value;
use std::collections::BTreeSet;

fn each(spec: &Spec, mut check: impl FnMut(&Field)) {
    spec.entities.iter().flat_map(|it| &it.fields).for_each(&mut check);
}

fn items(field: &Field, value: &Value) -> Vec<Value> {
    match (field.list, value) {
        (Some(_), Value::Array(items)) => items.clone(),
        _ => vec![value.clone()],
    }
}

#[test]
fn samples_are_what_they_claim_to_be() {
    for text in [include_str!("wide.toml"), include_str!("../../examples/shop.toml"), include_str!("full.toml")] {
        let spec = accepted(text).spec;
        each(&spec, |field| {
            for seed in 0..40 {
                let made = samples(field, &spec.enums, seed);
                assert_eq!(made, samples(field, &spec.enums, seed), "the same for the same seed");
                for allowed in [Some(&made.typical), made.lowest.as_ref(), made.highest.as_ref()].into_iter().flatten()
                {
                    for item in items(field, allowed) {
                        let checked = check_value(&field.kind, &spec.enums, &item);
                        assert_eq!(checked.as_ref(), Ok(&item), "{} {made:?}", field.name.declared());
                    }
                }
                for refused in [&made.too_low, &made.too_high, &made.wrong].into_iter().flatten() {
                    let faults = items(field, &refused.value)
                        .iter()
                        .filter_map(|item| check_value(&field.kind, &spec.enums, item).err().map(|it| it.rule))
                        .collect::<Vec<_>>();
                    let too_many = field.list.is_some_and(|most| items(field, &refused.value).len() > most as usize);
                    assert!(too_many || faults.first() == Some(&refused.rule), "{} {refused:?}", field.name.declared());
                }
                assert!(made.wrong.is_some(), "{}", field.name.declared());
            }
        });
    }
}

#[test]
fn unique_fields_get_different_values() {
    let spec = accepted(include_str!("wide.toml")).spec;
    each(&spec, |field| {
        if field.unique {
            let made: BTreeSet<String> =
                (0..50).map(|seed| samples(field, &spec.enums, seed).typical.to_string()).collect();
            assert!(made.len() >= 26, "{} {made:?}", field.name.declared());
        }
    });
}

#[test]
fn values_make_sense_to_a_person() {
    let spec = accepted(include_str!("../../examples/shop.toml")).spec;
    let field =
        |entity: &str, name: &str| samples(spec.entity(entity).unwrap().field(name).unwrap(), &spec.enums, 1).typical;
    assert_eq!(field("Product", "name"), "Wooden Blocks");
    assert_eq!(field("Product", "price"), "19.65");
    assert_eq!(field("Supplier", "email"), "grace.hopper@example.com");
}

#[test]
fn boundaries_lie_at_the_limits() {
    let text = "[project]\nname = \"ab\"\n[stack]\nframework = \"gin\"\n[entities.A]\n\
        fields.a = \"decimal(4,2) > 0 <= 9.5\"\nfields.b = \"string 2..3\"\nfields.c = \"date 2026-01-01..\"\n\
        fields.d = \"integer\"\nfields.e = { type = \"string\", pattern = \"^[A-Z]{2}-\\\\d{3}(x|y)?$\" }\nfields.f = \"float >= 1 < 2\"\n";
    let spec = accepted(text).spec;
    let shown = |index: usize| {
        let it = samples(&spec.entities[0].fields[index], &spec.enums, 0);
        let text = |value: Option<Value>| value.map_or("-".to_owned(), |it| it.to_string());
        let refused =
            |it: Option<scaffold::spec::Refused>| it.map_or("-".to_owned(), |it| format!("{} {}", it.value, it.rule));
        [text(it.lowest), text(it.highest), refused(it.too_low), refused(it.too_high), refused(it.wrong)].join(" | ")
    };
    assert_eq!(shown(0), "\"0.01\" | \"9.50\" | \"0.00\" above | \"9.51\" max | \"1,5\" format");
    assert_eq!(shown(1), "\"b \" | \"b 1\" | \"b\" min | \"b 1.\" max | 5 type".replace("\"b \"", "\"b.\""));
    assert_eq!(shown(2), "\"2026-01-01\" | - | \"2025-12-31\" min | - | \"2026-02-30\" format");
    assert_eq!(shown(3), "-2147483648 | 2147483647 | -2147483649 min | 2147483648 max | \"5\" type");
    assert!(shown(4).ends_with("\"!\" pattern"), "{}", shown(4));
    assert_eq!(shown(5), "1.0 | - | 0.0 min | 2.0 below | \"5\" type");
}

#[test]
fn numbers_and_days_of_a_unique_field_differ_as_long_as_there_are_others() {
    let text = r#"
        project.name = "many"
        stack.framework = "fastapi"
        [entities.Thing]
        fields.code = "integer 100..599 unique"
        fields.far = "long 5000000000.. unique"
        fields.below = "integer ..-5 unique"
        fields.around = "integer 5..12 unique"
        fields.year = "integer 1900..2100 unique"
        fields.stars = "integer 1.. unique"
        fields.price = "decimal(6,2) 100..104 unique"
        fields.day = "date unique"
    "#;
    let spec = accepted(text).spec;
    each(&spec, |field| {
        let made: BTreeSet<String> = (0..400)
            .map(|seed| {
                let typical = samples(field, &spec.enums, seed).typical;
                assert!(check_value(&field.kind, &spec.enums, &typical).is_ok(), "{typical}");
                typical.to_string()
            })
            .collect();
        let room = match field.name.declared() {
            "around" => 8,
            "year" => 201,
            _ => 400,
        };
        assert_eq!(made.len(), room, "{} {made:?}", field.name.declared());
    });
}

#[test]
fn texts_of_a_pattern_differ_as_long_as_there_are_others() {
    let text = "[project]\nname = \"ab\"\n[stack]\nframework = \"gin\"\n[entities.A]\n\
        fields.a = { type = \"string\", pattern = \"^IMO[0-9]{7}$\", unique = true }\n\
        fields.b = { type = \"string\", pattern = \"^(x|yz)[A-C]-[a-f0-9]{2}$\" }\n";
    let spec = accepted(text).spec;
    for (index, seeds, texts) in [(0, 300, 300), (1, 300, 300)] {
        let all =
            (0..seeds).map(|seed| samples(&spec.entities[0].fields[index], &spec.enums, seed).typical.to_string());
        assert_eq!(all.collect::<std::collections::BTreeSet<_>>().len(), texts);
    }
}
