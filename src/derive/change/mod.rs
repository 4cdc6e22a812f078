//! What turns one data model into another: alterations in an order in which they can be made, with rows in the tables.
//!
//! Databases that change tables in place get each change by itself. The others make the changed table anew, copy its rows
//! and exchange the two ([SQLite, "Making Other Kinds Of Table Schema Changes"](https://www.sqlite.org/lang_altertable.html)).

mod convert;
mod fill;
mod in_place;
mod rebuild;
mod renames;

pub use fill::Fills;
pub use renames::{Renames, former, renames};

use super::schema::{Check, Column, ForeignKey, Index, Schema, Table, Unique};
use super::sql::Dialect;
use convert::conversion;
use std::collections::BTreeSet;

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alteration {
    /// Nothing is done when the query has a row: what it finds is in the way.
    Refuse {
        /// What must hold, for people.
        message: String,
        /// Its rows are those that are in the way.
        query: String,
    },
    /// A statement on rows.
    Run(String),
    /// A table gets another name.
    RenameTable {
        /// Now.
        from: String,
        /// Then.
        to: String,
    },
    /// A column gets another name.
    RenameColumn {
        /// The table.
        table: String,
        /// Now.
        from: String,
        /// Then.
        to: String,
    },
    /// A primary key gets another name.
    RenameKey {
        /// The table.
        table: String,
        /// Now.
        from: String,
        /// Then.
        to: String,
    },
    /// A table with all that belongs to it, but for the foreign keys that are left out of it.
    CreateTable(Box<Table>),
    /// A table goes.
    DropTable(String),
    /// A column, always one that may be null.
    AddColumn(String, Column),
    /// A column's type or whether it may be null changes: the old one, the new one.
    ChangeColumn(String, Column, Column),
    /// A column goes.
    DropColumn(String, String),
    /// The column that tells live rows, in a table that needs it now.
    AddLive(String, String),
    /// A key; the column that tells live rows is among its columns where it needs one.
    AddUnique(String, Unique),
    /// A key goes; its columns are those of the model.
    DropUnique(String, Unique),
    /// A foreign key.
    AddForeignKey(String, ForeignKey),
    /// A foreign key goes.
    DropForeignKey(String, String),
    /// A check.
    AddCheck(String, Check),
    /// A check goes.
    DropCheck(String, Check),
    /// An index.
    AddIndex(String, Index),
    /// An index goes.
    DropIndex(String, Index),
}

/// Why there are no alterations.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Impossible {
    /// Rows that are there would have no value.
    #[error(
        "`{0}.{1}` is required, and rows that are there would have no value for it: give it a default, or make it optional"
    )]
    NoValue(String, String),
    /// Values cannot be carried over.
    #[error(
        "`{table}.{column}` cannot become {to}, it is {from}: its values cannot be carried over; add a field of another name instead"
    )]
    NoConversion {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Its type now.
        from: String,
        /// Its type then.
        to: String,
    },
}

/// What there is and what is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Models<'a> {
    /// Now.
    pub old: &'a Schema,
    /// Then.
    pub new: &'a Schema,
    /// What only gets another name.
    pub renames: &'a Renames,
    /// The values of new columns in rows that are there.
    pub fills: &'a Fills,
}

impl Models<'_> {
    /// The tables, and the columns as `table.column`, that are no longer there, not even under another name.
    pub fn dropped(&self) -> Vec<String> {
        let mut dropped = Vec::new();
        for old in &self.old.tables {
            let Some(new) = self.new.tables.iter().find(|it| self.renames.table_before(&it.name) == old.name) else {
                dropped.push(old.name.clone());
                continue;
            };
            let kept: BTreeSet<&str> =
                new.columns.iter().map(|it| self.renames.column_before(&new.name, &it.name)).collect();
            let gone = old.columns.iter().filter(|it| !kept.contains(it.name.as_str()));
            dropped.extend(gone.map(|it| format!("{}.{}", old.name, it.name)));
        }
        dropped
    }
}

/// The alterations that turn `old` into `new`.
pub fn alterations(models: &Models<'_>, dialect: &Dialect) -> Result<Vec<Alteration>, Vec<Impossible>> {
    let pairs = pairs(models, dialect)?;
    let mut alterations: Vec<Alteration> = pairs.iter().flat_map(|it| it.refusals(models, dialect)).collect();
    if dialect.change.is_some() {
        alterations.extend(in_place::alterations(models, &pairs, dialect));
    } else {
        alterations.extend(rebuild::alterations(models, &pairs, dialect));
    }
    Ok(alterations)
}

/// A table that is on both sides.
struct Pair<'a> {
    old: &'a Table,
    new: &'a Table,
    columns: Vec<ColumnPair<'a>>,
    /// The columns that are dropped.
    dropped: Vec<&'a Column>,
}

/// A column of the new table.
struct ColumnPair<'a> {
    new: &'a Column,
    /// The same column before.
    old: Option<&'a Column>,
    /// What rows that are there get where they have no value.
    fill: Option<&'a str>,
}

