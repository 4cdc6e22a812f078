//! Jobs: mails, retries, what is given up, what survives.

use super::events::{PATIENCE, TICK, grown, wants};
use super::{Outcome, Suite};
use crate::verify::client::Request;
use crate::verify::fault::{Fault, Stop, ensure, skip};
use crate::verify::metrics::{Meter, Metrics};
use crate::verify::world::World;
use serde_json::{Value, json};
use std::thread::sleep;
use std::time::{Duration, Instant};

const DONE: &[(&str, &str)] = &[("outcome", "done")];

pub fn checks(suite: &mut Suite<'_, '_>) {
    if suite.world.spec.has_queue() {
        suite.check("jobs/probes", "The worker serves `/healthz`, `/readyz` on `WORKER_PORT`", probes);
    }
    suite.check("jobs/metrics", "`jobs_total{job,outcome}`, `job_duration_seconds`, `queue_depth{queue}`", metrics);
    if suite.world.spec.has_auth() {
        suite.check("jobs/welcome", "Mail (welcome, password reset) is a job", |world| {
            if !world.spec.auth.open_registration {
                return skip("registration is closed");
            }
            let email = world.address();
            let body = Value::Object(world.user_body(&email, None));
            mailed_by(world, &email, &Request::post("/auth/register", &body), 201)
        });
        suite.check("jobs/reset", "Mail (welcome, password reset) is a job", |world| {
            let email = world.account("user")?.email;
            settled(&Meter::of_worker(world)?)?;
            mailed_by(world, &email, &Request::post("/auth/password-reset", &json!({ "email": email })), 202)
        });
    }
}

fn probes(world: &mut World<'_>) -> Outcome {
    let meter = Meter::of_worker(world)?;
    meter.get("/healthz")?.status(200)?;
    let answer = meter.get("/readyz")?;
    let checks = answer.status(200)?.object()?.get("checks").cloned().unwrap_or_default();
    let up = checks["database"] == "up" && checks["broker"] == "up";
    ensure(up, &answer, "checks.database and checks.broker \"up\"", answer.text())?;
    Ok(())
}

fn metrics(world: &mut World<'_>) -> Outcome {
    let found = Meter::of_worker(world)?.read()?;
    let names = ["jobs_total", "job_duration_seconds", "queue_depth"];
    let missing: Vec<_> = names.into_iter().filter(|it| !found.knows(it)).collect();
    ensure(missing.is_empty(), &found.answer, "every metric of jobs", format!("without {}", missing.join(", ")))?;
    let queues = found.labels("queue_depth", "queue");
    let wanted = ["high", "default", "low"];
    let all = wanted.iter().all(|it| queues.iter().any(|queue| queue == it));
    ensure(all, &found.answer, "queue_depth of high, default and low", queues.join(", "))?;
    Ok(())
}

/// Waits until no job has been done for a moment.
fn settled(meter: &Meter) -> Result<Metrics, Stop> {
    let (mut last, mut since, begun) = (meter.read()?, Instant::now(), Instant::now());
    while since.elapsed() < TICK * 40 && begun.elapsed() < PATIENCE {
        sleep(TICK * 5);
        let now = meter.read()?;
        if now.sum("jobs_total", &[]) > last.sum("jobs_total", &[]) {
            since = Instant::now();
        }
        last = now;
    }
    Ok(last)
}

/// Wants a request to bring one mail about, by a job that is counted.
fn mailed_by(world: &mut World<'_>, email: &str, request: &Request, status: u16) -> Outcome {
    let meter = Meter::of_worker(world)?;
    let before = settled(&meter)?;
    let had = mails(world, email).len();
    world.send(request)?.status(status)?;
    let wanted = before.sum("jobs_total", DONE) + 1.0;
    grown(&meter, "jobs_total{outcome=\"done\"} to grow by 1", |it| it.sum("jobs_total", DONE) >= wanted)?;
    if world.target.mails.is_some() {
        arrives(world, email, had)?;
    }
    Ok(())
}

/// The mails to an address.
fn mails(world: &World<'_>, email: &str) -> Vec<String> {
    let Some(folder) = &world.target.mails else { return Vec::new() };
    let found = crate::project::read_tree(folder).unwrap_or_default();
    found
        .into_iter()
        .filter(|(_, bytes)| String::from_utf8_lossy(bytes).contains(email))
        .map(|(name, _)| name)
        .collect()
}

/// Wants one mail more to an address than there were, and no second one.
pub fn arrives(world: &World<'_>, email: &str, had: usize) -> Outcome {
    let begun = Instant::now();
    while mails(world, email).len() <= had {
        if begun.elapsed() > PATIENCE {
            return Err(
                Fault::new(format!("a mail to {email}"), format!("none within {} s", PATIENCE.as_secs())).into()
            );
        }
        sleep(TICK * 5);
    }
    sleep(Duration::from_millis(500));
    let got = mails(world, email).len() - had;
    wants(got == 1, format!("one mail to {email}"), got.to_string())?;
    Ok(())
}

/// How many mails an address has.
pub fn count(world: &World<'_>, email: &str) -> usize {
    mails(world, email).len()
}
