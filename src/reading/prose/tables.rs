//! Tables: fields of an entity, fields of many, and who may do what.

use super::fields;
use super::who::actions;
use super::words::{Word, WordKind};
use super::{Reader, span};
use crate::reading::Kind;
use crate::spec::USER;

impl Reader<'_> {
    /// A row of a table of fields.
    pub(super) fn row(&mut self, words: &[Word]) {
        let cells = cells(words);
        if self.columns.is_empty() {
            let heads = heads(&cells);
            let named = |head: Option<&String>| {
                matches!(head.map(String::as_str), Some("field" | "name" | "column" | "attribute" | "property"))
            };
            let fields = named(heads.first()) && heads.len() > 1 && self.entity.is_some();
            let both = of_entity(&heads) && named(heads.get(1)) && heads.len() > 2;
            if fields || both || of_access(&heads) || of_requests(&heads) {
                self.columns = heads;
                return;
            }
            self.note(
                Kind::NotUnderstood,
                span(words),
                "",
                "a table is read when its first column is `Field` and it stands below an entity, when its first columns are \
                 `Entity` and `Field`, or when `Entity` and actions are",
            );
            self.columns = vec![String::new()];
            return;
        }
        if self.columns == [String::new()] {
            return;
        }
        if of_access(&self.columns) {
            self.access_row(words, &cells);
            return;
        }
        if of_requests(&self.columns) {
            let line: Vec<Word> = if METHODS.contains(&self.columns[0].as_str()) {
                words.iter().skip_while(|it| it.is("|")).cloned().collect()
            } else {
                [
                    cells.get(1).copied().unwrap_or_default(),
                    cells[0],
                    cells.get(2..).unwrap_or_default().concat().as_slice(),
                ]
                .concat()
            };
            if !self.request(&line) {
                self.note(Kind::NotUnderstood, span(words), "", "not understood as a request");
            }
            return;
        }
        let mut cells = cells.as_slice();
        if of_entity(&self.columns) {
            // An empty cell goes on with the entity above it.
            if let Some(name) = cells.first().and_then(|it| self.heading_entity(it)) {
                let name = self.gather(&name, span(cells[0]));
                self.entity = Some(name);
            }
            cells = &cells[1.min(cells.len())..];
        }
        let Some(entity) = self.entity.clone() else { return };
        let Some(name) = cells.first().filter(|it| !it.is_empty()) else { return };
        let line = self.line_of_row(name, cells);
        let line = self.without_rule(&line);
        match fields::field(self.text(), &line) {
            Some(parsed) => self.member(&entity, parsed, span(words)),
            None => self.note(Kind::NotUnderstood, span(words), "", "not understood as a field"),
        }
    }

    /// `| Trip | any user | dispatcher |`: who may do what.
    fn access_row(&mut self, words: &[Word], cells: &[&[Word]]) {
        let entity = cells.first().and_then(|it| self.known_entity(it)).filter(|it| it != USER);
        let Some(entity) = entity else {
            return self.note(Kind::NotUnderstood, span(words), "", "no entity is called so");
        };
        if !self.has_auth() {
            return self.note(Kind::Unsupported, span(words), "", "without accounts everything is public");
        }
        for (head, cell) in self.columns.clone().iter().zip(cells).skip(1).filter(|(_, cell)| !cell.is_empty()) {
            let verb = Word { at: span(cell), stem: head.clone(), kind: WordKind::Name };
            let mut allowed = actions(&[verb]).unwrap_or_default();
            // A table with a column of its own for lists means rows alone by the others.
            if self.columns.iter().any(|it| it == "list") {
                allowed.retain(|it| (head == "list") == (*it == "list"));
            }
            match self.who(cell) {
                Some(who) => self.grant(&entity, &allowed, &who, cell),
                None => self.note(Kind::NotUnderstood, span(cell), "", "nobody that is known"),
            }
        }
    }

    /// The cells of a row in the order of a line: name, type, description, constraints.
    fn line_of_row(&self, name: &[Word], cells: &[&[Word]]) -> Vec<Word> {
        let sign = |stem: &str, at: usize| Word { at: at..at, stem: stem.to_owned(), kind: WordKind::Sign };
        let word = |stem: &str, at: usize| Word { at: at..at, stem: stem.to_owned(), kind: WordKind::Name };
        let mut line = name.to_vec();
        let (mut docs, mut limits): (Vec<Word>, Vec<Word>) = (Vec::new(), Vec::new());
        let place = name[name.len() - 1].at.end;
        line.push(sign(":", place));
        let heads = &self.columns[usize::from(of_entity(&self.columns))..];
        for (head, cell) in heads.iter().zip(cells).skip(1).filter(|(_, cell)| !cell.is_empty()) {
            let at = cell[0].at.start;
            let no = matches!(cell[0].stem.as_str(), "no" | "false" | "n");
            match head.as_str() {
                "type" => line.extend(cell.to_vec()),
                "required" | "mandatory" => {
                    limits.extend([word(if no { "optional" } else { "required" }, at), sign(",", at)]);
                }
                "optional" | "nullable" | "null" => {
                    limits.extend([word(if no { "required" } else { "optional" }, at), sign(",", at)]);
                }
                "unique" if !no => limits.extend([word("unique", at), sign(",", at)]),
                "unique" => {}
                "default" if cell[0].is("-") => {}
                "default" => {
                    limits.push(word("default", at));
                    limits.extend(cell.to_vec());
                    limits.push(sign(",", at));
                }
                "description" | "meaning" | "purpose" => docs.extend(cell.to_vec()),
                _ => {
                    limits.extend(cell.to_vec());
                    limits.push(sign(",", at));
                }
            }
        }
        let end = line[line.len() - 1].at.end;
        if !docs.is_empty() {
            line.push(sign("-", end));
            line.extend(docs);
        }
        if !limits.is_empty() {
            line.push(sign("(", end));
            line.extend(limits);
            line.push(sign(")", end));
        }
        line
    }
}

