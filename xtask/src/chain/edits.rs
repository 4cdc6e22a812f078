//! Edits in files of every kind, and whether they are still there.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Edits so many files, of as many kinds as there are, but not this one; gives their paths.
pub fn make(project: &Path, count: usize, but: &str) -> Result<Vec<String>, String> {
    let mut kinds: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in tracked(project)?.into_iter().filter(|it| it != but && comment(it).is_some()) {
        let name = path.rsplit('/').next().unwrap_or(&path);
        let kind = name.rsplit_once('.').map_or(name, |(_, extension)| extension);
        kinds.entry(kind.to_owned()).or_default().push(path);
    }
    // Each kind in turn; in each turn the files of entities first, spread over the list.
    for list in kinds.values_mut() {
        list.sort_by_key(|path| (!["product", "supplier", "tag"].iter().any(|it| path.contains(it)), path.clone()));
    }
    let mut chosen = Vec::new();
    while chosen.len() < count {
        let before = chosen.len();
        for list in kinds.values_mut().filter(|it| !it.is_empty()) {
            if chosen.len() < count {
                let at = if chosen.len() % 3 == 2 { list.len() / 2 } else { 0 };
                chosen.push(list.remove(at));
            }
        }
        if chosen.len() == before {
            return Err(format!("only {before} files can be edited"));
        }
    }
    for (number, path) in chosen.iter().enumerate() {
        let place = project.join(path);
        let text = std::fs::read_to_string(&place).map_err(|error| format!("{path}: {error}"))?;
        let edited = edited(path, &text, number);
        std::fs::write(&place, edited).map_err(|error| format!("{path}: {error}"))?;
    }
    Ok(chosen)
}

/// The edits that are in no file any more.
pub fn missing(project: &Path, count: usize) -> Result<Vec<String>, String> {
    let texts: Vec<_> =
        tracked(project)?.iter().filter_map(|it| std::fs::read_to_string(project.join(it)).ok()).collect();
    let gone = |number: &usize| !texts.iter().any(|it| it.contains(&mark(*number)));
    Ok((0..count).filter(gone).map(mark).collect())
}

/// Settles what is marked as a person would: what is generated now, with the edits above it; gives the paths.
pub fn settle(project: &Path) -> Result<Vec<String>, String> {
    let mut settled = Vec::new();
    for path in tracked(project)? {
        let Ok(text) = std::fs::read_to_string(project.join(&path)) else { continue };
        if !text.contains("<<<<<<< yours") {
            continue;
        }
        let (mut lines, mut yours) = (Vec::new(), false);
        for line in text.lines() {
            match line {
                "<<<<<<< yours" => yours = true,
                "=======" if yours => yours = false,
                ">>>>>>> generated" => {}
                // A line of its own, as it was: nothing documents what comes after it.
                line if yours && line.contains("Ours ") => lines.extend([line, ""]),
                _ if yours => {}
                line => lines.push(line),
            }
        }
        std::fs::write(project.join(&path), lines.join("\n") + "\n").map_err(|error| format!("{path}: {error}"))?;
        settled.push(path);
    }
    Ok(settled)
}

fn mark(number: usize) -> String {
    format!("Ours {number:02}.")
}

/// At the end of the file, or between two of its parts.
fn edited(path: &str, text: &str, number: usize) -> String {
    let (before, after) = comment(path).unwrap_or_default();
    let line = format!("{before}{}{after}", mark(number));
    let lines: Vec<&str> = text.lines().collect();
    let between = |at: &usize| lines[*at].is_empty() && !lines[at + 1].starts_with([' ', '\t', ')', ']', '}']);
    let middle = (lines.len() / 3..lines.len().saturating_sub(1)).find(between);
    match middle.filter(|_| number.is_multiple_of(2)) {
        Some(at) => {
            let (head, tail) = lines.split_at(at + 1);
            format!("{}\n{line}\n\n{}\n", head.join("\n"), tail.join("\n"))
        }
        None => format!("{text}\n{line}\n"),
    }
}

/// What stands before and after a comment in such a file; nothing where it has none, or none that may be edited.
fn comment(path: &str) -> Option<(&'static str, &'static str)> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let locked = ["uv.lock", "go.sum", "common_passwords.txt", "LICENSE"].contains(&name);
    if path.starts_with(".scaffold/") || locked {
        return None;
    }
    Some(match name.rsplit_once('.').map_or(name, |(_, extension)| extension) {
        "py" | "toml" | "yml" | "yaml" | "ini" | "sh" | "Makefile" | "Dockerfile" | "gitignore" | "gitattributes"
        | "dockerignore" | "editorconfig" | "example" => ("# ", ""),
        "ts" | "js" | "mjs" | "go" | "mod" => ("// ", ""),
        "sql" => ("-- ", ""),
        "md" => ("<!-- ", " -->"),
        "mako" => ("## ", ""),
        _ => return None,
    })
}

fn tracked(project: &Path) -> Result<Vec<String>, String> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(project)
        .output()
        .map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(text.lines().map(str::to_owned).collect())
}
