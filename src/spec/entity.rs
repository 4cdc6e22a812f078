//! Entities.

use super::{Access, Action, Approval, Command, Field, Grant, Name, Relation, RelationKind, Rule};
use serde_json::{Map, Value};
use std::sync::OnceLock;

/// A kind of row that the service keeps.
#[derive(Debug, Clone)]
pub struct Entity {
    /// `OrderItem`
    pub name: Name,
    /// `OrderItems`: declared or guessed.
    pub plural: Name,
    /// Free text.
    pub doc: Option<String>,
    /// The allowed actions, in the order of [`Action::ALL`].
    pub actions: Vec<Action>,
    /// Fields that `?q=` looks in, by declared name.
    pub search: Vec<String>,
    /// What `?x=` may name: declared field names, `createdAt`, `updatedAt` and declared names of many-to-one and
    /// one-to-one relations. Defaults are already filled in.
    pub filter: Vec<String>,
    /// What `?sort=` may name: declared field names, `createdAt`, `updatedAt`. Defaults are already filled in.
    pub sort: Vec<String>,
    /// How lists are cut.
    pub pagination: Pagination,
    /// Composite keys: declared names of fields and relations.
    pub unique: Vec<Vec<String>>,
    /// Deleted rows stay, hidden.
    pub soft_delete: bool,
    /// Every write is recorded.
    pub audit: bool,
    /// The former name.
    pub was: Option<String>,
    /// The former plural, where it is not the one that is guessed from the former name.
    pub was_plural: Option<String>,
    /// In the order of the file.
    pub fields: Vec<Field>,
    /// In the order of the file.
    pub relations: Vec<Relation>,
    /// Who may do what.
    pub access: Access,
    /// Cross-field rules.
    pub rules: Vec<Rule>,
    /// Writes that need somebody's consent.
    pub approval: Vec<Approval>,
    /// Named changes.
    pub commands: Vec<Command>,
    /// What [`Entity::samples`] has found out; empty until somebody asks.
    pub fitted: OnceLock<Vec<Map<String, Value>>>,
}

/// How lists are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pagination {
    /// `limit` and `offset`
    Offset,
    /// `limit` and `cursor`
    Cursor,
}

impl Entity {
    /// What only some entities have, by the words of [`Self::has`].
    pub const FEATURES: [&'static str; 2] = ["conditions", "commands"];

    /// Whether it has any of a feature of [`Self::FEATURES`].
    pub fn has(&self, feature: &str) -> bool {
        match feature {
            "conditions" => {
                let conditional = |it: &Command| it.when.is_some();
                !self.rules.is_empty() || !self.approval.is_empty() || self.commands.iter().any(conditional)
            }
            "commands" => !self.commands.is_empty(),
            _ => false,
        }
    }

    /// Whether the action is offered.
    pub fn allows(&self, action: Action) -> bool {
        self.actions.contains(&action)
    }

    /// Whether rows record their creator: `owner` is in the access of an action or command, or among approvers.
    pub fn has_owner(&self) -> bool {
        let owner = |grants: &[Grant]| grants.contains(&Grant::Owner);
        self.access.needs_owner()
            || self.commands.iter().any(|command| owner(&command.access))
            || self.approval.iter().any(|approval| owner(&approval.approvers))
    }

    /// Field of that declared name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name.declared() == name)
    }

    /// Relation of that declared name.
    pub fn relation(&self, name: &str) -> Option<&Relation> {
        self.relations.iter().find(|relation| relation.name.declared() == name)
    }

    /// Relations whose key is a column of this entity.
    pub fn references(&self) -> impl Iterator<Item = &Relation> {
        self.relations.iter().filter(|it| it.kind != RelationKind::ManyToMany)
    }

    /// Relations kept in a link table.
    pub fn links(&self) -> impl Iterator<Item = &Relation> {
        self.relations.iter().filter(|it| it.kind == RelationKind::ManyToMany)
    }
}
