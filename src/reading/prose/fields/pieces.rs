//! Where one piece of a list of fields ends and the next begins.

use super::super::phrases::{phrases, whole};
use super::super::words::{Word, WordKind, stretch};
use std::ops::Range;

/// Pieces of a list of fields: parted by commas outside of parentheses.
pub(in super::super) fn pieces(words: &[Word]) -> Vec<&[Word]> {
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
        // `belongs to a seller` is another reference, `from (date)` another field.
        let other = piece[0].stem == "belong" || piece.get(1).is_some_and(|it| it.is("("));
        let constraint = !other && whole(&phrases().fields, trimmed(piece)).is_some();
        match merged.last_mut() {
            Some(last) if constraint => last.end = at + piece.len(),
            _ => merged.push(at..at + piece.len()),
        }
    }
    merged.into_iter().map(|range| trimmed(&words[range])).collect()
}

/// Without signs before and after.
pub(in super::super) fn trimmed(words: &[Word]) -> &[Word] {
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

pub(in super::super) fn closing(words: &[Word], open: usize) -> usize {
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

pub(super) fn is_range(words: &[Word], at: usize) -> bool {
    let number = |at: Option<usize>| at.and_then(|at| words.get(at)).is_some_and(|it| it.kind == WordKind::Number);
    number(at.checked_sub(1)) && number(Some(at + 1))
}

/// Pieces parted by commas and semicolons outside of parentheses.
pub(super) fn pieces_of(words: &[Word]) -> Vec<&[Word]> {
    let mut found = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    for (at, word) in words.iter().enumerate() {
        if word.is("(") || word.is("{") || word.is("[") {
            depth += 1;
        } else if word.is(")") || word.is("}") || word.is("]") {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && (word.is(",") || word.is(";")) {
            found.push(&words[start..at]);
            start = at + 1;
        }
    }
    found.push(&words[start..]);
    found.into_iter().map(trimmed).filter(|it| !it.is_empty()).collect::<Vec<_>>()
}

pub(super) fn span(words: &[Word]) -> Range<usize> {
    match (words.first(), words.last()) {
        (Some(first), Some(last)) => stretch(first, last),
        _ => 0..0,
    }
}

/// One line without marks of Markdown.
pub(in super::super) fn cleaned(text: &str) -> String {
    let text: String = text.chars().filter(|it| !matches!(it, '`' | '*' | '"')).collect();
    let words: Vec<&str> =
        text.split(|it: char| it.is_whitespace() || it.is_control()).filter(|it| !it.is_empty()).collect();
    words.join(" ").trim_matches(|it: char| it == '.' || it == ',' || it.is_whitespace()).to_owned()
}

pub(in super::super) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
