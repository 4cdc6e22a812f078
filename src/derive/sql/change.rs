//! Operations as statements.

use super::Dialect;
use super::print;
use crate::derive::change::Alteration;
use crate::derive::schema::{Column, Unique};

/// Before a query of which no row may be found: what must hold.
pub const REFUSE: &str = "-- refuse: ";

/// The statements of some alterations, each with its semicolon at the end of a line.
pub fn change(alterations: &[Alteration], dialect: &Dialect) -> String {
    let mut text = String::new();
    for alteration in alterations {
        for statement in statements(alteration, dialect) {
            text.push_str(&statement);
            text.push_str(";\n");
        }
    }
    text
}

fn statements(alteration: &Alteration, dialect: &Dialect) -> Vec<String> {
    let name = |it: &str| dialect.name(it);
    let alter = |table: &str, what: String| vec![format!("ALTER TABLE {} {what}", dialect.name(table))];
    let drop = |table: &str, constraint: &str| alter(table, format!("DROP CONSTRAINT {}", name(constraint)));
    match alteration {
        Alteration::Refuse { message, query } => vec![format!("{REFUSE}{message}\n{query}")],
        Alteration::Run(statement) => vec![statement.clone()],
        Alteration::RenameTable { from, to } => alter(from, format!("RENAME TO {}", name(to))),
        Alteration::RenameColumn { table, from, to } => {
            alter(table, format!("RENAME COLUMN {} TO {}", name(from), name(to)))
        }
        Alteration::RenameKey { table, from, to } => {
            let named = dialect.change.as_ref().filter(|it| it.named_keys);
            named.map_or_else(Vec::new, |_| alter(table, format!("RENAME CONSTRAINT {} TO {}", name(from), name(to))))
        }
        Alteration::CreateTable(table) => print::create_alone(table, dialect),
        Alteration::DropTable(table) => vec![format!("DROP TABLE {}", name(table))],
        Alteration::AddColumn(table, column) => {
            alter(table, format!("ADD COLUMN {} {}", name(&column.name), dialect.type_of(&column.kind)))
        }
        Alteration::ChangeColumn(table, old, new) => change_column(table, old, new, dialect),
        Alteration::DropColumn(table, column) => alter(table, format!("DROP COLUMN {}", name(column))),
        Alteration::AddLive(table, column) => {
            let kind = dialect.live_column.as_deref().unwrap_or_default();
            let kind = kind.replace("{deleted_at}", &name("deleted_at"));
            alter(table, format!("ADD COLUMN {} {kind}", name(column)))
        }
        Alteration::AddUnique(table, unique) if dialect.is_partial(unique) => {
            vec![print::partial_index(table, unique, dialect)]
        }
        Alteration::AddUnique(table, unique) => {
            alter(table, format!("ADD CONSTRAINT {} UNIQUE {}", name(&unique.name), dialect.names(&unique.columns)))
        }
        Alteration::DropUnique(table, unique) => drop_unique(table, unique, dialect),
        Alteration::AddForeignKey(table, key) => alter(table, format!("ADD {}", print::foreign_key(key, dialect))),
        Alteration::DropForeignKey(table, key) => drop(table, key),
        Alteration::AddCheck(table, check) => dialect.condition(check).map_or_else(Vec::new, |condition| {
            alter(table, format!("ADD CONSTRAINT {} CHECK ({condition})", name(&check.name)))
        }),
        Alteration::DropCheck(table, check) => {
            dialect.condition(check).map_or_else(Vec::new, |_| drop(table, &check.name))
        }
        Alteration::AddIndex(table, index) => vec![print::index(table, index, dialect)],
        Alteration::DropIndex(table, index) => vec![drop_index(table, &index.name, dialect)],
    }
}

fn change_column(table: &str, old: &Column, new: &Column, dialect: &Dialect) -> Vec<String> {
    let Some(change) = &dialect.change else { return Vec::new() };
    let fill = |text: &String| {
        text.replace("{table}", &dialect.name(table))
            .replace("{column}", &dialect.name(&new.name))
            .replace("{type}", &dialect.type_of(&new.kind))
            .replace("{null}", if new.nullable { "NULL" } else { "NOT NULL" })
            .replace("{set}", if new.nullable { "DROP" } else { "SET" })
    };
    let kind = (dialect.type_of(&old.kind) != dialect.type_of(&new.kind)).then_some(&change.column_type);
    let null = (old.nullable != new.nullable).then_some(&change.column_null);
    let mut statements: Vec<_> = kind.into_iter().chain(null).map(fill).collect();
    statements.dedup();
    statements
}

fn drop_unique(table: &str, unique: &Unique, dialect: &Dialect) -> Vec<String> {
    if dialect.is_index(unique) {
        return vec![drop_index(table, &unique.name, dialect)];
    }
    vec![format!("ALTER TABLE {} DROP CONSTRAINT {}", dialect.name(table), dialect.name(&unique.name))]
}

fn drop_index(table: &str, index: &str, dialect: &Dialect) -> String {
    let text = dialect.change.as_ref().map_or("DROP INDEX {index}", |it| it.drop_index.as_str());
    text.replace("{index}", &dialect.name(index)).replace("{table}", &dialect.name(table))
}
