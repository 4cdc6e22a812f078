//! Values that a field accepts and that make sense to a person, any number of them, all different.
//!
//! Everything is a function of the field and a number: the same spec gives the same values.

mod number;
mod pattern;
mod words;

use crate::spec::{Default, EnumType, Field, FieldKind};
use serde_json::{Value, json};

/// The `nth` value of a field. Values of one field differ while its type and limits allow it: an enumeration comes round
/// again after its last value. `owner` is the name of the entity in words, for texts that speak of it.
pub fn nth(field: &Field, enums: &[EnumType], owner: &str, nth: usize) -> Value {
    if nth == 0
        && let Some(example) = &field.example
    {
        return example.clone();
    }
    if field.list.is_none() {
        return one(field, enums, owner, nth);
    }
    let most = field.list.unwrap_or(0).min(2) as usize;
    (0..most).map(|at| one(field, enums, owner, nth * 2 + at)).collect()
}

fn one(field: &Field, enums: &[EnumType], owner: &str, nth: usize) -> Value {
    match &field.kind {
        FieldKind::String { min, max, pattern: Some(pattern) } => pattern::nth(pattern, *min, *max, nth).into(),
        FieldKind::String { min, max, pattern: None } | FieldKind::Text { min, max } => {
            let long = matches!(field.kind, FieldKind::Text { .. });
            words::nth(&field.name, owner, long, *min, *max, nth).into()
        }
        FieldKind::Integer(limits) | FieldKind::Long(limits) => number::nth(limits, 0, 9, nth).normalize_whole(),
        FieldKind::Float(limits) => number::nth(limits, 1, 6, nth).as_json(),
        FieldKind::Decimal { precision, scale, limits } => {
            number::nth(limits, *scale, precision - scale, nth).as_text(*scale)
        }
        FieldKind::Boolean => (nth.is_multiple_of(2)).into(),
        FieldKind::Date { min, max } => number::date(min.as_deref(), max.as_deref(), nth).into(),
        FieldKind::DateTime { min, max } => number::moment(min.as_deref(), max.as_deref(), nth).into(),
        FieldKind::Uuid => format!("019a0000-0000-7000-8000-{:012x}", nth + 1).into(),
        FieldKind::Email => words::email(nth).into(),
        FieldKind::Url => words::url(owner, nth).into(),
        FieldKind::Enum(name) => {
            let values = enums.iter().find(|it| it.name.declared() == name).map(|it| &it.values);
            let first = match &field.default {
                Some(Default::Value(Value::String(value))) => {
                    values.and_then(|values| values.iter().position(|it| it.value == *value)).unwrap_or(0)
                }
                _ => 0,
            };
            values.map_or(Value::Null, |values| values[(first + nth) % values.len()].value.clone().into())
        }
        FieldKind::Json => json!({ "note": words::sentence(nth), "rank": nth + 1 }),
    }
}
