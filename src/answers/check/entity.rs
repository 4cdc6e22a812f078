//! One entity, as far as it can be read without the others.

use super::context::Context;
use super::names::{self, RESERVED_ENTITIES, USER_KEYS};
use super::project::{Defaults, flag, pagination, was};
use super::relation::{self, Draft};
use super::shape::Role;
use super::{field, links};
use crate::answers::Problem;
use crate::answers::tree::{Entry, Table, Value};
use crate::spec::name::plural;
use crate::spec::{Access, Action, Entity, Field, Name, Place, RelationKind, USER};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

const KEYS: [&str; 18] = [
    "doc",
    "plural",
    "actions",
    "search",
    "filter",
    "sort",
    "pagination",
    "unique",
    "soft_delete",
    "audit",
    "was",
    "was_plural",
    "fields",
    "relations",
    "access",
    "rules",
    "approval",
    "commands",
];

const RESERVED: [&str; 5] = ["use", "mixins", "path", "embedded", "encrypted"];

/// An entity being checked.
#[derive(Debug)]
pub(super) struct EntityDraft<'n> {
    pub(super) entity: Entity,
    pub(super) key: Place,
    pub(super) plural: Place,
    pub(super) table: &'n Table,
    pub(super) relations: Vec<Draft>,
    /// Where fields and relations are declared.
    pub(super) declared: BTreeMap<String, Place>,
    /// Declared, but refused: nothing more is said about them.
    pub(super) broken: BTreeSet<String>,
}

/// Whether an entity may have this name.
pub(super) fn name(cx: &Context<'_>, name: &str, place: &Place) -> bool {
    if RESERVED_ENTITIES.contains(&name) {
        let problem = Problem::new(format!("`{name}` cannot be an entity"), place.clone());
        let problem = problem.label("the service has this itself");
        let problem = if name == USER { problem.note("add fields to users with `auth.user.fields`") } else { problem };
        cx.problem(problem.note(format!("refused: {}", RESERVED_ENTITIES.join(", "))));
        return false;
    }
    cx.problems.pascal(name, "an entity", place)
}

/// Reads everything that needs no other entity.
pub(super) fn read<'n>(cx: &Context<'_>, name: &str, entry: &'n Entry, defaults: Defaults) -> Option<EntityDraft<'n>> {
    let what = format!("`entities.{name}`");
    let table = cx.problems.table(&entry.node, &what)?;
    cx.problems.keys(table, &what, &KEYS, &RESERVED);
    cx.stands(format!("entities.{name}"), &entry.key);
    let name = Name::new(name);
    let (plural, plural_place) = plural_of(cx, table, &name, &entry.key);
    let doc = table.get("doc").and_then(|entry| cx.problems.free_text(&entry.node, "`doc`"));
    let was_plural = was(&cx.problems, table, "was_plural", &plural, names::is_pascal);
    let was = was(&cx.problems, table, "was", &name, names::is_pascal);
    let soft_delete = flag(cx, table, "soft_delete", "`soft_delete`").unwrap_or(defaults.soft_delete);
    let audit = flag(cx, table, "audit", "`audit`").unwrap_or(defaults.audit);
    let pagination = pagination(cx, table, "`pagination`").unwrap_or(defaults.pagination);
    let entity = Entity {
        plural,
        doc,
        actions: actions(cx, table),
        search: Vec::new(),
        filter: Vec::new(),
        sort: Vec::new(),
        pagination,
        unique: Vec::new(),
        soft_delete,
        audit,
        was,
        was_plural,
        fields: Vec::new(),
        relations: Vec::new(),
        access: Access { list: vec![], read: vec![], create: vec![], update: vec![], delete: vec![] },
        rules: Vec::new(),
        approval: Vec::new(),
        commands: Vec::new(),
        fitted: OnceLock::new(),
        name,
    };
    let mut draft = EntityDraft {
        entity,
        key: entry.key.clone(),
        plural: plural_place,
        table,
        relations: Vec::new(),
        declared: BTreeMap::new(),
        broken: BTreeSet::new(),
    };
    members(cx, &mut draft);
    Some(draft)
}

fn plural_of(cx: &Context<'_>, table: &Table, name: &Name, key: &Place) -> (Name, Place) {
    let guess = Name::new(Name::new(plural(&name.snake())).pascal());
    let Some(entry) = table.get("plural") else { return (guess, key.clone()) };
    let place = entry.node.place.clone();
    match cx.problems.string(&entry.node, "`plural`") {
        Some(text) if cx.problems.pascal(text, "a plural", &place) => (Name::new(text), place),
        _ => (guess, place),
    }
}

