//! The schemas of values: as answered, as accepted, as asked for in a query.

use super::document::{Document, schema_ref};
use super::number;
use crate::spec::{Bound, Default, Field, FieldKind, NumberLimits};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

/// The largest whole number that every JSON reader holds exactly.
const MAX_SAFE: i64 = (1 << 53) - 1;
/// Years of four digits, as the contract has them.
const DAY: &str = "^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$";
/// The expression of the HTML living standard, with at least one dot in the domain.
pub(crate) const EMAIL: &str = "^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)+$";
/// A scheme, perhaps a user, a host, perhaps a port; then anything but spaces and control characters. Hosts in brackets
/// are accepted too, but few tools can make them up.
pub(crate) const URL: &str = r"^https?://(?:[^\s\x00-\x1f\x7f-\x9f/?#@\[\]]*@)?[^\s\x00-\x1f\x7f-\x9f/?#@:\[\]]+(?::[0-9]*)?(?:[/?#][^\s\x00-\x1f\x7f-\x9f]*)?$";

/// Which way a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Out,
    In,
}

impl Document<'_> {
    /// A field's value in an answer.
    pub(super) fn answered(&self, field: &Field) -> Value {
        self.field(field, Way::Out)
    }

    /// A field's value in a body.
    pub(super) fn accepted(&self, field: &Field) -> Value {
        self.field(field, Way::In)
    }

    fn field(&self, field: &Field, way: Way) -> Value {
        let mut schema = self.one(&field.kind, way);
        if let Some(most) = field.list {
            schema = json!({ "type": "array", "items": schema });
            if way == Way::In {
                schema["maxItems"] = most.into();
            }
        }
        if !field.required {
            schema = nullable(schema);
        }
        if let Some(doc) = &field.doc {
            set(&mut schema, "description", doc.clone());
        }
        if let (Way::In, Some(Default::Value(value))) = (way, &field.default) {
            set(&mut schema, "default", value.clone());
        }
        schema
    }

    fn one(&self, kind: &FieldKind, way: Way) -> Value {
        match kind {
            FieldKind::String { min, max, pattern } => {
                let mut schema = text(*min, *max);
                if let Some(pattern) = pattern {
                    set(&mut schema, "pattern", ascii_classes(pattern));
                }
                schema
            }
            FieldKind::Text { min, max } => text(*min, *max),
            FieldKind::Integer(limits) => whole("int32", limits, i32::MIN.into(), i32::MAX.into()),
            FieldKind::Long(limits) => whole("int64", limits, -MAX_SAFE, MAX_SAFE),
            FieldKind::Float(limits) => with_bounds(json!({ "type": "number", "format": "double" }), limits),
            FieldKind::Decimal { precision, scale, limits } => match way {
                Way::Out => json!({ "type": "string", "pattern": number::answered(*scale) }),
                Way::In => decimal(*precision, *scale, limits),
            },
            FieldKind::Boolean => json!({ "type": "boolean" }),
            FieldKind::Date { min, max } => with_format_bounds(
                json!({ "type": "string", "format": "date", "pattern": DAY }),
                min.as_deref(),
                max.as_deref(),
            ),
            FieldKind::DateTime { min, max } => {
                with_format_bounds(json!({ "type": "string", "format": "date-time" }), min.as_deref(), max.as_deref())
            }
            FieldKind::Uuid => uuid(),
            FieldKind::Email => email(),
            FieldKind::Url => json!({ "type": "string", "maxLength": 2048, "pattern": URL }),
            FieldKind::Enum(name) => schema_ref(&self.enumeration_name(name)),
            FieldKind::Json => json!({ "type": "object" }),
        }
    }

    /// A value to compare with in a query: of the type, whatever the field's limits.
    pub(super) fn queried(&self, kind: &FieldKind) -> Value {
        let none = NumberLimits::default();
        match kind {
            FieldKind::String { .. } | FieldKind::Text { .. } | FieldKind::Json => json!({ "type": "string" }),
            FieldKind::Integer(_) => whole("int32", &none, i32::MIN.into(), i32::MAX.into()),
            FieldKind::Long(_) => whole("int64", &none, -MAX_SAFE, MAX_SAFE),
            FieldKind::Float(_) => json!({ "type": "number", "format": "double" }),
            FieldKind::Decimal { precision, scale, .. } => {
                json!({ "type": "string", "pattern": number::pattern(*precision, *scale, &none) })
            }
            FieldKind::Boolean
            | FieldKind::Email
            | FieldKind::Url
            | FieldKind::Date { .. }
            | FieldKind::DateTime { .. }
            | FieldKind::Uuid
            | FieldKind::Enum(_) => self.one(kind, Way::In),
        }
    }
}

/// The schema with null allowed.
pub(super) fn nullable(mut schema: Value) -> Value {
    match schema.get("type") {
        Some(Value::String(kind)) => {
            schema["type"] = json!([kind, "null"]);
            schema
        }
        _ => match schema.get_mut("anyOf") {
            Some(Value::Array(choices)) => {
                choices.push(json!({ "type": "null" }));
                schema
            }
            _ => json!({ "anyOf": [schema, { "type": "null" }] }),
        },
    }
}

/// An identifier.
pub(super) fn uuid() -> Value {
    json!({ "type": "string", "format": "uuid" })
}

