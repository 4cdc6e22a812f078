//! Phrases with gaps: `uses [x] for (data) persistence`.
//!
//! | in a pattern | matches |
//! |---|---|
//! | `words\|others` | these words or the others |
//! | `(words\|others)` | these words or nothing |
//! | `{words\|others}` | one of these |
//! | `[n]`, `[m]` | a number |
//! | `[word]` | one word |
//! | any other name in brackets | one word or more, as few as possible |

use super::words::{Word, WordKind, words};
use std::collections::BTreeSet;
use std::ops::Range;

/// One phrase.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    parts: Vec<Part>,
    /// Of each of these, one word must be there.
    needs: Vec<Vec<String>>,
}

#[derive(Debug, Clone)]
enum Part {
    Word(Vec<String>),
    Group { optional: bool, ways: Vec<Vec<Part>> },
    Gap { name: String, kind: Gap },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gap {
    Number,
    One,
    Many,
}

/// What stood in the gaps: name → a range of words.
pub(super) type Gaps = Vec<(String, Range<usize>)>;

/// A gap takes no more words than that, unless it is the last part of a phrase.
const LONGEST_GAP: usize = 16;

/// Steps that one comparison may take.
const MOST_STEPS: u32 = 3_000;

struct Rest<'p> {
    parts: &'p [Part],
    next: Option<&'p Rest<'p>>,
}

impl Rest<'_> {
    fn is_empty(&self) -> bool {
        self.parts.is_empty() && self.next.is_none_or(Rest::is_empty)
    }
}

struct Search<'w> {
    words: &'w [Word],
    /// Whether the phrase must end where the words end.
    whole: bool,
    steps: u32,
    gaps: Gaps,
}

impl Pattern {
    /// Reads a pattern.
    pub(super) fn new(text: &str) -> Self {
        let mut chars = text.chars().collect::<Vec<_>>().into_iter().peekable();
        let mut ways = groups(&mut chars);
        let parts = if ways.len() == 1 { ways.remove(0) } else { vec![Part::Group { optional: false, ways }] };
        let needs = parts.iter().filter_map(needed).collect();
        Self { parts, needs }
    }

    /// Whether words of which these are the stems can hold the phrase at all: a cheap look before a dear one.
    pub(super) fn may_be_in(&self, stems: &BTreeSet<&str>) -> bool {
        self.needs.iter().all(|need| need.iter().any(|word| stems.contains(word.as_str())))
    }

    /// Whether all of the words are this phrase.
    pub(super) fn whole(&self, words: &[Word]) -> Option<Gaps> {
        let mut search = Search { words, whole: true, steps: MOST_STEPS, gaps: Vec::new() };
        search.go(&self.parts, None, 0).map(|_| search.gaps)
    }

    /// Whether the words begin with this phrase; the number of words it takes.
    pub(super) fn at(&self, words: &[Word]) -> Option<(usize, Gaps)> {
        let mut search = Search { words, whole: false, steps: MOST_STEPS, gaps: Vec::new() };
        search.go(&self.parts, None, 0).map(|end| (end, search.gaps))
    }

    /// Words of which one must be there: the shortest such list.
    pub(super) fn rarest_need(&self) -> Option<&[String]> {
        self.needs.iter().min_by_key(|it| it.len()).map(Vec::as_slice)
    }

    /// The words that it can begin with; `None` when that can be any.
    pub(super) fn beginnings(&self) -> Option<Vec<String>> {
        let mut found = Vec::new();
        begin(&self.parts, &mut found).then_some(found)
    }
}

/// Words of which one must be there for a part to match.
fn needed(part: &Part) -> Option<Vec<String>> {
    match part {
        Part::Word(words) => Some(words.clone()),
        Part::Group { optional: false, ways } => {
            let each: Option<Vec<Vec<String>>> = ways.iter().map(|way| way.iter().find_map(needed)).collect();
            each.map(|it| it.concat())
        }
        _ => None,
    }
}

/// Collects first words; whether the parts cannot match without one of them.
fn begin(parts: &[Part], found: &mut Vec<String>) -> bool {
    for part in parts {
        match part {
            Part::Word(words) => {
                found.extend(words.iter().cloned());
                return true;
            }
            Part::Gap { .. } => return false,
            Part::Group { optional, ways } => {
                let mut all = true;
                for way in ways {
                    all &= begin(way, found);
                }
                if !all {
                    return false;
                }
                if !optional {
                    return true;
                }
            }
        }
    }
    false
}

type Chars = std::iter::Peekable<std::vec::IntoIter<char>>;

/// Reads one way: words, gaps, groups.
fn parts(chars: &mut Chars) -> Vec<Part> {
    let mut found = Vec::new();
    let mut word = String::new();
    let flush = |word: &mut String, found: &mut Vec<Part>| {
        found.extend(words(word, 0..word.len()).into_iter().map(|it| Part::Word(vec![it.stem])));
        word.clear();
    };
    while let Some(next) = chars.next() {
        match next {
            '(' | '{' => {
                flush(&mut word, &mut found);
                found.push(Part::Group { optional: next == '(', ways: groups(chars) });
            }
            '[' => {
                flush(&mut word, &mut found);
                let name: String = chars.by_ref().take_while(|it| *it != ']').collect();
                let kind = match name.as_str() {
                    "n" | "m" => Gap::Number,
                    "word" => Gap::One,
                    _ => Gap::Many,
                };
                found.push(Part::Gap { name, kind });
            }
            it if it.is_whitespace() => flush(&mut word, &mut found),
            it => word.push(it),
        }
    }
    flush(&mut word, &mut found);
    found
}

