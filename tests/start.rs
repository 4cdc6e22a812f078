//! `scaffold new --start`, with a blueprint whose commands are plain shell.
#![cfg(unix)]

mod common;

use common::checkout;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// The test blueprint with another `[start]`, and answers for it.
fn folder(start: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in scaffold::project::read_tree(Path::new(&checkout("tests/blueprints"))).unwrap() {
        let target = folder.path().join("blueprints").join(&path);
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::write(target, bytes).unwrap();
    }
    let manifest = folder.path().join("blueprints/frameworks/plain-node/blueprint.toml");
    let text = std::fs::read_to_string(&manifest).unwrap();
    let (before, _) = text.split_once("[start]").expect("the manifest ends in [start]");
    std::fs::write(&manifest, format!("{before}[start]\n{start}")).unwrap();
    let answers = "[project]\nname = \"shop\"\n[stack]\nframework = \"plain-node\"\n\
                   [entities.Note]\nfields.text = \"string\"\naccess.list = \"public\"\n";
    std::fs::write(folder.path().join("a.toml"), answers).unwrap();
    folder
}

fn start(folder: &TempDir, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scaffold"));
    command.current_dir(folder.path()).args(["new", "--answers", "a.toml", "--blueprints", "blueprints", "--start"]);
    command.args(more).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env("TMPDIR", folder.path().join("logs")).env_remove("STRANGE_URL");
    std::fs::create_dir_all(folder.path().join("logs")).unwrap();
    command
}

const SERVE: &str = "port = 3000\nport_variable = \"PORT\"\nhealth = \"/healthz\"\n";

fn real() -> TempDir {
    folder(&format!("serve = \"node src/server.js\"\n{SERVE}"))
}

/// Reads standard output until a line holds `words`.
fn until(child: &mut Child, words: &str) -> String {
    let mut reader = BufReader::new(child.stdout.as_mut().expect("standard output"));
    let mut line = String::new();
    while !line.contains(words) {
        line.clear();
        assert!(reader.read_line(&mut line).unwrap() > 0, "ended before `{words}`");
    }
    line
}

fn interrupt(child: &Child) {
    use nix::sys::signal::{Signal, kill};
    kill(nix::unistd::Pid::from_raw(child.id().try_into().unwrap()), Signal::SIGINT).unwrap();
}

#[test]
fn serves_until_ctrl_c_and_leaves_no_process() {
    let folder = real();
    let mut child = start(&folder, &[]).spawn().unwrap();
    let line = until(&mut child, "health");
    let url = line.split_whitespace().last().unwrap();
    let address = url.strip_prefix("http://").and_then(|it| it.strip_suffix("/healthz")).expect("the health address");
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /healthz HTTP/1.0\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains(" 200 "), "{answer}");
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(TcpStream::connect(address).is_err(), "the service still listens");
    assert!(folder.path().join("shop/package.json").exists());
    assert_eq!(std::fs::read_dir(folder.path().join("logs")).unwrap().count(), 0, "logs are removed");
}

#[test]
fn a_step_that_fails_shows_its_last_lines_and_keeps_its_log() {
    let steps = "[[start.step]]\ntitle = \"prepare\"\nrun = \"echo $WHO; echo the reason >&2; exit 3\"\n\
                 environment = { WHO = \"someone\" }\n";
    let folder = folder(&format!("serve = \"true\"\n{SERVE}{steps}"));
    let output = start(&folder, &[]).output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.contains("failed in it:\n  someone\n  the reason\nlogs: "), "{message}");
    let logs = message.trim_end().rsplit(' ').next().unwrap();
    assert_eq!(std::fs::read_to_string(format!("{logs}/prepare.log")).unwrap(), "someone\nthe reason\n");
}

#[test]
fn a_service_that_ends_at_once_is_told() {
    let folder = folder(&format!("serve = \"echo no such thing; exit 1\"\n{SERVE}"));
    let output = start(&folder, &[]).output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.contains("has ended:\n  no such thing\n"), "{message}");
}

#[test]
fn a_missing_tool_or_server_is_named_before_anything_is_written() {
    let needs = "tools = [{ command = \"no-such-tool\", hint = \"buy one\" }]\n[[start.variable]]\nname = \"STRANGE_URL\"\n\
                 when = \"database == sqlite\"\nhint = \"set it\"\n";
    let folder = folder(&format!("serve = \"true\"\n{SERVE}{needs}"));
    let output = start(&folder, &[]).output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.contains("`no-such-tool` is not installed; buy one"), "{message}");
    assert!(message.contains("`STRANGE_URL` is not set; set it"), "{message}");
    assert!(!folder.path().join("shop").exists());
}

#[test]
fn an_address_of_something_else_is_kept_from_the_service() {
    let needs = "[[start.variable]]\nname = \"STRANGE_URL\"\nwhen = \"database != sqlite\"\nhint = \"set it\"\n\
                 [[start.step]]\ntitle = \"look\"\nrun = \"echo found $STRANGE_URL; exit 1\"\n";
    let folder = folder(&format!("serve = \"true\"\n{SERVE}{needs}"));
    let output = start(&folder, &[]).env("STRANGE_URL", "postgresql://production").output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(message.contains("  found\n"), "{message}");
}

#[test]
fn ctrl_c_during_a_step_ends_it() {
    let steps = "[[start.step]]\ntitle = \"wait\"\nrun = \"touch begun; sleep 600 & wait\"\n";
    let folder = folder(&format!("serve = \"true\"\n{SERVE}{steps}"));
    let child = start(&folder, &[]).spawn().unwrap();
    while !folder.path().join("shop/begun").exists() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", String::from_utf8_lossy(&output.stderr));
}
