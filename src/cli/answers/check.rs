//! `scaffold answers check`

use super::{Failure, Global, catalog, input};
use crate::cli::input::Sources;
use crate::cli::output;
use std::path::PathBuf;

/// Check an answers file as `new` reads it: every mistake at once, nothing written
#[derive(Debug, clap::Args)]
pub struct CheckArgs {
    /// A TOML, YAML or JSON file, or `-` for standard input
    file: PathBuf,
    /// Set one answer on top of the file, for example `stack.database=postgresql`; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

pub fn run(args: &CheckArgs, global: &Global) -> Result<(), Failure> {
    let catalog = catalog::load(global)?;
    let set = input::pairs(&args.set)?;
    let sources = Sources { file: Some(&args.file), set: &set, defaults: &[] };
    let spec = input::read(&sources, &catalog)?.spec;
    let framework = &catalog.frameworks[&spec.stack.framework];
    let count = spec.entities.len();
    let entities = if count == 1 { "entity" } else { "entities" };
    if !global.quiet {
        let title = &framework.title;
        output::print(&format!("{} is right: {count} {entities}, {title}\n", spec.project.name))?;
    }
    Ok(())
}
