//! A framework is only a folder: a second language from a folder of its own, with no word about it in the program.

mod common;

use common::{Scaffold, checkout};
use std::process::Command;

const ANSWERS: &str = r#"
[project]
name = "corner-shop"
title = "Corner \"Shop\" */ ${x}"

[stack]
framework = "plain-node"

[entities.OrderItem]
doc = "a line of an order */ process.exit(1)"
fields.class = "string 2..10"
fields.unitPrice = "decimal(10, 3) > 0"
fields.state = "enum(open, paid)"
access.list = "public"
"#;

fn generated(answers: &str) -> common::Ran {
    let blueprints = checkout("tests/blueprints");
    Scaffold::new()
        .file("answers.toml", answers)
        .args(["new", "shop", "--answers", "answers.toml", "--blueprints", &blueprints, "--no-git"])
        .run()
}

#[test]
fn generates_another_language_that_runs() {
    let ran = generated(ANSWERS).success();
    assert_eq!(
        ran.read("shop/src/resources/order-items.js"),
        "// a line of an order */ process.exit(1)\n\
         import { boolean, decimal, integer, oneOf, string } from \"../types.js\";\n\n\
         export const orderItems = {\n  path: \"/api/v1/order-items\",\n  fields: {\n    class: string({ min: 1, max: 10 }),\n"
            .replace("min: 1", "min: 2")
            + "    unitPrice: decimal({ scale: 3 }),\n    state: oneOf([\"open\", \"paid\"]),\n  },\n};\n\n\
               export const kinds = { boolean, decimal, integer, oneOf, string };\n"
    );
    let output = Command::new("node")
        .args(["src/server.js", "--describe"])
        .current_dir(ran.path("shop"))
        .output()
        .expect("node runs");
    let described: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(described["title"], "Corner \"Shop\" */ ${x}");
    assert_eq!(described["resources"][0]["fields"]["state"]["values"], serde_json::json!(["open", "paid"]));
}

#[test]
fn takes_only_the_layers_that_the_answers_ask_for() {
    let ran = generated(ANSWERS).success();
    assert!(!ran.path("shop/.github").exists() && !ran.path("shop/src/archive.js").exists());
    let more = ANSWERS.replace("[entities", "ci = \"github-actions\"\n\n[entities") + "soft_delete = true\n";
    let ran = generated(&more).success();
    assert!(ran.path("shop/.github/workflows/ci.yml").exists() && ran.path("shop/src/archive.js").exists());
}

#[test]
fn refuses_by_name_what_the_framework_cannot_do() {
    let ran = generated(&(ANSWERS.to_owned() + "audit = true\n")).fails(2);
    assert!(ran.stderr().contains("plain-node does not support audit yet"), "{}", ran.stderr());
    assert!(ran.stderr().contains("answers.toml:"), "{}", ran.stderr());
    assert!(!ran.path("shop").exists());
}

#[test]
fn slots_are_merged_sorted_and_rendered() {
    let package: serde_json::Value =
        serde_json::from_str(&generated(ANSWERS).success().read("shop/package.json")).unwrap();
    let scripts: Vec<_> = package["scripts"].as_object().unwrap().keys().collect();
    assert_eq!(scripts, ["describe", "start"]);
    assert!(package["scripts"]["describe"].as_str().unwrap().ends_with("# corner-shop"));
}
