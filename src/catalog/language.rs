//! What a target language asks of names.

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
    /// Columns of the longest line that the formatter leaves alone.
    pub line_width: usize,
    /// The literals of truth and nothing.
    pub literals: Literals,
    /// Whether the language's formatter puts a string in the quotes that need fewer escapes; otherwise double ones.
    #[serde(default)]
    pub fewest_escapes: bool,
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
    /// A name in the given case that neither the language nor `also` reserves.
    pub fn safe(&self, casing: Casing, name: &Name, also: &BTreeSet<String>) -> String {
        let mut cased = casing.of(name);
        while self.reserved.contains(&cased) || also.contains(&cased) {
            cased.push_str(&self.reserved_suffix);
        }
        cased
    }
}
