//! What each schema of a description is: an entity, a body of one, a list of some, an enumeration, something else.

use super::look::Look;
use super::paths::{self, Paths};
use super::property::{self, Shape};
use super::span;
use crate::answers::names::OWN_TYPES;
use crate::answers::tree::Node;
use crate::reading::outline::{Column, Enumeration, Note, Outline, Reference, Table, Type, Word};
use crate::reading::{Kind, RelationForm, Value};
use crate::spec::Name;
use crate::spec::name::singular;
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// What a schema is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Role {
    Entity,
    /// What a write of that entity sends, or another view of it.
    Body(String),
    /// Several rows of that entity.
    List(String),
    Enumeration,
    /// A text or number with limits.
    Scalar,
    /// An object that belongs into others.
    Part,
    /// What went wrong.
    Error,
    /// What every service says of itself.
    Own,
    Unsupported,
}

/// Ends of names that are a view of what stands before them.
const ENDS: [&str; 27] = [
    "CreateRequest",
    "UpdateRequest",
    "CreateInput",
    "UpdateInput",
    "CreateBody",
    "UpdateBody",
    "CreateDto",
    "UpdateDto",
    "Create",
    "Update",
    "Replace",
    "Patch",
    "Request",
    "Response",
    "Input",
    "Output",
    "Payload",
    "Body",
    "Dto",
    "DTO",
    "Details",
    "Summary",
    "Result",
    "Write",
    "Read",
    "Base",
    "Attributes",
];

/// The same of lists.
const LIST_ENDS: [&str; 8] = ["ListResponse", "Collection", "PageResponse", "List", "Page", "Results", "Array", "s"];

/// And beginnings.
const BEGINNINGS: [&str; 9] =
    ["Create", "Update", "Patch", "Replace", "New", "Add", "Paginated", "PagedListOf", "Edit"];

/// Schemas refer to schemas through no more of them.
pub(super) const DEEPEST: usize = 16;

/// A description that is being read.
pub(super) struct Document<'d> {
    pub(super) root: &'d Node,
    pub(super) schemas: IndexMap<&'d str, &'d Node>,
    pub(super) roles: IndexMap<String, Role>,
    /// Entity → its bodies.
    bodies: BTreeMap<String, Vec<&'d str>>,
    pub(super) paths: Paths,
}

impl<'d> Document<'d> {
    pub(super) fn new(root: &'d Node) -> Self {
        let mut schemas = IndexMap::new();
        if let Some(node) = root.get("components").and_then(|it| it.get("schemas")) {
            for (name, entry) in node.members() {
                schemas.insert(name.as_str(), &entry.node);
            }
        }
        let mut document =
            Self { root, schemas, roles: IndexMap::new(), bodies: BTreeMap::new(), paths: Paths::default() };
        document.paths = paths::read(&document);
        document.classify();
        let names: Vec<&'d str> = document.schemas.keys().copied().collect();
        for name in names {
            if let Some(Role::Body(of)) = document.roles.get(name) {
                document.bodies.entry(of.clone()).or_default().push(name);
            }
        }
        document
    }

    /// The role of a schema by name.
    pub(super) fn role(&self, name: &str) -> Option<&Role> {
        self.roles.get(name)
    }

    /// The entity that a schema stands for, if it does.
    pub(super) fn entity(&self, name: &str) -> Option<String> {
        match self.role(name)? {
            Role::Entity => Some(name.to_owned()),
            Role::Body(entity) => Some(entity.clone()),
            _ => None,
        }
    }

