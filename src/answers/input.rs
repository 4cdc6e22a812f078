//! The texts that answers are read from.

use super::Problem;
use crate::spec::{Place, Source};
use std::sync::Arc;

/// One text and its format.
#[derive(Debug, Clone)]
pub struct Input {
    /// The text and what messages call it.
    pub source: Arc<Source>,
    /// How to read it.
    pub format: Format,
}

/// The formats that carry the same tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// TOML 1.1
    Toml,
    /// YAML 1.2, core schema
    Yaml,
    /// JSON, strict
    Json,
}

/// Why the files of an include pattern cannot be had.
#[derive(Debug, Clone)]
pub enum IncludeError {
    /// A reason, reported at the pattern: `permission denied`.
    Message(String),
    /// A problem of the file itself, such as invalid UTF-8.
    Problem(Box<Problem>),
}

impl Input {
    /// Takes the bytes of a file; a byte order mark is dropped, invalid UTF-8 refused where it stands.
    pub fn from_bytes(name: impl Into<String>, format: Format, bytes: Vec<u8>) -> Result<Self, Problem> {
        let name = name.into();
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::from_text(name, format, text)),
            Err(error) => {
                let start = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                let end = start + char::REPLACEMENT_CHARACTER.len_utf8();
                let place = Place { source: Arc::new(Source { name, text }), start, end };
                Err(Problem::new("the file is not valid UTF-8", place).note("save it as UTF-8"))
            }
        }
    }

    /// Whether this can be the main file of answers; an included one has neither `project` nor `stack`.
    pub fn is_whole(&self) -> bool {
        let root = super::tree::parse(self);
        let keys = |key: &str| matches!(&root, Ok(node) if node.has(key));
        root.is_err() || keys("project") || keys("stack")
    }

    /// The same without a byte order mark.
    pub(super) fn without_mark(self) -> Self {
        if self.source.text.starts_with('\u{feff}') {
            return Self::from_text(self.source.name.clone(), self.format, self.source.text.clone());
        }
        self
    }

    /// Takes a text; a byte order mark is dropped.
    pub fn from_text(name: impl Into<String>, format: Format, mut text: String) -> Self {
        if text.starts_with('\u{feff}') {
            text.drain(..'\u{feff}'.len_utf8());
        }
        Self { source: Arc::new(Source { name: name.into(), text }), format }
    }
}

impl Format {
    /// The format of a text without a name (standard input): JSON starts with a brace, TOML with a table or a
    /// `key = value`; anything else is read as YAML.
    pub fn guess(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
        let Some(first) = lines.into_iter().find(|line| !line.is_empty() && !line.starts_with('#')) else {
            return Self::Toml;
        };
        if first.starts_with('{') {
            return Self::Json;
        }
        let key = first.split_once('=').map(|(key, _)| key.trim());
        let toml = first.starts_with('[') || key.is_some_and(|key| !key.is_empty() && !key.contains(": "));
        if toml { Self::Toml } else { Self::Yaml }
    }

    /// The format that a file's name promises.
    pub fn of(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        match extension.to_ascii_lowercase().as_str() {
            "toml" => Some(Self::Toml),
            "yaml" | "yml" => Some(Self::Yaml),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}
