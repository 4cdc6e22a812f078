//! Free text that would end a string, a comment or a template somewhere comes through unharmed, in every key that takes some.

mod common;

use common::checkout;
use common::library::{catalog, checked};
use scaffold::render::Files;
use std::path::Path;
use std::process::Command;

/// Quotes of every kind, ends of comments, interpolations, escapes, right-to-left and zero-width characters.
const HOSTILE: &str = "\"'`\\ */ --> \"\"\" ''' ${x} #{y} {{z}} {% t %} %s $(id) <b>&amp; \\n \u{202e}rtl\u{202c} a\u{200b}b \u{feff}c é 日本 \u{1f600}";

const ANSWERS: &str = "tests/hostile.toml";

fn files() -> Files {
    let catalog = catalog();
    let checked = checked(Path::new(&checkout(ANSWERS)), &[], &catalog);
    scaffold::generate(&checked, &catalog).expect("files")
}

#[test]
fn every_key_that_takes_free_text_is_in_the_answers() {
    let text = std::fs::read_to_string(checkout(ANSWERS)).unwrap();
    let answers: toml::Value = toml::from_str(&text).unwrap();
    let at = |path: &[&str]| path.iter().fold(&answers, |value, key| &value[*key]).as_str().map(str::to_owned);
    for path in [
        &["project", "title"][..],
        &["project", "description"],
        &["project", "author"],
        &["entities", "Note", "doc"],
        &["entities", "Note", "fields", "text", "doc"],
        &["entities", "Note", "fields", "text", "default"],
        &["entities", "Note", "fields", "line", "example"],
        &["entities", "Note", "fields", "tags", "doc"],
    ] {
        assert_eq!(at(path).as_deref(), Some(HOSTILE), "{path:?}");
    }
    let label = answers["enums"]["Kind"][0]["label"].as_str();
    assert_eq!(label, Some(HOSTILE));
}

#[test]
fn documents_hold_the_text_itself() {
    let files = files();
    let openapi: serde_json::Value = serde_json::from_slice(&files["docs/openapi.json"].bytes).unwrap();
    assert_eq!(openapi["info"]["title"], HOSTILE);
    assert_eq!(openapi["info"]["description"], HOSTILE);
    let note = &openapi["components"]["schemas"]["NoteCreate"]["properties"];
    assert_eq!(note["text"]["default"], HOSTILE);
    assert_eq!(note["text"]["description"], HOSTILE);
    let kept: toml::Value =
        toml::from_str(std::str::from_utf8(&files[".scaffold/answers.toml"].bytes).unwrap()).unwrap();
    assert_eq!(kept["project"]["author"].as_str(), Some(HOSTILE));
    let pyproject: toml::Value = toml::from_str(std::str::from_utf8(&files["pyproject.toml"].bytes).unwrap()).unwrap();
    assert_eq!(pyproject["project"]["description"].as_str(), Some(HOSTILE));
}

#[test]
fn code_still_parses() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("project");
    scaffold::project::write(&files(), &target).unwrap();
    let output = Command::new("python3").args(["-m", "compileall", "-q", "."]).current_dir(&target).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
