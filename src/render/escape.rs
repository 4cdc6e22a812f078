//! Free text, made safe for the syntax it lands in. Every function takes any Unicode.

use std::fmt::Write;

/// Characters that reorder, join or hide text on screen, or end a line somewhere: written as escapes where the syntax has them.
fn invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A double-quoted string with JSON's escapes: a literal of JSON, YAML, TOML, JavaScript, Go, Java and C#.
pub fn string(text: &str) -> String {
    quoted(text, '"')
}

/// A string literal in the quotes that need fewer escapes, double ones when equal, as Python's formatters write it.
pub fn string_fewest(text: &str) -> String {
    let single = text.matches('"').count() > text.matches('\'').count();
    quoted(text, if single { '\'' } else { '"' })
}

fn quoted(text: &str, quote: char) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => out.extend(['\\', c]),
            c if invisible(c) => write!(out, "\\u{:04x}", u32::from(c)).expect("writing to a string"),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

/// The inside of a Python docstring or a block comment of another language: one line, no quote run, no comment end.
pub fn doc(text: &str) -> String {
    let line = one_line(text).replace('\\', "\\\\").replace("*/", "* /");
    let mut out = line.replace("\"\"\"", "\\\"\\\"\\\"");
    // As Python's formatters write it, so that the first quote is not taken for the fourth one of the mark.
    if out.starts_with('"') {
        out.insert(0, ' ');
    }
    if out.ends_with('"') {
        out.pop();
        out.push_str("\\\"");
    }
    out
}

/// The rest of a one-line comment.
pub fn comment(text: &str) -> String {
    one_line(text)
}

fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push(' '),
            c if invisible(c) => write!(out, "<U+{:04X}>", u32::from(c)).expect("writing to a string"),
            c => out.push(c),
        }
    }
    out
}

/// A single-quoted SQL string.
pub fn sql(text: &str) -> String {
    format!("'{}'", text.replace('\0', "").replace('\'', "''"))
}

/// Markdown text on one line, nothing of it a mark-up; also safe in a table cell.
pub fn md(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in one_line(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '!' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

/// One single-quoted word of a POSIX shell.
pub fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\0', "").replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "a\"b'c\\d\n*/ \"\"\" ${x} {{y}} \u{202e}\u{200b}\u{1f600}";

    #[test]
    fn a_string_literal_is_json_and_survives_a_round_trip() {
        assert_eq!(serde_json::from_str::<String>(&string(HOSTILE)).unwrap(), HOSTILE);
        assert!(!string(HOSTILE).contains('\u{202e}'));
    }

    #[test]
    fn quotes_are_chosen_as_pythons_formatters_do() {
        assert_eq!(string_fewest("say \"hi\""), "'say \"hi\"'");
        assert_eq!(string_fewest("it's \"x"), "\"it's \\\"x\"");
    }

    #[test]
    fn a_doc_text_cannot_end_its_comment() {
        let text = doc(HOSTILE);
        assert!(!text.contains("*/") && !text.contains("\"\"\"") && !text.contains('\n'));
        assert!(doc("ends with \"").ends_with("\\\""));
        assert_eq!(doc("\"Quoted\" first"), " \"Quoted\" first");
    }

    #[test]
    fn shell_words_and_sql_strings_keep_their_quotes() {
        assert_eq!(shell("it's"), "'it'\\''s'");
        assert_eq!(sql("it's"), "'it''s'");
    }

    #[test]
    fn markdown_text_is_only_text() {
        assert_eq!(md("<b>*x*|y</b>"), "&lt;b&gt;\\*x\\*\\|y&lt;/b&gt;");
    }
}
