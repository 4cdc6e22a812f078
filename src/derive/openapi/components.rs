//! The schemas of rows and bodies.

use super::document::{Document, schema_ref};
use super::response::codes;
use super::value::{closed, moment, nullable, object, uuid};
use crate::derive::errors::rules;
use crate::derive::sample;
use crate::spec::{Entity, EnumType, Field, Pagination, Relation, RelationKind, USER};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// What a body is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    /// A new row.
    Create,
    /// All of a row.
    Replace,
    /// Some of a row.
    Patch,
}

impl Body {
    /// The last part of the component's name.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Create => "Create",
            Self::Replace => "Replace",
            Self::Patch => "Patch",
        }
    }
}

/// The most links that one body may name.
const MOST_LINKS: u32 = 1000;

impl Document<'_> {
    /// `Error`, and the schema of one of its details.
    pub(super) fn error(&mut self) {
        let codes: Vec<_> =
            codes(self.spec, self.offered).map(|it| it.code).collect::<BTreeSet<_>>().into_iter().collect();
        let rules: Vec<_> = rules().iter().map(|it| it.rule).collect();
        self.schema(
            "ErrorDetail",
            &json!({
                "type": "object",
                "properties": {
                    "field": { "type": "string", "description": "The JSON key or query parameter at fault." },
                    "rule": { "type": "string", "enum": rules, "description": "The rule it breaks." },
                    "message": { "type": "string", "description": "For people." },
                },
                "required": ["field", "rule", "message"],
            }),
        );
        let request_id = self.key("request_id");
        self.schema("Error", &json!({
                "type": "object",
                "properties": { "error": {
                    "type": "object",
                    "properties": {
                        "code": { "type": "string", "enum": codes, "description": "What clients compare." },
                        "message": { "type": "string", "description": "For people." },
                        "details": { "type": "array", "items": schema_ref("ErrorDetail"), "description": "One entry for each faulty field." },
                        request_id.as_str(): { "type": "string", "description": "Also in the service's log." },
                    },
                    "required": ["code", "message", "details", request_id],
                    } },
                "required": ["error"],
            }),
        );
    }

    /// The component's name of an enumeration.
    pub(super) fn enumeration_name(&self, name: &str) -> String {
        self.spec.enumeration(name).map_or_else(|| name.to_owned(), |it| it.name.pascal())
    }

    pub(super) fn enumeration(&mut self, it: &EnumType) {
        let values: Vec<_> = it.values.iter().map(|value| value.value.clone()).collect();
        let mut schema = json!({ "type": "string", "enum": values });
        let labels = it.values.iter().filter_map(|value| value.label.as_ref().map(|label| (&value.value, label)));
        let labels: Vec<_> = labels.map(|(value, label)| format!("- `{value}`: {label}")).collect();
        if !labels.is_empty() {
            schema["description"] = labels.join("\n").into();
        }
        self.schema(it.name.pascal(), &schema);
    }

    /// Every component of one entity.
    pub(super) fn components_of(&mut self, entity: &Entity) {
        let name = entity.name.pascal();
        let row = self.row(entity);
        let example = Value::Object(sample::row(self.spec, entity));
        let list = self.page(&schema_ref(&name), entity.pagination);
        let list_example = self.page_example(&example, entity.pagination);
        self.example(name.clone(), row, example);
        self.example(format!("{name}List"), list, list_example);
        let whole = Value::Object(sample::body(self.spec, entity, &|_| sample::id(2)));
        let some: Map<String, Value> =
            whole.as_object().into_iter().flatten().take(1).map(|(key, value)| (key.clone(), value.clone())).collect();
        for body in [Body::Create, Body::Replace, Body::Patch] {
            let schema = self.body(entity, body);
            let example = if body == Body::Patch { Value::Object(some.clone()) } else { whole.clone() };
            self.example(format!("{name}{}", body.suffix()), schema, example);
        }
    }

    /// A row as it is answered.
    pub(super) fn row(&self, entity: &Entity) -> Value {
        let mut properties = Map::new();
        properties.insert(self.key("id"), uuid());
        for field in entity.fields.iter().filter(|it| !it.private) {
            properties.insert(self.name(&field.name), self.answered(field));
        }
        for relation in &entity.relations {
            properties.insert(self.name(&relation.key()), key_schema(relation));
        }
        if entity.has_owner() {
            properties.insert(self.key("owner_id"), nullable(uuid()));
        }
        properties.insert(
            self.key("version"),
            json!({ "type": "integer", "format": "int32", "minimum": 1, "maximum": i32::MAX }),
        );
        properties.insert(self.key("created_at"), moment());
        properties.insert(self.key("updated_at"), moment());
        let required: Vec<_> = properties.keys().cloned().collect();
        if entity.soft_delete {
            let mut schema = moment();
            schema["description"] = "Only in rows that are deleted.".into();
            properties.insert(self.key("deleted_at"), schema);
        }
        for relation in entity.references() {
            let mut schema = nullable(schema_ref(&self.expanded_name(relation)));
            schema["description"] = "Only when asked for with `expand`.".into();
            properties.insert(self.name(&relation.name), schema);
        }
        let mut schema = object(&properties, &required);
        if let Some(doc) = &entity.doc {
            schema["description"] = doc.clone().into();
        }
        schema
    }

    /// What a relation expands to.
    fn expanded_name(&self, relation: &Relation) -> String {
        match self.spec.entity(&relation.target) {
            Some(entity) => entity.name.pascal(),
            None => format!("{USER}Summary"),
        }
    }

    /// A body that writes a row.
    fn body(&self, entity: &Entity, body: Body) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for field in entity.fields.iter().filter(|it| !it.read_only) {
            let key = self.name(&field.name);
            let mut schema = self.accepted(field);
            if body == Body::Patch
                && let Some(schema) = schema.as_object_mut()
            {
                schema.remove("default");
            }
            if must_be_there(field, body) {
                required.push(key.clone());
            }
            properties.insert(key, schema);
        }
        for relation in &entity.relations {
            let key = self.name(&relation.key());
            let mut schema = key_schema(relation);
            if relation.kind == RelationKind::ManyToMany {
                schema["maxItems"] = MOST_LINKS.into();
                schema["uniqueItems"] = true.into();
            } else if relation.required && body != Body::Patch {
                required.push(key.clone());
            }
            properties.insert(key, schema);
        }
        closed(&properties, &required)
    }

    /// A list of rows.
    pub(super) fn page(&self, item: &Value, pagination: Pagination) -> Value {
        let items = json!({ "type": "array", "items": item });
        let properties = match pagination {
            Pagination::Offset => Map::from_iter([
                ("items".to_owned(), items),
                ("total".to_owned(), json!({ "type": "integer", "description": "All that match." })),
                ("limit".to_owned(), json!({ "type": "integer" })),
                ("offset".to_owned(), json!({ "type": "integer" })),
            ]),
            Pagination::Cursor => Map::from_iter([
                ("items".to_owned(), items),
                (
                    self.key("next_cursor"),
                    json!({ "type": ["string", "null"], "description": "Where the next page begins; null at the end." }),
                ),
            ]),
        };
        let required: Vec<_> = properties.keys().cloned().collect();
        object(&properties, &required)
    }

    /// An example of [`Self::page`].
    pub(super) fn page_example(&self, item: &Value, pagination: Pagination) -> Value {
        match pagination {
            Pagination::Offset => json!({ "items": [item], "total": 1, "limit": 20, "offset": 0 }),
            Pagination::Cursor => json!({ "items": [item], self.key("next_cursor"): null }),
        }
    }
}

/// The key of a relation, in an answer.
fn key_schema(relation: &Relation) -> Value {
    let mut schema = match relation.kind {
        RelationKind::ManyToMany => json!({ "type": "array", "items": uuid() }),
        _ if relation.required => uuid(),
        _ => nullable(uuid()),
    };
    if let Some(doc) = &relation.doc {
        schema["description"] = doc.clone().into();
    }
    schema
}

/// Whether a body without the field is refused.
fn must_be_there(field: &Field, body: Body) -> bool {
    match body {
        Body::Create => field.required && field.default.is_none(),
        // A private value cannot be read back, so it stays when it is left out.
        Body::Replace => field.required && field.default.is_none() && !field.private,
        Body::Patch => false,
    }
}
