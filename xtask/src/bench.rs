//! How fast a generated service is beside a bare one of the same framework: same rows, same queries, same database,
//! one process each, under load turn by turn. Machines are noisy: what counts is the ratio.

use crate::mutants::with_section;
use crate::postgres::Postgres;
use crate::relay::{Broker, Relay};
use crate::service::Service;
use crate::stage;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const BENCHES: &str = "xtask/bench";
const DOCUMENT: &str = "docs/benchmarks.md";
/// The least share, in percent, of the bare service's requests that the generated one should reach.
const AIM: u32 = 70;
/// Fewer than the pool has connections, so that no request waits for one.
const CONNECTIONS: u8 = 8;
/// The rows that are read and listed.
const ROWS: usize = 1000;
const BODY: &str =
    r#"{"name":"The Night Train","price":"12.50","category":"book","description":"A crime story on rails."}"#;
const ACCOUNT: &str = r#""email":"bench@example.com","password":"Analytical-Engine-1""#;
const OPENING: &str = "\
# Benchmarks

`cargo xtask bench` measures a generated service beside a bare one and writes the tables; wrk must be installed. `cargo bench --bench speed`
prints how long generating takes.

The generated service is the one of `xtask/bench/answers.toml`, started by `make run` as in production: one log line for each
request (into a file), metrics, limits that count every request and refuse none, all headers. The bare one is `xtask/bench/<framework>/bare.*`: the
framework and the same database library as tutorials write them. It does the same queries on the same tables and answers the same JSON, with
nothing around it. Both run in one process each, with the same packages, the same server and the same size of the pool. A list is 20 rows in the
order of their ids and the number of all; a `POST` is one `INSERT` in a transaction; \"with a token\" both check its signature and ask whether
its session is alive.

Rounds alternate between the two. A cell is the median of its rounds; a ratio is the median of those of neighbouring rounds, the smallest and the
greatest behind it. `CPU ms` is what the server's process used for one request: other work on the machine disturbs it least.
";

const PARTS: &str = "\
Thousands of instructions for one request, counted by callgrind (`--parts`): what a service without the part needs less. What the server and the
kernel do is not among them: the bare service does more of that, for it makes three trips to PostgreSQL where the generated one makes one.
Less than a hundred, more or less, is noise.
";

/// Measure a generated service beside a bare one of the same framework
#[derive(clap::Args)]
pub struct BenchArgs {
    /// Only this framework
    framework: Option<String>,
    /// Rounds of each service
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// How long a round is
    #[arg(long, value_name = "SECONDS", default_value_t = 3)]
    seconds: u32,
    /// Also count what each part around a request costs; valgrind must be installed
    #[arg(long)]
    parts: bool,
    /// Only how fast workers publish events, on each broker
    #[arg(long)]
    relay: bool,
    /// Only this database
    #[arg(long, value_name = "ID")]
    only: Option<String>,
    /// Where projects and logs go; kept [default: a temporary folder, removed]
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

/// What `bench.toml` of a framework says.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    databases: Vec<String>,
    /// Serves on `PORT`; with a number behind it, fills the table of products and ends.
    bare: String,
    /// A program for callgrind that prints what the parts around a request cost.
    parts: Option<String>,
    /// Publishes the file of its first argument as often as the second one says, and prints the seconds.
    publish: Option<String>,
}

