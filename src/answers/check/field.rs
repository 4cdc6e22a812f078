//! From a written field to a checked one.

use super::context::Context;
use super::enums;
use super::limits;
use super::line;
use super::problems::with_hints;
use super::shape::{LimitKey, Role, Shape, TYPES, special};
use crate::answers::Problem;
use crate::answers::suggest::nearest;
use crate::answers::tree::{Entry, Node, Table, Value};
use crate::spec::{Default, Field, FieldKind, Name, Pattern, Place, check_value, exact};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Types of other tools, and what they are called here.
const ELSEWHERE: [(&str, &str); 16] = [
    ("int", "integer"),
    ("int32", "integer"),
    ("int64", "long"),
    ("bigint", "long"),
    ("bool", "boolean"),
    ("str", "string"),
    ("varchar", "string"),
    ("char", "string"),
    ("double", "float"),
    ("real", "float"),
    ("number", "decimal"),
    ("numeric", "decimal"),
    ("money", "decimal"),
    ("timestamp", "datetime"),
    ("object", "json"),
    ("guid", "uuid"),
];

/// Reads a field of any form that is no relation. `owner` begins the name of an enumeration written in place.
pub(super) fn read(cx: &Context<'_>, owner: &str, name: &str, entry: &Entry, role: Role) -> Option<Field> {
    let what = format!("`{name}`");
    let shape = match &entry.node.value {
        Value::String(text) => line::read(cx, &entry.node, text)?,
        Value::Table(table) => Shape::long(cx, &entry.node, table, &what, role)?,
        _ => {
            let problem = Problem::new(format!("{what} must be a line or a table"), entry.node.place.clone());
            let problem = problem.label(format!("found {}", entry.node.describe()));
            cx.problem(problem.note("for example \"string 2..100\" or { type = \"string\", min = 2, max = 100 }"));
            return None;
        }
    };
    let before = cx.problems.count();
    if role == Role::Message
        && let Some(place) = shape.unique.as_ref().or(shape.index.as_ref())
    {
        cx.problem(
            Problem::new("`unique` and `index` have no meaning here", place.clone())
                .note("only fields that are kept have them"),
        );
    }
    let mut field = build(cx, owner, Name::new(name), &shape)?;
    if let Value::Table(table) = &entry.node.value {
        field.was = super::project::was(&cx.problems, table, "was", &field.name, super::names::is_field_name);
    }
    (cx.problems.count() == before).then(|| {
        note_uses(cx, &field, &shape, &entry.key, role);
        field
    })
}

fn note_uses(cx: &Context<'_>, field: &Field, shape: &Shape, key: &Place, role: Role) {
    cx.used(format!("type_{}", field.kind.id()), &shape.type_place);
    if field.list.is_some() {
        cx.used("list_fields", shape.list.as_ref().unwrap_or(key));
    }
    if field.private && role == Role::Stored {
        cx.used("private_fields", shape.private.as_ref().unwrap_or(key));
    }
}

/// Reads a table of fields without relations: input, payload, `auth.user.fields`.
pub(super) fn table(cx: &Context<'_>, owner: &str, table: &Table, role: Role) -> Vec<(Field, Place)> {
    let mut taken = BTreeMap::new();
    let mut fields = Vec::new();
    for (name, entry) in table {
        if !cx.problems.field_name(name, "a field", &entry.key) || !distinct(cx, &mut taken, name, &entry.key) {
            continue;
        }
        if let Value::String(text) = &entry.node.value
            && super::relation::is_line(text)
        {
            cx.problem(
                Problem::new("a relation is not possible here", entry.node.place.clone()).note("write \"uuid\""),
            );
            continue;
        }
        if let Some(field) = read(cx, owner, name, entry, role) {
            fields.push((field, entry.key.clone()));
        }
    }
    fields
}

/// Refuses two names that are one after casing.
pub(super) fn distinct<'n>(
    cx: &Context<'_>,
    taken: &mut BTreeMap<String, &'n str>,
    name: &'n str,
    place: &Place,
) -> bool {
    let key = Name::new(name).camel();
    if let Some(other) = taken.get(&key) {
        let problem = Problem::new(format!("`{name}` and `{other}` are one name"), place.clone());
        cx.problem(problem.label(format!("both become `{key}`")).note("rename one of them"));
        return false;
    }
    taken.insert(key, name);
    true
}

