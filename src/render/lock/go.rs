//! `modules.json`: what `go mod tidy` would know of every module that any answer brings. From it and from what the sources of a
//! project import come the go.mod and the go.sum that `go mod tidy` would leave, without a network.
//!
//! The rules are those of `cmd/go/internal/modload`: a module of which a package is imported, directly or not, is a requirement of its
//! own; the graph is pruned at modules that are pruned themselves; checksums are kept of what is imported, of what the tests
//! of that import, and of every go.mod that was read to choose versions.

use serde::Deserialize;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
struct Lock<'a> {
    /// The path that stands for the project's own.
    module: &'a str,
    go: &'a str,
    /// Of the modules that all answers together need, by path.
    #[serde(borrow)]
    versions: BTreeMap<&'a str, &'a str>,
    /// By `path@version`.
    #[serde(borrow)]
    modules: BTreeMap<&'a str, Module<'a>>,
}

/// One version of a module.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Module<'a> {
    /// The checksum of its files.
    zip: &'a str,
    /// The checksum of its go.mod.
    #[serde(rename = "mod")]
    manifest: &'a str,
    /// Whether everything counts that it requires, and what that requires.
    whole: bool,
    #[serde(borrow)]
    requires: Vec<&'a str>,
    /// By path within the module.
    #[serde(borrow)]
    packages: BTreeMap<&'a str, Package<'a>>,
}

/// What a package imports outside the standard library.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Package<'a> {
    #[serde(borrow)]
    imports: Vec<&'a str>,
    #[serde(borrow)]
    tests: Vec<&'a str>,
}

/// The go.mod and the go.sum of a project with these sources; `pins` are the versions that the layers declare, `own` gives the
/// path that the project has for the one that stands for it.
pub(super) fn make<'a>(
    text: &'a str,
    sources: impl Iterator<Item = &'a str>,
    pins: &BTreeMap<&str, &str>,
    own: &dyn Fn(&str) -> String,
) -> Result<[String; 2], String> {
    let lock: Lock<'a> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    for (path, pin) in pins {
        if let Some(version) = lock.versions.get(path).filter(|version| *version != pin) {
            return Err(format!("`{path}` is {pin} in its layer, but {version} here; bump it"));
        }
    }
    let own = own(lock.module);
    let below = format!("{own}/");
    let foreign = |it: &&str| !is_standard(it) && *it != own && !it.starts_with(&below);
    let direct: BTreeSet<&str> = sources.flat_map(imports).filter(foreign).collect();
    let project = Project::of(&lock, &direct)?;
    let required = direct.iter().filter_map(|it| lock.holder(it)).collect();
    Ok([manifest(&lock, &project, &required), sums(&lock, &project)?])
}

/// What the sources of a project lead to.
#[derive(Default)]
struct Project<'a> {
    /// Packages that are imported, directly or not, and those that only the tests of those import.
    packages: BTreeSet<&'a str>,
    /// The modules that are requirements.
    roots: BTreeSet<&'a str>,
    /// The chosen version of every module of the graph.
    chosen: BTreeMap<&'a str, &'a str>,
    /// Modules whose go.mod was read, by `path@version`.
    read: BTreeSet<&'a str>,
}

impl<'a> Lock<'a> {
    /// The path of the module that holds a package, of those that all answers together need.
    fn holder(&self, package: &str) -> Option<&'a str> {
        let held = prefixes(package).filter_map(|it| self.versions.get_key_value(it));
        let mut held = held.map(|(path, version)| (*path, *version));
        held.find(|it| self.package(*it, package).is_some()).map(|(path, _)| path)
    }

    fn module(&self, (path, version): (&str, &str)) -> Option<(&'a str, &Module<'a>)> {
        self.modules.get_key_value(format!("{path}@{version}").as_str()).map(|(key, module)| (*key, module))
    }

    fn package(&self, module: (&str, &str), package: &str) -> Option<&Package<'a>> {
        let within = package.strip_prefix(module.0)?.trim_start_matches('/');
        self.module(module)?.1.packages.get(within)
    }
}

