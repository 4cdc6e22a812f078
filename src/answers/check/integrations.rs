//! `integrations`: other services that this one calls.

use super::context::Context;
use super::problems::with_hints;
use super::work::{doc, fields, named};
use crate::answers::Problem;
use crate::answers::tree::{Entry, Table, Value};
use crate::spec::{Field, FieldKind, Integration, Method, Name, Operation, ServiceAuth};
use std::collections::BTreeMap;

/// Reads `[integrations]`.
pub(super) fn read(cx: &Context<'_>, table: Option<&Entry>) -> Vec<Integration> {
    let mut integrations: Vec<Integration> = Vec::new();
    let mut variables: BTreeMap<String, String> = BTreeMap::new();
    for (name, entry, table) in named(cx, table, "integrations", "an integration") {
        let what = format!("the integration `{name}`");
        cx.problems.keys(table, &what, &["base_url_env", "auth", "operations", "doc"], &[]);
        let before = cx.problems.count();
        let declared = Name::new(name);
        let (base_url_env, place) = match table.get("base_url_env") {
            Some(entry) => (variable(cx, entry, "`base_url_env`"), &entry.node.place),
            None => (Some(format!("{}_URL", declared.screaming())), &entry.key),
        };
        let auth = table.get("auth").and_then(|entry| auth(cx, entry)).unwrap_or(ServiceAuth::None);
        let operations = operations(cx, table, &declared, entry);
        let integration = Integration {
            name: declared,
            base_url_env: base_url_env.unwrap_or_default(),
            auth,
            operations,
            doc: doc(cx, table),
        };
        let token = (integration.auth != ServiceAuth::None).then(|| integration.token_env());
        for variable in [integration.base_url_env.clone()].into_iter().chain(token) {
            let taken = variables.insert(variable.clone(), name.to_owned());
            let other = taken.map(|other| format!("the integration `{other}`"));
            let other = other.or_else(|| OWN.contains(&variable.as_str()).then(|| "the service itself".to_owned()));
            if let Some(other) = other.filter(|_| !variable.is_empty()) {
                let problem = Problem::new(format!("{other} has the variable `{variable}` already"), place.clone());
                cx.problem(problem.note("choose another one: base_url_env = \"…\", or another name"));
            }
        }
        if cx.problems.count() == before {
            integrations.push(integration);
        }
    }
    integrations
}

/// Variables of the contract.
pub(super) const OWN: [&str; 46] = [
    "HOST",
    "PORT",
    "WORKER_PORT",
    "APP_ENV",
    "LOG_LEVEL",
    "DATABASE_POOL_SIZE",
    "DATABASE_TIMEOUT_MS",
    "SLOW_QUERY_MS",
    "JWT_SECRET",
    "JWT_ISSUER",
    "JWT_AUDIENCE",
    "ACCESS_TOKEN_SECONDS",
    "REFRESH_TOKEN_SECONDS",
    "LOCKOUT_ATTEMPTS",
    "LOCKOUT_SECONDS",
    "RESET_TOKEN_SECONDS",
    "RATE_LIMIT_PER_MINUTE",
    "AUTH_RATE_LIMIT_PER_MINUTE",
    "TRUSTED_PROXIES",
    "IDEMPOTENCY_SECONDS",
    "MAX_BODY_BYTES",
    "DRAIN_SECONDS",
    "CACHE_SECONDS",
    "EVENT_ATTEMPTS",
    "EVENT_RETRY_BASE_MS",
    "JOB_RETRY_BASE_MS",
    "AUDIT_RETENTION_DAYS",
    "MAIL_TRANSPORT",
    "MAIL_FROM",
    "CORS_ORIGINS",
    "SENTRY_DSN",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "PROFILE_DIR",
    "ADMIN_EMAIL",
    "ADMIN_PASSWORD",
    "DATABASE_URL",
    "TEST_DATABASE_URL",
    "VERIFY_DATABASE_URL",
    "REDIS_URL",
    "TEST_REDIS_URL",
    "VERIFY_REDIS_URL",
    "BROKER_URL",
    "TEST_BROKER_URL",
    "VERIFY_BROKER_URL",
    "PUBLIC_URL",
    "METRICS_TOKEN",
];

pub(super) fn variable(cx: &Context<'_>, entry: &Entry, what: &str) -> Option<String> {
    let text = cx.problems.string(&entry.node, what)?;
    let legal = text.starts_with(|it: char| it.is_ascii_uppercase())
        && text.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_')
        && text.len() <= super::LONGEST;
    if !legal {
        let problem = Problem::new(format!("`{text}` is no name for a variable"), entry.node.place.clone());
        cx.problem(problem.note(format!("allowed: A to Z, digits and `_`, at most {} characters", super::LONGEST)));
        return None;
    }
    Some(text.to_owned())
}

/// `none`, `bearer`, or `header NAME`.
fn auth(cx: &Context<'_>, entry: &Entry) -> Option<ServiceAuth> {
    let text = cx.problems.string(&entry.node, "`auth`")?;
    match text.split_once(' ') {
        None if text == "none" => Some(ServiceAuth::None),
        None if text == "bearer" => Some(ServiceAuth::Bearer),
        Some(("header", name)) if is_header(name) => Some(ServiceAuth::Header(name.to_owned())),
        _ => {
            let problem = Problem::new(format!("`auth` cannot be `{text}`"), entry.node.place.clone());
            cx.problem(with_hints(problem, text, &["none", "bearer", "header X-Api-Key"]));
            None
        }
    }
}

