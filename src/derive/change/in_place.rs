//! Where tables are changed in place.

use super::{Alteration, ColumnPair, Models, Pair};
use crate::derive::schema::{Column, Table};
use crate::derive::sql::Dialect;
use std::collections::BTreeSet;

pub(super) fn alterations(models: &Models<'_>, pairs: &[Pair<'_>], dialect: &Dialect) -> Vec<Alteration> {
    let mut alterations = Vec::new();
    let paired: BTreeSet<&str> = pairs.iter().map(|it| it.old.name.as_str()).collect();
    let dropped: Vec<&Table> = models.old.tables.iter().filter(|it| !paired.contains(it.name.as_str())).collect();
    // What leads to something that goes, or is spelt with a name that goes, first.
    for pair in pairs {
        alterations.extend(pair.loosen(models, dialect));
    }
    for table in &dropped {
        let keys = table.foreign_keys.iter().filter(|it| it.table != table.name);
        alterations.extend(keys.map(|it| Alteration::DropForeignKey(table.name.clone(), it.name.clone())));
    }
    alterations.extend(renamed_tables(models));
    for pair in pairs {
        alterations.extend(pair.renamed_columns());
        if pair.old.primary_key.name != pair.new.primary_key.name {
            alterations.push(Alteration::RenameKey {
                table: pair.new.name.clone(),
                from: pair.old.primary_key.name.clone(),
                to: pair.new.primary_key.name.clone(),
            });
        }
    }
    alterations.extend(created(models));
    for pair in pairs {
        alterations.extend(pair.columns.iter().flat_map(|it| column(&pair.new.name, it, dialect)));
    }
    for pair in pairs {
        let drop = |it: &&Column| Alteration::DropColumn(pair.new.name.clone(), it.name.clone());
        alterations.extend(pair.dropped.iter().map(drop));
    }
    alterations.extend(dropped.iter().rev().map(|it| Alteration::DropTable(it.name.clone())));
    for pair in pairs {
        alterations.extend(pair.tighten(models, dialect));
    }
    alterations
}

/// Tables that get another name.
pub(super) fn renamed_tables(models: &Models<'_>) -> Vec<Alteration> {
    let rename = |(to, from): (&str, &str)| Alteration::RenameTable { from: from.to_owned(), to: to.to_owned() };
    models.renames.tables().map(rename).collect()
}

/// New tables; the foreign keys that lead to later ones come when all are there.
fn created(models: &Models<'_>) -> Vec<Alteration> {
    let is_new = |it: &&Table| models.old.table(models.renames.table_before(&it.name)).is_none();
    let new: Vec<&Table> = models.new.tables.iter().filter(is_new).collect();
    let mut alterations = Vec::new();
    let mut late = Vec::new();
    for (at, table) in new.iter().enumerate() {
        let waits = |name: &str| new[at + 1..].iter().any(|it| it.name == name);
        let mut made = (*table).clone();
        made.foreign_keys.retain(|key| !waits(&key.table));
        alterations.push(Alteration::CreateTable(Box::new(made)));
        let keys = table.foreign_keys.iter().filter(|key| waits(&key.table));
        late.extend(keys.map(|key| Alteration::AddForeignKey(table.name.clone(), key.clone())));
    }
    alterations.extend(late);
    alterations
}

fn column(table: &str, pair: &ColumnPair<'_>, dialect: &Dialect) -> Vec<Alteration> {
    let table = table.to_owned();
    let optional = |column: &Column| Column { nullable: true, ..column.clone() };
    let filled = |value: &str| {
        let (table, name) = (dialect.name(&table), dialect.name(&pair.new.name));
        Alteration::Run(format!("UPDATE {table} SET {name} = {value} WHERE {name} IS NULL"))
    };
    let new = pair.new.clone();
    let Some(old) = pair.old else {
        let mut alterations = vec![Alteration::AddColumn(table.clone(), optional(&new))];
        if !new.nullable {
            alterations.extend(pair.fill.map(filled));
            alterations.push(Alteration::ChangeColumn(table.clone(), optional(&new), new));
        }
        return alterations;
    };
    let old = Column { name: new.name.clone(), ..old.clone() };
    if old == new {
        return Vec::new();
    }
    let mut alterations = Vec::new();
    if old.nullable && !new.nullable {
        alterations.extend(pair.fill.map(filled));
    }
    alterations.push(Alteration::ChangeColumn(table, old, new));
    alterations
}

