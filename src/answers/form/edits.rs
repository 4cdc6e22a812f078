//! Changes to a text, and what is mended everywhere.

use crate::answers::tree::Node;
use crate::spec::Place;
use std::ops::Range;

/// Changes to one text, made all at once.
#[derive(Debug)]
pub(super) struct Edits<'t> {
    text: &'t str,
    changes: Vec<(Range<usize>, String)>,
}

impl<'t> Edits<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, changes: Vec::new() }
    }

    /// Puts something else where a value stands.
    pub(super) fn replace(&mut self, place: &Place, by: String) {
        self.put(place.start..place.end, by);
    }

    /// Puts something else into a range; ranges must not overlap.
    pub(super) fn put(&mut self, range: Range<usize>, by: String) {
        self.changes.push((range, by));
    }

    /// Whether a table is written in braces, without a comment that would be lost.
    pub(super) fn is_inline(&self, node: &Node) -> bool {
        let text = self.text.get(node.place.start..node.place.end).unwrap_or_default();
        text.starts_with('{') && !(text.contains('\n') && text.contains('#'))
    }

    /// The word before the dot before a key: `fields` of `fields.name`.
    pub(super) fn word_before(&self, key: &Place, word: &str) -> Option<Range<usize>> {
        let before = self.text.get(..key.start)?.trim_end_matches([' ', '\t']);
        let before = before.strip_suffix('.')?.trim_end_matches([' ', '\t']);
        let start = before.strip_suffix(word)?.len();
        let alone = !before[..start].ends_with(|it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-'));
        alone.then_some(start..start + word.len())
    }

    /// The changed text.
    pub(super) fn apply(mut self) -> String {
        self.changes.sort_by_key(|(range, _)| range.start);
        let mut out = String::with_capacity(self.text.len());
        let mut at = 0;
        for (range, by) in &self.changes {
            out.push_str(&self.text[at..range.start]);
            out.push_str(by);
            at = range.end;
        }
        out.push_str(&self.text[at..]);
        out
    }
}

/// Takes trailing spaces and repeated blank lines away, but for the `kept` ranges, which are in order.
pub(super) fn tidy(text: &str, kept: &[Range<usize>]) -> String {
    let mut kept: Vec<&Range<usize>> = kept.iter().collect();
    kept.sort_by_key(|range| range.start);
    let mut out = String::with_capacity(text.len());
    let (mut at, mut blank, mut next) = (0, true, 0);
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        while kept.get(next).is_some_and(|range| range.end < end) {
            next += 1;
        }
        // A string that goes on behind this line holds its end.
        let inside = kept.get(next).is_some_and(|range| range.start < end);
        at = end;
        if inside {
            out.push_str(line);
            blank = false;
            continue;
        }
        let content = line.trim_end();
        if content.is_empty() && blank {
            continue;
        }
        blank = content.is_empty();
        out.push_str(content);
        out.push_str(if line.ends_with("\r\n") { "\r\n" } else { "\n" });
    }
    while out.ends_with("\n\n") || out.ends_with("\n\r\n") {
        out.truncate(out.trim_end_matches('\n').trim_end_matches('\r').len());
        out.push('\n');
    }
    out
}
