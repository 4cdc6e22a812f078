//! `webhooks`: what other services tell this one.

use super::context::Context;
use super::entity::EntityDraft;
use super::integrations::{OWN, is_header, variable};
use super::problems::with_hints;
use super::work::{doc, members, named};
use crate::answers::Problem;
use crate::answers::tree::{Entry, Table, Value};
use crate::spec::{Command, Entity, Integration, Name, Place, ServiceAuth, Webhook, WebhookEvent};
use std::collections::BTreeMap;

/// The component of bodies in the description of the interface.
const BODY: &str = "WebhookEvent";

/// The most keys on the way to a value.
const DEEPEST: usize = 10;

/// Reads `[webhooks]`.
pub(super) fn read(
    cx: &Context<'_>,
    table: Option<&Entry>,
    drafts: &[EntityDraft<'_>],
    integrations: &[Integration],
) -> Vec<Webhook> {
    let mut webhooks = Vec::new();
    let mut variables = taken(integrations);
    for (name, entry, table) in named(cx, table, "webhooks", "a webhook") {
        if webhooks.is_empty() {
            free_names(cx, drafts, &entry.key);
        }
        let what = format!("the webhook `{name}`");
        cx.problems.keys(table, &what, &["secret_env", "header", "tolerance_seconds", "events", "doc"], &[]);
        let before = cx.problems.count();
        let declared = Name::new(name);
        let (secret_env, place) = match table.get("secret_env") {
            Some(entry) => (variable(cx, entry, "`secret_env`"), &entry.node.place),
            None => (Some(format!("{}_WEBHOOK_SECRET", declared.screaming())), &entry.key),
        };
        let secret_env = secret_env.unwrap_or_default();
        let other = OWN.contains(&secret_env.as_str()).then(|| "the service itself".to_owned());
        let other = variables.insert(secret_env.clone(), what).or(other);
        if let Some(other) = other.filter(|_| !secret_env.is_empty()) {
            let problem = Problem::new(format!("{other} has the variable `{secret_env}` already"), place.clone());
            cx.problem(problem.note("choose another one: secret_env = \"…\", or another name"));
        }
        let header = table.get("header").map_or(Some("Webhook-Signature"), |entry| header(cx, entry));
        let tolerance = table.get("tolerance_seconds");
        let tolerance = tolerance.and_then(|entry| cx.problems.whole(&entry.node, "`tolerance_seconds`", 1..=86_400));
        let webhook = Webhook {
            name: declared,
            secret_env,
            header: header.unwrap_or_default().to_owned(),
            tolerance_seconds: tolerance.unwrap_or(300),
            events: events(cx, table, entry, drafts),
            doc: doc(cx, table),
        };
        if cx.problems.count() == before {
            webhooks.push(webhook);
        }
    }
    webhooks
}

/// Variables of other services.
fn taken(integrations: &[Integration]) -> BTreeMap<String, String> {
    let of = |it: &Integration| {
        let token = (it.auth != ServiceAuth::None).then(|| it.token_env());
        let what = format!("the integration `{}`", it.name.declared());
        [Some(it.base_url_env.clone()), token].into_iter().flatten().map(move |name| (name, what.clone()))
    };
    integrations.iter().flat_map(of).collect()
}

/// Paths and components that entities may have where there are no webhooks.
fn free_names(cx: &Context<'_>, drafts: &[EntityDraft<'_>], place: &Place) {
    cx.take_type(BODY, &format!("the body `{BODY}` of webhooks"), place);
    for draft in drafts.iter().filter(|it| it.entity.plural.kebab() == "webhooks") {
        let problem = Problem::new("the path `/webhooks` belongs to the service", draft.plural.clone());
        cx.problem(problem.note("declare another `plural`"));
    }
}

fn header<'n>(cx: &Context<'_>, entry: &'n Entry) -> Option<&'n str> {
    let text = cx.problems.string(&entry.node, "`header`")?;
    if is_header(text) {
        return Some(text);
    }
    let problem = Problem::new(format!("`{text}` is no name for a header"), entry.node.place.clone());
    cx.problem(problem.note("allowed: letters, digits and `-`, as in \"Stripe-Signature\""));
    None
}

fn events(cx: &Context<'_>, table: &Table, webhook: &Entry, drafts: &[EntityDraft<'_>]) -> Vec<WebhookEvent> {
    let given = table.get("events");
    let Some(entry) = given.filter(|it| !matches!(&it.node.value, Value::Table(table) if table.is_empty())) else {
        let place = given.map_or(&webhook.key, |it| &it.key).clone();
        let problem = Problem::new("the webhook has no events", place);
        cx.problem(problem.note("write for example `[webhooks.payment.events.paid]`"));
        return Vec::new();
    };
    let mut found: Vec<WebhookEvent> = Vec::new();
    for (name, entry, table) in members(cx, entry, "`events`", "an event") {
        let what = format!("the event `{name}`");
        cx.problems.keys(table, &what, &["type", "command", "row", "input"], &[]);
        let (kind, place) = match table.get("type") {
            Some(entry) => (kind(cx, entry), &entry.node.place),
            None => (Some(name), &entry.key),
        };
        let target = required(cx, table, entry, "command", "\"Order.settle\"").and_then(|it| command(cx, it, drafts));
        let row = required(cx, table, entry, "row", "\"data.orderId\"").and_then(|it| way(cx, it, "`row`"));
        let input = target.map(|(_, command)| input(cx, table, entry, command)).unwrap_or_default();
        let (Some(kind), Some((owner, command)), Some(row)) = (kind, target, row) else { continue };
        if found.iter().any(|it| it.kind == kind) {
            let problem = Problem::new(format!("another event has the type `{kind}`"), place.clone());
            cx.problem(problem.note("one type asks for one command"));
        }
        let event = WebhookEvent {
            name: Name::new(name),
            kind: kind.to_owned(),
            entity: owner.name.declared().to_owned(),
            command: command.name.declared().to_owned(),
            row,
            input,
        };
        apart(cx, &event, entry);
        found.push(event);
    }
    found
}

