//! From a tree to a typed one.

use super::parse::{Form, Node};
use super::token::error;
use super::{ExpressionError, Scope};
use crate::spec::{Expression, ExpressionKind, Literal, Operator, Subject, ValueType};
use rust_decimal::Decimal;

type Typed = Result<Expression, ExpressionError>;

/// What people call a type.
pub(super) fn describe(kind: &ValueType) -> String {
    match kind {
        ValueType::Boolean => "a boolean".to_owned(),
        ValueType::Number => "a number".to_owned(),
        ValueType::Float => "a float".to_owned(),
        ValueType::String => "a string".to_owned(),
        ValueType::Date => "a date".to_owned(),
        ValueType::DateTime => "a datetime".to_owned(),
        ValueType::Uuid => "a uuid".to_owned(),
        ValueType::Enum(name) => format!("a value of {name}"),
    }
}

pub(super) fn typed(node: &Node, scope: &Scope) -> Typed {
    match &node.form {
        Form::Word(word) => name(word, node, scope),
        Form::Number(text) => {
            let value = text.parse::<Decimal>().map_err(|_| wrong(node, &format!("`{text}` is no number")))?;
            Ok(literal(Literal::Number(value), ValueType::Number))
        }
        Form::Text(text) => Ok(literal(Literal::String(text.clone()), ValueType::String)),
        Form::Not(inner) => {
            let operand = boolean(inner, scope)?;
            let nullable = operand.nullable;
            Ok(Expression { kind: ExpressionKind::Not(Box::new(operand)), value_type: ValueType::Boolean, nullable })
        }
        Form::Negate(inner) => {
            let operand = numeric(inner, scope)?;
            let (value_type, nullable) = (operand.value_type.clone(), operand.nullable);
            Ok(Expression { kind: ExpressionKind::Negate(Box::new(operand)), value_type, nullable })
        }
        Form::Binary(operator, left, right) => binary(*operator, left, right, node, scope),
        Form::In(left, items) => membership(left, items, scope),
    }
}

fn wrong(node: &Node, message: &str) -> ExpressionError {
    error(message, node.start, node.end, &[])
}

fn literal(value: Literal, value_type: ValueType) -> Expression {
    Expression { kind: ExpressionKind::Literal(value), value_type, nullable: false }
}

fn name(word: &str, node: &Node, scope: &Scope) -> Typed {
    let plain = |kind, value_type, nullable| Ok(Expression { kind, value_type, nullable });
    match word {
        "true" | "false" => return Ok(literal(Literal::Boolean(word == "true"), ValueType::Boolean)),
        "null" => {
            let hint = "test for null with `== null` or `!= null`";
            return Err(error("null stands beside `==` and `!=` alone", node.start, node.end, &[hint]));
        }
        "now" => return plain(ExpressionKind::Now, ValueType::DateTime, false),
        "actor.id" | "actor.role" if !scope.actor => {
            return Err(wrong(node, "there is no actor: this service has no accounts"));
        }
        "actor.id" => return plain(ExpressionKind::ActorId, ValueType::Uuid, true),
        "actor.role" => return plain(ExpressionKind::ActorRole, ValueType::String, true),
        _ => {}
    }
    let (subject, field) = match word.split_once('.') {
        None => (Subject::New, word),
        Some(("new", field)) => (Subject::New, field),
        Some(("old", _)) if !scope.old => {
            let hint = "on create there is no row before; use `new`";
            return Err(error("`old` has no meaning here", node.start, node.end, &[hint]));
        }
        Some(("old", field)) => (Subject::Old, field),
        Some((other, _)) => {
            let hint = "allowed before a dot: new, old, actor";
            return Err(error(&format!("unknown name `{other}`"), node.start, node.end, &[hint]));
        }
    };
    let Some((_, value_type, nullable)) = scope.fields.iter().find(|(known, ..)| known == field) else {
        return Err(unknown(field, node, scope));
    };
    match value_type {
        Some(value_type) => plain(ExpressionKind::Field(subject, field.to_owned()), value_type.clone(), *nullable),
        None => Err(wrong(node, &format!("`{field}` is a list or an object; expressions compare single values"))),
    }
}

fn unknown(field: &str, node: &Node, scope: &Scope) -> ExpressionError {
    let names = || scope.fields.iter().map(|(name, ..)| name.as_str());
    let near = names().map(|name| (strsim::jaro_winkler(name, field), name)).filter(|(score, _)| *score > 0.8);
    let near = near.max_by(|a, b| a.0.total_cmp(&b.0));
    let mut notes: Vec<String> = near.map(|(_, name)| format!("did you mean `{name}`?")).into_iter().collect();
    notes.push(format!("fields: {}", names().collect::<Vec<_>>().join(", ")));
    ExpressionError { message: format!("unknown field `{field}`"), notes, start: node.start, end: node.end }
}

fn boolean(node: &Node, scope: &Scope) -> Typed {
    let operand = typed(node, scope)?;
    if operand.value_type == ValueType::Boolean {
        return Ok(operand);
    }
    Err(wrong(node, &format!("expected a boolean, found {}", describe(&operand.value_type))))
}