/// An address.
pub(super) fn email() -> Value {
    json!({ "type": "string", "maxLength": 254, "pattern": EMAIL })
}

/// A moment.
pub(super) fn moment() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

/// An object in a body: exactly these keys, of which some must be there.
pub(super) fn closed(properties: &Map<String, Value>, required: &[String]) -> Value {
    let mut schema = object(properties, required);
    schema["additionalProperties"] = false.into();
    schema
}

/// An object in an answer: later versions may add keys.
pub(super) fn object(properties: &Map<String, Value>, required: &[String]) -> Value {
    let mut schema = json!({ "type": "object", "properties": properties });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

fn set(schema: &mut Value, key: &str, value: impl Into<Value>) {
    schema[key] = value.into();
}

fn text(min: u32, max: u32) -> Value {
    let mut schema = json!({ "type": "string" });
    if min > 0 {
        schema["minLength"] = min.into();
    }
    schema["maxLength"] = max.into();
    schema
}

fn whole(format: &str, limits: &NumberLimits, least: i64, most: i64) -> Value {
    let mut schema = with_bounds(json!({ "type": "integer", "format": format }), limits);
    if limits.lower.is_none() {
        schema["minimum"] = least.into();
    }
    if limits.upper.is_none() {
        schema["maximum"] = most.into();
    }
    schema
}

fn with_bounds(mut schema: Value, limits: &NumberLimits) -> Value {
    let mut bound = |bound: &Option<Bound>, inclusive: &str, exclusive: &str| {
        if let Some(it) = bound {
            schema[if it.inclusive { inclusive } else { exclusive }] = within(it, inclusive == "maximum");
        }
    };
    bound(&limits.lower, "minimum", "exclusiveMinimum");
    bound(&limits.upper, "maximum", "exclusiveMaximum");
    schema
}

/// JSON Schema has no bounds for dates; these keywords were proposed for it and some validators know them.
fn with_format_bounds(mut schema: Value, min: Option<&str>, max: Option<&str>) -> Value {
    for (key, bound) in [("formatMinimum", min), ("formatMaximum", max)] {
        if let Some(bound) = bound {
            set(&mut schema, key, bound);
        }
    }
    schema
}

/// Text with exactly the allowed numerals, or a number.
fn decimal(precision: u32, scale: u32, limits: &NumberLimits) -> Value {
    let unit = Decimal::new(1, scale);
    let most = Decimal::from_i128_with_scale(10_i128.pow(precision) - 1, scale);
    let of_type = |it: Decimal| Some(Bound { value: it, inclusive: true });
    let number = with_bounds(
        json!({ "type": "number", "multipleOf": json_number(&unit.to_string()) }),
        &NumberLimits {
            lower: limits.lower.clone().or_else(|| of_type(-most)),
            upper: limits.upper.clone().or_else(|| of_type(most)),
        },
    );
    json!({ "anyOf": [{ "type": "string", "pattern": number::pattern(precision, scale, limits) }, number] })
}

/// A bound as a number that is itself allowed: readers take the nearest double, which may lie beyond the bound.
fn within(bound: &Bound, upper: bool) -> Value {
    let numeral = bound.value.normalize().to_string();
    let nearest: f64 = numeral.parse().unwrap_or_default();
    match nearest.to_string().parse::<Decimal>() {
        Ok(read) if bound.inclusive && upper && read > bound.value => json!(nearest.next_down()),
        Ok(read) if bound.inclusive && !upper && read < bound.value => json!(nearest.next_up()),
        _ => json_number(&numeral),
    }
}

/// A JSON number. Bounds beyond the digits of a binary number are rounded: `OpenAPI` readers do the same.
fn json_number(numeral: &str) -> Value {
    serde_json::from_str(numeral).unwrap_or_default()
}

/// The pattern with classes that mean the same in every dialect: the answers file's are those of ASCII.
fn ascii_classes(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len());
    let mut inside = false;
    let mut rest = pattern.chars();
    while let Some(it) = rest.next() {
        match it {
            '\\' => {
                let escaped = rest.next().unwrap_or('\\');
                let class = match escaped {
                    'd' => Some(("0-9", "[0-9]")),
                    'w' => Some(("A-Za-z0-9_", "[A-Za-z0-9_]")),
                    's' => Some((r"\t\n\f\r ", r"[\t\n\f\r ]")),
                    'D' if !inside => Some(("", "[^0-9]")),
                    'W' if !inside => Some(("", "[^A-Za-z0-9_]")),
                    'S' if !inside => Some(("", r"[^\t\n\f\r ]")),
                    _ => None,
                };
                match class {
                    Some((within, alone)) => text.push_str(if inside { within } else { alone }),
                    None => text.extend(['\\', escaped]),
                }
                continue;
            }
            '[' => inside = true,
            ']' => inside = false,
            _ => {}
        }
        text.push(it);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_written_out() {
        assert_eq!(ascii_classes(r"^\+?\d{3}[\w.-]\\d$"), r"^\+?[0-9]{3}[A-Za-z0-9_.-]\\d$");
    }

    #[test]
    fn null_joins_a_type_or_a_choice() {
        assert_eq!(nullable(json!({ "type": "string" })), json!({ "type": ["string", "null"] }));
        assert_eq!(nullable(json!({ "$ref": "x" })), json!({ "anyOf": [{ "$ref": "x" }, { "type": "null" }] }));
    }
}
