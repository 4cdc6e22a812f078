//! Entities: lists, access, relations, rules, approval and commands.

use super::field;
use super::parts::{camel, described, field_name, flag, free_text, named, object, pascal, properties, set, text, word};
use crate::answers::check::{LINK_KEYS, ON_DELETE, RESERVED_COMMANDS, TARGETS};
use crate::spec::Action;
use serde_json::{Value, json};

pub(super) fn entity() -> Value {
    let actions = Action::ALL.map(Action::id);
    let mut some = set(&word(&actions));
    some["minItems"] = json!(1);
    let names = set(&text());
    let mut key = set(&text());
    key["minItems"] = json!(2);
    let grants = || json!({ "$ref": "#/$defs/grants" });
    let access = actions.map(|action| (action.to_owned(), described(grants(), &format!("Who may {action}."))));
    let field = field::member();
    let keys = properties([
        ("doc", free_text(), "One sentence about it."),
        ("plural", pascal(), "The PascalCase plural, when the guess is wrong."),
        ("actions", some, "What the API offers; all when it is left out."),
        ("search", names.clone(), "String and text fields that `?q=` looks in."),
        ("filter", names.clone(), "What lists can be filtered by; nearly every field when it is left out."),
        ("sort", names, "What lists can be sorted by; nearly every field when it is left out."),
        ("pagination", word(&["offset", "cursor"]), "How lists are cut into pages."),
        ("unique", json!({ "type": "array", "items": key }), "Composite keys: lists of field names."),
        ("soft_delete", flag(false), "Deleted rows are kept and can be restored."),
        ("audit", flag(false), "Every change is recorded: who, when, what."),
        ("was", pascal(), "The entity's former name, when it is being renamed."),
        ("was_plural", pascal(), "Its former plural, when that was declared or is being changed."),
        ("fields", named(&field_name(&[]), &field), "Fields, and relations in one line."),
        ("relations", named(&field_name(&[]), &json!({ "$ref": "#/$defs/relation" })), "Relations in the long form."),
        ("access", object(access.into_iter().collect(), &[]), "Who may do what."),
        ("rules", json!({ "type": "array", "items": rule() }), "What must hold for every row."),
        ("approval", json!({ "type": "array", "items": approval() }), "Changes that somebody must consent to."),
        ("commands", named(&command_name(), &command()), "Actions of the entity's own: `POST /orders/{id}/pay`."),
    ]);
    object(keys, &[])
}

pub(super) fn grants() -> Value {
    let grant = json!({ "type": "string", "pattern": "^[a-z][a-z0-9_-]*$", "maxLength": 40, "examples": ["public", "authenticated", "owner", "admin"] });
    let mut any = set(&grant);
    any["minItems"] = json!(1);
    described(
        json!({ "anyOf": [grant, any] }),
        "\"public\", \"authenticated\", \"owner\", a role, or a list of which any suffices.",
    )
}

pub(super) fn relation() -> Value {
    let target = || pascal();
    let keys = properties([
        ("many_to_one", target(), "The entity that this one refers to."),
        ("one_to_one", target(), "The entity that this one refers to; no two rows refer to the same."),
        ("many_to_many", target(), "The entity that this one is linked with."),
        ("required", flag(true), "Whether the reference must be there."),
        ("on_delete", word(&ON_DELETE.map(|(id, _)| id)), "What happens to this row when the target is deleted."),
        ("inverse", camel(), "What the target calls the way back."),
        ("doc", free_text(), "One sentence about it."),
        ("was", camel(), "The former name, when it is being renamed."),
    ]);
    let mut schema = object(keys, &[]);
    schema["oneOf"] = TARGETS.iter().map(|(kind, _)| json!({ "required": [kind] })).collect();
    let links = LINK_KEYS.map(|key| (key.to_owned(), json!(false)));
    let set_null = json!({ "properties": { "on_delete": { "const": "set_null" } }, "required": ["on_delete"] });
    let optional = json!({ "properties": { "required": { "const": false } }, "required": ["required"] });
    schema["allOf"] = json!([
        { "if": { "required": ["many_to_many"] }, "then": { "properties": serde_json::Map::from_iter(links) } },
        { "if": set_null, "then": optional },
    ]);
    schema
}

fn rule() -> Value {
    let mut message = free_text();
    message["minLength"] = json!(1);
    let keys = properties([
        ("check", text(), "An expression that must not be false, over the row as it would be."),
        ("message", message, "What the caller is told."),
    ]);
    object(keys, &["check", "message"])
}

fn approval() -> Value {
    let keys = properties([
        ("on", word(&["create", "update", "delete"]), "The action that needs consent."),
        ("when", text(), "An expression: when consent is needed."),
        ("approvers", json!({ "$ref": "#/$defs/grants" }), "Who may give it."),
    ]);
    object(keys, &["on", "when", "approvers"])
}

fn command_name() -> Value {
    let mut name = camel();
    name["not"] = json!({ "enum": RESERVED_COMMANDS });
    name
}

fn command() -> Value {
    let keys = properties([
        ("access", json!({ "$ref": "#/$defs/grants" }), "Who may give it; those who may update when it is left out."),
        ("when", text(), "An expression over the row as it is; otherwise the answer is 409."),
        ("input", named(&camel(), &json!({ "$ref": "#/$defs/message_field" })), "What the body holds."),
        ("set", json!({ "type": "object" }), "Values given to fields."),
        ("emits", pascal(), "An event of [events]."),
        ("doc", free_text(), "One sentence about it."),
    ]);
    object(keys, &[])
}
