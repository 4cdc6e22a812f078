//! The development server: started, asked whether it can serve, followed until Ctrl-C.

use super::Plan;
use crate::cli::process::{Child, TICK, answers_ok, tail};
use crate::cli::{Failure, interrupt};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long a service may take until it answers.
const PATIENCE: Duration = Duration::from_secs(60);

/// A service that runs.
pub struct Service<'a> {
    plan: &'a Plan<'a>,
    child: Child,
    port: u16,
    log: PathBuf,
}

impl<'a> Service<'a> {
    pub fn start(plan: &'a Plan<'a>, folder: &Path, port: u16, log: &Path) -> Result<Self, Failure> {
        let text = port.to_string();
        let environment = [(plan.start.port_variable.as_str(), text.as_str())];
        let child = Child::start(&plan.start.serve, folder, environment, &plan.foreign, log)?;
        Ok(Self { plan, child, port, log: log.to_path_buf() })
    }

    /// A path of the service as an address.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Waits until the health check answers 200.
    pub fn wait_until_ready(&mut self) -> Result<(), Failure> {
        let begun = Instant::now();
        loop {
            self.alive()?;
            if answers_ok(self.port, &self.plan.start.health) {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                let message = format!("does not answer {} after a minute", self.url(&self.plan.start.health));
                return Err(self.failed(&message));
            }
            std::thread::sleep(TICK);
        }
    }

    /// Shows what it logs, until it ends or the person wants it to.
    pub fn follow(mut self, quiet: bool) -> Result<(), Failure> {
        let mut log = File::open(&self.log).ok();
        loop {
            let mut news = Vec::new();
            if let Some(log) = &mut log {
                let _ = log.read_to_end(&mut news);
            }
            if !quiet {
                let _ = io::stderr().write_all(&news);
            }
            self.alive()?;
            std::thread::sleep(TICK);
        }
    }

    fn alive(&mut self) -> Result<(), Failure> {
        if interrupt::interrupted() {
            self.child.stop();
            return Err(Failure::Interrupted("interrupted; the service has ended, the project is there"));
        }
        match self.child.ended()? {
            None => Ok(()),
            Some(_) => Err(self.failed("has ended")),
        }
    }

    fn failed(&self, what: &str) -> Failure {
        let command = &self.plan.start.serve;
        Failure::Failed(format!("the project is written, but its service (`{command}`) {what}:\n{}", tail(&self.log)))
    }
}
