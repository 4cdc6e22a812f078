//! Sentences: whole ones of `phrases.toml`, or names and topics among words.

use super::fields::{self, capitalised, cleaned};
use super::pattern::Gaps;
use super::phrases::{TopicKind, every, phrases, whole};
use super::stack::Named;
use super::who::{Who, actions};
use super::words::{Word, WordKind, stretch};
use super::{Deferred, LONGEST_SENTENCE, Reader, gap, listed, settle, span, time};
use crate::reading::{Kind, Relation, RelationForm, Value, field_name, plural, project_name, singular};
use crate::spec::USER;
use heck::{ToKebabCase, ToSnakeCase};
use std::ops::Range;

/// Words before a sentence that change nothing.
const BEFORE: [&str; 18] = [
    "crucially",
    "also",
    "please",
    "then",
    "and",
    "finally",
    "additionally",
    "furthermore",
    "note",
    "that",
    "it",
    "should",
    "must",
    "has",
    "have",
    "the",
    "proper",
    "all",
];

/// Verbs as they stand in `is cancelled`, and as a command is called.
const COMMANDS: [(&str, &str); 20] = [
    ("cancelled", "cancel"),
    ("canceled", "cancel"),
    ("paid", "pay"),
    ("shipped", "ship"),
    ("approved", "approve"),
    ("published", "publish"),
    ("completed", "complete"),
    ("refunded", "refund"),
    ("archived", "archive"),
    ("closed", "close"),
    ("opened", "open"),
    ("confirmed", "confirm"),
    ("rejected", "reject"),
    ("delivered", "deliver"),
    ("submitted", "submit"),
    ("accepted", "accept"),
    ("activated", "activate"),
    ("finished", "finish"),
    ("returned", "return_it"),
    ("started", "start"),
];

/// Methods of HTTP, and what stands for all of them.
const METHODS: [&str; 6] = ["get", "post", "put", "patch", "delete", "crud"];

