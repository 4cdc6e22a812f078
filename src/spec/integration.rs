//! Other services that this one calls.

use super::{Field, Name};

/// Another service, reached by HTTP.
#[derive(Debug, Clone)]
pub struct Integration {
    /// `snake_case` as declared.
    pub name: Name,
    /// The variable that says where it is.
    pub base_url_env: String,
    /// How this service shows who it is.
    pub auth: ServiceAuth,
    /// What can be asked of it, in the order of the file.
    pub operations: Vec<Operation>,
    /// Free text.
    pub doc: Option<String>,
}

/// How a caller shows another service who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServiceAuth {
    /// Not at all.
    None,
    /// `Authorization: Bearer TOKEN`
    Bearer,
    /// The token in a header of this name.
    Header(String),
}

/// One thing that can be asked of another service.
#[derive(Debug, Clone)]
pub struct Operation {
    /// `snake_case` as declared.
    pub name: Name,
    /// The HTTP method.
    pub method: Method,
    /// Below the base URL; `{field}` stands for a field of the input.
    pub path: String,
    /// What is sent: fields of the path, then the query of `GET` and `DELETE`, else the JSON body.
    pub input: Vec<Field>,
    /// What is read of the answer; more may be there. Empty: the answer has no body that matters.
    pub output: Vec<Field>,
    /// How long one attempt may take.
    pub timeout_ms: u32,
    /// Free text.
    pub doc: Option<String>,
}

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// Every method.
    pub const ALL: [Self; 5] = [Self::Get, Self::Post, Self::Put, Self::Patch, Self::Delete];

    /// As requests have it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Whether a request has a body.
    pub fn has_body(self) -> bool {
        matches!(self, Self::Post | Self::Put | Self::Patch)
    }
}

impl Integration {
    /// The variable that holds the token.
    pub fn token_env(&self) -> String {
        format!("{}_TOKEN", self.name.screaming())
    }
}

impl Operation {
    /// The names in braces of a path, in order.
    pub fn placeholders(path: &str) -> impl Iterator<Item = &str> {
        path.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name)
    }

    /// Whether this field of the input stands in the path.
    pub fn in_path(&self, field: &Field) -> bool {
        Self::placeholders(&self.path).any(|name| name == field.name.declared())
    }
}
