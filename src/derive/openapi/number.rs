//! Decimals as text: the pattern that takes exactly the allowed ones.

use crate::spec::{Bound, NumberLimits};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// The pattern of an answered decimal: exactly `scale` digits after the point.
pub(super) fn answered(scale: u32) -> String {
    if scale == 0 { "^-?(0|[1-9][0-9]*)$".to_owned() } else { format!(r"^-?(0|[1-9][0-9]*)\.[0-9]{{{scale}}}$") }
}

/// The pattern of exactly the numerals that a decimal field accepts.
pub fn pattern(precision: u32, scale: u32, limits: &NumberLimits) -> String {
    let (lower, upper) = units(precision, scale, limits);
    accepted(lower, upper, scale)
}

/// The least and the greatest allowed value, in units of 10^-scale.
fn units(precision: u32, scale: u32, limits: &NumberLimits) -> (i128, i128) {
    let most = 10_i128.pow(precision) - 1;
    let scaled = |it: &Bound| it.value * Decimal::from(10_u64.pow(scale));
    let lower = limits.lower.as_ref().map_or(-most, |it| {
        let whole = scaled(it).ceil();
        let exact = whole == scaled(it);
        whole.to_i128().unwrap_or(-most) + i128::from(exact && !it.inclusive)
    });
    let upper = limits.upper.as_ref().map_or(most, |it| {
        let whole = scaled(it).floor();
        let exact = whole == scaled(it);
        whole.to_i128().unwrap_or(most) - i128::from(exact && !it.inclusive)
    });
    (lower.max(-most), upper.min(most))
}

/// The pattern of the decimal numerals from `lower` to `upper` (units of 10^-scale) that have no more than `scale`
/// digits after the point, trailing zeros not counted.
fn accepted(lower: i128, upper: i128, scale: u32) -> String {
    let scale = scale as usize;
    let mut signs = Vec::new();
    if lower <= 0 {
        // "-0" is a numeral too.
        let least = 0.max(-upper);
        signs.push(format!("-({})", numerals(least, -lower, scale)));
    }
    if upper >= 0 {
        signs.push(numerals(lower.max(0), upper, scale));
    }
    if lower == -upper {
        return format!("^-?{}$", grouped(numerals(0, upper, scale)));
    }
    format!("^{}$", grouped(signs.join("|")))
}

/// Numerals without a sign between two non-negative numbers of units.
fn numerals(lower: i128, upper: i128, scale: usize) -> String {
    let unit = 10_i128.pow(u32::try_from(scale).unwrap_or(0));
    let (low, low_rest) = (lower / unit, digits(lower % unit, scale));
    let (high, high_rest) = (upper / unit, digits(upper % unit, scale));
    let (zeros, nines) = (vec![0; scale], vec![9; scale]);
    if low == high {
        return format!("{low}{}", fraction(&low_rest, &high_rest));
    }
    let mut parts = Vec::new();
    let mut from = low;
    if low_rest != zeros {
        parts.push(format!("{low}{}", fraction(&low_rest, &nines)));
        from += 1;
    }
    let to = if high_rest == nines { high } else { high - 1 };
    if from <= to {
        parts.push(format!("{}{}", wholes(from, to), fraction(&zeros, &nines)));
    }
    if high_rest != nines {
        parts.push(format!("{high}{}", fraction(&zeros, &high_rest)));
    }
    parts.join("|")
}

fn digits(mut number: i128, count: usize) -> Vec<u8> {
    let mut digits = vec![0; count];
    for digit in digits.iter_mut().rev() {
        *digit = u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
    }
    digits
}

/// A point and digits between two fractions of equally many digits; nothing at all where the lower one is zero.
fn fraction(lower: &[u8], upper: &[u8]) -> String {
    let optional = lower.iter().all(|it| *it == 0);
    if lower.is_empty() {
        return r"(\.0+)?".to_owned();
    }
    if optional && upper.iter().all(|it| *it == 0) {
        return r"(\.0+)?".to_owned();
    }
    let inside = grouped(some(lower, upper));
    if optional { format!(r"(\.{inside})?") } else { format!(r"\.{inside}") }
}

/// At least one digit of a fraction.
fn some(lower: &[u8], upper: &[u8]) -> String {
    if lower.iter().all(|it| *it == 0) && upper.iter().all(|it| *it == 9) {
        return format!("[0-9]{{1,{}}}0*", lower.len());
    }
    let (zeros, nines) = (vec![0; lower.len() - 1], vec![9; lower.len() - 1]);
    let (low, high) = (lower[0], upper[0]);
    if low == high {
        return format!("{low}{}", rest(&lower[1..], &upper[1..]));
    }
    let mut parts = Vec::new();
    let mut from = low;
    if lower[1..] != zeros {
        parts.push(format!("{low}{}", rest(&lower[1..], &nines)));
        from += 1;
    }
    let to = if upper[1..] == nines { high } else { high - 1 };
    if from <= to {
        parts.push(format!("{}{}", class(from, to), rest(&zeros, &nines)));
    }
    if upper[1..] != nines {
        parts.push(format!("{high}{}", rest(&zeros, &upper[1..])));
    }
    parts.join("|")
}

/// In parentheses where there is more than one alternative.
fn grouped(pattern: String) -> String {
    let mut depth = 0;
    let alternatives = pattern.chars().any(|it| {
        depth += i32::from(it == '(') - i32::from(it == ')');
        it == '|' && depth == 0
    });
    if alternatives { format!("({pattern})") } else { pattern }
}

