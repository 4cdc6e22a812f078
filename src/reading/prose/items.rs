//! Items of a section, and labels with a value: `Database: PostgreSQL`.

use super::fields::{self, What, capitalised, cleaned};
use super::pattern::Gaps;
use super::phrases::{phrases, whole};
use super::words::{Word, WordKind};
use super::{Reader, Section, listed, span, time};
use crate::answers::names::{SET_BY_SERVICE, is_field_name};
use crate::reading::{Kind, Value, entity_name, field_name, project_name, singular};
use heck::{ToLowerCamelCase, ToPascalCase, ToSnakeCase};

/// `belongs to a seller`, `made by a user`, among the fields of an entity.
pub(super) fn is_clause(words: &[Word]) -> bool {
    let [first, second, _, ..] = words else { return false };
    matches!(
        (first.stem.as_str(), second.stem.as_str()),
        ("belong", "to") | ("has" | "have" | "ha", "many") | (_, "by")
    )
}

impl Reader<'_> {
    /// Reads `Label: value`; whether it was one.
    pub(super) fn label(&mut self, words: &[Word]) -> bool {
        let Some((label, value)) = split_label(words) else { return false };
        if fields::field(self.text(), words).is_some_and(|it| it.typed) {
            return false;
        }
        let Some((means, _)) = whole(&phrases().labels, label) else { return self.short_section(label, value) };
        // Inside a list of fields `name` and `description` are fields.
        if self.section == Section::Fields && !matches!(means, "stack" | "base_path") {
            return false;
        }
        let at = span(value);
        let raw = self.raw(value);
        match means {
            "stack" => {
                if self.stack(value) == 0 {
                    self.topics(value);
                }
            }
            "name" => match project_name(raw) {
                Some(name) => self.answer_understood("project.name", Value::from(name), at),
                None => self.note(Kind::NotUnderstood, at, "project.name", "no name for a project"),
            },
            "description" => {
                let text = capitalised(&cleaned(raw));
                let text: String = text.chars().take(200).collect();
                self.answer_understood("project.description", Value::from(text), at);
                // A description may say more.
                if self.shop(value) {
                    self.entity = None;
                }
            }
            "base_path" => self.base_path(value),
            "entities" => {
                let described =
                    value.iter().any(|it| it.is("(") || it.is(":") || matches!(it.stem.as_str(), "with" | "field"));
                let parts = if described { vec![value] } else { fields::pieces(value) };
                for part in parts {
                    if !self.entity_item(part) {
                        self.sentence(part);
                    }
                }
            }
            "clauses" => {
                for clause in value.split(|it| it.is(",") || it.is(";")) {
                    self.sentence(clause);
                }
            }
            "fields" => self.field_list(value),
            "roles" => {
                for role in listed(value) {
                    self.role(role);
                }
            }
            _ => return false,
        }
        true
    }

    /// `Core features: registration, search`: a section on one line.
    fn short_section(&mut self, label: &[Word], value: &[Word]) -> bool {
        let Some((means, _)) = whole(&phrases().sections, label) else { return false };
        // `Permissions: anyone can …` behind a list of fields is none of them.
        let follows = self.section != Section::Fields && matches!(means, "events" | "jobs" | "integrations");
        if self.section != Section::Plain && !(means == "plain" && value.len() > 5) && !follows {
            return false;
        }
        self.section = Section::Plain;
        match means {
            "integrations" => {
                for part in listed(value) {
                    let text =
                        "which requests it answers is not said; describe them in `[integrations]` (docs/answers.md)";
                    self.note(Kind::Unsupported, span(part), "integrations", text);
                }
            }
            "fields" => self.field_list(value),
            "events" => {
                for part in fields::pieces(value) {
                    if !self.is_event(part) {
                        self.sentence(part);
                    }
                }
            }
            _ => {
                for sentence in super::units::sentences(self.text(), value) {
                    self.sentence(sentence);
                }
            }
        }
        true
    }

    pub(super) fn answer_understood(&mut self, path: &str, value: Value, at: std::ops::Range<usize>) {
        self.note(Kind::Understood, at.clone(), path, value.to_string());
        self.answer(path, value, at);
    }

    /// `/api/v1/products`: what stands before the entity.
    pub(super) fn base_path(&mut self, words: &[Word]) {
        let Some(word) = words.iter().find(|it| it.kind == WordKind::Path) else {
            self.note(Kind::NotUnderstood, span(words), "api.base_path", "no path, as in `/api/v1`");
            return;
        };
        let parts: Vec<&str> = word.stem.split('/').filter(|it| !it.is_empty()).collect();
        let end = parts.iter().position(|part| {
            part.starts_with([':', '{', '[']) || entity_name(part).is_some_and(|name| self.entities.contains_key(&name))
        });
        let parts = &parts[..end.unwrap_or(parts.len())];
        let legal = |part: &&str| part.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.'));
        let at = word.at.clone();
        if parts.is_empty() || !parts.iter().all(legal) {
            self.note(Kind::Understood, at, "", "each entity has a path of its own below `api.base_path`");
            return;
        }
        self.answer_understood("api.base_path", Value::from(format!("/{}", parts.join("/"))), at);
    }

    /// An item of the section; whether it was read.
    pub(super) fn item(&mut self, words: &[Word]) -> bool {
        match self.section {
            Section::Plain | Section::Variables => false,
            Section::Fields => self.field_item(words),
            Section::Entities => self.entity_item(words),
            Section::Events => self.is_event(words),
            Section::Jobs => self.job_item(words),
            Section::Integrations => self.integration_item(words),
            Section::Providers => {
                let text = "login with other providers is not generated yet; accounts log in with email and password";
                self.note(Kind::Unsupported, span(words), "stack.auth", text);
                true
            }
            Section::Other(what) => self.other_item(what, words),
        }
    }

    fn other_item(&mut self, what: &str, words: &[Word]) -> bool {
        // What every project has is told as such.
        let known = (0..words.len()).any(|at| phrases().topic(&words[at..]).is_some());
        let text = match what {
            "boundaries" => "a boundary gives no code by itself; name its entities and their fields",
            _ if known => return false,
            "testing" => "tests of every route are generated; a scenario of your own is written beside them",
            "documentation" => "README, `openapi.json` and docs/ are generated; a section of your own is written there",
            "alerts" => "monitoring/ holds alert rules; one of your own is written there",
            "stages" => "the pipeline lints, checks types, tests and builds; a stage of your own is written there",
            _ => "slow queries of another service are not read; `make explain` shows what queries cost",
        };
        self.note(Kind::Unsupported, span(words), "", text);
        true
    }

    fn field_item(&mut self, words: &[Word]) -> bool {
        let Some(entity) = self.entity.clone() else {
            if fields::field(self.text(), words).is_some_and(|it| it.sure) {
                self.note(
                    Kind::NotUnderstood,
                    span(words),
                    "",
                    "a field of which entity? Put it below the entity's name",
                );
                return true;
            }
            return false;
        };
        let colon = words.iter().take(5).any(|it| it.is(":"));
        let words = &self.without_rule(words);
        match fields::field(self.text(), words).filter(|it| it.sure || colon || words.len() <= 2) {
            Some(parsed) => {
                self.member(&entity, parsed, span(words));
                true
            }
            None => false,
        }
    }

    /// `ends: date; must be after starts`: takes the rule for later and leaves the field.
    pub(super) fn without_rule(&mut self, words: &[Word]) -> Vec<Word> {
        let name = words.iter().position(|it| it.is(":") || it.is("(") || it.is("-"));
        let start = words.iter().position(|it| matches!(it.stem.as_str(), "must" | "should" | "cannot"));
        // `code: string, unique per shop`
        let with = |at: &usize| {
            words[*at].stem == "unique"
                && words
                    .get(at + 1)
                    .is_some_and(|it| matches!(it.stem.as_str(), "per" | "within" | "inside" | "in" | "for"))
        };
        if let (Some(name), Some(start)) = (name, (0..words.len()).find(with)) {
            let ends = |it: &Word| it.is(",") || it.is(";") || it.is(")") || it.is("|");
            let end = words[start..].iter().position(ends).map_or(words.len(), |at| start + at);
            let is =
                Word { at: words[start].at.start..words[start].at.start, stem: "is".to_owned(), kind: WordKind::Name };
            let rule = [&words[..name], &[is], &words[start..end]].concat();
            if let Some((means @ "unique_with", gaps)) = whole(&phrases().sentences, &rule) {
                self.defer(means, &rule, &gaps);
                return [&words[..start], &words[end..]].concat();
            }
        }
        let (Some(name), Some(start)) = (name, start) else { return words.to_vec() };
        let ends = |it: &Word| it.is(",") || it.is(";") || it.is(")") || it.is(".");
        let end = words[start..].iter().position(ends).map_or(words.len(), |at| start + at);
        let rule = [&words[..name], &words[start..end]].concat();
        match whole(&phrases().sentences, &rule) {
            Some((means, gaps)) if means.starts_with("rule ") && start > name && self.other_field(&rule, &gaps) => {
                self.defer(means, &rule, &gaps);
                [&words[..start], &words[end..]].concat()
            }
            _ => words.to_vec(),
        }
    }

    /// Whether what a rule compares with can be a field: a number is a limit.
    fn other_field(&self, words: &[Word], gaps: &Gaps) -> bool {
        let other = super::gap(words, gaps, "other");
        field_name(self.raw(other)).is_some() && other.iter().all(|it| it.kind == WordKind::Name)
    }

    /// Fields parted by commas.
    pub(super) fn field_list(&mut self, words: &[Word]) {
        let Some(entity) = self.entity.clone() else {
            self.note(Kind::NotUnderstood, span(words), "", "fields of which entity? Put them below the entity's name");
            return;
        };
        for piece in fields::pieces(words) {
            if is_clause(piece) {
                self.clause_of(&entity, piece);
                self.entity = Some(entity.clone());
                continue;
            }
            let line = self.without_rule(piece);
            match fields::field(self.text(), &line) {
                Some(parsed) => self.member(&entity, parsed, span(piece)),
                None => self.note(Kind::NotUnderstood, span(piece), "", "not understood as a field"),
            }
        }
    }

    /// `Product: what is sold, with fields name, price`
    pub(super) fn entity_item(&mut self, words: &[Word]) -> bool {
        let stop = words.iter().position(|it| it.is(":") || it.is("(") || it.is("-") || it.stem == "with");
        if stop.is_none() && whole(&phrases().sentences, words).is_some() {
            return false;
        }
        let (name, rest) = words.split_at(stop.unwrap_or(words.len()));
        // A restaurant has tables, too.
        let alone = fields::trimmed(name).len() == 1 && !self.raw(fields::trimmed(name)).ends_with('s');
        let entity = self.heading_entity(fields::trimmed(name));
        let entity = entity.or_else(|| alone.then(|| entity_name(self.raw(fields::trimmed(name)))).flatten());
        let Some(entity) = entity else { return false };
        let entity = self.gather(&entity, span(name));
        self.entity = Some(entity.clone());
        self.in_list = true;
        let rest = fields::trimmed(rest);
        if rest.is_empty() {
            return true;
        }
        let fields_at = rest.iter().position(|it| matches!(it.stem.as_str(), "field" | "column" | "attribute"));
        let (doc, list) = match fields_at {
            Some(at) => (&rest[..at], &rest[at + 1..]),
            None => {
                let inner = match rest {
                    [open, inner @ .., close] if open.is("(") && close.is(")") => inner,
                    other => other,
                };
                let pieces = fields::pieces(inner);
                let sure = |piece: &&[Word]| fields::field(self.text(), piece).is_some_and(|it| it.sure);
                let short = pieces.iter().all(|it| it.len() <= 2) && pieces.len() > 1;
                if pieces.iter().any(sure) || short { (&rest[..0], inner) } else { (rest, &rest[..0]) }
            }
        };
        let end = doc
            .iter()
            .rposition(|it| !it.is_soft() && !matches!(it.stem.as_str(), "with" | "and" | "having" | "has" | "the"))
            .map_or(0, |at| at + 1);
        if end > 0 {
            let text = capitalised(&cleaned(self.raw(&doc[..end])));
            self.note(Kind::Understood, span(&doc[..end]), format!("entities.{entity}.doc"), "");
            if let Some(gathered) = self.entities.get_mut(&entity) {
                gathered.doc = Some(text.chars().take(200).collect());
            }
        }
        if !fields::trimmed(list).is_empty() {
            self.field_list(list);
        }
        true
    }

    /// Whether an item can be an event; it is read when all entities are known.
    pub(super) fn is_event(&mut self, words: &[Word]) -> bool {
        let stop = words.iter().position(|it| it.is(":") || it.is("(") || it.is("{") || it.is("-"));
        let named = (1..=4).contains(&fields::trimmed(&words[..stop.unwrap_or(words.len())]).len());
        if named {
            self.events.push((words.to_vec(), self.handles));
        }
        named
    }

    /// `OrderPlaced: an order was placed - { orderId, amount }`
    pub(super) fn event_item(&mut self, words: &[Word], handled: bool) {
        let stop = words.iter().position(|it| it.is(":") || it.is("(") || it.is("{") || it.is("-"));
        let (name, rest) = words.split_at(stop.unwrap_or(words.len()));
        let name = fields::trimmed(name);
        let dash = rest.iter().rposition(|it| it.is("-"));
        let brace = rest.iter().position(|it| it.is("{") || it.is("("));
        let payload = brace.or(dash).filter(|at| *at > 0 || brace.is_some());
        let (doc, payload) = rest.split_at(payload.unwrap_or(rest.len()));
        self.event(name, fields::trimmed(doc), payload, handled);
    }

    /// An event by its name; built-in ones need no declaration.
    pub(super) fn event(&mut self, name: &[Word], doc: &[Word], payload: &[Word], handled: bool) {
        let raw: String = self.raw(name).chars().map(|it| if it.is_ascii_alphanumeric() { it } else { ' ' }).collect();
        let mut pascal = raw.to_pascal_case();
        if pascal.ends_with("Event") && pascal.len() > 5 {
            pascal.truncate(pascal.len() - 5);
        }
        pascal.truncate(40);
        if !pascal.starts_with(|it: char| it.is_ascii_uppercase()) {
            self.note(Kind::NotUnderstood, span(name), "", "no name for an event");
            return;
        }
        let doc = capitalised(&cleaned(self.raw(doc)));
        let built_in = self.built_in(&pascal);
        let on = match &built_in {
            Some(event) => {
                let text = format!("the service tells of `{event}` itself");
                self.note(Kind::Understood, span(name), "", text);
                if !fields::trimmed(payload).is_empty() {
                    let text = "the message of a built-in event holds the whole row";
                    self.note(Kind::Understood, span(payload), "", text);
                }
                event.clone()
            }
            None => {
                let path = format!("events.{pascal}");
                self.note(Kind::Understood, span(name), path.clone(), "");
                self.payload(&path, payload);
                if !self.later.contains_key(&format!("{path}.payload")) {
                    self.answer(path.clone(), Value::table([]), span(name));
                }
                if !doc.is_empty() {
                    self.answer(format!("{path}.doc"), Value::from(doc.as_str()), span(name));
                }
                pascal.clone()
            }
        };
        if handled {
            let handler = format!("handlers.handle_{}", pascal.to_snake_case().chars().take(33).collect::<String>());
            self.note(
                Kind::Understood,
                span(name),
                handler.clone(),
                format!("on `{on}`: a function for your own work"),
            );
            self.answer(format!("{handler}.on"), Value::from(on), span(name));
            if !doc.is_empty() {
                self.answer(format!("{handler}.doc"), Value::from(doc), span(name));
            }
        }
    }

    /// `OrderCreated` → `Order.created`, when there is such an entity.
    fn built_in(&self, pascal: &str) -> Option<String> {
        let cases = [
            ("Created", "created"),
            ("Placed", "created"),
            ("Added", "created"),
            ("Updated", "updated"),
            ("Changed", "updated"),
            ("Deleted", "deleted"),
            ("Removed", "deleted"),
        ];
        if matches!(pascal, "UserRegistered" | "UserCreated" | "UserSignedUp" | "AccountCreated") {
            return Some("User.registered".to_owned());
        }
        cases.into_iter().find_map(|(suffix, change)| {
            let entity = entity_name(pascal.strip_suffix(suffix)?)?;
            self.entities.contains_key(&entity).then(|| format!("{entity}.{change}"))
        })
    }

    fn payload(&mut self, event: &str, words: &[Word]) {
        let inner: Vec<Word> = words.iter().filter(|it| !it.is("{") && !it.is("}")).cloned().collect();
        let inner = match fields::trimmed(&inner) {
            [open, inner @ .., close] if open.is("(") && close.is(")") => inner,
            other => other,
        };
        for piece in fields::pieces(inner) {
            let parsed = fields::field(self.text(), piece);
            let Some(parsed) = parsed.filter(|it| it.sure || piece.len() <= 2) else {
                self.note(Kind::NotUnderstood, span(piece), "", "not understood as a field of the message");
                continue;
            };
            let id = parsed.name.ends_with("Id") || parsed.name == "id";
            let value = match parsed.what {
                What::Field(_) if id && !parsed.sure => Value::from("uuid"),
                What::Field(field) => field.value(),
                What::Relation(_) | What::Many(_) => Value::from("uuid"),
            };
            if !id || parsed.sure {
                for (kind, at, text) in parsed.notes {
                    self.note(kind, at, format!("{event}.payload"), text);
                }
            }
            let name = if parsed.name == "id" { "rowId".to_owned() } else { parsed.name };
            if !is_field_name(&name) {
                continue;
            }
            let entry = (Value::table([]), span(piece));
            let path = format!("{event}.payload");
            if let (Value::Table(table), _) = self.later.entry(path).or_insert(entry) {
                table.insert(name, value);
            }
        }
    }

    /// `SendReports: sends reports every Monday - retry 3 times`
    fn job_item(&mut self, words: &[Word]) -> bool {
        let stop = (0..words.len()).find(|at| is_colon(words, *at) || words[*at].is("-") || words[*at].is("("));
        let (name, rest) = words.split_at(stop.unwrap_or(words.len()));
        let name = fields::trimmed(name);
        // `every day at 23:00: report`
        if time::schedule(self.text(), name).is_some() && !rest.is_empty() {
            return false;
        }
        if name.is_empty() || name.len() > 5 || stop.is_none() && name.len() > 3 {
            return false;
        }
        self.job(name, fields::trimmed(rest));
        true
    }

    /// A job and what is said about it.
    pub(super) fn job(&mut self, name: &[Word], rest: &[Word]) {
        let raw: String = self.raw(name).chars().map(|it| if it.is_ascii_alphanumeric() { it } else { ' ' }).collect();
        let mut snake = raw.to_snake_case();
        snake.truncate(40);
        let mut snake = snake.trim_end_matches('_').to_owned();
        if matches!(snake.as_str(), "clean_up" | "send_welcome_mail" | "send_reset_mail") {
            snake.push_str("_job");
        }
        if !snake.starts_with(|it: char| it.is_ascii_lowercase()) {
            self.note(Kind::NotUnderstood, span(name), "", "no name for a job");
            return;
        }
        let path = format!("jobs.{snake}");
        self.note(Kind::Understood, span(name), path.clone(), "a function for your own work");
        self.answer(path.clone(), Value::table([]), span(name));
        let all: Vec<Word> = name.iter().chain(rest).cloned().collect();
        if let Some(schedule) = time::schedule(self.text(), &all) {
            let at = if rest.is_empty() { span(name) } else { span(rest) };
            let path = format!("{path}.schedule");
            let text = format!("`{}` (UTC)", schedule.cron);
            if schedule.guessed {
                self.note(Kind::Assumed, at.clone(), path.clone(), format!("{text}: no hour is said"));
            } else {
                self.note(Kind::Understood, at.clone(), path.clone(), text);
            }
            self.answer(path, Value::from(schedule.cron), at);
        }
        let stems: Vec<&str> = rest.iter().map(|it| it.stem.as_str()).collect();
        for (word, queue) in [("high", "high"), ("urgent", "high"), ("critical", "high"), ("low", "low")] {
            if stems.windows(2).any(|it| it[0] == word && it[1] == "priority")
                || stems.windows(2).any(|it| it[1] == word && it[0] == "priority")
            {
                self.note(Kind::Understood, span(rest), format!("{path}.queue"), format!("`{queue}`"));
                self.answer(format!("{path}.queue"), Value::from(queue), span(rest));
                break;
            }
        }
        // `retry 5 times`, `up to 3 attempts`, `2 retries`: the number that stands nearest, first behind the word.
        let says = |it: &&str| it.starts_with("retr") || it.starts_with("attempt") || it.starts_with("tries");
        if let Some(said) = stems.iter().position(says) {
            let near = [1, -1, 2, 3, -2].into_iter().filter_map(|it| said.checked_add_signed(it));
            let count = near.filter_map(|at| rest.get(at)).find_map(|word| {
                let count = word.stem.parse::<u32>().ok().filter(|it| (1..=99).contains(it))?;
                Some((word.at.clone(), count))
            });
            if let Some((at, count)) = count {
                let attempts = if stems[said].starts_with("retr") { count + 1 } else { count };
                let path = format!("{path}.attempts");
                self.note(Kind::Understood, at.clone(), path.clone(), format!("{attempts}, the first one included"));
                self.answer(path, Value::Number(attempts.to_string()), at);
            }
        }
        let doc = capitalised(&cleaned(self.raw(rest)));
        if !doc.is_empty() {
            let doc: String = doc.chars().take(200).collect();
            self.answer(format!("{path}.doc"), Value::from(doc), span(rest));
        }
    }

    /// `Warehouse: POST /reservations - reserves stock`
    fn integration_item(&mut self, words: &[Word]) -> bool {
        let Some(stop) = words.iter().position(|it| it.is(":") || it.is("-") || it.is("(")) else { return false };
        let (name, rest) = words.split_at(stop);
        let method = rest.iter().position(|it| matches!(it.stem.as_str(), "get" | "post" | "put" | "patch" | "delete"));
        let path = rest.iter().position(|it| it.kind == WordKind::Path);
        let service = field_name(self.raw(name)).map(|it| it.to_snake_case());
        let (Some(service), Some(method), Some(path)) = (service, method, path) else {
            let text = "which requests it answers is not said; describe them in `[integrations]` (docs/answers.md)";
            self.note(Kind::Unsupported, span(words), "integrations", text);
            return true;
        };
        let doc = fields::trimmed(&rest[path.max(method) + 1..]);
        let verb = &rest[method].stem;
        let operation: String = match self.raw(doc).to_snake_case() {
            text if text.is_empty() => verb.clone(),
            text => text
                .split('_')
                .filter(|it| it.is_ascii())
                .take(3)
                .collect::<Vec<_>>()
                .join("_")
                .chars()
                .take(40)
                .collect(),
        };
        let operation = field_name(&operation).map_or_else(|| verb.clone(), |it| it.to_snake_case());
        let raw = gaps_of_path(&rest[path].stem);
        let base = format!("integrations.{service}.operations.{operation}");
        let at = span(words);
        self.note(Kind::Understood, at.clone(), base.clone(), "a typed client with a fake for tests");
        self.answer(format!("{base}.method"), Value::from(verb.to_uppercase()), at.clone());
        self.answer(format!("{base}.path"), Value::from(raw.as_str()), at.clone());
        let inputs: Vec<(&str, Value)> = raw
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .filter(|it| is_field_name(it) && !SET_BY_SERVICE.contains(it))
            .map(|it| (it, Value::from("string")))
            .collect();
        if !inputs.is_empty() {
            self.note(
                Kind::Assumed,
                at.clone(),
                format!("{base}.input"),
                "what stands in the path is taken for a text",
            );
            self.answer(format!("{base}.input"), Value::table(inputs), at);
        }
        true
    }
}

