//! A server of mail that refuses everybody, and remembers when they came.

use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// It answers until this is dropped.
pub struct Refusing {
    port: u16,
    times: Arc<Mutex<Vec<Instant>>>,
    over: Arc<AtomicBool>,
}

impl Refusing {
    /// Starts one on a port of its own.
    pub fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let (times, over) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (came, ended) = (Arc::clone(&times), Arc::clone(&over));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if ended.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                came.lock().unwrap_or_else(PoisonError::into_inner).push(Instant::now());
                refuse(stream);
            }
        });
        Ok(Self { port, times, over })
    }

    /// What the service is told.
    pub fn transport(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// When somebody came.
    pub fn times(&self) -> Vec<Instant> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until so many have come, at most so long; gives the waits between them.
    pub fn waits(&self, count: usize, within: Duration) -> Vec<Duration> {
        let begun = Instant::now();
        while self.times().len() < count && begun.elapsed() < within {
            std::thread::sleep(Duration::from_millis(20));
        }
        self.times().windows(2).map(|pair| pair[1].duration_since(pair[0])).collect()
    }
}

/// RFC 5321, section 3.1: a server may refuse with its first words.
fn refuse(mut stream: TcpStream) {
    let _ = stream.set_write_timeout(Some(Duration::from_secs(1)));
    let _ = stream.write_all(b"554 no mail is taken here\r\n");
}

impl Drop for Refusing {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        // Wakes the thread.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn everybody_is_refused_and_counted() {
        let server = Refusing::start().unwrap();
        for _ in 0..3 {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port)).unwrap();
            let mut said = String::new();
            stream.read_to_string(&mut said).unwrap();
            assert!(said.starts_with("554 "));
        }
        assert_eq!(server.waits(3, Duration::from_secs(2)).len(), 2);
    }
}
