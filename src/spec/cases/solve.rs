//! The value of a field with which both sides of a comparison are equal.

use super::fields::Variable;
use super::{Case, Computed, Ground};
use crate::spec::evaluate::{Exact, each, evaluate};
use crate::spec::value::{shift_date, shift_datetime};
use crate::spec::{Expression, ExpressionKind, FieldKind, Operator};
use bigdecimal::{RoundingMode, Zero};
use serde_json::{Value, json};

/// Two sides that are compared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Comparison<'e> {
    pub(super) left: &'e Expression,
    pub(super) right: &'e Expression,
    /// Whether it asks which one is greater.
    ordered: bool,
}

/// What is found for one field.
#[derive(Debug, Default)]
pub(super) struct Solved {
    /// Both sides are equal.
    pub(super) at: Option<Value>,
    /// The nearest values below and above.
    pub(super) around: Vec<Value>,
    /// Values well below and above.
    pub(super) far: Vec<Value>,
    /// Whether the comparison asks which side is greater.
    pub(super) ordered: bool,
}

/// Every comparison of a condition; an `in` is one for each of its items.
pub(super) fn comparisons(condition: &Expression) -> Vec<Comparison<'_>> {
    let mut found = Vec::new();
    each(condition, &mut |node| match &node.kind {
        ExpressionKind::Binary(operator, left, right) => {
            let ordered = match operator {
                Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => true,
                Operator::Equal | Operator::NotEqual => false,
                _ => return,
            };
            found.push(Comparison { left, right, ordered });
        }
        ExpressionKind::In(left, items) => {
            found.extend(items.iter().map(|right| Comparison { left, right, ordered: false }));
        }
        _ => {}
    });
    found
}

/// Values of one field around which a comparison changes; nothing when it does not depend on it so.
pub(super) fn solved(
    comparison: &Comparison<'_>,
    variable: &Variable<'_>,
    case: &Case,
    ground: &Ground<'_>,
) -> Option<Solved> {
    let found = match &variable.field?.kind {
        FieldKind::Integer(_) | FieldKind::Long(_) => exact(comparison, variable, case, ground, 0)?,
        FieldKind::Decimal { scale, .. } => exact(comparison, variable, case, ground, *scale)?,
        FieldKind::Float(_) => float(comparison, variable, case, ground)?,
        _ => text(comparison, variable, case, ground)?,
    };
    let allowed = |value: Value| variable.checked(&value, ground);
    Some(Solved {
        at: found.at.and_then(allowed),
        around: found.around.into_iter().filter_map(allowed).collect(),
        far: found.far.into_iter().filter_map(allowed).collect(),
        ordered: comparison.ordered,
    })
}

/// The difference of both sides when the field has this value.
fn difference(
    comparison: &Comparison<'_>,
    variable: &Variable<'_>,
    case: &Case,
    ground: &Ground<'_>,
    value: &Value,
) -> (Computed, Computed) {
    let case = variable.set(case, value.clone());
    let facts = case.facts(ground.now);
    (evaluate(comparison.left, &facts), evaluate(comparison.right, &facts))
}

/// The root of a difference that is linear in the field.
fn exact(
    comparison: &Comparison<'_>,
    variable: &Variable<'_>,
    case: &Case,
    ground: &Ground<'_>,
    scale: u32,
) -> Option<Solved> {
    let at = |value: Value| match difference(comparison, variable, case, ground, &value) {
        (Computed::Number(left), Computed::Number(right)) => Some(left - right),
        _ => None,
    };
    let (zero, one) = (at(json!(0))?, at(json!(1))?);
    let slope = &one - &zero;
    if slope.is_zero() {
        return None;
    }
    let root = -&zero / &slope;
    let scale = i64::from(scale);
    let step = Exact::new(1.into(), scale);
    let below = root.with_scale_round(scale, RoundingMode::Floor);
    let above = root.with_scale_round(scale, RoundingMode::Ceiling);
    let whole = |number: &Exact| variable.accepts(&Computed::Number(number.clone()), ground);
    // A product with another digit count divides endlessly: only what is equal is at the edge.
    let met = below == above && whole(&below).and_then(at).is_some_and(|it| it.is_zero());
    let around = if met { vec![&below - &step, &above + &step] } else { vec![below.clone(), above.clone()] };
    let far = [&below - Exact::from(10), &above + Exact::from(10)];
    Some(Solved {
        at: if met { whole(&below) } else { None },
        around: around.iter().filter_map(whole).collect(),
        far: far.iter().filter_map(whole).collect(),
        ordered: false,
    })
}

fn float(comparison: &Comparison<'_>, variable: &Variable<'_>, case: &Case, ground: &Ground<'_>) -> Option<Solved> {
    let at = |value: f64| match difference(comparison, variable, case, ground, &json!(value)) {
        (Computed::Float(left), Computed::Float(right)) => Some(left - right),
        _ => None,
    };
    let (zero, one) = (at(0.0)?, at(1.0)?);
    let root = -zero / (one - zero);
    if !root.is_finite() {
        return None;
    }
    let met = at(root).is_some_and(|it| it == 0.0);
    // Far enough that no rounding of a language or database moves it over the edge.
    let step = root.abs().max(1.0) / 8.0;
    Some(Solved {
        at: met.then(|| json!(root)),
        around: vec![json!(root - step), json!(root + step)],
        ..Solved::default()
    })
}

/// The other side, where one side is the field alone.
fn text(comparison: &Comparison<'_>, variable: &Variable<'_>, case: &Case, ground: &Ground<'_>) -> Option<Solved> {
    let alone =
        |side: &Expression| matches!(&side.kind, ExpressionKind::Field(subject, name) if variable.is(*subject, name));
    let other = match (alone(comparison.left), alone(comparison.right)) {
        (true, false) => comparison.right,
        (false, true) => comparison.left,
        _ => return None,
    };
    let other = match evaluate(other, &case.facts(ground.now)) {
        Computed::Text(text) => text,
        Computed::Boolean(value) => return Some(Solved { at: Some(json!(value)), ..Solved::default() }),
        _ => return None,
    };
    let (near, far): (Vec<Option<String>>, Vec<Option<String>>) = match &variable.field?.kind {
        FieldKind::Date { .. } => {
            ([-1, 1].map(|by| shift_date(&other, by)).into(), [-40, 40].map(|by| shift_date(&other, by)).into())
        }
        FieldKind::DateTime { .. } => {
            let far = [-86_400_000, 86_400_000].map(|by| shift_datetime(&other, by));
            ([-1, 1].map(|by| shift_datetime(&other, by)).into(), far.into())
        }
        FieldKind::String { .. } | FieldKind::Text { .. } => {
            let shorter = other.char_indices().next_back().map(|(at, _)| other[..at].to_owned());
            (vec![shorter, Some(format!("{other}a"))], Vec::new())
        }
        _ => (Vec::new(), Vec::new()),
    };
    let values = |texts: Vec<Option<String>>| texts.into_iter().flatten().map(Value::String).collect();
    Some(Solved { at: Some(json!(other)), around: values(near), far: values(far), ordered: false })
}
