//! `[project]`, `[api]`, `[defaults]` and `[auth]`.

use super::context::Context;
use super::names::{self, BUILT_IN_ROLES};
use super::problems::Problems;
use crate::answers::Problem;
use crate::answers::tree::Table;
use crate::spec::{Api, JsonCase, License, Name, Pagination, Place, Project, is_device};

/// Reads `[project]`.
pub(super) fn project(problems: &Problems, table: Option<&Table>, start: &Place) -> Option<Project> {
    let empty = Table::new();
    let given = table.unwrap_or(&empty);
    problems.keys(given, "[project]", &["name", "title", "description", "author", "license"], &[]);
    let text = |key: &str| {
        let entry = given.get(key)?;
        problems.free_text(&entry.node, &format!("`project.{key}`"))
    };
    let license = match given.get("license") {
        Some(entry) => match problems.word(&entry.node, "`project.license`", &["MIT", "Apache-2.0", "none"]) {
            Some("MIT") => License::Mit,
            Some("Apache-2.0") => License::Apache2,
            _ => License::None,
        },
        None => License::None,
    };
    let (title, description, author) = (text("title"), text("description"), text("author"));
    let Some(entry) = given.get("name") else {
        let problem = Problem::new("`project.name` is missing", start.clone());
        problems.push(problem.note("write `name = \"my-shop\"` under [project]"));
        return None;
    };
    let name = problems.string(&entry.node, "`project.name`")?;
    if !names::is_kebab(name) || !(2..=50).contains(&name.len()) {
        let mut problem = Problem::new(format!("`{name}` is no name for a project"), entry.node.place.clone());
        let near = heck::ToKebabCase::to_kebab_case(name);
        if near != name && names::is_kebab(&near) && (2..=50).contains(&near.len()) {
            problem = problem.note(format!("did you mean `{near}`?"));
        }
        problems.push(problem.note("allowed: kebab-case, 2 to 50 characters, starting with a letter"));
        return None;
    }
    if is_device(name) {
        let problem = Problem::new(format!("`{name}` is no name for a project"), entry.node.place.clone());
        problems.push(
            problem
                .label("Windows takes it for a device")
                .note("choose another, for example `my-{name}`".replace("{name}", name)),
        );
        return None;
    }
    let title = title.filter(|it| !it.is_empty()).unwrap_or_else(|| heck::ToTitleCase::to_title_case(name));
    Some(Project {
        name: name.to_owned(),
        title,
        description: description.unwrap_or_default(),
        author: author.unwrap_or_default(),
        license,
    })
}

/// Reads `[api]`.
pub(super) fn api(problems: &Problems, table: Option<&Table>) -> Api {
    let mut api = Api { json_case: JsonCase::Camel, base_path: "/api/v1".to_owned() };
    let Some(table) = table else { return api };
    problems.keys(table, "[api]", &["json_case", "base_path"], &["ids"]);
    if let Some(entry) = table.get("json_case")
        && problems.word(&entry.node, "`api.json_case`", &["camel", "snake"]) == Some("snake")
    {
        api.json_case = JsonCase::Snake;
    }
    if let Some(entry) = table.get("base_path")
        && let Some(path) = problems.string(&entry.node, "`api.base_path`")
    {
        let part = |part: &str| {
            part.starts_with(|it: char| it.is_ascii_alphanumeric())
                && part.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.' | b'~'))
        };
        let legal = path.len() <= 100 && path.strip_prefix('/').is_some_and(|rest| rest.split('/').all(part));
        if legal {
            path.clone_into(&mut api.base_path);
        } else {
            let problem = Problem::new(format!("`{path}` is no base path"), entry.node.place.clone());
            let notes =
                "allowed: a slash, then letters, digits and `-_.~` in parts separated by `/`, without one at the end";
            problems.push(problem.note(notes).note("write for example \"/api/v1\""));
        }
    }
    api
}

/// What every entity gets that does not say otherwise.
#[derive(Debug, Clone, Copy)]
pub(super) struct Defaults {
    pub(super) soft_delete: bool,
    pub(super) audit: bool,
    pub(super) pagination: Pagination,
}

