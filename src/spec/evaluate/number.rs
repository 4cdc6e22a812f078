//! Numbers of expressions: exact ones of any size, and floats.

use super::{Computed, Exact};
use crate::spec::{self, Operator};
use rust_decimal::Decimal;

/// The same number.
pub(super) fn exact(number: &Decimal) -> Exact {
    Exact::new(number.mantissa().into(), number.scale().into())
}

/// The float that is nearest to a number.
pub(super) fn nearest(number: &Decimal) -> Option<f64> {
    number.to_string().parse().ok()
}

/// A number as a row holds it.
pub(super) fn read(text: &str) -> Computed {
    spec::exact(text).map_or(Computed::Null, |number| Computed::Number(exact(&number)))
}

/// A sum, difference or product; of null it is null.
pub(super) fn computed(operator: Operator, left: &Computed, right: &Computed) -> Computed {
    match (left, right) {
        (Computed::Number(left), Computed::Number(right)) => Computed::Number(match operator {
            Operator::Add => left + right,
            Operator::Subtract => left - right,
            _ => left * right,
        }),
        (Computed::Float(left), Computed::Float(right)) => Computed::Float(match operator {
            Operator::Add => left + right,
            Operator::Subtract => left - right,
            _ => left * right,
        }),
        _ => Computed::Null,
    }
}
