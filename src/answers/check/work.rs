//! `jobs`, `events` and `handlers`.

use super::context::Context;
use super::cron;
use super::field;
use super::integrations;
use super::names::RESERVED_JOBS;
use super::problems::with_hints;
use super::shape::Role;
use crate::answers::Problem;
use crate::answers::tree::{Entry, Table};
use crate::spec::{Event, Field, Handler, Integration, Job, JobQueue, Name, USER};

pub(super) fn doc(cx: &Context<'_>, table: &Table) -> Option<String> {
    table.get("doc").and_then(|entry| cx.problems.free_text(&entry.node, "`doc`"))
}

pub(super) fn fields(cx: &Context<'_>, owner: &str, table: &Table, key: &str) -> Vec<Field> {
    let Some(entry) = table.get(key) else { return Vec::new() };
    let Some(table) = cx.problems.table(&entry.node, &format!("`{key}`")) else { return Vec::new() };
    field::table(cx, owner, table, Role::Message).into_iter().map(|(field, _)| field).collect()
}

/// Reads `[jobs]`.
pub(super) fn jobs(cx: &Context<'_>, table: Option<&Entry>) -> Vec<Job> {
    let mut jobs = Vec::new();
    for (name, entry, table) in named(cx, table, "jobs", "a job") {
        let what = format!("the job `{name}`");
        cx.problems.keys(table, &what, &["schedule", "queue", "attempts", "input", "doc"], &[]);
        let before = cx.problems.count();
        if RESERVED_JOBS.contains(&name) {
            let problem = Problem::new(format!("`{name}` cannot be a job"), entry.key.clone());
            let problem = problem.label("the service has a job of this name itself");
            cx.problem(problem.note(format!("refused: {}", RESERVED_JOBS.join(", "))));
        }
        let schedule = table.get("schedule").and_then(|entry| {
            let text = cx.problems.string(&entry.node, "`schedule`")?;
            cron::normal(text)
                .map_err(|fault| {
                    let problem = Problem::new(fault.message, entry.node.inside(fault.range));
                    cx.problem(problem.note("five fields: minute, hour, day, month, weekday, as in \"0 3 * * *\""));
                })
                .ok()
        });
        let queue =
            table.get("queue").and_then(|entry| cx.problems.word(&entry.node, "`queue`", &["high", "default", "low"]));
        let queue = match queue {
            Some("high") => JobQueue::High,
            Some("low") => JobQueue::Low,
            _ => JobQueue::Default,
        };
        let attempts = table.get("attempts").and_then(|entry| cx.problems.whole(&entry.node, "`attempts`", 1..=100));
        let input = fields(cx, &Name::new(name).pascal(), table, "input");
        if schedule.is_some() {
            scheduled_input(cx, &input, name, entry);
        }
        if cx.problems.count() == before {
            let (name, doc) = (Name::new(name), doc(cx, table));
            jobs.push(Job { name, schedule, queue, attempts: attempts.unwrap_or(5), input, doc });
        }
    }
    jobs
}

/// Nobody gives a scheduled job its input.
fn scheduled_input(cx: &Context<'_>, input: &[Field], name: &str, entry: &Entry) {
    for field in input.iter().filter(|field| field.required && field.default.is_none()) {
        let field = field.name.declared();
        let problem = Problem::new(format!("the scheduled job `{name}` has no value for `{field}`"), entry.key.clone());
        cx.problem(problem.note("give it a default, or make it optional"));
    }
}

/// Reads `[events]`.
pub(super) fn events(cx: &Context<'_>, table: Option<&Entry>) -> Vec<Event> {
    let Some(entry) = table else { return Vec::new() };
    let Some(table) = cx.problems.table(&entry.node, "[events]") else { return Vec::new() };
    let mut events = Vec::new();
    for (name, entry) in table {
        cx.used("events", &entry.key);
        let legal = cx.problems.pascal(name, "an event", &entry.key);
        if legal {
            cx.take_type(&Name::new(name).pascal(), &format!("the event `{name}`"), &entry.key);
        }
        let Some(table) = cx.problems.table(&entry.node, &format!("the event `{name}`")) else { continue };
        cx.problems.keys(table, &format!("the event `{name}`"), &["payload", "doc"], &[]);
        let payload = fields(cx, name, table, "payload");
        let doc = doc(cx, table);
        if legal {
            events.push(Event { name: Name::new(name), payload, doc });
        }
    }
    events
}

/// Reads `[handlers]`.
pub(super) fn handlers(cx: &Context<'_>, table: Option<&Entry>, integrations: &[Integration]) -> Vec<Handler> {
    let mut handlers = Vec::new();
    let known = known_events(cx);
    for (name, entry, table) in named(cx, table, "handlers", "a handler") {
        let what = format!("the handler `{name}`");
        cx.problems.keys(table, &what, &["on", "calls", "doc"], &[]);
        let Some(on) = table.get("on") else {
            let problem = Problem::new("`on` is missing", entry.key.clone());
            cx.problem(problem.note("write for example `on = \"Order.created\"`"));
            continue;
        };
        let Some(event) = cx.problems.string(&on.node, "`on`") else { continue };
        let calls = table.get("calls").and_then(|entry| integrations::calls(cx, entry, integrations));
        if known.iter().any(|it| it == event) {
            handlers.push(Handler { name: Name::new(name), on: event.to_owned(), calls, doc: doc(cx, table) });
        } else {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let problem = Problem::new(format!("there is no event `{event}`"), on.node.place.clone());
            cx.problem(with_hints(problem, event, &known));
        }
    }
    handlers
}

fn known_events(cx: &Context<'_>) -> Vec<String> {
    let mut known: Vec<String> = cx.events.keys().cloned().collect();
    for entity in cx.entities.keys() {
        known.extend(["created", "updated", "deleted"].map(|it| format!("{entity}.{it}")));
    }
    if cx.auth {
        known.push(format!("{USER}.registered"));
    }
    known
}

/// The tables of a section with their checked `snake_case` names.
pub(super) fn named<'n>(
    cx: &Context<'_>,
    section: Option<&'n Entry>,
    key: &str,
    what: &str,
) -> Vec<(&'n str, &'n Entry, &'n Table)> {
    let found = section.map(|entry| members(cx, entry, &format!("[{key}]"), what)).unwrap_or_default();
    if let Some((_, entry, _)) = found.first() {
        cx.used(key, &entry.key);
    }
    found
}

/// The tables of a table with their checked `snake_case` names.
pub(super) fn members<'n>(
    cx: &Context<'_>,
    entry: &'n Entry,
    owner: &str,
    what: &str,
) -> Vec<(&'n str, &'n Entry, &'n Table)> {
    let Some(table) = cx.problems.table(&entry.node, owner) else { return Vec::new() };
    let mut taken = std::collections::BTreeMap::new();
    let mut found = Vec::new();
    for (name, entry) in table {
        if cx.problems.snake(name, what, &entry.key)
            && field::distinct(cx, &mut taken, name, &entry.key)
            && let Some(table) = cx.problems.table(&entry.node, &format!("{what} `{name}`"))
        {
            found.push((name.as_str(), entry, table));
        }
    }
    found
}
