//! One event of each committed write, none of any other.

use super::super::rows::changeable;
use super::super::{Suite, id_of};
use super::{Event, Outcome, Watch, exactly, of_row, possible, wants};
use crate::spec::{Action, Entity};
use crate::verify::client::{Client, Request};
use crate::verify::fault::{Fault, Stop, skip};
use crate::verify::states::granted;
use crate::verify::world::{PASSWORD, Row, Who, World};
use serde_json::{Map, Value, json};

/// So many writes of one row, as quick as the service takes them.
const QUICK: usize = 12;
/// So many rows, or clients, at once.
const MANY: usize = 3;

pub fn checks(suite: &mut Suite<'_, '_>, watch: &mut Watch<'_>) {
    let spec = suite.world.spec;
    for entity in spec.entities.iter().filter(|it| it.allows(Action::Create)) {
        let id = id_of(entity);
        suite.check(
            format!("events/{id}/created"),
            "Every committed write publishes `<entity>.created`: a CloudEvents 1.0 JSON envelope; `data` (the row as the API answers it, without private fields)",
            |world| created(world, watch, entity),
        );
        if entity.allows(Action::Update) {
            suite.check(
                format!("events/{id}/updated"),
                "Every committed write publishes `<entity>.updated`; `{}` changes nothing",
                |world| updated(world, watch, entity),
            );
            suite.check(format!("events/{id}/order"), "one row's events go out in order", |world| {
                order(world, watch, entity)
            });
            suite.check(
                format!("events/{id}/order-of-many"),
                "one row's events go out in order, also when many write it at once",
                |world| order_of_many(world, watch, entity),
            );
        }
        if entity.allows(Action::Delete) {
            suite.check(
                format!("events/{id}/deleted"),
                "`<entity>.deleted` (for `deleted` its last state; restore is `updated`)",
                |world| deleted(world, watch, entity),
            );
        }
        suite.check(format!("events/{id}/refused"), "a rolled-back write publishes nothing", |world| {
            refused(world, watch, entity)
        });
        suite.check(
            format!("events/{id}/repeated"),
            "the same `Idempotency-Key` → the first answer again, and no second effect",
            |world| repeated(world, watch, entity),
        );
    }
    if spec.has_auth() {
        suite.check("events/user/registered", "registration `user.registered`", |world| registered(world, watch));
    }
}

/// A type of event of an entity.
pub fn kind(entity: &Entity, change: &str) -> String {
    format!("{}.{change}", entity.name.kebab())
}

fn created(world: &mut World<'_>, watch: &mut Watch<'_>, entity: &Entity) -> Outcome {
    let row = world.make(entity)?;
    let events = watch.settle(world)?;
    let found = exactly(&events, &row.id, &[kind(entity, "created")])?;
    found[0].proper(world)?;
    found[0].carries(&row.value)?;
    without_private(world, entity, found[0])?;
    Ok(())
}

fn without_private(world: &World<'_>, entity: &Entity, event: &Event) -> Result<(), Fault> {
    for field in entity.fields.iter().filter(|it| it.private) {
        let key = world.key_of(&field.name);
        wants(event.data().get(&key).is_none(), format!("data without `{key}`"), "it is there")?;
    }
    Ok(())
}

fn updated(world: &mut World<'_>, watch: &mut Watch<'_>, entity: &Entity) -> Outcome {
    let row = world.make(entity)?;
    let path = World::row_path(entity, &row.id);
    let (field, value) = changeable(world, entity, &row)?;
    let body = json!({ world.key_of(&field.name): value });
    let answer = world.master(Request::patch(path.clone(), &body))?;
    let patched = answer.status(200)?.object()?;
    world.master(Request::patch(path.clone(), &json!({})))?.status(200)?;
    let put = world.master(Request::put(path, &Value::Object(row.sent.clone())))?.status(200)?.object()?;
    let events = watch.settle(world)?;
    let (made, changed) = (kind(entity, "created"), kind(entity, "updated"));
    let found = exactly(&events, &row.id, &[made, changed.clone(), changed])?;
    for (event, row) in found.iter().zip([&row.value, &patched, &put]) {
        event.proper(world)?;
        event.carries(row)?;
        without_private(world, entity, event)?;
    }
    Ok(())
}

