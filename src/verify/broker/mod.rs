//! The broker of a service's events, seen from outside: what is published, and what handlers leave behind.

mod rabbit;
mod stream;

use std::time::Duration;

/// The longest that a broker may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A message as it came.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its bytes.
    pub body: Vec<u8>,
    /// What it says beside them, where a broker has that.
    pub properties: Option<Properties>,
}

/// What an AMQP message says beside its bytes.
#[derive(Debug, Clone)]
pub struct Properties {
    /// `order.created`
    pub routing_key: String,
    /// `application/cloudevents+json`
    pub content_type: Option<String>,
    /// Whether a broker that starts again still has it.
    pub persistent: bool,
}

/// A message that a handler gave up.
#[derive(Debug, Clone)]
pub struct DeadLetter {
    /// Its bytes.
    pub body: Vec<u8>,
    /// Why.
    pub error: Option<String>,
}

/// A broker that one project's events are on; errors are for people.
pub trait Broker {
    /// The next message that was published since this listens, where there is one already.
    fn next(&mut self) -> Result<Option<Message>, String>;

    /// Publishes bytes as if they were an event of this type.
    fn publish(&mut self, kind: &str, body: &[u8]) -> Result<(), String>;

    /// The dead letters of a handler, which stay where they are.
    fn dead_letters(&mut self, handler: &str) -> Result<Vec<DeadLetter>, String>;

    /// Puts a message to the dead letters of a handler, as if that had given it up.
    fn bury(&mut self, handler: &str, letter: &DeadLetter) -> Result<(), String>;

    /// Removes the dead letters of a handler whose bodies are so.
    fn remove(&mut self, handler: &str, so: &dyn Fn(&[u8]) -> bool) -> Result<(), String>;
}

/// Begins to listen to the events of a project.
pub fn listen(url: &str, project: &str) -> Result<Box<dyn Broker>, String> {
    match url.split_once("://").map(|(scheme, _)| scheme) {
        Some("amqp") => Ok(Box::new(rabbit::Rabbit::listen(url, project)?)),
        Some("redis") => Ok(Box::new(stream::Stream::listen(url, project)?)),
        _ => Err("its address begins with neither redis:// nor amqp://".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_address_of_another_kind_is_refused() {
        for url in ["rediss://127.0.0.1/0", "127.0.0.1", ""] {
            let refused = super::listen(url, "shop").err();
            assert_eq!(refused.as_deref(), Some("its address begins with neither redis:// nor amqp://"));
        }
    }
}
