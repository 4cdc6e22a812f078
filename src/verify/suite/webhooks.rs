//! Webhooks: whose signature counts, for how long, and what an event does once.

use super::commands::{body, next_version, not_ready, ready, unchanged};
use super::concurrency::together;
use super::{ABSENT, Outcome, Suite};
use crate::spec::{Command, Entity, Webhook, WebhookEvent};
use crate::verify::Exchange;
use crate::verify::client::Request;
use crate::verify::fault::{Fault, Stop, ensure, skip};
use crate::verify::token::signature;
use crate::verify::world::{Row, Who, World};
use serde_json::{Map, Value, json};

/// How many deliveries at once.
const MANY: usize = 5;

pub fn checks(suite: &mut Suite<'_, '_>) {
    let spec = suite.world.spec;
    for webhook in &spec.webhooks {
        let id = format!("webhooks/{}", webhook.name.kebab());
        signatures(suite, webhook, &id);
        bodies(suite, webhook, &id);
        for event in &webhook.events {
            if let Some((entity, command)) = event.target(spec) {
                let about = About { webhook, event, entity, command };
                acts(suite, about, &format!("{id}/{}", event.name.kebab()));
            }
        }
    }
}

/// An event, and what it asks for.
#[derive(Clone, Copy)]
struct About<'s> {
    webhook: &'s Webhook,
    event: &'s WebhookEvent,
    entity: &'s Entity,
    command: &'s Command,
}

fn signatures(suite: &mut Suite<'_, '_>, webhook: &Webhook, id: &str) {
    suite.check(format!("{id}/unsigned"), "without a signature → 401", |world| {
        let request = Request::post(webhook.path(), &nothing(world));
        let answer = world.send(&request)?;
        answer.refused(401, "UNAUTHORIZED")?;
        let challenge = answer.header("www-authenticate").is_some();
        ensure(challenge, &answer, "the header WWW-Authenticate", "none")?;
        Ok(())
    });
    suite.check(format!("{id}/wrong"), "with a wrong signature → 401", |world| {
        let secret = secret(world)?;
        let text = nothing(world).to_string();
        let at = seconds();
        let right = signature(&secret, at, &text);
        let (other_key, other_text) = (signature("another secret", at, &text), signature(&secret, at, "{}"));
        let (later, short) = (signature(&secret, at + 1, &text), &right[..right.len() - 2]);
        for header in [
            format!("t={at},v1={other_key}"),
            format!("t={at},v1={other_text}"),
            format!("t={at},v1={later}"),
            format!("t={at},v1={short}"),
            format!("t={at},v0={right}"),
            format!("t={at}"),
            format!("v1={right}"),
            format!("t=,v1={right}"),
            format!("t={at}x,v1={right}"),
            format!("t={at},v1=é"),
            right.clone(),
            String::new(),
        ] {
            let request = Request::new("POST", webhook.path()).bytes(text.clone(), "application/json");
            world.send(&request.header(&webhook.header, header))?.refused(401, "UNAUTHORIZED")?;
        }
        Ok(())
    });
    suite.check(format!("{id}/moment"), "older or newer than the tolerance → 401", |world| {
        let tolerance = i64::from(webhook.tolerance_seconds);
        let text = nothing(world).to_string();
        for away in [tolerance + 60, -tolerance - 60] {
            let request = signed_at(world, webhook, &text, seconds() - away)?;
            world.send(&request)?.refused(401, "UNAUTHORIZED")?;
        }
        let request = signed_at(world, webhook, &text, seconds() - tolerance / 2)?;
        world.send(&request)?.status(204)?;
        Ok(())
    });
    suite.check(format!("{id}/several"), "one right signature of several suffices", |world| {
        let (secret, text, at) = (secret(world)?, nothing(world).to_string(), seconds());
        let (old, new) = (signature("the secret before", at, &text), signature(&secret, at, &text));
        let header = format!("t={at},v1={old},v0={old},v1={new}");
        let request = Request::new("POST", webhook.path()).bytes(text, "application/json");
        world.send(&request.header(&webhook.header, header))?.status(204)?;
        Ok(())
    });
}

