//! One tree for all formats, every key and value with its place.

mod include;
mod json;
mod overrides;
mod preset;
mod size;
mod toml;
mod yaml;

pub(super) use include::merge;
pub(super) use overrides::{absent, apply};
pub(super) use preset::{explain, lay_beneath};
pub(super) use size::limit;

use super::{Format, Input, Problem};
use crate::spec::{Place, Source};
use indexmap::IndexMap;
use size::Document;
use std::ops::Range;
use std::sync::Arc;

/// Tables and arrays may be nested this deep.
const DEEPEST: usize = 64;

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) place: Place,
}

/// What all formats have in common. Dates of TOML are strings here.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Null,
    Boolean(bool),
    /// In the form `-12.50` or `1.5e-7`, digits as written.
    Number(String),
    String(String),
    Array(Vec<Node>),
    Table(Table),
}

/// Keys in the order of the text.
pub(crate) type Table = IndexMap<String, Entry>;

/// What a key leads to.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: Place,
    pub(crate) node: Node,
}

/// Reads one text; on errors of syntax there may be several.
pub(super) fn parse(input: &Input) -> Result<Node, Vec<Problem>> {
    let input = &input.clone().without_mark();
    match input.format {
        Format::Toml => toml::parse(&input.source),
        Format::Yaml => yaml::parse(&input.source, Document::Answers).map_err(|problem| vec![problem]),
        Format::Json => json::parse(&input.source, Document::Answers).map_err(|problem| vec![problem]),
    }
}

/// Reads a YAML or JSON document of somebody else, where keys such as `200` may stand without quotes.
pub(crate) fn parse_foreign(source: &Arc<Source>, format: Format) -> Result<Node, Problem> {
    match format {
        Format::Json => json::parse(source, Document::Foreign),
        Format::Toml | Format::Yaml => yaml::parse(source, Document::Foreign),
    }
}

pub(super) fn place(source: &Arc<Source>, range: Range<usize>) -> Place {
    Place { source: Arc::clone(source), start: range.start, end: range.end }
}

impl Node {
    /// `a string`, `a number`, …
    pub(crate) fn describe(&self) -> &'static str {
        match &self.value {
            Value::Null => "null",
            Value::Boolean(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "a list",
            Value::Table(_) => "a table",
        }
    }

    /// Whether this is a table with that key.
    pub(super) fn has(&self, key: &str) -> bool {
        matches!(&self.value, Value::Table(table) if table.contains_key(key))
    }

    /// The place of a stretch of this string: exact where the text holds the string byte for byte, else all of it.
    pub(super) fn inside(&self, range: Range<usize>) -> Place {
        self.stretch(self.verbatim(), range)
    }

    /// The same, with what [`Self::verbatim`] gave: it looks at the whole string, which may be long.
    pub(super) fn stretch(&self, start: Option<usize>, range: Range<usize>) -> Place {
        match start {
            Some(start) => place(&self.place.source, start + range.start..start + range.end),
            None => self.place.clone(),
        }
    }

    /// Where this string begins in the text, when the text holds it byte for byte.
    pub(super) fn verbatim(&self) -> Option<usize> {
        let Value::String(value) = &self.value else { return None };
        let raw = self.place.source.text.get(self.place.start..self.place.end).unwrap_or_default();
        for quote in ["\"\"\"", "'''", "\"", "'", ""] {
            let inner = raw.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
            if inner == Some(value.as_str()) {
                return Some(self.place.start + quote.len());
            }
        }
        None
    }
}

/// A number's text without signs, underscores and prefixes that only some formats have.
fn plain_number(text: &str) -> String {
    let text: String = text.chars().filter(|it| *it != '_').collect();
    let text = text.strip_prefix('+').unwrap_or(&text);
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let radix = match digits.get(..2) {
        Some("0x") => 16,
        Some("0o") => 8,
        Some("0b") => 2,
        _ => return format!("{sign}{digits}"),
    };
    match i128::from_str_radix(&digits[2..], radix) {
        Ok(number) => format!("{sign}{number}"),
        Err(_) => format!("{sign}{digits}"),
    }
}
