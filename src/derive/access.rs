//! The access matrix: what each kind of caller gets for each action, as data for documents and tests.

use crate::spec::{Access, Action, Entity, Grant, Spec};

/// A kind of caller. But for the owner, none of them made the row in question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Caller {
    /// Not logged in.
    Anonymous,
    /// Logged in, of role `user`, a stranger to the row.
    User,
    /// Logged in, of role `user`, and made the row.
    Owner,
    /// Of one of the spec's own roles, a stranger to the row.
    Role(String),
    /// Of role `admin`.
    Admin,
}

impl Caller {
    /// `anonymous`, `user`, `owner`, the role, `admin`.
    pub fn id(&self) -> &str {
        match self {
            Self::Anonymous => "anonymous",
            Self::User => "user",
            Self::Owner => "owner",
            Self::Role(role) => role,
            Self::Admin => "admin",
        }
    }

    fn meets(&self, grant: &Grant) -> bool {
        match grant {
            Grant::Public => true,
            Grant::Authenticated => *self != Self::Anonymous,
            Grant::Owner => *self == Self::Owner,
            Grant::Role(role) => self.role() == Some(role),
        }
    }

    fn role(&self) -> Option<&str> {
        match self {
            Self::Anonymous => None,
            Self::User | Self::Owner => Some("user"),
            Self::Role(role) => Some(role),
            Self::Admin => Some("admin"),
        }
    }
}

/// What can be asked of an entity: the declared actions, and those that come with an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Request {
    /// One of the five.
    Action(Action),
    /// `?includeDeleted=true`
    IncludeDeleted,
    /// `POST /things/{id}/restore`
    Restore,
    /// `GET /things/{id}/audit`
    Audit,
}

impl Request {
    /// The id used in documents.
    pub fn id(self) -> &'static str {
        match self {
            Self::Action(action) => action.id(),
            Self::IncludeDeleted => "include_deleted",
            Self::Restore => "restore",
            Self::Audit => "audit",
        }
    }
}

/// What the caller gets for a correct request about a row of somebody else's (the owner's: his own).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It is done.
    Allowed,
    /// The list holds the caller's own rows only.
    OwnRows,
    /// Log in first.
    Unauthorized,
    /// The caller may not do this.
    Forbidden,
    /// The caller may not even know of the row.
    NotFound,
    /// The entity does not offer the action; other methods of the path are answered.
    MethodNotAllowed,
}

impl Outcome {
    /// The HTTP status, where it is a refusal.
    pub fn status(self) -> Option<u16> {
        match self {
            Self::Allowed | Self::OwnRows => None,
            Self::Unauthorized => Some(401),
            Self::Forbidden => Some(403),
            Self::NotFound => Some(404),
            Self::MethodNotAllowed => Some(405),
        }
    }
}

/// One cell of the matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessCell {
    /// The entity's name.
    pub entity: String,
    /// What is asked.
    pub request: Request,
    /// By whom.
    pub caller: Caller,
    /// What he gets.
    pub outcome: Outcome,
}

/// The whole matrix: entities in their order, requests, callers from the least to the most trusted. Without accounts
/// there is only the anonymous caller.
pub fn access(spec: &Spec) -> Vec<AccessCell> {
    let mut cells = Vec::new();
    for entity in &spec.entities {
        for request in requests(entity) {
            for caller in callers(spec, entity) {
                let outcome = outcome(spec, entity, request, &caller);
                cells.push(AccessCell { entity: entity.name.declared().to_owned(), request, caller, outcome });
            }
        }
    }
    cells
}

fn requests(entity: &Entity) -> Vec<Request> {
    let mut requests: Vec<_> = Action::ALL.into_iter().map(Request::Action).collect();
    if entity.soft_delete {
        requests.extend([Request::IncludeDeleted, Request::Restore]);
    }
    if entity.audit {
        requests.push(Request::Audit);
    }
    requests
}

fn callers(spec: &Spec, entity: &Entity) -> Vec<Caller> {
    if !spec.has_auth() {
        return vec![Caller::Anonymous];
    }
    let mut callers = vec![Caller::Anonymous, Caller::User];
    if entity.has_owner() {
        callers.push(Caller::Owner);
    }
    callers.extend(spec.auth.roles.iter().cloned().map(Caller::Role));
    callers.push(Caller::Admin);
    callers
}

