//! Where a changed table is made anew. Foreign keys must not be watched meanwhile: dropping the old table would delete, with
//! its rows, those that refer to them.

use super::convert::conversion;
use super::in_place::renamed_tables;
use super::{Alteration, Models, Pair};
use crate::derive::schema::Table;
use crate::derive::sql::Dialect;
use std::collections::BTreeSet;

/// What the new table is called until the old one is gone.
const PREFIX: &str = "new_";

pub(super) fn alterations(models: &Models<'_>, pairs: &[Pair<'_>], dialect: &Dialect) -> Vec<Alteration> {
    let mut alterations = renamed_tables(models);
    let is_new = |it: &&Table| models.old.table(models.renames.table_before(&it.name)).is_none();
    let new = models.new.tables.iter().filter(is_new);
    alterations.extend(new.map(|it| Alteration::CreateTable(Box::new(it.clone()))));
    let taken: BTreeSet<&str> = models.old.tables.iter().chain(&models.new.tables).map(|it| it.name.as_str()).collect();
    let mut names = Vec::new();
    for pair in pairs.iter().filter(|it| it.changes(models)) {
        let mut name = format!("{PREFIX}{}", pair.new.name);
        while taken.contains(name.as_str()) {
            name.insert_str(0, PREFIX);
        }
        names.push((pair, name));
    }
    let rebuilt = !names.is_empty();
    for (pair, name) in names {
        alterations.extend(pair.rebuilt(name, dialect));
    }
    let paired: BTreeSet<&str> = pairs.iter().map(|it| it.old.name.as_str()).collect();
    let dropped = models.old.tables.iter().rev().filter(|it| !paired.contains(it.name.as_str()));
    alterations.extend(dropped.map(|it| Alteration::DropTable(it.name.clone())));
    if rebuilt && let Some(query) = &dialect.dangling {
        let message = "every reference must lead to a row; these do not".to_owned();
        alterations.push(Alteration::Refuse { message, query: query.clone() });
    }
    alterations
}

impl Pair<'_> {
    /// Whether the table itself has to be another; the names of others in its foreign keys follow by themselves.
    fn changes(&self, models: &Models<'_>) -> bool {
        let mut old = self.old.clone();
        for key in &mut old.foreign_keys {
            let renamed = models.renames.tables().find(|(_, before)| *before == key.table);
            if let Some((now, _)) = renamed {
                now.clone_into(&mut key.table);
            }
        }
        Pair { old: &old, new: self.new, columns: Vec::new(), dropped: Vec::new() }.differs() || self.columns_differ()
    }

    fn rebuilt(&self, name: String, dialect: &Dialect) -> Vec<Alteration> {
        let mut made = self.new.clone();
        let indexes = std::mem::take(&mut made.indexes);
        let (keys, whole) = made.uniques.iter().cloned().partition::<Vec<_>, _>(|it| dialect.is_index(it));
        made.uniques = whole;
        made.name.clone_from(&name);
        let columns: Vec<_> = self.columns.iter().map(|it| dialect.name(&it.new.name)).collect();
        let values = self.columns.iter().map(|it| {
            let fill = it.fill.unwrap_or("NULL");
            let Some(old) = it.old else { return fill.to_owned() };
            let conversion = conversion(&old.kind, &it.new.kind, dialect).expect("it was looked at");
            let value = conversion.value(&dialect.name(&old.name));
            let becomes_required = old.nullable && !it.new.nullable && it.fill.is_some();
            if becomes_required { format!("coalesce({value}, {fill})") } else { value }
        });
        let values: Vec<_> = values.collect();
        let table = self.new.name.clone();
        let mut alterations = vec![
            Alteration::CreateTable(Box::new(made)),
            Alteration::Run(format!(
                "INSERT INTO {} ({})\nSELECT {}\nFROM {}",
                dialect.name(&name),
                columns.join(", "),
                values.join(", "),
                dialect.name(&table),
            )),
            Alteration::DropTable(table.clone()),
            Alteration::RenameTable { from: name, to: table.clone() },
        ];
        alterations.extend(keys.into_iter().map(|it| Alteration::AddUnique(table.clone(), it)));
        alterations.extend(indexes.into_iter().map(|it| Alteration::AddIndex(table.clone(), it)));
        alterations
    }
}
