//! Single rows: made, read, replaced, changed, deleted, restored, audited.

use super::{ABSENT, Outcome, Suite, id_of, removal};
use crate::derive::sample;
use crate::spec::{Action, Default, Entity, Field, FieldKind, Spec, check_value, datetime};
use crate::verify::Exchange;
use crate::verify::client::Request;
use crate::verify::exchange::{equal, short};
use crate::verify::fault::{Fault, Stop, ensure, skip};
use crate::verify::world::{Row, Who, World};
use serde_json::{Map, Value, json};

pub fn checks(suite: &mut Suite<'_, '_>) {
    let spec = suite.world.spec;
    for entity in &spec.entities {
        let id = id_of(entity);
        if entity.allows(Action::Create) {
            suite.check(format!("rows/{id}/created"), "`POST /products` 201, the row, `Location`", |world| {
                created(world, entity)
            });
            suite.check(
                format!("rows/{id}/defaults"),
                "A field with a `default` may be left out of a create",
                |world| defaults(world, entity),
            );
            suite.check(
                format!("rows/{id}/required"),
                "*All* faulty fields are listed; `required` for absent or null",
                |world| required(world, entity),
            );
        }
        if entity.allows(Action::Read) {
            suite.check(format!("rows/{id}/read"), "`GET /products/{id}` 200, `ETag`", |world| read(world, entity));
            suite.check(format!("rows/{id}/not-modified"), "`If-None-Match` → 304", |world| {
                not_modified(world, entity)
            });
            suite.check(
                format!("rows/{id}/ids"),
                "Identifiers are UUIDv7 strings, ordered by creation; upper case is accepted, lower case answered",
                |world| ids(world, entity),
            );
        }
        suite.check(format!("rows/{id}/malformed-id"), "malformed id: field `id`, rule `format`", |world| {
            each_method(world, entity, "no-id", |answer| answer.faults(&[("id", "format")]).map(|_| ()))
        });
        suite.check(format!("rows/{id}/absent"), "404 row (absent, or not readable by this caller)", |world| {
            each_method(world, entity, ABSENT, |answer| answer.refused(404, "NOT_FOUND").map(|_| ()))
        });
        if entity.allows(Action::Update) {
            updates(suite, entity, &id);
        }
        if entity.allows(Action::Delete) {
            removal::checks(suite, entity, &id);
        }
        if entity.audit {
            removal::audits(suite, entity, &id);
        }
    }
}

fn updates(suite: &mut Suite<'_, '_>, entity: &Entity, id: &str) {
    suite.check(format!("rows/{id}/replaced"), "`PUT /products/{id}` 200, the row, `ETag`", |world| {
        replaced(world, entity)
    });
    suite.check(format!("rows/{id}/replaced-by-defaults"), "what is left out becomes its default, or null if optional; `private` and `read_only` fields left out keep their value", |world| {
        replaced_by_defaults(world, entity)
    });
    suite.check(format!("rows/{id}/patched"), "a key left out keeps its value", |world| patched(world, entity));
    suite.check(format!("rows/{id}/patched-by-nothing"), "`{}` changes nothing", |world| {
        let row = world.make(entity)?;
        let answer = world.master(Request::patch(World::row_path(entity, &row.id), &json!({})))?;
        same_row(answer.status(200)?, &row.value)
    });
    suite.check(format!("rows/{id}/patch-types"), "(`application/merge-patch+json` or `application/json`)", |world| {
        let row = world.make(entity)?;
        let path = World::row_path(entity, &row.id);
        let patch = Request::new("PATCH", path.clone());
        world.master(patch.clone().bytes("{}", "application/merge-patch+json"))?.status(200)?;
        world.master(patch.clone().bytes("{}", "application/json; charset=utf-8"))?.status(200)?;
        world.master(patch.bytes("{}", "text/plain"))?.refused(415, "UNSUPPORTED_MEDIA_TYPE")?;
        Ok(())
    });
    suite.check(
        format!("rows/{id}/cleared"),
        "`null` clears an optional field and is `required` for a required one",
        |world| cleared(world, entity),
    );
    suite.check(format!("rows/{id}/merged"), "JSON merge patch, recursive inside `json` fields", |world| {
        merged(world, entity)
    });
    if suite.world.spec.has_auth() && entity.has_owner() && entity.allows(Action::Create) {
        suite.check(format!("rows/{id}/owner-stays"), "`ownerId` is the creator's", |world| owner_stays(world, entity));
    }
    suite.check(
        format!("rows/{id}/if-match"),
        "`If-Match` on `PUT`, `PATCH`, `DELETE`: another or a garbled tag → 412, `*` matches",
        |world| if_match(world, entity),
    );
}

