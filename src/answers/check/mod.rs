//! From the tree to the spec: every promise of the reference page is checked here.

mod access;
mod context;
mod cron;
mod entity;
mod enums;
mod field;
mod integrations;
mod limits;
mod line;
mod links;
mod lists;
mod names;
mod problems;
mod project;
mod relation;
mod rules;
mod shape;
mod stack;
mod webhooks;
mod work;

use super::tree::{Entry, Node, Table, Value};
use super::{Catalogue, Checked, Problem, canonical};
use crate::spec::{Access, Auth, Grant, Name, Place, Source, Spec};
pub(super) use context::Context;
pub(crate) use context::OWN_TYPES;
pub(super) use line::{is_number, read as read_line};
pub(crate) use links::TAKEN_PATHS;
pub(crate) use names::{
    BUILT_IN_ROLES, LONGEST, QUERY_WORDS, RESERVED_COMMANDS, RESERVED_ENTITIES, RESERVED_JOBS, SET_BY_SERVICE,
    USER_KEYS, is_field_name, is_pascal,
};
pub(super) use relation::{KINDS as TARGETS, LINK_KEYS, ON_DELETE, both_forms, is_line, line_of};
pub(super) use shape::{COMMON, Limit, LimitKey, Role, SPECIAL, STORED_ONLY, Shape, TYPES, special};

use entity::EntityDraft;
pub(super) use problems::with_hints;
use std::sync::Arc;

/// Keys of the whole; `include` and `preset` are taken out already.
const KEYS: [&str; 14] = [
    "project",
    "stack",
    "preset",
    "include",
    "api",
    "defaults",
    "auth",
    "enums",
    "entities",
    "jobs",
    "events",
    "handlers",
    "integrations",
    "webhooks",
];

const RESERVED: [&str; 3] = ["tenant", "mixins", "embedded"];

/// The most entities of a project.
pub(crate) const MOST_ENTITIES: usize = 500;

/// After that many problems the remaining entities are not looked at.
const ENOUGH_PROBLEMS: usize = 1_000;

/// Checks a whole tree.
pub(super) fn check(root: &Node, main: &Arc<Source>, catalogue: &Catalogue<'_>) -> Result<Checked, Vec<Problem>> {
    let mut cx = Context::new(catalogue);
    let spec = spec(&mut cx, root, main);
    let (problems, enums, uses, places) = cx.finish();
    match spec {
        Some(spec) if problems.is_empty() => {
            let spec = Spec { enums, uses, ..spec };
            let canonical = canonical::document(root, &spec);
            Ok(Checked { spec, canonical, places })
        }
        _ if problems.is_empty() => Err(vec![Problem::new("the answers cannot be used", start(main))]),
        _ => Err(problems),
    }
}

fn start(source: &Arc<Source>) -> Place {
    Place { source: Arc::clone(source), start: 0, end: 0 }
}

