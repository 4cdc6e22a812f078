//! `scaffold export`

use super::input::{self, Sources};
use super::{Failure, Global, catalog, output};
use crate::export::{Target, export};
use clap::ValueEnum;
use clap::builder::PossibleValue;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Examples:
  scaffold export prisma shop.toml > schema.prisma
  scaffold export mermaid shop/.scaffold/answers.toml

What a format has no words for is told on standard error. `scaffold new --from` reads each of
them but the diagram.

Exit codes: 0 done, 1 failed, 2 wrong usage or answers, 130 interrupted";

/// Print answers in the words of another tool, or as a diagram
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct ExportArgs {
    /// What to print
    format: Target,
    /// The answers: a TOML, YAML or JSON file, or `-` for standard input
    answers: PathBuf,
    /// Set one answer on top of the file, for example `stack.database=postgresql`; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

impl ValueEnum for Target {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::OpenApi => "OpenAPI 3.1 in JSON, as the service describes itself",
            Self::Prisma => "a Prisma schema",
            Self::Sql => "tables in the SQL of the chosen database",
            Self::Jdl => "a JHipster domain model",
            Self::Mermaid => "an entity-relationship diagram",
        };
        Some(PossibleValue::new(self.id()).help(help))
    }
}

pub fn run(args: &ExportArgs, global: &Global) -> Result<(), Failure> {
    let catalog = catalog::load(global)?;
    let set = input::pairs(&args.set)?;
    let sources = Sources { file: Some(&args.answers), set: &set, defaults: &[] };
    let spec = input::read(&sources, &catalog)?.spec;
    let exported = export(&spec, &catalog, args.format).map_err(Failure::Failed)?;
    output::print(&exported.text)?;
    if !exported.left_out.is_empty() {
        global.note(&format!("{} has no words for: {}", args.format.id(), exported.left_out.join("; ")));
    }
    Ok(())
}
