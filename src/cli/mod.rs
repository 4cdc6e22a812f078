//! What people meet: commands, messages, exit codes. Nothing outside this module prints, asks or reads the environment.

mod answers;
mod blueprints;
mod catalog;
mod change;
mod completions;
mod defaults;
mod export;
mod failure;
mod from;
mod git;
mod input;
mod interrupt;
mod list;
mod made;
mod man;
mod new;
mod output;
mod process;
mod prompts;
mod start;
mod tree;
mod verify;
mod wizard;

pub use failure::{EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE, Failure};

use clap::{Args, CommandFactory, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

const AFTER_HELP: &str = "\
Examples:
  scaffold new shop                        ask, then generate
  scaffold new shop --answers shop.toml    generate from a file
  scaffold new shop --yes --start          take every default, generate, run
  scaffold list                            what there is to choose from
  scaffold verify shop                     prove a project: its checks, its service, the contract

Exit codes: 0 done, 1 failed, 2 wrong usage or answers, 130 interrupted
Colours: NO_COLOR=1 turns them off, CLICOLOR_FORCE=1 on; off in pipes and on dumb terminals";

/// Generates complete backend projects: routes, models, migrations, accounts, tests, Dockerfile, CI and documents, from
/// one answers file.
#[derive(Debug, Parser)]
#[command(name = "scaffold", version, max_term_width = 100, after_help = AFTER_HELP)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    global: Global,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options of every command")]
struct Global {
    /// Print errors and what was asked for; no progress, notes and next steps
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Read blueprints from this folder instead of the ones inside the program
    #[arg(long, global = true, value_name = "DIR")]
    blueprints: Option<PathBuf>,
}

impl Global {
    /// Tells what is good to know and was not asked for.
    fn note(&self, text: &str) {
        if !self.quiet {
            output::tell(&format!("note: {text}"));
        }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    New(new::NewArgs),
    List(list::ListArgs),
    Prompts(prompts::PromptsArgs),
    Answers(answers::AnswersArgs),
    Export(export::ExportArgs),
    Status(change::status::StatusArgs),
    Diff(change::diff::DiffArgs),
    Update(change::update::UpdateArgs),
    Add(change::add::AddArgs),
    Rename(change::rename::RenameArgs),
    Verify(Box<verify::VerifyArgs>),
    Blueprints(blueprints::BlueprintsArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
}

impl Command {
    /// Whether a program reads the result.
    fn json(&self) -> bool {
        match self {
            Self::New(args) => args.json,
            Self::List(args) => args.json,
            Self::Verify(args) => args.json,
            Self::Status(args) => args.json,
            Self::Update(args) => args.how.json,
            Self::Add(args) => args.how.json,
            Self::Rename(args) => args.json(),
            Self::Prompts(_)
            | Self::Answers(_)
            | Self::Export(_)
            | Self::Diff(_)
            | Self::Blueprints(_)
            | Self::Completions(_)
            | Self::Man(_) => false,
        }
    }
}

/// Parses the command line, runs it, tells what went wrong.
pub fn main() -> ExitCode {
    let parsed = Cli::try_parse();
    let json = match &parsed {
        Ok(cli) => cli.command.json(),
        Err(_) => std::env::args_os().any(|it| it == "--json"),
    };
    let outcome = match parsed {
        Ok(cli) => run(cli),
        Err(error) if json && error.use_stderr() => {
            let text = error.render().to_string();
            Err(Failure::Usage(text.trim_start_matches("error: ").trim_end().to_owned()))
        }
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { EXIT_USAGE } else { 0 });
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.report(json);
            failure.exit_code()
        }
    }
}

/// Runs one command.
pub fn run(cli: Cli) -> Result<(), Failure> {
    let Cli { command, global } = cli;
    interrupt::listen()?;
    match command {
        Command::New(args) => new::run(&args, &global),
        Command::List(args) => list::run(&args, &global),
        Command::Prompts(args) => prompts::run(&args, &global),
        Command::Answers(args) => answers::run(&args, &global),
        Command::Export(args) => export::run(&args, &global),
        Command::Status(args) => change::status::run(&args, &global),
        Command::Diff(args) => change::diff::run(&args, &global),
        Command::Update(args) => change::update::run(&args, &global),
        Command::Add(args) => change::add::run(&args, &global),
        Command::Rename(args) => change::rename::run(&args, &global),
        Command::Verify(args) => verify::run(&args, &global),
        Command::Blueprints(args) => blueprints::run(&args, &global),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
    }
}

/// The definitions that the parser, help, completions and man pages come from.
pub fn definitions() -> clap::Command {
    let mut definitions = Cli::command();
    definitions.build();
    definitions
}
