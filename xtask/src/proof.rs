//! Generates projects and runs them: setup, every check of their own, migrations up and down and up, start, and the
//! commands of their README, and the contract suite over HTTP, on real databases.

use crate::mariadb::Mariadb;
use crate::pairs::all_pairs;
use crate::postgres::Postgres;
use crate::rabbitmq::Rabbitmq;
use crate::redis::Redis;
use crate::stage::{self, Outcome, free_port};
use scaffold::catalog::Catalog;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::OnceLock;
use std::time::Duration;

/// Generate projects and prove them by running them
#[derive(clap::Args)]
pub struct ProofArgs {
    /// Only the curated cases that continuous integration runs
    #[arg(long)]
    curated: bool,
    /// Only the cases that hold every pair of options
    #[arg(long, conflicts_with = "curated")]
    pairwise: bool,
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

/// One answer set that somebody chose, for every framework.
struct Chosen {
    name: &'static str,
    answers: &'static str,
    set: &'static [&'static str],
    curated: Curated,
}

/// What continuous integration runs of a case, which has half an hour for everything.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Curated {
    Nothing,
    /// Its migrations and the contract suite.
    Outside,
    /// Every step.
    Everything,
}

/// One answer set.
struct Case {
    name: String,
    answers: &'static str,
    set: Vec<String>,
    /// Of those made for their pairs of options; their other steps are proved by the chosen ones.
    paired: bool,
    /// Only its migrations and the contract suite.
    outside: bool,
}

const CASES: &[Chosen] = &[
    Chosen { name: "shop-sqlite", answers: "examples/shop.toml", set: &[], curated: Curated::Everything },
    Chosen {
        name: "wide-postgresql",
        answers: "tests/answers/wide.toml",
        set: &["stack.database=postgresql", "stack.ci=gitlab-ci", "stack.deploy=kubernetes"],
        curated: Curated::Nothing,
    },
    Chosen {
        name: "shop-postgresql-snake",
        answers: "examples/shop.toml",
        set: &["stack.database=postgresql", "api.json_case=snake"],
        curated: Curated::Nothing,
    },
    Chosen {
        name: "wide-sqlite",
        answers: "tests/answers/wide.toml",
        set: &["stack.database=sqlite", "stack.deploy=kubernetes"],
        curated: Curated::Nothing,
    },
    Chosen { name: "open-sqlite", answers: "tests/answers/open.toml", set: &[], curated: Curated::Nothing },
    Chosen {
        name: "open-postgresql-snake",
        answers: "tests/answers/open.toml",
        set: &["stack.database=postgresql", "api.json_case=snake", "stack.ci=none"],
        curated: Curated::Nothing,
    },
    Chosen {
        name: "shop-postgresql-redis",
        answers: "examples/shop.toml",
        set: &["stack.database=postgresql", "stack.cache=redis", "stack.ci=gitlab-ci", "stack.deploy=kubernetes"],
        curated: Curated::Nothing,
    },
    Chosen {
        name: "work-postgresql-rabbitmq",
        answers: "tests/answers/work.toml",
        set: &["stack.database=postgresql", "stack.queue=rabbitmq", "stack.deploy=kubernetes"],
        curated: Curated::Nothing,
    },
    Chosen {
        name: "work-mysql-redis",
        answers: "tests/answers/work.toml",
        set: &["stack.database=mysql", "stack.cache=redis", "stack.queue=redis", "stack.ci=gitlab-ci"],
        curated: Curated::Nothing,
    },
    Chosen { name: "awkward-sqlite", answers: "tests/answers/awkward.toml", set: &[], curated: Curated::Nothing },
    Chosen { name: "work-sqlite", answers: "tests/answers/work.toml", set: &[], curated: Curated::Nothing },
    Chosen {
        name: "shop-mysql",
        answers: "examples/shop.toml",
        set: &["stack.database=mysql"],
        curated: Curated::Nothing,
    },
    Chosen {
        name: "wide-mysql",
        answers: "tests/answers/wide.toml",
        set: &["stack.database=mysql", "stack.ci=gitlab-ci"],
        curated: Curated::Nothing,
    },
    Chosen {
        name: "open-mysql-redis-snake",
        answers: "tests/answers/open.toml",
        set: &[
            "stack.database=mysql",
            "stack.cache=redis",
            "stack.queue=redis",
            "api.json_case=snake",
            "stack.ci=none",
        ],
        curated: Curated::Outside,
    },
];