impl Pair<'_> {
    /// Keys, checks and indexes that go or become others. The table still has its old name.
    fn loosen(&self, models: &Models<'_>, dialect: &Dialect) -> Vec<Alteration> {
        let (old, new) = (self.old, self.new);
        let table = || old.name.clone();
        let moved = self.moved();
        let stays = |column: &String| !moved.contains(column.as_str());
        let mut alterations = Vec::new();
        for key in &old.foreign_keys {
            // The name of the target is not the key's own.
            let same = new.foreign_keys.iter().any(|it| {
                it.name == key.name
                    && it.column == key.column
                    && it.on_delete == key.on_delete
                    && models.renames.table_before(&it.table) == key.table
            });
            if !(same && stays(&key.column)) {
                alterations.push(Alteration::DropForeignKey(table(), key.name.clone()));
            }
        }
        for check in old.checks.iter().filter(|it| !(new.checks.contains(it) && stays(&it.column))) {
            alterations.push(Alteration::DropCheck(table(), check.clone()));
        }
        for unique in old.uniques.iter().filter(|it| !(new.uniques.contains(it) && it.columns.iter().all(stays))) {
            alterations.push(Alteration::DropUnique(table(), unique.clone()));
        }
        for index in old.indexes.iter().filter(|it| !(new.indexes.contains(it) && it.columns.iter().all(stays))) {
            alterations.push(Alteration::DropIndex(table(), index.clone()));
        }
        if dialect.live_name(new).is_none() {
            alterations.extend(dialect.live_name(old).map(|live| Alteration::DropColumn(table(), live)));
        }
        alterations
    }

    /// Old columns that get another name or type.
    fn moved(&self) -> BTreeSet<&str> {
        let changed =
            |it: &&ColumnPair<'_>| it.old.is_some_and(|old| old.name != it.new.name || old.kind != it.new.kind);
        let renamed = self.columns.iter().filter(changed).filter_map(|it| Some(it.old?.name.as_str()));
        renamed.chain(self.dropped.iter().map(|it| it.name.as_str())).collect()
    }

    fn renamed_columns(&self) -> Vec<Alteration> {
        let renamed =
            self.columns.iter().filter_map(|it| Some((it.old?, it.new))).filter(|(old, new)| old.name != new.name);
        let alteration = |(old, new): (&Column, &Column)| Alteration::RenameColumn {
            table: self.new.name.clone(),
            from: old.name.clone(),
            to: new.name.clone(),
        };
        renamed.map(alteration).collect()
    }

    /// What [`Self::loosen`] took away or was not there.
    fn tighten(&self, models: &Models<'_>, dialect: &Dialect) -> Vec<Alteration> {
        let (old, new) = (self.old, self.new);
        let table = || new.name.clone();
        let moved = self.moved();
        let stays = |column: &String| !moved.contains(column.as_str());
        let mut alterations = Vec::new();
        if let Some(live) = dialect.live_name(new)
            && dialect.live_name(old).is_none()
        {
            alterations.push(Alteration::AddLive(table(), live));
        }
        for unique in new.uniques.iter().filter(|it| !(old.uniques.contains(it) && it.columns.iter().all(stays))) {
            let mut unique = unique.clone();
            unique.columns.extend(dialect.live_name(new).filter(|_| unique.live_only));
            alterations.push(Alteration::AddUnique(table(), unique));
        }
        for index in new.indexes.iter().filter(|it| !(old.indexes.contains(it) && it.columns.iter().all(stays))) {
            alterations.push(Alteration::AddIndex(table(), index.clone()));
        }
        for check in new.checks.iter().filter(|it| !(old.checks.contains(it) && stays(&it.column))) {
            alterations.push(Alteration::AddCheck(table(), check.clone()));
        }
        for key in &new.foreign_keys {
            let same = old.foreign_keys.iter().any(|it| {
                it.name == key.name
                    && it.column == key.column
                    && it.on_delete == key.on_delete
                    && models.renames.table_before(&key.table) == it.table
            });
            if !(same && stays(&key.column)) {
                alterations.push(Alteration::AddForeignKey(table(), key.clone()));
            }
        }
        alterations
    }
}
