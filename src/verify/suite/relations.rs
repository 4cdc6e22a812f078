//! Relations: references, ways back, links, and what a deletion does to them.

use super::lists::ids;
use super::{ABSENT, Outcome, Suite, id_of};
use crate::spec::{Action, Entity, OnDelete, Relation, RelationKind, Spec, USER};
use crate::verify::client::Request;
use crate::verify::fault::{Fault, Stop, ensure, skip};
use crate::verify::world::{Row, Who, World};
use serde_json::{Map, Value, json};

pub fn checks(suite: &mut Suite<'_, '_>) {
    let spec = suite.world.spec;
    for entity in spec.entities.iter().filter(|it| it.allows(Action::Create)) {
        for relation in &entity.relations {
            let id = format!("relations/{}/{}", id_of(entity), relation.name.kebab());
            if relation.kind == RelationKind::ManyToMany {
                links(suite, entity, relation, &id);
            } else {
                references(suite, entity, relation, &id);
            }
        }
    }
}

fn references(suite: &mut Suite<'_, '_>, entity: &Entity, relation: &Relation, id: &str) {
    suite.check(
        format!("{id}/reference"),
        "A reference to a row that is absent, soft-deleted or not readable → 400, rule `reference`",
        |world| reference(world, entity, relation),
    );
    suite.check(
        format!("{id}/expand"),
        "`?expand=category,supplier` on a row or list adds `category: {…}` beside the key",
        |world| expand(world, entity, relation),
    );
    suite.check(
        format!("{id}/inverse"),
        "`GET /categories/{id}/products` is the list of that parent's rows; one to one: single row or 404",
        |world| inverse(world, entity, relation),
    );
    if relation.kind == RelationKind::OneToOne {
        suite
            .check(format!("{id}/one"), "One to one: the same with a unique key", |world| one(world, entity, relation));
    }
    suite.check(
        format!("{id}/on-delete"),
        "Deletion, soft or hard, obeys `on_delete`: restrict, cascade, set_null",
        |world| on_delete(world, entity, relation),
    );
}

fn links(suite: &mut Suite<'_, '_>, entity: &Entity, relation: &Relation, id: &str) {
    suite.check(
        format!("{id}/ids"),
        "`tagIds` in every answer, sorted; a double → rule `unique`; at most 1,000",
        |world| link_ids(world, entity, relation),
    );
    suite.check(format!("{id}/link"), "`PUT` and `DELETE /products/{id}/tags/{tagId}` → 204, twice is the same as once; a real change adds 1 to `version`", |world| {
        link(world, entity, relation)
    });
    suite.check(format!("{id}/linked"), "`GET /products/{id}/tags` is a list", |world| linked(world, entity, relation));
    suite.check(format!("{id}/forgotten"), "Links of a deleted row go", |world| forgotten(world, entity, relation));
    if entity.soft_delete && entity.allows(Action::Delete) {
        suite.check(
            format!("{id}/gone-with-the-row"),
            "Links of a deleted row go. Restoring does not cascade",
            |world| gone_with_the_row(world, entity, relation),
        );
    }
}

fn target<'a>(spec: &'a Spec, relation: &Relation) -> Result<&'a Entity, Stop> {
    match spec.entity(&relation.target) {
        Some(entity) if entity.allows(Action::Create) => Ok(entity),
        Some(entity) => skip(format!("{} cannot be created through the API", entity.plural.human())),
        None => skip("the relation leads to users"),
    }
}

/// A row that refers to another in this relation, and the id of that other.
fn pair(world: &mut World<'_>, entity: &Entity, relation: &Relation) -> Result<(Row, String), Stop> {
    let to = world.referred(relation, &Who::Admin)?;
    let given = Map::from_iter([(world.key_of(&relation.key()), json!(to))]);
    Ok((world.make_with(entity, &Who::Admin, &given)?, to))
}

