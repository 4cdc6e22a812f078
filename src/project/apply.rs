//! Many files of a project that is there, changed in one step: all of them or none.
//!
//! The new files and the list of steps are written into `.scaffold/pending/` first; the list is moved to its name last, and
//! from then on the change counts as made. Whoever finds the folder finishes it, or, where there is no list, removes it.

use super::lock::digest;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

const PENDING: &str = ".scaffold/pending";
const STEPS: &str = "steps.json";
const MARK: &str = "in-use";

/// One file.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its path in the project.
    pub path: String,
    /// What it will hold; nothing for one that goes.
    pub bytes: Option<Vec<u8>>,
    /// Whether a new file may be run.
    pub executable: bool,
    /// What it holds now, if it is there.
    pub before: Option<Vec<u8>>,
}

/// Why nothing was changed, or a change was not finished.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// Another run is at work.
    #[error("another run is changing `{}`; wait until it has ended", .0.display())]
    Busy(PathBuf),
    /// A file cannot be put where it belongs.
    #[error(
        "`{0}` cannot be written: `{1}` is no folder of the project; move it away and run this again; nothing was changed"
    )]
    InTheWay(String, String),
    /// The caller wanted it to stop.
    #[error("interrupted; nothing was changed")]
    Stopped,
    /// The system refused, and nothing was changed.
    #[error("cannot write `{}`: {}; nothing was changed", .0.display(), .1)]
    Io(PathBuf, io::Error),
    /// The system refused in the middle.
    #[error("cannot write `{}`: {}; the change is kept in `{PENDING}`: run this again to finish it", .0.display(), .1)]
    Unfinished(PathBuf, io::Error),
}

/// What a run that was killed had left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recovered {
    /// Nothing.
    Nothing,
    /// A change that had not begun; it is forgotten.
    Forgotten,
    /// A change that is finished now. These files were changed by somebody else since, and stay as they are.
    Finished(Vec<String>),
}

#[derive(Serialize, Deserialize)]
struct Entry {
    path: String,
    staged: Option<usize>,
    executable: bool,
    before: Option<String>,
}

/// Makes all steps, as long as `stop` says no before the first is made. Gives the files that somebody changed meanwhile; they
/// are as they were.
pub fn apply(root: &Path, steps: &[Step], stop: &(dyn Fn() -> bool + Sync)) -> Result<Vec<String>, ApplyError> {
    recover(root)?;
    for step in steps.iter().filter(|it| it.bytes.is_some()) {
        reachable(root, &step.path)?;
    }
    let pending = root.join(PENDING);
    let io = |error| ApplyError::Io(pending.clone(), error);
    fs::create_dir_all(&pending).map_err(io)?;
    let staged = stage(&pending, steps, stop);
    let mark = staged.inspect_err(|_| drop(fs::remove_dir_all(&pending)))?;
    let left = finish(root, &pending)?;
    drop(mark);
    Ok(left)
}

fn stage(pending: &Path, steps: &[Step], stop: &(dyn Fn() -> bool + Sync)) -> Result<File, ApplyError> {
    let io = |error| ApplyError::Io(pending.to_path_buf(), error);
    let mark = File::create(pending.join(MARK)).map_err(io)?;
    if mark.try_lock().is_err() {
        return Err(ApplyError::Busy(pending.to_path_buf()));
    }
    let entries = steps.par_iter().enumerate().map(|(number, step)| {
        if stop() {
            return Err(ApplyError::Stopped);
        }
        if let Some(bytes) = &step.bytes {
            let mut file = File::create(pending.join(number.to_string())).map_err(io)?;
            file.write_all(bytes).and_then(|()| file.sync_data()).map_err(io)?;
        }
        Ok(Entry {
            path: step.path.clone(),
            staged: step.bytes.is_some().then_some(number),
            executable: step.executable,
            before: step.before.as_deref().map(digest),
        })
    });
    let entries: Vec<Entry> = entries.collect::<Result<_, _>>()?;
    let list = serde_json::to_vec(&entries).map_err(io::Error::other).map_err(io)?;
    let mut file = tempfile::NamedTempFile::new_in(pending).map_err(io)?;
    file.write_all(&list).and_then(|()| file.as_file().sync_all()).map_err(io)?;
    if stop() {
        return Err(ApplyError::Stopped);
    }
    file.persist(pending.join(STEPS)).map_err(|error| io(error.error))?;
    Ok(mark)
}

