//! Bodies: what is no JSON, what is too large, keys that are not accepted.

use super::{ABSENT, Outcome, Suite, has_unique, id_of};
use crate::spec::{Action, Entity};
use crate::verify::client::Request;
use crate::verify::fault::{Fault, skip};
use crate::verify::raw;
use crate::verify::world::{Who, World};
use serde_json::{Value, json};

/// `MAX_BODY_BYTES`
const MOST: usize = 1024 * 1024;

pub fn checks(suite: &mut Suite<'_, '_>) {
    let spec = suite.world.spec;
    for entity in spec.entities.iter().filter(|it| it.allows(Action::Create)) {
        let id = id_of(entity);
        let path = World::path(entity);
        suite.check(
            format!("bodies/{id}/malformed"),
            "Not JSON by RFC 8259 (`NaN`, invalid UTF-8, a lone surrogate, empty, trailing data) → `MALFORMED_JSON`",
            |world| {
                for body in MALFORMED {
                    let request = Request::new("POST", path.clone()).bytes(*body, "application/json");
                    world.master(request)?.refused(400, "MALFORMED_JSON")?;
                }
                Ok(())
            },
        );
        suite.check(format!("bodies/{id}/deep"), "nested deeper than 64 → `MALFORMED_JSON`", |world| {
            for (depth, deep) in [(65, true), (5000, true), (64, false)] {
                let body = format!("{{\"noSuchKey\":{}{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
                let answer = world.master(Request::new("POST", path.clone()).bytes(body, "application/json"))?;
                answer.refused(400, if deep { "MALFORMED_JSON" } else { "VALIDATION_ERROR" })?;
            }
            Ok(())
        });
        suite.check(format!("bodies/{id}/no-object"), "a body that is no object → `type` on field `\"\"`", |world| {
            for body in [json!(null), json!([]), json!("x"), json!(5), json!(true)] {
                world.master(Request::post(path.clone(), &body))?.faults(&[("", "type")])?;
            }
            Ok(())
        });
        suite.check(format!("bodies/{id}/media-type"), "a body that is not JSON → 415", |world| {
            for kind in [
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/xml",
                "multipart/form-data; boundary=x",
            ] {
                let request = Request::new("POST", path.clone()).bytes("{}", kind);
                world.master(request)?.refused(415, "UNSUPPORTED_MEDIA_TYPE")?;
            }
            Ok(())
        });
        suite.check(
            format!("bodies/{id}/keys"),
            "an unknown key, a server-set key or a `read_only` field → 400",
            |world| keys(world, entity),
        );
        suite.check(format!("bodies/{id}/duplicate-key"), "a duplicate key: the last wins", |world| {
            duplicate(world, entity)
        });
        suite.check(
            format!("bodies/{id}/unknown-query"),
            "Queries: an unknown or repeated parameter → 400",
            |world| {
                let body = Value::Object(world.body(entity, &Who::Admin)?);
                let request = Request::post(path.clone(), &body);
                world.master(request.query(&[("noSuchThing", "1")]))?.faults(&[("noSuchThing", "unknown")])?;
                Ok(())
            },
        );
    }
    if let Some(entity) = spec.entities.iter().find(|it| it.allows(Action::Create)) {
        suite.check("bodies/too-large", "413 body over 1 MiB", |world| too_large(world, entity));
        suite.check("bodies/too-large-chunked", "413 … also when chunked", |world| {
            let body = vec![b' '; MOST + 1];
            let request = Request::new("POST", World::path(entity)).bytes(body, "application/json").chunked();
            world.master(request)?.refused(413, "PAYLOAD_TOO_LARGE")?;
            Ok(())
        });
        suite.check("bodies/largest", "413 body over 1 MiB", |world| {
            let mut body = b"{}".to_vec();
            body.resize(MOST, b' ');
            let answer = world.master(Request::new("POST", World::path(entity)).bytes(body, "application/json"))?;
            if answer.status == 413 {
                return Err(Fault::new("a body of exactly 1 MiB to be read", "413").shown_by(&answer).into());
            }
            Ok(())
        });
    }
}

const MALFORMED: &[&[u8]] = &[
    b"",
    b"{",
    b"{\"a\": NaN}",
    b"{\"a\": Infinity}",
    b"{\"a\": 01}",
    b"{\"a\": +1}",
    b"{\"a\": .5}",
    b"{'a': 1}",
    b"{\"a\": 1,}",
    b"{} {}",
    b"{}x",
    b"{\"a\": \"\xff\"}",
    b"{\"a\": \"\\ud800\"}",
    b"{\"a\": \"\\udc00\\ud800\"}",
    b"{\"a\": \"\n\"}",
    b"// comment\n{}",
];

fn keys(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let mut body = world.body(entity, &Who::Admin)?;
    let mut wanted = vec![("noSuchKey".to_owned(), "unknown")];
    body.insert("noSuchKey".into(), json!(1));
    for (name, value) in [
        ("id", json!(ABSENT)),
        ("created_at", json!("2026-01-31T09:30:00.000Z")),
        ("updated_at", json!("2026-01-31T09:30:00.000Z")),
        ("version", json!(7)),
        ("owner_id", json!(ABSENT)),
        ("deleted_at", Value::Null),
    ] {
        let key = world.key(name);
        wanted.push((key.clone(), "readOnly"));
        body.insert(key, value);
    }
    for field in entity.fields.iter().filter(|it| it.read_only) {
        let key = world.key_of(&field.name);
        body.insert(key.clone(), world.samples(entity, field, 0).typical);
        wanted.push((key, "readOnly"));
    }
    world.master(Request::post(World::path(entity), &Value::Object(body.clone())))?.faults(&wanted)?;
    if entity.allows(Action::Update) {
        let row = world.make(entity)?;
        let path = World::row_path(entity, &row.id);
        world.master(Request::patch(path.clone(), &Value::Object(body.clone())))?.faults(&wanted)?;
        world.master(Request::put(path.clone(), &Value::Object(body)))?.faults(&wanted)?;
        if entity.allows(Action::Read) {
            super::rows::same_row(&world.master(Request::get(path))?, &row.value)?;
        }
    }
    Ok(())
}

fn duplicate(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let shown = |it: &&crate::spec::Field| !it.read_only && !it.private;
    let Some(field) = entity.fields.iter().find(shown) else {
        return skip("no field is both accepted and answered");
    };
    let key = world.key_of(&field.name);
    // The values of a row that has gone are free.
    let row = world.make(entity)?;
    if entity.allows(Action::Delete) {
        world.master(Request::delete(World::row_path(entity, &row.id)))?.empty(204)?;
    } else if has_unique(entity) {
        return skip("rows cannot be deleted, and their values are unique");
    }
    let text = Value::Object(row.sent.clone()).to_string();
    let text = format!("{{\"{key}\":null,{}", &text[1..]);
    let answer = world.master(Request::new("POST", World::path(entity)).bytes(text, "application/json"))?;
    let id = answer.status(201)?.string("id")?;
    world.remember(entity, &id);
    answer.holds(&key, &super::rows::answered(world.spec, field, &row.sent[&key]))?;
    Ok(())
}

fn too_large(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let origin = world.client.origin().to_owned();
    if !origin.starts_with("http://") {
        return skip("the service is asked by https");
    }
    // Only the head is sent: a service that has read the length need not wait for the body.
    let host = &origin["http://".len()..];
    let token = world.of(&Who::Admin).map(|it| format!("Authorization: Bearer {}\r\n", it.access)).unwrap_or_default();
    let path = format!("{}{}", world.spec.api.base_path, World::path(entity));
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\n{token}Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        MOST + 1
    );
    world.requests += 1;
    let status = raw::status(&origin, head.as_bytes(), world.target.timeout)?;
    if status == 413 { Ok(()) } else { Err(Fault::new("status 413", format!("{status}")).into()) }
}
