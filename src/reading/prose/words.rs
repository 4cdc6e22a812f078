//! The words of a document, each with its place.

use std::ops::Range;

/// A word or a sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Where it stands in the document.
    pub(super) at: Range<usize>,
    /// As phrases are compared: lower case, without the `s` of plurals and verbs.
    pub(super) stem: String,
    /// What it is.
    pub(super) kind: WordKind,
}

/// From one word to another. Words may be put together from several places (a cell of a table, a line, and what stood in
/// brackets before): between two that do not follow each other in the document stands nothing.
pub(super) fn stretch(first: &Word, last: &Word) -> Range<usize> {
    first.at.start..last.at.end.max(first.at.start)
}

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WordKind {
    /// Letters, or letters and digits.
    Name,
    /// `20`, `0.5`
    Number,
    /// `/api/v1/products`
    Path,
    /// `[RESOURCE_NAME]`
    Placeholder,
    /// Anything else that says something: `,` `:` `(` `>` …
    Sign,
}

impl Word {
    pub(super) fn is(&self, sign: &str) -> bool {
        self.kind == WordKind::Sign && self.stem == sign
    }

    /// Signs that a phrase may pass over.
    pub(super) fn is_soft(&self) -> bool {
        self.kind == WordKind::Sign && matches!(self.stem.as_str(), "," | ":" | "(" | ")" | "." | "-" | "!")
    }
}

/// Cuts a stretch of the document into words.
pub(super) fn words(text: &str, range: Range<usize>) -> Vec<Word> {
    let mut found = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let rest = &text[at..range.end];
        let Some(first) = rest.chars().next() else { break };
        let before = text[..at].chars().next_back();
        let length = match first {
            it if it.is_alphanumeric() => {
                let length = word_length(rest);
                let word = &rest[..length];
                let number = word.bytes().all(|it| it.is_ascii_digit() || it == b'.');
                let kind = if number { WordKind::Number } else { WordKind::Name };
                found.push(Word { at: at..at + length, stem: stem(word), kind });
                length
            }
            '/' if before.is_none_or(|it| it.is_whitespace() || "`\"'(".contains(it)) && starts_path(&rest[1..]) => {
                let length = rest.find(|it: char| it.is_whitespace() || ",;)`\"'".contains(it)).unwrap_or(rest.len());
                let length = rest[..length].trim_end_matches(['.', ':']).len();
                found.push(Word { at: at..at + length, stem: rest[..length].to_owned(), kind: WordKind::Path });
                length
            }
            '[' if placeholder(rest).is_some() => {
                let length = placeholder(rest).unwrap_or(1);
                found.push(Word { at: at..at + length, stem: rest[..length].to_owned(), kind: WordKind::Placeholder });
                length
            }
            '-' if rest.starts_with("->") => sign(&mut found, at, "->", 2),
            '→' => sign(&mut found, at, "->", first.len_utf8()),
            '>' if rest.starts_with(">=") => sign(&mut found, at, ">=", 2),
            '<' if rest.starts_with("<=") => sign(&mut found, at, "<=", 2),
            '≥' => sign(&mut found, at, ">=", first.len_utf8()),
            '≤' => sign(&mut found, at, "<=", first.len_utf8()),
            // A dash between digits, or between blanks; one inside a word only parts it.
            '-' | '–' | '—' => {
                let next = rest[first.len_utf8()..].chars().next();
                let digit = |it: Option<char>| it.is_some_and(|it| it.is_ascii_digit());
                let blank = |it: Option<char>| it.is_none_or(char::is_whitespace);
                if (digit(before) && digit(next)) || (blank(before) && blank(next)) {
                    sign(&mut found, at, "-", first.len_utf8())
                } else if first == '-' && digit(next) && blank(before) {
                    let length = 1 + word_length(&rest[1..]);
                    let word = &rest[..length];
                    found.push(Word { at: at..at + length, stem: word.to_owned(), kind: WordKind::Number });
                    length
                } else {
                    first.len_utf8()
                }
            }
            ',' | ':' | '(' | ')' | '.' | '!' | ';' | '>' | '<' | '=' | '%' | '?' | '{' | '}' | '[' | ']' | '|'
            | '/' => {
                let text = first.to_string();
                sign(&mut found, at, &text, first.len_utf8())
            }
            _ => first.len_utf8(),
        };
        at += length.max(1);
    }
    found
}

fn sign(found: &mut Vec<Word>, at: usize, text: &str, length: usize) -> usize {
    found.push(Word { at: at..at + length, stem: text.to_owned(), kind: WordKind::Sign });
    length
}

fn starts_path(rest: &str) -> bool {
    rest.starts_with(|it: char| it.is_ascii_alphanumeric() || it == ':' || it == '{')
}

fn word_length(rest: &str) -> usize {
    let mut chars = rest.char_indices().peekable();
    let mut end = 0;
    while let Some((at, it)) = chars.next() {
        let inner = || chars.clone().next().is_some_and(|(_, next)| next.is_alphanumeric());
        let takes =
            it.is_alphanumeric() || it == '_' || it == '#' && at > 0 || (matches!(it, '.' | '\'' | '’') && inner());
        if !takes {
            break;
        }
        end = at + it.len_utf8();
    }
    rest[..end].trim_end_matches('_').len().max(1)
}

/// The length of `[RESOURCE_NAME]`, when the text begins with one.
pub(super) fn placeholder(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('[')?;
    let close = inner.find(']').filter(|at| (2..=60).contains(at))?;
    let name = &inner[..close];
    let legal = name.starts_with(|it: char| it.is_ascii_uppercase())
        && name.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_');
    (legal && !text[close + 2..].starts_with('(')).then_some(close + 2)
}

/// How phrases see a word.
pub(super) fn stem(word: &str) -> String {
    let word = word.to_lowercase();
    let word = word.strip_suffix("'s").or(word.strip_suffix("’s")).unwrap_or(&word);
    let plural =
        word.len() > 3 && word.ends_with('s') && !["ss", "us", "is", "js", "as"].iter().any(|it| word.ends_with(it));
    if plural { word[..word.len() - 1].to_owned() } else { word.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stems(text: &str) -> Vec<String> {
        words(text, 0..text.len()).into_iter().map(|it| it.stem).collect()
    }

    #[test]
    fn a_text_is_cut_into_words_and_signs() {
        assert_eq!(stems("**Uses** `Express.js`, read-only"), ["use", "express.js", ",", "read", "only"]);
        assert_eq!(stems("2-100 chars - /api/v1/posts."), ["2", "-", "100", "char", "-", "/api/v1/posts", "."]);
        assert_eq!(stems("[FIELD_1]: > 20%"), ["[FIELD_1]", ":", ">", "20", "%"]);
        assert_eq!(stems("a link [HERE](x)"), ["a", "link", "[", "here", "]", "(", "x", ")"]);
        assert_eq!(stems("user's access"), ["user", "access"]);
        assert_eq!(stems("from -90 to 2 -"), ["from", "-90", "to", "2", "-"]);
    }
}
