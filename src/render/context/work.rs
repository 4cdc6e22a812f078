//! Jobs, events and handlers.

use super::{Contexts, Failure};
use crate::plan::work_names;
use crate::render::helpers::text;
use crate::spec::{Change, Command, Entity, Event, EventOf, Field, Handler, Job, Name};
use serde_json::{Map, Value, json};

impl Contexts<'_> {
    /// The lists `jobs`, `events` and `handlers`.
    pub(super) fn work(&self) -> Result<[(&'static str, Value); 3], Failure> {
        let spec = self.plan.spec;
        Ok([
            ("jobs", spec.jobs.iter().map(|it| self.job(it)).collect::<Result<_, _>>()?),
            ("events", spec.events.iter().map(|it| self.event(it)).collect::<Result<_, _>>()?),
            ("handlers", spec.handlers.iter().map(|it| self.handler(it)).collect()),
        ])
    }

    fn work_names(&self, name: &Name, doc: Option<&str>) -> Map<String, Value> {
        let case = self.plan.spec.api.json_case;
        let mut names = super::strings(work_names(name, case, self.plan.language, self.plan.framework));
        names.insert("doc".to_owned(), text(doc));
        names
    }

    fn message(&self, fields: &[Field]) -> Result<Value, Failure> {
        fields.iter().map(|it| self.field(it, None)).collect()
    }

    fn job(&self, job: &Job) -> Result<Value, Failure> {
        let mut value = self.work_names(&job.name, job.doc.as_deref());
        value.extend([
            ("queue".to_owned(), json!(job.queue.id())),
            ("schedule".to_owned(), text(job.schedule.as_deref())),
            ("attempts".to_owned(), json!(job.attempts)),
            ("input".to_owned(), self.message(&job.input)?),
        ]);
        Ok(Value::Object(value))
    }

    fn event(&self, event: &Event) -> Result<Value, Failure> {
        let mut value = self.work_names(&event.name, event.doc.as_deref());
        value.extend([
            ("event_type".to_owned(), json!(event.name.kebab())),
            ("payload".to_owned(), self.message(&event.payload)?),
        ]);
        Ok(Value::Object(value))
    }

    fn handler(&self, handler: &Handler) -> Value {
        let mut value = self.work_names(&handler.name, handler.doc.as_deref());
        let on = self.plan.spec.event_type(&handler.on);
        let of = on.as_ref().map(|it| it.of);
        let action = match of {
            Some(EventOf::Written(_, change)) => Some(change.id()),
            Some(EventOf::Registered) => Some("registered"),
            _ => None,
        };
        let entity = match of {
            Some(EventOf::Written(entity, _)) => Value::Object(self.entity_names(entity)),
            _ => Value::Null,
        };
        let event = match of {
            Some(EventOf::Declared(event)) => Value::Object(self.work_names(&event.name, event.doc.as_deref())),
            _ => Value::Null,
        };
        value.extend([
            ("on".to_owned(), json!(handler.on)),
            ("event_type".to_owned(), json!(on.map(|it| it.id))),
            ("action".to_owned(), json!(action)),
            ("entity".to_owned(), entity),
            ("event".to_owned(), event),
            ("is_user".to_owned(), json!(matches!(of, Some(EventOf::Registered)))),
            ("is_deletion".to_owned(), json!(matches!(of, Some(EventOf::Written(_, Change::Deleted))))),
        ]);
        Value::Object(value)
    }

    /// The event that a command ends with, and where the values of its payload come from; null when nobody is told.
    pub(super) fn emits(&self, entity: &Entity, command: &Command) -> Result<Value, Failure> {
        let spec = self.plan.spec;
        let named = command.emits.as_ref().filter(|_| spec.publishes());
        let Some(event) = named.and_then(|name| spec.events.iter().find(|it| it.name.declared() == name)) else {
            return Ok(Value::Null);
        };
        let mut value = self.work_names(&event.name, event.doc.as_deref());
        let values = event.payload.iter().map(|field| self.value_of(field, entity, command));
        value.extend([
            ("event_type".to_owned(), json!(event.name.kebab())),
            ("values".to_owned(), values.collect::<Result<_, _>>()?),
        ]);
        Ok(Value::Object(value))
    }

    /// Where a value of a payload comes from: the row's id, the command's body, the row, or nowhere that the answers know.
    fn value_of(&self, field: &Field, entity: &Entity, command: &Command) -> Result<Value, Failure> {
        let same = |other: &&Field| {
            let fits = other.required || other.default.is_some() || !field.required;
            other.name == field.name && other.kind == field.kind && other.list == field.list && fits
        };
        let own_id = Name::new(&format!("{}Id", entity.name.declared()));
        let (from, source) = if field.name.snake() == own_id.snake() || field.name.declared() == "id" {
            ("id", None)
        } else if let Some(input) = command.input.iter().find(same) {
            ("input", Some(input))
        } else if let Some(own) = entity.fields.iter().find(same) {
            ("row", Some(own))
        } else if field.default.is_some() {
            ("default", None)
        } else if field.required {
            ("example", None)
        } else {
            ("null", None)
        };
        let member = source.map(|it| self.names(&it.name)["member"].clone());
        Ok(json!({ "field": self.field(field, None)?, "from": from, "member": member }))
    }
}
