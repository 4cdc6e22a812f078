//! Fields and what they allow.

use super::Name;
use rust_decimal::Decimal;

/// One field of an entity, of the users, or of a command, job or event's input.
#[derive(Debug, Clone)]
pub struct Field {
    /// As declared; JSON uses the project's case of it.
    pub name: Name,
    /// Type and limits.
    pub kind: FieldKind,
    /// `Some(max_items)` when the value is a list of `kind`.
    pub list: Option<u32>,
    /// Whether null is refused.
    pub required: bool,
    /// Whether no two live rows may hold the same value.
    pub unique: bool,
    /// Whether an index is asked for.
    pub index: bool,
    /// What a create that leaves the field out gets.
    pub default: Option<Default>,
    /// Free text.
    pub doc: Option<String>,
    /// Free text or number as written, checked against the type.
    pub example: Option<serde_json::Value>,
    /// Accepted, never answered.
    pub private: bool,
    /// Answered, never accepted.
    pub read_only: bool,
    /// The former name.
    pub was: Option<String>,
}

/// A value that stands in for one left out. Decimals are held as their canonical string with `scale` digits,
/// everything else as the JSON that the contract would answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Default {
    /// A fixed value.
    Value(serde_json::Value),
    /// The moment (datetime) or UTC day (date) of the create.
    Now,
}

/// Type and limits. Lengths count Unicode code points.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldKind {
    /// Up to 1,000 code points.
    String {
        /// At least (1 for a required field unless the file says 0).
        min: u32,
        /// At most.
        max: u32,
        /// A regular expression searched in the value, as written.
        pattern: Option<String>,
    },
    /// Up to 100,000 code points.
    Text {
        /// At least.
        min: u32,
        /// At most.
        max: u32,
    },
    /// Whole number of 32 bits.
    Integer(NumberLimits),
    /// Whole number within ±(2^53−1).
    Long(NumberLimits),
    /// Finite binary number.
    Float(NumberLimits),
    /// Exact number.
    Decimal {
        /// Digits in all, 1 to 18.
        precision: u32,
        /// Digits after the point.
        scale: u32,
        /// Bounds.
        limits: NumberLimits,
    },
    /// true or false
    Boolean,
    /// `YYYY-MM-DD`; limits in the same form.
    Date {
        /// Not before.
        min: Option<String>,
        /// Not after.
        max: Option<String>,
    },
    /// RFC 3339; limits in canonical form (UTC, `Z`, three fraction digits).
    DateTime {
        /// Not before.
        min: Option<String>,
        /// Not after.
        max: Option<String>,
    },
    /// Lower-case 8-4-4-4-12.
    Uuid,
    /// Trimmed and lower-cased.
    Email,
    /// `http` or `https`.
    Url,
    /// One of an enumeration's values; the name of the [`EnumType`].
    Enum(String),
    /// Any JSON object.
    Json,
}

impl FieldKind {
    /// The id used in the answers file.
    pub fn id(&self) -> &'static str {
        match self {
            Self::String { .. } => "string",
            Self::Text { .. } => "text",
            Self::Integer(_) => "integer",
            Self::Long(_) => "long",
            Self::Float(_) => "float",
            Self::Decimal { .. } => "decimal",
            Self::Boolean => "boolean",
            Self::Date { .. } => "date",
            Self::DateTime { .. } => "datetime",
            Self::Uuid => "uuid",
            Self::Email => "email",
            Self::Url => "url",
            Self::Enum(_) => "enum",
            Self::Json => "json",
        }
    }
}

/// Bounds of a number, as written in the file, exact. At most one lower and one upper bound.
#[derive(Debug, Clone, PartialEq, Eq, std::default::Default)]
pub struct NumberLimits {
    /// Lower bound.
    pub lower: Option<Bound>,
    /// Upper bound.
    pub upper: Option<Bound>,
}

/// One bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// The number.
    pub value: Decimal,
    /// `min`/`max` include it, `above`/`below` do not.
    pub inclusive: bool,
}

/// An enumeration.
#[derive(Debug, Clone)]
pub struct EnumType {
    /// `Category`, or `<Entity><Field>` for one written in a field's line.
    pub name: Name,
    /// Whether it has a name of its own, in `[enums]`.
    pub named: bool,
    /// At least one.
    pub values: Vec<EnumValue>,
}

/// One value of an enumeration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumValue {
    /// What JSON holds.
    pub value: String,
    /// Free text for people.
    pub label: Option<String>,
}
