//! What only gets another name: `was` in the answers.

use crate::derive::naming;
use crate::derive::schema::Schema;
use crate::spec::{Entity, Name, Spec};
use std::collections::BTreeMap;

/// New names and those before. A name that is in neither is the same on both sides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Renames {
    tables: BTreeMap<String, String>,
    columns: BTreeMap<(String, String), String>,
}

impl Renames {
    /// The name of a table before.
    pub fn table_before<'a>(&'a self, table: &'a str) -> &'a str {
        self.tables.get(table).map_or(table, String::as_str)
    }

    /// The name of a column before; the table goes by its new name.
    pub fn column_before<'a>(&'a self, table: &'a str, column: &'a str) -> &'a str {
        self.columns.get(&(table.to_owned(), column.to_owned())).map_or(column, String::as_str)
    }

    /// New and old names of the tables that are renamed.
    pub fn tables(&self) -> impl Iterator<Item = (&str, &str)> {
        self.tables.iter().map(|(new, old)| (new.as_str(), old.as_str()))
    }

    /// The way back.
    #[must_use]
    pub fn reversed(&self) -> Self {
        let tables = self.tables.iter().map(|(new, old)| (old.clone(), new.clone())).collect();
        let columns = self
            .columns
            .iter()
            .map(|((table, new), old)| ((self.table_before(table).to_owned(), old.clone()), new.clone()));
        Self { tables, columns: columns.collect() }
    }

    fn table(&mut self, old: &Schema, new: &Schema, (now, before): (String, String)) {
        let is_new = old.table(&now).is_none() && new.table(&now).is_some();
        if is_new && old.table(&before).is_some() && new.table(&before).is_none() {
            self.tables.insert(now, before);
        }
    }

    fn column(&mut self, old: &Schema, new: &Schema, table: &str, (now, before): (String, String)) {
        let (Some(old), Some(new)) = (old.table(self.table_before(table)), new.table(table)) else { return };
        let is_new = old.column(&now).is_none() && new.column(&now).is_some();
        if is_new && old.column(&before).is_some() && new.column(&before).is_none() {
            self.columns.insert((table.to_owned(), now), before);
        }
    }
}

/// What the answers say was called otherwise, as far as the data model before knew it so: a `was` that is long done says nothing.
pub fn renames(spec: &Spec, old: &Schema, new: &Schema) -> Renames {
    let mut renames = Renames::default();
    for entity in &spec.entities {
        let Some(before) = former(entity) else { continue };
        renames.table(old, new, (naming::table(entity), naming::table(&before)));
        for relation in entity.links() {
            renames.table(old, new, (naming::link_table(entity, relation), naming::link_table(&before, relation)));
        }
    }
    for entity in &spec.entities {
        let before = former(entity).unwrap_or_else(|| entity.clone());
        let table = naming::table(entity);
        for field in &entity.fields {
            if let Some(was) = &field.was {
                renames.column(old, new, &table, (field.name.snake(), Name::new(was).snake()));
            }
        }
        for relation in &entity.relations {
            let mut former = relation.clone();
            if let Some(was) = &relation.was {
                former.name = Name::new(was);
            }
            renames.column(old, new, &table, (relation.key().snake(), former.key().snake()));
        }
        for relation in entity.links() {
            let mut former = relation.clone();
            if let Some(was) = &relation.was {
                former.name = Name::new(was);
                let names = (naming::link_table(entity, relation), naming::link_table(&before, &former));
                renames.table(old, new, names);
            }
            let link = naming::link_table(entity, relation);
            let (now, then) = (naming::link_columns(entity, relation), naming::link_columns(&before, &former));
            renames.column(old, new, &link, (now.0, then.0));
            renames.column(old, new, &link, (now.1, then.1));
        }
    }
    for field in &spec.auth.user_fields {
        if let Some(was) = &field.was {
            let names = (field.name.snake(), Name::new(was).snake());
            renames.column(old, new, crate::derive::schema::USERS, names);
        }
    }
    renames
}

/// The entity under its former name and plural; nothing where it was called the same. What is not told of the plural is
/// guessed.
pub fn former(entity: &Entity) -> Option<Entity> {
    let mut before = entity.clone();
    match (&entity.was, &entity.was_plural) {
        (None, None) => return None,
        (Some(was), None) => {
            before.name = Name::new(was);
            before.plural = Name::new(Name::new(crate::spec::name::plural(&before.name.snake())).pascal());
        }
        (was, Some(plural)) => {
            before.name = was.as_deref().map_or(before.name, Name::new);
            before.plural = Name::new(plural);
        }
    }
    Some(before)
}
