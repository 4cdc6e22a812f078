//! The project's service, started again and again with other settings.

use super::server::{RUN, SecondWorker, Server, Settings};
use super::servers::Given;
use super::work::{Stop, Work};
use crate::cli::process::{Child, TICK, answers_ok};
use crate::cli::{Failure, interrupt};
use crate::verify::{Ended, Restart, Setting, Target};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// What a project's programs read variables from.
const ENV: &str = ".env";

/// A service that is to end by itself, and answers, gets so long.
const PATIENCE: Duration = Duration::from_secs(8);

/// And one that does not answer: some are built before they start.
const BUILDING: Duration = Duration::from_secs(60);

/// Starts the service of a project.
pub struct Restarts<'a> {
    work: &'a Work<'a>,
    settings: &'a Settings,
    /// The environment of the usual service.
    environment: Vec<Given<'a>>,
    timeout: Duration,
    log: PathBuf,
    server: Option<Server>,
    /// Another one of it.
    second: Option<Server>,
    second_worker: Option<SecondWorker>,
    /// When it was told to end.
    told: Instant,
}

impl<'a> Restarts<'a> {
    pub fn new(
        work: &'a Work<'a>,
        settings: &'a Settings,
        environment: Vec<Given<'a>>,
        timeout: Duration,
        log: PathBuf,
    ) -> Self {
        let told = Instant::now();
        Self { work, settings, environment, timeout, log, server: None, second: None, second_worker: None, told }
    }

    fn environment<'e>(&'e self, settings: &[Setting<'e>], absent: &[&str]) -> Vec<(&'e str, String)> {
        let usual = self.environment.iter().map(|(name, value)| (*name, value.clone()));
        let own = |name: &str| settings.iter().any(|(other, _)| *other == name) || absent.contains(&name);
        let usual = usual.filter(|(name, _)| !own(name));
        usual.chain(settings.iter().map(|(name, value)| (*name, (*value).to_owned()))).collect()
    }

    /// What the log holds beyond a length.
    fn said(&self, from: usize) -> String {
        let log = std::fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(log.get(from..).unwrap_or_default()).into_owned()
    }
}

