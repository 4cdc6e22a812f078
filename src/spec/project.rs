//! The project, the chosen answers and the service-wide settings.

use super::{Access, Field};
use indexmap::IndexMap;

/// `[project]`: free text is any Unicode on one line.
#[derive(Debug, Clone)]
pub struct Project {
    /// Kebab-case; the folder's name too.
    pub name: String,
    /// A heading for people; by default made from the name.
    pub title: String,
    /// One sentence; may be empty.
    pub description: String,
    /// May be empty.
    pub author: String,
    /// The licence of the generated project.
    pub license: License,
}

/// The licence of the generated project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum License {
    /// MIT
    Mit,
    /// Apache-2.0
    Apache2,
    /// No licence file.
    None,
}

impl License {
    /// The id used in the answers file.
    pub fn id(self) -> &'static str {
        match self {
            Self::Mit => "MIT",
            Self::Apache2 => "Apache-2.0",
            Self::None => "none",
        }
    }
}

/// `[stack]`: the ids of the chosen options. Questions that take several answers hold a list; a list is never
/// empty (`none` stands alone).
#[derive(Debug, Clone)]
pub struct Stack {
    /// The blueprint.
    pub framework: String,
    /// One database.
    pub database: String,
    /// `["none"]`, `["jwt"]`, `["jwt", "api-key"]`, …
    pub auth: Vec<String>,
    /// One queue.
    pub queue: String,
    /// One cache.
    pub cache: String,
    /// Continuous integration platforms.
    pub ci: Vec<String>,
    /// Deployment targets.
    pub deploy: Vec<String>,
}

impl Stack {
    /// Question id → chosen option ids, in the order of the questions.
    pub fn answers(&self) -> IndexMap<&'static str, Vec<&str>> {
        fn many(ids: &[String]) -> Vec<&str> {
            ids.iter().map(String::as_str).collect()
        }
        IndexMap::from([
            ("framework", vec![self.framework.as_str()]),
            ("database", vec![self.database.as_str()]),
            ("auth", many(&self.auth)),
            ("queue", vec![self.queue.as_str()]),
            ("cache", vec![self.cache.as_str()]),
            ("ci", many(&self.ci)),
            ("deploy", many(&self.deploy)),
        ])
    }
}

/// `[api]`
#[derive(Debug, Clone)]
pub struct Api {
    /// The case of JSON keys and query parameters.
    pub json_case: JsonCase,
    /// `/api/v1`: starts with a slash, ends without one.
    pub base_path: String,
}

/// The case of JSON keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonCase {
    /// `inStock`
    Camel,
    /// `in_stock`
    Snake,
}

/// `[auth]`
#[derive(Debug, Clone)]
pub struct Auth {
    /// Roles besides `user` and `admin`, in the order of the file.
    pub roles: Vec<String>,
    /// Whether anybody may register; otherwise only an admin makes users.
    pub open_registration: bool,
    /// Fields that the spec adds to users.
    pub user_fields: Vec<Field>,
    /// Who may do what with users: admins, fixed by the contract.
    pub users: Access,
}