fn actions(cx: &Context<'_>, table: &Table) -> Vec<Action> {
    let Some(entry) = table.get("actions") else { return Action::ALL.to_vec() };
    let ids = Action::ALL.map(Action::id);
    let Some(words) = cx.problems.set(&entry.node, "`actions`") else { return Action::ALL.to_vec() };
    if words.is_empty() {
        let problem = Problem::new("an entity needs at least one action", entry.node.place.clone());
        cx.problem(problem.note(format!("allowed: {}", ids.join(", "))));
    }
    for (_, node) in &words {
        cx.problems.word(node, "an action", &ids);
    }
    Action::ALL.into_iter().filter(|action| words.iter().any(|(word, _)| *word == action.id())).collect()
}

/// Fields and relations, whose names share one space.
fn members(cx: &Context<'_>, draft: &mut EntityDraft<'_>) {
    let table = draft.table;
    let section = |key: &str| {
        let entry = table.get(key)?;
        cx.problems.table(&entry.node, &format!("`{key}`"))
    };
    let mut taken = BTreeMap::new();
    let owner = draft.entity.name.pascal();
    let entity = draft.entity.name.declared().to_owned();
    for (name, entry) in section("fields").into_iter().flatten() {
        if !member(cx, &mut taken, draft, name, entry) {
            continue;
        }
        match &entry.node.value {
            Value::String(text) if relation::is_line(text) => {
                let found = relation::line(cx, name, entry, text);
                add_relation(cx, &mut taken, draft, name, found);
            }
            _ => match field::read(cx, &owner, name, entry, Role::Stored) {
                Some(field) => {
                    cx.stands(format!("entities.{entity}.fields.{name}"), &entry.key);
                    draft.entity.fields.push(field);
                }
                None => drop(draft.broken.insert(name.clone())),
            },
        }
    }
    for (name, entry) in section("relations").into_iter().flatten() {
        if member(cx, &mut taken, draft, name, entry) {
            let found = relation::long(cx, name, entry);
            add_relation(cx, &mut taken, draft, name, found);
        }
    }
}

/// Takes a name; `false` when it is refused.
fn member<'n>(
    cx: &Context<'_>,
    taken: &mut BTreeMap<String, &'n str>,
    draft: &mut EntityDraft<'_>,
    name: &'n str,
    entry: &Entry,
) -> bool {
    draft.declared.insert(name.to_owned(), entry.key.clone());
    let name_object = Name::new(name);
    let legal = cx.problems.field_name(name, "a field", &entry.key)
        && cx.problems.free_key(&name_object, &entry.key)
        && field::distinct(cx, taken, name, &entry.key);
    if !legal {
        draft.broken.insert(name.to_owned());
    }
    legal
}

fn add_relation<'n>(
    cx: &Context<'_>,
    taken: &mut BTreeMap<String, &'n str>,
    draft: &mut EntityDraft<'_>,
    name: &'n str,
    found: Option<Draft>,
) {
    let Some(mut found) = found else {
        draft.broken.insert(name.to_owned());
        return;
    };
    let key = found.relation.key();
    if let Some(other) = taken.get(&key.camel()) {
        let problem = Problem::new(format!("the key of `{name}` and `{other}` are one name"), found.key.clone());
        cx.problem(problem.label(format!("both become `{}`", key.camel())).note("rename one of them"));
    } else if cx.problems.free_key(&key, &found.key) {
        taken.insert(key.camel(), name);
    }
    links::default_inverse(&draft.entity, &mut found.relation);
    note_uses(cx, &draft.entity, &found);
    draft.entity.relations.push(found.relation.clone());
    draft.relations.push(found);
}

fn note_uses(cx: &Context<'_>, entity: &Entity, draft: &Draft) {
    cx.used("relations", &draft.key);
    match draft.relation.kind {
        RelationKind::ManyToOne => {}
        RelationKind::OneToOne => cx.used("one_to_one", &draft.key),
        RelationKind::ManyToMany => cx.used("many_to_many", &draft.key),
    }
    if draft.relation.target == entity.name.declared() {
        cx.used("self_relation", &draft.key);
    }
    if draft.relation.target == USER {
        cx.used("user_relation", &draft.key);
    }
}

/// Fields that the answers add to users, with their places.
pub(super) fn user_fields(cx: &Context<'_>, auth: Option<&Table>) -> Vec<(Field, Place)> {
    let Some(user) = auth.and_then(|table| table.get("user")) else { return Vec::new() };
    let Some(table) = cx.problems.table(&user.node, "[auth.user]") else { return Vec::new() };
    cx.problems.keys(table, "[auth.user]", &["fields"], &[]);
    let Some(entry) = table.get("fields") else { return Vec::new() };
    let Some(fields) = cx.problems.table(&entry.node, "`auth.user.fields`") else { return Vec::new() };
    let fields = field::table(cx, USER, fields, Role::Stored);
    for (field, place) in &fields {
        cx.used("user_fields", place);
        if cx.problems.free_key(&field.name, place) && USER_KEYS.contains(&field.name.camel().as_str()) {
            let problem = Problem::new(format!("users already have `{}`", field.name.declared()), place.clone());
            cx.problem(problem.note(format!("refused: {}", USER_KEYS.join(", "))));
        }
    }
    fields
}
