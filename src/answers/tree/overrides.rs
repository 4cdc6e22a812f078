//! `--set key=value` on top of a tree.

use super::{Entry, Node, Table, Value, place, toml};
use crate::answers::Problem;
use crate::spec::Source;
use std::sync::Arc;

/// Puts every override into the tree, the last one of a key winning.
pub(in crate::answers) fn apply(root: &mut Node, overrides: &[(String, String)], problems: &mut Vec<Problem>) {
    for (key, value) in overrides {
        if let Err(problem) = set(root, key, value) {
            problems.push(problem);
        }
    }
}

/// Those of some answers whose keys the tree does not hold.
pub(in crate::answers) fn absent(root: &Node, defaults: &[(String, String)]) -> Vec<(String, String)> {
    let holds = |key: &str| {
        let mut node = root;
        key.split('.').all(|part| match &node.value {
            Value::Table(table) => table.get(part).is_some_and(|entry| {
                node = &entry.node;
                true
            }),
            // Not a table: a problem of its own, at its place.
            _ => true,
        })
    };
    defaults.iter().filter(|(key, _)| !holds(key)).cloned().collect()
}

fn set(root: &mut Node, key: &str, value: &str) -> Result<(), Problem> {
    let text = format!("{key}={value}");
    let source = Arc::new(Source { name: "--set".to_owned(), text });
    let base = key.len() + 1;
    let whole_key = place(&source, 0..key.len());
    let node = toml::parse_value(&source, base).unwrap_or_else(|| Node {
        value: Value::String(value.to_owned()),
        place: place(&source, base..source.text.len()),
    });
    let mut start = 0;
    let mut table = table_of(root, "the answers", &whole_key)?;
    let mut parts = key.split('.').peekable();
    while let Some(part) = parts.next() {
        let at = place(&source, start..start + part.len());
        if part.is_empty() {
            return Err(Problem::new("a part of the key is missing", at).note("write `--set stack.database=…`"));
        }
        start += part.len() + 1;
        if parts.peek().is_none() {
            if let Some(entry) = table.get_mut(part) {
                *entry = Entry { key: at, node };
            } else {
                table.insert(part.to_owned(), Entry { key: at, node });
            }
            return Ok(());
        }
        let entry = table.entry(part.to_owned()).or_insert_with(|| Entry {
            key: at.clone(),
            node: Node { value: Value::Table(Table::new()), place: at.clone() },
        });
        table = table_of(&mut entry.node, part, &at)?;
    }
    Ok(())
}

fn table_of<'a>(node: &'a mut Node, name: &str, at: &crate::spec::Place) -> Result<&'a mut Table, Problem> {
    let kind = node.describe();
    match &mut node.value {
        Value::Table(table) => Ok(table),
        _ => Err(Problem::new(format!("`{name}` has no keys to set"), at.clone()).label(format!("it is {kind}"))),
    }
}
