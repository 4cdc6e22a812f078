//! A document cut into what is read one by one: headings, items, sentences.

use super::words::{Word, words};
use std::ops::Range;

/// A heading, an item of a list, a paragraph or a row of a table.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub(super) kind: UnitKind,
    /// Where it stands, without marks of Markdown before and after it.
    pub(super) at: Range<usize>,
    pub(super) words: Vec<Word>,
}

/// What kind of unit it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UnitKind {
    /// `## Fields`
    Heading,
    /// `- name: string`, with its indent.
    Item(usize),
    /// Lines of text.
    Text,
    /// `| name | string |`
    Row,
    /// What stands between fences of a programming language, or before the document begins.
    Code,
}

/// A line of text goes on in the next one when it is at least that long.
const FULL_LINE: usize = 60;

/// Fences around these hold text.
const TEXT_FENCES: [&str; 6] = ["", "text", "txt", "markdown", "md", "plaintext"];

/// Cuts a document.
pub(super) fn units(text: &str) -> Vec<Unit> {
    let mut found: Vec<Unit> = Vec::new();
    let mut fence: Option<(char, bool)> = None;
    let mut start = 0;
    let mut goes_on = false;
    let mut lines = text.split_inclusive('\n');
    // Each look at what is no code in the end costs something.
    let mut looks = 200_usize;
    // Front matter describes the document, not a service.
    if text.starts_with("---\n") || text.starts_with("---\r\n") {
        let end = text.match_indices("\n---").map(|(at, _)| at + 4).next();
        if let Some(end) = end {
            found.push(Unit { kind: UnitKind::Code, at: 0..end, words: Vec::new() });
            while start < end {
                start += lines.next().map_or(end, str::len);
            }
        }
    }
    while let Some(line) = lines.next() {
        let from = start;
        start += line.len();
        let body = line.trim_end();
        let mut content = body.trim_start();
        while let Some(rest) = content.strip_prefix('>') {
            content = rest.trim_start();
        }
        let at = from + body.len() - content.len();
        let range = at..from + body.len();
        let mark = content.chars().next().filter(|it| matches!(it, '`' | '~'));
        if let Some(mark) = mark.filter(|it| content.chars().take_while(|next| next == it).count() >= 3) {
            let info = content.trim_start_matches(mark).trim().to_ascii_lowercase();
            let info = info.split([' ', '{']).next().unwrap_or_default();
            match fence {
                // A fence inside a fence of text opens another one.
                Some((open, true)) if open == mark && !info.is_empty() => {
                    fence = Some((mark, TEXT_FENCES.contains(&info)));
                }
                Some((open, _)) if open == mark => fence = None,
                Some(_) => {}
                None => {
                    let fenced = text[start..].split(&content[..3]).next().unwrap_or_default();
                    fence = Some((mark, TEXT_FENCES.contains(&info) && !super::code::is_code(fenced)));
                }
            }
            goes_on = false;
            continue;
        }
        if matches!(fence, Some((_, false))) {
            match found.last_mut() {
                Some(unit) if unit.kind == UnitKind::Code && text[unit.at.end..at].trim().is_empty() => {
                    unit.at.end = range.end;
                }
                _ if !content.is_empty() => {
                    found.push(Unit { kind: UnitKind::Code, at: range, words: Vec::new() });
                }
                _ => {}
            }
            continue;
        }
        if content.is_empty() || content.chars().all(|it| matches!(it, '-' | '*' | '_' | '=' | ' ' | '|' | ':')) {
            goes_on = false;
            continue;
        }
        let code = if at == from && looks > 0 && super::code::begins(content) {
            looks -= 1;
            super::code::extent(text, at)
        } else {
            None
        };
        if let Some(end) = code {
            looks += 1;
            let end = at + text[at..end].trim_end().len();
            found.push(Unit { kind: UnitKind::Code, at: at..end, words: Vec::new() });
            while start < end {
                start += lines.next().map_or(end, str::len);
            }
            goes_on = false;
            continue;
        }
        let indent = body.len() - body.trim_start().len();
        let (kind, range) = classified(text, range, indent);
        let words = words(text, range.clone());
        let lower = text[range.clone()].starts_with(|it: char| it.is_lowercase() || it == '(');
        let joins = kind == UnitKind::Text
            && goes_on
            && !declares(&text[range.clone()])
            && !(labelled(&text[range.clone()]) && found.last().is_some_and(|it| labelled(&text[it.at.clone()])))
            && is_full(text, found.last(), if lower { 40 } else { FULL_LINE });
        match found.last_mut() {
            Some(unit) if joins => {
                unit.at.end = range.end;
                unit.words.extend(words);
            }
            _ => found.push(Unit { kind, at: range.clone(), words }),
        }
        let ends = text[range].ends_with(['.', ':', ';', '?', '!', '*']);
        goes_on = !ends && matches!(kind, UnitKind::Text | UnitKind::Item(_));
    }
    found
}

