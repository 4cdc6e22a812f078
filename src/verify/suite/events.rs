//! Events: what is published of each write, and what handlers do with it.

mod effects;
mod handlers;
mod numbers;
mod watch;
mod writes;

pub use handlers::put_back;
pub use numbers::{grown, still};
pub use watch::{PATIENCE, TICK, Watch};

use super::{Outcome, Suite};
use crate::derive::{Offered, event_schemas};
use crate::spec::datetime;
use crate::verify::broker::Message;
use crate::verify::exchange::{equal, short};
use crate::verify::fault::{Fault, Stop};
use crate::verify::world::World;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What every envelope has, sorted.
const KEYS: [&str; 9] =
    ["data", "datacontenttype", "dataschema", "id", "source", "specversion", "subject", "time", "type"];

pub fn checks(suite: &mut Suite<'_, '_>) {
    if !suite.world.spec.publishes() {
        return;
    }
    numbers::checks(suite);
    let spec = suite.world.spec;
    let mut opened = None;
    suite.check(
        "events/arrive",
        "Every committed write publishes: RabbitMQ: topic exchange `<project>.events`; Redis: stream `<project>:events`",
        |world| {
            opened = Some(Watch::open(world, spec)?);
            Ok(())
        },
    );
    let Some(mut watch) = opened else { return };
    writes::checks(suite, &mut watch);
    effects::checks(suite, &mut watch);
    handlers::checks(suite, &mut watch);
}

/// An event as it was published.
#[derive(Debug, Clone)]
pub struct Event {
    /// Its id.
    pub id: String,
    /// `order.created`
    pub kind: String,
    /// The row's id.
    pub subject: String,
    /// All of it.
    pub envelope: Map<String, Value>,
    /// As it came.
    pub message: Message,
}

impl Event {
    /// Reads a message, which has to be an envelope.
    fn read(message: Message) -> Result<Self, Fault> {
        let shown = || String::from_utf8_lossy(&message.body).chars().take(300).collect::<String>();
        let wanted = || Fault::new("a CloudEvents envelope with id, type and subject", shown());
        let Ok(Value::Object(envelope)) = serde_json::from_slice(&message.body) else { return Err(wanted()) };
        let text = |key: &str| envelope.get(key).and_then(Value::as_str).map(str::to_owned).ok_or_else(wanted);
        let (id, kind, subject) = (text("id")?, text("type")?, text("subject")?);
        Ok(Self { id, kind, subject, envelope, message })
    }

    /// What it carries.
    pub fn data(&self) -> &Value {
        self.envelope.get("data").unwrap_or(&Value::Null)
    }

    /// The version of the row that it carries.
    pub fn version(&self) -> u64 {
        self.data()["version"].as_u64().unwrap_or_default()
    }

    /// Wants it to be exactly as the contract says.
    pub fn proper(&self, world: &World<'_>) -> Result<(), Fault> {
        let mut keys: Vec<_> = self.envelope.keys().map(String::as_str).collect();
        keys.sort_unstable();
        wants(keys == KEYS, format!("the keys {}", KEYS.join(", ")), keys.join(", "))?;
        let written = json!({
            "specversion": "1.0",
            "source": format!("/{}", world.spec.project.name),
            "datacontenttype": "application/json",
            "dataschema": format!("/schemas/{}/v1.json", self.kind),
        });
        for (key, value) in written.as_object().into_iter().flatten() {
            let got = &self.envelope[key];
            wants(got == value, format!("`{key}` to be {value}"), got.to_string())?;
        }
        for key in ["id", "subject"] {
            let got = self.envelope[key].as_str().unwrap_or_default();
            wants(is_uuid(got), format!("a UUID in `{key}`"), got)?;
        }
        let time = self.envelope["time"].as_str().unwrap_or_default();
        wants(datetime(time).is_some_and(|it| it == time), "`time` in UTC with three fraction digits", time)?;
        self.carried()?;
        self.of_its_schema(world)
    }

    /// What an AMQP message says beside its bytes.
    fn carried(&self) -> Result<(), Fault> {
        let Some(properties) = &self.message.properties else { return Ok(()) };
        let kind = properties.content_type.as_deref().unwrap_or("none");
        wants(kind == "application/cloudevents+json", "content type application/cloudevents+json", kind)?;
        wants(properties.persistent, "a persistent message", "one that is not")?;
        wants(properties.routing_key == self.kind, format!("routing key {}", self.kind), &properties.routing_key)
    }