fn numeric(node: &Node, scope: &Scope) -> Typed {
    let operand = typed(node, scope)?;
    if matches!(operand.value_type, ValueType::Number | ValueType::Float) {
        return Ok(operand);
    }
    Err(wrong(node, &format!("expected a number, found {}", describe(&operand.value_type))))
}

fn is_null(node: &Node) -> bool {
    matches!(&node.form, Form::Word(word) if word == "null")
}

fn binary(operator: Operator, left: &Node, right: &Node, node: &Node, scope: &Scope) -> Typed {
    use Operator::{Add, And, Equal, Multiply, NotEqual, Or, Subtract};
    match operator {
        And | Or => {
            let (a, b) = (boolean(left, scope)?, boolean(right, scope)?);
            Ok(join(operator, a, b, ValueType::Boolean))
        }
        Add | Subtract | Multiply => {
            let (a, b) = alike(numeric(left, scope)?, numeric(right, scope)?, node, scope)?;
            let value_type = a.value_type.clone();
            Ok(join(operator, a, b, value_type))
        }
        Equal | NotEqual if is_null(left) || is_null(right) => {
            let operand = typed(if is_null(left) { right } else { left }, scope)?;
            let kind = ExpressionKind::IsNull { operand: Box::new(operand), negated: operator == NotEqual };
            Ok(Expression { kind, value_type: ValueType::Boolean, nullable: false })
        }
        _ => {
            let (a, b) = alike(typed(left, scope)?, typed(right, scope)?, node, scope)?;
            let ordered = !matches!(a.value_type, ValueType::Boolean | ValueType::Uuid | ValueType::Enum(_));
            if !ordered && !matches!(operator, Equal | NotEqual) {
                let message = format!("{} has no order; compare with `==`, `!=` or `in`", describe(&a.value_type));
                return Err(wrong(node, &message));
            }
            Ok(join(operator, a, b, ValueType::Boolean))
        }
    }
}

fn join(operator: Operator, a: Expression, b: Expression, value_type: ValueType) -> Expression {
    let nullable = a.nullable || b.nullable;
    Expression { kind: ExpressionKind::Binary(operator, Box::new(a), Box::new(b)), value_type, nullable }
}

fn membership(left: &Node, items: &[Node], scope: &Scope) -> Typed {
    let mut subject = typed(left, scope)?;
    let mut list = Vec::new();
    for item in items {
        let (a, b) = alike(subject, typed(item, scope)?, item, scope)?;
        subject = a;
        list.push(b);
    }
    let nullable = subject.nullable || list.iter().any(|it| it.nullable);
    Ok(Expression { kind: ExpressionKind::In(Box::new(subject), list), value_type: ValueType::Boolean, nullable })
}

/// Gives a literal the type of the other side; refuses unlike types.
fn alike(a: Expression, b: Expression, node: &Node, scope: &Scope) -> Result<(Expression, Expression), ExpressionError> {
    if a.value_type == b.value_type {
        return Ok((a, b));
    }
    if let Some(b) = adapted(&b, &a.value_type, node, scope)? {
        return Ok((a, b));
    }
    if let Some(a) = adapted(&a, &b.value_type, node, scope)? {
        return Ok((a, b));
    }
    let message = format!("cannot compare or combine {} with {}", describe(&a.value_type), describe(&b.value_type));
    Err(wrong(node, &message))
}

fn adapted(
    value: &Expression,
    to: &ValueType,
    node: &Node,
    scope: &Scope,
) -> Result<Option<Expression>, ExpressionError> {
    let ExpressionKind::Literal(constant) = &value.kind else { return Ok(None) };
    let fits = match (constant, to) {
        (Literal::Number(_), ValueType::Float) => true,
        (Literal::String(text), ValueType::Enum(name)) => {
            let values = scope.enums.iter().find(|it| it.name.declared() == name).map(|it| &it.values);
            let known = values.is_some_and(|values| values.iter().any(|it| it.value == *text));
            if !known {
                let all: Vec<_> = values.into_iter().flatten().map(|it| it.value.as_str()).collect();
                let message = format!("\"{text}\" is no value of {name}");
                return Err(error(&message, node.start, node.end, &[&format!("allowed: {}", all.join(", "))]));
            }
            true
        }
        (Literal::String(text), ValueType::Date) => shaped(text, "0000-00-00", node, "a date such as '2026-01-31'")?,
        (Literal::String(text), ValueType::DateTime) => {
            shaped(text.get(..19).unwrap_or(text), "0000-00-00T00:00:00", node, "a moment such as '2026-01-31T09:30:00Z'")?
        }
        (Literal::String(text), ValueType::Uuid) => {
            shaped(&text.to_lowercase(), "00000000-0000-0000-0000-000000000000", node, "a uuid")?
        }
        _ => false,
    };
    Ok(fits.then(|| Expression { value_type: to.clone(), ..value.clone() }))
}

/// Whether a text has the form of a pattern in which `0` stands for a (hexadecimal) digit.
fn shaped(text: &str, form: &str, node: &Node, expected: &str) -> Result<bool, ExpressionError> {
    let same = |(c, f): (char, char)| if f == '0' { c.is_ascii_hexdigit() } else { c == f };
    if text.len() == form.len() && text.chars().zip(form.chars()).all(same) {
        return Ok(true);
    }
    Err(wrong(node, &format!("\"{text}\" is not {expected}")))
}