/// Small, and it leaves open all that the pairs are made of.
const PAIRED_ANSWERS: &str = "tests/answers/pairs.toml";

/// Runs the chosen cases and prints one table.
pub fn run(args: &ProofArgs) -> ExitCode {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let root = args.keep.clone().unwrap_or_else(|| temporary.path().to_path_buf());
    std::fs::create_dir_all(&root).expect("the folder for projects and logs");
    let servers = Servers::start();
    let mut rows = Vec::new();
    if !args.pairwise && args.only.as_ref().is_none_or(|text| "golden SQL".contains(text.as_str())) {
        println!("golden SQL");
        rows.extend(golden_sql(&root, &servers).into_iter().map(|it| ("golden SQL".to_owned(), it)));
    }
    for case in cases(args) {
        println!("{} {}", case.name, if case.paired { case.set.join(" ") } else { String::new() });
        match prove(&case, args, &root, &servers) {
            Ok(outcomes) => rows.extend(outcomes.into_iter().map(|it| (case.name.clone(), it))),
            Err(message) => rows.push((case.name.clone(), failed("prepare", message))),
        }
    }
    report(&rows)
}

/// The cases that were asked for.
fn cases(args: &ProofArgs) -> Vec<Case> {
    let catalog = Catalog::embedded().expect("the embedded blueprints");
    let wanted = |case: &Chosen| !args.pairwise && (case.curated != Curated::Nothing || !args.curated);
    let chosen = catalog.frameworks.keys().flat_map(|id| {
        CASES.iter().filter(|case| wanted(case)).map(move |case| Case {
            name: format!("{id}-{}", case.name),
            answers: case.answers,
            set: [format!("stack.framework={id}")]
                .into_iter()
                .chain(case.set.iter().map(|&it| it.to_owned()))
                .collect(),
            paired: false,
            outside: args.curated && case.curated == Curated::Outside,
        })
    });
    let paired = if args.curated { Vec::new() } else { paired(&catalog) };
    let wanted = |case: &Case| args.only.as_ref().is_none_or(|text| case.name.contains(text.as_str()));
    chosen.chain(paired).filter(wanted).collect()
}

/// Cases that hold every pair of what each framework supports, and of what an answers file says about all entities.
fn paired(catalog: &Catalog) -> Vec<Case> {
    let mut cases = Vec::new();
    for (id, framework) in &catalog.frameworks {
        let mut factors = Vec::new();
        for question in catalog.questions.iter().map(|(id, _)| id).filter(|&id| id != "framework") {
            let options = framework.options(question, &catalog.questions);
            factors.push((format!("stack.{question}"), options.into_iter().map(str::to_owned).collect()));
        }
        let more = [
            ("api.json_case", ["camel", "snake"]),
            ("project.license", ["MIT", "Apache-2.0"]),
            ("defaults.soft_delete", ["false", "true"]),
            ("defaults.audit", ["false", "true"]),
            ("defaults.pagination", ["offset", "cursor"]),
        ];
        factors.extend(more.map(|(name, options)| (name.to_owned(), options.map(str::to_owned).to_vec())));
        for (at, row) in all_pairs(&factors).into_iter().enumerate() {
            let answers = factors.iter().map(|(name, _)| name).zip(row);
            let mut set = vec![format!("stack.framework={id}")];
            set.extend(answers.map(|(name, answer)| format!("{name}={answer}")));
            cases.push(Case {
                name: format!("{id}-pairs-{}", at + 1),
                answers: PAIRED_ANSWERS,
                set,
                paired: true,
                outside: false,
            });
        }
    }
    cases
}

