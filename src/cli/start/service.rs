//! The development server: started, asked whether it can serve, followed until Ctrl-C.

use super::child::{Child, tail};
use super::{Plan, TICK};
use crate::cli::{Failure, interrupt};
use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long a service may take until it answers.
const PATIENCE: Duration = Duration::from_secs(60);

/// A service that runs.
pub struct Service<'a> {
    plan: &'a Plan<'a>,
    child: Child,
    port: u16,
    log: PathBuf,
}

impl<'a> Service<'a> {
    pub fn start(plan: &'a Plan<'a>, folder: &Path, port: u16, log: &Path) -> Result<Self, Failure> {
        let text = port.to_string();
        let environment = [(plan.start.port_variable.as_str(), text.as_str())];
        let child = Child::start(&plan.start.serve, folder, environment, &plan.foreign, log)?;
        Ok(Self { plan, child, port, log: log.to_path_buf() })
    }

    /// A path of the service as an address.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Waits until the health check answers 200.
    pub fn wait_until_ready(&mut self) -> Result<(), Failure> {
        let begun = Instant::now();
        loop {
            self.alive()?;
            if answers_ok(self.port, &self.plan.start.health) {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                let message = format!("does not answer {} after a minute", self.url(&self.plan.start.health));
                return Err(self.failed(&message));
            }
            std::thread::sleep(TICK);
        }
    }

    /// Shows what it logs, until it ends or the person wants it to.
    pub fn follow(mut self, quiet: bool) -> Result<(), Failure> {
        let mut log = File::open(&self.log).ok();
        loop {
            let mut news = Vec::new();
            if let Some(log) = &mut log {
                let _ = log.read_to_end(&mut news);
            }
            if !quiet {
                let _ = io::stderr().write_all(&news);
            }
            self.alive()?;
            std::thread::sleep(TICK);
        }
    }

    fn alive(&mut self) -> Result<(), Failure> {
        if interrupt::interrupted() {
            self.child.stop();
            return Err(Failure::Interrupted("interrupted; the service has ended, the project is there"));
        }
        match self.child.ended()? {
            None => Ok(()),
            Some(_) => Err(self.failed("has ended")),
        }
    }

    fn failed(&self, what: &str) -> Failure {
        let command = &self.plan.start.serve;
        Failure::Failed(format!("the project is written, but its service (`{command}`) {what}:\n{}", tail(&self.log)))
    }
}

/// The usual port, or another one when something else listens there.
pub fn free_port(usual: u16) -> u16 {
    let free = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).and_then(|it| it.local_addr()).map(|it| it.port());
    free(usual).or_else(|_| free(0)).unwrap_or(usual)
}

/// Whether `GET path` is answered with 200.
fn answers_ok(port: u16, path: &str) -> bool {
    let limit = Duration::from_secs(2);
    let ask = || -> io::Result<bool> {
        let mut stream = TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), limit)?;
        stream.set_read_timeout(Some(limit))?;
        stream.write_all(
            format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n").as_bytes(),
        )?;
        let mut status = [0; 12];
        stream.read_exact(&mut status)?;
        Ok(status.starts_with(b"HTTP/1.") && status.ends_with(b" 200"))
    };
    ask().unwrap_or(false)
}
