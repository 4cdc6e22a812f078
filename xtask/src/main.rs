//! Work on scaffold itself: `cargo xtask proof` generates projects and runs them, `cargo xtask mutants` breaks them on
//! purpose, `cargo xtask kills` interrupts the program, `cargo xtask bench` measures a generated service, `cargo xtask
//! compare` compares the answers of all frameworks, `cargo xtask chain` changes a project that people have worked on, `cargo xtask crash` kills a service, its worker and its broker.

mod bench;
mod bump;
mod chain;
mod compare;
mod crash;
mod kills;
mod mariadb;
mod mutants;
mod pairs;
mod postgres;
mod proof;
mod rabbitmq;
mod redis;
mod relay;
mod service;
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
    Bench(bench::BenchArgs),
    Bump(bump::BumpArgs),
    Chain(chain::ChainArgs),
    Compare(compare::CompareArgs),
    Crash(crash::CrashArgs),
    Proof(proof::ProofArgs),
    Kills(kills::KillsArgs),
    Mutants(mutants::MutantsArgs),
}

fn main() -> ExitCode {
    match Xtask::parse().command {
        Command::Bench(args) => bench::run(&args),
        Command::Bump(args) => bump::run(&args),
        Command::Chain(args) => chain::run(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Crash(args) => crash::run(&args),
        Command::Proof(args) => proof::run(&args),
        Command::Kills(args) => kills::run(&args),
        Command::Mutants(args) => mutants::run(&args),
    }
}
