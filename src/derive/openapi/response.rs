//! The answers that refuse.

use super::Offered;
use super::document::schema_ref;
use crate::derive::errors::{Details, ErrorCode, Needs, errors};
use crate::derive::sample;
use crate::spec::{Name, Spec};
use serde_json::{Value, json};

/// The codes that this service can answer.
pub fn codes(spec: &Spec, offered: Offered) -> impl Iterator<Item = &'static ErrorCode> {
    let auth = spec.has_auth();
    errors().iter().filter(move |it| match it.needs {
        Needs::Nothing => true,
        Needs::Auth => auth,
        Needs::Bearer => auth || offered.metrics || !spec.webhooks.is_empty(),
        Needs::Idempotency => offered.idempotency,
    })
}

fn name(status: u16) -> &'static str {
    match status {
        400 => "BadRequest",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        409 => "Conflict",
        412 => "PreconditionFailed",
        413 => "ContentTooLarge",
        415 => "UnsupportedMediaType",
        422 => "UnprocessableContent",
        429 => "TooManyRequests",
        503 => "ServiceUnavailable",
        _ => "InternalServerError",
    }
}

/// Where the answer of a status stands.
pub(super) fn reference(status: u16) -> String {
    format!("#/components/responses/{}", name(status))
}

/// The answer of a status, and its name.
pub(super) fn component(status: u16, spec: &Spec, offered: Offered) -> (String, Value) {
    let codes: Vec<_> = codes(spec, offered).filter(|it| it.status == status).collect();
    let description: Vec<_> = codes.iter().map(|it| format!("`{}`: {}", it.code, it.when)).collect();
    let mut response = json!({ "description": description.join(" ") });
    if let Some(header) = codes.iter().find_map(|it| it.header) {
        let (text, schema) = match header {
            "Retry-After" => ("Seconds to wait.", json!({ "type": "integer" })),
            _ => ("The scheme to authenticate with (RFC 6750).", json!({ "type": "string" })),
        };
        response["headers"][header] = json!({ "description": text, "schema": schema });
    }
    let example = codes.first().map_or(Value::Null, |it| example(it, spec));
    response["content"] = json!({ "application/json": { "schema": schema_ref("Error"), "example": example } });
    (name(status).to_owned(), response)
}

fn example(code: &ErrorCode, spec: &Spec) -> Value {
    let details = match code.details {
        Details::Always => json!([{ "field": "id", "rule": "format", "message": "This is no UUID." }]),
        Details::Never | Details::Sometimes => json!([]),
    };
    let request_id = sample::key(spec, &Name::new("request_id"));
    json!({ "error": {
        "code": code.code, "message": code.when, "details": details, request_id: "5f0c5e0e8f9b4c0d",
    }})
}
