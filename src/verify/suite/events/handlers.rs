//! What handlers do with events: each once, poison aside.

use super::super::Suite;
use super::super::commands::{ask, ready};
use super::super::rows::changeable;
use super::numbers::{grown, still};
use super::{Event, Outcome, PATIENCE, TICK, Watch, wants};
use crate::spec::{Action, Change, EventOf, EventType, Handler};
use crate::verify::broker::DeadLetter;
use crate::verify::client::Request;
use crate::verify::fault::{Fault, Stop, skip};
use crate::verify::metrics::{Meter, Metrics};
use crate::verify::restart::Restart;
use crate::verify::world::{Who, World};
use serde_json::{Value, json};
use std::thread::sleep;
use std::time::Instant;

const CONSUMED: &str = "events_consumed_total";

pub fn checks(suite: &mut Suite<'_, '_>, watch: &mut Watch<'_>) {
    let spec = suite.world.spec;
    for handler in &spec.handlers {
        let id = format!("events/handlers/{}", handler.name.kebab());
        suite.check(
            format!("{id}/consumed"),
            "`events_consumed_total{handler,outcome}`: each event is handled, once",
            |world| consumed(world, watch, handler),
        );
        suite.check(
            format!("{id}/redelivered"),
            "A handler records the event id with its effect: a redelivery has no second effect",
            |world| redelivered(world, watch, handler),
        );
        suite.check(
            format!("{id}/poison"),
            "A message that is no valid envelope goes there at once: dead letters in `<project>.<handler>.dlq`, with its error",
            |world| {
                let outcome = poison(world, watch, handler);
                for other in &spec.handlers {
                    watch.clear(other.name.declared())?;
                }
                outcome
            },
        );
    }
}

/// Without the service that it calls, a handler fails with every event.
fn alone(handler: &Handler) -> Outcome {
    match &handler.calls {
        Some((service, _)) => skip(format!("the handler calls another service, `{service}`")),
        None => Ok(()),
    }
}

fn kind_of<'s>(world: &World<'s>, handler: &Handler) -> Result<EventType<'s>, Stop> {
    let kind = world.spec.event_type(&handler.on);
    kind.ok_or_else(|| Stop::Skipped(format!("the spec has no event {}", handler.on)))
}

/// Brings an event of this type about, and gives it.
fn cause(world: &mut World<'_>, watch: &mut Watch<'_>, kind: &EventType<'_>) -> Result<Event, Stop> {
    watch.settle(world)?;
    match kind.of {
        EventOf::Written(entity, change) => {
            let row = world.make(entity)?;
            let path = World::row_path(entity, &row.id);
            match change {
                Change::Created => {}
                Change::Updated if entity.allows(Action::Update) => {
                    let (field, value) = changeable(world, entity, &row)?;
                    let body = json!({ world.key_of(&field.name): value });
                    world.master(Request::patch(path, &body))?.status(200)?;
                }
                Change::Deleted if entity.allows(Action::Delete) => {
                    world.master(Request::delete(path))?.empty(204)?;
                }
                Change::Updated | Change::Deleted => return skip("the entity does not offer that write"),
            }
        }
        EventOf::Registered => {
            if !world.spec.auth.open_registration {
                return skip("registration is closed");
            }
            let email = world.address();
            let body = Value::Object(world.user_body(&email, None));
            world.send(&Request::post("/auth/register", &body))?.status(201)?;
        }
        EventOf::Declared(event) => {
            let emits = |it: &&crate::spec::Command| it.emits.as_deref() == Some(event.name.declared());
            let mut all = world.spec.entities.iter();
            let Some((entity, command)) = all.find_map(|it| Some((it, it.commands.iter().find(emits)?))) else {
                return skip("no command emits the event");
            };
            let row = ready(world, entity, command, &Who::Admin)?;
            let request = ask(world, entity, command, &row.id);
            world.master(request)?.status(200)?;
        }
    }
    let events = watch.settle(world)?;
    let found = events.into_iter().find(|it| it.kind == kind.id);
    Ok(found.ok_or_else(|| Fault::new(format!("an event {}", kind.id), "none"))?)
}

