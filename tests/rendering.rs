//! Every pair of options, rendered and checked in memory; the same answers, the same bytes.

mod common;
#[path = "../xtask/src/pairs.rs"]
mod pairs;

use common::checkout;
use common::library::{catalog, checked, checked_text};
use pairs::all_pairs;
use scaffold::answers::{self, Format, Input};
use scaffold::catalog::Catalog;
use scaffold::render::Files;
use std::path::Path;

const SPECS: [&str; 3] = ["examples/shop.toml", "tests/answers/wide.toml", "tests/answers/awkward.toml"];

fn factors(catalog: &Catalog, framework: &str) -> Vec<(String, Vec<String>)> {
    let framework = &catalog.frameworks[framework];
    let questions = catalog.questions.iter().filter(|(id, _)| *id != "framework");
    let mut factors: Vec<_> = questions
        .map(|(id, _)| {
            let options = framework.options(id, &catalog.questions);
            (format!("stack.{id}"), options.into_iter().map(str::to_owned).collect())
        })
        .collect();
    let more = |name: &str, options: &[&str]| (name.to_owned(), options.iter().map(|it| (*it).to_owned()).collect());
    factors.push(more("api.json_case", &["camel", "snake"]));
    factors.push(more("project.license", &["MIT", "Apache-2.0", "none"]));
    factors.push(more("spec", &["examples/shop.toml", "tests/answers/wide.toml", "tests/answers/open.toml"]));
    factors
}

/// What must hold for every project.
fn check(files: &Files, name: &str) {
    for (path, file) in files {
        let Ok(text) = std::str::from_utf8(&file.bytes) else {
            continue;
        };
        assert!(text.is_empty() || text.ends_with('\n'), "{name}: {path} does not end in a newline");
        assert!(!text.ends_with("\n\n"), "{name}: {path} ends in blank lines");
        assert!(!text.contains("\"$text\"") && !text.contains(" [object]"), "{name}: {path} prints a wrapped text");
        assert!(!text.contains("\n\n\n\n"), "{name}: {path} has runs of blank lines");
        let trailing = text.lines().position(|line| line.ends_with([' ', '\t']));
        assert!(trailing.is_none(), "{name}: {path}:{} ends in blanks", trailing.unwrap_or(0) + 1);
        match path.rsplit('.').next() {
            Some("go") => {
                let lines: Vec<&str> = text.lines().collect();
                let hollow = |it: &[&str]| {
                    it[0].ends_with(['{', '[']) && !it[0].ends_with(" {") && matches!(it[1].trim(), "}" | "]")
                };
                let at = lines.windows(2).position(hollow).unwrap_or_default();
                assert_eq!(at, 0, "{name}: {path}: an empty value is opened and closed on two lines");
            }
            Some("toml" | "lock") => {
                drop(toml::from_str::<toml::Table>(text).unwrap_or_else(|it| panic!("{name}: {path}: {it}")));
            }
            Some("json") => drop(
                serde_json::from_str::<serde_json::Value>(text).unwrap_or_else(|it| panic!("{name}: {path}: {it}")),
            ),
            Some("yml" | "yaml") => {
                let wrong = saphyr_parser::Parser::new_from_str(text).find_map(Result::err);
                assert!(wrong.is_none(), "{name}: {path}: {}", wrong.map(|it| it.to_string()).unwrap_or_default());
            }
            _ => {}
        }
    }
}

#[test]
fn every_pair_of_options_renders() {
    let catalog = catalog();
    for framework in catalog.framework_ids() {
        let factors = factors(&catalog, framework);
        let rows = all_pairs(&factors);
        assert!(rows.len() > 5, "{framework}: only {} rows", rows.len());
        for row in rows {
            let (spec, options) = row.split_last().expect("a spec");
            let accounts = row[factors.iter().position(|(name, _)| name == "stack.auth").expect("a factor")] != "none";
            // A spec with grants cannot do without accounts.
            let spec = if accounts || spec.contains("open") { spec.as_str() } else { "tests/answers/open.toml" };
            let mut set = vec![("stack.framework", framework)];
            set.extend(factors.iter().map(|(name, _)| name.as_str()).zip(options.iter().map(String::as_str)));
            let checked = checked(Path::new(&checkout(spec)), &set, &catalog);
            let files = scaffold::generate(&checked, &catalog).unwrap_or_else(|error| panic!("{row:?}: {error}"));
            check(&files, &format!("{row:?}"));
        }
    }
}

