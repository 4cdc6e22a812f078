//! `scaffold answers`

mod check;
mod example;
mod fmt;
mod schema;

use super::{Failure, Global, catalog, input};

/// Work on answers files: check, format, describe, show an example
#[derive(Debug, clap::Args)]
pub struct AnswersArgs {
    #[command(subcommand)]
    command: AnswersCommand,
}

#[derive(Debug, clap::Subcommand)]
enum AnswersCommand {
    Check(check::CheckArgs),
    Fmt(fmt::FmtArgs),
    Schema(schema::SchemaArgs),
    Example(example::ExampleArgs),
}

pub fn run(args: &AnswersArgs, global: &Global) -> Result<(), Failure> {
    match &args.command {
        AnswersCommand::Check(args) => check::run(args, global),
        AnswersCommand::Fmt(args) => fmt::run(args, global),
        AnswersCommand::Schema(args) => schema::run(args, global),
        AnswersCommand::Example(args) => example::run(args, global),
    }
}