    /// Properties of an object, those of all its parts, the latter ones counting more.
    pub(super) fn properties(&self, node: &'d Node) -> IndexMap<String, Shape<'d>> {
        /// Parts that are made of parts may be many; no schema of a person has as many.
        const MOST_PARTS: usize = 500;
        let mut found = IndexMap::new();
        self.gather(node, &mut found, 0, &mut MOST_PARTS.clone());
        found
    }

    fn gather(&self, node: &'d Node, found: &mut IndexMap<String, Shape<'d>>, depth: usize, left: &mut usize) {
        if depth > DEEPEST || *left == 0 {
            return;
        }
        *left -= 1;
        if let Some(target) = referred(node).and_then(|name| self.schemas.get(name)) {
            return self.gather(target, found, depth + 1, left);
        }
        for part in node.get("allOf").map(Look::items).unwrap_or_default() {
            self.gather(part, found, depth + 1, left);
        }
        let required: BTreeSet<&str> =
            node.get("required").map(Look::items).unwrap_or_default().iter().filter_map(Look::text).collect();
        for (name, entry) in node.get("properties").into_iter().flat_map(Look::members) {
            let required = required.contains(name.as_str());
            let before = found.get(name).is_some_and(|it| it.required);
            found.insert(name.clone(), Shape { entry, required: required || before });
        }
        // A part may ask for properties of another.
        for name in required {
            if let Some(shape) = found.get_mut(name) {
                shape.required = true;
            }
        }
    }

    fn is_object(&self, node: &'d Node) -> bool {
        let kind = property::kinds(node);
        kind.contains(&"object")
            || node.get("properties").is_some()
            || (node.get("allOf").is_some() && !self.properties(node).is_empty())
    }

    fn classify(&mut self) {
        let names: Vec<&str> = self.schemas.keys().copied().collect();
        let objects: HashSet<&str> = names.iter().copied().filter(|name| self.is_object(self.schemas[name])).collect();
        for name in &names {
            let role = self.role_of(name, &objects);
            self.roles.insert((*name).to_owned(), role);
        }
        // A view of something that is no entity is not one either.
        let roles = self.roles.clone();
        for role in self.roles.values_mut() {
            if let Role::Body(of) | Role::List(of) = role {
                let mut at = of.clone();
                for _ in 0..DEEPEST {
                    match roles.get(&at) {
                        Some(Role::Body(next)) => at.clone_from(next),
                        _ => break,
                    }
                }
                *role = match (roles.get(&at), &*role) {
                    (Some(Role::Entity), Role::Body(_)) => Role::Body(at),
                    (Some(Role::Entity), _) => Role::List(at),
                    (Some(other), _) => other.clone(),
                    (None, _) => Role::Unsupported,
                };
                if matches!(role, Role::Body(_) | Role::List(_)) {
                    continue;
                }
                if matches!(role, Role::Enumeration | Role::Scalar) {
                    *role = Role::Part;
                }
            }
        }
    }

    fn role_of(&self, name: &str, objects: &HashSet<&str>) -> Role {
        let node = self.schemas[name];
        if !objects.contains(name) {
            return other_role(node);
        }
        if OWN_TYPES.contains(&name) && self.paths.is_own {
            return Role::Own;
        }
        let lower = name.to_ascii_lowercase();
        let properties = self.properties(node);
        if let Some(of) = wraps(&properties) {
            return Role::List(of);
        }
        let error = ["error", "problem", "exception", "fault", "apiresponse"].iter().any(|word| lower.contains(word));
        if error && !self.paths.served.contains(name)
            || self.paths.failures.contains(name) && !self.paths.served.contains(name)
        {
            return Role::Error;
        }
        let base = ENDS
            .iter()
            .filter_map(|end| name.strip_suffix(end))
            .chain(BEGINNINGS.iter().filter_map(|it| name.strip_prefix(it)));
        if let Some(base) = base.filter(|it| *it != name && objects.contains(it)).max_by_key(|it| it.len()) {
            return Role::Body(base.to_owned());
        }
        // `NewPet` beside `Pet` is a view even when `Pet` is made of it.
        let identified = properties.keys().any(|it| is_identifier(it, name));
        if identified || self.paths.fetched.contains(name) { Role::Entity } else { Role::Part }
    }

    /// Everything into an outline.
    pub(super) fn read(&self, outline: &mut Outline) {
        let (mut snake, mut camel) = (0, 0);
        for (name, node) in &self.schemas {
            let at = span(&self.key_of(name).map_or_else(|| node.place.clone(), |it| it.key.clone()));
            match self.role(name) {
                Some(Role::Entity) => {
                    let table = self.table(outline, name, node, &at);
                    for column in &table.columns {
                        snake += usize::from(column.name.contains('_'));
                        camel += usize::from(column.name.chars().any(|it| it.is_ascii_uppercase()));
                    }
                    outline.table(table);
                }
                Some(Role::Enumeration) => enumeration(outline, name, node, &at),
                Some(Role::Scalar) | None => {}
                Some(Role::Body(of)) => outline.aside(Note::new(Kind::Understood, at, format!("a body of `{of}`"))),
                Some(Role::List(of)) => outline.aside(Note::new(Kind::Understood, at, format!("a list of `{of}`"))),
                Some(Role::Error) => {
                    let text = "the service answers errors in a form of its own";
                    outline.aside(Note::new(Kind::Understood, at, text));
                }
                Some(Role::Own) => outline.aside(Note::new(Kind::Understood, at, "every service has this")),
                Some(Role::Part) => {
                    let text = "no entity: nothing identifies its rows; where others have it, it is JSON";
                    outline.aside(Note::new(Kind::Assumed, at, text));
                }
                Some(Role::Unsupported) => {
                    outline.aside(Note::unsupported(at, "the schema is left out: it is no object"));
                }
            }
        }
        if snake > camel {
            outline.settings.push(("api.json_case".to_owned(), Value::from("snake"), 0..0));
        }
        self.inverses(outline);
        paths::tell(self, outline);
    }

    fn key_of(&self, name: &str) -> Option<&'d crate::answers::tree::Entry> {
        self.root.get("components")?.get("schemas")?.entry(name)
    }