/// Whether a colon stands there that parts something, unlike the one of a time.
fn is_colon(words: &[Word], at: usize) -> bool {
    let digits = |it: Option<&Word>| it.is_some_and(|it| it.kind == WordKind::Number);
    let time =
        at > 0 && digits(words.get(at - 1)) && digits(words.get(at + 1)) && words[at].at.end == words[at + 1].at.start;
    words[at].is(":") && !time
}

fn split_label(words: &[Word]) -> Option<(&[Word], &[Word])> {
    let colon = (0..words.len().min(5)).find(|at| is_colon(words, *at))?;
    let value = fields::trimmed(&words[colon + 1..]);
    (colon > 0 && !value.is_empty()).then(|| (&words[..colon], value))
}

/// `/addresses/:id` as `/addresses/{addressId}`: a gap that every row has as a key is called after what it is of.
fn gaps_of_path(said: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in said.replace(['[', ':'], "{").split('/') {
        if !part.starts_with('{') {
            parts.push(part.to_owned());
            continue;
        }
        let name = part.trim_matches(['{', '}', ']']);
        let of = parts.last().map(|it| singular(&it.to_snake_case())).filter(|it| !it.is_empty());
        let name = match of.filter(|_| SET_BY_SERVICE.contains(&name)) {
            Some(of) => format!("{of}_{name}").to_lower_camel_case(),
            None => name.to_owned(),
        };
        parts.push(format!("{{{name}}}"));
    }
    parts.join("/")
}