/// What is a value at the end of one way can hold nothing on another.
fn apart(cx: &Context<'_>, event: &WebhookEvent, entry: &Entry) {
    let own = ["id", "type", event.row.as_str()];
    let ways: Vec<&str> = own.into_iter().chain(event.input.iter().map(|(_, way)| way.as_str())).collect();
    let inside = |way: &&str, other: &str| way.strip_prefix(other).is_some_and(|rest| rest.starts_with('.'));
    let found = ways.iter().find_map(|other| Some((other, ways.iter().find(|way| inside(way, other))?)));
    if let Some((outer, inner)) = found {
        let problem = Problem::new(format!("`{outer}` is a value and cannot hold `{inner}`"), entry.key.clone());
        cx.problem(problem.note("`id` and `type` are those of the event"));
    }
}

fn required<'n>(cx: &Context<'_>, table: &'n Table, event: &Entry, key: &str, example: &str) -> Option<&'n Entry> {
    let found = table.get(key);
    if found.is_none() {
        let problem = Problem::new(format!("`{key}` is missing"), event.key.clone());
        cx.problem(problem.note(format!("write for example `{key} = {example}`")));
    }
    found
}

fn kind<'n>(cx: &Context<'_>, entry: &'n Entry) -> Option<&'n str> {
    let text = cx.problems.string(&entry.node, "`type`")?;
    if (1..=100).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_graphic() && !b"\"'`\\{}$".contains(&it)) {
        return Some(text);
    }
    let problem = Problem::new(format!("`{text}` is no type of an event"), entry.node.place.clone());
    cx.problem(problem.note("allowed: 1 to 100 visible ASCII characters, but no quotes, braces, `\\` and `$`"));
    None
}

/// Reads `Order.settle`.
fn command<'d>(cx: &Context<'_>, entry: &Entry, drafts: &'d [EntityDraft<'_>]) -> Option<(&'d Entity, &'d Command)> {
    let text = cx.problems.string(&entry.node, "`command`")?;
    let all = || drafts.iter().flat_map(|it| it.entity.commands.iter().map(move |command| (&it.entity, command)));
    let name =
        |(entity, command): &(&Entity, &Command)| format!("{}.{}", entity.name.declared(), command.name.declared());
    let found = all().find(|it| name(it) == text);
    if found.is_none() {
        let known: Vec<String> = all().map(|it| name(&it)).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let problem = Problem::new(format!("there is no command `{text}`"), entry.node.place.clone());
        cx.problem(with_hints(problem, text, &known).note("declare it: [entities.NAME.commands.NAME]"));
    }
    found
}

/// Reads `data.object.id`: the way to a value in the body.
fn way(cx: &Context<'_>, entry: &Entry, what: &str) -> Option<String> {
    let text = cx.problems.string(&entry.node, what)?;
    let key = |it: &str| {
        (1..=super::LONGEST).contains(&it.len())
            && it.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-'))
    };
    if text.split('.').all(key) && text.split('.').count() <= DEEPEST {
        return Some(text.to_owned());
    }
    let problem = Problem::new(format!("`{text}` is no way to a value"), entry.node.place.clone());
    cx.problem(problem.note("keys of letters, digits, `_` and `-` with dots between them, as in \"data.object.id\""));
    None
}

fn input(cx: &Context<'_>, table: &Table, event: &Entry, command: &Command) -> Vec<(String, String)> {
    let given = table.get("input").and_then(|entry| cx.problems.table(&entry.node, "`input`"));
    let mut found = Vec::new();
    for (name, entry) in given.into_iter().flatten() {
        if command.input.iter().any(|it| it.name.declared() == name) {
            found.extend(way(cx, entry, &format!("`{name}`")).map(|way| (name.clone(), way)));
            continue;
        }
        let known: Vec<&str> = command.input.iter().map(|it| it.name.declared()).collect();
        let message = format!("`{name}` is no input of the command `{}`", command.name.declared());
        cx.problem(with_hints(Problem::new(message, entry.key.clone()), name, &known));
    }
    let needed = command.input.iter().filter(|it| it.required && it.default.is_none());
    for field in needed.map(|it| it.name.declared()) {
        if !given.is_some_and(|it| it.contains_key(field)) {
            let message = format!("the command `{}` needs `{field}`", command.name.declared());
            let problem = Problem::new(message, event.key.clone());
            cx.problem(problem.note(format!("say where it is in the body: input.{field} = \"data.{field}\"")));
        }
    }
    found
}
