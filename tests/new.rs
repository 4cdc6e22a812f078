//! `scaffold new` and `scaffold list`, as people run them.

mod common;

use common::{Ran, Scaffold, checkout, tree};
use std::process::Command;

fn new<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Scaffold {
    Scaffold::new().args(["new"]).args(arguments)
}

fn shop() -> String {
    checkout("examples/shop.toml")
}

#[track_caller]
fn left_nothing(ran: &Ran) {
    assert_eq!(ran.names(), Vec::<String>::new(), "something was written");
}

#[test]
fn makes_a_project_with_one_commit() {
    let ran = new(["shop", "--answers", &shop()]).run().success();
    assert!(ran.stdout().starts_with("made shop ("), "{}", ran.stdout());
    assert!(ran.stdout().contains("cd shop\n  make setup check\n"), "{}", ran.stdout());
    assert_eq!(ran.names(), ["shop"], "nothing but the project is left");
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).current_dir(ran.path("shop")).output().expect("git runs");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    assert_eq!(git(&["log", "--format=%s"]), "Generate the project\n");
    assert_eq!(git(&["status", "--porcelain"]), "", "everything is committed");
}

#[test]
fn the_folder_is_named_after_the_project_unless_said_otherwise() {
    let ran = new(["--answers", &shop(), "--no-git"]).run().success();
    assert!(ran.path("shop/README.md").exists() && !ran.path("shop/.git").exists());
}

#[test]
fn an_empty_folder_is_filled() {
    let scaffold = new([".", "--answers", &shop(), "--no-git"]);
    let inner = scaffold.run();
    // The folder of the run is empty and is the target.
    assert!(inner.success().path("README.md").exists());
}

#[test]
fn the_same_answers_give_the_same_tree_from_every_format_and_source() {
    let toml = std::fs::read_to_string(shop()).unwrap();
    let value: toml::Value = toml::from_str(&toml).unwrap();
    let json = serde_json::to_string_pretty(&value).unwrap();
    let made = |ran: Ran| tree(&ran.success().path("shop"));
    let reference = made(new(["shop", "--answers", &shop(), "--no-git"]).run());
    let from_json =
        Scaffold::new().file("a.json", &json).args(["new", "shop", "--answers", "a.json", "--no-git"]).run();
    assert!(made(from_json) == reference);
    let from_stdin = new(["shop", "--answers", "-", "--no-git"]).stdin(&toml).run();
    assert!(made(from_stdin) == reference);
    let kept = String::from_utf8(reference[".scaffold/answers.toml"].clone()).unwrap();
    let again = Scaffold::new().file("a.toml", &kept).args(["new", "shop", "--answers", "a.toml", "--no-git"]).run();
    assert!(made(again) == reference, "the answers that a project keeps make it again");
}

#[test]
fn the_lock_file_holds_the_digest_of_every_file() {
    let ran = new(["shop", "--answers", &shop(), "--no-git"]).run().success();
    let lock: toml::Table = toml::from_str(&ran.read("shop/.scaffold/lock.toml")).unwrap();
    let listed: Vec<_> = lock["files"].as_table().unwrap().keys().cloned().collect();
    let mut found: Vec<_> = tree(&ran.path("shop")).into_keys().filter(|it| it != ".scaffold/lock.toml").collect();
    found.sort();
    assert_eq!(listed, found);
}

#[test]
fn set_changes_an_answer() {
    let ran = new(["shop", "--answers", &shop(), "--no-git", "--set", "stack.database=postgresql"]).run().success();
    assert!(
        ran.read("shop/pyproject.toml").contains("asyncpg") && !ran.read("shop/pyproject.toml").contains("aiosqlite")
    );
    let ran = new(["shop", "--answers", &shop(), "--set", "stack.database"]).run().fails(2);
    assert!(ran.stderr().contains("`--set stack.database` is no `key=value`"), "{}", ran.stderr());
}

