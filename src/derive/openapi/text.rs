//! JSON put together from parts that are printed as soon as they are known, so that a description of hundreds of
//! entities never stands in memory as a tree.

use serde_json::Value;
use std::borrow::Borrow;

/// A printed JSON value whose first line stands where it is put, the others indented as if it stood at the margin.
#[derive(Debug, Clone)]
pub(super) struct Text(String);

impl Text {
    /// Prints a value.
    pub(super) fn of(value: &Value) -> Self {
        Self(format!("{value:#}"))
    }

    /// Prints an object of printed values.
    pub(super) fn object<K: AsRef<str>, V: Borrow<Self>>(entries: impl IntoIterator<Item = (K, V)>) -> Self {
        let mut text = String::from("{");
        for (key, value) in entries {
            text.push_str(if text.len() == 1 { "\n  " } else { ",\n  " });
            text.push_str(&Value::from(key.as_ref()).to_string());
            text.push_str(": ");
            // Strings hold no line breaks of their own: JSON escapes them.
            let mut lines = value.borrow().0.split('\n');
            text.push_str(lines.next().unwrap_or_default());
            for line in lines {
                text.push_str("\n  ");
                text.push_str(line);
            }
        }
        text.push_str(if text.len() == 1 { "}" } else { "\n}" });
        Self(text)
    }

    /// The text itself.
    pub(super) fn into_string(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn parts_print_like_the_whole() {
        let whole = json!({ "a\"b": { "c": [1, { "d": "x\ny" }] }, "e": {} });
        let parts: Vec<_> =
            whole.as_object().unwrap().iter().map(|(key, value)| (key.as_str(), Text::of(value))).collect();
        let text = Text::object(parts);
        assert_eq!(text.into_string(), format!("{whole:#}"));
    }
}