/// The servers that were started, or why not.
pub struct Servers {
    postgres: Result<Postgres, String>,
    mariadb: Result<Mariadb, String>,
    redis: Result<Redis, String>,
    /// Started when it is asked for.
    rabbitmq: OnceLock<Result<Rabbitmq, String>>,
}

impl Servers {
    /// Starts every server that databases and caches need.
    pub fn start() -> Self {
        let rabbitmq = OnceLock::new();
        Self { postgres: Postgres::start(), mariadb: Mariadb::start(), redis: Redis::start(), rabbitmq }
    }

    /// The URLs of a cache for a service and for its tests.
    pub fn caches(&self) -> Result<[String; 2], String> {
        let server = self.redis.as_ref().map_err(String::clone)?;
        Ok([server.url(0), server.url(2)])
    }

    /// The URLs of a broker for a service and for its tests.
    pub fn brokers(&self, kind: &str, owner: &str) -> Result<[String; 2], String> {
        if kind == "redis" {
            let server = self.redis.as_ref().map_err(String::clone)?;
            return Ok([server.url(1), server.url(3)]);
        }
        let server = self.rabbitmq.get_or_init(Rabbitmq::start).as_ref().map_err(String::clone)?;
        Ok([server.host(owner)?, server.host(&format!("{owner}-test"))?])
    }

    /// Makes an empty database of this kind, where it is a file in a folder, and gives its URL.
    pub fn database(&self, kind: &str, owner: &str, folder: &Path, purpose: &str) -> Result<String, String> {
        let name = format!("{owner}_{purpose}").replace(['-', ' '], "_");
        match kind {
            "postgresql" => self.postgres.as_ref().map_err(String::clone)?.database(&name),
            "mysql" => self.mariadb.as_ref().map_err(String::clone)?.database(&name),
            _ => Ok(format!("sqlite:///{}", folder.join(format!("{purpose}.db")).display())),
        }
    }
}

impl Case {
    /// The database it chooses; the answers files themselves choose the embedded one.
    fn database(&self) -> &str {
        self.set.iter().find_map(|pair| pair.strip_prefix("stack.database=")).unwrap_or("sqlite")
    }

    fn has_server(&self) -> bool {
        self.database() != "sqlite"
    }

    fn has_redis(&self) -> bool {
        self.set.iter().any(|pair| pair == "stack.cache=redis")
    }

    /// The broker it chooses.
    fn queue(&self) -> Option<&str> {
        self.set.iter().find_map(|pair| pair.strip_prefix("stack.queue=")).filter(|it| *it != "none")
    }
}

fn failed(name: &str, message: String) -> Outcome {
    let outcome = Outcome { name: name.to_owned(), passed: false, took: Duration::ZERO, tail: message };
    tell(&outcome);
    outcome
}

/// One step: its name, whether it wants an empty database, the folder it runs in, the command.
type Step<'a> = (&'static str, bool, &'a Path, String);