/// A change of a row, and its undoing.
fn there_and_back(world: &mut World<'_>, entity: &Entity) -> Result<(Row, [Request; 2]), Stop> {
    let row = world.make(entity)?;
    let (field, value) = changeable(world, entity, &row)?;
    let key = world.key_of(&field.name);
    let old = row.value.get(&key).cloned().unwrap_or_default();
    if old.is_null() {
        return skip("the value cannot be written back");
    }
    let token = world.of(&Who::Admin).ok().map(|it| it.access);
    let path = World::row_path(entity, &row.id);
    let patch = |value: Value| Request::patch(path.clone(), &json!({ key.clone(): value })).token(token.as_deref());
    let both = [patch(value), patch(old)];
    Ok((row, both))
}

fn order(world: &mut World<'_>, watch: &mut Watch<'_>, entity: &Entity) -> Outcome {
    let mut rows = Vec::new();
    for _ in 0..MANY {
        rows.push(there_and_back(world, entity)?);
    }
    let all: Vec<_> = rows.iter().map(|(_, both)| both).collect();
    at_once(world, &all)?;
    let events = watch.settle(world)?;
    for (row, _) in &rows {
        let got: Vec<_> = of_row(&events, &row.id).iter().map(|it| it.version()).collect();
        let wanted: Vec<_> = (1..=QUICK as u64 + 1).collect();
        wants(got == wanted, format!("the versions {wanted:?}"), format!("{got:?}"))?;
    }
    Ok(())
}

fn order_of_many(world: &mut World<'_>, watch: &mut Watch<'_>, entity: &Entity) -> Outcome {
    let (row, both) = there_and_back(world, entity)?;
    at_once(world, &[&both; MANY])?;
    let events = watch.settle(world)?;
    let got: Vec<_> = of_row(&events, &row.id).iter().map(|it| it.version()).collect();
    let rising = got.windows(2).all(|pair| pair[0] < pair[1]) && got.len() > 1;
    wants(rising, "each event of a later version than the one before", format!("{got:?}"))?;
    Ok(())
}

/// Each of these is written again and again, all side by side.
fn at_once(world: &mut World<'_>, rows: &[&[Request; 2]]) -> Outcome {
    let client: &Client = &world.client;
    let write = |both: &[Request; 2]| -> Result<(), Fault> {
        for request in both.iter().cycle().take(QUICK) {
            client.send(request)?.status(200)?;
        }
        Ok(())
    };
    let ended: Vec<_> = std::thread::scope(|scope| {
        let running: Vec<_> = rows.iter().map(|both| scope.spawn(|| write(both))).collect();
        running.into_iter().map(|it| it.join().unwrap_or_else(|_| Err(Fault::new("an answer", "none")))).collect()
    });
    world.requests += QUICK * rows.len();
    Ok(ended.into_iter().collect::<Result<(), _>>()?)
}

fn deleted(world: &mut World<'_>, watch: &mut Watch<'_>, entity: &Entity) -> Outcome {
    let row = world.make(entity)?;
    let path = World::row_path(entity, &row.id);
    world.master(Request::delete(path.clone()))?.empty(204)?;
    world.master(Request::delete(path.clone()))?.refused(404, "NOT_FOUND")?;
    let mut kinds = vec![kind(entity, "created"), kind(entity, "deleted")];
    let mut back = None;
    if entity.soft_delete {
        back = Some(world.master(Request::new("POST", format!("{path}/restore")))?.status(200)?.object()?);
        kinds.push(kind(entity, "updated"));
    }
    let events = watch.settle(world)?;
    let found = exactly(&events, &row.id, &kinds)?;
    found[1].proper(world)?;
    last_state(world, found[1], &row.value)?;
    if let Some(row) = back {
        found[2].proper(world)?;
        found[2].carries(&row)?;
    }
    Ok(())
}

/// Wants the last state of a row: what its deletion itself writes aside.
pub fn last_state(world: &World<'_>, event: &Event, row: &Map<String, Value>) -> Result<(), Fault> {
    let written = ["version".to_owned(), world.key("updated_at"), world.key("deleted_at")];
    let plain = |row: &Map<String, Value>| -> Map<String, Value> {
        row.iter().filter(|(key, _)| !written.contains(key)).map(|(key, value)| (key.clone(), value.clone())).collect()
    };
    let got = event.data().as_object().map(plain).unwrap_or_default();
    let event = Event { envelope: Map::from_iter([("data".to_owned(), Value::Object(got))]), ..event.clone() };
    event.carries(&plain(row))
}

