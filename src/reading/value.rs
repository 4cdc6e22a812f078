//! Values of answers, as they are written in TOML.

use indexmap::IndexMap;
use std::fmt;

/// One value of the answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A string.
    Text(String),
    /// A number, digits as written.
    Number(String),
    /// A switch.
    Boolean(bool),
    /// A list.
    List(Vec<Value>),
    /// A table, in the order it was filled.
    Table(IndexMap<String, Value>),
}

impl Value {
    /// A value as a person types it after `=`; what is no TOML is a string, as with `--set`.
    pub fn typed(text: &str) -> Self {
        text.trim().parse::<toml_edit::Value>().map_or_else(|_| Self::Text(text.trim().to_owned()), |it| from_toml(&it))
    }

    /// A list of strings.
    pub fn texts<S: Into<String>>(texts: impl IntoIterator<Item = S>) -> Self {
        Self::List(texts.into_iter().map(|it| Self::Text(it.into())).collect())
    }

    /// A table of these.
    pub fn table<'a>(entries: impl IntoIterator<Item = (&'a str, Value)>) -> Self {
        Self::Table(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// The string, when it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The strings of a list, or the one string.
    pub fn words(&self) -> Vec<&str> {
        match self {
            Self::Text(text) => vec![text],
            Self::List(items) => items.iter().filter_map(Self::text).collect(),
            _ => Vec::new(),
        }
    }
}

fn from_toml(value: &toml_edit::Value) -> Value {
    match value {
        toml_edit::Value::String(text) => Value::Text(text.value().clone()),
        toml_edit::Value::Boolean(value) => Value::Boolean(*value.value()),
        toml_edit::Value::Array(items) => Value::List(items.iter().map(from_toml).collect()),
        toml_edit::Value::InlineTable(table) => {
            Value::Table(table.iter().map(|(key, value)| (key.to_owned(), from_toml(value))).collect())
        }
        toml_edit::Value::Datetime(value) => Value::Text(value.value().to_string()),
        number => Value::Number(number.to_string().trim().to_owned()),
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(&quoted(text)),
            Self::Number(text) => f.write_str(text),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", items.join(", "))
            }
            Self::Table(table) if table.is_empty() => f.write_str("{}"),
            Self::Table(table) => {
                let entries: Vec<String> =
                    table.iter().map(|(name, value)| format!("{} = {value}", key(name))).collect();
                write!(f, "{{ {} }}", entries.join(", "))
            }
        }
    }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            it if it.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(it))),
            it => out.push(it),
        }
    }
    out.push('"');
    out
}

/// A key of TOML, in quotes where it needs them.
pub(super) fn key(name: &str) -> String {
    let bare = !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-'));
    if bare { name.to_owned() } else { quoted(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for text in ["\"a\"", "[\"a\", \"b\"]", "{ min = 2, type = \"string\" }", "true", "12.50", "\"a\\\"b\\\\\""] {
            assert_eq!(Value::typed(text).to_string(), text);
        }
        assert_eq!(Value::typed("decimal > 0"), Value::from("decimal > 0"));
    }
}
