//! The expressions of rules, approvals and commands: text → tokens → tree → typed tree.
//!
//! ```text
//! or         := and ("or" and)*
//! and        := not ("and" not)*
//! not        := "not" not | comparison
//! comparison := sum (("==" | "!=" | "<" | "<=" | ">" | ">=") sum | "in" "[" sum ("," sum)* "]")?
//! sum        := product (("+" | "-") product)*
//! product    := unary ("*" unary)*
//! unary      := "-" unary | primary
//! primary    := number | string | "true" | "false" | "null" | "now" | "actor.id" | "actor.role"
//!             | name | "new." name | "old." name | "(" or ")"
//! ```

mod lexer;
mod parser;
mod scope;
mod typing;

pub(super) use scope::{Column, Scope};

use crate::spec::Expression;
use std::ops::Range;

/// What is wrong with an expression, and where in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) message: String,
    pub(super) range: Range<usize>,
    pub(super) label: Option<String>,
    pub(super) notes: Vec<String>,
}

impl Fault {
    fn new(message: impl Into<String>, range: Range<usize>) -> Self {
        Self { message: message.into(), range, label: None, notes: Vec::new() }
    }

    fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}

/// Parses and types a condition.
///
/// `Ok(None)`: it names a column that is itself faulty, which is reported elsewhere.
pub(super) fn condition(text: &str, scope: &Scope<'_>) -> Result<Option<Expression>, Vec<Fault>> {
    let tree =
        lexer::tokens(text).and_then(|tokens| parser::parse(&tokens, text.len())).map_err(|fault| vec![fault])?;
    typing::condition(&tree, scope)
}

#[cfg(test)]
mod tests;
