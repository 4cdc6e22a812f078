//! Fields, in one line and in the long form.

use super::parts::{Properties, described, flag, free_text, object, text, whole};
use crate::answers::check::{COMMON, LimitKey, SPECIAL, STORED_ONLY, TYPES, special};
use serde_json::{Value, json};

/// `[]`, and the rest in any order, after the type.
const REST: &str = r#"(?:\[\])?(?:[\s?]+(?:unique|index|[^\s?><=]*\.\.[^\s?><=]*)|[\s?]*(?:[<>]=?\s*[^\s?><=]+|=\s*(?:"[^"]*"|'[^']*'|[^\s"'][^\s]*)))*[\s?]*$"#;

/// `-> Supplier ?`
const RELATION: &str =
    r"^\s*(?:(?:->|--)\s*[A-Za-z0-9_]+(?:[\s?]+(?:restrict|cascade|set_null))?[\s?]*|<->\s*[A-Za-z0-9_]+\s*)$";

/// A field or relation in one line.
pub(super) fn line() -> Value {
    let examples = [
        "string 2..100",
        "text ..500 ?",
        "decimal > 0",
        "enum(a, b) = a",
        "email unique",
        "string[] ?",
        "datetime = now",
    ];
    let plain: Vec<&str> = TYPES.into_iter().filter(|kind| *kind != "enum").collect();
    let kinds = format!(r"(?:decimal\([^)]*\)|enum\([^)]+\)|{}|[A-Z][A-Za-z0-9]*)", plain.join("|"));
    let field = json!({ "type": "string", "pattern": format!(r"^\s*{kinds}{REST}"), "examples": examples });
    described(
        field,
        "A type, then in any order: `?` for optional, `2..100`, `> 0`, `>= 0`, `< 9`, `<= 9`, `unique`, `index`, `= default`.",
    )
}

/// A field of rows, without relations.
pub(super) fn stored() -> Value {
    json!({ "anyOf": [{ "$ref": "#/$defs/line" }, long(&COMMON)] })
}

/// A member of an entity's `fields`: a field or a relation.
pub(super) fn member() -> Value {
    let relation = json!({ "type": "string", "pattern": RELATION, "examples": ["-> Supplier", "-> Supplier ?", "-- Profile", "<-> Tag"] });
    let relation = described(
        relation,
        "`->` many to one, `--` one to one, `<->` many to many; then `?`, `restrict`, `cascade` or `set_null`.",
    );
    json!({ "anyOf": [{ "$ref": "#/$defs/field" }, relation] })
}

/// A field of input and payload.
pub(super) fn message() -> Value {
    let keys: Vec<&str> = COMMON.into_iter().filter(|key| !STORED_ONLY.contains(key)).collect();
    json!({ "anyOf": [{ "$ref": "#/$defs/line" }, long(&keys)] })
}

fn long(common: &[&str]) -> Value {
    let keys = common.iter().chain(&SPECIAL);
    let keys: Properties = keys.map(|key| ((*key).to_owned(), described(of_any_type(key), meaning(key)))).collect();
    let mut schema = object(keys, &["type"]);
    let mut rules = vec![
        json!({ "if": says("list"), "else": { "properties": { "max_items": false } } }),
        json!({ "not": { "required": ["min", "above"] } }),
        json!({ "not": { "required": ["max", "below"] } }),
        json!({ "if": { "allOf": [says("private"), says("read_only")] }, "then": false }),
    ];
    rules.extend(TYPES.iter().map(|kind| {
        let is = json!({ "properties": { "type": { "const": kind } }, "required": ["type"] });
        json!({ "if": is, "then": of_type(kind) })
    }));
    let named = json!({ "properties": { "type": { "not": { "enum": TYPES } } }, "required": ["type"] });
    rules.push(json!({ "if": named, "then": { "properties": refused("") } }));
    schema["allOf"] = json!(rules);
    schema
}

fn says(key: &str) -> Value {
    json!({ "properties": { key: { "const": true } }, "required": [key] })
}