#[test]
fn a_dry_run_shows_the_tree_and_writes_nothing() {
    let ran = new(["shop", "--answers", &shop(), "--dry-run"]).run().success();
    assert!(ran.stdout().starts_with("shop/\n") && ran.stdout().contains("pyproject.toml  "), "{}", ran.stdout());
    let out = ran.stdout();
    let files = out.lines().filter(|line| line.starts_with("  ") && !line.ends_with('/')).count();
    let last = out.lines().last().unwrap_or_default();
    assert!(last.starts_with(&format!("{files} files, ")) && last.ends_with('B'), "{last}");
    left_nothing(&ran);
}

#[test]
fn no_project_is_called_as_a_package_that_it_needs() {
    // The framework itself, and what one of its packages needs; another framework does not mind.
    for (name, framework) in [("fastapi", "fastapi"), ("click", "fastapi"), ("zod", "express")] {
        let choice = format!("stack.framework={framework}");
        let ran = new([name, "--yes", "--no-git", "--set", &choice]).run().fails(2);
        assert!(ran.stderr().contains(&format!("cannot be called `{name}`")), "{}", ran.stderr());
        left_nothing(&ran);
    }
    new(["zod", "--yes", "--no-git", "--dry-run", "--set", "stack.framework=fastapi"]).run().success();
}

#[test]
fn refuses_a_folder_that_holds_something() {
    let ran = Scaffold::new().file("shop/mine.txt", "mine").args(["new", "shop", "--answers", &shop()]).run().fails(1);
    assert!(ran.stderr().contains("is not empty; choose another folder"), "{}", ran.stderr());
    assert_eq!(ran.read("shop/mine.txt"), "mine");
    assert_eq!(ran.names(), ["shop"]);
}

#[test]
fn refuses_a_file_and_a_missing_parent() {
    let ran = Scaffold::new().file("shop", "mine").args(["new", "shop", "--answers", &shop()]).run().fails(1);
    assert!(ran.stderr().contains("is not a folder"), "{}", ran.stderr());
    let ran = new(["a/b/shop", "--answers", &shop()]).run().fails(1);
    assert!(ran.stderr().contains("there is no folder"), "{}", ran.stderr());
    left_nothing(&ran);
}

#[cfg(unix)]
#[test]
fn does_not_follow_a_link() {
    let scaffold = Scaffold::new().file("real/mine.txt", "mine").args(["new", "shop", "--answers", &shop()]);
    std::os::unix::fs::symlink("nowhere", scaffold.folder.path().join("shop")).unwrap();
    let ran = scaffold.run().fails(1);
    assert!(ran.stderr().contains("is not a folder"), "{}", ran.stderr());
    assert!(!ran.path("nowhere").exists());
}

#[test]
fn inside_a_repository_no_other_one_is_made() {
    let scaffold = Scaffold::new().file(".git/HEAD", "ref: refs/heads/main\n");
    let ran = scaffold.args(["new", "shop", "--answers", &shop()]).run().success();
    assert!(!ran.path("shop/.git").exists());
}

