//! Work on scaffold itself: `cargo xtask proof` generates projects and runs them, `cargo xtask kills` interrupts the
//! program.

mod kills;
mod mariadb;
mod pairs;
mod postgres;
mod proof;
mod stage;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
struct Xtask {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Proof(proof::ProofArgs),
    Kills(kills::KillsArgs),
}

fn main() -> ExitCode {
    match Xtask::parse().command {
        Command::Proof(args) => proof::run(&args),
        Command::Kills(args) => kills::run(&args),
    }
}
