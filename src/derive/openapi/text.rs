//! JSON put together from parts that are printed as soon as they are known, so that a description of hundreds of
//! entities never stands in memory as a tree of values.

use serde_json::Value;

/// A printed JSON value, or an object of them.
#[derive(Debug, Clone)]
pub(super) enum Text {
    /// Printed as if it stood at the margin.
    Printed(String),
    /// In the order of the document.
    Object(Vec<(String, Text)>),
}

impl Text {
    /// Prints a value.
    pub(super) fn of(value: &Value) -> Self {
        Self::Printed(serde_json::to_string_pretty(value).unwrap_or_default())
    }

    /// An object of printed values.
    pub(super) fn object<K: Into<String>>(entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Object(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    /// The value again.
    pub(super) fn to_value(&self) -> Value {
        match self {
            Self::Printed(text) => serde_json::from_str(text).unwrap_or_default(),
            Self::Object(entries) => entries.iter().map(|(key, value)| (key.clone(), value.to_value())).collect(),
        }
    }

    /// The text itself. It has its size from the beginning: the whole is large enough to count.
    pub(super) fn into_string(self) -> String {
        let mut text = String::with_capacity(self.size(0));
        self.print(0, &mut text);
        text
    }

    /// The bytes that it takes so many columns further in.
    fn size(&self, margin: usize) -> usize {
        match self {
            Self::Printed(text) => text.len() + margin * text.bytes().filter(|it| *it == b'\n').count(),
            Self::Object(entries) => {
                let entry = |(key, value): &(String, Self)| key.len() + margin + 8 + value.size(margin + 2);
                entries.iter().map(entry).sum::<usize>() + margin + 4
            }
        }
    }

    /// Prints it so many columns further in. Each part is dropped once it is printed.
    fn print(self, margin: usize, text: &mut String) {
        let line = format!("\n{:margin$}", "");
        match self {
            Self::Printed(value) => {
                // Strings hold no line breaks of their own: JSON escapes them.
                let mut lines = value.split('\n');
                text.push_str(lines.next().unwrap_or_default());
                for rest in lines {
                    text.push_str(&line);
                    text.push_str(rest);
                }
            }
            Self::Object(entries) if entries.is_empty() => text.push_str("{}"),
            Self::Object(entries) => {
                let mut before = '{';
                for (key, value) in entries {
                    text.push(before);
                    before = ',';
                    text.push_str(&line);
                    text.push_str("  ");
                    text.push_str(&Value::from(key).to_string());
                    text.push_str(": ");
                    value.print(margin + 2, text);
                }
                text.push_str(&line);
                text.push('}');
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn parts_print_like_the_whole() {
        let whole = json!({ "a\"b": { "c": [1, { "d": "x\ny" }] }, "e": {} });
        let inner = whole.as_object().unwrap().iter().map(|(key, value)| (key.as_str(), Text::of(value)));
        let parts = Text::object(inner);
        let size = parts.size(0);
        let nested = Text::object([("f", Text::object([("g", parts.clone())])), ("h", Text::Object(Vec::new()))]);
        assert_eq!(nested.to_value(), json!({ "f": { "g": &whole }, "h": {} }));
        assert_eq!(nested.into_string(), format!("{:#}", json!({ "f": { "g": &whole }, "h": {} })));
        let text = parts.into_string();
        assert_eq!(text, format!("{whole:#}"));
        assert!(text.len() <= size);
    }
}
