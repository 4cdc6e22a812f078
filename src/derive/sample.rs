//! Values that make sense in an example, made from the spec alone.

use crate::spec::{Bound, Default, Entity, Field, FieldKind, JsonCase, Name, NumberLimits, RelationKind, Spec};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

/// An identifier that looks like those of the service; equal numbers give equal ones.
pub fn id(number: u32) -> String {
    format!("019a0000-0000-7000-8000-{number:012x}")
}

/// The moment that every example takes place at.
pub const MOMENT: &str = "2026-01-31T09:30:00.000Z";

/// A value that the field accepts.
pub fn value(spec: &Spec, field: &Field) -> Value {
    let one = one(spec, field);
    if field.list.is_some() && !one.is_array() { json!([one]) } else { one }
}

fn one(spec: &Spec, field: &Field) -> Value {
    if let Some(example) = &field.example {
        return example.clone();
    }
    if let Some(Default::Value(value)) = &field.default {
        return value.clone();
    }
    match &field.kind {
        FieldKind::String { min, max, .. } | FieldKind::Text { min, max } => text(&field.name, *min, *max).into(),
        FieldKind::Integer(limits) | FieldKind::Long(limits) => {
            serde_json::from_str(&number(limits, 0, 3).to_string()).unwrap_or_default()
        }
        FieldKind::Float(limits) => serde_json::from_str(&number(limits, 1, 3).to_string()).unwrap_or_default(),
        FieldKind::Decimal { scale, precision, limits } => {
            let mut number = number(limits, *scale, *precision - *scale);
            number.rescale(*scale);
            number.to_string().into()
        }
        FieldKind::Boolean => true.into(),
        FieldKind::Date { min, max } => bounded("2026-01-31", min.as_ref(), max.as_ref()),
        FieldKind::DateTime { min, max } => bounded(MOMENT, min.as_ref(), max.as_ref()),
        FieldKind::Uuid => id(99).into(),
        FieldKind::Email => "ada@example.com".into(),
        FieldKind::Url => "https://example.com/".into(),
        FieldKind::Enum(name) => spec.enumeration(name).map_or(Value::Null, |it| it.values[0].value.clone().into()),
        FieldKind::Json => json!({ "note": "anything" }),
    }
}

fn text(name: &Name, min: u32, max: u32) -> String {
    let mut human = name.human();
    if let Some(first) = human.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    let mut text = human.clone();
    while text.len() < min as usize {
        text.push(' ');
        text.push_str(&human);
    }
    text.truncate(max as usize);
    text
}

/// A number within the limits, of few digits.
fn number(limits: &NumberLimits, scale: u32, whole: u32) -> Decimal {
    let step = Decimal::new(1, scale);
    let wish = if whole >= 2 { Decimal::new(1250, 2).trunc_with_scale(scale.min(2)) } else { step };
    let low = |it: &Bound| if it.inclusive { it.value } else { it.value + step };
    let high = |it: &Bound| if it.inclusive { it.value } else { it.value - step };
    match (&limits.lower, &limits.upper) {
        (Some(lower), _) if low(lower) > wish => low(lower),
        (_, Some(upper)) if high(upper) < wish => high(upper),
        _ => wish,
    }
}

fn bounded(wish: &str, min: Option<&String>, max: Option<&String>) -> Value {
    match (min, max) {
        (Some(min), _) if min.as_str() > wish => min.clone().into(),
        (_, Some(max)) if max.as_str() < wish => max.clone().into(),
        _ => wish.into(),
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
