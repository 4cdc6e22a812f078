//! Rules of this codebase that a compiler does not hold.

use scaffold::catalog::Catalog;
use std::path::Path;

fn sources() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = scaffold::project::read_tree(&folder).expect("src");
    files.into_iter().map(|(path, bytes)| (path, String::from_utf8(bytes).expect("UTF-8"))).collect()
}

/// The part of a source file before its unit tests.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or_default()
}

#[test]
fn no_blueprint_id_stands_in_the_engine() {
    let catalog = Catalog::embedded().expect("the blueprints are well-formed");
    let options = catalog.questions.get("framework").expect("a question").options.iter().map(|it| it.id.clone());
    for id in catalog.frameworks.keys().cloned().chain(options) {
        for (path, text) in sources() {
            let found = without_tests(&text).lines().any(|line| {
                let code = line.split("//").next().unwrap_or_default();
                code.contains(&format!("\"{id}\"")) || code.contains(&format!("'{id}'"))
            });
            assert!(!found, "src/{path} knows the blueprint `{id}`");
        }
    }
}

#[test]
fn only_the_project_station_touches_files() {
    for (path, text) in sources() {
        let allowed = path.starts_with("project/") || path.starts_with("cli/");
        assert!(allowed || !without_tests(&text).contains("std::fs"), "src/{path} touches files");
    }
}

#[test]
fn the_line_up_to_the_project_has_no_clock_terminal_randomness_or_environment() {
    let words =
        ["SystemTime", "Instant::now", "std::env::var", "println!", "print!(", "stdin()", "rand::", "HashMap::new"];
    // Services are asked over a network, and time tells a service that hangs.
    let free = |path: &str| path.starts_with("cli/") || path.starts_with("verify/") || path == "main.rs";
    for (path, text) in sources().into_iter().filter(|(path, _)| !free(path)) {
        for word in words {
            assert!(!without_tests(&text).contains(word), "src/{path} uses {word}");
        }
    }
}

#[test]
fn main_is_a_page() {
    let (_, text) = sources().into_iter().find(|(path, _)| path == "main.rs").expect("main.rs");
    assert!(text.lines().count() < 60);
}
