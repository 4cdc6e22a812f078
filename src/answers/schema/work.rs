//! `jobs`, `events`, `handlers`, `integrations` and `webhooks`.

use super::parts::{Properties, camel, free_text, named, object, pascal, properties, snake, text, whole, word};
use crate::answers::check::RESERVED_JOBS;
use crate::spec::Method;
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
                ("calls", text(), "What it calls: INTEGRATION.OPERATION."),
                ("doc", free_text(), "One sentence about it."),
            ]),
            &["on"],
        ),
    };
    object(keys, required)
}

fn integration() -> Value {
    let fields = named(&camel(), &json!({ "$ref": "#/$defs/message_field" }));
    let path =
        json!({ "type": "string", "pattern": "^/[A-Za-z0-9/._~{}-]*$", "examples": ["/reservations/{orderId}"] });
    let operation = object(
        properties([
            ("method", word(&Method::ALL.map(Method::id)), "The HTTP method (GET)."),
            ("path", path, "Below the base URL; a field of `input` in braces."),
            ("input", fields.clone(), "What is sent: in the path, then in the query of GET and DELETE, else as JSON."),
            ("output", fields, "What is read of the answer."),
            ("timeout_ms", whole(1, 60_000), "How long one attempt may take (3000)."),
            ("doc", free_text(), "One sentence about it."),
        ]),
        &["path"],
    );
    let variable = json!({ "type": "string", "pattern": "^[A-Z][A-Z0-9_]*$", "maxLength": 40 });
    let auth = json!({ "type": "string", "pattern": "^(?:none|bearer|header [A-Za-z][A-Za-z0-9-]*)$" });
    let mut operations = named(&snake(), &operation);
    operations["minProperties"] = json!(1);
    object(
        properties([
            ("base_url_env", variable, "The variable that says where it is (NAME_URL)."),
            ("auth", auth, "`none`, `bearer`, or `header X-Api-Key`; the token is in NAME_TOKEN."),
            ("operations", operations, "What can be asked of it, by snake_case name."),
            ("doc", free_text(), "One sentence about it."),
        ]),
        &["operations"],
    )
}

fn webhook() -> Value {
    let way = json!({
        "type": "string", "pattern": r"^[A-Za-z0-9_-]{1,40}(?:\.[A-Za-z0-9_-]{1,40}){0,9}$", "examples": ["data.object.id"],
    });
    let kind = json!({ "type": "string", "pattern": "^[!#%&(-\\[\\]^_a-z|~]{1,100}$", "examples": ["payment_intent.succeeded"] });
    let event = object(
        properties([
            ("type", kind, "What the body's `type` says; by default the event's name."),
            ("command", text(), "What is done: ENTITY.COMMAND."),
            ("row", way.clone(), "Where the row's id is in the body."),
            ("input", named(&camel(), &way), "Where the command's input is in the body."),
        ]),
        &["command", "row"],
    );
    let mut events = named(&snake(), &event);
    events["minProperties"] = json!(1);
    let variable = json!({ "type": "string", "pattern": "^[A-Z][A-Z0-9_]*$", "maxLength": 40 });
    let header = json!({ "type": "string", "pattern": "^[A-Za-z][A-Za-z0-9-]*$", "maxLength": 40, "examples": ["Stripe-Signature"] });
    object(
        properties([
            (
                "secret_env",
                variable,
                "The variable with the secret that requests are signed with (NAME_WEBHOOK_SECRET).",
            ),
            ("header", header, "The header with moment and signature (Webhook-Signature)."),
            ("tolerance_seconds", whole(1, 86_400), "How old a request may be (300)."),
            ("events", events, "What is done for which event, by snake_case name."),
            ("doc", free_text(), "One sentence about it."),
        ]),
        &["events"],
    )
}

/// The same as `snake`, but for the jobs that every service has itself.
fn job_name() -> Value {
    let mut name = snake();
    name["not"] = json!({ "enum": RESERVED_JOBS });
    name
}

pub(super) fn sections() -> Properties {
    properties([
        ("jobs", named(&job_name(), &section("jobs")), "Work in the background, by snake_case name."),
        ("events", named(&pascal(), &section("events")), "Things that happen, by PascalCase name."),
        ("handlers", named(&snake(), &section("handlers")), "What is done when something happens, by snake_case name."),
        ("integrations", named(&snake(), &integration()), "Other services that this one calls, by snake_case name."),
        ("webhooks", named(&snake(), &webhook()), "What other services tell this one, by snake_case name."),
    ])
}
