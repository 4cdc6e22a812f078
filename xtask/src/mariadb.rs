//! A `MariaDB` server of our own, on loopback, gone when dropped.

use crate::stage::free_port;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// A running server; `root` needs no password on its socket.
pub struct Mariadb {
    server: Child,
    folder: TempDir,
    port: u16,
}

impl Mariadb {
    /// Starts one; the error says what is missing.
    pub fn start() -> Result<Self, String> {
        let folder = tempfile::Builder::new().prefix("my-").tempdir_in("/tmp").map_err(|error| error.to_string())?;
        let data = folder.path().join("data");
        let port = free_port()?;
        // The folder itself belongs to us; the server only passes through it to its own. Servers that are set up at the same
        // time must not share a folder for temporary tables.
        let temporary = folder.path().join("tmp");
        run(Command::new("chmod").arg("755").arg(folder.path()))?;
        run(Command::new("mkdir").args(["--mode", "1777"]).arg(&temporary))?;
        let common = [
            "--no-defaults".to_owned(),
            format!("--datadir={}", data.display()),
            format!("--tmpdir={}", temporary.display()),
            "--user=mysql".to_owned(),
        ];
        run(Command::new("mariadb-install-db").args(&common).arg("--auth-root-authentication-method=normal"))?;
        let server = Command::new("mariadbd")
            .args(&common)
            .arg(format!("--socket={}", data.join("socket").display()))
            .args([format!("--port={port}"), "--bind-address=127.0.0.1".to_owned()])
            .arg("--innodb-flush-log-at-trx-commit=0")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| missing(&error))?;
        let server = Self { server, folder, port };
        for _ in 0..300 {
            if server.socket().exists() && TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(server);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Err("MariaDB did not start within 30 s".to_owned())
    }

    /// Makes an empty database and gives its URL.
    pub fn database(&self, name: &str) -> Result<String, String> {
        let statement = format!("CREATE DATABASE {name}");
        run(Command::new("mariadb").args(["-u", "root", "-S"]).arg(self.socket()).args(["-e", &statement]))?;
        Ok(format!("mysql://root@127.0.0.1:{}/{name}", self.port))
    }

    /// What a client connects to.
    pub fn socket(&self) -> std::path::PathBuf {
        self.folder.path().join("data/socket")
    }
}

impl Drop for Mariadb {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).current_dir(Path::new("/")).output().map_err(|error| missing(&error))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("MariaDB cannot be set up: {}", String::from_utf8_lossy(&output.stderr).trim()))
}

fn missing(error: &std::io::Error) -> String {
    format!("MariaDB is not installed (Debian: apt-get install mariadb-server): {error}")
}