/// `None` after a problem; enumerations and uses are still in the context.
fn spec(cx: &mut Context<'_>, root: &Node, main: &Arc<Source>) -> Option<Spec> {
    let table = cx.problems.table(root, "the whole of the answers")?;
    cx.problems.keys(table, "the answers", &KEYS, &RESERVED);
    let section = |cx: &Context<'_>, key: &str| {
        let entry = table.get(key)?;
        cx.problems.table(&entry.node, &format!("[{key}]"))
    };
    let at = |key: &str| table.get(key).map_or_else(|| start(main), |entry| entry.key.clone());
    let project = project::project(&cx.problems, section(cx, "project"), &at("project"));
    let stack = stack::read(cx, section(cx, "stack"), &at("stack"));
    cx.auth = stack.as_ref().map_or_else(|| has_auth(table), |stack| stack.auth.iter().any(|it| it != "none"));
    let api = project::api(&cx.problems, section(cx, "api"));
    let defaults = project::defaults(cx, section(cx, "defaults"));
    let auth = section(cx, "auth");
    let (roles, open_registration) = project::auth(cx, auth);
    if let Some(table) = section(cx, "enums") {
        enums::read(cx, table);
    }
    let entities = declared(cx, table, &at("entities"));
    if let Some(Value::Table(events)) = table.get("events").map(|entry| &entry.node.value) {
        cx.events = events.iter().map(|(name, entry)| (name.clone(), entry.key.clone())).collect();
    }
    let user_fields = entity::user_fields(cx, auth);
    let mut drafts: Vec<EntityDraft<'_>> = Vec::new();
    for (name, entry) in entities {
        if cx.problems.count() < ENOUGH_PROBLEMS {
            drafts.extend(entity::read(cx, name, entry, defaults));
        }
    }
    let user_names: Vec<String> = user_fields.iter().map(|(field, _)| field.name.declared().to_owned()).collect();
    links::check(cx, &drafts, &user_names);
    for draft in &mut drafts {
        if cx.problems.count() >= ENOUGH_PROBLEMS {
            break;
        }
        lists::check(cx, draft);
        access::check(cx, draft);
        rules::check(cx, draft);
        access::check_owner(cx, draft);
    }
    let events = work::events(cx, table.get("events"));
    let jobs = work::jobs(cx, table.get("jobs"));
    let integrations = integrations::read(cx, table.get("integrations"));
    let handlers = work::handlers(cx, table.get("handlers"), &integrations);
    let webhooks = webhooks::read(cx, table.get("webhooks"), &drafts, &integrations);
    let users = Access { list: admin(), read: admin(), create: admin(), update: admin(), delete: admin() };
    let user_fields = user_fields.into_iter().map(|(field, _)| field).collect();
    Some(Spec {
        project: project?,
        stack: stack?,
        api,
        auth: Auth { roles, open_registration, user_fields, users },
        enums: Vec::new(),
        entities: drafts.into_iter().map(|draft| draft.entity).collect(),
        jobs,
        events,
        handlers,
        integrations,
        webhooks,
        uses: Vec::new(),
    })
}

fn admin() -> Vec<Grant> {
    vec![Grant::Role("admin".to_owned())]
}

/// Whether faulty answers ask for accounts, so that the rest can still be judged.
fn has_auth(table: &Table) -> bool {
    let Some(Value::Table(stack)) = table.get("stack").map(|entry| &entry.node.value) else { return true };
    !matches!(stack.get("auth").map(|entry| &entry.node.value), Some(Value::String(auth)) if auth == "none")
}

/// Notes the names of all entities; gives those that are legal.
fn declared<'n>(cx: &mut Context<'_>, table: &'n Table, at: &Place) -> Vec<(&'n str, &'n Entry)> {
    let section = table.get("entities");
    let entities = section.and_then(|entry| cx.problems.table(&entry.node, "[entities]"));
    let count = entities.map_or(0, indexmap::IndexMap::len);
    if count == 0 && (section.is_none() || entities.is_some()) {
        let problem = Problem::new("there are no entities", at.clone());
        cx.problem(problem.note("at least one is needed: `[entities.Product]`"));
    }
    if count > MOST_ENTITIES {
        let problem = Problem::new(format!("there are {count} entities"), at.clone());
        cx.problem(problem.note(format!("at most {MOST_ENTITIES}")));
    }
    let mut legal = Vec::new();
    for (name, entry) in entities.into_iter().flatten() {
        cx.entities.insert(name.clone(), entry.key.clone());
        if count <= MOST_ENTITIES && entity::name(cx, name, &entry.key) {
            let pascal = Name::new(name).pascal();
            let free = cx.take_type(&pascal, &format!("the entity `{name}`"), &entry.key);
            let parts = [("List", "page"), ("Create", "body"), ("Replace", "body"), ("Patch", "body")];
            for (suffix, part) in parts.into_iter().filter(|_| free) {
                let what = format!("the {part} `{name}{suffix}` of `{name}`");
                cx.take_type(&format!("{pascal}{suffix}"), &what, &entry.key);
            }
            legal.push((name.as_str(), entry));
        }
    }
    legal
}
