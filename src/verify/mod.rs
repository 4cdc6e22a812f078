//! Whether a service keeps the contract: the suite that asks it over HTTP.
//!
//! The suite is black-box: it knows the contract and the spec, no framework. It creates what it needs, removes what it
//! can, and may be run twice against one service. Unlike the stations before it, it has a network and a clock.

mod broker;
mod client;
mod exchange;
mod fault;
mod metrics;
mod raw;
mod refusing;
mod report;
mod restart;
mod stage;
mod states;
mod suite;
mod target;
mod token;
mod world;

pub use broker::{Broker, Message, listen};
pub use exchange::Exchange;
pub use fault::{Fault, Stop};
pub use report::{CheckResult, Report, Verdict};
pub use restart::{Ended, Restart, Setting};
pub use stage::{Run, StageFault, StageResult, StageVerdict};
pub use suite::{GROUPS, contract, needs_settings, recorded, settings, without_settings};
pub use target::{Credentials, Target};
