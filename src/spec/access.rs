//! Who may do what.

/// What can be done with the rows of an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// `GET /things`
    List,
    /// `GET /things/{id}`
    Read,
    /// `POST /things`
    Create,
    /// `PUT` and `PATCH /things/{id}`
    Update,
    /// `DELETE /things/{id}`
    Delete,
}

impl Action {
    /// All of them, in the order of the answers file's reference.
    pub const ALL: [Self; 5] = [Self::List, Self::Read, Self::Create, Self::Update, Self::Delete];

    /// The id used in the answers file.
    pub fn id(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Read => "read",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

/// One way to be allowed; a set of grants allows whoever meets any of them. Admins pass every check.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Grant {
    /// Anybody.
    Public,
    /// Anybody logged in.
    Authenticated,
    /// The row's creator.
    Owner,
    /// Callers of exactly this role.
    Role(String),
}

impl Grant {
    /// The word used in the answers file.
    pub fn id(&self) -> &str {
        match self {
            Self::Public => "public",
            Self::Authenticated => "authenticated",
            Self::Owner => "owner",
            Self::Role(role) => role,
        }
    }
}

/// The grants of each action; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Who sees the collection.
    pub list: Vec<Grant>,
    /// Who sees one row.
    pub read: Vec<Grant>,
    /// Who makes rows.
    pub create: Vec<Grant>,
    /// Who changes rows.
    pub update: Vec<Grant>,
    /// Who deletes rows.
    pub delete: Vec<Grant>,
}

impl Access {
    /// The grants of one action.
    pub fn of(&self, action: Action) -> &[Grant] {
        match action {
            Action::List => &self.list,
            Action::Read => &self.read,
            Action::Create => &self.create,
            Action::Update => &self.update,
            Action::Delete => &self.delete,
        }
    }

    /// Whether any action asks for the owner, so that rows need an `ownerId`.
    pub fn needs_owner(&self) -> bool {
        Action::ALL.iter().any(|action| self.of(*action).contains(&Grant::Owner))
    }
}
