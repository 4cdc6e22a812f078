//! What `new` tells about a project: for people, and for programs.

use super::tree;
use crate::catalog::Framework;
use crate::project::digest;
use crate::render::Files;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A project that was written, or would be.
pub struct Made<'a> {
    /// As the person named it.
    pub folder: PathBuf,
    /// Where it is, whatever the current folder.
    pub absolute: PathBuf,
    pub framework: &'a Framework,
    pub files: &'a Files,
    pub dry_run: bool,
    /// Whether it has a git repository of its own.
    pub repository: bool,
    /// Whether the current folder was empty and the project took its place.
    pub replaced: bool,
}

impl Made<'_> {
    /// Commands for the person to go on with.
    fn next_steps(&self) -> Vec<String> {
        // A shell in a folder that was replaced has to enter the new one.
        let folder = if self.replaced { &self.absolute } else { &self.folder };
        let mut steps = vec![format!("cd {}", quoted(folder))];
        steps.extend(self.framework.next_steps.iter().cloned());
        steps
    }

    /// For people.
    pub fn text(&self) -> String {
        if self.dry_run {
            return tree::draw(&self.folder.display().to_string(), self.files);
        }
        let steps: String = self.next_steps().iter().map(|step| format!("  {step}\n")).collect();
        let (folder, count, title) = (self.folder.display(), self.files.len(), &self.framework.title);
        format!("made {folder} ({count} files, {title})\n\nnext:\n{steps}")
    }

    /// For programs; docs/command-line.md describes it.
    pub fn json(&self) -> Value {
        let files = self.files.iter().map(|(path, file)| {
            json!({
                "path": path,
                "bytes": file.bytes.len(),
                "executable": file.executable,
                "digest": digest(&file.bytes),
            })
        });
        json!({
            "ok": true,
            "dry_run": self.dry_run,
            "folder": self.absolute,
            "framework": self.framework.id,
            "repository": self.repository,
            "files": files.collect::<Vec<_>>(),
            "next_steps": self.next_steps(),
        })
    }
}

/// A path as a shell reads it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |it: char| it.is_alphanumeric() || "/._-+@%,:=".contains(it);
    if !text.is_empty() && !text.starts_with('-') && text.chars().all(plain) {
        return text;
    }
    let text = if text.starts_with('-') { format!("./{text}") } else { text };
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_quoted_where_a_shell_needs_it() {
        assert_eq!(quoted(Path::new("/srv/shop")), "/srv/shop");
        assert_eq!(quoted(Path::new("my shop")), "'my shop'");
        assert_eq!(quoted(Path::new("-x")), "'./-x'");
        assert_eq!(quoted(Path::new("it's")), r"'it'\''s'");
    }
}
