//! Column types of three databases.

use crate::reading::outline::{Bounds, Type, Word};
use sqlparser::ast::{ArrayElemTypeDef, DataType, EnumMember, ExactNumberInfo};
use std::ops::Range;

/// What a column type is here.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) kind: Option<Type>,
    /// Whether it is a list of them.
    pub(super) list: bool,
    /// Whether the database counts it up.
    pub(super) generated: bool,
    /// The name of a type that the script itself must declare.
    pub(super) named: Option<String>,
    /// What had to be decided.
    pub(super) assumed: Option<&'static str>,
    /// What cannot be carried over.
    pub(super) lost: Option<String>,
}

impl Found {
    fn of(kind: Type) -> Self {
        Self { kind: Some(kind), ..Self::default() }
    }

    fn assumed(kind: Type, text: &'static str) -> Self {
        Self { kind: Some(kind), assumed: Some(text), ..Self::default() }
    }
}

/// Reads a type.
pub(super) fn read(kind: &DataType, span: &Range<usize>) -> Found {
    match kind {
        DataType::Enum(members, _) => Found::of(Type::OneOf(members.iter().map(|it| word(it, span)).collect())),
        DataType::Set(values) => {
            let word = |it: &String| Word { value: it.clone(), label: None, span: span.clone() };
            let kind = Type::OneOf(values.iter().map(word).collect());
            Found { list: true, ..Found::assumed(kind, "a list of its words") }
        }
        DataType::Array(element) => {
            let inner = match element {
                ArrayElemTypeDef::SquareBracket(inner, _)
                | ArrayElemTypeDef::AngleBracket(inner)
                | ArrayElemTypeDef::Parenthesis(inner)
                | ArrayElemTypeDef::ParenthesisNotNull(inner)
                | ArrayElemTypeDef::Qualified(inner, _) => inner,
                ArrayElemTypeDef::None => {
                    return Found { lost: Some("an array of nothing".to_owned()), ..Found::default() };
                }
            };
            if matches!(**inner, DataType::Array(_)) {
                return Found { lost: Some("lists of lists are left out".to_owned()), ..Found::default() };
            }
            Found { list: true, ..read(inner, span) }
        }
        DataType::Custom(name, modifiers) => {
            let modifiers: Vec<String> = modifiers.iter().map(ToString::to_string).collect();
            custom(&super::last(name), &modifiers)
        }
        DataType::Decimal(info) | DataType::Numeric(info) | DataType::Dec(info) => Found::of(decimal(info)),
        other => plain(&other.to_string()),
    }
}

fn word(member: &EnumMember, span: &Range<usize>) -> Word {
    let value = match member {
        EnumMember::Name(name) | EnumMember::NamedValue(name, _) => name.clone(),
    };
    Word { value, label: None, span: span.clone() }
}

fn decimal(info: &ExactNumberInfo) -> Type {
    match info {
        ExactNumberInfo::None => Type::decimal(None, None),
        ExactNumberInfo::Precision(precision) => Type::decimal(Some(*precision), Some(0)),
        ExactNumberInfo::PrecisionAndScale(precision, scale) => {
            Type::decimal(Some(*precision), Some(u64::try_from(*scale).unwrap_or(0)))
        }
    }
}

/// Types that the parser has no name for.
fn custom(name: &str, modifiers: &[String]) -> Found {
    let length = modifiers.first().and_then(|it| it.parse().ok());
    let counted = |kind| Found { generated: true, ..Found::of(kind) };
    match name.to_ascii_lowercase().as_str() {
        "serial" | "serial4" | "smallserial" | "serial2" => counted(Type::integer()),
        "bigserial" | "serial8" => counted(Type::long()),
        "bpchar" | "nvarchar2" | "varchar2" | "nchar" | "bit_varying" => Found::of(Type::string(length)),
        "citext" | "name" | "inet" | "cidr" | "macaddr" | "ltree" => Found::of(Type::string(None)),
        "xml" | "ntext" | "longvarchar" => Found::of(Type::text(None)),
        "money" | "smallmoney" | "currency" => {
            Found::assumed(Type::decimal(None, None), "a decimal, as money must be exact")
        }
        "number" => match (length, modifiers.get(1).and_then(|it| it.parse().ok())) {
            (None, _) => Found::of(Type::decimal(None, None)),
            (precision, scale) => Found::of(Type::decimal(precision, scale.or(Some(0)))),
        },
        "year" => Found::of(Type::integer()),
        "uniqueidentifier" => Found::of(Type::Uuid),
        "datetimeoffset" | "smalldatetime" | "datetime2" => Found::of(Type::DateTime),
        "interval" => Found::assumed(Type::string(Some(40)), "a string, written like `P1DT2H`: there is no such type"),
        _ => Found { named: Some(name.to_owned()), ..Found::default() },
    }
}

