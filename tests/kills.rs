//! Killed at any moment: either the whole project is there or nothing is. `SCAFFOLD_KILLS` says how often
//! (`cargo xtask kills --count 1000`).
#![cfg(unix)]

mod common;

use common::{checkout, tree};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn scaffold(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scaffold"));
    command.current_dir(folder).args(["new", "shop", "--quiet", "--answers", &checkout("examples/shop.toml")]);
    command.env("GIT_CEILING_DIRECTORIES", folder);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn git(project: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git").current_dir(project).args(arguments).output().expect("git runs");
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// What is wrong with a project that is there.
fn fault(project: &Path, whole: &BTreeMap<String, Vec<u8>>) -> Option<String> {
    if tree(project) != *whole {
        return Some("files are missing or different".to_owned());
    }
    let log = git(project, &["log", "--format=%s"]);
    let status = git(project, &["status", "--porcelain"]);
    (log != "Generate the project\n" || !status.is_empty()).then(|| format!("git log: {log}git status: {status}"))
}

#[test]
fn a_killed_run_leaves_everything_or_nothing() {
    let count: u32 = std::env::var("SCAFFOLD_KILLS").map_or(60, |it| it.parse().expect("a number"));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("mine.txt"), "mine").unwrap();
    let project = folder.path().join("shop");
    let begun = Instant::now();
    assert!(scaffold(folder.path()).status().unwrap().success());
    let usual = begun.elapsed();
    let whole = tree(&project);
    std::fs::remove_dir_all(&project).unwrap();

    let (mut nothing, mut everything, mut left_behind) = (0, 0, 0);
    for at in 0..count {
        let mut child = scaffold(folder.path()).spawn().unwrap();
        // Spread over the whole run and a little more, neighbours far apart, so that a change of speed spoils no part.
        let part = (at * 7919) % count;
        std::thread::sleep(usual * part * 11 / (count * 10));
        child.kill().unwrap();
        child.wait().unwrap();
        if project.symlink_metadata().is_ok() {
            let fault = fault(&project, &whole);
            assert!(fault.is_none(), "kill {at} left half a project: {}", fault.unwrap_or_default());
            everything += 1;
            std::fs::remove_dir_all(&project).unwrap();
        } else {
            nothing += 1;
        }
        let staged = std::fs::read_dir(folder.path()).unwrap().count() - 1;
        left_behind += u32::from(staged > 0);
    }
    println!("{count} kills: {nothing} left nothing, {everything} everything; {left_behind} left a staging folder");
    assert!(nothing > 0, "no run was killed early enough to tell");

    // A git that outlived its parent may still be writing.
    std::thread::sleep(Duration::from_millis(200));
    assert!(scaffold(folder.path()).status().unwrap().success());
    assert!(fault(&project, &whole).is_none());
    let mut names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["mine.txt", "shop"], "the next run removes what killed ones have left");
    assert_eq!(std::fs::read_to_string(folder.path().join("mine.txt")).unwrap(), "mine");
}
