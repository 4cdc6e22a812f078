//! What happens in a service, as others are told of it.

use super::{Entity, Event, Spec, USER};

/// A type of event.
#[derive(Debug, Clone)]
pub struct EventType<'a> {
    /// What messages call it: `order-line.created`, `user.registered`, `order-paid`.
    pub id: String,
    /// What it tells of.
    pub of: EventOf<'a>,
}

/// What an event tells of.
#[derive(Debug, Clone, Copy)]
pub enum EventOf<'a> {
    /// A row was written.
    Written(&'a Entity, Change),
    /// Somebody made an account.
    Registered,
    /// The answers declare it.
    Declared(&'a Event),
}

/// How a row was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Change {
    Created,
    Updated,
    Deleted,
}

impl Change {
    /// In the order of a row's life.
    pub const ALL: [Self; 3] = [Self::Created, Self::Updated, Self::Deleted];

    /// The last part of the type.
    pub fn id(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
        }
    }
}

impl EventType<'_> {
    /// What the answers call it: `OrderLine.created`, `User.registered`, `OrderPaid`.
    pub fn declared(&self) -> String {
        match self.of {
            EventOf::Written(entity, change) => format!("{}.{}", entity.name.declared(), change.id()),
            EventOf::Registered => format!("{USER}.registered"),
            EventOf::Declared(event) => event.name.declared().to_owned(),
        }
    }
}

impl Spec {
    /// Every type of event: those of the entities, then that of accounts, then the declared ones.
    pub fn event_types(&self) -> Vec<EventType<'_>> {
        let written = self.entities.iter().flat_map(|entity| {
            Change::ALL.map(|change| EventType {
                id: format!("{}.{}", entity.name.kebab(), change.id()),
                of: EventOf::Written(entity, change),
            })
        });
        let registered =
            self.has_auth().then(|| EventType { id: "user.registered".to_owned(), of: EventOf::Registered });
        let declared =
            self.events.iter().map(|event| EventType { id: event.name.kebab(), of: EventOf::Declared(event) });
        written.chain(registered).chain(declared).collect()
    }

    /// The type that the answers call so.
    pub fn event_type(&self, declared: &str) -> Option<EventType<'_>> {
        self.event_types().into_iter().find(|it| it.declared() == declared)
    }
}
