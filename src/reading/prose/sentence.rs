//! Sentences: whole ones of `phrases.toml`, or names and topics among words.

use super::fields::{self, capitalised, cleaned};
use super::pattern::Gaps;
use super::phrases::{TopicKind, every, phrases, whole};
use super::words::{Word, WordKind, stretch};
use super::{Deferred, LONGEST_SENTENCE, Reader, gap, listed, span, time};
use crate::reading::{Kind, Value, field_name, project_name};
use heck::ToSnakeCase;

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
        // `public: browse the books` looks like any of these, and comes last.
        let (mut label, behind) = (None, behind_colon(words));
        for part in std::iter::once(words).chain(behind) {
            for rest in beginnings(part) {
                match whole(&phrases().sentences, rest) {
                    Some((means @ "access_label", gaps)) => label = label.or(Some((means, rest, gaps))),
                    Some((means, gaps)) => return self.means(means, rest, &gaps),
                    None => {}
                }
            }
        }
        if let Some((means, words, gaps)) = label {
            return self.means(means, words, &gaps);
        }
        if self.around_brackets(words) {
            return;
        }
        self.topics(words);
    }

    /// `a REST service (Node.js, Express) for managing lots`: whether it is a sentence without what stands in brackets.
    fn around_brackets(&mut self, words: &[Word]) -> bool {
        let (open, close) = (words.iter().position(|it| it.is("(")), words.iter().position(|it| it.is(")")));
        let (Some(open), Some(close)) = (open, close) else { return false };
        if open > close {
            return false;
        }
        let rest = [&words[..open], &words[close + 1..]].concat();
        for rest in beginnings(&rest) {
            if let Some(("resource", gaps)) = whole(&phrases().sentences, rest) {
                self.quietly(&words[open..close]);
                self.means("resource", rest, &gaps);
                return true;
            }
        }
        false
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
            "subject" | "subject_stack" | "about" => {
                let name = gap(words, gaps, "name");
                // One word is a name, no description.
                let says = self.raw(name).contains(' ');
                if says && name.iter().all(|it| it.kind != WordKind::Placeholder) {
                    let text = capitalised(&cleaned(self.raw(name)));
                    self.note(Kind::Understood, span(name), "project.description", text.clone());
                    self.later.entry("project.description".to_owned()).or_insert((Value::from(text), span(name)));
                }
                self.named(words, gaps);
                // `… for a club, in Go with Gin`
                if means == "about" {
                    self.quietly(words);
                }
            }
            "stack" => self.named(words, gaps),
            "called" => {
                self.project(words, gaps);
                self.quietly(words);
            }
            "event_list" => {
                self.named(words, gaps);
                for part in fields::pieces(gap(words, gaps, "list")) {
                    if !self.is_event(part) {
                        self.note(Kind::NotUnderstood, span(part), "", "no name for an event");
                    }
                }
            }
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
            "emit" => self.emitted(words, gaps),
            "roles" => self.roles(words, gaps),
            "access_all_authenticated" | "access_all" => {
                self.defer("access_all", words, gaps);
            }
            // These need to know every entity and field.
            _ => self.defer(means, words, gaps),
        }
    }

    /// `Emit OrderPaid when an order is paid, with payload orderId (uuid)`
    fn emitted(&mut self, words: &[Word], gaps: &Gaps) {
        let (name, rest) = (gap(words, gaps, "event"), gap(words, gaps, "x"));
        if noiseless(name).is_empty() {
            return self.topics(words);
        }
        // `publish RecordSold`: without the word `event` only a name tells.
        let humps = self.raw(name).chars().filter(char::is_ascii_uppercase).count();
        if !words.iter().any(|it| it.stem == "event") && rest.is_empty() && (name.len() > 1 || humps < 2) {
            return self.topics(words);
        }
        let said = gap(words, gaps, "payload");
        let payload = rest.iter().position(|it| matches!(it.stem.as_str(), "payload" | "containing" | "carrying"));
        let payload = payload.map_or(said, |at| fields::trimmed(&rest[at + 1..]));
        self.event(name, &[], payload, false);
    }

    /// `JWT with roles vet and receptionist`
    fn roles(&mut self, words: &[Word], gaps: &Gaps) {
        self.named(words, gaps);
        for role in listed(gap(words, gaps, "roles")) {
            if self.role(role).is_none() {
                self.note(Kind::NotUnderstood, span(role), "auth.roles", "no name for a role");
            }
        }
    }

    pub(super) fn defer(&mut self, means: &'static str, words: &[Word], gaps: &Gaps) {
        if self.unfilled {
            return;
        }
        let entity = self.entity.clone();
        let permissions = self.permissions;
        self.deferred.push(Deferred { means, words: words.to_vec(), gaps: gaps.clone(), entity, permissions });
    }

    /// Names in the gap `stack`, and in all of the sentence where there is none.
    pub(super) fn named(&mut self, words: &[Word], gaps: &Gaps) {
        let stack = gap(words, gaps, "stack");
        let found = self.stack_of(stack, words);
        if found == 0 && !stack.is_empty() && stack.iter().all(|it| it.kind != WordKind::Placeholder) {
            self.note(Kind::NotUnderstood, span(stack), "", "no name that is known");
        }
    }

    /// Names that stand beside what a sentence is about.
    pub(super) fn quietly(&mut self, words: &[Word]) {
        self.stack(words);
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
                // `MySQL 8`
                let version = words.get(at + length).is_some_and(|it| it.kind == WordKind::Number);
                let length = length + usize::from(version);
                self.option(&words[at..at + length], &named, words);
                understood = true;
                at += length;
            } else if word.kind == WordKind::Path
                && at > 0
                && matches!(words[at - 1].stem.as_str(), "under" | "below" | "at" | "prefix")
                && !self.later.contains_key("api.base_path")
            {
                self.base_path(std::slice::from_ref(word));
                understood = true;
                at += 1;
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
        let more =
            |it: &Word| matches!(it.stem.as_str(), "that" | "which" | "who" | "where" | "older" | "more" | "than");
        // `at 02:30 UTC delete …`: the time is none of what is done.
        let zone = |it: &Word| {
            it.kind != WordKind::Name
                || matches!(it.stem.as_str(), "utc" | "gmt" | "am" | "pm" | "on" | "at")
                || time::DAYS.contains(&it.stem.as_str())
        };
        let what = &what[what.iter().position(|it| !zone(it)).unwrap_or(0)..];
        let end = what.iter().skip(2).position(more).map_or(what.len(), |at| at + 2);
        let name: Vec<Word> = what[..end]
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
        let Deferred { words, entity, permissions, .. } = deferred;
        self.permissions = *permissions;
        if deferred.means == "request" {
            return self.requested(words);
        }
        let entity = entity.clone().or_else(|| self.only_entity());
        let mut tried = false;
        for part in std::iter::once(words.as_slice()).chain(behind_colon(words)) {
            for rest in beginnings(part) {
                for (means, gaps) in every(&phrases().sentences, rest) {
                    tried = true;
                    self.entity.clone_from(&entity);
                    if self.decided(means, rest, &gaps) {
                        return;
                    }
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
            "cascade" => self.cascade(words, gaps),
            "entity_has" => self.entity_has(words, gaps),
            "soft_delete" | "audit" => self.kept(means, words, gaps),
            "indexes" => self.indexes(words, gaps),
            "many_to_one" | "one_to_many" | "one_to_one" | "many_to_many" => self.relation(means, words, gaps),
            "access" => self.access(words, gaps, false),
            "access_own" => self.access(words, gaps, true),
            "never" => self.never(words, gaps),
            "access_public" => self.access_public(words, gaps),
            "status_values" => self.status_values(words, gaps),
            "managed" => self.managed(words, gaps),
            "access_two" => self.access_two(words, gaps),
            "access_label" => self.access_label(words, gaps),
            "access_manage" => self.access_manage(words, gaps),
            "access_every" => self.access_every(words, gaps),
            "access_all" | "access_all_authenticated" => self.access_all(words, gaps),
            "approval" | "approval_by" | "approval_delete" | "approval_amount" | "approval_above"
            | "approval_change" | "approval_moved" => self.approval(means, words, gaps),
            "unique" | "unique_with" => self.unique(words, gaps),
            "command" => self.command(words, gaps),
            "flow" => self.flow(words, gaps),
            "when" => self.when(words, gaps),
            "when_registered" => self.when_registered(words, gaps),
            "jobs" => self.named_jobs(words, gaps),
            "events" => self.named_events(words, gaps),
            other => match other.split_once(' ') {
                Some(("rule", sign)) => self.rule(sign, words, gaps),
                Some(("rule_now", sign)) => self.rule_now(sign, words, gaps),
                Some(("limit", limit)) => self.limit(limit, words, gaps),
                _ => false,
            },
        }
    }
}

/// What stands behind a colon that only names it: `Books: many to many relationship between …`.
fn behind_colon(words: &[Word]) -> Option<&[Word]> {
    let colon = words.iter().take(7).position(|it| it.is(":"))?;
    Some(fields::trimmed(&words[colon + 1..])).filter(|it| !it.is_empty())
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
pub(super) fn noiseless(words: &[Word]) -> Vec<Word> {
    words
        .iter()
        .filter(|it| !matches!(it.stem.as_str(), "a" | "an" | "the" | "one" | "each" | "every" | "entity" | "model"))
        .cloned()
        .collect()
}
