//! Statements on the service's database, by its own command line client.

use std::process::{Command, Stdio};

/// A database.
pub struct Database {
    url: String,
}

/// Prints the rows of a statement on a file of `SQLite` as lines of columns.
const SQLITE: &str = "import sqlite3, sys\n\
    db = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)\n\
    for row in db.execute(sys.argv[2]):\n\
    \x20   print('\\t'.join('' if it is None else str(it) for it in row))\n";

impl Database {
    /// The database at an address of the contract.
    pub fn new(url: &str) -> Self {
        Self { url: url.to_owned() }
    }

    /// Runs a statement.
    pub fn run(&self, statement: &str) -> Result<(), String> {
        self.rows(statement).map(drop)
    }

    /// The number that a statement gives.
    pub fn number(&self, statement: &str) -> Result<usize, String> {
        let rows = self.rows(statement)?;
        let first = rows.first().and_then(|row| row.first()).and_then(|it| it.parse().ok());
        first.ok_or_else(|| format!("`{statement}` gives no number"))
    }

    /// The rows that a statement gives.
    pub fn rows(&self, statement: &str) -> Result<Vec<Vec<String>>, String> {
        let mut command = self.client(statement)?;
        let output = command.stdin(Stdio::null()).output().map_err(|error| format!("a database's client: {error}"))?;
        if !output.status.success() {
            return Err(format!("`{statement}` failed: {}", String::from_utf8_lossy(&output.stderr).trim()));
        }
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok(text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect())
    }

    fn client(&self, statement: &str) -> Result<Command, String> {
        let wrong = || format!("an address of no database: {}", self.url);
        let (scheme, rest) = self.url.split_once("://").ok_or_else(wrong)?;
        let mut command;
        match scheme {
            "postgresql" => {
                command = Command::new("psql");
                command.args([self.url.as_str(), "-At", "-F", "\t", "-c", statement]);
            }
            "mysql" => {
                // `root@127.0.0.1:PORT/NAME`
                let (user, place) = rest.split_once('@').ok_or_else(wrong)?;
                let (host, name) = place.split_once('/').ok_or_else(wrong)?;
                let (host, port) = host.split_once(':').ok_or_else(wrong)?;
                command = Command::new("mariadb");
                command.args(["-h", host, "-P", port, "-u", user, "-N", "-B", "--raw", "-e", statement, name]);
            }
            _ => {
                command = Command::new("python3");
                command.args(["-c", SQLITE, rest.trim_start_matches('/').trim_start_matches("./")]);
                command.arg(statement);
                // The contract's form of an absolute path has four slashes.
                command.current_dir("/");
            }
        }
        Ok(command)
    }
}
