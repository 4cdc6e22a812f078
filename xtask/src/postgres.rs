//! A `PostgreSQL` server of our own, on loopback, gone when dropped.

use crate::stage::free_port;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A running server.
pub struct Postgres {
    folder: TempDir,
    bin: PathBuf,
    port: u16,
}

impl Postgres {
    /// Starts one; the error says what is missing.
    pub fn start() -> Result<Self, String> {
        let bin = newest_bin().ok_or("PostgreSQL is not installed (Debian: apt-get install postgresql)")?;
        let folder = tempfile::Builder::new().prefix("pg-").tempdir_in("/tmp").map_err(|error| error.to_string())?;
        let port = free_port()?;
        let server = Self { folder, bin, port };
        let data = server.data();
        server.as_postgres(
            &format!("mkdir {data}"),
            Some(&format!("chown postgres {}", server.folder.path().display())),
        )?;
        server.as_postgres(&format!("{}/initdb -D {data} -A trust -U postgres", server.bin.display()), None)?;
        let options = format!("-p {port} -k /tmp -c listen_addresses=127.0.0.1 -c fsync=off");
        server.as_postgres(
            &format!("{}/pg_ctl -D {data} -o '{options}' -l {data}/log -w start", server.bin.display()),
            None,
        )?;
        Ok(server)
    }

    /// Where it listens, on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Makes an empty database and gives its URL.
    pub fn database(&self, name: &str) -> Result<String, String> {
        let port = self.port;
        self.as_postgres(&format!("{}/createdb -h 127.0.0.1 -p {port} -U postgres {name}", self.bin.display()), None)?;
        Ok(format!("postgresql://postgres@127.0.0.1:{port}/{name}"))
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    /// The server refuses to run as root: then it runs as the user `postgres`.
    fn as_postgres(&self, command: &str, before_as_root: Option<&str>) -> Result<(), String> {
        let root = Command::new("id").arg("-u").output().is_ok_and(|it| it.stdout.starts_with(b"0\n"));
        if let (true, Some(command)) = (root, before_as_root) {
            shell(&["bash", "-c", command], self.folder.path())?;
        }
        let user: &[&str] = if root { &["runuser", "-u", "postgres", "--"] } else { &[] };
        shell(&[user, &["bash", "-c", command]].concat(), self.folder.path())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let stop = format!("{}/pg_ctl -D {} -m immediate stop", self.bin.display(), self.data());
        let _ = self.as_postgres(&stop, None);
    }
}

fn shell(words: &[&str], folder: &Path) -> Result<(), String> {
    let output = Command::new(words[0])
        .args(&words[1..])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .output()
        .map_err(|error| format!("cannot run {}: {error}", words[0]))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("`{}` failed: {}", words.join(" "), String::from_utf8_lossy(&output.stderr).trim()))
}

fn newest_bin() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    found.sort();
    found.pop()
}