/// The value of a field as it is answered when this was sent.
pub fn answered(spec: &Spec, field: &Field, sent: &Value) -> Value {
    match (field.list, sent) {
        (Some(_), Value::Array(items)) => {
            items.iter().map(|item| check_value(&field.kind, &spec.enums, item).unwrap_or(Value::Null)).collect()
        }
        (_, Value::Null) => Value::Null,
        _ => check_value(&field.kind, &spec.enums, sent).unwrap_or(Value::Null),
    }
}

/// Wants every field of a row to be what was sent.
fn as_sent(world: &World<'_>, entity: &Entity, answer: &Exchange, sent: &Map<String, Value>) -> Result<(), Fault> {
    for field in entity.fields.iter().filter(|it| !it.private) {
        let key = world.key_of(&field.name);
        if let Some(value) = sent.get(&key) {
            answer.holds(&key, &answered(world.spec, field, value))?;
        }
    }
    for relation in &entity.relations {
        let key = world.key_of(&relation.key());
        if let Some(value) = sent.get(&key) {
            answer.holds(&key, value)?;
        }
    }
    Ok(())
}

/// What a field is that a body leaves out.
fn left_out(world: &World<'_>, entity: &Entity, answer: &Exchange, sent: &Map<String, Value>) -> Result<(), Fault> {
    for field in entity.fields.iter().filter(|it| !it.private) {
        let key = world.key_of(&field.name);
        if sent.contains_key(&key) {
            continue;
        }
        match &field.default {
            Some(Default::Value(value)) => answer.holds(&key, value)?,
            Some(Default::Now) => {
                let some = answer.object()?.get(&key).is_some_and(Value::is_string);
                ensure(some, answer, format!("`{key}` to be the moment of the write"), answer.text())?;
                continue;
            }
            None => answer.holds(&key, &Value::Null)?,
        };
    }
    Ok(())
}

/// A body of what must be said alone.
fn least(world: &World<'_>, entity: &Entity, body: &Map<String, Value>) -> Map<String, Value> {
    let mut least = Map::new();
    let needed = entity.fields.iter().filter(|it| it.required && it.default.is_none() && !it.read_only);
    let keys = needed.map(|it| world.key_of(&it.name));
    let references = entity.references().filter(|it| it.required).map(|it| world.key_of(&it.key()));
    for key in keys.chain(references) {
        if let Some(value) = body.get(&key) {
            least.insert(key, value.clone());
        }
    }
    least
}

/// Wants the answer to be exactly this row.
pub fn same_row(answer: &Exchange, row: &Map<String, Value>) -> Outcome {
    let got = answer.json()?;
    let wanted = Value::Object(row.clone());
    ensure(equal(&got, &wanted), answer, format!("the row {}", short(&wanted)), short(&got))?;
    Ok(())
}

