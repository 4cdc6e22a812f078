//! How a service ends: requests in flight are finished, new ones are not taken.

use super::super::{Outcome, Suite};
use super::started;
use crate::spec::Action;
use crate::verify::client::Request;
use crate::verify::fault::{Fault, Stop, skip};
use crate::verify::raw::Held;
use crate::verify::restart::Restart;
use crate::verify::world::{Who, World};
use serde_json::Value;
use std::thread::sleep;
use std::time::Duration;

/// What a process needs to end, beside what it waits for.
const SLACK: Duration = Duration::from_secs(4);

pub(super) fn checks(suite: &mut Suite<'_, '_>, service: &mut dyn Restart) {
    suite.check(
        "settings/drains",
        "`SIGTERM`: stop accepting, finish in-flight requests, close pools, exit 0",
        |world| {
            started(service, &[("DRAIN_SECONDS", "10")])?;
            drains(world, service)
        },
    );
    service.end();
    suite.check("settings/drain-ends", "finish in-flight requests (`DRAIN_SECONDS`), …, exit 0", |world| {
        started(service, &[("DRAIN_SECONDS", "1")])?;
        drain_ends(world, service)
    });
    service.end();
    // The service is gone as it should be.
    suite.world.silent = 0;
}

/// A request whose body is not sent whole: the service waits for the rest.
fn held(world: &mut World<'_>) -> Result<Held, Stop> {
    let Some(entity) = world.spec.entities.iter().find(|it| it.allows(Action::Create)) else {
        return skip("nothing can be created");
    };
    let body = Value::Object(world.body(entity, &Who::Admin)?).to_string();
    let token = world.of(&Who::Admin).map(|it| format!("Authorization: Bearer {}\r\n", it.access)).unwrap_or_default();
    let path = format!("{}{}", world.spec.api.base_path, World::path(entity));
    let origin = world.client.origin().to_owned();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {}\r\n{token}Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        origin.trim_start_matches("http://"),
        body.len(),
    );
    world.requests += 1;
    Ok(Held::begin(&origin, &head, body, world.target.timeout)?)
}

fn drains(world: &mut World<'_>, service: &mut dyn Restart) -> Outcome {
    let held = held(world)?;
    // The head has to arrive before the signal does.
    sleep(Duration::from_millis(400));
    service.terminate();
    if let Some(ended) =
        service.ended(Duration::from_millis(800)).map_err(|why| Fault::new("a service that ends", why))?
    {
        let got = format!("it ended before that ({})", ended.status.unwrap_or_default());
        return Err(Fault::new("the request in flight to be finished", got).into());
    }
    if let Ok(answer) = world.client.send(&Request::get("root:/healthz")) {
        return Err(Fault::new("no new connection after SIGTERM", format!("status {}", answer.status)).into());
    }
    let status = held.finish()?;
    if status != 201 {
        return Err(Fault::new("201 for the request that was in flight", status.to_string()).into());
    }
    ended_well(service, SLACK)
}

fn drain_ends(world: &mut World<'_>, service: &mut dyn Restart) -> Outcome {
    let held = held(world)?;
    sleep(Duration::from_millis(400));
    service.terminate();
    let outcome = ended_well(service, Duration::from_secs(1) + SLACK);
    drop(held);
    outcome
}

fn ended_well(service: &mut dyn Restart, within: Duration) -> Outcome {
    let wanted = format!("an end with status 0 within {} s", within.as_secs());
    match service.ended(within) {
        Ok(Some(ended)) if ended.well => Ok(()),
        Ok(Some(ended)) => Err(Fault::new(wanted, ended.status.unwrap_or_default()).into()),
        Ok(None) => Err(Fault::new(wanted, "it runs on").into()),
        Err(why) => Err(Fault::new(wanted, why).into()),
    }
}
