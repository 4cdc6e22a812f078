//! Documents into answers: a filled-in prompt or a schema that exists already becomes an answers file.
//!
//! ```text
//! read(&document, format, catalog) -> Draft      what a document asks for, and a Finding for each thing it says
//! Draft::text()                                  the answers as a commented TOML file
//! Draft::check(&set, &defaults, catalog)         the same judged by the reader of answers files, with places of the document
//! report::text(&draft, width)                    understood, assumed, open, not supported yet, not understood
//! ```
//!
//! Every reader keeps one rule: what the document says ends in the answers or in a finding, never nowhere.

mod draft;
mod field;
mod finding;
mod format;
mod jdl;
mod names;
mod openapi;
mod outline;
mod print;
mod prisma;
pub mod prose;
mod relation;
pub mod report;
mod required;
mod sql;
mod tokens;
mod value;

pub use draft::{Answer, Draft};
pub use field::Field;
pub use finding::{Finding, Kind};
pub use format::Format;
pub use names::{entity_name, field_name, is_taken, plural, project_name, singular};
pub use outline::{Count, Tally};
pub use relation::{Relation, RelationForm};
pub use value::Value;

use crate::catalog::Catalog;
use crate::spec::Source;
use std::sync::Arc;

/// Reads a document of any format; what cannot be read at all is a finding too.
pub fn read(document: &Arc<Source>, format: Format, catalog: &Catalog) -> Draft {
    let mut draft = Draft::new(document);
    match format {
        Format::Prose => prose::read(&mut draft, catalog),
        schema => drop(read_schema(&mut draft, schema, catalog)),
    }
    required::complete(&mut draft, catalog);
    draft
}

/// Reads a schema into a draft, and counts what became of all that it declares.
pub fn read_schema(draft: &mut Draft, format: Format, catalog: &Catalog) -> Tally {
    match format {
        Format::Prisma => prisma::read(draft, catalog),
        Format::Jdl => jdl::read(draft, catalog),
        Format::Sql => sql::read(draft, catalog),
        Format::OpenApi => openapi::read(draft, catalog),
        Format::Prose => {
            let text = format!("{} cannot be read yet", format.title());
            draft.note(Kind::NotUnderstood, 0..0, "", text);
            Tally::default()
        }
    }
}
