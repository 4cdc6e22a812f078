//! Expressions of rules, approvals and commands: read, and typed against the fields they speak of.
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

mod parse;
mod token;
mod typing;

use crate::spec::{EnumType, Expression, ValueType};

/// What an expression may speak of.
#[derive(Debug, Clone)]
pub struct Scope<'a> {
    /// The fields and reference keys of the row: name, type, whether it can be null. A type of `None` is a field that
    /// no expression can use (a list or an object).
    pub fields: Vec<(String, Option<ValueType>, bool)>,
    /// Whether there is a row before the write.
    pub old: bool,
    /// Whether callers have accounts.
    pub actor: bool,
    /// The enumerations that types refer to.
    pub enums: &'a [EnumType],
}

/// What is wrong, as a range of bytes of the expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpressionError {
    /// A lower-case fragment.
    pub message: String,
    /// What is allowed, what to do.
    pub notes: Vec<String>,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// The deepest nesting.
const DEPTH: usize = 64;

/// Reads a condition: an expression that is true, false or unknown.
pub fn condition(text: &str, scope: &Scope) -> Result<Expression, ExpressionError> {
    let tree = parse::parse(text)?;
    let typed = typing::typed(&tree, scope)?;
    if typed.value_type == ValueType::Boolean {
        return Ok(typed);
    }
    Err(ExpressionError {
        message: format!("expected a condition, found {}", typing::describe(&typed.value_type)),
        notes: vec!["compare it with something, for example `price > 0`".to_owned()],
        start: tree.start,
        end: tree.end,
    })
}

#[cfg(test)]
mod tests;
