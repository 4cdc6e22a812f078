//! Which entity and which fields a sentence is about, and what its API offers.

use super::pattern::Gaps;
use super::phrases::phrases;
use super::rules::{alike, same};
use super::sentence::noiseless;
use super::words::{Word, WordKind, stretch};
use super::{Deferred, Reader, fields, gap, listed, settle, span};
use crate::reading::{Kind, RelationForm, Value, plural, project_name};
use crate::spec::USER;
use heck::{ToKebabCase, ToSnakeCase};

/// Methods of HTTP, and what stands for all of them.
const METHODS: [&str; 6] = ["get", "post", "put", "patch", "delete", "crud"];

impl Reader<'_> {
    /// `Create a RESTful API endpoint for products using Express.js that`
    pub(super) fn resource(&mut self, words: &[Word], gaps: &Gaps) {
        let mut first = None;
        let said = gap(words, gaps, "resource");
        // `CrateDigger, a marketplace for records`
        let comma = said.iter().position(|it| it.is(",")).filter(|at| (1..=3).contains(at));
        if let Some(comma) = comma.filter(|at| said.get(at + 1).is_some_and(is_article)) {
            self.called(&said[..comma], &said[comma + 1..]);
            return self.named(words, gaps);
        }
        for part in listed(said) {
            let noise = |it: &Word| {
                matches!(
                    it.stem.as_str(),
                    "management"
                        | "managing"
                        | "resource"
                        | "data"
                        | "the"
                        | "a"
                        | "an"
                        | "api"
                        | "service"
                        | "crud"
                        | "our"
                        | "my"
                )
            };
            let name: Vec<Word> = part.iter().filter(|it| !noise(it)).cloned().collect();
            if name.iter().any(|it| it.kind == WordKind::Placeholder) {
                continue;
            }
            match self.heading_entity(&name) {
                Some(entity) => {
                    let entity = self.gather(&entity, span(part));
                    if part.first().is_some_and(|it| matches!(it.stem.as_str(), "a" | "an" | "our" | "my"))
                        && let Some(gathered) = self.entities.get_mut(&entity)
                    {
                        gathered.subject = true;
                    }
                    first.get_or_insert(entity);
                }
                None => self.note(Kind::NotUnderstood, span(part), "entities", "no name for an entity"),
            }
        }
        if let Some(entity) = first {
            let snake = entity.to_snake_case();
            let one = self.entities.get(&entity).is_some_and(|it| it.subject);
            let called = if one { snake } else { plural(&snake) };
            if !self.later.contains_key("project.name")
                && let Some(name) = project_name(&called.to_kebab_case())
            {
                let at = span(gap(words, gaps, "resource"));
                self.note(Kind::Assumed, at.clone(), "project.name", format!("`{name}`, after what it serves"));
                self.answer("project.name", Value::from(name), at);
            }
            self.main = Some(entity.clone());
            self.entity = Some(entity);
            self.in_list = false;
        }
        self.named(words, gaps);
    }

    /// The name of the project, and what it is.
    fn called(&mut self, name: &[Word], what: &[Word]) {
        let raw = self.raw(name);
        if let Some(id) = project_name(raw).filter(|_| !self.later.contains_key("project.name")) {
            self.note(Kind::Assumed, span(name), "project.name", format!("`{id}`, as it is called"));
            self.answer("project.name", Value::from(id), span(name));
        }
        let text: String = fields::capitalised(&fields::cleaned(self.raw(what))).chars().take(200).collect();
        self.answer_understood("project.description", Value::from(text), span(what));
    }

    pub(super) fn methods(&mut self, words: &[Word], gaps: &Gaps) -> bool {
        let at = span(words);
        let said: Vec<&str> = gap(words, gaps, "methods")
            .iter()
            .filter(|it| it.kind == WordKind::Name)
            .map(|it| it.stem.as_str())
            .collect();
        if !said.iter().all(|it| METHODS.contains(it) || matches!(*it, "and" | "all")) {
            return false;
        }
        let has = |method: &str| said.contains(&method);
        let all = has("crud") || (has("get") && has("post") && (has("put") || has("patch")) && has("delete"));
        if all {
            self.note(Kind::Understood, at, "", "every project has it: list, read, create, update and delete");
            return true;
        }
        let Some(entity) = self.entity.clone().filter(|it| it != USER) else {
            self.note(Kind::NotUnderstood, at, "", "methods of which entity?");
            return true;
        };
        let mut actions: Vec<&str> = Vec::new();
        for (given, names) in [
            (has("get"), &["list", "read"][..]),
            (has("post"), &["create"]),
            (has("put") || has("patch"), &["update"]),
            (has("delete"), &["delete"]),
        ] {
            if given {
                actions.extend(names);
            }
        }
        let value = Value::texts(actions);
        self.note(Kind::Understood, at.clone(), format!("entities.{entity}.actions"), value.to_string());
        self.answer(format!("entities.{entity}.actions"), value, at);
        true
    }

    pub(super) fn search(&mut self, words: &[Word], gaps: &Gaps) -> bool {
        let Some(entity) = self.entity_in(gap(words, gaps, "entity")).or(self.entity.clone()) else {
            self.note(Kind::Understood, span(words), "", "every list filters, sorts and pages");
            return true;
        };
        let list = gap(words, gaps, "fields");
        if list.is_empty() {
            if let Some(gathered) = self.entities.get_mut(&entity) {
                gathered.search_all = Some(span(words));
            }
            return true;
        }
        for part in listed(list) {
            match self.field_in(part) {
                Some((entity, field)) => {
                    self.note(Kind::Understood, span(part), format!("entities.{entity}.search"), format!("`{field}`"));
                    if let Some(gathered) = self.entities.get_mut(&entity) {
                        gathered.search.push(field);
                    }
                }
                None => self.note(Kind::NotUnderstood, span(part), "", "no field of that name"),
            }
        }
        true
    }

    pub(super) fn indexes(&mut self, words: &[Word], gaps: &Gaps) -> bool {
        for part in listed(gap(words, gaps, "x")) {
            match self.field_in(part) {
                Some((entity, field)) => {
                    let done = settle::change(self, &entity, &field, |it| it.index = true);
                    let text = if done { "an index" } else { "references have an index" };
                    self.note(Kind::Understood, span(part), format!("entities.{entity}.fields.{field}"), text);
                }
                None => self.note(
                    Kind::Unsupported,
                    span(part),
                    "",
                    "no field is called so; `make explain` names what a query wants",
                ),
            }
        }
        true
    }

    /// `Each book has a title, an ISBN (unique) and a price`
    pub(super) fn entity_has(&mut self, words: &[Word], gaps: &Gaps) -> bool {
        let named = gap(words, gaps, "entity");
        // `a session belongs to a member and` names more than one.
        if named.len() > 4 || named.iter().any(|it| it.kind == WordKind::Sign) {
            return false;
        }
        let Some(entity) = self.known_entity(named).or_else(|| self.heading_entity(named)) else { return false };
        self.possesses(&entity, named, gap(words, gaps, "fields"))
    }

    /// Takes what an entity is said to have, if at least half of it can be fields.
    fn possesses(&mut self, entity: &str, named: &[Word], said: &[Word]) -> bool {
        let (list, second) = clauses(said);
        let parts: Vec<Vec<Word>> = possessions(list).into_iter().map(bare).filter(|it| !it.is_empty()).collect();
        let read: Vec<_> = parts.iter().map(|it| fields::field(self.text(), it).filter(|_| it.len() <= 24)).collect();
        let known = read.iter().flatten().count();
        if entity == USER || parts.len() < 2 || known * 2 < parts.len() {
            return false;
        }
        let entity = self.gather(entity, span(if named.is_empty() { said } else { named }));
        for (words, parsed) in parts.iter().zip(read) {
            // `an author`, where there are authors.
            match (self.known_entity(words).filter(|_| words.len() == 1), parsed) {
                (Some(target), _) => {
                    self.refer(&entity, RelationForm::ManyToOne, &target, words, &Vec::new());
                }
                (None, Some(parsed)) => self.member(&entity, parsed, span(words)),
                (None, None) => self.note(Kind::NotUnderstood, span(words), "", "not understood as a field"),
            }
        }
        self.clause_of(&entity, second);
        true
    }

    /// `A session's status is planned, running or done`
    pub(super) fn status_values(&mut self, words: &[Word], gaps: &Gaps) -> bool {
        let Some(entity) = self.known_entity(gap(words, gaps, "entity")).filter(|it| it != USER) else { return false };
        let Some(status) = words.iter().find(|it| matches!(it.stem.as_str(), "status" | "state")) else { return false };
        let list = gap(words, gaps, "list");
        let sign = |stem: &str| Word { at: status.at.end..status.at.end, stem: stem.to_owned(), kind: WordKind::Sign };
        let kind = Word { kind: WordKind::Name, ..sign("enum") };
        let line = [&[status.clone(), sign(":"), kind, sign("(")], list, &[sign(")")]].concat();
        let Some(parsed) = fields::field(self.text(), &line).filter(|_| listed(list).len() > 1) else { return false };
        self.member(&entity, parsed, span(words));
        true
    }

    /// `We rent boats`, `Boat management`: where there are some, they are described elsewhere.
    pub(super) fn managed(&mut self, words: &[Word], gaps: &Gaps) -> bool {
        let named = [gap(words, gaps, "entity"), gap(words, gaps, "entities")].concat();
        let parts = listed(&named);
        let letters = |it: &[Word]| -> String {
            let raw = self.raw(it).to_lowercase();
            raw.chars().filter(|it| it.is_alphanumeric()).collect()
        };
        // `Handles rink slots`, where there are slots.
        let handles = words[0].stem == "handle" || words[0].stem == "manage";
        let known = |it: &&[Word]| {
            self.spellings.contains_key(&letters(&noiseless(it)))
                || handles && self.known_entity(it).is_some_and(|it| it != USER)
        };
        if parts.is_empty() || !parts.iter().all(known) {
            return false;
        }
        self.note(Kind::Understood, span(words), "", "every entity is listed, read, created, updated and deleted");
        true
    }

    /// Reads the second half of a sentence, which speaks of the same entity.
    pub(super) fn clause_of(&mut self, entity: &str, words: &[Word]) {
        let has = |it: &Word| matches!(it.stem.as_str(), "ha" | "has" | "have");
        let words = fields::trimmed(words);
        let words = if words.first().is_some_and(|it| it.stem == "and") { &words[1..] } else { words };
        if let [verb, article, ..] = words
            && has(verb)
            && is_article(article)
            && self.possesses(entity, &[], &words[1..])
        {
            return;
        }
        if !words.is_empty() {
            let entity = Some(entity.to_owned());
            let permissions = self.permissions;
            self.decide(&Deferred { means: "", words: words.to_vec(), gaps: Vec::new(), entity, permissions });
        }
    }

    /// `Soft delete for episodes`, `audit trail of shows`
    pub(super) fn kept(&mut self, key: &str, words: &[Word], gaps: &Gaps) -> bool {
        let parts = listed(gap(words, gaps, "entities"));
        let entities: Option<Vec<String>> = parts.iter().map(|it| self.known_entity(it)).collect();
        let Some(entities) = entities.filter(|it| !it.is_empty() && !it.iter().any(|it| it == USER)) else {
            return false;
        };
        for entity in entities {
            let path = format!("entities.{entity}.{key}");
            self.note(Kind::Understood, span(words), path.clone(), "true");
            self.answer(path, Value::Boolean(true), span(words));
        }
        true
    }

    pub(super) fn only_entity(&self) -> Option<String> {
        let mut names = self.entities.keys().filter(|it| *it != USER);
        let first = names.next().cloned();
        if names.next().is_none() { first } else { None }
    }

    /// The entity that a gap names, or the one that is spoken of.
    pub(super) fn entity_in(&self, words: &[Word]) -> Option<String> {
        let pronoun = words.iter().all(|it| {
            phrases().filler.contains(&it.stem)
                || matches!(it.stem.as_str(), "it" | "them" | "record" | "item" | "entry" | "row" | "own")
        });
        self.known_entity(words).or_else(|| if pronoun { self.entity.clone() } else { None })
    }

    /// The field of an entity that some words name: the entity, the field's name.
    pub(super) fn field_in(&self, words: &[Word]) -> Option<(String, String)> {
        let names: Vec<&Word> = words.iter().filter(|it| it.kind == WordKind::Name).collect();
        let here = self.known_entity(words).filter(|it| it != USER);
        let candidates: Vec<String> =
            here.into_iter().chain(self.entity.clone()).chain(self.entities.keys().cloned()).collect();
        for matches in [same, alike] {
            for entity in &candidates {
                let Some(gathered) = self.entities.get(entity) else { continue };
                for length in (1..=4.min(names.len())).rev() {
                    for part in names.windows(length) {
                        let said = &self.text()[stretch(part[0], part[length - 1])];
                        if let Some(field) = gathered.members.keys().find(|it| matches(it, said)) {
                            return Some((entity.clone(), field.clone()));
                        }
                    }
                }
            }
        }
        // `fee` for `monthlyFee`, where one field alone is called so.
        let last = |field: &str| field.to_snake_case().rsplit_once('_').map(|(_, last)| last.to_owned());
        let meant = |field: &str| {
            last(field).is_some_and(|last| names.iter().any(|word| same(&last, &self.text()[word.at.clone()])))
        };
        let all = self.entities.iter().flat_map(|(entity, it)| it.members.keys().map(move |field| (entity, field)));
        let mut partly = all.filter(|(_, field)| meant(field));
        let (entity, field) = partly.next().filter(|_| partly.next().is_none())?;
        Some((entity.clone(), field.clone()))
    }
}

