//! `Idempotency-Key`: a request that is made twice is done once.

use super::commands::{ask, next_version, ready};
use super::concurrency::together;
use super::lists::items;
use super::{Outcome, Suite, has_unique, id_of};
use crate::spec::{Action, Entity};
use crate::verify::Exchange;
use crate::verify::client::Request;
use crate::verify::fault::{Fault, Stop, ensure, skip};
use crate::verify::states::granted;
use crate::verify::world::{Who, World};
use serde_json::{Map, Value, json};

const KEY: &str = "Idempotency-Key";
const REPLAYED: &str = "idempotency-replayed";
/// How many at once.
const MANY: usize = 10;

pub fn checks(suite: &mut Suite<'_, '_>) {
    let spec = suite.world.spec;
    let Some(first) = spec.entities.iter().find(|it| it.allows(Action::Create)) else { return };
    let mut known = None;
    suite.check("idempotency/described", "headers such as `Idempotency-Key` among the parameters", |world| {
        known = Some(described(world, first)?);
        if known == Some(true) { Ok(()) } else { skip("the service describes no Idempotency-Key") }
    });
    if known == Some(false) {
        return;
    }
    for entity in spec.entities.iter().filter(|it| it.allows(Action::Create)) {
        let id = id_of(entity);
        suite.check(
            format!("idempotency/{id}/replayed"),
            "the same key, caller, path and body → the first answer again, with `Idempotency-Replayed: true`, and no second effect",
            |world| replayed(world, entity),
        );
        suite.check(format!("idempotency/{id}/parallel"), "…, also when both arrive at once", |world| {
            parallel(world, entity)
        });
        for command in &entity.commands {
            suite.check(
                format!("idempotency/{id}/{}", command.name.kebab()),
                "`POST` … of a command takes `Idempotency-Key`",
                |world| {
                    let row = ready(world, entity, command, &Who::Admin)?;
                    let request = ask(world, entity, command, &row.id).header(KEY, key(world));
                    let first = world.master(request.clone())?;
                    let version = json!(next_version(&row));
                    first.status(200)?.holds("version", &version)?;
                    same(&world.master(request)?, &first)?;
                    if entity.allows(Action::Read) {
                        let now = world.master(Request::get(World::row_path(entity, &row.id)))?;
                        now.status(200)?.holds("version", &version)?;
                    }
                    Ok(())
                },
            );
        }
    }
    once(suite, first);
}

fn once(suite: &mut Suite<'_, '_>, entity: &Entity) {
    suite.check("idempotency/other-body", "another body → 422", |world| {
        let (key, body) = (key(world), made(world, entity)?);
        post(world, entity, &Who::Admin, &key, &body)?.status(201)?;
        let mut other = body.clone();
        other.insert("noSuchKey".into(), json!(1));
        for other in [Value::Object(other), json!({})] {
            let request = Request::post(World::path(entity), &other).header(KEY, key.clone());
            world.master(request)?.refused(422, "IDEMPOTENCY_KEY_REUSED")?;
        }
        Ok(())
    });
    suite.check("idempotency/equal-json", "body (compared as JSON)", |world| {
        let (key, body) = (key(world), made(world, entity)?);
        let first = post(world, entity, &Who::Admin, &key, &body)?;
        let turned: Map<String, Value> = body.into_iter().rev().collect();
        let text = format!("{:#}\n ", Value::Object(turned));
        let request = Request::new("POST", World::path(entity)).bytes(text, "application/json").header(KEY, key);
        same(&world.master(request)?, &first)
    });
    suite.check("idempotency/other-path", "the same key, caller, path", |world| {
        let Some(other) = world.spec.entities.iter().filter(|it| it.allows(Action::Create)).nth(1) else {
            return skip("there is one path alone");
        };
        let key = key(world);
        for entity in [entity, other] {
            let body = made(world, entity)?;
            let answer = post(world, entity, &Who::Admin, &key, &body)?;
            fresh(answer.status(201)?)?;
        }
        Ok(())
    });
    if suite.world.spec.has_auth() {
        suite.check("idempotency/other-caller", "the same key, caller", |world| {
            if !world.can_make(entity, &Who::User) {
                return skip("a user cannot make a row");
            }
            let key = key(world);
            for who in [Who::User, Who::Other] {
                let body = world.body(entity, &who)?;
                let answer = post(world, entity, &who, &key, &body)?;
                fresh(answer.status(201)?)?;
            }
            Ok(())
        });
        suite.check("idempotency/access-first", "401 · 403 by role · … · idempotency replay", |world| {
            let (key, body) = (key(world), made(world, entity)?);
            post(world, entity, &Who::Admin, &key, &body)?.status(201)?;
            if granted(&entity.access.create, &Who::Anonymous, false) {
                return skip("everybody may");
            }
            post(world, entity, &Who::Anonymous, &key, &body)?.refused(401, "UNAUTHORIZED")?;
            Ok(())
        });
    }
    suite.check("idempotency/invalid-key", "`Idempotency-Key` (1–255 printable ASCII)", |world| {
        let body = made(world, entity)?;
        let long = "k".repeat(256);
        for wrong in ["", long.as_str(), "ключ", "a\tb"] {
            let answer = post(world, entity, &Who::Admin, wrong, &body)?;
            answer.refused(400, "VALIDATION_ERROR")?;
        }
        let longest = format!("{:k<255}", key(world));
        post(world, entity, &Who::Admin, &longest, &body)?.status(201)?;
        Ok(())
    });
    suite.check("idempotency/failures", "Only 201, 200 and 202 are kept", |world| {
        let (key, body) = (key(world), made(world, entity)?);
        let wrong = Request::post(World::path(entity), &json!({ "noSuchKey": 1 })).header(KEY, key.clone());
        for _ in 0..2 {
            let answer = world.master(wrong.clone())?;
            answer.refused(400, "VALIDATION_ERROR")?;
            fresh(&answer)?;
        }
        let answer = post(world, entity, &Who::Admin, &key, &body)?;
        fresh(answer.status(201)?)
    });
    suite.check("idempotency/without", "no key: each request is one of its own", |world| {
        let mut entities = world.spec.entities.iter();
        let Some(open) = entities.find(|it| it.allows(Action::Create) && !has_unique(it)) else {
            return skip("every entity has a unique value");
        };
        let body = world.body(open, &Who::Admin)?;
        let mut ids = Vec::new();
        for _ in 0..2 {
            let answer = world.master(Request::post(World::path(open), &Value::Object(body.clone())))?;
            let id = answer.status(201)?.string("id")?;
            world.remember(open, &id);
            ids.push(id);
            fresh(&answer)?;
        }
        if ids[0] == ids[1] { Err(Fault::new("two rows", "one").into()) } else { Ok(()) }
    });
}

