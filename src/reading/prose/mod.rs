//! Prose: filled-in prompts and requirements, in Markdown or plain text.
//!
//! A document is cut into [`units`], each is read in its section: as a field, an entity, an event, a job, or as sentences. A
//! sentence is one of the whole sentences of `phrases.toml`, or it holds names of the catalog ([`stack`]) and topics. What is left
//! over is told as not understood.

mod access;
mod choices;
mod code;
mod fields;
mod items;
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

use super::{Draft, Finding, Kind, Value, entity_name, is_taken, plural};
use crate::answers::names::MOST_ENTITIES;
use crate::catalog::Catalog;
use crate::spec::{Source, USER};
use fields::{Parsed, What};
use indexmap::IndexMap;
use phrases::{phrases, whole};
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
        self.line(&without_hints(words), unit.kind);
        self.unfilled = false;
    }

    /// Reads a line that is neither a heading nor a row.
    fn line(&mut self, words: &[Word], kind: UnitKind) {
        let item = matches!(kind, UnitKind::Item(_));
        if !item && kind == UnitKind::Text && self.section != Section::Plain && !looks_like_item(words) {
            self.section = Section::Plain;
        }
        if self.section != Section::Integrations && self.request(words) {
            return;
        }
        if self.declaration(words) || self.label(words) {
            return;
        }
        if self.section != Section::Plain && self.item(words) {
            return;
        }
        if (item || kind == UnitKind::Text) && self.field_of_entity(words) {
            return;
        }
        for sentence in units::sentences(self.text(), words) {
            self.sentence(sentence);
        }
    }

    /// `Books: title, isbn (unique), copies`: an entity and the names of its fields; whether it was one.
    fn listing(&mut self, words: &[Word]) -> bool {
        // `Seller — name (required), country code`
        let Some(colon) = words.iter().position(|it| it.is(":") || it.is("-")).filter(|at| (1..=2).contains(at)) else {
            return false;
        };
        let (label, list) = (&words[..colon], &words[colon + 1..]);
        // `Table` is an entity, `Tables` are described below.
        let many = self.raw(label).ends_with('s');
        let known = whole(&phrases().labels, label).is_some_and(|(means, _)| many || means != "entities")
            || many && whole(&phrases().sections, label).is_some()
            || many && phrases().topic(label).is_some()
            || self.names.at(self.text(), label).is_some();
        let capital = self.text()[label[0].at.clone()].starts_with(|it: char| it.is_ascii_uppercase());
        if known || !capital || !label.iter().all(|it| it.kind == WordKind::Name) {
            return false;
        }
        let pieces = fields::pieces(list);
        let ends = |it: &Word| ["(", ":", ">", "<", ">=", "<=", "?"].iter().any(|sign| it.is(sign));
        let named = |it: &&[Word]| it.iter().position(ends).unwrap_or(it.len()) <= 3;
        let field = |it: &&[Word]| fields::field(self.text(), it).is_some();
        let sure =
            |it: &&[Word]| it.iter().any(|it| it.is("(")) && fields::field(self.text(), it).is_some_and(|it| it.sure);
        let fits = pieces.iter().filter(|it| items::is_clause(it) || named(it) && field(it)).count();
        // Among the fields of an entity only what has several types of its own is another one.
        let typed = pieces.iter().filter(|it| sure(it)).count();
        if self.section == Section::Fields && typed < 2 {
            return false;
        }
        if pieces.len() < 3 || fits * 4 < pieces.len() * 3 || !pieces.iter().any(sure) {
            return false;
        }
        self.entity_item(words)
    }

    /// `Course(title: string, price: money)`: an entity in one line; whether it was one.
    fn declaration(&mut self, words: &[Word]) -> bool {
        if matches!(self.section, Section::Plain | Section::Fields) && self.listing(words) {
            return true;
        }
        let Some(open) = words.iter().position(|it| it.is("(")).filter(|at| (1..=3).contains(at)) else { return false };
        let capital = self.text()[words[0].at.clone()].starts_with(|it: char| it.is_ascii_uppercase());
        let close = fields::closing(words, open);
        let inner = words.get(open + 1..close).unwrap_or_default();
        let typed =
            |it: &[Word]| it.iter().any(|it| it.is(":")) && fields::field(self.text(), it).is_some_and(|it| it.typed);
        let rest = words.get(close + 1..).unwrap_or_default();
        let named = words[..open].iter().all(|it| it.kind == WordKind::Name);
        if !capital || !named || !rest.iter().all(Word::is_soft) || !fields::pieces(inner).into_iter().any(typed) {
            return false;
        }
        self.entity_item(words)
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

    /// Reads a heading, or a label with nothing behind it; whether it was one.
    fn heading(&mut self, units: &[Unit], at: usize) -> bool {
        let unit = &units[at];
        let labels = unit.words.last().is_some_and(|it| it.is(":"));
        let parent = matches!(unit.kind, UnitKind::Item(indent) if matches!(units.get(at + 1).map(|it| it.kind), Some(UnitKind::Item(next)) if next > indent));
        let follows = units.get(at + 1).map(|it| it.kind);
        // `Fields` above a list, `1. Overview` above text
        let above = unit.words.len() <= 3
            && match unit.kind {
                UnitKind::Text => matches!(follows, Some(UnitKind::Item(_))),
                UnitKind::Item(_) => {
                    matches!(follows, Some(UnitKind::Text)) && whole(&phrases().sections, &unit.words).is_some()
                }
                _ => false,
            };
        if unit.kind != UnitKind::Heading && !labels && !parent && !above {
            return false;
        }
        let words = fields::trimmed(&unit.words);
        if words.is_empty() {
            return true;
        }
        // Something that has fields: the lines below tell.
        let next = units.get(at + 1).filter(|it| matches!(it.kind, UnitKind::Item(_) | UnitKind::Row | UnitKind::Text));
        let below = next.is_some_and(|next| match next.kind {
            UnitKind::Row => !tables::names_entities(&next.words),
            UnitKind::Text if !next.words.get(1).is_some_and(|it| it.is(":")) => false,
            _ => self.fields_begin(units, at + 1),
        });
        // `Event` is an entity, `Events` are told.
        let one = below && words.len() == 1 && !self.raw(words).ends_with('s');
        if let Some((means, _)) =
            whole(&phrases().sections, words).filter(|(means, _)| !one || !matches!(*means, "events" | "jobs"))
        {
            self.open_section(means, words);
            return true;
        }
        let nested = self.section == Section::Entities && (parent || labels) && next.is_some();
        if (below || nested)
            && let Some(name) = self.heading_entity(words)
        {
            let name = self.gather(&name, span(words));
            self.entity = Some(name);
            self.in_list = false;
            self.section = Section::Fields;
            return true;
        }
        if unit.kind == UnitKind::Heading {
            self.section = Section::Plain;
            let line = self.text()[..unit.at.start].rsplit('\n').next().unwrap_or_default();
            if self.title.is_none()
                && line.trim() == "#"
                && !words.iter().any(|it| it.stem.starts_with("prompt") || it.stem == "template")
            {
                self.title = Some(span(words));
            }
            return true;
        }
        if labels && unit.kind == UnitKind::Text && words.len() <= 4 && !TEMPLATES.iter().any(|it| it.opens(words)) {
            // `Notes:` begins a list that is read as it comes.
            self.section = Section::Plain;
            let known = whole(&phrases().sentences, words).is_some() || phrases().topic(words).is_some();
            return !known;
        }
        false
    }

    /// Whether a list of fields begins there: the first may leave its type to a name such as `name`.
    fn fields_begin(&self, units: &[Unit], at: usize) -> bool {
        let Some(first) = fields::field(self.text(), &units[at].words) else { return false };
        let items = units[at..].iter().take_while(|it| it.kind == units[at].kind);
        let typed = |it: &Unit| fields::field(self.text(), &it.words).is_some_and(|it| it.typed);
        first.typed || first.sure && items.take(30).any(typed)
    }

    fn open_section(&mut self, means: &'static str, words: &[Word]) {
        let permission = |it: &Word| matches!(it.stem.as_str(), "permission" | "role" | "access" | "authorization");
        self.permissions = words.iter().any(permission);
        self.handles = words.iter().any(|it| matches!(it.stem.as_str(), "handle" | "process" | "consume"));
        if std::mem::take(&mut self.in_list) {
            self.entity.clone_from(&self.main);
        }
        self.section = match means {
            "fields" => Section::Fields,
            "entities" => Section::Entities,
            "events" => Section::Events,
            "jobs" => Section::Jobs,
            "integrations" => Section::Integrations,
            "providers" => Section::Providers,
            "variables" => Section::Variables,
            "plain" => Section::Plain,
            other => Section::Other(other),
        };
    }

    /// `Product`, `Product entity`, `Entity: Product`
    fn heading_entity(&self, words: &[Word]) -> Option<String> {
        let noise = |it: &Word| {
            it.is_soft()
                || matches!(
                    it.stem.as_str(),
                    "entity" | "model" | "table" | "resource" | "field" | "column" | "the" | "schema" | "requirement"
                )
        };
        let start = words.iter().position(|it| !noise(it))?;
        let end = words.iter().rposition(|it| !noise(it))? + 1;
        let name = &words[start..end];
        let plain = name.len() <= 3 && name.iter().all(|it| it.kind == WordKind::Name);
        plain.then(|| entity_name(self.raw(name))).flatten()
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

    /// A line that says its type, below an entity.
    fn field_of_entity(&mut self, words: &[Word]) -> bool {
        let Some(entity) = self.entity.clone() else { return false };
        // What the project is about has no fields of its own until a list says so.
        let subject = self.entities.get(&entity).is_some_and(|it| it.subject && it.members.is_empty());
        if subject || !words.iter().take(5).any(|it| it.is(":")) {
            return false;
        }
        if !fields::field(self.text(), words).is_some_and(|it| it.typed) {
            return false;
        }
        let words = self.without_rule(words);
        if let Some(parsed) = fields::field(self.text(), &words) {
            self.member(&entity, parsed, span(&words));
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

/// A line of a list that somebody wrote without bullets.
fn looks_like_item(words: &[Word]) -> bool {
    words.iter().take(5).any(|it| it.is(":")) && !words.last().is_some_and(|it| it.is(":"))
}

/// Without the hints of a template: `(Kubernetes, Docker Swarm, etc.)`.
fn without_hints(words: &[Word]) -> Vec<Word> {
    let hint = words.iter().rposition(|it| it.stem == "etc");
    let open = hint.and_then(|at| words[..at].iter().rposition(|it| it.is("(")));
    let close = hint.and_then(|at| words[at..].iter().position(|it| it.is(")")).map(|close| at + close));
    match (open, close) {
        (Some(open), Some(close)) if open > 0 => words[..open].iter().chain(&words[close + 1..]).cloned().collect(),
        _ => words.to_vec(),
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
