//! What the rows of a table must meet. A null meets every check.

use super::ColumnType;
use crate::derive::naming;
use crate::spec::{Bound, Field, FieldKind, NumberLimits, Spec};
use serde::{Deserialize, Serialize};

/// One check on one column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// `ck_…`
    pub name: String,
    /// The column.
    pub column: String,
    /// What its value must meet.
    pub rule: CheckRule,
}

/// What a value must meet. Bounds are written exactly: numbers as decimal numerals, days and moments as JSON has them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckRule {
    /// So many code points, both ends included.
    Length {
        /// At least.
        min: u32,
        /// At most.
        max: u32,
    },
    /// Between two values.
    Range {
        /// How the bounds are written.
        kind: ColumnType,
        /// The lower bound.
        lower: Option<Limit>,
        /// The upper bound.
        upper: Option<Limit>,
    },
    /// One of these texts.
    OneOf(Vec<String>),
    /// A truth value, where the database has no type for it.
    Boolean,
    /// A JSON object.
    Object,
    /// A JSON array of at most so many items.
    Array(u32),
}

/// One end of a range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// As written.
    pub value: String,
    /// Whether the value itself is allowed.
    pub inclusive: bool,
    /// Whether it is not declared but follows from the type (32 bits, the digits of a decimal): a database whose
    /// column types are as narrow need not check it again.
    pub of_type: bool,
}

impl Limit {
    fn inclusive(value: impl Into<String>) -> Self {
        Self { value: value.into(), inclusive: true, of_type: false }
    }

    fn of_type(value: impl Into<String>) -> Self {
        Self { of_type: true, ..Self::inclusive(value) }
    }
}

impl CheckRule {
    /// The last part of the check's name.
    fn suffix(&self) -> &'static str {
        match self {
            Self::Length { .. } => "length",
            Self::Range { .. } => "range",
            Self::OneOf(_) => "values",
            Self::Boolean => "boolean",
            Self::Object => "object",
            Self::Array(_) => "array",
        }
    }

    /// The check of a column of that table.
    pub(super) fn on(self, table: &str, column: &str) -> Check {
        Check { name: naming::constraint("ck", table, &[column, self.suffix()]), column: column.to_owned(), rule: self }
    }
}

/// What the column of a field must meet.
pub(super) fn rule_of(field: &Field, spec: &Spec) -> Option<CheckRule> {
    if let Some(max_items) = field.list {
        return Some(CheckRule::Array(max_items));
    }
    let kind = ColumnType::of(field);
    match &field.kind {
        FieldKind::String { min, max, .. } | FieldKind::Text { min, max } => {
            Some(CheckRule::Length { min: *min, max: *max })
        }
        FieldKind::Email => Some(CheckRule::Length { min: 3, max: 254 }),
        FieldKind::Url => Some(CheckRule::Length { min: 8, max: 2048 }),
        FieldKind::Integer(limits) => Some(range(kind, limits, |end| {
            Some(Limit::of_type(if end == End::Lower { i32::MIN } else { i32::MAX }.to_string()))
        })),
        FieldKind::Long(limits) => Some(range(kind, limits, |end| {
            Some(Limit::inclusive(if end == End::Lower { -MAX_SAFE } else { MAX_SAFE }.to_string()))
        })),
        FieldKind::Float(limits) => {
            let bounded = limits.lower.is_some() || limits.upper.is_some();
            bounded.then(|| range(kind, limits, |_| None))
        }
        FieldKind::Decimal { precision, scale, limits } => {
            let most = most(*precision, *scale);
            Some(range(kind, limits, |end| {
                let sign = if end == End::Lower { "-" } else { "" };
                Some(Limit::of_type(format!("{sign}{most}")))
            }))
        }
        FieldKind::Date { min, max } | FieldKind::DateTime { min, max } => {
            (min.is_some() || max.is_some()).then(|| {
                let limit = |it: &Option<String>| it.as_deref().map(Limit::inclusive);
                CheckRule::Range { kind, lower: limit(min), upper: limit(max) }
            })
        }
        FieldKind::Enum(name) => {
            let values = spec.enumeration(name).map(|it| it.values.iter().map(|value| value.value.clone()).collect());
            values.map(CheckRule::OneOf)
        }
        FieldKind::Boolean => Some(CheckRule::Boolean),
        FieldKind::Json => Some(CheckRule::Object),
        FieldKind::Uuid => None,
    }
}

/// The largest whole number that every JSON reader holds exactly.
const MAX_SAFE: i64 = (1 << 53) - 1;

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Lower,
    Upper,
}

/// The declared bounds; where there is none, that of the type.
fn range(kind: ColumnType, limits: &NumberLimits, of_type: impl Fn(End) -> Option<Limit>) -> CheckRule {
    let declared = |bound: &Option<Bound>| {
        let limit =
            |it: &Bound| Limit { value: it.value.normalize().to_string(), inclusive: it.inclusive, of_type: false };
        bound.as_ref().map(limit)
    };
    CheckRule::Range {
        kind,
        lower: declared(&limits.lower).or_else(|| of_type(End::Lower)),
        upper: declared(&limits.upper).or_else(|| of_type(End::Upper)),
    }
}

/// The largest decimal of that many digits.
fn most(precision: u32, scale: u32) -> String {
    let whole = "9".repeat((precision - scale) as usize);
    let whole = if whole.is_empty() { "0" } else { &whole };
    if scale == 0 { whole.to_owned() } else { format!("{whole}.{}", "9".repeat(scale as usize)) }
}
