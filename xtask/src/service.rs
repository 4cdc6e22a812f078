//! A service of a generated project, started for a while.

use crate::stage::free_port;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running server; it ends when dropped.
pub struct Service {
    group: Child,
    port: u16,
}

impl Service {
    /// Starts a command in a project's folder with a `PORT` and waits until it answers `ready`.
    pub fn start(
        project: &Path,
        logs: &Path,
        environment: &[(String, String)],
        name: &str,
        command: &str,
        ready: &str,
    ) -> Result<Self, String> {
        let port = free_port()?;
        let log = std::fs::File::create(logs.join(format!("{name}.log"))).map_err(|error| error.to_string())?;
        let group = Command::new("bash")
            .args(["-c", command])
            .current_dir(project)
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .env("PORT", port.to_string())
            .stdin(Stdio::null())
            .stderr(log.try_clone().map_err(|error| error.to_string())?)
            .stdout(log)
            .process_group(0)
            .spawn()
            .map_err(|error| error.to_string())?;
        let service = Self { group, port };
        for _ in 0..600 {
            if curl(&[&format!("http://127.0.0.1:{port}{ready}")]).is_ok() {
                return Ok(service);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Err(format!("the {name} service did not start; see {name}.log (`--keep DIR` keeps it)"))
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The address of a path below the base path.
    pub fn url(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.origin())
    }

    /// The answer of curl, which must be a success.
    pub fn fetch(&self, path: &str, arguments: &[&str]) -> Result<String, String> {
        let url = self.url(path);
        curl(&[&["-H", "Content-Type: application/json", &url], arguments].concat())
    }

    /// What its process has used, of a clock with 100 ticks a second.
    pub fn cpu_ms(&self) -> Result<f64, String> {
        let found = shell(&["ss", "-Hltnp", &format!("sport = :{}", self.port)])?;
        let pid: String = found.split("pid=").nth(1).unwrap_or("").chars().take_while(char::is_ascii_digit).collect();
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).map_err(|error| error.to_string())?;
        let fields = stat.rsplit(')').next().unwrap_or("").split_whitespace().skip(11).take(2);
        Ok(fields.filter_map(|it| it.parse::<f64>().ok()).sum::<f64>() * 10.0)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = shell(&["kill", "-TERM", "--", &format!("-{}", self.group.id())]);
        let _ = self.group.wait();
    }
}

fn curl(arguments: &[&str]) -> Result<String, String> {
    shell(&[&["curl", "-fsS"], arguments].concat())
}

fn shell(words: &[&str]) -> Result<String, String> {
    let output = Command::new(words[0]).args(&words[1..]).stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("cannot run {}: {error}", words[0]))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(format!("`{}` failed: {}", words.join(" "), String::from_utf8_lossy(&output.stderr).trim()))
}