impl<'a> Project<'a> {
    fn of(lock: &Lock<'a>, direct: &BTreeSet<&'a str>) -> Result<Self, String> {
        let mut project = Self::default();
        let mut waiting: Vec<&str> = direct.iter().copied().collect();
        let mut tests = BTreeSet::new();
        while let Some(name) = waiting.pop() {
            if !project.packages.insert(name) {
                continue;
            }
            let path = lock.holder(name).ok_or_else(|| format!("no package `{name}` in it; bump it"))?;
            project.roots.insert(path);
            if let Some(package) = lock.package((path, lock.versions[path]), name) {
                waiting.extend(&package.imports);
                tests.extend(&package.tests);
            }
        }
        while project.test(lock, &tests) {}
        Ok(project)
    }

    /// Follows what tests import. What no module of the graph holds becomes a requirement; then it is to be done again.
    fn test(&mut self, lock: &Lock<'a>, tests: &BTreeSet<&'a str>) -> bool {
        self.choose(lock);
        let mut packages = self.packages.clone();
        let mut level: Vec<&str> = tests.iter().copied().collect();
        while !level.is_empty() {
            let mut next = Vec::new();
            let before = self.roots.len();
            for name in level {
                if !packages.insert(name) {
                    continue;
                }
                match self.holder(lock, name) {
                    Some(module) => next.extend(lock.package(module, name).into_iter().flat_map(|it| &it.imports)),
                    None => self.roots.extend(lock.holder(name)),
                }
            }
            if self.roots.len() > before {
                return true;
            }
            level = next;
        }
        self.packages = packages;
        false
    }

    /// The module that holds a package: a requirement rather than another module of the graph.
    fn holder(&self, lock: &Lock<'a>, package: &str) -> Option<(&'a str, &'a str)> {
        let chosen = |root: bool| {
            prefixes(package)
                .filter_map(|it| self.chosen.get_key_value(it).map(|(path, version)| (*path, *version)))
                .filter(move |(path, _)| self.roots.contains(path) == root)
        };
        chosen(true).chain(chosen(false)).find(|it| lock.package(*it, package).is_some())
    }

    /// Chooses the newest version of each module that somebody requires.
    fn choose(&mut self, lock: &Lock<'a>) {
        self.chosen = self.roots.iter().map(|path| (*path, lock.versions[path])).collect();
        self.read.clear();
        let mut seen = BTreeSet::new();
        let mut waiting: Vec<_> = self.chosen.iter().map(|(path, version)| (*path, *version, false)).collect();
        while let Some((path, version, whole)) = waiting.pop() {
            let Some((key, module)) = lock.module((path, version)) else { continue };
            if !seen.insert((key, whole)) {
                continue;
            }
            self.read.insert(key);
            for (path, version) in module.requires.iter().filter_map(|it| it.split_once('@')) {
                let known = self.chosen.entry(path).or_insert(version);
                if newer(version, known) == Ordering::Greater {
                    *known = version;
                }
                if whole || module.whole {
                    waiting.push((path, version, true));
                }
            }
        }
    }
}

fn manifest(lock: &Lock, project: &Project, direct: &BTreeSet<&str>) -> String {
    let mut text = format!("module {}\n\ngo {}\n", lock.module, lock.go);
    for (wanted, note) in [(true, ""), (false, " // indirect")] {
        let block: Vec<_> = project.roots.iter().filter(|path| direct.contains(*path) == wanted).collect();
        if !block.is_empty() {
            text.push_str("\nrequire (\n");
            for path in block {
                text.push_str(&format!("\t{path} {}{note}\n", lock.versions[path]));
            }
            text.push_str(")\n");
        }
    }
    text
}

