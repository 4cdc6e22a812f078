//! What operations say of entities: which actions there are, and what the way back of a relation is called.

use super::classify::{Document, referred};
use super::look::Look;
use super::span;
use crate::answers::tree::Node;
use crate::reading::outline::{Note, Outline};
use crate::reading::{Kind, RelationForm, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The methods of operations.
const METHODS: [&str; 8] = ["get", "post", "put", "patch", "delete", "head", "options", "trace"];

/// What the operations of a description say.
#[derive(Debug, Default)]
pub(super) struct Paths {
    /// Schemas that a successful answer holds, one or several.
    pub(super) served: BTreeSet<String>,
    /// Those of them that a `GET` answers.
    pub(super) fetched: BTreeSet<String>,
    /// Schemas that only failures hold.
    pub(super) failures: BTreeSet<String>,
    /// Whether this is the description of a generated service.
    pub(super) is_own: bool,
    /// Every operation: path, method, the schema that it is about, whether it answers several.
    operations: Vec<Operation>,
}

#[derive(Debug)]
struct Operation {
    path: String,
    method: &'static str,
    span: std::ops::Range<usize>,
    schema: Option<String>,
    many: bool,
    paged: bool,
}

/// Reads all operations.
pub(super) fn read(document: &Document<'_>) -> Paths {
    let mut found = Paths::default();
    let Some(paths) = document.root.get("paths") else { return found };
    let has = |path: &str| paths.members().any(|(it, _)| it.ends_with(path));
    found.is_own = has("/auth/login")
        && has("/auth/refresh")
        && document.schemas.contains_key("TokenPair")
        && document.schemas.contains_key("ErrorDetail");
    for (path, entry) in paths.members() {
        for method in METHODS {
            let Some(operation) = entry.node.entry(method) else { continue };
            let (schema, many) = about(document, &operation.node, method == "get", &mut found);
            let parameters = operation.node.get("parameters").map(Look::items).unwrap_or_default();
            let cursor = |it: &Node| {
                it.word("name").is_some_and(|it| it == "cursor")
                    || it.word("$ref").is_some_and(|it| it.ends_with("/cursor"))
            };
            found.operations.push(Operation {
                path: path.trim_end_matches('/').to_owned(),
                method,
                span: span(&operation.key),
                schema,
                many,
                paged: parameters.iter().any(cursor),
            });
        }
    }
    let served = &found.served;
    found.failures.retain(|it| !served.contains(it));
    found
}

/// The schema that an operation is about, from its answer, or else from what it takes.
fn about(document: &Document<'_>, operation: &Node, fetches: bool, found: &mut Paths) -> (Option<String>, bool) {
    let mut answer = None;
    for (status, entry) in operation.get("responses").into_iter().flat_map(Look::members) {
        let response = resolve(document, &entry.node);
        for schema in contents(response) {
            if status.starts_with('2') {
                if let Some((name, many)) = named(document, schema) {
                    found.served.insert(name.clone());
                    if fetches {
                        found.fetched.insert(name.clone());
                    }
                    answer = answer.or(Some((name, many)));
                }
            } else if let Some(name) = referred(schema) {
                found.failures.insert(name.to_owned());
            }
        }
    }
    let taken = operation
        .get("requestBody")
        .map(|it| resolve(document, it))
        .and_then(|it| contents(it).next())
        .and_then(|it| named(document, it));
    match answer.or(taken) {
        Some((name, many)) => (Some(name), many),
        None => (None, false),
    }
}

/// What a reference to a shared response or body leads to.
fn resolve<'n>(document: &Document<'n>, node: &'n Node) -> &'n Node {
    let target = node.word("$ref").and_then(|it| it.strip_prefix("#/components/"));
    let found = target
        .and_then(|it| it.split_once('/'))
        .and_then(|(kind, name)| document.root.get("components")?.get(kind)?.get(name));
    found.unwrap_or(node)
}

fn contents(node: &Node) -> impl Iterator<Item = &Node> {
    node.get("content").into_iter().flat_map(Look::members).filter_map(|(_, entry)| entry.node.get("schema"))
}

/// The schema of an answer: itself, the items of a list, or those of a page.
fn named(document: &Document<'_>, schema: &Node) -> Option<(String, bool)> {
    if let Some(name) = referred(schema) {
        let target = document.schemas.get(name)?;
        if let Some(item) = target.get("items").and_then(|it| referred(it)) {
            return Some((item.to_owned(), true));
        }
        let lists = super::classify::LISTS
            .iter()
            .any(|end| name.strip_suffix(end).is_some_and(|it| document.schemas.contains_key(it)));
        return match page(target)
            .filter(|_| lists || target.get("properties").is_some_and(|it| it.members().count() > 1))
        {
            Some(item) => Some((item, true)),
            None => Some((name.to_owned(), false)),
        };
    }
    if let Some(item) = schema.get("items").and_then(|it| referred(it)) {
        return Some((item.to_owned(), true));
    }
    if let Some(item) = page(schema) {
        return Some((item, true));
    }
    for key in ["allOf", "anyOf", "oneOf"] {
        for part in schema.get(key).map(Look::items).unwrap_or_default() {
            if let Some(found) = page(part).map(|it| (it, true)) {
                return Some(found);
            }
            if let Some(name) = referred(part)
                && key == "allOf"
            {
                return Some((name.to_owned(), false));
            }
        }
    }
    // `{ "data": Pet }`
    let properties = schema.get("properties")?;
    let one: Vec<&str> = properties.members().filter_map(|(_, entry)| referred(&entry.node)).collect();
    (one.len() == 1).then(|| (one[0].to_owned(), false))
}

/// What a page holds rows of: its one list of some schema, beside words of paging.
fn page(schema: &Node) -> Option<String> {
    let properties = schema.get("properties")?;
    let mut lists = properties.members().filter_map(|(name, entry)| {
        let wraps = ["items", "data", "results", "content", "rows", "records", "value", "values", "list", "entries"];
        let plural = crate::spec::name::plural(&crate::spec::name::singular(name)) == *name;
        let item = referred(entry.node.get("items")?)?;
        (wraps.contains(&name.to_ascii_lowercase().as_str()) || plural).then(|| item.to_owned())
    });
    let first = lists.next();
    // A row has an identifier of its own.
    first.filter(|_| lists.next().is_none() && properties.get("id").is_none())
}

impl Paths {
    /// What the way back of each relation is called, and whether it leads to one row.
    pub(super) fn apply(&self, outline: &mut Outline) {
        let gets: BTreeMap<&str, &Operation> =
            self.operations.iter().filter(|it| it.method == "get").map(|it| (it.path.as_str(), it)).collect();
        let tables: BTreeMap<String, usize> =
            outline.tables.iter().enumerate().map(|(at, it)| (it.name.clone(), at)).collect();
        for operation in gets.values() {
            let (Some(schema), Some((parent, last))) = (&operation.schema, operation.path.rsplit_once('/')) else {
                continue;
            };
            let Some((collection, id)) = parent.rsplit_once('/') else { continue };
            if !id.starts_with('{') || last.starts_with('{') {
                continue;
            }
            let owner = gets.get(collection).or_else(|| gets.get(parent)).and_then(|it| it.schema.clone());
            let Some(owner) = owner else { continue };
            let Some(table) = tables.get(schema).map(|at| &mut outline.tables[*at]) else { continue };
            let mut leading =
                table.references.iter_mut().filter(|it| it.target == owner && it.form == RelationForm::ManyToOne);
            let wanted = crate::reading::field_name(last).unwrap_or_default();
            // Several references to one entity cannot be told apart by a path.
            if let (Some(reference), None) = (leading.next(), leading.next()) {
                if reference.inverse.is_none() && !wanted.is_empty() {
                    reference.inverse = Some(wanted);
                }
                if !operation.many {
                    reference.form = RelationForm::OneToOne;
                }
            }
        }
    }
}

/// Actions of entities, and operations that are none.
pub(super) fn tell(document: &Document<'_>, outline: &mut Outline) {
    let paths = &document.paths;
    let mut actions: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut cursors: BTreeSet<String> = BTreeSet::new();
    let mut collections: BTreeMap<&str, String> = BTreeMap::new();
    let mut shortest: BTreeMap<String, &str> = BTreeMap::new();
    for operation in &paths.operations {
        if !operation.path.ends_with('}')
            && !operation.path.contains('{')
            && let Some(entity) = operation.schema.as_ref().and_then(|it| document.entity(it))
            && (operation.method == "post" || operation.many)
        {
            // The shortest path to an entity is its collection.
            match shortest.get(&entity).copied() {
                Some(path) if path.len() <= operation.path.len() => {}
                known => {
                    known.map(|path| collections.remove(path));
                    shortest.insert(entity.clone(), &operation.path);
                    collections.insert(&operation.path, entity);
                }
            }
        }
    }
    let mut other = Vec::new();
    for operation in &paths.operations {
        let (parent, last) = operation.path.rsplit_once('/').unwrap_or(("", &operation.path));
        let item = last.starts_with('{');
        let entity = if item { collections.get(parent) } else { collections.get(operation.path.as_str()) };
        let action = match (operation.method, item) {
            ("get", false) => "list",
            ("post", false) => "create",
            ("get", true) => "read",
            // With the identifier in the body.
            ("put" | "patch", _) => "update",
            ("delete", true) => "delete",
            _ => "",
        };
        match entity.filter(|_| !action.is_empty()) {
            Some(entity) => {
                actions.entry(entity.clone()).or_default().insert(action);
                if action == "list" && operation.paged {
                    cursors.insert(entity.clone());
                }
            }
            None => match filtered(document, &shortest, operation) {
                Some(entity) => {
                    actions.entry(entity).or_default().insert("list");
                    let text = format!("GET {}: the list with its filters stands for it", operation.path);
                    outline.notes.push(Note::new(Kind::Assumed, operation.span.clone(), text));
                }
                None => other.push(operation),
            },
        }
    }
    for table in &mut outline.tables {
        let Some(found) = actions.get(&table.name) else { continue };
        if found.len() < 5 {
            let order = ["list", "read", "create", "update", "delete"];
            let found: Vec<&str> = order.into_iter().filter(|it| found.contains(it)).collect();
            table.settings.push(("actions", Value::texts(found.clone())));
            let text = format!("offered: {}", found.join(", "));
            outline.notes.push(Note { path: String::new(), ..Note::new(Kind::Understood, table.span.clone(), text) });
        }
        if cursors.contains(&table.name) {
            table.settings.push(("pagination", Value::from("cursor")));
        }
    }
    let references = outline.tables.iter().flat_map(|it| &it.references);
    let backs: BTreeSet<String> = references.flat_map(|it| it.inverse.iter().chain([&it.name])).cloned().collect();
    for operation in other {
        let last = operation.path.rsplit('/').next().unwrap_or_default();
        let nested =
            paths.is_own || (operation.method == "get" && operation.path.contains('{') && backs.contains(last));
        let (kind, text) = if nested {
            (Kind::Understood, "every service of this kind has it")
        } else {
            (
                Kind::Unsupported,
                "is left out: it is none of the five actions of an entity; `commands` and functions of your own can take its place",
            )
        };
        let method = operation.method.to_ascii_uppercase();
        outline.notes.push(Note::new(kind, operation.span.clone(), format!("{method} {} {text}", operation.path)));
    }
}

/// The entity of which an operation below its collection lists some: `GET /pet/findByStatus`.
fn filtered(document: &Document<'_>, collections: &BTreeMap<String, &str>, operation: &Operation) -> Option<String> {
    if operation.method != "get" || !operation.many || operation.path.contains('{') {
        return None;
    }
    let entity = document.entity(operation.schema.as_ref()?)?;
    let below = operation.path.strip_prefix(collections.get(&entity)?)?;
    below.starts_with('/').then_some(entity)
}
