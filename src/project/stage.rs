//! Everything or nothing: the tree is written beside its target and moved in one step.

use super::stale;
use crate::render::{Files, RenderedFile};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fs::{self, File};
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
    /// Another file system begins at the target.
    #[error("`{}` is a mount point, which cannot be replaced in one step; choose a new folder inside it", .0.display())]
    MountPoint(PathBuf),
    /// The caller wanted it to stop.
    #[error("interrupted; nothing was written")]
    Stopped,
    /// Anything else that the system refused.
    #[error("cannot write `{}`: {}; nothing was written", .0.display(), .1)]
    Io(PathBuf, io::Error),
}

/// A project on its way to its target: a folder beside it, gone when this is dropped.
#[derive(Debug)]
pub struct Stage {
    target: PathBuf,
    // Dropped before the folder, which some systems only remove when nothing in it is open.
    _mark: Option<File>,
    folder: tempfile::TempDir,
}

impl Stage {
    /// Begins a project at `target`, which must be absent or an empty folder.
    pub fn begin(target: &Path) -> Result<Self, StageError> {
        let target = absolute(target)?;
        let parent = target.parent().unwrap_or(Path::new("/")).to_path_buf();
        check(&target, &parent)?;
        let io = |error| StageError::Io(target.clone(), error);
        stale::remove(&parent);
        let (folder, mark) = stale::folder_in(&parent).map_err(io)?;
        // The tree is made by us, not by `tempfile`, so that it has the usual permissions; or those of the folder it replaces.
        let tree = folder.path().join(stale::TREE);
        fs::create_dir(&tree).map_err(io)?;
        if let Ok(metadata) = fs::metadata(&target) {
            fs::set_permissions(&tree, metadata.permissions()).map_err(io)?;
        }
        Ok(Self { target, _mark: mark, folder })
    }

    /// The folder that will be the project.
    pub fn tree(&self) -> PathBuf {
        self.folder.path().join(stale::TREE)
    }

    /// Where the project goes: absolute, `.` resolved.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Writes the files, as long as `stop` says no.
    pub fn fill(&self, files: &Files, stop: &(dyn Fn() -> bool + Sync)) -> Result<(), StageError> {
        let tree = self.tree();
        let io = |error| StageError::Io(self.target.clone(), error);
        for folder in folders(files) {
            fs::create_dir(tree.join(folder)).map_err(io)?;
        }
        files.par_iter().try_for_each(|(path, file)| {
            if stop() {
                return Err(StageError::Stopped);
            }
            write_file(&tree.join(path), file).map_err(io)
        })
    }

    /// Moves the project to its target. On failure the target is as it was.
    pub fn publish(self) -> Result<(), StageError> {
        let Self { target, folder, .. } = &self;
        // Renaming onto an empty folder replaces it on Unix; elsewhere it must go first.
        if cfg!(not(unix)) && target.exists() {
            fs::remove_dir(target).map_err(|error| StageError::Io(target.clone(), error))?;
        }
        fs::rename(folder.path().join(stale::TREE), target).map_err(|error| match error.kind() {
            io::ErrorKind::DirectoryNotEmpty => StageError::NotEmpty(target.clone()),
            io::ErrorKind::NotADirectory => StageError::NotAFolder(target.clone()),
            io::ErrorKind::CrossesDevices | io::ErrorKind::ResourceBusy => StageError::MountPoint(target.clone()),
            _ => StageError::Io(target.clone(), error),
        })
    }
}

/// Writes a project to `target`, which must be absent or an empty folder. On any failure the target is as it was.
pub fn write(files: &Files, target: &Path) -> Result<(), StageError> {
    let stage = Stage::begin(target)?;
    stage.fill(files, &|| false)?;
    stage.publish()
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
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Err(StageError::NoParent(parent.to_path_buf())),
        Err(error) => Err(StageError::Io(target.to_path_buf(), error)),
    }
}

/// Every folder that the files lie in, outer ones first.
fn folders(files: &Files) -> BTreeSet<&str> {
    files.keys().flat_map(|path| path.match_indices('/').map(|(at, _)| &path[..at])).collect()
}

fn write_file(path: &Path, file: &RenderedFile) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(if file.executable { 0o755 } else { 0o644 });
    }
    options.open(path)?.write_all(&file.bytes)
}

/// Whether `folder` (which need not exist yet) lies inside a git repository.
pub fn inside_repository(folder: &Path) -> bool {
    let Ok(folder) = std::path::absolute(folder) else {
        return false;
    };
    folder.ancestors().skip(1).any(|it| it.join(".git").exists())
}
