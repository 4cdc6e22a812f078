//! Schemas of values: from JSON Schema to column types.

use super::classify::{DEEPEST, Document, Role, referred, word};
use super::look::Look;
use super::span;
use crate::answers::tree::{Entry, Node, Value as Tree};
use crate::derive::openapi::{EMAIL, URL};
use crate::reading::Value;
use crate::reading::outline::{Bounds, Column, Items, Preset, Type, Word};

/// A property of an object.
#[derive(Debug, Clone)]
pub(super) struct Shape<'d> {
    pub(super) entry: &'d Entry,
    pub(super) required: bool,
}

/// The types that a schema allows, `null` among them.
pub(super) fn kinds(node: &Node) -> Vec<&str> {
    match node.get("type") {
        Some(Node { value: Tree::String(kind), .. }) => vec![kind],
        Some(node) => node.items().iter().filter_map(Look::text).collect(),
        None => Vec::new(),
    }
}

/// Whether null is a value: in the words of 3.0, of 3.1, and of JSON Schema.
pub(super) fn is_nullable(node: &Node) -> bool {
    let null = |it: &Node| {
        kinds(it) == ["null"]
            || it.get("type").is_some_and(|it| matches!(it.value, Tree::Null))
            || it.get("const").is_some_and(|it| matches!(it.value, Tree::Null))
    };
    node.switch("nullable")
        || kinds(node).contains(&"null")
        || ["anyOf", "oneOf"].iter().any(|key| node.get(key).map(Look::items).unwrap_or_default().iter().any(null))
}

/// The schema without its null, and without the wrap of a single part.
fn inner(node: &Node) -> &Node {
    let mut at = node;
    for _ in 0..DEEPEST {
        let mut next = None;
        for key in ["anyOf", "oneOf", "allOf"] {
            let parts: Vec<&Node> =
                at.get(key).map(Look::items).unwrap_or_default().iter().filter(|it| kinds(it) != ["null"]).collect();
            if let [one] = parts.as_slice()
                && at.get("properties").is_none()
            {
                next = Some(*one);
            }
        }
        match next {
            Some(one) => at = one,
            None => break,
        }
    }
    at
}

/// The entity that a property holds a row of.
pub(super) fn target(document: &Document<'_>, node: &Node) -> Option<String> {
    let name = referred(inner(node))?;
    if document.paths.is_own && name == "UserSummary" {
        return Some(crate::spec::USER.to_owned());
    }
    document.entity(name)
}

/// The entity that a property holds rows of.
pub(super) fn targets(document: &Document<'_>, node: &Node) -> Option<String> {
    let node = inner(node);
    if let Some(name) = referred(node) {
        return match document.role(name)? {
            Role::List(entity) => Some(entity.clone()),
            _ => None,
        };
    }
    kinds(node).contains(&"array").then(|| document.entity(referred(inner(node.get("items")?))?))?
}

/// The values of an enumeration; null is not one of them.
pub(super) fn words(node: &Node) -> Vec<Word> {
    let values = node.get("enum").map(Look::items).unwrap_or_default();
    let text = |it: &Node| match &it.value {
        Tree::String(text) | Tree::Number(text) => Some(word(text, span(&it.place))),
        Tree::Boolean(is) => Some(word(&is.to_string(), span(&it.place))),
        _ => None,
    };
    values.iter().filter_map(text).collect()
}

/// A property as a column. `row` is what is answered, which may differ from what is accepted.
pub(super) fn column(document: &Document<'_>, key: &str, shape: &Shape<'_>, row: &Shape<'_>) -> Column {
    let node = &shape.entry.node;
    let mut column = Column::new(key, span(&shape.entry.key), None);
    column.doc = node.word("description").or_else(|| row.entry.node.word("description")).map(str::to_owned);
    column.read_only = node.switch("readOnly");
    column.private = node.switch("writeOnly");
    let kind = kind(document, node, &mut column, 0);
    column.kind = kind;
    if let Some(value) =
        node.get("default").or_else(|| inner(node).get("default")).filter(|it| !matches!(it.value, Tree::Null))
    {
        match value_of(value) {
            Some(value) => column.default = Some(Preset::Value(value)),
            None => column.omit(span(&value.place), "the default is left out"),
        }
    }
    let example = node.get("example").or_else(|| node.get("examples").and_then(|it| it.items().first()));
    column.example = example.and_then(value_of);
    for key in ["discriminator", "xml", "if", "not", "patternProperties", "contentEncoding", "contentMediaType"] {
        if let Some(entry) = node.entry(key) {
            column.omit(span(&entry.key), format!("`{key}` is left out"));
        }
    }
    column
}

