//! The neighbourhood of a case: one or two fields with other values.

use super::Case;
use super::fields::Fields;

/// The case itself, then those that differ in one field, in two; at most so many.
pub(super) fn around(start: &Case, fields: &Fields<'_>, most: usize) -> Vec<Case> {
    let mut cases = vec![start.clone()];
    for changes in 1..=2 {
        vary(start, fields, 0, (changes, most), &mut cases);
    }
    cases
}

fn vary(case: &Case, fields: &Fields<'_>, from: usize, (changes, most): (usize, usize), cases: &mut Vec<Case>) {
    if changes == 0 {
        cases.push(case.clone());
        return;
    }
    for (at, variable) in fields.0.iter().enumerate().skip(from) {
        for value in &variable.values {
            if cases.len() >= most {
                return;
            }
            vary(&variable.set(case, value.clone()), fields, at + 1, (changes - 1, most), cases);
        }
    }
}
