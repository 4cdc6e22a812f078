//! Somebody who listens to every event, whatever happens to the broker.

use super::sql::Database;
use scaffold::verify::{Broker, listen};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// An event, as far as it is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// `parcel.created`
    pub kind: String,
    /// The row's id.
    pub subject: String,
    /// The version of the row that it carries, where it carries one.
    pub version: Option<u64>,
}

/// Every event that came, by its id.
#[derive(Debug, Default)]
pub struct Events {
    /// Each id once.
    pub known: BTreeMap<String, Event>,
    /// How many messages came a second time.
    pub repeated: usize,
    /// Messages that are no events.
    pub strange: Vec<String>,
}

impl Events {
    /// The events of a service that has no broker.
    pub fn of_table(database: &Database) -> Result<Self, String> {
        let mut events = Self::default();
        for row in database.rows("SELECT envelope FROM outbox")? {
            events.add(row.join("\t").as_bytes());
        }
        Ok(events)
    }

    /// Takes a message.
    pub fn add(&mut self, body: &[u8]) {
        let value: Value = serde_json::from_slice(body).unwrap_or_default();
        let text = |key: &str| value[key].as_str().map(str::to_owned);
        let (Some(id), Some(kind), Some(subject)) = (text("id"), text("type"), text("subject")) else {
            self.strange.push(String::from_utf8_lossy(body).into_owned());
            return;
        };
        let event = Event { kind, subject, version: value["data"]["version"].as_u64() };
        match self.known.insert(id, event.clone()) {
            None => {}
            Some(before) if before == event => self.repeated += 1,
            Some(_) => self.strange.push(String::from_utf8_lossy(body).into_owned()),
        }
    }
}

/// A thread that reads.
pub struct Listener {
    over: Arc<AtomicBool>,
    thread: JoinHandle<Events>,
}

impl Listener {
    /// Begins to listen; what is published from now on is heard.
    pub fn start(url: String, project: &'static str) -> Result<Self, String> {
        let over = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&over);
        let (ready, listens) = mpsc::channel();
        let thread = std::thread::spawn(move || match listen(&url, project) {
            Ok(broker) => {
                let _ = ready.send(Ok(()));
                read(broker, &ended)
            }
            Err(why) => {
                let _ = ready.send(Err(why));
                Events::default()
            }
        });
        listens.recv().map_err(|error| error.to_string())??;
        Ok(Self { over, thread })
    }

    /// Reads what is left, and gives all of it.
    pub fn end(self) -> Events {
        self.over.store(true, Ordering::SeqCst);
        self.thread.join().unwrap_or_default()
    }
}

fn read(mut broker: Box<dyn Broker>, over: &AtomicBool) -> Events {
    let (mut events, mut last) = (Events::default(), Instant::now());
    loop {
        match broker.next() {
            Ok(Some(message)) => {
                events.add(&message.body);
                last = Instant::now();
            }
            Ok(None) if over.load(Ordering::SeqCst) && last.elapsed() > Duration::from_secs(2) => return events,
            Ok(None) => std::thread::sleep(Duration::from_millis(20)),
            // The broker is away.
            Err(_) => {
                last = Instant::now();
                std::thread::sleep(Duration::from_millis(300));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_comes_again_counts_once() {
        let mut events = Events::default();
        let one = br#"{"id": "1", "type": "a.created", "subject": "2", "data": {"version": 1}}"#;
        events.add(one);
        events.add(one);
        events.add(b"{}");
        events.add(br#"{"id": "1", "type": "a.created", "subject": "3", "data": {"version": 1}}"#);
        assert_eq!((events.known.len(), events.repeated, events.strange.len()), (1, 1, 2));
    }
}