impl Reader<'_> {
    /// Reads one sentence; every word of it ends in an answer or in a finding.
    pub(super) fn sentence(&mut self, words: &[Word]) {
        let words = fields::trimmed(words);
        if words.iter().all(Word::is_soft) {
            return;
        }
        if words.len() > LONGEST_SENTENCE {
            self.note(Kind::NotUnderstood, span(words), "", "a sentence of more than 300 words is not read");
            return;
        }
        // `Books: many to many relationship between …`: what stands before the colon only names it.
        let colon = words.iter().take(7).position(|it| it.is(":"));
        let behind = colon.map(|at| fields::trimmed(&words[at + 1..]));
        for part in std::iter::once(words).chain(behind) {
            for rest in beginnings(part) {
                if let Some((means, gaps)) = whole(&phrases().sentences, rest) {
                    self.means(means, rest, &gaps);
                    return;
                }
            }
        }
        self.topics(words);
    }

    fn means(&mut self, means: &'static str, words: &[Word], gaps: &Gaps) {
        let at = span(words);
        if let Some(text) = means.strip_prefix("note ") {
            return self.note(Kind::Understood, at, "", text);
        }
        if let Some(text) = means.strip_prefix("unsupported ") {
            return self.note(Kind::Unsupported, at, "", text);
        }
        match means {
            "resource" => self.resource(words, gaps),
            "project" => self.project(words, gaps),
            "subject" | "subject_stack" => {
                let name = gap(words, gaps, "name");
                if !name.is_empty() && name.iter().all(|it| it.kind != WordKind::Placeholder) {
                    let text = capitalised(&cleaned(self.raw(name)));
                    self.note(Kind::Understood, span(name), "project.description", text.clone());
                    self.later.entry("project.description".to_owned()).or_insert((Value::from(text), span(name)));
                }
                self.named(words, gaps);
            }
            "stack" => self.named(words, gaps),
            "jwt" => {
                self.note(Kind::Understood, at.clone(), "stack.auth", "\"jwt\": accounts, tokens, roles");
                self.add("stack.auth", Value::from("jwt"), at);
                self.named(words, gaps);
            }
            "oauth2" => {
                let providers = gap(words, gaps, "providers");
                self.note(Kind::Understood, at, "", "login with other providers");
                let text = "login with other providers is not generated yet; accounts log in with email and password";
                self.note(Kind::Unsupported, span(providers), "stack.auth", text);
                self.named(words, gaps);
            }
            "shop" => {
                if !self.shop(words) {
                    self.topics(words);
                }
            }
            "entity" => {
                let name = gap(words, gaps, "entity");
                let Some(entity) = self.heading_entity(name) else { return self.topics(words) };
                let entity = self.gather(&entity, span(name));
                self.entity = Some(entity);
                let list = gap(words, gaps, "fields");
                if !list.is_empty() {
                    self.field_list(list);
                }
                let rest = gap(words, gaps, "x");
                self.quietly(rest);
            }
            "fields" => self.field_list(gap(words, gaps, "fields")),
            "entities" => {
                for name in listed(gap(words, gaps, "entities")) {
                    match self.heading_entity(name) {
                        Some(entity) => {
                            self.gather(&entity, span(name));
                        }
                        None => self.note(Kind::NotUnderstood, span(name), "", "no name for an entity"),
                    }
                }
            }
            "methods_only" => self.note(Kind::Understood, at, "", "every method of every route is tested"),
            "throughput" => {
                let text = "goals are not proven; docs/operations.md says how to measure";
                self.note(Kind::Unsupported, at, "", text);
            }
            "metrics" => self.note(Kind::Understood, at, "", "Prometheus metrics of requests, jobs and events"),
            "threats" => {
                let text = "bound parameters, checked input, limits on logins, security headers; SECURITY.md says more";
                self.note(Kind::Understood, at, "", text);
            }
            "scheduled" => self.scheduled(words, gaps),
            "emit" => self.event(gap(words, gaps, "event"), &[], &[], false),
            "access_all_authenticated" | "access_all" => {
                self.defer("access_all", words, gaps);
            }
            // These need to know every entity and field.
            _ => self.defer(means, words, gaps),
        }
    }

    fn defer(&mut self, means: &'static str, words: &[Word], gaps: &Gaps) {
        if self.unfilled {
            return;
        }
        let entity = self.entity.clone();
        self.deferred.push(Deferred { means, words: words.to_vec(), gaps: gaps.clone(), entity });
    }

    /// Names in the gap `stack`, and in all of the sentence where there is none.
    fn named(&mut self, words: &[Word], gaps: &Gaps) {
        let stack = gap(words, gaps, "stack");
        let found = self.stack(stack);
        if found == 0 && !stack.is_empty() && stack.iter().all(|it| it.kind != WordKind::Placeholder) {
            self.note(Kind::NotUnderstood, span(stack), "", "no name that is known");
        }
    }

    /// Names that stand beside what a sentence is about.
    fn quietly(&mut self, words: &[Word]) {
        self.stack(words);
    }

    /// `Create a RESTful API endpoint for products using Express.js that`
    fn resource(&mut self, words: &[Word], gaps: &Gaps) {
        let mut first = None;
        for part in listed(gap(words, gaps, "resource")) {
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
                    first.get_or_insert(entity);
                }
                None => self.note(Kind::NotUnderstood, span(part), "entities", "no name for an entity"),
            }
        }
        if let Some(entity) = first {
            if !self.later.contains_key("project.name")
                && let Some(name) = project_name(&plural(&entity.to_snake_case()).to_kebab_case())
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

    fn project(&mut self, words: &[Word], gaps: &Gaps) {
        let name = gap(words, gaps, "name");
        let noise = |it: &&Word| !matches!(it.stem.as_str(), "the" | "a" | "an" | "our" | "my" | "api" | "service");
        let plain: Vec<Word> = name.iter().filter(noise).cloned().collect();
        if !plain.is_empty()
            && plain.iter().all(|it| it.kind != WordKind::Placeholder)
            && !self.later.contains_key("project.name")
        {
            match project_name(self.raw(&plain)) {
                Some(id) => {
                    self.note(Kind::Assumed, span(name), "project.name", format!("`{id}`, as it is called"));
                    self.answer("project.name", Value::from(id), span(name));
                }
                None => self.note(Kind::NotUnderstood, span(name), "project.name", "no name for a project"),
            }
        } else if !plain.is_empty() && plain.iter().all(|it| it.kind != WordKind::Placeholder) {
            self.note(Kind::Understood, span(name), "", "the project has its name already");
        }
        self.named(words, gaps);
    }

    /// A shop is a ready set of entities; whether the words speak of one.
    pub(super) fn shop(&mut self, words: &[Word]) -> bool {
        let stems: Vec<&str> = words.iter().map(|it| it.stem.as_str()).collect();
        let pair = stems.windows(2).any(|it| {
            (it[0] == "e" && it[1] == "commerce") || (it[0] == "online" && matches!(it[1], "shop" | "store"))
        });
        let Some((id, _)) = self.catalog.presets.iter().find(|_| pair || stems.contains(&"ecommerce")) else {
            return false;
        };
        if self.entities.is_empty() && !self.later.contains_key("preset") {
            let at = span(words);
            self.note(Kind::Assumed, at.clone(), "preset", format!("`{id}`, the ready set of entities of a shop"));
            self.answer("preset", Value::from(id.as_str()), at);
        }
        true
    }

    /// Names of frameworks, databases and the like; how many words belong to one.
    pub(super) fn stack(&mut self, words: &[Word]) -> usize {
        let mut at = 0;
        let mut count = 0;
        while at < words.len() {
            let found = self.names.at(self.text(), &words[at..]).map(|(length, named)| (length, named.to_vec()));
            match found {
                Some((length, named)) => {
                    self.option(&words[at..at + length], &named, words);
                    count += length;
                    at += length;
                }
                None => at += 1,
            }
        }
        count
    }

    fn option(&mut self, words: &[Word], named: &[Named], around: &[Word]) {
        let at = span(words);
        let raw = self.raw(words).to_owned();
        let near = |list: &[&str]| around.iter().any(|it| list.iter().any(|word| it.stem.starts_with(word)));
        // One name, two questions: what stands around it decides.
        let queue = near(&[
            "queue",
            "broker",
            "job",
            "event",
            "message",
            "stream",
            "worker",
            "celery",
            "bull",
            "background",
            "task",
        ]);
        let cache = near(&["cach", "rate", "session"]);
        let pick =
            |question: &str| named.iter().find(|it| matches!(it, Named::Option { question: it, .. } if it == question));
        let chosen = match named {
            [one] => one,
            several if cache && !queue => pick("cache").unwrap_or(&several[0]),
            several if queue => pick("queue").unwrap_or(&several[0]),
            several => {
                let one = pick("cache").unwrap_or(&several[0]);
                if let Named::Option { question, .. } = one {
                    let text = format!("`{raw}` is read as the {question}: nothing says what it is for");
                    self.note(Kind::Assumed, at.clone(), format!("stack.{question}"), text);
                }
                one
            }
        };
        match chosen.clone() {
            Named::Option { question, id } => self.choose(&question, &id, at),
            Named::Language(id) => self.languages.push((id, at)),
            Named::Unknown { question, name } => self.unknown(&question, &name, at),
        }
    }

    fn choose(&mut self, question: &str, id: &str, at: Range<usize>) {
        let path = format!("stack.{question}");
        let many = self.catalog.questions.get(question).is_some_and(|it| it.many);
        let given = self.later.get(&path).map(|(value, _)| value.words().join(", "));
        match given {
            Some(given) if !many && given != id => {
                let text = format!("`{given}` was said first");
                self.note(Kind::NotUnderstood, at, path, text);
            }
            Some(given) if given == id => self.note(Kind::Understood, at, path, format!("\"{id}\"")),
            _ if many => {
                self.note(Kind::Understood, at.clone(), path.clone(), format!("\"{id}\""));
                self.add(&path, Value::from(id), at);
            }
            _ => {
                self.note(Kind::Understood, at.clone(), path.clone(), format!("\"{id}\""));
                self.answer(path, Value::from(id), at);
            }
        }
    }

    fn unknown(&mut self, question: &str, name: &str, at: Range<usize>) {
        match question {
            "tool" => {
                let text = format!("{name} is not asked for by name: every framework brings tools of its own");
                self.note(Kind::Unsupported, at, "", text);
            }
            "language" => self.note(Kind::Unsupported, at, "stack.framework", format!("no framework of {name} yet")),
            _ => {
                let known = self.catalog.questions.get(question).map(|it| {
                    it.options
                        .iter()
                        .filter(|it| it.id != "none")
                        .map(|it| it.title.clone())
                        .collect::<Vec<_>>()
                        .join(", ")
                });
                let text = format!("{name} is none of: {}", known.unwrap_or_default());
                self.note(Kind::Unsupported, at, format!("stack.{question}"), text);
            }
        }
    }

    /// Names and topics among words; what is neither is told.
    pub(super) fn topics(&mut self, words: &[Word]) {
        let mut left: Vec<&Word> = Vec::new();
        let mut understood = false;
        let mut at = 0;
        while at < words.len() {
            let word = &words[at];
            let topic = phrases().topic(&words[at..]);
            let name = self.names.at(self.text(), &words[at..]).map(|(length, named)| (length, named.to_vec()));
            let longer = |topic: usize| name.as_ref().is_none_or(|(length, _)| topic > *length);
            if let Some(topic) = topic.filter(|it| longer(it.length)) {
                let taken = &words[at..at + topic.length];
                self.topic(topic.kind, topic.means, taken);
                understood = true;
                at += topic.length;
            } else if let Some((length, named)) = name {
                self.option(&words[at..at + length], &named, words);
                understood = true;
                at += length;
            } else {
                let says = matches!(word.kind, WordKind::Name | WordKind::Number | WordKind::Path)
                    && !phrases().filler.contains(&word.stem)
                    && !matches!(word.stem.as_str(), "get" | "post" | "put" | "patch" | "http");
                if says && self.known_entity(std::slice::from_ref(word)).is_none() {
                    left.push(word);
                }
                at += 1;
            }
        }
        let (Some(first), Some(last)) = (left.first(), left.last()) else {
            if !understood
                && words.iter().any(|it| it.kind == WordKind::Name)
                && words.iter().all(|it| it.kind != WordKind::Placeholder)
            {
                self.note(Kind::NotUnderstood, span(words), "", "nothing could be made of it");
            }
            return;
        };
        if understood {
            self.note(Kind::NotUnderstood, stretch(first, last), "", "this part was not understood");
        } else {
            self.note(Kind::NotUnderstood, span(words), "", "nothing could be made of it");
        }
    }

    fn topic(&mut self, kind: TopicKind, means: &str, words: &[Word]) {
        let at = span(words);
        match kind {
            // `search` is an answer of the entity that is spoken of.
            TopicKind::Has if means == "search" => {
                self.defer("search", words, &Vec::new());
            }
            TopicKind::Has => self.note(Kind::Understood, at, "", format!("every project has it: {means}")),
            TopicKind::Unsupported => self.note(Kind::Unsupported, at, "", means),
            TopicKind::Answer => {
                let (answer, why) = means.split_once(';').map_or((means, ""), |(answer, why)| (answer, why.trim()));
                let Some((path, value)) = answer.split_once('=') else { return };
                let (path, value) = (path.trim(), Value::typed(value));
                if path == "preset" {
                    self.shop(words);
                    return;
                }
                if why.is_empty() {
                    self.note(Kind::Understood, at.clone(), path, value.to_string());
                } else if !self.later.contains_key(path) {
                    self.note(Kind::Assumed, at.clone(), path, format!("{value}: {why}"));
                } else {
                    self.note(Kind::Understood, at.clone(), path, value.to_string());
                }
                self.later.entry(path.to_owned()).or_insert((value, at));
            }
        }
    }

    /// `Send reminders every Monday at 9`
    fn scheduled(&mut self, words: &[Word], gaps: &Gaps) {
        let what = gap(words, gaps, "do");
        let name: Vec<Word> = what
            .iter()
            .filter(|it| {
                it.kind == WordKind::Name
                    && !matches!(
                        it.stem.as_str(),
                        "the" | "a" | "an" | "all" | "of" | "to" | "job" | "run" | "should" | "must"
                    )
            })
            .take(4)
            .cloned()
            .collect();
        if name.is_empty() || time::schedule(self.text(), words).is_none() {
            return self.topics(words);
        }
        // Words between may be left out of the name.
        let raw: Vec<&str> = name.iter().map(|it| &self.text()[it.at.clone()]).collect();
        let snake = raw.join(" ").to_snake_case();
        let Some(snake) = field_name(&snake).map(|it| it.to_snake_case()) else { return self.topics(words) };
        let path = format!("jobs.{snake}");
        let schedule = time::schedule(self.text(), words);
        let at = span(words);
        self.note(Kind::Understood, span(what), path.clone(), "a function for your own work");
        if let Some(schedule) = schedule {
            let text = format!("`{}` (UTC)", schedule.cron);
            let kind = if schedule.guessed { Kind::Assumed } else { Kind::Understood };
            let text = if schedule.guessed { format!("{text}: no hour is said") } else { text };
            self.note(kind, at.clone(), format!("{path}.schedule"), text);
            self.answer(format!("{path}.schedule"), Value::from(schedule.cron), at.clone());
        }
        self.answer(format!("{path}.doc"), Value::from(capitalised(&cleaned(self.raw(what)))), at);
    }

    /// Reads a sentence that speaks of entities and fields, now that all of them are known. Several phrases may fit; the
    /// first one that makes sense counts.
    pub(super) fn decide(&mut self, deferred: &Deferred) {
        let Deferred { words, entity, .. } = deferred;
        let entity = entity.clone().or_else(|| self.only_entity());
        let mut tried = false;
        for rest in beginnings(words) {
            for (means, gaps) in every(&phrases().sentences, rest) {
                tried = true;
                self.entity.clone_from(&entity);
                if self.decided(means, rest, &gaps) {
                    return;
                }
            }
        }
        self.entity.clone_from(&entity);
        if !tried && self.decided(deferred.means, words, &deferred.gaps) {
            return;
        }
        self.topics(words);
    }

    fn decided(&mut self, means: &str, words: &[Word], gaps: &Gaps) -> bool {
        match means {
            "methods" => self.methods(words, gaps),
            "search" => self.search(words, gaps),
            "indexes" => self.indexes(words, gaps),
            "many_to_one" | "one_to_many" | "one_to_one" | "many_to_many" => self.relation(means, words, gaps),
            "access" => self.access(words, gaps, false),
            "access_own" => self.access(words, gaps, true),
            "access_public" => self.access_public(words, gaps),
            "access_all" | "access_all_authenticated" => self.access_all(words, gaps),
            "approval" | "approval_by" | "approval_delete" | "approval_amount" => self.approval(means, words, gaps),
            "unique" | "unique_with" => self.unique(words, gaps),
            "command" => self.command(words, gaps),
            "flow" => self.flow(words, gaps),
            "when" => self.when(words, gaps),
            "when_registered" => self.when_registered(words, gaps),
            "jobs" => self.named_jobs(words, gaps),
            "events" => self.named_events(words, gaps),
            other => match (other.strip_prefix("rule "), other.strip_prefix("limit ")) {
                (Some(sign), _) => self.rule(sign, words, gaps),
                (_, Some(limit)) => self.limit(limit, words, gaps),
                _ => false,
            },
        }
    }

    fn only_entity(&self) -> Option<String> {
        let mut names = self.entities.keys().filter(|it| *it != USER);
        let first = names.next().cloned();
        if names.next().is_none() { first } else { None }
    }

    /// The entity that a gap names, or the one that is spoken of.
    fn entity_in(&self, words: &[Word]) -> Option<String> {
        let pronoun = words.iter().all(|it| {
            phrases().filler.contains(&it.stem)
                || matches!(
                    it.stem.as_str(),
                    "it" | "them" | "record" | "item" | "entry" | "row" | "own" | "anything" | "everything"
                )
        });
        self.known_entity(words).or_else(|| if pronoun { self.entity.clone() } else { None })
    }

    /// The field of an entity that some words name: the entity, the field's name.
    fn field_in(&self, words: &[Word]) -> Option<(String, String)> {
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
        None
    }

    fn methods(&mut self, words: &[Word], gaps: &Gaps) -> bool {
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

    fn search(&mut self, words: &[Word], gaps: &Gaps) -> bool {
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

    fn indexes(&mut self, words: &[Word], gaps: &Gaps) -> bool {
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

    fn relation(&mut self, means: &str, words: &[Word], gaps: &Gaps) -> bool {
        let (from, to) = (gap(words, gaps, "entity"), gap(words, gaps, "target"));
        let name = |reader: &Self, words: &[Word]| {
            reader.known_entity(words).or_else(|| reader.heading_entity(&noiseless(words)))
        };
        let (from_name, to_name) =
            (if from.is_empty() { self.entity.clone() } else { name(self, from) }, name(self, to));
        let (Some(from_name), Some(to_name)) = (from_name, to_name) else { return false };
        let from_name = self.gather(&from_name, span(if from.is_empty() { words } else { from }));
        let to_name = self.gather(&to_name, span(to));
        let (from_name, to_name) = if means == "one_to_many" { (to_name, from_name) } else { (from_name, to_name) };
        if from_name == USER {
            // Accounts hold no references; the other side does.
            let form = if means == "many_to_many" { RelationForm::ManyToMany } else { RelationForm::OneToOne };
            return self.refer(&to_name, form, USER, words, gaps);
        }
        let form = match means {
            "one_to_one" => RelationForm::OneToOne,
            "many_to_many" => RelationForm::ManyToMany,
            _ => RelationForm::ManyToOne,
        };
        self.refer(&from_name, form, &to_name, words, gaps)
    }

    fn refer(&mut self, entity: &str, form: RelationForm, target: &str, words: &[Word], gaps: &Gaps) -> bool {
        let at = span(words);
        let said = gap(words, gaps, "word");
        let by_key = (!said.is_empty()).then(|| field_name(self.raw(said))).flatten();
        let by_key = by_key.map(|it| it.strip_suffix("Id").map_or(it.clone(), str::to_owned));
        let many = form == RelationForm::ManyToMany;
        let snake = target.to_snake_case();
        let own = field_name(&if many { plural(&snake) } else { snake }).unwrap_or_default();
        let name = by_key.unwrap_or(own);
        let mut relation = Relation::new(form, target);
        if entity == target {
            relation.optional = true;
            relation.inverse = Some(format!("{name}Of"));
        }
        if let Some(gathered) = self.entities.get_mut(entity) {
            let there = gathered
                .members
                .values()
                .any(|(what, _)| matches!(what, fields::What::Relation(it) if it.target == target && it.form == form));
            if !there {
                gathered.members.insert(name.clone(), (fields::What::Relation(relation), at.clone()));
            }
        }
        self.note(Kind::Understood, at, format!("entities.{entity}.fields.{name}"), "");
        true
    }

    fn access(&mut self, words: &[Word], gaps: &Gaps, own: bool) -> bool {
        if !self.has_auth() {
            self.note(Kind::Unsupported, span(words), "", "without accounts everything is public");
            return true;
        }
        let range = |name: &str| gaps.iter().find(|(it, _)| it == name).map(|(_, range)| range.clone());
        let (actions, entity) = match (range("do"), range("entity")) {
            // `create, update or delete posts`: the gap of the verb took the first one only.
            (Some(verbs), Some(entity)) if verbs.end <= entity.start => {
                let both = &words[verbs.start..entity.end];
                let split = (1..both.len())
                    .rev()
                    .find(|at| actions(&both[..*at]).is_some() && self.entity_in(&both[*at..]).is_some());
                let Some(split) = split else { return false };
                (actions(&both[..split]), &both[split..])
            }
            _ => (actions(gap(words, gaps, "done")), gap(words, gaps, "entity")),
        };
        let Some(actions) = actions else { return false };
        let Some(entity) = self.entity_in(entity).filter(|it| it != USER) else { return false };
        let said = gap(words, gaps, "who");
        let own = own || words.iter().any(|it| it.stem == "own" || it.stem == "their");
        let Some(mut who) = self.who(said) else { return false };
        if own {
            who = who.into_iter().map(|it| if it == Who::Authenticated { Who::Owner } else { it }).collect();
        }
        self.grant(&entity, &actions, &who, words);
        true
    }

    fn access_public(&mut self, words: &[Word], gaps: &Gaps) -> bool {
        let said = gap(words, gaps, "entity");
        let named = self.entity_in(said);
        if !said.is_empty() && named.is_none() {
            return false;
        }
        let entities: Vec<String> = match named.or(self.entity.clone()) {
            Some(entity) => vec![entity],
            None => self.entities.keys().cloned().collect(),
        };
        for entity in entities.iter().filter(|it| *it != USER) {
            self.grant(entity, &["list", "read"], &[Who::Public], words);
        }
        if entities.is_empty() {
            self.note(Kind::Understood, span(words), "", "reading is public where nothing else is said");
        }
        true
    }

    fn access_all(&mut self, words: &[Word], gaps: &Gaps) -> bool {
        let said = gap(words, gaps, "who");
        let who = if said.is_empty() { Some(vec![Who::Authenticated]) } else { self.who(said) };
        let Some(who) = who else { return false };
        let entities: Vec<String> = self.entities.keys().filter(|it| *it != USER).cloned().collect();
        if entities.is_empty() {
            self.note(Kind::Understood, span(words), "", "who may do what is said for each entity: `access`");
        }
        for entity in entities {
            self.grant(&entity, &["list", "read"], &who, words);
        }
        true
    }

    fn approval(&mut self, means: &str, words: &[Word], gaps: &Gaps) -> bool {
        if !self.has_auth() {
            self.note(Kind::Unsupported, span(words), "", "without accounts nobody can approve");
            return true;
        }
        let at = span(words);
        let (entity, on, when) = match means {
            "approval_delete" => {
                let Some(entity) = self.entity_in(gap(words, gaps, "entity")) else { return false };
                (entity, "delete", "true".to_owned())
            }
            "approval_amount" => {
                let Some(entity) = self.entity_in(gap(words, gaps, "entity")) else { return false };
                let amount = self.entities.get(&entity).and_then(|it| {
                    let money = |kind: &str| matches!(kind, "decimal" | "integer" | "long");
                    it.members
                        .iter()
                        .find(|(_, (what, _))| matches!(what, fields::What::Field(field) if money(&field.kind)))
                });
                let Some((field, _)) = amount else { return false };
                let n = self.raw(gap(words, gaps, "n")).replace(',', "");
                (entity.clone(), "create", format!("{field} > {n}"))
            }
            _ => {
                let Some((entity, field)) = self.field_in(gap(words, gaps, "field")) else { return false };
                let condition = gap(words, gaps, "condition");
                match change_of(&field, condition) {
                    Some(when) => (entity, "update", when),
                    None => {
                        if !condition.is_empty() {
                            let text = format!("every change of `{field}`: the condition is not understood");
                            self.note(Kind::Assumed, span(condition), format!("entities.{entity}.approval"), text);
                        }
                        (entity, "update", format!("new.{field} != old.{field}"))
                    }
                }
            }
        };
        if entity == USER {
            return false;
        }
        let path = format!("entities.{entity}.approval");
        let said = gap(words, gaps, "who");
        let who = if said.is_empty() { None } else { self.who(said) };
        let approvers: Vec<String> = match who {
            Some(who) => who.iter().map(|it| it.id().to_owned()).collect(),
            None => {
                self.note(Kind::Assumed, at.clone(), path.clone(), "`admin` approves: nobody is named");
                vec!["admin".to_owned()]
            }
        };
        self.note(Kind::Understood, at.clone(), path.clone(), format!("on {on}, when `{when}`"));
        let table = Value::table([
            ("on", Value::from(on)),
            ("when", Value::from(when)),
            ("approvers", Value::texts(approvers)),
        ]);
        self.add(&path, table, at);
        true
    }

    fn rule(&mut self, sign: &str, words: &[Word], gaps: &Gaps) -> bool {
        let (left, right) = (gap(words, gaps, "field"), gap(words, gaps, "other"));
        let Some((entity, field)) = self.field_in(left) else { return false };
        let at = span(words);
        if let [one] = right
            && one.kind == WordKind::Number
        {
            let bound = one.stem.clone();
            let changed = settle::change(self, &entity, &field, |it| match sign {
                ">" => it.above = Some(bound.clone()),
                "<" => it.below = Some(bound.clone()),
                ">=" => it.min = Some(bound.clone()),
                _ => it.max = Some(bound.clone()),
            });
            self.note(
                Kind::Understood,
                at,
                format!("entities.{entity}.fields.{field}"),
                format!("{sign} {}", one.stem),
            );
            return changed;
        }
        let previous = self.entity.replace(entity.clone());
        let other = self.field_in(right).filter(|(it, other)| *it == entity && *other != field);
        self.entity = previous;
        let Some((_, other)) = other else { return false };
        let check = format!("{field} {sign} {other}");
        let message = cleaned(self.raw(words));
        let path = format!("entities.{entity}.rules");
        self.note(Kind::Understood, at.clone(), path.clone(), format!("`{check}`"));
        let there = matches!(self.later.get(&path), Some((Value::List(rules), _)) if rules.iter().any(|rule| matches!(rule, Value::Table(it) if it.get("check").and_then(Value::text) == Some(&check))));
        if there {
            return true;
        }
        let mut chars = message.chars();
        let message: String =
            chars.next().map(|it| it.to_lowercase().chain(chars).take(200).collect()).unwrap_or_default();
        self.add(&path, Value::table([("check", Value::from(check)), ("message", Value::from(message))]), at);
        true
    }

    fn limit(&mut self, limit: &str, words: &[Word], gaps: &Gaps) -> bool {
        let Some((entity, field)) = self.field_in(gap(words, gaps, "field")) else { return false };
        let changed = settle::change(self, &entity, &field, |it| match limit {
            "0.." => it.min = Some("0".to_owned()),
            "> 0" => it.above = Some("0".to_owned()),
            "!" => it.optional = false,
            _ => it.optional = true,
        });
        self.note(Kind::Understood, span(words), format!("entities.{entity}.fields.{field}"), "");
        changed
    }

    fn unique(&mut self, words: &[Word], gaps: &Gaps) -> bool {
        let Some((entity, field)) = self.field_in(gap(words, gaps, "field")) else { return false };
        let at = span(words);
        let other = gap(words, gaps, "other");
        if other.is_empty() {
            self.note(Kind::Understood, at, format!("entities.{entity}.fields.{field}"), "unique");
            return settle::change(self, &entity, &field, |it| it.unique = true);
        }
        let previous = self.entity.replace(entity.clone());
        let other_field = self.field_in(other).filter(|(it, name)| *it == entity && *name != field);
        self.entity = previous;
        let Some((_, other_field)) = other_field else { return false };
        let value = Value::texts([field, other_field]);
        self.note(Kind::Understood, at.clone(), format!("entities.{entity}.unique"), value.to_string());
        self.add(&format!("entities.{entity}.unique"), value, at);
        true
    }

    /// `Orders can only be cancelled while pending`
    fn command(&mut self, words: &[Word], gaps: &Gaps) -> bool {
        let Some(entity) = self.entity_in(gap(words, gaps, "entity")).filter(|it| it != USER) else { return false };
        let (done, word) = (gap(words, gaps, "done"), gap(words, gaps, "word"));
        let Some(participle) = done.last().map(|it| it.stem.clone()) else { return false };
        let verb = COMMANDS.iter().find(|(it, _)| *it == participle).map(|(_, verb)| *verb);
        let state = self.raw(word).to_lowercase();
        let Some(gathered) = self.entities.get(&entity) else { return false };
        let status = gathered.members.iter().find_map(|(name, (what, _))| match what {
            fields::What::Field(field) if field.values.iter().any(|it| it.to_lowercase() == state) => {
                Some((name.clone(), field.values.clone()))
            }
            _ => None,
        });
        let at = span(words);
        let (Some(verb), Some((field, values))) = (verb, status) else {
            let text = "a command does that: `commands` in docs/answers.md; no field here has that value";
            self.note(Kind::Unsupported, at, format!("entities.{entity}.commands"), text);
            return true;
        };
        let path = format!("entities.{entity}.commands.{verb}");
        self.note(Kind::Understood, at.clone(), path.clone(), format!("when `{field} == '{state}'`"));
        self.answer(format!("{path}.when"), Value::from(format!("{field} == '{state}'")), at.clone());
        if let Some(value) = values.iter().find(|it| it.to_lowercase() == participle) {
            self.answer(format!("{path}.set"), Value::table([(field.as_str(), Value::from(value.as_str()))]), at);
        }
        true
    }

    /// `Status flow: pending -> paid -> shipped`
    fn flow(&mut self, words: &[Word], gaps: &Gaps) -> bool {
        let said = gap(words, gaps, "entity");
        let has_status = |it: &String| self.entities.get(it).is_some_and(|it| it.members.contains_key("status"));
        let current = self.entity.clone();
        let entity = self
            .known_entity(said)
            .or_else(|| current.clone().filter(has_status))
            .or_else(|| self.entities.keys().find(|it| has_status(it)).cloned())
            .or(current);
        let Some(entity) = entity.filter(|it| it != USER) else { return false };
        let steps: Vec<String> = gap(words, gaps, "flow")
            .split(|it| it.is("->") || it.is(",") || it.stem == "to" || it.stem == "then")
            .map(fields::trimmed)
            .filter(|it| (1..=3).contains(&it.len()))
            .map(|it| self.raw(it).to_snake_case())
            .filter(|it| it.starts_with(|it: char| it.is_ascii_lowercase()) && it.is_ascii() && it.len() <= 40)
            .collect();
        if steps.len() < 2 {
            return false;
        }
        let at = span(words);
        let default = Value::from(steps[0].as_str());
        let Some(gathered) = self.entities.get_mut(&entity) else { return false };
        // Values that the field has been given stay, as do others of another flow.
        let mut field = match gathered.members.get("status") {
            Some((fields::What::Field(known), _)) if !known.values.is_empty() => known.clone(),
            _ => crate::reading::Field::new("enum"),
        };
        for step in steps {
            if !field.values.contains(&step) {
                field.values.push(step);
            }
        }
        field.default.get_or_insert(default);
        gathered.members.insert("status".to_owned(), (fields::What::Field(field), at.clone()));
        let path = format!("entities.{entity}.fields.status");
        self.note(Kind::Understood, at.clone(), path, "the values, the first one to begin with");
        let text = "who may go from one to the next is said by commands: `commands` in docs/answers.md";
        self.note(Kind::Unsupported, at, format!("entities.{entity}.commands"), text);
        true
    }

    /// `When an order is placed, reserve the stock`
    fn when(&mut self, words: &[Word], gaps: &Gaps) -> bool {
        let done = gap(words, gaps, "done");
        let has = |list: &[&str]| done.iter().any(|it| list.contains(&it.stem.as_str()));
        let change = if has(&["created", "added", "placed", "submitted", "made", "posted"]) {
            "created"
        } else if has(&["updated", "changed", "edited", "modified"]) {
            "updated"
        } else if has(&["deleted", "removed"]) {
            "deleted"
        } else {
            let text = "events are told when a row is created, updated or deleted; a command can emit one of its own";
            self.note(Kind::Unsupported, span(words), "handlers", text);
            return true;
        };
        let Some(entity) = self.entity_in(gap(words, gaps, "entity")) else { return false };
        let on = if entity == USER { "User.registered".to_owned() } else { format!("{entity}.{change}") };
        self.handler(&on, gap(words, gaps, "do"), words)
    }

    fn when_registered(&mut self, words: &[Word], gaps: &Gaps) -> bool {
        let what = gap(words, gaps, "do");
        self.quietly(gap(words, gaps, "stack"));
        self.handler("User.registered", what, words)
    }

    fn handler(&mut self, on: &str, what: &[Word], words: &[Word]) -> bool {
        let name: Vec<&str> = what
            .iter()
            .filter(|it| {
                it.kind == WordKind::Name
                    && !matches!(
                        it.stem.as_str(),
                        "the" | "a" | "an" | "to" | "of" | "is" | "whenever" | "when" | "new"
                    )
            })
            .take(4)
            .map(|it| &self.text()[it.at.clone()])
            .collect();
        let name = if name.is_empty() { "greet_user".to_owned() } else { name.join(" ").to_snake_case() };
        let Some(name) = field_name(&name).map(|it| it.to_snake_case()) else { return false };
        let path = format!("handlers.{name}");
        let at = span(words);
        self.note(Kind::Understood, at.clone(), path.clone(), format!("on `{on}`: a function for your own work"));
        self.answer(format!("{path}.on"), Value::from(on), at.clone());
        let doc = capitalised(&cleaned(self.raw(if what.is_empty() { words } else { what })));
        self.answer(format!("{path}.doc"), Value::from(doc.chars().take(200).collect::<String>()), at);
        true
    }

    /// Jobs that are only named; the section of jobs says more.
    fn named_jobs(&mut self, words: &[Word], gaps: &Gaps) -> bool {
        let there = self.later.keys().any(|it| it.starts_with("jobs."));
        for part in listed(gap(words, gaps, "jobs")) {
            if there {
                self.note(Kind::Understood, span(part), "jobs", "described below");
            } else {
                self.job(part, &[]);
            }
        }
        true
    }

    fn named_events(&mut self, words: &[Word], gaps: &Gaps) -> bool {
        let there = self.later.keys().any(|it| it.starts_with("events.") || it.starts_with("handlers."));
        for part in listed(gap(words, gaps, "events")) {
            if there {
                self.note(Kind::Understood, span(part), "events", "described below");
            } else {
                self.event(part, &[], &[], true);
            }
        }
        true
    }
}

/// `discounts > 20%` as an expression over the old and the new row.
fn change_of(field: &str, condition: &[Word]) -> Option<String> {
    let number = condition.iter().find(|it| it.kind == WordKind::Number)?;
    let value: rust_decimal::Decimal = number.stem.parse().ok()?;
    let percent = condition.iter().any(|it| it.is("%") || it.stem == "percent");
    let has = |list: &[&str]| condition.iter().any(|it| list.contains(&it.stem.as_str()));
    let hundred = rust_decimal::Decimal::ONE_HUNDRED;
    let one = rust_decimal::Decimal::ONE;
    let below = has(&["<", "below", "under", "less"]);
    if percent && has(&["discount", "reduction", "decrease", "drop", "cut"]) && !below {
        let factor = (one - value / hundred).normalize();
        return Some(format!("new.{field} < old.{field} * {factor}"));
    }
    if percent && has(&["increase", "raise", "rise", "markup"]) && !below {
        let factor = (one + value / hundred).normalize();
        return Some(format!("new.{field} > old.{field} * {factor}"));
    }
    if percent || below {
        return None;
    }
    has(&[">", "above", "over", "more", "greater", "exceeding"]).then(|| format!("new.{field} > {value}"))
}

/// Whether a field is called so.
fn same(field: &str, said: &str) -> bool {
    let (field, said) = (field.to_snake_case(), said.to_snake_case());
    field == said || singular(&said) == field || field == plural(&said)
}

/// Whether a field is meant: `end date` for `endsAt`, when nothing is called so exactly.
fn alike(field: &str, said: &str) -> bool {
    let time = |it: &str| matches!(it, "at" | "date" | "time" | "on");
    let split = |it: &str| {
        let snake = it.to_snake_case();
        let words = snake.split('_').filter(|it| !time(it));
        words.map(|it| it.trim_end_matches('s').to_owned()).collect::<Vec<_>>()
    };
    !split(said).is_empty() && split(field) == split(said)
}

/// A sentence, and the same without words that change nothing before it.
fn beginnings(words: &[Word]) -> Vec<&[Word]> {
    let mut found = vec![words];
    let mut rest = words;
    while let [first, tail @ ..] = rest
        && (BEFORE.contains(&first.stem.as_str()) || first.is_soft())
        && !tail.is_empty()
        && found.len() < 5
    {
        rest = tail;
        found.push(rest);
    }
    found
}

/// Words without articles.
fn noiseless(words: &[Word]) -> Vec<Word> {
    words
        .iter()
        .filter(|it| !matches!(it.stem.as_str(), "a" | "an" | "the" | "one" | "each" | "every" | "entity" | "model"))
        .cloned()
        .collect()
}
