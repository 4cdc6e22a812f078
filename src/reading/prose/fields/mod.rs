//! One field as people write it: `price: number - Product price (required, positive)`.

mod finish;
mod pieces;
mod types;

pub(super) use pieces::{capitalised, cleaned, closing, pieces, trimmed};

use super::phrases::{phrases, whole};
use super::words::{Word, WordKind, stretch};
use crate::reading::{Field, Kind, Relation, RelationForm, entity_name, field_name};
use finish::default;
use pieces::{is_range, pieces_of, span};
use std::ops::Range;
use types::without_list;

/// What a piece of text says about one field.
#[derive(Debug, Clone)]
pub(super) struct Parsed {
    pub(super) name: String,
    pub(super) what: What,
    /// What to tell besides: kind, place, text.
    pub(super) notes: Vec<(Kind, Range<usize>, String)>,
    /// Whether words are looked for in it.
    pub(super) search: bool,
    /// Whether the type or a constraint is written, so that this is a field beyond doubt.
    pub(super) sure: bool,
    /// Whether the type itself is written.
    pub(super) typed: bool,
}

/// A field, or a reference to another entity.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "nearly all of them are fields")]
pub(super) enum What {
    Field(Field),
    Relation(Relation),
    /// Many rows of another entity refer to this one.
    Many(String),
}

/// Reads a field; `None` when the words cannot be one.
pub(super) fn field(text: &str, words: &[Word]) -> Option<Parsed> {
    let words = trimmed(words);
    let (name_words, rest) = name_and_rest(words)?;
    let raw = &text[stretch(name_words.first()?, name_words.last()?)];
    let name = field_name(raw)?;
    let mut reader = FieldReader {
        text,
        raw_name: raw.to_lowercase(),
        at: stretch(&words[0], &words[words.len() - 1]),
        field: Field::default(),
        number: false,
        relation: None,
        many: None,
        open_enum: None,
        in_enum: false,
        notes: Vec::new(),
        search: false,
        sure: false,
        doc: Vec::new(),
    };
    // `row 1-40`
    reader.number = matches!(rest, [least, dash, ..] if least.kind == WordKind::Number && dash.is("-"));
    reader.rest(rest);
    Some(reader.finish(name))
}

fn name_and_rest(words: &[Word]) -> Option<(&[Word], &[Word])> {
    let named = |words: &[Word]| {
        let name = |it: &Word| {
            it.kind == WordKind::Name && !matches!(it.stem.as_str(), "with" | "field" | "has" | "have" | "we")
        };
        (1..=4).contains(&words.len()) && words.iter().all(name)
    };
    let clause = |it: &Word| matches!(it.stem.as_str(), "which" | "that");
    // `rating 0-5`, `price > 0`
    let ranges = |at: usize| words[at].kind == WordKind::Number && words.get(at + 1).is_some_and(|it| it.is("-"));
    let bounds = |it: &Word| it.is(">") || it.is("<") || it.is(">=") || it.is("<=");
    let stops =
        |it: &Word| clause(it) || it.is(":") || it.is("(") || it.is("-") || it.is("->") || it.is("=") || it.is("?");
    // `note of up to 300 characters`, but `date of birth`
    let most = |it: &Word| matches!(it.stem.as_str(), "up" | "at" | "max" | "maximum" | "exactly");
    let limits = |at: usize| words[at].stem == "of" && words.get(at + 1).is_some_and(most);
    let stop = (0..words.len())
        .find(|at| stops(&words[*at]) || bounds(&words[*at]) || *at > 0 && (ranges(*at) || limits(*at)));
    if let Some(stop) = stop
        && named(&words[..stop])
    {
        // `name string (required)`: the type stands before the parenthesis.
        let number = stop == 2 && words[1].stem == "number";
        // `start time (datetime)`: the type stands inside.
        let inside = &words[stop + 1..];
        let end = inside.iter().position(|it| it.is(",") || it.is(")")).unwrap_or(inside.len());
        let number = number || words[stop].is("(") && is_type(&inside[..end]);
        if words[stop].is("(") && stop > 1 && is_type(&words[1..stop]) && !number {
            return Some((&words[..1], &words[1..]));
        }
        let says = ["(", "?", "->"].iter().any(|it| words[stop].is(it)) || bounds(&words[stop]) || ranges(stop);
        let rest = if says { &words[stop..] } else { &words[stop + 1..] };
        // `price in euros (positive)`
        let unit = words[..stop].iter().position(|it| it.stem == "in").filter(|at| *at > 0 && *at + 2 == stop);
        if let Some(unit) = unit.filter(|_| words[stop].is("(")) {
            return Some((&words[..unit], &words[unit..]));
        }
        return Some((&words[..stop], rest));
    }
    // `card number` is a name.
    let number = words.len() == 2 && words[1].stem == "number";
    if words.len() > 1 && words[0].kind == WordKind::Name && is_type(&words[1..]) && !number {
        return Some((&words[..1], &words[1..]));
    }
    // `an hourly rate in euros`
    let unit = words.iter().position(|it| it.stem == "in").filter(|at| (1..=3).contains(at) && words.len() <= at + 2);
    let end = unit.unwrap_or(words.len());
    let names = end <= 3 && named(&words[..end]);
    names.then_some((&words[..end], &words[end..]))
}

