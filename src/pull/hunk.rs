//! One change of a text: some lines in place of others.

use similar::{DiffOp, TextDiff};

/// How many lines before an insertion tell where it belongs, at most.
const ANCHOR: usize = 3;

/// Some lines in place of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hunk {
    /// Where it begins in the edited text, counted from 1.
    pub line: usize,
    /// The lines before an insertion: they stay.
    before: Vec<String>,
    old: Vec<String>,
    pub new: Vec<String>,
}

/// The changes from one text to another.
pub(super) fn hunks(before: &str, after: &str) -> Vec<Hunk> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let owned = |lines: &[&str]| lines.iter().map(|&it| it.to_owned()).collect::<Vec<_>>();
    let diff = TextDiff::from_slices(&old, &new);
    let changes = diff.ops().iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    changes
        .map(|op| {
            let (was, is) = (op.old_range(), op.new_range());
            let anchor = if was.is_empty() { was.start.saturating_sub(ANCHOR)..was.start } else { 0..0 };
            Hunk { line: is.start + 1, before: owned(&old[anchor]), old: owned(&old[was]), new: owned(&new[is]) }
        })
        .collect()
}

impl Hunk {
    /// The text with this change in every place where it fits, one change each.
    pub(super) fn applied(&self, text: &str) -> Vec<String> {
        let lines: Vec<&str> = text.lines().collect();
        // Of an insertion, the shortest piece of what stands before it that is there once.
        let pieces = 1..=self.before.len().max(1);
        let mut found = Vec::new();
        for length in pieces {
            let anchor = &self.before[self.before.len().saturating_sub(length)..];
            let wanted: Vec<&String> = anchor.iter().chain(&self.old).collect();
            if wanted.is_empty() || wanted.iter().any(|line| line.contains("{{")) {
                break;
            }
            found = places(&lines, &wanted);
            if found.len() <= 1 {
                let skipped = anchor.len();
                return found.into_iter().map(|at| self.spliced(&lines, at + skipped)).collect();
            }
        }
        found.into_iter().map(|at| self.spliced(&lines, at)).collect()
    }

    /// Whether the new lines stand in a text.
    pub(super) fn is_in(&self, text: &str) -> bool {
        let lines: Vec<&str> = text.lines().collect();
        let wanted: Vec<&String> = self.new.iter().collect();
        !wanted.is_empty() && !places(&lines, &wanted).is_empty()
    }

    fn spliced(&self, lines: &[&str], at: usize) -> String {
        let new = self.new.iter().map(String::as_str);
        let kept = lines[..at].iter().copied().chain(new).chain(lines[at + self.old.len()..].iter().copied());
        kept.map(|line| format!("{line}\n")).collect()
    }
}

/// Where lines stand in others.
fn places(lines: &[&str], wanted: &[&String]) -> Vec<usize> {
    let fits = |at: &usize| lines[*at..].iter().zip(wanted).all(|(line, it)| line == it);
    (0..(lines.len() + 1).saturating_sub(wanted.len())).filter(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::hunks;

    const TEMPLATE: &str = "a\n{{#if x}}\nb\n{{/if}}\nc\nd\nb2 {{name}}\n";

    fn pulled(before: &str, after: &str) -> Vec<Vec<String>> {
        hunks(before, after).iter().map(|hunk| hunk.applied(TEMPLATE)).collect()
    }

    #[test]
    fn changed_lines_go_where_they_stand_once() {
        let after = TEMPLATE.replace("\nc\n", "\nC\nC2\n");
        assert_eq!(pulled("a\nb\nc\nd\nb2 me\n", "a\nb\nC\nC2\nd\nb2 me\n"), [[after]]);
    }

    #[test]
    fn new_lines_follow_those_that_stand_before_them() {
        assert_eq!(pulled("a\nb\nc\nd\n", "a\nb\nc\nnew\nd\n"), [[TEMPLATE.replace("\nc\n", "\nc\nnew\n")]]);
        assert_eq!(pulled("a\nb\nc\nd\n", "a\nb\nc\n"), [[TEMPLATE.replace("\nd\n", "\n")]]);
    }

    #[test]
    fn what_names_decide_has_no_place() {
        assert_eq!(pulled("d\nb2 me\n", "d\nb2 you\n"), [Vec::<String>::new()]);
    }
}
