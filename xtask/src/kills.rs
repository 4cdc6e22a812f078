//! Kills the program at many moments and looks at what it leaves: `tests/kills.rs`, more often.

use std::process::{Command, ExitCode};

/// Kill the program at many moments; each time everything or nothing must be there
#[derive(clap::Args)]
pub struct KillsArgs {
    /// How often
    #[arg(long, default_value_t = 1000)]
    count: u32,
    /// Kill the optimised program
    #[arg(long)]
    release: bool,
}

/// Runs the test.
pub fn run(args: &KillsArgs) -> ExitCode {
    let mut command = Command::new("cargo");
    command.args(["test", "--quiet", "--package", "scaffold", "--test", "kills"]);
    if args.release {
        command.arg("--release");
    }
    let status = command.args(["--", "--nocapture"]).env("SCAFFOLD_KILLS", args.count.to_string()).status();
    if status.is_ok_and(|it| it.success()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