fn kind(document: &Document<'_>, node: &Node, column: &mut Column, depth: usize) -> Option<Type> {
    let at = column.span.clone();
    if depth > DEEPEST {
        column.omit(at, "schemas refer to each other too deeply");
        return None;
    }
    let node = inner(node);
    if let Some(name) = referred(node) {
        let Some(schema) = document.schemas.get(name) else {
            column.notes.push(crate::reading::outline::Note::lost(at, format!("there is no schema `{name}`")));
            return None;
        };
        return match document.role(name) {
            Some(Role::Enumeration) => Some(Type::Named(name.to_owned())),
            Some(Role::Scalar) => kind(document, schema, column, depth + 1),
            Some(Role::List(_) | Role::Unsupported) => {
                if kinds(schema).contains(&"array") {
                    return kind(document, schema, column, depth + 1);
                }
                column.assume(format!("JSON, as `{name}` is no entity"));
                Some(Type::Json)
            }
            _ => {
                column.assume(format!("JSON, as `{name}` is no entity"));
                Some(Type::Json)
            }
        };
    }
    if node.word("$ref").is_some() {
        column.omit(at, "references out of the document are left out");
        return None;
    }
    if let Some(kind) = exact(node) {
        return Some(kind);
    }
    if node.get("enum").is_some() {
        let words = words(node);
        if words.is_empty() {
            column.omit(at, "an enumeration without values is left out");
            return None;
        }
        return Some(Type::OneOf(words));
    }
    if let Some(value) = node.get("const")
        && let Some(text) = value.text()
    {
        return Some(Type::OneOf(vec![word(text, span(&value.place))]));
    }
    let kinds: Vec<&str> = kinds(node).into_iter().filter(|it| *it != "null").collect();
    match kinds.as_slice() {
        ["string"] => string(node, column),
        ["integer"] => Some(integer(node, column)),
        ["number"] => Some(number(node, column)),
        ["boolean"] => Some(Type::Boolean),
        ["array"] => array(document, node, column, depth),
        ["object"] => Some(Type::Json),
        [] if node.get("properties").is_some()
            || node.get("additionalProperties").is_some()
            || node.get("allOf").is_some() =>
        {
            Some(Type::Json)
        }
        [] if node.get("anyOf").is_some() || node.get("oneOf").is_some() => {
            column.omit(at, "alternatives are left out: a field has one type");
            None
        }
        [] => {
            column.assume("JSON, as no type is said");
            Some(Type::Json)
        }
        several => {
            let text =
                format!("one of the types {} cannot be told from the others: it is left out", several.join(", "));
            column.omit(at, text);
            None
        }
    }
}

fn integer(node: &Node, column: &mut Column) -> Type {
    let (mut bounds, long) = (bounds(node), is_long(node));
    // The bounds of the type itself say nothing.
    for (side, own) in [(&mut bounds.min, "-2147483648"), (&mut bounds.max, "2147483647")] {
        if side.as_deref() == Some(own) {
            *side = None;
        }
    }
    for (side, own) in [(&mut bounds.min, "-9007199254740991"), (&mut bounds.max, "9007199254740991")] {
        if side.as_deref() == Some(own) {
            *side = None;
        }
    }
    if node.get("multipleOf").is_some() {
        column.omit(column.span.clone(), "`multipleOf` is left out");
    }
    if long { Type::Long(bounds) } else { Type::Integer(bounds) }
}

/// A list, by the type of its items.
fn array(document: &Document<'_>, node: &Node, column: &mut Column, depth: usize) -> Option<Type> {
    let at = column.span.clone();
    if column.list.is_some() {
        column.omit(at, "lists of lists are left out");
        return None;
    }
    column.list = Some(Items { most: node.number("maxItems").and_then(|it| it.parse().ok()) });
    if node.get("minItems").is_some_and(|it| it.text() != Some("0")) {
        column.omit(at.clone(), "`minItems` is left out: a list may be empty");
    }
    let item = node.get("items")?;
    let kind = kind(document, item, column, depth + 1);
    if kind == Some(Type::Json) {
        column.list = None;
        column.notes.clear();
        column.omit(at, "a list of objects is left out: entities refer to entities, lists hold scalars");
        return None;
    }
    kind
}

fn is_long(node: &Node) -> bool {
    let wide = |key: &str| {
        node.number(key).and_then(|it| it.parse::<f64>().ok()).is_some_and(|it| it.abs() > f64::from(i32::MAX))
    };
    node.word("format") == Some("int64")
        || (node.word("format") != Some("int32")
            && (wide("maximum") && node.number("maximum") != Some("2147483648")
                || wide("minimum") && node.number("minimum") != Some("-2147483648")))
}