/// The ways of a group, parted by `|`, until it ends.
fn groups(chars: &mut Chars) -> Vec<Vec<Part>> {
    let mut depth = 0;
    let mut text = String::new();
    let mut ways = Vec::new();
    for next in chars.by_ref() {
        match next {
            '(' | '{' | '[' => depth += 1,
            ')' | '}' | ']' if depth > 0 => depth -= 1,
            ')' | '}' => break,
            '|' if depth == 0 => {
                ways.push(std::mem::take(&mut text));
                continue;
            }
            _ => {}
        }
        text.push(next);
    }
    ways.push(text);
    let read = |text: String| {
        let mut chars = text.chars().collect::<Vec<_>>().into_iter().peekable();
        parts(&mut chars)
    };
    ways.into_iter().map(read).collect()
}

impl Search<'_> {
    fn go(&mut self, parts: &[Part], rest: Option<&Rest<'_>>, at: usize) -> Option<usize> {
        self.steps = self.steps.checked_sub(1)?;
        let Some((part, tail)) = parts.split_first() else {
            return match rest {
                Some(rest) => self.go(rest.parts, rest.next, at),
                None if self.whole && !self.words[at..].iter().all(Word::is_soft) => None,
                None => Some(at),
            };
        };
        match part {
            Part::Word(words) => {
                let word = self.words.get(at)?;
                if word.kind != WordKind::Placeholder && words.contains(&word.stem) {
                    return self.go(tail, rest, at + 1);
                }
                if word.is_soft() && at > 0 { self.go(parts, rest, at + 1) } else { None }
            }
            Part::Group { optional, ways } => {
                let behind = Rest { parts: tail, next: rest };
                for way in ways {
                    let kept = self.gaps.len();
                    if let Some(end) = self.go(way, Some(&behind), at) {
                        return Some(end);
                    }
                    self.gaps.truncate(kept);
                }
                if *optional { self.go(tail, rest, at) } else { None }
            }
            Part::Gap { name, kind } => {
                let mut at = at;
                if *kind != Gap::Many {
                    while self.words.get(at).is_some_and(Word::is_soft) {
                        at += 1;
                    }
                }
                let ends = tail.is_empty() && rest.is_none_or(Rest::is_empty);
                if *kind == Gap::Many && self.whole && ends && self.words.len() > at {
                    if self.words[at..].iter().all(Word::is_soft) {
                        return None;
                    }
                    self.gaps.push((name.clone(), at..self.words.len()));
                    return Some(self.words.len());
                }
                let most = if *kind == Gap::Many { LONGEST_GAP } else { 1 };
                for length in 1..=most.min(self.words.len().saturating_sub(at)) {
                    let taken = &self.words[at..at + length];
                    let fits = match kind {
                        Gap::Number => taken[0].kind == WordKind::Number,
                        Gap::One => taken[0].kind == WordKind::Name || taken[0].kind == WordKind::Path,
                        Gap::Many => !taken.iter().all(Word::is_soft),
                    };
                    if !fits {
                        continue;
                    }
                    let kept = self.gaps.len();
                    self.gaps.push((name.clone(), at..at + length));
                    if let Some(end) = self.go(tail, rest, at + length) {
                        return Some(end);
                    }
                    self.gaps.truncate(kept);
                }
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;

    fn whole(pattern: &str, text: &str) -> Option<Vec<String>> {
        let words = words(text, 0..text.len());
        let gaps = Pattern::new(pattern).whole(&words)?;
        Some(
            gaps.into_iter()
                .map(|(name, range)| {
                    format!("{name}={}", &text[words[range.start].at.start..words[range.end - 1].at.end])
                })
                .collect(),
        )
    }

    #[test]
    fn gaps_take_what_stands_there() {
        assert_eq!(
            whole("use [x] for (data) persistence", "Uses My SQL for data persistence."),
            Some(vec!["x=My SQL".into()])
        );
        assert_eq!(whole("{max|maximum} [n] (char|character)", "max 500 chars"), Some(vec!["n=500".into()]));
        assert_eq!(whole("[n] - [m] (char)", "2-100 chars"), Some(vec!["n=2".into(), "m=100".into()]));
        assert_eq!(whole("{at least|no less than} [n]", "no less than 5"), Some(vec!["n=5".into()]));
        assert_eq!(whole("required", "not required"), None);
        assert_eq!(whole("(be) unique", "unique key"), None);
    }

    #[test]
    fn beginnings_are_known_unless_anything_may_come_first() {
        assert_eq!(
            Pattern::new("(has) {rate|speed} limits").beginnings(),
            Some(vec!["has".into(), "rate".into(), "speed".into()])
        );
        assert_eq!(Pattern::new("[x] is unique").beginnings(), None);
    }
}
