//! `scaffold answers example`: right, complete, and no more than the framework can do.

mod common;

use common::{Scaffold, library};
use scaffold::answers::Checked;
use scaffold::catalog::{Catalog, Framework};
use scaffold::plan::refusals;
use std::collections::BTreeSet;

/// Everything that any framework may be able to do.
const LATER: [&str; 8] = ["approval", "commands", "events", "handlers", "integrations", "jobs", "rules", "webhooks"];

/// What a service has or has not, whatever its answers say.
const UNASKED: [&str; 2] = ["idempotency", "metrics"];

/// What answers can ask a framework for.
fn asked(framework: &Framework) -> BTreeSet<String> {
    framework.features.iter().filter(|it| !UNASKED.contains(&it.as_str())).cloned().collect()
}

fn of(framework: &Framework, catalog: &Catalog) -> Checked {
    let text = scaffold::render::example(framework, catalog).expect("it renders");
    library::checked_text(&text, &[], catalog)
}

fn used(checked: &Checked) -> BTreeSet<String> {
    checked.spec.uses.iter().map(|it| it.feature.clone()).collect()
}

#[test]
fn it_uses_all_that_each_framework_supports_and_generates() {
    let catalog = library::catalog();
    for framework in catalog.frameworks.values() {
        let checked = of(framework, &catalog);
        assert_eq!(used(&checked), asked(framework), "{}", framework.id);
        assert!(refusals(&checked.spec, &catalog, &checked.places).is_empty());
        scaffold::generate(&checked, &catalog).expect("a project");
    }
}

#[test]
fn what_a_framework_cannot_do_is_left_out() {
    let mut catalog = library::catalog();
    let id = catalog.framework_ids()[0].to_owned();
    let all: BTreeSet<String> = asked(&catalog.frameworks[&id]).into_iter().chain(LATER.map(str::to_owned)).collect();
    let with = |catalog: &mut Catalog, features: BTreeSet<String>| {
        catalog.frameworks.get_mut(&id).unwrap().features = features;
        used(&of(&catalog.frameworks[&id], catalog))
    };
    assert_eq!(with(&mut catalog, all.clone()), all);
    for missing in all.iter().filter(|it| *it != "type_string") {
        let some: BTreeSet<String> = all.iter().filter(|it| *it != missing).cloned().collect();
        let used = with(&mut catalog, some.clone());
        assert!(used.is_subset(&some), "without {missing}: {:?}", used.difference(&some));
    }
    let least = BTreeSet::from(["type_string".to_owned()]);
    assert_eq!(with(&mut catalog, least.clone()), least);
}

#[test]
fn the_command_prints_what_check_accepts() {
    let text = Scaffold::new().args(["answers", "example"]).run().success().stdout();
    let ran = Scaffold::new().args(["answers", "check", "-"]).stdin(&text).run().success();
    assert!(ran.stdout().starts_with("library is right: "), "{}", ran.stdout());
    Scaffold::new().args(["answers", "fmt", "--check", "-"]).stdin(&text).run().success();
    let ran = Scaffold::new().args(["answers", "example", "--framework", "rails"]).run().fails(2);
    assert_eq!(ran.stderr(), "error: there is no framework `rails`; allowed: fastapi, express, gin\n");
}

#[test]
fn the_schema_is_printed() {
    let text = Scaffold::new().args(["answers", "schema"]).run().success().stdout();
    assert_eq!(text, std::fs::read_to_string(common::checkout("docs/answers.schema.json")).unwrap());
}