/// Finishes, or forgets, what a run that was killed has left.
pub fn recover(root: &Path) -> Result<Recovered, ApplyError> {
    let pending = root.join(PENDING);
    if !pending.is_dir() {
        return Ok(Recovered::Nothing);
    }
    let mark = File::options().write(true).open(pending.join(MARK));
    if mark.as_ref().is_ok_and(|mark| mark.try_lock().is_err()) {
        return Err(ApplyError::Busy(root.to_path_buf()));
    }
    if pending.join(STEPS).exists() {
        return finish(root, &pending).map(Recovered::Finished);
    }
    fs::remove_dir_all(&pending).map_err(|error| ApplyError::Io(pending, error))?;
    Ok(Recovered::Forgotten)
}

/// Makes the steps that are not made yet; gives the files that are neither as before nor as after.
fn finish(root: &Path, pending: &Path) -> Result<Vec<String>, ApplyError> {
    let unfinished = |path: &Path, error| ApplyError::Unfinished(path.to_path_buf(), error);
    let list = pending.join(STEPS);
    let entries: Vec<Entry> = fs::read(&list)
        .and_then(|bytes| serde_json::from_slice(&bytes).map_err(io::Error::other))
        .map_err(|error| unfinished(&list, error))?;
    let mut left = Vec::new();
    for entry in &entries {
        let path = root.join(&entry.path);
        let made = make(root, &path, entry, pending).map_err(|error| unfinished(&path, error))?;
        if !made {
            left.push(entry.path.clone());
        }
    }
    // Without its list the folder is nothing that somebody would finish again.
    fs::remove_file(&list).and_then(|()| fs::remove_dir_all(pending)).map_err(|error| unfinished(pending, error))?;
    Ok(left)
}

fn make(root: &Path, path: &Path, entry: &Entry, pending: &Path) -> io::Result<bool> {
    let there = match fs::read(path) {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => None,
        other => Some(other?),
    };
    let staged = entry.staged.map(|number| fs::read(pending.join(number.to_string()))).transpose()?;
    if there == staged {
        return Ok(true);
    }
    if there.as_deref().map(digest) != entry.before {
        return Ok(false);
    }
    let Some(bytes) = staged else {
        fs::remove_file(path)?;
        remove_empty(root, path);
        return Ok(true);
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    put(path, &bytes, entry.executable, pending)?;
    Ok(true)
}

/// Puts a file in its place in one step. What a killed run leaves of it lies in the folder that is removed at the end.
fn put(path: &Path, bytes: &[u8], executable: bool, pending: &Path) -> io::Result<()> {
    let beside = pending.join("put");
    let mut file = File::create(&beside)?;
    file.write_all(bytes)?;
    match fs::metadata(path) {
        Ok(metadata) => file.set_permissions(metadata.permissions())?,
        #[cfg(unix)]
        Err(_) => {
            use std::os::unix::fs::PermissionsExt;
            let mode = if executable { 0o755 } else { 0o644 };
            file.set_permissions(fs::Permissions::from_mode(mode))?;
        }
        #[cfg(not(unix))]
        Err(_) => {}
    }
    file.sync_data()?;
    match fs::rename(&beside, path) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => super::replace(path, bytes),
        other => other,
    }
}

