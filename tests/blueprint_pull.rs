//! Working on a blueprint: generate a project, edit it, bring the edits back.

mod common;

use common::{Ran, Scaffold, checkout};
use std::path::Path;

const ANSWERS: &str = r#"
[project]
name = "corner-shop"

[stack]
framework = "plain-node"

[entities.Item]
fields.name = "string 2..10"
"#;
const ROOT: &str = "blueprints/frameworks/plain-node/base";

/// A folder with a copy of the small blueprints and a project `shop` made from it.
fn editing() -> Ran {
    let scaffold = Scaffold::new().file("answers.toml", ANSWERS);
    copy(Path::new(&checkout("tests/blueprints")), &scaffold.folder.path().join("blueprints"));
    let made = scaffold
        .args(["blueprints", "edit", "plain-node", "shop", "--answers", "answers.toml", "--blueprints", "blueprints"])
        .run()
        .success();
    assert!(made.stdout().contains("scaffold blueprints pull shop"), "{}", made.stdout());
    made
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").map(|it| it.expect("an entry")) {
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name())).expect("a file");
        }
    }
}

fn read(ran: &Ran, path: &str) -> String {
    std::fs::read_to_string(ran.folder.path().join(path)).expect("a file")
}

fn edit(ran: &Ran, path: &str, from: &str, to: &str) {
    let text = read(ran, path);
    assert!(text.contains(from), "no `{from}` in {path}:\n{text}");
    std::fs::write(ran.folder.path().join(path), text.replace(from, to)).expect("a file");
}

fn pull(ran: Ran, more: &[&str]) -> Ran {
    let arguments = ["blueprints", "pull", "shop"].into_iter().chain(more.iter().copied());
    let mut scaffold = Scaffold::new().args(arguments);
    scaffold.folder = ran.folder;
    scaffold.run().success()
}

#[test]
fn a_plain_file_is_copied_and_a_line_goes_into_its_template() {
    let ran = editing();
    assert!(
        read(&ran, "shop/.scaffold/origins.toml")
            .contains(r#""src/server.js" = "frameworks/plain-node/base/src/server.js.hbs""#)
    );
    edit(&ran, "shop/src/types.js", "\n", "\n// edited\n");
    edit(&ran, "shop/src/server.js", "  createServer((request", "  // Serve.\n  createServer((request");
    let project = read(&ran, "shop/src/types.js");
    assert!(
        project.contains("The types of @example/corner-shop."),
        "a word that stands for the project's name: {project}"
    );
    let ran = pull(ran, &[]);
    assert!(ran.stdout().contains("the blueprint makes the project as it is now"), "{}", ran.stdout());
    let blueprint = read(&ran, &format!("{ROOT}/src/types.js"));
    assert_eq!(blueprint, project.replace("@example/corner-shop", "@example/service"));
    let template = read(&ran, &format!("{ROOT}/src/server.js.hbs"));
    assert!(template.contains("  // Serve.\n  createServer((request") && template.contains("{{#each entities"));
    assert!(pull(ran, &[]).stdout().contains("nothing was edited"));
}

#[test]
fn what_names_decide_is_left_and_told() {
    let ran = editing();
    edit(&ran, "shop/src/server.js", "const title = \"", "const title = \"My ");
    std::fs::write(ran.folder.path().join("shop/src/more.js"), "").expect("a file");
    let template = read(&ran, &format!("{ROOT}/src/server.js.hbs"));
    let ran = pull(ran, &[]);
    let told = ran.stdout();
    assert!(told.contains("left     src/server.js:") && told.contains("src/server.js.hbs makes it"), "{told}");
    assert!(told.contains("left     src/more.js: it is new"), "{told}");
    assert_eq!(read(&ran, &format!("{ROOT}/src/server.js.hbs")), template);
}

#[test]
fn a_dry_run_changes_nothing() {
    let ran = editing();
    edit(&ran, "shop/src/types.js", "\n", "\n// edited\n");
    let ran = pull(ran, &["--dry-run"]);
    assert!(ran.stdout().contains("would change  frameworks/plain-node/base/src/types.js"), "{}", ran.stdout());
    assert!(!read(&ran, &format!("{ROOT}/src/types.js")).contains("// edited"));
}
