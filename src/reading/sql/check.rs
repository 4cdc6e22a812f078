//! Conditions of `CHECK`: limits of one column where they are that, rules of the row otherwise.

use crate::reading::outline::{Column, Rule, Table, Term, Type, Word};
use sqlparser::ast::{
    BinaryOperator, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, InTarget, UnaryOperator, Value,
};

/// What became of one condition.
#[derive(Debug, PartialEq)]
pub(super) enum Outcome {
    /// It is part of its columns now.
    Done,
    Rule(Rule),
    Lost,
}

/// Conditions are nested no deeper than this.
const DEEPEST: usize = 30;

/// Takes a condition into the columns of a table, part by part.
pub(super) fn apply(expression: &Expr, table: &mut Table) -> Vec<Outcome> {
    let mut parts = Vec::new();
    conjuncts(expression, &mut parts, 0);
    parts.into_iter().map(|part| one(part, table)).collect()
}

/// The parts of `a AND b`.
fn conjuncts<'e>(expression: &'e Expr, parts: &mut Vec<&'e Expr>, depth: usize) {
    match plain(expression) {
        Expr::BinaryOp { left, op: BinaryOperator::And, right } if depth < DEEPEST => {
            conjuncts(left, parts, depth + 1);
            conjuncts(right, parts, depth + 1);
        }
        other => parts.push(other),
    }
}

/// Without parentheses, casts and collations.
fn plain(expression: &Expr) -> &Expr {
    let mut at = expression;
    loop {
        at = match at {
            Expr::Nested(inner) => inner,
            Expr::Cast { expr, .. } => expr,
            Expr::Collate { expr, .. } => expr,
            other => return other,
        };
    }
}

fn one(expression: &Expr, table: &mut Table) -> Outcome {
    let expression = unless_null(expression);
    if let Some((name, edit)) = limit(expression)
        && let Some(column) = find(table, &name)
        && edit.apply(column)
    {
        return Outcome::Done;
    }
    rule(expression, 0).map_or(Outcome::Lost, Outcome::Rule)
}

/// `x IS NULL OR …` says the same as `…`, as null passes every check.
fn unless_null(expression: &Expr) -> &Expr {
    if let Expr::BinaryOp { left, op: BinaryOperator::Or, right } = plain(expression)
        && matches!(plain(left), Expr::IsNull(_))
    {
        return plain(right);
    }
    plain(expression)
}

fn find<'t>(table: &'t mut Table, name: &str) -> Option<&'t mut Column> {
    table.columns.iter_mut().find(|it| it.name.eq_ignore_ascii_case(name))
}

