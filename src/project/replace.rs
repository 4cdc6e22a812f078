//! One file, exchanged in one step.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Puts other bytes into an existing file: written beside it and moved onto it, so that a crash leaves the old file or the new
/// one. A link stays a link, permissions stay as they are.
pub fn replace_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let folder = path.parent().unwrap_or(Path::new("/"));
    // A file that may not be written is not exchanged either, though its folder would allow it.
    fs::OpenOptions::new().append(true).open(&path)?;
    let mut beside = tempfile::Builder::new().prefix(".scaffold-").tempfile_in(folder)?;
    beside.write_all(bytes)?;
    beside.as_file().set_permissions(fs::metadata(&path)?.permissions())?;
    beside.as_file().sync_all()?;
    beside.persist(&path).map_err(|error| error.error)?;
    Ok(())
}