/// `… a publisher and has many reviews`: what stands before the second verb, and what begins with it.
pub(super) fn clauses(words: &[Word]) -> (&[Word], &[Word]) {
    let verb = |it: &Word| matches!(it.stem.as_str(), "ha" | "has" | "have" | "belong" | "contain" | "reference");
    let both = |it: &[Word]| (it[0].is(",") || it[0].stem == "and") && verb(&it[1]);
    match words.windows(2).position(both) {
        Some(at) => (fields::trimmed(&words[..at]), &words[at + 1..]),
        None => (words, &words[words.len()..]),
    }
}

/// Parts of a list of what something has. Behind `one of` only an article begins the next.
fn possessions(words: &[Word]) -> Vec<&[Word]> {
    let (mut found, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, word) in words.iter().enumerate() {
        if word.is("(") {
            depth += 1;
        } else if word.is(")") {
            depth = depth.saturating_sub(1);
        }
        let values = words[start..at].windows(2).any(|it| it[0].stem == "one" && it[1].stem == "of");
        let article = words.get(at + 1).is_some_and(is_article);
        if depth == 0 && (word.is(",") || word.stem == "and") && (article || !values) {
            found.push(&words[start..at]);
            start = at + 1;
        }
    }
    found.push(&words[start..]);
    found
}

