//! Named changes.

use super::document::{Document, schema_ref};
use super::entity::{idempotency_key, if_match, row_of};
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
            self.add(
                &format!("{}/{}", self.item(entity), command.name.kebab()),
                "post",
                operation,
            );
        }
    }

    fn command(&mut self, entity: &Entity, command: &Command, input: &str) -> Operation {
        let id = format!("{}{}", command.name.camel(), entity.name.pascal());
        let summary = format!("Do “{}” with the {}", command.name.human(), entity.name.human());
        let mut operation = Operation::new(id, &entity.plural.kebab(), summary, self.security(&command.access))
            .parameter(self.row_id(entity));
        if let Some(doc) = &command.doc {
            operation = operation.description(doc.clone());
        }
        let open = command
            .access
            .iter()
            .any(|it| matches!(it, Grant::Public | Grant::Authenticated));
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
            self.schema(input, closed(&properties, &required));
            operation = operation.body(&schema_ref(input), &Value::Object(example));
        }
        if self.offered.idempotency {
            operation = operation.parameter(idempotency_key()).refuses(&[422]);
        }
        operation
            .parameter(if_match())
            .answers(200, "The row as it is now.", &row_of(entity), &self.row_example(entity))
            .header(200, "ETag", "The version of the row.", "\"2\"")
            .refuses(&[400, 404, 409, 412])
    }
}