/// A number that is also accepted as a text of digits: how money is written exactly.
fn exact(node: &Node) -> Option<Type> {
    let parts = node.get("anyOf").or_else(|| node.get("oneOf"))?.items();
    let parts: Vec<&Node> = parts.iter().filter(|it| kinds(it) != ["null"]).collect();
    let [text, number] = parts.as_slice() else { return None };
    if kinds(text) != ["string"] || kinds(number) != ["number"] {
        return None;
    }
    let step = number.number("multipleOf").and_then(crate::spec::exact)?;
    let scale = step.normalize().scale();
    let mut bounds = bounds(number);
    // The widest number of the type itself says how many digits there are.
    let whole = |it: &Option<String>| {
        it.as_deref().map_or(0, |it| it.trim_start_matches('-').split('.').next().unwrap_or_default().len())
    };
    let nines = |it: &Option<String>| {
        it.as_deref()
            .is_some_and(|it| it.trim_start_matches('-').chars().all(|it| it == '9' || it == '.') && it.len() > 3)
    };
    let digits = [&bounds.min, &bounds.max].into_iter().filter(|it| nines(it)).map(whole).max();
    for side in [&mut bounds.min, &mut bounds.max] {
        if nines(side) {
            *side = None;
        }
    }
    let precision = digits.map_or(12, |it| u64::try_from(it).unwrap_or(10) + u64::from(scale)).min(18);
    Some(Type::Decimal { precision: Some(precision), scale: Some(u64::from(scale)), bounds })
}

fn number(node: &Node, column: &mut Column) -> Type {
    const MONEY: [&str; 11] =
        ["price", "amount", "total", "cost", "balance", "fee", "salary", "discount", "tax", "subtotal", "budget"];
    let bounds = bounds(node);
    let lower = column.name.to_ascii_lowercase();
    let step = node.number("multipleOf").and_then(crate::spec::exact).map(|it| it.normalize().scale());
    match (node.word("format"), step) {
        (_, Some(scale)) if scale > 0 => Type::Decimal { precision: Some(12), scale: Some(u64::from(scale)), bounds },
        (Some("decimal" | "money" | "currency"), _) => Type::Decimal { precision: None, scale: None, bounds },
        _ if MONEY.iter().any(|word| lower.ends_with(word)) => {
            column.assume("a decimal of two digits after the point: money must be exact");
            Type::Decimal { precision: Some(12), scale: Some(2), bounds }
        }
        _ => Type::Float(bounds),
    }
}

fn string(node: &Node, column: &mut Column) -> Option<Type> {
    let length = |key: &str| node.number(key).and_then(|it| it.parse::<u64>().ok());
    let pattern = node.word("pattern");
    match node.word("format").unwrap_or_default() {
        "date" => return Some(Type::Date),
        "date-time" => return Some(Type::DateTime),
        "uuid" | "guid" => return Some(Type::Uuid),
        "email" | "idn-email" => return Some(Type::Email),
        "uri" | "url" | "iri" => return Some(Type::Url),
        "decimal" => return Some(Type::decimal(None, None)),
        "int64" => return Some(Type::long()),
        "binary" | "byte" | "base64" => {
            column.omit(column.span.clone(), "binary data is left out: there is no such type");
            return None;
        }
        "password" => column.private = true,
        "time" | "duration" => {
            column.assume("a string: there is no such type");
        }
        _ => {}
    }
    if pattern == Some(EMAIL) {
        return Some(Type::Email);
    }
    if pattern == Some(URL) {
        return Some(Type::Url);
    }
    Some(Type::String { min: length("minLength"), max: length("maxLength"), pattern: pattern.map(str::to_owned) })
}

fn bounds(node: &Node) -> Bounds {
    let number = |key: &str| {
        node.number(key).map(|it| crate::spec::exact(it).map_or_else(|| it.to_owned(), |it| it.normalize().to_string()))
    };
    let mut bounds = Bounds {
        min: number("minimum"),
        max: number("maximum"),
        above: number("exclusiveMinimum"),
        below: number("exclusiveMaximum"),
    };
    // In 3.0 a switch says that the bound itself is not allowed.
    if node.switch("exclusiveMinimum") {
        bounds.above = bounds.min.take();
    }
    if node.switch("exclusiveMaximum") {
        bounds.below = bounds.max.take();
    }
    bounds
}

/// A value as answers have it.
pub(super) fn value_of(node: &Node) -> Option<Value> {
    Some(match &node.value {
        Tree::String(text) => Value::Text(text.clone()),
        Tree::Number(text) => Value::Number(text.clone()),
        Tree::Boolean(is) => Value::Boolean(*is),
        Tree::Array(items) => Value::List(items.iter().map(value_of).collect::<Option<_>>()?),
        Tree::Table(table) if table.is_empty() => Value::Table(indexmap::IndexMap::new()),
        Tree::Table(_) | Tree::Null => return None,
    })
}
