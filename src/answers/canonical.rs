//! Answers as one TOML document that is the same for every way of writing them.
//!
//! Keys stand in the order of the reference page, but for tables whose order means something (entities, fields,
//! …), which keep theirs. Values stay as written, except that numbers lose idle zeros and signs.

use super::tree::{Entry, Node, Table, Value};
use crate::spec::{Spec, exact};
use std::fmt::Write;

/// The order of keys wherever it means nothing; what is not listed follows alphabetically.
const ORDER: [&str; 80] = [
    "name",
    "title",
    "description",
    "author",
    "license", // project
    "json_case",
    "base_path", // api
    "roles",
    "registration",
    "user", // auth
    "type",
    "list",
    "max_items",
    "values",
    "precision",
    "scale",
    "min",
    "max",
    "above",
    "below",
    "pattern", // fields
    "many_to_one",
    "one_to_one",
    "many_to_many",
    "inverse",
    "on_delete", // relations
    "required",
    "unique",
    "index",
    "default",
    "example",
    "private",
    "read_only", // fields and entities
    "doc",
    "was",
    "was_plural",
    "plural",
    "actions",
    "search",
    "filter",
    "sort",
    "pagination",
    "soft_delete",
    "audit", // entities
    "value",
    "label", // enumerations
    "create",
    "update",
    "delete", // access, after `list` and `read`
    "check",
    "message",
    "on",
    "calls",
    "approvers", // rules, approval and handlers
    "base_url_env",
    "auth",
    "method",
    "path",
    "timeout_ms", // integrations
    "secret_env",
    "header",
    "tolerance_seconds",
    "command",
    "row", // webhooks
    "schedule",
    "queue",
    "attempts", // jobs
    "access",
    "when",
    "input",
    "output",
    "set",
    "emits",
    "payload", // commands and events
    "fields",
    "relations",
    "rules",
    "approval",
    "commands", // entities
    "read",
];

/// The order of `access`.
const ACTIONS: [&str; 5] = ["list", "read", "create", "update", "delete"];

/// Writes checked answers.
pub(super) fn document(root: &Node, spec: &Spec) -> String {
    let mut out = String::new();
    let Value::Table(root) = &root.value else { return out };
    section(&mut out, root, "project");
    stack(&mut out, spec);
    for key in ["api", "defaults"] {
        section(&mut out, root, key);
    }
    if let Some(auth) = child(root, "auth") {
        header(&mut out, "[auth]");
        for (key, entry) in sorted(auth) {
            match (key, &entry.node.value) {
                ("user", Value::Table(user)) => members(&mut out, user, "fields", "user.fields"),
                _ => line(&mut out, key, &entry.node, false),
            }
        }
    }
    if let Some(enums) = child(root, "enums").filter(|it| !it.is_empty()) {
        header(&mut out, "[enums]");
        for (name, entry) in enums {
            line(&mut out, name, &entry.node, false);
        }
    }
    for (name, entry) in child(root, "entities").into_iter().flatten() {
        if let Value::Table(table) = &entry.node.value {
            entity(&mut out, name, table);
        }
    }
    for key in ["jobs", "events", "handlers"] {
        for (name, entry) in child(root, key).into_iter().flatten() {
            if let Value::Table(table) = &entry.node.value {
                header(&mut out, &format!("[{key}.{name}]"));
                body(&mut out, table);
            }
        }
    }
    for (name, entry) in child(root, "integrations").into_iter().flatten() {
        if let Value::Table(table) = &entry.node.value {
            nested(&mut out, &format!("integrations.{name}"), table, "operations");
        }
    }
    for (name, entry) in child(root, "webhooks").into_iter().flatten() {
        if let Value::Table(table) = &entry.node.value {
            nested(&mut out, &format!("webhooks.{name}"), table, "events");
        }
    }
    out
}

/// A table, and each table of one of its keys below it.
fn nested(out: &mut String, name: &str, table: &Table, parts: &str) {
    header(out, &format!("[{name}]"));
    for (key, entry) in sorted(table).into_iter().filter(|(key, _)| *key != parts) {
        line(out, key, &entry.node, false);
    }
    for (part, entry) in child(table, parts).into_iter().flatten() {
        if let Value::Table(table) = &entry.node.value {
            header(out, &format!("[{name}.{parts}.{part}]"));
            body(out, table);
        }
    }
}

