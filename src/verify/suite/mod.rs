//! The checks, in groups. Each has a stable id and the sentence of the contract that it proves.

mod accounts;
mod approvals;
mod bodies;
mod commands;
mod concurrency;
mod events;
mod freshness;
mod front;
mod idempotency;
mod jobs;
mod limits;
mod lists;
mod matrix;
mod openapi;
mod order;
mod paths;
mod relations;
mod removal;
mod rows;
mod rules;
mod sessions;
mod settings;
mod tokens;
mod users;
mod values;
mod webhooks;

use super::Exchange;
use super::fault::{Fault, Stop};
use super::report::{CheckResult, Report, Verdict};
use super::restart::Restart;
use super::target::Target;
use super::world::World;
use crate::spec::{Entity, Relation, RelationKind, Spec};
use std::ops::ControlFlow;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// The groups in the order they run; `front` needs no account.
pub const GROUPS: [&str; 25] = [
    "front",
    "paths",
    "rows",
    "bodies",
    "values",
    "lists",
    "relations",
    "order",
    "access",
    "accounts",
    "sessions",
    "tokens",
    "users",
    "concurrency",
    "freshness",
    "rules",
    "commands",
    "approval",
    "idempotency",
    "webhooks",
    "events",
    "jobs",
    "openapi",
    "settings",
    "limits",
];

/// The groups that need a service with other settings, and so one that can be started.
const STARTED: [&str; 4] = ["settings", "limits", "events", "jobs"];

/// So many requests in a row without an answer, and the service counts as gone.
const SILENCE: usize = 3;

/// How a check ends.
type Outcome = Result<(), Stop>;

/// Runs checks and collects how they ended.
struct Suite<'a, 'p> {
    world: World<'a>,
    groups: &'a [String],
    report: Report,
    progress: &'p mut Progress<'p>,
    group: &'static str,
    /// Why no check can be done, once that is known.
    hopeless: Option<String>,
}

/// Is told of each check as it ends, and may say why no other one can be made.
pub type Progress<'p> = dyn FnMut(&CheckResult) -> ControlFlow<String> + 'p;

/// Asks a running service for every line of the contract that its spec has. `groups` names the wanted groups, none
/// being all.
pub fn contract<'p>(spec: &Spec, target: &Target, groups: &[String], progress: &'p mut Progress<'p>) -> Report {
    let mut suite = Suite::new(spec, target, groups, progress);
    suite.all();
    if suite.hopeless.is_none() {
        suite.world.clean_up();
    }
    suite.report
}

/// Like [`contract`], and gives every request with its answer: the same requests of the same spec each time but for ids,
/// moments and tokens, as `run` decides what must be unique in a service. What is asked at the same time, or in raw bytes, is not
/// among them.
pub fn recorded(spec: &Spec, target: &Target, groups: &[String], run: u32) -> (Report, Vec<Exchange>) {
    let mut progress = |_: &CheckResult| ControlFlow::Continue(());
    let mut world = World::new(spec, target, run);
    world.record = Some(Vec::new());
    let mut suite = Suite::over(world, groups, &mut progress);
    suite.all();
    let record = suite.world.record.take().unwrap_or_default();
    (suite.report, record)
}

/// Asks a service for what it does with other settings; it is started again and again.
pub fn settings<'p>(
    spec: &Spec,
    service: &mut dyn Restart,
    groups: &[String],
    progress: &'p mut Progress<'p>,
) -> Report {
    let mut suite = Suite::new(spec, &service.target(), groups, progress);
    settings::all(&mut suite, service);
    suite.report
}

/// What of [`settings`] is left out where the service cannot be started, and why.
pub fn without_settings<'p>(spec: &Spec, target: &Target, groups: &[String], progress: &'p mut Progress<'p>) -> Report {
    let mut suite = Suite::new(spec, target, groups, progress);
    for group in STARTED {
        let has = group != "events" || !spec.handlers.is_empty();
        if has && suite.wants(group) {
            suite.group = group;
            let why = "it needs a service with other settings, which `scaffold verify DIR` starts".to_owned();
            suite.end(group.to_owned(), "its variables decide", Verdict::Skipped(why), Instant::now(), 0);
        }
    }
    suite.report
}

/// Whether checks of these groups need a service that can be started again.
pub fn needs_settings(groups: &[String]) -> bool {
    groups.is_empty() || groups.iter().any(|it| STARTED.contains(&it.as_str()))
}

impl<'a, 'p> Suite<'a, 'p> {
    fn new(spec: &'a Spec, target: &Target, groups: &'a [String], progress: &'p mut Progress<'p>) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let run = u32::try_from(now.as_millis() % 0xffff_fff1).unwrap_or_default();
        Self::over(World::new(spec, target, run), groups, progress)
    }

    fn over(world: World<'a>, groups: &'a [String], progress: &'p mut Progress<'p>) -> Self {
        Self { world, groups, report: Report::default(), progress, group: "front", hopeless: None }
    }
}