fn is_article(word: &Word) -> bool {
    matches!(word.stem.as_str(), "a" | "an" | "the")
}

/// `flag whether it is broken (default no)` as `broken: boolean (default no)`
fn flag(words: &[Word]) -> Option<Vec<Word>> {
    let whether = words.iter().position(|it| matches!(it.stem.as_str(), "whether" | "if")).filter(|at| *at <= 3)?;
    let said = words[..whether].iter().any(|it| matches!(it.stem.as_str(), "flag" | "boolean" | "mark" | "switch"));
    let small =
        |it: &&Word| matches!(it.stem.as_str(), "it" | "they" | "is" | "are" | "the" | "a" | "an" | "has" | "been");
    let rest: Vec<Word> = words[whether + 1..].iter().skip_while(|it| small(it)).cloned().collect();
    let end = rest.iter().position(|it| it.kind != WordKind::Name).unwrap_or(rest.len());
    if !said || !(1..=3).contains(&end) {
        return None;
    }
    let at = rest[end - 1].at.end;
    let word = |stem: &str, kind| Word { at: at..at, stem: stem.to_owned(), kind };
    let kind = [word(":", WordKind::Sign), word("boolean", WordKind::Name)];
    Some(rest[..end].iter().cloned().chain(kind).chain(rest[end..].iter().cloned()).collect())
}

/// `an optional website URL` as `website URL (optional)`
fn bare(words: &[Word]) -> Vec<Word> {
    let says = |it: &Word| matches!(it.stem.as_str(), "optional" | "required" | "mandatory" | "unique");
    let words = fields::trimmed(words);
    if let Some(flag) = flag(words) {
        return flag;
    }
    let named = words.iter().position(|it| !is_article(it) && !says(it)).unwrap_or(words.len());
    let sign = |stem: &str, at: usize| Word { at: at..at, stem: stem.to_owned(), kind: WordKind::Sign };
    let end = words.last().map_or(0, |it| it.at.end);
    let mut part = words[named..].to_vec();
    for word in words[..named].iter().filter(|it| says(it)) {
        part.extend([sign("(", end), word.clone(), sign(")", end)]);
    }
    part
}
