//! Expressions as a person would write them: no negated comparison, no constant on the left, no constant condition inside
//! another. The value stays the same, also where it is unknown.

use crate::spec::{Expression, ExpressionKind, Literal, Operator};

/// The same expression in the usual form.
pub(super) fn plain(expression: &Expression) -> Expression {
    let kind = match &expression.kind {
        ExpressionKind::Not(operand) => return negated(&plain(operand)),
        ExpressionKind::Negate(operand) => ExpressionKind::Negate(Box::new(plain(operand))),
        ExpressionKind::Binary(operator, left, right) => {
            return binary(expression, *operator, plain(left), plain(right));
        }
        ExpressionKind::In(operand, items) => {
            ExpressionKind::In(Box::new(plain(operand)), items.iter().map(plain).collect())
        }
        ExpressionKind::IsNull { operand, negated } => {
            ExpressionKind::IsNull { operand: Box::new(plain(operand)), negated: *negated }
        }
        other => other.clone(),
    };
    Expression { kind, ..expression.clone() }
}

fn negated(operand: &Expression) -> Expression {
    let kind = match &operand.kind {
        ExpressionKind::Not(inner) => return (**inner).clone(),
        ExpressionKind::Literal(Literal::Boolean(value)) => ExpressionKind::Literal(Literal::Boolean(!value)),
        ExpressionKind::IsNull { operand, negated } => {
            ExpressionKind::IsNull { operand: operand.clone(), negated: !negated }
        }
        ExpressionKind::Binary(operator, left, right) if opposite(*operator).is_some() => {
            let operator = opposite(*operator).unwrap_or(*operator);
            ExpressionKind::Binary(operator, left.clone(), right.clone())
        }
        _ => ExpressionKind::Not(Box::new(operand.clone())),
    };
    Expression { kind, ..operand.clone() }
}

fn binary(whole: &Expression, operator: Operator, left: Expression, right: Expression) -> Expression {
    let decisive = match operator {
        Operator::And => Some(false),
        Operator::Or => Some(true),
        _ => None,
    };
    if let Some(decisive) = decisive {
        for (one, other) in [(&left, &right), (&right, &left)] {
            if let ExpressionKind::Literal(Literal::Boolean(value)) = one.kind {
                return if value == decisive { one.clone() } else { other.clone() };
            }
        }
    }
    let (operator, left, right) = match turned(operator) {
        Some(turned) if !looks(&left) && looks(&right) => (turned, right, left),
        _ => (operator, left, right),
    };
    Expression { kind: ExpressionKind::Binary(operator, Box::new(left), Box::new(right)), ..whole.clone() }
}

/// Whether the value depends on anything: a row, the caller, the moment.
pub fn looks(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Literal(_) => false,
        ExpressionKind::Field(..) | ExpressionKind::ActorId | ExpressionKind::ActorRole | ExpressionKind::Now => true,
        ExpressionKind::Not(operand) | ExpressionKind::Negate(operand) | ExpressionKind::IsNull { operand, .. } => {
            looks(operand)
        }
        ExpressionKind::Binary(_, left, right) => looks(left) || looks(right),
        ExpressionKind::In(operand, items) => looks(operand) || items.iter().any(looks),
    }
}

/// What holds where the comparison does not.
fn opposite(operator: Operator) -> Option<Operator> {
    Some(match operator {
        Operator::Equal => Operator::NotEqual,
        Operator::NotEqual => Operator::Equal,
        Operator::Less => Operator::GreaterOrEqual,
        Operator::LessOrEqual => Operator::Greater,
        Operator::Greater => Operator::LessOrEqual,
        Operator::GreaterOrEqual => Operator::Less,
        Operator::Or | Operator::And | Operator::Add | Operator::Subtract | Operator::Multiply => return None,
    })
}

/// The comparison with its sides exchanged.
fn turned(operator: Operator) -> Option<Operator> {
    Some(match operator {
        Operator::Equal => Operator::Equal,
        Operator::NotEqual => Operator::NotEqual,
        Operator::Less => Operator::Greater,
        Operator::LessOrEqual => Operator::GreaterOrEqual,
        Operator::Greater => Operator::Less,
        Operator::GreaterOrEqual => Operator::LessOrEqual,
        Operator::Or | Operator::And | Operator::Add | Operator::Subtract | Operator::Multiply => return None,
    })
}