fn entity(out: &mut String, name: &str, table: &Table) {
    header(out, &format!("[entities.{name}]"));
    let parts = ["access", "fields", "relations", "rules", "approval", "commands"];
    for (key, entry) in sorted(table) {
        if !parts.contains(&key) {
            line(out, key, &entry.node, false);
        }
    }
    if let Some(access) = child(table, "access") {
        for action in ACTIONS {
            if let Some(entry) = access.get(action) {
                line(out, &format!("access.{action}"), &entry.node, false);
            }
        }
    }
    members(out, table, "fields", "fields");
    members(out, table, "relations", "relations");
    for key in ["rules", "approval"] {
        let Some(Value::Array(items)) = table.get(key).map(|entry| &entry.node.value) else { continue };
        for item in items {
            if let Value::Table(item) = &item.value {
                header(out, &format!("[[entities.{name}.{key}]]"));
                body(out, item);
            }
        }
    }
    for (command, entry) in child(table, "commands").into_iter().flatten() {
        if let Value::Table(table) = &entry.node.value {
            header(out, &format!("[entities.{name}.commands.{command}]"));
            body(out, table);
        }
    }
}

/// The chosen options, defaults included: a later default must not change this project.
fn stack(out: &mut String, spec: &Spec) {
    header(out, "[stack]");
    for (question, options) in spec.stack.answers() {
        let quoted: Vec<String> = options.iter().map(|option| text(option)).collect();
        let value = if quoted.len() == 1 { quoted.concat() } else { format!("[{}]", quoted.join(", ")) };
        let _ = writeln!(out, "{question} = {value}");
    }
}

fn section(out: &mut String, root: &Table, key: &str) {
    if let Some(table) = child(root, key).filter(|it| !it.is_empty()) {
        header(out, &format!("[{key}]"));
        body(out, table);
    }
}

fn header(out: &mut String, header: &str) {
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(header);
    out.push('\n');
}

/// The keys of a table in the fixed order; the members of `input`, `output` and `payload` keep theirs.
fn body(out: &mut String, table: &Table) {
    for (key, entry) in sorted(table) {
        line(out, key, &entry.node, matches!(key, "input" | "output" | "payload"));
    }
}

/// `fields.name = …`, in the order of the file.
fn members(out: &mut String, table: &Table, key: &str, prefix: &str) {
    for (name, entry) in child(table, key).into_iter().flatten() {
        line(out, &format!("{prefix}.{name}"), &entry.node, false);
    }
}

fn line(out: &mut String, key: &str, node: &Node, ordered: bool) {
    if matches!(&node.value, Value::Table(table) if table.is_empty()) {
        return;
    }
    let _ = writeln!(out, "{key} = {}", value(node, ordered));
}

fn child<'t>(table: &'t Table, key: &str) -> Option<&'t Table> {
    match &table.get(key)?.node.value {
        Value::Table(table) => Some(table),
        _ => None,
    }
}

fn sorted(table: &Table) -> Vec<(&str, &Entry)> {
    let mut entries: Vec<(&str, &Entry)> = table.iter().map(|(key, entry)| (key.as_str(), entry)).collect();
    let rank = |key: &str| ORDER.iter().position(|it| *it == key).unwrap_or(ORDER.len());
    entries.sort_by_key(|(key, _)| (rank(key), *key));
    entries
}

pub(super) fn value(node: &Node, ordered: bool) -> String {
    match &node.value {
        Value::Null => "\"\"".to_owned(),
        Value::Boolean(value) => value.to_string(),
        Value::Number(text) => exact(text).map_or_else(|| text.to_lowercase(), |number| number.to_string()),
        Value::String(value) => text(value),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| value(item, false)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Table(table) => {
            let entries =
                if ordered { table.iter().map(|(key, entry)| (key.as_str(), entry)).collect() } else { sorted(table) };
            let entries =
                entries.into_iter().map(|(name, entry)| format!("{} = {}", key(name), value(&entry.node, false)));
            let entries: Vec<String> = entries.collect();
            if entries.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", entries.join(", ")) }
        }
    }
}

fn key(name: &str) -> String {
    let bare = !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-'));
    if bare { name.to_owned() } else { text(name) }
}

/// A basic string.
pub(super) fn text(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for character in value.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            it if it.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(it));
            }
            it => out.push(it),
        }
    }
    out.push('"');
    out
}
