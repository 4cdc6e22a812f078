//! `rules`, `approval` and `commands` of an entity.

use super::access::grants;
use super::context::Context;
use super::entity::EntityDraft;
use super::field;
use super::names::RESERVED_COMMANDS;
use super::problems::with_hints;
use super::shape::Role;
use crate::answers::Problem;
use crate::answers::expression::{self, Column, Scope};
use crate::answers::tree::{Entry, Node, Table};
use crate::spec::{Action, Approval, Command, Entity, Expression, FieldKind, Grant, Name, Rule, Subject, ValueType};
use indexmap::IndexMap;

/// Reads all three.
pub(super) fn check(cx: &Context<'_>, draft: &mut EntityDraft<'_>) {
    let columns = columns(draft);
    draft.entity.rules = rules(cx, draft.table, &columns);
    draft.entity.approval = approvals(cx, draft, &columns);
    draft.entity.commands = commands(cx, draft, &columns);
}

/// More faults of one expression than that help nobody.
const MOST_FAULTS: usize = 20;

/// What a condition looks at.
#[derive(Debug, Clone, Copy)]
struct View {
    bare: Subject,
    no_new: Option<&'static str>,
    no_old: Option<&'static str>,
}

impl View {
    const BOTH: Self = Self { bare: Subject::New, no_new: None, no_old: None };
    const RULE: Self = Self { no_old: Some("a rule holds on create too, where there is no old row"), ..Self::BOTH };
    const CREATE: Self = Self { no_old: Some("on create there is no old row"), ..Self::BOTH };
    const DELETE: Self = Self { bare: Subject::Old, no_new: Some("on delete there is no new row"), no_old: None };
    const COMMAND: Self =
        Self { bare: Subject::Old, no_new: Some("a command looks at the row as it is"), no_old: None };
}

/// The names that expressions of an entity may use.
fn columns(draft: &EntityDraft<'_>) -> IndexMap<String, Column> {
    let mut columns = IndexMap::new();
    for field in &draft.entity.fields {
        let name = field.name.declared().to_owned();
        let column = match (value_type(&field.kind), field.list) {
            (_, Some(_)) => Column::Unusable("it is a list".to_owned()),
            (None, _) => Column::Unusable(format!("it is of type {}", field.kind.id())),
            (Some(value_type), None) => Column::Value { name: name.clone(), value_type, nullable: !field.required },
        };
        columns.insert(name, column);
    }
    for relation in draft.entity.references() {
        let key = relation.key().camel();
        let nullable = !relation.required;
        let column = Column::Value { name: key.clone(), value_type: ValueType::Uuid, nullable };
        columns.insert(key.clone(), column);
        columns.insert(relation.name.declared().to_owned(), Column::Unusable(format!("its key is `{key}`")));
    }
    for relation in draft.entity.links() {
        let name = relation.name.declared().to_owned();
        columns.insert(name, Column::Unusable("it is a many-to-many relation".to_owned()));
    }
    for name in &draft.broken {
        columns.insert(name.clone(), Column::Broken);
    }
    columns
}

fn value_type(kind: &FieldKind) -> Option<ValueType> {
    Some(match kind {
        FieldKind::String { .. } | FieldKind::Text { .. } | FieldKind::Email | FieldKind::Url => ValueType::String,
        FieldKind::Integer(_) | FieldKind::Long(_) | FieldKind::Decimal { .. } => ValueType::Number,
        FieldKind::Float(_) => ValueType::Float,
        FieldKind::Boolean => ValueType::Boolean,
        FieldKind::Date { .. } => ValueType::Date,
        FieldKind::DateTime { .. } => ValueType::DateTime,
        FieldKind::Uuid => ValueType::Uuid,
        FieldKind::Enum(name) => ValueType::Enum(name.clone()),
        FieldKind::Json => return None,
    })
}

/// Reads the expression of a key; gives it with its source.
fn condition(
    cx: &Context<'_>,
    node: &Node,
    what: &str,
    columns: &IndexMap<String, Column>,
    view: View,
) -> Option<(Expression, String)> {
    let text = cx.problems.string(node, what)?;
    let enums = cx.enums.borrow();
    let scope = Scope {
        columns,
        bare: view.bare,
        no_new: view.no_new,
        no_old: view.no_old,
        auth: cx.auth,
        roles: &cx.roles,
        enums: &enums,
    };
    match expression::condition(text, &scope) {
        Ok(expression) => Some((expression?, text.to_owned())),
        Err(faults) => {
            let start = node.verbatim();
            for fault in faults.into_iter().take(MOST_FAULTS) {
                let mut problem = Problem::new(fault.message, node.stretch(start, fault.range));
                problem.label = fault.label;
                problem.notes = fault.notes;
                cx.problem(problem);
            }
            None
        }
    }
}