fn outcome(spec: &Spec, entity: &Entity, request: Request, caller: &Caller) -> Outcome {
    let Request::Action(action) = request else {
        if request == Request::IncludeDeleted && !entity.allows(Action::List) {
            return missing(entity, Action::List);
        }
        return match caller {
            _ if !spec.has_auth() => Outcome::Allowed,
            Caller::Admin => Outcome::Allowed,
            Caller::Anonymous => Outcome::Unauthorized,
            _ => Outcome::Forbidden,
        };
    };
    if !entity.allows(action) {
        return missing(entity, action);
    }
    decide(&entity.access, action, caller)
}

/// What an action that is not offered answers: the path may still answer other methods.
fn missing(entity: &Entity, action: Action) -> Outcome {
    let path: &[Action] = match action {
        Action::List | Action::Create => &[Action::List, Action::Create],
        Action::Read | Action::Update | Action::Delete => &[Action::Read, Action::Update, Action::Delete],
    };
    if path.iter().any(|it| entity.allows(*it)) { Outcome::MethodNotAllowed } else { Outcome::NotFound }
}

/// In the order of the contract: logged in, role, readable row, own row.
fn decide(access: &Access, action: Action, caller: &Caller) -> Outcome {
    if *caller == Caller::Admin {
        return Outcome::Allowed;
    }
    let grants = access.of(action);
    let meets = |action: Action| access.of(action).iter().any(|grant| caller.meets(grant));
    let owner_may = grants.contains(&Grant::Owner);
    let row = matches!(action, Action::Read | Action::Update | Action::Delete);
    if *caller == Caller::Anonymous && !grants.contains(&Grant::Public) {
        return Outcome::Unauthorized;
    }
    if action == Action::List && owner_may {
        let all = grants.iter().any(|grant| *grant != Grant::Owner && caller.meets(grant));
        return if all { Outcome::Allowed } else { Outcome::OwnRows };
    }
    if !meets(action) && !owner_may {
        return Outcome::Forbidden;
    }
    if row && !meets(Action::Read) {
        return Outcome::NotFound;
    }
    if meets(action) { Outcome::Allowed } else { Outcome::Forbidden }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access() -> Access {
        let public = vec![Grant::Public];
        Access {
            list: vec![Grant::Owner, Grant::Role("editor".into())],
            read: public.clone(),
            create: vec![Grant::Authenticated],
            update: vec![Grant::Owner],
            delete: vec![Grant::Role("editor".into())],
        }
    }

    #[test]
    fn admins_pass_every_check() {
        for action in Action::ALL {
            assert_eq!(decide(&access(), action, &Caller::Admin), Outcome::Allowed);
        }
    }

    #[test]
    fn a_list_for_owners_holds_their_own_rows_and_all_for_a_listed_role() {
        assert_eq!(decide(&access(), Action::List, &Caller::User), Outcome::OwnRows);
        assert_eq!(decide(&access(), Action::List, &Caller::Role("editor".into())), Outcome::Allowed);
        assert_eq!(decide(&access(), Action::List, &Caller::Anonymous), Outcome::Unauthorized);
    }

    #[test]
    fn a_stranger_may_not_change_a_row_he_may_read() {
        assert_eq!(decide(&access(), Action::Update, &Caller::User), Outcome::Forbidden);
        assert_eq!(decide(&access(), Action::Update, &Caller::Owner), Outcome::Allowed);
    }

    #[test]
    fn a_row_that_may_not_be_read_is_not_found_unless_the_role_alone_refuses() {
        let mut access = access();
        access.read = vec![Grant::Owner];
        assert_eq!(decide(&access, Action::Read, &Caller::User), Outcome::NotFound);
        assert_eq!(decide(&access, Action::Update, &Caller::User), Outcome::NotFound);
        assert_eq!(decide(&access, Action::Delete, &Caller::User), Outcome::Forbidden);
        assert_eq!(decide(&access, Action::Delete, &Caller::Role("editor".into())), Outcome::NotFound);
    }
}
