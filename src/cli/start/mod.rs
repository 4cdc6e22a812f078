//! `scaffold new --start`: from a written project to a running service.

mod plan;
mod service;

pub use plan::Plan;

use super::made::Made;
use super::process::{self, Child, Progress, TICK};
use super::{Failure, Global, interrupt, output};
use serde_json::json;
use service::Service;
use std::path::Path;

/// Runs the steps, then the service until Ctrl-C.
pub fn run(plan: &Plan<'_>, made: &Made<'_>, json: bool, global: &Global) -> Result<(), Failure> {
    let _busy = interrupt::busy();
    let logs = tempfile::Builder::new().prefix("scaffold-start-").tempdir();
    let logs = logs.map_err(|error| Failure::Failed(format!("cannot make a folder for logs: {error}")))?;
    match serve(plan, made, logs.path(), json, global) {
        // The logs stay for whoever looks for the reason.
        Err(Failure::Failed(message)) => Err(Failure::Failed(format!("{message}\nlogs: {}", logs.keep().display()))),
        outcome => outcome,
    }
}

fn serve(plan: &Plan<'_>, made: &Made<'_>, logs: &Path, json: bool, global: &Global) -> Result<(), Failure> {
    let port = process::free_port(plan.start.port);
    let mut progress = Progress::new(global.quiet);
    for step in &plan.steps {
        progress.begin(&step.title, &step.run);
        let environment = step.environment.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let log = logs.join(format!("{}.log", step.title.replace(' ', "-")));
        let child = Child::start(&step.run, &made.absolute, environment, &plan.foreign, &log)?;
        finish(child, &step.run, &log)?;
        progress.end();
    }
    progress.begin("start", &plan.start.serve);
    let log = logs.join("serve.log");
    let mut service = Service::start(plan, &made.absolute, port, &log)?;
    service.wait_until_ready()?;
    progress.end();
    if json {
        let mut result = made.json();
        result["service"] = json!({
            "url": service.url(&plan.base_path),
            "docs": plan.start.docs.as_ref().map(|path| service.url(path)),
            "health": service.url(&plan.start.health),
            "login": plan.login,
        });
        output::print(&format!("{result:#}\n"))?;
    } else {
        output::print(&addresses(plan, made, &service))?;
    }
    service.follow(global.quiet)
}

/// Waits for a command to succeed.
fn finish(mut child: Child, command: &str, log: &Path) -> Result<(), Failure> {
    loop {
        if interrupt::interrupted() {
            child.stop();
            return Err(Failure::Interrupted("interrupted; the project is written, its service is not set up"));
        }
        match child.ended()? {
            None => std::thread::sleep(TICK),
            Some(status) if status.success() => return Ok(()),
            Some(_) => {
                return Err(Failure::Failed(format!(
                    "the project is written, but `{command}` failed in it:\n{}",
                    process::tail(log)
                )));
            }
        }
    }
}

fn addresses(plan: &Plan<'_>, made: &Made<'_>, service: &Service<'_>) -> String {
    let mut lines = vec![("service", service.url(&plan.base_path))];
    lines.extend(plan.start.docs.as_ref().map(|path| ("docs", service.url(path))));
    lines.push(("health", service.url(&plan.start.health)));
    lines.extend(plan.login.as_ref().map(|login| ("log in", login.clone())));
    lines.push(("code", made.absolute.display().to_string()));
    let lines: String = lines.iter().map(|(name, text)| format!("  {name:<8} {text}\n")).collect();
    format!("\n{} is running; Ctrl-C ends it\n\n{lines}\n", plan.title)
}
