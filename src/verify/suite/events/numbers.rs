//! What is counted of events.

use super::super::Suite;
use super::{Outcome, PATIENCE, TICK, wants};
use crate::spec::Action;
use crate::verify::fault::{Fault, Stop, skip};
use crate::verify::metrics::{Meter, Metrics};
use crate::verify::world::World;
use std::thread::sleep;
use std::time::Instant;

pub fn checks(suite: &mut Suite<'_, '_>) {
    suite.check(
        "events/metrics",
        "`events_published_total{type}`, `events_consumed_total{handler,outcome}`, `outbox_pending`, `outbox_oldest_seconds`",
        |world| {
            let found = Meter::of_worker(world)?.read()?;
            let mut names = vec!["events_published_total", "outbox_pending", "outbox_oldest_seconds"];
            if !world.spec.handlers.is_empty() {
                names.push("events_consumed_total");
            }
            let missing: Vec<_> = names.into_iter().filter(|it| !found.knows(it)).collect();
            let fault = || Fault::new("every metric of events", format!("without {}", missing.join(", ")));
            if missing.is_empty() { Ok(()) } else { Err(fault().shown_by(&found.answer).into()) }
        },
    );
    suite.check("events/published", "`events_published_total{type}`: one of each write", published);
    suite.check("events/pending", "`outbox_pending`: everything goes out", |world| {
        let meter = Meter::of_worker(world)?;
        grown(&meter, "outbox_pending to be 0", |it| it.knows("outbox_pending") && it.sum("outbox_pending", &[]) == 0.0)
            .map(drop)
    });
}

fn published(world: &mut World<'_>) -> Outcome {
    let meter = Meter::of_worker(world)?;
    let Some(entity) = world.spec.entities.iter().find(|it| it.allows(Action::Create)) else {
        return skip("nothing can be created");
    };
    let kind = format!("{}.created", entity.name.kebab());
    let count = |it: &Metrics| it.sum("events_published_total", &[("type", &kind)]);
    let before = still(&meter, count)?;
    world.make(entity)?;
    grown(&meter, &format!("events_published_total of {kind} to grow by 1"), |it| count(it) > before)?;
    let after = still(&meter, count)?;
    // Published again by whoever does not know that it was.
    wants(after >= before + 1.0, "one more", format!("{before}, then {after}"))?;
    Ok(())
}

/// Numbers for which something holds, as soon as it does.
pub fn grown(meter: &Meter, wanted: &str, holds: impl Fn(&Metrics) -> bool) -> Result<Metrics, Stop> {
    let begun = Instant::now();
    loop {
        let found = meter.read()?;
        if holds(&found) {
            return Ok(found);
        }
        if begun.elapsed() > PATIENCE {
            let got = format!("not so within {} s", PATIENCE.as_secs());
            return Err(Fault::new(wanted, got).shown_by(&found.answer).into());
        }
        sleep(TICK * 5);
    }
}

/// A number once it stays the same for a while.
pub fn still(meter: &Meter, number: impl Fn(&Metrics) -> f64) -> Result<f64, Stop> {
    let (mut last, mut since, begun) = (number(&meter.read()?), Instant::now(), Instant::now());
    while since.elapsed() < TICK * 40 && begun.elapsed() < PATIENCE {
        sleep(TICK * 5);
        let now = number(&meter.read()?);
        if (now - last).abs() > f64::EPSILON {
            (last, since) = (now, Instant::now());
        }
    }
    Ok(last)
}
