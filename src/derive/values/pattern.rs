//! Texts that a regular expression finds something in.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Longest text made for an open-ended repetition without need.
const EXTRA: usize = 2;

/// The `nth` text of at least `min` and at most `max` characters that the pattern accepts: the classes of the pattern count
/// through their members, so that numbers give different texts while the pattern has room.
pub(super) fn nth(pattern: &str, min: u32, max: u32, nth: usize) -> String {
    let Ok(hir) = regex_syntax::ParserBuilder::new().unicode(true).utf8(true).build().parse(pattern) else {
        return String::new();
    };
    let (min, max) = (min as usize, max as usize);
    // Longer and longer repetitions until the text is long enough.
    for extra in 0..=max {
        let mut writer = Writer { count: nth, extra, text: String::new() };
        writer.write(&hir);
        let length = writer.text.chars().count();
        if length >= min && length <= max {
            return writer.text;
        }
        if length > max {
            return writer.text.chars().take(max).collect();
        }
    }
    let mut writer = Writer { count: nth, extra: EXTRA, text: String::new() };
    writer.write(&hir);
    let mut text = writer.text;
    // A pattern without anchors leaves room around what it finds.
    while text.chars().count() < min {
        text.push('x');
    }
    text
}

struct Writer {
    count: usize,
    extra: usize,
    text: String,
}

impl Writer {
    /// The next choice among `options`; later choices count faster than earlier ones.
    fn choose(&mut self, options: usize) -> usize {
        let chosen = self.count % options.max(1);
        self.count /= options.max(1);
        chosen
    }

    fn write(&mut self, hir: &Hir) {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => self.text.push_str(&String::from_utf8_lossy(&literal.0)),
            HirKind::Class(class) => {
                let members = members(class);
                if let Some(member) = members.get(self.choose(members.len())) {
                    self.text.push(*member);
                }
            }
            HirKind::Repetition(repetition) => {
                let most = repetition.max.map_or(usize::MAX, |it| it as usize);
                for _ in 0..(repetition.min as usize).saturating_add(self.extra).min(most) {
                    self.write(&repetition.sub);
                }
            }
            HirKind::Capture(capture) => self.write(&capture.sub),
            HirKind::Concat(parts) => parts.iter().for_each(|part| self.write(part)),
            HirKind::Alternation(options) => {
                let chosen = self.choose(options.len());
                self.write(&options[chosen]);
            }
        }
    }
}

/// Some members of a class, letters first: they read best.
fn members(class: &Class) -> Vec<char> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class.ranges().iter().map(|it| (it.start(), it.end())).collect(),
        Class::Bytes(class) => class.ranges().iter().map(|it| (char::from(it.start()), char::from(it.end()))).collect(),
    };
    let contains = |c: &char| ranges.iter().any(|(start, end)| start <= c && c <= end);
    let friendly: Vec<char> = ('a'..='z').chain('A'..='Z').chain('0'..='9').filter(contains).collect();
    if friendly.is_empty() { ranges.first().map(|(start, _)| *start).into_iter().collect() } else { friendly }
}
