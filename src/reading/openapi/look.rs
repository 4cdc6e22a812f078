//! Looking into a tree.

use crate::answers::tree::{Entry, Node, Value};

/// Short ways to what a node holds.
pub(super) trait Look {
    /// The value of a key.
    fn get(&self, key: &str) -> Option<&Node>;
    /// The key with its value.
    fn entry(&self, key: &str) -> Option<&Entry>;
    /// The keys with their values.
    fn members(&self) -> impl Iterator<Item = (&String, &Entry)>;
    /// The items of a list.
    fn items(&self) -> &[Node];
    /// A string, or a number as it is written.
    fn text(&self) -> Option<&str>;
    /// A switch.
    fn switch(&self, key: &str) -> bool;
    /// A number as it is written.
    fn number(&self, key: &str) -> Option<&str>;
    /// The string of a key.
    fn word(&self, key: &str) -> Option<&str>;
}

impl Look for Node {
    fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|it| &it.node)
    }

    fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.value {
            Value::Table(table) => table.get(key),
            _ => None,
        }
    }

    fn members(&self) -> impl Iterator<Item = (&String, &Entry)> {
        let table = match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        };
        table.into_iter().flatten()
    }

    fn items(&self) -> &[Node] {
        match &self.value {
            Value::Array(items) => items,
            _ => &[],
        }
    }

    fn text(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) | Value::Number(text) => Some(text),
            _ => None,
        }
    }

    fn switch(&self, key: &str) -> bool {
        matches!(self.get(key).map(|it| &it.value), Some(Value::Boolean(true)))
    }

    fn number(&self, key: &str) -> Option<&str> {
        match self.get(key).map(|it| &it.value) {
            Some(Value::Number(text)) => Some(text),
            _ => None,
        }
    }

    fn word(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Look::text)
    }
}
