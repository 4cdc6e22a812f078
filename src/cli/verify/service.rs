//! `scaffold verify --url`: a service that runs already.

use super::{VerifyArgs, told};
use crate::catalog::Catalog;
use crate::cli::input::{self, Sources};
use crate::cli::{Failure, Global, output};
use crate::project::ANSWERS_PATH;
use crate::verify::{self, Credentials, Run, Target, Verdict};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

/// Asks it for every line of the contract.
pub fn ask(url: &str, args: &VerifyArgs, global: &Global, catalog: &Catalog) -> Result<Run, Failure> {
    let file = args.answers.as_deref().unwrap_or(Path::new(ANSWERS_PATH));
    let spec = input::read(&Sources { file: Some(file), set: &[], defaults: &[] }, catalog)?.spec;
    let admin = args.admin_email.clone().zip(args.admin_password.clone());
    let target = Target {
        url: url.to_owned(),
        admin: admin.map(|(email, password)| Credentials { email, password }),
        jwt_secret: args.jwt_secret.clone(),
        webhook_secret: args.webhook_secret.clone(),
        mails: args.mail_dir.clone(),
        worker: args.worker_url.clone(),
        broker: args.broker_url.clone(),
        timeout: Duration::from_secs(args.timeout),
    };
    let started = Instant::now();
    let mut tell = |result: &verify::CheckResult| {
        if !args.json && (!global.quiet || matches!(result.verdict, Verdict::Failed(_))) {
            // A reader that has gone away ends the run at its close.
            let _ = output::print(&told::check(result, args.verbose));
        }
        ControlFlow::Continue(())
    };
    let mut contract = verify::contract(&spec, &target, &args.group, &mut tell);
    contract.results.extend(verify::without_settings(&spec, &target, &args.group, &mut tell).results);
    let took = started.elapsed();
    Ok(Run { title: spec.project.title, target: url.to_owned(), took, stages: Vec::new(), contract })
}
