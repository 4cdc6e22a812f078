//! The `AsyncAPI` 3.0 document of a service's events, and a JSON Schema of each type.
//!
//! Source: <https://www.asyncapi.com/docs/reference/specification/v3.0.0>, and `CloudEvents` 1.0 for the envelope:
//! <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md>.

use super::openapi::{self, Carried, Offered, carried};
use super::sample;
use crate::spec::{Change, EventOf, EventType, Spec};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
/// The media type of an envelope.
const ENVELOPE: &str = "application/cloudevents+json";
const COMPONENTS: &str = "#/components/schemas/";

/// The document, as YAML.
pub fn asyncapi(spec: &Spec, offered: Offered) -> Result<String, serde_saphyr::ser::Error> {
    let Carried { schemas, types } = carried(spec, offered);
    let known = spec.event_types();
    let messages = known.iter().zip(&types).map(|(kind, (name, example))| {
        let message = json!({
            "name": kind.id,
            "title": title(kind),
            "summary": summary(kind),
            "contentType": ENVELOPE,
            "payload": envelope(spec, kind, name),
            "examples": [{ "payload": example_of(spec, kind, example) }],
        });
        (kind.id.clone(), message)
    });
    let messages: Map<String, Value> = messages.collect();
    let all: Map<String, Value> =
        messages.keys().map(|id| (id.clone(), json!({ "$ref": format!("#/components/messages/{id}") }))).collect();
    let mut document = json!({
        "asyncapi": "3.0.0",
        "info": openapi::info(spec),
        "defaultContentType": ENVELOPE,
        "channels": { "events": channel(spec, &all) },
        "operations": operations(spec, &all),
        "components": { "messages": messages, "schemas": schemas },
    });
    if let Some(server) = server(spec) {
        document["servers"] = json!({ "broker": server });
    }
    serde_saphyr::to_string(&document)
}

/// The JSON Schema of what each type of event carries, whole in itself, by type.
pub fn event_schemas(spec: &Spec, offered: Offered) -> BTreeMap<String, String> {
    let Carried { schemas, types } = carried(spec, offered);
    let known = spec.event_types();
    let printed = known.iter().zip(&types).map(|(kind, (name, _))| {
        let mut document = json!({ "$schema": DIALECT, "$id": schema_path(&kind.id), "title": title(kind) });
        let mut schema = schemas[name].clone();
        let mut definitions = Map::new();
        let mut waiting = localize(&mut schema);
        while let Some(name) = waiting.pop() {
            if let (false, Some(schema)) = (definitions.contains_key(&name), schemas.get(&name)) {
                let mut schema = schema.clone();
                waiting.extend(localize(&mut schema));
                definitions.insert(name, schema);
            }
        }
        if let (Some(document), Some(schema)) = (document.as_object_mut(), schema.as_object_mut()) {
            document.append(schema);
            if !definitions.is_empty() {
                document.insert("$defs".to_owned(), Value::Object(definitions));
            }
        }
        (kind.id.clone(), format!("{document:#}\n"))
    });
    printed.collect()
}

/// Where the schema of a type is, as messages say it.
fn schema_path(id: &str) -> String {
    format!("/schemas/{id}/v1.json")
}

/// Lets references lead to `$defs`; returns the names that they lead to.
fn localize(schema: &mut Value) -> Vec<String> {
    let mut names = Vec::new();
    match schema {
        Value::Object(object) => {
            for (key, value) in object {
                match value.as_str().and_then(|text| text.strip_prefix(COMPONENTS)).map(str::to_owned) {
                    Some(name) if key == "$ref" => {
                        *value = json!(format!("#/$defs/{name}"));
                        names.push(name);
                    }
                    _ => names.extend(localize(value)),
                }
            }
        }
        Value::Array(items) => names.extend(items.iter_mut().flat_map(localize)),
        _ => {}
    }
    names
}

fn title(kind: &EventType<'_>) -> String {
    match kind.of {
        EventOf::Written(entity, change) => format!("{} {}", entity.name.title(), change.id()),
        EventOf::Registered => "User registered".to_owned(),
        EventOf::Declared(event) => event.name.title(),
    }
}

