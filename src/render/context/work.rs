//! Jobs, events, handlers, and other services.

use super::{Contexts, Failure};
use crate::plan::work_names;
use crate::render::helpers::text;
use crate::spec::{
    Change, Command, Entity, Event, EventOf, Field, FieldKind, Handler, Integration, Job, Name, Operation, ServiceAuth,
    Webhook, WebhookEvent,
};
use serde_json::{Map, Value, json};

impl Contexts<'_> {
    /// The lists `jobs`, `events`, `handlers`, `integrations` and `webhooks`.
    pub(super) fn work(&self) -> Result<[(&'static str, Value); 5], Failure> {
        let spec = self.plan.spec;
        Ok([
            ("jobs", spec.jobs.iter().map(|it| self.job(it)).collect::<Result<_, _>>()?),
            ("events", spec.events.iter().map(|it| self.event(it)).collect::<Result<_, _>>()?),
            ("handlers", spec.handlers.iter().map(|it| self.handler(it)).collect::<Result<_, _>>()?),
            ("integrations", spec.integrations.iter().map(|it| self.integration(it)).collect::<Result<_, _>>()?),
            ("webhooks", spec.webhooks.iter().map(|it| self.webhook(it)).collect::<Result<_, _>>()?),
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

    fn handler(&self, handler: &Handler) -> Result<Value, Failure> {
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
            ("calls".to_owned(), self.calls(handler, of)?),
            ("on".to_owned(), json!(handler.on)),
            ("event_type".to_owned(), json!(on.map(|it| it.id))),
            ("action".to_owned(), json!(action)),
            ("entity".to_owned(), entity),
            ("event".to_owned(), event),
            ("is_user".to_owned(), json!(matches!(of, Some(EventOf::Registered)))),
            ("is_deletion".to_owned(), json!(matches!(of, Some(EventOf::Written(_, Change::Deleted))))),
        ]);
        Ok(Value::Object(value))
    }

    /// The operation that a handler calls, and where the values of its input come from.
    fn calls(&self, handler: &Handler, of: Option<EventOf<'_>>) -> Result<Value, Failure> {
        let spec = self.plan.spec;
        let found = handler.calls.as_ref().and_then(|(integration, operation)| {
            let integration = spec.integrations.iter().find(|it| it.name.declared() == integration)?;
            let operation = integration.operations.iter().find(|it| it.name.declared() == operation)?;
            Some((integration, operation))
        });
        let Some((integration, operation)) = found else { return Ok(Value::Null) };
        let values = operation.input.iter().map(|field| self.told(field, of));
        Ok(json!({
            "integration": self.work_names(&integration.name, integration.doc.as_deref()),
            "operation": self.work_names(&operation.name, operation.doc.as_deref()),
            "values": values.collect::<Result<Value, _>>()?,
        }))
    }

    /// Where a value of a call comes from: the event's subject, what it carries, or nowhere that the answers know.
    fn told(&self, field: &Field, of: Option<EventOf<'_>>) -> Result<Value, Failure> {
        let (subject, carried) = match of {
            Some(EventOf::Written(entity, _)) => (entity.name.pascal(), entity.fields.as_slice()),
            Some(EventOf::Registered) => ("User".to_owned(), [].as_slice()),
            Some(EventOf::Declared(event)) => (event.name.pascal(), event.payload.as_slice()),
            None => (String::new(), [].as_slice()),
        };
        let own_id = Name::new(format!("{subject}Id"));
        let source = carried.iter().find(|it| !it.private && fits(it, field));
        let (from, source) = match source {
            Some(source) => ("data", Some(source)),
            None if field.kind == FieldKind::Uuid && field.name.snake() == own_id.snake() => ("subject", None),
            None if field.default.is_some() => ("default", None),
            None if field.required => ("example", None),
            None => ("null", None),
        };
        self.value_from(field, from, source)
    }

    fn integration(&self, integration: &Integration) -> Result<Value, Failure> {
        let mut value = self.work_names(&integration.name, integration.doc.as_deref());
        let (auth, header) = match &integration.auth {
            ServiceAuth::None => ("none", None),
            ServiceAuth::Bearer => ("bearer", None),
            ServiceAuth::Header(name) => ("header", Some(name)),
        };
        let operations = integration.operations.iter().map(|it| self.operation(it));
        value.extend([
            ("base_url_env".to_owned(), json!(integration.base_url_env)),
            ("token_env".to_owned(), json!(integration.token_env())),
            ("auth".to_owned(), json!(auth)),
            ("needs_token".to_owned(), json!(integration.auth != ServiceAuth::None)),
            ("header".to_owned(), json!(header)),
            ("operations".to_owned(), operations.collect::<Result<_, _>>()?),
        ]);
        Ok(Value::Object(value))
    }

    fn operation(&self, operation: &Operation) -> Result<Value, Failure> {
        let mut value = self.work_names(&operation.name, operation.doc.as_deref());
        let part = |wanted: &dyn Fn(&Field) -> bool| -> Result<Value, Failure> {
            operation.input.iter().filter(|it| wanted(it)).map(|it| self.field(it, None)).collect()
        };
        let body = operation.method.has_body();
        // In braces stand JSON keys, by which the rest of what is sent goes, too.
        let path = operation.input.iter().fold(operation.path.clone(), |path, field| {
            let key = self.names(&field.name)["json"].as_str().unwrap_or_default().to_owned();
            path.replace(&format!("{{{}}}", field.name.declared()), &format!("{{{key}}}"))
        });
        value.extend([
            ("method".to_owned(), json!(operation.method.id())),
            ("path_template".to_owned(), json!(path)),
            ("timeout_ms".to_owned(), json!(operation.timeout_ms)),
            ("input".to_owned(), self.message(&operation.input)?),
            ("output".to_owned(), self.message(&operation.output)?),
            ("path_fields".to_owned(), part(&|it| operation.in_path(it))?),
            ("query_fields".to_owned(), part(&|it| !body && !operation.in_path(it))?),
            ("body_fields".to_owned(), part(&|it| body && !operation.in_path(it))?),
            ("has_body".to_owned(), json!(body)),
            ("has_optional".to_owned(), json!(operation.input.iter().any(|it| !it.required || it.default.is_some()))),
        ]);
        Ok(Value::Object(value))
    }

    fn webhook(&self, webhook: &Webhook) -> Result<Value, Failure> {
        let mut value = self.work_names(&webhook.name, webhook.doc.as_deref());
        let events = webhook.events.iter().map(|it| self.webhook_event(it));
        value.extend([
            ("path".to_owned(), json!(webhook.path())),
            ("secret_env".to_owned(), json!(webhook.secret_env)),
            ("header".to_owned(), json!(webhook.header)),
            ("tolerance_seconds".to_owned(), json!(webhook.tolerance_seconds)),
            ("events".to_owned(), events.collect::<Result<_, _>>()?),
        ]);
        Ok(Value::Object(value))
    }

    /// What asks for a command, with the names of both and of the input's keys.
    fn webhook_event(&self, event: &WebhookEvent) -> Result<Value, Failure> {
        let mut value = self.work_names(&event.name, None);
        let Some((entity, command)) = event.target(self.plan.spec) else { return Ok(Value::Null) };
        let input = event.input.iter().map(|(name, way)| {
            let names = self.names(&Name::new(name));
            json!({ "json": names["json"], "way": way })
        });
        value.extend([
            ("event_type".to_owned(), json!(event.kind)),
            ("row".to_owned(), json!(event.row)),
            ("ways".to_owned(), input.collect()),
            ("entity".to_owned(), Value::Object(self.entity_names(entity))),
            ("command".to_owned(), self.command(entity, command)?),
        ]);
        Ok(Value::Object(value))
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
        let same = |other: &&Field| fits(other, field);
        let own_id = Name::new(format!("{}Id", entity.name.declared()));
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
        self.value_from(field, from, source)
    }

    /// A value, where it comes from, and whether what it comes from may be null.
    fn value_from(&self, field: &Field, from: &str, source: Option<&Field>) -> Result<Value, Failure> {
        let member = source.map(|it| self.names(&it.name)["member"].clone());
        let optional = source.is_some_and(|it| !it.required);
        Ok(json!({ "field": self.field(field, None)?, "from": from, "member": member, "optional": optional }))
    }
}

/// Whether what is in one field can be put into another one.
fn fits(source: &Field, field: &Field) -> bool {
    // A default is for what is left out: whoever may say null may have said it.
    let there = source.required || !field.required;
    source.name.snake() == field.name.snake() && source.kind == field.kind && source.list == field.list && there
}
