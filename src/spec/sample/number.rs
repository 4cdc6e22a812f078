//! Numbers of a field: what is usual by its name, and both ends of what is allowed.

use super::{Sampler, Samples};
use crate::spec::{FieldKind, NumberLimits, decimal_range, whole_range};
use rust_decimal::Decimal;
use serde_json::{Number, Value};

impl Sampler<'_> {
    pub(super) fn number(&self, samples: Samples) -> Samples {
        match &self.field.kind {
            FieldKind::Integer(limits) => self.exact(samples, whole_range(false, limits), 0, false),
            FieldKind::Long(limits) => self.exact(samples, whole_range(true, limits), 0, false),
            FieldKind::Decimal { precision, scale, limits } => {
                self.exact(samples, decimal_range(*precision, *scale, limits), *scale, true)
            }
            FieldKind::Float(limits) => self.float(samples, limits),
            _ => samples,
        }
    }

    fn exact(&self, samples: Samples, (lowest, highest): (Decimal, Decimal), scale: u32, text: bool) -> Samples {
        let value = |number: Decimal| {
            if text {
                let mut number = number;
                number.rescale(scale.max(number.scale()));
                Value::String(number.to_string())
            } else {
                i64::try_from(number).map_or(Value::Null, Value::from)
            }
        };
        let step = Decimal::new(1, scale);
        let typical = self.within(lowest, highest, step);
        Samples {
            typical: self.allowed(value(typical)).unwrap_or_else(|| value(lowest)),
            lowest: self.allowed(value(lowest)),
            highest: self.allowed(value(highest)),
            too_low: self.refused(value(lowest - step)),
            too_high: self.refused(value(highest + step)),
            ..samples
        }
    }

    /// What is usual where it is allowed; beyond, the same numbers moved to the nearer end, and round again where they run out
    /// of room: other seeds have other numbers as long as there are some.
    fn within(&self, lowest: Decimal, highest: Decimal, step: Decimal) -> Decimal {
        let usual = |seed| Sampler { seed, ..*self }.usual().round_dp(step.scale());
        let (first, here) = (usual(0), usual(self.seed));
        let moved = here + (first.clamp(lowest, highest) - first);
        if moved < lowest || moved > highest {
            let room = highest - lowest + step;
            lowest + ((moved - lowest) % room + room) % room
        } else {
            moved
        }
    }

    fn float(&self, samples: Samples, limits: &NumberLimits) -> Samples {
        let value = |number: Decimal| number.to_string().parse().ok().and_then(Number::from_f64).map(Value::Number);
        let bound = |bound: Option<&crate::spec::Bound>, outwards: Decimal| {
            let bound = bound?;
            value(if bound.inclusive { bound.value.checked_add(outwards)? } else { bound.value })
        };
        let (lower, upper) = (limits.lower.as_ref(), limits.upper.as_ref());
        let middle = match (lower, upper) {
            (Some(lower), Some(upper)) => lower.value.checked_add(upper.value).map(|it| it / Decimal::TWO),
            (Some(lower), None) => lower.value.checked_add(self.usual()),
            (None, Some(upper)) => upper.value.checked_sub(self.usual()),
            (None, None) => None,
        };
        let usual = value(self.usual()).and_then(|it| self.allowed(it));
        let typical = usual.or_else(|| middle.and_then(value).and_then(|it| self.allowed(it)));
        let ends =
            |end: Option<&crate::spec::Bound>| end.and_then(|it| value(it.value)).and_then(|it| self.allowed(it));
        Samples {
            typical: typical.or_else(|| ends(lower)).unwrap_or_else(|| 0.into()),
            lowest: ends(lower),
            highest: ends(upper),
            too_low: bound(lower, -Decimal::ONE).and_then(|it| self.refused(it)),
            too_high: bound(upper, Decimal::ONE).and_then(|it| self.refused(it)),
            ..samples
        }
    }

    /// What a number of this name often is.
    fn usual(&self) -> Decimal {
        let name = self.field.name.snake();
        let row = i64::try_from(self.seed % 1_000_000).unwrap_or_default();
        // Where each row needs a number of its own, they do not come round again.
        let round = |of: i64| if self.field.unique { row } else { row % of };
        let has = |words: &[&str]| words.iter().any(|word| name.split('_').any(|it| it == *word));
        if has(&["price", "amount", "total", "cost", "fee", "salary", "balance"]) {
            Decimal::new(1_250 + row * 715, 2)
        } else if has(&["year"]) {
            Decimal::from(2_020 + round(7))
        } else if has(&["latitude", "lat"]) {
            Decimal::new(52_520 + round(1_000) * 7, 3)
        } else if has(&["longitude", "lng", "lon"]) {
            Decimal::new(13_405 + round(1_000) * 7, 3)
        } else if has(&["rating", "stars"]) {
            Decimal::from(1 + round(5))
        } else if has(&["percent", "percentage", "discount", "rate", "ratio"]) && self.is_fraction() {
            Decimal::new(10 + round(80), 2)
        } else if matches!(self.field.kind, FieldKind::Float(_)) {
            Decimal::new(15 + row * 10, 1)
        } else {
            Decimal::from(1 + row)
        }
    }

    fn is_fraction(&self) -> bool {
        matches!(&self.field.kind, FieldKind::Float(_))
            || matches!(&self.field.kind, FieldKind::Decimal { scale, .. } if *scale > 1)
    }
}
