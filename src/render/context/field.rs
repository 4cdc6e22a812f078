//! Fields.

use super::{Contexts, Failure};
use crate::derive::openapi::decimal_pattern;
use crate::render::helpers::text;
use crate::spec::{Bound, Default, Entity, Field, FieldKind, NumberLimits, samples_of};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

impl Contexts<'_> {
    /// A field of an entity, or of the users.
    pub(super) fn field(&self, field: &Field, entity: Option<&Entity>) -> Result<Value, Failure> {
        let mut value = self.names(&field.name);
        let kind = field.kind.id();
        value.extend(limits(&field.kind));
        value.insert("bounds".to_owned(), listed(&value, kind));
        value.extend([
            ("kind".to_owned(), json!(kind)),
            ("required".to_owned(), json!(field.required)),
            ("optional".to_owned(), json!(!field.required)),
            ("unique".to_owned(), json!(field.unique)),
            ("index".to_owned(), json!(field.index)),
            ("list".to_owned(), json!(field.list.is_some())),
            ("max_items".to_owned(), json!(field.list)),
            ("private".to_owned(), json!(field.private)),
            ("read_only".to_owned(), json!(field.read_only)),
            ("writable".to_owned(), json!(!field.read_only)),
            ("doc".to_owned(), text(field.doc.as_deref())),
            ("has_default".to_owned(), json!(field.default.is_some())),
            ("default_now".to_owned(), json!(field.default == Some(Default::Now))),
            ("default".to_owned(), default(field)),
            ("example".to_owned(), super::sample::wrap(&self.nth(field, entity, 0))),
            ("samples".to_owned(), self.samples(field, entity)),
            ("flags".to_owned(), flags(field, entity.is_some_and(|it| it.is_ruled(field.name.declared())))),
            ("of_account".to_owned(), json!(entity.is_none())),
        ]);
        let enumeration = match &field.kind {
            FieldKind::Enum(name) => self.plan.spec.enumeration(name).map(|it| self.enumeration(it)),
            _ => None,
        };
        value.insert("enum".to_owned(), enumeration.unwrap_or(Value::Null));
        let mut written = self.types.of(kind, &mut value)?;
        if field.list.is_some() {
            value.insert("item".to_owned(), Value::Object(written));
            written = self.types.of("list", &mut value)?;
        }
        value.insert("t".to_owned(), Value::Object(written));
        Ok(Value::Object(value))
    }
}

impl Contexts<'_> {
    /// The `nth` sample of a field.
    pub(super) fn nth(&self, field: &Field, entity: Option<&Entity>, nth: usize) -> Value {
        match entity {
            Some(entity) => entity.samples(field, &self.plan.spec.enums, nth).typical,
            None => samples_of(field, None, &self.plan.spec.enums, nth).typical,
        }
    }

    /// A few different values of a field, or of one item of a list.
    fn samples(&self, field: &Field, entity: Option<&Entity>) -> Value {
        let item = Field { list: None, example: None, ..field.clone() };
        let ruled = entity.is_some_and(|it| it.is_ruled(field.name.declared()));
        let mut values: Vec<Value> = Vec::new();
        let name = field.name.declared();
        let keyed = entity.is_some_and(|it| it.unique.iter().flatten().any(|part| part == name));
        let count = match (ruled, field.unique || keyed) {
            (true, _) => RULED_SAMPLES,
            (_, true) => UNIQUE_SAMPLES,
            _ => SAMPLES,
        };
        for nth in 0..count {
            let value = super::sample::wrap(&self.nth(&item, entity, nth));
            // Samples of the same place go together where rules read them.
            if ruled || !values.contains(&value) {
                values.push(value);
            }
        }
        Value::Array(values)
    }
}

/// The ids of what is true of a field, for tables that tests read.
fn flags(field: &Field, ruled: bool) -> Value {
    let pattern = matches!(&field.kind, FieldKind::String { pattern: Some(_), .. });
    let flags = [
        ("pattern", pattern),
        ("unique", field.unique),
        ("private", field.private),
        ("read_only", field.read_only),
        ("many", field.list.is_some()),
        ("ruled", ruled),
    ];
    flags.iter().filter(|(_, set)| *set).map(|(name, _)| *name).collect()
}

/// How many samples a template sees.
const SAMPLES: usize = 5;

/// How many where rules read them.
const RULED_SAMPLES: usize = 12;

/// How many where they must differ from row to row: a test may make a row for each case of a condition.
const UNIQUE_SAMPLES: usize = 36;

/// Every limit a field can have, null where it has none. Numbers are strings, exactly as written; `numerals` is the
/// pattern of the texts that a decimal accepts.
fn limits(kind: &FieldKind) -> Map<String, Value> {
    let keys = ["min", "max", "pattern", "precision", "scale", "numerals", "minimum", "maximum", "above", "below"];
    let mut limits: Map<String, Value> = keys.into_iter().map(|key| (key.to_owned(), Value::Null)).collect();
    let mut set = |key: &str, value: Value| limits.insert(key.to_owned(), value);
    match kind {
        FieldKind::String { min, max, pattern } => {
            set("min", json!(min));
            set("max", json!(max));
            set("pattern", text(pattern.as_deref()));
        }
        FieldKind::Text { min, max } => {
            set("min", json!(min));
            set("max", json!(max));
        }
        FieldKind::Integer(numbers) | FieldKind::Long(numbers) | FieldKind::Float(numbers) => {
            limits.extend(bounds(numbers));
        }
        FieldKind::Decimal { precision, scale, limits: numbers } => {
            set("precision", json!(precision));
            set("scale", json!(scale));
            set("numerals", json!(decimal_pattern(*precision, *scale, numbers)));
            limits.extend(bounds(numbers));
        }
        FieldKind::Date { min, max } | FieldKind::DateTime { min, max } => {
            set("minimum", json!(min));
            set("maximum", json!(max));
        }
        FieldKind::Boolean
        | FieldKind::Uuid
        | FieldKind::Email
        | FieldKind::Url
        | FieldKind::Enum(_)
        | FieldKind::Json => {}
    }
    limits
}

/// The bounds that a field has, as `{name, value, text}`: `low`, `high`, `above`, `below`; `text` where the language has to
/// read them from a string to keep them exact.
fn listed(limits: &Map<String, Value>, kind: &str) -> Value {
    let text = matches!(kind, "decimal" | "date" | "datetime");
    let names = [("low", "minimum"), ("high", "maximum"), ("above", "above"), ("below", "below")];
    let set = names.iter().filter(|(_, key)| !limits[*key].is_null());
    set.map(|(name, key)| json!({ "name": name, "value": limits[*key], "text": text })).collect()
}

fn bounds(limits: &NumberLimits) -> Map<String, Value> {
    let written = |bound: &Option<Bound>, inclusive: bool| match bound {
        Some(Bound { value, inclusive: it }) if *it == inclusive => json!(number(*value)),
        _ => Value::Null,
    };
    Map::from_iter([
        ("minimum".to_owned(), written(&limits.lower, true)),
        ("above".to_owned(), written(&limits.lower, false)),
        ("maximum".to_owned(), written(&limits.upper, true)),
        ("below".to_owned(), written(&limits.upper, false)),
    ])
}

fn number(value: Decimal) -> String {
    value.normalize().to_string()
}

/// The default for `{{literal}}`: strings are free text; null when there is none or it is the moment of the create.
fn default(field: &Field) -> Value {
    match &field.default {
        Some(Default::Value(Value::String(value))) => json!({ crate::render::helpers::TEXT: value }),
        Some(Default::Value(value)) => value.clone(),
        _ => Value::Null,
    }
}
