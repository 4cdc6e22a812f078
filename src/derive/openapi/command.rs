//! Named changes.

use super::document::Document;
use super::entity::row_of;
use super::operation::Operation;
use super::value::closed;
use crate::derive::sample;
use crate::spec::{Command, Entity, Grant};
use serde_json::{Map, Value};

impl Document<'_> {
    pub(super) fn commands(&mut self, entity: &Entity) {
        for command in &entity.commands {
            let name = format!("{}{}Input", entity.name.pascal(), command.name.pascal());
            let operation = self.command(entity, command, &name);
            self.add(&format!("{}/{}", self.item(entity), command.name.kebab()), "post", operation);
        }
    }

    fn command(&mut self, entity: &Entity, command: &Command, input: &str) -> Operation {
        let id = format!("{}{}", command.name.camel(), entity.name.pascal());
        let summary = format!("Do “{}” with the {}", command.name.human(), entity.name.human());
        let (row, if_match, key) = (self.row_id(entity), self.if_match(), self.idempotency_key());
        let mut operation =
            Operation::new(id, &entity.plural.kebab(), summary, self.security(&command.access)).parameter(row);
        if let Some(doc) = &command.doc {
            operation = operation.description(doc.clone());
        }
        let open = command.access.iter().any(|it| matches!(it, Grant::Public | Grant::Authenticated));
        if !open && self.spec.has_auth() {
            operation = operation.refuses(&[403]);
        }
        if !command.input.is_empty() {
            let mut properties = Map::new();
            let mut required = Vec::new();
            let mut example = Map::new();
            for field in &command.input {
                let key = self.name(&field.name);
                if field.required && field.default.is_none() {
                    required.push(key.clone());
                }
                example.insert(key.clone(), sample::value(self.spec, field));
                properties.insert(key, self.accepted(field));
            }
            self.example(input, closed(&properties, &required), Value::Object(example));
            operation = operation.body(input);
        }
        operation
            .parameter(if_match)
            .refuses(if key.is_some() { &[422] } else { &[] })
            .parameters(key)
            .answers(200, "The row as it is now.", &row_of(entity))
            .header(200, "ETag", "The version of the row.", "\"2\"")
            .refuses(&[400, 404, 409, 412])
    }
}
