//! The answers file as a JSON Schema (draft 2020-12), so that editors complete keys and show mistakes while one types.
//!
//! It is made from the tables that the checker uses. It never refuses what the checker accepts; what a schema cannot
//! say is named in its description.

mod entity;
mod field;
mod parts;
mod settings;
mod work;

use super::Catalogue;
use parts::{described, named, object};
use serde_json::{Value, json};

const DESCRIPTION: &str = "What `scaffold new --answers FILE` makes a project from; TOML, YAML and JSON carry the same keys. \
    `scaffold answers check FILE` also checks what a schema cannot say: that entities, enumerations, fields, roles and events \
    which are referred to exist; that names stay different in every casing, path and table; that limits leave something allowed and that \
    defaults and examples keep to them; patterns, schedules and expressions; relations in a circle; and what the chosen \
    framework cannot do.";

/// The schema for these questions and presets.
pub fn schema(catalogue: &Catalogue<'_>) -> Value {
    let mut properties = settings::properties(catalogue);
    let enums = named(&parts::pascal(), &enumeration());
    properties.insert("enums".into(), described(enums, "Named enumerations: `Category = [\"book\", \"toy\"]`."));
    let mut entities = named(&parts::entity_name(), &json!({ "$ref": "#/$defs/entity" }));
    entities["minProperties"] = json!(1);
    entities["maxProperties"] = json!(super::check::MOST_ENTITIES);
    properties.insert(
        "entities".into(),
        described(entities, "The kinds of rows that the service keeps, by PascalCase name."),
    );
    properties.extend(work::sections());
    let mut schema = object(properties, &[]);
    let head = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Answers of scaffold",
        "description": DESCRIPTION,
    });
    let Value::Object(mut whole) = head else { return schema };
    if let Value::Object(body) = schema.take() {
        whole.extend(body);
    }
    // Included files and presets may bring what is required.
    whole.insert("if".into(), json!({ "not": { "required": ["include"] } }));
    whole.insert(
        "then".into(),
        json!({
            "required": ["project", "stack"],
            "anyOf": [{ "required": ["entities"] }, { "required": ["preset"] }],
        }),
    );
    whole.insert(
        "$defs".into(),
        json!({
            "entity": entity::entity(),
            "field": field::stored(),
            "message_field": field::message(),
            "line": field::line(),
            "relation": entity::relation(),
            "grants": entity::grants(),
            "values": enumeration(),
        }),
    );
    Value::Object(whole)
}

/// The values of an enumeration.
fn enumeration() -> Value {
    let value = json!({ "type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_-]*$", "maxLength": 40 });
    let labelled = object(
        [
            ("value".to_owned(), described(value.clone(), "What bodies hold.")),
            ("label".to_owned(), described(parts::free_text(), "What people read.")),
        ]
        .into_iter()
        .collect(),
        &["value"],
    );
    json!({ "type": "array", "minItems": 1, "maxItems": 100, "uniqueItems": true, "items": { "anyOf": [value, labelled] } })
}
