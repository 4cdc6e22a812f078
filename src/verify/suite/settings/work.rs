//! Jobs when their transport, their worker or their service comes and goes.

use super::super::events::{self, PATIENCE, grown, still, wants};
use super::super::jobs::{arrives, count};
use super::super::{Outcome, Suite};
use super::{situation, started};
use crate::spec::Job;
use crate::verify::client::Request;
use crate::verify::fault::{Fault, Stop, skip};
use crate::verify::metrics::Meter;
use crate::verify::refusing::Refusing;
use crate::verify::restart::Restart;
use crate::verify::world::World;
use serde_json::json;
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The wait before a second attempt.
const BASE_MS: u64 = 200;
/// How often a mail is tried.
const ATTEMPTS: usize = 5;
/// How long a worker may take to end when nothing runs.
const ENDS: Duration = Duration::from_secs(14);
/// Every minute.
const MINUTELY: &str = "* * * * *";

pub(super) fn all(suite: &mut Suite<'_, '_>, service: &mut dyn Restart) {
    let mut failed = None;
    if suite.wants("jobs") && suite.world.spec.has_auth() {
        suite.group = "jobs";
        refused(suite, service, &mut failed);
    }
    situation(suite, service, "usual", &[], |suite, service| {
        if suite.wants("jobs") {
            if let Some(address) = &failed {
                suite.check("jobs/put-back", "failed jobs … put back (`make jobs-retry`)", |world| {
                    put_back(world, service, address)
                });
            }
            if suite.world.spec.has_queue() {
                worker(suite, service);
            }
        }
        if suite.wants("events") {
            suite.group = "events";
            events::put_back(suite, service);
            suite.group = "jobs";
        }
    });
    if suite.wants("jobs") {
        suite
            .check("jobs/scheduled", "schedules fire once however many workers run", |world| scheduled(world, service));
        service.end();
    }
    if suite.wants("jobs") && suite.world.spec.has_auth() {
        suite.check("jobs/survive", "those not yet run survive a restart", |world| survive(world, service));
        service.end();
        suite.world.silent = 0;
    }
}

/// A mail server that refuses: the mail is tried again, less and less often, and given up.
fn refused(suite: &mut Suite<'_, '_>, service: &mut dyn Restart, failed: &mut Option<String>) {
    let Ok(server) = Refusing::start() else { return };
    let (transport, base) = (server.transport(), BASE_MS.to_string());
    let settings = [("MAIL_TRANSPORT", transport.as_str()), ("JOB_RETRY_BASE_MS", base.as_str())];
    situation(suite, service, "mails-refused", &settings, |suite, service| {
        suite.check("jobs/retried", "retries with exponential backoff (5 attempts in all)", |world| {
            *failed = Some(asked(world)?);
            retried(&server)
        });
        suite.check("jobs/kept", "failed jobs kept, listed (`make jobs-failed`)", |world| {
            let Some(_) = &failed else { return skip("no job has failed") };
            let meter = Meter::of_worker(world)?;
            let found = grown(&meter, "jobs_total{outcome=\"failed\"} to grow", |it| {
                it.sum("jobs_total", &[("outcome", "failed")]) >= 1.0
            })?;
            let names = found.labels("jobs_total", "job");
            let said = make(service, "jobs-failed")?;
            let told = names.iter().any(|it| said.contains(it.as_str())) && said.contains("554");
            wants(told, "the failed job with its error", said)?;
            Ok(())
        });
    });
}

/// Asks for a mail to a new account; gives its address.
fn asked(world: &mut World<'_>) -> Result<String, Stop> {
    let email = world.account("user")?.email;
    world.send(&Request::post("/auth/password-reset", &json!({ "email": email })))?.status(202)?;
    Ok(email)
}

fn retried(server: &Refusing) -> Outcome {
    let mut waits = server.waits(ATTEMPTS, PATIENCE);
    // No further one comes.
    sleep(Duration::from_millis(BASE_MS * 20));
    let all = server.times().len();
    wants(all == ATTEMPTS, format!("{ATTEMPTS} attempts"), all.to_string())?;
    waits.truncate(ATTEMPTS - 1);
    let least: Vec<_> = (0..waits.len()).map(|it| Duration::from_millis(BASE_MS << it)).collect();
    let grows = waits.iter().zip(&least).all(|(wait, least)| wait >= least);
    wants(grows, format!("waits of at least {least:?}"), format!("{waits:?}"))?;
    Ok(())
}

