//! What a run of the suite found, and how it is told.

mod html;
mod json;
mod junit;

use super::Fault;
use std::time::Duration;

/// One check and how it ended.
#[derive(Debug, Clone)]
pub struct CheckResult {
    /// The group it belongs to.
    pub group: &'static str,
    /// Stable: `rows/product/created`.
    pub id: String,
    /// The sentence of the contract that it proves.
    pub says: &'static str,
    /// How it ended.
    pub verdict: Verdict,
    /// How long it took.
    pub took: Duration,
    /// How many requests it sent.
    pub requests: usize,
}

/// How a check ended.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// The contract holds.
    Passed,
    /// It does not.
    Failed(Box<Fault>),
    /// It could not be checked, and why.
    Skipped(String),
}

/// All checks in the order they were made.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The checks.
    pub results: Vec<CheckResult>,
}

impl Report {
    /// How many passed, failed and were skipped.
    pub fn counts(&self) -> (usize, usize, usize) {
        let count = |wanted: fn(&Verdict) -> bool| self.results.iter().filter(|it| wanted(&it.verdict)).count();
        (
            count(|it| matches!(it, Verdict::Passed)),
            count(|it| matches!(it, Verdict::Failed(_))),
            count(|it| matches!(it, Verdict::Skipped(_))),
        )
    }

    /// The checks that failed, with what they found.
    pub fn failures(&self) -> impl Iterator<Item = (&CheckResult, &Fault)> {
        self.results.iter().filter_map(|result| match &result.verdict {
            Verdict::Failed(fault) => Some((result, &**fault)),
            _ => None,
        })
    }
}
