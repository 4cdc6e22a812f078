//! How a command fails: a kind, which decides the exit code, and a message.

use super::output;
use crate::answers::{Problem, render_problems};
use crate::catalog::CatalogError;
use crate::project::{ApplyError, StageError};
use crate::update::NextError;
use serde_json::{Value, json};
use std::process::ExitCode;

/// Something could not be done.
pub const EXIT_FAILED: u8 = 1;
/// The command line or the answers are wrong.
pub const EXIT_USAGE: u8 = 2;
/// The change was made, and some places of it need a person.
pub const EXIT_CONFLICTS: u8 = 3;
/// The person pressed Ctrl-C, or the system asked the program to end.
pub const EXIT_INTERRUPTED: u8 = 130;

/// Why a command stopped.
#[derive(Debug)]
pub enum Failure {
    /// The answers are wrong, each problem with its place.
    Answers(Vec<Problem>),
    /// The command line is wrong.
    Usage(String),
    /// A blueprint is wrong.
    Catalog(CatalogError),
    /// The project could not be written.
    Stage(StageError),
    /// The project could not be changed.
    Apply(ApplyError),
    /// What would be generated now cannot be worked out.
    Update(NextError),
    /// Edits and what is new exclude each other in some files; the report has said so.
    Conflicts,
    /// Anything else.
    Failed(String),
    /// Ctrl-C; the message says what is there and what is not.
    Interrupted(&'static str),
    /// A service does not keep the contract; the report has said so.
    Unproven,
    /// Whoever read the output has enough of it.
    ClosedPipe,
}

impl Failure {
    /// The program's exit code.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code())
    }

    fn code(&self) -> u8 {
        match self {
            Self::Answers(_) | Self::Usage(_) | Self::Update(NextError::Impossible(_)) => EXIT_USAGE,
            Self::Conflicts => EXIT_CONFLICTS,
            Self::Apply(ApplyError::Stopped) => EXIT_INTERRUPTED,
            Self::Catalog(_) | Self::Failed(_) | Self::Unproven | Self::Apply(_) | Self::Update(_) => EXIT_FAILED,
            Self::Stage(StageError::Stopped) | Self::Interrupted(_) => EXIT_INTERRUPTED,
            Self::Stage(_) => EXIT_FAILED,
            Self::ClosedPipe => 0,
        }
    }

    /// Tells the person on standard error, or with `json` a program on standard output.
    pub fn report(&self, json: bool) {
        if matches!(self, Self::ClosedPipe | Self::Unproven | Self::Conflicts) {
            return;
        }
        if json {
            // Whoever closed standard output does not want to know.
            let _ = output::print(&format!("{:#}\n", self.json()));
            return;
        }
        match self {
            Self::Answers(problems) => {
                let colour = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
                output::tell(render_problems(problems, colour).trim_end());
            }
            _ if self.code() == EXIT_INTERRUPTED => output::tell(&self.message()),
            _ => output::tell(&format!("error: {}", self.message())),
        }
    }

    /// The same as data; docs/command-line.md describes it.
    fn json(&self) -> Value {
        let problems = match self {
            Self::Answers(problems) => problems.iter().map(problem).collect(),
            _ => vec![json!({ "message": self.message(), "notes": [] })],
        };
        json!({ "ok": false, "exit_code": self.code(), "problems": problems })
    }

    fn message(&self) -> String {
        match self {
            Self::Answers(problems) => problems.iter().map(|it| it.message.as_str()).collect::<Vec<_>>().join("\n"),
            Self::Usage(message) | Self::Failed(message) => message.clone(),
            Self::Catalog(error) => error.to_string(),
            Self::Stage(error) => error.to_string(),
            Self::Apply(error) => error.to_string(),
            Self::Update(error) => error.to_string(),
            Self::Conflicts => "some files have conflicts".to_owned(),
            Self::Interrupted(message) => (*message).to_owned(),
            Self::Unproven => "the service does not keep the contract".to_owned(),
            Self::ClosedPipe => "standard output was closed".to_owned(),
        }
    }
}

fn problem(problem: &Problem) -> Value {
    let (line, column) = problem.line_and_column();
    json!({
        "message": problem.message,
        "file": problem.place.source.name,
        "line": line,
        "column": column,
        "label": problem.label,
        "notes": problem.notes,
    })
}

impl From<CatalogError> for Failure {
    fn from(error: CatalogError) -> Self {
        Self::Catalog(error)
    }
}

impl From<ApplyError> for Failure {
    fn from(error: ApplyError) -> Self {
        Self::Apply(error)
    }
}

impl From<StageError> for Failure {
    fn from(error: StageError) -> Self {
        Self::Stage(error)
    }
}