#[test]
fn the_same_answers_give_the_same_bytes() {
    let catalog = catalog();
    for spec in SPECS {
        let text = std::fs::read_to_string(checkout(spec)).unwrap();
        let once = scaffold::generate(&checked_text(&text, &[], &catalog), &catalog).unwrap();
        let again = scaffold::generate(&checked_text(&text, &[], &self::catalog()), &self::catalog()).unwrap();
        assert_eq!(once, again);
        // The canonical answers that a project keeps make the same project.
        let kept = String::from_utf8(once[".scaffold/answers.toml"].bytes.to_vec()).unwrap();
        assert_eq!(once, scaffold::generate(&checked_text(&kept, &[], &catalog), &catalog).unwrap());
    }
}

#[test]
fn names_that_languages_have_themselves_are_written_as_each_wants_them() {
    let catalog = catalog();
    let generated = |framework: &str| {
        let set = [("stack.framework", framework)];
        let checked = checked(Path::new(&checkout("tests/answers/awkward.toml")), &set, &catalog);
        scaffold::generate(&checked, &catalog).unwrap()
    };
    let text = |files: &Files, path: &str| String::from_utf8(files[path].bytes.to_vec()).unwrap();

    // The enumeration is one of a command, and of no field of the entity.
    assert!(text(&generated("express"), "src/requests/schemas.ts").contains("import { KIND } from \"../enums.ts\";"));
    assert!(
        text(&generated("fastapi"), "app/requests/schemas.py").contains("from app.enums import Kind, RequestMethod\n")
    );

    let files = generated("gin");
    // Seeds find the entity by the name that it was declared with.
    assert!(text(&files, "internal/app/seeds.go").contains("Entity: \"HTTPServer\", Number:"));
    assert!(text(&files, "internal/errs/model.go").contains("\tID2 "));
    for (path, file) in files.iter().filter(|(path, _)| path.ends_with("/model.go")) {
        let text = std::str::from_utf8(&file.bytes).unwrap();
        let mut members = text.lines().filter_map(|it| it.strip_prefix('\t')?.split(' ').next());
        let member = members.find(|it| it.starts_with(|first: char| first.is_ascii_uppercase()) && it.contains('_'));
        assert!(member.is_none(), "{path}: linters want no underscore in {member:?}");
    }
}

#[test]
fn no_entity_can_have_a_name_that_the_description_needs() {
    let catalog = catalog();
    let text = |entity: &str| {
        format!(
            "[project]\nname = \"zoo\"\n[stack]\nframework = \"{}\"\n[entities.Zebra]\naudit = true\nfields.size = \"integer\"\n\
             fields.keeper = \"-> User\"\n[[entities.Zebra.approval]]\non = \"update\"\nwhen = \"new.size > 1\"\n\
             approvers = [\"admin\"]\n{entity}",
            catalog.framework_ids()[0]
        )
    };
    let files = scaffold::generate(&checked_text(&text(""), &[], &catalog), &catalog).unwrap();
    let document: serde_json::Value = serde_json::from_slice(&files["docs/openapi.json"].bytes).unwrap();
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    for own in ["Error", "UserPatch", "UserSummary", "PendingApproval", "AuditEntry"] {
        assert!(schemas.contains_key(own), "{own} is not in the description");
    }
    for name in schemas.keys() {
        let input =
            Input::from_text("x.toml", Format::Toml, text(&format!("[entities.{name}]\nfields.a = \"text\"\n")));
        let read = answers::read(input, &|_| Ok(Vec::new()), &[], &catalog.choices());
        assert!(read.is_err(), "{name} is accepted as an entity");
    }
}

#[test]
fn blueprints_pass_their_check() {
    let catalog = catalog();
    for framework in catalog.frameworks.values() {
        let problems = scaffold::render::check::check(&catalog, framework);
        let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
        assert!(lines.is_empty(), "{}", lines.join("\n"));
    }
}
