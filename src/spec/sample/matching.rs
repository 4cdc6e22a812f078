//! Texts that match a pattern, made from its syntax tree.

use crate::spec::Pattern;
use regex_syntax::hir::{Class, Hir, HirKind};

/// Texts in which the pattern is found, from short to long.
pub(super) fn texts(pattern: &str, seed: usize, max: usize) -> impl Iterator<Item = String> {
    let hir = Pattern::new(pattern).ok().and_then(|it| regex_syntax::parse(it.ascii()).ok());
    hir.into_iter().flat_map(move |hir| {
        (0..=max.min(1_000)).map(move |extra| {
            let mut maker = Maker { seed, extra, max: max + 1, made: String::new() };
            maker.make(&hir);
            maker.made
        })
    })
}

struct Maker {
    seed: usize,
    /// How often more than needed repeats repeat.
    extra: usize,
    /// No text longer than this is of use.
    max: usize,
    made: String,
}

impl Maker {
    fn make(&mut self, hir: &Hir) {
        if self.made.len() > self.max * 4 {
            return;
        }
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => self.made.push_str(&String::from_utf8_lossy(&literal.0)),
            HirKind::Class(class) => self.made.extend(self.character(class)),
            HirKind::Repetition(repetition) => {
                let least = repetition.min as usize;
                let most = repetition.max.map_or(usize::MAX, |it| it as usize);
                for _ in 0..least.saturating_add(self.extra).min(most).min(self.max.max(least)) {
                    self.make(&repetition.sub);
                }
            }
            HirKind::Capture(capture) => self.make(&capture.sub),
            HirKind::Concat(parts) => parts.iter().for_each(|part| self.make(part)),
            HirKind::Alternation(parts) => {
                if let Some(part) = parts.get(self.seed % parts.len().max(1)) {
                    self.make(part);
                }
            }
        }
    }

    /// One of the readable characters of a class, by seed and position.
    fn character(&self, class: &Class) -> Option<char> {
        let Class::Unicode(class) = class else { return None };
        let holds = |it: &char| class.ranges().iter().any(|range| range.start() <= *it && *it <= range.end());
        let readable: Vec<char> = ('a'..='z').chain('A'..='Z').chain('0'..='9').filter(holds).collect();
        if readable.is_empty() {
            return (' '..='~')
                .find(|it| holds(it))
                .or_else(|| class.ranges().first().map(regex_syntax::hir::ClassUnicodeRange::start));
        }
        let digits = self.made.len().min(6);
        let step = self.seed / 10_usize.pow(u32::try_from(digits).unwrap_or_default()) + self.seed + digits;
        Some(readable[step % readable.len()])
    }
}
