//! `scaffold answers`, as people run it.

mod common;

use common::{Scaffold, checkout, tree};

const LONG: &str = "# Mine.\n[project]\nname = \"inn\"\n[stack]\nframework = \"fastapi\"\n\n[entities.Room]\nfields.number = { type = \"integer\", min = 1 } # door\n";
const SHORT: &str = "# Mine.\n[project]\nname = \"inn\"\n[stack]\nframework = \"fastapi\"\n\n[entities.Room]\nfields.number = \"integer 1..\" # door\n";
const WRONG: &str =
    "[project]\nname = \"Inn\"\n[stack]\nframework = \"fastapi\"\n[entities.Room]\nfields.number = \"intger\"\n";

fn answers<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Scaffold {
    Scaffold::new().args(["answers"]).args(arguments)
}

#[test]
fn check_says_what_right_answers_hold() {
    let ran = answers(["check", &checkout("examples/shop.toml")]).run().success();
    assert_eq!(ran.stdout(), "shop is right: 3 entities, FastAPI\n");
    let ran = answers(["check", "-", "--set", "project.name=pub"]).stdin(SHORT).run().success();
    assert_eq!(ran.stdout(), "pub is right: 1 entity, FastAPI\n");
}

#[test]
fn check_says_every_mistake_as_new_does() {
    let check = answers(["check", "a.toml"]).file("a.toml", WRONG).run().fails(2);
    let new = Scaffold::new().file("a.toml", WRONG).args(["new", "--answers", "a.toml"]).run().fails(2);
    assert_eq!(check.stderr(), new.stderr());
    assert_eq!(check.stderr().matches("error: ").count(), 2, "{}", check.stderr());
    let ran = answers(["check", &checkout("examples/shop.toml"), "--set", "stack.queue=kafka"]).run().fails(2);
    assert!(ran.stderr().contains("fastapi does not support queue \"kafka\" yet"), "{}", ran.stderr());
}

#[test]
fn fmt_rewrites_in_place_and_back() {
    let ran = answers(["fmt", "a.toml", "b.toml"]).file("a.toml", LONG).file("b.toml", SHORT).run().success();
    assert_eq!((ran.read("a.toml").as_str(), ran.read("b.toml").as_str()), (SHORT, SHORT));
    assert_eq!(ran.stdout(), "formatted a.toml\n");
    let ran = answers(["fmt", "--expand", "b.toml"]).file("b.toml", SHORT).run().success();
    assert_eq!(ran.read("b.toml"), LONG);
    assert_eq!(ran.names(), ["b.toml"], "nothing is left beside the file");
}

#[test]
fn fmt_reads_standard_input_and_writes_standard_output() {
    assert_eq!(answers(["fmt", "-"]).stdin(LONG).run().success().stdout(), SHORT);
}

#[test]
fn fmt_check_names_files_and_changes_none() {
    let ran = answers(["fmt", "--check", "a.toml", "b.toml"]).file("a.toml", LONG).file("b.toml", SHORT).run().fails(1);
    assert_eq!(ran.stderr(), "error: not formatted: a.toml; run `scaffold answers fmt a.toml`\n");
    assert_eq!(ran.read("a.toml"), LONG);
    answers(["fmt", "--check", "b.toml"]).file("b.toml", SHORT).run().success();
}

#[test]
fn fmt_leaves_a_file_with_mistakes_alone() {
    let wrong = WRONG.replace("\"intger\"", "{ type = \"integer\" }");
    let ran = answers(["fmt", "a.toml", "b.toml"]).file("a.toml", &wrong).file("b.toml", LONG).run().fails(2);
    assert!(ran.stderr().contains(" --> a.toml:2:8"), "{}", ran.stderr());
    assert_eq!((ran.read("a.toml"), ran.read("b.toml").as_str()), (wrong, SHORT));
}

#[test]
fn fmt_formats_a_part_that_other_answers_include() {
    let ran =
        answers(["fmt", "room.toml"]).file("room.toml", "[entities.Room]\nfields.a = \"string  ?\"\n").run().success();
    assert_eq!(ran.read("room.toml"), "[entities.Room]\nfields.a = \"string ?\"\n");
}

#[test]
fn fmt_says_that_only_toml_is_formatted() {
    let ran = answers(["fmt", "a.yaml"]).file("a.yaml", "project: { name: inn }\n").run().fails(2);
    assert!(ran.stderr().contains("`a.yaml` is not TOML"), "{}", ran.stderr());
}

#[cfg(unix)]
#[test]
fn fmt_keeps_permissions_and_links() {
    use std::os::unix::fs::PermissionsExt;
    let scaffold = answers(["fmt", "link.toml"]).file("real.toml", LONG);
    let real = scaffold.folder.path().join("real.toml");
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("real.toml", scaffold.folder.path().join("link.toml")).unwrap();
    let ran = scaffold.run().success();
    assert!(ran.path("link.toml").is_symlink());
    assert_eq!(ran.read("real.toml"), SHORT);
    assert_eq!(std::fs::metadata(ran.path("real.toml")).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn a_preset_makes_a_project_that_keeps_all_its_answers() {
    let text = "preset = \"ecommerce\"\nproject.name = \"shop\"\nstack.framework = \"fastapi\"\nentities.Review.fields.product = \"-> Product\"\n";
    let new = |text: &str| Scaffold::new().file("a.toml", text).args(["new", "--answers", "a.toml", "--no-git"]).run();
    let first = new(text).success();
    assert!(first.path("shop/app/reviews/models.py").exists() && first.path("shop/app/cart_items/models.py").exists());
    let again = new(&first.read("shop/.scaffold/answers.toml")).success();
    assert!(tree(&first.path("shop")) == tree(&again.path("shop")), "the kept answers make the same project");
}
