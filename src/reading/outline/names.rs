//! Names that answers take, made of names that documents have.

use crate::answers::names::{LONGEST, QUERY_WORDS, SET_BY_SERVICE, is_field_name, is_pascal};
use crate::spec::Name;
use crate::spec::name::{plural, singular};
use std::collections::BTreeSet;

/// Words that are their own singular to people, whatever a grammar says.
const AS_THEY_ARE: [&str; 6] = ["data", "media", "metadata", "criteria", "agenda", "staff"];

/// The name of an entity or enumeration: `order_items` → `OrderItem`, where `one` asks for the singular.
pub(super) fn pascal(name: &str, one: bool) -> String {
    let words = Name::new(ascii(name)).snake();
    let words = if one { singular_of(&words) } else { words };
    let mut pascal = Name::new(words).pascal();
    if !pascal.starts_with(|it: char| it.is_ascii_uppercase()) {
        pascal.insert(0, 'T');
    }
    pascal.truncate(LONGEST);
    // Cutting may have left a beginning of a word; that is still a name.
    debug_assert!(is_pascal(&pascal));
    pascal
}

fn singular_of(snake: &str) -> String {
    let last = snake.rsplit('_').next().unwrap_or_default();
    let one = singular(snake);
    if AS_THEY_ARE.contains(&last) || plural(&one) != snake { snake.to_owned() } else { one }
}

/// The name of a field or relation: as it is where that is legal, else in `camelCase`.
pub(super) fn field(name: &str) -> String {
    if is_field_name(name) && name.len() <= LONGEST {
        return name.to_owned();
    }
    let mut camel = Name::new(ascii(name)).camel();
    if !camel.starts_with(|it: char| it.is_ascii_lowercase()) {
        camel.insert(0, 'n');
        camel = Name::new(camel).camel();
    }
    camel.truncate(LONGEST);
    if is_field_name(&camel) { camel } else { "field".to_owned() }
}

/// The value of an enumeration: a letter, then letters, digits, `_` and `-`.
pub(super) fn value(text: &str) -> String {
    let mut out: String =
        text.chars().map(|it| if it.is_ascii_alphanumeric() || matches!(it, '_' | '-') { it } else { '_' }).collect();
    if !out.starts_with(|it: char| it.is_ascii_alphabetic()) {
        out.insert_str(0, if out.starts_with('_') { "v" } else { "v_" });
    }
    out.truncate(LONGEST);
    out
}

/// Whether the service takes the key for itself.
pub(super) fn is_taken(key: &str) -> bool {
    let key = Name::new(key).camel();
    SET_BY_SERVICE.contains(&key.as_str()) || QUERY_WORDS.contains(&key.as_str())
}

/// A name with something behind it, in the case of the name.
pub(super) fn with(name: &str, word: &str) -> String {
    let word = Name::new(word);
    let tail = if name.contains('_') { format!("_{}", word.snake()) } else { word.pascal() };
    let kept = name.len().min(LONGEST - tail.len());
    format!("{}{tail}", name[..kept].trim_end_matches('_'))
}

/// The first of `name`, `name2`, `name3` … that is free.
pub(super) fn numbered(name: &str, free: impl Fn(&str) -> bool) -> String {
    if free(name) {
        return name.to_owned();
    }
    let number = |count: usize| {
        let tail = count.to_string();
        format!("{}{tail}", &name[..name.len().min(LONGEST - tail.len())])
    };
    // Numbers are given in order, so the first free one is searched for like a word in a dictionary.
    let (mut taken, mut open) = (1, 2);
    while !free(&number(open)) {
        (taken, open) = (open, open * 2);
    }
    while open - taken > 1 {
        let middle = taken + (open - taken) / 2;
        if free(&number(middle)) {
            open = middle;
        } else {
            taken = middle;
        }
    }
    number(open)
}

/// One text on one line.
pub(super) fn line(text: &str) -> String {
    let breaks = |it: char| it.is_whitespace() || it.is_control() || matches!(it, '\u{2028}' | '\u{2029}');
    text.split(breaks).filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Letters that are not ASCII become their nearest ones, the rest of the signs a break between words.
fn ascii(name: &str) -> String {
    let near = |it: char| match it {
        'ä' | 'á' | 'à' | 'â' | 'å' | 'ã' => "a",
        'ö' | 'ó' | 'ò' | 'ô' | 'ø' | 'õ' => "o",
        'ü' | 'ú' | 'ù' | 'û' => "u",
        'é' | 'è' | 'ê' | 'ë' => "e",
        'í' | 'ì' | 'î' | 'ï' => "i",
        'ç' => "c",
        'ñ' => "n",
        'ß' => "ss",
        _ => "_",
    };
    name.chars().map(|it| if it.is_ascii_alphanumeric() { it.to_string() } else { near(it).to_owned() }).collect()
}

/// Names of types, paths and tables that are in use.
#[derive(Debug, Default)]
pub(super) struct Taken(BTreeSet<String>);

impl Taken {
    /// Whether nobody has it.
    pub(super) fn free(&self, name: &str) -> bool {
        !self.0.contains(&key(name))
    }

    /// Takes it.
    pub(super) fn take(&mut self, name: &str) {
        self.0.insert(key(name));
    }
}

/// Case and underscores do not tell names apart.
fn key(name: &str) -> String {
    name.chars().filter(|it| *it != '_').map(|it| it.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_singular_and_in_pascal_case() {
        let cases = [
            ("order_items", "OrderItem"),
            ("Categories", "Category"),
            ("address", "Address"),
            ("film_data", "FilmData"),
            ("2fa", "T2fa"),
            ("größe", "Grosse"),
        ];
        for (from, to) in cases {
            assert_eq!(pascal(from, true), to, "{from}");
        }
    }

    #[test]
    fn fields_keep_a_legal_name() {
        let cases = [
            ("in_stock", "in_stock"),
            ("AlbumId", "albumId"),
            ("_x", "x"),
            ("1st", "n1st"),
            ("…", "n"),
            ("a__b", "aB"),
        ];
        for (from, to) in cases {
            assert_eq!(field(from), to, "{from}");
        }
    }

    #[test]
    fn values_begin_with_a_letter() {
        assert_eq!(value("PG-13"), "PG-13");
        assert_eq!(value("4 star"), "v_4_star");
    }
}
