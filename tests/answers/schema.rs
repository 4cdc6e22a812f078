//! The JSON Schema agrees with the checker, both ways.

use super::equal::json_value;
use super::forms::files;
use super::generated;
use super::support::{catalogue, read_as};
use jsonschema::Validator;
use proptest::prelude::*;
use scaffold::answers::{Format, schema};
use scaffold::catalog::Catalog;
use std::sync::LazyLock;

static SCHEMA: LazyLock<Validator> =
    LazyLock::new(|| jsonschema::draft202012::new(&schema(&catalogue())).expect("the schema is well-formed"));

fn as_json(text: &str) -> serde_json::Value {
    json_value(&toml::Value::Table(text.parse().unwrap_or_else(|error| panic!("{error}\n{text}"))))
}

#[track_caller]
fn allowed(text: &str) {
    let faults: Vec<String> =
        SCHEMA.iter_errors(&as_json(text)).map(|it| format!("{}: {it}", it.instance_path())).collect();
    assert!(faults.is_empty(), "{}\n{text}", faults.join("\n"));
}

#[test]
fn what_the_checker_accepts_the_schema_allows() {
    let presets = "preset = \"ecommerce\"\nproject.name = \"shop\"\nstack.framework = \"gin\"\nstack.auth = [\"jwt\", \"api-key\"]\n";
    let files = files().into_iter().map(|(_, text)| text).chain([presets.to_owned()]);
    for text in files {
        let checked = read_as(Format::Toml, &text, &[]).unwrap_or_else(|problems| panic!("{problems}"));
        allowed(&text);
        allowed(&checked.canonical);
    }
}

proptest! {
    #![proptest_config(generated::cases(128))]

    #[test]
    fn generated_answers_are_allowed(text in generated::answers()) {
        allowed(&text);
    }
}

const BASE: &str = "[project]\nname = \"shop\"\n[stack]\nframework = \"gin\"\n";

/// Every structural mistake: a whole file, or what follows `BASE` and `[entities.A]`.
const MISTAKES: &[&str] = &[
    // Unknown keys.
    "extra = 1",
    "doc = \"x\"\nplurl = \"As\"",
    "fields.a = { type = \"string\", requird = true }",
    "access.lst = \"public\"",
    "relations.b = { many_to_one = \"A\", invrse = \"x\" }",
    "rules = [{ check = \"a\", mesage = \"x\" }]",
    "approval = [{ on = \"update\", when = \"true\", approvers = \"admin\", x = 1 }]",
    "commands.pay = { acess = \"owner\" }",
    "[jobs.a]\nschedul = \"0 3 * * *\"",
    "[webhooks.a]",
    "[webhooks.a]\nevents = {}",
    "[webhooks.a.events.b]\ncommand = \"A.x\"",
    "[webhooks.a.events.b]\ncommand = \"A.x\"\nrow = \"a..b\"",
    "[webhooks.a.events.b]\ncommand = \"A.x\"\nrow = \"a\"\ntype = \"a b\"",
    "[webhooks.a]\ntolerance_seconds = 0\nevents.b = { command = \"A.x\", row = \"a\" }",
    "[events.A2]\npaylod = {}",
    "[handlers.a]\non = \"A.created\"\nwhen = \"x\"",
    "[api]\nids = \"uuid\"",
    "[defaults]\nsoftdelete = true",
    "[auth]\nsession = \"cookie\"",
    "[tenant]\nby = \"header\"",
    "[enums]\nE = [{ value = \"a\", lable = \"A\" }]",
    // Wrong types.
    "doc = 1",
    "soft_delete = \"yes\"",
    "actions = \"list\"",
    "search = \"a\"",
    "unique = [\"a\", \"b\"]",
    "fields = [\"a\"]",
    "fields.a = 1",
    "fields.a = { type = 1 }",
    "fields.a = { type = \"string\", max = \"9\" }",
    "fields.a = { type = \"string\", max = 1.5 }",
    "fields.a = { type = \"string\", unique = \"yes\" }",
    "fields.a = { type = \"boolean\", default = \"true\" }",
    "fields.a = { type = \"integer\", default = \"1\" }",
    "fields.a = { type = \"string\", list = true, default = \"x\" }",
    "fields.a = { type = \"json\", default = \"x\" }",
    "relations.b = \"-> A\"",
    "relations.b = { many_to_one = 1 }",
    "rules = { check = \"a\" }",
    "commands.pay = \"x\"",
    "[jobs.a]\nattempts = \"5\"",
    "[enums]\nE = \"a\"",
    "[auth]\nroles = \"editor\"",
    // Unknown options and words.
    "pagination = \"page\"",
    "actions = [\"list\", \"destroy\"]",
    "relations.b = { many_to_one = \"A\", inverse = \"as\", required = false, on_delete = \"drop\" }",
    "[jobs.a]\nqueue = \"fast\"",
    "[api]\njson_case = \"kebab\"",
    "[auth]\nregistration = \"none\"",
    // Names.
    "[entities.user_thing]",
    "[entities.User]",
    "[entities.AnEntityWhoseNameHasMoreThanFortyLettersX]",
    "plural = \"as\"",
    "fields.Name = \"string\"",
    "fields.created_at = \"string\"",
    "fields.includeDeleted = \"string\"",
    "fields.\"a-b\" = \"string\"",
    "commands.Pay = {}",
    "commands.restore = {}",
    "[jobs.sendMail]",
    "[events.order_paid]",
    "[enums]\ncategory = [\"a\"]",
    "[enums]\nE = [\"a b\"]",
    "[auth]\nroles = [\"Editor\"]",
    "[auth]\nroles = [\"admin\"]",
    "[auth.user]\nfields.email = \"string\"",
    "[api]\nbase_path = \"api/\"",
    // Lines.
    "fields.a = \"strng\"",
    "fields.a = \"string uniqe\"",
    "fields.a = \"string(5)\"",
    "fields.a = \"enum\"",
    "fields.a = \"decimal >\"",
    "fields.a = \"string =\"",
    "fields.a = \"-> A casade\"",
    "fields.a = \"<-> A ?\"",
    "fields.a = \"\"",
    "commands.pay.input.a = \"-> A\"",
    // Keys that do not go together.
    "fields.a = { max = 5 }",
    "fields.a = { type = \"boolean\", max = 5 }",
    "fields.a = { type = \"string\", above = 5 }",
    "fields.a = { type = \"string\", values = [\"a\"] }",
    "fields.a = { type = \"enum\" }",
    "fields.a = { type = \"string\", max_items = 5 }",
    "fields.a = { type = \"text\", list = true }",
    "fields.a = { type = \"string\", list = true, unique = true }",
    "fields.a = { type = \"integer\", min = 1, above = 1 }",
    "fields.a = { type = \"string\", private = true, read_only = true, required = false }",
    "commands.pay.input.a = { type = \"string\", unique = true }",
    "relations.b = {}",
    "relations.b = { many_to_one = \"A\", one_to_one = \"A\", inverse = \"x\" }",
    "relations.b = { many_to_many = \"A\", inverse = \"x\", required = false }",
    "relations.b = { many_to_one = \"A\", inverse = \"x\", on_delete = \"set_null\" }",
    "actions = []",
    "actions = [\"list\", \"list\"]",
    "unique = [[\"a\"]]",
    "access.list = []",
    "[enums]\nE = []",
    "[jobs.a]\nschedule = \"0 3 * *\"",
    "[jobs.a]\nattempts = 0",
    "doc = \"two\\nlines\"",
    // Whole files.
    "!",
    "![project]\nname = \"ab\"\n[stack]\nframework = \"gin\"",
    "![project]\nname = \"ab\"\n[stack]\nframework = \"gin\"\n[entities]",
    "![project]\nname = \"My Shop\"\n[stack]\nframework = \"gin\"\n[entities.A]",
    "![project]\ntitle = \"x\"\n[stack]\nframework = \"gin\"\n[entities.A]",
    "![project]\nname = \"ab\"\nlicense = \"GPL\"\n[stack]\nframework = \"gin\"\n[entities.A]",
    "![project]\nname = \"ab\"\n[stack]\ndatabase = \"sqlite\"\n[entities.A]",
    "![project]\nname = \"ab\"\n[stack]\nframework = \"ginn\"\n[entities.A]",
    "![project]\nname = \"ab\"\n[stack]\nframework = [\"gin\"]\n[entities.A]",
    "![project]\nname = \"ab\"\n[stack]\nframework = \"gin\"\norm = \"x\"\n[entities.A]",
    "![project]\nname = \"ab\"\n[stack]\nframework = \"gin\"\nauth = \"api-key\"\n[entities.A]",
    "![project]\nname = \"ab\"\n[stack]\nframework = \"gin\"\nauth = [\"api-key\"]\n[entities.A]",
    "![project]\nname = \"ab\"\n[stack]\nframework = \"gin\"\nci = [\"none\", \"gitlab-ci\"]\n[entities.A]",
    "![project]\nname = \"ab\"\n[stack]\nframework = \"gin\"\nci = []\n[entities.A]",
    "!preset = \"shop\"\n[project]\nname = \"ab\"\n[stack]\nframework = \"gin\"",
    "!entities = []\n[project]\nname = \"ab\"\n[stack]\nframework = \"gin\"",
];

