//! Who may do what.

use super::context::Context;
use super::entity::EntityDraft;
use super::problems::with_hints;
use crate::answers::Problem;
use crate::answers::tree::{Node, Table, Value};
use crate::spec::{Access, Action, Grant, Place};

/// The role that passes every check.
const ADMIN: &str = "admin";

/// Reads `access`, with its defaults.
pub(super) fn check(cx: &Context<'_>, draft: &mut EntityDraft<'_>) {
    let table = draft.table.get("access").and_then(|entry| cx.problems.table(&entry.node, "`access`"));
    let ids = Action::ALL.map(Action::id);
    if let Some(table) = table {
        cx.problems.keys(table, "`access`", &ids, &[]);
    }
    let given = |action: Action| {
        let entry = table?.get(action.id())?;
        Some((grants(cx, &entry.node, &format!("`access.{}`", action.id()))?, entry.node.place.clone()))
    };
    let [list, read, create, update, delete] = Action::ALL.map(given);
    if let Some((grants, place)) = &create
        && grants.contains(&Grant::Owner)
    {
        let problem = Problem::new("`create` cannot be for the owner", place.clone());
        cx.problem(problem.label("a row has no owner before it is made").note("write \"authenticated\" or a role"));
    }
    let or = |action: Action, given: Option<(Vec<Grant>, Place)>| {
        given.map_or_else(|| default(cx.auth, draft.entity.allows(action), action), |(grants, _)| grants)
    };
    let access = Access {
        list: or(Action::List, list),
        read: or(Action::Read, read),
        create: or(Action::Create, create),
        update: or(Action::Update, update),
        delete: or(Action::Delete, delete),
    };
    draft.entity.access = access;
}

/// Rows that anybody may create have no owner to speak of; approvals and commands must be read by now.
pub(super) fn check_owner(cx: &Context<'_>, draft: &EntityDraft<'_>) {
    let entity = &draft.entity;
    if !entity.access.create.contains(&Grant::Public) || !entity.has_owner() {
        return;
    }
    let message = "rows that anybody may create have no owner";
    let problem = match mention(draft.table) {
        Some(place) => Problem::new(message, place).label("`create` is public"),
        None => {
            let create = draft.table.get("access").and_then(|entry| match &entry.node.value {
                Value::Table(access) => access.get("create").map(|entry| &entry.node.place),
                _ => None,
            });
            let place = create.unwrap_or(&draft.key).clone();
            Problem::new(message, place).label("`update` and `delete` are for the owner by default")
        }
    };
    cx.problem(problem.note("let `create` be \"authenticated\", or say without \"owner\" who may do the rest"));
}

/// Where `owner` is written first.
fn mention(table: &Table) -> Option<Place> {
    let owner = |node: &Node| match &node.value {
        Value::Array(items) => items.iter().find(|it| is_owner(it)).map(|it| it.place.clone()),
        _ => is_owner(node).then(|| node.place.clone()),
    };
    let children = |key: &str| match table.get(key).map(|entry| &entry.node.value) {
        Some(Value::Table(table)) => table.values().map(|entry| &entry.node).collect(),
        Some(Value::Array(items)) => items.iter().collect(),
        _ => Vec::new(),
    };
    let below = |node: &Node, key: &str| match &node.value {
        Value::Table(table) => table.get(key).and_then(|entry| owner(&entry.node)),
        _ => None,
    };
    let access = children("access").into_iter().find_map(owner);
    let commands = || children("commands").into_iter().find_map(|node| below(node, "access"));
    let approval = || children("approval").into_iter().find_map(|node| below(node, "approvers"));
    access.or_else(commands).or_else(approval)
}

fn is_owner(node: &Node) -> bool {
    matches!(&node.value, Value::String(word) if word == Grant::Owner.id())
}

fn default(auth: bool, offered: bool, action: Action) -> Vec<Grant> {
    match action {
        _ if !auth => vec![Grant::Public],
        Action::List | Action::Read => vec![Grant::Public],
        Action::Create => vec![Grant::Authenticated],
        // What is not offered asks for no owner.
        Action::Update | Action::Delete if !offered => vec![Grant::Role(ADMIN.to_owned())],
        Action::Update | Action::Delete => vec![Grant::Owner, Grant::Role(ADMIN.to_owned())],
    }
}

/// Reads `"public"` or a list of grants.
pub(super) fn grants(cx: &Context<'_>, node: &Node, what: &str) -> Option<Vec<Grant>> {
    let words = match &node.value {
        Value::String(word) => vec![(word.as_str(), node)],
        Value::Array(_) => cx.problems.set(node, what)?,
        _ => {
            let problem = Problem::new(format!("{what} must be a word or a list of words"), node.place.clone());
            cx.problem(problem.label(format!("found {}", node.describe())));
            return None;
        }
    };
    if words.is_empty() {
        let problem = Problem::new(format!("{what} names nobody"), node.place.clone());
        cx.problem(problem.note("write \"admin\" to let only admins pass"));
        return None;
    }
    let found: Vec<Option<Grant>> = words.iter().map(|(word, node)| grant(cx, word, node)).collect();
    found.into_iter().collect()
}

fn grant(cx: &Context<'_>, word: &str, node: &Node) -> Option<Grant> {
    let grant = match word {
        "public" => return Some(Grant::Public),
        "authenticated" => Grant::Authenticated,
        "owner" => Grant::Owner,
        role => Grant::Role(role.to_owned()),
    };
    if !cx.auth {
        let problem = Problem::new(format!("without accounts everything is public, not `{word}`"), node.place.clone());
        cx.problem(problem.note("remove this, or choose `auth = \"jwt\"` in [stack]"));
        return None;
    }
    if let Grant::Role(role) = &grant
        && !cx.roles.contains(role)
    {
        let mut known = vec!["public", "authenticated", "owner"];
        known.extend(cx.roles.iter().map(String::as_str));
        let problem = Problem::new(format!("unknown role `{role}`"), node.place.clone());
        cx.problem(with_hints(problem, role, &known).note("more roles are declared with `roles` in [auth]"));
        return None;
    }
    Some(grant)
}
