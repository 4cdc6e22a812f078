//! Commands that run beside this program: started, watched, ended, and what a person sees meanwhile.

mod child;
mod port;
mod progress;

pub use child::{Child, tail};
pub use port::{answers_ok, free_port};
pub use progress::Progress;

use std::time::Duration;

/// How often a running command is looked at.
pub const TICK: Duration = Duration::from_millis(50);

/// Whether a program is on the search path.
pub fn installed(command: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let suffix = std::env::consts::EXE_SUFFIX;
    std::env::split_paths(&path).any(|folder| folder.join(format!("{command}{suffix}")).is_file())
}
