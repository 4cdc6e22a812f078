//! A service that can be started with other settings.

use super::Target;
use std::time::Duration;

/// A variable and its value.
pub type Setting<'a> = (&'a str, &'a str);

/// Starts the service with its worker, one at a time, on the same database and address.
pub trait Restart {
    /// Where the service is when it runs.
    fn target(&self) -> Target;

    /// A value that the project's `.env.example` gives a variable, commented out or not.
    fn example(&self, name: &str) -> Option<String>;

    /// Starts it with these variables beside the usual ones, and waits until it can serve; the failure says why it
    /// does not.
    fn start(&mut self, settings: &[Setting<'_>]) -> Result<(), String>;

    /// Starts a second one beside it, with these variables; gives its address.
    fn beside(&mut self, settings: &[Setting<'_>]) -> Result<Target, String>;

    /// Starts it with these variables, and without those of `absent`, where neither the environment nor a file gives
    /// them; waits until it ends by itself, or ends it.
    fn refuse(&mut self, settings: &[Setting<'_>], absent: &[&str]) -> Result<Ended, String>;

    /// Runs a target of the project's Makefile to its end, in the environment of the usual service.
    fn make(&mut self, target: &str) -> Result<Ended, String>;

    /// Tells the worker to end, and waits at most so long; nothing where it had to be ended.
    fn stop_worker(&mut self, within: Duration) -> Result<Option<Ended>, String>;

    /// Starts the worker again, with these variables beside the usual ones.
    fn start_worker(&mut self, settings: &[Setting<'_>]) -> Result<(), String>;

    /// Starts a second worker beside the first; gives its address.
    fn second_worker(&mut self, settings: &[Setting<'_>]) -> Result<String, String>;

    /// Tells it to end, and does not wait.
    fn terminate(&mut self);

    /// Waits until it has ended, at most so long; nothing when it runs on.
    fn ended(&mut self, within: Duration) -> Result<Option<Ended>, String>;

    /// Ends it and what runs beside it, whatever they do.
    fn end(&mut self);
}

/// How a service ended.
#[derive(Debug, Clone)]
pub struct Ended {
    /// Whether its status is 0.
    pub well: bool,
    /// The status, for people; nothing when it had to be ended.
    pub status: Option<String>,
    /// From its start, or from when it was told to end.
    pub took: Duration,
    /// What it has said meanwhile.
    pub said: String,
}