/// The tables of a list of tables.
fn tables<'n>(cx: &Context<'_>, table: &'n Table, key: &str) -> Vec<(&'n Table, &'n Node)> {
    let Some(entry) = table.get(key) else { return Vec::new() };
    let Some(items) = cx.problems.list(&entry.node, &format!("`{key}`")) else { return Vec::new() };
    if !items.is_empty() {
        cx.used(key, &entry.key);
    }
    let item = format!("each item of `{key}`");
    items.iter().filter_map(|node| Some((cx.problems.table(node, &item)?, node))).collect()
}

fn required<'n>(cx: &Context<'_>, table: &'n Table, node: &Node, key: &str, note: &str) -> Option<&'n Entry> {
    let entry = table.get(key);
    if entry.is_none() {
        cx.problem(Problem::new(format!("`{key}` is missing"), node.place.clone()).note(note));
    }
    entry
}

fn rules(cx: &Context<'_>, table: &Table, columns: &IndexMap<String, Column>) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (table, node) in tables(cx, table, "rules") {
        cx.problems.keys(table, "a rule", &["check", "message"], &[]);
        let check = required(cx, table, node, "check", "write for example `check = \"endsAt > startsAt\"`")
            .and_then(|entry| condition(cx, &entry.node, "`check`", columns, View::RULE));
        let message = required(cx, table, node, "message", "write what the caller is told")
            .and_then(|entry| message(cx, &entry.node));
        if let (Some((check, source)), Some(message)) = (check, message) {
            rules.push(Rule { check, source, message });
        }
    }
    rules
}

fn message(cx: &Context<'_>, node: &Node) -> Option<String> {
    let message = cx.problems.free_text(node, "`message`")?;
    if message.is_empty() {
        cx.problem(Problem::new("`message` is empty", node.place.clone()).note("write what the caller is told"));
        return None;
    }
    Some(message)
}

fn approvals(cx: &Context<'_>, draft: &EntityDraft<'_>, columns: &IndexMap<String, Column>) -> Vec<Approval> {
    let mut approvals = Vec::new();
    for (table, node) in tables(cx, draft.table, "approval") {
        cx.problems.keys(table, "an approval", &["on", "when", "approvers"], &[]);
        if !cx.auth {
            let place = draft.table.get("approval").map_or(&node.place, |entry| &entry.key);
            let problem = Problem::new("approval needs accounts", place.clone());
            cx.problem(problem.note("choose `auth = \"jwt\"` in [stack]"));
            break;
        }
        let on =
            required(cx, table, node, "on", "allowed: create, update, delete").and_then(|entry| on(cx, draft, entry));
        let view = match on {
            Some(Action::Create) => View::CREATE,
            Some(Action::Delete) => View::DELETE,
            _ => View::BOTH,
        };
        let when = required(cx, table, node, "when", "write the condition under which consent is needed")
            .and_then(|entry| condition(cx, &entry.node, "`when`", columns, view));
        let approvers = required(cx, table, node, "approvers", "write for example `approvers = [\"admin\"]`")
            .and_then(|entry| approvers(cx, &entry.node));
        if let (Some(on), Some((when, source)), Some(approvers)) = (on, when, approvers) {
            approvals.push(Approval { on, when, source, approvers });
        }
    }
    approvals
}

fn on(cx: &Context<'_>, draft: &EntityDraft<'_>, entry: &Entry) -> Option<Action> {
    let word = cx.problems.word(&entry.node, "`on`", &["create", "update", "delete"])?;
    let action = Action::ALL.into_iter().find(|action| action.id() == word)?;
    if !draft.entity.allows(action) {
        let name = draft.entity.name.declared();
        let problem = Problem::new(format!("`{name}` does not offer `{word}`"), entry.node.place.clone());
        cx.problem(problem.note("add it to `actions`"));
        return None;
    }
    Some(action)
}

fn approvers(cx: &Context<'_>, node: &Node) -> Option<Vec<Grant>> {
    let grants = grants(cx, node, "`approvers`")?;
    if let Some(grant) = grants.iter().find(|it| matches!(it, Grant::Public | Grant::Authenticated)) {
        let problem = Problem::new(format!("`{}` cannot approve", grant.id()), node.place.clone());
        cx.problem(problem.note(format!("allowed: owner, {}", cx.roles.join(", "))));
        return None;
    }
    Some(grants)
}

fn commands(cx: &Context<'_>, draft: &EntityDraft<'_>, columns: &IndexMap<String, Column>) -> Vec<Command> {
    let Some(entry) = draft.table.get("commands") else { return Vec::new() };
    let Some(table) = cx.problems.table(&entry.node, "`commands`") else { return Vec::new() };
    if !table.is_empty() {
        cx.used("commands", &entry.key);
    }
    let mut taken = std::collections::BTreeMap::new();
    let mut commands = Vec::new();
    for (name, entry) in table {
        let legal = cx.problems.field_name(name, "a command", &entry.key)
            && field::distinct(cx, &mut taken, name, &entry.key)
            && free_path(cx, draft, name, entry);
        let command = command(cx, draft, columns, name, entry);
        if let (true, Some(command)) = (legal, command) {
            commands.push(command);
        }
    }
    commands
}

