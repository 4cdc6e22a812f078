//! Values that make sense in an example, made from the spec alone.

use crate::spec::{Entity, Field, JsonCase, Name, RelationKind, Spec, samples_of};
use serde_json::{Map, Value, json};

/// An identifier that looks like those of the service; equal numbers give equal ones.
pub fn id(number: u32) -> String {
    format!("019a0000-0000-7000-8000-{number:012x}")
}

/// The moment that every example takes place at.
pub const MOMENT: &str = "2026-01-31T09:30:00.000Z";

/// A value that the field accepts.
pub fn value(spec: &Spec, field: &Field) -> Value {
    let owner = spec.entities.iter().find(|entity| entity.fields.iter().any(|it| std::ptr::eq(it, field)));
    match owner {
        Some(entity) => entity.samples(field, &spec.enums, 0).typical,
        None => samples_of(field, None, &spec.enums, 0).typical,
    }
}

/// A name in the case of the project's JSON.
pub fn key(spec: &Spec, name: &Name) -> String {
    if spec.api.json_case == JsonCase::Camel { name.camel() } else { name.snake() }
}

/// A body that creates a row, references left to the caller of `reference` (the target's name → an id).
pub fn body(spec: &Spec, entity: &Entity, reference: &dyn Fn(&str) -> String) -> Map<String, Value> {
    let mut body = Map::new();
    for field in entity.fields.iter().filter(|it| !it.read_only) {
        body.insert(key(spec, &field.name), value(spec, field));
    }
    for relation in entity.relations.iter().filter(|it| it.required) {
        body.insert(key(spec, &relation.key()), reference(&relation.target).into());
    }
    body
}

/// A row as it is answered, without expansions.
pub fn row(spec: &Spec, entity: &Entity) -> Map<String, Value> {
    let own = |name: &str| key(spec, &Name::new(name));
    let mut row = Map::new();
    row.insert(own("id"), id(1).into());
    for field in entity.fields.iter().filter(|it| !it.private) {
        row.insert(key(spec, &field.name), value(spec, field));
    }
    for relation in &entity.relations {
        let sample = match relation.kind {
            RelationKind::ManyToMany => json!([id(2), id(3)]),
            _ => json!(id(2)),
        };
        row.insert(key(spec, &relation.key()), sample);
    }
    if entity.has_owner() {
        row.insert(own("owner_id"), id(4).into());
    }
    row.insert(own("version"), 1.into());
    row.insert(own("created_at"), MOMENT.into());
    row.insert(own("updated_at"), MOMENT.into());
    row
}
