//! Rows that hold every pair of options; the tests of rendering use it, too.

use std::collections::BTreeSet;

/// Rows over `factors` (name, options) that hold every pair of options of two factors, by greedy choice.
pub fn all_pairs(factors: &[(String, Vec<String>)]) -> Vec<Vec<String>> {
    let mut open = BTreeSet::new();
    for a in 0..factors.len() {
        for b in a + 1..factors.len() {
            for x in &factors[a].1 {
                open.extend(factors[b].1.iter().map(|y| (a, x.clone(), b, y.clone())));
            }
        }
    }
    let mut rows = Vec::new();
    while let Some((a, x, b, y)) = open.iter().next().cloned() {
        let mut row: Vec<Option<String>> = vec![None; factors.len()];
        (row[a], row[b]) = (Some(x), Some(y));
        for at in 0..factors.len() {
            if row[at].is_some() {
                continue;
            }
            let gain = |option: &String| {
                let pairs = open.iter().filter(|(a, x, b, y)| {
                    (*a == at && x == option && row[*b].as_ref() == Some(y))
                        || (*b == at && y == option && row[*a].as_ref() == Some(x))
                });
                pairs.count()
            };
            row[at] = factors[at].1.iter().max_by_key(|option| gain(option)).cloned();
        }
        let row: Vec<String> = row.into_iter().flatten().collect();
        open.retain(|(a, x, b, y)| row[*a] != *x || row[*b] != *y);
        rows.push(row);
    }
    rows
}
