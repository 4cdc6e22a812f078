//! Everything or nothing: the tree is written beside its target and moved in one step.

use crate::render::Files;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// The target holds something.
    #[error("`{}` is not empty; choose another folder, or empty it first", .0.display())]
    NotEmpty(PathBuf),
    /// The target is a file, a link or something else.
    #[error("`{}` exists and is not a folder; choose another name", .0.display())]
    NotAFolder(PathBuf),
    /// The folder that should hold the target is missing.
    #[error("there is no folder `{}` to put the project in; make it first", .0.display())]
    NoParent(PathBuf),
    /// Anything else that the system refused.
    #[error("cannot write `{}`: {}", .0.display(), .1)]
    Io(PathBuf, io::Error),
}

/// Writes a project to `target`, which must be absent or an empty folder. On any failure the target is as it was.
pub fn write(files: &Files, target: &Path) -> Result<(), StageError> {
    let target = absolute(target)?;
    let parent = target.parent().unwrap_or(Path::new("/")).to_path_buf();
    check(&target, &parent)?;
    let io = |error| StageError::Io(target.clone(), error);
    let stage = tempfile::Builder::new().prefix(".scaffold-").tempdir_in(&parent).map_err(io)?;
    // The staged folder is made by us, not by `tempfile`, so that it has the usual permissions.
    let tree = stage.path().join("tree");
    fs::create_dir(&tree).map_err(io)?;
    for (path, file) in files {
        write_file(&tree, path, &file.bytes, file.executable).map_err(io)?;
    }
    // Renaming onto an empty folder replaces it on Unix; elsewhere it must go first.
    if cfg!(not(unix)) && target.exists() {
        fs::remove_dir(&target).map_err(io)?;
    }
    fs::rename(&tree, &target).map_err(|error| match error.kind() {
        io::ErrorKind::DirectoryNotEmpty => StageError::NotEmpty(target.clone()),
        _ => StageError::Io(target.clone(), error),
    })
}

fn absolute(target: &Path) -> Result<PathBuf, StageError> {
    let target = std::path::absolute(target).map_err(|error| StageError::Io(target.to_path_buf(), error))?;
    // `.` and a trailing slash name the folder itself.
    Ok(target.components().collect())
}

fn check(target: &Path, parent: &Path) -> Result<(), StageError> {
    match fs::symlink_metadata(target) {
        Ok(metadata) if !metadata.is_dir() => Err(StageError::NotAFolder(target.to_path_buf())),
        Ok(_) => match fs::read_dir(target).map(|mut entries| entries.next().is_none()) {
            Ok(true) => Ok(()),
            Ok(false) => Err(StageError::NotEmpty(target.to_path_buf())),
            Err(error) => Err(StageError::Io(target.to_path_buf(), error)),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if parent.is_dir() {
                Ok(())
            } else {
                Err(StageError::NoParent(parent.to_path_buf()))
            }
        }
        Err(error) => Err(StageError::Io(target.to_path_buf(), error)),
    }
}

fn write_file(tree: &Path, path: &str, bytes: &[u8], executable: bool) -> io::Result<()> {
    let path = tree.join(path);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(if executable { 0o755 } else { 0o644 });
    }
    #[cfg(not(unix))]
    let _ = executable;
    options.open(path)?.write_all(bytes)
}

/// Whether `folder` (which need not exist yet) lies inside a git repository.
pub fn inside_repository(folder: &Path) -> bool {
    let Ok(folder) = std::path::absolute(folder) else {
        return false;
    };
    folder.ancestors().skip(1).any(|it| it.join(".git").exists())
}
