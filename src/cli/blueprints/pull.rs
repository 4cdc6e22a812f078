//! `scaffold blueprints pull`

use super::super::{Failure, Global, catalog, input, output};
use crate::catalog::Catalog;
use crate::plan::Plan;
use crate::project::{self, ANSWERS_PATH};
use crate::pull::{Pulled, pull};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where blueprints are, when nobody says otherwise.
const FOLDER: &str = "blueprints";

/// Bring the edits of a generated project back into its blueprint
#[derive(Debug, clap::Args)]
pub struct PullArgs {
    /// The folder of the project
    dir: PathBuf,
    /// Tell what would be changed, change nothing
    #[arg(long)]
    dry_run: bool,
}

pub fn run(args: &PullArgs, global: &Global) -> Result<(), Failure> {
    let folder = global.blueprints.clone().unwrap_or_else(|| PathBuf::from(FOLDER));
    let global = Global { blueprints: Some(folder.clone()), ..global.clone() };
    let before = catalog::load(&global)?;
    let checked = |catalog: &Catalog| {
        let answers = args.dir.join(ANSWERS_PATH);
        input::read(&input::Sources { file: Some(&answers), set: &[], defaults: &[] }, catalog)
    };
    let answers = checked(&before)?;
    let plan = Plan::new(&answers.spec, &before)?;
    let made = crate::generate(&answers, &before)?;
    let edited = edited(&args.dir)?;
    let pulled = pull(&plan, &made, &edited);
    tell(&pulled, args.dry_run)?;
    if args.dry_run || pulled.files.is_empty() {
        return Ok(());
    }
    for (path, bytes) in &pulled.files {
        let path = folder.join(path);
        project::replace_file(&path, bytes)
            .map_err(|error| Failure::Failed(format!("cannot write {}: {error}", path.display())))?;
    }
    // What the changed blueprint makes of the same answers.
    let after = catalog::load(&global)?;
    let again = crate::generate(&checked(&after)?, &after)?;
    let differs = |path: &&String| again.get(*path).is_none_or(|it| it.bytes != edited[*path].as_slice());
    let still: Vec<_> = edited.keys().filter(differs).collect();
    let text = match still.as_slice() {
        [] => "the blueprint makes the project as it is now\n".to_owned(),
        some => format!(
            "the blueprint still makes these otherwise:\n{}",
            some.iter().map(|path| format!("  {path}\n")).collect::<String>()
        ),
    };
    output::print(&text)
}

/// The project's files but for what it keeps about its own making.
fn edited(dir: &Path) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let all = project::read_project(dir)
        .map_err(|error| Failure::Usage(format!("cannot read {}: {error}", dir.display())))?;
    Ok(all.into_iter().filter(|(path, _)| !path.starts_with(project::RECORDS)).collect())
}

fn tell(pulled: &Pulled, dry_run: bool) -> Result<(), Failure> {
    let verb = if dry_run { "would change" } else { "changed" };
    let mut text: String = pulled.files.keys().map(|path| format!("{verb}  {path}\n")).collect();
    for left in &pulled.left {
        let line = left.line.map(|line| format!(":{line}")).unwrap_or_default();
        text.push_str(&format!("left     {}{line}: {}\n", left.path, left.why));
    }
    if text.is_empty() {
        text.push_str("nothing was edited\n");
    }
    output::print(&text)
}
