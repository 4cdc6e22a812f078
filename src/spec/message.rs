//! Where in the answers something stands.

use std::sync::Arc;

/// One text that answers were read from: a file, standard input, or a `--set` argument.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// What messages call it: the path as given, `<stdin>`, or `--set stack.database=…`.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// A stretch of a [`Source`], as byte offsets into its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The text it lies in.
    pub source: Arc<Source>,
    /// First byte.
    pub start: usize,
    /// One past the last byte; equal to `start` for a point.
    pub end: usize,
}
