//! Events on an exchange of `RabbitMQ`.

use super::{Broker, DeadLetter, Message, PATIENCE, Properties};
use lapin::message::BasicGetMessage;
use lapin::options::{
    BasicAckOptions, BasicGetOptions, BasicNackOptions, BasicPublishOptions, ConfirmSelectOptions, QueueBindOptions,
    QueueDeclareOptions, QueueDeleteOptions,
};
use lapin::types::{AMQPValue, FieldTable, ShortString};
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties};
use std::collections::VecDeque;
use std::future::Future;
use tokio::runtime::{Builder, Runtime};

/// A queue that nobody asks for so long goes: what a run that was killed leaves.
const EXPIRES_MS: i32 = 3_600_000;
/// So many messages are taken at once.
const MANY: usize = 100;
const PERSISTENT: u8 = 2;
const ENVELOPE: &str = "application/cloudevents+json";

/// A queue of its own that gets every event of one project.
pub struct Rabbit {
    runtime: Runtime,
    url: String,
    link: Option<(Connection, Channel)>,
    project: String,
    queue: String,
    read: VecDeque<Message>,
}

impl Rabbit {
    pub fn listen(url: &str, project: &str) -> Result<Self, String> {
        // Its thread answers heartbeats while the suite does something else.
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(|error| error.to_string())?;
        let queue = format!("{project}.verify-{:016x}", u64::from_be_bytes(random));
        // No path and an empty one both mean the usual virtual host.
        let url = url.trim_end_matches('/').to_owned();
        let mut rabbit = Self { runtime, url, link: None, project: project.to_owned(), queue, read: VecDeque::new() };
        rabbit.bind()?;
        Ok(rabbit)
    }

    /// Makes its queue. It is durable: a broker that starts again still has it, and what came meanwhile.
    fn bind(&mut self) -> Result<(), String> {
        let (queue, exchange) = (ShortString::from(self.queue.clone()), format!("{}.events", self.project));
        let mut arguments = FieldTable::default();
        arguments.insert("x-expires".into(), AMQPValue::LongInt(EXPIRES_MS));
        self.ask(|channel| async move {
            channel.queue_declare(queue.clone(), QueueDeclareOptions::durable(), arguments).await?;
            let options = QueueBindOptions::default();
            channel.queue_bind(queue, exchange.into(), "#".into(), options, FieldTable::default()).await
        })
    }

    /// Works on a channel; a server that went away is found again when it is back.
    fn ask<T, F>(&mut self, work: impl FnOnce(Channel) -> F) -> Result<T, String>
    where
        F: Future<Output = lapin::Result<T>>,
    {
        let channel = match &self.link {
            Some((_, channel)) => channel.clone(),
            None => {
                let made = self.runtime.block_on(in_time(connect(&self.url)))?;
                self.link.insert(made).1.clone()
            }
        };
        let done = self.runtime.block_on(in_time(work(channel)));
        if done.is_err() {
            self.link = None;
        }
        done
    }

    fn dead(&self, handler: &str) -> String {
        format!("{}.{handler}.dlq", self.project)
    }

    /// Every message of a queue, unacknowledged: those that `done` wants go, the others are put back where they were.
    fn each(&mut self, queue: String, mut done: impl FnMut(&BasicGetMessage) -> bool) -> Result<(), String> {
        self.ask(|channel| async move {
            let mut kept = Vec::new();
            while let Some(message) = channel.basic_get(queue.clone().into(), BasicGetOptions::default()).await? {
                if done(&message) {
                    message.acker.ack(BasicAckOptions::default()).await?;
                } else {
                    kept.push(message);
                }
            }
            for message in kept {
                let options = BasicNackOptions { requeue: true, ..Default::default() };
                message.acker.nack(options).await?;
            }
            Ok(())
        })
    }