fn refused(world: &mut World<'_>, watch: &mut Watch<'_>, entity: &Entity) -> Outcome {
    let row = world.make(entity)?;
    let path = World::path(entity);
    watch.settle(world)?;
    let mut body = world.body(entity, &Who::Admin)?;
    let told: Vec<Event> = {
        body.insert("noSuchKey".into(), json!(1));
        world.master(Request::post(path.clone(), &Value::Object(body.clone())))?.refused(400, "VALIDATION_ERROR")?;
        body.remove("noSuchKey");
        if world.spec.has_auth() && !granted(&entity.access.create, &Who::Anonymous, false) {
            let anonymous = Request::post(path.clone(), &Value::Object(body.clone()));
            world.send(&anonymous)?.refused(401, "UNAUTHORIZED")?;
        }
        if let Some(field) = entity.fields.iter().find(|it| it.unique && !it.read_only) {
            let key = world.key_of(&field.name);
            body.insert(key.clone(), row.sent[&key].clone());
            world.master(Request::post(path, &Value::Object(body)))?.taken(&[key])?;
        }
        if entity.allows(Action::Update)
            && let Some((field, value)) = possible(changeable(world, entity, &row))?
        {
            let change = json!({ world.key_of(&field.name): value });
            let patch = Request::patch(World::row_path(entity, &row.id), &change).header("If-Match", "\"99\"");
            world.master(patch)?.refused(412, "PRECONDITION_FAILED")?;
        }
        if entity.allows(Action::Delete) {
            let delete = Request::delete(World::row_path(entity, &row.id)).header("If-Match", "\"99\"");
            world.master(delete)?.refused(412, "PRECONDITION_FAILED")?;
        }
        watch.settle(world)?
    };
    // Rows that the refused one was to refer to are others.
    let of_it = format!("{}.", entity.name.kebab());
    let told: Vec<_> = told.iter().filter(|it| it.kind.starts_with(&of_it)).map(|it| it.kind.as_str()).collect();
    wants(told.is_empty(), "no event of refused writes", told.join(", "))?;
    Ok(())
}

fn repeated(world: &mut World<'_>, watch: &mut Watch<'_>, entity: &Entity) -> Outcome {
    // Values that nothing holds.
    let body = Value::Object(world.make(entity).and_then(|row| other(world, entity, &row))?);
    watch.settle(world)?;
    let number = world.next();
    let key = format!("verify-{:08x}-{number}", world.run);
    let request = Request::post(World::path(entity), &body).header("Idempotency-Key", key);
    let first = world.master(request.clone())?;
    let id = first.status(201)?.string("id")?;
    world.remember(entity, &id);
    let second = world.master(request)?;
    if second.header("idempotency-replayed").is_none() {
        return skip("the service takes no Idempotency-Key");
    }
    let events = watch.settle(world)?;
    exactly(&events, &id, &[kind(entity, "created")])?;
    let made: Vec<_> = events.iter().filter(|it| it.kind == kind(entity, "created")).collect();
    wants(made.len() == 1, "one row's event", made.len().to_string())?;
    Ok(())
}

/// The body of a row that is gone again, so that its values are free.
fn other(world: &mut World<'_>, entity: &Entity, row: &Row) -> Result<Map<String, Value>, Stop> {
    if !entity.allows(Action::Delete) {
        return world.body(entity, &Who::Admin);
    }
    world.master(Request::delete(World::row_path(entity, &row.id)))?.empty(204)?;
    Ok(row.sent.clone())
}

fn registered(world: &mut World<'_>, watch: &mut Watch<'_>) -> Outcome {
    if !world.spec.auth.open_registration {
        return skip("registration is closed");
    }
    let email = world.address();
    let body = Value::Object(world.user_body(&email, None));
    let answer = world.send(&Request::post("/auth/register", &body))?;
    let (id, user) = (answer.status(201)?.string("id")?, answer.object()?);
    world.send(&Request::post("/auth/register", &body))?.refused(409, "CONFLICT")?;
    world.log_in(&email, PASSWORD)?;
    let events = watch.settle(world)?;
    let found = exactly(&events, &id, &["user.registered".to_owned()])?;
    found[0].proper(world)?;
    found[0].carries(&user)?;
    let all = events.iter().filter(|it| it.kind == "user.registered").count();
    wants(all == 1, "one account's event", all.to_string())?;
    Ok(())
}
