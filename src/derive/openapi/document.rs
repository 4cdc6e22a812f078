//! The document under construction.

use super::Offered;
use super::operation::Operation;
use crate::spec::{Entity, JsonCase, Name, Spec};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The document under construction.
pub(super) struct Document<'a> {
    pub(super) spec: &'a Spec,
    pub(super) offered: Offered,
    tags: Map<String, Value>,
    paths: Map<String, Value>,
    pub(super) schemas: Map<String, Value>,
    /// The statuses of refusals that any operation answers.
    refusals: BTreeSet<u16>,
}

impl<'a> Document<'a> {
    pub(super) fn new(spec: &'a Spec, offered: Offered) -> Self {
        let mut document = Self {
            spec,
            offered,
            tags: Map::new(),
            paths: Map::new(),
            schemas: Map::new(),
            refusals: BTreeSet::new(),
        };
        document.error();
        for it in &spec.enums {
            document.enumeration(it);
        }
        document
    }

    /// A name of the contract or of the spec in the project's case.
    pub(super) fn key(&self, name: &str) -> String {
        self.name(&Name::new(name))
    }

    /// The same, of a declared name.
    pub(super) fn name(&self, name: &Name) -> String {
        if self.spec.api.json_case == JsonCase::Camel {
            name.camel()
        } else {
            name.snake()
        }
    }

    /// A path below the base path.
    pub(super) fn path(&self, rest: &str) -> String {
        format!("{}{rest}", self.spec.api.base_path)
    }

    /// Whether any entity has writes that wait for consent, and the service can do it.
    pub(super) fn approves(&self) -> bool {
        self.offered.approval && self.spec.entities.iter().any(|it| !it.approval.is_empty())
    }

    /// Whether this entity has.
    pub(super) fn approves_for(&self, entity: &Entity) -> bool {
        self.offered.approval && !entity.approval.is_empty()
    }

    /// Describes a tag, once.
    pub(super) fn tag(&mut self, name: &str, description: &str) {
        if !self.tags.contains_key(name) {
            self.tags
                .insert(name.to_owned(), json!({ "name": name, "description": description }));
        }
    }

    /// Adds an operation under its full path.
    pub(super) fn add(&mut self, path: &str, method: &str, operation: Operation) {
        self.refusals.extend(operation.refusals());
        let item = self.paths.entry(path).or_insert_with(|| json!({}));
        item[method] = operation.finish();
    }

    /// Adds a component.
    pub(super) fn schema(&mut self, name: impl Into<String>, schema: Value) {
        self.schemas.insert(name.into(), schema);
    }

    pub(super) fn finish(mut self) -> Value {
        let responses: Map<String, Value> = self
            .refusals
            .iter()
            .map(|status| super::response::component(*status, self.spec, self.offered))
            .collect();
        let project = &self.spec.project;
        let mut info = json!({ "title": project.title, "version": "0.1.0" });
        if !project.description.is_empty() {
            info["description"] = project.description.clone().into();
        }
        self.schemas.sort_keys();
        let mut components = json!({ "schemas": self.schemas, "responses": responses });
        if self.spec.has_auth() {
            components["securitySchemes"] = json!({
                "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" }
            });
        }
        json!({
            "openapi": "3.1.0",
            "info": info,
            "servers": [{ "url": "/" }],
            "tags": self.tags.into_iter().map(|(_, tag)| tag).collect::<Vec<_>>(),
            "paths": self.paths,
            "components": components,
        })
    }
}

/// A reference to a component's schema.
pub(super) fn schema_ref(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}
