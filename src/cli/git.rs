//! The first commit of a new project.

use super::Failure;
use std::path::Path;
use std::process::Command;

/// Makes a repository with one commit. Without git on the machine nothing happens and the person is told.
pub fn first_commit(folder: &Path) -> Result<(), Failure> {
    if git(folder, &["--version"]).is_err() {
        anstream::eprintln!("note: git is not installed, so the project is not a repository yet");
        return Ok(());
    }
    git(folder, &["init", "--quiet", "--initial-branch=main"])?;
    git(folder, &["add", "--all"])?;
    // A machine without a configured author still gets its commit.
    let mut arguments = Vec::new();
    if git(folder, &["config", "user.email"]).is_err() {
        arguments.extend(["-c", "user.name=scaffold", "-c", "user.email=scaffold@localhost"]);
    }
    arguments.extend(["commit", "--quiet", "--no-gpg-sign", "--no-verify", "--message", "Generate the project"]);
    git(folder, &arguments)
}

fn git(folder: &Path, arguments: &[&str]) -> Result<(), Failure> {
    let output = Command::new("git").current_dir(folder).args(arguments).output();
    let output = output.map_err(|error| Failure::Failed(format!("cannot run git: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    let command = arguments.first().copied().unwrap_or_default();
    Err(Failure::Failed(format!(
        "the project is there, but `git {command}` failed: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    )))
}
