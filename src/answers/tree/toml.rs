//! TOML into the tree.

use super::{DEEPEST, Document, Entry, Node, Table, Value, place, plain_number};
use crate::answers::Problem;
use crate::spec::Source;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Recovery after an error goes wrong sooner or later: what follows the first ones is of no use.
const MOST_ERRORS: usize = 20;

/// A text that is broken this much at its beginning is not read to its end.
const BEGINNING: usize = 1 << 20;

/// Reads a document.
pub(super) fn parse(source: &Arc<Source>) -> Result<Node, Vec<Problem>> {
    if let Some(problems) = broken_from_the_start(source) {
        return Err(problems);
    }
    let (document, errors) = DeTable::parse_recoverable(&source.text);
    if errors.is_empty() {
        let reader = Reader { source, base: 0, text: &source.text };
        let table = reader.table(document.get_ref(), 0)?;
        return Ok(Node { value: Value::Table(table), place: place(source, 0..0) });
    }
    Err(errors.iter().take(MOST_ERRORS).map(|error| problem(source, error)).collect())
}

/// The problems of a large text whose beginning holds as many as are shown; errors near the cut are not its own.
fn broken_from_the_start(source: &Arc<Source>) -> Option<Vec<Problem>> {
    let text = &source.text;
    if text.len() <= BEGINNING {
        return None;
    }
    let cut = (0..=BEGINNING).rev().find(|at| text.is_char_boundary(*at))?;
    let (_, errors) = DeTable::parse_recoverable(&text[..cut]);
    let own = |error: &&toml::de::Error| error.span().is_some_and(|span| span.end < cut / 2);
    let problems: Vec<Problem> = errors.iter().take(MOST_ERRORS).filter(own).map(|it| problem(source, it)).collect();
    (problems.len() == MOST_ERRORS).then_some(problems)
}

/// Reads one value that stands at `base` in the source; `None` when it is not TOML.
pub(super) fn parse_value(source: &Arc<Source>, base: usize) -> Option<Node> {
    let text = &source.text[base..];
    let value = DeValue::parse(text).ok()?;
    Reader { source, base, text }.value(&value, 0).ok()
}

fn problem(source: &Arc<Source>, error: &toml::de::Error) -> Problem {
    let message = error.message().trim_end_matches('.').replace('\n', ", ");
    let range = error.span().unwrap_or(0..0);
    let problem = Problem::new(format!("not valid TOML: {message}"), place(source, range));
    if message.contains("duplicate key") { problem.note("keep one of them") } else { problem }
}

struct Reader<'a> {
    source: &'a Arc<Source>,
    base: usize,
    text: &'a str,
}

impl Reader<'_> {
    fn at(&self, span: Range<usize>) -> crate::spec::Place {
        place(self.source, self.base + span.start..self.base + span.end)
    }

    fn table(&self, table: &DeTable<'_>, depth: usize) -> Result<Table, Vec<Problem>> {
        let first = || self.at(table.keys().next().map_or(0..0, Spanned::span));
        Document::Answers.table(table.len(), first).map_err(|problem| vec![problem])?;
        let mut entries = Table::with_capacity(table.len());
        for (key, value) in table {
            let node = self.value(value, depth + 1)?;
            entries.insert(key.get_ref().to_string(), Entry { key: self.at(key.span()), node });
        }
        Ok(entries)
    }

    fn value(&self, value: &Spanned<DeValue<'_>>, depth: usize) -> Result<Node, Vec<Problem>> {
        let span = value.span();
        if depth > DEEPEST {
            return Err(vec![Problem::new("nested too deep", self.at(span)).note(format!("at most {DEEPEST} levels"))]);
        }
        let value = match value.get_ref() {
            DeValue::String(text) => Value::String(text.to_string()),
            DeValue::Integer(number) => Value::Number(plain_number(&number.to_string())),
            DeValue::Float(number) => Value::Number(plain_number(number.as_str())),
            DeValue::Boolean(boolean) => Value::Boolean(*boolean),
            DeValue::Datetime(_) => Value::String(self.text[span.clone()].to_owned()),
            DeValue::Array(items) => {
                let first = || self.at(items.first().map_or(0..0, Spanned::span));
                Document::Answers.list(items.len(), first).map_err(|problem| vec![problem])?;
                Value::Array(items.iter().map(|item| self.value(item, depth + 1)).collect::<Result<_, _>>()?)
            }
            DeValue::Table(table) => Value::Table(self.table(table, depth)?),
        };
        Ok(Node { value, place: self.at(span) })
    }
}
