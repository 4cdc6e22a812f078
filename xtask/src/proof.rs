//! Generates projects and runs them: setup, every check of their own, migrations up and down and up, start, and the
//! commands of their README, and the contract suite over HTTP, on real databases.

use crate::mariadb::Mariadb;
use crate::postgres::Postgres;
use crate::stage::{self, Outcome};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// Generate projects and prove them by running them
#[derive(clap::Args)]
pub struct ProofArgs {
    /// Only the curated cases that continuous integration runs
    #[arg(long)]
    curated: bool,
    /// Only the cases whose name contains this
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Also build and start each Dockerfile, with buildah; the base images must be in its storage
    #[arg(long)]
    containers: bool,
    /// Where projects and logs go; kept [default: a temporary folder, removed]
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

/// One answer set.
struct Case {
    name: &'static str,
    answers: &'static str,
    set: &'static [&'static str],
    curated: bool,
}

const CASES: &[Case] = &[
    Case { name: "shop-sqlite", answers: "examples/shop.toml", set: &[], curated: true },
    Case {
        name: "wide-postgresql",
        answers: "tests/answers/wide.toml",
        set: &["stack.database=postgresql", "stack.ci=gitlab-ci", "stack.deploy=kubernetes"],
        curated: false,
    },
    Case {
        name: "shop-postgresql-snake",
        answers: "examples/shop.toml",
        set: &["stack.database=postgresql", "api.json_case=snake"],
        curated: false,
    },
    Case {
        name: "wide-sqlite",
        answers: "tests/answers/wide.toml",
        set: &["stack.database=sqlite", "stack.deploy=kubernetes"],
        curated: false,
    },
    Case { name: "open-sqlite", answers: "tests/answers/open.toml", set: &[], curated: true },
    Case {
        name: "open-postgresql-snake",
        answers: "tests/answers/open.toml",
        set: &["stack.database=postgresql", "api.json_case=snake", "stack.ci=none"],
        curated: false,
    },
];

/// Runs the chosen cases and prints one table.
pub fn run(args: &ProofArgs) -> ExitCode {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let root = args.keep.clone().unwrap_or_else(|| temporary.path().to_path_buf());
    std::fs::create_dir_all(&root).expect("the folder for projects and logs");
    let chosen = CASES.iter().filter(|case| {
        (case.curated || !args.curated) && args.only.as_ref().is_none_or(|text| case.name.contains(text.as_str()))
    });
    let postgres = Postgres::start();
    let mut rows = Vec::new();
    if args.only.as_ref().is_none_or(|text| "golden SQL".contains(text.as_str())) {
        println!("golden SQL");
        rows.extend(golden_sql(&root, postgres.as_ref()).into_iter().map(|it| ("golden SQL", it)));
    }
    for case in chosen {
        println!("{}", case.name);
        match prove(case, args, &root, postgres.as_ref()) {
            Ok(outcomes) => rows.extend(outcomes.into_iter().map(|it| (case.name, it))),
            Err(message) => rows.push((case.name, failed("prepare", message))),
        }
    }
    report(&rows)
}

fn failed(name: &str, message: String) -> Outcome {
    let outcome = Outcome { name: name.to_owned(), passed: false, took: Duration::ZERO, tail: message };
    tell(&outcome);
    outcome
}

/// One step: its name, whether it wants an empty database, the folder it runs in, the command.
type Step<'a> = (&'static str, bool, &'a Path, String);

/// Runs the SQL that the golden files of `derive` hold on every database it is written for.
fn golden_sql(root: &Path, postgres: Result<&Postgres, &String>) -> Vec<Outcome> {
    let here = Path::new(".");
    let run = |database: &str, arguments: &str| {
        let outcome = stage::run(
            database,
            here,
            root,
            &[],
            &format!("python3 tests/derive/real_databases.py {database} {arguments}"),
        );
        tell(&outcome);
        outcome
    };
    let mut outcomes = vec![run("sqlite", "")];
    outcomes.push(match postgres {
        Ok(server) => run("postgresql", &format!("-h 127.0.0.1 -p {} -U postgres", server.port())),
        Err(message) => failed("postgresql", message.clone()),
    });
    outcomes.push(match Mariadb::start() {
        Ok(server) => run("mysql", &format!("-u root -S {}", server.socket().display())),
        Err(message) => failed("mysql", message),
    });
    outcomes
}

fn tell(outcome: &Outcome) {
    let verdict = if outcome.passed { "passed" } else { "FAILED" };
    println!("  {:<14} {verdict} {:.1} s", outcome.name, outcome.took.as_secs_f32());
    if !outcome.passed {
        println!("{}", outcome.tail);
    }
}

