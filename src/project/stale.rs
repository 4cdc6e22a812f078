//! Staging folders, and what a run that was killed has left of them.
//!
//! `.scaffold-XXXXXX/` holds the tree and a file that is locked as long as the run lives; the system drops the lock with
//! the process. A folder whose lock can be taken belongs to nobody, and so does an empty one: its run was killed before it
//! had a mark, or has no mark yet and makes another folder when this one is gone.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use tempfile::{Builder, TempDir};

const PREFIX: &str = ".scaffold-";
/// The project inside a staging folder.
pub const TREE: &str = "tree";
const MARK: &str = "in-use";
/// Characters of a staging folder's name that are made up.
const RANDOM: usize = 6;

/// A staging folder of our own in `parent`, marked as in use where the file system knows locks.
pub fn folder_in(parent: &Path) -> io::Result<(TempDir, Option<File>)> {
    loop {
        let folder = Builder::new().prefix(PREFIX).rand_bytes(RANDOM).tempdir_in(parent)?;
        let path = folder.path().join(MARK);
        let mark = match File::create_new(&path) {
            // Another run has taken the empty folder for abandoned.
            Err(error) if error.kind() == io::ErrorKind::NotFound && !folder.path().exists() && parent.exists() => {
                continue;
            }
            mark => mark?,
        };
        if mark.try_lock().is_err() {
            return Ok((folder, None));
        }
        // Between making and locking the mark, another run may have taken the folder for abandoned.
        if path.exists() {
            return Ok((folder, Some(mark)));
        }
    }
}

/// Removes the staging folders in `parent` that belong to nobody. What cannot be removed stays for the next run.
pub fn remove(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let named = entry.file_name().to_string_lossy().starts_with(PREFIX);
        if named && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            let _ = remove_abandoned(&entry.path());
        }
    }
}

fn remove_abandoned(folder: &Path) -> io::Result<()> {
    let name = folder.file_name().unwrap_or_default();
    // Nothing but its name says that an empty folder is ours.
    if fs::read_dir(folder)?.next().is_none() && name.len() == PREFIX.len() + RANDOM {
        return fs::remove_dir(folder);
    }
    let ours = |name: &std::ffi::OsStr| name == TREE || name == MARK;
    if !fs::read_dir(folder)?.flatten().all(|entry| ours(&entry.file_name())) {
        return Ok(());
    }
    // Opened for writing, since some file systems lock nothing else; never made, and no link is followed.
    if !fs::symlink_metadata(folder.join(MARK))?.is_file() {
        return Ok(());
    }
    let mark = File::options().write(true).open(folder.join(MARK))?;
    if mark.try_lock().is_err() {
        return Ok(());
    }
    if folder.join(TREE).exists() {
        fs::remove_dir_all(folder.join(TREE))?;
    }
    fs::remove_file(folder.join(MARK))?;
    fs::remove_dir(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_belongs_to_nobody_is_removed() {
        let parent = tempfile::tempdir().unwrap();
        let (living, mark) = folder_in(parent.path()).unwrap();
        let (dead, dropped) = folder_in(parent.path()).unwrap();
        let dead = dead.keep();
        fs::create_dir_all(dead.join("tree/app")).unwrap();
        fs::write(dead.join("tree/app/main"), "half").unwrap();
        drop(dropped);
        let empty = Builder::new().prefix(PREFIX).tempdir_in(parent.path()).unwrap().keep();
        let foreign = parent.path().join(".scaffold-notes");
        fs::create_dir(&foreign).unwrap();
        let theirs = parent.path().join(".scaffold-ideas-of-mine");
        fs::create_dir(&theirs).unwrap();
        fs::write(foreign.join("in-use"), "").unwrap();
        fs::write(foreign.join("mine.txt"), "mine").unwrap();
        remove(parent.path());
        assert!(living.path().join(MARK).exists() && !dead.exists() && !empty.exists() && theirs.exists());
        assert_eq!(fs::read_to_string(foreign.join("mine.txt")).unwrap(), "mine");
        drop(mark);
    }
}
