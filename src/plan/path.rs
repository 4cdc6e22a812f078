//! Paths in the project.

use super::Kind;
use crate::catalog::CatalogError;
use crate::spec::is_device;
use std::collections::BTreeMap;

/// The longest path in a project: with a folder of the user's before it, it still fits where 260 characters are the most.
const LONGEST: usize = 180;

/// Fills `{entity.KEY}` placeholders, or those of another kind.
pub fn resolve(path: &str, kind: Kind, names: &BTreeMap<&'static str, String>) -> Result<String, String> {
    let opening = kind.opening();
    let mut resolved = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(start) = rest.find(&opening) {
        let (head, tail) = rest.split_at(start);
        resolved.push_str(head);
        let tail = &tail[opening.len()..];
        let end = tail.find('}').ok_or_else(|| format!("`{path}` has an unclosed placeholder"))?;
        let key = &tail[..end];
        let name = names.get(key).ok_or_else(|| {
            let known: Vec<_> = names.keys().copied().collect();
            format!("`{path}` names an unknown key `{key}`; known: {}", known.join(", "))
        })?;
        resolved.push_str(name);
        rest = &tail[end + 1..];
    }
    resolved.push_str(rest);
    Ok(resolved)
}

/// Refuses paths that some filesystem cannot hold, or holds as one.
pub fn check_portable<'a>(paths: impl Iterator<Item = &'a String>) -> Result<(), CatalogError> {
    let mut folded = BTreeMap::new();
    for path in paths {
        for part in path.split('/') {
            let stem = part.split('.').next().unwrap_or_default();
            let illegal = part.is_empty()
                || part == "."
                || part == ".."
                || part.len() > 255
                || part.ends_with(['.', ' '])
                || part.contains(|c: char| c.is_control() || "<>:\"\\|?*".contains(c))
                || is_device(stem);
            if illegal {
                return Err(CatalogError::new(path, format!("`{part}` is no name for a file on every filesystem")));
            }
        }
        if path.len() > LONGEST {
            return Err(CatalogError::new(
                path,
                format!("longer than {LONGEST} characters, which not every system takes"),
            ));
        }
        if let Some(other) = folded.insert(path.to_lowercase(), path) {
            return Err(CatalogError::new(path, format!("differs from `{other}` in case alone")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_some_filesystem_cannot_hold_are_refused() {
        let check = |paths: &[&str]| {
            let paths: Vec<_> = paths.iter().map(|it| (*it).to_owned()).collect();
            check_portable(paths.iter())
        };
        assert!(check(&["app/notes.py", "app/.env", "a.b/c"]).is_ok());
        for path in ["a/../b", "a//b", "a/nul", "a/Con.py", "a/b.", "a/b ", "a/b?", "a\\b", "a/\u{7}"] {
            assert!(check(&[path]).is_err(), "{path}");
        }
        assert!(check(&[&"x/".repeat(100)]).is_err() && check(&[&format!("a/{}", "x".repeat(190))]).is_err());
        let error = check(&["App/notes.py", "app/Notes.py"]).unwrap_err();
        assert!(error.message.contains("in case alone"), "{error}");
    }
}
