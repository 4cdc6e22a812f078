//! Rows that go and come back, and what is remembered of them.

use super::rows::changeable;
use super::{ABSENT, Outcome, Suite};
use crate::spec::{Action, Entity, datetime};
use crate::verify::client::Request;
use crate::verify::exchange::{equal, short};
use crate::verify::fault::{ensure, skip};
use crate::verify::world::{Who, World};
use serde_json::{Map, Value, json};

pub fn checks(suite: &mut Suite<'_, '_>, entity: &Entity, id: &str) {
    suite.check(
        format!("rows/{id}/deleted"),
        "`DELETE /products/{id}` 204: gone from every read, filter and nested list",
        |world| deleted(world, entity),
    );
    if entity.soft_delete {
        suite.check(
            format!("rows/{id}/deleted-shown"),
            "an admin sees such rows, with `deletedAt`, under `includeDeleted=true` (others 403)",
            |world| deleted_shown(world, entity),
        );
        suite.check(
            format!("rows/{id}/restored"),
            "`POST /products/{id}/restore` 200, the row; 409 when not deleted",
            |world| restored(world, entity),
        );
        suite.check(
            format!("rows/{id}/restore-conflict"),
            "A unique value is free again after a soft deletion; 409 when a unique value has been taken",
            |world| restore_conflict(world, entity),
        );
    }
}

/// The check of an audited entity.
pub fn audits(suite: &mut Suite<'_, '_>, entity: &Entity, id: &str) {
    suite.check(format!("rows/{id}/audit"), "`GET /products/{id}/audit` 200, oldest first, changed keys only, private fields masked; also for a deleted row", |world| {
            audit(world, entity)
        });
}

fn deleted(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let row = world.make(entity)?;
    let path = World::row_path(entity, &row.id);
    world.master(Request::delete(path.clone()))?.empty(204)?;
    world.master(Request::delete(path.clone()))?.refused(404, "NOT_FOUND")?;
    if entity.allows(Action::Read) {
        world.master(Request::get(path.clone()))?.refused(404, "NOT_FOUND")?;
    }
    if entity.allows(Action::Update) {
        world.master(Request::patch(path, &json!({})))?.refused(404, "NOT_FOUND")?;
    }
    Ok(())
}

fn deleted_shown(world: &mut World<'_>, entity: &Entity) -> Outcome {
    if !entity.allows(Action::Read) {
        return skip("a row cannot be read");
    }
    let row = world.make(entity)?;
    let path = World::row_path(entity, &row.id);
    world.master(Request::delete(path.clone()))?.empty(204)?;
    let flag = world.key("include_deleted");
    let get = Request::get(path.clone()).query(&[(flag.as_str(), "true")]);
    let answer = world.master(get.clone())?;
    let deleted_at = world.key("deleted_at");
    let text = answer.status(200)?.string(&deleted_at)?;
    ensure(datetime(&text).is_some_and(|it| it == text), &answer, format!("a moment in `{deleted_at}`"), text)?;
    answer.holds("version", &json!(2))?;
    if world.spec.has_auth() {
        world.send_as(&Who::User, get.clone())?.refused(403, "FORBIDDEN")?;
        world.send_as(&Who::Anonymous, get)?.refused(401, "UNAUTHORIZED")?;
    }
    let live = World::row_path(entity, &world.make(entity)?.id);
    world.master(Request::get(live).query(&[(flag, "yes")]))?.refused(400, "VALIDATION_ERROR")?;
    Ok(())
}

fn restored(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let row = world.make(entity)?;
    let path = World::row_path(entity, &row.id);
    let restore = Request::new("POST", format!("{path}/restore"));
    world.master(restore.clone())?.refused(409, "CONFLICT")?;
    world.master(Request::delete(path.clone()))?.empty(204)?;
    if world.spec.has_auth() {
        world.send_as(&Who::User, restore.clone())?.refused(403, "FORBIDDEN")?;
        world.send_as(&Who::Anonymous, restore.clone())?.refused(401, "UNAUTHORIZED")?;
    }
    let answer = world.master(restore.clone())?;
    answer.status(200)?.holds("id", &json!(row.id))?.holds("version", &json!(3))?;
    if entity.allows(Action::Read) {
        world.master(Request::get(path.clone()))?.status(200)?;
    }
    world.master(restore)?.refused(409, "CONFLICT")?;
    let absent = format!("{}/restore", World::row_path(entity, ABSENT));
    world.master(Request::new("POST", absent))?.refused(404, "NOT_FOUND")?;
    Ok(())
}

fn restore_conflict(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let Some(field) = entity.fields.iter().find(|it| it.unique && !it.read_only) else {
        return skip("no field is unique");
    };
    let key = world.key_of(&field.name);
    let row = world.make(entity)?;
    let path = World::row_path(entity, &row.id);
    world.master(Request::delete(path.clone()))?.empty(204)?;
    world.make_with(entity, &Who::Admin, &Map::from_iter([(key.clone(), row.sent[&key].clone())]))?;
    let answer = world.master(Request::new("POST", format!("{path}/restore")))?;
    answer.taken(&[key])?;
    Ok(())
}

fn audit(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let row = world.make(entity)?;
    let path = World::row_path(entity, &row.id);
    let mut actions = vec!["create"];
    if entity.allows(Action::Update) {
        let (field, value) = changeable(world, entity, &row)?;
        // Everything is written again, and one key alone is another.
        let mut body = row.sent.clone();
        body.insert(world.key_of(&field.name), value);
        world.master(Request::patch(path.clone(), &Value::Object(body)))?.status(200)?;
        actions.push("update");
    }
    if entity.allows(Action::Delete) {
        world.master(Request::delete(path.clone()))?.empty(204)?;
        actions.push("delete");
    }
    let get = Request::get(format!("{path}/audit"));
    if world.spec.has_auth() {
        world.send_as(&Who::User, get.clone())?.refused(403, "FORBIDDEN")?;
        world.send_as(&Who::Anonymous, get.clone())?.refused(401, "UNAUTHORIZED")?;
    }
    let answer = world.master(get)?;
    let body = answer.status(200)?.object()?;
    let items = body.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
    let got: Vec<_> = items.iter().map(|it| it["action"].as_str().unwrap_or_default()).collect();
    ensure(got == actions, &answer, format!("the entries {actions:?}"), format!("{got:?}"))?;
    let mut wanted = ["id", "action", "at", "before", "after"].map(str::to_owned).to_vec();
    wanted.push(world.key("actor_id"));
    wanted.sort();
    let private: Vec<_> = entity.fields.iter().filter(|it| it.private).map(|it| world.key_of(&it.name)).collect();
    for item in &items {
        let mut keys: Vec<_> = item.as_object().map(|it| it.keys().cloned().collect()).unwrap_or_default();
        keys.sort();
        ensure(keys == wanted, &answer, format!("the keys {}", wanted.join(", ")), keys.join(", "))?;
        for key in &private {
            let shown = [&item["before"][key], &item["after"][key]]
                .into_iter()
                .any(|it| row.sent.get(key).is_some_and(|sent| !sent.is_null() && equal(it, sent)));
            ensure(!shown, &answer, format!("`{key}` masked"), short(item))?;
        }
    }
    if actions.contains(&"update") {
        let (before, after) = (&items[1]["before"], &items[1]["after"]);
        let keys =
            |value: &Value| value.as_object().map(|it| it.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
        let one = keys(before) == keys(after) && keys(before).len() == 1;
        ensure(one, &answer, "the one changed key before and after", short(&items[1]))?;
    }
    Ok(())
}
