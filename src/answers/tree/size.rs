//! No table and no list is longer than any service needs, so that no check has to be quick for a million of something.

use super::{Node, Value};
use crate::answers::Problem;
use crate::spec::Place;

/// The most keys of a table and items of a list.
const MOST: usize = 2_000;

/// Refuses what is too long, where it begins.
pub(in crate::answers) fn limit(node: &Node, problems: &mut Vec<Problem>) {
    let too_long = |first: Option<&Place>, count: usize, what: &str| {
        let place = first.unwrap_or(&node.place).clone();
        Problem::new(format!("there are {count} {what}"), place).note(format!("a table or list holds at most {MOST}"))
    };
    match &node.value {
        Value::Table(table) if table.len() > MOST => {
            problems.push(too_long(table.values().next().map(|entry| &entry.key), table.len(), "keys in one table"));
        }
        Value::Array(items) if items.len() > MOST => {
            problems.push(too_long(items.first().map(|item| &item.place), items.len(), "items in one list"));
        }
        Value::Table(table) => table.values().for_each(|entry| limit(&entry.node, problems)),
        Value::Array(items) => items.iter().for_each(|item| limit(item, problems)),
        _ => {}
    }
}
