//! Why a check did not pass.

use super::Exchange;
use std::fmt;

/// What was expected, what came, and the exchange that shows it.
#[derive(Debug, Clone)]
pub struct Fault {
    /// What the contract wants.
    pub expected: String,
    /// What the service did.
    pub got: String,
    /// The request and the answer.
    pub exchange: Option<Box<Exchange>>,
}

impl Fault {
    /// A fault without an exchange.
    pub fn new(expected: impl Into<String>, got: impl Into<String>) -> Self {
        Self { expected: expected.into(), got: got.into(), exchange: None }
    }

    /// The same, shown by an exchange.
    #[must_use]
    pub fn shown_by(self, exchange: &Exchange) -> Self {
        Self { exchange: Some(Box::new(exchange.clone())), ..self }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "expected {}, got {}", self.expected, self.got)
    }
}

/// How a check ends early.
#[derive(Debug, Clone)]
pub enum Stop {
    /// The contract is broken.
    Failed(Fault),
    /// The check cannot be done here, and why.
    Skipped(String),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault)
    }
}

/// Skips a check for a reason.
pub fn skip<T>(reason: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Skipped(reason.into()))
}

/// Fails a check unless `holds`.
pub fn ensure(
    holds: bool,
    exchange: &Exchange,
    expected: impl Into<String>,
    got: impl Into<String>,
) -> Result<(), Fault> {
    if holds { Ok(()) } else { Err(Fault::new(expected, got).shown_by(exchange)) }
}
