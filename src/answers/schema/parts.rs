//! Pieces that the whole schema is made of.

use crate::answers::check::{LONGEST, QUERY_WORDS, RESERVED_ENTITIES, SET_BY_SERVICE};
use crate::spec::Name;
use serde_json::{Map, Value, json};

/// Keys and what they hold.
pub(super) type Properties = Map<String, Value>;

/// Adds what an editor shows.
pub(super) fn described(mut schema: Value, text: &str) -> Value {
    schema["description"] = json!(text);
    schema
}

/// Key, schema, description.
pub(super) fn properties(keys: impl IntoIterator<Item = (&'static str, Value, &'static str)>) -> Properties {
    keys.into_iter().map(|(key, schema, text)| (key.to_owned(), described(schema, text))).collect()
}

/// A table with these keys and no others.
pub(super) fn object(properties: Properties, required: &[&str]) -> Value {
    let mut schema = json!({ "type": "object", "additionalProperties": false });
    schema["properties"] = Value::Object(properties);
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// A table with keys of a person's own.
pub(super) fn named(name: &Value, values: &Value) -> Value {
    json!({ "type": "object", "propertyNames": name, "additionalProperties": values })
}

/// Free text on one line; blanks around it do not count.
pub(super) fn free_text() -> Value {
    json!({ "type": "string", "pattern": r"^\s*[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*\s*$" })
}

pub(super) fn text() -> Value {
    json!({ "type": "string" })
}

pub(super) fn flag(default: bool) -> Value {
    json!({ "type": "boolean", "default": default })
}

pub(super) fn whole(low: i64, high: i64) -> Value {
    json!({ "type": "integer", "minimum": low, "maximum": high })
}

pub(super) fn word(words: &[&str]) -> Value {
    json!({ "type": "string", "enum": words })
}

/// A list of different strings.
pub(super) fn set(items: &Value) -> Value {
    json!({ "type": "array", "items": items, "uniqueItems": true })
}

/// A `PascalCase` name.
pub(super) fn pascal() -> Value {
    json!({ "type": "string", "pattern": "^[A-Z][A-Za-z0-9]*$", "maxLength": LONGEST })
}

pub(super) fn entity_name() -> Value {
    let mut name = pascal();
    name["not"] = json!({ "enum": RESERVED_ENTITIES });
    name
}

/// A `camelCase` or `snake_case` name.
pub(super) fn camel() -> Value {
    let pattern = "^(?:[a-z][A-Za-z0-9]*|[a-z][a-z0-9]*(?:_[a-z0-9]+)*)$";
    json!({ "type": "string", "pattern": pattern, "maxLength": LONGEST })
}

/// The same, but for what the contract uses itself and `more`, in both casings.
pub(super) fn field_name(more: &[&str]) -> Value {
    let refused = SET_BY_SERVICE.iter().chain(&QUERY_WORDS).chain(more);
    let mut refused: Vec<String> = refused.flat_map(|name| [(*name).to_owned(), Name::new(*name).snake()]).collect();
    refused.sort();
    refused.dedup();
    let mut name = camel();
    name["not"] = json!({ "enum": refused });
    name
}

/// A `snake_case` name.
pub(super) fn snake() -> Value {
    json!({ "type": "string", "pattern": "^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$", "maxLength": LONGEST })
}
