//! `scaffold verify`

mod excerpt;
mod folders;
mod project;
mod restarts;
mod server;
mod servers;
mod service;
mod stages;
mod told;
mod work;

use super::{Failure, Global, catalog, output};
use crate::verify::{GROUPS, Run, StageVerdict, Verdict};
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
A project is verified stage by stage, by its own make targets: setup, format, lint, types, tests,
migrations (up, down, up), start, contract, stop, settings (the service is started again with others).
It runs on a free port and an empty database: a new file for SQLite; otherwise VERIFY_DATABASE_URL, which is WRITTEN TO and loses what its
last migration made (and TEST_DATABASE_URL for the project's own tests), or a container from
compose.yaml where Docker is. Other servers likewise: VERIFY_REDIS_URL and TEST_REDIS_URL, VERIFY_BROKER_URL and TEST_BROKER_URL.

With --url a running service alone is asked for every line of the contract, over HTTP. It is one
made for this: rows and accounts are made in it, and removed as far as they can be. It has to run
with RATE_LIMIT_PER_MINUTE=0 and AUTH_RATE_LIMIT_PER_MINUTE=0, since its limits would stop the checks.
With a queue its events are read from --broker-url, and its numbers from --worker-url.

Examples:
  scaffold verify shop --report report.html
  scaffold verify shop --only types --only tests
  scaffold verify --url http://127.0.0.1:8000 --admin-email admin@example.com
  scaffold verify --url http://127.0.0.1:8000 --answers shop.toml --group lists --verbose

Exit codes: 0 everything passed, 1 something did not, 2 wrong usage or answers, 130 interrupted";

/// Prove a project, or ask a running service for every line of the contract
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct VerifyArgs {
    /// A generated project [default: this folder]
    #[arg(conflicts_with = "url")]
    dir: Option<PathBuf>,
    /// Only this stage, and those that make what it works on; may be repeated
    #[arg(long, value_name = "STAGE", value_parser = stages::NAMES, conflicts_with = "url", help_heading = "A project")]
    only: Vec<String>,
    /// Go on after a stage that failed
    #[arg(long, conflicts_with = "url", help_heading = "A project")]
    keep_going: bool,
    /// Where to put the logs of the stages [default: a new temporary folder]
    #[arg(long, value_name = "DIR", conflicts_with = "url", help_heading = "A project")]
    logs: Option<PathBuf>,
    /// The longest that a command of a stage may take
    #[arg(long, value_name = "SECONDS", default_value_t = 1800, value_parser = clap::value_parser!(u64).range(1..=86_400), help_heading = "A project")]
    stage_timeout: u64,
    /// Where the service is
    #[arg(long, help_heading = "A running service")]
    url: Option<String>,
    /// The answers that the service is made from [default: `.scaffold/answers.toml` in this folder]
    #[arg(long, short, value_name = "FILE", requires = "url", help_heading = "A running service")]
    answers: Option<PathBuf>,
    /// An account of role `admin`; needed where there are accounts
    #[arg(
        long,
        value_name = "ADDRESS",
        requires = "url",
        requires = "admin_password",
        help_heading = "A running service"
    )]
    admin_email: Option<String>,
    /// Its password
    #[arg(
        long,
        env = "VERIFY_ADMIN_PASSWORD",
        hide_env_values = true,
        value_name = "PASSWORD",
        help_heading = "A running service"
    )]
    admin_password: Option<String>,
    /// The key that access tokens are signed with, to forge some
    #[arg(
        long,
        env = "VERIFY_JWT_SECRET",
        hide_env_values = true,
        value_name = "SECRET",
        help_heading = "A running service"
    )]
    jwt_secret: Option<String>,
    /// What requests to its webhooks are signed with
    #[arg(
        long,
        env = "VERIFY_WEBHOOK_SECRET",
        hide_env_values = true,
        value_name = "SECRET",
        help_heading = "A running service"
    )]
    webhook_secret: Option<String>,
    /// Where the service writes mails (`MAIL_TRANSPORT=file:DIR`), to follow their links
    #[arg(long, value_name = "DIR", requires = "url", help_heading = "A running service")]
    mail_dir: Option<PathBuf>,
    /// Where the service's worker is, to look at its metrics
    #[arg(long, value_name = "URL", requires = "url", help_heading = "A running service")]
    worker_url: Option<String>,
    /// The broker that the service publishes to, to read its events: redis://… or amqp://…
    #[arg(
        long,
        env = "VERIFY_BROKER_URL",
        hide_env_values = true,
        value_name = "URL",
        help_heading = "A running service"
    )]
    broker_url: Option<String>,
    /// Only this group of checks; may be repeated
    #[arg(long, value_name = "GROUP", value_parser = GROUPS)]
    group: Vec<String>,
    /// The longest that one answer may take
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=600))]
    timeout: u64,
    /// Tell of the checks that pass, too
    #[arg(long, short)]
    verbose: bool,
    /// Write a page for people: stages, checks, what failed with request and answer
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Write `JUnit` XML, which CI shows
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
}