fn is_type(words: &[Word]) -> bool {
    whole(&phrases().types, words).is_some() || whole(&phrases().types, without_list(words)).is_some()
}

/// Phrases about a field have no more words than that.
const LONGEST_PHRASE: usize = 10;

/// What is longer between two commas is a description.
const LONGEST_PIECE: usize = 40;

struct FieldReader<'t> {
    text: &'t str,
    raw_name: String,
    at: Range<usize>,
    field: Field,
    /// `number`: which kind of number depends on the rest.
    number: bool,
    relation: Option<Relation>,
    many: Option<String>,
    /// An enumeration without values, and where it is said.
    open_enum: Option<Range<usize>>,
    /// Whether the piece before this one listed values.
    in_enum: bool,
    notes: Vec<(Kind, Range<usize>, String)>,
    search: bool,
    sure: bool,
    doc: Vec<Range<usize>>,
}

impl FieldReader<'_> {
    /// What follows the name: a type, a dash and a description, constraints in parentheses.
    fn rest(&mut self, words: &[Word]) {
        let mut start = 0;
        let mut described = false;
        let mut at = 0;
        while at < words.len() {
            let word = &words[at];
            // A sign that is in no document, put between the cells of a row, is next to nothing.
            let adjacent = at > 0 && words[at - 1].at.end == word.at.start && !word.at.is_empty();
            if word.is("(") && (!adjacent || described) {
                self.part(&words[start..at], described);
                let close = closing(words, at);
                self.parenthesis(&words[at + 1..close]);
                start = close + 1;
                at = close;
            } else if word.is("(") {
                at = closing(words, at);
            } else if word.is("-") && !described && !is_range(words, at) {
                self.part(&words[start..at], described);
                described = true;
                start = at + 1;
            }
            at += 1;
        }
        self.part(&words[start.min(words.len())..], described);
    }

    fn part(&mut self, words: &[Word], described: bool) {
        let words = trimmed(words);
        if words.is_empty() {
            return;
        }
        // A description may hold constraints too: `Product name, required`.
        if described {
            let parts = pieces_of(words);
            let listed = self.values_first(&parts);
            let mut doc: Option<Range<usize>> = None;
            for part in &parts[listed..] {
                if self.piece(part, true) {
                    continue;
                }
                if part[0].stem == "unique" {
                    (self.field.unique, self.sure) = (true, true);
                } else if limits_something(part) {
                    self.missed(part);
                }
                match &mut doc {
                    Some(doc) if self.sure_end(doc, part) => doc.end = span(part).end,
                    Some(_) => {}
                    None => doc = Some(span(part)),
                }
            }
            self.doc.extend(doc);
            return;
        }
        for part in pieces_of(words) {
            if !self.piece(part, false) {
                self.doc.push(span(part));
            }
        }
    }

    /// The values of an enumeration behind its dash, `enum - draft, sent or paid; draft by default`: how many pieces they take.
    fn values_first(&mut self, parts: &[&[Word]]) -> usize {
        let value = |part: &&&[Word]| part.len() <= 4 && whole(&phrases().fields, part).is_none();
        let count = parts.iter().take_while(value).count();
        let first = parts.first().map_or(0, |it| it.split(|word| matches!(word.stem.as_str(), "or" | "and")).count());
        if self.open_enum.is_none() || count == 0 || count + first < 3 {
            return 0;
        }
        let words: Vec<Word> = parts[..count].concat();
        let before = self.field.values.len();
        for part in &parts[..count] {
            if !self.add_values(part) {
                self.field.values.truncate(before);
                self.open_enum = Some(span(&words));
                return 0;
            }
        }
        self.in_enum = false;
        count
    }

    /// The values of `enum [open, closed]`: how many words they take.
    fn bracketed(&mut self, words: &[Word]) -> Option<usize> {
        let [kind, open, ..] = words else { return None };
        let sign = if open.is("[") { "]" } else { ")" };
        if kind.stem != "enum" || !(open.is("[") || open.is("(")) {
            return None;
        }
        let end = words.iter().position(|it| it.is(sign))?;
        let taken = self.add_values(&words[2..end]);
        self.in_enum = false;
        self.sure |= taken;
        taken.then_some(end + 1)
    }

    fn missed(&mut self, words: &[Word]) {
        self.notes.push((Kind::NotUnderstood, span(words), "not understood as part of the field".to_owned()));
    }

    /// Whether a piece goes on where the description ended, so that both are one text.
    fn sure_end(&self, doc: &Range<usize>, part: &[Word]) -> bool {
        let between = self.text.get(doc.end..span(part).start);
        between.is_some_and(|it| it.chars().all(|it| !it.is_alphanumeric()))
    }

    fn parenthesis(&mut self, words: &[Word]) {
        self.in_enum = false;
        // `enum (open, closed)`
        if self.open_enum.is_some() && self.field.values.is_empty() && self.add_values(words) {
            self.in_enum = false;
            return;
        }
        // `sunny (yes/no)`
        if self.field.kind.is_empty() && is_type(words) && self.type_of(words) {
            return;
        }
        // `status (pending/sent)`, `genre (fiction, history, other)`
        let known = |it: &[Word]| whole(&phrases().fields, it).is_some() || is_type(it);
        let value = |it: &&[Word]| it.len() == 1 && it[0].kind == WordKind::Name && !known(it);
        let values = |sign: &str, least: usize| {
            let ways: Vec<&[Word]> = words.split(|it| it.is(sign)).map(trimmed).collect();
            ways.len() >= least && ways.iter().all(value)
        };
        if self.field.kind.is_empty() && (values("/", 2) || values(",", 3)) && self.add_values(words) {
            self.in_enum = false;
            self.sure = true;
            self.notes.push((Kind::Assumed, span(words), "the values in brackets are all that there are".to_owned()));
            return;
        }
        let parts = pieces_of(words);
        let before = self.notes.len();
        let missed: Vec<&[Word]> = parts.iter().copied().filter(|part| !self.piece(part, false)).collect();
        if missed.len() == parts.len() {
            if let (Some(first), Some(last)) = (parts.first(), parts.last()) {
                self.doc.push(span(first).start..span(last).end);
            }
            self.notes.truncate(before);
            return;
        }
        for part in missed {
            self.missed(part);
        }
    }

    /// Reads a piece between commas; whether anything of it was understood. A strict piece must be understood as a whole.
    fn piece(&mut self, words: &[Word], strict: bool) -> bool {
        let words = trimmed(words);
        if words.is_empty() {
            return true;
        }
        if self.in_enum && words.len() <= 4 && whole(&phrases().fields, words).is_none() && self.add_values(words) {
            return true;
        }
        self.in_enum = false;
        if self.field.kind.is_empty() && matches!(whole(&phrases().fields, words), Some(("-> User", _))) {
            self.relation = Some(Relation::new(RelationForm::ManyToOne, crate::spec::USER));
            self.sure = true;
            return true;
        }
        if self.pattern(words) || !strict && self.union(words) {
            return true;
        }
        if strict {
            return match whole(&phrases().fields, words) {
                Some(("-> User", _)) => false,
                Some((means, gaps)) => {
                    self.apply(means, words, &gaps);
                    true
                }
                None => false,
            };
        }
        if words.len() > LONGEST_PIECE {
            return false;
        }
        // `driver -> Driver`: in capitals, as `open -> closed` is a way between states.
        let capital = |it: &&Word| self.text[it.at.clone()].starts_with(|it: char| it.is_ascii_uppercase());
        let leads = words[0].is("->") && words.get(1).as_ref().is_some_and(capital);
        let mut at = 0;
        let mut understood = false;
        if leads && let Some(entity) = entity_name(&self.text[words[1].at.clone()]) {
            self.relation = Some(Relation::new(RelationForm::ManyToOne, entity));
            (self.sure, understood, at) = (true, true, 2);
        }
        let mut missed: Vec<&Word> = Vec::new();
        while at < words.len() {
            // `enum [open, closed]`, however many there are.
            if let Some(end) = self.bracketed(&words[at..]) {
                (understood, at) = (true, at + end);
                continue;
            }
            let longest = (at + 1..=words.len().min(at + LONGEST_PHRASE)).rev().find(|end| {
                let taken = &words[at..*end];
                self.type_of(taken) || self.constraint(taken)
            });
            match longest {
                Some(end) => {
                    understood = true;
                    at = end;
                }
                None if words[at].is("?") => {
                    (self.field.optional, understood) = (true, true);
                    at += 1;
                }
                None => {
                    let filler = words[at].is_soft() || phrases().filler.contains(&words[at].stem);
                    if !filler {
                        missed.push(&words[at]);
                    }
                    at += 1;
                }
            }
        }
        if let (true, Some(first), Some(last)) = (understood, missed.first(), missed.last()) {
            let place = stretch(first, last);
            self.notes.push((Kind::NotUnderstood, place, "not understood as part of the field".to_owned()));
        }
        understood
    }

    /// `matches ^[A-Z]{2}-\d{3}$`: the text itself, as signs of patterns are no words.
    fn pattern(&mut self, words: &[Word]) -> bool {
        let [verb, .., last] = words else { return false };
        if !matches!(verb.stem.as_str(), "matche" | "match" | "matching" | "pattern" | "regex" | "regexp") {
            return false;
        }
        let noise = |it: &&Word| {
            it.is(":") || it.is("=") || matches!(it.stem.as_str(), "the" | "regex" | "regexp" | "pattern" | "format")
        };
        let Some(first) = words[1..].iter().find(|it| !noise(it)) else { return false };
        let before = self.text[..first.at.start].rfind(char::is_whitespace).map_or(first.at.start, |at| at + 1);
        let rest = &self.text[last.at.end..];
        let end = rest.find(|it: char| it.is_whitespace() || ",;)".contains(it)).unwrap_or(rest.len());
        // Words of several places may stand in another order than in the document.
        let Some(raw) = self.text.get(before..last.at.end + end) else { return false };
        let raw = raw.trim_end_matches('.').trim_matches(['`', '/', '"', '\'']);
        if raw.contains(' ') || !raw.contains(['[', '\\', '^', '$', '+', '*']) || regex::Regex::new(raw).is_err() {
            return false;
        }
        self.field.pattern = Some(raw.to_owned());
        self.sure = true;
        true
    }

    fn constraint(&mut self, words: &[Word]) -> bool {
        match whole(&phrases().fields, words) {
            // Only as all that is said: a text may speak of users.
            Some(("-> User", _)) => false,
            Some((means, gaps)) => {
                self.apply(means, words, &gaps);
                true
            }
            None => false,
        }
    }

    /// What a phrase says, in the words of the answers file.
    fn apply(&mut self, means: &str, words: &[Word], gaps: &[(String, Range<usize>)]) {
        self.sure = true;
        let gap = |name: &str| gaps.iter().find(|(it, _)| it == name).map(|(_, range)| trimmed(&words[range.clone()]));
        let raw = |name: &str| {
            gap(name).filter(|it| !it.is_empty()).map_or("", |it| &self.text[stretch(&it[0], &it[it.len() - 1])])
        };
        let number = |name: &str| raw(name).replace(',', "");
        let (n, m) = (number("n"), number("m"));
        match means {
            "!" => self.field.optional = false,
            "?" => self.field.optional = true,
            "unique" => self.field.unique = true,
            "index" => self.field.index = true,
            "private" => self.field.private = true,
            "read_only" => self.field.read_only = true,
            "search" => self.search = true,
            "key" => {}
            "cascade" | "set_null" => {
                if let Some(relation) = &mut self.relation {
                    relation.on_delete = Some(means.to_owned());
                } else {
                    self.notes.push((Kind::NotUnderstood, span(words), "only a reference has it".to_owned()));
                }
            }
            "enum()" => {
                "enum".clone_into(&mut self.field.kind);
                self.open_enum = Some(span(words));
            }
            "enum({list})" => {
                let list = gap("list").unwrap_or_default().to_vec();
                if !self.add_values(&list) {
                    "enum".clone_into(&mut self.field.kind);
                    self.open_enum = Some(span(words));
                }
            }
            "-> {entity}" => {
                let mut target = raw("entity");
                // `fk Item not null`
                let named = gap("entity").unwrap_or_default().to_vec();
                let limit = (1..named.len()).find(|at| whole(&phrases().fields, &named[*at..]).is_some());
                if let Some(at) = limit {
                    self.constraint(&named[at..]);
                    target = &self.text[stretch(&named[0], &named[at - 1])];
                }
                if let Some(entity) = entity_name(last_name(target)) {
                    self.relation = Some(Relation::new(RelationForm::ManyToOne, entity));
                }
            }
            "one_to_one" => match &mut self.relation {
                Some(relation) => relation.form = RelationForm::OneToOne,
                None => self.missed(words),
            },
            "<-> {entity}" => {
                if let Some(entity) = entity_name(last_name(raw("entity"))) {
                    self.relation = Some(Relation::new(RelationForm::ManyToMany, entity));
                }
            }
            "= {value}" | "= {word}" => {
                let value = raw(if means == "= {value}" { "value" } else { "word" }).to_owned();
                self.field.default = Some(default(&value));
            }
            "scale {n}" => {
                self.field.digits = n.parse().ok().map(|scale: u32| (12, scale.min(6)));
                if self.field.kind.is_empty() || self.number {
                    "decimal".clone_into(&mut self.field.kind);
                    self.number = false;
                }
            }
            _ => {
                if let Some(kind) = means.strip_prefix("type ") {
                    kind.clone_into(&mut self.field.kind);
                } else if let Some(why) = means.strip_prefix("unsupported ") {
                    self.notes.push((Kind::Unsupported, span(words), why.to_owned()));
                } else {
                    self.limits(&means.replace("{n}", &n).replace("{m}", &m));
                }
            }
        }
    }

    /// `2..100`, `> 0`
    fn limits(&mut self, limits: &str) {
        let field = &mut self.field;
        let some = |text: &str| (!text.is_empty()).then(|| text.trim().to_owned());
        if let Some(bound) = limits.strip_prefix('>') {
            field.above = some(bound);
        } else if let Some(bound) = limits.strip_prefix('<') {
            field.below = some(bound);
        } else if let Some((min, max)) = limits.split_once("..") {
            field.min = some(min).or(field.min.take());
            field.max = some(max).or(field.max.take());
        }
    }
}