fn make(service: &mut dyn Restart, target: &str) -> Result<String, Stop> {
    let wanted = format!("`make {target}` to end with status 0");
    match service.make(target) {
        Ok(ended) if ended.well => Ok(ended.said),
        Ok(ended) => Err(Fault::new(wanted, ended.said).into()),
        Err(why) => Err(Fault::new(wanted, why).into()),
    }
}

fn put_back(world: &mut World<'_>, service: &mut dyn Restart, address: &str) -> Outcome {
    let had = count(world, address);
    make(service, "jobs-retry")?;
    arrives(world, address, had)?;
    let said = make(service, "jobs-failed")?;
    wants(!said.contains("554"), "no failed job", said)?;
    Ok(())
}

/// The worker ends as it should, and what is asked for meanwhile waits for the next one.
fn worker(suite: &mut Suite<'_, '_>, service: &mut dyn Restart) {
    suite.check("jobs/worker-stops", "`SIGTERM` lets running work finish, then exits 0", |_| {
        let wanted = format!("the worker to end with status 0 within {} s", ENDS.as_secs());
        match service.stop_worker(ENDS) {
            Ok(Some(ended)) if ended.well => Ok(()),
            Ok(Some(ended)) => Err(Fault::new(wanted, ended.status.unwrap_or_default()).into()),
            Ok(None) => Err(Fault::new(wanted, "it runs on").into()),
            Err(why) => Err(Fault::new(wanted, why).into()),
        }
    });
    suite.check("jobs/worker-away", "Jobs run in a separate worker process: another one finishes", |world| {
        let address = if world.spec.has_auth() { Some(asked(world)?) } else { None };
        sleep(Duration::from_secs(1));
        let early = address.as_ref().map_or(0, |it| count(world, it));
        service.start_worker(&[]).map_err(|why| Fault::new("a worker that starts again", why))?;
        wants(early == 0, "no mail while there is no worker", early.to_string())?;
        match address {
            Some(address) => arrives(world, &address, 0),
            None => Ok(()),
        }
    });
}

/// A job whose next attempt is to come when its process is gone.
fn survive(world: &mut World<'_>, service: &mut dyn Restart) -> Outcome {
    let server = Refusing::start().map_err(|error| Fault::new("a port", error.to_string()))?;
    let transport = server.transport();
    started(service, &[("MAIL_TRANSPORT", transport.as_str()), ("JOB_RETRY_BASE_MS", "3000")])?;
    let address = asked(world)?;
    server.waits(1, PATIENCE);
    wants(server.times().len() == 1, "one attempt", server.times().len().to_string())?;
    // What became of it has to be noted.
    sleep(Duration::from_millis(500));
    service.end();
    started(service, &[])?;
    arrives(world, &address, 0)
}

/// Two processes that look at the clock: each minute counts once.
fn scheduled(world: &mut World<'_>, service: &mut dyn Restart) -> Outcome {
    let each_minute = |it: &&Job| it.schedule.as_deref() == Some(MINUTELY);
    let Some(job) = world.spec.jobs.iter().find(each_minute) else {
        return skip("no job of the spec has a schedule of every minute");
    };
    started(service, &[])?;
    let second =
        if world.spec.has_queue() { service.second_worker(&[]) } else { service.beside(&[]).map(|target| target.url) };
    let second = second.map_err(|why| Fault::new("a second worker", why))?;
    let meters = [Meter::of_worker(world)?, Meter::at(world, &second)];
    let labels = [("job", job.name.declared()), ("outcome", "done")];
    // Far from the turn of a minute.
    let second_of_minute = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs() % 60;
    let begun = Instant::now();
    while !(5..50).contains(&second_of_minute()) && begun.elapsed() < PATIENCE {
        sleep(Duration::from_millis(200));
    }
    let sum = || -> Result<f64, Stop> {
        let mut sum = 0.0;
        for meter in &meters {
            sum += still(meter, |it| it.sum("jobs_total", &labels))?;
        }
        Ok(sum)
    };
    let before = sum()?;
    sleep(Duration::from_secs(60));
    let after = sum()?;
    let got = format!("{before}, then {after}");
    wants((after - before - 1.0).abs() < f64::EPSILON, format!("{} once in a minute", job.name.declared()), got)?;
    Ok(())
}
