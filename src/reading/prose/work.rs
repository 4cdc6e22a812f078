//! Commands, what follows from events, jobs.

use super::fields::{self, capitalised, cleaned};
use super::pattern::Gaps;
use super::words::{Word, WordKind};
use super::{Reader, gap, listed, span};
use crate::reading::{Kind, Value, field_name};
use crate::spec::USER;
use heck::ToSnakeCase;

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

impl Reader<'_> {
    /// `Orders can only be cancelled while pending`
    pub(super) fn command(&mut self, words: &[Word], gaps: &Gaps) -> bool {
        let Some(entity) = self.entity_in(gap(words, gaps, "entity")).filter(|it| it != USER) else { return false };
        let (done, word, another) = (gap(words, gaps, "done"), gap(words, gaps, "word"), gap(words, gaps, "another"));
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
        let another = (!another.is_empty()).then(|| self.raw(another).to_lowercase());
        let other = another.filter(|it| values.iter().any(|value| value.to_lowercase() == *it));
        let other = other.map(|it| format!(" or {field} == '{it}'")).unwrap_or_default();
        let when = format!("{field} == '{state}'{other}");
        self.note(Kind::Understood, at.clone(), path.clone(), format!("when `{when}`"));
        self.answer(format!("{path}.when"), Value::from(when), at.clone());
        if let Some(value) = values.iter().find(|it| it.to_lowercase() == participle) {
            self.answer(format!("{path}.set"), Value::table([(field.as_str(), Value::from(value.as_str()))]), at);
        }
        true
    }

    /// `Status flow: pending -> paid -> shipped`
    pub(super) fn flow(&mut self, words: &[Word], gaps: &Gaps) -> bool {
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
    pub(super) fn when(&mut self, words: &[Word], gaps: &Gaps) -> bool {
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

    pub(super) fn when_registered(&mut self, words: &[Word], gaps: &Gaps) -> bool {
        let what = gap(words, gaps, "do");
        self.quietly(gap(words, gaps, "stack"));
        self.handler("User.registered", what, words)
    }

    pub(super) fn handler(&mut self, on: &str, what: &[Word], words: &[Word]) -> bool {
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
    pub(super) fn named_jobs(&mut self, words: &[Word], gaps: &Gaps) -> bool {
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

    pub(super) fn named_events(&mut self, words: &[Word], gaps: &Gaps) -> bool {
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
