//! `jobs`, `events` and `handlers`.

use super::parts::{Properties, camel, free_text, named, object, pascal, properties, snake, text, whole, word};
use serde_json::{Value, json};

fn section(key: &str) -> Value {
    let fields = named(&camel(), &json!({ "$ref": "#/$defs/message_field" }));
    let schedule = json!({ "type": "string", "pattern": "^ *[^ ]+(?: +[^ ]+){4} *$", "examples": ["0 3 * * *"] });
    let (keys, required): (Properties, &[&str]) = match key {
        "jobs" => (
            properties([
                ("schedule", schedule, "Five-field cron, UTC; without it the job is only enqueued by code."),
                ("queue", word(&["high", "default", "low"]), "Which queue carries it."),
                ("attempts", whole(1, 100), "How often it is tried, the first time included (5)."),
                ("input", fields, "What it is given."),
                ("doc", free_text(), "One sentence about it."),
            ]),
            &[],
        ),
        "events" => {
            (properties([("payload", fields, "What it carries."), ("doc", free_text(), "One sentence about it.")]), &[])
        }
        _ => (
            properties([
                ("on", text(), "An event of [events], `ENTITY.created`, `.updated`, `.deleted`, or `User.registered`."),
                ("doc", free_text(), "One sentence about it."),
            ]),
            &["on"],
        ),
    };
    object(keys, required)
}

pub(super) fn sections() -> Properties {
    properties([
        ("jobs", named(&snake(), &section("jobs")), "Work in the background, by snake_case name."),
        ("events", named(&pascal(), &section("events")), "Things that happen, by PascalCase name."),
        ("handlers", named(&snake(), &section("handlers")), "What is done when something happens, by snake_case name."),
    ])
}
