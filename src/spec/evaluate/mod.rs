//! What an expression is worth: the reference that the printed form of every language is held to.
//!
//! Exact numbers never overflow and never round. A comparison with null is null, which for a condition means unknown;
//! `and`, `or`, `not` and `in` follow Kleene's logic. Texts compare by code point, floats as IEEE 754 says.

mod number;

pub use bigdecimal::BigDecimal as Exact;

use super::{Expression, ExpressionKind, Literal, Operator, Subject, ValueType};
use serde_json::{Map, Value};
use std::cmp::Ordering;

/// What an expression looks at.
///
/// A row maps declared names of fields and camel-case keys of references (`supplierId`) to values as the contract
/// answers them: decimals as strings, times in UTC. A key that is absent is null.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts<'a> {
    /// The row as it would be.
    pub new: Option<&'a Map<String, Value>>,
    /// The row as it is.
    pub old: Option<&'a Map<String, Value>>,
    /// The caller's id; nobody's is null.
    pub actor_id: Option<&'a str>,
    /// The caller's role; nobody's is null.
    pub actor_role: Option<&'a str>,
    /// The moment of the request, in the contract's form.
    pub now: &'a str,
}

/// The value of an expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Computed {
    /// Null; of a condition: unknown.
    Null,
    /// Of a condition.
    Boolean(bool),
    /// Of integers, longs and decimals.
    Number(Exact),
    /// Of floats.
    Float(f64),
    /// Of texts, days, moments, identifiers and enumerations, in the contract's form.
    Text(String),
}

/// Whether a condition is true; nothing when that is unknown.
pub fn holds(condition: &Expression, facts: &Facts<'_>) -> Option<bool> {
    match evaluate(condition, facts) {
        Computed::Boolean(value) => Some(value),
        _ => None,
    }
}

/// The value of an expression.
pub fn evaluate(expression: &Expression, facts: &Facts<'_>) -> Computed {
    let text = |text: Option<&str>| text.map_or(Computed::Null, |it| Computed::Text(it.to_owned()));
    match &expression.kind {
        ExpressionKind::Literal(literal) => constant(literal, &expression.value_type),
        ExpressionKind::Field(subject, name) => {
            let row = match subject {
                Subject::New => facts.new,
                Subject::Old => facts.old,
            };
            stored(row.and_then(|row| row.get(name)), &expression.value_type)
        }
        ExpressionKind::ActorId => text(facts.actor_id),
        ExpressionKind::ActorRole => text(facts.actor_role),
        ExpressionKind::Now => text(Some(facts.now)),
        ExpressionKind::Not(operand) => truth(holds(operand, facts).map(|it| !it)),
        ExpressionKind::Negate(operand) => match evaluate(operand, facts) {
            Computed::Number(number) => Computed::Number(-number),
            Computed::Float(number) => Computed::Float(-number),
            _ => Computed::Null,
        },
        ExpressionKind::Binary(Operator::And, left, right) => truth(both(holds(left, facts), holds(right, facts))),
        ExpressionKind::Binary(Operator::Or, left, right) => truth(either(holds(left, facts), holds(right, facts))),
        ExpressionKind::Binary(operator, left, right) => {
            joined(*operator, &evaluate(left, facts), &evaluate(right, facts))
        }
        ExpressionKind::In(operand, items) => {
            let value = evaluate(operand, facts);
            let equal = |item| matching(Operator::Equal, &value, &evaluate(item, facts));
            truth(items.iter().map(equal).reduce(either).unwrap_or(Some(false)))
        }
        ExpressionKind::IsNull { operand, negated } => {
            Computed::Boolean((evaluate(operand, facts) == Computed::Null) != *negated)
        }
    }
}

/// Calls a function with every node, an outer one before those in it.
pub(super) fn each<'e>(expression: &'e Expression, seen: &mut impl FnMut(&'e Expression)) {
    seen(expression);
    match &expression.kind {
        ExpressionKind::Not(operand) | ExpressionKind::Negate(operand) | ExpressionKind::IsNull { operand, .. } => {
            each(operand, seen);
        }
        ExpressionKind::Binary(_, left, right) => {
            each(left, seen);
            each(right, seen);
        }
        ExpressionKind::In(operand, items) => {
            each(operand, seen);
            for item in items {
                each(item, seen);
            }
        }
        _ => {}
    }
}

fn truth(value: Option<bool>) -> Computed {
    value.map_or(Computed::Null, Computed::Boolean)
}

fn both(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn either(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

fn constant(literal: &Literal, value_type: &ValueType) -> Computed {
    match literal {
        Literal::Number(number) if *value_type == ValueType::Float => {
            number::nearest(number).map_or(Computed::Null, Computed::Float)
        }
        Literal::Number(number) => Computed::Number(number::exact(number)),
        Literal::String(text) => Computed::Text(text.clone()),
        Literal::Boolean(value) => Computed::Boolean(*value),
    }
}

/// A value of a row.
fn stored(value: Option<&Value>, value_type: &ValueType) -> Computed {
    match (value_type, value) {
        (ValueType::Boolean, Some(Value::Bool(value))) => Computed::Boolean(*value),
        (ValueType::Number, Some(Value::Number(number))) => number::read(&number.to_string()),
        (ValueType::Number, Some(Value::String(text))) => number::read(text),
        (ValueType::Float, Some(Value::Number(number))) => number.as_f64().map_or(Computed::Null, Computed::Float),
        // A decimal, of an expression that is computed with floats to see what they miss.
        (ValueType::Float, Some(Value::String(text))) => text.parse().map_or(Computed::Null, Computed::Float),
        (ValueType::Boolean | ValueType::Number | ValueType::Float, _) => Computed::Null,
        (_, Some(Value::String(text))) => Computed::Text(text.clone()),
        _ => Computed::Null,
    }
}

fn joined(operator: Operator, left: &Computed, right: &Computed) -> Computed {
    match operator {
        Operator::Add | Operator::Subtract | Operator::Multiply => number::computed(operator, left, right),
        _ => truth(matching(operator, left, right)),
    }
}

/// Whether a comparison holds.
fn matching(operator: Operator, left: &Computed, right: &Computed) -> Option<bool> {
    let order = match (left, right) {
        (Computed::Boolean(left), Computed::Boolean(right)) => Some(left.cmp(right)),
        (Computed::Number(left), Computed::Number(right)) => Some(left.cmp(right)),
        (Computed::Float(left), Computed::Float(right)) => left.partial_cmp(right),
        (Computed::Text(left), Computed::Text(right)) => Some(left.cmp(right)),
        _ => return None,
    };
    Some(match operator {
        Operator::Equal => order == Some(Ordering::Equal),
        Operator::NotEqual => order != Some(Ordering::Equal),
        Operator::Less => order == Some(Ordering::Less),
        Operator::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        Operator::Greater => order == Some(Ordering::Greater),
        Operator::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        Operator::Or | Operator::And | Operator::Add | Operator::Subtract | Operator::Multiply => return None,
    })
}
