//! What an expression may speak of.

use crate::spec::{EnumType, Subject, ValueType};
use indexmap::IndexMap;

/// The rows, callers and enumerations in reach.
#[derive(Debug)]
pub(in crate::answers) struct Scope<'a> {
    /// By name in an expression.
    pub(in crate::answers) columns: &'a IndexMap<String, Column>,
    /// The row that a bare name means.
    pub(in crate::answers) bare: Subject,
    /// Why `new.x` is not possible, where it is not.
    pub(in crate::answers) no_new: Option<&'static str>,
    /// Why `old.x` is not possible, where it is not.
    pub(in crate::answers) no_old: Option<&'static str>,
    /// Whether there are accounts.
    pub(in crate::answers) auth: bool,
    /// Every role.
    pub(in crate::answers) roles: &'a [String],
    /// Every enumeration.
    pub(in crate::answers) enums: &'a [EnumType],
}

/// A name that stands for a value of the row.
#[derive(Debug, Clone)]
pub(in crate::answers) enum Column {
    /// Of this type; may be null.
    Value {
        /// The declared field, or the key of a reference in `camelCase`.
        name: String,
        value_type: ValueType,
        nullable: bool,
    },
    /// Cannot be used, with the reason.
    Unusable(String),
    /// Refused elsewhere.
    Broken,
}
