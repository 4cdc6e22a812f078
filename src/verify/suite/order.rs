//! Which answer comes first, of several that apply.

use super::{ABSENT, Outcome, Suite, id_of};
use crate::spec::{Action, Entity, Grant};
use crate::verify::client::Request;
use crate::verify::fault::skip;
use crate::verify::world::{Who, World};
use serde_json::{Value, json};

pub fn checks(suite: &mut Suite<'_, '_>) {
    let spec = suite.world.spec;
    for entity in &spec.entities {
        let id = id_of(entity);
        let action = |action: Action| entity.allows(action);
        if spec.has_auth() && action(Action::Create) {
            suite.check(
                format!("order/{id}/401-before-body"),
                "401 … · 400 `VALIDATION_ERROR`: a caller who may not write learns nothing",
                |world| {
                    stranger(
                        world,
                        entity,
                        Action::Create,
                        Request::post(World::path(entity), &json!({ "noSuchKey": 1 })),
                    )
                },
            );
        }
        if spec.has_auth() && action(Action::Update) {
            suite.check(format!("order/{id}/401-before-id"), "401 · … · 400 malformed id", |world| {
                let request = Request::patch(World::row_path(entity, "no-id"), &json!({ "noSuchKey": 1 }));
                stranger(world, entity, Action::Update, request)
            });
            suite.check(format!("order/{id}/403-before-id"), "403 by role · 400 malformed id · 404 row", |world| {
                by_role(world, entity)
            });
            suite.check(
                format!("order/{id}/403-before-412"),
                "403 not the owner · … · 412 · 400 `VALIDATION_ERROR`",
                |world| not_the_owner(world, entity),
            );
        }
        if action(Action::Update) {
            suite.check(
                format!("order/{id}/id-before-body"),
                "400 malformed id · … · 400 `VALIDATION_ERROR`",
                |world| {
                    let request = Request::patch(World::row_path(entity, "no-id"), &json!({ "noSuchKey": 1 }));
                    world.master(request)?.faults(&[("id", "format")])?;
                    Ok(())
                },
            );
            suite.check(format!("order/{id}/404-before-body"), "404 row · … · 400 `VALIDATION_ERROR`", |world| {
                let request = Request::patch(World::row_path(entity, ABSENT), &json!({ "noSuchKey": 1 }));
                world.master(request.header("If-Match", "\"7\""))?.refused(404, "NOT_FOUND")?;
                Ok(())
            });
            if action(Action::Create) {
                suite.check(format!("order/{id}/412-before-body"), "412 · 400 `VALIDATION_ERROR`", |world| {
                    let row = world.make(entity)?;
                    let request = Request::patch(World::row_path(entity, &row.id), &json!({ "noSuchKey": 1 }));
                    world.master(request.header("If-Match", "\"7\""))?.refused(412, "PRECONDITION_FAILED")?;
                    Ok(())
                });
                suite.check(format!("order/{id}/400-before-409"), "400 `VALIDATION_ERROR` · 409", |world| {
                    body_before_conflict(world, entity)
                });
            }
        }
    }
}

/// A request that nobody may make who is not logged in.
fn stranger(world: &mut World<'_>, entity: &Entity, action: Action, request: Request) -> Outcome {
    if entity.access.of(action).contains(&Grant::Public) {
        return skip("everybody may");
    }
    let answer = world.send_as(&Who::Anonymous, request)?;
    answer.refused(401, "UNAUTHORIZED")?;
    Ok(())
}

fn by_role(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let grants = entity.access.of(Action::Update);
    let open = |it: &Grant| {
        matches!(it, Grant::Public | Grant::Authenticated | Grant::Owner) || *it == Grant::Role("user".into())
    };
    if grants.iter().any(open) {
        return skip("a user may, or may with his own rows");
    }
    for id in ["no-id", ABSENT] {
        let request = Request::patch(World::row_path(entity, id), &json!({ "noSuchKey": 1 }));
        world.send_as(&Who::User, request)?.refused(403, "FORBIDDEN")?;
    }
    Ok(())
}

fn not_the_owner(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let grants = entity.access.of(Action::Update);
    let everybody =
        |it: &Grant| matches!(it, Grant::Public | Grant::Authenticated) || *it == Grant::Role("user".into());
    if !grants.contains(&Grant::Owner) || grants.iter().any(everybody) {
        return skip("owners have no privilege here");
    }
    let readable = entity.access.of(Action::Read).iter().any(everybody);
    if !readable || !entity.allows(Action::Create) {
        return skip("a user cannot read the row of another");
    }
    let row = world.make(entity)?;
    let request = Request::patch(World::row_path(entity, &row.id), &json!({ "noSuchKey": 1 }));
    world.send_as(&Who::User, request.header("If-Match", "\"7\""))?.refused(403, "FORBIDDEN")?;
    Ok(())
}

fn body_before_conflict(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let Some(field) = entity.fields.iter().find(|it| it.unique && !it.read_only) else {
        return skip("no field is unique");
    };
    let key = world.key_of(&field.name);
    let row = world.make(entity)?;
    let mut body = world.body(entity, &Who::Admin)?;
    body.insert(key.clone(), row.sent[&key].clone());
    body.insert("noSuchKey".into(), json!(1));
    let request = Request::post(World::path(entity), &Value::Object(body));
    world.master(request)?.faults(&[("noSuchKey", "unknown")])?;
    Ok(())
}
