//! The part of a log that says what went wrong.

use regex::Regex;
use std::path::Path;

/// How many lines are shown from where the trouble begins, and how many of the end.
const FIRST: usize = 15;
const LAST: usize = 8;
/// The longest line that is shown whole.
const WIDTH: usize = 400;

/// The first failing lines and the last ones.
pub fn of_file(log: &Path) -> Vec<String> {
    of(&String::from_utf8_lossy(&std::fs::read(log).unwrap_or_default()))
}

fn of(text: &str) -> Vec<String> {
    let plain = anstream::adapter::strip_str(text).to_string();
    let lines: Vec<String> = plain.lines().map(readable).filter(|line| !line.is_empty()).collect();
    // Words of tools that report trouble; `0 errors` is none.
    let trouble =
        Regex::new(r"(?i)\b(error|errors|fail|failed|failures?|fatal|exception|traceback|panicked|would reformat)\b");
    let none = Regex::new(r"(?i)\b(0|no) (errors?|fail(ed|ures?))\b");
    let (Ok(trouble), Ok(none)) = (trouble, none) else { return lines };
    let begin = lines.iter().position(|line| trouble.is_match(line) && !none.is_match(line)).unwrap_or(lines.len());
    let tail = lines.len().saturating_sub(LAST);
    if begin + FIRST >= tail {
        return lines[lines.len().saturating_sub(FIRST + LAST)..].to_vec();
    }
    let mut shown = lines[begin..begin + FIRST].to_vec();
    shown.push("…".to_owned());
    shown.extend_from_slice(&lines[tail..]);
    shown
}

fn readable(line: &str) -> String {
    let line = line.trim_end().rsplit('\r').next().unwrap_or_default();
    let plain = line.chars().map(|it| if it == '\t' { ' ' } else { it }).filter(|it| !it.is_control());
    let mut text: String = plain.take(WIDTH + 1).collect();
    if text.chars().count() > WIDTH {
        text = text.chars().take(WIDTH).chain(['…']).collect();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_trouble_is_shown_with_the_end() {
        let before = "fine\n0 errors\n".repeat(50);
        let after = "more\n".repeat(50);
        let shown =
            of(&format!("{before}app.py:3: \u{1b}[31merror\u{1b}[0m: wrong\n{after}make: *** [lint] Error 1\n"));
        assert_eq!(shown.first().map(String::as_str), Some("app.py:3: error: wrong"));
        assert_eq!(shown.last().map(String::as_str), Some("make: *** [lint] Error 1"));
        assert_eq!(shown.len(), FIRST + 1 + LAST);
    }

    #[test]
    fn a_log_without_trouble_shows_its_end() {
        assert_eq!(of("one\ntwo\n"), ["one", "two"]);
        assert_eq!(of(&"line\n".repeat(100)).len(), FIRST + LAST);
        assert!(of("").is_empty());
    }
}