fn sums(lock: &Lock, project: &Project) -> Result<String, String> {
    let mut zips = BTreeSet::new();
    for name in &project.packages {
        let Some((holder, _)) = project.holder(lock, name) else { continue };
        // Modules that might hold the package, too, are looked at when it is imported.
        let rooted = project.roots.contains(holder);
        let looked = prefixes(name).filter_map(|it| project.chosen.get_key_value(it));
        let kept = looked.filter(|(path, _)| !rooted || project.roots.contains(*path));
        zips.extend(kept.map(|(path, version)| (*path, *version)));
    }
    let read = project.read.iter().filter_map(|it| it.split_once('@'));
    let manifests: BTreeSet<_> = zips.iter().copied().chain(read).collect();
    let mut lines: Vec<((&str, &str), &str, &str)> = Vec::new();
    for module in zips {
        lines.push((module, "", lock.module(module).map_or("", |(_, it)| it.zip)));
    }
    for module in manifests {
        lines.push((module, "/go.mod", lock.module(module).map_or("", |(_, it)| it.manifest)));
    }
    lines.sort_by(|((a, x), file, _), ((b, y), other, _)| {
        a.cmp(b).then_with(|| newer(x, y)).then_with(|| file.cmp(other))
    });
    let mut text = String::new();
    for ((path, version), file, sum) in lines {
        if sum.is_empty() {
            return Err(format!("no checksum of {path} {version}{file} in it; bump it"));
        }
        text.push_str(&format!("{path} {version}{file} {sum}\n"));
    }
    Ok(text)
}

/// The path itself and all above it.
fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |it| it.rsplit_once('/').map(|(above, _)| above))
}

/// Whether a package belongs to the language: its first part has no point.
fn is_standard(path: &str) -> bool {
    !path.split('/').next().unwrap_or_default().contains('.')
}

/// What a source imports, as gofmt lays imports out.
fn imports(source: &str) -> impl Iterator<Item = &str> {
    let mut inside = false;
    let lines = source.lines().take_while(|line| {
        let body = ["func ", "type ", "var ", "const ", "//go:build ignore"];
        !body.iter().any(|it| line.starts_with(it))
    });
    lines.filter_map(move |line| {
        let statement = line.strip_prefix("import ");
        if line == "import (" || line == ")" {
            inside = line != ")";
            return None;
        }
        let spec = statement.or_else(|| inside.then_some(line))?;
        let (name, rest) = spec.split_once('"')?;
        (!name.contains("//")).then(|| rest.split('"').next()).flatten()
    })
}

/// Which of two versions is newer.
fn newer(a: &str, b: &str) -> Ordering {
    let split = |version| {
        let version = str::trim_start_matches(version, 'v').split('+').next().unwrap_or_default();
        version.split_once('-').map_or((version, None), |(core, before)| (core, Some(before)))
    };
    let ((core, before), (other_core, other_before)) = (split(a), split(b));
    parts(core, other_core).then_with(|| match (before, other_before) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(a), Some(b)) => parts(a, b),
    })
}

/// Numbers as numbers and before words, then by how many there are.
fn parts(a: &str, b: &str) -> Ordering {
    let number = |it: &str| it.parse::<u64>().ok();
    let pairs = a.split('.').zip(b.split('.'));
    let order = pairs.map(|(a, b)| match (number(a), number(b)) {
        (Some(x), Some(y)) => x.cmp(&y),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.cmp(b),
    });
    let first = order.into_iter().find(|it| *it != Ordering::Equal);
    first.unwrap_or_else(|| a.split('.').count().cmp(&b.split('.').count()))
}

#[cfg(test)]
mod tests {
    use super::{imports, make, newer};
    use std::cmp::Ordering;
    use std::collections::BTreeMap;

