//! Answers as other tools write them: what [`crate::reading`] reads, and a diagram.
//!
//! Everything here is a pure function of a spec. What a format has no words for is told in [`Exported::left_out`] and, where
//! the format has comments, at the top of the text.

mod jdl;
mod mermaid;
mod notes;
mod prisma;
mod sql;

use crate::catalog::Catalog;
use crate::derive::{self, Offered};
use crate::spec::Spec;

/// A format that answers can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// `OpenAPI` 3.1, JSON: what the service describes itself with.
    OpenApi,
    /// A Prisma schema.
    Prisma,
    /// DDL of the chosen database.
    Sql,
    /// A `JHipster` domain model.
    Jdl,
    /// An entity-relationship diagram.
    Mermaid,
}

/// A text in a format, and what it does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The whole text, with a line break at the end.
    pub text: String,
    /// What the format has no words for, one sentence each.
    pub left_out: Vec<String>,
}

impl Target {
    /// Every format.
    pub const ALL: [Self; 5] = [Self::OpenApi, Self::Prisma, Self::Sql, Self::Jdl, Self::Mermaid];

    /// What people type.
    pub fn id(self) -> &'static str {
        match self {
            Self::OpenApi => "openapi",
            Self::Prisma => "prisma",
            Self::Sql => "sql",
            Self::Jdl => "jdl",
            Self::Mermaid => "mermaid",
        }
    }
}

/// Writes a spec in a format.
///
/// # Errors
/// A mistake in the data of the chosen database.
pub fn export(spec: &Spec, catalog: &Catalog, target: Target) -> Result<Exported, String> {
    let left_out = notes::left_out(spec, target);
    let text = match target {
        Target::OpenApi => format!("{}\n", derive::openapi(spec, Offered::ALL)),
        Target::Prisma => headed(spec, "//", &left_out, &prisma::schema(spec)),
        Target::Sql => headed(spec, "--", &left_out, &sql::script(spec, catalog)?),
        Target::Jdl => headed(spec, "//", &left_out, &jdl::model(spec)),
        Target::Mermaid => mermaid::diagram(spec),
    };
    Ok(Exported { text, left_out })
}

/// The text under a comment that says what it is and what it lacks.
fn headed(spec: &Spec, sign: &str, left_out: &[String], text: &str) -> String {
    let mut head = format!("{sign} {}, written by `scaffold export`.\n", spec.project.title);
    if !left_out.is_empty() {
        head.push_str(&format!("{sign} Not in here:\n"));
        for it in left_out {
            head.push_str(&format!("{sign} - {it}\n"));
        }
    }
    format!("{head}\n{text}")
}
