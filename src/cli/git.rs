//! What git does for a project: its first commit, and what is in none.

use std::path::Path;
use std::process::{Command, Stdio};

/// Variables that would send git to another repository: they are set while git itself runs a hook, for example.
const ELSEWHERE: [&str; 9] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_CONFIG",
];

/// What may be set for a person and would get in the way of one commit that holds every file: hooks, ignored patterns,
/// and helpers that live on in a folder that is about to be moved.
const PLAIN: [&str; 10] = [
    "-c",
    "core.hooksPath=.git/no-hooks",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.safecrlf=false",
    "-c",
    "maintenance.auto=false",
    "-c",
    "gc.auto=0",
];

/// Makes a repository with one commit of everything in `folder`. The error says why there is none; nothing of it is left.
pub fn first_commit(folder: &Path) -> Result<(), String> {
    let made = commit(folder);
    if made.is_err() {
        let _ = std::fs::remove_dir_all(folder.join(".git"));
    }
    made
}

fn commit(folder: &Path) -> Result<(), String> {
    git(folder, &["init", "--quiet", "--initial-branch=main"])?;
    git(folder, &["add", "--all", "--force"])?;
    let mut arguments = Vec::new();
    // A machine without a configured author still gets its commit.
    let known = |who: &str| git(folder, &["var", who]).is_ok();
    if !known("GIT_AUTHOR_IDENT") || !known("GIT_COMMITTER_IDENT") {
        arguments.extend(["-c", "user.name=scaffold", "-c", "user.email=scaffold@localhost"]);
    }
    arguments.extend(["commit", "--quiet", "--no-gpg-sign", "--no-verify", "--message", "Generate the project"]);
    git(folder, &arguments).map(drop)
}

/// The files below `folder` with changes that are in no commit; the error says why nobody knows.
pub fn changed(folder: &Path) -> Result<Vec<String>, String> {
    let arguments = ["status", "--porcelain", "--no-renames", "-z", "--untracked-files=no", "--", "."];
    let text = git(folder, &arguments)?;
    // Two letters and a space, then the path.
    Ok(text.split('\0').filter_map(|it| it.get(3..)).map(str::to_owned).collect())
}

/// Runs git; gives what it printed.
fn git(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new("git");
    command.current_dir(folder).args(PLAIN).args(arguments).stdin(Stdio::null());
    for variable in ELSEWHERE {
        command.env_remove(variable);
    }
    let output = command.output().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "git is not installed".to_owned(),
        _ => format!("cannot run git: {error}"),
    })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let name = arguments.iter().find(|it| ["init", "add", "var", "commit", "status"].contains(it)).unwrap_or(&"");
    Err(format!("`git {name}` failed: {}", String::from_utf8_lossy(&output.stderr).trim()))
}
