//! A run as one self-contained page.

use crate::verify::{GROUPS, Run};
use handlebars::Handlebars;
use serde_json::{Value, json};

const PAGE: &str = include_str!("page.html.hbs");

impl Run {
    /// The run as a page that needs nothing beside it. The error says what is wrong with its template.
    pub fn html(&self) -> Result<String, String> {
        let mut templates = Handlebars::new();
        templates.set_strict_mode(true);
        templates.render_template(PAGE, &context(&self.json())).map_err(|error| error.to_string())
    }
}

/// What the template prints: the run's data, checks sorted by how they ended, times as people write them.
fn context(run: &Value) -> Value {
    let checks = list(&run["checks"]);
    let of = |result: &str| checks.iter().filter(|it| it["result"] == result).collect::<Vec<_>>();
    let groups = GROUPS.iter().filter_map(|group| {
        let own: Vec<_> = checks.iter().filter(|it| it["group"] == *group).map(with_seconds).collect();
        let failed = own.iter().filter(|it| it["result"] == "failed").count();
        (!own.is_empty()).then(|| json!({ "name": group, "count": own.len(), "failed": failed, "checks": own }))
    });
    json!({
        "ok": run["ok"],
        "project": run["project"],
        "target": run["target"],
        "seconds": seconds(run),
        "counts": { "passed": run["passed"], "failed": run["failed"], "skipped": run["skipped"] },
        "checked": !checks.is_empty(),
        "stages": list(&run["stages"]).iter().map(stage).collect::<Vec<_>>(),
        "failures": of("failed").into_iter().map(failure).collect::<Vec<_>>(),
        "skips": of("skipped"),
        "groups": groups.collect::<Vec<_>>(),
    })
}

fn stage(stage: &Value) -> Value {
    let mut stage = with_seconds(stage);
    stage["lines"] = lines(&stage["lines"]).into();
    stage["why"] = stage["why"].as_str().unwrap_or_default().into();
    stage["ran"] = (stage["result"] != "skipped").into();
    stage
}

fn failure(check: &Value) -> Value {
    let (request, answer) = (&check["request"], &check["answer"]);
    let headers = |of: &Value| lines(&list(&of["headers"]).iter().map(header).collect());
    let mut shown = json!({
        "id": check["id"],
        "contract": check["contract"],
        "expected": check["expected"],
        "got": check["got"],
        "exchange": null,
    });
    if request.is_object() {
        shown["exchange"] = json!({
            "method": request["method"],
            "url": request["url"],
            "sent_headers": headers(request),
            "sent": request["body"].as_str().unwrap_or_default(),
            "status": answer["status"],
            "headers": headers(answer),
            "body": answer["body"].as_str().unwrap_or_default(),
        });
    }
    shown
}

fn header(pair: &Value) -> Value {
    format!("{}: {}", pair[0].as_str().unwrap_or_default(), pair[1].as_str().unwrap_or_default()).into()
}

fn lines(of: &Value) -> String {
    list(of).iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn with_seconds(value: &Value) -> Value {
    let mut value = value.clone();
    value["seconds"] = seconds(&value).into();
    value
}

/// `12.3`; exact enough for a person.
fn seconds(of: &Value) -> String {
    let milliseconds = of["milliseconds"].as_u64().unwrap_or_default();
    format!("{}.{}", milliseconds / 1000, milliseconds % 1000 / 100)
}
