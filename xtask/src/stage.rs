//! One step of a proof: a command, its log, its time.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// How a step ended.
pub struct Outcome {
    /// What was done.
    pub name: String,
    /// Whether it succeeded.
    pub passed: bool,
    /// How long it took.
    pub took: Duration,
    /// The last lines of its log when it failed.
    pub tail: String,
}

/// The longest that a step may take, in seconds; the longest known needs two fifths of it on a quiet machine.
const LIMIT: &str = "1800";

/// The program: the one that `SCAFFOLD` in the environment names, or the one of this checkout, built when it is first asked for
/// (with the whole workspace's features, as this program was: else every dependency would be built twice).
pub fn program() -> Result<&'static Path, String> {
    static PROGRAM: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let build = || {
        if let Some(path) = std::env::var_os("SCAFFOLD") {
            return std::path::absolute(path).map_err(|error| error.to_string());
        }
        let built = Command::new("cargo").args(["build", "--quiet", "--workspace", "--bin", "scaffold"]).status();
        if !built.is_ok_and(|it| it.success()) {
            return Err("the program does not build".to_owned());
        }
        Ok(std::env::current_exe().map_err(|error| error.to_string())?.with_file_name("scaffold"))
    };
    PROGRAM.get_or_init(build).as_deref().map_err(String::clone)
}

/// Runs a shell command in a folder; its output goes to `logs/NAME.log`. It and all that it has started end at the limit.
/// It finds [`program`] in `SCAFFOLD`.
pub fn run(name: &str, folder: &Path, logs: &Path, environment: &[(String, String)], command: &str) -> Outcome {
    let path = logs.join(format!("{}.log", name.replace([' ', '/'], "-")));
    let started = Instant::now();
    let code = File::create(&path)
        .and_then(|log| {
            Command::new("timeout")
                .args(["--kill-after=20", LIMIT, "bash", "-euo", "pipefail", "-c", command])
                .current_dir(folder)
                .env("SCAFFOLD", program().map_err(io::Error::other)?)
                .envs(environment.iter().map(|(key, value)| (key, value)))
                .stdin(Stdio::null())
                .stdout(log.try_clone()?)
                .stderr(log)
                .status()
        })
        .map(|status| status.code());
    let passed = matches!(code, Ok(Some(0)));
    let mut text = std::fs::read_to_string(&path).unwrap_or_default();
    match code {
        Ok(Some(124)) => text.push_str(&format!("\nno end within {LIMIT} s")),
        Ok(_) => {}
        Err(error) => text.push_str(&error.to_string()),
    }
    let lines: Vec<_> = text.lines().collect();
    // Lines of a service's own log would hide what failed.
    let told: Vec<_> = lines.iter().copied().filter(|line| !line.starts_with('{')).collect();
    let tail = if passed { String::new() } else { told[told.len().saturating_sub(40)..].join("\n") };
    for line in lines.iter().filter(|line| closing_line(line)) {
        println!("    {}", line.trim());
    }
    Outcome { name: name.to_owned(), passed, took: started.elapsed(), tail }
}

/// A test runner's last words, shown so that a reader of the output sees that tests ran.
fn closing_line(line: &str) -> bool {
    let line = line.trim().trim_matches('=').trim();
    let pytest = line.contains(" in ") && line.ends_with('s');
    (line.contains(" passed") || line.contains(" failed")) && (pytest || line.ends_with(" skipped"))
}

/// A port of this machine that nobody listens on.
pub fn free_port() -> Result<u16, String> {
    std::net::TcpListener::bind(("127.0.0.1", 0))
        .and_then(|it| it.local_addr())
        .map(|it| it.port())
        .map_err(|error| error.to_string())
}
