//! Values as they are written in statements.

use super::Dialect;
use super::check::{scaled, text};
use crate::derive::schema::ColumnType;
use serde_json::Value;

impl Dialect {
    /// A value in JSON, as the contract answers it, of a column of that type; nothing where it is none.
    pub fn value(&self, kind: &ColumnType, value: &Value) -> Option<String> {
        Some(match kind {
            ColumnType::Uuid | ColumnType::String(_) | ColumnType::Text => text(value.as_str()?),
            ColumnType::Integer | ColumnType::Long | ColumnType::Position | ColumnType::Float => match value {
                Value::Number(number) => number.to_string(),
                other => other.as_str()?.to_owned(),
            },
            ColumnType::Decimal { scale, .. } => {
                let number = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                if self.scaled_decimals { scaled(&number, *scale) } else { number }
            }
            ColumnType::Boolean => if value.as_bool()? { "TRUE" } else { "FALSE" }.to_owned(),
            ColumnType::Date => self.literals.date.replace("{date}", value.as_str()?),
            ColumnType::DateTime => {
                let (date, time) = value.as_str()?.trim_end_matches('Z').split_once('T')?;
                let pattern = self.literals.datetime_value.as_ref().unwrap_or(&self.literals.datetime);
                pattern.replace("{date}", date).replace("{time}", time)
            }
            ColumnType::Json => text(&value.to_string()),
        })
    }

    /// When a row was made: its moment, or its day.
    pub fn created(&self, kind: &ColumnType) -> String {
        let created = self.name("created_at");
        if *kind == ColumnType::Date { self.literals.created_day.replace("{column}", &created) } else { created }
    }
}
