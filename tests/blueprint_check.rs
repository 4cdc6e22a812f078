//! The blueprint check notices what authors get wrong.

mod common;

use common::checkout;
use scaffold::catalog::{Catalog, Tree};
use scaffold::render::check::check;
use std::path::Path;

const ENTITY: &str = "frameworks/plain-node/base/src/resources/{entity.module}.js.hbs";

/// What the check says of the test blueprint after one change to it.
fn problems(change: impl Fn(&mut Vec<(String, Vec<u8>)>)) -> Vec<String> {
    let mut files = scaffold::project::read_tree(Path::new(&checkout("tests/blueprints"))).expect("the blueprint");
    change(&mut files);
    match Catalog::read(&Tree::new(files)) {
        Err(error) => vec![error.to_string()],
        Ok(catalog) => {
            let framework = &catalog.frameworks["plain-node"];
            check(&catalog, framework).iter().map(ToString::to_string).collect()
        }
    }
}

/// The same after `text` is put at the end of the entity's template.
fn with_entity_text(text: &str) -> Vec<String> {
    problems(|files| {
        let (_, bytes) = files.iter_mut().find(|(path, _)| path == ENTITY).expect("the entity's template");
        bytes.extend_from_slice(text.as_bytes());
    })
}

#[track_caller]
fn says(problems: &[String], expected: &str) {
    assert!(problems.iter().any(|it| it.contains(expected)), "{problems:#?}");
}

#[test]
fn a_right_blueprint_has_no_problems() {
    assert_eq!(problems(|_| {}), Vec::<String>::new());
}

#[test]
fn free_text_must_be_escaped() {
    says(&with_entity_text("{{entity.doc}}"), "`entity.doc` is free text: print it through");
    says(&with_entity_text("{{#each entity.fields as |f|}}{{f.doc}}{{/each}}"), "`f.doc` is free text");
    says(&with_entity_text("{{join entity.doc}}"), "`join` does not escape free text");
}

#[test]
fn a_condition_on_an_unknown_path_is_noticed() {
    says(&with_entity_text("{{#if entity.soft_delet}}x{{/if}}"), "unknown path `entity.soft_delet`");
    says(&with_entity_text("{{#if (and entity.owner entity.typo)}}x{{/if}}"), "unknown path `entity.typo`");
}

#[test]
fn another_entity_is_not_in_the_context_of_one() {
    says(&with_entity_text("{{#each entities}}x{{/each}}"), "unknown path `entities`");
}

#[test]
fn partials_need_a_context_and_must_exist() {
    says(&with_entity_text("{{> missing entity}}"), "there is no partial `missing`");
    says(&with_entity_text("{{> missing}}"), "without an explicit context");
}

#[test]
fn budgets_are_kept() {
    says(&with_entity_text(&"// a long comment\n".repeat(200)), "the budget of an entity's template is 3072");
    says(&with_entity_text(&"{{#if entity.audit}}x{{/if}}".repeat(11)), "12 block tags; the budget");
}

#[test]
fn one_path_has_one_owner() {
    let twice = problems(|files| {
        files.push(("frameworks/plain-node/database=sqlite/src/types.js".to_owned(), b"x\n".to_vec()));
    });
    says(&twice, "`src/types.js` is already made by frameworks/plain-node/base/src/types.js");
}

#[test]
fn slots_are_printed_and_their_entries_agree() {
    let entry = |layer: &str, text: &str| {
        let path = format!("frameworks/plain-node/{layer}/layer.toml");
        let text = text.as_bytes().to_vec();
        problems(move |files| files.push((path.clone(), text.clone())))
    };
    says(&entry("database=sqlite", "[[slot.nobody]]\nid = \"x\"\n"), "no template prints the slot `nobody`");
    let unequal = "[[slot.scripts]]\nid = \"start\"\nrun = \"node other.js\"\n";
    says(
        &entry("database=sqlite", unequal),
        "`start` of slot `scripts` differs from the one of frameworks/plain-node/base",
    );
}

#[test]
fn a_file_that_a_slot_entry_names_is_one_of_the_project() {
    for key in ["file", "test"] {
        let text = format!("[[slot.scripts]]\nid = \"other\"\nrun = \"x\"\n{key} = \"src/nowhere.js\"\n");
        let path = "frameworks/plain-node/database=sqlite/layer.toml".to_owned();
        let found = problems(move |files| files.push((path.clone(), text.clone().into_bytes())));
        says(&found, "`other` of slot `scripts` names `src/nowhere.js`, which is no file of this project");
    }
}

#[test]
fn layers_and_conditions_name_what_there_is() {
    let layer = |name: &str| {
        let path = format!("frameworks/plain-node/{name}/x.txt");
        problems(move |files| files.push((path.clone(), b"x\n".to_vec())))
    };
    says(&layer("database=oracle"), "`oracle` is no answer of `database`");
    says(&layer("colour=red"), "unknown question `colour`");
    says(&layer("extra"), "`extra` is neither `base` nor `question=answer`");
    let when = problems(|files| {
        let manifest = b"[[file]]\npath = \"x.txt\"\nwhen = \"database = sqlite\"\n".to_vec();
        files.push(("frameworks/plain-node/ci=none/layer.toml".to_owned(), manifest));
        files.push(("frameworks/plain-node/ci=none/x.txt".to_owned(), b"x\n".to_vec()));
    });
    says(&when, "unexpected `=`");
    let entities = problems(|files| {
        let manifest = b"[[file]]\npath = \"{job.module}.txt.hbs\"\nentities = [\"commands\"]\n".to_vec();
        files.push(("frameworks/plain-node/ci=none/layer.toml".to_owned(), manifest));
        files.push(("frameworks/plain-node/ci=none/{job.module}.txt.hbs".to_owned(), b"x\n".to_vec()));
    });
    says(&entities, "which is no file of an entity");
}

#[test]
fn paths_are_legal_on_every_filesystem() {
    let file = |name: &str| {
        let path = format!("frameworks/plain-node/base/{name}");
        problems(move |files| files.push((path.clone(), b"x\n".to_vec())))
    };
    says(&file("aux.js"), "`aux.js` is no name for a file on every filesystem");
    says(&file("SRC/types.js"), "in case alone");
}
