//! A field as it is written, in one line or in the long form, before its meaning is checked.

use super::context::Context;
use super::problems::{unknown_key, with_hints};
use crate::answers::Problem;
use crate::answers::tree::{Node, Table};
use crate::spec::{EnumValue, Place};

/// Ids of the field types.
pub(in crate::answers) const TYPES: [&str; 14] = [
    "string", "text", "integer", "long", "float", "decimal", "boolean", "date", "datetime", "uuid", "email", "url",
    "enum", "json",
];

/// Keys of every field of an entity.
pub(in crate::answers) const COMMON: [&str; 12] = [
    "type",
    "required",
    "unique",
    "index",
    "default",
    "doc",
    "example",
    "private",
    "read_only",
    "was",
    "list",
    "max_items",
];

/// Keys that make no sense for the input of commands and jobs and the payload of events.
pub(in crate::answers) const STORED_ONLY: [&str; 5] = ["unique", "index", "private", "read_only", "was"];

/// Keys that only some types have.
pub(in crate::answers) const SPECIAL: [&str; 8] =
    ["min", "max", "above", "below", "pattern", "precision", "scale", "values"];

/// What a field belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::answers) enum Role {
    /// Rows of an entity, or users.
    Stored,
    /// The input of a command or job, or the payload of an event.
    Message,
}

/// `min`, `max`, `above` or `below`.
#[derive(Debug, Clone)]
pub(in crate::answers) struct Limit {
    pub(in crate::answers) key: LimitKey,
    /// The value: a number or a text, at its place.
    pub(in crate::answers) node: Node,
}

/// Which limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::answers) enum LimitKey {
    Min,
    Max,
    Above,
    Below,
}

impl LimitKey {
    pub(in crate::answers) const ALL: [Self; 4] = [Self::Min, Self::Max, Self::Above, Self::Below];

    pub(in crate::answers) fn id(self) -> &'static str {
        match self {
            Self::Min => "min",
            Self::Max => "max",
            Self::Above => "above",
            Self::Below => "below",
        }
    }
}

/// A field before its meaning is checked.
#[derive(Debug, Clone)]
pub(in crate::answers) struct Shape {
    pub(in crate::answers) type_name: String,
    pub(in crate::answers) type_place: Place,
    pub(in crate::answers) precision: Option<Node>,
    pub(in crate::answers) scale: Option<Node>,
    pub(in crate::answers) values: Option<Vec<EnumValue>>,
    pub(in crate::answers) list: Option<Place>,
    pub(in crate::answers) max_items: Option<Node>,
    pub(in crate::answers) limits: Vec<Limit>,
    pub(in crate::answers) pattern: Option<Node>,
    pub(in crate::answers) default: Option<Node>,
    /// The default is a bare word of a line: its type decides what it means.
    pub(in crate::answers) bare_default: bool,
    pub(in crate::answers) example: Option<Node>,
    pub(in crate::answers) required: bool,
    pub(in crate::answers) unique: Option<Place>,
    pub(in crate::answers) index: Option<Place>,
    pub(in crate::answers) private: Option<Place>,
    pub(in crate::answers) read_only: Option<Place>,
    pub(in crate::answers) doc: Option<String>,
}

impl Shape {
    /// A field of a type with nothing said about it.
    pub(in crate::answers) fn new(type_name: impl Into<String>, type_place: Place) -> Self {
        Self {
            type_name: type_name.into(),
            type_place,
            precision: None,
            scale: None,
            values: None,
            list: None,
            max_items: None,
            limits: Vec::new(),
            pattern: None,
            default: None,
            bare_default: false,
            example: None,
            required: true,
            unique: None,
            index: None,
            private: None,
            read_only: None,
            doc: None,
        }
    }

    /// Reads the long form `{ type = "string", … }`.
    pub(in crate::answers) fn long(
        cx: &Context<'_>,
        node: &Node,
        table: &Table,
        what: &str,
        role: Role,
    ) -> Option<Self> {
        let problems = &cx.problems;
        let before = problems.count();
        let Some(entry) = table.get("type") else {
            keys(cx, table, what, None, role);
            let problem = Problem::new(format!("{what} has no `type`"), node.place.clone());
            problems.push(with_hints(problem, "", &TYPES));
            return None;
        };
        let type_name = problems.string(&entry.node, &format!("the type of {what}"))?;
        keys(cx, table, what, Some(type_name), role);
        let mut shape = Self::new(type_name, entry.node.place.clone());
        let get = |key: &str| table.get(key).map(|entry| entry.node.clone());
        let flag = |key: &str| {
            let entry = table.get(key)?;
            problems.boolean(&entry.node, &format!("`{key}`"))?.then(|| entry.key.clone())
        };
        shape.precision = get("precision");
        shape.scale = get("scale");
        shape.list = flag("list");
        shape.max_items = get("max_items");
        shape.pattern = get("pattern");
        shape.default = get("default");
        shape.example = get("example");
        shape.required =
            table.get("required").is_none_or(|entry| problems.boolean(&entry.node, "`required`").unwrap_or(true));
        shape.unique = flag("unique");
        shape.index = flag("index");
        shape.private = flag("private");
        shape.read_only = flag("read_only");
        for key in LimitKey::ALL {
            if let Some(node) = get(key.id()) {
                shape.limits.push(Limit { key, node });
            }
        }
        if let Some(entry) = table.get("values") {
            shape.values = super::enums::values(problems, &entry.node, "`values`");
        }
        if let Some(entry) = table.get("doc") {
            shape.doc = problems.free_text(&entry.node, "`doc`");
        }
        (problems.count() == before).then_some(shape)
    }
}

/// The keys that only some types have, of one type.
pub(in crate::answers) fn special(type_name: &str) -> &'static [&'static str] {
    match type_name {
        "string" => &["min", "max", "pattern"],
        "text" | "date" | "datetime" => &["min", "max"],
        "integer" | "long" | "float" => &["min", "max", "above", "below"],
        "decimal" => &["precision", "scale", "min", "max", "above", "below"],
        "enum" => &["values"],
        _ => &[],
    }
}

fn keys(cx: &Context<'_>, table: &Table, what: &str, type_name: Option<&str>, role: Role) {
    let special = type_name.map_or(&SPECIAL[..], special);
    let common = COMMON.iter().filter(|key| role == Role::Stored || !STORED_ONLY.contains(key));
    let allowed: Vec<&str> = common.chain(special).copied().collect();
    for (key, entry) in table {
        let key = key.as_str();
        if allowed.contains(&key) {
            continue;
        }
        let place = entry.key.clone();
        cx.problem(match type_name {
            _ if matches!(key, "encrypted" | "embedded") => {
                Problem::new(format!("`{key}` is known, but not available yet"), place).note("leave it out")
            }
            Some(type_name) if SPECIAL.contains(&key) && TYPES.contains(&type_name) => {
                let problem = Problem::new(format!("`{key}` has no meaning for `{type_name}`"), place);
                if special.is_empty() {
                    problem.note("leave it out")
                } else {
                    problem.note(format!("allowed: {}", special.join(", ")))
                }
            }
            _ if STORED_ONLY.contains(&key) => {
                Problem::new(format!("`{key}` has no meaning here"), place).note("only fields that are kept have it")
            }
            _ => unknown_key(what, key, place, &allowed),
        });
    }
}
