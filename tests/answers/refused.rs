//! What is said about mistakes, to the letter: `refused/*.txt`, written anew by `UPDATE_GOLDEN=1`.
//!
//! A case is `=== name`, optionally ` | yaml` or ` | json`, the answers, `---`, and what is printed. TOML cases that
//! name no `[project]` get one behind their text, so that line numbers stay theirs; those that name no entity get one.

use super::support::read_as;
use scaffold::answers::Format;
use scaffold::catalog::Catalog;
use std::fmt::Write;
use std::path::Path;

const BASE: &str = "[project]\nname = \"shop\"\n[stack]\nframework = \"fastapi\"\n";
const ENTITY: &str = "[entities.Ok]\nfields.name = \"string\"\n";

fn complete(format: Format, text: &str) -> String {
    let mut text = text.to_owned();
    if format == Format::Toml && !text.contains("[project") && !text.starts_with('!') {
        text.push_str(BASE);
        if !text.contains("entities") {
            text.push_str(ENTITY);
        }
    }
    text.strip_prefix('!').map_or(text.clone(), str::to_owned)
}

fn check(file: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/answers/refused").join(file);
    let expected = std::fs::read_to_string(&path).expect(file);
    let mut actual = String::new();
    let mut count = 0;
    for case in expected.split("=== ").skip(1) {
        let (title, rest) = case.split_once('\n').expect("a title");
        let text = rest.split("---\n").next().expect("a text");
        let format = match title.split_once(" | ") {
            Some((_, "yaml")) => Format::Yaml,
            Some((_, "json")) => Format::Json,
            _ => Format::Toml,
        };
        let problems = match read_as(format, &complete(format, text), &[]) {
            Ok(_) => "ACCEPTED\n".to_owned(),
            Err(problems) => problems,
        };
        let _ = write!(actual, "=== {title}\n{text}---\n{problems}\n");
        count += 1;
    }
    assert!(count > 0, "{file} holds no case");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &actual).expect(file);
    } else if expected.trim_end() != actual.trim_end() {
        let differ = expected.lines().zip(actual.lines()).position(|(one, other)| one != other).unwrap_or_default();
        let around: Vec<&str> = actual.lines().skip(differ.saturating_sub(12)).take(24).collect();
        panic!("{file} differs from line {} on (UPDATE_GOLDEN=1, then git diff):\n{}", differ + 1, around.join("\n"));
    }
    assert!(!actual.contains("ACCEPTED"), "a mistake of {file} is accepted");
}

#[test]
fn texts_that_cannot_be_read() {
    check("texts.txt");
}

#[test]
fn project_stack_and_the_like() {
    check("settings.txt");
}

#[test]
fn names() {
    check("names.txt");
}

#[test]
fn fields() {
    check("fields.txt");
}

#[test]
fn relations() {
    check("relations.txt");
}

#[test]
fn lists_and_access() {
    check("access.txt");
}

#[test]
fn rules_commands_and_work() {
    check("rules.txt");
}

#[test]
fn no_integration_takes_a_variable_of_the_service() {
    let catalog = Catalog::embedded().expect("the blueprints");
    let layers = catalog.platform.iter().chain(catalog.frameworks.values().flat_map(|it| &it.layers));
    for entry in layers.filter_map(|it| it.slots.get("env")).flatten() {
        let text = format!("[integrations.other]\nbase_url_env = \"{}\"\noperations.read.path = \"/\"\n", entry.id);
        let refused = read_as(Format::Toml, &complete(Format::Toml, &text), &[]).expect_err(&entry.id);
        assert!(refused.contains("the service itself has the variable"), "{refused}");
    }
}
