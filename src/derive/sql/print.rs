//! Statements.

use super::Dialect;
use crate::derive::naming;
use crate::derive::schema::{ForeignKey, Index, Schema, Table, Unique};
use crate::spec::OnDelete;
use std::collections::BTreeSet;

/// The statements that make every table of the model, and its indexes. [`crate::derive::schema::USERS`] must be there.
pub fn create(schema: &Schema, dialect: &Dialect) -> String {
    let late = dialect.late_keys(schema);
    let mut statements = Vec::new();
    for (at, table) in schema.tables.iter().enumerate() {
        statements.push(create_table(at, table, &late, dialect));
        statements.extend(indexes(table, dialect));
    }
    for (at, key) in late {
        let table = &schema.tables[at];
        let key = foreign_key(&table.foreign_keys[key], dialect);
        statements.push(format!("ALTER TABLE {} ADD {key};", dialect.name(&table.name)));
    }
    join(&statements)
}

/// The statements that remove what [`create`] made.
pub fn drop(schema: &Schema, dialect: &Dialect) -> String {
    let mut statements = Vec::new();
    for (at, key) in dialect.late_keys(schema) {
        let table = &schema.tables[at];
        let key = dialect.name(&table.foreign_keys[key].name);
        statements.push(format!("ALTER TABLE {} DROP CONSTRAINT {key};", dialect.name(&table.name)));
    }
    statements.extend(schema.tables.iter().rev().map(|table| format!("DROP TABLE {};", dialect.name(&table.name))));
    join(&statements)
}

fn join(statements: &[String]) -> String {
    let mut text = statements.join("\n");
    text.push('\n');
    text
}

fn create_table(at: usize, table: &Table, late: &BTreeSet<(usize, usize)>, dialect: &Dialect) -> String {
    let mut lines = Vec::new();
    for column in &table.columns {
        let null = if column.nullable { "" } else { " NOT NULL" };
        lines.push(format!("{} {}{null}", dialect.name(&column.name), dialect.type_of(&column.kind)));
    }
    let live = live_column(table, dialect);
    if let Some((name, kind)) = &live {
        lines.push(format!("{} {kind}", dialect.name(name)));
    }
    let key = &table.primary_key;
    lines.push(format!("CONSTRAINT {} PRIMARY KEY {}", dialect.name(&key.name), dialect.names(&key.columns)));
    for unique in &table.uniques {
        if !dialect.is_partial(unique) {
            let mut columns = unique.columns.clone();
            columns.extend(live.iter().filter(|_| unique.live_only).map(|it| it.0.clone()));
            lines.push(format!("CONSTRAINT {} UNIQUE {}", dialect.name(&unique.name), dialect.names(&columns)));
        }
    }
    for (position, key) in table.foreign_keys.iter().enumerate() {
        if !late.contains(&(at, position)) {
            lines.push(foreign_key(key, dialect));
        }
    }
    for check in &table.checks {
        if let Some(condition) = dialect.condition(check) {
            lines.push(format!("CONSTRAINT {} CHECK ({condition})", dialect.name(&check.name)));
        }
    }
    let suffix = if dialect.table_suffix.is_empty() { String::new() } else { format!(" {}", dialect.table_suffix) };
    format!("CREATE TABLE {} (\n    {}\n){suffix};", dialect.name(&table.name), lines.join(",\n    "))
}

fn indexes(table: &Table, dialect: &Dialect) -> Vec<String> {
    let partial = table.uniques.iter().filter(|it| dialect.is_partial(it));
    let partial = partial.map(|it| format!("{};", partial_index(&table.name, it, dialect)));
    partial.chain(table.indexes.iter().map(|it| format!("{};", index(&table.name, it, dialect)))).collect()
}

/// The statement of an index, without its semicolon.
pub(super) fn index(table: &str, index: &Index, dialect: &Dialect) -> String {
    format!("CREATE {}", on(table, &index.name, &index.columns, dialect))
}

/// The same of a key that leaves soft-deleted rows out.
pub(super) fn partial_index(table: &str, unique: &Unique, dialect: &Dialect) -> String {
    let on = on(table, &unique.name, &unique.columns, dialect);
    format!("CREATE UNIQUE {on} WHERE {} IS NULL", dialect.name("deleted_at"))
}

fn on(table: &str, index: &str, columns: &[String], dialect: &Dialect) -> String {
    format!("INDEX {} ON {} {}", dialect.name(index), dialect.name(table), dialect.names(columns))
}

/// The statements that make one table, without their semicolons.
pub(super) fn create_alone(table: &Table, dialect: &Dialect) -> Vec<String> {
    let mut statements = vec![create_table(0, table, &BTreeSet::new(), dialect)];
    statements.extend(indexes(table, dialect));
    statements.into_iter().map(|it| it.trim_end_matches(';').to_owned()).collect()
}

/// Name and type of the column that tells live rows, where the database needs one.
fn live_column(table: &Table, dialect: &Dialect) -> Option<(String, String)> {
    let kind = dialect.live_column.as_ref()?.replace("{deleted_at}", &dialect.name("deleted_at"));
    Some((dialect.live_name(table)?, kind))
}

pub(super) fn foreign_key(key: &ForeignKey, dialect: &Dialect) -> String {
    debug_assert!(key.name.len() <= naming::LONGEST);
    let action = match key.on_delete {
        OnDelete::Restrict => "RESTRICT",
        OnDelete::Cascade => "CASCADE",
        OnDelete::SetNull => "SET NULL",
    };
    format!(
        "CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {} (id) ON DELETE {action}",
        dialect.name(&key.name),
        dialect.name(&key.column),
        dialect.name(&key.table)
    )
}