fn created(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let (sent, answer) = world.post(entity, &Who::Admin, &Map::new())?;
    let id = answer.status(201)?.string("id")?;
    let row = answer.object()?;
    let mut got: Vec<_> = row.keys().cloned().collect();
    let mut wanted: Vec<_> = sample::row(world.spec, entity).keys().cloned().collect();
    got.sort();
    wanted.sort();
    ensure(got == wanted, &answer, format!("the keys {}", wanted.join(", ")), got.join(", "))?;
    let place = format!("{}{}", world.spec.api.base_path, World::row_path(entity, &id));
    let location = answer.header("location").unwrap_or("none");
    ensure(location.ends_with(&place), &answer, format!("Location: {place}"), location)?;
    answer.has_header("etag", "\"1\"")?.holds("version", &json!(1))?;
    for key in [world.key("created_at"), world.key("updated_at")] {
        let text = answer.string(&key)?;
        let canonical = datetime(&text).is_some_and(|it| it == text);
        ensure(canonical, &answer, format!("`{key}` in UTC with three fraction digits"), text)?;
    }
    if entity.has_owner() && world.spec.has_auth() {
        let admin = world.of(&Who::Admin)?.id;
        answer.holds(&world.key("owner_id"), &json!(admin))?;
    }
    as_sent(world, entity, &answer, &sent)?;
    Ok(())
}

fn defaults(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let body = world.body(entity, &Who::Admin)?;
    let sent = least(world, entity, &body);
    let answer = world.master(Request::post(World::path(entity), &Value::Object(sent.clone())))?;
    if answer.status == 409 {
        return skip("another row has a value of these");
    }
    let id = answer.status(201)?.string("id")?;
    world.remember(entity, &id);
    as_sent(world, entity, &answer, &sent)?;
    left_out(world, entity, &answer, &sent)?;
    for relation in entity.relations.iter().filter(|it| !it.required) {
        let many = relation.kind == crate::spec::RelationKind::ManyToMany;
        answer.holds(&world.key_of(&relation.key()), &if many { json!([]) } else { Value::Null })?;
    }
    Ok(())
}

fn required(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let body = world.body(entity, &Who::Admin)?;
    let needed: Vec<String> = least(world, entity, &body).keys().cloned().collect();
    if needed.is_empty() {
        return skip("no field is required");
    }
    let wanted: Vec<_> = needed.iter().map(|key| (key.as_str(), "required")).collect();
    world.master(Request::post(World::path(entity), &json!({})))?.faults(&wanted)?;
    let nulls: Map<_, _> = needed.iter().map(|key| (key.clone(), Value::Null)).collect();
    world.master(Request::post(World::path(entity), &Value::Object(nulls)))?.faults(&wanted)?;
    Ok(())
}

fn read(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let row = world.make(entity)?;
    let answer = world.master(Request::get(World::row_path(entity, &row.id)))?;
    answer.status(200)?.has_header("etag", "\"1\"")?;
    same_row(&answer, &row.value)
}

fn not_modified(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let row = world.make(entity)?;
    let get = Request::get(World::row_path(entity, &row.id));
    for tags in ["\"1\"", "W/\"1\"", "\"7\", \"1\"", "*"] {
        let answer = world.master(get.clone().header("If-None-Match", tags))?;
        answer.empty(304)?.has_header("etag", "\"1\"")?;
    }
    let answer = world.master(get.header("If-None-Match", "\"2\""))?;
    answer.status(200)?;
    Ok(())
}

fn ids(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let first = world.make(entity)?;
    let second = world.make(entity)?;
    let answer = world.master(Request::get(World::row_path(entity, &second.id.to_uppercase())))?;
    answer.status(200)?.holds("id", &json!(second.id))?;
    let version = second.id.as_bytes().get(14).copied();
    let lower = second.id == second.id.to_lowercase() && version == Some(b'7');
    ensure(lower, &answer, "a lower-case UUID of version 7", &second.id)?;
    // To the millisecond: two rows of one may stand in either order.
    let moment = |id: &str| id.chars().filter(|it| *it != '-').take(12).collect::<String>();
    let ordered = moment(&first.id) <= moment(&second.id);
    ensure(ordered, &answer, format!("an id after {}", first.id), &second.id)?;
    Ok(())
}