    fn table(&self, outline: &mut Outline, name: &str, node: &'d Node, at: &std::ops::Range<usize>) -> Table {
        let mut table = Table::new(name, at.clone());
        table.doc = node.word("description").map(str::to_owned);
        let properties = self.properties(node);
        let bodies: Vec<(&str, &'d Node)> =
            self.bodies.get(name).into_iter().flatten().map(|it| (*it, self.schemas[it])).collect();
        let create = bodies.iter().find(|(it, _)| is_create(it, name)).map(|(_, node)| *node);
        // Only a body that takes nothing else says what a write may not hold.
        let closed = create
            .and_then(|it| it.get("additionalProperties"))
            .is_some_and(|it| matches!(it.value, crate::answers::tree::Value::Boolean(false)));
        let creates = create.map(|it| self.properties(it));
        let writes: Vec<IndexMap<String, Shape<'d>>> = bodies.iter().map(|(_, node)| self.properties(node)).collect();
        let mut all = properties.clone();
        for shapes in creates.iter().chain(&writes) {
            for (key, shape) in shapes {
                all.entry(key.clone()).or_insert_with(|| shape.clone());
            }
        }
        for (key, shape) in &all {
            let answered = properties.contains_key(key);
            // The body says more of what is accepted than the row that is answered.
            let create = creates.as_ref().and_then(|it| it.get(key));
            let source = create.unwrap_or(shape);
            let before = table.columns.len();
            self.property(outline, &mut table, key, source, shape, name);
            let Some(column) = table.columns.get_mut(before) else { continue };
            if let Some(create) = create {
                column.required =
                    (create.required || column.default.is_some()) && !property::is_nullable(&create.entry.node);
            }
            if creates.is_some() && !answered {
                column.private = true;
                column.read_only = false;
            }
            let service =
                matches!(Name::new(key.as_str()).camel().as_str(), "createdAt" | "updatedAt" | "deletedAt" | "version");
            if closed && create.is_none() && answered && !is_identifier(key, name) && !service {
                column.read_only = true;
            }
        }
        if let Some(key) = all.keys().find(|it| is_identifier(it, name)) {
            table.key = vec![key.clone()];
        }
        for key in ["oneOf", "anyOf", "discriminator"] {
            if let Some(entry) = node.entry(key) {
                outline
                    .notes
                    .push(Note::unsupported(span(&entry.key), format!("`{key}` is left out: an entity has one form")));
            }
        }
        table
    }

    /// One property as a column or a reference.
    fn property(
        &self,
        outline: &mut Outline,
        table: &mut Table,
        key: &str,
        shape: &Shape<'d>,
        row: &Shape<'d>,
        owner: &str,
    ) {
        let node = &shape.entry.node;
        let at = span(&shape.entry.key);
        let required = shape.required && !property::is_nullable(node);
        // The whole row of something else.
        if let Some(target) = property::target(self, node) {
            let mut reference = Reference::new(RelationForm::ManyToOne, &target, at);
            key.clone_into(&mut reference.name);
            reference.required = Some(required && target != owner);
            reference.doc = node.word("description").map(str::to_owned);
            let column = format!("{key}Id");
            let same = |it: &Column| Name::new(it.name.as_str()).camel() == Name::new(&column).camel();
            if let Some(at) = table.columns.iter().position(same) {
                // The key of it stands beside it; the row comes with `expand` only.
                reference.columns = vec![table.columns[at].name.clone()];
                reference.required = Some(table.columns[at].required);
                reference.doc.clone_from(&table.columns[at].doc);
                reference.span = table.columns[at].span.clone();
                if let Some(known) = table.references.iter_mut().find(|it| it.columns == reference.columns) {
                    known.target = reference.target;
                    return;
                }
            }
            return table.references.push(reference);
        }
        if let Some(target) = property::targets(self, node) {
            // Rows of the other side, of which each refers to one of these; told in `inverses`.
            let mut reference = Reference::new(RelationForm::ManyToMany, &target, at);
            key.clone_into(&mut reference.name);
            return table.references.push(reference);
        }
        if let Some(target) = self.many_keys(key, node) {
            let mut reference = Reference::new(RelationForm::ManyToMany, &target, at);
            let words = Name::new(key.trim_end_matches("Ids").trim_end_matches("_ids")).snake();
            reference.name = Name::new(crate::spec::name::plural(&words)).camel();
            reference.doc = node.word("description").map(str::to_owned);
            return table.references.push(reference);
        }
        let mut column = property::column(self, key, shape, row);
        column.required = required;
        if let Some(target) = self.one_key(key, &column, owner) {
            let mut reference = Reference::new(RelationForm::ManyToOne, &target, at);
            reference.columns = vec![key.to_owned()];
            reference.required = Some(required);
            reference.doc.clone_from(&column.doc);
            table.references.push(reference);
        }
        let _ = outline;
        table.columns.push(column);
    }

    /// The entity of `supplierId`.
    fn one_key(&self, key: &str, column: &Column, owner: &str) -> Option<String> {
        let whole = matches!(column.kind, Some(Type::Uuid | Type::Integer(_) | Type::Long(_) | Type::String { .. }));
        let stem = key.strip_suffix("Id").or_else(|| key.strip_suffix("_id")).filter(|it| !it.is_empty())?;
        let name = Name::new(stem).pascal();
        let target = self.entity(&name).or_else(|| self.accounts(&name))?;
        (whole && target != owner && column.list.is_none()).then_some(target)
    }

    /// The entity of `tagIds`.
    fn many_keys(&self, key: &str, node: &Node) -> Option<String> {
        let stem = key.strip_suffix("Ids").or_else(|| key.strip_suffix("_ids")).filter(|it| !it.is_empty())?;
        let name = Name::new(singular(&Name::new(stem).snake())).pascal();
        let array = property::kinds(node).contains(&"array");
        array.then(|| self.entity(&name).or_else(|| self.accounts(&name)))?
    }

    /// Accounts, when the description has them as every service does.
    fn accounts(&self, name: &str) -> Option<String> {
        (name == crate::spec::USER && self.paths.is_own).then(|| name.to_owned())
    }

    /// Lists of rows that refer back are the way back of that reference, not a relation of their own.
    fn inverses(&self, outline: &mut Outline) {
        let mut backs: Vec<(usize, usize, usize, usize)> = Vec::new();
        for (at, table) in outline.tables.iter().enumerate() {
            for (position, reference) in table.references.iter().enumerate() {
                if reference.form != RelationForm::ManyToMany {
                    continue;
                }
                let Some(other) = outline.tables.iter().position(|it| it.name == reference.target) else { continue };
                let back = outline.tables[other]
                    .references
                    .iter()
                    .position(|it| it.form == RelationForm::ManyToOne && it.target == table.name);
                if let Some(back) = back {
                    backs.push((at, position, other, back));
                    continue;
                }
                // Both sides list each other: one relation.
                let many = |it: &Reference| it.form == RelationForm::ManyToMany && it.target == table.name;
                if let Some(back) = outline.tables[other].references.iter().position(many)
                    && other > at
                {
                    backs.push((other, back, at, position));
                }
            }
        }
        let mut gone: Vec<(usize, usize)> = Vec::new();
        for (at, position, other, back) in backs {
            let name = outline.tables[at].references[position].name.clone();
            let back = &mut outline.tables[other].references[back];
            if back.inverse.is_none() {
                back.inverse = Some(name);
                gone.push((at, position));
            }
        }
        gone.sort_unstable();
        for (at, position) in gone.into_iter().rev() {
            let reference = outline.tables[at].references.remove(position);
            let text = format!("the way back from `{}`", reference.target);
            outline.notes.push(Note::new(Kind::Understood, reference.span, text));
        }
        for table in &mut outline.tables {
            for reference in &table.references {
                if reference.form == RelationForm::ManyToMany
                    && !reference.name.ends_with("Ids")
                    && reference.columns.is_empty()
                {
                    let at = reference.span.clone();
                    let text = "many to many, as nothing refers back";
                    if !self.paths.is_own {
                        outline.notes.push(Note::new(Kind::Assumed, at, text));
                    }
                }
            }
        }
        self.paths.apply(outline);
    }
}

/// What a schema is that is no object.
fn other_role(node: &Node) -> Role {
    if node.get("enum").is_some() {
        return Role::Enumeration;
    }
    let kinds = property::kinds(node);
    if kinds.contains(&"array") {
        let item = node.get("items").and_then(referred);
        return item.map_or(Role::Unsupported, |it| Role::List(it.to_owned()));
    }
    if kinds.iter().any(|it| matches!(*it, "string" | "integer" | "number" | "boolean")) {
        return Role::Scalar;
    }
    if let Some(target) = referred(node) {
        return Role::Body(target.to_owned());
    }
    Role::Unsupported
}

/// The schema of which a page holds some: `{ items: [Product], total }`.
fn wraps(properties: &IndexMap<String, Shape<'_>>) -> Option<String> {
    const PAGE: [&str; 28] = [
        "total",
        "totalcount",
        "totalitems",
        "totalpages",
        "count",
        "page",
        "pagesize",
        "perpage",
        "size",
        "limit",
        "offset",
        "cursor",
        "nextcursor",
        "next",
        "previous",
        "prev",
        "first",
        "last",
        "links",
        "meta",
        "pagination",
        "hasmore",
        "hasnext",
        "pages",
        "number",
        "after",
        "before",
        "pageable",
    ];
    let mut of = None;
    for (name, shape) in properties {
        let node = &shape.entry.node;
        let item = node.get("items").and_then(referred);
        let lower = name.to_ascii_lowercase().replace(['_', '-'], "");
        match item {
            Some(item) if of.is_none() && !PAGE.contains(&lower.as_str()) => of = Some(item.to_owned()),
            _ if PAGE.contains(&lower.as_str()) => {}
            _ => return None,
        }
    }
    of.filter(|_| !properties.is_empty())
}

/// The name of the schema that a node refers to.
pub(super) fn referred(node: &Node) -> Option<&str> {
    node.word("$ref")?.strip_prefix("#/components/schemas/")
}

fn enumeration(outline: &mut Outline, name: &str, node: &Node, at: &std::ops::Range<usize>) {
    let values = property::words(node);
    outline.enums.push(Enumeration { name: name.to_owned(), span: at.clone(), values });
}

/// Whether a property identifies the rows of a schema.
fn is_identifier(key: &str, schema: &str) -> bool {
    let key = Name::new(key).camel();
    matches!(key.as_str(), "id" | "uuid" | "guid") || key == format!("{}Id", Name::new(schema).camel())
}

fn is_create(name: &str, entity: &str) -> bool {
    let rest = name.strip_prefix(entity).or_else(|| name.strip_suffix(entity)).unwrap_or_default();
    rest.starts_with("Create")
        || rest == "New"
        || rest == "Add"
        || rest == "Input"
        || rest == "Request"
        || rest == "Write"
}

/// A word of an enumeration.
pub(super) fn word(value: &str, at: std::ops::Range<usize>) -> Word {
    Word { value: value.to_owned(), label: None, span: at }
}

/// Lists of names are views of their singular.
pub(super) const LISTS: [&str; 8] = LIST_ENDS;
