//! What became of everything that a document declares, counted.

use super::super::Kind;

/// How many of one sort a document declares, and what became of them. The three outcomes add up to what was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// In the document.
    pub found: usize,
    /// Carried over as they are.
    pub understood: usize,
    /// Carried over with something decided that the document does not say.
    pub assumed: usize,
    /// Left out, each with a word of why.
    pub left_out: usize,
}

/// The counts of a schema.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tables, models, entities, schemas of objects.
    pub tables: Count,
    /// Columns and properties.
    pub fields: Count,
    /// References between tables; one that both sides declare counts once.
    pub relations: Count,
}

impl Count {
    /// Counts one more.
    pub(crate) fn add(&mut self, kind: Kind) {
        self.found += 1;
        match kind {
            Kind::Understood => self.understood += 1,
            Kind::Assumed => self.assumed += 1,
            Kind::Open | Kind::Unsupported | Kind::NotUnderstood => self.left_out += 1,
        }
    }
}
