//! `scaffold answers example`

use super::{Failure, Global, catalog};
use crate::cli::output;
use crate::render;

/// Print an example that shows and explains everything a framework can be asked for
#[derive(Debug, clap::Args)]
pub struct ExampleArgs {
    /// The framework [default: the first of `scaffold list`]
    #[arg(long, value_name = "ID")]
    framework: Option<String>,
}

pub fn run(args: &ExampleArgs, global: &Global) -> Result<(), Failure> {
    let catalog = catalog::load(global)?;
    let ids = catalog.framework_ids();
    let id = args.framework.as_deref().or(ids.first().copied()).unwrap_or_default();
    let framework = catalog::framework(&catalog, id)?;
    output::print(&render::example(framework, &catalog)?)?;
    Ok(())
}
