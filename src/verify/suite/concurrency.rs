//! Requests at the same time.

use super::rows::changeable;
use super::{Outcome, Suite, id_of};
use crate::spec::{Action, Entity};
use crate::verify::client::{Client, Request};
use crate::verify::fault::{Stop, skip};
use crate::verify::world::{Who, World};
use crate::verify::{Exchange, Fault};
use serde_json::{Value, json};

/// How many at once.
const MANY: usize = 12;

pub fn checks(suite: &mut Suite<'_, '_>) {
    let spec = suite.world.spec;
    for entity in spec.entities.iter().filter(|it| it.allows(Action::Create)) {
        let id = id_of(entity);
        if entity.allows(Action::Update) {
            suite.check(
                format!("concurrency/{id}/one-tag"),
                "of two concurrent writes with one tag, one wins",
                |world| one_tag(world, entity),
            );
        }
        if entity.fields.iter().any(|it| it.unique && !it.read_only) {
            suite.check(
                format!("concurrency/{id}/unique"),
                "100 parallel creates with one unique value: one 201, the others 409",
                |world| unique(world, entity),
            );
        }
    }
    if spec.has_auth() {
        suite.check("concurrency/refresh", "refresh: the old one is dead, also when two use it at once", |world| {
            let account = world.account("user")?;
            let body = json!({ world.key("refresh_token"): account.refresh });
            let requests = vec![Request::post("/auth/refresh", &body); 4];
            counts(&together(world, &requests)?, 200, 1, 401)
        });
        suite.check("concurrency/register", "409 taken, also when many register one address at once", |world| {
            if !world.spec.auth.open_registration {
                return skip("registration is closed");
            }
            let email = world.address();
            let body = Value::Object(world.user_body(&email, None));
            let requests = vec![Request::post("/auth/register", &body); 4];
            counts(&together(world, &requests)?, 201, 1, 409)
        });
    }
}

/// Sends all of these at once.
pub fn together(world: &mut World<'_>, requests: &[Request]) -> Result<Vec<Exchange>, Stop> {
    world.requests += requests.len();
    let client: &Client = &world.client;
    let answers: Vec<Result<Exchange, Fault>> = std::thread::scope(|scope| {
        let running: Vec<_> = requests.iter().map(|request| scope.spawn(move || client.send(request))).collect();
        running.into_iter().map(|it| it.join().unwrap_or_else(|_| Err(Fault::new("an answer", "none")))).collect()
    });
    Ok(answers.into_iter().collect::<Result<_, _>>()?)
}

/// Wants so many answers of one status, and all others of another.
fn counts(answers: &[Exchange], status: u16, wanted: usize, other: u16) -> Outcome {
    let count = answers.iter().filter(|it| it.status == status).count();
    let rest = answers.iter().filter(|it| it.status == other).count();
    if count == wanted && rest == answers.len() - wanted {
        return Ok(());
    }
    let got: Vec<_> = answers.iter().map(|it| it.status.to_string()).collect();
    let fault = Fault::new(format!("{wanted} × {status}, the others {other}"), got.join(" "));
    let odd = answers.iter().find(|it| it.status != status && it.status != other);
    Err(odd.map_or_else(|| fault.clone(), |it| fault.clone().shown_by(it)).into())
}

fn one_tag(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let row = world.make(entity)?;
    let (field, _) = changeable(world, entity, &row)?;
    let key = world.key_of(&field.name);
    let token = world.of(&Who::Admin).ok().map(|it| it.access);
    let mut requests = Vec::new();
    let first = world.seed(entity);
    for _ in 0..MANY {
        // Of a unique field, one value for all: each other one could be that of another row.
        let seed = if field.unique { first } else { world.seed(entity) };
        let value = world.samples(entity, field, seed).typical;
        // A value that changes nothing would be no write.
        if super::rows::answered(world.spec, field, &value) == row.value[&key]
            || !super::rows::may_become(world, entity, &row, &key, &value)
        {
            continue;
        }
        let request = Request::patch(World::row_path(entity, &row.id), &json!({ key.clone(): value }));
        requests.push(request.header("If-Match", "\"1\"").token(token.as_deref()));
    }
    counts(&together(world, &requests)?, 200, 1, 412)
}

fn unique(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let Some(field) = entity.fields.iter().find(|it| it.unique && !it.read_only) else {
        return skip("no field is unique");
    };
    let key = world.key_of(&field.name);
    let token = world.of(&Who::Admin).ok().map(|it| it.access);
    let first = world.body(entity, &Who::Admin)?;
    let mut requests = Vec::new();
    for _ in 0..MANY {
        let mut body = world.body(entity, &Who::Admin)?;
        body.insert(key.clone(), first[&key].clone());
        requests.push(Request::post(World::path(entity), &Value::Object(body)).token(token.as_deref()));
    }
    let answers = together(world, &requests)?;
    for answer in answers.iter().filter(|it| it.status == 201) {
        let id = answer.string("id")?;
        world.remember(entity, &id);
    }
    counts(&answers, 201, 1, 409)
}
