//! From entities to tables.

use super::check::rule_of;
use super::{AUDIT, Check, CheckRule, Column, ColumnType, ForeignKey, Index, PrimaryKey, Schema, Table, USERS, Unique};
use crate::derive::naming;
use crate::spec::{Entity, Field, OnDelete, Relation, RelationKind, Spec};
use std::collections::BTreeSet;

/// The data model of a spec.
pub fn schema(spec: &Spec) -> Schema {
    let mut tables = ordered(
        spec.entities
            .iter()
            .map(|entity| Builder::new(spec, naming::table(entity), entity.soft_delete).table(entity))
            .collect(),
    );
    for entity in &spec.entities {
        tables.extend(entity.links().map(|relation| link(spec, entity, relation)));
    }
    // Always there: an entity that is audited later needs no table of its own.
    tables.push(audit());
    Schema { tables }
}

/// What the spec's own fields add to the table of users.
pub fn users(spec: &Spec) -> Table {
    let mut builder = Builder::new(spec, USERS.to_owned(), false);
    builder.fields(&spec.auth.user_fields);
    builder.table
}

/// Builds one table.
struct Builder<'a> {
    spec: &'a Spec,
    soft_delete: bool,
    table: Table,
}

impl<'a> Builder<'a> {
    fn new(spec: &'a Spec, name: String, soft_delete: bool) -> Self {
        Self { spec, soft_delete, table: empty(name, &["id"]) }
    }

    fn table(mut self, entity: &Entity) -> Table {
        self.add("id", ColumnType::Uuid, false);
        self.fields(&entity.fields);
        for relation in entity.references() {
            self.reference(relation);
        }
        if entity.has_owner() {
            // Rows that were there before the entity had owners, or that no request made, have none.
            self.add("owner_id", ColumnType::Uuid, true);
            self.foreign_key("owner_id", USERS.to_owned(), OnDelete::Restrict);
            self.index("owner_id");
        }
        if entity.soft_delete {
            self.add("deleted_at", ColumnType::DateTime, true);
        }
        self.add("version", ColumnType::Integer, false);
        self.add("created_at", ColumnType::DateTime, false);
        self.add("updated_at", ColumnType::DateTime, false);
        self.index("created_at");
        for names in &entity.unique {
            let columns = names.iter().map(|name| column_of(entity, name)).collect();
            self.unique(columns);
        }
        self.table
    }

    fn fields(&mut self, fields: &[Field]) {
        for field in fields {
            let column = field.name.snake();
            self.add(&column, ColumnType::of(field), !field.required);
            if let Some(rule) = rule_of(field, self.spec) {
                let check: Check = rule.on(&self.table.name, &column);
                self.table.checks.push(check);
            }
            if field.unique {
                self.unique(vec![column.clone()]);
            }
            if field.index {
                self.index(&column);
            }
        }
    }

    fn reference(&mut self, relation: &Relation) {
        let column = relation.key().snake();
        self.add(&column, ColumnType::Uuid, !relation.required);
        self.foreign_key(&column, target_table(self.spec, relation), relation.on_delete);
        if relation.kind == RelationKind::OneToOne {
            self.unique(vec![column.clone()]);
        }
        self.index(&column);
    }

    fn add(&mut self, name: &str, kind: ColumnType, nullable: bool) {
        self.table.columns.push(Column { name: name.to_owned(), kind, nullable });
    }

    fn unique(&mut self, columns: Vec<String>) {
        let name = naming::constraint("uq", &self.table.name, &columns);
        self.table.uniques.push(Unique { name, columns, live_only: self.soft_delete });
    }

    /// An index of one column, unless a whole unique key already is one.
    fn index(&mut self, column: &str) {
        let known = |it: &Unique| !it.live_only && it.columns == [column];
        if !self.table.uniques.iter().any(known) {
            let name = naming::constraint("ix", &self.table.name, &[column]);
            self.table.indexes.push(Index { name, columns: vec![column.to_owned()] });
        }
    }