fn pairs<'a>(models: &Models<'a>, dialect: &Dialect) -> Result<Vec<Pair<'a>>, Vec<Impossible>> {
    let mut impossible = Vec::new();
    let mut pairs = Vec::new();
    for new in &models.new.tables {
        let Some(old) = models.old.table(models.renames.table_before(&new.name)) else { continue };
        let mut columns = Vec::new();
        for column in &new.columns {
            let before = old.column(models.renames.column_before(&new.name, &column.name));
            let fill = models.fills.of(&new.name, &column.name);
            if before.is_none() && !column.nullable && fill.is_none() {
                impossible.push(Impossible::NoValue(new.name.clone(), column.name.clone()));
            }
            if let Some(before) = before
                && conversion(&before.kind, &column.kind, dialect).is_none()
            {
                impossible.push(Impossible::NoConversion {
                    table: new.name.clone(),
                    column: column.name.clone(),
                    from: before.kind.id().to_owned(),
                    to: column.kind.id().to_owned(),
                });
            }
            columns.push(ColumnPair { new: column, old: before, fill });
        }
        let kept: BTreeSet<&str> = columns.iter().filter_map(|it| Some(it.old?.name.as_str())).collect();
        let dropped = old.columns.iter().filter(|it| !kept.contains(it.name.as_str())).collect();
        pairs.push(Pair { old, new, columns, dropped });
    }
    if impossible.is_empty() { Ok(pairs) } else { Err(impossible) }
}

impl Pair<'_> {
    /// Whether anything but the table's name differs.
    fn differs(&self) -> bool {
        self.columns_differ()
            || self.old.primary_key != self.new.primary_key
            || self.old.uniques != self.new.uniques
            || self.old.foreign_keys != self.new.foreign_keys
            || self.old.checks != self.new.checks
            || self.old.indexes != self.new.indexes
    }

    fn columns_differ(&self) -> bool {
        !self.dropped.is_empty() || self.columns.iter().any(|it| it.old != Some(it.new))
    }

    /// What must hold for the rows that are there, asked before anything is done.
    fn refusals(&self, models: &Models<'_>, dialect: &Dialect) -> Vec<Alteration> {
        let mut found = Vec::new();
        let table = dialect.name(&self.old.name);
        let key: Vec<_> = self.old.primary_key.columns.iter().map(|it| dialect.name(it)).collect();
        let mut refuse = |message: String, condition: &str| {
            let query = format!("SELECT {} FROM {table} WHERE {condition} LIMIT 5", key.join(", "));
            found.push(Alteration::Refuse { message, query });
        };
        for column in &self.columns {
            let Some(old) = column.old else { continue };
            let (name, said) = (dialect.name(&old.name), format!("{}.{}", self.new.name, column.new.name));
            if old.nullable && !column.new.nullable && column.fill.is_none() {
                refuse(format!("{said} becomes required; these rows have no value for it"), &format!("{name} IS NULL"));
            }
            let conversion = conversion(&old.kind, &column.new.kind, dialect).expect("it was looked at");
            if let Some(condition) = conversion.refused(&name) {
                refuse(
                    format!("{said} becomes {}; these rows have values that do not fit", column.new.kind.id()),
                    &condition,
                );
            }
            let rule = |table: &super::schema::Table, column: &str| {
                table.checks.iter().filter(|it| it.column == column).map(|it| it.rule.clone()).collect::<Vec<_>>()
            };
            if rule(self.old, &old.name) == rule(self.new, &column.new.name) {
                continue;
            }
            for check in self.new.checks.iter().filter(|it| it.column == column.new.name) {
                if let Some(condition) = dialect.condition_on(check, &conversion.value(&name)) {
                    let told = dialect.condition(check).unwrap_or_default();
                    let message = format!("{said} must meet {told}; these rows do not");
                    refuse(message, &format!("NOT ({condition})"));
                }
            }
        }
        let before = |it: &String| models.renames.column_before(&self.new.name, it).to_owned();
        for unique in &self.new.uniques {
            let columns: Vec<String> = unique.columns.iter().map(before).collect();
            let same = |it: &&Unique| it.columns == columns && it.live_only == unique.live_only;
            let known = columns.iter().all(|it| self.old.column(it).is_some());
            if !known || self.old.uniques.iter().any(|it| same(&it)) {
                continue;
            }
            let names: Vec<_> = columns.iter().map(|it| dialect.name(it)).collect();
            let mut conditions: Vec<_> = names.iter().map(|it| format!("{it} IS NOT NULL")).collect();
            if unique.live_only && self.old.column("deleted_at").is_some() {
                conditions.push(format!("{} IS NULL", dialect.name("deleted_at")));
            }
            let (names, conditions) = (names.join(", "), conditions.join(" AND "));
            found.push(Alteration::Refuse {
                message: format!(
                    "{} of {} must be unique; these are there more than once",
                    unique.columns.join(", "),
                    self.new.name
                ),
                query: format!(
                    "SELECT {names} FROM {table} WHERE {conditions} GROUP BY {names} HAVING count(*) > 1 LIMIT 5"
                ),
            });
        }
        found
    }
}
