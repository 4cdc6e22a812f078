//! The data model, for frameworks whose migrations are code: tables in the order they are made.

use super::super::MigrationHead;
use super::super::derived;
use super::{Contexts, Failure};
use crate::derive::change::Alteration;
use crate::derive::schema::{Column, ColumnType, Schema, Table};
use crate::derive::sql::Dialect;
use crate::spec::OnDelete;
use rayon::prelude::*;
use serde_json::{Map, Value, json};

impl Contexts<'_> {
    /// Every table as templates see it. A foreign key whose target is made later is `late` where the database must add it
    /// afterwards.
    pub(super) fn tables(&self, schema: &Schema, dialect: &Dialect) -> Result<Vec<Value>, Failure> {
        let late = dialect.late_keys(schema);
        let tables = schema.tables.par_iter().enumerate();
        tables.map(|(at, table)| self.table(table, dialect, &|key| late.contains(&(at, key)))).collect()
    }

    pub(super) fn table(
        &self,
        table: &Table,
        dialect: &Dialect,
        late: &dyn Fn(usize) -> bool,
    ) -> Result<Value, Failure> {
        let columns = table.columns.iter().map(|column| self.column(column)).collect::<Result<Vec<_>, _>>()?;
        let keys = table.foreign_keys.iter().enumerate().map(|(at, key)| {
            json!({
                "name": key.name, "column": key.column, "table": key.table, "late": late(at),
                "on_delete": key.on_delete.id(), "on_delete_sql": on_delete_sql(key.on_delete),
            })
        });
        let prefix = format!("ck_{}_", table.name);
        let checks = table.checks.iter().filter_map(|check| {
            let condition = dialect.condition(check)?;
            let short = check.name.strip_prefix(&prefix).unwrap_or(&check.name);
            // A condition holds patterns and values of enumerations: free text to the syntax it is printed in.
            Some(json!({ "name": check.name, "short": short, "column": check.column, "sql": super::text(Some(&condition)) }))
        });
        let live = dialect.live_name(table);
        let uniques = table.uniques.iter().map(|it| {
            let joined = live.iter().filter(|_| it.live_only);
            let columns: Vec<_> = it.columns.iter().chain(joined).collect();
            json!({ "name": it.name, "columns": columns, "live_only": it.live_only && live.is_none() })
        });
        let indexes = table.indexes.iter().map(|it| json!({ "name": it.name, "columns": it.columns }));
        // Those that every table of entities has belong to the framework's own base class.
        let own = |columns: &[String]| columns != ["created_at"] && columns != ["owner_id"];
        let own_indexes: Vec<_> =
            indexes.clone().zip(&table.indexes).filter(|(_, it)| own(&it.columns)).map(|(it, _)| it).collect();
        Ok(json!({
            "name": table.name,
            "columns": columns,
            "primary_key": { "name": table.primary_key.name, "columns": table.primary_key.columns },
            "uniques": uniques.collect::<Vec<_>>(),
            "foreign_keys": keys.collect::<Vec<_>>(),
            "checks": checks.collect::<Vec<_>>(),
            "live": live,
            "counted": table.columns.iter().any(|it| it.kind == ColumnType::Position),
            "has_keys": !table.uniques.is_empty() || !own_indexes.is_empty(),
            "indexes": indexes.collect::<Vec<_>>(),
            "own_indexes": own_indexes,
        }))
    }

    fn column(&self, column: &Column) -> Result<Value, Failure> {
        let (length, precision, scale) = match &column.kind {
            ColumnType::String(length) => (Some(length), None, None),
            ColumnType::Decimal { precision, scale } => (None, Some(precision), Some(scale)),
            _ => (None, None, None),
        };
        let mut value = Map::from_iter([
            ("name".to_owned(), json!(column.name)),
            ("kind".to_owned(), json!(column.kind.id())),
            ("nullable".to_owned(), json!(column.nullable)),
            ("length".to_owned(), json!(length)),
            ("precision".to_owned(), json!(precision)),
            ("scale".to_owned(), json!(scale)),
        ]);
        let written = self.types.of(&format!("column_{}", column.kind.id()), &mut value)?;
        value.insert("t".to_owned(), Value::Object(written));
        Ok(Value::Object(value))
    }
}

