//! A `RabbitMQ` server of our own, on loopback, that can be stopped and started again; gone when dropped.

use crate::stage::free_port;
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// A server; the user `guest` may do everything.
pub struct Rabbitmq {
    folder: TempDir,
    port: u16,
    /// Where Erlang's nodes would meet.
    meeting: u16,
}

impl Rabbitmq {
    /// Starts one; the error says what is missing.
    pub fn start() -> Result<Self, String> {
        let folder = tempfile::Builder::new().prefix("mq-").tempdir_in("/tmp").map_err(|error| error.to_string())?;
        // The server refuses to run as root: then it runs as the user `rabbitmq`, whose folder this has to be.
        let root = Command::new("id").arg("-u").output().is_ok_and(|it| it.stdout.starts_with(b"0\n"));
        if root {
            let path = folder.path().display();
            done(Command::new("chown").args(["-R", "rabbitmq:rabbitmq", &path.to_string()]))?;
        }
        let server = Self { folder, port: free_port()?, meeting: free_port()? };
        server.up()?;
        Ok(server)
    }

    /// The URL of its usual virtual host.
    pub fn url(&self) -> String {
        format!("amqp://guest:guest@127.0.0.1:{}/", self.port)
    }

    /// Makes a virtual host, which knows nothing of others, and gives its URL.
    pub fn host(&self, name: &str) -> Result<String, String> {
        done(self.command("rabbitmqctl").args(["--quiet", "add_vhost", name]))?;
        done(self.command("rabbitmqctl").args(["--quiet", "set_permissions", "-p", name, "guest", ".*", ".*", ".*"]))?;
        Ok(format!("{}{name}", self.url()))
    }

    /// Starts it on what it had.
    pub fn up(&self) -> Result<(), String> {
        done(self.command("rabbitmq-server").arg("-detached"))?;
        for _ in 0..300 {
            let listens = TcpStream::connect(("127.0.0.1", self.port)).is_ok();
            if listens
                && done(self.command("rabbitmqctl").args(["--quiet", "await_startup", "--timeout", "30"])).is_ok()
            {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        Err("RabbitMQ did not start within a minute".to_owned())
    }

    /// Stops it; what it has on disk stays.
    pub fn down(&self) -> Result<(), String> {
        done(self.command("rabbitmqctl").args(["--quiet", "stop"]))?;
        for _ in 0..300 {
            if TcpStream::connect(("127.0.0.1", self.port)).is_err() {
                // The node itself needs a moment more to be gone.
                std::thread::sleep(Duration::from_secs(2));
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Err("RabbitMQ did not stop within half a minute".to_owned())
    }

    fn command(&self, program: &str) -> Command {
        let folder = self.folder.path();
        let mut command = Command::new(program);
        command
            .env("RABBITMQ_NODENAME", format!("crash{}@localhost", self.port))
            .env("RABBITMQ_NODE_PORT", self.port.to_string())
            .env("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1")
            .env("RABBITMQ_DIST_PORT", self.meeting.to_string())
            .env("RABBITMQ_MNESIA_BASE", folder.join("mnesia"))
            .env("RABBITMQ_LOG_BASE", folder.join("log"))
            .env("RABBITMQ_PID_FILE", folder.join("pid"))
            .current_dir("/");
        command
    }
}

impl Drop for Rabbitmq {
    fn drop(&mut self) {
        let _ = self.down();
    }
}

fn done(command: &mut Command) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output();
    let output = output
        .map_err(|error| format!("RabbitMQ is not installed (Debian: apt-get install rabbitmq-server): {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("RabbitMQ: {}", String::from_utf8_lossy(&output.stderr).trim()))
}