/// Removes the folders above a file that hold nothing now.
fn remove_empty(root: &Path, path: &Path) {
    for folder in path.ancestors().skip(1).take_while(|it| *it != root) {
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
}

/// Whether a file can be put at a path without leaving the project: every folder above it is one, or is not there yet.
fn reachable(root: &Path, path: &str) -> Result<(), ApplyError> {
    let mut reached = root.to_path_buf();
    let names: Vec<_> = Path::new(path).components().collect();
    let in_the_way = |part: &Path| {
        let part = part.strip_prefix(root).unwrap_or(part);
        ApplyError::InTheWay(path.to_owned(), part.display().to_string())
    };
    for (at, name) in names.iter().enumerate() {
        reached.push(name);
        let last = at + 1 == names.len();
        match fs::symlink_metadata(&reached) {
            _ if !matches!(name, Component::Normal(_)) => return Err(in_the_way(&reached)),
            Err(_) => return Ok(()),
            Ok(metadata) if last && !metadata.is_dir() => {}
            Ok(metadata) if !last && metadata.is_dir() => {}
            Ok(_) => return Err(in_the_way(&reached)),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(path: &str, before: Option<&str>, after: Option<&str>) -> Step {
        let bytes = |it: Option<&str>| it.map(|it| it.as_bytes().to_vec());
        Step { path: path.to_owned(), bytes: bytes(after), executable: false, before: bytes(before) }
    }

    fn project() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join(".scaffold")).unwrap();
        fs::create_dir_all(root.path().join("old")).unwrap();
        fs::write(root.path().join("a"), "1").unwrap();
        fs::write(root.path().join("old/b"), "1").unwrap();
        root
    }

    const STEPS_MADE: [(&str, Option<&str>, Option<&str>); 3] =
        [("a", Some("1"), Some("2")), ("old/b", Some("1"), None), ("new/c", None, Some("3"))];

    fn steps() -> Vec<Step> {
        STEPS_MADE.iter().map(|(path, before, after)| step(path, *before, *after)).collect()
    }

    fn is_made(root: &Path) {
        assert_eq!(fs::read_to_string(root.join("a")).unwrap(), "2");
        assert_eq!(fs::read_to_string(root.join("new/c")).unwrap(), "3");
        assert!(!root.join("old").exists() && !root.join(PENDING).exists());
    }

    #[test]
    fn all_steps_are_made_and_nothing_is_left_behind() {
        let root = project();
        assert_eq!(apply(root.path(), &steps(), &|| false).unwrap(), Vec::<String>::new());
        is_made(root.path());
    }

    #[test]
    fn a_change_that_was_killed_before_it_counts_is_forgotten_and_after_that_finished() {
        let root = project();
        let pending = root.path().join(PENDING);
        fs::create_dir_all(&pending).unwrap();
        fs::write(pending.join("0"), "2").unwrap();
        assert_eq!(recover(root.path()).unwrap(), Recovered::Forgotten);
        assert_eq!(fs::read_to_string(root.path().join("a")).unwrap(), "1");
        for made in 0..=3 {
            let root = project();
            let pending = root.path().join(PENDING);
            fs::create_dir_all(&pending).unwrap();
            drop(stage(&pending, &steps(), &|| false).unwrap());
            let list = fs::read(pending.join(STEPS)).unwrap();
            let entries: Vec<Entry> = serde_json::from_slice(&list).unwrap();
            for entry in &entries[..made] {
                assert!(make(root.path(), &root.path().join(&entry.path), entry, &pending).unwrap());
            }
            assert_eq!(recover(root.path()).unwrap(), Recovered::Finished(Vec::new()));
            is_made(root.path());
        }
    }

    #[test]
    fn what_somebody_else_has_changed_since_stays() {
        let root = project();
        let pending = root.path().join(PENDING);
        fs::create_dir_all(&pending).unwrap();
        drop(stage(&pending, &steps(), &|| false).unwrap());
        fs::write(root.path().join("a"), "mine").unwrap();
        assert_eq!(recover(root.path()).unwrap(), Recovered::Finished(vec!["a".to_owned()]));
        assert_eq!(fs::read_to_string(root.path().join("a")).unwrap(), "mine");
    }

    #[test]
    fn nothing_is_changed_when_it_is_stopped_or_something_is_in_the_way() {
        let root = project();
        assert!(matches!(apply(root.path(), &steps(), &|| true), Err(ApplyError::Stopped)));
        fs::write(root.path().join("new"), "").unwrap();
        assert!(matches!(apply(root.path(), &steps(), &|| false), Err(ApplyError::InTheWay(..))));
        assert_eq!(fs::read_to_string(root.path().join("a")).unwrap(), "1");
        assert!(!root.path().join(PENDING).exists());
    }

    #[test]
    fn two_runs_do_not_meet() {
        let root = project();
        let pending = root.path().join(PENDING);
        fs::create_dir_all(&pending).unwrap();
        let mark = stage(&pending, &steps(), &|| false).unwrap();
        assert!(matches!(apply(root.path(), &steps(), &|| false), Err(ApplyError::Busy(_))));
        drop(mark);
        assert_eq!(recover(root.path()).unwrap(), Recovered::Finished(Vec::new()));
        is_made(root.path());
    }
}