/// What a condition of one column says.
enum Edit {
    Bound(Side, String),
    Length(Side, u64),
    OneOf(Vec<Term>),
    /// Always true of the type here: it is JSON of some form.
    Form(&'static str),
    All(Vec<Edit>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Min,
    Max,
    Above,
    Below,
}

impl Edit {
    fn apply(self, column: &mut Column) -> bool {
        match self {
            Self::All(edits) => edits.into_iter().all(|it| it.apply(column)),
            Self::Bound(side, number) => {
                let Some(bounds) = column.kind.as_mut().and_then(Type::bounds_mut) else { return false };
                let slot = match side {
                    Side::Min => &mut bounds.min,
                    Side::Max => &mut bounds.max,
                    Side::Above => &mut bounds.above,
                    Side::Below => &mut bounds.below,
                };
                *slot = Some(number);
                true
            }
            Self::Length(side, length) => {
                let Some((min, max)) = column.kind.as_mut().and_then(Type::lengths_mut) else { return false };
                match side {
                    Side::Min => *min = Some(length),
                    Side::Above => *min = Some(length.saturating_add(1)),
                    Side::Max => *max = Some(max.map_or(length, |it| it.min(length))),
                    Side::Below => *max = length.checked_sub(1),
                }
                true
            }
            Self::OneOf(values) => one_of(values, column),
            Self::Form(form) => match form {
                "object" => matches!(column.kind, Some(Type::Json)),
                _ => false,
            },
        }
    }
}

fn one_of(values: Vec<Term>, column: &mut Column) -> bool {
    match &column.kind {
        Some(Type::String { .. } | Type::Text { .. }) => {
            let word = |it: Term| match it {
                Term::Text(value) => Some(Word { value, label: None, span: column.span.clone() }),
                _ => None,
            };
            let Some(words) = values.into_iter().map(word).collect::<Option<Vec<_>>>() else { return false };
            column.kind = Some(Type::OneOf(words));
            true
        }
        // How databases without a type for it keep truth values.
        Some(Type::Integer(_)) if values.len() == 2 => {
            let bits = ["0", "1"].iter().all(|bit| values.contains(&Term::Number((*bit).to_owned())));
            if bits {
                column.kind = Some(Type::Boolean);
            }
            bits
        }
        Some(Type::Boolean) => true,
        _ => false,
    }
}

/// The column that a condition is about, and what it says of it.
fn limit(expression: &Expr) -> Option<(String, Edit)> {
    match expression {
        Expr::In { expr, target: InTarget::List(list), negated: false, .. } => {
            let values: Option<Vec<Term>> = list.iter().map(constant).collect();
            Some((column(expr)?, Edit::OneOf(values?)))
        }
        Expr::AnyOp { left, compare_op: BinaryOperator::Eq, right, .. } => {
            let Expr::Array(array) = plain(right) else { return None };
            let values: Option<Vec<Term>> = array.elem.iter().map(constant).collect();
            Some((column(left)?, Edit::OneOf(values?)))
        }
        Expr::Between { expr, negated: false, low, high } => {
            let (low, high) = (number(low)?, number(high)?);
            if let Some(name) = length_of(expr) {
                let edits =
                    vec![Edit::Length(Side::Min, low.parse().ok()?), Edit::Length(Side::Max, high.parse().ok()?)];
                return Some((name, Edit::All(edits)));
            }
            Some((column(expr)?, Edit::All(vec![Edit::Bound(Side::Min, low), Edit::Bound(Side::Max, high)])))
        }
        Expr::BinaryOp { left, op: BinaryOperator::Or, right } => {
            // `x = 'a' OR x = 'b'`
            let ((name, left), (other, right)) = (limit(plain(left))?, limit(plain(right))?);
            match (left, right) {
                (Edit::OneOf(mut left), Edit::OneOf(right)) if name == other => {
                    left.extend(right);
                    Some((name, Edit::OneOf(left)))
                }
                _ => None,
            }
        }
        Expr::BinaryOp { left, op, right } => {
            if let (BinaryOperator::Eq, Some(name)) = (op, json_form(left)) {
                let Term::Text(form) = constant(right)? else { return None };
                return form.eq_ignore_ascii_case("object").then_some((name, Edit::Form("object")));
            }
            if let (BinaryOperator::Eq, Some(name), Some(value)) = (op, column(left), constant(right)) {
                return matches!(value, Term::Text(_)).then(|| (name, Edit::OneOf(vec![value])));
            }
            let (subject, side, number) = match (number(right), number(left)) {
                (Some(number), _) => (left, side(op, false)?, number),
                (None, Some(number)) => (right, side(op, true)?, number),
                (None, None) => return None,
            };
            match length_of(subject) {
                Some(name) => Some((name, Edit::Length(side, number.parse().ok()?))),
                None => Some((column(subject)?, Edit::Bound(side, number))),
            }
        }
        _ => None,
    }
}

fn side(operator: &BinaryOperator, turned: bool) -> Option<Side> {
    Some(match (operator, turned) {
        (BinaryOperator::GtEq, false) | (BinaryOperator::LtEq, true) => Side::Min,
        (BinaryOperator::LtEq, false) | (BinaryOperator::GtEq, true) => Side::Max,
        (BinaryOperator::Gt, false) | (BinaryOperator::Lt, true) => Side::Above,
        (BinaryOperator::Lt, false) | (BinaryOperator::Gt, true) => Side::Below,
        _ => return None,
    })
}

fn column(expression: &Expr) -> Option<String> {
    match plain(expression) {
        Expr::Identifier(name) => Some(name.value.clone()),
        Expr::CompoundIdentifier(parts) => parts.last().map(|it| it.value.clone()),
        _ => None,
    }
}

/// The column of `char_length(x)`.
fn length_of(expression: &Expr) -> Option<String> {
    argument_of(expression, &["length", "char_length", "character_length", "len"])
}

fn json_form(expression: &Expr) -> Option<String> {
    argument_of(expression, &["json_type", "json_typeof", "jsonb_typeof"])
}

fn argument_of(expression: &Expr, names: &[&str]) -> Option<String> {
    let Expr::Function(function) = plain(expression) else { return None };
    let name = super::last(&function.name).to_ascii_lowercase();
    let FunctionArguments::List(list) = &function.args else { return None };
    let [FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))] = list.args.as_slice() else { return None };
    let trimmed = match plain(argument) {
        Expr::Trim { expr, .. } => expr,
        other => other,
    };
    names.contains(&name.as_str()).then(|| column(trimmed))?
}

