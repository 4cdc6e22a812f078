//! `scaffold verify`

use super::input::{self, Sources};
use super::{Failure, Global, catalog, output};
use crate::project::ANSWERS_PATH;
use crate::verify::{self, CheckResult, Credentials, GROUPS, Report, Target, Verdict};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const AFTER_HELP: &str = "\
The service is asked for every line of the contract that its answers have, over HTTP alone. It is one
made for this: rows and accounts are made in it, and removed as far as they can be. It has to run
with RATE_LIMIT_PER_MINUTE=0 and AUTH_RATE_LIMIT_PER_MINUTE=0, since its limits would stop the checks.

Examples:
  scaffold verify --url http://127.0.0.1:8000 --admin-email admin@example.com
  scaffold verify --url http://127.0.0.1:8000 --answers shop.toml --group lists --verbose

Exit codes: 0 every check passed, 1 some did not, 2 wrong usage or answers, 130 interrupted";

/// Ask a running service for every line of the contract
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct VerifyArgs {
    /// Where the service is
    #[arg(long)]
    url: String,
    /// The answers that the service is made from [default: `.scaffold/answers.toml` in this folder]
    #[arg(long, short, value_name = "FILE")]
    answers: Option<PathBuf>,
    /// An account of role `admin`; needed where there are accounts
    #[arg(long, value_name = "ADDRESS", help_heading = "What the suite may know")]
    admin_email: Option<String>,
    /// Its password
    #[arg(
        long,
        env = "VERIFY_ADMIN_PASSWORD",
        hide_env_values = true,
        value_name = "PASSWORD",
        requires = "admin_email",
        help_heading = "What the suite may know"
    )]
    admin_password: Option<String>,
    /// The key that access tokens are signed with, to forge some
    #[arg(
        long,
        env = "VERIFY_JWT_SECRET",
        hide_env_values = true,
        value_name = "SECRET",
        help_heading = "What the suite may know"
    )]
    jwt_secret: Option<String>,
    /// Where the service writes mails (`MAIL_TRANSPORT=file:DIR`), to follow their links
    #[arg(long, value_name = "DIR", help_heading = "What the suite may know")]
    mail_dir: Option<PathBuf>,
    /// Only this group of checks; may be repeated
    #[arg(long, value_name = "GROUP", value_parser = GROUPS)]
    group: Vec<String>,
    /// The longest that one answer may take
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=600))]
    timeout: u64,
    /// Tell of the checks that pass, too
    #[arg(long, short)]
    verbose: bool,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
}

pub fn run(args: &VerifyArgs, global: &Global) -> Result<(), Failure> {
    let catalog = catalog::load(global)?;
    let file = args.answers.as_deref().unwrap_or(Path::new(ANSWERS_PATH));
    let checked = input::read(&Sources { file: Some(file), set: &[], defaults: &[] }, &catalog)?;
    let admin = args.admin_email.clone().zip(args.admin_password.clone());
    let target = Target {
        url: args.url.clone(),
        admin: admin.map(|(email, password)| Credentials { email, password }),
        jwt_secret: args.jwt_secret.clone(),
        mails: args.mail_dir.clone(),
        timeout: Duration::from_secs(args.timeout),
    };
    let started = Instant::now();
    let report = verify::contract(&checked.spec, &target, &args.group, &mut |result| {
        if !args.json && (!global.quiet || matches!(result.verdict, Verdict::Failed(_))) {
            // A reader that has gone away ends the run at its close.
            let _ = output::print(&told(result, args.verbose));
        }
    });
    let (passed, failed, skipped) = report.counts();
    if args.json {
        output::print(&format!("{:#}\n", as_json(&report)))?;
    } else {
        let requests: usize = report.results.iter().map(|it| it.requests).sum();
        let seconds = started.elapsed().as_secs_f32();
        output::print(&format!("{requests} requests in {seconds:.1} s\n"))?;
        output::print(&format!("{passed} passed, {failed} failed, {skipped} skipped\n"))?;
    }
    if failed > 0 { Err(Failure::Unproven) } else { Ok(()) }
}

/// A check as a person reads it; nothing for one that is as it should be.
fn told(result: &CheckResult, verbose: bool) -> String {
    let fault = match &result.verdict {
        Verdict::Failed(fault) => fault,
        Verdict::Skipped(why) if verbose => return format!("skipped  {}: {why}\n", result.id),
        Verdict::Passed if verbose => return format!("passed   {}\n", result.id),
        Verdict::Passed | Verdict::Skipped(_) => return String::new(),
    };
    let mut lines = vec![
        format!("FAILED   {}", result.id),
        format!("         contract  {}", result.says),
        format!("         expected  {}", fault.expected),
        format!("         got       {}", fault.got),
    ];
    if let Some(exchange) = &fault.exchange {
        lines.push(format!("         request   {} {}", exchange.method, exchange.url));
        lines.extend(exchange.sent_headers.iter().map(|(name, value)| format!("                   {name}: {value}")));
        lines.extend(exchange.sent_text().map(|body| format!("                   {body}")));
        lines.push(format!("         answer    {} {}", exchange.status, exchange.text()));
    }
    lines.join("\n") + "\n"
}

fn as_json(report: &Report) -> Value {
    let (passed, failed, skipped) = report.counts();
    let checks: Vec<Value> = report.results.iter().map(check).collect();
    json!({ "ok": failed == 0, "passed": passed, "failed": failed, "skipped": skipped, "checks": checks })
}

fn check(result: &CheckResult) -> Value {
    let mut value = json!({
        "id": result.id,
        "group": result.group,
        "contract": result.says,
        "milliseconds": u64::try_from(result.took.as_millis()).unwrap_or(u64::MAX),
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
                value["request"] = json!({
                    "method": exchange.method,
                    "url": exchange.url,
                    "headers": exchange.sent_headers,
                    "body": exchange.sent_text(),
                });
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
