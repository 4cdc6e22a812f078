//! What the parts of a condition have to be for the whole to be true or false.

use super::fit::Need;
use crate::spec::{Expression, ExpressionKind, Operator};

/// More ways than that are not followed.
const MOST_WAYS: usize = 6;

/// Parts and what each has to be.
pub(super) type Way<'e> = Vec<(&'e Expression, Need)>;

/// The ways to make a condition true, or false.
pub(super) fn ways(condition: &Expression, wanted: bool) -> Vec<Way<'_>> {
    let mut ways = match &condition.kind {
        ExpressionKind::Not(operand) => self::ways(operand, !wanted),
        ExpressionKind::Binary(operator @ (Operator::And | Operator::Or), left, right) => {
            let (left, right) = (self::ways(left, wanted), self::ways(right, wanted));
            if (*operator == Operator::And) == wanted {
                let joined =
                    left.iter().flat_map(|one| right.iter().map(move |other| [one.as_slice(), other].concat()));
                joined.collect()
            } else {
                // The ways of both sides in turn: either side alone may be impossible.
                let longest = left.len().max(right.len());
                (0..longest).flat_map(|at| [left.get(at), right.get(at)]).flatten().cloned().collect()
            }
        }
        _ => vec![vec![(condition, if wanted { Need::True } else { Need::False })]],
    };
    ways.truncate(MOST_WAYS);
    ways
}
