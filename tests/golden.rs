//! Golden trees: whole projects, compared byte for byte with what was looked at and accepted.
//!
//! A case is a folder of `tests/golden` with `answers.toml`. `TREE` lists every file with the digest of those that are plain
//! copies of the blueprint; everything rendered stands below `files/` as it is. `UPDATE_GOLDEN=1` accepts what is.

mod common;

use common::library::{catalog, checked};
use scaffold::plan::{Content, Plan};
use scaffold::project;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut cases: Vec<_> = std::fs::read_dir(folder).expect("tests/golden").map(|it| it.unwrap().path()).collect();
    cases.sort();
    cases
}

/// What the case's folder should hold besides its answers.
fn expected(case: &Path) -> BTreeMap<String, Vec<u8>> {
    let catalog = catalog();
    let checked = checked(&case.join("answers.toml"), &[], &catalog);
    let plan = Plan::new(&checked.spec, &catalog).expect("a plan");
    let files = scaffold::generate(&checked, &catalog).expect("files");
    let mut tree = String::new();
    let mut kept = BTreeMap::new();
    for (path, file) in files {
        let copied =
            plan.files.get(&path).is_some_and(|it| !matches!(it.content, Content::Template(..) | Content::Derived(..)));
        let mode = if file.executable { "x" } else { "-" };
        if copied {
            writeln!(tree, "{mode} {path} (copied)").unwrap();
        } else if [project::LOCK_PATH, project::BASE_PATH].contains(&path.as_str()) {
            // The digests and bytes of copied files change with every edit of a blueprint; they say nothing here.
            writeln!(tree, "{mode} {path}").unwrap();
        } else {
            writeln!(tree, "{mode} {path}").unwrap();
            kept.insert(format!("files/{path}"), file.bytes.into_owned());
        }
    }
    kept.insert("TREE".to_owned(), tree.into_bytes());
    kept
}

#[test]
fn projects_are_as_accepted() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    for case in cases() {
        let expected = expected(&case);
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        if update {
            let _ = std::fs::remove_dir_all(case.join("files"));
            for (path, bytes) in &expected {
                let path = case.join(path);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, bytes).unwrap();
            }
            continue;
        }
        let mut found = common::tree(&case);
        found.remove("answers.toml");
        for path in expected.keys().chain(found.keys()) {
            if expected.get(path) != found.get(path) {
                wrong.push(format!("{name}/{path}"));
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "differ from what was accepted (UPDATE_GOLDEN=1, then git diff):\n{}", wrong.join("\n"));
}

#[test]
fn there_are_at_least_four_cases() {
    assert!(cases().len() >= 4);
}