fn prove(
    case: &Case,
    args: &ProofArgs,
    root: &Path,
    postgres: Result<&Postgres, &String>,
) -> Result<Vec<Outcome>, String> {
    let project = root.join(case.name);
    let logs = root.join(format!("{}-logs", case.name));
    let _ = std::fs::remove_dir_all(&project);
    std::fs::create_dir_all(&logs).map_err(|error| error.to_string())?;
    let server =
        if case.set.contains(&"stack.database=postgresql") { Some(postgres.map_err(String::clone)?) } else { None };
    let database = |purpose: &str| -> Result<String, String> {
        match server {
            Some(server) => server.database(&format!("{}_{purpose}", case.name.replace('-', "_"))),
            None => Ok(format!("sqlite:///{}", logs.join(format!("{purpose}.db")).display())),
        }
    };
    let mut shared = vec![("PORT".to_owned(), free_port()?.to_string())];
    if server.is_some() {
        shared.push(("TEST_DATABASE_URL".to_owned(), database("test")?));
    }
    let here = std::env::current_dir().map_err(|error| error.to_string())?;
    let mut outcomes = Vec::new();
    for (name, fresh, folder, command) in steps(case, args, &here, &project) {
        let mut environment = shared.clone();
        if fresh {
            environment.push(("DATABASE_URL".to_owned(), database(&name.replace(' ', "_"))?));
        }
        let outcome = stage::run(name, folder, &logs, &environment, &command);
        tell(&outcome);
        let passed = outcome.passed;
        outcomes.push(outcome);
        if !passed {
            break;
        }
    }
    Ok(outcomes)
}

fn steps<'a>(case: &Case, args: &ProofArgs, here: &'a Path, project: &'a Path) -> Vec<Step<'a>> {
    let set: String = case.set.iter().map(|pair| format!(" --set {pair}")).collect();
    let generate =
        format!("cargo run --quiet --package scaffold -- new {} --answers {}{set}", project.display(), case.answers);
    let script = |name: &str| here.join("xtask").join(name).display().to_string();
    let document = |path: &str| format!("make migrate && {} {} {path}", script("serve.sh"), script("document.sh"));
    let mut steps = vec![
        ("generate", false, here, generate),
        ("setup", false, project, "make setup".to_owned()),
        ("check", false, project, "make check".to_owned()),
        ("format", false, project, "make format && git diff --exit-code".to_owned()),
        (
            "migrate",
            true,
            project,
            "make migrate && make migrate-down && make migrate && make seed && make seed".to_owned(),
        ),
        ("files", false, project, script("files.sh")),
        ("readme", true, project, document("README.md")),
        ("api guide", true, project, document("docs/api.md")),
    ];
    let unlimited = "RATE_LIMIT_PER_MINUTE=0 AUTH_RATE_LIMIT_PER_MINUTE=0 ACCESS_TOKEN_SECONDS=86400";
    let secret = "JWT_SECRET=only-for-the-proof-0123456789-abcdefghij MAIL_TRANSPORT=file:mails";
    let (times, here) = (if args.curated { 1 } else { 2 }, here.display());
    let ask = format!("{} {here} {times}", script("contract.sh"));
    steps.push((
        "contract",
        true,
        project,
        format!("make migrate && {unlimited} {secret} {} {ask}", script("serve.sh")),
    ));
    if args.containers {
        // The path of a SQLite file is one inside the container.
        let url =
            if case.set.contains(&"stack.database=postgresql") { "$DATABASE_URL" } else { "sqlite:////data/app.db" };
        steps.push(("container", true, project, format!("{} {url}", script("container.sh"))));
    }
    if !args.curated {
        let fuzz = format!("make migrate && {unlimited} {} {}", script("serve.sh"), script("fuzz.sh"));
        steps.push(("schemathesis", true, project, fuzz));
    }
    steps
}

fn free_port() -> Result<u16, String> {
    std::net::TcpListener::bind(("127.0.0.1", 0))
        .and_then(|it| it.local_addr())
        .map(|it| it.port())
        .map_err(|error| error.to_string())
}

fn report(rows: &[(&str, Outcome)]) -> ExitCode {
    println!("\n{:<24} {:<14} {:>8}  result", "case", "step", "seconds");
    for (case, outcome) in rows {
        let result = if outcome.passed { "passed" } else { "FAILED" };
        println!("{case:<24} {:<14} {:>8.1}  {result}", outcome.name, outcome.took.as_secs_f32());
    }
    let wrong = rows.iter().filter(|(_, outcome)| !outcome.passed).count();
    println!("\nproof: {} passed, {wrong} failed", rows.len() - wrong);
    if rows.is_empty() || wrong > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
