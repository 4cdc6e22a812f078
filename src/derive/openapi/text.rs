//! JSON put together from parts that are printed as soon as they are known, so that a description of hundreds of
//! entities never stands in memory as a tree.

use serde_json::Value;

/// A printed JSON value whose first line stands where it is put, the others indented as if it stood at the margin.
#[derive(Debug, Clone)]
pub(super) struct Text(String);

impl Text {
    /// Prints a value.
    pub(super) fn of(value: &Value) -> Self {
        Self(format!("{value:#}"))
    }

    /// Prints an object of printed values. Each is dropped once it is printed, and the text has its size from the
    /// beginning: the whole is large enough to count.
    pub(super) fn object<K: AsRef<str>>(entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        let entries: Vec<_> = entries.into_iter().collect();
        let size = |(key, value): &(K, Self)| {
            let lines = value.0.bytes().filter(|it| *it == b'\n').count();
            key.as_ref().len() + value.0.len() + 2 * lines + 16
        };
        let mut text = String::with_capacity(entries.iter().map(size).sum());
        text.push('{');
        for (key, value) in entries {
            text.push_str(if text.len() == 1 { "\n  " } else { ",\n  " });
            text.push_str(&Value::from(key.as_ref()).to_string());
            text.push_str(": ");
            // Strings hold no line breaks of their own: JSON escapes them.
            let mut lines = value.0.split('\n');
            text.push_str(lines.next().unwrap_or_default());
            for line in lines {
                text.push_str("\n  ");
                text.push_str(line);
            }
        }
        text.push_str(if text.len() == 1 { "}" } else { "\n}" });
        Self(text)
    }

    /// The value again.
    pub(super) fn to_value(&self) -> Value {
        serde_json::from_str(&self.0).unwrap_or_default()
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
