//! Commands in a project, one after the other, each watched until it ends.

use super::excerpt;
use crate::cli::process::{Child, TICK};
use crate::cli::{Failure, interrupt};
use crate::verify::StageFault;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::{Duration, Instant};

/// Variables that a project must not see: colours that logs do not want, and what an outer `make` says to an inner one.
const FOREIGN: [&str; 6] = ["FORCE_COLOR", "CLICOLOR_FORCE", "MAKEFLAGS", "MFLAGS", "MAKELEVEL", "GNUMAKEFLAGS"];

/// Why a stage ends early.
pub enum Stop {
    /// It fails.
    Fault(StageFault),
    /// Everything ends.
    Failure(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl Stop {
    /// A fault with a log.
    pub fn shown_by(reason: impl Into<String>, log: &Path) -> Self {
        Self::Fault(StageFault { reason: reason.into(), lines: excerpt::of_file(log) })
    }

    /// The same with another line of what can be done.
    pub fn saying(self, advice: &str) -> Self {
        match self {
            Self::Fault(fault) => Self::Fault(StageFault { reason: format!("{}\n{advice}", fault.reason), ..fault }),
            failure @ Self::Failure(_) => failure,
        }
    }
}

/// What the person reads who ends a run.
pub fn interrupted() -> Failure {
    Failure::Interrupted("interrupted; everything that was started has ended")
}

/// Where commands run, and for how long.
#[derive(Clone)]
pub struct Work<'a> {
    pub folder: &'a Path,
    pub logs: &'a Path,
    /// A folder that is gone afterwards.
    pub scratch: &'a Path,
    /// Variables of the person's own work that a project must not see, beside those that none should.
    pub foreign: &'a [String],
    /// The longest that a command may take.
    pub limit: Duration,
}

impl Work<'_> {
    /// The log of a stage.
    pub fn log(&self, stage: &str) -> PathBuf {
        self.logs.join(format!("{stage}.log"))
    }

    /// Starts a command.
    pub fn start(&self, command: &str, environment: &[(&str, String)], log: &Path) -> Result<Child, Failure> {
        self.start_in(self.folder, command, environment, &[], log)
    }

    /// Starts a command in another folder, without these variables.
    pub fn start_in(
        &self,
        folder: &Path,
        command: &str,
        environment: &[(&str, String)],
        absent: &[&str],
        log: &Path,
    ) -> Result<Child, Failure> {
        let environment = environment.iter().map(|(name, value)| (*name, value.as_str())).chain([("NO_COLOR", "1")]);
        let foreign: Vec<&str> = self.foreign.iter().map(String::as_str).collect();
        Child::start(command, folder, environment, &[&FOREIGN, foreign.as_slice(), absent].concat(), log)
    }

    /// Runs a command to its end: how it ended, or why it could not.
    pub fn command(
        &self,
        command: &str,
        environment: &[(&str, String)],
        log: &Path,
    ) -> Result<Result<(), ExitStatus>, Stop> {
        let begun = Instant::now();
        let mut child = self.start(command, environment, log)?;
        loop {
            if interrupt::interrupted() {
                child.stop();
                return Err(interrupted().into());
            }
            match child.ended()? {
                Some(status) if status.success() => return Ok(Ok(())),
                Some(status) => return Ok(Err(status)),
                None if begun.elapsed() > self.limit => {
                    child.stop();
                    let limit = self.limit.as_secs();
                    let reason =
                        format!("`{command}` was ended after {limit} s; `--stage-timeout SECONDS` gives it longer");
                    return Err(Stop::shown_by(reason, log));
                }
                None => std::thread::sleep(TICK),
            }
        }
    }

    /// Runs a command that must succeed.
    pub fn wanted(&self, command: &str, environment: &[(&str, String)], log: &Path) -> Result<(), Stop> {
        self.command(command, environment, log)?
            .map_err(|status| Stop::shown_by(format!("`{command}` failed ({status})"), log))
    }
}