fn reference(world: &mut World<'_>, entity: &Entity, relation: &Relation) -> Outcome {
    let key = world.key_of(&relation.key());
    let path = World::path(entity);
    let mut body = world.body(entity, &Who::Admin)?;
    for (value, rule) in [(json!(ABSENT), "reference"), (json!("no-id"), "format"), (json!(5), "type")] {
        body.insert(key.clone(), value);
        world.master(Request::post(path.clone(), &Value::Object(body.clone())))?.faults(&[(&key, rule)])?;
    }
    if let Ok(target) = target(world.spec, relation)
        && target.allows(Action::Delete)
    {
        let gone = world.make(target)?;
        world.master(Request::delete(World::row_path(target, &gone.id)))?.empty(204)?;
        body.insert(key.clone(), json!(gone.id));
        world.master(Request::post(path, &Value::Object(body)))?.faults(&[(&key, "reference")])?;
    }
    let (row, to) = pair(world, entity, relation)?;
    if row.value[&key] != json!(to) {
        return Err(Fault::new(format!("`{key}` to be {to}"), row.value[&key].to_string()).into());
    }
    Ok(())
}

fn expand(world: &mut World<'_>, entity: &Entity, relation: &Relation) -> Outcome {
    if !entity.allows(Action::Read) {
        return skip("a row cannot be read");
    }
    let (row, to) = pair(world, entity, relation)?;
    let name = world.key_of(&relation.name);
    let path = World::row_path(entity, &row.id);
    let answer = world.master(Request::get(path.clone()).query(&[("expand", name.as_str())]))?;
    let body = answer.status(200)?.object()?;
    ensure(body[&name]["id"] == json!(to), &answer, format!("the row {to} in `{name}`"), body[&name].to_string())?;
    ensure(
        answer.header("etag").is_none(),
        &answer,
        "no ETag with `expand`",
        answer.header("etag").unwrap_or_default(),
    )?;
    if relation.target == USER {
        let mut keys: Vec<_> = body[&name].as_object().map(|it| it.keys().cloned().collect()).unwrap_or_default();
        keys.sort();
        ensure(keys == ["id", "name"], &answer, "a user as {id, name}", keys.join(", "))?;
    }
    world.master(Request::get(path.clone()).query(&[("expand", "noSuchThing")]))?.refused(400, "VALIDATION_ERROR")?;
    if !relation.required && entity.allows(Action::Update) {
        let key = world.key_of(&relation.key());
        world.master(Request::patch(path.clone(), &json!({ key: null })))?.status(200)?;
        let answer = world.master(Request::get(path).query(&[("expand", name.as_str())]))?;
        answer.status(200)?.holds(&name, &Value::Null)?;
    }
    Ok(())
}

fn inverse(world: &mut World<'_>, entity: &Entity, relation: &Relation) -> Outcome {
    let Some(inverse) = &relation.inverse else { return skip("there is no way back") };
    let parents = match world.spec.entity(&relation.target) {
        Some(target) => World::path(target),
        None => "/users".to_owned(),
    };
    let one = relation.kind == RelationKind::OneToOne;
    let needed = if one { Action::Read } else { Action::List };
    if !entity.allows(needed) {
        return skip("the way back needs an action that the entity does not offer");
    }
    // A parent of its own, since another may have more rows than one page holds.
    let to = if relation.target == USER { world.account("user")?.id } else { world.referred(relation, &Who::Admin)? };
    let given = Map::from_iter([(world.key_of(&relation.key()), json!(to))]);
    let row = world.make_with(entity, &Who::Admin, &given)?;
    let back = inverse.kebab();
    let answer = world.master(Request::get(format!("{parents}/{to}/{back}")))?;
    if one {
        answer.status(200)?.holds("id", &json!(row.id))?;
    } else {
        let got = ids(&answer)?;
        ensure(got.contains(&row.id), &answer, format!("the row {}", row.id), format!("{got:?}"))?;
        let answer = world.master(Request::get(format!("{parents}/{to}/{back}")).query(&[("limit", "0")]))?;
        answer.faults(&[("limit", "min")])?;
    }
    world.master(Request::get(format!("{parents}/{ABSENT}/{back}")))?.refused(404, "NOT_FOUND")?;
    world.master(Request::get(format!("{parents}/no-id/{back}")))?.faults(&[("id", "format")])?;
    if let Ok(target) = target(world.spec, relation) {
        let lonely = world.make(target)?;
        let answer = world.master(Request::get(format!("{parents}/{}/{back}", lonely.id)))?;
        if one {
            answer.refused(404, "NOT_FOUND")?;
        } else {
            let got = ids(&answer)?;
            ensure(got.is_empty(), &answer, "no rows of another parent", format!("{got:?}"))?;
        }
    }
    Ok(())
}