/// Answers that ask for something that no framework offers yet.
const KEYS: &str = "[project]
name = \"made\"
[stack]
framework = \"fastapi\"
auth = [\"jwt\", \"api-key\"]
[entities.Thing]
fields.name = \"string\"
";

#[test]
fn what_the_framework_cannot_do_is_refused_at_its_line() {
    let keys = Scaffold::new().file("keys.toml", KEYS).args(["new", "made", "--answers", "keys.toml"]);
    let ran = keys.run().fails(2);
    assert!(ran.stderr().starts_with("error: fastapi does not support auth \"api-key\" yet\n"), "{}", ran.stderr());
    assert!(ran.stderr().contains("keys.toml:5"), "{}", ran.stderr());
    assert!(!ran.path("made").exists());
    let ran = new(["--answers", &shop(), "--set", "stack.queue=kafka"]).run().fails(2);
    assert!(ran.stderr().contains("fastapi does not support queue \"kafka\" yet"), "{}", ran.stderr());
    assert!(ran.stderr().contains("allowed: none, rabbitmq, redis"), "{}", ran.stderr());
}

#[test]
fn names_that_are_one_in_the_language_are_refused() {
    let answers = "[project]\nname = \"made\"\n[stack]\nframework = \"gin\"\n[entities.Thing]\nfields.name = \"string\"\n\
                   [jobs.send_mail]\n[jobs.sendmail]\n";
    let ran = Scaffold::new().file("made.toml", answers).args(["new", "made", "--answers", "made.toml"]).run().fails(2);
    let told = "in Go send_mail and sendmail would both be called `sendmail`";
    assert!(ran.stderr().contains(told), "{}", ran.stderr());
}

#[test]
fn includes_are_read_beside_the_file() {
    let main = "include = [\"entities/*.toml\"]\n[project]\nname = \"inn\"\n[stack]\nframework = \"fastapi\"\n";
    let ran = Scaffold::new()
        .file("answers/inn.toml", main)
        .file("answers/entities/room.toml", "[entities.Room]\nfields.number = \"integer 1..\"\n")
        .file("answers/entities/guest.toml", "[entities.Guest]\nfields.name = \"string\"\n")
        .args(["new", "inn", "--answers", "answers/inn.toml", "--no-git"])
        .run()
        .success();
    assert!(ran.path("inn/app/rooms/models.py").exists() && ran.path("inn/app/guests/models.py").exists());
}

#[test]
fn answers_that_cannot_be_read_are_named() {
    let ran = new(["--answers", "nope.toml"]).run().fails(2);
    assert!(ran.stderr().contains("cannot read the answers in `nope.toml`"), "{}", ran.stderr());
    let ran = Scaffold::new().file("answers.txt", "").args(["new", "--answers", "answers.txt"]).run().fails(2);
    assert!(ran.stderr().contains("name it .toml, .yaml, .yml or .json"), "{}", ran.stderr());
}

#[test]
fn list_shows_what_each_framework_supports() {
    let ran = Scaffold::new().args(["list"]).run().success();
    assert!(ran.stdout().starts_with("fastapi  Python: FastAPI"), "{}", ran.stdout());
    assert!(ran.stdout().contains("\nexpress  TypeScript: Express 5"), "{}", ran.stdout());
    assert!(ran.stdout().contains("         database  mysql postgresql sqlite\n"), "{}", ran.stdout());
    let json: serde_json::Value =
        serde_json::from_str(&Scaffold::new().args(["list", "--json"]).run().success().stdout()).unwrap();
    let fastapi = &json["frameworks"][0];
    assert_eq!((fastapi["id"].as_str(), fastapi["language"].as_str()), (Some("fastapi"), Some("python")));
    assert_eq!(fastapi["supports"]["database"], serde_json::json!(["mysql", "postgresql", "sqlite"]));
}

#[test]
fn keys_and_rows_that_the_database_would_refuse_are_refused_before() {
    let mut text =
        "[project]\nname = \"links\"\n[stack]\nframework = \"fastapi\"\n[entities.Link]\nfields.url = \"url unique\"\n[entities.Page]\n".to_owned();
    for at in 0..30 {
        text += &format!("fields.part{at} = \"string ..700\"\n");
    }
    let ran = |database: &str| {
        let set = format!("stack.database={database}");
        Scaffold::new()
            .file("a.toml", &text)
            .args(["new", "x", "--answers", "a.toml", "--dry-run", "--set", &set])
            .run()
    };
    let refused = ran("mysql").fails(2).stderr();
    assert!(refused.contains("mysql has no room for a key on url of links: 8192 bytes, at most 3072"), "{refused}");
    assert!(refused.contains("mysql has no room for a row of pages: 84"), "{refused}");
    ran("postgresql").success();
}
