//! One part of proving a project, and how it ended.

use std::time::Duration;

/// A stage that was to run.
#[derive(Debug, Clone)]
pub struct StageResult {
    /// Stable: `types`.
    pub name: &'static str,
    /// What it does, for people.
    pub title: &'static str,
    /// The commands that it ran, in order.
    pub commands: Vec<String>,
    /// How it ended.
    pub verdict: StageVerdict,
    /// How long it took.
    pub took: Duration,
    /// The file that has all its output.
    pub log: Option<String>,
}

/// How a stage ended.
#[derive(Debug, Clone)]
pub enum StageVerdict {
    /// Everything in it is as it should be.
    Passed,
    /// It is not, or the stage could not run.
    Failed(StageFault),
    /// It was not wanted, or something before it failed.
    Skipped(String),
}

/// Why a stage failed.
#[derive(Debug, Clone)]
pub struct StageFault {
    /// What happened, and what to do where that is known.
    pub reason: String,
    /// The part of its output that tells most.
    pub lines: Vec<String>,
}

impl StageFault {
    /// A fault without output.
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), lines: Vec::new() }
    }
}

/// Everything that one run of `scaffold verify` did.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// The project's title.
    pub title: String,
    /// The folder or the address that was verified.
    pub target: String,
    /// How long it took.
    pub took: Duration,
    /// The stages, none when a running service was asked.
    pub stages: Vec<StageResult>,
    /// What the contract suite found, when it ran.
    pub contract: super::Report,
}

impl Run {
    /// Whether everything that was to be proved is proved.
    pub fn ok(&self) -> bool {
        let (_, failed, _) = self.contract.counts();
        failed == 0 && !self.stages.iter().any(|it| matches!(it.verdict, StageVerdict::Failed(_)))
    }
}
