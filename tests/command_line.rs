//! The command line as such: what is asked of whom, what programs read, what is printed where.

mod common;

use common::{Scaffold, checkout, tree};
use serde_json::Value;
use std::process::{Command, Stdio};

const SETS: [&str; 6] =
    ["--set", "project.name=notes", "--set", "stack.framework=fastapi", "--set", "entities.Note.fields.text=string"];

fn new<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Scaffold {
    Scaffold::new().args(["new"]).args(arguments)
}

fn shop() -> String {
    checkout("examples/shop.toml")
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn without_answers_and_terminal_it_says_what_is_missing_and_how_to_give_it() {
    let ran = new(["notes"]).run().fails(2);
    let message = ran.stderr();
    assert!(message.starts_with("error: answers are missing, and there is no terminal to ask for them: "), "{message}");
    for words in ["project.name, stack.framework, entities\n", "--answers FILE", "answers example", "--set", "--yes"] {
        assert!(message.contains(words), "{words}: {message}");
    }
    assert_eq!(ran.names(), Vec::<String>::new());
    let ran = new(["--set", "project.name=notes", "--set", "entities.Note.fields.text=string"]).run().fails(2);
    assert!(ran.stderr().contains("ask for them: stack.framework\n"), "{}", ran.stderr());
}

#[test]
fn the_command_that_the_message_proposes_works() {
    let message = new([]).run().fails(2).stderr();
    let line = message.lines().find(|line| line.contains("--set")).expect("a command");
    let (_, command) = line.split_once("scaffold ").expect("a command");
    let ran = Scaffold::new().args(command.split(' ')).args(["--no-git"]).run().success();
    assert!(ran.path("notes/.scaffold/answers.toml").exists());
}

#[test]
fn set_alone_may_give_everything() {
    let ran = new(SETS).args(["--no-git"]).run().success();
    assert!(ran.path("notes/app/notes/models.py").exists());
    let wrong = new(SETS).args(["--set", "entities.Note.fields.text=strin"]).run().fails(2);
    assert!(wrong.stderr().contains("did you mean `string`?"), "{}", wrong.stderr());
}

#[test]
fn yes_takes_defaults_for_what_is_missing_and_only_for_that() {
    let ran = new(["My Shop", "--yes", "--no-git"]).run().success();
    let answers = ran.read("My Shop/.scaffold/answers.toml");
    assert!(answers.contains("name = \"my-shop\"") && answers.contains("[entities.Note]"), "{answers}");
    let ran = new(["other", "--yes", "--no-git", "--answers", &shop()]).run().success();
    let given = new(["other", "--no-git", "--answers", &shop()]).run().success();
    assert!(tree(&ran.path("other")) == tree(&given.path("other")));
    let file = "[stack]\nframework = \"fastapi\"\n[entities.Room]\nfields.number = \"integer\"\n";
    let ran = Scaffold::new().file("a.toml", file).args(["new", "inn", "--answers", "a.toml", "--yes", "--no-git"]);
    let ran = ran.run().success();
    assert!(ran.path("inn/app/rooms").exists() && !ran.path("inn/app/notes").exists());
}

#[test]
fn json_is_one_object_with_every_file() {
    let ran = new(["shop", "--answers", &shop(), "--json"]).run().success();
    let result = json(&ran.stdout());
    assert_eq!((&result["ok"], &result["dry_run"], &result["repository"]), (&true.into(), &false.into(), &true.into()));
    assert_eq!(result["folder"].as_str().map(std::path::Path::new), Some(&*ran.path("shop").canonicalize().unwrap()));
    assert_eq!(result["next_steps"][0], "cd shop");
    let written = tree(&ran.path("shop"));
    let lock: toml::Table = toml::from_str(&ran.read("shop/.scaffold/lock.toml")).unwrap();
    let files = result["files"].as_array().unwrap();
    assert_eq!(files.len(), written.len());
    for file in files {
        let path = file["path"].as_str().unwrap();
        assert_eq!(file["bytes"].as_u64(), Some(written[path].len() as u64), "{path}");
        if path != ".scaffold/lock.toml" {
            assert_eq!(file["digest"].as_str(), lock["files"][path].as_str(), "{path}");
        }
    }
    let dry = new(["shop", "--answers", &shop(), "--json", "--dry-run"]).run().success();
    assert_eq!(json(&dry.stdout())["dry_run"], true);
    assert_eq!(dry.names(), Vec::<String>::new());
}

#[test]
fn with_json_errors_are_data_too() {
    let wrong = "[project]\nname = \"shop\"\n[stack]\nframework = \"fastapi\"\ndatabase = \"postgres\"\n\
                 [entities.Note]\nfields.text = \"string\"\n";
    let ran = Scaffold::new().file("a.toml", wrong).args(["new", "--answers", "a.toml", "--json"]).run().fails(2);
    assert_eq!(ran.stderr(), "");
    let result = json(&ran.stdout());
    assert_eq!((&result["ok"], &result["exit_code"]), (&false.into(), &2.into()));
    let problem = &result["problems"][0];
    assert_eq!(problem["message"], "unknown database `postgres`");
    assert_eq!((&problem["file"], &problem["line"], &problem["column"]), (&"a.toml".into(), &5.into(), &12.into()));
    assert!(problem["notes"].as_array().is_some_and(|notes| !notes.is_empty()));
    for arguments in [vec!["--json", "--nope"], vec!["--json", "--answers", "nope.toml"], vec!["--json"]] {
        let ran = new(arguments).run().fails(2);
        assert_eq!(ran.stderr(), "");
        assert!(json(&ran.stdout())["problems"][0]["message"].is_string());
    }
}

#[test]
fn quiet_says_nothing_but_errors_and_what_was_asked_for() {
    let ran = new(["shop", "--answers", &shop(), "--quiet"]).run().success();
    assert_eq!(ran.stdout() + &ran.stderr(), "");
    let ran = new(["shop", "--answers", "nope.toml", "--quiet"]).run().fails(2);
    assert!(ran.stderr().starts_with("error: "));
    let ran = new(["shop", "--answers", &shop(), "--quiet", "--dry-run"]).run().success();
    assert!(ran.stdout().starts_with("shop/\n"));
}

#[test]
fn nothing_but_text_goes_into_a_pipe() {
    let wrong = Scaffold::new().file("a.toml", "x = 1\n").args(["new", "--answers", "a.toml"]).run().fails(2);
    let ran = new(["shop", "--answers", &shop()]).run().success();
    for text in [wrong.stderr(), ran.stdout(), ran.stderr(), Scaffold::new().args(["--help"]).run().stdout()] {
        assert!(!text.contains('\u{1b}'), "{text:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_went_away_is_no_error() {
    for arguments in [vec!["list"], vec!["man"], vec!["completions", "bash"], vec!["--help"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = Command::new(env!("CARGO_BIN_EXE_scaffold"))
            .args(&arguments)
            .stdin(Stdio::null())
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .expect("the program runs");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    }
}

#[test]
fn completions_and_manual_come_from_the_same_definitions() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = Scaffold::new().args(["completions", shell]).run().success();
        assert!(ran.stdout().contains("dry-run"), "{shell}");
    }
    let page = Scaffold::new().args(["man", "new"]).run().success().stdout();
    assert!(page.contains(".TH") && page.contains(r"\-\-dry\-run"), "{page}");
    let ran = Scaffold::new().args(["man", "nope"]).run().fails(2);
    assert!(ran.stderr().contains("has no command `nope`; there are: new, list"), "{}", ran.stderr());
}
