//! Whether events and jobs survive crashes: a service is written to while it, its worker and its broker are killed and
//! started again, and then everything is counted.

mod clients;
mod edits;
mod judge;
mod listener;
mod process;
mod sql;

use crate::proof::Servers;
use crate::rabbitmq::Rabbitmq;
use crate::redis::Redis;
use crate::stage::{self, free_port};
use clients::Load;
use edits::Edits;
use judge::Found;
use listener::Listener;
pub use process::Process;
pub use sql::Database;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

const ANSWERS: &str = "xtask/crash/answers.toml";
/// The project's name in those answers.
const PROJECT: &str = "parcel-desk";
const ADMIN: (&str, &str) = ("crash@example.com", "Crash-Adm1n-42");
/// How long the broker is away.
const AWAY: Duration = Duration::from_secs(10);
/// Everything that was asked for has to be done so soon: a lease of a worker that was killed is half a minute.
const PATIENCE: Duration = Duration::from_mins(4);

/// Kill a service, its worker and its broker under load, and count what is lost or doubled
#[derive(clap::Args)]
pub struct CrashArgs {
    /// The framework's id
    framework: String,
    /// What carries events and jobs
    #[arg(long, value_name = "ID", default_value = "none", value_parser = ["none", "redis", "rabbitmq"])]
    queue: String,
    /// The database
    #[arg(long, value_name = "ID", default_value = "postgresql", value_parser = ["postgresql", "mysql", "sqlite"])]
    database: String,
    /// How many writes have to be answered
    #[arg(long, default_value_t = 2000)]
    writes: usize,
    /// How often each process is killed
    #[arg(long, default_value_t = 5)]
    kills: usize,
    /// Decides when
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the project and its logs go; kept [default: a temporary folder, removed]
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

/// Runs the test and prints what was counted.
pub fn run(args: &CrashArgs) -> ExitCode {
    match attempt(args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// The broker, which comes and goes.
enum Broker {
    None,
    Redis(Redis),
    Rabbitmq(Rabbitmq),
}

impl Broker {
    fn start(kind: &str) -> Result<Self, String> {
        Ok(match kind {
            "redis" => Self::Redis(Redis::start_durable()?),
            "rabbitmq" => Self::Rabbitmq(Rabbitmq::start()?),
            _ => Self::None,
        })
    }

    fn url(&self) -> Option<String> {
        match self {
            Self::None => None,
            Self::Redis(server) => Some(server.url(0)),
            Self::Rabbitmq(server) => Some(server.url()),
        }
    }

    fn away(&mut self) -> Result<(), String> {
        match self {
            Self::None => return Ok(()),
            Self::Redis(server) => server.down(),
            Self::Rabbitmq(server) => server.down()?,
        }
        std::thread::sleep(AWAY);
        match self {
            Self::None => Ok(()),
            Self::Redis(server) => server.up(),
            Self::Rabbitmq(server) => server.up(),
        }
    }
}

/// What is done to the processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Blow {
    Service,
    Worker,
    Broker,
}

fn attempt(args: &CrashArgs) -> Result<bool, String> {
    let temporary = tempfile::tempdir().map_err(|error| error.to_string())?;
    let root = args.keep.clone().unwrap_or_else(|| temporary.path().to_path_buf());
    let root = std::path::absolute(root).map_err(|error| error.to_string())?;
    let project = root.join("project");
    let _ = std::fs::remove_dir_all(&root);
    std::fs::create_dir_all(&root).map_err(|error| error.to_string())?;
    let servers = Servers::start();
    let url = servers.database(&args.database, "crash", &root, "test")?;
    let mut broker = Broker::start(&args.queue)?;
    let ports = [free_port()?, free_port()?];
    let environment = environment(&root, &url, broker.url(), ports);
    generate(args, &root, &project, &environment)?;
    let database = Database::new(&url);
    database.run(edits::TABLE)?;

    let mut service = Process::start(&project, &root, &environment, "run", ports[0])?;
    let mut worker = match &broker {
        Broker::None => None,
        _ => Some(Process::start(&project, &root, &environment, "worker", ports[1])?),
    };
    let listener = broker.url().map(|url| Listener::start(url, PROJECT)).transpose()?;
    let origin = format!("http://127.0.0.1:{}", ports[0]);
    let load = Arc::new(Load::new(origin, ADMIN)?);
    let running = Load::begin(&load, args.seed);
    let begun = Instant::now();
    let mut outcome = Ok(());
    let mut earliest = 0;
    for (after, blow) in blows(args, worker.is_some()) {
        load.wait_for(after.max(earliest));
        println!("{:>6.1} s  {:>5} writes  {blow:?}", begun.elapsed().as_secs_f32(), load.answered());
        outcome = match blow {
            Blow::Service => service.kill_and_start(),
            Blow::Worker => worker.as_mut().map_or(Ok(()), Process::kill_and_start),
            Blow::Broker => broker.away(),
        };
        if outcome.is_err() {
            break;
        }
        // Each one is to meet work.
        earliest = load.answered() + args.writes / 50;
    }
    if outcome.is_ok() {
        load.wait_for(args.writes);
    }
    let log = load.end(running);
    outcome?;
    println!("{:>6.1} s  {:>5} writes  the end of the load", begun.elapsed().as_secs_f32(), log.answered.len());
    let quiet = settle(&database);
    let events = match listener {
        Some(listener) => listener.end(),
        None => listener::Events::of_table(&database)?,
    };
    if let Err(why) = &quiet {
        println!("not everything was done: {why}");
    }
    println!("{:>6.1} s  everything is quiet", begun.elapsed().as_secs_f32());
    let found = Found::read(&database, &root.join("mails"))?;
    drop((service, worker));
    let rows = judge::judge(&log, &events, &found);
    println!("{}", judge::table(&rows, &log, &events, &found));
    Ok(quiet.is_ok() && rows.iter().all(judge::Row::holds))
}

fn environment(root: &Path, url: &str, broker: Option<String>, ports: [u16; 2]) -> Vec<(String, String)> {
    let own = [
        ("DATABASE_URL", url.to_owned()),
        ("PORT", ports[0].to_string()),
        ("WORKER_PORT", ports[1].to_string()),
        ("JWT_SECRET", "only-for-crashing-0123456789-abcdefghij".to_owned()),
        ("ACCESS_TOKEN_SECONDS", "86400".to_owned()),
        ("RATE_LIMIT_PER_MINUTE", "0".to_owned()),
        ("AUTH_RATE_LIMIT_PER_MINUTE", "0".to_owned()),
        ("MAIL_TRANSPORT", format!("file:{}", root.join("mails").display())),
        ("ADMIN_EMAIL", ADMIN.0.to_owned()),
        ("ADMIN_PASSWORD", ADMIN.1.to_owned()),
        // A handler whose process is killed again and again is not to be given up.
        ("EVENT_ATTEMPTS", "50".to_owned()),
        ("EVENT_RETRY_BASE_MS", "100".to_owned()),
        ("JOB_RETRY_BASE_MS", "100".to_owned()),
    ];
    let broker = broker.map(|url| ("BROKER_URL", url));
    own.into_iter().chain(broker).map(|(name, value)| (name.to_owned(), value)).collect()
}

fn generate(args: &CrashArgs, root: &Path, project: &Path, environment: &[(String, String)]) -> Result<(), String> {
    let here = std::env::current_dir().map_err(|error| error.to_string())?;
    let framework = &args.framework;
    let edits = Edits::of(framework)?;
    let generate = format!(
        "\"$SCAFFOLD\" new {} --no-git --answers {ANSWERS} --set stack.framework={framework} \
         --set stack.database={} --set stack.queue={}",
        project.display(),
        args.database,
        args.queue,
    );
    let step = |name: &str, place: &Path, command: &str| {
        println!("{command}");
        let outcome = stage::run(name, place, root, environment, command);
        if outcome.passed { Ok(()) } else { Err(format!("`{command}` failed:\n{}", outcome.tail)) }
    };
    step("generate", &here, &generate)?;
    edits.make(project, &here.join(ANSWERS))?;
    for (name, command) in [("setup", "make setup"), ("migrate", "make migrate"), ("admin", "make create-admin")] {
        step(name, project, command)?;
    }
    Ok(())
}

/// When what is done, in order: moments are counts of answered writes.
fn blows(args: &CrashArgs, has_worker: bool) -> Vec<(usize, Blow)> {
    let mut random = clients::Random::new(args.seed);
    let mut moment = || args.writes / 20 + random.below(args.writes * 9 / 10);
    let mut found: Vec<_> = (0..args.kills).map(|_| (moment(), Blow::Service)).collect();
    if has_worker {
        found.extend((0..args.kills).map(|_| (moment(), Blow::Worker)));
        found.push((moment(), Blow::Broker));
    }
    found.sort_by_key(|(after, _)| *after);
    found
}

/// Waits until nothing is left to be done.
fn settle(database: &Database) -> Result<(), String> {
    let begun = Instant::now();
    loop {
        let left = left(database)?;
        if left.is_empty() {
            // What is done twice may come late.
            std::thread::sleep(Duration::from_secs(5));
            return Ok(());
        }
        if begun.elapsed() > PATIENCE {
            return Err(left.join(", "));
        }
        std::thread::sleep(Duration::from_secs(1));
    }
}

fn left(database: &Database) -> Result<Vec<String>, String> {
    let mut left = Vec::new();
    for (what, statement) in [
        ("events to publish", "SELECT count(*) FROM outbox WHERE published_at IS NULL"),
        ("jobs to do", "SELECT count(*) FROM jobs WHERE status = 'pending'"),
    ] {
        match database.number(statement)? {
            0 => {}
            count => left.push(format!("{count} {what}")),
        }
    }
    for (handler, kind) in judge::HANDLERS {
        let wanted = database.number(&format!("SELECT count(*) FROM outbox WHERE type = '{kind}'"))?;
        let done = database.number(&format!(
            "SELECT count(DISTINCT reference) FROM crash_effects WHERE kind = 'handler' AND name = '{handler}'"
        ))?;
        if done < wanted {
            left.push(format!("{} events for {handler}", wanted - done));
        }
    }
    Ok(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args() -> CrashArgs {
        let (framework, queue, database) = ("x".to_owned(), "redis".to_owned(), "sqlite".to_owned());
        CrashArgs { framework, queue, database, writes: 1000, kills: 3, seed: 7, keep: None }
    }

    #[test]
    fn the_same_seed_gives_the_same_blows_in_order_within_the_load() {
        let found = blows(&args(), true);
        assert_eq!(found, blows(&args(), true));
        assert_eq!(found.len(), 7);
        assert!(found.windows(2).all(|pair| pair[0].0 <= pair[1].0));
        assert!(found.iter().all(|(after, _)| (50..950).contains(after)));
        assert_ne!(found, blows(&CrashArgs { seed: 8, ..args() }, true));
    }

    #[test]
    fn a_service_without_a_worker_is_killed_alone() {
        assert!(blows(&args(), false).iter().all(|(_, blow)| *blow == Blow::Service));
    }
}