/// Measures and writes the document.
pub fn run(args: &BenchArgs) -> ExitCode {
    match attempt(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn attempt(args: &BenchArgs) -> Result<(), String> {
    let temporary = tempfile::tempdir().map_err(|error| error.to_string())?;
    let root = args.keep.clone().unwrap_or_else(|| temporary.path().to_path_buf());
    let root = std::path::absolute(root).map_err(|error| error.to_string())?;
    let postgres = Postgres::start()?;
    if args.relay {
        return relays(args, &root, &postgres);
    }
    let mut measured = false;
    for (framework, settings) in frameworks()? {
        let wanted = |it: &&String| args.only.as_ref().is_none_or(|only| only == *it);
        for database in settings.databases.iter().filter(wanted) {
            if args.framework.as_ref().is_some_and(|only| *only != framework) {
                continue;
            }
            measured = true;
            let name = format!("{framework} on {database}");
            let folder = root.join(&framework).join(database);
            let _ = std::fs::remove_dir_all(&folder);
            std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
            let url = match database.as_str() {
                "postgresql" => postgres.database(&format!("bench_{framework}"))?,
                _ => format!("sqlite:///{}", folder.join("bench.db").display()),
            };
            let bench = Bench::prepare(&folder, (&framework, database), &settings, &url)?;
            let section = bench.section(&name, args)?;
            println!();
            write(&section)?;
            if let (true, Some(parts)) = (args.parts, &settings.parts) {
                write(&bench.parts(&folder, &name, parts)?)?;
            }
        }
    }
    if measured { Ok(()) } else { Err(format!("{BENCHES} has no such framework and database")) }
}

/// Measures the workers.
fn relays(args: &BenchArgs, root: &Path, postgres: &Postgres) -> Result<(), String> {
    for (framework, settings) in frameworks()? {
        let wanted = args.framework.as_ref().is_none_or(|only| *only == framework);
        let Some(publish) = settings.publish.as_ref().filter(|_| wanted) else { continue };
        for queue in ["redis", "rabbitmq"] {
            let folder = root.join(&framework).join(queue);
            let _ = std::fs::remove_dir_all(&folder);
            std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
            let broker = Broker::start(queue)?;
            let relay = Relay::prepare(&folder, (&framework, queue), publish, postgres, &broker)?;
            let section = relay.section(&format!("{framework} on {queue}"), args.rounds)?;
            println!("{section}");
            write(&section)?;
        }
    }
    Ok(())
}

/// Every framework with a bare service, sorted.
fn frameworks() -> Result<Vec<(String, Settings)>, String> {
    let entries = std::fs::read_dir(BENCHES).map_err(|error| format!("{BENCHES}: {error}"))?;
    let mut found = Vec::new();
    for folder in entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|it| it.is_dir()) {
        let path = folder.join("bench.toml");
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let settings = toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        found.push((name, settings));
    }
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(found)
}

/// Puts a section into the document.
fn write(section: &str) -> Result<(), String> {
    let document = std::fs::read_to_string(DOCUMENT).unwrap_or_else(|_| OPENING.to_owned());
    std::fs::write(DOCUMENT, with_section(&document, section)).map_err(|error| error.to_string())
}

/// Both services over one database, and what it takes to ask them.
struct Bench {
    generated: Service,
    bare: Service,
    token: String,
    row: String,
    project: PathBuf,
    environment: Vec<(String, String)>,
}

impl Bench {
    /// Generates the project, fills the database and starts both services.
    fn prepare(
        folder: &Path,
        (framework, database): (&str, &str),
        settings: &Settings,
        url: &str,
    ) -> Result<Self, String> {
        let here = std::env::current_dir().map_err(|error| error.to_string())?;
        let ours = here.join(BENCHES).join(framework);
        let project = folder.join("project");
        let environment = [
            ("DATABASE_URL", url),
            ("APP_ENV", "production"),
            ("JWT_SECRET", "only-for-the-bench-0123456789-abcdefghij"),
            ("METRICS_TOKEN", "only-for-the-bench-0123456789"),
            ("ACCESS_TOKEN_SECONDS", "86400"),
            ("RATE_LIMIT_PER_MINUTE", "1000000000"),
            ("PUBLIC_URL", "https://example.com"),
            ("MAIL_TRANSPORT", "file:mails"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let generate = format!(
            "\"$SCAFFOLD\" new {} --no-git --answers {BENCHES}/answers.toml \
             --set stack.framework={framework} --set stack.database={database} && cp {}/*.* {}",
            project.display(),
            ours.display(),
            project.display(),
        );
        let bare = &settings.bare;
        for (name, place, command) in [
            ("generate", here.as_path(), generate),
            ("setup", &project, "make setup".to_owned()),
            ("migrate", &project, "make migrate".to_owned()),
            ("fill", &project, format!("{bare} {ROWS}")),
        ] {
            println!("{framework} on {database}: {name}");
            let outcome = stage::run(name, place, folder, &environment, &command);
            if !outcome.passed {
                return Err(format!("`{command}` failed:\n{}", outcome.tail));
            }
        }
        let start = |name, command, ready| Service::start(&project, folder, &environment, name, command, ready);
        let generated = start("generated", "make run", "/readyz")?;
        let bare = start("bare", bare, "/api/v1/products?limit=1")?;
        generated.fetch("/auth/register", &["-d", &format!(r#"{{{ACCOUNT},"name":"Bench"}}"#)])?;
        let tokens = generated.fetch("/auth/login", &["-d", &format!("{{{ACCOUNT}}}")])?;
        let token = text_of(&tokens, "/accessToken")?;
        let row = text_of(&generated.fetch("/products", &[])?, "/items/0/id")?;
        Ok(Self { generated, bare, token, row, project, environment: environment.into() })
    }

    /// What the parts around a request cost.
    fn parts(&self, folder: &Path, name: &str, program: &str) -> Result<String, String> {
        let out = folder.join("callgrind");
        let valgrind = format!("valgrind --tool=callgrind --instr-atstart=no --callgrind-out-file={}", out.display());
        let command = format!("{valgrind} {program} {}", out.display());
        println!("{name}: parts");
        let outcome = stage::run("parts", &self.project, folder, &self.environment, &command);
        if !outcome.passed {
            return Err(format!("`{command}` failed:\n{}", outcome.tail));
        }
        let log = std::fs::read_to_string(folder.join("parts.log")).map_err(|error| error.to_string())?;
        let table: String = log.lines().filter(|it| it.starts_with("| ")).flat_map(|it| [it, "\n"]).collect();
        let table = table.replacen('\n', "\n|---|---:|---:|\n", 1);
        Ok(format!("## Where the rest goes: {name}\n\n{PARTS}\n{table}"))
    }

    /// The table of one framework on one database.
    fn section(&self, name: &str, args: &BenchArgs) -> Result<String, String> {
        let mut text = format!("## Speed: {name}\n\n");
        let _ =
            writeln!(text, "{} rounds of {} s, {CONNECTIONS} connections, {ROWS} rows\n", args.rounds, args.seconds);
        text += "| request | requests/s | bare | ratio | p95 ms | bare | CPU ms | bare | ratio |\n";
        text += "|---|---:|---:|---:|---:|---:|---:|---:|---:|\n";
        let row = format!("/products/{}", self.row);
        for (what, path, body, token) in [
            ("`GET` one row", row.as_str(), false, false),
            ("list of 20", "/products?limit=20", false, false),
            ("`POST`", "/offers", true, false),
            ("`POST` with a token", "/products", true, true),
        ] {
            let token = token.then_some(self.token.as_str());
            let load = Load { path, body, token };
            let (mut ours, mut theirs) = (Vec::new(), Vec::new());
            load.round(&self.generated, 1)?;
            load.round(&self.bare, 1)?;
            for _ in 0..args.rounds {
                theirs.push(load.round(&self.bare, args.seconds)?);
                ours.push(load.round(&self.generated, args.seconds)?);
            }
            let line = line(what, &ours, &theirs);
            println!("{line}");
            let _ = writeln!(text, "{line}");
        }
        Ok(text)
    }
}

/// What one round showed.
struct Round {
    per_second: f64,
    p95_ms: f64,
    cpu_ms: f64,
}

/// One row of the table.
fn line(what: &str, ours: &[Round], theirs: &[Round]) -> String {
    let median = |rounds: &[Round], of: fn(&Round) -> f64| middle(rounds.iter().map(of).collect());
    let ratios: Vec<f64> = ours.iter().zip(theirs).map(|(ours, theirs)| ours.per_second / theirs.per_second).collect();
    let (least, most) = range(&ratios);
    let ratio = middle(ratios);
    let verdict = if ratio * 100.0 < f64::from(AIM) { format!("{ratio:.2}") } else { format!("**{ratio:.2}**") };
    let (cpu, bare_cpu) = (median(ours, |it| it.cpu_ms), median(theirs, |it| it.cpu_ms));
    format!(
        "| {what} | {:.0} | {:.0} | {verdict} ({least:.2}–{most:.2}) | {:.1} | {:.1} | {cpu:.2} | {bare_cpu:.2} | {:.2} |",
        median(ours, |it| it.per_second),
        median(theirs, |it| it.per_second),
        median(ours, |it| it.p95_ms),
        median(theirs, |it| it.p95_ms),
        bare_cpu / cpu,
    )
}

/// The least and the greatest.
pub fn range(values: &[f64]) -> (f64, f64) {
    values.iter().fold((f64::MAX, 0.0), |(low, high): (f64, f64), &it| (low.min(it), high.max(it)))
}

pub fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    if values.len() % 2 == 1 { values[half] } else { f64::midpoint(values[half - 1], values[half]) }
}

/// One kind of request.
struct Load<'a> {
    path: &'a str,
    body: bool,
    token: Option<&'a str>,
}

impl Load<'_> {
    /// Puts load on a service for some seconds; every answer must be a success.
    fn round(&self, service: &Service, seconds: u32) -> Result<Round, String> {
        let mut wrk = Command::new("wrk");
        wrk.args(["-t1", "--timeout", "30s", "-s", "xtask/bench/load.lua"])
            .arg(format!("-c{CONNECTIONS}"))
            .arg(format!("-d{seconds}s"));
        wrk.arg(service.url(self.path)).env("METHOD", if self.body { "POST" } else { "GET" });
        if self.body {
            wrk.env("BODY", BODY);
        }
        if let Some(token) = self.token {
            wrk.env("TOKEN", token);
        }
        let before = service.cpu_ms()?;
        let output = wrk.output().map_err(|error| format!("cannot run wrk (Debian: apt-get install wrk): {error}"))?;
        let used = service.cpu_ms()? - before;
        let text = String::from_utf8_lossy(&output.stdout);
        let line = text.lines().find(|it| it.starts_with("round ")).ok_or(format!("wrk says nothing: {text}"))?;
        let number = |name: &str| {
            let word = line.split(' ').find_map(|it| it.strip_prefix(name)?.strip_prefix('='));
            word.and_then(|it| it.parse::<f64>().ok()).ok_or(format!("no {name} in: {line}"))
        };
        if number("failed")? > 0.0 || number("requests")? == 0.0 {
            return Err(format!("requests to {} failed: {line}", service.url(self.path)));
        }
        let requests = number("requests")?;
        Ok(Round {
            per_second: requests / number("microseconds")? * 1e6,
            p95_ms: number("p95")? / 1000.0,
            cpu_ms: used / requests,
        })
    }
}

fn text_of(json: &str, pointer: &str) -> Result<String, String> {
    let value: serde_json::Value = serde_json::from_str(json).map_err(|error| format!("{error}: {json}"))?;
    value.pointer(pointer).and_then(|it| it.as_str()).map(str::to_owned).ok_or(format!("no {pointer} in {json}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_medians_and_marks_what_reaches_the_aim() {
        let rounds = |speeds: [f64; 3]| speeds.map(|per_second| Round { per_second, p95_ms: 2.0, cpu_ms: 1.0 });
        let good = line("x", &rounds([80.0, 90.0, 70.0]), &rounds([100.0, 100.0, 100.0]));
        assert_eq!(good, "| x | 80 | 100 | **0.80** (0.70–0.90) | 2.0 | 2.0 | 1.00 | 1.00 | 1.00 |");
        let slow = line("x", &rounds([10.0, 69.0, 100.0]), &rounds([100.0, 100.0, 100.0]));
        assert!(slow.contains("| 0.69 (0.10–1.00) |"), "{slow}");
    }
}
