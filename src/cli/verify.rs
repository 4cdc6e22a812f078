//! `scaffold verify`

use super::input::{self, Sources};
use super::{Failure, Global, catalog};
use crate::project::ANSWERS_PATH;
use crate::verify::{self, CheckResult, Credentials, GROUPS, Report, Target, Verdict};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Check that a running service keeps the contract
#[derive(Debug, clap::Args)]
pub struct VerifyArgs {
    /// Where the service is: `http://127.0.0.1:8000`
    #[arg(long)]
    url: String,
    /// The answers that the service is made from [default: `.scaffold/answers.toml` here]
    #[arg(long, value_name = "FILE")]
    answers: Option<PathBuf>,
    /// An account of role `admin`
    #[arg(long, requires = "admin_password")]
    admin_email: Option<String>,
    /// Its password
    #[arg(long, env = "VERIFY_ADMIN_PASSWORD", hide_env_values = true, requires = "admin_email")]
    admin_password: Option<String>,
    /// The key that the service signs tokens with, to forge some
    #[arg(long, env = "VERIFY_JWT_SECRET", hide_env_values = true, value_name = "SECRET")]
    jwt_secret: Option<String>,
    /// Where the service writes mails (`MAIL_TRANSPORT=file:DIR`)
    #[arg(long, value_name = "DIR")]
    mail_dir: Option<PathBuf>,
    /// Only this group of checks; may be repeated
    #[arg(long, value_name = "GROUP", value_parser = GROUPS)]
    group: Vec<String>,
    /// Tell of every check, not only of those that do not pass
    #[arg(long, short)]
    verbose: bool,
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
        issuer: checked.spec.project.name.clone(),
        mails: args.mail_dir.clone(),
        timeout: Duration::from_secs(20),
    };
    let started = Instant::now();
    let report = verify::contract(&checked.spec, &target, &args.group, &mut |result| tell(result, args.verbose));
    close(&report, started.elapsed())
}

fn tell(result: &CheckResult, verbose: bool) {
    match &result.verdict {
        Verdict::Passed if verbose => anstream::println!("passed   {}", result.id),
        Verdict::Passed => {}
        Verdict::Skipped(why) if verbose => anstream::println!("skipped  {}: {why}", result.id),
        Verdict::Skipped(_) => {}
        Verdict::Failed(fault) => {
            anstream::println!(
                "FAILED   {}\n  contract  {}\n  expected  {}\n  got       {}",
                result.id,
                result.says,
                fault.expected,
                fault.got
            );
            if let Some(exchange) = &fault.exchange {
                anstream::println!(
                    "  sent      {} {} {}",
                    exchange.method,
                    exchange.url,
                    exchange.sent_text().unwrap_or_default()
                );
                anstream::println!("  answer    {} {}", exchange.status, exchange.text());
            }
        }
    }
}

fn close(report: &Report, took: Duration) -> Result<(), Failure> {
    let (passed, failed, skipped) = report.counts();
    let requests: usize = report.results.iter().map(|it| it.requests).sum();
    anstream::println!(
        "{passed} passed, {failed} failed, {skipped} skipped ({requests} requests, {:.1} s)",
        took.as_secs_f32()
    );
    if failed == 0 {
        Ok(())
    } else {
        Err(Failure::Failed(format!("the service breaks the contract in {failed} checks")))
    }
}
