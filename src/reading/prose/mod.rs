//! Prose: filled-in prompts and requirements, in Markdown or plain text.
//!
//! A document is cut into [`units`], each is read in its section: as a field, an entity, an event, a job, or as sentences. A
//! sentence is one of the whole sentences of `phrases.toml`, or it holds names of the catalog ([`stack`]) and topics. What is left
//! over is told as not understood.

mod access;
mod choices;
mod code;
mod fields;
mod headings;
mod items;
mod lines;
mod pattern;
mod phrases;
mod relations;
mod requests;
mod resource;
mod rules;
mod sentence;
mod settle;
mod stack;
mod tables;
mod templates;
mod time;
mod units;
mod who;
mod words;
mod work;

pub use templates::{TEMPLATES, Template};

use super::{Draft, Finding, Kind, Value, is_taken, plural};
use crate::answers::names::MOST_ENTITIES;
use crate::catalog::Catalog;
use crate::spec::{Source, USER};
use fields::{Parsed, What};
use indexmap::IndexMap;
use phrases::phrases;
use stack::Names;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;
use units::{Unit, UnitKind};
use words::{Word, WordKind, stretch};

/// Nobody writes a longer prompt: what is longer is something else.
const LARGEST: usize = 500_000;

/// More findings than that are no report.
const MOST_FINDINGS: usize = 100_000;

/// A sentence of more words than these is not looked at.
const LONGEST_SENTENCE: usize = 300;

/// Reads a document into the draft.
pub fn read(draft: &mut Draft, catalog: &Catalog) {
    let source = Arc::clone(draft.document());
    if source.text.len() > LARGEST {
        let text = format!("{} kB are no prompt; at most {} kB are read", source.text.len() / 1_000, LARGEST / 1_000);
        draft.note(Kind::NotUnderstood, 0..0, "", text);
    } else {
        let units = units::units(&source.text);
        let mut reader = Reader::new(draft, catalog, &source);
        reader.read(&units);
    }
}

/// How the lines below a heading are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Plain,
    Fields,
    Entities,
    Events,
    Jobs,
    Integrations,
    Providers,
    Variables,
    /// Items that give no code, by the word of `phrases.toml`.
    Other(&'static str),
}

/// An entity while it is gathered.
#[derive(Debug, Clone, Default)]
struct Gathered {
    at: Range<usize>,
    members: IndexMap<String, (What, Range<usize>)>,
    /// Fields that words are looked for in.
    search: Vec<String>,
    /// Whether words are looked for in every text.
    search_all: Option<Range<usize>>,
    doc: Option<String>,
    /// Whether it may be what the project is about, and no entity: `an API for a library`.
    subject: bool,
}

/// A sentence that needs every field to be known.
struct Deferred {
    means: &'static str,
    words: Vec<Word>,
    gaps: pattern::Gaps,
    entity: Option<String>,
    /// Whether it stands where it is said who may do what.
    permissions: bool,
}

struct Reader<'a> {
    draft: &'a mut Draft,
    catalog: &'a Catalog,
    source: &'a Arc<Source>,
    names: Names,
    entities: IndexMap<String, Gathered>,
    /// Singular and plural of every entity, without blanks and in lower case → its name.
    spellings: BTreeMap<String, String>,
    /// The last word of names of several words, singular and plural → the entities that end so.
    last_words: BTreeMap<String, BTreeSet<String>>,
    /// Whether more entities are described than a project can have; told once.
    full: bool,
    /// Items of events, and whether they are handled here: built-in ones are known when all entities are.
    events: Vec<(Vec<Word>, bool)>,
    /// Answers besides fields, written behind them.
    later: IndexMap<String, (Value, Range<usize>)>,
    deferred: Vec<Deferred>,
    /// The entity that the text speaks of.
    entity: Option<String>,
    /// The entity that the document is about.
    main: Option<String>,
    /// Whether the entity is one of a list, so that it is spoken of no longer when the list ends.
    in_list: bool,
    section: Section,
    /// Whether the section says who may do what, so that whoever it names is a role.
    permissions: bool,
    /// Whether events of the section are handled here, not only told.
    handles: bool,
    languages: Vec<(String, Range<usize>)>,
    /// What schemas in the document say of the stack: the answers, and the findings that lead to them.
    stack_answers: Vec<(String, Value, Range<usize>)>,
    stack_of_code: Vec<Finding>,
    /// What a heading of a table says its columns are.
    columns: Vec<String>,
    /// The first heading, a name for the project when nothing better is said.
    title: Option<Range<usize>>,
    open: BTreeSet<String>,
    /// Whether the line that is read still has placeholders.
    unfilled: bool,
}