    fn foreign_key(&mut self, column: &str, table: String, on_delete: OnDelete) {
        let key = foreign_key(&self.table.name, column, table, on_delete);
        self.table.foreign_keys.push(key);
    }
}

/// The column of a field or relation, by declared name.
fn column_of(entity: &Entity, name: &str) -> String {
    match entity.relation(name) {
        Some(relation) => relation.key().snake(),
        None => crate::spec::Name::new(name).snake(),
    }
}

pub(super) fn empty(name: String, primary_key: &[&str]) -> Table {
    let key = PrimaryKey {
        name: naming::constraint::<&str>("pk", &name, &[]),
        columns: primary_key.iter().map(|&it| it.to_owned()).collect(),
    };
    Table {
        name,
        columns: Vec::new(),
        primary_key: key,
        uniques: Vec::new(),
        foreign_keys: Vec::new(),
        checks: Vec::new(),
        indexes: Vec::new(),
    }
}

pub(super) fn foreign_key(table: &str, column: &str, target: String, on_delete: OnDelete) -> ForeignKey {
    ForeignKey { name: naming::constraint("fk", table, &[column]), column: column.to_owned(), table: target, on_delete }
}

fn target_table(spec: &Spec, relation: &Relation) -> String {
    spec.entity(&relation.target).map_or_else(|| USERS.to_owned(), naming::table)
}

/// The table of a many-to-many relation: links go with either row.
fn link(spec: &Spec, entity: &Entity, relation: &Relation) -> Table {
    let (here, there) = naming::link_columns(entity, relation);
    let mut table = empty(naming::link_table(entity, relation), &[&here, &there]);
    for (column, target) in [(&here, naming::table(entity)), (&there, target_table(spec, relation))] {
        table.columns.push(Column { name: column.clone(), kind: ColumnType::Uuid, nullable: false });
        table.foreign_keys.push(foreign_key(&table.name, column, target, OnDelete::Cascade));
    }
    // The primary key serves look-ups by the first column.
    table.indexes.push(Index { name: naming::constraint("ix", &table.name, &[&there]), columns: vec![there] });
    table
}

/// The recorded writes of all audited entities. No foreign key: the record outlives row and actor.
fn audit() -> Table {
    let mut table = empty(AUDIT.to_owned(), &["id"]);
    let columns = [
        ("id", ColumnType::Uuid, false),
        ("entity", ColumnType::String(40), false),
        ("row_id", ColumnType::Uuid, false),
        ("action", ColumnType::String(10), false),
        ("actor_id", ColumnType::Uuid, true),
        ("at", ColumnType::DateTime, false),
        ("before", ColumnType::Json, true),
        ("after", ColumnType::Json, true),
    ];
    for (name, kind, nullable) in columns {
        table.columns.push(Column { name: name.to_owned(), kind, nullable });
    }
    let actions = ["create", "update", "delete", "restore"].map(str::to_owned);
    table.checks.push(CheckRule::OneOf(actions.into()).on(AUDIT, "action"));
    table.checks.push(CheckRule::Object.on(AUDIT, "before"));
    table.checks.push(CheckRule::Object.on(AUDIT, "after"));
    let columns = ["entity", "row_id", "id"].map(str::to_owned).to_vec();
    table.indexes.push(Index { name: naming::constraint("ix", AUDIT, &columns), columns });
    table
}

/// Targets first; what remains of a cycle keeps its order.
fn ordered(mut waiting: Vec<Table>) -> Vec<Table> {
    let mut names: BTreeSet<String> = waiting.iter().map(|it| it.name.clone()).collect();
    let mut done: Vec<Table> = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let free = |key: &ForeignKey, table: &Table| key.table == table.name || !names.contains(&key.table);
        let ready = waiting.iter().position(|table| table.foreign_keys.iter().all(|key| free(key, table)));
        let table = waiting.remove(ready.unwrap_or(0));
        names.remove(&table.name);
        done.push(table);
    }
    done
}
