//! The project's service, and its worker where it has one, on a database and ports of their own.

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
const WORK: &str = if cfg!(unix) { "trap '' TERM; exec make worker" } else { "make worker" };

/// Settings of the service that only this run knows.
pub struct Settings {
    port: u16,
    /// Where the worker listens, when there is one.
    worker: Option<u16>,
    broker: Option<String>,
    secret: String,
    admin: Credentials,
    mails: PathBuf,
}

impl Settings {
    pub fn new(work: &Work<'_>, spec: &Spec) -> Result<Self, Failure> {
        // An address of its own: a database that was used before has the admin of that run.
        let email = format!("verify-{}@example.com", &random()?[..12]);
        let admin = Credentials { email, password: format!("Verify-{}", random()?) };
        let worker = spec.has_queue().then(|| free_port(0));
        let (port, secret, mails) = (free_port(0), random()?, work.scratch.join("mails"));
        Ok(Self { port, worker, broker: None, secret, admin, mails })
    }

    /// The same on another port, without a worker.
    pub fn elsewhere(&self) -> Self {
        let (secret, admin, mails) = (self.secret.clone(), self.admin.clone(), self.mails.clone());
        Self { port: free_port(0), worker: None, broker: self.broker.clone(), secret, admin, mails }
    }

    /// Remembers where the service's servers are.
    pub fn know(&mut self, addresses: &[Given<'_>]) {
        let broker = addresses.iter().find(|(variable, _)| *variable == "BROKER_URL");
        self.broker = broker.map(|(_, url)| url.clone());
    }

    /// Where the service listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The environment of everything that touches the database. It wins over the project's `.env`, so the numbers that the
    /// contract speaks of are the contract's.
    pub fn environment<'a>(&self, spec: &'a Spec, addresses: &[Given<'a>]) -> Vec<Given<'a>> {
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
            ("EVENT_ATTEMPTS", "5".to_owned()),
            ("EVENT_RETRY_BASE_MS", "1000".to_owned()),
            ("JOB_RETRY_BASE_MS", "1000".to_owned()),
            ("DRAIN_SECONDS", DRAIN.as_secs().to_string()),
            ("MAIL_TRANSPORT", format!("file:{}", self.mails.display())),
            ("ADMIN_EMAIL", self.admin.email.clone()),
            ("ADMIN_PASSWORD", self.admin.password.clone()),
        ];
        let worker = self.worker.map(|port| ("WORKER_PORT", port.to_string()));
        let webhooks = spec.webhooks.iter().map(|it| (it.secret_env.as_str(), self.secret.clone()));
        addresses.iter().cloned().chain(own).chain(worker).chain(webhooks).collect()
    }

    pub fn target(&self, timeout: Duration) -> Target {
        Target {
            url: format!("http://127.0.0.1:{}", self.port),
            admin: Some(self.admin.clone()),
            jwt_secret: Some(self.secret.clone()),
            webhook_secret: Some(self.secret.clone()),
            mails: Some(self.mails.clone()),
            worker: self.worker.map(|port| format!("http://127.0.0.1:{port}")),
            broker: self.broker.clone(),
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

/// A process that runs: the service, or its worker.
struct Process {
    what: &'static str,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts it and waits until it is ready.
    fn start(
        work: &Work<'_>,
        (what, command, port): (&'static str, &str, u16),
        environment: &[(&str, String)],
        log: PathBuf,
    ) -> Result<Self, Stop> {
        // With the signal ignored `make` waits for the process and tells how it ended; the process itself, which has to
        // handle the signal, is not touched by that.
        let child = work.start(command, environment, &log)?;
        let mut process = Self { what, child, log };
        let begun = Instant::now();
        let shown = command.rsplit("exec ").next().unwrap_or(command);
        loop {
            if interrupt::interrupted() {
                return Err(interrupted().into());
            }
            if let Some(status) = process.child.ended()? {
                return Err(Stop::shown_by(format!("`{shown}` ended before it served ({status})"), &process.log));
            }
            if answers_ok(port, "/readyz") {
                return Ok(process);
            }
            if begun.elapsed() > PATIENCE.min(work.limit) {
                let reason = format!("http://127.0.0.1:{port}/readyz does not answer 200 after a minute");
                return Err(Stop::shown_by(reason, &process.log));
            }
            std::thread::sleep(TICK);
        }
    }

    /// Wants it to end soon and well, now that it has been told to.
    fn ends(mut self, begun: Instant) -> Result<(), Stop> {
        let what = self.what;
        let status = loop {
            if interrupt::interrupted() {
                return Err(interrupted().into());
            }
            match self.child.ended()? {
                Some(status) => break status,
                None if begun.elapsed() > DRAIN + SLACK => {
                    let seconds = begun.elapsed().as_secs();
                    return Err(Stop::shown_by(format!("the {what} runs on {seconds} s after SIGTERM"), &self.log));
                }
                None => std::thread::sleep(TICK),
            }
        };
        // Nothing that it has started may stay.
        self.child.stop();
        if status.success() {
            return Ok(());
        }
        Err(Stop::shown_by(format!("after SIGTERM the {what} ended with a fault ({status})"), &self.log))
    }
}

/// A service that runs, with its worker.
pub struct Server {
    service: Process,
    worker: Option<Process>,
    ended: bool,
}

impl Server {
    /// Starts it and its worker, and waits until both are ready.
    pub fn start(
        work: &Work<'_>,
        settings: &Settings,
        environment: &[(&str, String)],
        log: PathBuf,
    ) -> Result<Self, Stop> {
        let service = Process::start(work, ("service", RUN, settings.port), environment, log)?;
        let mut server = Self { service, worker: None, ended: false };
        if settings.worker.is_some() {
            server.start_worker(work, settings, environment)?;
        }
        Ok(server)
    }

    /// Starts its worker.
    pub fn start_worker(
        &mut self,
        work: &Work<'_>,
        settings: &Settings,
        environment: &[(&str, String)],
    ) -> Result<(), Stop> {
        self.worker = Some(worker(work, settings, environment, "worker")?);
        Ok(())
    }

    /// Tells its worker to end, and waits; nothing where it runs on.
    pub fn stop_worker(&mut self, within: Duration) -> Result<Option<std::process::ExitStatus>, Failure> {
        let Some(mut worker) = self.worker.take() else {
            return Err(Failure::Failed("the worker does not run".to_owned()));
        };
        let begun = Instant::now();
        worker.child.terminate();
        while begun.elapsed() < within && !interrupt::interrupted() {
            if let Some(status) = worker.child.ended()? {
                return Ok(Some(status));
            }
            std::thread::sleep(TICK);
        }
        Ok(None)
    }

    /// The service's process.
    pub fn child(&mut self) -> &mut Child {
        &mut self.service.child
    }

    fn stop_all(&mut self) {
        self.service.child.stop();
        self.worker = None;
        self.ended = true;
    }

    /// Which of its processes has ended, and how.
    fn dead(&mut self) -> Option<String> {
        let processes = [Some(&mut self.service), self.worker.as_mut()];
        processes.into_iter().flatten().find_map(|it| {
            let status = it.child.ended().ok().flatten()?;
            Some(format!("the {} ended while it was asked ({status})", it.what))
        })
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
        let (begun, log) = (Instant::now(), self.service.log.clone());
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
                        self.stop_all();
                        return;
                    }
                    if let Some(why) = self.dead() {
                        let _ = trouble.set(why);
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
        let Stop::Fault(shown) = Stop::shown_by(trouble.get().cloned().unwrap_or_default(), &log) else {
            return (report, None);
        };
        (report, trouble.get().map(|_| shown))
    }

    /// Tells it and its worker to end, and wants that to be soon and well.
    pub fn stop(mut self) -> Result<(), Stop> {
        if self.ended {
            return Err(Stop::Fault(StageFault::new("the service had ended before it was told to")));
        }
        let begun = Instant::now();
        self.service.child.terminate();
        self.worker.iter_mut().for_each(|it| it.child.terminate());
        self.service.ends(begun)?;
        self.worker.map_or(Ok(()), |it| it.ends(begun))
    }
}

/// Starts a worker on the port that its settings say; its log is of this name.
fn worker(work: &Work<'_>, settings: &Settings, environment: &[(&str, String)], log: &str) -> Result<Process, Stop> {
    let port = settings.worker.unwrap_or_default();
    Process::start(work, ("worker", WORK, port), environment, work.log(log))
}

/// A worker beside the usual one.
pub struct SecondWorker {
    _process: Process,
}

impl SecondWorker {
    /// Starts it on a port of its own; gives its address, too.
    pub fn start(work: &Work<'_>, settings: &Settings, environment: &[(&str, String)]) -> Result<(Self, String), Stop> {
        let port = free_port(0);
        let elsewhere = Settings { worker: Some(port), ..settings.elsewhere() };
        let own = environment.iter().filter(|(name, _)| *name != "WORKER_PORT").cloned();
        let environment: Vec<_> = own.chain([("WORKER_PORT", port.to_string())]).collect();
        let process = worker(work, &elsewhere, &environment, "second-worker")?;
        Ok((Self { _process: process }, format!("http://127.0.0.1:{port}")))
    }
}
