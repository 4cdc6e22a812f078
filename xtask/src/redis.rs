//! A Redis server of our own, on loopback, gone when dropped: one that keeps nothing on disk, or one that can be stopped
//! and started again.

use crate::stage::free_port;
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// A running server.
pub struct Redis {
    server: Child,
    // Where it writes.
    folder: TempDir,
    port: u16,
    durable: bool,
}

impl Redis {
    /// Starts one that keeps nothing; the error says what is missing.
    pub fn start() -> Result<Self, String> {
        Self::launch(false)
    }

    /// Starts one that has written what it has answered.
    pub fn start_durable() -> Result<Self, String> {
        Self::launch(true)
    }

    fn launch(durable: bool) -> Result<Self, String> {
        let folder = tempfile::Builder::new().prefix("redis-").tempdir_in("/tmp").map_err(|error| error.to_string())?;
        let port = free_port()?;
        let server = spawn(&folder, port, durable)?;
        Ok(Self { server, folder, port, durable })
    }

    /// Stops it; what it has on disk stays.
    pub fn down(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }

    /// Starts it on what it had.
    pub fn up(&mut self) -> Result<(), String> {
        self.server = spawn(&self.folder, self.port, self.durable)?;
        Ok(())
    }

    /// The URL of one of its databases.
    pub fn url(&self, number: u8) -> String {
        format!("redis://127.0.0.1:{}/{number}", self.port)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.down();
    }
}

/// Starts a server and waits until it takes connections.
fn spawn(folder: &TempDir, port: u16, durable: bool) -> Result<Child, String> {
    let kept: &[&str] = if durable { &["--appendonly", "yes", "--appendfsync", "always"] } else { &[] };
    let mut server = Command::new("redis-server")
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""])
        .args(kept)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("Redis is not installed (Debian: apt-get install redis-server): {error}"))?;
    for _ in 0..100 {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Ok(server);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let _ = server.kill();
    Err("Redis did not start within 10 s".to_owned())
}