fn build(cx: &Context<'_>, owner: &str, name: Name, shape: &Shape) -> Option<Field> {
    let problems = &cx.problems;
    let before = problems.count();
    let kind = kind(cx, owner, &name, shape)?;
    let list = list(cx, shape, &kind);
    for place in shape.unique.iter().chain(&shape.index) {
        if shape.list.is_some() || kind == FieldKind::Json {
            let what = if shape.list.is_some() { "a list" } else { "`json`" };
            let problem = Problem::new(format!("{what} can be neither unique nor indexed"), place.clone());
            problems.push(problem.note("leave it out"));
        }
    }
    if let (Some(private), Some(_)) = (&shape.private, &shape.read_only) {
        let problem = Problem::new("a field cannot be both private and read-only", private.clone());
        problems.push(problem.label("nobody could write it or see it"));
    }
    let default = match &shape.default {
        Some(node) => Some(default(cx, shape, &kind, list, node)?),
        None => None,
    };
    let example = match &shape.example {
        Some(node) => Some(value(cx, &kind, list, node, "example")?),
        None => None,
    };
    if let Some(place) = &shape.read_only
        && shape.required
        && default.is_none()
    {
        let problem = Problem::new("a required read-only field could never be given a value", place.clone());
        problems.push(problem.note("give it a `default`, or make it optional with `required = false`"));
    }
    let field = Field {
        name,
        kind,
        list,
        required: shape.required,
        unique: shape.unique.is_some(),
        index: shape.index.is_some(),
        default,
        doc: shape.doc.clone(),
        example,
        private: shape.private.is_some(),
        read_only: shape.read_only.is_some(),
        was: None,
    };
    (problems.count() == before).then_some(field)
}

fn kind(cx: &Context<'_>, owner: &str, name: &Name, shape: &Shape) -> Option<FieldKind> {
    let type_name = shape.type_name.as_str();
    let allowed = special(type_name);
    for limit in &shape.limits {
        if TYPES.contains(&type_name) && !allowed.contains(&limit.key.id()) {
            let problem =
                Problem::new(format!("`{type_name}` takes no `{}`", limit.key.id()), limit.node.place.clone());
            let problem = match limit.key {
                LimitKey::Above if allowed.contains(&"min") => problem.note("write `>=` or `min`"),
                LimitKey::Below if allowed.contains(&"max") => problem.note("write `<=` or `max`"),
                _ if allowed.is_empty() => problem.note("leave it out"),
                _ => problem.note(format!("allowed: {}", allowed.join(", "))),
            };
            cx.problem(problem);
            return None;
        }
    }
    match type_name {
        "string" => {
            let (min, max) = limits::lengths(cx, shape, 255, 1_000)?;
            let pattern = match &shape.pattern {
                Some(node) => Some(pattern(cx, node, max)?),
                None => None,
            };
            Some(FieldKind::String { min, max, pattern })
        }
        "text" => limits::lengths(cx, shape, 10_000, 100_000).map(|(min, max)| FieldKind::Text { min, max }),
        "integer" => limits::whole(cx, shape, false).map(FieldKind::Integer),
        "long" => limits::whole(cx, shape, true).map(FieldKind::Long),
        "float" => limits::float(cx, shape).map(FieldKind::Float),
        "decimal" => limits::decimal(cx, shape),
        "boolean" => Some(FieldKind::Boolean),
        "date" => limits::times(cx, shape, false).map(|(min, max)| FieldKind::Date { min, max }),
        "datetime" => limits::times(cx, shape, true).map(|(min, max)| FieldKind::DateTime { min, max }),
        "uuid" => Some(FieldKind::Uuid),
        "email" => Some(FieldKind::Email),
        "url" => Some(FieldKind::Url),
        "json" => Some(FieldKind::Json),
        "enum" => {
            let Some(values) = shape.values.clone() else {
                let problem = Problem::new("`values` is missing", shape.type_place.clone());
                cx.problem(problem.note("write { type = \"enum\", values = [\"a\", \"b\"] }"));
                return None;
            };
            Some(FieldKind::Enum(enums::anonymous(cx, owner, name, values, &shape.type_place)))
        }
        _ => named_enum(cx, shape),
    }
}

