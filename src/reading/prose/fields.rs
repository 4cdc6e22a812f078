//! One field as people write it: `price: number - Product price (required, positive)`.

use super::phrases::{phrases, whole};
use super::words::{Word, WordKind, stretch};
use crate::reading::{Field, Kind, Relation, RelationForm, Value, entity_name, field_name, singular};
use std::ops::Range;

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
    reader.rest(rest);
    Some(reader.finish(name))
}

/// Pieces of a list of fields: parted by commas outside of parentheses.
pub(super) fn pieces(words: &[Word]) -> Vec<&[Word]> {
    let mut found = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    for (at, word) in words.iter().enumerate() {
        match word.stem.as_str() {
            "(" | "{" if word.kind == WordKind::Sign => depth += 1,
            ")" | "}" if word.kind == WordKind::Sign => depth = depth.saturating_sub(1),
            "," | ";" if depth == 0 => {
                found.push(&words[start..at]);
                start = at + 1;
            }
            "and" if depth == 0 && words.get(at + 1).is_some() => {
                found.push(&words[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(&words[start..]);
    found.retain(|it| !trimmed(it).is_empty());
    // `quantity: integer, positive`: a constraint belongs to what stands before it.
    let mut merged: Vec<std::ops::Range<usize>> = Vec::new();
    for piece in found {
        let from = piece.as_ptr_range().start;
        let at = words.iter().position(|it| std::ptr::eq(it, from)).unwrap_or(0);
        let constraint = whole(&phrases().fields, trimmed(piece)).is_some();
        match merged.last_mut() {
            Some(last) if constraint => last.end = at + piece.len(),
            _ => merged.push(at..at + piece.len()),
        }
    }
    merged.into_iter().map(|range| trimmed(&words[range])).collect()
}

/// Without signs before and after.
pub(super) fn trimmed(words: &[Word]) -> &[Word] {
    let soft = |word: &Word| word.is_soft() && !word.is("(") && !word.is(")") || word.is("{") || word.is("}");
    let mut words = words;
    while words.first().is_some_and(soft) {
        words = &words[1..];
    }
    while words.last().is_some_and(soft) {
        words = &words[..words.len() - 1];
    }
    words
}

fn name_and_rest(words: &[Word]) -> Option<(&[Word], &[Word])> {
    let named = |words: &[Word]| {
        let name =
            |it: &Word| it.kind == WordKind::Name && !matches!(it.stem.as_str(), "with" | "field" | "has" | "have");
        (1..=4).contains(&words.len()) && words.iter().all(name)
    };
    let stop = words.iter().position(|it| it.is(":") || it.is("(") || it.is("-") || it.is("=") || it.is("?"));
    if let Some(stop) = stop
        && named(&words[..stop])
    {
        // `name string (required)`: the type stands before the parenthesis.
        if words[stop].is("(") && stop > 1 && is_type(&words[1..stop]) {
            return Some((&words[..1], &words[1..]));
        }
        let rest = if words[stop].is("(") || words[stop].is("?") { &words[stop..] } else { &words[stop + 1..] };
        return Some((&words[..stop], rest));
    }
    if words.len() > 1 && words[0].kind == WordKind::Name && is_type(&words[1..]) {
        return Some((&words[..1], &words[1..]));
    }
    let names = words.len() <= 3 && named(words);
    names.then_some((words, &words[words.len()..]))
}

fn is_type(words: &[Word]) -> bool {
    whole(&phrases().types, words).is_some() || whole(&phrases().types, without_list(words)).is_some()
}

/// `string[]` → `string`
fn without_list(words: &[Word]) -> &[Word] {
    match words {
        [rest @ .., open, close] if open.is("[") && close.is("]") => rest,
        _ => words,
    }
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
            let adjacent = at > 0 && words[at - 1].at.end == word.at.start;
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
            let first_is_doc = !self.piece(parts[0], true);
            let mut doc = if first_is_doc { Some(span(parts[0])) } else { None };
            for part in &parts[1..] {
                if !self.piece(part, true)
                    && let Some(doc) = &mut doc
                    && self.sure_end(doc, part)
                {
                    doc.end = span(part).end;
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

    /// Whether a piece goes on where the description ended, so that both are one text.
    fn sure_end(&self, doc: &Range<usize>, part: &[Word]) -> bool {
        self.text[doc.end..span(part).start].chars().all(|it| !it.is_alphanumeric())
    }

    fn parenthesis(&mut self, words: &[Word]) {
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
            self.notes.push((Kind::NotUnderstood, span(part), "not understood as part of the field".to_owned()));
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
        if !strict && self.union(words) {
            return true;
        }
        if strict {
            return match whole(&phrases().fields, words) {
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
        let mut at = 0;
        let mut understood = false;
        let mut missed: Vec<&Word> = Vec::new();
        while at < words.len() {
            let longest = (at + 1..=words.len().min(at + LONGEST_PHRASE)).rev().find(|end| {
                let taken = &words[at..*end];
                self.type_of(taken) || self.constraint(taken)
            });
            match longest {
                Some(end) => {
                    understood = true;
                    at = end;
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

    fn constraint(&mut self, words: &[Word]) -> bool {
        match whole(&phrases().fields, words) {
            Some((means, gaps)) => {
                self.apply(means, words, &gaps);
                true
            }
            None => false,
        }
    }

    /// `draft | published`
    fn union(&mut self, words: &[Word]) -> bool {
        let parts: Vec<&[Word]> = words.split(|it| it.is("|")).collect();
        if parts.len() < 2 || parts.iter().any(|part| part.is_empty() || part.len() > 3) {
            return false;
        }
        let all = parts.into_iter().all(|part| self.add_values(part));
        self.sure |= all;
        all
    }

    /// Takes words as the type, if no type is known yet and they are one.
    fn type_of(&mut self, words: &[Word]) -> bool {
        if !self.field.kind.is_empty() || self.number || self.relation.is_some() || self.many.is_some() {
            return false;
        }
        let list_of = |word: &Word| matches!(word.stem.as_str(), "array" | "list" | "set");
        let (inner, list) = match words {
            [first, of, rest @ ..] if list_of(first) && of.stem == "of" && !rest.is_empty() => (rest, true),
            _ => (without_list(words), without_list(words).len() < words.len()),
        };
        if let [kind, open, numbers @ .., close] = inner
            && kind.stem != "varchar"
            && open.is("(")
            && close.is(")")
        {
            return self.type_with(kind, numbers);
        }
        if let Some((means, gaps)) = whole(&phrases().types, inner) {
            match means {
                "number" => self.number = true,
                "enum" => {
                    "enum".clone_into(&mut self.field.kind);
                    self.open_enum = Some(span(inner));
                }
                kind => kind.clone_into(&mut self.field.kind),
            }
            if let Some((_, gap)) = gaps.first() {
                self.field.max = Some(inner[gap.start].stem.clone());
            }
            self.field.list |= list;
            self.sure = true;
            return true;
        }
        // `Category`, `OrderItem[]`: another entity, in capitals.
        let capital = inner.len() == 1 && self.text[inner[0].at.start..].starts_with(|it: char| it.is_uppercase());
        let long = |word: &Word| word.at.len() > 2;
        if capital && long(&inner[0]) && inner[0].kind == WordKind::Name {
            let Some(entity) = entity_name(&self.text[inner[0].at.clone()]) else { return false };
            if list {
                self.many = Some(entity);
                self.sure = true;
                return true;
            }
            if inner.len() == words.len()
                && (entity == crate::spec::USER
                    || self.raw_name.replace(['_', ' '], "").contains(&entity.to_lowercase()))
            {
                self.relation = Some(Relation::new(RelationForm::ManyToOne, entity));
                self.sure = true;
                return true;
            }
        }
        false
    }

    /// `decimal(10,2)`, `char(3)`, `enum(a, b)`
    fn type_with(&mut self, kind: &Word, inner: &[Word]) -> bool {
        let Some((means, _)) = whole(&phrases().types, std::slice::from_ref(kind)) else { return false };
        let numbers: Vec<&str> =
            inner.iter().filter(|it| it.kind == WordKind::Number).map(|it| it.stem.as_str()).collect();
        self.sure = true;
        match (means, numbers.as_slice()) {
            ("enum", _) => {
                "enum".clone_into(&mut self.field.kind);
                return self.add_values(inner);
            }
            ("decimal", [precision, rest @ ..]) => {
                let scale = rest.first().and_then(|it| it.parse().ok()).unwrap_or(0);
                self.field.digits = precision.parse().ok().map(|precision| (precision, scale));
                "decimal".clone_into(&mut self.field.kind);
            }
            ("string" | "text", [length]) => {
                means.clone_into(&mut self.field.kind);
                self.field.max = Some((*length).to_owned());
            }
            (kind, _) => kind.clone_into(&mut self.field.kind),
        }
        true
    }

    /// Adds the values of an enumeration; whether all of them can be values.
    fn add_values(&mut self, words: &[Word]) -> bool {
        let between =
            |word: &Word| word.is_soft() || word.is("|") || word.is("/") || matches!(word.stem.as_str(), "or" | "and");
        let mut values = Vec::new();
        for part in words.split(between).filter(|it| !it.is_empty()) {
            let raw = &self.text[stretch(&part[0], &part[part.len() - 1])];
            let value: String =
                raw.chars().map(|it| if it.is_ascii_alphanumeric() || it == '-' { it } else { '_' }).collect();
            if part.len() > 3 || value.len() > 40 || !value.starts_with(|it: char| it.is_ascii_alphabetic()) {
                return false;
            }
            values.push(value);
        }
        if values.is_empty() {
            return false;
        }
        "enum".clone_into(&mut self.field.kind);
        for value in values {
            if !self.field.values.contains(&value) {
                self.field.values.push(value);
            }
        }
        self.open_enum = None;
        self.in_enum = true;
        true
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
                if let Some(entity) = entity_name(last_name(raw("entity"))) {
                    self.relation = Some(Relation::new(RelationForm::ManyToOne, entity));
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

    fn finish(mut self, name: String) -> Parsed {
        let typed = self.number || !self.field.kind.is_empty() || self.relation.is_some() || self.many.is_some();
        let doc = self.doc.iter().map(|it| cleaned(&self.text[it.clone()])).collect::<Vec<_>>().join(" ");
        let doc = if doc.chars().count() > 300 { doc.chars().take(299).chain(['…']).collect() } else { doc };
        self.field.doc = (!doc.is_empty()).then(|| capitalised(&doc));
        let says = |words: &[&str]| {
            let named = format!("{} {}", snake(&name), doc.to_lowercase());
            words.iter().any(|word| {
                named.split(|it: char| !it.is_alphanumeric()).any(|it| it == *word || singular(it) == *word)
            })
        };
        let at = self.at.clone();
        if let Some(mut relation) = self.relation {
            relation.optional = self.field.optional;
            relation.doc = self.field.doc;
            let name = name.strip_suffix("Id").filter(|it| !it.is_empty()).unwrap_or(&name).to_owned();
            return Parsed {
                name,
                what: What::Relation(relation),
                notes: self.notes,
                search: false,
                sure: true,
                typed,
            };
        }
        if let Some(entity) = self.many {
            return Parsed { name, what: What::Many(entity), notes: self.notes, search: false, sure: true, typed };
        }
        let mut notes = std::mem::take(&mut self.notes);
        if self.number {
            let whole_bounds = [&self.field.min, &self.field.max, &self.field.above, &self.field.below];
            let has_bounds = whole_bounds.iter().any(|it| it.is_some());
            let whole = whole_bounds.iter().all(|it| it.as_ref().is_none_or(|it| !it.contains('.')));
            let (kind, why) = if says(&MONEY) {
                ("decimal", "a sum of money needs exact digits")
            } else if says(&COUNTS) {
                ("integer", "it counts something")
            } else if has_bounds && whole && self.field.max.is_some() {
                ("integer", "its limits are whole numbers")
            } else {
                ("float", "nothing says whether it is whole or exact")
            };
            kind.clone_into(&mut self.field.kind);
            notes.push((Kind::Assumed, at.clone(), format!("`number` is read as `{kind}`: {why}")));
        }
        if self.field.kind.is_empty() {
            let (kind, why) = guessed(&name, self.field.default.as_ref());
            kind.clone_into(&mut self.field.kind);
            notes.push((Kind::Assumed, at.clone(), format!("no type is said; `{kind}`, {why}")));
        }
        if self.field.kind == "string" {
            let long = self.field.max.as_ref().and_then(|it| it.parse::<u64>().ok()).is_some_and(|it| it > 1000);
            if long || says(&LONG_TEXTS) && !self.field.unique && self.field.default.is_none() {
                "text".clone_into(&mut self.field.kind);
                let why = if long {
                    "it may be longer than 1,000 characters"
                } else {
                    "long texts are no keys to sort or filter by"
                };
                notes.push((Kind::Assumed, at.clone(), format!("`string` is read as `text`: {why}")));
            } else if says(&["email"]) && self.field.min.is_none() {
                "email".clone_into(&mut self.field.kind);
                self.field.max = None;
                notes.push((Kind::Assumed, at.clone(), "`string` is read as `email`: so it is called".to_owned()));
            }
        }
        if self.field.kind == "enum" && self.field.values.is_empty() {
            self.field.values = STAND_INS.iter().map(|it| (*it).to_owned()).collect();
            let place = self.open_enum.clone().unwrap_or(at.clone());
            let text = format!(
                "the document does not say which values there are; {} stand in",
                STAND_INS.map(|it| format!("`{it}`")).join(", ")
            );
            notes.push((Kind::Open, place, text));
        }
        self.fit(&mut notes, &at);
        Parsed { name, what: What::Field(self.field), notes, search: self.search, sure: self.sure, typed }
    }

    /// Drops what the type cannot have, and says so.
    fn fit(&mut self, notes: &mut Vec<(Kind, Range<usize>, String)>, at: &Range<usize>) {
        let field = &mut self.field;
        let textual = matches!(field.kind.as_str(), "string" | "text");
        let numeric = matches!(field.kind.as_str(), "integer" | "long" | "float" | "decimal");
        let mut drop = |what: &str, kind: &str| {
            notes.push((Kind::NotUnderstood, at.clone(), format!("`{kind}` takes no {what}")));
        };
        if !textual && !numeric && (field.min.is_some() || field.max.is_some()) {
            drop("limits", &field.kind);
            (field.min, field.max) = (None, None);
        }
        if !numeric && (field.above.is_some() || field.below.is_some()) {
            // `more than 3 characters` of a text.
            if let (true, Some(above)) = (textual, field.above.as_ref().and_then(|it| it.parse::<u64>().ok())) {
                field.min = Some((above + 1).to_string());
            } else {
                drop("bounds", &field.kind);
            }
            (field.above, field.below) = (None, None);
        }
        if field.list && matches!(field.kind.as_str(), "text" | "json") {
            "string".clone_into(&mut field.kind);
        }
        if field.list && (field.unique || field.index) {
            drop("key as a list", &field.kind);
            (field.unique, field.index) = (false, false);
        }
        if matches!(field.kind.as_str(), "text" | "json") && (field.unique || field.index) {
            if field.kind == "text" {
                "string".clone_into(&mut field.kind);
            } else {
                drop("key", &field.kind);
                (field.unique, field.index) = (false, false);
            }
        }
        if let Some(value) = &field.default
            && let Err(reason) = fits(field, value)
        {
            notes.push((Kind::NotUnderstood, at.clone(), format!("the default {value} {reason}")));
            field.default = None;
        } else if matches!(field.default, Some(Value::Text(_))) && field.kind == "enum" && field.values == STAND_INS {
            // The default is the one value that is known.
            if let Some(Value::Text(value)) = &field.default {
                field.values = vec![value.clone(), STAND_INS[1].to_owned()];
            }
        }
    }
}

/// Whether a default can be one of the field.
fn fits(field: &Field, value: &Value) -> Result<(), String> {
    let ok = match field.kind.as_str() {
        "boolean" => matches!(value, Value::Boolean(_)),
        "integer" | "long" => matches!(value, Value::Number(text) if !text.contains('.')),
        "float" | "decimal" => matches!(value, Value::Number(_)),
        "date" | "datetime" => value.text() == Some("now"),
        "enum" => {
            value.text().is_some_and(|it| field.values == STAND_INS || field.values.iter().any(|value| value == it))
        }
        "string" | "text" => !matches!(value, Value::List(_) | Value::Table(_)),
        _ => false,
    };
    if ok && !field.list { Ok(()) } else { Err(format!("is none of `{}`", field.kind)) }
}

/// `true`, `0`, `"draft"`, `now()`
fn default(raw: &str) -> Value {
    let plain = raw.trim_matches(|it: char| it.is_whitespace() || "`'\"()".contains(it));
    let lower = plain.to_lowercase();
    match lower.as_str() {
        "true" | "yes" | "on" => Value::Boolean(true),
        "false" | "no" | "off" => Value::Boolean(false),
        "now" | "current time" | "current timestamp" | "current date" | "today" | "current_timestamp" => {
            Value::from("now")
        }
        "zero" => Value::Number("0".to_owned()),
        _ if is_number(plain) => Value::Number(plain.to_owned()),
        _ => Value::from(plain),
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty()
        && digits.starts_with(|it: char| it.is_ascii_digit())
        && digits.ends_with(|it: char| it.is_ascii_digit())
        && digits.bytes().all(|it| it.is_ascii_digit() || it == b'.')
        && digits.matches('.').count() <= 1
}

/// A type by the field's name, and why.
fn guessed(name: &str, default: Option<&Value>) -> (&'static str, &'static str) {
    const CALLED: &str = "as it is called";
    match default {
        Some(Value::Boolean(_)) => return ("boolean", "as its default is one"),
        Some(Value::Number(text)) if !text.contains('.') => return ("integer", "as its default is one"),
        Some(Value::Number(_)) => return ("decimal", "as its default is one"),
        _ => {}
    }
    let snake = snake(name);
    let words: Vec<&str> = snake.split('_').collect();
    let (first, last) = (words[0], words[words.len() - 1]);
    let any = |list: &[&str]| words.iter().any(|it| list.contains(it));
    if last == "email" {
        ("email", CALLED)
    } else if any(&MONEY) {
        ("decimal", CALLED)
    } else if matches!(last, "at") || any(&["datetime", "timestamp"]) {
        ("datetime", CALLED)
    } else if any(&["date", "birthday", "deadline"]) {
        ("date", CALLED)
    } else if matches!(first, "is" | "has" | "can")
        || any(&["active", "enabled", "published", "available", "completed", "archived", "verified", "done", "paid"])
    {
        ("boolean", CALLED)
    } else if any(&COUNTS) || any(&["rating", "score", "priority"]) {
        ("integer", CALLED)
    } else if any(&["url", "website", "link", "image", "avatar", "photo"]) {
        ("url", CALLED)
    } else if any(&LONG_TEXTS) {
        ("text", CALLED)
    } else {
        ("string", "as most fields are")
    }
}

/// What stands in for values that nobody has said.
pub(super) const STAND_INS: [&str; 2] = ["general", "other"];

const MONEY: [&str; 16] = [
    "price", "cost", "amount", "total", "fee", "salary", "balance", "budget", "revenue", "subtotal", "tax", "discount",
    "payment", "money", "currency", "wage",
];
const COUNTS: [&str; 13] = [
    "count", "quantity", "qty", "stock", "age", "year", "views", "likes", "number", "capacity", "position", "seats",
    "pieces",
];
const LONG_TEXTS: [&str; 9] =
    ["description", "content", "body", "note", "bio", "comment", "summary", "biography", "text"];

fn snake(name: &str) -> String {
    heck::ToSnakeCase::to_snake_case(name)
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

fn span(words: &[Word]) -> Range<usize> {
    match (words.first(), words.last()) {
        (Some(first), Some(last)) => stretch(first, last),
        _ => 0..0,
    }
}

fn closing(words: &[Word], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, word) in words.iter().enumerate().skip(open) {
        if word.is("(") {
            depth += 1;
        } else if word.is(")") {
            depth -= 1;
            if depth == 0 {
                return at;
            }
        }
    }
    words.len()
}

fn is_range(words: &[Word], at: usize) -> bool {
    let number = |at: Option<usize>| at.and_then(|at| words.get(at)).is_some_and(|it| it.kind == WordKind::Number);
    number(at.checked_sub(1)) && number(Some(at + 1))
}

/// Pieces parted by commas and semicolons outside of parentheses.
fn pieces_of(words: &[Word]) -> Vec<&[Word]> {
    let mut found = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    for (at, word) in words.iter().enumerate() {
        if word.is("(") {
            depth += 1;
        } else if word.is(")") {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && (word.is(",") || word.is(";")) {
            found.push(&words[start..at]);
            start = at + 1;
        }
    }
    found.push(&words[start..]);
    found.into_iter().map(trimmed).filter(|it| !it.is_empty()).collect::<Vec<_>>()
}

/// One line without marks of Markdown.
pub(super) fn cleaned(text: &str) -> String {
    let text: String = text.chars().filter(|it| !matches!(it, '`' | '*' | '"')).collect();
    let words: Vec<&str> =
        text.split(|it: char| it.is_whitespace() || it.is_control()).filter(|it| !it.is_empty()).collect();
    words.join(" ").trim_matches(|it: char| it == '.' || it == ',' || it.is_whitespace()).to_owned()
}

pub(super) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
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
                let flags = format!(
                    "{}{}",
                    if field.private { " private" } else { "" },
                    if field.read_only { " read_only" } else { "" }
                );
                format!("{}: {}{flags}{doc}", parsed.name, field.line().unwrap_or_default())
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
            ("stock: integer, default 0, cannot be negative", "stock: integer 0.. = 0"),
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
