//! What new columns hold in rows that are there.

use crate::derive::naming;
use crate::derive::schema::{Check, CheckRule, Column, ColumnType, Schema, USERS};
use crate::derive::sql::Dialect;
use crate::spec::{self, Field, Spec};
use std::collections::BTreeMap;

/// Values by table and column, as they are written in a statement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fills(BTreeMap<(String, String), String>);

impl Fills {
    /// The defaults of the answers.
    pub fn defaults(spec: &Spec, dialect: &Dialect) -> Self {
        let mut fills = BTreeMap::new();
        let mut add = |table: &str, fields: &[Field]| {
            for field in fields {
                let kind = ColumnType::of(field);
                let value = match &field.default {
                    Some(spec::Default::Value(value)) => dialect.value(&kind, value),
                    // The moment of the create, which every table of entities knows.
                    Some(spec::Default::Now) => Some(dialect.created(&kind)),
                    None => None,
                };
                if let Some(value) = value {
                    fills.insert((table.to_owned(), field.name.snake()), value);
                }
            }
        };
        for entity in &spec.entities {
            add(&naming::table(entity), &entity.fields);
        }
        add(USERS, &spec.auth.user_fields);
        Self(fills)
    }

    /// Something that meets the checks of each required column of `wanted` that `known` has not: for the way back from a change
    /// that dropped a column, whose values nobody knows any more.
    pub fn neutral(wanted: &Schema, known: &Schema, dialect: &Dialect) -> Self {
        let mut fills = BTreeMap::new();
        for table in &wanted.tables {
            let there = known.table(&table.name);
            for column in table.columns.iter().filter(|it| !it.nullable) {
                if there.is_some_and(|it| it.column(&column.name).is_some()) {
                    continue;
                }
                let check = table.checks.iter().find(|it| it.column == column.name);
                fills.insert((table.name.clone(), column.name.clone()), neutral(column, check, dialect));
            }
        }
        Self(fills)
    }

    /// The value of a column.
    pub fn of(&self, table: &str, column: &str) -> Option<&str> {
        self.0.get(&(table.to_owned(), column.to_owned())).map(String::as_str)
    }
}

/// The plainest value that a column takes, as it is written in a statement.
fn neutral(column: &Column, check: Option<&Check>, dialect: &Dialect) -> String {
    let value = match (&column.kind, check.map(|it| &it.rule)) {
        (_, Some(CheckRule::OneOf(values))) => values.first().map(|it| it.as_str().into()),
        (_, Some(CheckRule::Length { min, .. })) => Some("x".repeat(*min as usize).into()),
        (_, Some(CheckRule::Range { lower, upper, .. })) => {
            let bound = |it: &crate::derive::schema::Limit| it.inclusive && !it.of_type;
            let limit = lower.as_ref().filter(|it| bound(it)).or(upper.as_ref().filter(|it| bound(it)));
            limit.map(|it| it.value.as_str().into())
        }
        _ => None,
    };
    let plain = || match column.kind {
        ColumnType::Uuid => "00000000-0000-0000-0000-000000000000".into(),
        ColumnType::String(_) | ColumnType::Text => "".into(),
        ColumnType::Boolean => false.into(),
        ColumnType::Date => "1970-01-01".into(),
        ColumnType::DateTime => "1970-01-01T00:00:00.000Z".into(),
        ColumnType::Json => match check.map(|it| &it.rule) {
            Some(CheckRule::Array(_)) => serde_json::json!([]),
            _ => serde_json::json!({}),
        },
        ColumnType::Decimal { .. } => "1".into(),
        ColumnType::Integer | ColumnType::Long | ColumnType::Position | ColumnType::Float => 1.into(),
    };
    let value = value.unwrap_or_else(plain);
    dialect.value(&column.kind, &value).unwrap_or_else(|| "NULL".to_owned())
}