    fn send(&mut self, exchange: String, key: String, body: Vec<u8>, headers: FieldTable) -> Result<(), String> {
        self.ask(|channel| async move {
            let properties = BasicProperties::default()
                .with_content_type(ENVELOPE.into())
                .with_delivery_mode(PERSISTENT)
                .with_headers(headers);
            let options = BasicPublishOptions::default();
            channel.basic_publish(exchange.into(), key.into(), options, &body, properties).await?.await.map(drop)
        })
    }
}

impl Broker for Rabbit {
    fn next(&mut self) -> Result<Option<Message>, String> {
        if self.read.is_empty() {
            let queue = ShortString::from(self.queue.clone());
            // Acknowledged once they are here: of a broker that goes away meanwhile they come again.
            let found = self.ask(|channel| async move {
                let mut found = Vec::new();
                while let Some(message) = channel.basic_get(queue.clone(), BasicGetOptions::default()).await? {
                    found.push(message);
                    if found.len() == MANY {
                        break;
                    }
                }
                if let Some(last) = found.last() {
                    last.acker.ack(BasicAckOptions { multiple: true }).await?;
                }
                Ok(found)
            })?;
            self.read.extend(found.into_iter().map(message));
        }
        Ok(self.read.pop_front())
    }

    fn publish(&mut self, kind: &str, body: &[u8]) -> Result<(), String> {
        self.send(format!("{}.events", self.project), kind.to_owned(), body.to_vec(), FieldTable::default())
    }

    fn dead_letters(&mut self, handler: &str) -> Result<Vec<DeadLetter>, String> {
        let mut found = Vec::new();
        self.each(self.dead(handler), |message| {
            let headers = message.properties.headers().as_ref();
            let error = headers.and_then(|it| text(it.inner().get("x-error")?));
            found.push(DeadLetter { body: message.data.clone(), error });
            false
        })?;
        Ok(found)
    }

    fn bury(&mut self, handler: &str, letter: &DeadLetter) -> Result<(), String> {
        let mut headers = FieldTable::default();
        let error = letter.error.clone().unwrap_or_default();
        headers.insert("x-error".into(), AMQPValue::LongString(error.into()));
        headers.insert("x-attempts".into(), AMQPValue::LongInt(1));
        headers.insert("x-handler".into(), AMQPValue::LongString(handler.into()));
        self.send(String::new(), self.dead(handler), letter.body.clone(), headers)
    }

    fn remove(&mut self, handler: &str, so: &dyn Fn(&[u8]) -> bool) -> Result<(), String> {
        self.each(self.dead(handler), |message| so(&message.data))
    }
}

impl Drop for Rabbit {
    fn drop(&mut self) {
        if self.link.is_some() {
            let queue = ShortString::from(self.queue.clone());
            let _ = self.ask(|channel| async move { channel.queue_delete(queue, QueueDeleteOptions::default()).await });
        }
        if let Some((connection, _)) = self.link.take() {
            let _ = self.runtime.block_on(in_time(connection.close(200, "done".into())));
        }
    }
}

fn message(found: BasicGetMessage) -> Message {
    let properties = Properties {
        routing_key: found.routing_key.to_string(),
        content_type: found.properties.content_type().as_ref().map(ToString::to_string),
        persistent: *found.properties.delivery_mode() == Some(PERSISTENT),
    };
    Message { body: found.delivery.data, properties: Some(properties) }
}

async fn connect(url: &str) -> lapin::Result<(Connection, Channel)> {
    let connection = Connection::connect(url, ConnectionProperties::default()).await?;
    let channel = connection.create_channel().await?;
    channel.confirm_select(ConfirmSelectOptions::default()).await?;
    Ok((connection, channel))
}

async fn in_time<T>(work: impl Future<Output = lapin::Result<T>>) -> Result<T, String> {
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(done) => done.map_err(|error| error.to_string()),
        Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
    }
}

fn text(value: &AMQPValue) -> Option<String> {
    match value {
        AMQPValue::LongString(text) => Some(String::from_utf8_lossy(text.as_bytes()).into_owned()),
        AMQPValue::ShortString(text) => Some(text.to_string()),
        _ => None,
    }
}
