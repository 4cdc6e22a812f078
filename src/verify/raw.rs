//! Bytes on a socket, for the few requests that no HTTP client will send.

use super::Fault;
use std::io::{Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

/// Sends bytes to a service of plain HTTP and gives the status of the answer.
pub fn status(origin: &str, bytes: &[u8], timeout: Duration) -> Result<u16, Fault> {
    let failed = |error: &dyn std::fmt::Display| Fault::new("an answer", error.to_string());
    let host = origin.strip_prefix("http://").ok_or_else(|| failed(&"only http:// can be asked byte by byte"))?;
    let address = host.to_socket_addrs().map_err(|error| failed(&error))?.next();
    let address = address.ok_or_else(|| failed(&"the host has no address"))?;
    let mut stream = TcpStream::connect_timeout(&address, timeout).map_err(|error| failed(&error))?;
    stream.set_read_timeout(Some(timeout)).map_err(|error| failed(&error))?;
    stream.write_all(bytes).map_err(|error| failed(&error))?;
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    while !answer.windows(2).any(|it| it == b"\r\n") {
        let count = stream.read(&mut buffer).map_err(|error| failed(&error))?;
        if count == 0 {
            break;
        }
        answer.extend_from_slice(&buffer[..count]);
    }
    let line = String::from_utf8_lossy(&answer);
    let status = line.split(' ').nth(1).and_then(|it| it.parse().ok());
    status.ok_or_else(|| Fault::new("a status line", line.chars().take(80).collect::<String>()))
}