/// `POST /orders/{id}/pay` must not be another path of the entity, nor `payOrder` another of its operations.
fn free_path(cx: &Context<'_>, draft: &EntityDraft<'_>, name: &str, entry: &Entry) -> bool {
    let camel = Name::new(name).camel();
    let reason = if RESERVED_COMMANDS.contains(&camel.as_str()) {
        "the service has it itself".to_owned()
    } else if draft.entity.links().any(|link| link.name.camel() == camel) {
        "a relation has this name".to_owned()
    } else {
        return true;
    };
    cx.problem(Problem::new(format!("`{name}` cannot be a command"), entry.key.clone()).label(reason));
    false
}

fn command(
    cx: &Context<'_>,
    draft: &EntityDraft<'_>,
    columns: &IndexMap<String, Column>,
    name: &str,
    entry: &Entry,
) -> Option<Command> {
    const KEYS: [&str; 6] = ["access", "when", "input", "set", "emits", "doc"];
    let what = format!("the command `{name}`");
    let table = cx.problems.table(&entry.node, &what)?;
    let before = cx.problems.count();
    cx.problems.keys(table, &what, &KEYS, &[]);
    let access = match table.get("access") {
        Some(entry) => grants(cx, &entry.node, "`access`").unwrap_or_default(),
        None => draft.entity.access.update.clone(),
    };
    let when = table.get("when").and_then(|entry| condition(cx, &entry.node, "`when`", columns, View::COMMAND));
    let owner = format!("{}{}", draft.entity.name.pascal(), Name::new(name).pascal());
    let input = match table.get("input") {
        Some(entry) => {
            let fields = cx.problems.table(&entry.node, "`input`");
            fields.map(|fields| field::table(cx, &owner, fields, Role::Message)).unwrap_or_default()
        }
        None => Vec::new(),
    };
    let set = table.get("set").map(|entry| set(cx, draft, entry)).unwrap_or_default();
    let emits = table.get("emits").and_then(|entry| emits(cx, entry));
    let doc = table.get("doc").and_then(|entry| cx.problems.free_text(&entry.node, "`doc`"));
    let (when, source) = when.unzip();
    let input = input.into_iter().map(|(field, _)| field).collect();
    (cx.problems.count() == before).then(|| Command {
        name: Name::new(name),
        access,
        when,
        source,
        input,
        set,
        emits,
        doc,
    })
}

fn set(cx: &Context<'_>, draft: &EntityDraft<'_>, entry: &Entry) -> Vec<(String, serde_json::Value)> {
    let Some(table) = cx.problems.table(&entry.node, "`set`") else { return Vec::new() };
    let mut values = Vec::new();
    for (name, entry) in table {
        let Some(field) = draft.entity.field(name) else {
            if !draft.broken.contains(name) {
                unknown_field(cx, &draft.entity, name, entry);
            }
            continue;
        };
        if field.list.is_some() {
            let problem = Problem::new(format!("`{name}` is a list and cannot be set"), entry.key.clone());
            cx.problem(problem.note("set it in the command's function"));
        } else if let Some(value) = field::one(cx, &field.kind, &entry.node, "value") {
            if field.unique && !value.is_null() {
                let problem =
                    Problem::new(format!("`{name}` is unique and cannot be set to one value"), entry.key.clone());
                cx.problem(problem.note("only the first row could ever have it; set it in the command's function"));
            } else {
                values.push((name.clone(), value));
            }
        }
    }
    // The order of the assignments means nothing: it is that of the fields.
    values.sort_by_key(|(name, _)| draft.entity.fields.iter().position(|field| field.name.declared() == name));
    values
}

fn unknown_field(cx: &Context<'_>, entity: &Entity, name: &str, entry: &Entry) {
    let known: Vec<&str> = entity.fields.iter().map(|field| field.name.declared()).collect();
    let problem = Problem::new(format!("unknown field `{name}`"), entry.key.clone());
    cx.problem(with_hints(problem, name, &known));
}

fn emits(cx: &Context<'_>, entry: &Entry) -> Option<String> {
    let name = cx.problems.string(&entry.node, "`emits`")?;
    if cx.events.contains_key(name) {
        return Some(name.to_owned());
    }
    let known: Vec<&str> = cx.events.keys().map(String::as_str).collect();
    let problem = Problem::new(format!("there is no event `{name}`"), entry.node.place.clone());
    cx.problem(with_hints(problem, name, &known).note(format!("declare it: [events.{name}]")));
    None
}