fn bodies(suite: &mut Suite<'_, '_>, webhook: &Webhook, id: &str) {
    suite.check(format!("{id}/other-type"), "a type that no event has → 204, nothing is done", |world| {
        let told = nothing(world);
        let request = signed(world, webhook, &told)?;
        world.send(&request)?.status(204)?;
        Ok(())
    });
    suite.check(format!("{id}/bytes"), "the signature is that of the bytes, whatever they say", |world| {
        let text = format!(" {:#}\n", nothing(world)).replace("\"type\"", "\"\\u0074ype\"");
        let request = signed_at(world, webhook, &text, seconds())?;
        world.send(&request)?.status(204)?;
        for text in ["no json", "", "{\"id\": NaN}"] {
            let request = signed_at(world, webhook, text, seconds())?;
            world.send(&request)?.refused(400, "MALFORMED_JSON")?;
        }
        let text = nothing(world).to_string();
        let request = signed_at(world, webhook, &text, seconds())?.bytes(text, "text/plain");
        world.send(&request)?.refused(415, "UNSUPPORTED_MEDIA_TYPE")?;
        Ok(())
    });
    suite.check(format!("{id}/envelope"), "`id` and `type` are texts of 1 to 255 characters", |world| {
        let long = "e".repeat(256);
        for (body, faults) in [
            (json!({}), vec![("id", "required"), ("type", "required")]),
            (json!({ "id": 5, "type": null }), vec![("id", "type"), ("type", "required")]),
            (json!({ "id": "", "type": "x" }), vec![("id", "min")]),
            (json!({ "id": "é", "type": "x" }), vec![("id", "pattern")]),
            (json!({ "id": long, "type": long }), vec![("id", "max"), ("type", "max")]),
            (json!([]), vec![("", "type")]),
        ] {
            let request = signed(world, webhook, &body)?;
            world.send(&request)?.faults(&faults)?;
        }
        let told = nothing(world);
        let request = signed(world, webhook, &told)?.query(&[("noSuch", "1")]);
        world.send(&request)?.faults(&[("noSuch", "unknown")])?;
        Ok(())
    });
    suite.check(format!("{id}/method"), "405 with `Allow`", |world| {
        let answer = world.send(&Request::get(webhook.path()))?;
        answer.refused(405, "METHOD_NOT_ALLOWED")?;
        let allow = answer.header("allow").unwrap_or("none");
        ensure(allow.contains("POST"), &answer, "POST in Allow", allow)?;
        Ok(())
    });
}

fn acts(suite: &mut Suite<'_, '_>, about: About<'_>, id: &str) {
    let About { webhook, event, entity, command } = about;
    suite.check(format!("{id}/done"), "the command is done, and 204", |world| {
        let row = ready(world, entity, command, &Who::Admin)?;
        let told = told(world, about, &row.id);
        let request = signed(world, webhook, &told)?;
        world.send(&request)?.status(204)?;
        done_once(world, about, &row)
    });
    suite.check(format!("{id}/again"), "an event that comes again → 204, and has no second effect", |world| {
        let row = ready(world, entity, command, &Who::Admin)?;
        let told = told(world, about, &row.id);
        for _ in 0..3 {
            // Signed anew, as another service does that had no answer.
            let request = signed(world, webhook, &told)?;
            world.send(&request)?.status(204)?;
        }
        done_once(world, about, &row)
    });
    suite.check(format!("{id}/parallel"), "…, also when it comes several times at once", |world| {
        let row = ready(world, entity, command, &Who::Admin)?;
        let told = told(world, about, &row.id);
        let requests = vec![signed(world, webhook, &told)?; MANY];
        for answer in together(world, &requests)? {
            answer.status(204)?;
        }
        done_once(world, about, &row)
    });
    suite.check(format!("{id}/forged"), "an event that is not signed does nothing", |world| {
        let row = ready(world, entity, command, &Who::Admin)?;
        let told = told(world, about, &row.id);
        let header = format!("t={},v1={}", seconds(), "0".repeat(64));
        let request = Request::post(webhook.path(), &told).header(&webhook.header, header);
        world.send(&request)?.refused(401, "UNAUTHORIZED")?;
        unchanged(world, entity, &row)
    });
    if command.when.is_some() {
        suite.check(format!("{id}/not-now"), "`when` not met → 409", |world| {
            let row = not_ready(world, entity, command, |it| it.holds == Some(false))?;
            let told = told(world, about, &row.id);
            let request = signed(world, webhook, &told)?;
            world.send(&request)?.refused(409, "CONFLICT")?;
            unchanged(world, entity, &row)
        });
    }
    suite.check(format!("{id}/row"), "400 without the row's id · 400 malformed id · 404 row", |world| {
        let absent = told(world, about, ABSENT);
        let request = signed(world, webhook, &absent)?;
        world.send(&request)?.refused(404, "NOT_FOUND")?;
        if event.row == "id" || event.row == "type" {
            return Ok(());
        }
        for (value, fault) in [
            (json!("no-id"), ("id", "format")),
            (json!(5), (event.row.as_str(), "type")),
            (Value::Null, (event.row.as_str(), "required")),
        ] {
            let mut wrong = told(world, about, ABSENT);
            put(&mut wrong, &event.row, value);
            let request = signed(world, webhook, &wrong)?;
            world.send(&request)?.faults(&[fault])?;
        }
        let bare = json!({ "id": event_id(world), "type": event.kind });
        let request = signed(world, webhook, &bare)?;
        world.send(&request)?.faults(&[(event.row.as_str(), "required")])?;
        Ok(())
    });
    let ways = || event.input.iter().filter(|(_, way)| !["id", "type", event.row.as_str()].contains(&way.as_str()));
    let needed = |name: &str| command.input.iter().find(|it| it.name.declared() == name && it.required);
    for (field, way) in ways().filter_map(|(name, way)| Some((needed(name)?, way))) {
        suite.check(format!("{id}/input/{}", field.name.kebab()), "the command judges its input", |world| {
            let row = ready(world, entity, command, &Who::Admin)?;
            let mut told = told(world, about, &row.id);
            put(&mut told, way, Value::Null);
            let request = signed(world, webhook, &told)?;
            let key = world.key_of(&field.name);
            world.send(&request)?.faults(&[(key.as_str(), "required")])?;
            unchanged(world, entity, &row)
        });
    }
}

