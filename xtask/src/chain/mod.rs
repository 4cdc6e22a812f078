//! Changes a project that people have worked on, step after step: it has rows, edited, deleted and added files. After each
//! step every edit and every row must be there, and `scaffold verify` must pass.

mod edits;

use crate::crash::Database;
use crate::proof::Servers;
use crate::stage::{self, free_port};
use scaffold::catalog::Catalog;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

/// How many files are edited.
const EDITS: usize = 40;
/// A file that is deleted, and that stays so.
const DELETED: &str = "docs/handoff.md";

/// Change a project with rows and edits, step after step
#[derive(clap::Args)]
pub struct ChainArgs {
    /// Only this framework
    framework: Option<String>,
    /// Only this course of changes
    #[arg(long, value_name = "NAME", value_parser = COURSES.iter().map(|it| it.name).collect::<Vec<_>>())]
    course: Option<String>,
    /// Verify from this change on; what is there is looked at after each
    #[arg(long, value_name = "CHANGE")]
    from: Option<String>,
    /// Where projects and logs go; kept [default: a temporary folder, removed]
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

/// A project and how it changes.
struct Course {
    name: &'static str,
    answers: &'static str,
    changes: &'static [Change],
}

impl Course {
    fn has(&self, change: &str) -> bool {
        self.changes.iter().any(|it| it.name == change)
    }
}

const COURSES: &[Course] = &[
    Course { name: "shop", answers: "examples/shop.toml", changes: SHOP },
    Course { name: "open", answers: "tests/answers/open.toml", changes: OPEN },
];

/// One change.
struct Change {
    name: &'static str,
    /// What `scaffold` is told, one after another.
    told: &'static [&'static [&'static str]],
    /// What is edited in the answers before: from, to.
    answers: &'static [(&'static str, &'static str)],
    /// The column whose values may go: table, column.
    dropped: Option<(&'static str, &'static str)>,
    /// The database from here on.
    database: Option<&'static str>,
    /// The broker from here on.
    queue: Option<&'static str>,
    /// Whether it has a cache from here on.
    cache: bool,
}

const PLAIN: Change =
    Change { name: "", told: &[&["update"]], answers: &[], dropped: None, database: None, queue: None, cache: false };

const SHOP: &[Change] = &[
    Change {
        name: "add an entity",
        told: &[&["add", "entity", "Review", "stars: integer 1..5", "text: text ..500 ?", "product: -> Product"]],
        ..PLAIN
    },
    Change { name: "add a field", told: &[&["add", "field", "Product", "rating: integer 1..5 = 3"]], ..PLAIN },
    Change { name: "rename a field", told: &[&["rename", "field", "Product", "price", "cost"]], ..PLAIN },
    Change { name: "rename an entity", told: &[&["rename", "entity", "Supplier", "Vendor"]], ..PLAIN },
    Change {
        name: "change limits",
        answers: &[("max = 500", "max = 600"), ("min = 2, max = 30", "min = 1, max = 25")],
        ..PLAIN
    },
    Change {
        name: "drop a field",
        told: &[&["update", "--drop", "vendors.phone"]],
        answers: &[("\nfields.phone = ", "\n# fields.phone = ")],
        dropped: Some(("vendors", "phone")),
        ..PLAIN
    },
    Change {
        name: "another database",
        told: &[&["update", "--set", "stack.database=postgresql"]],
        database: Some("postgresql"),
        ..PLAIN
    },
    Change { name: "add a queue", told: &[&["add", "queue", "redis"]], queue: Some("redis"), ..PLAIN },
    Change {
        name: "add what runs besides requests",
        told: &[
            &["add", "event", "StockLow", "product: uuid", "left: integer 0.."],
            &["add", "handler", "reorder", "on = \"StockLow\""],
            &["add", "handler", "greet_vendor", "on = \"Vendor.created\""],
            &["add", "job", "count_stock", "schedule = \"0 3 * * *\"", "limit: integer = 30"],
            &["add", "command", "Product", "restock", "pieces: integer 1..999", "emits = \"StockLow\""],
        ],
        ..PLAIN
    },
    Change {
        name: "add what it runs on",
        told: &[&["add", "cache", "redis"], &["add", "ci", "gitlab-ci"], &["add", "deploy", "kubernetes"]],
        cache: true,
        ..PLAIN
    },
];

const OPEN: &[Change] = &[
    Change { name: "add accounts", told: &[&["add", "auth", "jwt"]], ..PLAIN },
    Change { name: "rename an entity with its plural", told: &[&["rename", "entity", "Tide", "HighWater"]], ..PLAIN },
    Change {
        name: "add relations",
        told: &[
            &["add", "relation", "Sighting", "seenBy: -> User ?"],
            &[
                "add",
                "relation",
                "Harbour",
                "twin: { one_to_one = \"Harbour\", required = false, inverse = \"twinOf\" }",
            ],
        ],
        ..PLAIN
    },
];

/// Runs the chain for each framework.
pub fn run(args: &ChainArgs) -> ExitCode {
    match attempt(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn attempt(args: &ChainArgs) -> Result<(), String> {
    let temporary = tempfile::tempdir().map_err(|error| error.to_string())?;
    let root = args.keep.clone().unwrap_or_else(|| temporary.path().to_path_buf());
    let root = std::path::absolute(root).map_err(|error| error.to_string())?;
    let catalog = Catalog::embedded().map_err(|error| error.to_string())?;
    let servers = Servers::start();
    let wanted = |id: &&String| args.framework.as_ref().is_none_or(|it| it == *id);
    if let Some(from) = args.from.as_ref().filter(|from| !COURSES.iter().any(|it| it.has(from))) {
        return Err(format!("there is no change `{from}`"));
    }
    let mut any = false;
    for framework in catalog.frameworks.keys().filter(wanted) {
        any = true;
        for course in COURSES.iter().filter(|it| args.course.as_ref().is_none_or(|name| name == it.name)) {
            let root = root.join(framework).join(course.name);
            let from = args.from.clone().filter(|from| course.has(from));
            Chain::begin(framework, course, &root, from, &servers)?.go(course)?;
        }
    }
    if any { Ok(()) } else { Err("there is no such framework".to_owned()) }
}

/// A project on its way.
struct Chain<'a> {
    framework: &'a str,
    project: PathBuf,
    logs: PathBuf,
    servers: &'a Servers,
    environment: BTreeMap<&'static str, String>,
    /// Every cell of the database, and how often it is there.
    cells: BTreeMap<String, usize>,
    /// The change from which on it is verified; nothing when it is.
    from: Option<String>,
}

impl<'a> Chain<'a> {
    /// Generates it, edits it, and fills its database.
    fn begin(
        framework: &'a str,
        course: &Course,
        root: &Path,
        from: Option<String>,
        servers: &'a Servers,
    ) -> Result<Self, String> {
        let (project, logs) = (root.join("project"), root.join("logs"));
        let _ = std::fs::remove_dir_all(root);
        std::fs::create_dir_all(&logs).map_err(|error| error.to_string())?;
        let environment = BTreeMap::from([
            ("PORT", free_port()?.to_string()),
            ("WORKER_PORT", free_port()?.to_string()),
            // Asked for once there are accounts; `.env` is from before.
            ("JWT_SECRET", "chain-of-changes-0123456789-abcdefghijklmnop".to_owned()),
        ]);
        let mut chain = Self { framework, project, logs, servers, environment, cells: BTreeMap::new(), from };
        chain.database("sqlite")?;
        let here = std::env::current_dir().map_err(|error| error.to_string())?;
        let path = chain.project.display();
        let answers = course.answers;
        let generate = format!("\"$SCAFFOLD\" new {path} --answers {answers} --set stack.framework={framework}");
        chain.step("generate", &here, &generate)?;
        chain.make("setup")?;
        let edited = edits::make(&chain.project, EDITS, DELETED)?;
        println!("  edited: {}", edited.join(" "));
        std::fs::remove_file(chain.project.join(DELETED)).map_err(|error| format!("{DELETED}: {error}"))?;
        std::fs::write(chain.project.join("notes.txt"), "Ours: added.\n").map_err(|error| error.to_string())?;
        chain.make("format")?;
        chain.intact()?;
        chain.commit("Edit")?;
        chain.make("migrate seed")?;
        chain.cells = chain.read_cells()?;
        chain.verify("the edited project")?;
        Ok(chain)
    }

    fn go(&mut self, course: &Course) -> Result<(), String> {
        for change in course.changes {
            self.change(change).map_err(|error| format!("{}, {}: {error}", self.framework, change.name))?;
        }
        Ok(())
    }

    fn change(&mut self, change: &Change) -> Result<(), String> {
        let answers = self.project.join(".scaffold/answers.toml");
        let mut text = std::fs::read_to_string(&answers).map_err(|error| error.to_string())?;
        for (from, to) in change.answers {
            if text.matches(from).count() != 1 {
                return Err(format!("`{from}` is not once in the answers:\n{text}"));
            }
            text = text.replace(from, to);
        }
        std::fs::write(&answers, text).map_err(|error| error.to_string())?;
        if let Some((table, column)) = change.dropped {
            for row in
                Database::new(&self.environment["DATABASE_URL"]).rows(&format!("SELECT {column} FROM {table}"))?
            {
                let value = row.concat();
                self.cells.entry(value).and_modify(|it| *it = it.saturating_sub(1));
            }
        }
        let mut told = Vec::new();
        let mut conflicts = Vec::new();
        for (at, command) in change.told.iter().enumerate() {
            if at > 0 {
                self.commit(change.name)?;
            }
            let output = Command::new(stage::program()?)
                .args(*command)
                .current_dir(&self.project)
                .output()
                .map_err(|error| error.to_string())?;
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            match output.status.code() {
                Some(0) => {}
                Some(3) => conflicts.extend(edits::settle(&self.project)?),
                _ => return Err(format!("{text}{}", String::from_utf8_lossy(&output.stderr))),
            }
            told.push(text.lines().rfind(|it| it.starts_with("changed")).unwrap_or("changed nothing").to_owned());
        }
        if let Some(kind) = change.database {
            self.database(kind)?;
        }
        if let Some(kind) = change.queue {
            let [service, tests] = self.servers.brokers(kind, self.framework)?;
            self.environment.extend([("BROKER_URL", service.clone()), ("TEST_BROKER_URL", tests)]);
            self.environment.insert("VERIFY_BROKER_URL", service);
        }
        if change.cache {
            let [service, tests] = self.servers.caches()?;
            self.environment.extend([("REDIS_URL", service.clone()), ("TEST_REDIS_URL", tests)]);
            self.environment.insert("VERIFY_REDIS_URL", service);
        }
        self.make("setup format")?;
        self.intact()?;
        self.commit(change.name)?;
        self.make("migrate")?;
        if change.database.is_some() {
            self.make("seed")?;
            self.cells = self.read_cells()?;
        } else {
            self.rows_are_there()?;
        }
        println!("  {}: {}", change.name, told.join("; "));
        if !conflicts.is_empty() {
            println!("    settled by hand: {}", conflicts.join(" "));
        }
        self.verify(change.name)
    }

    /// An empty database for the service, one for its tests and one for `verify`.
    fn database(&mut self, kind: &str) -> Result<(), String> {
        let names = [("DATABASE_URL", "own"), ("TEST_DATABASE_URL", "test"), ("VERIFY_DATABASE_URL", "verify")];
        for (variable, purpose) in names {
            let owner = format!("chain-{}", self.framework);
            // What is a file is made by the tests and by `verify` themselves.
            if kind != "sqlite" || purpose == "own" {
                self.environment.insert(variable, self.servers.database(kind, &owner, &self.logs, purpose)?);
            }
        }
        Ok(())
    }

    /// Every edit is in the project, the deleted file is not, the added one is.
    fn intact(&self) -> Result<(), String> {
        let missing = edits::missing(&self.project, EDITS)?;
        if !missing.is_empty() {
            return Err(format!("lost edits: {}", missing.join(", ")));
        }
        if self.project.join(DELETED).exists() || !self.project.join("notes.txt").exists() {
            return Err("a deleted file is back, or an added one is gone".to_owned());
        }
        Ok(())
    }

    /// Every cell that was there is there.
    fn rows_are_there(&mut self) -> Result<(), String> {
        let now = self.read_cells()?;
        let lost: Vec<_> = self.cells.iter().filter(|(cell, count)| now.get(*cell).unwrap_or(&0) < *count).collect();
        if !lost.is_empty() {
            return Err(format!("lost cells: {lost:?}"));
        }
        self.cells = now;
        Ok(())
    }

    fn read_cells(&self) -> Result<BTreeMap<String, usize>, String> {
        let url = &self.environment["DATABASE_URL"];
        let database = Database::new(url);
        let tables = if url.starts_with("sqlite") {
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        } else {
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        };
        let mut cells = BTreeMap::new();
        for table in database.rows(tables)?.concat() {
            // What the migrations' own tool writes.
            if ["version", "migration", "sqlite_"].iter().any(|it| table.contains(it)) {
                continue;
            }
            for cell in database.rows(&format!("SELECT * FROM {table}"))?.concat() {
                *cells.entry(cell).or_default() += 1;
            }
        }
        if cells.values().sum::<usize>() < 100 { Err(format!("hardly any rows: {cells:?}")) } else { Ok(cells) }
    }

    fn verify(&mut self, name: &str) -> Result<(), String> {
        self.from.take_if(|it| it == name);
        if self.from.is_some() {
            return Ok(());
        }
        let started = Instant::now();
        self.step("verify", &self.project, "\"$SCAFFOLD\" verify . --quiet")?;
        println!("  {}, {name}: verified in {:.0} s", self.framework, started.elapsed().as_secs_f32());
        // It leaves nothing that counts as a change.
        self.step("clean", &self.project, "git status --short && test -z \"$(git status --short)\"")
    }

    fn make(&self, targets: &str) -> Result<(), String> {
        self.step(&targets.replace(' ', "-"), &self.project, &format!("make {targets}"))
    }

    fn commit(&self, message: &str) -> Result<(), String> {
        let commit = "git -c user.name=chain -c user.email=chain@localhost commit --quiet";
        self.step("commit", &self.project, &format!("git add --all && {commit} --message '{message}'"))
    }

    fn step(&self, name: &str, place: &Path, command: &str) -> Result<(), String> {
        let environment: Vec<_> =
            self.environment.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let outcome = stage::run(name, place, &self.logs, &environment, command);
        if outcome.passed { Ok(()) } else { Err(format!("`{command}` failed:\n{}", outcome.tail)) }
    }
}