pub fn run(args: &VerifyArgs, global: &Global) -> Result<(), Failure> {
    let catalog = catalog::load(global)?;
    folders::expects(args.report.as_deref())?;
    folders::expects(args.junit.as_deref())?;
    let run = match &args.url {
        Some(url) => service::ask(url, args, global, &catalog)?,
        None => project::prove(args.dir.as_deref().unwrap_or(Path::new(".")), args, global, &catalog)?,
    };
    let unwritable = |error: String| Failure::Failed(format!("cannot write the report: {error}"));
    if let Some(file) = &args.report {
        folders::write(file, run.html().map_err(unwritable)?.as_bytes())?;
    }
    if let Some(file) = &args.junit {
        folders::write(file, run.junit().map_err(unwritable)?.as_bytes())?;
    }
    if args.json {
        output::print(&format!("{:#}\n", run.json()))?;
    } else {
        output::print(&summary(&run))?;
    }
    if run.ok() { Ok(()) } else { Err(Failure::Unproven) }
}

/// Reasons for which many checks were left out.
fn not_made(run: &Run) -> String {
    let mut reasons: Vec<(&str, usize)> = Vec::new();
    for result in &run.contract.results {
        let Verdict::Skipped(why) = &result.verdict else { continue };
        match reasons.iter_mut().find(|(known, _)| known == why) {
            Some((_, count)) => *count += 1,
            None => reasons.push((why, 1)),
        }
    }
    let many = reasons.iter().filter(|(_, count)| *count >= 10);
    many.map(|(why, count)| format!("{count} checks were not made: {why}\n")).collect()
}

/// The last lines for a person.
fn summary(run: &Run) -> String {
    let mut text = String::new();
    let (passed, failed, skipped) = run.contract.counts();
    if !run.contract.results.is_empty() {
        let requests: usize = run.contract.results.iter().map(|it| it.requests).sum();
        let took = if run.stages.is_empty() { run.took } else { run.contract.results.iter().map(|it| it.took).sum() };
        text.push_str(&format!("{requests} requests in {:.1} s\n", took.as_secs_f32()));
        text.push_str(&format!("{passed} passed, {failed} failed, {skipped} skipped\n"));
        text.push_str(&not_made(run));
    }
    if !run.stages.is_empty() {
        let count = |wanted: fn(&StageVerdict) -> bool| run.stages.iter().filter(|it| wanted(&it.verdict)).count();
        let passed = count(|it| matches!(it, StageVerdict::Passed));
        let failed = count(|it| matches!(it, StageVerdict::Failed(_)));
        let skipped = count(|it| matches!(it, StageVerdict::Skipped(_)));
        let seconds = run.took.as_secs_f32();
        text.push_str(&format!("stages: {passed} passed, {failed} failed, {skipped} skipped, in {seconds:.1} s\n"));
        let folder = run.stages.iter().find_map(|it| Path::new(it.log.as_ref()?).parent());
        text.extend(folder.map(|it| format!("logs: {}\n", it.display())));
    }
    text
}
