//! What a target language asks of names.

use super::Expressions;
use crate::spec::Name;
use serde::Deserialize;
use std::collections::BTreeSet;

/// `languages/<id>.toml`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// What people call it.
    pub title: String,
    /// Words that no name may be.
    pub reserved: BTreeSet<String>,
    /// Appended to a name that is reserved.
    pub reserved_suffix: String,
    /// Fields, variables, functions.
    pub member_case: Casing,
    /// Classes and other types.
    pub type_case: Casing,
    /// Enumeration members and constants.
    pub constant_case: Casing,
    /// Files and packages.
    pub module_case: Casing,
    /// How its files are named: `.py`.
    pub extension: String,
    /// The most blank lines in a row that the formatter leaves.
    pub blank_lines: usize,
    /// Columns of the longest line that the formatter leaves alone.
    pub line_width: usize,
    /// Columns of one step of indentation.
    pub indent: usize,
    /// Whether braces on one line have spaces inside: `{ a: 1 }`.
    #[serde(default)]
    pub brace_spaces: bool,
    /// Whether the formatter takes the quotes from keys that need none: `{ a: 1, "b-c": 2 }`.
    #[serde(default)]
    pub plain_keys: bool,
    /// Whether fields may be called by words that are reserved elsewhere, as in `row.class`.
    #[serde(default)]
    pub reserved_as_members: bool,
    /// How it imports names.
    pub imports: ImportForm,
    /// The literals of truth and nothing.
    pub literals: Literals,
    /// Whether the language's formatter puts a string in the quotes that need fewer escapes; otherwise double ones.
    #[serde(default)]
    pub fewest_escapes: bool,
    /// How it writes expressions; without them, rules, approvals and commands with a condition cannot be printed.
    pub expressions: Option<Expressions>,
}

/// Where the names of an import statement stand, and where the text that statements are sorted by begins.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportForm {
    /// What the names come after.
    pub before: String,
    /// What stands behind the names; nothing where they end the line.
    pub after: String,
    /// The brackets of names that stand on lines of their own.
    pub brackets: [String; 2],
    /// Constants first, then types, then everything else; otherwise by their text alone.
    #[serde(default)]
    pub by_class: bool,
    /// Comments, from here to the end of the line or to the second text.
    pub comments: Vec<Vec<String>>,
}

/// The literals of truth and nothing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Literals {
    /// `true`
    pub r#true: String,
    /// `false`
    pub r#false: String,
    /// `null`
    pub null: String,
}

/// How words are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Casing {
    Camel,
    Pascal,
    Snake,
    Screaming,
    Kebab,
}

impl Casing {
    /// The name in this case.
    pub fn of(self, name: &Name) -> String {
        match self {
            Self::Camel => name.camel(),
            Self::Pascal => name.pascal(),
            Self::Snake => name.snake(),
            Self::Screaming => name.screaming(),
            Self::Kebab => name.kebab(),
        }
    }
}

impl Language {
    /// A rendered file of this language without runs of blank lines that parts left out have left behind.
    pub fn tidy(&self, path: &str, text: String) -> String {
        if !path.ends_with(&self.extension) {
            return text;
        }
        let mut tidy = String::with_capacity(text.len());
        let mut blank = 0;
        for line in text.lines() {
            blank = if line.trim().is_empty() { blank + 1 } else { 0 };
            if blank <= self.blank_lines && (blank == 0 || !tidy.is_empty()) {
                tidy.push_str(line.trim_end());
                tidy.push('\n');
            }
        }
        tidy.truncate(tidy.trim_end().len());
        if !tidy.is_empty() {
            tidy.push('\n');
        }
        tidy
    }

    /// The name of a field that neither `also` nor, where that matters, the language reserves.
    pub fn member(&self, name: &Name, also: &BTreeSet<String>) -> String {
        let mut cased = self.member_case.of(name);
        while (!self.reserved_as_members && self.reserved.contains(&cased)) || also.contains(&cased) {
            cased.push_str(&self.reserved_suffix);
        }
        cased
    }

    /// A name in the given case that neither the language nor `also` reserves.
    pub fn safe(&self, casing: Casing, name: &Name, also: &BTreeSet<String>) -> String {
        let mut cased = casing.of(name);
        while self.reserved.contains(&cased) || also.contains(&cased) {
            cased.push_str(&self.reserved_suffix);
        }
        cased
    }
}
