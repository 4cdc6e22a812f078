//! Rules, approvals, commands, jobs, events and handlers.

use super::{Action, Expression, Field, Grant};

/// A condition over the row as it would be.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Refuses only when false.
    pub check: Expression,
    /// As written.
    pub source: String,
    /// Free text for the caller.
    pub message: String,
}

/// A write that needs consent when its condition is true.
#[derive(Debug, Clone)]
pub struct Approval {
    /// Create, update or delete.
    pub on: Action,
    /// Fires only when true.
    pub when: Expression,
    /// As written.
    pub source: String,
    /// Who may consent: roles, or the owner.
    pub approvers: Vec<Grant>,
}

/// A named change of one row.
#[derive(Debug, Clone)]
pub struct Command {
    /// As declared.
    pub name: super::Name,
    /// Who may call it.
    pub access: Vec<Grant>,
    /// Possible only when true.
    pub when: Option<Expression>,
    /// As written.
    pub source: Option<String>,
    /// The body.
    pub input: Vec<Field>,
    /// Field → new value, as JSON.
    pub set: Vec<(String, serde_json::Value)>,
    /// A declared event.
    pub emits: Option<String>,
    /// Free text.
    pub doc: Option<String>,
}

/// Work done outside a request.
#[derive(Debug, Clone)]
pub struct Job {
    /// `snake_case` as declared.
    pub name: super::Name,
    /// Five-field cron expression, UTC.
    pub schedule: Option<String>,
    /// Priority.
    pub queue: JobQueue,
    /// The first attempt included.
    pub attempts: u32,
    /// Arguments.
    pub input: Vec<Field>,
    /// Free text.
    pub doc: Option<String>,
}

/// Priority of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum JobQueue {
    High,
    Default,
    Low,
}

impl JobQueue {
    /// The word of the answers file.
    pub fn id(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Default => "default",
            Self::Low => "low",
        }
    }
}

/// A declared event.
#[derive(Debug, Clone)]
pub struct Event {
    /// `OrderPaid`
    pub name: super::Name,
    /// What it carries.
    pub payload: Vec<Field>,
    /// Free text.
    pub doc: Option<String>,
}

/// Work done when an event arrives.
#[derive(Debug, Clone)]
pub struct Handler {
    /// `snake_case` as declared.
    pub name: super::Name,
    /// A declared event's name, or `Entity.created` and the like.
    pub on: String,
    /// The operation that it calls: an integration's name and the operation's.
    pub calls: Option<(String, String)>,
    /// Free text.
    pub doc: Option<String>,
}