/// Reads `[defaults]`.
pub(super) fn defaults(cx: &Context<'_>, table: Option<&Table>) -> Defaults {
    let mut defaults = Defaults { soft_delete: false, audit: false, pagination: Pagination::Offset };
    let Some(table) = table else { return defaults };
    cx.problems.keys(table, "[defaults]", &["soft_delete", "audit", "pagination"], &[]);
    defaults.soft_delete = flag(cx, table, "soft_delete", "`defaults.soft_delete`").unwrap_or(false);
    defaults.audit = flag(cx, table, "audit", "`defaults.audit`").unwrap_or(false);
    defaults.pagination = pagination(cx, table, "`defaults.pagination`").unwrap_or(Pagination::Offset);
    defaults
}

/// A switch that is also a feature of the same name.
pub(super) fn flag(cx: &Context<'_>, table: &Table, key: &str, what: &str) -> Option<bool> {
    let entry = table.get(key)?;
    let value = cx.problems.boolean(&entry.node, what)?;
    if value {
        cx.used(key, &entry.key);
    }
    Some(value)
}

pub(super) fn pagination(cx: &Context<'_>, table: &Table, what: &str) -> Option<Pagination> {
    let entry = table.get("pagination")?;
    match cx.problems.word(&entry.node, what, &["offset", "cursor"])? {
        "cursor" => {
            cx.used("cursor_pagination", &entry.node.place);
            Some(Pagination::Cursor)
        }
        _ => Some(Pagination::Offset),
    }
}

/// Reads the roles and registration of `[auth]`; `user` is read with the entities.
pub(super) fn auth(cx: &mut Context<'_>, table: Option<&Table>) -> (Vec<String>, bool) {
    cx.roles = vec!["user".to_owned(), "admin".to_owned()];
    let mut open = true;
    let Some(table) = table else { return (Vec::new(), open) };
    cx.problems.keys(table, "[auth]", &["roles", "registration", "user"], &["session", "providers"]);
    let mut roles = Vec::new();
    if let Some(entry) = table.get("roles") {
        for (role, node) in cx.problems.set(&entry.node, "`auth.roles`").unwrap_or_default() {
            if BUILT_IN_ROLES.contains(&role) {
                let problem = Problem::new(format!("`{role}` cannot be declared as a role"), node.place.clone());
                cx.problem(problem.label("it is built in"));
            } else if !is_role(role) {
                let problem = Problem::new(format!("`{role}` is no name for a role"), node.place.clone());
                cx.problem(
                    problem
                        .note("allowed: a lower-case letter, then lower-case letters, digits, `_` and `-`, at most 40"),
                );
            } else {
                roles.push(role.to_owned());
            }
        }
    }
    if let Some(entry) = table.get("registration")
        && cx.problems.word(&entry.node, "`auth.registration`", &["open", "closed"]) == Some("closed")
    {
        cx.used("closed_registration", &entry.node.place);
        open = false;
    }
    cx.roles.extend(roles.iter().cloned());
    (roles, open)
}

fn is_role(text: &str) -> bool {
    text.len() <= 40
        && text.starts_with(|it: char| it.is_ascii_lowercase())
        && text.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || matches!(it, b'_' | b'-'))
}

/// A former name of an entity, field or relation, or a former plural.
pub(super) fn was(
    problems: &Problems,
    table: &Table,
    key: &str,
    name: &Name,
    legal: fn(&str) -> bool,
) -> Option<String> {
    let entry = table.get(key)?;
    let text = problems.string(&entry.node, &format!("`{key}`"))?;
    if !legal(text) || text.len() > 40 {
        let problem = Problem::new(format!("`{text}` cannot have been a name"), entry.node.place.clone());
        problems.push(problem.note(format!("write the former name as it stood in the answers, or leave `{key}` out")));
        return None;
    }
    if text == name.declared() {
        let problem = Problem::new(format!("`{key}` is the name itself"), entry.node.place.clone());
        problems.push(problem.note(format!("write the former name, or leave `{key}` out")));
        return None;
    }
    Some(text.to_owned())
}
