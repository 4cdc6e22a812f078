//! `scaffold new`

use super::{Failure, Global, catalog, git, input, tree, wizard};
use crate::answers::Checked;
use crate::catalog::Catalog;
use crate::project;
use std::io::IsTerminal;
use std::path::PathBuf;

/// Generate a project
#[derive(Debug, clap::Args)]
pub struct NewArgs {
    /// Where to put it; a new or empty folder [default: the project's name]
    dir: Option<PathBuf>,
    /// The answers: a TOML, YAML or JSON file, or `-` for standard input
    #[arg(long, short, value_name = "FILE")]
    answers: Option<PathBuf>,
    /// Go on with an interrupted wizard
    #[arg(long, conflicts_with = "answers")]
    resume: bool,
    /// Set one answer on top of the file, for example `stack.database=postgresql`; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Show the files and their sizes, write nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not make a git repository
    #[arg(long)]
    no_git: bool,
}

pub fn run(args: &NewArgs, global: &Global) -> Result<(), Failure> {
    let catalog = catalog::load(global)?;
    let Some((checked, dir)) = answers(args, &catalog)? else { return Ok(()) };
    let spec = &checked.spec;
    let framework = &catalog.frameworks[&spec.stack.framework];
    let files = crate::generate(&checked, &catalog)?;
    let target = dir.unwrap_or_else(|| PathBuf::from(&spec.project.name));
    if args.dry_run {
        anstream::print!("{}", tree::draw(&target.display().to_string(), &files));
        return Ok(());
    }
    project::write(&files, &target)?;
    if args.answers.is_none() {
        wizard::done();
    }
    if !args.no_git && !project::inside_repository(&target) {
        git::first_commit(&target)?;
    }
    let count = files.len();
    anstream::println!("made {} ({count} files, {})", target.display(), framework.title);
    anstream::println!("\nnext:\n  cd {}", target.display());
    for step in &framework.next_steps {
        anstream::println!("  {step}");
    }
    Ok(())
}

/// The answers and the folder, from a file or from the wizard; nothing when the wizard ends without a project.
fn answers(args: &NewArgs, catalog: &Catalog) -> Result<Option<(Checked, Option<PathBuf>)>, Failure> {
    if let Some(file) = &args.answers {
        return Ok(Some((input::read(file, &args.set, catalog)?, args.dir.clone())));
    }
    if std::io::stdin().is_terminal() && std::io::stderr().is_terminal() {
        let set = args.set.iter().map(|pair| input::split(pair)).collect::<Result<_, _>>()?;
        return wizard::run(args.dir.clone(), set, args.resume, catalog);
    }
    Err(Failure::Usage(wizard::missing(catalog)))
}
