//! What a field becomes once all of its words are read: a type that nobody has said, and what its type cannot have.

use super::pieces::{capitalised, cleaned};
use super::{FieldReader, Parsed, What};
use crate::reading::{Field, Kind, Value, singular};
use std::ops::Range;

impl FieldReader<'_> {
    pub(super) fn finish(mut self, name: String) -> Parsed {
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
        if self.field.pattern.is_some() && (self.number || self.field.kind.is_empty()) {
            "string".clone_into(&mut self.field.kind);
            self.number = false;
        }
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
    } else if matches!(last, "at" | "start" | "end") || any(&["datetime", "timestamp"]) {
        ("datetime", CALLED)
    } else if any(&["date", "birthday", "deadline"]) {
        ("date", CALLED)
    } else if any(&COUNTS) || any(&["rating", "score", "priority"]) {
        ("integer", CALLED)
    } else if matches!(first, "is" | "has" | "can")
        || any(&["active", "enabled", "published", "available", "completed", "archived", "verified", "done", "paid"])
    {
        ("boolean", CALLED)
    } else if any(&["url", "website", "link", "image", "avatar", "photo"]) {
        ("url", CALLED)
    } else if any(&LONG_TEXTS) {
        ("text", CALLED)
    } else {
        ("string", "as most fields are")
    }
}

/// What stands in for values that nobody has said.
const STAND_INS: [&str; 2] = ["general", "other"];

const MONEY: [&str; 17] = [
    "price", "cost", "amount", "total", "fee", "salary", "balance", "budget", "revenue", "subtotal", "tax", "discount",
    "payment", "money", "wage", "rate", "deposit",
];

const COUNTS: [&str; 18] = [
    "count", "quantity", "qty", "stock", "age", "year", "views", "likes", "number", "capacity", "position", "seats",
    "pieces", "copies", "units", "hours", "minutes", "days",
];

const LONG_TEXTS: [&str; 9] =
    ["description", "content", "body", "note", "bio", "comment", "summary", "biography", "text"];

fn snake(name: &str) -> String {
    heck::ToSnakeCase::to_snake_case(name)
}

/// `true`, `0`, `"draft"`, `now()`
pub(super) fn default(raw: &str) -> Value {
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
