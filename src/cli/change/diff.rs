//! `scaffold diff`

use super::super::{Failure, Global, output};
use super::Place;
use super::project::Project;
use similar::TextDiff;

const AFTER_HELP: &str = "\
Examples:
  scaffold diff
  scaffold diff > update.patch && git apply update.patch

Exit codes: 0 done, 1 failed, 2 wrong usage or answers, 130 interrupted";

/// Show what an update would change, as a patch
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct DiffArgs {
    #[command(flatten)]
    place: Place,
}

pub fn run(args: &DiffArgs, global: &Global) -> Result<(), Failure> {
    let root = Project::find(&args.place, global)?;
    let compared = Project::open(root, None, global)?.compare()?;
    let mut text = String::new();
    for change in &compared.update.changes {
        let side = |bytes: Option<&[u8]>| String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
        let before = compared.disk.get(change.from.as_ref().unwrap_or(&change.path)).map(Vec::as_slice);
        let name = |sign: &str, bytes: Option<&[u8]>| match bytes {
            Some(_) if sign == "a" => format!("a/{}", change.from.as_ref().unwrap_or(&change.path)),
            Some(_) => format!("b/{}", change.path),
            None => "/dev/null".to_owned(),
        };
        let (old, new) = (name("a", before), name("b", change.bytes.as_deref()));
        let (before, after) = (side(before), side(change.bytes.as_deref()));
        let difference = TextDiff::from_lines(&before, &after);
        let path = &change.path;
        let from = change.from.as_ref().unwrap_or(path);
        text.push_str(&format!("diff --git a/{from} b/{path}\n"));
        if from != path {
            text.push_str(&format!("rename from {from}\nrename to {path}\n"));
        }
        if old == "/dev/null" {
            text.push_str(if change.executable { "new file mode 100755\n" } else { "new file mode 100644\n" });
        }
        if new == "/dev/null" {
            text.push_str("deleted file mode 100644\n");
        }
        text.push_str(&difference.unified_diff().context_radius(3).header(&old, &new).to_string());
    }
    output::print(&text)
}
