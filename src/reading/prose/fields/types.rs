//! The type of a field, as it is written: named, listed, or another entity.

use super::super::phrases::{phrases, whole};
use super::super::words::{Word, WordKind, stretch};
use super::FieldReader;
use super::pieces::span;
use crate::reading::{Kind, Relation, RelationForm, entity_name};

impl FieldReader<'_> {
    /// `draft | published`
    pub(super) fn union(&mut self, words: &[Word]) -> bool {
        // `enum: truck | van`
        let named = words.len() > 1 && words[0].stem == "enum";
        let words = if named { super::trimmed(&words[1..]) } else { words };
        // `beginner | expert = beginner`
        let default = words.iter().position(|it| it.is("=")).filter(|at| *at > 0 && at + 1 < words.len());
        let (words, default) = words.split_at(default.unwrap_or(words.len()));
        // `open -> paid | void` begins with the first one.
        let small = |it: &Word| it.is("->") || it.is("|") || self.text[it.at.clone()].starts_with(char::is_lowercase);
        let of_itself = ["flow", "transition", "lifecycle"].iter().any(|it| self.raw_name.contains(it));
        let flow = !of_itself && words.iter().skip(1).any(|it| it.is("->")) && words.iter().all(small);
        let mut parts: Vec<&[Word]> = words.split(|it| it.is("|") || flow && it.is("->")).collect();
        // `new / worn / broken`
        let slashes = parts.len() == 1 && self.field.kind.is_empty() && whole(&phrases().types, words).is_none();
        if slashes {
            parts = words.split(|it| it.is("/")).collect();
        }
        if parts.len() < 2 || parts.iter().any(|part| part.is_empty() || part.len() > 3) {
            return false;
        }
        let all = parts.into_iter().all(|part| self.add_values(part));
        if all && slashes {
            let text = "the values between slashes are all that there are".to_owned();
            self.notes.push((Kind::Assumed, span(words), text));
        }
        self.sure |= all;
        if all && flow && self.field.default.is_none() {
            self.field.default = self.field.values.first().map(|it| it.as_str().into());
        }
        if all && let Some(value) = default.get(1) {
            self.field.default = Some(super::default(&self.text[value.at.clone()]));
        }
        all
    }

    /// Takes words as the type, if no type is known yet and they are one.
    pub(super) fn type_of(&mut self, words: &[Word]) -> bool {
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
        // A length stands in brackets: `string 3-120` says two numbers of another kind.
        let bracketed = |gaps: &[(String, _)]| gaps.is_empty() || inner.iter().any(|it| it.is("("));
        if let Some((means, gaps)) = whole(&phrases().types, inner).filter(|(_, gaps)| bracketed(gaps)) {
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
            // `string(2..80)`
            ("string" | "text", [least, most]) => {
                means.clone_into(&mut self.field.kind);
                (self.field.min, self.field.max) = (Some((*least).to_owned()), Some((*most).to_owned()));
            }
            (kind, _) => kind.clone_into(&mut self.field.kind),
        }
        true
    }

    /// Adds the values of an enumeration; whether all of them can be values.
    pub(super) fn add_values(&mut self, words: &[Word]) -> bool {
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
}

/// `string[]` → `string`
pub(super) fn without_list(words: &[Word]) -> &[Word] {
    match words {
        [rest @ .., open, close] if open.is("[") && close.is("]") => rest,
        _ => words,
    }
}
