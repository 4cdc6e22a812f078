//! Reads after writes: nobody is shown a version older than the last one that was answered.

use super::rows::changeable;
use super::{Outcome, Suite, id_of};
use crate::spec::{Action, Entity};
use crate::verify::Exchange;
use crate::verify::client::{Client, Request};
use crate::verify::fault::{Fault, Stop, ensure, skip};
use crate::verify::states::granted;
use crate::verify::world::{Who, World};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// As many writes, one after the other, while so many others read.
const WRITES: usize = 12;
const READERS: usize = 3;
/// What a page holds at most.
const MOST: usize = 100;

pub fn checks(suite: &mut Suite<'_, '_>) {
    let spec = suite.world.spec;
    let readable = |it: &&Entity| it.allows(Action::Create) && it.allows(Action::Read);
    for entity in spec.entities.iter().filter(readable) {
        let id = id_of(entity);
        suite.check(
            format!("freshness/{id}/writes"),
            "a read that begins after the answer to a write shows it: rows and first pages, whoever asks",
            |world| writes(world, entity),
        );
        if entity.allows(Action::Update) {
            suite.check(
                format!("freshness/{id}/concurrent"),
                "a read that begins after the answer to a write shows it, also while others write and read",
                |world| concurrent(world, entity),
            );
        }
    }
}

/// Those who read what an admin writes.
fn readers(world: &World<'_>, entity: &Entity) -> Vec<Who> {
    let by_user = world.spec.has_auth() && granted(entity.access.of(Action::Read), &Who::User, false);
    [Who::Admin].into_iter().chain(by_user.then_some(Who::User)).collect()
}

/// Every way to see a row shows this version, or that it is gone; asked twice, as the first time may be what makes the
/// service remember it.
fn seen(world: &mut World<'_>, entity: &Entity, id: &str, wanted: Option<u64>) -> Outcome {
    for who in readers(world, entity) {
        let lists = entity.allows(Action::List) && granted(entity.access.of(Action::List), &who, false);
        for _ in 0..2 {
            let answer = world.send_as(&who, Request::get(World::row_path(entity, id)))?;
            match wanted {
                Some(_) => ensure(version(&answer)? == wanted, &answer, told(wanted), told(version(&answer)?))?,
                None => drop(answer.refused(404, "NOT_FOUND")?),
            }
            if lists {
                let list = Request::get(World::path(entity)).query(&[("limit", &MOST.to_string())]);
                listed(&world.send_as(&who, list)?, id, wanted)?;
            }
        }
    }
    Ok(())
}

fn listed(answer: &Exchange, id: &str, wanted: Option<u64>) -> Outcome {
    let body = answer.status(200)?.object()?;
    let rows = body.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
    let found = rows.iter().find(|it| it["id"] == id);
    let got = found.and_then(|it| it["version"].as_u64());
    // On a full page it may be the one that is missing.
    let beyond = found.is_none() && rows.len() == MOST;
    ensure(got == wanted || beyond, answer, format!("in the list {}", told(wanted)), told(got))?;
    Ok(())
}

fn version(answer: &Exchange) -> Result<Option<u64>, Fault> {
    Ok(answer.status(200)?.object()?.get("version").and_then(Value::as_u64))
}

fn told(version: Option<u64>) -> String {
    version.map_or_else(|| "no such row".to_owned(), |it| format!("version {it}"))
}

fn writes(world: &mut World<'_>, entity: &Entity) -> Outcome {
    // Whoever remembers the list does so without the row.
    if entity.allows(Action::List) {
        world.master(Request::get(World::path(entity)).query(&[("limit", &MOST.to_string())]))?.status(200)?;
    }
    let row = world.make(entity)?;
    let path = World::row_path(entity, &row.id);
    seen(world, entity, &row.id, Some(1))?;
    let mut last = Some(1);
    if entity.allows(Action::Update) {
        match changeable(world, entity, &row) {
            Ok((field, value)) => {
                let body = json!({ world.key_of(&field.name): value });
                last = version(&world.master(Request::patch(path.clone(), &body))?)?;
                seen(world, entity, &row.id, last)?;
            }
            Err(Stop::Skipped(_)) => {}
            Err(stop) => return Err(stop),
        }
    }
    if entity.allows(Action::Delete) {
        world.master(Request::delete(path.clone()))?.empty(204)?;
        seen(world, entity, &row.id, None)?;
        if entity.soft_delete {
            world.master(Request::new("POST", format!("{path}/restore")))?.status(200)?;
            seen(world, entity, &row.id, last.map(|it| it + 2))?;
        }
    }
    Ok(())
}

fn concurrent(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let row = world.make(entity)?;
    let (field, value) = changeable(world, entity, &row)?;
    let key = world.key_of(&field.name);
    let token = world.of(&Who::Admin).ok().map(|it| it.access);
    let path = World::row_path(entity, &row.id);
    let there = Request::patch(path.clone(), &json!({ key.clone(): value })).token(token.as_deref());
    let back = Request::patch(path.clone(), &json!({ key.clone(): row.value[&key] })).token(token.as_deref());
    if row.value[&key].is_null() {
        return skip("the value cannot be written back");
    }
    let get = Request::get(path).token(token.as_deref());
    let (answered, over) = (AtomicU64::new(1), AtomicBool::new(false));
    let client: &Client = &world.client;
    let read = || -> Result<usize, Stop> {
        let mut asked = 0;
        while !over.load(Ordering::SeqCst) {
            let known = answered.load(Ordering::SeqCst);
            let answer = client.send(&get)?;
            let got = version(&answer)?.unwrap_or_default();
            ensure(got >= known, &answer, format!("version {known} or a later one"), format!("version {got}"))?;
            asked += 1;
        }
        Ok(asked)
    };
    let (written, asked) = std::thread::scope(|scope| {
        let running: Vec<_> = (0..READERS).map(|_| scope.spawn(read)).collect();
        let mut written = Ok(());
        for request in [&there, &back].into_iter().cycle().take(WRITES) {
            match client.send(request).and_then(|answer| version(&answer)) {
                Ok(version) => answered.store(version.unwrap_or_default(), Ordering::SeqCst),
                Err(fault) => {
                    written = Err(Stop::from(fault));
                    break;
                }
            }
        }
        over.store(true, Ordering::SeqCst);
        let asked: Vec<_> = running.into_iter().filter_map(|it| it.join().ok()).collect();
        (written, asked)
    });
    for each in asked {
        world.requests += each?;
    }
    world.requests += WRITES;
    written
}