/// The keys that a type does not have.
fn refused(kind: &str) -> Properties {
    let keys = SPECIAL.iter().filter(|key| !special(kind).contains(key));
    keys.map(|key| ((*key).to_owned(), json!(false))).collect()
}

fn of_type(kind: &str) -> Value {
    let mut keys = refused(kind);
    for limit in LimitKey::ALL.map(LimitKey::id) {
        if special(kind).contains(&limit) {
            keys.insert(limit.to_owned(), bound(kind));
        }
    }
    let one = value(kind);
    let many = json!({ "type": "array", "items": one });
    let values = |value: &Value| json!({ "default": value, "example": value });
    let mut listed = values(&many);
    listed["unique"] = json!({ "const": false });
    listed["index"] = json!({ "const": false });
    if matches!(kind, "text" | "json") {
        keys.insert("list".to_owned(), json!({ "const": false }));
    }
    if kind == "json" {
        keys.insert("unique".to_owned(), json!({ "const": false }));
        keys.insert("index".to_owned(), json!({ "const": false }));
    }
    let mut schema = json!({
        "properties": keys,
        "if": says("list"), "then": { "properties": listed }, "else": { "properties": values(&one) },
    });
    if kind == "enum" {
        schema["required"] = json!(["values"]);
    }
    schema
}

fn bound(kind: &str) -> Value {
    match kind {
        "string" => whole(0, 1_000),
        "text" => whole(0, 100_000),
        "integer" | "long" => json!({ "type": "integer" }),
        "float" => json!({ "type": "number" }),
        "decimal" => decimal(),
        _ => text(),
    }
}

/// What a field of the type holds.
fn value(kind: &str) -> Value {
    match kind {
        "integer" | "long" => json!({ "type": "integer" }),
        "float" => json!({ "type": "number" }),
        "decimal" => decimal(),
        "boolean" => json!({ "type": "boolean" }),
        "json" => json!({ "type": "object" }),
        _ => text(),
    }
}

fn decimal() -> Value {
    json!({ "type": ["number", "string"], "pattern": r"^-?[0-9]+(?:\.[0-9]+)?$" })
}

fn of_any_type(key: &str) -> Value {
    match key {
        "type" => {
            let named = json!({ "type": "string", "pattern": "^[A-Z][A-Za-z0-9]*$" });
            json!({ "anyOf": [{ "type": "string", "enum": TYPES }, described(named, "An enumeration of [enums].")] })
        }
        "required" => flag(true),
        "unique" | "index" | "private" | "read_only" | "list" => flag(false),
        "doc" => free_text(),
        "was" => super::parts::camel(),
        "max_items" => {
            let mut schema = whole(1, 1_000);
            schema["default"] = json!(100);
            schema
        }
        "pattern" => text(),
        "precision" => whole(1, 18),
        "scale" => whole(0, 18),
        "values" => json!({ "$ref": "#/$defs/values" }),
        _ => json!({}),
    }
}

fn meaning(key: &str) -> &'static str {
    match key {
        "type" => "What the field holds: a type, or an enumeration of [enums].",
        "required" => "Whether a value must be there.",
        "unique" => "No two rows have the same value.",
        "index" => "Whether lists look it up quickly.",
        "default" => "Taken when a create leaves the field out; \"now\" for date and datetime.",
        "doc" => "One sentence about it.",
        "example" => "Shown in documents.",
        "private" => "Accepted, never answered, filtered, sorted, searched or published.",
        "read_only" => "Answered, never accepted.",
        "was" => "The former name, when it is being renamed.",
        "list" => "A list of values.",
        "max_items" => "The most items of a list.",
        "min" => "The least length or value.",
        "max" => "The greatest length or value.",
        "above" => "Values are greater than this.",
        "below" => "Values are less than this.",
        "pattern" => "What a string must match: classes, `^` and `$`, groups, alternation, repeats.",
        "precision" => "Digits in all (12).",
        "scale" => "Digits after the point (2).",
        _ => "The values of an enumeration: identifiers, or `{ value = \"b\", label = \"Book\" }`.",
    }
}
