//! Enumerations: `[enums]`, `values = […]` and `enum(a, b)`.

use super::context::Context;
use super::problems::Problems;
use crate::answers::Problem;
use crate::answers::tree::{Node, Table, Value};
use crate::spec::{EnumType, EnumValue, Name, Place};

/// The most values of an enumeration.
const MOST: usize = 100;

/// Reads `[enums]`.
pub(super) fn read(cx: &mut Context<'_>, table: &Table) {
    for (name, entry) in table {
        cx.named_enums.push(name.clone());
        let legal = cx.problems.pascal(name, "an enumeration", &entry.key);
        let values = values(&cx.problems, &entry.node, &format!("`enums.{name}`"));
        if let (true, Some(values)) = (legal, values) {
            let name = Name::new(name);
            cx.take_type(&name.pascal(), &format!("the enumeration `{}`", name.declared()), &entry.key);
            cx.used("named_enums", &entry.key);
            cx.enums.borrow_mut().push(EnumType { name, named: true, values });
        }
    }
}

/// Keeps an enumeration that a field declares; gives its name.
pub(super) fn anonymous(cx: &Context<'_>, owner: &str, field: &Name, values: Vec<EnumValue>, place: &Place) -> String {
    let name = format!("{owner}{}", field.pascal());
    cx.take_type(&name, &format!("the enumeration of `{}`", field.declared()), place);
    cx.enums.borrow_mut().push(EnumType { name: Name::new(&name), named: false, values });
    name
}

/// Reads a list of values.
pub(super) fn values(problems: &Problems, node: &Node, what: &str) -> Option<Vec<EnumValue>> {
    let items = problems.list(node, what)?;
    let before = problems.count();
    let values = items.iter().filter_map(|item| Some((value(problems, item, what)?, item.place.clone()))).collect();
    let values = checked(problems, values, &node.place)?;
    (problems.count() == before).then_some(values)
}

fn value(problems: &Problems, node: &Node, what: &str) -> Option<EnumValue> {
    match &node.value {
        Value::String(value) => Some(EnumValue { value: value.clone(), label: None }),
        Value::Table(table) => {
            problems.keys(table, "an enumeration's value", &["value", "label"], &[]);
            let Some(entry) = table.get("value") else {
                problems.push(
                    Problem::new("`value` is missing", node.place.clone())
                        .note("write { value = \"book\", label = \"Book\" }"),
                );
                return None;
            };
            let value = problems.string(&entry.node, "`value`")?.to_owned();
            let label = match table.get("label") {
                Some(entry) => Some(problems.free_text(&entry.node, "`label`")?),
                None => None,
            };
            Some(EnumValue { value, label })
        }
        _ => {
            let problem = Problem::new(format!("each item of {what} must be a value"), node.place.clone());
            let problem = problem.label(format!("found {}", node.describe()));
            problems.push(problem.note("allowed: \"book\" or { value = \"book\", label = \"Book\" }"));
            None
        }
    }
}

/// Checks values of any origin; `None` when something is refused.
pub(super) fn checked(problems: &Problems, values: Vec<(EnumValue, Place)>, whole: &Place) -> Option<Vec<EnumValue>> {
    let before = problems.count();
    if values.is_empty() {
        problems.push(
            Problem::new("an enumeration needs at least one value", whole.clone())
                .note("write for example [\"book\", \"toy\"]"),
        );
    }
    if values.len() > MOST {
        problems.push(Problem::new(format!("an enumeration has at most {MOST} values"), whole.clone()));
        return None;
    }
    let mut taken: Vec<(String, &str)> = Vec::new();
    for (value, place) in &values {
        let text = value.value.as_str();
        let legal = text.starts_with(|it: char| it.is_ascii_alphabetic())
            && text.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-'));
        if !legal {
            let problem = Problem::new(format!("`{text}` is no value of an enumeration"), place.clone());
            problems.push(problem.note("allowed: a letter, then letters, digits, `_` and `-`, all ASCII"));
            continue;
        }
        if text.len() > 40 {
            let problem = Problem::new(format!("`{text}` is too long"), place.clone());
            problems.push(problem.note("at most 40 characters"));
        }
        let key = Name::new(text).snake();
        match taken.iter().find(|(other, _)| *other == key) {
            Some((_, other)) if *other == text => {
                problems
                    .push(Problem::new(format!("`{text}` is listed twice"), place.clone()).note("keep one of them"));
            }
            Some((_, other)) => {
                let problem =
                    Problem::new(format!("`{text}` and `{other}` would have one name in code"), place.clone());
                problems.push(problem.note("rename one of them"));
            }
            None => taken.push((key, text)),
        }
    }
    (problems.count() == before).then(|| values.into_iter().map(|(value, _)| value).collect())
}
