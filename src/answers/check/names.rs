//! What names may look like.

use super::problems::Problems;
use crate::answers::Problem;
use crate::spec::{Name, Place};

/// The most characters of a name.
pub(crate) const LONGEST: usize = 40;

/// Entities that the contract brings itself.
pub(crate) const RESERVED_ENTITIES: [&str; 10] =
    ["User", "Approval", "ApiKey", "Session", "Job", "Event", "Outbox", "Health", "Metrics", "Auth"];

/// Operations that the contract names itself: no command may be called so.
pub(crate) const RESERVED_COMMANDS: [&str; 8] =
    ["list", "read", "create", "update", "replace", "delete", "restore", "audit"];

/// Jobs that every service has itself.
pub(crate) const RESERVED_JOBS: [&str; 3] = ["clean_up", "send_welcome_mail", "send_reset_mail"];

/// Keys that the contract sets itself, in `camelCase`.
pub(crate) const SET_BY_SERVICE: [&str; 6] = ["id", "createdAt", "updatedAt", "version", "ownerId", "deletedAt"];

/// Keys that users have already, in `camelCase`.
pub(crate) const USER_KEYS: [&str; 8] =
    ["email", "name", "role", "active", "password", "passwordHash", "newPassword", "currentPassword"];

/// Names of roles that cannot be declared.
pub(crate) const BUILT_IN_ROLES: [&str; 5] = ["user", "admin", "public", "authenticated", "owner"];

/// Words of every query, in `camelCase`.
pub(crate) const QUERY_WORDS: [&str; 7] = ["limit", "offset", "cursor", "sort", "q", "expand", "includeDeleted"];

/// Whether a text is `PascalCase` ASCII.
pub(crate) fn is_pascal(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_uppercase()) && text.bytes().all(|it| it.is_ascii_alphanumeric())
}

/// Whether a text is `camelCase` or `snake_case` ASCII.
pub(crate) fn is_field_name(text: &str) -> bool {
    let camel = text.bytes().all(|it| it.is_ascii_alphanumeric());
    let snake = text
        .split('_')
        .all(|word| !word.is_empty() && word.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit()));
    text.starts_with(|it: char| it.is_ascii_lowercase()) && (camel || snake)
}

/// Whether a text is `snake_case` ASCII.
pub(super) fn is_snake(text: &str) -> bool {
    is_field_name(text) && !text.bytes().any(|it| it.is_ascii_uppercase())
}

/// Whether a text is kebab-case ASCII.
pub(super) fn is_kebab(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_lowercase())
        && text
            .split('-')
            .all(|word| !word.is_empty() && word.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit()))
}

impl Problems {
    /// A `PascalCase` name of an entity, enumeration or event, or a plural.
    pub(super) fn pascal(&self, text: &str, what: &str, place: &Place) -> bool {
        if !is_pascal(text) {
            let near = Name::new(text).pascal();
            let mut problem = Problem::new(format!("`{text}` is no name for {what}"), place.clone());
            if is_pascal(&near) {
                problem = problem.note(format!("did you mean `{near}`?"));
            }
            self.push(problem.note("allowed: PascalCase, ASCII letters and digits"));
            return false;
        }
        self.short(text, place)
    }

    /// A `camelCase` or `snake_case` name.
    pub(super) fn field_name(&self, text: &str, what: &str, place: &Place) -> bool {
        if !is_field_name(text) {
            let near = Name::new(text).camel();
            let mut problem = Problem::new(format!("`{text}` is no name for {what}"), place.clone());
            if is_field_name(&near) {
                problem = problem.note(format!("did you mean `{near}`?"));
            }
            self.push(problem.note("allowed: camelCase or snake_case, ASCII letters and digits"));
            return false;
        }
        self.short(text, place)
    }

    /// A `snake_case` name of a job or handler.
    pub(super) fn snake(&self, text: &str, what: &str, place: &Place) -> bool {
        if !is_snake(text) {
            let near = Name::new(text).snake();
            let mut problem = Problem::new(format!("`{text}` is no name for {what}"), place.clone());
            if is_snake(&near) {
                problem = problem.note(format!("did you mean `{near}`?"));
            }
            self.push(problem.note("allowed: snake_case, ASCII letters and digits"));
            return false;
        }
        self.short(text, place)
    }

    fn short(&self, text: &str, place: &Place) -> bool {
        if text.len() > LONGEST {
            let problem = Problem::new(format!("`{text}` is too long"), place.clone());
            self.push(
                problem.label(format!("{} characters", text.len())).note(format!("at most {LONGEST} characters")),
            );
            return false;
        }
        true
    }

    /// A key of bodies and queries: refused when the contract uses it itself.
    pub(super) fn free_key(&self, name: &Name, place: &Place) -> bool {
        let key = name.camel();
        let reason = if SET_BY_SERVICE.contains(&key.as_str()) {
            "the service sets this itself on every row"
        } else if QUERY_WORDS.contains(&key.as_str()) {
            "every list takes a query parameter of this name"
        } else {
            return true;
        };
        let problem = Problem::new(format!("`{}` cannot be declared", name.declared()), place.clone());
        let refused = SET_BY_SERVICE.iter().chain(&QUERY_WORDS).copied().collect::<Vec<_>>().join(", ");
        self.push(problem.label(reason).note(format!("refused: {refused}")));
        false
    }
}
