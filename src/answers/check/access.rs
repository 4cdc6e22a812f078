//! Who may do what.

use super::context::Context;
use super::entity::EntityDraft;
use super::problems::with_hints;
use crate::answers::Problem;
use crate::answers::tree::{Node, Value};
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
    let owned =
        [&list, &read, &update, &delete].into_iter().flatten().find(|(grants, _)| grants.contains(&Grant::Owner));
    let owned = owned.map(|(_, place)| place.clone());
    let public = create.as_ref().filter(|(grants, _)| grants.contains(&Grant::Public)).map(|(_, place)| place.clone());
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
    if let Some(place) = public
        && access.needs_owner()
    {
        let problem =
            Problem::new("rows that anybody may create have no owner", owned.as_ref().unwrap_or(&place).clone());
        let problem = match owned {
            Some(_) => problem.label("`owner` is allowed here, but `create` is public"),
            None => problem.label("`update` and `delete` are for the owner by default"),
        };
        cx.problem(
            problem.note("let `create` be \"authenticated\", or say who may `update` and `delete` without \"owner\""),
        );
    }
    draft.entity.access = access;
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
