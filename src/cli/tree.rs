//! A file tree as text.

use crate::render::Files;
use std::collections::BTreeMap;
use std::fmt::Write;

#[derive(Default)]
struct Folder<'a> {
    folders: BTreeMap<&'a str, Folder<'a>>,
    files: BTreeMap<&'a str, usize>,
}

/// Draws the files below `root`, folders first, each file with its size, and a line with the sums.
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
    writeln!(out, "{} files, {}", files.len(), size(bytes)).expect("writing to a string");
    out
}

fn draw_folder(folder: &Folder, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    for (name, inner) in &folder.folders {
        writeln!(out, "{indent}{name}/").expect("writing to a string");
        draw_folder(inner, depth + 1, out);
    }
    for (name, bytes) in &folder.files {
        writeln!(out, "{indent}{name}  {}", size(*bytes)).expect("writing to a string");
    }
}

/// A size as people read it: `0 B`, `999 B`, `1.0 kB`, `12.3 MB`.
pub fn size(bytes: usize) -> String {
    // Tenths of the next unit, rounded, without floats.
    let tenths = |unit: usize| (bytes * 10 + unit / 2) / unit;
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..999_950 => format!("{}.{} kB", tenths(1_000) / 10, tenths(1_000) % 10),
        _ => format!("{}.{} MB", tenths(1_000_000) / 10, tenths(1_000_000) % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_for_people() {
        assert_eq!([0, 999, 1000, 1049, 1050].map(size), ["0 B", "999 B", "1.0 kB", "1.0 kB", "1.1 kB"]);
        assert_eq!([999_949, 999_950, 12_345_678].map(size), ["999.9 kB", "1.0 MB", "12.3 MB"]);
    }
}