    fn of_its_schema(&self, world: &World<'_>) -> Result<(), Fault> {
        let schemas: BTreeMap<String, String> = event_schemas(world.spec, Offered::default());
        let Some(text) = schemas.get(&self.kind) else {
            return Err(Fault::new("an event of a type that the spec has", &self.kind));
        };
        let broken = |error: String| Fault::new(format!("a JSON Schema of {}", self.kind), error);
        let schema: Value = serde_json::from_str(text).map_err(|error| broken(error.to_string()))?;
        let validator = jsonschema::validator_for(&schema).map_err(|error| broken(error.to_string()))?;
        match validator.validate(self.data()) {
            Ok(()) => Ok(()),
            Err(error) => {
                let place = error.instance_path().to_string();
                let got = format!("{error} at `{place}` in {}", short(self.data()));
                Err(Fault::new(format!("data as docs/schemas/{}/v1.json says", self.kind), got))
            }
        }
    }

    /// Wants it to carry this.
    pub fn carries(&self, wanted: &Map<String, Value>) -> Result<(), Fault> {
        let wanted = Value::Object(wanted.clone());
        wants(equal(self.data(), &wanted), format!("data {}", short(&wanted)), short(self.data()))
    }
}

/// Those of one row, in the order in which they came.
pub fn of_row<'e>(events: &'e [Event], subject: &str) -> Vec<&'e Event> {
    events.iter().filter(|it| it.subject == subject).collect()
}

/// Wants the events of a row to be of exactly these types, in this order, and gives them.
pub fn exactly<'e>(events: &'e [Event], subject: &str, kinds: &[String]) -> Result<Vec<&'e Event>, Fault> {
    let found = of_row(events, subject);
    let got: Vec<_> = found.iter().map(|it| it.kind.as_str()).collect();
    let wanted = if kinds.is_empty() { "no event".to_owned() } else { kinds.join(", ") };
    let shown = if got.is_empty() { "no event".to_owned() } else { got.join(", ") };
    wants(got == kinds, format!("of the row {subject}: {wanted}"), shown)?;
    Ok(found)
}

/// Fails unless `holds`.
pub fn wants(holds: bool, expected: impl Into<String>, got: impl Into<String>) -> Result<(), Fault> {
    if holds { Ok(()) } else { Err(Fault::new(expected, got)) }
}

fn is_uuid(text: &str) -> bool {
    let lengths: Vec<_> = text.split('-').map(str::len).collect();
    let digit = |it: char| it == '-' || it.is_ascii_digit() || ('a'..='f').contains(&it);
    lengths == [8, 4, 4, 4, 12] && text.chars().all(digit)
}

/// A check that skips is none that failed: whoever goes on without it says so.
pub fn possible<T>(outcome: Result<T, Stop>) -> Result<Option<T>, Stop> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(Stop::Skipped(_)) => Ok(None),
        Err(stop) => Err(stop),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: &str, subject: &str) -> Event {
        let envelope = json!({ "id": "1", "type": kind, "subject": subject, "data": { "version": 3 } });
        Event::read(Message { body: envelope.to_string().into_bytes(), properties: None }).unwrap()
    }

    #[test]
    fn what_is_no_envelope_is_told() {
        for body in ["", "[]", "{}", r#"{"id": 1, "type": "a", "subject": "b"}"#] {
            let read = Event::read(Message { body: body.into(), properties: None });
            assert!(read.is_err_and(|fault| fault.got == body));
        }
    }

    #[test]
    fn the_events_of_a_row_are_those_of_its_subject_in_order() {
        let events = [event("a.created", "1"), event("a.created", "2"), event("a.updated", "1")];
        let kinds = ["a.created".to_owned(), "a.updated".to_owned()];
        assert_eq!(exactly(&events, "1", &kinds).unwrap()[1].version(), 3);
        assert!(exactly(&events, "2", &kinds).is_err_and(|fault| fault.got == "a.created"));
        assert!(exactly(&events, "3", &[]).is_ok());
        assert!(exactly(&events, "1", &[]).is_err_and(|it| it.expected == "of the row 1: no event"));
    }

    #[test]
    fn ids_are_lower_case_uuids() {
        assert!(is_uuid("019a0000-0000-7000-8000-00000000dead"));
        for other in ["019A0000-0000-7000-8000-00000000DEAD", "019a0000", "019a0000-0000-7000-8000-00000000deag"] {
            assert!(!is_uuid(other), "{other}");
        }
    }
}
