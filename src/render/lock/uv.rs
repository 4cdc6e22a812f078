//! `uv.lock`: packages as `[[package]]` tables, the project itself among them as the one with a virtual source.
//!
//! The graph is read with a TOML parser; the text is cut into the packages' blocks and joined again, so what stays is
//! byte for byte what uv wrote.

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

const HEADER: &str = "[[package]]\n";

#[derive(Deserialize)]
struct Lock {
    package: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    source: toml::Table,
    #[serde(default)]
    dependencies: Vec<Edge>,
    #[serde(default, rename = "optional-dependencies")]
    optional: BTreeMap<String, Vec<Edge>>,
    #[serde(default, rename = "dev-dependencies")]
    dev: BTreeMap<String, Vec<Edge>>,
}

#[derive(Deserialize)]
struct Edge {
    name: String,
    #[serde(default)]
    extra: Vec<String>,
}

/// The lock of a project called `name` that depends directly on `direct` and, for development, on `dev`.
pub(super) fn prune(
    text: &str,
    name: &str,
    direct: &BTreeSet<String>,
    dev: &BTreeSet<String>,
) -> Result<String, String> {
    let lock: Lock = toml::from_str(text).map_err(|error| error.to_string())?;
    let mut blocks = text.split(HEADER);
    let head = blocks.next().unwrap_or_default();
    let blocks: Vec<&str> = blocks.map(str::trim_end).collect();
    if blocks.len() != lock.package.len() {
        return Err(format!("{} packages but {} blocks of text", lock.package.len(), blocks.len()));
    }
    let root = lock.package.iter().position(|it| it.source.contains_key("virtual")).ok_or("no project in it")?;
    let reached = reach(&lock, &lock.package[root], direct, dev)?;
    let mut kept: Vec<(&str, String)> = Vec::new();
    for (index, (package, block)) in lock.package.iter().zip(&blocks).enumerate() {
        if index == root {
            kept.push((name, root_block(block, &package.name, name, direct, dev)));
        } else if reached.contains(&package.name) {
            kept.push((&package.name, (*block).to_owned()));
        }
    }
    kept.sort_by_key(|(name, _)| *name);
    let mut out = head.trim_end().to_owned();
    for (_, block) in kept {
        out.push_str("\n\n");
        out.push_str(HEADER);
        out.push_str(&block);
    }
    out.push('\n');
    Ok(out)
}

fn reach(
    lock: &Lock,
    root: &Package,
    direct: &BTreeSet<String>,
    dev: &BTreeSet<String>,
) -> Result<BTreeSet<String>, String> {
    let mut by_name: BTreeMap<&str, Vec<&Package>> = BTreeMap::new();
    for package in &lock.package {
        by_name.entry(&package.name).or_default().push(package);
    }
    let wanted_dev = root.dev.values().flatten().filter(|edge| dev.contains(&edge.name));
    let wanted = root.dependencies.iter().filter(|edge| direct.contains(&edge.name));
    let mut open: Vec<&Edge> = wanted.chain(wanted_dev).collect();
    for name in direct.iter().chain(dev) {
        if !open.iter().any(|edge| edge.name == *name) {
            return Err(format!("`{name}` is not among the lock's direct dependencies; lock again with every option"));
        }
    }
    let mut seen: BTreeSet<(String, Vec<String>)> = BTreeSet::new();
    let mut reached = BTreeSet::new();
    while let Some(edge) = open.pop() {
        if !seen.insert((edge.name.clone(), edge.extra.clone())) {
            continue;
        }
        reached.insert(edge.name.clone());
        for package in by_name.get(edge.name.as_str()).into_iter().flatten() {
            open.extend(&package.dependencies);
            open.extend(edge.extra.iter().filter_map(|extra| package.optional.get(extra)).flatten());
        }
    }
    Ok(reached)
}

/// The project's own block: its name, and the direct dependencies that stay.
fn root_block(block: &str, old: &str, new: &str, direct: &BTreeSet<String>, dev: &BTreeSet<String>) -> String {
    let mut in_dev = false;
    let mut lines: Vec<String> = Vec::new();
    for line in block.lines() {
        if line.starts_with('[') {
            in_dev = line.contains("dev");
        }
        let wanted = if in_dev { dev } else { direct };
        let dependency = line.trim_start().strip_prefix("{ name = \"").and_then(|rest| rest.split('"').next());
        if dependency.is_some_and(|it| !wanted.contains(it)) {
            continue;
        }
        lines.push(line.to_owned());
    }
    let own = format!("name = \"{old}\"");
    if let Some(line) = lines.iter_mut().find(|line| **line == own) {
        *line = format!("name = \"{new}\"");
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"version = 1
requires-python = ">=3.11"

[[package]]
name = "alpha"
version = "1"
source = { registry = "r" }
dependencies = [
    { name = "shared" },
]

[[package]]
name = "beta"
version = "1"
source = { registry = "r" }

[package.optional-dependencies]
extra = [
    { name = "gamma" },
]

[[package]]
name = "gamma"
version = "1"
source = { registry = "r" }

[[package]]
name = "root"
version = "0.1.0"
source = { virtual = "." }
dependencies = [
    { name = "alpha" },
    { name = "beta", extra = ["extra"] },
]

[package.dev-dependencies]
dev = [
    { name = "tool" },
]

[package.metadata]
requires-dist = [
    { name = "alpha", specifier = "==1" },
    { name = "beta", extras = ["extra"], specifier = "==1" },
]

[package.metadata.requires-dev]
dev = [{ name = "tool", specifier = "==1" }]

[[package]]
name = "shared"
version = "1"
source = { registry = "r" }

[[package]]
name = "tool"
version = "1"
source = { registry = "r" }
"#;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|it| (*it).to_owned()).collect()
    }

    #[test]
    fn everything_chosen_is_the_same_lock() {
        assert_eq!(prune(LOCK, "root", &set(&["alpha", "beta"]), &set(&["tool"])).unwrap(), LOCK);
    }

    #[test]
    fn a_dependency_left_out_takes_its_subtree_along() {
        let pruned = prune(LOCK, "zoo", &set(&["alpha"]), &set(&["tool"])).unwrap();
        assert!(!pruned.contains("beta") && !pruned.contains("gamma") && pruned.contains("shared"));
        assert!(
            pruned.ends_with("{ name = \"tool\", specifier = \"==1\" }]\n"),
            "the project is sorted by its new name"
        );
    }

    #[test]
    fn an_unlocked_dependency_is_an_error() {
        let error = prune(LOCK, "root", &set(&["delta"]), &set(&[])).unwrap_err();
        assert!(error.contains("`delta` is not among"), "{error}");
    }
}