fn one(world: &mut World<'_>, entity: &Entity, relation: &Relation) -> Outcome {
    let (_, to) = pair(world, entity, relation)?;
    let key = world.key_of(&relation.key());
    let given = Map::from_iter([(key.clone(), json!(to))]);
    world.post(entity, &Who::Admin, &given)?.1.taken(&[&key])?;
    Ok(())
}

fn on_delete(world: &mut World<'_>, entity: &Entity, relation: &Relation) -> Outcome {
    let target = target(world.spec, relation)?;
    if !target.allows(Action::Delete) || !entity.allows(Action::Read) {
        return skip("the target cannot be deleted, or the row cannot be read");
    }
    let (row, to) = pair(world, entity, relation)?;
    let key = world.key_of(&relation.key());
    let (child, parent) = (World::row_path(entity, &row.id), World::row_path(target, &to));
    // Twice: a service may remember what it has shown.
    for _ in 0..2 {
        world.master(Request::get(child.clone()))?.status(200)?;
    }
    let answer = world.master(Request::delete(parent.clone()))?;
    match relation.on_delete {
        OnDelete::Restrict => {
            answer.refused(409, "CONFLICT")?;
            world.master(Request::get(child))?.status(200)?.holds("version", &json!(1))?;
        }
        OnDelete::Cascade => {
            answer.empty(204)?;
            world.master(Request::get(child))?.refused(404, "NOT_FOUND")?;
        }
        OnDelete::SetNull => {
            answer.empty(204)?;
            let answer = world.master(Request::get(child))?;
            answer.status(200)?.holds(&key, &Value::Null)?.holds("version", &json!(2))?;
        }
    }
    Ok(())
}

fn link_ids(world: &mut World<'_>, entity: &Entity, relation: &Relation) -> Outcome {
    let target = target(world.spec, relation)?;
    let key = world.key_of(&relation.key());
    let (one, two) = (world.make(target)?.id, world.make(target)?.id);
    let mut sorted = vec![one.clone(), two.clone()];
    sorted.sort();
    let mut turned = sorted.clone();
    turned.reverse();
    let row = world.make_with(entity, &Who::Admin, &Map::from_iter([(key.clone(), json!(turned))]))?;
    if row.value[&key] != json!(sorted) {
        return Err(Fault::new(format!("`{key}` sorted: {sorted:?}"), row.value[&key].to_string()).into());
    }
    let mut body = world.body(entity, &Who::Admin)?;
    let many: Vec<_> = (0..1001).map(|number| format!("019a0000-0000-7000-8000-{number:012x}")).collect();
    let inside = |at: usize| format!("{key}[{at}]");
    let cases = [
        (json!([one.clone(), one.clone()]), inside(1), "unique"),
        (json!([one.clone(), ABSENT]), inside(1), "reference"),
        (json!(["no-id"]), inside(0), "format"),
        (json!([5]), inside(0), "type"),
        (json!(many), key.clone(), "max"),
        (json!("x"), key.clone(), "type"),
        (json!(null), key.clone(), "required"),
    ];
    for (value, place, rule) in cases {
        body.insert(key.clone(), value);
        world.master(Request::post(World::path(entity), &Value::Object(body.clone())))?.faults(&[(&place, rule)])?;
    }
    if target.allows(Action::Delete) {
        let gone = world.make(target)?.id;
        world.master(Request::delete(World::row_path(target, &gone)))?.empty(204)?;
        body.insert(key.clone(), json!([one.clone(), gone.clone()]));
        world.master(Request::post(World::path(entity), &Value::Object(body)))?.faults(&[(inside(1), "reference")])?;
        if entity.allows(Action::Update) {
            let link = format!("{}/{gone}", link_path(entity, &row.id, relation));
            world.master(Request::new("PUT", link))?.refused(404, "NOT_FOUND")?;
        }
    }
    if entity.allows(Action::Update) {
        let path = World::row_path(entity, &row.id);
        let answer = world.master(Request::patch(path, &json!({ key.clone(): [two.clone()] })))?;
        answer.status(200)?.holds(&key, &json!([two]))?.holds("version", &json!(2))?;
    }
    Ok(())
}

/// A path below a row of this relation's links.
fn link_path(entity: &Entity, id: &str, relation: &Relation) -> String {
    format!("{}/{}", World::row_path(entity, id), relation.name.kebab())
}

