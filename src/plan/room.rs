//! What has no room in the tables of the chosen database: keys and rows that it would refuse when they are made.

use crate::catalog::Catalog;
use crate::derive::schema::{self, ColumnType, Table};
use crate::derive::sql::{Dialect, Limits};
use crate::spec::Spec;

/// A lower-case fragment for each key and each row that is too long; nothing where the database sets no limit.
pub(super) fn problems(spec: &Spec, catalog: &Catalog) -> Vec<String> {
    let database = &spec.stack.database;
    let dialect = catalog.databases.get(database).and_then(|table| Dialect::read(table).ok());
    let Some(limits) = dialect.and_then(|it| it.limits) else {
        return Vec::new();
    };
    let mut tables = schema::schema(spec).tables;
    tables.push(schema::users(spec));
    tables.iter().flat_map(|table| of_table(database, table, limits)).collect()
}

fn of_table(database: &str, table: &Table, limits: Limits) -> Vec<String> {
    let uniques = table.uniques.iter().map(|it| &it.columns);
    let keys = uniques.chain(table.indexes.iter().map(|it| &it.columns));
    let mut problems = Vec::new();
    for columns in keys {
        let bytes: u32 = columns.iter().filter_map(|name| table.column(name)).map(|it| in_key(&it.kind)).sum();
        if bytes > limits.key {
            problems.push(format!(
                "{database} has no room for a key on {} of {}: {bytes} bytes, at most {}; give a smaller `max`",
                columns.join(", "),
                table.name,
                limits.key
            ));
        }
    }
    let bytes: u32 = table.columns.iter().map(|it| in_row(&it.kind, limits)).sum();
    if bytes > limits.row {
        problems.push(format!(
            "{database} has no room for a row of {}: {bytes} bytes, at most {}; give smaller `max`, or `text` fields",
            table.name, limits.row
        ));
    }
    problems
}

/// The bytes of a column in a key: four for each code point.
fn in_key(kind: &ColumnType) -> u32 {
    match kind {
        ColumnType::String(length) => length * 4,
        ColumnType::Text | ColumnType::Json => LONGEST,
        _ => SCALAR,
    }
}

/// The bytes of a column in a row. Text that fits in no key is kept elsewhere.
fn in_row(kind: &ColumnType, limits: Limits) -> u32 {
    match kind {
        ColumnType::String(length) if length * 4 <= limits.key => length * 4 + 2,
        ColumnType::String(_) | ColumnType::Text | ColumnType::Json => 12,
        _ => SCALAR,
    }
}

/// The longest of them is an identifier.
const SCALAR: u32 = 36;
/// A text of 100,000 code points.
const LONGEST: u32 = 400_000;