/// The digits that follow; none are zeros.
fn rest(lower: &[u8], upper: &[u8]) -> String {
    if lower.is_empty() || upper.iter().all(|it| *it == 0) {
        return "0*".to_owned();
    }
    if lower.iter().all(|it| *it == 0) {
        if upper.iter().all(|it| *it == 9) {
            return if lower.len() == 1 { "[0-9]?0*".to_owned() } else { format!("[0-9]{{0,{}}}0*", lower.len()) };
        }
        return format!("({})?", some(lower, upper));
    }
    grouped(some(lower, upper))
}

/// Whole numbers without leading zeros.
fn wholes(from: i128, to: i128) -> String {
    let mut parts = Vec::new();
    let mut start = from;
    while start <= to {
        let length = start.to_string().len();
        let end = to.min(10_i128.pow(u32::try_from(length).unwrap_or(0)) - 1);
        parts.push((length, start, end));
        start = end + 1;
    }
    let full = |&(length, start, end): &(usize, i128, i128)| {
        let least = if length == 1 { 1 } else { 10_i128.pow(u32::try_from(length - 1).unwrap_or(0)) };
        start == least && end.to_string().bytes().all(|it| it == b'9')
    };
    let mut patterns = Vec::new();
    let mut at = 0;
    while at < parts.len() {
        let part = parts[at];
        if part.1 == 0 {
            patterns.push("0".to_owned());
            if part.2 > 0 {
                parts[at].1 = 1;
                continue;
            }
        } else if full(&part) {
            let last = parts[at..].iter().take_while(|it| full(it)).count() + at - 1;
            patterns.push(run(part.0, parts[last].0));
            at = last;
        } else {
            patterns.push(same_length(&digits(part.1, part.0), &digits(part.2, part.0)));
        }
        at += 1;
    }
    if patterns.len() == 1 { patterns.remove(0) } else { format!("({})", patterns.join("|")) }
}

/// All numbers of `from` to `to` digits.
fn run(from: usize, to: usize) -> String {
    match (from - 1, to - 1) {
        (0, 0) => "[1-9]".to_owned(),
        (least, most) if least == most => format!("[1-9][0-9]{{{least}}}"),
        (least, most) => format!("[1-9][0-9]{{{least},{most}}}"),
    }
}

/// Numbers between two of equally many digits.
fn same_length(lower: &[u8], upper: &[u8]) -> String {
    if lower.is_empty() {
        return String::new();
    }
    let count = lower.len() - 1;
    if lower.iter().all(|it| *it == 0) && upper.iter().all(|it| *it == 9) {
        return if count == 0 { "[0-9]".to_owned() } else { format!("[0-9]{{{}}}", count + 1) };
    }
    let (zeros, nines) = (vec![0; count], vec![9; count]);
    let (low, high) = (lower[0], upper[0]);
    if low == high {
        return format!("{low}{}", same_length(&lower[1..], &upper[1..]));
    }
    let mut parts = Vec::new();
    let mut from = low;
    if lower[1..] != zeros {
        parts.push(format!("{low}{}", same_length(&lower[1..], &nines)));
        from += 1;
    }
    let to = if upper[1..] == nines { high } else { high - 1 };
    if from <= to {
        parts.push(format!("{}{}", class(from, to), same_length(&zeros, &nines)));
    }
    if upper[1..] != nines {
        parts.push(format!("{high}{}", same_length(&zeros, &upper[1..])));
    }
    if parts.len() == 1 { parts.remove(0) } else { format!("({})", parts.join("|")) }
}

fn class(from: u8, to: u8) -> String {
    if from == to { from.to_string() } else { format!("[{from}-{to}]") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::Regex;

    /// Every pattern agrees with the arithmetic for all numerals of up to two whole and three fraction digits.
    #[test]
    fn a_pattern_takes_exactly_the_numerals_of_its_range() {
        let ranges =
            [(-999, 999), (1, 999), (0, 999), (-250, 1234), (5, 5), (100, 110), (-77, -3), (95, 1005), (-999, 0)];
        for scale in [0, 1, 2] {
            for (lower, upper) in ranges {
                let pattern = accepted(lower, upper, scale);
                let regex = Regex::new(&pattern).unwrap();
                for (text, thousandths) in numerals() {
                    let unit = 10_i128.pow(3 - scale);
                    let fits = thousandths % unit == 0 && (lower..=upper).contains(&(thousandths / unit));
                    assert_eq!(regex.is_match(&text), fits, "{text} in {lower}..{upper} of scale {scale}: {pattern}");
                }
            }
        }
    }

    fn numerals() -> Vec<(String, i128)> {
        let mut all = Vec::new();
        for whole in 0..=101_i128 {
            for sign in ["", "-"] {
                let factor = if sign.is_empty() { 1 } else { -1 };
                all.push((format!("{sign}{whole}"), factor * whole * 1000));
                for rest in 0..1000 {
                    let value = factor * (whole * 1000 + rest);
                    let text = format!("{sign}{whole}.{rest:03}");
                    if rest % 100 == 0 {
                        all.push((format!("{sign}{whole}.{}", rest / 100), value));
                    }
                    if rest % 10 == 0 {
                        all.push((format!("{sign}{whole}.{:02}", rest / 10), value));
                    }
                    all.push((text, value));
                }
            }
        }
        all
    }

    #[test]
    fn a_price_above_zero_reads_like_one() {
        assert_eq!(
            accepted(1, 999_999_999_999, 2),
            r"^(0\.(0[1-9]0*|[1-9][0-9]?0*)|[1-9][0-9]{0,9}(\.[0-9]{1,2}0*)?)$"
        );
    }
}
