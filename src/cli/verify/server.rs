//! The project's service, on a database and a port of its own.

use super::servers::Given;
use super::work::{Stop, Work, interrupted};
use crate::cli::process::{Child, TICK, answers_ok, free_port};
use crate::cli::{Failure, interrupt};
use crate::spec::Spec;
use crate::verify::{self, CheckResult, Credentials, Report, StageFault, Target, Verdict};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long a service may take until it answers.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long it may take to finish what it does when it is told to end.
const DRAIN: Duration = Duration::from_secs(10);
/// What a process needs beside that.
const SLACK: Duration = Duration::from_secs(5);

/// Serves in the foreground.
pub const RUN: &str = if cfg!(unix) { "trap '' TERM; exec make run" } else { "make run" };

/// Settings of the service that only this run knows.
pub struct Settings {
    port: u16,
    secret: String,
    admin: Credentials,
    mails: PathBuf,
}

impl Settings {
    pub fn new(work: &Work<'_>) -> Result<Self, Failure> {
        // An address of its own: a database that was used before has the admin of that run.
        let email = format!("verify-{}@example.com", &random()?[..12]);
        let admin = Credentials { email, password: format!("Verify-{}", random()?) };
        Ok(Self { port: free_port(0), secret: random()?, admin, mails: work.scratch.join("mails") })
    }

    /// The same on another port.
    pub fn elsewhere(&self) -> Self {
        Self { port: free_port(0), secret: self.secret.clone(), admin: self.admin.clone(), mails: self.mails.clone() }
    }

    /// Where the service listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The environment of everything that touches the database. It wins over the project's `.env`, so the numbers that the
    /// contract speaks of are the contract's.
    pub fn environment<'a>(&self, spec: &Spec, addresses: &[Given<'a>]) -> Vec<Given<'a>> {
        let own = vec![
            ("APP_ENV", "development".to_owned()),
            ("HOST", "127.0.0.1".to_owned()),
            ("PORT", self.port.to_string()),
            ("JWT_SECRET", self.secret.clone()),
            ("JWT_ISSUER", spec.project.name.clone()),
            ("JWT_AUDIENCE", spec.project.name.clone()),
            ("ACCESS_TOKEN_SECONDS", "900".to_owned()),
            ("LOCKOUT_ATTEMPTS", "5".to_owned()),
            ("LOCKOUT_SECONDS", "900".to_owned()),
            ("MAX_BODY_BYTES", "1048576".to_owned()),
            ("RATE_LIMIT_PER_MINUTE", "0".to_owned()),
            ("AUTH_RATE_LIMIT_PER_MINUTE", "0".to_owned()),
            ("DRAIN_SECONDS", DRAIN.as_secs().to_string()),
            ("MAIL_TRANSPORT", format!("file:{}", self.mails.display())),
            ("ADMIN_EMAIL", self.admin.email.clone()),
            ("ADMIN_PASSWORD", self.admin.password.clone()),
        ];
        addresses.iter().cloned().chain(own).collect()
    }

    pub fn target(&self, timeout: Duration) -> Target {
        Target {
            url: format!("http://127.0.0.1:{}", self.port),
            admin: Some(self.admin.clone()),
            jwt_secret: Some(self.secret.clone()),
            mails: Some(self.mails.clone()),
            timeout,
        }
    }
}

/// 256 bits that nobody can guess, as hexadecimal digits.
fn random() -> Result<String, Failure> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| Failure::Failed(format!("cannot get random bytes: {error}")))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A service that runs.
pub struct Server {
    child: Child,
    log: PathBuf,
    ended: bool,
}

impl Server {
    /// Starts it and waits until it can serve.
    pub fn start(
        work: &Work<'_>,
        settings: &Settings,
        environment: &[(&str, String)],
        log: PathBuf,
    ) -> Result<Self, Stop> {
        // With the signal ignored `make` waits for the service and tells how it ended; the service itself, which has to
        // handle the signal, is not touched by that.
        let child = work.start(RUN, environment, &log)?;
        let mut server = Self { child, log, ended: false };
        let begun = Instant::now();
        loop {
            if interrupt::interrupted() {
                return Err(interrupted().into());
            }
            if let Some(status) = server.child.ended()? {
                return Err(Stop::shown_by(format!("`make run` ended before it served ({status})"), &server.log));
            }
            if answers_ok(settings.port, "/readyz") {
                return Ok(server);
            }
            if begun.elapsed() > PATIENCE.min(work.limit) {
                let reason = format!("http://127.0.0.1:{}/readyz does not answer 200 after a minute", settings.port);
                return Err(Stop::shown_by(reason, &server.log));
            }
            std::thread::sleep(TICK);
        }
    }

    /// What runs.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Asks it for every line of the contract; the second part says why that could not be finished.
    pub fn ask(
        &mut self,
        spec: &Spec,
        settings: &Settings,
        groups: &[String],
        (timeout, limit): (Duration, Duration),
        told: &mut dyn FnMut(&CheckResult),
    ) -> (Report, Option<StageFault>) {
        let begun = Instant::now();
        let (over, trouble) = (AtomicBool::new(false), OnceLock::new());
        let report = std::thread::scope(|scope| {
            let watch = || {
                while !over.load(Ordering::SeqCst) {
                    let late = begun.elapsed() > limit;
                    if interrupt::interrupted() || late {
                        let limit = limit.as_secs();
                        let why = format!(
                            "the checks were ended after {limit} s; `--stage-timeout SECONDS` gives them longer"
                        );
                        let _ = trouble.set(if late { why } else { "interrupted".to_owned() });
                        // Whoever waits for an answer learns that there is none.
                        self.child.stop();
                        self.ended = true;
                        return;
                    }
                    if let Ok(Some(status)) = self.child.ended() {
                        let _ = trouble.set(format!("the service ended while it was asked ({status})"));
                        self.ended = true;
                        return;
                    }
                    std::thread::sleep(TICK);
                }
            };
            scope.spawn(watch);
            let report = verify::contract(spec, &settings.target(timeout), groups, &mut |result| {
                told(result);
                if matches!(&result.verdict, Verdict::Failed(fault) if fault.exchange.is_none()) {
                    // No answer may mean that the service has ended; whoever watches it needs a moment to see that.
                    std::thread::sleep(TICK * 3);
                }
                trouble.get().cloned().map_or(ControlFlow::Continue(()), ControlFlow::Break)
            });
            over.store(true, Ordering::SeqCst);
            report
        });
        let Stop::Fault(shown) = Stop::shown_by(trouble.get().cloned().unwrap_or_default(), &self.log) else {
            return (report, None);
        };
        (report, trouble.get().map(|_| shown))
    }

    /// Tells it to end, and wants that to be soon and well.
    pub fn stop(mut self) -> Result<(), Stop> {
        if self.ended {
            return Err(Stop::Fault(StageFault::new("the service had ended before it was told to")));
        }
        let begun = Instant::now();
        self.child.terminate();
        let status = loop {
            if interrupt::interrupted() {
                return Err(interrupted().into());
            }
            match self.child.ended()? {
                Some(status) => break status,
                None if begun.elapsed() > DRAIN + SLACK => {
                    let seconds = begun.elapsed().as_secs();
                    return Err(Stop::shown_by(format!("the service runs on {seconds} s after SIGTERM"), &self.log));
                }
                None => std::thread::sleep(TICK),
            }
        };
        // Nothing that it has started may stay.
        self.child.stop();
        if status.success() {
            return Ok(());
        }
        Err(Stop::shown_by(format!("after SIGTERM the service ended with a fault ({status})"), &self.log))
    }
}
