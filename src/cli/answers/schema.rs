//! `scaffold answers schema`

use super::{Failure, Global, catalog};
use crate::cli::output;

/// Print the JSON Schema of answers files, for editors
#[derive(Debug, clap::Args)]
pub struct SchemaArgs {}

pub fn run(_: &SchemaArgs, global: &Global) -> Result<(), Failure> {
    let catalog = catalog::load(global)?;
    output::print(&format!("{:#}\n", crate::answers::schema(&catalog.choices())))?;
    Ok(())
}