/// Runs the SQL that the golden files of `derive` hold on every database it is written for.
fn golden_sql(root: &Path, servers: &Servers) -> Vec<Outcome> {
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
    outcomes.push(match &servers.postgres {
        Ok(server) => run("postgresql", &format!("-h 127.0.0.1 -p {} -U postgres", server.port())),
        Err(message) => failed("postgresql", message.clone()),
    });
    outcomes.push(match &servers.mariadb {
        Ok(server) => run("mysql", &format!("-u root -S {}", server.socket().display())),
        Err(message) => failed("mysql", message.clone()),
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

fn prove(case: &Case, args: &ProofArgs, root: &Path, servers: &Servers) -> Result<Vec<Outcome>, String> {
    let project = root.join(&case.name);
    let logs = root.join(format!("{}-logs", case.name));
    // A database of an earlier run would be no empty one.
    for folder in [&project, &logs] {
        let _ = std::fs::remove_dir_all(folder);
    }
    std::fs::create_dir_all(&logs).map_err(|error| error.to_string())?;
    let database = |purpose: &str| servers.database(case.database(), &case.name, &logs, purpose);
    let mut shared = vec![("PORT".to_owned(), free_port()?.to_string())];
    if case.has_server() {
        shared.push(("TEST_DATABASE_URL".to_owned(), database("test")?));
    }
    if case.has_redis() {
        let [service, tests] = servers.caches()?;
        shared.push(("REDIS_URL".to_owned(), service));
        shared.push(("TEST_REDIS_URL".to_owned(), tests));
    }
    if let Some(queue) = case.queue() {
        let [service, tests] = servers.brokers(queue, &case.name)?;
        shared.push(("BROKER_URL".to_owned(), service));
        shared.push(("TEST_BROKER_URL".to_owned(), tests));
        shared.push(("WORKER_PORT".to_owned(), free_port()?.to_string()));
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
    let set: String = case.set.iter().flat_map(|pair| [" --set ", pair]).collect();
    let generate = format!("\"$SCAFFOLD\" new {} --answers {}{set}", project.display(), case.answers);
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
    if case.paired {
        steps.retain(|(name, ..)| !matches!(*name, "readme" | "api guide"));
    }
    if case.outside {
        steps.retain(|(name, ..)| matches!(*name, "generate" | "setup" | "migrate"));
    }
    let unlimited = "RATE_LIMIT_PER_MINUTE=0 AUTH_RATE_LIMIT_PER_MINUTE=0 ACCESS_TOKEN_SECONDS=86400";
    let secret = "JWT_SECRET=only-for-the-proof-0123456789-abcdefghij MAIL_TRANSPORT=file:mails";
    let times = if args.curated || case.paired { 1 } else { 2 };
    let ask = format!("{} {times}", script("contract.sh"));
    steps.push((
        "contract",
        true,
        project,
        format!("make migrate && {unlimited} {secret} {} {ask}", script("serve.sh")),
    ));
    if args.containers && !case.paired {
        // The path of a SQLite file is one inside the container.
        let url = if case.has_server() { "$DATABASE_URL" } else { "sqlite:////data/app.db" };
        steps.push(("container", true, project, format!("{} {url}", script("container.sh"))));
    }
    if !args.curated && !case.paired {
        let fuzz = format!("make migrate && {unlimited} {} {}", script("serve.sh"), script("fuzz.sh"));
        steps.push(("schemathesis", true, project, fuzz));
    }
    steps
}

fn report(rows: &[(String, Outcome)]) -> ExitCode {
    println!("\n{:<24} {:<14} {:>8}  result", "case", "step", "seconds");
    for (case, outcome) in rows {
        let result = if outcome.passed { "passed" } else { "FAILED" };
        println!("{case:<24} {:<14} {:>8.1}  {result}", outcome.name, outcome.took.as_secs_f32());
    }
    let wrong = rows.iter().filter(|(_, outcome)| !outcome.passed).count();
    println!("\nproof: {} passed, {wrong} failed", rows.len() - wrong);
    if rows.is_empty() || wrong > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pairs_stay_affordable_and_reach_every_database() {
        let catalog = Catalog::embedded().expect("the embedded blueprints");
        let cases = paired(&catalog);
        assert!(cases.len() <= 15 * catalog.frameworks.len(), "{} cases", cases.len());
        for database in ["sqlite", "postgresql", "mysql"] {
            assert!(cases.iter().any(|case| case.database() == database), "no case on {database}");
        }
        assert!(cases.iter().any(Case::has_redis), "no case with a cache");
    }
}
