//! Cuts a script into statements, so that one that is not understood does not hide the others.

use crate::reading::outline::Span;

/// The database that a script is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flavour {
    PostgreSql,
    MySql,
    Sqlite,
    /// It does not show.
    Any,
}

/// One statement, without what ends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) span: Span,
    /// Its first words, in capitals.
    pub(super) words: Vec<String>,
}

impl Statement {
    /// Whether it begins with these words; `OR REPLACE`, `TEMPORARY`, `UNIQUE` and the like between them do not count.
    pub(super) fn begins(&self, words: &[&str]) -> bool {
        const BETWEEN: [&str; 17] = [
            "OR",
            "REPLACE",
            "TEMP",
            "TEMPORARY",
            "UNLOGGED",
            "UNIQUE",
            "GLOBAL",
            "LOCAL",
            "MATERIALIZED",
            "FOREIGN",
            "DEFINER",
            "ALGORITHM",
            "UNDEFINED",
            "MERGE",
            "CONSTRAINT",
            "FULLTEXT",
            "SPATIAL",
        ];
        let mut own = self.words.iter().enumerate().filter(|(at, it)| *at == 0 || !BETWEEN.contains(&it.as_str()));
        words.iter().all(|word| own.next().is_some_and(|(_, it)| it == word))
    }
}

/// The words at the beginning that are looked at.
const WORDS: usize = 12;

/// What a script shows of the database it is for.
pub(super) fn flavour(text: &str) -> (Flavour, Option<Span>) {
    /// Enough of a script to tell.
    const BEGINNING: usize = 1 << 18;
    let cut = (0..=text.len().min(BEGINNING)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    // What comments quote shows nothing.
    let beginning = text[..cut].to_ascii_lowercase();
    let beginning: String = beginning
        .split_inclusive('\n')
        .map(|line| if line.trim_start().starts_with("--") { blank(line) } else { line.to_owned() })
        .collect();
    let signs: [(Flavour, &[&str]); 3] = [
        (
            Flavour::MySql,
            &[
                "auto_increment",
                "engine=",
                "engine =",
                "`",
                "unsigned",
                "mediumint",
                "tinyint(",
                "character set",
                "utf8mb4",
            ],
        ),
        (
            Flavour::PostgreSql,
            &[
                "serial",
                "::",
                "jsonb",
                "timestamptz",
                "character varying",
                "with time zone",
                "without time zone",
                "create type",
                "bytea",
                "double precision",
                " uuid",
                "collate \"",
                "nextval(",
                "pg_catalog",
                "$$",
                "plpgsql",
                "create extension",
                "generated always as identity",
                "by default as identity",
                "owner to",
                "comment on",
            ],
        ),
        (Flavour::Sqlite, &["autoincrement", "pragma ", "without rowid", "sqlite", ") strict", "if not exists \""]),
    ];
    let mut best = (Flavour::Any, 0, None);
    for (flavour, signs) in signs {
        let found: Vec<usize> = signs.iter().filter_map(|sign| beginning.find(sign)).collect();
        if found.len() > best.1 {
            let first = found.iter().min().copied();
            best = (flavour, found.len(), first.map(|at| at..at));
        }
    }
    (best.0, best.2)
}

/// Spaces of the same length, so that places stay.
fn blank(line: &str) -> String {
    " ".repeat(line.len().saturating_sub(1)) + "\n"
}

/// The statements of a script. What `COPY … FROM stdin` and commands of `psql` bring is no statement.
pub(super) fn statements(text: &str, flavour: Flavour) -> Vec<Statement> {
    let mut cutter =
        Cutter { text, bytes: text.as_bytes(), at: 0, delimiter: ";".to_owned(), flavour, found: Vec::new() };
    cutter.run();
    cutter.found
}

struct Cutter<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    delimiter: String,
    flavour: Flavour,
    found: Vec<Statement>,
}

