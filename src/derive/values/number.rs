//! Numbers, days and moments within limits.

use crate::spec::{Bound, NumberLimits};
use rust_decimal::Decimal;
use serde_json::Value;

/// A number on its way to JSON.
pub(super) struct Sample(Decimal);

impl Sample {
    pub(super) fn normalize_whole(&self) -> Value {
        serde_json::from_str(&self.0.trunc().normalize().to_string()).unwrap_or_default()
    }

    pub(super) fn as_json(&self) -> Value {
        serde_json::from_str(&self.0.normalize().to_string()).unwrap_or_default()
    }

    pub(super) fn as_text(&self, scale: u32) -> Value {
        let mut value = self.0;
        value.rescale(scale);
        value.to_string().into()
    }
}

/// Steps of what things cost, weigh and count: 12.50, 24, 7.95, …
const STEPS: [(i64, u32); 8] = [(1250, 2), (24, 0), (795, 2), (149, 0), (3999, 2), (5, 0), (6540, 2), (18, 0)];

/// The `nth` number with at most `whole` digits before and `scale` digits after the point, within the limits.
pub(super) fn nth(limits: &NumberLimits, scale: u32, whole: u32, nth: usize) -> Sample {
    let step = Decimal::new(1, scale);
    let low = limits.lower.as_ref().map(|it| edge(it, step, 1));
    let high = limits.upper.as_ref().map(|it| edge(it, step, -1));
    let (digits, places) = STEPS[nth % STEPS.len()];
    let round = Decimal::from((nth / STEPS.len()) as u64);
    let wish = (Decimal::new(digits, places) + round).trunc_with_scale(scale);
    let fits = |value: Decimal| low.is_none_or(|low| value >= low) && high.is_none_or(|high| value <= high);
    let digits_fit = wish < Decimal::from(10_i64.pow(whole.min(15)));
    if fits(wish) && digits_fit {
        return Sample(wish);
    }
    // Nothing familiar fits: count up from the lower edge, or down from the upper one.
    let steps = step * Decimal::from(nth as u64);
    let value = match (low, high) {
        (Some(low), Some(high)) => {
            let room = ((high - low) / step).trunc() + Decimal::ONE;
            low + step * (Decimal::from(nth as u64) % room)
        }
        (Some(low), None) => low + steps,
        (None, Some(high)) => high - steps,
        (None, None) => steps,
    };
    Sample(value)
}

/// The first allowed number at a bound, seen with this step.
fn edge(bound: &Bound, step: Decimal, direction: i64) -> Decimal {
    let step = step * Decimal::from(direction);
    let scale = step.scale();
    let mut value = bound.value.trunc_with_scale(scale);
    // Cutting goes towards zero; a bound between two steps may have been passed.
    let passed = if direction > 0 { value < bound.value } else { value > bound.value };
    if passed || (!bound.inclusive && value == bound.value) {
        value += step;
    }
    value
}

/// The `nth` day, `YYYY-MM-DD`.
pub(super) fn date(min: Option<&str>, max: Option<&str>, nth: usize) -> String {
    let wish = format!("2026-{:02}-{:02}", nth / 27 % 12 + 1, nth % 27 + 2);
    within(wish, min, max)
}

/// The `nth` moment, as JSON has it.
pub(super) fn moment(min: Option<&str>, max: Option<&str>, nth: usize) -> String {
    let wish = format!("2026-{:02}-{:02}T{:02}:30:00.000Z", nth / 27 % 12 + 1, nth % 27 + 2, 8 + nth % 10);
    within(wish, min, max)
}

fn within(wish: String, min: Option<&str>, max: Option<&str>) -> String {
    match (min, max) {
        (Some(min), _) if min > wish.as_str() => min.to_owned(),
        (_, Some(max)) if max < wish.as_str() => max.to_owned(),
        _ => wish,
    }
}
