//! The problems found so far, and the questions that every table, list and value is asked.

use crate::answers::Problem;
use crate::answers::suggest::nearest;
use crate::answers::tree::{Node, Table, Value};
use crate::spec::{Place, exact};
use std::cell::RefCell;
use std::ops::RangeInclusive;

/// Collects problems while the checks go on.
#[derive(Debug, Default)]
pub(super) struct Problems(RefCell<Vec<Problem>>);

impl Problems {
    pub(super) fn push(&self, problem: Problem) {
        self.0.borrow_mut().push(problem);
    }

    pub(super) fn count(&self) -> usize {
        self.0.borrow().len()
    }

    pub(super) fn into_vec(self) -> Vec<Problem> {
        self.0.into_inner()
    }

    /// Refuses keys that are not `allowed`; `reserved` ones are known, but not available yet.
    pub(super) fn keys(&self, table: &Table, what: &str, allowed: &[&str], reserved: &[&str]) {
        for (key, entry) in table {
            if reserved.contains(&key.as_str()) {
                self.push(reserved_key(what, key, entry.key.clone()));
            } else if !allowed.contains(&key.as_str()) {
                self.push(unknown_key(what, key, entry.key.clone(), allowed));
            }
        }
    }

    pub(super) fn table<'n>(&self, node: &'n Node, what: &str) -> Option<&'n Table> {
        match &node.value {
            Value::Table(table) => Some(table),
            _ => self.wrong(node, what, "a table"),
        }
    }

    pub(super) fn string<'n>(&self, node: &'n Node, what: &str) -> Option<&'n str> {
        match &node.value {
            Value::String(text) => Some(text),
            _ => self.wrong(node, what, "a string"),
        }
    }

    pub(super) fn boolean(&self, node: &Node, what: &str) -> Option<bool> {
        match &node.value {
            Value::Boolean(value) => Some(*value),
            _ => self.wrong(node, what, "true or false"),
        }
    }

    pub(super) fn list<'n>(&self, node: &'n Node, what: &str) -> Option<&'n [Node]> {
        match &node.value {
            Value::Array(items) => Some(items),
            _ => self.wrong(node, what, "a list"),
        }
    }

    /// A list of strings; what is no string is refused and left out.
    pub(super) fn strings<'n>(&self, node: &'n Node, what: &str) -> Option<Vec<(&'n str, &'n Node)>> {
        let items = self.list(node, what)?;
        let item = format!("each item of {what}");
        Some(items.iter().filter_map(|node| Some((self.string(node, &item)?, node))).collect())
    }

    /// A list of different strings.
    pub(super) fn set<'n>(&self, node: &'n Node, what: &str) -> Option<Vec<(&'n str, &'n Node)>> {
        let mut items: Vec<(&str, &Node)> = Vec::new();
        for (text, node) in self.strings(node, what)? {
            if items.iter().any(|(other, _)| *other == text) {
                self.push(
                    Problem::new(format!("`{text}` is listed twice"), node.place.clone()).note("keep one of them"),
                );
            } else {
                items.push((text, node));
            }
        }
        Some(items)
    }

    /// A whole number of a range.
    pub(super) fn whole(&self, node: &Node, what: &str, range: RangeInclusive<u32>) -> Option<u32> {
        let Value::Number(text) = &node.value else {
            return self.wrong(node, what, "a whole number");
        };
        let number = exact(text).filter(rust_decimal::Decimal::is_integer).and_then(|it| u32::try_from(it).ok());
        match number {
            Some(number) if range.contains(&number) => Some(number),
            _ => {
                let message = format!("{what} must be a whole number from {} to {}", range.start(), range.end());
                self.push(Problem::new(message, node.place.clone()));
                None
            }
        }
    }

    /// Free text on one line.
    pub(super) fn free_text(&self, node: &Node, what: &str) -> Option<String> {
        let text = self.string(node, what)?.trim();
        let breaks = |it: char| it.is_control() || matches!(it, '\u{2028}' | '\u{2029}');
        if text.contains(breaks) {
            let problem = Problem::new(format!("{what} must be one line of text"), node.place.clone());
            self.push(problem.note("line breaks and control characters are not allowed"));
            return None;
        }
        Some(text.to_owned())
    }

    /// One of some words.
    pub(super) fn word<'n>(&self, node: &'n Node, what: &str, allowed: &[&str]) -> Option<&'n str> {
        let text = self.string(node, what)?;
        if allowed.contains(&text) {
            return Some(text);
        }
        let problem = Problem::new(format!("{what} cannot be `{text}`"), node.place.clone());
        self.push(with_hints(problem, text, allowed));
        None
    }

    fn wrong<T>(&self, node: &Node, what: &str, expected: &str) -> Option<T> {
        let problem = Problem::new(format!("{what} must be {expected}"), node.place.clone());
        self.push(problem.label(format!("found {}", node.describe())));
        None
    }
}

/// Adds "did you mean" and the list of what is allowed.
pub(in crate::answers) fn with_hints(mut problem: Problem, written: &str, allowed: &[&str]) -> Problem {
    if let Some(near) = nearest(written, allowed.iter().copied()) {
        problem = problem.note(format!("did you mean `{near}`?"));
    }
    if allowed.is_empty() { problem } else { problem.note(format!("allowed: {}", listing(allowed))) }
}

/// `a, b, c`, cut when it is very long.
fn listing(words: &[&str]) -> String {
    const MOST: usize = 40;
    if words.len() <= MOST {
        return words.join(", ");
    }
    format!("{} and {} more", words[..MOST].join(", "), words.len() - MOST)
}

pub(super) fn unknown_key(what: &str, key: &str, place: Place, allowed: &[&str]) -> Problem {
    with_hints(Problem::new(format!("unknown key `{key}` in {what}"), place), key, allowed)
}

fn reserved_key(what: &str, key: &str, place: Place) -> Problem {
    Problem::new(format!("`{key}` in {what} is known, but not available yet"), place).note("leave it out")
}