impl Contexts<'_> {
    /// What a partial that prints a migration sees: its head, `database`, and the alterations `up` and `down`. Each has its `kind`
    /// and what it is about.
    pub(in crate::render) fn of_migration(
        self,
        head: &MigrationHead<'_>,
        up: &[Alteration],
        down: &[Alteration],
    ) -> Result<Value, Failure> {
        let dialect = derived::dialect(self.plan)?.expect("the alterations are made with it");
        let alterations =
            |list: &[Alteration]| list.iter().map(|it| self.alteration(it, &dialect)).collect::<Result<Vec<_>, _>>();
        Ok(json!({
            "revision": head.revision,
            "previous": head.previous,
            "name": head.name,
            "title": super::text(Some(head.title)),
            "database": self.shared["database"],
            "up": alterations(up)?,
            "down": alterations(down)?,
        }))
    }

    fn alteration(&self, alteration: &Alteration, dialect: &Dialect) -> Result<Value, Failure> {
        let sql = |text: &str| super::text(Some(text));
        Ok(match alteration {
            Alteration::Refuse { message, query } => {
                json!({ "kind": "refuse", "message": sql(message), "query": sql(query) })
            }
            Alteration::Run(statement) => json!({ "kind": "run", "statement": sql(statement) }),
            Alteration::RenameTable { from, to } => json!({ "kind": "rename_table", "from": from, "to": to }),
            // What no tool has words of its own for.
            Alteration::RenameColumn { .. } | Alteration::RenameKey { .. } => {
                let statement = crate::derive::sql::change(std::slice::from_ref(alteration), dialect);
                match statement.trim_end().trim_end_matches(';') {
                    "" => json!({ "kind": "none" }),
                    statement => json!({ "kind": "run", "statement": sql(statement) }),
                }
            }
            Alteration::CreateTable(table) => {
                json!({ "kind": "create_table", "made": self.table(table, dialect, &|_| false)? })
            }
            Alteration::DropTable(table) => json!({ "kind": "drop_table", "table": table }),
            Alteration::AddColumn(table, column) => {
                json!({ "kind": "add_column", "table": table, "column": self.column(column)? })
            }
            Alteration::ChangeColumn(table, old, new) => json!({
                "kind": "change_column",
                "table": table,
                "old": self.column(old)?,
                "column": self.column(new)?,
                "retyped": old.kind != new.kind,
                "renulled": old.nullable != new.nullable,
            }),
            Alteration::DropColumn(table, column) => json!({ "kind": "drop_column", "table": table, "column": column }),
            Alteration::AddLive(table, column) => json!({ "kind": "add_live", "table": table, "column": column }),
            Alteration::AddUnique(table, unique) => json!({
                "kind": "add_unique",
                "table": table,
                "unique": { "name": unique.name, "columns": unique.columns, "live_only": dialect.is_partial(unique) },
            }),
            Alteration::DropUnique(table, unique) => {
                let index = dialect.is_index(unique);
                let kind = if index { "drop_index" } else { "drop_constraint" };
                json!({ "kind": kind, "table": table, "name": unique.name, "type": "unique" })
            }
            Alteration::AddForeignKey(table, key) => json!({
                "kind": "add_foreign_key",
                "table": table,
                "key": {
                    "name": key.name, "column": key.column, "table": key.table,
                    "on_delete_sql": on_delete_sql(key.on_delete),
                },
            }),
            Alteration::DropForeignKey(table, name) => {
                json!({ "kind": "drop_constraint", "table": table, "name": name, "type": "foreignkey" })
            }
            Alteration::AddCheck(table, check) => match dialect.condition(check) {
                Some(condition) => {
                    json!({ "kind": "add_check", "table": table, "name": check.name, "sql": sql(&condition) })
                }
                None => json!({ "kind": "none" }),
            },
            Alteration::DropCheck(table, check) => match dialect.condition(check) {
                Some(_) => json!({ "kind": "drop_constraint", "table": table, "name": check.name, "type": "check" }),
                None => json!({ "kind": "none" }),
            },
            Alteration::AddIndex(table, index) => json!({
                "kind": "add_index", "table": table, "name": index.name, "columns": index.columns,
            }),
            Alteration::DropIndex(table, index) => json!({ "kind": "drop_index", "table": table, "name": index.name }),
        })
    }
}

/// `SET NULL`
pub(super) fn on_delete_sql(action: OnDelete) -> String {
    action.id().replace('_', " ").to_uppercase()
}