/// How often a handler has come to an end with an event: once for each, however often it was tried.
fn ends(found: &Metrics, handler: &Handler) -> f64 {
    ["handled", "duplicate", "dead"].iter().map(|outcome| outcomes(found, handler, outcome)).sum()
}

fn outcomes(found: &Metrics, handler: &Handler, outcome: &str) -> f64 {
    found.sum(CONSUMED, &[("handler", handler.name.declared()), ("outcome", outcome)])
}

fn consumed(world: &mut World<'_>, watch: &mut Watch<'_>, handler: &Handler) -> Outcome {
    alone(handler)?;
    let meter = Meter::of_worker(world)?;
    let kind = kind_of(world, handler)?;
    watch.settle(world)?;
    still(&meter, |it| ends(it, handler))?;
    let before = meter.read()?;
    cause(world, watch, &kind)?;
    // A fence may be one of its events, too.
    let all = if watch.fence_kind() == kind.id { 3 } else { 1 };
    let all = f64::from(all);
    let wanted = ends(&before, handler) + all;
    let name = handler.name.declared();
    grown(&meter, &format!("{CONSUMED} of {name} to grow by {all}"), |it| ends(it, handler) >= wanted)?;
    let after = still(&meter, |it| outcomes(it, handler, "handled"))?;
    let done = outcomes(&before, handler, "handled");
    wants(
        (after - done - all).abs() < f64::EPSILON,
        format!("{CONSUMED}{{handler=\"{name}\",outcome=\"handled\"}} to grow by {all}"),
        format!("{done}, then {after}"),
    )?;
    Ok(())
}

fn redelivered(world: &mut World<'_>, watch: &mut Watch<'_>, handler: &Handler) -> Outcome {
    alone(handler)?;
    let meter = Meter::of_worker(world)?;
    let kind = kind_of(world, handler)?;
    let event = cause(world, watch, &kind)?;
    still(&meter, |it| ends(it, handler))?;
    let before = meter.read()?;
    watch.publish(&event.kind, event.message.body.clone())?;
    let name = handler.name.declared();
    let seen = outcomes(&before, handler, "duplicate") + 1.0;
    grown(&meter, &format!("{CONSUMED}{{handler=\"{name}\",outcome=\"duplicate\"}} to grow"), |it| {
        outcomes(it, handler, "duplicate") >= seen
    })?;
    let (done, now) = (outcomes(&before, handler, "handled"), still(&meter, |it| outcomes(it, handler, "handled"))?);
    wants((done - now).abs() < f64::EPSILON, "no second effect", format!("done {done}, then {now}"))?;
    Ok(())
}

/// Bytes, and texts, that no handler can take.
fn poisons(event: &Event) -> Vec<Vec<u8>> {
    let mut without_id = event.envelope.clone();
    without_id.remove("id");
    let mut wrong = event.envelope.clone();
    wrong.insert("id".to_owned(), json!("019a0000-0000-7000-8000-00000000bad1"));
    wrong.insert("data".to_owned(), json!({ "noSuchKey": event.id }));
    let mut bytes = vec![0xff, 0xfe, b'{'];
    bytes.extend_from_slice(event.id.as_bytes());
    let texts = [without_id, wrong].map(|it| Value::Object(it).to_string().into_bytes());
    [bytes].into_iter().chain(texts).collect()
}

fn poison(world: &mut World<'_>, watch: &mut Watch<'_>, handler: &Handler) -> Outcome {
    // Events that it fails with are tried again for a while, and what is poison waits behind them.
    alone(handler)?;
    let kind = kind_of(world, handler)?;
    let event = cause(world, watch, &kind)?;
    let poisons = poisons(&event);
    for body in &poisons {
        watch.publish(&kind.id, body.clone())?;
    }
    let letters = dead(watch, handler, &poisons)?;
    for letter in &letters {
        let error = letter.error.as_deref().unwrap_or_default();
        let shown = String::from_utf8_lossy(&letter.body).into_owned();
        wants(!error.is_empty(), format!("the error beside the dead letter {shown}"), "none")?;
    }
    // Others go on.
    if let Ok(meter) = Meter::of_worker(world) {
        let before = meter.read()?;
        cause(world, watch, &kind)?;
        grown(&meter, "the events after it to be handled", |it| {
            outcomes(it, handler, "handled") > outcomes(&before, handler, "handled")
        })?;
    }
    Ok(())
}

