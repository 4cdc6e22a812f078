//! How a command fails: a kind, which decides the exit code, and a message.

use crate::answers::{Problem, render_problems};
use crate::catalog::CatalogError;
use crate::project::StageError;
use std::io::IsTerminal;
use std::process::ExitCode;

/// Something could not be done.
pub const EXIT_FAILED: u8 = 1;
/// The command line or the answers are wrong.
pub const EXIT_USAGE: u8 = 2;
/// A person stopped it.
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
    /// A person stopped it; the message says how to go on.
    Interrupted(&'static str),
    /// Anything else.
    Failed(String),
}

impl Failure {
    /// The program's exit code.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Answers(_) | Self::Usage(_) => EXIT_USAGE,
            Self::Interrupted(_) => EXIT_INTERRUPTED,
            Self::Catalog(_) | Self::Stage(_) | Self::Failed(_) => EXIT_FAILED,
        })
    }

    /// Tells the person, on standard error.
    pub fn print(&self) {
        match self {
            Self::Answers(problems) => {
                let colour =
                    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|it| it.is_empty());
                anstream::eprintln!("{}", render_problems(problems, colour).trim_end());
            }
            Self::Usage(message) | Self::Failed(message) => anstream::eprintln!("error: {message}"),
            Self::Interrupted(message) => anstream::eprintln!("{message}"),
            Self::Catalog(error) => anstream::eprintln!("error: {error}"),
            Self::Stage(error) => anstream::eprintln!("error: {error}"),
        }
    }
}

impl From<CatalogError> for Failure {
    fn from(error: CatalogError) -> Self {
        Self::Catalog(error)
    }
}

impl From<StageError> for Failure {
    fn from(error: StageError) -> Self {
        Self::Stage(error)
    }
}
