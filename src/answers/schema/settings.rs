//! `project`, `stack`, `api`, `defaults`, `auth`, `include` and `preset`.

use super::parts::{Properties, described, field_name, flag, free_text, named, object, set, text, word};
use crate::answers::catalogue::{Catalogue, Choice, Question};
use crate::answers::check::{BUILT_IN_ROLES, USER_KEYS};
use serde_json::{Value, json};

fn project() -> Value {
    let name =
        json!({ "type": "string", "pattern": "^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$", "minLength": 2, "maxLength": 50 });
    let license = json!({ "type": "string", "enum": ["MIT", "Apache-2.0", "none"], "default": "none" });
    let keys = super::parts::properties([
        ("name", name, "Kebab-case, 2 to 50 characters; the folder's name too."),
        ("title", free_text(), "What people call it; made from the name when it is left out."),
        ("description", free_text(), "One sentence about it."),
        ("author", free_text(), "Who holds the rights."),
        ("license", license, "The licence file of the project."),
    ]);
    object(keys, &["name"])
}

pub(super) fn properties(catalogue: &Catalogue<'_>) -> Properties {
    let stack = catalogue.questions.iter().map(|question| (question.id.to_owned(), answer(question))).collect();
    let required: Vec<&str> =
        catalogue.questions.iter().filter(|it| it.default.is_none()).map(|question| question.id).collect();
    let presets =
        catalogue.presets.iter().map(|it| json!({ "const": it.id, "title": it.title, "description": it.help }));
    let presets = json!({ "type": "string", "oneOf": presets.collect::<Vec<_>>() });
    let path = json!({
        "type": "string", "pattern": "^(?:/[A-Za-z0-9][A-Za-z0-9._~-]*)+$", "maxLength": 100, "default": "/api/v1",
    });
    let api = properties_table([
        (
            "json_case",
            json!({ "type": "string", "enum": ["camel", "snake"], "default": "camel" }),
            "The case of JSON keys and query parameters.",
        ),
        ("base_path", path, "Where all paths begin."),
    ]);
    let defaults = properties_table([
        ("soft_delete", flag(false), "Deleted rows are kept and can be restored."),
        ("audit", flag(false), "Every change is recorded: who, when, what."),
        (
            "pagination",
            json!({ "type": "string", "enum": ["offset", "cursor"], "default": "offset" }),
            "How lists are cut into pages.",
        ),
    ]);
    let top = [
        ("project", project(), "Who the project is."),
        ("stack", object(stack, &required), "One key per question; a value is an option's id."),
        ("preset", presets, "A ready set of entities that this file extends and overrides."),
        (
            "include",
            json!({ "type": "array", "items": text() }),
            "More files of the same form, beside this one: `[\"entities/*.toml\"]`.",
        ),
        ("api", api, "How the service speaks."),
        ("defaults", defaults, "For every entity that does not say otherwise."),
        ("auth", auth(), "Roles, registration and fields of accounts; needs `stack.auth`."),
    ];
    super::parts::properties(top)
}

fn properties_table<const N: usize>(keys: [(&'static str, Value, &'static str); N]) -> Value {
    object(super::parts::properties(keys), &[])
}

/// One option, or a list where several combine.
fn answer(question: &Question<'_>) -> Value {
    let show = |it: &Choice<'_>| json!({ "const": it.id, "title": it.title, "description": it.help });
    let alone = question.options.iter().filter(|it| it.needs.is_empty()).map(show);
    let one = json!({ "type": "string", "oneOf": alone.collect::<Vec<_>>() });
    let mut schema = if question.many { json!({ "anyOf": [one, several(question)] }) } else { one };
    schema["title"] = json!(question.title);
    if let Some(default) = question.default {
        schema["default"] = json!(default);
    }
    described(schema, question.help)
}

fn several(question: &Question<'_>) -> Value {
    let ids: Vec<&str> = question.options.iter().map(|it| it.id).collect();
    let mut schema = set(&word(&ids));
    schema["minItems"] = json!(1);
    let holds = |id: &str| json!({ "contains": { "const": id } });
    let mut rules = Vec::new();
    for option in &question.options {
        let needs = option.needs.iter().map(|need| json!({ "if": holds(option.id), "then": holds(need) }));
        rules.extend(needs);
        if option.id == "none" {
            rules.push(json!({ "if": holds(option.id), "then": { "maxItems": 1 } }));
        }
    }
    schema["allOf"] = json!(rules);
    schema
}

fn auth() -> Value {
    let role = json!({ "type": "string", "pattern": "^[a-z][a-z0-9_-]*$", "maxLength": 40, "not": { "enum": BUILT_IN_ROLES } });
    let fields =
        described(named(&field_name(&USER_KEYS), &json!({ "$ref": "#/$defs/field" })), "Fields added to accounts.");
    let user = object([("fields".to_owned(), fields)].into_iter().collect(), &[]);
    properties_table([
        ("roles", set(&role), "Roles besides `user` and `admin`."),
        (
            "registration",
            json!({ "type": "string", "enum": ["open", "closed"], "default": "open" }),
            "Whether anybody may register, or only an admin makes accounts.",
        ),
        ("user", user, "What accounts hold besides the usual."),
    ])
}
