//! The data model: tables, columns and constraints, without any database's spelling.
//!
//! [`schema`] has the tables of the entities; [`whole_schema`] also those of accounts, sessions, jobs and the like, for
//! frameworks that do not declare them in code. Names follow [`super::naming`].

mod build;
mod check;
mod column;
mod support;
mod table;

pub use build::{schema, users};
pub use check::{Check, CheckRule, Limit};
pub use column::{Column, ColumnType};
pub use support::whole_schema;
pub use table::{ForeignKey, Index, PrimaryKey, Table, Unique};

use serde::{Deserialize, Serialize};

/// The table of accounts, which the framework's own code makes.
pub const USERS: &str = "users";

/// The table of recorded writes, one for all audited entities.
pub const AUDIT: &str = "audit_entries";

/// A whole data model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    /// In an order in which they can be made: targets of foreign keys first, where no cycle of optional ones forbids
    /// it; else in the order of the answers. Link tables follow the entities, the audit table is last.
    pub tables: Vec<Table>,
}

impl Schema {
    /// The table of that name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }
}
