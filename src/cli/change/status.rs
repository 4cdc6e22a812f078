//! `scaffold status`

use super::super::{Failure, Global, output};
use super::Place;
use super::project::Project;
use crate::project::digest;
use crate::update::Tree;
use serde_json::json;

const AFTER_HELP: &str = "\
Examples:
  scaffold status
  scaffold status --dir shop --json

A file is stale when it would be generated otherwise now: from answers that were edited, or by a
newer scaffold. `scaffold diff` shows how, `scaffold update` brings it.

Exit codes: 0 done, 1 failed, 2 wrong usage or answers, 130 interrupted";

/// Tell which generated files were edited or deleted, and which are stale
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct StatusArgs {
    #[command(flatten)]
    place: Place,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

pub fn run(args: &StatusArgs, global: &Global) -> Result<(), Failure> {
    let root = Project::find(&args.place, global)?;
    let project = Project::open(root, None, global)?;
    let compared = project.compare()?;
    let generated = |it: &&String| !it.starts_with(crate::project::RECORDS);
    let (mut edited, mut deleted, mut untouched) = (Vec::new(), Vec::new(), 0);
    for path in project.lock.files.keys().filter(generated) {
        match there(&compared.disk, path) {
            None => deleted.push(path.as_str()),
            Some(found) if found == project.lock.files[path] => untouched += 1,
            Some(_) => edited.push(path.as_str()),
        }
    }
    let stale = |path: &&str| {
        compared.next.files.get(*path).map(|it| digest(&it.bytes)).as_ref() != project.lock.files.get(*path)
    };
    let paths = project.lock.files.keys().filter(generated).chain(compared.next.files.keys()).map(String::as_str);
    let stale: std::collections::BTreeSet<&str> = paths.filter(stale).collect();
    if args.json {
        let value = json!({
            "ok": true,
            "folder": project.root,
            "framework": project.lock.framework,
            "scaffold": project.lock.scaffold,
            "untouched": untouched,
            "edited": edited,
            "deleted": deleted,
            "stale": stale,
        });
        return output::print(&format!("{value:#}\n"));
    }
    let mut text = String::new();
    for (word, list) in [("edited", edited), ("deleted", deleted), ("stale", stale.into_iter().collect())] {
        text.extend(list.iter().map(|path| format!("{word:<9}{path}\n")));
        text.push_str(&format!("{} {word}{}", list.len(), if word == "stale" { "" } else { "\n" }));
    }
    text.push_str(&format!(
        "\n{untouched} untouched; {} made by scaffold {}\n",
        project.lock.framework, project.lock.scaffold
    ));
    output::print(&text)
}

fn there(disk: &Tree, path: &str) -> Option<String> {
    disk.get(path).map(|bytes| digest(bytes))
}
