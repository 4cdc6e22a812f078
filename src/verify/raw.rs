//! Bytes on a socket, for the few requests that no HTTP client will send.

use super::Fault;
use std::io::{Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

/// Sends bytes to a service of plain HTTP and gives the status of the answer.
pub fn status(origin: &str, bytes: &[u8], timeout: Duration) -> Result<u16, Fault> {
    let mut stream = connect(origin, timeout)?;
    stream.write_all(bytes).map_err(|error| unanswered(&error))?;
    answered(&mut stream)
}

/// A request of which the last bytes are not sent yet.
pub struct Held {
    stream: TcpStream,
    rest: String,
}

impl Held {
    /// Sends the head and all of the body but its last byte.
    pub fn begin(origin: &str, head: &str, mut body: String, timeout: Duration) -> Result<Self, Fault> {
        let mut stream = connect(origin, timeout)?;
        let rest = body.pop().map(String::from).unwrap_or_default();
        stream.write_all(format!("{head}{body}").as_bytes()).map_err(|error| unanswered(&error))?;
        Ok(Self { stream, rest })
    }

    /// Sends the rest, and gives the status of the answer.
    pub fn finish(mut self) -> Result<u16, Fault> {
        self.stream.write_all(self.rest.as_bytes()).map_err(|error| unanswered(&error))?;
        answered(&mut self.stream)
    }
}

fn unanswered(error: &dyn std::fmt::Display) -> Fault {
    Fault::new("an answer", error.to_string())
}

fn connect(origin: &str, timeout: Duration) -> Result<TcpStream, Fault> {
    let host = origin.strip_prefix("http://").ok_or_else(|| unanswered(&"only http:// can be asked byte by byte"))?;
    let address = host.to_socket_addrs().map_err(|error| unanswered(&error))?.next();
    let address = address.ok_or_else(|| unanswered(&"the host has no address"))?;
    let stream = TcpStream::connect_timeout(&address, timeout).map_err(|error| unanswered(&error))?;
    stream.set_read_timeout(Some(timeout)).map_err(|error| unanswered(&error))?;
    Ok(stream)
}

fn answered(stream: &mut TcpStream) -> Result<u16, Fault> {
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    while !answer.windows(2).any(|it| it == b"\r\n") {
        let count = stream.read(&mut buffer).map_err(|error| unanswered(&error))?;
        if count == 0 {
            break;
        }
        answer.extend_from_slice(&buffer[..count]);
    }
    let line = String::from_utf8_lossy(&answer);
    let status = line.split(' ').nth(1).and_then(|it| it.parse().ok());
    status.ok_or_else(|| Fault::new("a status line", line.chars().take(80).collect::<String>()))
}
