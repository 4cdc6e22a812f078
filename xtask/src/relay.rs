//! How fast the worker of a generated service publishes its outbox, beside a program that publishes the same messages with
//! nothing around.

use crate::bench::{middle, range};
use crate::crash::{Database, Process};
use crate::postgres::Postgres;
use crate::rabbitmq::Rabbitmq;
use crate::redis::Redis;
use crate::stage::{self, free_port};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Messages of a round.
const MESSAGES: usize = 5000;
const PATIENCE: Duration = Duration::from_mins(2);

/// One worker over one database and one broker.
pub struct Relay {
    project: PathBuf,
    folder: PathBuf,
    environment: Vec<(String, String)>,
    database: Database,
    /// Publishes `MESSAGES` times the file behind it and prints the seconds.
    bare: String,
    // Stops when dropped.
    _worker: Process,
}

/// A broker of our own; stops when dropped.
pub enum Broker {
    Rabbitmq(Rabbitmq),
    Redis(Redis),
}

impl Broker {
    /// Starts one.
    pub fn start(queue: &str) -> Result<Self, String> {
        match queue {
            "rabbitmq" => Rabbitmq::start().map(Self::Rabbitmq),
            _ => Redis::start().map(Self::Redis),
        }
    }

    fn url(&self) -> String {
        match self {
            Self::Rabbitmq(server) => server.url(),
            Self::Redis(server) => server.url(0),
        }
    }
}

impl Relay {
    /// Generates a project, writes one row by HTTP to have a message, and starts the worker.
    pub fn prepare(
        folder: &Path,
        (framework, queue): (&str, &str),
        bare: &str,
        postgres: &Postgres,
        broker: &Broker,
    ) -> Result<Self, String> {
        let project = folder.join("project");
        let url = postgres.database(&format!("relay_{framework}_{queue}"))?;
        let (port, worker_port) = (free_port()?, free_port()?);
        let environment: Vec<(String, String)> = [
            ("DATABASE_URL", url.as_str()),
            ("BROKER_URL", &broker.url()),
            ("JWT_SECRET", "only-for-the-bench-0123456789-abcdefghij"),
            ("MAIL_TRANSPORT", "file:mails"),
            ("PORT", &port.to_string()),
            ("WORKER_PORT", &worker_port.to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let here = std::env::current_dir().map_err(|error| error.to_string())?;
        let generate = format!(
            "\"$SCAFFOLD\" new {} --no-git --answers xtask/bench/answers.toml \
             --set stack.framework={framework} --set stack.database=postgresql --set stack.queue={queue} \
             && cp xtask/bench/{framework}/*.* {}",
            project.display(),
            project.display(),
        );
        for (name, place, command) in [
            ("generate", here.as_path(), generate.as_str()),
            ("setup", &project, "make setup"),
            ("migrate", &project, "make migrate"),
        ] {
            println!("{framework} on {queue}: {name}");
            let outcome = stage::run(name, place, folder, &environment, command);
            if !outcome.passed {
                return Err(format!("`{command}` failed:\n{}", outcome.tail));
            }
        }
        let database = Database::new(&url);
        let service = Process::start(&project, folder, &environment, "run", port)?;
        let offer = serde_json::json!({ "name": "The Night Train", "price": "12.50", "category": "book" });
        ureq::post(format!("http://127.0.0.1:{port}/api/v1/offers"))
            .header("Content-Type", "application/json")
            .send(offer.to_string())
            .map_err(|error| format!("no row could be written: {error}"))?;
        drop(service);
        let envelope = database.rows("SELECT envelope FROM outbox LIMIT 1")?.concat().concat();
        std::fs::write(folder.join("envelope.json"), envelope).map_err(|error| error.to_string())?;
        let worker = Process::start(&project, folder, &environment, "worker", worker_port)?;
        Ok(Self { project, folder: folder.to_owned(), environment, database, bare: bare.to_owned(), _worker: worker })
    }

    /// The table of one framework on one broker.
    pub fn section(&self, name: &str, rounds: usize) -> Result<String, String> {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        self.relayed(500)?;
        for _ in 0..rounds {
            theirs.push(self.published()?);
            ours.push(self.relayed(MESSAGES)?);
        }
        let ratios: Vec<f64> = ours.iter().zip(&theirs).map(|(ours, theirs)| ours / theirs).collect();
        let (least, most) = range(&ratios);
        let mut text = format!(
            "## Events: {name}\n\n{rounds} rounds of {MESSAGES} messages from an outbox on postgresql, in batches of 100, each confirmed\n\n"
        );
        text += "| what | events/s | published directly | ratio |\n|---|---:|---:|---:|\n";
        let _ = writeln!(
            text,
            "| relay of the worker | {:.0} | {:.0} | {:.2} ({least:.2}–{most:.2}) |",
            middle(ours),
            middle(theirs),
            middle(ratios)
        );
        Ok(text)
    }

    /// Messages in a second from the outbox.
    fn relayed(&self, count: usize) -> Result<f64, String> {
        let envelope = self.folder.join("envelope.json");
        let envelope = std::fs::read_to_string(envelope).map_err(|error| error.to_string())?;
        self.database.run(&format!(
            "INSERT INTO outbox (id, type, subject, envelope, created_at) SELECT gen_random_uuid(), 'offer.created', \
             gen_random_uuid(), '{}', now() FROM generate_series(1, {count})",
            envelope.replace('\'', "''")
        ))?;
        let started = Instant::now();
        while self.database.number("SELECT count(*) FROM outbox WHERE published_at IS NULL")? > 0 {
            if started.elapsed() > PATIENCE {
                return Err(format!("{count} messages were not published within {PATIENCE:?}"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        // Between the first and the last mark: how long the worker took to notice does not count.
        let took = self.database.rows(&format!(
            "SELECT extract(epoch FROM max(published_at) - min(published_at)) FROM \
             (SELECT published_at FROM outbox ORDER BY position DESC LIMIT {count}) AS latest"
        ))?;
        let seconds: f64 = took.concat().concat().trim().parse().map_err(|_| "no times in the outbox".to_owned())?;
        #[allow(clippy::cast_precision_loss)]
        // The first batch is marked when its own time is over.
        Ok((count - 100) as f64 / seconds)
    }

    /// Messages in a second without anything around.
    fn published(&self) -> Result<f64, String> {
        let command = format!("{} {} {MESSAGES}", self.bare, self.folder.join("envelope.json").display());
        let outcome = stage::run("publish", &self.project, &self.folder, &self.environment, &command);
        if !outcome.passed {
            return Err(format!("`{command}` failed:\n{}", outcome.tail));
        }
        let log = std::fs::read_to_string(self.folder.join("publish.log")).map_err(|error| error.to_string())?;
        let seconds = log.lines().rev().find_map(|line| line.trim().parse::<f64>().ok());
        #[allow(clippy::cast_precision_loss)]
        seconds.map(|seconds| MESSAGES as f64 / seconds).ok_or(format!("no seconds in: {log}"))
    }
}