/// A constant.
pub(super) fn constant(expression: &Expr) -> Option<Term> {
    match plain(expression) {
        Expr::Value(value) => match &value.value {
            Value::Number(text, _) => Some(Term::Number(text.clone())),
            Value::Boolean(is) => Some(Term::Boolean(*is)),
            Value::SingleQuotedString(text) | Value::EscapedStringLiteral(text) | Value::DoubleQuotedString(text) => {
                Some(Term::Text(text.clone()))
            }
            Value::NationalStringLiteral(text) | Value::UnicodeStringLiteral(text) => Some(Term::Text(text.clone())),
            _ => None,
        },
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => match constant(expr)? {
            Term::Number(text) if !text.starts_with('-') => Some(Term::Number(format!("-{text}"))),
            _ => None,
        },
        Expr::UnaryOp { op: UnaryOperator::Plus, expr } => constant(expr),
        Expr::Prefixed { value, .. } => constant(value),
        Expr::TypedString(typed) => match &typed.value.value {
            Value::SingleQuotedString(text) => Some(Term::Text(text.clone())),
            _ => None,
        },
        _ => None,
    }
}

fn number(expression: &Expr) -> Option<String> {
    match constant(expression)? {
        Term::Number(text) => Some(text),
        _ => None,
    }
}

/// A condition over several columns, as a rule.
fn rule(expression: &Expr, depth: usize) -> Option<Rule> {
    if depth > DEEPEST {
        return None;
    }
    let operand = |it: &Expr| column(it).map(Term::Column).or_else(|| constant(it));
    match plain(expression) {
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            Some(Rule::And(vec![rule(left, depth + 1)?, rule(right, depth + 1)?]))
        }
        Expr::BinaryOp { left, op: BinaryOperator::Or, right } => {
            Some(Rule::Or(vec![rule(left, depth + 1)?, rule(right, depth + 1)?]))
        }
        Expr::UnaryOp { op: UnaryOperator::Not, expr } => Some(Rule::Not(Box::new(rule(expr, depth + 1)?))),
        Expr::IsNull(inner) => Some(Rule::Null(column(inner)?, true)),
        Expr::IsNotNull(inner) => Some(Rule::Null(column(inner)?, false)),
        Expr::BinaryOp { left, op, right } => {
            let sign = match op {
                BinaryOperator::Eq => "==",
                BinaryOperator::NotEq => "!=",
                BinaryOperator::Lt => "<",
                BinaryOperator::LtEq => "<=",
                BinaryOperator::Gt => ">",
                BinaryOperator::GtEq => ">=",
                _ => return None,
            };
            Some(Rule::Compare(sign, operand(left)?, operand(right)?))
        }
        _ => None,
    }
}
