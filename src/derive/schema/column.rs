//! Columns.

use crate::spec::{Field, FieldKind};
use serde::{Deserialize, Serialize};

/// One column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// `snake_case`
    pub name: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: ColumnType,
    /// Whether null is allowed.
    pub nullable: bool,
}

/// What a column holds. Text of every kind compares by code point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// An identifier.
    Uuid,
    /// At most so many code points.
    String(u32),
    /// Text of any length.
    Text,
    /// 32 bits.
    Integer,
    /// 64 bits.
    Long,
    /// 64 bits that the database counts up by itself, row by row.
    Position,
    /// IEEE 754 binary64.
    Float,
    /// Exact.
    Decimal {
        /// Digits in all.
        precision: u32,
        /// Digits after the point.
        scale: u32,
    },
    /// true or false
    Boolean,
    /// A day.
    Date,
    /// A moment, to the millisecond.
    DateTime,
    /// A JSON value: objects, and lists of scalars.
    Json,
}

/// The longest value of an enumeration.
const ENUM_LENGTH: u32 = 40;
/// The longest address that mail carries (RFC 5321).
const EMAIL_LENGTH: u32 = 254;
/// The longest URL that the contract takes.
const URL_LENGTH: u32 = 2048;

impl ColumnType {
    /// The type of a field's column.
    pub fn of(field: &Field) -> Self {
        if field.list.is_some() {
            return Self::Json;
        }
        match &field.kind {
            FieldKind::String { max, .. } => Self::String(*max),
            FieldKind::Text { .. } => Self::Text,
            FieldKind::Integer(_) => Self::Integer,
            FieldKind::Long(_) => Self::Long,
            FieldKind::Float(_) => Self::Float,
            FieldKind::Decimal { precision, scale, .. } => Self::Decimal { precision: *precision, scale: *scale },
            FieldKind::Boolean => Self::Boolean,
            FieldKind::Date { .. } => Self::Date,
            FieldKind::DateTime { .. } => Self::DateTime,
            FieldKind::Uuid => Self::Uuid,
            FieldKind::Email => Self::String(EMAIL_LENGTH),
            FieldKind::Url => Self::String(URL_LENGTH),
            FieldKind::Enum(_) => Self::String(ENUM_LENGTH),
            FieldKind::Json => Self::Json,
        }
    }

    /// The name of the type in `databases/*.toml`.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Uuid => "uuid",
            Self::String(_) => "string",
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Long => "long",
            Self::Position => "position",
            Self::Float => "float",
            Self::Decimal { .. } => "decimal",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::DateTime => "datetime",
            Self::Json => "json",
        }
    }
}
