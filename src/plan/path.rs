//! Paths in the project.

use crate::catalog::CatalogError;
use std::collections::BTreeMap;

/// Names that some filesystem takes for a device.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2",
    "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// Whether the path is repeated for each entity.
pub fn per_entity(path: &str) -> bool {
    path.contains("{entity.")
}

/// Fills `{entity.KEY}` placeholders.
pub fn resolve(path: &str, names: &BTreeMap<&'static str, String>) -> Result<String, String> {
    let mut resolved = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(start) = rest.find("{entity.") {
        let (head, tail) = rest.split_at(start);
        resolved.push_str(head);
        let tail = &tail["{entity.".len()..];
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
            let stem = part.split('.').next().unwrap_or_default().to_ascii_lowercase();
            let illegal = part.is_empty()
                || part == "."
                || part == ".."
                || part.len() > 255
                || part.ends_with(['.', ' '])
                || part.contains(|c: char| c.is_control() || "<>:\"\\|?*".contains(c))
                || DEVICES.contains(&stem.as_str());
            if illegal {
                return Err(CatalogError::new(path, format!("`{part}` is no name for a file on every filesystem")));
            }
        }
        if let Some(other) = folded.insert(path.to_lowercase(), path) {
            return Err(CatalogError::new(path, format!("differs from `{other}` in case alone")));
        }
    }
    Ok(())
}
