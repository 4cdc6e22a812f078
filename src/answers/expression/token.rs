//! Words, numbers, strings and signs.

use super::ExpressionError;

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name, possibly with one dot: `price`, `new.price`.
    Word(String),
    /// As written.
    Number(String),
    /// Without its quotes.
    Text(String),
    /// An operator, bracket or comma.
    Sign(&'static str),
    /// Behind the last token.
    End,
}

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
}

/// Longest first.
const SIGNS: [&str; 16] = ["==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "(", ")", "[", "]", ",", "&&", "||"];

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, ExpressionError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let rest = &text[at..];
        let (kind, length) = if first.is_ascii_alphabetic() || first == '_' {
            let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.')).unwrap_or(rest.len());
            (Kind::Word(rest[..length].to_owned()), length)
        } else if first.is_ascii_digit() {
            let length = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
            (Kind::Number(rest[..length].to_owned()), length)
        } else if first == '\'' || first == '"' {
            string(rest, first).ok_or_else(|| error("unclosed string", at, text.len(), &[]))?
        } else if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
            (Kind::Sign(sign), sign.len())
        } else if first == '=' {
            return Err(error("unexpected `=`", at, at + 1, &["write `==` to compare"]));
        } else {
            let allowed = "allowed: names, numbers, strings, + - * == != < <= > >= in and or not ( ) [ ]";
            return Err(error(&format!("unexpected `{first}`"), at, at + first.len_utf8(), &[allowed]));
        };
        tokens.push(Token { kind, start: at, end: at + length });
        at += length;
    }
    tokens.push(Token { kind: Kind::End, start: text.len(), end: text.len() });
    Ok(tokens)
}

/// A quoted string; a quote inside is written twice.
fn string(rest: &str, quote: char) -> Option<(Kind, usize)> {
    let mut value = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c != quote {
            value.push(c);
        } else if chars.peek().is_some_and(|(_, next)| *next == quote) {
            chars.next();
            value.push(quote);
        } else {
            return Some((Kind::Text(value), at + 1));
        }
    }
    None
}

pub(super) fn error(message: &str, start: usize, end: usize, notes: &[&str]) -> ExpressionError {
    let notes = notes.iter().map(|it| (*it).to_owned()).collect();
    ExpressionError { message: message.to_owned(), notes, start, end }
}