impl Cutter<'_> {
    fn run(&mut self) {
        let mut start = None;
        let mut words: Vec<String> = Vec::new();
        // Bodies of triggers and routines have semicolons of their own.
        let (mut depth, mut last_end) = (0_usize, false);
        let mut first = true;
        while self.at < self.bytes.len() {
            let at = self.at;
            let byte = self.bytes[at];
            if byte == b'\n' {
                first = true;
                self.at += 1;
                continue;
            }
            if byte.is_ascii_whitespace() {
                self.at += 1;
                continue;
            }
            if first && start.is_none() && self.command() {
                continue;
            }
            first = false;
            if self.comment() {
                // A comment of one line ends in front of the line break.
                continue;
            }
            if self.text[at..].starts_with(self.delimiter.as_str()) && (depth == 0 || self.delimiter != ";") {
                self.at += self.delimiter.len();
                self.end(start.take(), at, &mut words);
                (depth, last_end) = (0, false);
                continue;
            }
            if start.is_none() {
                start = Some(at);
            }
            if self.quoted() {
                last_end = false;
                continue;
            }
            let word = self.word();
            if word.is_empty() {
                self.at += self.text[at..].chars().next().map_or(1, char::len_utf8);
                continue;
            }
            let upper = word.to_ascii_uppercase();
            if upper == "GO" && self.alone(at) {
                self.end(start.take(), at, &mut words);
                continue;
            }
            if routine(&words) {
                match upper.as_str() {
                    "BEGIN" | "CASE" if !last_end => depth += 1,
                    "END" => depth = depth.saturating_sub(1),
                    // `END IF` closes something that was not counted.
                    "IF" | "LOOP" | "WHILE" | "REPEAT" if last_end => depth += 1,
                    _ => {}
                }
                last_end = upper == "END";
            }
            if words.len() < WORDS {
                words.push(upper);
            }
        }
        let end = self.bytes.len();
        self.end(start.take(), end, &mut words);
    }

    fn end(&mut self, start: Option<usize>, end: usize, words: &mut Vec<String>) {
        /// Nobody writes as many by hand; a dump of rows has long ones.
        const MOST: usize = 200_000;
        let words = std::mem::take(words);
        let Some(start) = start else { return };
        if self.found.len() >= MOST {
            return;
        }
        let length = self.text[start..end].trim_end().len();
        let copy = words.first().is_some_and(|it| it == "COPY");
        let statement = Statement { span: start..start + length, words };
        if copy && self.text[statement.span.clone()].to_ascii_lowercase().trim_end().ends_with("stdin") {
            // Rows, up to a line of its own.
            let rest = &self.text[self.at..];
            self.at += rest.find("\n\\.").map_or(rest.len(), |it| it + 3);
        }
        self.found.push(statement);
    }

    /// `DELIMITER //` of the client of `MySQL`, `\connect` of that of `PostgreSQL`.
    fn command(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        if line.starts_with('\\') {
            self.at += line.len();
            return true;
        }
        let mut words = line.split_whitespace();
        if words.next().is_some_and(|it| it.eq_ignore_ascii_case("delimiter"))
            && let Some(delimiter) = words.next()
        {
            delimiter.clone_into(&mut self.delimiter);
            self.at += line.len();
            return true;
        }
        false
    }

    fn comment(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let hash = rest.starts_with('#') && self.flavour == Flavour::MySql;
        if rest.starts_with("--") || hash {
            self.at += rest.find('\n').unwrap_or(rest.len());
            return true;
        }
        if let Some(inner) = rest.strip_prefix("/*") {
            self.at += inner.find("*/").map_or(rest.len(), |it| it + 4);
            return true;
        }
        false
    }

    /// A text or a name in quotes.
    fn quoted(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let quote = self.bytes[self.at];
        if quote == b'$' {
            let tag = rest[1..].find('$').map(|it| &rest[..it + 2]);
            let tag = tag.filter(|it| it[1..it.len() - 1].bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_'));
            let Some(tag) = tag else { return false };
            self.at += rest[tag.len()..].find(tag).map_or(rest.len(), |it| it + 2 * tag.len());
            return true;
        }
        if !matches!(quote, b'\'' | b'"' | b'`') {
            return false;
        }
        let before = self.at.checked_sub(1).map(|it| self.bytes[it]);
        let escapes = quote == b'\'' && (self.flavour == Flavour::MySql || matches!(before, Some(b'E' | b'e')));
        let mut at = self.at + 1;
        while at < self.bytes.len() {
            match self.bytes[at] {
                b'\\' if escapes => at += 1,
                it if it == quote => break,
                _ => {}
            }
            at += 1;
        }
        // Two quotes in a row are read as two texts, which comes to the same.
        self.at = (at + 1).min(self.bytes.len());
        // An escape may have gone into the middle of a character.
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        true
    }

    fn word(&mut self) -> String {
        let rest = &self.text[self.at..];
        let length = rest.find(|it: char| !(it.is_alphanumeric() || it == '_')).unwrap_or(rest.len());
        self.at += length;
        rest[..length].to_owned()
    }

    /// Whether the word that was just read stands alone on its line.
    fn alone(&self, start: usize) -> bool {
        let before = start == 0 || self.bytes[start - 1] == b'\n';
        before && matches!(self.bytes.get(self.at), None | Some(b'\n' | b'\r'))
    }
}

fn routine(words: &[String]) -> bool {
    words.first().is_some_and(|it| it == "CREATE")
        && words.iter().any(|it| matches!(it.as_str(), "TRIGGER" | "PROCEDURE" | "FUNCTION" | "EVENT"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, flavour: Flavour) -> Vec<&str> {
        statements(text, flavour).into_iter().map(|it| &text[it.span]).collect()
    }

    #[test]
    fn cuts_at_semicolons_outside_of_quotes_and_comments() {
        let text = "-- a; b\nCREATE TABLE a (x text DEFAULT ';'); /* ; */ INSERT INTO a VALUES ('it''s;');";
        assert_eq!(cut(text, Flavour::Any), ["CREATE TABLE a (x text DEFAULT ';')", "INSERT INTO a VALUES ('it''s;')"]);
    }

    #[test]
    fn bodies_are_one_statement() {
        let text = "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET x = CASE WHEN 1 THEN 2 END; DELETE FROM c; END; SELECT 1;";
        assert_eq!(cut(text, Flavour::Sqlite).len(), 2);
        let text = "CREATE FUNCTION f() RETURNS int AS $_$ BEGIN; END; $_$ LANGUAGE sql; SELECT 1;";
        assert_eq!(cut(text, Flavour::PostgreSql).len(), 2);
        let text = "DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; END//\nDELIMITER ;\nSELECT 2;";
        assert_eq!(cut(text, Flavour::MySql).len(), 2);
    }

    #[test]
    fn rows_of_a_copy_are_no_statements() {
        let text = "COPY a (x) FROM stdin;\n1; DROP\n\\.\n\nSELECT 1;";
        assert_eq!(cut(text, Flavour::PostgreSql), ["COPY a (x) FROM stdin", "SELECT 1"]);
    }

    #[test]
    fn the_database_shows() {
        assert_eq!(flavour("CREATE TABLE a (id SERIAL)").0, Flavour::PostgreSql);
        assert_eq!(flavour("CREATE TABLE `a` (id int AUTO_INCREMENT) ENGINE=InnoDB").0, Flavour::MySql);
        assert_eq!(flavour("PRAGMA foreign_keys = 1;").0, Flavour::Sqlite);
        assert_eq!(flavour("CREATE TABLE a (id int)").0, Flavour::Any);
    }
}
