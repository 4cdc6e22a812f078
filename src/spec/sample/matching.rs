//! Texts that match a pattern, made from its syntax tree.

use crate::spec::Pattern;
use regex_syntax::hir::{Class, Hir, HirKind};

/// Texts in which the pattern is found, from short to long.
pub(super) fn texts(pattern: &str, seed: usize, max: usize) -> impl Iterator<Item = String> {
    let hir = Pattern::new(pattern).ok().and_then(|it| regex_syntax::parse(it.ascii()).ok());
    hir.into_iter().flat_map(move |hir| {
        (0..=max.min(1_000)).map(move |extra| {
            let mut maker = Maker { rest: seed, extra, max: max + 1, made: String::new() };
            maker.make(&hir);
            maker.made
        })
    })
}

struct Maker {
    /// What of the seed is left for the choices that come: each takes its share, so that seeds differ where texts can.
    rest: usize,
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
            HirKind::Class(class) => {
                let character = self.character(class);
                self.made.extend(character);
            }
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
                let nth = self.choose(parts.len());
                self.make(&parts[nth]);
            }
        }
    }

    /// One of the readable characters of a class, by seed and position.
    fn character(&mut self, class: &Class) -> Option<char> {
        let Class::Unicode(class) = class else { return None };
        let holds = |it: &char| class.ranges().iter().any(|range| range.start() <= *it && *it <= range.end());
        let readable: Vec<char> = ('a'..='z').chain('A'..='Z').chain('0'..='9').filter(holds).collect();
        if readable.is_empty() {
            return (' '..='~')
                .find(|it| holds(it))
                .or_else(|| class.ranges().first().map(regex_syntax::hir::ClassUnicodeRange::start));
        }
        // By the place as well: the first of all texts is not `0000`.
        let nth = self.choose(readable.len()) + self.made.len();
        Some(readable[nth % readable.len()])
    }

    /// One of so many choices, at least one.
    fn choose(&mut self, choices: usize) -> usize {
        let nth = self.rest % choices;
        self.rest /= choices;
        nth
    }
}