/// Types by the words they are written with.
fn plain(text: &str) -> Found {
    let upper = text.to_ascii_uppercase();
    let base: String = upper.split('(').next().unwrap_or_default().trim().to_owned();
    let argument = upper.split_once('(').and_then(|(_, rest)| rest.split([',', ')', ' ']).next()?.trim().parse().ok());
    let unsigned = upper.contains("UNSIGNED");
    let base = base.trim_end_matches(" UNSIGNED").trim_end_matches(" ZEROFILL").trim_end_matches(" SIGNED");
    let whole = |kind: Type| {
        let mut kind = kind;
        if unsigned && let Some(bounds) = kind.bounds_mut() {
            bounds.min = Some("0".to_owned());
        }
        Found::of(kind)
    };
    match base {
        "VARCHAR" | "CHARACTER VARYING" | "CHAR VARYING" | "NVARCHAR" | "STRING" => Found::of(Type::string(argument)),
        // How databases without a type for it keep identifiers.
        "CHAR" | "CHARACTER" if argument == Some(36) => Found::assumed(Type::Uuid, "a UUID, as it has 36 characters"),
        "CHAR" | "CHARACTER" | "NCHAR" => Found::of(Type::string(Some(argument.unwrap_or(1)))),
        "TEXT" | "MEDIUMTEXT" | "LONGTEXT" | "CLOB" | "CHARACTER LARGE OBJECT" | "CHAR LARGE OBJECT" => {
            Found::of(Type::text(argument))
        }
        "TINYTEXT" => Found::of(Type::string(Some(255))),
        "TINYINT" if argument == Some(1) && !unsigned => Found::of(Type::Boolean),
        "TINYINT" | "SMALLINT" | "MEDIUMINT" | "INT2" | "UTINYINT" | "USMALLINT" => whole(Type::integer()),
        "INT" | "INTEGER" | "INT4" | "INT32" if unsigned => whole(Type::long()),
        "INT" | "INTEGER" | "INT4" | "INT32" => whole(Type::integer()),
        "BIGINT" | "INT8" | "INT64" | "UBIGINT" => whole(Type::long()),
        "FLOAT" | "REAL" | "DOUBLE" | "DOUBLE PRECISION" | "FLOAT4" | "FLOAT8" | "FLOAT32" | "FLOAT64" => {
            let mut kind = Type::float();
            if unsigned && let Some(bounds) = kind.bounds_mut() {
                bounds.min = Some("0".to_owned());
            }
            Found::of(kind)
        }
        "DECIMAL" | "NUMERIC" | "DEC" => {
            let scale = upper.split_once(',').and_then(|(_, rest)| rest.split(')').next()?.trim().parse().ok());
            let bounds = Bounds { min: unsigned.then(|| "0".to_owned()), ..Bounds::default() };
            let scale = scale.or(argument.map(|_| 0));
            Found::of(Type::Decimal { precision: argument, scale, bounds })
        }
        "BOOLEAN" | "BOOL" => Found::of(Type::Boolean),
        "BIT" if argument.unwrap_or(1) == 1 => Found::of(Type::Boolean),
        "BIT" | "BIT VARYING" | "VARBIT" => Found::of(Type::string(argument)),
        "DATE" | "DATE32" => Found::of(Type::Date),
        "UUID" => Found::of(Type::Uuid),
        "JSON" | "JSONB" => Found::of(Type::Json),
        "YEAR" => Found::of(Type::integer()),
        "INTERVAL" => Found::assumed(Type::string(Some(40)), "a string, written like `P1DT2H`: there is no such type"),
        "" => Found::assumed(Type::text(None), "a text, as no type is said"),
        it if it.starts_with("DATETIME") || it.starts_with("TIMESTAMP") => Found::of(Type::DateTime),
        it if it.starts_with("TIME") => {
            Found::assumed(Type::string(Some(40)), "a string, written like `09:30`: there is no such type")
        }
        it if it.contains("BLOB") || it.contains("BINARY") || matches!(it, "BYTEA" | "BYTES" | "IMAGE") => {
            Found { lost: Some("binary data is left out: there is no such type".to_owned()), ..Found::default() }
        }
        _ => Found { lost: Some(format!("the type `{text}` is left out")), ..Found::default() },
    }
}