    const LOCK: &str = r#"{
        "module": "e.x/own", "go": "1.26.0",
        "versions": {"e.x/a": "v1.2.0", "e.x/b": "v0.1.0", "e.x/c": "v1.0.0"},
        "modules": {
            "e.x/a@v1.2.0": {"zip": "h1:a", "mod": "h1:am", "requires": ["e.x/b@v0.1.0", "e.x/t@v1.0.0"],
                "packages": {"": {"imports": ["e.x/b/p"], "tests": ["e.x/t"]}}},
            "e.x/b@v0.1.0": {"zip": "h1:b", "mod": "h1:bm", "whole": true, "requires": ["e.x/o@v0.0.1"], "packages": {"p": {}}},
            "e.x/c@v1.0.0": {"zip": "h1:c", "mod": "h1:cm", "requires": ["e.x/t@v1.10.0"], "packages": {"": {}}},
            "e.x/o@v0.0.1": {"mod": "h1:om"},
            "e.x/t@v1.0.0": {"zip": "h1:t", "mod": "h1:tm", "packages": {"": {}}},
            "e.x/t@v1.10.0": {"zip": "h1:t10", "mod": "h1:t10m", "packages": {"": {}}}
        }
    }"#;

    fn made(imported: &[&str]) -> Result<[String; 2], String> {
        let sources = imported.iter().map(|it| format!("package a\n\nimport (\n\t\"fmt\"\n\n\t_ \"{it}\"\n)\n"));
        let sources: Vec<String> = sources.collect();
        make(LOCK, sources.iter().map(String::as_str), &BTreeMap::new(), &str::to_owned)
    }

    #[test]
    fn requirements_and_checksums_are_those_of_what_is_imported() {
        let [manifest, sums] = made(&["e.x/a", "e.x/own/internal/b"]).expect("a lock");
        let expected =
            "module e.x/own\n\ngo 1.26.0\n\nrequire (\n\te.x/a v1.2.0\n)\n\nrequire (\n\te.x/b v0.1.0 // indirect\n)\n";
        assert_eq!(manifest, expected);
        let lines: Vec<_> = sums.lines().collect();
        let expected = [
            "e.x/a v1.2.0 h1:a",
            "e.x/a v1.2.0/go.mod h1:am",
            "e.x/b v0.1.0 h1:b",
            "e.x/b v0.1.0/go.mod h1:bm",
            "e.x/o v0.0.1/go.mod h1:om",
            "e.x/t v1.0.0 h1:t",
            "e.x/t v1.0.0/go.mod h1:tm",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn what_others_require_decides_about_what_only_tests_import() {
        let [_, sums] = made(&["e.x/a", "e.x/c"]).expect("a lock");
        assert!(sums.contains("e.x/t v1.10.0 h1:t10\n") && !sums.contains("e.x/t v1.0.0"), "{sums}");
    }

    #[test]
    fn what_is_not_there_is_named() {
        assert!(made(&["e.x/z"]).is_err_and(|it| it.contains("`e.x/z`")));
        let pins = BTreeMap::from([("e.x/a", "v1.3.0")]);
        let error = make(LOCK, std::iter::empty(), &pins, &str::to_owned).unwrap_err();
        assert!(error.contains("v1.3.0") && error.contains("v1.2.0"), "{error}");
    }

    #[test]
    fn imports_end_where_code_begins() {
        let source = "// \"no\"\npackage a\n\nimport \"one\"\n\nimport (\n\t\"two\"\n\tt \"three\" // why\n\n\t// \"four\"\n)\n\nvar x = `\nimport \"five\"\n`\n";
        assert_eq!(imports(source).collect::<Vec<_>>(), ["one", "two", "three"]);
    }

    #[test]
    fn versions_are_ordered_as_go_does() {
        let versions =
            ["v0.0.0-20180306012644-bacd9c7ef1dd", "v0.9.0", "v1.0.0-rc.1", "v1.0.0-rc.10", "v1.0.0", "v1.10.0"];
        for pair in versions.windows(2) {
            assert_eq!(newer(pair[0], pair[1]), Ordering::Less, "{pair:?}");
        }
        assert_eq!(newer("v2.0.0+incompatible", "v2.0.0"), Ordering::Equal);
    }
}
