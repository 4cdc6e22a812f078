//! No table and no list of answers is longer than any service needs, so that no check has to be quick for a million of
//! something.

use super::{Node, Value};
use crate::answers::Problem;
use crate::spec::Place;

/// The most keys of a table and items of a list of answers.
const MOST: usize = 2_000;
/// The same of somebody else's: the longest that is known, of a description of an API, has some 6,000.
const MOST_FOREIGN: usize = 20_000;

/// Whose document it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Document {
    /// Answers: keys are strings, tables and lists have bounds.
    Answers,
    /// Somebody else's: numbers and switches are keys too, as they are written.
    Foreign,
}

impl Document {
    /// Refuses a table with too many keys, at the first.
    pub(super) fn table(self, keys: usize, first: impl FnOnce() -> Place) -> Result<(), Problem> {
        self.bound(keys, "keys in one table", first)
    }

    /// Refuses a list with too many items, at the first.
    pub(super) fn list(self, items: usize, first: impl FnOnce() -> Place) -> Result<(), Problem> {
        self.bound(items, "items in one list", first)
    }

    fn bound(self, count: usize, what: &str, first: impl FnOnce() -> Place) -> Result<(), Problem> {
        let (most, of) = match self {
            Self::Answers => (MOST, "answers"),
            Self::Foreign => (MOST_FOREIGN, "a description"),
        };
        if count <= most {
            return Ok(());
        }
        let problem = Problem::new(format!("there are more than {most} {what}"), first());
        Err(problem.note(format!("a table or list of {of} holds at most as many")))
    }
}

/// Refuses what included files and settings have made too long; each text alone is bounded where it is read.
pub(in crate::answers) fn limit(node: &Node, problems: &mut Vec<Problem>) {
    let place = |first: Option<&Place>| first.unwrap_or(&node.place).clone();
    match &node.value {
        Value::Table(table) => {
            match Document::Answers.table(table.len(), || place(table.values().next().map(|entry| &entry.key))) {
                Err(problem) => problems.push(problem),
                Ok(()) => table.values().for_each(|entry| limit(&entry.node, problems)),
            }
        }
        Value::Array(items) => {
            match Document::Answers.list(items.len(), || place(items.first().map(|item| &item.place))) {
                Err(problem) => problems.push(problem),
                Ok(()) => items.iter().for_each(|item| limit(item, problems)),
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::answers::Format;
    use crate::answers::tree::parse_foreign;
    use crate::spec::Source;
    use std::fmt::Write;
    use std::sync::Arc;

    #[test]
    fn descriptions_have_long_tables_but_no_endless_ones() {
        for format in [Format::Json, Format::Yaml] {
            let parsed = |keys: usize| {
                let mut text = String::from("{");
                for key in 0..keys {
                    write!(text, "{}\"k{key}\": 1", if key == 0 { "" } else { ", " }).unwrap();
                }
                parse_foreign(&Arc::new(Source { name: "api".to_owned(), text: text + "}" }), format)
            };
            assert!(parsed(20_000).is_ok());
            let problem = parsed(20_001).expect_err("too long");
            assert_eq!(problem.message, "there are more than 20000 keys in one table");
        }
    }
}
