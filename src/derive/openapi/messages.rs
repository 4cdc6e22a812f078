//! What events carry, in the words of the `OpenAPI` document.

use super::document::Document;
use super::value::object;
use super::{Offered, Text};
use crate::derive::sample;
use crate::spec::{Event, EventOf, EventType, Spec, USER};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What the events of a service carry.
pub struct Carried {
    /// The schemas by name: `Order`, `OrderPaid`, enumerations. References lead to `#/components/schemas/…`.
    pub schemas: BTreeMap<String, Value>,
    /// The schema and an example of each type of event, in the order of [`Spec::event_types`].
    pub types: Vec<(String, Value)>,
}

/// The schemas of everything that an event can carry.
pub fn carried(spec: &Spec, offered: Offered) -> Carried {
    let mut document = Document::new(spec, offered);
    if spec.has_auth() {
        document.users();
    }
    let mut schemas = BTreeMap::new();
    let mut types = Vec::new();
    for EventType { of, .. } in spec.event_types() {
        let (name, schema, example) = match of {
            EventOf::Written(entity, _) => {
                let mut row = document.row(entity);
                if let Some(properties) = row["properties"].as_object_mut() {
                    // Nobody asked for more than the row.
                    entity.references().for_each(|it| drop(properties.shift_remove(&document.name(&it.name))));
                }
                (entity.name.pascal(), row, Value::Object(sample::row(spec, entity)))
            }
            EventOf::Registered => {
                let mut user = document.schemas.get(USER).map(Text::to_value).unwrap_or_default();
                let example = user["examples"][0].take();
                if let Some(user) = user.as_object_mut() {
                    user.shift_remove("examples");
                }
                (USER.to_owned(), user, example)
            }
            EventOf::Declared(event) => {
                let (schema, example) = document.payload(event);
                (event.name.pascal(), schema, example)
            }
        };
        schemas.insert(name.clone(), schema);
        types.push((name, example));
    }
    for it in &spec.enums {
        let name = it.name.pascal();
        if let Some(schema) = document.schemas.get(&name) {
            schemas.insert(name, schema.to_value());
        }
    }
    Carried { schemas, types }
}

impl Document<'_> {
    /// The schema of a declared event's payload, and an example.
    fn payload(&self, event: &Event) -> (Value, Value) {
        let (mut properties, mut example) = (Map::new(), Map::new());
        for field in &event.payload {
            properties.insert(self.name(&field.name), self.answered(field));
            example.insert(self.name(&field.name), sample::value(self.spec, field));
        }
        let required: Vec<_> = properties.keys().cloned().collect();
        let mut schema = object(&properties, &required);
        if let Some(doc) = &event.doc {
            schema["description"] = json!(doc);
        }
        (schema, Value::Object(example))
    }
}
