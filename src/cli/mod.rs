//! What people meet: commands, messages, exit codes. Nothing outside this module prints, asks or reads the environment.

mod blueprints;
mod catalog;
mod failure;
mod git;
mod input;
mod list;
mod new;
mod tree;
mod wizard;

pub use failure::{EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE, Failure};

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Generates complete backend projects: routes, models, migrations, accounts, tests, Dockerfile, CI and documents, from
/// one answers file.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    global: Global,
}

/// Options of every command.
#[derive(Debug, Args)]
struct Global {
    /// Read blueprints from this folder instead of the ones inside the program
    #[arg(long, global = true, value_name = "DIR")]
    blueprints: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    New(new::NewArgs),
    List(list::ListArgs),
    Blueprints(blueprints::BlueprintsArgs),
}

/// Runs one command.
pub fn run(cli: Cli) -> Result<(), Failure> {
    let Cli { command, global } = cli;
    match command {
        Command::New(args) => new::run(&args, &global),
        Command::List(args) => list::run(&args, &global),
        Command::Blueprints(args) => blueprints::run(&args, &global),
    }
}
