//! Tables and their keys.

use super::{Check, Column};
use crate::spec::OnDelete;
use serde::{Deserialize, Serialize};

/// One table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Plural, `snake_case`.
    pub name: String,
    /// In the order they are made.
    pub columns: Vec<Column>,
    /// Never empty.
    pub primary_key: PrimaryKey,
    /// Unique keys.
    pub uniques: Vec<Unique>,
    /// Foreign keys.
    pub foreign_keys: Vec<ForeignKey>,
    /// What the rows must meet.
    pub checks: Vec<Check>,
    /// Indexes besides those that keys bring with them.
    pub indexes: Vec<Index>,
}

/// A primary key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrimaryKey {
    /// `pk_…`
    pub name: String,
    /// In order.
    pub columns: Vec<String>,
}

/// A unique key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unique {
    /// `uq_…`
    pub name: String,
    /// In order.
    pub columns: Vec<String>,
    /// Whether soft-deleted rows do not count, so that their values are free again.
    pub live_only: bool,
}

/// A foreign key of one column, to the `id` of another table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignKey {
    /// `fk_…`
    pub name: String,
    /// The column here.
    pub column: String,
    /// The table there.
    pub table: String,
    /// What the deletion of the row there does to the row here.
    #[serde(with = "on_delete")]
    pub on_delete: OnDelete,
}

/// An index that is not unique.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// `ix_…`
    pub name: String,
    /// In order.
    pub columns: Vec<String>,
}

impl Table {
    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

mod on_delete {
    //! Written as in the answers file.
    #![allow(clippy::trivially_copy_pass_by_ref)]

    use crate::spec::OnDelete;
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(value: &OnDelete, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(value.id())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<OnDelete, D::Error> {
        let id = String::deserialize(deserializer)?;
        [OnDelete::Restrict, OnDelete::Cascade, OnDelete::SetNull]
            .into_iter()
            .find(|it| it.id() == id)
            .ok_or_else(|| D::Error::custom(format!("`{id}` is no `on_delete`")))
    }
}
