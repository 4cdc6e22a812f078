//! A Redis server of our own, on loopback, that keeps nothing on disk and is gone when dropped.

use crate::stage::free_port;
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// A running server.
pub struct Redis {
    server: Child,
    // Where it would write.
    _folder: TempDir,
    port: u16,
}

impl Redis {
    /// Starts one; the error says what is missing.
    pub fn start() -> Result<Self, String> {
        let folder = tempfile::Builder::new().prefix("redis-").tempdir_in("/tmp").map_err(|error| error.to_string())?;
        let port = free_port()?;
        let server = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("Redis is not installed (Debian: apt-get install redis-server): {error}"))?;
        let server = Self { server, _folder: folder, port };
        for _ in 0..100 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(server);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Err("Redis did not start within 10 s".to_owned())
    }

    /// The URL of one of its databases.
    pub fn url(&self, number: u8) -> String {
        format!("redis://127.0.0.1:{}/{number}", self.port)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