fn link(world: &mut World<'_>, entity: &Entity, relation: &Relation) -> Outcome {
    let target = target(world.spec, relation)?;
    if !entity.allows(Action::Update) || !entity.allows(Action::Read) {
        return skip("links need the actions update and read");
    }
    let key = world.key_of(&relation.key());
    let row = world.make(entity)?;
    let other = world.make(target)?.id;
    let links = link_path(entity, &row.id, relation);
    let path = format!("{links}/{other}");
    let get = Request::get(World::row_path(entity, &row.id));
    for (method, version, held) in [("PUT", 2, json!([other.clone()])), ("DELETE", 3, json!([]))] {
        for _ in 0..2 {
            world.master(Request::new(method, path.clone()))?.empty(204)?;
            let answer = world.master(get.clone())?;
            answer.status(200)?.holds(&key, &held)?.holds("version", &json!(version))?;
        }
    }
    world.master(Request::new("PUT", format!("{links}/{ABSENT}")))?.refused(404, "NOT_FOUND")?;
    world.master(Request::new("PUT", format!("{links}/no-id")))?.refused(400, "VALIDATION_ERROR")?;
    let absent = format!("{}/{other}", link_path(entity, ABSENT, relation));
    world.master(Request::new("PUT", absent))?.refused(404, "NOT_FOUND")?;
    Ok(())
}

fn linked(world: &mut World<'_>, entity: &Entity, relation: &Relation) -> Outcome {
    let target = target(world.spec, relation)?;
    if !target.allows(Action::List) {
        return skip("the target offers no list");
    }
    let key = world.key_of(&relation.key());
    let other = world.make(target)?.id;
    let row = world.make_with(entity, &Who::Admin, &Map::from_iter([(key, json!([other.clone()]))]))?;
    let answer = world.master(Request::get(link_path(entity, &row.id, relation)))?;
    let got = ids(&answer)?;
    ensure(got == [other.clone()], &answer, format!("the row {other}"), format!("{got:?}"))?;
    world.master(Request::get(link_path(entity, ABSENT, relation)))?.refused(404, "NOT_FOUND")?;
    Ok(())
}

fn forgotten(world: &mut World<'_>, entity: &Entity, relation: &Relation) -> Outcome {
    let target = target(world.spec, relation)?;
    if !target.allows(Action::Delete) || !entity.allows(Action::Read) {
        return skip("the target cannot be deleted, or the row cannot be read");
    }
    let key = world.key_of(&relation.key());
    let other = world.make(target)?.id;
    let row = world.make_with(entity, &Who::Admin, &Map::from_iter([(key.clone(), json!([other.clone()]))]))?;
    let get = Request::get(World::row_path(entity, &row.id));
    for _ in 0..2 {
        world.master(get.clone())?.status(200)?;
    }
    world.master(Request::delete(World::row_path(target, &other)))?.empty(204)?;
    let answer = world.master(get.clone())?;
    answer.status(200)?.holds(&key, &json!([]))?;
    // A strong tag is that of one answer (RFC 9110, section 8.8.1).
    let tag = answer.header("etag").unwrap_or("none");
    ensure(tag != "\"1\"", &answer, "another ETag for another answer", tag)?;
    if target.soft_delete {
        let restore = format!("{}/restore", World::row_path(target, &other));
        world.master(Request::new("POST", restore))?.status(200)?;
        world.master(get)?.status(200)?.holds(&key, &json!([]))?;
    }
    Ok(())
}

/// What a softly deleted row was linked to is not remembered.
fn gone_with_the_row(world: &mut World<'_>, entity: &Entity, relation: &Relation) -> Outcome {
    let key = world.key_of(&relation.key());
    let other = world.make(target(world.spec, relation)?)?.id;
    let row = world.make_with(entity, &Who::Admin, &Map::from_iter([(key.clone(), json!([other]))]))?;
    let path = World::row_path(entity, &row.id);
    world.master(Request::delete(path.clone()))?.empty(204)?;
    if entity.allows(Action::Read) {
        let flag = world.key("include_deleted");
        let get = Request::get(path.clone()).query(&[(flag, "true")]);
        world.master(get)?.status(200)?.holds(&key, &json!([]))?;
    }
    let answer = world.master(Request::new("POST", format!("{path}/restore")))?;
    answer.status(200)?.holds(&key, &json!([]))?;
    Ok(())
}
