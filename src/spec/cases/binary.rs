//! What an expression is worth to somebody who computes decimals with binary floating-point numbers.

use super::fields::Fields;
use super::solve::{comparisons, solved};
use super::{Case, Ground};
use crate::spec::evaluate::{Computed, Exact, holds};
use crate::spec::{Expression, ExpressionKind, FieldKind, ValueType};

/// So many values of a field are tried, a tenth apart: of products with a fraction, floats miss about one in four.
const TRIED: i64 = 200;

/// A case like this one, exactly at the edge of a comparison, that floats decide otherwise.
pub(super) fn missed(condition: &Expression, near: &Case, ground: &Ground<'_>) -> Option<Case> {
    let rounded = binary(condition);
    let fields = Fields::of(condition, ground);
    let decimal = |it: &Expression| it.value_type == ValueType::Number;
    for comparison in comparisons(condition).iter().filter(|it| decimal(it.left)) {
        for varied in fields.read_by(comparison) {
            if !matches!(varied.field.map(|it| &it.kind), Some(FieldKind::Decimal { .. })) {
                continue;
            }
            for tenths in 1..=TRIED {
                let number = Computed::Number(Exact::new(tenths.into(), 1));
                let Some(value) = varied.accepts(&number, ground) else { continue };
                let case = varied.set(near, value);
                for other in fields.read_by(comparison).filter(|it| !it.is(varied.subject, &varied.name)) {
                    let Some(at) = solved(comparison, other, &case, ground).and_then(|it| it.at) else { continue };
                    let mut case = other.set(&case, at);
                    case.holds = holds(condition, &case.facts(ground.now));
                    case.edge = true;
                    if holds(&rounded, &case.facts(ground.now)) != case.holds {
                        return Some(case);
                    }
                }
            }
        }
    }
    None
}

/// The same expression with every exact number a float.
fn binary(expression: &Expression) -> Expression {
    let boxed = |it: &Expression| Box::new(binary(it));
    let kind = match &expression.kind {
        ExpressionKind::Not(operand) => ExpressionKind::Not(boxed(operand)),
        ExpressionKind::Negate(operand) => ExpressionKind::Negate(boxed(operand)),
        ExpressionKind::Binary(operator, left, right) => ExpressionKind::Binary(*operator, boxed(left), boxed(right)),
        ExpressionKind::In(operand, items) => ExpressionKind::In(boxed(operand), items.iter().map(binary).collect()),
        ExpressionKind::IsNull { operand, negated } => {
            ExpressionKind::IsNull { operand: boxed(operand), negated: *negated }
        }
        other => other.clone(),
    };
    let value_type = match &expression.value_type {
        ValueType::Number => ValueType::Float,
        other => other.clone(),
    };
    Expression { kind, value_type, nullable: expression.nullable }
}
