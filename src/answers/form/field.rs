//! Fields in both forms.

use super::Form;
use super::edits::Edits;
use crate::answers::canonical;
use crate::answers::check::{Context, Limit, LimitKey, Role, Shape, is_line, is_number, read_line};
use crate::answers::tree::{Entry, Node, Table, Value};
use crate::spec::exact;

/// Types whose bounds are written with dots.
const DOTTED: [&str; 6] = ["string", "text", "integer", "long", "date", "datetime"];

/// Types that read a bare default as a number.
const NUMBERS: [&str; 4] = ["integer", "long", "float", "decimal"];

/// Rewrites one field; relations are not touched.
pub(super) fn rewrite(cx: &Context<'_>, edits: &mut Edits<'_>, name: &str, entry: &Entry, form: Form) {
    let node = &entry.node;
    match (&node.value, form) {
        (Value::String(text), _) if is_line(text) => {}
        (Value::String(text), Form::Short) => {
            if let Some(line) = read_line(cx, node, text).and_then(|shape| line(&shape)) {
                edits.replace(&node.place, canonical::text(&line));
            }
        }
        (Value::String(text), Form::Long) => {
            if let Some(shape) = read_line(cx, node, text) {
                edits.replace(&node.place, canonical::value(&long(&shape), false));
            }
        }
        (Value::Table(table), Form::Short) if edits.is_inline(node) && !table.contains_key("was") => {
            let shape = Shape::long(cx, node, table, &format!("`{name}`"), Role::Stored);
            if let Some(line) = shape.and_then(|shape| line(&shape)) {
                edits.replace(&node.place, canonical::text(&line));
            }
        }
        _ => {}
    }
}

/// One line; `None` when it cannot say everything.
fn line(shape: &Shape) -> Option<String> {
    let long_only = shape.doc.is_some()
        || shape.example.is_some()
        || shape.private.is_some()
        || shape.read_only.is_some()
        || shape.pattern.is_some()
        || shape.max_items.as_ref().is_some_and(|node| shape.list.is_none() || number(node).as_deref() != Some("100"));
    let word =
        |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_alphanumeric() || b"_-".contains(&it));
    if long_only || !word(&shape.type_name) {
        return None;
    }
    let mut out = shape.type_name.clone();
    match (&shape.precision, &shape.scale) {
        (None, None) => {}
        (Some(precision), None) => out.push_str(&format!("({})", number(precision)?)),
        (precision, Some(scale)) => {
            let precision = precision.as_ref().map_or(Some("12".to_owned()), number)?;
            out.push_str(&format!("({precision},{})", number(scale)?));
        }
    }
    if let Some(values) = &shape.values {
        if values.iter().any(|value| value.label.is_some()) {
            return None;
        }
        let values: Vec<&str> = values.iter().map(|value| value.value.as_str()).collect();
        out.push_str(&format!("({})", values.join(", ")));
    }
    if shape.list.is_some() {
        out.push_str("[]");
    }
    out.push_str(&limits(shape)?);
    for (said, word) in
        [(shape.unique.is_some(), " unique"), (shape.index.is_some(), " index"), (!shape.required, " ?")]
    {
        out.push_str(if said { word } else { "" });
    }
    if let Some(node) = &shape.default {
        if shape.list.is_some() {
            return None;
        }
        out.push_str(&format!(" = {}", default(shape, node)?));
    }
    Some(out)
}