/// An event that nothing is done for.
fn nothing(world: &mut World<'_>) -> Value {
    json!({ "id": event_id(world), "type": "scaffold.verify" })
}

fn event_id(world: &mut World<'_>) -> String {
    let number = world.next();
    format!("evt_{}_{number}", world.run)
}

/// What the other service says when a command is to be done.
fn told(world: &mut World<'_>, about: About<'_>, row: &str) -> Value {
    let mut told = json!({ "id": event_id(world), "type": about.event.kind });
    let input: Map<String, Value> = body(world, about.command);
    for (name, way) in &about.event.input {
        let field = about.command.input.iter().find(|it| it.name.declared() == name);
        if let Some(value) = field.and_then(|it| input.get(&world.key_of(&it.name))) {
            put(&mut told, way, value.clone());
        }
    }
    put(&mut told, &about.event.row, row.into());
    told
}

/// Puts a value where a way leads.
fn put(body: &mut Value, way: &str, value: Value) {
    let place = way.split('.').fold(body, |body, key| &mut body[key]);
    *place = value;
}

fn signed(world: &World<'_>, webhook: &Webhook, body: &Value) -> Result<Request, Stop> {
    signed_at(world, webhook, &body.to_string(), seconds())
}

fn signed_at(world: &World<'_>, webhook: &Webhook, text: &str, at: i64) -> Result<Request, Stop> {
    let header = format!("t={at},v1={}", signature(&secret(world)?, at, text));
    let request = Request::new("POST", webhook.path()).bytes(text, "application/json");
    Ok(request.header(&webhook.header, header))
}

fn secret(world: &World<'_>) -> Result<String, Stop> {
    match &world.target.webhook_secret {
        Some(secret) => Ok(secret.clone()),
        None => skip("what requests to webhooks are signed with is not known (`--webhook-secret`)"),
    }
}

fn seconds() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_secs()).unwrap_or_default()
}

/// The row has been written once since it was ready, and is as the command sets it.
fn done_once(world: &mut World<'_>, about: About<'_>, before: &Row) -> Outcome {
    let About { entity, command, .. } = about;
    if !entity.allows(crate::spec::Action::Read) {
        return Ok(());
    }
    let answer: Exchange = world.master(Request::get(World::row_path(entity, &before.id)))?;
    answer.status(200)?;
    let row = answer.object()?;
    let mut wanted = vec![("version".to_owned(), json!(next_version(before)))];
    for (name, value) in &command.set {
        let Some(field) = entity.field(name).filter(|it| !it.private) else { continue };
        wanted.push((world.key_of(&field.name), super::rows::answered(world.spec, field, value)));
    }
    for (key, value) in wanted {
        let got = row.get(&key).cloned().unwrap_or_default();
        if got != value {
            return Err(Fault::new(format!("{key}: {value}"), got.to_string()).shown_by(&answer).into());
        }
    }
    Ok(())
}
