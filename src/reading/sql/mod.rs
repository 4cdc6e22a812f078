//! DDL of `PostgreSQL`, `MySQL` and `SQLite`.

mod check;
mod split;
mod statement;
mod types;

use super::outline::{self, Note, Outline, Span, Table, Tally};
use super::{Draft, Kind, Value};
use crate::catalog::Catalog;
use split::{Flavour, Statement};
use sqlparser::ast::ObjectName;
use sqlparser::dialect::{Dialect, GenericDialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Tokenizer;
use statement::Reader;

/// Reads a script into a draft, and counts what became of it.
pub fn read(draft: &mut Draft, catalog: &Catalog) -> Tally {
    let document = std::sync::Arc::clone(draft.document());
    let (flavour, _) = split::flavour(&document.text);
    draft.read_as.push(match flavour {
        Flavour::PostgreSql => "DDL of PostgreSQL".to_owned(),
        Flavour::MySql => "DDL of MySQL".to_owned(),
        Flavour::Sqlite => "DDL of SQLite".to_owned(),
        Flavour::Any => "DDL".to_owned(),
    });
    outline::write(&outline_of(&document.text), draft, catalog)
}

/// A statement longer than this is no definition of a table.
const LONGEST: usize = 1 << 17;

/// More bytes of definitions than these are not read.
const MOST: usize = 1 << 22;

/// More notes than these nobody reads.
const MOST_NOTES: usize = 5_000;

/// What a script says.
pub(crate) fn outline_of(text: &str) -> Outline {
    let (flavour, sign) = split::flavour(text);
    let mut reader = Reader::new(text);
    let database = match flavour {
        Flavour::PostgreSql => Some("postgresql"),
        Flavour::MySql => Some("mysql"),
        Flavour::Sqlite => Some("sqlite"),
        Flavour::Any => None,
    };
    if let (Some(database), Some(sign)) = (database, sign) {
        let path = "stack.database".to_owned();
        let note = Note::new(Kind::Assumed, sign.clone(), format!("`{database}`, as the script is written for it"));
        reader.outline.notes.push(Note { path: path.clone(), ..note });
        reader.outline.settings.push((path, Value::from(database), sign));
    }
    let mut left_out = LeftOut::default();
    let mut read = 0;
    for statement in split::statements(text, flavour) {
        let text = &text[statement.span.clone()];
        match category(&statement) {
            Category::Definition if read > MOST || reader.outline.notes.len() > MOST_NOTES => {
                left_out.add("definitions are left out: the script has too many", head(&statement, text));
                if statement.begins(&["CREATE", "TABLE"]) {
                    reader.outline.aside.push(Kind::Unsupported);
                }
            }
            Category::Definition if text.len() > LONGEST => {
                let note = Note::unsupported(
                    statement.span.start..statement.span.start,
                    "the statement is too long to be read",
                );
                reader.outline.notes.push(note);
            }
            Category::Definition => match parse(text, flavour, &mut read) {
                Ok(parsed) => {
                    for it in parsed {
                        reader.statement(&it, &statement);
                    }
                }
                Err(error) => reader.not_understood(&statement, &error),
            },
            Category::Unknown | Category::Named(_) if reader.outline.notes.len() > MOST_NOTES => {
                left_out
                    .add("statements are left out: the script has too many that are not known", head(&statement, text));
            }
            Category::Named(what) => {
                let head = head(&statement, text);
                reader.outline.notes.push(Note::unsupported(
                    head,
                    format!("{what} left out: what a service does is written in its code"),
                ));
            }
            Category::Counted(what) => left_out.add(what, head(&statement, text)),
            Category::Unknown => {
                let head = head(&statement, text);
                reader.outline.notes.push(Note::lost(head, "this is no statement that is known"));
            }
        }
    }
    reader.finish(left_out.notes())
}

/// Statements of which there are many, told once for each sort.
#[derive(Default)]
struct LeftOut(Vec<(&'static str, Span, usize)>);

impl LeftOut {
    fn add(&mut self, what: &'static str, span: Span) {
        match self.0.iter_mut().find(|(it, ..)| *it == what) {
            Some((.., count)) => *count += 1,
            None => self.0.push((what, span, 1)),
        }
    }

    fn notes(self) -> Vec<Note> {
        let note = |(what, span, count): (&str, Span, usize)| {
            let times = if count == 1 { String::new() } else { format!(" ({count} statements)") };
            Note::unsupported(span, format!("{what}{times}"))
        };
        self.0.into_iter().map(note).collect()
    }
}

/// What a statement is for.
enum Category {
    /// It says something of a table.
    Definition,
    /// Left out by name.
    Named(&'static str),
    /// Left out; all of its sort together.
    Counted(&'static str),
    Unknown,
}

/// What is left out by name.
const NAMED: [(&str, &str); 12] = [
    ("VIEW", "the view is"),
    ("FUNCTION", "the function is"),
    ("PROCEDURE", "the procedure is"),
    ("TRIGGER", "the trigger is"),
    ("AGGREGATE", "the aggregate is"),
    ("EVENT", "the event is"),
    ("RULE", "the rule is"),
    ("POLICY", "the policy is"),
    ("VIRTUAL", "the virtual table is"),
    ("CAST", "the cast is"),
    ("OPERATOR", "the operator is"),
    ("COLLATION", "the collation is"),
];

fn category(statement: &Statement) -> Category {
    let begins = |words: &[&str]| statement.begins(words);
    for kind in ["TABLE", "TYPE", "DOMAIN", "INDEX"] {
        if begins(&["CREATE", kind]) {
            return Category::Definition;
        }
    }
    if begins(&["ALTER", "TABLE"]) || begins(&["COMMENT", "ON"]) {
        return Category::Definition;
    }
    if let Some((_, what)) = NAMED.iter().find(|(kind, _)| begins(&["CREATE", kind])) {
        return Category::Named(what);
    }
    // Words may stand between: `CREATE DEFINER = root SQL SECURITY INVOKER VIEW`.
    let create = statement.words.first().is_some_and(|it| it == "CREATE");
    let within = |kind: &str| statement.words.iter().any(|it| it == kind);
    if let Some((_, what)) = NAMED[..4].iter().find(|(kind, _)| create && within(kind)) {
        return Category::Named(what);
    }
    match statement.words.first().map(String::as_str) {
        Some("INSERT" | "COPY" | "REPLACE" | "UPDATE" | "DELETE" | "LOAD" | "TRUNCATE" | "MERGE") => {
            Category::Counted("rows are left out: `make seed` fills a service with examples")
        }
        Some("CREATE" | "ALTER") => {
            Category::Counted("the database itself, its schemas, roles, sequences and extensions are left out")
        }
        Some("DROP" | "GRANT" | "REVOKE") => {
            Category::Counted("drops and grants are left out: migrations make an empty database")
        }
        Some(
            "SET" | "USE" | "PRAGMA" | "BEGIN" | "COMMIT" | "END" | "START" | "LOCK" | "UNLOCK" | "SELECT" | "ANALYZE"
            | "VACUUM" | "ROLLBACK" | "DO" | "CALL" | "EXEC" | "PRINT" | "IF" | "REINDEX" | "REFRESH" | "SOURCE"
            | "DECLARE" | "SHOW" | "COMMENT",
        ) => Category::Counted("settings and commands of a session are left out"),
        _ => Category::Unknown,
    }
}

/// The first line of a statement.
fn head(statement: &Statement, text: &str) -> Span {
    let length = text.find(['\n', '(']).unwrap_or(text.len());
    statement.span.start..statement.span.start + text[..length].trim_end().len()
}

/// Reads a statement in the words of its database, or of another one.
fn parse(text: &str, flavour: Flavour, read: &mut usize) -> Result<Vec<sqlparser::ast::Statement>, ParserError> {
    /// Parentheses nested deeper than this are refused.
    const DEEPEST: usize = 40;
    let postgresql = PostgreSqlDialect {};
    let mysql = MySqlDialect {};
    let sqlite = SQLiteDialect {};
    let generic = GenericDialect {};
    let dialects: [&dyn Dialect; 4] = match flavour {
        Flavour::PostgreSql => [&postgresql, &generic, &mysql, &sqlite],
        Flavour::MySql => [&mysql, &generic, &postgresql, &sqlite],
        Flavour::Sqlite => [&sqlite, &generic, &mysql, &postgresql],
        Flavour::Any => [&generic, &postgresql, &mysql, &sqlite],
    };
    if depth(text) > DEEPEST {
        return Err(ParserError::RecursionLimitExceeded);
    }
    let mut first = None;
    for dialect in dialects {
        *read += text.len();
        let result =
            Tokenizer::new(dialect, text).tokenize_with_location().map_err(ParserError::from).and_then(|tokens| {
                Parser::new(dialect).with_recursion_limit(DEEPEST).with_tokens_with_locations(tokens).parse_statements()
            });
        match result {
            Ok(statements) => return Ok(statements),
            Err(error) => drop(first.get_or_insert(error)),
        }
    }
    Err(first.unwrap_or(ParserError::RecursionLimitExceeded))
}

/// How deep parentheses are nested: the parser tries some of them twice on each level.
fn depth(text: &str) -> usize {
    let (mut depth, mut most) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'<' => depth += 1,
            b')' | b']' | b'>' => depth = depth.saturating_sub(1),
            _ => {}
        }
        most = most.max(depth);
    }
    most
}

/// The last part of a name: `payment` of `public.payment`.
fn last(name: &ObjectName) -> String {
    name.0.last().and_then(|it| it.as_ident()).map_or_else(String::new, |it| it.value.clone())
}

/// The table of a name, whatever the case.
fn position(tables: &[Table], name: &str) -> Option<usize> {
    let exact = tables.iter().position(|it| it.name == name);
    exact.or_else(|| tables.iter().position(|it| it.name.eq_ignore_ascii_case(name)))
}