/// Asks every method that a row's path offers.
fn each_method(
    world: &mut World<'_>,
    entity: &Entity,
    id: &str,
    wanted: impl Fn(&Exchange) -> Result<(), Fault>,
) -> Outcome {
    let path = World::row_path(entity, id);
    let requests = [
        (Action::Read, Request::get(path.clone())),
        (Action::Update, Request::put(path.clone(), &json!({}))),
        (Action::Update, Request::patch(path.clone(), &json!({}))),
        (Action::Delete, Request::delete(path)),
    ];
    let offered: Vec<_> = requests.into_iter().filter(|(action, _)| entity.allows(*action)).collect();
    if offered.is_empty() {
        return skip("a row has no path");
    }
    for (_, request) in offered {
        wanted(&world.master(request)?)?;
    }
    Ok(())
}

fn replaced(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let row = world.make(entity)?;
    let body = world.body(entity, &Who::Admin)?;
    let answer = world.master(Request::put(World::row_path(entity, &row.id), &Value::Object(body.clone())))?;
    if answer.status == 409 {
        return skip("another row has a value of these");
    }
    answer.status(200)?.has_header("etag", "\"2\"")?.holds("version", &json!(2))?.holds("id", &json!(row.id))?;
    let created = world.key("created_at");
    answer.holds(&created, &row.value[&created])?;
    as_sent(world, entity, &answer, &body)?;
    Ok(())
}

fn replaced_by_defaults(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let row = world.make(entity)?;
    let mut body = least(world, entity, &row.sent);
    for field in entity.fields.iter().filter(|it| it.private) {
        body.remove(&world.key_of(&field.name));
    }
    let answer = world.master(Request::put(World::row_path(entity, &row.id), &Value::Object(body.clone())))?;
    if answer.status == 409 && entity.fields.iter().any(|it| it.unique && it.default.is_some()) {
        return skip("a unique default is taken");
    }
    answer.status(200)?;
    as_sent(world, entity, &answer, &body)?;
    let mut said = body;
    for field in entity.fields.iter().filter(|it| it.read_only && !it.private) {
        let key = world.key_of(&field.name);
        answer.holds(&key, &row.value[&key])?;
        said.insert(key, Value::Null);
    }
    left_out(world, entity, &answer, &said)?;
    Ok(())
}

/// A field that can be changed alone, and another value of it.
pub fn changeable<'e>(world: &mut World<'_>, entity: &'e Entity, row: &Row) -> Result<(&'e Field, Value), Stop> {
    for field in entity.fields.iter().filter(|it| !it.read_only && !it.private) {
        for _ in 0..20 {
            let seed = world.seed(entity);
            let value = world.samples(entity, field, seed).typical;
            let key = world.key_of(&field.name);
            let other = !equal(&answered(world.spec, field, &value), row.value.get(&key).unwrap_or(&Value::Null));
            if other && may_become(world, entity, row, &key, &value) {
                return Ok((field, value));
            }
        }
    }
    skip("no field can have another value")
}

/// Whether no rule forbids a row to have another value.
pub fn may_become(world: &World<'_>, entity: &Entity, row: &Row, key: &str, value: &Value) -> bool {
    let mut new = row.value.clone();
    new.insert(key.to_owned(), value.clone());
    world.lets(entity, &Who::Admin, &new, Some(&row.value))
}

fn patched(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let row = world.make(entity)?;
    let (field, value) = changeable(world, entity, &row)?;
    let key = world.key_of(&field.name);
    let body = json!({ key.clone(): value.clone() });
    let answer = world.master(Request::patch(World::row_path(entity, &row.id), &body))?;
    answer.status(200)?.has_header("etag", "\"2\"")?;
    let updated = world.key("updated_at");
    let mut wanted = row.value.clone();
    wanted.insert(key, answered(world.spec, field, &value));
    wanted.insert("version".into(), json!(2));
    wanted.insert(updated.clone(), json!(answer.string(&updated)?));
    same_row(&answer, &wanted)
}