fn summary(kind: &EventType<'_>) -> String {
    match kind.of {
        EventOf::Written(entity, change) => {
            let human = entity.name.human();
            match change {
                Change::Created => format!("A row of {human} was created."),
                Change::Updated => format!("A row of {human} was changed, or restored."),
                Change::Deleted => format!("A row of {human} was deleted; `data` is its last state."),
            }
        }
        EventOf::Registered => "Somebody made an account.".to_owned(),
        EventOf::Declared(event) => event.doc.clone().unwrap_or_else(|| format!("{}.", event.name.title())),
    }
}

/// A message: the envelope around what this type carries.
fn envelope(spec: &Spec, kind: &EventType<'_>, name: &str) -> Value {
    json!({
        "type": "object",
        "properties": {
            "specversion": { "const": "1.0" },
            "id": { "type": "string", "format": "uuid", "description": "The same when a message is sent again." },
            "source": { "const": format!("/{}", spec.project.name) },
            "type": { "const": kind.id },
            "subject": { "type": "string", "format": "uuid", "description": "The id of the row." },
            "time": { "type": "string", "format": "date-time", "description": "When it was written, in UTC." },
            "datacontenttype": { "const": "application/json" },
            "dataschema": { "const": schema_path(&kind.id) },
            "data": { "$ref": format!("{COMPONENTS}{name}") },
        },
        "required": ["specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "data"],
        "additionalProperties": false,
    })
}

fn example_of(spec: &Spec, kind: &EventType<'_>, data: &Value) -> Value {
    json!({
        "specversion": "1.0",
        "id": sample::id(9),
        "source": format!("/{}", spec.project.name),
        "type": kind.id,
        "subject": sample::id(1),
        "time": sample::MOMENT,
        "datacontenttype": "application/json",
        "dataschema": schema_path(&kind.id),
        "data": data,
    })
}

/// Where messages go.
fn channel(spec: &Spec, messages: &Map<String, Value>) -> Value {
    let name = &spec.project.name;
    let (address, description, bindings) = match spec.stack.queue.as_str() {
        "none" => (Value::Null, "The handlers of the service itself: messages do not leave it.".to_owned(), None),
        "rabbitmq" => {
            let exchange = format!("{name}.events");
            let text = format!("The durable topic exchange `{exchange}`; the routing key is the type.");
            let binding = json!({ "amqp": {
                "is": "routingKey",
                "exchange": { "name": exchange, "type": "topic", "durable": true, "autoDelete": false, "vhost": "/" },
            } });
            (json!(exchange), text, Some(binding))
        }
        _ => {
            let stream = format!("{name}:events");
            (json!(stream), format!("The stream `{stream}`; the field `envelope` of an entry is the message."), None)
        }
    };
    let mut channel = json!({ "address": address, "description": description, "messages": messages });
    if let Some(bindings) = bindings {
        channel["bindings"] = bindings;
    }
    channel
}

/// What the service sends, and what each of its handlers receives.
fn operations(spec: &Spec, messages: &Map<String, Value>) -> Map<String, Value> {
    let channel = json!({ "$ref": "#/channels/events" });
    let of = |id: &str| json!({ "$ref": format!("#/channels/events/messages/{id}") });
    let all: Vec<_> = messages.keys().map(|id| of(id)).collect();
    let publish = json!({
        "action": "send", "channel": channel, "summary": "Tells of every committed write, in the order of each row.", "messages": all,
    });
    let mut operations = Map::from_iter([("publish".to_owned(), publish)]);
    for handler in &spec.handlers {
        if let Some(kind) = spec.event_type(&handler.on) {
            let mut operation = json!({ "action": "receive", "channel": channel, "messages": [of(&kind.id)] });
            if let Some(doc) = &handler.doc {
                operation["summary"] = json!(doc);
            }
            operations.insert(format!("handle_{}", handler.name.snake()), operation);
        }
    }
    operations
}

/// The broker as compose starts it.
fn server(spec: &Spec) -> Option<Value> {
    match spec.stack.queue.as_str() {
        "rabbitmq" => Some(json!({ "host": "rabbitmq:5672", "protocol": "amqp" })),
        "redis" => Some(json!({ "host": "redis:6379", "protocol": "redis" })),
        _ => None,
    }
}
