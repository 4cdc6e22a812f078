//! Text into tokens.

use super::Fault;
use std::ops::Range;

/// The most tokens of an expression: its tree is then never so deep that walking it could exhaust the stack.
const MOST: usize = 250;

/// A token and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) range: Range<usize>,
}

/// The kinds of tokens. Words are told apart by the parser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TokenKind {
    Word(String),
    Number(String),
    String(String),
    /// One of [`SIGNS`].
    Sign(&'static str),
}

/// Longest first.
const SIGNS: [&str; 16] = ["==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "(", ")", "[", "]", ",", ".", "="];

/// Signs of other languages, and what to write instead.
const FOREIGN: [(&str, &str); 6] = [("&&", "and"), ("||", "or"), ("!", "not"), ("&", "and"), ("|", "or"), ("<>", "!=")];

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Fault> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        if tokens.len() == MOST {
            return Err(Fault::new("the expression is too long", at..text.len())
                .note(format!("at most {MOST} words and signs")));
        }
        let (kind, length) = token(rest, first, at)?;
        tokens.push(Token { kind, range: at..at + length });
        at += length;
    }
    Ok(tokens)
}

fn token(rest: &str, first: char, at: usize) -> Result<(TokenKind, usize), Fault> {
    if first.is_ascii_alphabetic() || first == '_' {
        let length = rest.bytes().take_while(|it| it.is_ascii_alphanumeric() || *it == b'_').count();
        return Ok((TokenKind::Word(rest[..length].to_owned()), length));
    }
    if first.is_ascii_digit() {
        return number(rest, at);
    }
    if matches!(first, '\'' | '"') {
        return string(rest, first).ok_or_else(|| Fault::new("the closing quote is missing", at..at + 1));
    }
    for (sign, ours) in FOREIGN {
        if rest.starts_with(sign) && !rest.starts_with("!=") {
            return Err(Fault::new(format!("`{sign}` is not understood here"), at..at + sign.len())
                .note(format!("write `{ours}`")));
        }
    }
    for sign in SIGNS {
        if rest.starts_with(sign) {
            if sign == "=" {
                return Err(Fault::new("`=` does not compare", at..at + 1).note("write `==`"));
            }
            return Ok((TokenKind::Sign(sign), sign.len()));
        }
    }
    let message = format!("`{first}` is not understood here");
    let fault = Fault::new(message, at..at + first.len_utf8());
    Err(if matches!(first, '/' | '%') {
        fault.note("allowed: `+`, `-` and `*`; multiply instead, as in `x * 0.5`")
    } else {
        fault
    })
}

/// A quoted string; the quote itself is written twice inside.
fn string(rest: &str, quote: char) -> Option<(TokenKind, usize)> {
    let mut value = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, character)) = chars.next() {
        if character != quote {
            value.push(character);
        } else if chars.peek().is_some_and(|(_, next)| *next == quote) {
            chars.next();
            value.push(quote);
        } else {
            return Some((TokenKind::String(value), at + 1));
        }
    }
    None
}

fn number(rest: &str, at: usize) -> Result<(TokenKind, usize), Fault> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut length = digits(rest);
    if rest[length..].starts_with('.') {
        let fraction = digits(&rest[length + 1..]);
        if fraction == 0 {
            return Err(Fault::new("digits are missing after the point", at..at + length + 1));
        }
        length += 1 + fraction;
    }
    if rest[length..].starts_with(|it: char| it.is_ascii_alphanumeric() || it == '_') {
        return Err(Fault::new("this is no number", at..at + length + 1).note("write for example 12 or 0.5"));
    }
    Ok((TokenKind::Number(rest[..length].to_owned()), length))
}
