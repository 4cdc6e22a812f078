//! A run as data: what `--json` prints and what the page is made from.

use crate::verify::{CheckResult, Exchange, Run, StageResult, StageVerdict, Verdict};
use serde_json::{Value, json};
use std::time::Duration;

impl Run {
    /// The run as data; docs/command-line.md describes it.
    pub fn json(&self) -> Value {
        let (passed, failed, skipped) = self.contract.counts();
        let checks: Vec<Value> = self.contract.results.iter().map(check).collect();
        let mut value = json!({
            "ok": self.ok(),
            "project": self.title,
            "target": self.target,
            "milliseconds": milliseconds(self.took),
        });
        if !self.stages.is_empty() {
            value["stages"] = self.stages.iter().map(stage).collect();
        }
        value["passed"] = passed.into();
        value["failed"] = failed.into();
        value["skipped"] = skipped.into();
        value["checks"] = checks.into();
        value
    }
}

fn stage(stage: &StageResult) -> Value {
    let mut value = json!({
        "stage": stage.name,
        "title": stage.title,
        "commands": stage.commands,
        "milliseconds": milliseconds(stage.took),
        "log": stage.log,
    });
    match &stage.verdict {
        StageVerdict::Passed => value["result"] = "passed".into(),
        StageVerdict::Skipped(why) => {
            value["result"] = "skipped".into();
            value["why"] = why.as_str().into();
        }
        StageVerdict::Failed(fault) => {
            value["result"] = "failed".into();
            value["why"] = fault.reason.as_str().into();
            value["lines"] = fault.lines.clone().into();
        }
    }
    value
}

fn check(result: &CheckResult) -> Value {
    let mut value = json!({
        "id": result.id,
        "group": result.group,
        "contract": result.says,
        "milliseconds": milliseconds(result.took),
        "requests": result.requests,
    });
    match &result.verdict {
        Verdict::Passed => value["result"] = "passed".into(),
        Verdict::Skipped(why) => {
            value["result"] = "skipped".into();
            value["why"] = why.as_str().into();
        }
        Verdict::Failed(fault) => {
            value["result"] = "failed".into();
            value["expected"] = fault.expected.as_str().into();
            value["got"] = fault.got.as_str().into();
            if let Some(exchange) = &fault.exchange {
                value["request"] = request(exchange);
                value["answer"] = json!({
                    "status": exchange.status,
                    "headers": exchange.headers,
                    "body": exchange.text(),
                });
            }
        }
    }
    value
}

fn request(exchange: &Exchange) -> Value {
    json!({
        "method": exchange.method,
        "url": exchange.url,
        "headers": exchange.sent_headers,
        "body": exchange.sent_text(),
    })
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