/// Whether two bodies are the same; what is no text need not be kept as it was.
pub fn same(left: &[u8], right: &[u8]) -> bool {
    String::from_utf8_lossy(left) == String::from_utf8_lossy(right)
}

/// Waits until all of these are dead letters of a handler, each once; gives them.
fn dead(watch: &mut Watch<'_>, handler: &Handler, bodies: &[Vec<u8>]) -> Result<Vec<DeadLetter>, Stop> {
    let begun = Instant::now();
    loop {
        let mut found = watch.dead_letters(handler.name.declared())?;
        found.retain(|it| bodies.iter().any(|body| same(body, &it.body)));
        if found.len() >= bodies.len() {
            wants(found.len() == bodies.len(), "each dead letter once", format!("{} of them", found.len()))?;
            return Ok(found);
        }
        if begun.elapsed() > PATIENCE {
            let got = format!("{} of them within {} s", found.len(), PATIENCE.as_secs());
            return Err(Fault::new(format!("{} dead letters", bodies.len()), got).into());
        }
        // Looking moves them: not too often.
        sleep(TICK * 25);
    }
}

/// With a project whose targets can be called: dead letters are put back, and handled then.
pub fn put_back(suite: &mut Suite<'_, '_>, service: &mut dyn Restart) {
    let spec = suite.world.spec;
    if spec.handlers.is_empty() {
        return;
    }
    let mut opened = None;
    suite.check("events/replay/listens", "dead letters in `<project>.<handler>.dlq`", |world| {
        opened = Some(Watch::open(world, spec)?);
        Ok(())
    });
    let Some(mut watch) = opened else { return };
    let watch = &mut watch;
    for handler in &spec.handlers {
        let id = format!("events/handlers/{}/replayed", handler.name.kebab());
        suite.check(id, "`make dlq-replay` puts it back", |world| replayed(world, watch, handler, service));
    }
}

/// A UUID that no event has.
fn new_id(world: &mut World<'_>) -> String {
    let number = world.next();
    format!("019a0000-{:04x}-7000-8000-{number:012x}", world.run & 0xffff)
}

/// An event that is new to the handler waits among its dead letters.
fn replayed(world: &mut World<'_>, watch: &mut Watch<'_>, handler: &Handler, service: &mut dyn Restart) -> Outcome {
    alone(handler)?;
    let kind = kind_of(world, handler)?;
    let event = cause(world, watch, &kind)?;
    let meter = Meter::of_worker(world)?;
    still(&meter, |it| ends(it, handler))?;
    let before = meter.read()?;
    let mut envelope = event.envelope.clone();
    envelope.insert("id".to_owned(), json!(new_id(world)));
    let body = Value::Object(envelope).to_string().into_bytes();
    watch.bury(handler.name.declared(), &DeadLetter { body: body.clone(), error: Some("made for this".to_owned()) })?;
    let ended = service.make("dlq-replay").map_err(|why| Fault::new("`make dlq-replay` to end with status 0", why))?;
    wants(ended.well, "`make dlq-replay` to end with status 0", &ended.said)?;
    let name = handler.name.declared();
    grown(&meter, &format!("{CONSUMED}{{handler=\"{name}\",outcome=\"handled\"}} to grow by 1"), |it| {
        outcomes(it, handler, "handled") > outcomes(&before, handler, "handled")
    })?;
    let left = watch.dead_letters(name)?.iter().filter(|it| it.body == body).count();
    wants(left == 0, "no dead letter that was put back", left.to_string())?;
    Ok(())
}