impl Suite<'_, '_> {
    fn all(&mut self) {
        self.group = "front";
        self.always("front/answers", "`GET /healthz` 200 while the process lives", front::answers);
        // A service that answers otherwise is another one, and the report shows in what.
        if self.report.failures().any(|(_, fault)| fault.exchange.is_none()) {
            self.hopeless = Some("the service does not answer".to_owned());
        }
        self.check("front/limits-are-off", "0 turns a limit off", front::limits_are_off);
        self.check("front/callers", "accounts to check with", callers);
        if !matches!(self.report.results.last(), Some(CheckResult { verdict: Verdict::Passed, .. })) {
            self.hopeless.get_or_insert("there are no accounts to check with".to_owned());
        }
        self.group("front", front::checks);
        self.group("paths", paths::checks);
        self.group("rows", rows::checks);
        self.group("bodies", bodies::checks);
        self.group("values", values::checks);
        self.group("lists", lists::checks);
        self.group("relations", relations::checks);
        self.group("order", order::checks);
        self.group("access", matrix::checks);
        self.group("accounts", accounts::checks);
        self.group("sessions", sessions::checks);
        self.group("tokens", tokens::checks);
        self.group("users", users::checks);
        self.group("concurrency", concurrency::checks);
        self.group("freshness", freshness::checks);
        self.group("rules", rules::checks);
        self.group("commands", commands::checks);
        self.group("approval", approvals::checks);
        self.group("idempotency", idempotency::checks);
        self.group("webhooks", webhooks::checks);
        self.group("events", events::checks);
        self.group("jobs", jobs::checks);
        self.group("openapi", openapi::checks);
    }

    fn group(&mut self, name: &'static str, checks: fn(&mut Self)) {
        if self.wants(name) {
            self.group = name;
            checks(self);
        }
    }

    fn wants(&self, group: &str) -> bool {
        self.groups.is_empty() || self.groups.iter().any(|it| it == group)
    }

    /// Makes one check.
    fn check(
        &mut self,
        id: impl Into<String>,
        says: &'static str,
        check: impl FnOnce(&mut World<'_>) -> Result<(), Stop>,
    ) {
        if let Some(why) = self.hopeless.clone() {
            return self.end(id.into(), says, Verdict::Skipped(why), Instant::now(), 0);
        }
        self.always(id, says, check);
    }

    fn always(
        &mut self,
        id: impl Into<String>,
        says: &'static str,
        check: impl FnOnce(&mut World<'_>) -> Result<(), Stop>,
    ) {
        self.world.renew();
        let (started, before) = (Instant::now(), self.world.requests);
        let verdict = match check(&mut self.world) {
            Ok(()) => Verdict::Passed,
            Err(Stop::Failed(fault)) => Verdict::Failed(Box::new(fault)),
            Err(Stop::Skipped(why)) => Verdict::Skipped(why),
        };
        let requests = self.world.requests - before;
        self.end(id.into(), says, verdict, started, requests);
        if self.world.silent >= SILENCE && self.hopeless.is_none() {
            self.answers_on();
        }
    }

    /// A service that drops some requests is asked on; one that answers nothing any more is told once.
    fn answers_on(&mut self) {
        let (started, silent) = (Instant::now(), self.world.silent);
        let Err(Stop::Failed(fault)) = front::answers(&mut self.world) else { return };
        let got = format!("{} requests in a row without one ({})", silent + 1, fault.got);
        let fault = Fault { expected: "an answer".to_owned(), got, ..fault };
        self.hopeless = Some("the service no longer answers".to_owned());
        let says = "`GET /healthz` 200 while the process lives";
        self.end("front/answers-on".to_owned(), says, Verdict::Failed(Box::new(fault)), started, 1);
    }

    fn end(&mut self, id: String, says: &'static str, verdict: Verdict, started: Instant, requests: usize) {
        let result = CheckResult { group: self.group, id, says, verdict, took: started.elapsed(), requests };
        if let ControlFlow::Break(why) = (self.progress)(&result) {
            self.hopeless.get_or_insert(why);
        }
        self.report.results.push(result);
    }
}

fn callers(world: &mut World<'_>) -> Outcome {
    world.prepare()
}

/// How ids name an entity.
fn id_of(entity: &Entity) -> String {
    entity.name.kebab()
}

/// Whether two rows cannot have the same values.
fn has_unique(entity: &Entity) -> bool {
    let one_each = |it: &Relation| it.kind == RelationKind::OneToOne;
    !entity.unique.is_empty() || entity.fields.iter().any(|it| it.unique) || entity.relations.iter().any(one_each)
}

/// An identifier that no row has.
const ABSENT: &str = "019a0000-0000-7000-8000-00000000dead";
