//! Projects that are there: what has been edited, what an update would do, and the update.

pub mod add;
mod consent;
pub mod diff;
mod project;
pub mod rename;
mod report;
pub mod status;
pub mod update;

use std::path::PathBuf;

/// Where the project is.
#[derive(Debug, Clone, clap::Args)]
pub struct Place {
    /// The project's folder [default: the one around the current folder]
    #[arg(long, short = 'C', value_name = "DIR")]
    pub dir: Option<PathBuf>,
}
