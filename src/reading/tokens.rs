//! Words and signs of Prisma schemas and JDL, with their places.

use std::ops::Range;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// Letters, digits, `_`; in names also `-` and `.` inside JDL values are signs of their own.
    Word,
    /// Digits, perhaps with a sign and a point.
    Number,
    /// In quotes, which belong to the range.
    Text,
    /// `/…/`
    Pattern,
    /// One character.
    Sign,
    /// `/// …` or `/** … */`
    Doc,
    /// A text, pattern or comment that does not end.
    Open,
}

/// A word or sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) range: Range<usize>,
    /// Whether it is the first one of its line.
    pub(crate) first: bool,
}

/// Cuts a text into tokens. Comments that are no documentation are left out.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let (mut at, mut first) = (0, true);
    let mut tokens = Vec::new();
    while at < bytes.len() {
        let byte = bytes[at];
        if byte == b'\n' {
            first = true;
            at += 1;
            continue;
        }
        if byte.is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let (kind, end) = next(text, at, tokens.last());
        if let Some(kind) = kind {
            tokens.push(Token { kind, range: at..end, first });
            first = kind == TokenKind::Doc && text[at..end].contains('\n');
        }
        at = end;
    }
    tokens
}

/// Kind and end of what begins here; no kind for a comment.
fn next(text: &str, at: usize, last: Option<&Token>) -> (Option<TokenKind>, usize) {
    let rest = &text[at..];
    let line = || at + rest.find('\n').unwrap_or(rest.len());
    if rest.starts_with("///") {
        return (Some(TokenKind::Doc), line());
    }
    if rest.starts_with("//") {
        return (None, line());
    }
    if let Some(inner) = rest.strip_prefix("/*") {
        let doc = rest.starts_with("/**") && !rest.starts_with("/**/");
        return match inner.find("*/") {
            Some(end) => (doc.then_some(TokenKind::Doc), at + 2 + end + 2),
            None => (Some(TokenKind::Open), text.len()),
        };
    }
    let quoted = |quote: char, kind: TokenKind| {
        let mut escaped = false;
        for (offset, character) in rest.char_indices().skip(1) {
            match character {
                '\n' => return (Some(TokenKind::Open), at + offset),
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                it if it == quote => return (Some(kind), at + offset + 1),
                _ => {}
            }
        }
        (Some(TokenKind::Open), text.len())
    };
    let mut characters = rest.chars();
    let head = characters.next().unwrap_or_default();
    match head {
        '"' => quoted('"', TokenKind::Text),
        '\'' => quoted('\'', TokenKind::Text),
        // A regular expression stands after a parenthesis only.
        '/' if last.is_some_and(|it| &text[it.range.clone()] == "(") => quoted('/', TokenKind::Pattern),
        '-' | '0'..='9' if head != '-' || characters.next().is_some_and(|it| it.is_ascii_digit()) => {
            let number = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '_');
            let length = rest[1..].find(|it| !number(it)).unwrap_or(rest.len() - 1) + 1;
            (Some(TokenKind::Number), at + length)
        }
        it if it.is_alphabetic() || it == '_' => {
            let length = rest.find(|it: char| !(it.is_alphanumeric() || it == '_')).unwrap_or(rest.len());
            (Some(TokenKind::Word), at + length)
        }
        it => (Some(TokenKind::Sign), at + it.len_utf8()),
    }
}

/// What a documentation comment says, in one line.
pub(crate) fn doc_text(raw: &str) -> String {
    let inner = raw.trim_start_matches('/').trim_start_matches('*').trim_end_matches('/').trim_end_matches('*');
    let lines = inner.lines().map(|line| line.trim().trim_start_matches('*').trim());
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What stands between quotes, escapes resolved.
pub(crate) fn unquoted(raw: &str) -> String {
    let inner = raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default();
    let mut out = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        match characters.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(TokenKind, &str)> {
        tokens(text).into_iter().map(|it| (it.kind, &text[it.range])).collect()
    }

    #[test]
    fn words_numbers_texts_and_signs() {
        let found = cut("name String? @default(-1.5) \"a\\\"b\" // gone");
        let words: Vec<_> = found.iter().map(|(_, it)| *it).collect();
        assert_eq!(words, ["name", "String", "?", "@", "default", "(", "-1.5", ")", "\"a\\\"b\""]);
    }

    #[test]
    fn a_pattern_stands_after_a_parenthesis() {
        assert_eq!(cut("pattern(/^a\\/b$/)")[2], (TokenKind::Pattern, "/^a\\/b$/"));
    }

    #[test]
    fn what_does_not_end_is_told() {
        assert_eq!(cut("a \"b\nc").last().map(|it| it.1), Some("c"));
        assert_eq!(cut("a \"b\nc")[1].0, TokenKind::Open);
        assert_eq!(cut("/* a")[0].0, TokenKind::Open);
    }

    #[test]
    fn documentation_is_kept_and_read_as_one_line() {
        assert_eq!(cut("/// a\nb")[0], (TokenKind::Doc, "/// a"));
        assert_eq!(doc_text("/**\n * One.\n * Two.\n */"), "One. Two.");
    }

    #[test]
    fn lines_are_known() {
        let firsts: Vec<bool> = tokens("a b\nc").iter().map(|it| it.first).collect();
        assert_eq!(firsts, [true, false, true]);
    }
}
