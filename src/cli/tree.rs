//! A file tree as text.

use crate::render::Files;
use std::collections::BTreeMap;
use std::fmt::Write;

#[derive(Default)]
struct Folder<'a> {
    folders: BTreeMap<&'a str, Folder<'a>>,
    files: BTreeMap<&'a str, usize>,
}

/// Draws the files below `root`, folders first, each file with its size in bytes, and a line with the sums.
pub fn draw(root: &str, files: &Files) -> String {
    let mut top = Folder::default();
    let mut bytes = 0;
    for (path, file) in files {
        let mut folder = &mut top;
        let (parents, name) = path.rsplit_once('/').unwrap_or(("", path));
        for parent in parents.split('/').filter(|it| !it.is_empty()) {
            folder = folder.folders.entry(parent).or_default();
        }
        folder.files.insert(name, file.bytes.len());
        bytes += file.bytes.len();
    }
    let mut out = format!("{root}/\n");
    draw_folder(&top, 1, &mut out);
    writeln!(out, "{} files, {bytes} bytes", files.len()).expect("writing to a string");
    out
}

fn draw_folder(folder: &Folder, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    for (name, inner) in &folder.folders {
        writeln!(out, "{indent}{name}/").expect("writing to a string");
        draw_folder(inner, depth + 1, out);
    }
    for (name, size) in &folder.files {
        writeln!(out, "{indent}{name}  {size}").expect("writing to a string");
    }
}
