//! Paths and methods: what is there, what is not, and how that is said.

use super::{ABSENT, Outcome, Suite, id_of};
use crate::spec::{Action, Entity};
use crate::verify::Exchange;
use crate::verify::client::Request;
use crate::verify::fault::{ensure, skip};
use crate::verify::world::{Who, World};
use std::collections::BTreeSet;

pub fn checks(suite: &mut Suite<'_, '_>) {
    suite.check("paths/unknown", "404 unknown path", |world| {
        for path in ["/no-such-path", "root:/no-such-path", "/"] {
            world.send(&Request::get(path))?.refused(404, "NOT_FOUND")?;
        }
        Ok(())
    });
    suite.check("paths/unknown-before-token", "404 unknown path · … · 401", |world| {
        let request = Request::get("/no-such-path").token(Some("no-token"));
        world.send(&request)?.refused(404, "NOT_FOUND")?;
        Ok(())
    });
    let entities: Vec<Entity> = suite.world.spec.entities.clone();
    for entity in &entities {
        let id = id_of(entity);
        suite.check(
            format!("paths/{id}/trailing-slash"),
            "A trailing slash is another path: 404, never a redirect",
            |world| {
                for path in [World::path(entity), World::row_path(entity, ABSENT)] {
                    world.send(&Request::get(format!("{path}/")))?.refused(404, "NOT_FOUND")?;
                }
                Ok(())
            },
        );
        suite.check(
            format!("paths/{id}/methods"),
            "a missing action answers 405 (404 when the path has none left), with `Allow`",
            |world| methods(world, entity),
        );
        suite.check(format!("paths/{id}/options"), "`OPTIONS` without CORS headers → 204 with `Allow`", |world| {
            options(world, entity)
        });
        suite.check(format!("paths/{id}/head"), "`HEAD` answers where `GET` does", |world| head(world, entity));
    }
}

const COLLECTION: [(Action, &[&str]); 2] = [(Action::List, &["GET", "HEAD"]), (Action::Create, &["POST"])];
const ROW: [(Action, &[&str]); 3] =
    [(Action::Read, &["GET", "HEAD"]), (Action::Update, &["PUT", "PATCH"]), (Action::Delete, &["DELETE"])];

fn offered(entity: &Entity, actions: &[(Action, &'static [&'static str])]) -> BTreeSet<&'static str> {
    let mut offered: BTreeSet<_> = (actions.iter())
        .filter(|(action, _)| entity.allows(*action))
        .flat_map(|(_, methods)| methods.iter().copied())
        .collect();
    if !offered.is_empty() {
        offered.insert("OPTIONS");
    }
    offered
}

fn allowed(answer: &Exchange) -> BTreeSet<String> {
    let allow = answer.header("allow").unwrap_or_default();
    allow.split(',').map(|it| it.trim().to_owned()).filter(|it| !it.is_empty() && it != "OPTIONS").collect()
}

fn methods(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let both =
        [(World::path(entity), offered(entity, &COLLECTION)), (World::row_path(entity, ABSENT), offered(entity, &ROW))];
    for (path, offered) in both {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            if offered.contains(method) {
                continue;
            }
            let answer = world.send_as(&Who::Anonymous, Request::new(method, path.clone()))?;
            if offered.is_empty() {
                answer.refused(404, "NOT_FOUND")?;
                continue;
            }
            answer.refused(405, "METHOD_NOT_ALLOWED")?;
            let got = allowed(&answer);
            let wanted: BTreeSet<String> =
                offered.iter().filter(|it| **it != "OPTIONS").map(|it| (*it).to_owned()).collect();
            ensure(got == wanted, &answer, format!("Allow: {wanted:?}"), format!("{got:?}"))?;
        }
    }
    Ok(())
}

fn options(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let both =
        [(World::path(entity), offered(entity, &COLLECTION)), (World::row_path(entity, ABSENT), offered(entity, &ROW))];
    for (path, offered) in both {
        let answer = world.send(&Request::new("OPTIONS", path))?;
        if offered.is_empty() {
            answer.status(404)?;
            continue;
        }
        answer.empty(204)?;
        let got = allowed(&answer);
        let wanted: BTreeSet<String> =
            offered.iter().filter(|it| **it != "OPTIONS").map(|it| (*it).to_owned()).collect();
        ensure(got == wanted, &answer, format!("Allow: {wanted:?}"), format!("{got:?}"))?;
    }
    Ok(())
}

fn head(world: &mut World<'_>, entity: &Entity) -> Outcome {
    if !entity.allows(Action::List) {
        return skip("there is no list");
    }
    let path = World::path(entity);
    let get = world.master(Request::get(path.clone()))?;
    let head = world.master(Request::new("HEAD", path))?;
    head.empty(get.status)?;
    let (one, two) = (get.header("content-type"), head.header("content-type"));
    ensure(one == two, &head, format!("content type {one:?}"), format!("{two:?}"))?;
    Ok(())
}