/// The cells of a row.
fn cells(words: &[Word]) -> Vec<&[Word]> {
    let inner = match words {
        [first, rest @ ..] if first.is("|") => rest,
        other => other,
    };
    let inner = match inner {
        [rest @ .., last] if last.is("|") => rest,
        other => other,
    };
    inner.split(|it| it.is("|")).collect()
}

/// What the columns are called: the first word of each.
fn heads(cells: &[&[Word]]) -> Vec<String> {
    cells.iter().map(|it| it.first().map_or(String::new(), |it| it.stem.clone())).collect()
}

/// Whether a table names its entities itself, so that the heading above it is none.
pub(super) fn names_entities(words: &[Word]) -> bool {
    let heads = heads(&cells(words));
    of_entity(&heads) || of_access(&heads) || of_requests(&heads)
}

/// What a column of methods is called.
const METHODS: [&str; 3] = ["method", "verb", "http"];

/// Whether a table lists requests: a method and a path, in either order.
fn of_requests(heads: &[String]) -> bool {
    let is = |at: usize, names: &[&str]| heads.get(at).is_some_and(|it| names.contains(&it.as_str()));
    let paths = ["path", "endpoint", "url", "route", "uri"];
    is(0, &METHODS) && is(1, &paths) || is(0, &paths) && is(1, &METHODS)
}

/// Whether a table says who may do what: `| Entity | list | create |`
fn of_access(heads: &[String]) -> bool {
    let action = |it: &String| {
        matches!(it.as_str(), "list" | "read" | "view" | "create" | "update" | "edit" | "delete" | "write")
    };
    of_entity(heads) && heads.len() > 1 && heads[1..].iter().all(action)
}

/// Whether the first column of a table says whose field a row is.
fn of_entity(heads: &[String]) -> bool {
    heads.first().is_some_and(|it| matches!(it.as_str(), "entity" | "model" | "table" | "resource"))
}
