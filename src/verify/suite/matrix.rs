//! The whole matrix: each entity, action and kind of caller.

use super::lists::ids;
use super::{Outcome, Suite, id_of};
use crate::derive::access::{AccessCell, Caller, Outcome as Wanted, Request as Asked, access};
use crate::spec::{Action, Entity};
use crate::verify::Exchange;
use crate::verify::client::Request;
use crate::verify::fault::{Stop, ensure, skip};
use crate::verify::world::{Row, Who, World};
use serde_json::{Map, Value, json};

pub fn checks(suite: &mut Suite<'_, '_>) {
    let spec = suite.world.spec;
    for cell in access(spec) {
        let Some(entity) = spec.entity(&cell.entity) else { continue };
        let id = format!("access/{}/{}/{}", id_of(entity), cell.request.id().replace('_', "-"), cell.caller.id());
        let says = "Not logged in → 401; logged in and not allowed → 403; a row that the caller may not `read` → 404";
        suite.check(id, says, |world| cell_holds(world, entity, &cell));
    }
}

fn who(caller: &Caller) -> Who {
    match caller {
        Caller::Anonymous => Who::Anonymous,
        Caller::User | Caller::Owner => Who::User,
        Caller::Role(role) => Who::Role(role.clone()),
        Caller::Admin => Who::Admin,
    }
}

/// A row that the caller made when he is to be its owner, else one of the admin's.
fn row_for(world: &mut World<'_>, entity: &Entity, caller: &Caller) -> Result<Row, Stop> {
    if *caller != Caller::Owner {
        return world.make(entity);
    }
    if !world.can_make(entity, &Who::User) {
        return skip("nobody of role `user` can make a row");
    }
    world.make_with(entity, &Who::User, &Map::new())
}

fn cell_holds(world: &mut World<'_>, entity: &Entity, cell: &AccessCell) -> Outcome {
    let caller = who(&cell.caller);
    let path = World::path(entity);
    match cell.request {
        Asked::Action(Action::List) => list(world, entity, cell, &caller),
        Asked::Action(Action::Create) => {
            if !entity.allows(Action::Create) {
                return decided(cell, &world.send_as(&caller, Request::post(path, &json!({})))?, 201);
            }
            if cell.outcome == Wanted::Allowed && !world.can_refer(entity, &caller) {
                return skip("the caller may not read what the row has to refer to");
            }
            let (_, answer) = world.post(entity, &caller, &Map::new())?;
            decided(cell, &answer, 201)
        }
        Asked::Action(action) => {
            let id =
                if entity.allows(action) { row_for(world, entity, &cell.caller)?.id } else { super::ABSENT.to_owned() };
            let path = World::row_path(entity, &id);
            let requests = match action {
                Action::Read => vec![(Request::get(path), 200)],
                Action::Update => vec![(Request::patch(path, &json!({})), 200)],
                _ => vec![(Request::delete(path), 204)],
            };
            for (request, done) in requests {
                decided(cell, &world.send_as(&caller, request)?, done)?;
            }
            if action == Action::Update && cell.outcome == Wanted::Allowed && world.can_refer(entity, &caller) {
                let row = row_for(world, entity, &cell.caller)?;
                // With references that this caller may read, which those of the row need not be.
                let mut body = row.sent.clone();
                body.extend(world.references(entity, &caller)?);
                let put = Request::put(World::row_path(entity, &row.id), &Value::Object(body));
                decided(cell, &world.send_as(&caller, put)?, 200)?;
            }
            Ok(())
        }
        Asked::IncludeDeleted => {
            let flag = world.key("include_deleted");
            decided(cell, &world.send_as(&caller, Request::get(path).query(&[(flag, "true")]))?, 200)
        }
        Asked::Restore => {
            let row = world.make(entity)?;
            let path = World::row_path(entity, &row.id);
            if !entity.allows(Action::Delete) {
                let answer = world.send_as(&caller, Request::new("POST", format!("{path}/restore")))?;
                let status = if cell.outcome == Wanted::Allowed { 409 } else { 0 };
                return decided(cell, &answer, status);
            }
            world.master(Request::delete(path.clone()))?.empty(204)?;
            decided(cell, &world.send_as(&caller, Request::new("POST", format!("{path}/restore")))?, 200)
        }
        Asked::Audit => {
            let row = world.make(entity)?;
            let path = format!("{}/audit", World::row_path(entity, &row.id));
            decided(cell, &world.send_as(&caller, Request::get(path))?, 200)
        }
    }
}

fn list(world: &mut World<'_>, entity: &Entity, cell: &AccessCell, caller: &Who) -> Outcome {
    let path = World::path(entity);
    if cell.outcome != Wanted::OwnRows && cell.outcome != Wanted::Allowed {
        return decided(cell, &world.send_as(caller, Request::get(path))?, 200);
    }
    if !entity.allows(Action::Create) {
        return decided(cell, &world.send_as(caller, Request::get(path))?, 200);
    }
    // The newest rows are at the end, or first when sorted by their making downwards.
    let foreign = world.make(entity)?;
    let mine = if cell.caller == Caller::Owner && world.can_make(entity, &Who::User) {
        Some(world.make_with(entity, &Who::User, &Map::new())?)
    } else {
        None
    };
    let sortable = entity.sort.iter().any(|it| it == "createdAt");
    let newest = format!("-{}", world.key("created_at"));
    let mut query = vec![("limit".to_owned(), "100".to_owned())];
    if sortable {
        query.push(("sort".to_owned(), newest));
    }
    let answer = world.send_as(caller, Request::get(path).query(&query))?;
    let got = ids(&answer)?;
    if !sortable {
        return Ok(());
    }
    let sees = got.contains(&foreign.id);
    let wanted = cell.outcome == Wanted::Allowed;
    ensure(
        sees == wanted,
        &answer,
        if wanted { "the row of another" } else { "no row of another" },
        format!("{} rows", got.len()),
    )?;
    if let Some(mine) = mine {
        ensure(got.contains(&mine.id), &answer, "his own row", format!("{} rows", got.len()))?;
    }
    Ok(())
}

fn decided(cell: &AccessCell, answer: &Exchange, done: u16) -> Outcome {
    match cell.outcome {
        Wanted::Allowed | Wanted::OwnRows => answer.status(done)?,
        Wanted::Unauthorized => {
            answer.refused(401, "UNAUTHORIZED")?;
            let header = answer.header("www-authenticate").unwrap_or("none");
            ensure(header.starts_with("Bearer"), answer, "WWW-Authenticate: Bearer …", header)?;
            answer
        }
        Wanted::Forbidden => answer.refused(403, "FORBIDDEN")?,
        Wanted::NotFound => answer.refused(404, "NOT_FOUND")?,
        Wanted::MethodNotAllowed => answer.refused(405, "METHOD_NOT_ALLOWED")?,
    };
    Ok(())
}
