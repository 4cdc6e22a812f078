//! Values of one type as values of another.

use crate::derive::schema::ColumnType;
use crate::derive::sql::Dialect;

/// How values are carried over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Conversion {
    /// The value, with `{column}`.
    value: String,
    /// What values cannot be, with `{column}`.
    refused: Option<String>,
}

impl Conversion {
    /// The value of a column whose name is written like this.
    pub(super) fn value(&self, column: &str) -> String {
        self.value.replace("{column}", column)
    }

    /// The condition that values which do not fit meet.
    pub(super) fn refused(&self, column: &str) -> Option<String> {
        self.refused.as_ref().map(|it| it.replace("{column}", column))
    }
}

/// The largest and the smallest whole number of 32 bits.
const NARROW: &str = "{column} NOT BETWEEN -2147483648 AND 2147483647";

/// How values of `from` become values of `to`; nothing where they cannot.
pub(super) fn conversion(from: &ColumnType, to: &ColumnType, dialect: &Dialect) -> Option<Conversion> {
    use ColumnType::{Decimal, Float, Integer, Long, String, Text, Uuid};
    let conversion =
        |value: &str, refused: Option<std::string::String>| Some(Conversion { value: value.to_owned(), refused });
    let cast = |to: &str| format!("CAST({{column}} AS {to})");
    let power = |digits: u32| format!("1{}", "0".repeat(digits as usize));
    match (from, to) {
        (from, to) if from == to => conversion("{column}", None),
        // The check of the length sees to values that are too long.
        (String(_) | Text, String(_) | Text) | (Integer, Long) => conversion("{column}", None),
        (Long, Integer) => conversion("{column}", Some(NARROW.to_owned())),
        (Integer | Long, Decimal { precision, scale }) => {
            let most = power(precision - scale);
            let refused = Some(format!("{{column}} <= -{most} OR {{column}} >= {most}"));
            if dialect.scaled_decimals {
                conversion(&format!("{{column}} * {}", power(*scale)), refused)
            } else {
                conversion("{column}", refused)
            }
        }
        (Decimal { scale: before, .. }, Decimal { precision, scale }) => {
            if dialect.scaled_decimals {
                let most = power(*precision);
                let (value, exact) = if scale >= before {
                    (format!("{{column}} * {}", power(scale - before)), None)
                } else {
                    let by = power(before - scale);
                    (format!("{{column}} / {by}"), Some(format!("{{column}} % {by} <> 0")))
                };
                let range = format!("({value}) <= -{most} OR ({value}) >= {most}");
                return conversion(&value, Some(exact.map_or(range.clone(), |exact| format!("{exact} OR {range}"))));
            }
            let most = power(precision - scale);
            let refused =
                format!("round({{column}}, {scale}) <> {{column}} OR {{column}} <= -{most} OR {{column}} >= {most}");
            conversion("{column}", Some(refused))
        }
        (Integer | Long, Float) if dialect.wide_types => conversion(&cast("REAL"), None),
        (Integer | Long, Float) => conversion("{column}", None),
        (Integer | Long | Uuid, String(_) | Text) if dialect.wide_types => conversion(&cast("TEXT"), None),
        (Integer | Long | Uuid, String(_) | Text) => conversion("{column}", None),
        _ => None,
    }
}
