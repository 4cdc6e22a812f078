//! `package-lock.json`, version 3: every package under the folder that it is installed in, the project itself under "".
//!
//! A dependency is looked for as Node does: beside the package, then in the folders above.

use serde_json::{Map, Value};
use std::collections::BTreeSet;

const FOLDER: &str = "node_modules/";
/// What a package needs, and where it may do without.
const EDGES: [(&str, bool); 3] = [("dependencies", true), ("optionalDependencies", false), ("peerDependencies", false)];

/// The lock of a project called `name` that depends directly on `direct` and, for development, on `dev`.
pub(super) fn prune(
    text: &str,
    name: &str,
    direct: &BTreeSet<String>,
    dev: &BTreeSet<String>,
) -> Result<String, String> {
    let mut lock: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let packages = lock["packages"].as_object().ok_or("no packages in it")?;
    let needed = reach(packages, direct)?;
    let wanted = &needed | &reach(packages, dev)?;
    let mut kept = Map::new();
    for (path, package) in packages {
        let mut package = package.clone();
        if path.is_empty() {
            package["name"] = name.into();
            retain(&mut package["dependencies"], direct);
            retain(&mut package["devDependencies"], dev);
        } else if !wanted.contains(path) {
            continue;
        } else if !needed.contains(path) {
            only_for_development(&mut package);
        }
        kept.insert(path.clone(), package);
    }
    lock["name"] = name.into();
    lock["packages"] = Value::Object(kept);
    let mut text = serde_json::to_string_pretty(&lock).map_err(|error| error.to_string())?;
    text.push('\n');
    Ok(text)
}

fn retain(dependencies: &mut Value, names: &BTreeSet<String>) {
    if let Some(map) = dependencies.as_object_mut() {
        map.retain(|name, _| names.contains(name));
    }
}

/// What something else needed, too, is needed by the tools alone now.
fn only_for_development(package: &mut Value) {
    let Some(map) = package.as_object_mut() else { return };
    if map.contains_key("dev") {
        return;
    }
    map.shift_remove("devOptional");
    let at = map.keys().position(|key| key == "integrity").map_or(map.len(), |at| at + 1);
    map.shift_insert(at, "dev".to_owned(), true.into());
}

/// The folders of the packages that these direct dependencies lead to.
fn reach(packages: &Map<String, Value>, direct: &BTreeSet<String>) -> Result<BTreeSet<String>, String> {
    let mut waiting = Vec::new();
    for name in direct {
        let path = format!("{FOLDER}{name}");
        if !packages.contains_key(&path) {
            return Err(format!("no package `{name}` in it"));
        }
        waiting.push(path);
    }
    let mut reached = BTreeSet::new();
    while let Some(path) = waiting.pop() {
        let package = &packages[&path];
        for (kind, must) in EDGES {
            for name in package[kind].as_object().into_iter().flat_map(Map::keys) {
                let optional = package["peerDependenciesMeta"][name]["optional"] == true;
                match find(packages, &path, name) {
                    Some(found) if !optional => waiting.push(found),
                    None if must => return Err(format!("`{path}` wants `{name}`, which is not in it")),
                    _ => {}
                }
            }
        }
        reached.insert(path);
        waiting.retain(|path| !reached.contains(path));
    }
    Ok(reached)
}

/// The folder of a dependency of the package in this folder.
fn find(packages: &Map<String, Value>, path: &str, name: &str) -> Option<String> {
    let mut above = path;
    loop {
        let inside = if above.is_empty() { format!("{FOLDER}{name}") } else { format!("{above}/{FOLDER}{name}") };
        if packages.contains_key(&inside) {
            return Some(inside);
        }
        if above.is_empty() {
            return None;
        }
        above = above.rfind(FOLDER).map_or("", |at| above[..at].trim_end_matches('/'));
    }
}

#[cfg(test)]
mod tests {
    use super::prune;
    use std::collections::BTreeSet;

    const LOCK: &str = r#"{"name": "all", "lockfileVersion": 3, "packages": {
        "": {"name": "all", "dependencies": {"a": "1.0.0", "b": "1.0.0"}, "devDependencies": {"t": "1.0.0"}},
        "node_modules/a": {"version": "1.0.0", "dependencies": {"c": "^1"}},
        "node_modules/a/node_modules/c": {"version": "1.0.0", "integrity": "x"},
        "node_modules/b": {"version": "1.0.0", "dependencies": {"c": "^2", "d": "1"}},
        "node_modules/c": {"version": "2.0.0", "integrity": "x", "license": "MIT"},
        "node_modules/d": {"version": "1.0.0", "peerDependencies": {"p": "*"}, "peerDependenciesMeta": {"p": {"optional": true}}},
        "node_modules/p": {"version": "1.0.0"},
        "node_modules/t": {"version": "1.0.0", "dev": true, "dependencies": {"c": "^2"}}
    }}"#;

    fn pruned(direct: &[&str], dev: &[&str]) -> Result<serde_json::Value, String> {
        let set = |names: &[&str]| names.iter().map(|&it| it.to_owned()).collect::<BTreeSet<_>>();
        prune(LOCK, "mine", &set(direct), &set(dev)).map(|it| serde_json::from_str(&it).expect("JSON"))
    }

    #[test]
    fn only_what_is_reached_stays() {
        let lock = pruned(&["a"], &["t"]).expect("a lock");
        let paths: Vec<_> = lock["packages"].as_object().expect("packages").keys().collect();
        assert_eq!(paths, ["", "node_modules/a", "node_modules/a/node_modules/c", "node_modules/c", "node_modules/t"]);
        assert_eq!(lock["name"], "mine");
        assert_eq!(lock["packages"][""]["dependencies"], serde_json::json!({"a": "1.0.0"}));
        assert_eq!(lock["packages"]["node_modules/c"]["dev"], true);
        assert_eq!(lock["packages"]["node_modules/a/node_modules/c"]["dev"], serde_json::Value::Null);
    }

    #[test]
    fn an_optional_peer_is_not_wanted() {
        let lock = pruned(&["b"], &[]).expect("a lock");
        assert!(lock["packages"].get("node_modules/p").is_none());
        assert!(pruned(&["z"], &[]).is_err_and(|it| it.contains("`z`")));
    }
}
