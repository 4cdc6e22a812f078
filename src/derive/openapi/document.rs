//! The document under construction.

use super::Offered;
use super::operation::Operation;
use super::text::Text;
use crate::spec::{JsonCase, Name, Spec};
use indexmap::IndexMap;
use rayon::prelude::*;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The document under construction.
pub(super) struct Document<'a> {
    pub(super) spec: &'a Spec,
    pub(super) offered: Offered,
    tags: Map<String, Value>,
    /// Path → method, operation.
    paths: IndexMap<String, Vec<(String, Text)>>,
    pub(super) schemas: BTreeMap<String, Text>,
    parameters: BTreeMap<String, Text>,
    /// Entity → the parameters of its lists, as references.
    lists: Arc<BTreeMap<String, Vec<Value>>>,
    /// The statuses of refusals that any operation answers.
    refusals: BTreeSet<u16>,
}

impl<'a> Document<'a> {
    pub(super) fn new(spec: &'a Spec, offered: Offered) -> Self {
        let mut document = Self::part(spec, offered, Arc::default());
        document.error();
        for it in &spec.enums {
            document.enumeration(it);
        }
        document
    }

    fn part(spec: &'a Spec, offered: Offered, lists: Arc<BTreeMap<String, Vec<Value>>>) -> Self {
        Self {
            spec,
            offered,
            tags: Map::new(),
            paths: IndexMap::new(),
            schemas: BTreeMap::new(),
            parameters: BTreeMap::new(),
            lists,
            refusals: BTreeSet::new(),
        }
    }

    /// Components and operations of every entity, side by side.
    pub(super) fn entities(&mut self) {
        let (spec, offered) = (self.spec, self.offered);
        let lists = spec.entities.par_iter().map(|entity| {
            let mut part = Self::part(spec, offered, Arc::default());
            let parameters = part.list_parameters(entity);
            (part, entity.name.pascal(), parameters)
        });
        for (part, name, parameters) in lists.collect::<Vec<_>>() {
            self.take(part);
            Arc::make_mut(&mut self.lists).insert(name, parameters);
        }
        let lists = &self.lists;
        let parts = spec.entities.par_iter().map(|entity| {
            let mut part = Self::part(spec, offered, Arc::clone(lists));
            part.entity(entity);
            part
        });
        for part in parts.collect::<Vec<_>>() {
            self.take(part);
        }
    }

    /// Adds what another part describes; what both do is the same.
    fn take(&mut self, part: Self) {
        for (name, tag) in part.tags {
            self.tags.entry(name).or_insert(tag);
        }
        for (path, item) in part.paths {
            self.paths.entry(path).or_default().extend(item);
        }
        self.schemas.extend(part.schemas);
        self.parameters.extend(part.parameters);
        self.refusals.extend(part.refusals);
    }

    /// The parameters of the lists of an entity's rows, as references, when they are known.
    pub(super) fn list_of(&self, entity: &str) -> Option<&[Value]> {
        self.lists.get(entity).map(Vec::as_slice)
    }

    /// A name of the contract or of the spec in the project's case.
    pub(super) fn key(&self, name: &str) -> String {
        self.name(&Name::new(name))
    }

    /// The same, of a declared name.
    pub(super) fn name(&self, name: &Name) -> String {
        if self.spec.api.json_case == JsonCase::Camel { name.camel() } else { name.snake() }
    }

    /// A path below the base path.
    pub(super) fn path(&self, rest: &str) -> String {
        format!("{}{rest}", self.spec.api.base_path)
    }

    /// Whether any entity has writes that wait for consent, and the service can do it.
    pub(super) fn approves(&self) -> bool {
        self.offered.approval && self.spec.entities.iter().any(|it| !it.approval.is_empty())
    }

    /// Describes a tag, once.
    pub(super) fn tag(&mut self, name: &str, description: &str) {
        if !self.tags.contains_key(name) {
            self.tags.insert(name.to_owned(), json!({ "name": name, "description": description }));
        }
    }

    /// Adds an operation under its full path.
    pub(super) fn add(&mut self, path: &str, method: &str, operation: Operation) {
        self.refusals.extend(operation.refusals());
        let text = Text::of(&operation.finish());
        self.paths.entry(path.to_owned()).or_default().push((method.to_owned(), text));
    }

    /// Adds a component.
    pub(super) fn schema(&mut self, name: impl Into<String>, schema: &Value) {
        self.schemas.insert(name.into(), Text::of(schema));
    }

    /// Adds a component with an example.
    pub(super) fn example(&mut self, name: impl Into<String>, mut schema: Value, example: Value) {
        schema["examples"] = Value::Array(vec![example]);
        self.schema(name, &schema);
    }

    /// Adds a parameter that several operations take, and refers to it.
    pub(super) fn shared(&mut self, name: &str, parameter: impl FnOnce() -> Value) -> Value {
        if !self.parameters.contains_key(name) {
            self.parameters.insert(name.to_owned(), Text::of(&parameter()));
        }
        json!({ "$ref": format!("#/components/parameters/{name}") })
    }

    /// The whole document, printed.
    pub(super) fn finish(mut self) -> String {
        let paths = std::mem::take(&mut self.paths);
        let paths = Text::object(paths.into_iter().map(|(path, item)| (path, Text::Object(item))));
        let document = [
            ("openapi", Text::of(&json!("3.1.0"))),
            ("info", Text::of(&info(self.spec))),
            ("servers", Text::of(&json!([{ "url": "/" }]))),
            ("tags", Text::of(&self.tags.values().cloned().collect())),
            ("paths", paths),
            ("components", self.components()),
        ];
        Text::object(document).into_string()
    }

    fn components(self) -> Text {
        let responses: Map<String, Value> =
            self.refusals.iter().map(|status| super::response::component(*status, self.spec, self.offered)).collect();
        let mut components = vec![
            ("schemas", Text::object(self.schemas)),
            ("parameters", Text::object(self.parameters)),
            ("responses", Text::of(&Value::Object(responses))),
        ];
        let mut schemes = Map::new();
        if self.spec.has_auth() {
            let bearer = json!({ "type": "http", "scheme": "bearer", "bearerFormat": "JWT" });
            schemes.insert("bearer".to_owned(), bearer);
        }
        for webhook in &self.spec.webhooks {
            schemes.insert(super::webhooks::scheme(webhook), super::webhooks::signature(webhook));
        }
        if !schemes.is_empty() {
            components.push(("securitySchemes", Text::of(&Value::Object(schemes))));
        }
        Text::object(components)
    }
}

/// A reference to a component's schema.
pub(super) fn schema_ref(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// What a description says of the service as a whole.
pub fn info(spec: &Spec) -> Value {
    let project = &spec.project;
    let mut info = json!({ "title": project.title, "version": "0.1.0" });
    if !project.description.is_empty() {
        info["description"] = project.description.clone().into();
    }
    info
}
