//! `scaffold update`

use super::super::{Failure, Global, input, interrupt, output};
use super::project::{Project, require_clean};
use super::{Place, consent, report};
use crate::project::{self, ANSWERS_PATH};
use crate::spec::Spec;
use crate::update::{Edit, edit};
use std::path::Path;

const AFTER_HELP: &str = "\
Examples:
  scaffold update --dry-run
  scaffold update
  scaffold update --set stack.database=postgresql
  scaffold update --drop suppliers.phone
  scaffold update --dir shop --json

It brings a project to what `.scaffold/answers.toml` and this scaffold say now. Files that nobody
edited are replaced, edited ones merged, deleted ones stay deleted. A changed data model gives a
new migration. Everything is written, or nothing.

What would drop a table or a column with what is in it asks first; without a terminal it fails, and
says which `--drop` agrees to it.

Exit codes: 0 done, 1 failed, 2 wrong usage or answers, 3 done with conflicts, 130 interrupted";

/// Bring a project to what its answers and this scaffold say now
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct UpdateArgs {
    #[command(flatten)]
    pub place: Place,
    /// Set an answer first, for example `stack.database=postgresql`; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    #[command(flatten)]
    pub how: How,
}

/// How a project is changed.
#[derive(Debug, Clone, clap::Args)]
pub struct How {
    /// Tell what would be changed, change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Go on although there are changes that are in no commit
    #[arg(long)]
    pub allow_dirty: bool,
    /// Agree that this table or column goes with what is in it, for example `suppliers.phone`; may be repeated
    #[arg(long, value_name = "NAME")]
    pub drop: Vec<String>,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

pub fn run(args: &UpdateArgs, global: &Global) -> Result<(), Failure> {
    let set = input::pairs(&args.set)?;
    let edits = set.into_iter().map(|(key, value)| Edit::Set(key.split('.').map(str::to_owned).collect(), value));
    let edits: Vec<_> = edits.collect();
    change(&args.place, &edits, |_| {}, &args.how, global)
}

/// Changes the answers, if they are to be changed, and brings the project to them. `mark` may say what was called otherwise.
pub fn change(
    place: &Place,
    edits: &[Edit],
    mark: impl FnOnce(&mut Spec),
    how: &How,
    global: &Global,
) -> Result<(), Failure> {
    let root = Project::find(place, global)?;
    if !how.dry_run && !how.allow_dirty {
        require_clean(&root)?;
    }
    let text = edited(&root, edits)?;
    let rewritten = text.is_some();
    let mut project = Project::open(root, text, global)?;
    mark(&mut project.checked.spec);
    bring(&project, rewritten, how, global)
}

/// The answers after the edits; `None` when they are as they were.
fn edited(root: &Path, edits: &[Edit]) -> Result<Option<String>, Failure> {
    if edits.is_empty() {
        return Ok(None);
    }
    let bytes = project::read_bytes(&root.join(ANSWERS_PATH))
        .map_err(|error| Failure::Failed(format!("cannot read `{ANSWERS_PATH}`: {error}")))?;
    let before = String::from_utf8_lossy(&bytes).into_owned();
    let after = edits.iter().try_fold(before.clone(), |text, it| edit(&text, it));
    let after = after.map_err(|error| Failure::Usage(error.to_string()))?;
    Ok((after != before).then_some(after))
}

/// Makes the change and tells of it; `rewritten` says whether the answers are another text than on disk.
fn bring(project: &Project, rewritten: bool, how: &How, global: &Global) -> Result<(), Failure> {
    let compared = project.compare()?;
    let settings = project.settings(&compared)?;
    if !how.dry_run {
        let dropped = compared.next.migration.as_ref().map(|it| it.dropped.as_slice()).unwrap_or_default();
        consent::to(dropped, how)?;
        let _busy = interrupt::busy();
        let left = project::apply(&project.root, &project.steps(&compared)?, &interrupt::interrupted)?;
        if !left.is_empty() {
            global.note(&format!("these were changed meanwhile and are as they were: {}", left.join(", ")));
        }
    }
    if how.json {
        output::print(&format!("{:#}\n", report::json(&compared, &settings, how.dry_run)))?;
    } else if !global.quiet || how.dry_run {
        output::print(&report::text(&compared, &settings, rewritten, how.dry_run))?;
    }
    if compared.update.conflicts().next().is_some() { Err(Failure::Conflicts) } else { Ok(()) }
}
