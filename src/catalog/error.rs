//! What is wrong with a blueprint tree.

use std::fmt;

/// A mistake of a blueprint's author, with the file that holds it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct CatalogError {
    /// Path below the blueprints folder.
    pub path: String,
    /// What is wrong, a lower-case fragment.
    pub message: String,
}

impl CatalogError {
    /// A mistake in the file at `path`.
    pub fn new(path: impl Into<String>, message: impl fmt::Display) -> Self {
        Self { path: path.into(), message: message.to_string() }
    }
}

impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "blueprints/{}: {}", self.path, self.message)
    }
}
