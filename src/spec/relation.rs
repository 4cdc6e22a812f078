//! How entities refer to each other.

use super::Name;

/// The target name that stands for the accounts of the service.
pub const USER: &str = "User";

/// One declared relation.
#[derive(Debug, Clone)]
pub struct Relation {
    /// As declared on the side that holds the key.
    pub name: Name,
    /// The form.
    pub kind: RelationKind,
    /// The target entity's name, or [`USER`].
    pub target: String,
    /// Whether null is refused (never for many to many).
    pub required: bool,
    /// What happens to this row when the target is deleted.
    pub on_delete: OnDelete,
    /// What the target calls the way back: its path below `/targets/{id}/` in the API. Always set for many to one and
    /// one to one (declared or by default), never for many to many unless declared.
    pub inverse: Option<Name>,
    /// Free text.
    pub doc: Option<String>,
    /// The former name.
    pub was: Option<String>,
}

impl Relation {
    /// The key in JSON, before the project's case: `supplierId`, or `tagIds` for many to many.
    pub fn key(&self) -> Name {
        match self.kind {
            RelationKind::ManyToMany => Name::new(format!("{}_ids", self.singular())),
            _ => Name::new(format!("{}_id", self.name.snake())),
        }
    }

    /// The relation's name in the singular, `snake_case`: `tags` → `tag`.
    pub fn singular(&self) -> String {
        crate::spec::name::singular(&self.name.snake())
    }
}

/// The form of a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelationKind {
    /// `->`
    ManyToOne,
    /// `--`
    OneToOne,
    /// `<->`
    ManyToMany,
}

/// What a deletion of the target does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDelete {
    /// It is refused.
    Restrict,
    /// This row goes too.
    Cascade,
    /// The key becomes null.
    SetNull,
}

impl OnDelete {
    /// The id used in the answers file.
    pub fn id(self) -> &'static str {
        match self {
            Self::Restrict => "restrict",
            Self::Cascade => "cascade",
            Self::SetNull => "set_null",
        }
    }
}