/// Whether a description sounds like a limit: `max 2k characters`.
fn limits_something(words: &[Word]) -> bool {
    const SIGNS: [&str; 4] = ["<", ">", "<=", ">="];
    const LIMITS: [&str; 10] =
        ["max", "maximum", "min", "minimum", "least", "most", "between", "unique", "pattern", "regex"];
    words.iter().any(|it| SIGNS.iter().any(|sign| it.is(sign)) || LIMITS.contains(&it.stem.as_str()))
}

/// The name of an entity behind words such as `the` or before `table`, `.id`.
fn last_name(raw: &str) -> &str {
    let raw = raw.split(['.', '(']).next().unwrap_or(raw).trim();
    let noise =
        |it: &str| matches!(it.to_lowercase().as_str(), "model" | "table" | "entity" | "the" | "a" | "an" | "one");
    let mut words: Vec<&str> = raw.split_whitespace().collect();
    while words.len() > 1 && words.last().is_some_and(|it| noise(it)) {
        words.pop();
    }
    while words.len() > 1 && words.first().is_some_and(|it| noise(it)) {
        words.remove(0);
    }
    match (words.first(), words.last()) {
        (Some(first), Some(last)) => {
            let start = first.as_ptr() as usize - raw.as_ptr() as usize;
            let end = last.as_ptr() as usize - raw.as_ptr() as usize + last.len();
            &raw[start..end]
        }
        _ => raw,
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;

    /// A line of a document, and the field that it becomes; `!` before notes.
    fn read(line: &str) -> String {
        let words = words(line, 0..line.len());
        let Some(parsed) = field(line, &words) else { return "no field".to_owned() };
        let mut parsed = parsed;
        match &mut parsed.what {
            What::Field(field) => {
                let doc = field.doc.take().map(|it| format!(" ; {it}")).unwrap_or_default();
                let pattern = field.pattern.take().map(|it| format!(" matches {it}")).unwrap_or_default();
                let flags = format!(
                    "{}{}{pattern}",
                    if field.private { " private" } else { "" },
                    if field.read_only { " read_only" } else { "" }
                );
                let missed = parsed.notes.iter().filter(|(kind, ..)| *kind == Kind::NotUnderstood);
                let missed: String = missed.map(|(_, at, _)| format!(" ! {}", &line[at.clone()])).collect();
                format!("{}: {}{flags}{doc}{missed}", parsed.name, field.line().unwrap_or_default())
            }
            What::Relation(relation) => {
                relation.doc = None;
                format!("{}: {}", parsed.name, relation.value().1.text().unwrap_or_default())
            }
            What::Many(entity) => format!("{}: many {entity}", parsed.name),
        }
    }

    #[test]
    fn lines_become_fields() {
        let cases = [
            ("name: string - Product name (required, 2-100 chars)", "name: string 2..100 ; Product name"),
            ("price: number - Product price (required, positive)", "price: decimal > 0 ; Product price"),
            (
                "category: string - Product category (required, from enum)",
                "category: enum(general, other) ; Product category",
            ),
            (
                "description: string - Product description (optional, max 500 chars)",
                "description: text ..500 ? ; Product description",
            ),
            (
                "inStock: boolean - Availability status (required, default true)",
                "inStock: boolean = true ; Availability status",
            ),
            ("`id` (autoincrementing Integer)", "id: integer"),
            ("`title` (String)", "title: string"),
            ("`content` (String, optional)", "content: text ?"),
            ("`published` (Boolean, with a default value of `false`)", "published: boolean = false"),
            ("`createdAt` (DateTime, defaulting to `now()`)", "createdAt: datetime = now"),
            (
                "status: one of draft, published, archived (default draft)",
                "status: enum(draft, published, archived) = draft",
            ),
            ("status: enum(open, closed)", "status: enum(open, closed)"),
            ("status: 'open' | 'in progress' | 'done'", "status: enum(open, in_progress, done)"),
            ("sku: varchar(20), unique, not null", "sku: string ..20 unique"),
            ("total: decimal(10,2), at least 0", "total: decimal(10,2) 0.."),
            ("tags: string[]", "tags: string[]"),
            ("tags: list of strings", "tags: string[]"),
            ("categoryId: UUID - foreign key to Category", "category: -> Category"),
            ("category: foreign key to Category (optional)", "category: -> Category ?"),
            ("category: Category", "category: -> Category"),
            ("items: OrderItem[]", "items: many OrderItem"),
            ("email: string - must be a valid email, unique", "email: email unique"),
            ("age: integer (between 18 and 120)", "age: integer 18..120"),
            ("rating: number (1-5)", "rating: integer 1..5"),
            ("due date: date", "dueDate: date"),
            ("password hash: string (never returned)", "passwordHash: string private"),
            ("price", "price: decimal"),
            ("title: string 3-120", "title: string 3..120"),
            ("level: beginner|expert = beginner", "level: enum(beginner, expert) = beginner"),
            ("status (pending/in_transit)", "status: enum(pending, in_transit)"),
            ("lesson: Lesson one-to-one", "lesson: -- Lesson"),
            ("status: enum [active, gone] default active", "status: enum(active, gone) = active"),
            ("item_id: FK Item not null", "item: -> Item"),
            ("items: many-to-many with Item", "items: <-> Item"),
            ("created_by: user", "createdBy: -> User"),
            ("genre (fiction, history, other)", "genre: enum(fiction, history, other)"),
            ("published year (1450-2100)", "publishedYear: integer 1450..2100"),
            ("card number (pattern ^L[0-9]{7}$)", "cardNumber: string matches ^L[0-9]{7}$"),
            ("actor: string - the user", "actor: string ; The user"),
            ("reason: what the user has said", "reason: string ; What the user has said"),
            ("status: enum (open, closed)", "status: enum(open, closed)"),
            (
                "status: enum - draft, sent, paid or void; draft by default",
                "status: enum(draft, sent, paid, void) = draft",
            ),
            ("kind (enum: truck | van)", "kind: enum(truck, van)"),
            ("code: string, matches ^[A-Z]{2,3}-\\d+$, unique", "code: string unique matches ^[A-Z]{2,3}-\\d+$"),
            ("number: string - unique number of the bill", "number: string unique ; Unique number of the bill"),
            ("note: text - nullable, max 2k characters", "note: text ? ; Max 2k characters ! max 2k characters"),
            ("neutered: yes/no, defaults to no", "neutered: boolean = false"),
            ("plate (string, unique, 2..10 chars)", "plate: string 2..10 unique"),
            ("fullName: string(2..80), required", "fullName: string 2..80"),
            ("driver -> Driver (optional)", "driver: -> Driver ?"),
            ("vehicle: ref Vehicle, required, cascade", "vehicle: -> Vehicle cascade"),
            ("endedAt: datetime?", "endedAt: datetime ?"),
            ("stock: integer, default 0, cannot be negative", "stock: integer 0.. = 0"),
            ("rating 0-5", "rating: integer 0..5"),
            ("sunny (yes/no)", "sunny: boolean"),
            ("hours done (0..8)", "hoursDone: integer 0..8"),
            ("start time (datetime, required)", "startTime: datetime"),
            ("note of up to 300 characters", "note: text ..300"),
            ("price in euros (positive)", "price: decimal > 0 ; In euros"),
            ("date of birth (required)", "dateOfBirth: date"),
            ("price > 0", "price: decimal > 0"),
            ("state: open -> paid | void", "state: enum(open, paid, void) = open"),
            ("size: small / big", "size: enum(small, big)"),
            ("Create a thing for everybody who wants one", "no field"),
        ];
        let wrong: Vec<String> = cases
            .iter()
            .filter(|(line, field)| read(line) != *field)
            .map(|(line, field)| format!("{line}\n  {}\n  {field}", read(line)))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
