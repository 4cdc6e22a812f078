//! Reading what people hand over.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A file's bytes.
pub fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    fs::read(path)
}

/// Every file below a folder, path within it (`/` between names) and bytes. Links are not followed.
pub fn read_tree(folder: &Path) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    let mut open = vec![(folder.to_path_buf(), String::new())];
    while let Some((folder, prefix)) = open.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type()?;
            if kind.is_dir() {
                open.push((entry.path(), format!("{name}/")));
            } else if kind.is_file() {
                files.push((name, fs::read(entry.path())?));
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Every file of a project but those that its `.gitignore` names and its repository, as [`read_tree`] gives them.
pub fn read_project(folder: &Path) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut walk = ignore::WalkBuilder::new(folder);
    walk.hidden(false).require_git(false).filter_entry(|entry| entry.file_name() != ".git");
    let mut files = Vec::new();
    for entry in walk.build() {
        let entry = entry.map_err(io::Error::other)?;
        if entry.file_type().is_some_and(|it| it.is_file()) {
            let path = entry.path().strip_prefix(folder).map_err(io::Error::other)?;
            let names: Vec<_> = path.iter().map(|it| it.to_string_lossy()).collect();
            files.push((names.join("/"), fs::read(entry.path())?));
        }
    }
    files.sort();
    Ok(files)
}

/// The files of a folder that match a pattern such as `entities/*.toml`, sorted. `*` stands for any part of one name;
/// links are not followed.
pub fn matching(folder: &Path, pattern: &str) -> io::Result<Vec<PathBuf>> {
    let mut found = vec![folder.to_path_buf()];
    for part in pattern.split('/').filter(|part| !part.is_empty() && *part != ".") {
        let mut next = Vec::new();
        for folder in found {
            for entry in fs::read_dir(&folder).into_iter().flatten() {
                let entry = entry?;
                if !entry.file_type()?.is_symlink() && matches(part, &entry.file_name().to_string_lossy()) {
                    next.push(entry.path());
                }
            }
        }
        found = next;
    }
    found.retain(|path| path.is_file());
    found.sort();
    Ok(found)
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((head, tail)) => name.strip_prefix(head).is_some_and(|rest| {
            (0..=rest.len()).filter(|at| rest.is_char_boundary(*at)).any(|at| matches(tail, &rest[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_part_of_one_name() {
        assert!(matches("*.toml", "shop.toml") && matches("a*b*c", "a-b-b-c") && matches("*", ""));
        assert!(!matches("*.toml", "shop.toml.bak") && !matches("a*b", "b"));
    }
}
