//! The command-line program: parses, runs, exits.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = scaffold::cli::Cli::parse();
    match scaffold::cli::run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print();
            failure.exit_code()
        }
    }
}
