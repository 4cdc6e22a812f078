//! The folders that a run works with.

use crate::cli::Failure;
use crate::cli::process::installed;
use crate::project::{self, ANSWERS_PATH};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The absolute path of a generated project; the failure says why it is none.
pub fn project(dir: &Path) -> Result<PathBuf, Failure> {
    let shown = dir.display();
    if !dir.is_dir() {
        return Err(Failure::Usage(format!("there is no folder `{shown}`")));
    }
    for (file, what) in [(ANSWERS_PATH, "no generated project"), ("Makefile", "no complete project")] {
        if !dir.join(file).is_file() {
            return Err(Failure::Usage(format!(
                "`{shown}` is {what}: it has no {file}\n\
                 to ask a service that runs already: scaffold verify --url URL --answers FILE"
            )));
        }
    }
    if !installed("make") {
        let hint = "install it with your system's packages, for example `apt install make`";
        return Err(Failure::Failed(format!("`make` is not installed; {hint}")));
    }
    dir.canonicalize().map_err(|error| Failure::Failed(format!("cannot enter `{shown}`: {error}")))
}

/// Logs that are of no stage.
const BESIDE: [&str; 7] = ["servers", "second", "worker", "second-worker", "dlq-replay", "jobs-failed", "jobs-retry"];

/// A folder that is gone afterwards.
pub fn scratch() -> Result<TempDir, Failure> {
    let made = tempfile::Builder::new().prefix("scaffold-verify-").tempdir();
    made.map_err(|error| Failure::Failed(format!("cannot make a folder for the service's data: {error}")))
}

/// The folder of the logs, without those of an earlier run.
pub fn logs(wanted: Option<&Path>) -> Result<PathBuf, Failure> {
    let failed = |error: std::io::Error| Failure::Failed(format!("cannot make a folder for logs: {error}"));
    let Some(folder) = wanted else {
        let made = tempfile::Builder::new().prefix("scaffold-verify-logs-").tempdir();
        return made.map(TempDir::keep).map_err(failed);
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    for name in super::stages::NAMES.iter().chain(&BESIDE) {
        project::remove(&folder.join(format!("{name}.log"))).map_err(failed)?;
    }
    folder.canonicalize().map_err(failed)
}

/// Whether a report can be put there; known before anything runs.
pub fn expects(file: Option<&Path>) -> Result<(), Failure> {
    let Some(file) = file else { return Ok(()) };
    let folder = file.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if folder.is_dir() && !file.is_dir() {
        return Ok(());
    }
    let why = if file.is_dir() { "it is a folder" } else { "its folder does not exist" };
    Err(Failure::Usage(format!("cannot write `{}`: {why}", file.display())))
}

/// Writes a report or a log.
pub fn write(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let written = if file.exists() { project::replace_file(file, bytes) } else { project::write_new(file, bytes) };
    written.map_err(|error| Failure::Failed(format!("cannot write `{}`: {error}", file.display())))
}
