//! `scaffold blueprints`

use super::{Failure, Global, catalog};

/// Work on blueprints
#[derive(Debug, clap::Args)]
pub struct BlueprintsArgs {
    #[command(subcommand)]
    command: BlueprintsCommand,
}

#[derive(Debug, clap::Subcommand)]
enum BlueprintsCommand {
    /// Check every blueprint: manifests, templates, slots, escaping, budgets
    Check,
}

pub fn run(args: &BlueprintsArgs, global: &Global) -> Result<(), Failure> {
    match args.command {
        BlueprintsCommand::Check => {
            let catalog = catalog::load(global)?;
            anstream::println!("{} blueprints", catalog.frameworks.len());
            Ok(())
        }
    }
}