impl Restart for Restarts<'_> {
    fn target(&self) -> Target {
        self.settings.target(self.timeout)
    }

    fn example(&self, name: &str) -> Option<String> {
        let text = std::fs::read_to_string(self.work.folder.join(".env.example")).unwrap_or_default();
        let value = |line: &str| {
            let (key, value) = line.trim_start_matches(['#', ' ']).split_once('=')?;
            (key.trim() == name).then(|| value.trim().trim_matches('"').to_owned())
        };
        text.lines().find_map(value)
    }

    fn start(&mut self, settings: &[Setting<'_>]) -> Result<(), String> {
        self.end();
        let environment = self.environment(settings, &[]);
        self.server = Some(Server::start(self.work, self.settings, &environment, self.log.clone()).map_err(stopped)?);
        Ok(())
    }

    fn beside(&mut self, settings: &[Setting<'_>]) -> Result<Target, String> {
        let elsewhere = self.settings.elsewhere();
        let mut environment = self.environment(settings, &["PORT"]);
        environment.push(("PORT", elsewhere.port().to_string()));
        let second = Server::start(self.work, &elsewhere, &environment, self.work.log("second"));
        self.second = Some(second.map_err(stopped)?);
        Ok(elsewhere.target(self.timeout))
    }

    fn refuse(&mut self, settings: &[Setting<'_>], absent: &[&str]) -> Result<Ended, String> {
        self.end();
        let folder = if absent.is_empty() { self.work.folder.to_owned() } else { without(self.work, absent)? };
        let before = std::fs::metadata(&self.log).map_or(0, |it| usize::try_from(it.len()).unwrap_or_default());
        let environment = self.environment(settings, absent);
        let begun = Instant::now();
        let runs = || {
            let took = begun.elapsed();
            took > BUILDING || took > PATIENCE && answers_ok(self.settings.port(), "/healthz")
        };
        let mut child = self.work.start_in(&folder, RUN, &environment, absent, &self.log).map_err(words)?;
        let status = loop {
            match child.ended().map_err(words)? {
                Some(status) => break Some(status),
                None if interrupt::interrupted() || runs() => break None,
                None => std::thread::sleep(TICK),
            }
        };
        let took = begun.elapsed();
        child.stop();
        let well = status.is_some_and(|it| it.success());
        Ok(Ended { well, status: status.map(|it| it.to_string()), took, said: self.said(before) })
    }

    fn make(&mut self, target: &str) -> Result<Ended, String> {
        let begun = Instant::now();
        let log = self.work.log(target);
        let before = std::fs::metadata(&log).map_or(0, |it| usize::try_from(it.len()).unwrap_or_default());
        let command = format!("make --silent {target}");
        let ended = self.work.command(&command, &self.environment, &log).map_err(stopped)?;
        let said = String::from_utf8_lossy(std::fs::read(&log).unwrap_or_default().get(before..).unwrap_or_default())
            .into_owned();
        let status = ended.err().map(|it| it.to_string());
        Ok(Ended { well: status.is_none(), status, took: begun.elapsed(), said })
    }

    fn stop_worker(&mut self, within: Duration) -> Result<Option<Ended>, String> {
        let Some(server) = &mut self.server else { return Err("the service does not run".to_owned()) };
        let begun = Instant::now();
        let ended = server.stop_worker(within).map_err(words)?;
        Ok(ended.map(|status| Ended {
            well: status.success(),
            status: Some(status.to_string()),
            took: begun.elapsed(),
            said: String::new(),
        }))
    }

    fn start_worker(&mut self, settings: &[Setting<'_>]) -> Result<(), String> {
        let Some(mut server) = self.server.take() else { return Err("the service does not run".to_owned()) };
        let started = server.start_worker(self.work, self.settings, &self.environment(settings, &[]));
        self.server = Some(server);
        started.map_err(stopped)
    }

    fn second_worker(&mut self, settings: &[Setting<'_>]) -> Result<String, String> {
        let environment = self.environment(settings, &[]);
        let (worker, url) = SecondWorker::start(self.work, self.settings, &environment).map_err(stopped)?;
        self.second_worker = Some(worker);
        Ok(url)
    }

    fn terminate(&mut self) {
        self.told = Instant::now();
        if let Some(server) = &mut self.server {
            server.child().terminate();
        }
    }

    fn ended(&mut self, within: Duration) -> Result<Option<Ended>, String> {
        let Some(server) = &mut self.server else { return Err("the service does not run".to_owned()) };
        let child: &mut Child = server.child();
        let begun = Instant::now();
        loop {
            if let Some(status) = child.ended().map_err(words)? {
                let (well, took) = (status.success(), self.told.elapsed());
                return Ok(Some(Ended { well, status: Some(status.to_string()), took, said: String::new() }));
            }
            if begun.elapsed() > within || interrupt::interrupted() {
                return Ok(None);
            }
            std::thread::sleep(TICK);
        }
    }

    fn end(&mut self) {
        // Dropped, they end with everything that they have started.
        self.server = None;
        self.second = None;
        self.second_worker = None;
    }
}

/// The project with these variables out of its `.env`: a folder of copies and links of all else.
fn without(work: &Work<'_>, absent: &[&str]) -> Result<PathBuf, String> {
    let copy = work.scratch.join("without-variables");
    let failed = |error| format!("cannot make a copy of the project with another .env: {error}");
    if !copy.exists() {
        mirror(work.folder, &copy).map_err(failed)?;
    }
    let text = std::fs::read_to_string(work.folder.join(ENV)).unwrap_or_default();
    std::fs::write(copy.join(ENV), lacking(&text, absent)).map_err(failed)?;
    Ok(copy)
}

/// The lines but those of these variables.
fn lacking(text: &str, absent: &[&str]) -> String {
    let kept = |line: &&str| line.split_once('=').is_none_or(|(name, _)| !absent.contains(&name.trim()));
    text.split_inclusive('\n').filter(kept).collect()
}

fn mirror(folder: &Path, copy: &Path) -> std::io::Result<()> {
    std::fs::create_dir(copy)?;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let (from, to) = (entry.path(), copy.join(entry.file_name()));
        if from.is_dir() {
            link(&from, &to)?;
        } else if entry.file_name() != ENV {
            std::fs::copy(from, to)?;
        }
    }
    Ok(())
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(from, to)
}

#[cfg(not(unix))]
fn link(_from: &Path, _to: &Path) -> std::io::Result<()> {
    Err(std::io::Error::from(std::io::ErrorKind::Unsupported))
}

fn stopped(stop: Stop) -> String {
    match stop {
        Stop::Fault(fault) => [vec![fault.reason], fault.lines].concat().join("\n"),
        Stop::Failure(failure) => words(failure),
    }
}

fn words(failure: Failure) -> String {
    match failure {
        Failure::Failed(message) | Failure::Usage(message) => message,
        Failure::Interrupted(message) => message.to_owned(),
        _ => "it cannot be started".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::lacking;

    #[test]
    fn only_the_absent_variables_go() {
        let text = "# A=1\nAB=2\nA=3\n\nPAYMENTS_URL=http://127.0.0.1:1?A=4\n";
        assert_eq!(lacking(text, &["A"]), "# A=1\nAB=2\n\nPAYMENTS_URL=http://127.0.0.1:1?A=4\n");
    }
}
