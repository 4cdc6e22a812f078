//! What a broker carried between two moments.
//!
//! Events of one client's writes go out in their order, so a row that is made last is a fence: once its own event has
//! arrived, all others have, and what has not arrived never will.

use super::Event;
use super::handlers::same;
use crate::spec::{Action, Entity, Spec};
use crate::verify::broker::{Broker, DeadLetter, listen};
use crate::verify::fault::{Fault, Stop, skip};
use crate::verify::world::World;
use std::collections::BTreeSet;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The longest that an event may take to arrive.
pub const PATIENCE: Duration = Duration::from_secs(30);
pub const TICK: Duration = Duration::from_millis(20);

/// A listener that knows what it has seen.
pub struct Watch<'a> {
    broker: Box<dyn Broker>,
    fence: &'a Entity,
    known: BTreeSet<String>,
    /// What the suite published itself.
    own: Vec<Vec<u8>>,
}

impl<'a> Watch<'a> {
    /// Begins to listen; the first fence is behind it.
    pub fn open(world: &mut World<'_>, spec: &'a Spec) -> Result<Self, Stop> {
        if !world.spec.has_queue() {
            return skip("without a queue no message leaves the service");
        }
        let Some(url) = world.target.broker.clone() else { return skip("no broker was named (--broker-url)") };
        let Some(fence) = fence(spec) else { return skip("nothing can be created") };
        let broker = listen(&url, &world.spec.project.name);
        let broker = broker.map_err(|why| Fault::new("a broker with the project's events", why))?;
        let mut watch = Self { broker, fence, known: BTreeSet::new(), own: Vec::new() };
        watch.settle(world)?;
        Ok(watch)
    }

    /// The type of the events of fences.
    pub fn fence_kind(&self) -> String {
        format!("{}.created", self.fence.name.kebab())
    }

    /// Every new event up to now, each id once.
    pub fn settle(&mut self, world: &mut World<'_>) -> Result<Vec<Event>, Stop> {
        let last = world.make(self.fence)?.id;
        let kind = self.fence_kind();
        let mut found = self.until(|event| event.kind == kind && event.subject == last)?;
        found.pop();
        Ok(found)
    }

    /// Every new event up to the one that is waited for.
    fn until(&mut self, wanted: impl Fn(&Event) -> bool) -> Result<Vec<Event>, Stop> {
        let (mut found, begun) = (Vec::new(), Instant::now());
        loop {
            match self.broker.next().map_err(trouble)? {
                Some(message) if self.own.contains(&message.body) => {}
                Some(message) => {
                    let event = Event::read(message)?;
                    if self.known.insert(event.id.clone()) {
                        let last = wanted(&event);
                        found.push(event);
                        if last {
                            return Ok(found);
                        }
                    }
                }
                None if begun.elapsed() > PATIENCE => {
                    let got = format!("none of its within {} s", PATIENCE.as_secs());
                    return Err(Fault::new("the event of a row that was created", got).into());
                }
                None => sleep(TICK),
            }
        }
    }

    /// Publishes bytes as an event of this type.
    pub fn publish(&mut self, kind: &str, body: Vec<u8>) -> Result<(), Stop> {
        self.broker.publish(kind, &body).map_err(trouble)?;
        self.own.push(body);
        Ok(())
    }

    /// The dead letters of a handler.
    pub fn dead_letters(&mut self, handler: &str) -> Result<Vec<DeadLetter>, Stop> {
        Ok(self.broker.dead_letters(handler).map_err(trouble)?)
    }

    /// Makes a message a dead letter.
    pub fn bury(&mut self, handler: &str, letter: &DeadLetter) -> Result<(), Stop> {
        Ok(self.broker.bury(handler, letter).map_err(trouble)?)
    }

    /// Removes the dead letters that the suite has brought about.
    pub fn clear(&mut self, handler: &str) -> Result<(), Stop> {
        let own = |body: &[u8]| self.own.iter().any(|it| same(it, body));
        Ok(self.broker.remove(handler, &own).map_err(trouble)?)
    }
}

fn trouble(why: String) -> Fault {
    Fault::new("an answer of the broker", why)
}

/// The entity whose rows need the fewest others.
fn fence(spec: &Spec) -> Option<&Entity> {
    let makeable = spec.entities.iter().filter(|it| it.allows(Action::Create));
    makeable.min_by_key(|it| (it.references().filter(|it| it.required).count(), it.fields.len()))
}
