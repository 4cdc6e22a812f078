//! Lines: an entity with its fields, a label and its value, an item of the section, sentences.

use super::phrases::{phrases, whole};
use super::units::{UnitKind, sentences};
use super::words::{Word, WordKind};
use super::{Reader, Section, fields, items, span};

impl Reader<'_> {
    /// Reads a line that is neither a heading nor a row.
    pub(super) fn line(&mut self, words: &[Word], kind: UnitKind) {
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
        for sentence in sentences(self.text(), words) {
            self.sentence(sentence);
        }
    }

    /// `Books: title, isbn (unique), copies`: an entity and the names of its fields; whether it was one.
    pub(super) fn listing(&mut self, words: &[Word]) -> bool {
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
        if known || !label.iter().all(|it| it.kind == WordKind::Name) {
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
        // So is what is not in capitals, unless it has other entities.
        let refers = |it: &&[Word]| it.len() <= 3 && self.known_entity(it).is_some();
        if !capital && typed < 2 && !(typed == 1 && pieces.iter().any(refers)) {
            return false;
        }
        if self.section == Section::Fields && typed < 2 {
            return false;
        }
        if pieces.len() < 3 || fits * 4 < pieces.len() * 3 || !pieces.iter().any(sure) {
            return false;
        }
        self.entity_item(words)
    }

    /// `Course(title: string, price: money)`: an entity in one line; whether it was one.
    pub(super) fn declaration(&mut self, words: &[Word]) -> bool {
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

    /// A line that says its type, below an entity.
    pub(super) fn field_of_entity(&mut self, words: &[Word]) -> bool {
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
}

/// A line of a list that somebody wrote without bullets.
fn looks_like_item(words: &[Word]) -> bool {
    words.iter().take(5).any(|it| it.is(":")) && !words.last().is_some_and(|it| it.is(":"))
}

/// Without the hints of a template: `(Kubernetes, Docker Swarm, etc.)`.
pub(super) fn without_hints(words: &[Word]) -> Vec<Word> {
    let hint = words.iter().rposition(|it| it.stem == "etc");
    let open = hint.and_then(|at| words[..at].iter().rposition(|it| it.is("(")));
    let close = hint.and_then(|at| words[at..].iter().position(|it| it.is(")")).map(|close| at + close));
    match (open, close) {
        (Some(open), Some(close)) if open > 0 => words[..open].iter().chain(&words[close + 1..]).cloned().collect(),
        _ => words.to_vec(),
    }
}
