//! `scaffold blueprints`

mod edit;
mod pull;

use super::{Failure, Global, catalog, output};
use crate::render;

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
    Edit(edit::EditArgs),
    Pull(pull::PullArgs),
}

pub fn run(args: &BlueprintsArgs, global: &Global) -> Result<(), Failure> {
    match &args.command {
        BlueprintsCommand::Check => check(global),
        BlueprintsCommand::Edit(args) => edit::run(args, global),
        BlueprintsCommand::Pull(args) => pull::run(args, global),
    }
}

fn check(global: &Global) -> Result<(), Failure> {
    let catalog = catalog::load(global)?;
    let mut problems = Vec::new();
    for framework in catalog.frameworks.values() {
        let found = render::check::check(&catalog, framework);
        let verdict = if found.is_empty() { "passed".to_owned() } else { format!("{} problems", found.len()) };
        output::print(&format!("{}  {verdict}\n", framework.id))?;
        problems.extend(found.iter().map(ToString::to_string));
    }
    if problems.is_empty() { Ok(()) } else { Err(Failure::Failed(problems.join("\nerror: "))) }
}