/// `Table: number (int), seats (int)` below a line of that kind is another one.
fn labelled(line: &str) -> bool {
    let Some((label, value)) = line.split_once(": ") else { return false };
    let words = label.split(' ').count();
    words <= 2 && label.starts_with(|it: char| it.is_ascii_alphabetic()) && !value.is_empty()
}

/// `Course(title: string)` stands by itself.
fn declares(line: &str) -> bool {
    let name = line.split('(').next().unwrap_or_default();
    line.ends_with(')')
        && name.starts_with(|it: char| it.is_ascii_uppercase())
        && name.len() < line.len()
        && name.chars().all(char::is_alphanumeric)
}

fn is_full(text: &str, unit: Option<&Unit>, length: usize) -> bool {
    unit.is_some_and(|unit| {
        let last = text[unit.at.clone()].rsplit('\n').next().unwrap_or_default();
        last.trim().chars().count() >= length
    })
}

/// Takes the marks of Markdown off a line.
fn classified(text: &str, range: Range<usize>, indent: usize) -> (UnitKind, Range<usize>) {
    let mut start = range.start;
    let mut kind = UnitKind::Text;
    loop {
        let rest = &text[start..range.end];
        let hashes = rest.len() - rest.trim_start_matches('#').len();
        let (length, found) = if (1..=6).contains(&hashes) && rest[hashes..].starts_with(' ') {
            (hashes, UnitKind::Heading)
        } else if rest.starts_with('|') {
            return (UnitKind::Row, start..range.end);
        } else if let Some((length, depth)) = bullet(rest) {
            (length, if kind == UnitKind::Heading { kind } else { UnitKind::Item(indent + depth) })
        } else {
            return (kind, start..range.end);
        };
        kind = found;
        start += length;
        start += text[start..range.end].len() - text[start..range.end].trim_start().len();
        if start >= range.end {
            return (kind, range.end..range.end);
        }
    }
}

/// The length of `-`, `*`, `•`, `1.`, `2)`, `2.1` or `[x]` at the beginning of a line, and how deep the number says that it is.
fn bullet(rest: &str) -> Option<(usize, usize)> {
    let first = rest.chars().next()?;
    if matches!(first, '-' | '*' | '+' | '•' | '–' | '·') && rest[first.len_utf8()..].starts_with([' ', '\t']) {
        return Some((first.len_utf8(), 0));
    }
    for mark in ["[ ] ", "[x] ", "[X] "] {
        if rest.starts_with(mark) {
            return Some((mark.len(), 0));
        }
    }
    let number = rest.split([' ', '\t']).next()?;
    let parts: Vec<&str> = number.trim_end_matches(['.', ')']).split('.').collect();
    let counted = parts.iter().all(|it| (1..=3).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_digit()));
    let marked = parts.len() > 1 || number.ends_with(['.', ')']);
    let numbered = counted && marked && parts.len() <= 4 && number.len() < rest.len();
    numbered.then(|| (number.len(), parts.len() - 1))
}

/// The sentences of some words: each ends with a full stop before a capital letter, or with a semicolon.
pub(super) fn sentences<'w>(text: &str, words: &'w [Word]) -> Vec<&'w [Word]> {
    let mut found = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    for (at, word) in words.iter().enumerate() {
        // What stands in brackets belongs together, if they are closed.
        if word.is("(") && words[at..].iter().any(|it| it.is(")")) {
            depth += 1;
        } else if word.is(")") {
            depth = depth.saturating_sub(1);
        }
        let next = words.get(at + 1);
        let capital =
            next.is_none_or(|next| text[next.at.start..].starts_with(|it: char| it.is_uppercase() || it == '['));
        if word.is(";") && depth == 0 || (word.is(".") && capital) {
            found.push(&words[start..at]);
            start = at + 1;
        }
    }
    found.push(&words[start..]);
    found.retain(|it| !it.iter().all(Word::is_soft));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Vec<(UnitKind, &str)> {
        units(text).into_iter().map(|it| (it.kind, &text[it.at])).collect()
    }

    #[test]
    fn marks_of_markdown_are_taken_off() {
        let text = "# Shop\n> Make it.\n\n```\n- name: string\n  1. nested\n```\n* #### Basic:\n| a | b |\n```python\nx = 1\n\ny = 2\n```\n";
        assert_eq!(
            seen(text),
            [
                (UnitKind::Heading, "Shop"),
                (UnitKind::Text, "Make it."),
                (UnitKind::Item(0), "name: string"),
                (UnitKind::Item(2), "nested"),
                (UnitKind::Heading, "Basic:"),
                (UnitKind::Row, "| a | b |"),
                (UnitKind::Code, "x = 1\n\ny = 2"),
            ]
        );
    }

    #[test]
    fn a_wrapped_line_goes_on() {
        let text = "- a line that is long enough to be wrapped by somebody's editor\n  into a second one\n- next\n\nFramework: a\nDatabase: b\n";
        let found = seen(text);
        assert_eq!(found.len(), 4, "{found:?}");
    }
}
