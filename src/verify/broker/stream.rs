//! Events on a stream of Redis.

use super::{Broker, DeadLetter, Message, PATIENCE};
use redis::{Client, Cmd, Connection, FromRedisValue, cmd};
use std::collections::VecDeque;

/// An entry: its id, and its fields with their values.
type Entry = (String, Vec<(String, Vec<u8>)>);

/// So many entries are asked for at once.
const MANY: usize = 200;

/// A reader of one project's stream.
pub struct Stream {
    client: Client,
    connection: Option<Connection>,
    project: String,
    /// The last entry that was read.
    last: String,
    read: VecDeque<Message>,
}

impl Stream {
    pub fn listen(url: &str, project: &str) -> Result<Self, String> {
        let client = Client::open(url).map_err(words)?;
        let project = project.to_owned();
        let mut stream = Self { client, connection: None, project, last: "0-0".to_owned(), read: VecDeque::new() };
        let newest = cmd("XREVRANGE").arg(stream.events()).arg("+").arg("-").arg("COUNT").arg(1).take();
        let found: Vec<Entry> = stream.ask(&newest)?;
        if let Some((id, _)) = found.into_iter().next() {
            stream.last = id;
        }
        Ok(stream)
    }

    fn events(&self) -> String {
        format!("{}:events", self.project)
    }

    fn dead(&self, handler: &str) -> String {
        format!("{}:{handler}:dlq", self.project)
    }

    /// Asks; a server that went away is found again when it is back.
    fn ask<T: FromRedisValue>(&mut self, command: &Cmd) -> Result<T, String> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            None => {
                let made = self.client.get_connection_with_timeout(PATIENCE).map_err(words)?;
                made.set_read_timeout(Some(PATIENCE)).map_err(words)?;
                self.connection.insert(made)
            }
        };
        command.query(connection).map_err(|error| {
            self.connection = None;
            words(error)
        })
    }

    fn letters(&mut self, handler: &str) -> Result<Vec<Entry>, String> {
        let command = cmd("XRANGE").arg(self.dead(handler)).arg("-").arg("+").take();
        self.ask(&command)
    }
}

impl Broker for Stream {
    fn next(&mut self) -> Result<Option<Message>, String> {
        if self.read.is_empty() {
            let after = format!("({}", self.last);
            let command = cmd("XRANGE").arg(self.events()).arg(after).arg("+").arg("COUNT").arg(MANY).take();
            for (id, fields) in self.ask::<Vec<Entry>>(&command)? {
                self.last = id;
                let body = field(&fields, "envelope").unwrap_or_default();
                self.read.push_back(Message { body, properties: None });
            }
        }
        Ok(self.read.pop_front())
    }

    fn publish(&mut self, _kind: &str, body: &[u8]) -> Result<(), String> {
        let command = cmd("XADD").arg(self.events()).arg("*").arg("envelope").arg(body).take();
        self.ask::<String>(&command).map(drop)
    }

    fn dead_letters(&mut self, handler: &str) -> Result<Vec<DeadLetter>, String> {
        let letter = |(_, fields): Entry| DeadLetter {
            body: field(&fields, "envelope").unwrap_or_default(),
            error: field(&fields, "error").map(|it| String::from_utf8_lossy(&it).into_owned()),
        };
        Ok(self.letters(handler)?.into_iter().map(letter).collect())
    }

    fn bury(&mut self, handler: &str, letter: &DeadLetter) -> Result<(), String> {
        let mut command = cmd("XADD");
        command.arg(self.dead(handler)).arg("*").arg("envelope").arg(&letter.body);
        command.arg("error").arg(letter.error.as_deref().unwrap_or_default()).arg("attempts").arg(1);
        self.ask::<String>(&command).map(drop)
    }

    fn remove(&mut self, handler: &str, so: &dyn Fn(&[u8]) -> bool) -> Result<(), String> {
        for (id, fields) in self.letters(handler)? {
            if field(&fields, "envelope").is_some_and(|body| so(&body)) {
                let command = cmd("XDEL").arg(self.dead(handler)).arg(id).take();
                self.ask::<usize>(&command)?;
            }
        }
        Ok(())
    }
}

fn field(fields: &[(String, Vec<u8>)], name: &str) -> Option<Vec<u8>> {
    fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
}

#[allow(clippy::needless_pass_by_value)]
fn words(error: redis::RedisError) -> String {
    error.to_string()
}
