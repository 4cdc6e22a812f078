//! The validated description of a service: what every later station of the line works on.
//!
//! A [`Spec`] is only ever made by [`crate::answers`], which checks everything that the reference page of the
//! answers file promises. Code behind this point may rely on it: names are legal and unique, limits leave something
//! allowed, relations lead to entities that exist.

mod access;
mod cases;
mod entity;
mod evaluate;
mod event;
mod expression;
mod field;
mod integration;
mod message;
pub(crate) mod name;
mod project;
mod relation;
mod sample;
mod value;
mod webhook;
mod work;

pub use access::{Access, Action, Grant};
pub use cases::{Actor, Case, Ground, Need, cases, fitting, telling};
pub use entity::{Entity, Pagination};
pub use evaluate::{Computed, Exact, Facts, evaluate, holds};
pub use event::{Change, EventOf, EventType};
pub use expression::{Expression, ExpressionKind, Literal, Operator, Subject, ValueType};
pub use field::{Bound, Default, EnumType, EnumValue, Field, FieldKind, NumberLimits};
pub use integration::{Integration, Method, Operation, ServiceAuth};
pub use message::{Place, Source};
pub use name::{Name, is_device};
pub use project::{Api, Auth, JsonCase, License, Project, Stack};
pub use relation::{OnDelete, Relation, RelationKind, USER};
pub use sample::{Refused, Samples, sample_row, samples, samples_of};
pub(crate) use value::shift_datetime;
pub use value::{Pattern, PatternFault, ValueFault, check_value, date, datetime, decimal_range, exact, whole_range};
pub use webhook::{Webhook, WebhookEvent};
pub use work::{Approval, Command, Event, Handler, Job, JobQueue, Rule};

/// A whole service, checked.
#[derive(Debug, Clone)]
pub struct Spec {
    /// Who the project is.
    pub project: Project,
    /// The chosen answer of every question.
    pub stack: Stack,
    /// How the service speaks.
    pub api: Api,
    /// Roles, registration and the extra fields of users; meaningful when `stack.auth` is not `none`.
    pub auth: Auth,
    /// Named and anonymous enumerations, in order of first appearance. An anonymous one is named
    /// `<Entity><Field>`; every [`FieldKind::Enum`] refers to one of these by name.
    pub enums: Vec<EnumType>,
    /// The entities in the order of the file.
    pub entities: Vec<Entity>,
    /// Background jobs in the order of the file.
    pub jobs: Vec<Job>,
    /// Declared events in the order of the file (the built-in ones are implied).
    pub events: Vec<Event>,
    /// Event handlers in the order of the file.
    pub handlers: Vec<Handler>,
    /// Other services that this one calls, in the order of the file.
    pub integrations: Vec<Integration>,
    /// What other services tell this one, in the order of the file.
    pub webhooks: Vec<Webhook>,
    /// What the file asks for beyond entities and fields, each with the place where it asks, so that a blueprint
    /// that cannot do it yet can be refused there by name.
    pub uses: Vec<Use>,
}

/// One feature that the answers use.
///
/// `feature` is one of: `rules`, `approval`, `commands`, `jobs`, `events`, `handlers`, `integrations`, `webhooks`, `soft_delete`, `audit`,
/// `cursor_pagination`, `relations`, `one_to_one`, `many_to_many`, `self_relation`, `list_fields`, `user_fields`,
/// `user_relation`, `private_fields`, `composite_unique`, `closed_registration`, and `type_<kind>` for every field
/// type in use (`type_decimal`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The feature's id.
    pub feature: String,
    /// Where the answers ask for it first.
    pub place: Place,
}

impl Spec {
    /// The entity of that name (`PascalCase`, as declared).
    pub fn entity(&self, name: &str) -> Option<&Entity> {
        self.entities.iter().find(|entity| entity.name.declared() == name)
    }

    /// The enumeration of that name.
    pub fn enumeration(&self, name: &str) -> Option<&EnumType> {
        self.enums.iter().find(|it| it.name.declared() == name)
    }

    /// Whether callers have accounts.
    pub fn has_auth(&self) -> bool {
        self.stack.auth.iter().any(|it| it != "none")
    }

    /// Whether writes are told to others: there is a queue, or a handler of the service's own.
    pub fn publishes(&self) -> bool {
        self.has_queue() || !self.handlers.is_empty()
    }

    /// Whether a broker carries events and jobs to a worker.
    pub fn has_queue(&self) -> bool {
        self.stack.queue != "none"
    }

    /// Whether answers are kept beside the database.
    pub fn has_cache(&self) -> bool {
        self.stack.cache != "none"
    }
}