/// Whether a text is a header's name that callers may choose (RFC 9110, narrowed to letters, digits and `-`).
pub(super) fn is_header(name: &str) -> bool {
    name.starts_with(|it: char| it.is_ascii_alphabetic())
        && name.len() <= super::LONGEST
        && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
}

fn operations(cx: &Context<'_>, table: &Table, owner: &Name, integration: &Entry) -> Vec<Operation> {
    let given = table.get("operations");
    let Some(entry) = given.filter(|it| !matches!(&it.node.value, Value::Table(table) if table.is_empty())) else {
        let place = given.map_or(&integration.key, |it| &it.key).clone();
        let problem = Problem::new(format!("the integration `{}` has no operations", owner.declared()), place);
        cx.problem(problem.note("write for example `[integrations.warehouse.operations.reserve]`"));
        return Vec::new();
    };
    let mut found = Vec::new();
    for (name, entry, table) in super::work::members(cx, entry, "`operations`", "an operation") {
        let what = format!("the operation `{name}`");
        let keys = ["method", "path", "input", "output", "timeout_ms", "doc"];
        cx.problems.keys(table, &what, &keys, &[]);
        let before = cx.problems.count();
        let words = Method::ALL.map(Method::id);
        let method = match table.get("method") {
            Some(entry) => cx.problems.word(&entry.node, "`method`", &words),
            None => Some("GET"),
        };
        let method = Method::ALL.into_iter().find(|it| Some(it.id()) == method);
        let types = format!("{}{}", owner.pascal(), Name::new(name).pascal());
        let input = fields(cx, &types, table, "input");
        let output = fields(cx, &format!("{types}Answer"), table, "output");
        let path = path(cx, table, entry, &input);
        if let Some(method) = method.filter(|it| !it.has_body()) {
            query(cx, method, &input, table);
        }
        let timeout = table.get("timeout_ms");
        let timeout = timeout.and_then(|entry| cx.problems.whole(&entry.node, "`timeout_ms`", 1..=60_000));
        let doc = doc(cx, table);
        if let (true, Some(method), Some(path)) = (cx.problems.count() == before, method, path) {
            let timeout_ms = timeout.unwrap_or(3_000);
            found.push(Operation { name: Name::new(name), method, path, input, output, timeout_ms, doc });
        }
    }
    found
}

/// `/reservations/{orderId}`: each name in braces is a required scalar of the input.
fn path(cx: &Context<'_>, table: &Table, operation: &Entry, input: &[Field]) -> Option<String> {
    let Some(entry) = table.get("path") else {
        let problem = Problem::new("`path` is missing", operation.key.clone());
        cx.problem(problem.note("write for example `path = \"/reservations/{orderId}\"`"));
        return None;
    };
    let text = cx.problems.string(&entry.node, "`path`")?;
    let outside: String = text.split('{').map(|part| part.split_once('}').map_or(part, |(_, rest)| rest)).collect();
    let legal = text.starts_with('/')
        && text.matches('{').count() == text.matches('}').count()
        && outside.bytes().all(|it| it.is_ascii_alphanumeric() || b"/-._~".contains(&it));
    if !legal {
        let problem = Problem::new(format!("`{text}` is no path"), entry.node.place.clone());
        cx.problem(problem.note("it starts with `/`; allowed: letters, digits, `- . _ ~ /` and fields in braces"));
        return None;
    }
    for name in Operation::placeholders(text) {
        let field = input.iter().find(|it| it.name.declared() == name);
        let place = entry.node.place.clone();
        let problem = match field {
            Some(field) if field.required && is_scalar(field) => continue,
            Some(_) => Problem::new(format!("`{name}` cannot stand in a path"), place)
                .note("allowed there: fields that are required and neither list nor json"),
            None => {
                let known: Vec<&str> = input.iter().map(|it| it.name.declared()).collect();
                with_hints(Problem::new(format!("`{name}` is no field of `input`"), place), name, &known)
            }
        };
        cx.problem(problem);
        return None;
    }
    Some(text.to_owned())
}

/// A query holds scalars.
fn query(cx: &Context<'_>, method: Method, input: &[Field], table: &Table) {
    let Some(entry) = table.get("input") else { return };
    for field in input.iter().filter(|it| !is_scalar(it)) {
        let message = format!("`{}` cannot stand in the query of a {}", field.name.declared(), method.id());
        cx.problem(
            Problem::new(message, entry.key.clone()).note("allowed there: fields that are neither list nor json"),
        );
    }
}

fn is_scalar(field: &Field) -> bool {
    field.list.is_none() && field.kind != FieldKind::Json
}

/// Reads `calls` of a handler: `warehouse.reserve`.
pub(super) fn calls(cx: &Context<'_>, entry: &Entry, integrations: &[Integration]) -> Option<(String, String)> {
    let text = cx.problems.string(&entry.node, "`calls`")?;
    let known: Vec<String> = integrations
        .iter()
        .flat_map(|it| {
            it.operations.iter().map(|operation| format!("{}.{}", it.name.declared(), operation.name.declared()))
        })
        .collect();
    if let (true, Some((integration, operation))) = (known.iter().any(|it| it == text), text.split_once('.')) {
        return Some((integration.to_owned(), operation.to_owned()));
    }
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let problem = Problem::new(format!("there is no operation `{text}`"), entry.node.place.clone());
    cx.problem(with_hints(problem, text, &known).note("declare it: [integrations.NAME.operations.NAME]"));
    None
}