impl<'a> Reader<'a> {
    fn new(draft: &'a mut Draft, catalog: &'a Catalog, source: &'a Arc<Source>) -> Self {
        Self {
            draft,
            catalog,
            source,
            names: Names::new(catalog),
            entities: IndexMap::new(),
            spellings: BTreeMap::new(),
            last_words: BTreeMap::new(),
            full: false,
            events: Vec::new(),
            later: IndexMap::new(),
            deferred: Vec::new(),
            entity: None,
            main: None,
            in_list: false,
            section: Section::Plain,
            permissions: false,
            handles: false,
            languages: Vec::new(),
            stack_answers: Vec::new(),
            stack_of_code: Vec::new(),
            columns: Vec::new(),
            title: None,
            open: BTreeSet::new(),
            unfilled: false,
        }
    }

    fn text(&self) -> &'a str {
        &self.source.text
    }

    fn raw(&self, words: &[Word]) -> &'a str {
        let range = span(words);
        &self.source.text[range]
    }

    fn note(&mut self, kind: Kind, at: Range<usize>, path: impl Into<String>, text: impl Into<String>) {
        // What a line with gaps says is open; that has been told.
        if self.unfilled && kind == Kind::NotUnderstood {
            return;
        }
        self.draft.note(kind, at, path, text);
    }

    /// Gives an answer that is no field.
    fn answer(&mut self, path: impl Into<String>, value: impl Into<Value>, at: Range<usize>) {
        self.later.insert(path.into(), (value.into(), at));
    }

    /// Adds to a list of answers, once.
    fn add(&mut self, path: &str, value: Value, at: Range<usize>) {
        match self.later.get_mut(path) {
            Some((Value::List(items), _)) => {
                if !items.contains(&value) {
                    items.push(value);
                }
            }
            _ => self.answer(path, Value::List(vec![value]), at),
        }
    }

    fn read(&mut self, units: &[Unit]) {
        let skipped = self.empty_templates(units);
        let code = code::read(self, units);
        let mut at = 0;
        while at < units.len() {
            if let Some(range) = skipped.iter().find(|range| range.contains(&at)) {
                at = range.end;
                self.section = Section::Plain;
                continue;
            }
            if self.is_too_long(units[at].at.clone()) {
                break;
            }
            if !code.contains(&at) {
                self.unit(units, at);
            }
            at += 1;
        }
        for (words, handled) in std::mem::take(&mut self.events) {
            self.event_item(&words, handled);
        }
        for deferred in std::mem::take(&mut self.deferred) {
            if self.is_too_long(span(&deferred.words)) {
                break;
            }
            self.decide(&deferred);
        }
        self.stack_of_schemas();
        settle::settle(self);
    }

    /// Whether so much is told already that nobody would read more.
    fn is_too_long(&mut self, at: Range<usize>) -> bool {
        let long = self.draft.findings.len() > MOST_FINDINGS;
        if long {
            self.note(Kind::NotUnderstood, at, "", "the document says too much; what follows is not read");
        }
        long
    }

    /// Takes from schemas what the text does not say.
    fn stack_of_schemas(&mut self) {
        let silent: BTreeSet<String> = (self.stack_answers.iter().map(|(path, ..)| path))
            .filter(|it| !self.later.contains_key(*it))
            .cloned()
            .collect();
        for (path, value, at) in std::mem::take(&mut self.stack_answers) {
            if silent.contains(&path) {
                self.answer(path, value, at);
            }
        }
        for finding in std::mem::take(&mut self.stack_of_code) {
            let finding = if silent.contains(&finding.path) || finding.kind == Kind::Unsupported {
                finding
            } else {
                let text = "the text says what it is to be".to_owned();
                Finding { kind: Kind::Understood, text, path: String::new(), ..finding }
            };
            self.draft.findings.push(finding);
        }
    }

    /// Templates that nobody filled in, beside others that somebody did: ranges of units. Notes which templates are there.
    fn empty_templates(&mut self, units: &[Unit]) -> Vec<Range<usize>> {
        let mut openings: Vec<(usize, &Template)> = Vec::new();
        for (at, unit) in units.iter().enumerate() {
            if let Some(template) = TEMPLATES.iter().find(|it| !unit.words.is_empty() && it.opens(&unit.words)) {
                openings.push((at, template));
            }
        }
        let mut empty = Vec::new();
        let mut read_as: Vec<&Template> = Vec::new();
        for (index, (at, template)) in openings.iter().enumerate() {
            let end = openings.get(index + 1).map_or(units.len(), |(next, _)| *next);
            let there: BTreeSet<&str> = units[*at..end]
                .iter()
                .flat_map(|it| &it.words)
                .filter(|it| it.kind == WordKind::Placeholder)
                .map(|it| it.stem.as_str())
                .collect();
            if template.placeholders().iter().all(|it| there.contains(it.as_str())) {
                empty.push((*at..end, *template));
            } else if !read_as.contains(template) {
                read_as.push(template);
            }
        }
        let skip = !read_as.is_empty();
        if !skip {
            read_as.extend(empty.iter().map(|(_, template)| *template));
        }
        self.draft.read_as = read_as.iter().map(|it| format!("the template \"{}\"", it.title())).collect();
        if !skip {
            return Vec::new();
        }
        for (range, template) in &empty {
            let at = units[range.start].at.clone();
            self.note(
                Kind::Understood,
                at,
                "",
                format!("the template \"{}\" is not filled in: left aside", template.title()),
            );
        }
        empty.into_iter().map(|(range, _)| range).collect()
    }

    fn unit(&mut self, units: &[Unit], at: usize) {
        let unit = &units[at];
        if unit.kind == UnitKind::Code {
            if code::example(self, units, at) {
                return;
            }
            let front = unit.at.start == 0 && self.text().starts_with("---");
            let (kind, text) = if front {
                (Kind::Understood, "says something of the document, not of a service")
            } else {
                (Kind::NotUnderstood, "code is not read, except types, schemas, diagrams and examples of rows")
            };
            self.note(kind, unit.at.clone(), "", text);
            return;
        }
        let words = unit.words.as_slice();
        if words.iter().all(Word::is_soft) {
            return;
        }
        if unit.kind == UnitKind::Row {
            self.row(words);
            return;
        }
        self.columns.clear();
        if self.heading(units, at) {
            return;
        }
        let item = matches!(unit.kind, UnitKind::Item(_));
        if self.section == Section::Variables {
            // The page that explains a template.
            if item || words[0].kind == WordKind::Placeholder {
                return;
            }
            self.section = Section::Plain;
        }
        self.placeholders(words);
        if words[0].kind == WordKind::Placeholder {
            return;
        }
        self.unfilled = words.iter().any(|it| it.kind == WordKind::Placeholder);
        self.line(&lines::without_hints(words), unit.kind);
        self.unfilled = false;
    }

    /// Placeholders that nobody filled in.
    fn placeholders(&mut self, words: &[Word]) {
        for word in words.iter().filter(|it| it.kind == WordKind::Placeholder) {
            if !self.open.insert(word.stem.clone()) {
                continue;
            }
            let name = word.stem.trim_matches(['[', ']']);
            let path = phrases().placeholders.get(name).cloned().unwrap_or_default();
            self.note(Kind::Open, word.at.clone(), path, format!("`{}` is still to be filled in", word.stem));
        }
    }

    /// Begins an entity, or finds it; gives its name.
    fn gather(&mut self, name: &str, at: Range<usize>) -> String {
        let mut name = name.to_owned();
        if name == "Account" || name == "UserAccount" {
            USER.clone_into(&mut name);
        }
        if name != USER && is_taken(&name) {
            let other = format!("{name}Entry");
            if !self.entities.contains_key(&other) {
                let text = format!("`{name}` is a name of the service itself; the entity is called `{other}`");
                self.note(Kind::Assumed, at.clone(), format!("entities.{other}"), text);
            }
            name = other;
        }
        if self.gather_silently(&name, at.clone()) {
            if name == USER {
                self.note(Kind::Understood, at, "", "users: every project with accounts has them");
            } else {
                self.note(Kind::Understood, at, format!("entities.{name}"), "");
            }
        }
        name
    }

    /// Begins an entity that has been told of; whether it was not there.
    fn gather_silently(&mut self, name: &str, at: Range<usize>) -> bool {
        if self.entities.contains_key(name) {
            return false;
        }
        if self.entities.len() >= MOST_ENTITIES {
            if !std::mem::replace(&mut self.full, true) {
                let text = format!("a project has at most {MOST_ENTITIES} entities; no more are read");
                self.note(Kind::NotUnderstood, at, "", text);
            }
            return false;
        }
        self.entities.insert(name.to_owned(), Gathered { at, ..Gathered::default() });
        let called = name.strip_suffix("Entry").filter(|it| is_taken(it)).unwrap_or(name);
        let one = heck::ToSnakeCase::to_snake_case(called);
        for spelling in [plural(&one), one] {
            if let Some((_, last)) = spelling.rsplit_once('_') {
                self.last_words.entry(last.to_owned()).or_default().insert(name.to_owned());
            }
            self.spellings.insert(spelling.replace('_', ""), name.to_owned());
        }
        true
    }

    /// Takes a field or reference of an entity.
    fn member(&mut self, entity: &str, parsed: Parsed, at: Range<usize>) {
        settle::member(self, entity, parsed, at);
    }

    /// The known entity that some words name.
    fn known_entity(&self, words: &[Word]) -> Option<String> {
        let words: Vec<&Word> = words.iter().filter(|it| it.kind == WordKind::Name).collect();
        for length in (1..=3.min(words.len())).rev() {
            for part in words.windows(length) {
                let raw = &self.text()[stretch(part[0], part[length - 1])];
                let raw = raw.strip_suffix("'s").unwrap_or(raw);
                let spelling: String =
                    raw.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect();
                if let Some(name) = self.spellings.get(&spelling) {
                    return Some(name.clone());
                }
                // `sessions`, where there are training sessions and no others.
                let alike = self.last_words.get(&spelling).filter(|it| it.len() == 1);
                if let Some(name) = alike.and_then(BTreeSet::first) {
                    return Some(name.clone());
                }
                let person = matches!(
                    spelling.as_str(),
                    "user" | "users" | "account" | "accounts" | "customer" | "customers" | "member" | "members"
                );
                if person && self.has_auth() {
                    return Some(USER.to_owned());
                }
            }
        }
        None
    }

    fn has_auth(&self) -> bool {
        self.later.get("stack.auth").is_none_or(|(auth, _)| auth.words() != ["none"])
    }
}

/// From the first word to the last.
fn span(words: &[Word]) -> Range<usize> {
    match (words.first(), words.last()) {
        (Some(first), Some(last)) => stretch(first, last),
        _ => 0..0,
    }
}

/// What stands in a gap.
fn gap<'w>(words: &'w [Word], gaps: &pattern::Gaps, name: &str) -> &'w [Word] {
    let found = gaps.iter().find(|(it, _)| it == name);
    found.map_or(&[], |(_, range)| fields::trimmed(&words[range.clone()]))
}

/// Names of a list: parted by commas, `and`, `or`, slashes.
fn listed(words: &[Word]) -> Vec<&[Word]> {
    let between = |word: &Word| {
        word.is(",")
            || word.is("/")
            || word.is(";")
            || word.is(":")
            || word.is("(")
            || word.is(")")
            || matches!(word.stem.as_str(), "and" | "or" | "&")
    };
    words.split(between).map(fields::trimmed).filter(|it| !it.is_empty()).collect()
}