fn cleared(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let row = world.make(entity)?;
    let path = World::row_path(entity, &row.id);
    let mut asked = 0;
    for field in entity.fields.iter().filter(|it| !it.read_only) {
        let key = world.key_of(&field.name);
        if !field.required && !may_become(world, entity, &row, &key, &Value::Null) {
            continue;
        }
        let answer = world.master(Request::patch(path.clone(), &json!({ key.clone(): null })))?;
        asked += 1;
        if field.required {
            answer.faults(&[(&key, "required")])?;
        } else if field.private {
            answer.status(200)?;
        } else {
            answer.status(200)?.holds(&key, &Value::Null)?;
        }
    }
    for relation in entity.references() {
        let key = world.key_of(&relation.key());
        if !relation.required && !may_become(world, entity, &row, &key, &Value::Null) {
            continue;
        }
        let answer = world.master(Request::patch(path.clone(), &json!({ key.clone(): null })))?;
        asked += 1;
        if relation.required {
            answer.faults(&[(&key, "required")])?;
        } else {
            answer.status(200)?.holds(&key, &Value::Null)?;
        }
    }
    if asked == 0 { skip("there is no field to clear") } else { Ok(()) }
}

fn merged(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let json_field = |it: &&Field| it.kind == FieldKind::Json && !it.read_only && !it.private && it.list.is_none();
    let Some(field) = entity.fields.iter().find(json_field) else {
        return skip("there is no json field");
    };
    let key = world.key_of(&field.name);
    let given = Map::from_iter([(key.clone(), json!({ "a": { "b": 1, "c": [2] }, "d": 3 }))]);
    let row = world.make_with(entity, &Who::Admin, &given)?;
    let path = World::row_path(entity, &row.id);
    for (patch, wanted) in [
        (json!({ "a": { "b": null, "e": { "f": 4 } } }), json!({ "a": { "c": [2], "e": { "f": 4 } }, "d": 3 })),
        (json!({ "a": { "c": [null] }, "d": null }), json!({ "a": { "c": [null], "e": { "f": 4 } } })),
        (json!({ "a": "text" }), json!({ "a": "text" })),
    ] {
        let answer = world.master(Request::patch(path.clone(), &json!({ key.clone(): patch })))?;
        answer.status(200)?.holds(&key, &wanted)?;
    }
    Ok(())
}

/// Writes of somebody else leave a row to who made it.
fn owner_stays(world: &mut World<'_>, entity: &Entity) -> Outcome {
    if !world.can_make(entity, &Who::User) {
        return skip("nobody of role `user` can make a row");
    }
    let row = world.make_with(entity, &Who::User, &Map::new())?;
    let (owner, key) = (json!(world.of(&Who::User)?.id), world.key("owner_id"));
    let (field, value) = changeable(world, entity, &row)?;
    let path = World::row_path(entity, &row.id);
    let patch = Request::patch(path.clone(), &json!({ world.key_of(&field.name): value }));
    world.master(patch)?.status(200)?.holds(&key, &owner)?;
    world.master(Request::put(path, &Value::Object(row.sent)))?.status(200)?.holds(&key, &owner)?;
    Ok(())
}

fn if_match(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let row = world.make(entity)?;
    let path = World::row_path(entity, &row.id);
    let put = Request::put(path.clone(), &Value::Object(row.sent.clone()));
    let patch = Request::patch(path.clone(), &json!({}));
    let mut requests = vec![put, patch.clone()];
    if entity.allows(Action::Delete) {
        requests.push(Request::delete(path.clone()));
    }
    for request in &requests {
        for tag in ["\"2\"", "1", "\"1", "garbled"] {
            let answer = world.master(request.clone().header("If-Match", tag))?;
            answer.refused(412, "PRECONDITION_FAILED")?;
        }
    }
    for tag in ["\"1\"", "*", "\"9\", \"1\""] {
        world.master(patch.clone().header("If-Match", tag))?.status(200)?;
    }
    if entity.allows(Action::Read) {
        same_row(world.master(Request::get(path))?.status(200)?, &row.value)?;
    }
    Ok(())
}
