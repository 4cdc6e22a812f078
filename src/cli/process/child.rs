//! A shell command in a process group of its own, so that it can be ended with everything it has started.

use super::TICK;
use crate::cli::Failure;
use std::fs::OpenOptions;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How long a command may take to end in peace.
const PATIENCE: Duration = Duration::from_secs(10);
/// How much of a log is shown.
const TAIL: usize = 15;

/// How a command is told to end.
#[derive(Clone, Copy)]
enum Urgency {
    Interrupt,
    Terminate,
    Kill,
}

/// A running command; ended when this is dropped.
pub struct Child {
    child: std::process::Child,
    running: bool,
}

impl Child {
    /// Starts it in `folder`, without the variables in `foreign`, its output added to `log`.
    pub fn start<'a>(
        command: &str,
        folder: &Path,
        environment: impl IntoIterator<Item = (&'a str, &'a str)>,
        foreign: &[&str],
        log: &Path,
    ) -> Result<Self, Failure> {
        let failed = |error: std::io::Error| Failure::Failed(format!("cannot run `{command}`: {error}"));
        let log = OpenOptions::new().create(true).append(true).open(log).map_err(failed)?;
        let mut shell = if cfg!(windows) { Command::new("cmd") } else { Command::new("sh") };
        shell.args([if cfg!(windows) { "/C" } else { "-c" }, command]).current_dir(folder);
        for name in foreign {
            shell.env_remove(name);
        }
        shell.envs(environment).stdin(Stdio::null());
        shell.stdout(log.try_clone().map_err(failed)?).stderr(log);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut shell, 0);
        Ok(Self { child: shell.spawn().map_err(failed)?, running: true })
    }

    /// Whether it has ended, and if so, how.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>, Failure> {
        let status = self.child.try_wait();
        let status = status.map_err(|error| Failure::Failed(format!("cannot watch a command: {error}")))?;
        self.running = status.is_none();
        Ok(status)
    }

    /// Asks it to end; makes it when it does not.
    pub fn stop(&mut self) {
        let begun = Instant::now();
        self.signal(Urgency::Interrupt);
        while self.running && begun.elapsed() < PATIENCE {
            if self.ended().is_err() || !self.running {
                break;
            }
            std::thread::sleep(TICK);
        }
        // What it has started may be slower than itself.
        self.signal(Urgency::Kill);
        let _ = self.child.wait();
        self.running = false;
    }

    /// Asks it, and all it has started, to end, as an operating system does.
    pub fn terminate(&mut self) {
        self.signal(Urgency::Terminate);
    }

    #[cfg(unix)]
    fn signal(&mut self, urgency: Urgency) {
        use rustix::process::{Pid, Signal, kill_process_group};
        let signal = match urgency {
            Urgency::Interrupt => Signal::INT,
            Urgency::Terminate => Signal::TERM,
            Urgency::Kill => Signal::KILL,
        };
        let _ = kill_process_group(Pid::from_child(&self.child), signal);
    }

    #[cfg(not(unix))]
    fn signal(&mut self, _urgency: Urgency) {
        let _ = self.child.kill();
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if self.running {
            self.stop();
        }
    }
}

/// The last lines of a log, indented.
pub fn tail(log: &Path) -> String {
    let text = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<_> = text.lines().collect();
    let last: Vec<_> = lines[lines.len().saturating_sub(TAIL)..].iter().map(|line| format!("  {line}")).collect();
    last.join("\n")
}