fn named_enum(cx: &Context<'_>, shape: &Shape) -> Option<FieldKind> {
    let type_name = shape.type_name.as_str();
    if cx.named_enums.iter().any(|it| it == type_name) {
        if let Some(limit) = shape.limits.first() {
            cx.problem(Problem::new("an enumeration takes no limits", limit.node.place.clone()));
            return None;
        }
        let known = cx.enums.borrow().iter().any(|it| it.name.declared() == type_name);
        return known.then(|| FieldKind::Enum(type_name.to_owned()));
    }
    let problem = Problem::new(format!("unknown type `{type_name}`"), shape.type_place.clone());
    let named: Vec<&str> = cx.named_enums.iter().map(String::as_str).collect();
    let elsewhere = ELSEWHERE.iter().find(|(other, _)| type_name.eq_ignore_ascii_case(other));
    cx.problem(if matches!(type_name, "embedded" | "encrypted") {
        let later = Problem::new(format!("`{type_name}` is known, but not available yet"), shape.type_place.clone());
        later.note(format!("allowed: {}", TYPES.join(", ")))
    } else if let Some((_, ours)) = elsewhere {
        problem.note(format!("did you mean `{ours}`?")).note(format!("allowed: {}", TYPES.join(", ")))
    } else if cx.entities.contains_key(type_name) || type_name == crate::spec::USER {
        problem.note(format!("`{type_name}` is an entity: write \"-> {type_name}\" for a relation to it"))
    } else if let Some(near) = nearest(type_name, named.iter().copied()) {
        problem.note(format!("did you mean `{near}`?")).note(format!(
            "allowed: {}, {}",
            TYPES.join(", "),
            named.join(", ")
        ))
    } else {
        with_hints(problem, type_name, &TYPES).note("enumerations are declared in [enums]")
    });
    None
}

fn pattern(cx: &Context<'_>, node: &Node, max: u32) -> Option<String> {
    let text = cx.problems.string(node, "`pattern`")?;
    let pattern = match Pattern::new(text) {
        Ok(pattern) => pattern,
        Err(fault) => {
            let problem =
                Problem::new(format!("the pattern cannot be used: {}", fault.message), node.inside(fault.range));
            cx.problem(problem.note("allowed: classes, `^` and `$`, groups, alternation, repeats; ASCII \\d \\w \\s"));
            return None;
        }
    };
    let shortest = pattern.shortest();
    if shortest > max as usize {
        let problem = Problem::new("nothing is short enough to match the pattern", node.place.clone());
        cx.problem(problem.label(format!("needs {shortest} characters")).note(format!("`max` allows {max}")));
        return None;
    }
    Some(text.to_owned())
}

fn list(cx: &Context<'_>, shape: &Shape, kind: &FieldKind) -> Option<u32> {
    let max_items = shape.max_items.as_ref();
    let Some(place) = &shape.list else {
        if let Some(node) = max_items {
            let problem = Problem::new("`max_items` has no meaning here", node.place.clone());
            cx.problem(problem.note("add `list = true`, or leave it out"));
        }
        return None;
    };
    if matches!(kind, FieldKind::Text { .. } | FieldKind::Json) {
        let problem = Problem::new(format!("`{}` cannot be a list", kind.id()), place.clone());
        cx.problem(problem.note("allowed: lists of every type but text and json"));
    }
    match max_items {
        None => Some(100),
        Some(node) => cx.problems.whole(node, "`max_items`", 1..=1_000),
    }
}

fn default(cx: &Context<'_>, shape: &Shape, kind: &FieldKind, list: Option<u32>, node: &Node) -> Option<Default> {
    if shape.list.is_some() && shape.bare_default {
        let problem = Problem::new("the default of a list needs the long form", node.place.clone());
        cx.problem(problem.note("write { type = \"…\", list = true, default = [\"…\"] }"));
        return None;
    }
    let is_time = matches!(kind, FieldKind::Date { .. } | FieldKind::DateTime { .. }) && shape.list.is_none();
    if is_time && matches!(&node.value, Value::String(text) if text == "now") {
        return Some(Default::Now);
    }
    let node = if shape.bare_default { bare(kind, node) } else { node.clone() };
    value(cx, kind, list, &node, "default").map(Default::Value)
}

