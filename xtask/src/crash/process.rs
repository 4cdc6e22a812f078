//! The service or its worker, killed and started again.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A target of the Makefile that runs in the foreground, on one port.
pub struct Process {
    project: PathBuf,
    log: PathBuf,
    environment: Vec<(String, String)>,
    target: &'static str,
    port: u16,
    group: Option<Child>,
}

impl Process {
    /// Starts it and waits until it is ready.
    pub fn start(
        project: &Path,
        logs: &Path,
        environment: &[(String, String)],
        target: &'static str,
        port: u16,
    ) -> Result<Self, String> {
        let (project, log) = (project.to_owned(), logs.join(format!("{target}.log")));
        let mut process = Self { project, log, environment: environment.to_vec(), target, port, group: None };
        process.launch()?;
        Ok(process)
    }

    /// Kills it with everything that it has started, in the middle of whatever it does.
    pub fn kill_and_start(&mut self) -> Result<(), String> {
        self.kill();
        self.launch()
    }

    fn launch(&mut self) -> Result<(), String> {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(&self.log);
        let log = log.map_err(|error| error.to_string())?;
        let group = Command::new("make")
            .arg(self.target)
            .current_dir(&self.project)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stderr(log.try_clone().map_err(|error| error.to_string())?)
            .stdout(log)
            .process_group(0)
            .spawn()
            .map_err(|error| error.to_string())?;
        self.group = Some(group);
        let url = format!("http://127.0.0.1:{}/readyz", self.port);
        for _ in 0..600 {
            if ureq::get(&url).call().is_ok_and(|answer| answer.status() == 200) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Err(format!("`make {}` was not ready within a minute; see {}", self.target, self.log.display()))
    }

    fn kill(&mut self) {
        if let Some(mut group) = self.group.take() {
            let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", group.id())]).status();
            let _ = group.wait();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
