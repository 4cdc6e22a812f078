//! `scaffold new`

use super::input::{self, Sources};
use super::made::Made;
use super::start::{self, Plan};
use super::{Failure, Global, catalog, defaults, from, git, interrupt, output, wizard};
use crate::answers::Checked;
use crate::catalog::Catalog;
use crate::project::{self, Stage};
use crate::reading::{Draft, report};
use std::io::IsTerminal;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Examples:
  scaffold new shop --answers shop.toml
  scaffold new shop --answers shop.toml --set stack.database=postgresql --dry-run
  scaffold new notes --set project.name=notes --set 'entities.Note.fields.text=string' --yes
  scaffold new shop --yes --start
  scaffold new shop --from prompt.md
  scaffold new shop --from schema.prisma --answers-out shop.toml

Without --answers a terminal is asked. With --yes nothing is: the name is the folder's, the
framework is the first one of `scaffold list`, the entity is a note with a title and a text.

With --json the result is one object, {\"ok\": true, …} or {\"ok\": false, \"problems\": […], …}.

Exit codes: 0 done, 1 failed, 2 wrong usage or answers, 130 interrupted";

/// Generate a project
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct NewArgs {
    /// Where to put it; a new or empty folder [default: the project's name]
    pub dir: Option<PathBuf>,
    /// The answers: a TOML, YAML or JSON file, or `-` for standard input
    #[arg(long, short, value_name = "FILE", help_heading = "Answers")]
    pub answers: Option<PathBuf>,
    /// Read a document instead: a filled-in prompt (`scaffold prompts`) or a schema; `-` for standard input
    #[arg(long, value_name = "FILE", conflicts_with = "answers", help_heading = "Answers")]
    pub from: Option<PathBuf>,
    /// With --from: refuse a document that leaves anything to assume or is not understood
    #[arg(long, requires = "from", conflicts_with = "yes", help_heading = "Answers")]
    pub strict: bool,
    /// With --from: write the answers to this file, and no project; with --dry-run print them
    #[arg(long, value_name = "FILE", requires = "from", help_heading = "Answers")]
    pub answers_out: Option<PathBuf>,
    /// Go on with an interrupted wizard
    #[arg(long, conflicts_with_all = ["answers", "from", "yes", "json"], help_heading = "Answers")]
    pub resume: bool,
    /// Set one answer on top of the file, for example `stack.database=postgresql`; may be repeated
    #[arg(long, value_name = "KEY=VALUE", help_heading = "Answers")]
    pub set: Vec<String>,
    /// Ask nothing: take a default for every answer that is missing; with --from accept what was assumed
    #[arg(long, short, help_heading = "Answers")]
    pub yes: bool,
    /// Show the files and their sizes, write nothing
    #[arg(long, help_heading = "What happens")]
    pub dry_run: bool,
    /// Do not make a git repository
    #[arg(long, help_heading = "What happens")]
    pub no_git: bool,
    /// Then install, migrate, fill with examples and run the service, until Ctrl-C
    #[arg(long, conflicts_with = "dry_run", help_heading = "What happens")]
    pub start: bool,
    /// Print the result as JSON
    #[arg(long, help_heading = "What happens")]
    pub json: bool,
}

pub fn run(args: &NewArgs, global: &Global) -> Result<(), Failure> {
    let catalog = catalog::load(global)?;
    match answers(args, global, &catalog)? {
        Some(answered) => generate(args, global, &catalog, answered),
        None => Ok(()),
    }
}

/// Complete answers, where the project goes, and whether a person was asked.
struct Answered {
    checked: Checked,
    dir: Option<PathBuf>,
    asked: bool,
    /// What was read from a document.
    reading: Option<Draft>,
}

fn generate(args: &NewArgs, global: &Global, catalog: &Catalog, answered: Answered) -> Result<(), Failure> {
    let Answered { checked, dir, asked, reading } = answered;
    let spec = &checked.spec;
    let framework = &catalog.frameworks[&spec.stack.framework];
    let start = args.start.then(|| Plan::new(framework, spec)).transpose()?;
    let files = crate::generate(&checked, catalog)?;
    let folder = dir.unwrap_or_else(|| PathBuf::from(&spec.project.name));
    let here = std::env::current_dir().ok();
    let mut made = Made {
        absolute: std::path::absolute(&folder).unwrap_or_else(|_| folder.clone()),
        folder,
        framework,
        files: &files,
        dry_run: args.dry_run,
        repository: false,
        replaced: false,
    };
    if !args.dry_run {
        write(args, global, &mut made)?;
        if asked {
            wizard::done();
        }
        made.replaced = here.as_deref() == Some(&made.absolute);
    }
    match start {
        Some(plan) => start::run(&plan, &made, args.json, global),
        None if args.json => {
            let mut value = made.json();
            if let Some(draft) = &reading {
                value["reading"] = report::json(draft);
            }
            output::print(&format!("{value:#}\n"))
        }
        None if global.quiet && !args.dry_run => Ok(()),
        None => output::print(&made.text()),
    }
}

fn write(args: &NewArgs, global: &Global, made: &mut Made<'_>) -> Result<(), Failure> {
    let _busy = interrupt::busy();
    let stage = Stage::begin(&made.folder)?;
    stage.fill(made.files, &interrupt::interrupted)?;
    // The repository is part of the project: it is there with the rest, or nothing is.
    if !args.no_git && !project::inside_repository(stage.target()) {
        match git::first_commit(&stage.tree()) {
            Ok(()) => made.repository = true,
            Err(reason) if !interrupt::interrupted() => {
                global.note(&format!("the project has no git repository yet: {reason}"));
            }
            Err(_) => {}
        }
    }
    if interrupt::interrupted() {
        return Err(Failure::Interrupted("interrupted; nothing was written"));
    }
    made.absolute = stage.target().to_path_buf();
    Ok(stage.publish()?)
}

/// The answers; nothing when the person who was asked wants no project now.
fn answers(args: &NewArgs, global: &Global, catalog: &Catalog) -> Result<Option<Answered>, Failure> {
    let set = input::pairs(&args.set)?;
    if let Some(file) = &args.from {
        let read = from::answers(args, file, &set, global, catalog)?;
        let answered =
            |(checked, draft)| Answered { checked, dir: args.dir.clone(), asked: false, reading: Some(draft) };
        return Ok(read.map(answered));
    }
    let defaults = if args.yes { defaults::all(args.dir.as_deref(), catalog) } else { Vec::new() };
    if args.answers.is_none() && !args.yes {
        let missing = defaults::missing(&set, catalog);
        if args.resume || !missing.is_empty() {
            let terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
            if !terminal || args.json {
                return Err(unasked(&missing, catalog));
            }
            let answered = wizard::run(args.dir.clone(), set, args.resume, catalog)?;
            return Ok(answered.map(|(checked, dir)| Answered { checked, dir, asked: true, reading: None }));
        }
    }
    let sources = Sources { file: args.answers.as_deref(), set: &set, defaults: &defaults };
    let checked = input::read(&sources, catalog)?;
    Ok(Some(Answered { checked, dir: args.dir.clone(), asked: false, reading: None }))
}

/// Nobody can be asked.
fn unasked(missing: &[String], catalog: &Catalog) -> Failure {
    let framework = catalog.framework_ids().first().copied().unwrap_or_default();
    Failure::Usage(format!(
        "answers are missing, and there is no terminal to ask for them: {}\n\
         \x20 give them in a file     scaffold new --answers FILE  (`scaffold answers example` prints one)\n\
         \x20 or one by one           scaffold new --set project.name=notes --set stack.framework={framework} \
         --set entities.Note.fields.text=string\n\
         \x20 or take the defaults    scaffold new notes --yes",
        missing.join(", "),
    ))
}