fn limits(shape: &Shape) -> Option<String> {
    let find = |keys: [LimitKey; 2]| shape.limits.iter().filter(move |limit| keys.contains(&limit.key));
    let lower: Vec<&Limit> = find([LimitKey::Min, LimitKey::Above]).collect();
    let upper: Vec<&Limit> = find([LimitKey::Max, LimitKey::Below]).collect();
    if lower.len() > 1 || upper.len() > 1 {
        return None;
    }
    let inclusive = shape.limits.iter().all(|limit| matches!(limit.key, LimitKey::Min | LimitKey::Max));
    if inclusive && DOTTED.contains(&shape.type_name.as_str()) {
        let bound = |limits: &[&Limit]| limits.first().map_or(Some(String::new()), |limit| bound(&limit.node));
        let (low, high) = (bound(&lower)?, bound(&upper)?);
        return Some(if shape.limits.is_empty() { String::new() } else { format!(" {low}..{high}") });
    }
    let mut out = String::new();
    for limit in lower.into_iter().chain(upper) {
        let sign = match limit.key {
            LimitKey::Min => ">=",
            LimitKey::Max => "<=",
            LimitKey::Above => ">",
            LimitKey::Below => "<",
        };
        out.push_str(&format!(" {sign} {}", bound(&limit.node)?));
    }
    Some(out)
}

/// A number as a line can hold it.
fn number(node: &Node) -> Option<String> {
    let (Value::Number(text) | Value::String(text)) = &node.value else { return None };
    let text = exact(text)?.to_string();
    is_number(&text).then_some(text)
}

fn bound(node: &Node) -> Option<String> {
    if let Some(number) = number(node) {
        return Some(number);
    }
    let Value::String(text) = &node.value else { return None };
    let word = !text.is_empty() && !text.contains(|it: char| it.is_whitespace() || "?><=".contains(it));
    (word && !text.contains("..")).then(|| text.clone())
}

fn default(shape: &Shape, node: &Node) -> Option<String> {
    let type_name = shape.type_name.as_str();
    match &node.value {
        Value::Boolean(value) if type_name == "boolean" => Some(value.to_string()),
        Value::Number(_) if NUMBERS.contains(&type_name) => number(node),
        Value::String(text) if NUMBERS.contains(&type_name) => {
            // Only a decimal may be said as a string, and then it is one.
            (shape.bare_default || type_name == "decimal").then(|| number(node)).flatten().filter(|_| is_number(text))
        }
        Value::String(text) if type_name == "boolean" => shape.bare_default.then(|| text.clone()),
        Value::String(text) => {
            let bare = !text.is_empty() && !text.contains(char::is_whitespace) && !text.starts_with(['"', '\'']);
            if bare {
                return Some(text.clone());
            }
            let quote = ['\'', '"'].into_iter().find(|quote| !text.contains(*quote))?;
            Some(format!("{quote}{text}{quote}"))
        }
        _ => None,
    }
}

/// The long form of a line.
fn long(shape: &Shape) -> Node {
    let at = &shape.type_place;
    let mut table = Table::new();
    let mut put = |key: &str, value: Value| {
        let node = Node { value, place: at.clone() };
        table.insert(key.to_owned(), Entry { key: at.clone(), node });
    };
    put("type", Value::String(shape.type_name.clone()));
    for (key, said) in [("list", &shape.list), ("unique", &shape.unique), ("index", &shape.index)] {
        if said.is_some() {
            put(key, Value::Boolean(true));
        }
    }
    if let Some(values) = &shape.values {
        let values = values.iter().map(|value| Node { value: Value::String(value.value.clone()), place: at.clone() });
        put("values", Value::Array(values.collect()));
    }
    for (key, node) in [("precision", &shape.precision), ("scale", &shape.scale)] {
        if let Some(node) = node {
            put(key, node.value.clone());
        }
    }
    for limit in &shape.limits {
        put(limit.key.id(), limit.node.value.clone());
    }
    if !shape.required {
        put("required", Value::Boolean(false));
    }
    if let Some(node) = &shape.default {
        put("default", typed(shape, node));
    }
    Node { value: Value::Table(table), place: at.clone() }
}

/// What a bare word means to the type.
fn typed(shape: &Shape, node: &Node) -> Value {
    match &node.value {
        Value::String(text) if shape.bare_default => match (shape.type_name.as_str(), text.as_str()) {
            ("boolean", "true" | "false") => Value::Boolean(text == "true"),
            (name, text) if NUMBERS.contains(&name) && is_number(text) => Value::Number(text.to_owned()),
            (_, text) => Value::String(text.to_owned()),
        },
        other => other.clone(),
    }
}
