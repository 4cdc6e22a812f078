//! Rows that a set of conditions lets through.

use super::{Case, Ground, cases};
use crate::spec::{Expression, holds};

/// What a condition has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// True.
    True,
    /// False.
    False,
    /// True or unknown: what a rule lets through.
    NotFalse,
    /// False or unknown: what needs no approval.
    NotTrue,
}

impl Need {
    /// Whether a value is what it has to be.
    pub fn is_met_by(self, value: Option<bool>) -> bool {
        match self {
            Self::True => value == Some(true),
            Self::False => value == Some(false),
            Self::NotFalse => value != Some(false),
            Self::NotTrue => value != Some(true),
        }
    }
}

/// How many conditions are mended, one after another, before the search gives up.
const ROUNDS: usize = 12;

/// The case nearest to the start of the ground in which each condition is what it has to be; nothing when none is
/// found.
pub fn fitting(conditions: &[(&Expression, Need)], ground: &Ground<'_>) -> Option<Case> {
    let unmet = |case: &Case| {
        let wrong =
            |(condition, need): &&(&Expression, Need)| !need.is_met_by(holds(condition, &case.facts(ground.now)));
        conditions.iter().filter(wrong).count()
    };
    let mut ground = ground.clone();
    let mut least = usize::MAX;
    for _ in 0..ROUNDS {
        let start = ground.start(ground.actors.first().and_then(Option::as_ref));
        let missing = unmet(&start);
        if missing == 0 {
            return Some(start);
        }
        if missing >= least {
            return None;
        }
        least = missing;
        // The condition whose mending helps most goes first.
        let wrong =
            conditions.iter().filter(|(condition, need)| !need.is_met_by(holds(condition, &start.facts(ground.now))));
        let better = wrong.flat_map(|(condition, _)| cases(condition, &ground)).map(|it| (unmet(&it), it));
        let best = better.filter(|(count, _)| *count < missing).min_by_key(|(count, _)| *count)?.1;
        ground.old = ground.old.as_ref().map(|_| best.old);
        ground.new = best.new;
    }
    None
}