/// Whether the service says that it takes the header.
fn described(world: &mut World<'_>, entity: &Entity) -> Result<bool, Stop> {
    let document = world.send(&Request::get("root:/openapi.json"))?.status(200)?.json()?;
    let path = format!("{}{}", world.spec.api.base_path, World::path(entity));
    let parameters = document["paths"][path]["post"]["parameters"].as_array().cloned().unwrap_or_default();
    let name = |parameter: &Value| {
        let target = parameter["$ref"].as_str().and_then(|it| document.pointer(it.trim_start_matches('#')));
        target.unwrap_or(parameter)["name"].as_str().unwrap_or_default().to_owned()
    };
    Ok(parameters.iter().any(|it| name(it).eq_ignore_ascii_case(KEY)))
}

fn key(world: &mut World<'_>) -> String {
    let number = world.next();
    format!("verify-{:08x}-{number}", world.run)
}

/// A body whose values nothing holds.
fn made(world: &mut World<'_>, entity: &Entity) -> Result<Map<String, Value>, Stop> {
    // A value that another row has by chance would spoil the check: a row of the same values is made and removed.
    if !entity.allows(Action::Delete) || entity.fields.iter().all(|it| !it.unique) {
        return world.body(entity, &Who::Admin);
    }
    let row = world.make(entity)?;
    world.master(Request::delete(World::row_path(entity, &row.id)))?.empty(204)?;
    Ok(row.sent)
}

fn post(
    world: &mut World<'_>,
    entity: &Entity,
    who: &Who,
    key: &str,
    body: &Map<String, Value>,
) -> Result<Exchange, Stop> {
    let request = Request::post(World::path(entity), &Value::Object(body.clone())).header(KEY, key);
    let answer = world.send_as(who, request)?;
    if answer.status == 201 {
        let id = answer.string("id")?;
        world.remember(entity, &id);
    }
    Ok(answer)
}

/// Wants an answer that is no repetition.
fn fresh(answer: &Exchange) -> Outcome {
    let got = answer.header(REPLAYED);
    ensure(got.is_none(), answer, "no Idempotency-Replayed", got.unwrap_or_default())?;
    Ok(())
}

/// Wants the first answer again.
fn same(answer: &Exchange, first: &Exchange) -> Outcome {
    answer.status(first.status)?.has_header(REPLAYED, "true")?;
    let (got, wanted) = (answer.json()?, first.json()?);
    ensure(got == wanted, answer, format!("the first answer again: {wanted}"), got.to_string())?;
    for name in ["location", "etag"] {
        let (got, wanted) = (answer.header(name), first.header(name));
        ensure(got == wanted, answer, format!("`{name}: {}`", wanted.unwrap_or("none")), got.unwrap_or("none"))?;
    }
    Ok(())
}

fn replayed(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let (key, body) = (key(world), made(world, entity)?);
    let before = total(world, entity)?;
    let first = post(world, entity, &Who::Admin, &key, &body)?;
    fresh(first.status(201)?)?;
    for _ in 0..2 {
        same(&post(world, entity, &Who::Admin, &key, &body)?, &first)?;
    }
    let after = total(world, entity)?;
    if let (Some(before), Some(after)) = (before, after)
        && after != before + 1
    {
        return Err(Fault::new("one row more", format!("{before}, then {after}")).shown_by(&first).into());
    }
    Ok(())
}

/// How many rows there are, where the service says so.
fn total(world: &mut World<'_>, entity: &Entity) -> Result<Option<u64>, Stop> {
    if !entity.allows(Action::List) {
        return Ok(None);
    }
    let answer = world.master(Request::get(World::path(entity)).query(&[("limit", "1")]))?;
    items(&answer)?;
    Ok(answer.object()?.get("total").and_then(Value::as_u64))
}

fn parallel(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let (key, body) = (key(world), made(world, entity)?);
    let token = world.of(&Who::Admin).ok().map(|it| it.access);
    let request = Request::post(World::path(entity), &Value::Object(body)).header(KEY, key).token(token.as_deref());
    let answers = together(world, &vec![request; MANY])?;
    let mut ids = Vec::new();
    for answer in &answers {
        ids.push(answer.status(201)?.string("id")?);
    }
    ids.sort();
    ids.dedup();
    for id in &ids {
        world.remember(entity, id);
    }
    let fresh = answers.iter().filter(|it| it.header(REPLAYED).is_none()).count();
    if ids.len() == 1 && fresh == 1 {
        return Ok(());
    }
    let got = format!("{} rows, {fresh} answers without it", ids.len());
    Err(Fault::new(format!("one row, and all of {MANY} answers but one with Idempotency-Replayed"), got).into())
}