/// What a bare word of a line means to a type.
fn bare(kind: &FieldKind, node: &Node) -> Node {
    let Value::String(text) = &node.value else { return node.clone() };
    let value = match kind {
        FieldKind::Boolean if text == "true" => Value::Boolean(true),
        FieldKind::Boolean if text == "false" => Value::Boolean(false),
        FieldKind::Integer(_) | FieldKind::Long(_) | FieldKind::Float(_) | FieldKind::Decimal { .. }
            if line::is_number(text) =>
        {
            Value::Number(text.clone())
        }
        _ => Value::String(text.clone()),
    };
    Node { value, place: node.place.clone() }
}

/// Checks a default or example against the type, item by item for lists.
fn value(cx: &Context<'_>, kind: &FieldKind, list: Option<u32>, node: &Node, key: &str) -> Option<Json> {
    let Some(max_items) = list else { return one(cx, kind, node, key) };
    let items = cx.problems.list(node, &format!("the {key} of a list"))?;
    if items.len() > max_items as usize {
        cx.problem(Problem::new(format!("the {key} has more than {max_items} items"), node.place.clone()));
        return None;
    }
    items.iter().map(|item| one(cx, kind, item, key)).collect::<Option<Vec<_>>>().map(Json::Array)
}

/// Checks one value; gives it as the contract answers it.
pub(super) fn one(cx: &Context<'_>, kind: &FieldKind, node: &Node, key: &str) -> Option<Json> {
    let json = match json(kind, node) {
        Ok(json) => json,
        Err(problem) => {
            cx.problem(problem);
            return None;
        }
    };
    let checked = check_value(kind, &cx.enums.borrow(), &json);
    checked
        .map_err(|fault| {
            let shown = match &node.value {
                Value::String(text) | Value::Number(text) => format!(" `{}`", short(text)),
                Value::Boolean(value) => format!(" `{value}`"),
                _ => String::new(),
            };
            cx.problem(Problem::new(format!("the {key}{shown} {}", fault.message), node.place.clone()));
        })
        .ok()
}

/// A value cut to what a message can hold.
fn short(text: &str) -> String {
    const MOST: usize = 40;
    if text.chars().count() <= MOST { text.to_owned() } else { text.chars().take(MOST).chain(['…']).collect() }
}

/// A tree as JSON; decimals keep their digits as strings.
pub(super) fn json(kind: &FieldKind, node: &Node) -> Result<Json, Problem> {
    let refuse = |message: &str| Err(Problem::new(message, node.place.clone()));
    match &node.value {
        Value::Null => refuse("null is no value here").map_err(|problem| problem.note("leave the key out")),
        Value::Boolean(value) => Ok(Json::Bool(*value)),
        Value::String(text) => Ok(Json::String(text.clone())),
        Value::Number(text) if matches!(kind, FieldKind::Decimal { .. }) => match exact(text) {
            Some(number) => Ok(Json::String(number.to_string())),
            None => refuse("the number has too many digits"),
        },
        Value::Number(text) => {
            let whole = exact(text).filter(|it| !text.contains(['e', 'E']) && it.is_integer());
            if let Some(whole) = whole.and_then(|it| i64::try_from(it).ok()) {
                return Ok(Json::from(whole));
            }
            let number = text.parse::<f64>().ok().and_then(serde_json::Number::from_f64);
            number.map_or_else(|| refuse("the number cannot be used"), |number| Ok(Json::Number(number)))
        }
        Value::Array(items) => items.iter().map(|item| json(kind, item)).collect::<Result<_, _>>().map(Json::Array),
        Value::Table(table) => {
            // The order of an object's keys means nothing.
            let mut entries: Vec<_> = table.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            let entries = entries.into_iter().map(|(key, entry)| Ok((key.clone(), json(kind, &entry.node)?)));
            entries.collect::<Result<_, _>>().map(Json::Object)
        }
    }
}