#[test]
fn structural_mistakes_are_refused_by_both() {
    let mut wrong = Vec::new();
    for mistake in MISTAKES {
        let text = match mistake.strip_prefix('!') {
            Some(whole) => whole.to_owned(),
            None => format!("{BASE}[entities.A]\n{mistake}\n"),
        };
        if read_as(Format::Toml, &text, &[]).is_ok() {
            wrong.push(format!("the checker accepts: {mistake}"));
        }
        if SCHEMA.is_valid(&as_json(&text)) {
            wrong.push(format!("the schema allows: {mistake}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_key_and_option_is_explained() {
    /// The places that offer keys; conditions only forbid some.
    const OFFERS: [&str; 6] = ["properties", "$defs", "anyOf", "oneOf", "items", "additionalProperties"];
    fn walk(value: &serde_json::Value, path: &str, silent: &mut Vec<String>) {
        for (name, schema) in value.get("properties").and_then(|it| it.as_object()).into_iter().flatten() {
            if schema.get("description").and_then(|it| it.as_str()).is_none_or(str::is_empty) {
                silent.push(format!("{path}/{name}"));
            }
        }
        for key in OFFERS {
            match value.get(key) {
                Some(serde_json::Value::Array(items)) => items.iter().for_each(|it| walk(it, path, silent)),
                Some(serde_json::Value::Object(table)) if matches!(key, "properties" | "$defs") => {
                    table.iter().for_each(|(name, it)| walk(it, &format!("{path}/{name}"), silent));
                }
                Some(other) => walk(other, path, silent),
                None => {}
            }
        }
    }
    let catalog = Catalog::embedded().unwrap();
    let mut silent = Vec::new();
    walk(&schema(&catalog.choices()), "", &mut silent);
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn the_committed_schema_is_the_one_that_is_printed() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/answers.schema.json");
    let catalog = Catalog::embedded().unwrap();
    let text = format!("{:#}\n", schema(&catalog.choices()));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, text).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "docs/answers.schema.json is old (UPDATE_GOLDEN=1, then git diff)");
}
