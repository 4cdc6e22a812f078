//! Generates projects and runs them: setup, every check of their own, migrations up and down and up, start, and the
//! commands of their README, on real databases.

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
        set: &["stack.database=postgresql", "stack.ci=gitlab-ci"],
        curated: true,
    },
    Case { name: "shop-postgresql", answers: "examples/shop.toml", set: &["stack.database=postgresql"], curated: false },
    Case { name: "wide-sqlite", answers: "tests/answers/wide.toml", set: &["stack.database=sqlite"], curated: false },
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
    for case in chosen {
        println!("{}", case.name);
        match prove(case, &root, postgres.as_ref()) {
            Ok(outcomes) => rows.extend(outcomes.into_iter().map(|it| (case.name, it))),
            Err(message) => rows.push((case.name, failed("prepare", message))),
        }
    }
    report(&rows)
}

fn failed(name: &str, message: String) -> Outcome {
    println!("  {name:<14} FAILED\n{message}");
    Outcome { name: name.to_owned(), passed: false, took: Duration::ZERO, tail: message }
}

fn prove(case: &Case, root: &Path, postgres: Result<&Postgres, &String>) -> Result<Vec<Outcome>, String> {
    let project = root.join(case.name);
    let logs = root.join(format!("{}-logs", case.name));
    let _ = std::fs::remove_dir_all(&project);
    std::fs::create_dir_all(&logs).map_err(|error| error.to_string())?;
    let mut environment = vec![("APP_ENV".to_owned(), "development".to_owned())];
    if case.set.contains(&"stack.database=postgresql") {
        let server = postgres.map_err(String::clone)?;
        let name = case.name.replace('-', "_");
        environment.push(("DATABASE_URL".to_owned(), server.database(&name)?));
        environment.push(("TEST_DATABASE_URL".to_owned(), server.database(&format!("{name}_test"))?));
    }
    environment.push(("PORT".to_owned(), free_port()?.to_string()));
    let set: String = case.set.iter().map(|pair| format!(" --set {pair}")).collect();
    let here = std::env::current_dir().map_err(|error| error.to_string())?;
    let generate = format!("cargo run --quiet --package scaffold -- new {} --answers {}{set}", project.display(), case.answers);
    let script = |name: &str| here.join("xtask").join(name).display().to_string();
    let steps: &[(&str, &Path, String)] = &[
        ("generate", &here, generate),
        ("setup", &project, "make setup".to_owned()),
        ("check", &project, "make check".to_owned()),
        ("format", &project, "make format && git diff --exit-code".to_owned()),
        ("migrate", &project, "make migrate migrate-down migrate seed seed".to_owned()),
        ("files", &project, script("files.sh")),
        ("requests", &project, format!("{} {}", script("serve.sh"), script("readme.sh"))),
    ];
    let mut outcomes = Vec::new();
    for (name, folder, command) in steps {
        let outcome = stage::run(name, folder, &logs, &environment, command);
        println!("  {name:<14} {} {:.1} s", if outcome.passed { "passed" } else { "FAILED" }, outcome.took.as_secs_f32());
        let passed = outcome.passed;
        if !passed {
            println!("{}", outcome.tail);
        }
        outcomes.push(outcome);
        if !passed {
            break;
        }
    }
    Ok(outcomes)
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
