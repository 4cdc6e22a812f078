//! The whole help text, compared with what was read and accepted. `UPDATE_GOLDEN=1` accepts what is.

mod common;

use common::Scaffold;
use std::path::Path;

/// `scaffold`, `scaffold new`, … each with its `--help`.
fn pages(command: &clap::Command, path: &[&str], out: &mut String) {
    let ran = Scaffold::new().args(path.iter().copied()).args(["--help"]).run().success();
    out.push_str(&format!("$ scaffold {}\n{}\n", [path, &["--help"]].concat().join(" "), ran.stdout()));
    for inner in command.get_subcommands().filter(|it| it.get_name() != "help") {
        pages(inner, &[path, &[inner.get_name()]].concat(), out);
    }
}

#[test]
fn every_help_page_is_as_accepted() {
    let mut found = String::new();
    pages(&scaffold::cli::definitions(), &[], &mut found);
    let accepted = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/help.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&accepted, &found).unwrap();
    }
    let accepted = std::fs::read_to_string(accepted).unwrap_or_default();
    assert!(found == accepted, "differs from what was accepted (UPDATE_GOLDEN=1, then git diff):\n{found}");
}
