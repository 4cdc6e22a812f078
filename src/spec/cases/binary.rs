//! What an expression is worth to somebody who computes decimals with binary floating-point numbers.

use super::fields::{Fields, Variable};
use super::solve::{Comparison, comparisons, solved};
use super::{Case, Ground};
use crate::spec::evaluate::{Computed, Exact, holds};
use crate::spec::{Expression, ExpressionKind, FieldKind, ValueType};

/// So many values of a field are tried, a tenth apart: of products with a fraction, floats miss about one in four.
const TRIED: i64 = 200;

/// A case like this one, exactly at the edge of a comparison, that floats decide otherwise.
pub(super) fn missed(condition: &Expression, near: &Case, ground: &Ground<'_>) -> Option<Case> {
    let rounded = binary(condition);
    let fields = Fields::of(condition, ground);
    let compared = comparisons(condition);
    let exact = compared.iter().filter(|it| it.left.value_type == ValueType::Number);
    let decimal = |it: &&Variable<'_>| matches!(it.field.map(|it| &it.kind), Some(FieldKind::Decimal { .. }));
    let pairs = exact.flat_map(|comparison| fields.read_by(comparison).filter(decimal).map(move |it| (comparison, it)));
    pairs
        .flat_map(|(comparison, varied)| edges(comparison, varied, &fields, near, ground))
        .map(|case| Case { holds: holds(condition, &case.facts(ground.now)), edge: true, ..case })
        .find(|case| holds(&rounded, &case.facts(ground.now)) != case.holds)
}

/// Cases at the edge of a comparison: one field has one value after the other, another one what meets it.
fn edges<'a>(
    comparison: &'a Comparison<'a>,
    varied: &'a Variable<'a>,
    fields: &'a Fields<'a>,
    near: &'a Case,
    ground: &'a Ground<'a>,
) -> impl Iterator<Item = Case> {
    let value = |tenths: i64| varied.accepts(&Computed::Number(Exact::new(tenths.into(), 1)), ground);
    (1..=TRIED).filter_map(value).flat_map(move |value| {
        let case = varied.set(near, value);
        let others = fields.read_by(comparison).filter(|it| !it.is(varied.subject, &varied.name));
        others.filter_map(move |it| Some(it.set(&case, solved(comparison, it, &case, ground)?.at?)))
    })
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
