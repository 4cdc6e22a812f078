//! Writing safely: whatever is in the way, nothing of the user's is touched and nothing half is left.
#![cfg(unix)]

mod common;

use common::{Scaffold, checkout};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

fn shop() -> String {
    checkout("examples/shop.toml")
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// `scaffold` in a shell, so that limits and traps can be set before it.
fn shell(folder: &TempDir, before: &str, after: &str) -> Output {
    let script = format!("{before}exec \"$SCAFFOLD\" {after}");
    Command::new("sh")
        .args(["-c", &script])
        .current_dir(folder.path())
        .env("SCAFFOLD", env!("CARGO_BIN_EXE_scaffold"))
        .env("ANSWERS", shop())
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn log(project: &Path) -> String {
    let output = Command::new("git").args(["log", "--format=%an %s"]).current_dir(project).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_full_disk_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    // No file may be larger than 16 blocks, as if the disk ended there; the lock file is.
    let output = shell(&folder, "trap '' XFSZ; ulimit -f 16; ", "new shop --answers \"$ANSWERS\"");
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.starts_with("error: cannot write `") && message.contains("; nothing was written"), "{message}");
    assert_eq!(names(folder.path()), Vec::<String>::new());
}

#[test]
fn a_parent_that_takes_no_folders_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let output = shell(&folder, "", "new /proc/shop --answers \"$ANSWERS\"");
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.starts_with("error: cannot write `/proc/shop`: "), "{message}");
    std::fs::write(folder.path().join("file"), "mine").unwrap();
    let output = shell(&folder, "", "new file/shop --answers \"$ANSWERS\"");
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(message.contains("there is no folder `"), "{message}");
}

#[test]
fn what_a_killed_run_left_is_removed_and_what_only_looks_so_is_not() {
    let ran = Scaffold::new()
        .file(".scaffold-abcdef/in-use", "")
        .file(".scaffold-abcdef/tree/app/main.py", "half")
        .file(".scaffold-backup/mine.txt", "mine")
        .args(["new", "shop", "--answers", &shop(), "--no-git"])
        .run()
        .success();
    assert_eq!(ran.names(), [".scaffold-backup", "shop"]);
    assert_eq!(ran.read(".scaffold-backup/mine.txt"), "mine");
}

#[test]
fn the_folder_that_is_filled_keeps_its_permissions_and_is_entered_again() {
    use std::os::unix::fs::PermissionsExt;
    let scaffold = Scaffold::new().args(["new", ".", "--answers", &shop(), "--no-git"]);
    let mode = 0o750;
    std::fs::set_permissions(scaffold.folder.path(), PermissionsExt::from_mode(mode)).unwrap();
    let ran = scaffold.run().success();
    assert_eq!(std::fs::metadata(ran.folder.path()).unwrap().permissions().mode() & 0o777, mode);
    let entered = format!("  cd {}\n", ran.folder.path().canonicalize().unwrap().display());
    assert!(ran.stdout().contains(&entered), "{}", ran.stdout());
}

#[test]
fn an_interrupt_leaves_nothing_and_exits_with_130() {
    let folder = tempfile::tempdir().unwrap();
    // A git that never ends, so that the interrupt meets the run while the project is staged.
    let tools = tempfile::tempdir().unwrap();
    let git = tools.path().join("git");
    std::fs::write(&git, "#!/bin/sh\ntouch \"$BEGUN\"\nwhile [ -e \"$BEGUN\" ]; do sleep 0.02; done\nexit 1\n")
        .unwrap();
    std::fs::set_permissions(&git, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let begun = tools.path().join("begun");
    let path = format!("{}:{}", tools.path().display(), std::env::var("PATH").unwrap());
    let child = Command::new(env!("CARGO_BIN_EXE_scaffold"))
        .args(["new", "shop", "--answers", &shop()])
        .current_dir(folder.path())
        .env("PATH", path)
        .env("BEGUN", &begun)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while !begun.exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert_eq!(names(folder.path()).len(), 1, "the project is staged");
    let id = nix::unistd::Pid::from_raw(child.id().try_into().unwrap());
    nix::sys::signal::kill(id, nix::sys::signal::Signal::SIGINT).unwrap();
    // As a terminal would, git is told as well.
    std::fs::remove_file(&begun).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "interrupted; nothing was written\n");
    assert_eq!(names(folder.path()), Vec::<String>::new());
}

#[test]
fn without_git_or_when_it_fails_the_project_is_there_and_the_person_told() {
    let folder = tempfile::tempdir().unwrap();
    let output = shell(&folder, "PATH=/nowhere; export PATH; ", "new shop --answers \"$ANSWERS\"");
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{message}");
    assert_eq!(message, "note: the project has no git repository yet: git is not installed\n");
    assert!(folder.path().join("shop/README.md").exists() && !folder.path().join("shop/.git").exists());
}

#[test]
fn the_commit_holds_everything_whatever_git_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let home = tempfile::tempdir().unwrap();
    let config = "[init]\ntemplateDir = ~/template\n[commit]\ngpgSign = true\n[user]\nuseConfigOnly = true\n\
                  [core]\nexcludesFile = ~/ignored\nhooksPath = ~/template/hooks\nsafecrlf = true\nautocrlf = true\n";
    std::fs::create_dir_all(home.path().join("template/hooks")).unwrap();
    std::fs::write(home.path().join(".gitconfig"), config).unwrap();
    std::fs::write(home.path().join("ignored"), "*.py\n.env*\n*.lock\n").unwrap();
    for hook in ["pre-commit", "prepare-commit-msg", "commit-msg", "post-commit"] {
        let hook = home.path().join("template/hooks").join(hook);
        std::fs::write(&hook, "#!/bin/sh\ntouch ~/hooked\nexit 1\n").unwrap();
        std::fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }
    // As inside a hook of another repository.
    let other = home.path().join("other");
    assert!(Command::new("git").args(["init", "--quiet"]).arg(&other).status().unwrap().success());
    let before = format!(
        "export HOME={} GIT_DIR={}/.git GIT_INDEX_FILE={}/.git/index; ",
        home.path().display(),
        other.display(),
        other.display()
    );
    let output = shell(&folder, &before, "new shop --answers \"$ANSWERS\"");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let project = folder.path().join("shop");
    assert_eq!(log(&project), "scaffold Generate the project\n");
    let listed = Command::new("git").args(["ls-files", "-z"]).current_dir(&project).output().unwrap().stdout;
    let listed = listed.split(|it| *it == 0).filter(|it| !it.is_empty()).count();
    assert_eq!(listed, common::tree(&project).len(), "every file is committed");
    assert!(!home.path().join("hooked").exists(), "no hook ran");
    assert_eq!(log(&other), "", "the other repository is as it was");
}
