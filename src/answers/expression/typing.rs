//! A tree into a typed expression.

use super::Fault;
use super::parser::{Tree, TreeKind};
use super::scope::{Column, Scope};
use crate::answers::suggest::nearest;
use crate::spec::{
    Expression, ExpressionKind, Literal, Operator, Subject, ValueType, check_value, date, datetime, exact,
};
use std::ops::Range;

/// Types a tree that must be true or false.
pub(super) fn condition(tree: &Tree, scope: &Scope<'_>) -> Result<Option<Expression>, Vec<Fault>> {
    let mut typing = Typing { scope, faults: Vec::new() };
    let typed = typing.boolean(tree);
    if typing.faults.is_empty() { Ok(typed) } else { Err(typing.faults) }
}

struct Typing<'a> {
    scope: &'a Scope<'a>,
    faults: Vec<Fault>,
}

impl Typing<'_> {
    /// Reports, and gives nothing.
    fn refuse<T>(&mut self, fault: Fault) -> Option<T> {
        self.faults.push(fault);
        None
    }

    fn boolean(&mut self, tree: &Tree) -> Option<Expression> {
        let typed = self.typed(tree, None)?;
        if typed.value_type == ValueType::Boolean {
            return Some(typed);
        }
        let fault = Fault::new("this must be a condition", tree.range.clone());
        self.refuse(fault.label(format!("found {}", describe(&typed.value_type))).note("for example `price > 0`"))
    }

    /// `expected` decides what a literal is; it does not force anything else.
    fn typed(&mut self, tree: &Tree, expected: Option<&ValueType>) -> Option<Expression> {
        match &tree.kind {
            TreeKind::Null => self.refuse(
                Fault::new("null can only be tested", tree.range.clone()).note("write `x == null` or `x != null`"),
            ),
            TreeKind::Number(text) => self.number(text, tree, expected),
            TreeKind::String(text) => self.string(text, tree, expected),
            TreeKind::Boolean(value) => {
                Some(plain(ExpressionKind::Literal(Literal::Boolean(*value)), ValueType::Boolean, false))
            }
            TreeKind::Name(row, name) => self.name(*row, name, &tree.range),
            TreeKind::ActorId => self.actor(ExpressionKind::ActorId, ValueType::Uuid, &tree.range),
            TreeKind::ActorRole => self.actor(ExpressionKind::ActorRole, ValueType::String, &tree.range),
            TreeKind::Now => Some(plain(ExpressionKind::Now, ValueType::DateTime, false)),
            TreeKind::Not(inner) => {
                let inner = self.boolean(inner)?;
                let nullable = inner.nullable;
                Some(plain(ExpressionKind::Not(Box::new(inner)), ValueType::Boolean, nullable))
            }
            TreeKind::Negate(inner) => {
                let typed = self.typed(inner, expected)?;
                self.arithmetic(&typed, inner)?;
                let (value_type, nullable) = (typed.value_type.clone(), typed.nullable);
                Some(plain(ExpressionKind::Negate(Box::new(typed)), value_type, nullable))
            }
            TreeKind::Binary(operator, left, right) => self.binary(*operator, left, right, expected),
            TreeKind::In(left, items) => self.within(left, items, tree),
        }
    }

    fn number(&mut self, text: &str, tree: &Tree, expected: Option<&ValueType>) -> Option<Expression> {
        let Some(number) = exact(text) else {
            return self.refuse(Fault::new("the number has too many digits", tree.range.clone()));
        };
        let value_type = match expected {
            Some(ValueType::Float) => ValueType::Float,
            _ => ValueType::Number,
        };
        Some(plain(ExpressionKind::Literal(Literal::Number(number)), value_type, false))
    }

    fn string(&mut self, text: &str, tree: &Tree, expected: Option<&ValueType>) -> Option<Expression> {
        let fault = |message: String| Fault::new(message, tree.range.clone());
        let (text, value_type) = match expected {
            Some(ValueType::Date) => match date(text) {
                Some(text) => (text, ValueType::Date),
                None => {
                    return self.refuse(fault(format!("`{text}` is no date")).note("write for example '2026-01-31'"));
                }
            },
            Some(ValueType::DateTime) => match datetime(text) {
                Some(text) => (text, ValueType::DateTime),
                None => {
                    let fault = fault(format!("`{text}` is no moment with an offset"));
                    return self.refuse(fault.note("write for example '2026-01-31T09:30:00Z'"));
                }
            },
            Some(ValueType::Uuid) => match check_value(&crate::spec::FieldKind::Uuid, &[], &text.into()) {
                Ok(value) => (value.as_str().unwrap_or(text).to_owned(), ValueType::Uuid),
                Err(found) => return self.refuse(fault(format!("`{text}` {}", found.message))),
            },
            Some(ValueType::Enum(name)) => {
                let known = self.scope.enums.iter().find(|it| it.name.declared() == name);
                let values: Vec<&str> = known.iter().flat_map(|it| &it.values).map(|it| it.value.as_str()).collect();
                if !values.contains(&text) {
                    return self.refuse(hints(fault(format!("`{text}` is no value of `{name}`")), text, &values));
                }
                (text.to_owned(), ValueType::Enum(name.clone()))
            }
            _ => (text.to_owned(), ValueType::String),
        };
        Some(plain(ExpressionKind::Literal(Literal::String(text)), value_type, false))
    }

    fn name(&mut self, row: Option<Subject>, name: &str, range: &Range<usize>) -> Option<Expression> {
        let (subject, reason) = match row {
            Some(Subject::New) => (Subject::New, self.scope.no_new),
            Some(Subject::Old) => (Subject::Old, self.scope.no_old),
            None => (self.scope.bare, None),
        };
        if let Some(reason) = reason {
            let word = if subject == Subject::New { "new" } else { "old" };
            return self.refuse(Fault::new(format!("`{word}` is not possible here"), range.clone()).label(reason));
        }
        match self.scope.columns.get(name) {
            Some(Column::Value { name, value_type, nullable }) => {
                Some(plain(ExpressionKind::Field(subject, name.clone()), value_type.clone(), *nullable))
            }
            Some(Column::Unusable(reason)) => {
                let fault = Fault::new(format!("`{name}` cannot be used in an expression"), range.clone());
                self.refuse(fault.label(reason.clone()))
            }
            Some(Column::Broken) => None,
            None => {
                let usable = self.scope.columns.iter().filter(|(_, column)| matches!(column, Column::Value { .. }));
                let known: Vec<&str> = usable.map(|(name, _)| name.as_str()).collect();
                self.refuse(hints(Fault::new(format!("unknown field `{name}`"), range.clone()), name, &known))
            }
        }
    }

    fn actor(&mut self, kind: ExpressionKind, value_type: ValueType, range: &Range<usize>) -> Option<Expression> {
        if !self.scope.auth {
            let fault = Fault::new("there is no actor without accounts", range.clone());
            return self.refuse(fault.note("`stack.auth` is \"none\""));
        }
        Some(plain(kind, value_type, true))
    }

    fn binary(
        &mut self,
        operator: Operator,
        left: &Tree,
        right: &Tree,
        expected: Option<&ValueType>,
    ) -> Option<Expression> {
        match operator {
            Operator::And | Operator::Or => {
                let (left, right) = (self.boolean(left), self.boolean(right));
                Some(joined(operator, left?, right?, ValueType::Boolean))
            }
            Operator::Add | Operator::Subtract | Operator::Multiply => {
                let (typed_left, typed_right) = self.pair(left, right, expected)?;
                let fits = (self.arithmetic(&typed_left, left), self.arithmetic(&typed_right, right));
                let ((), ()) = (fits.0?, fits.1?);
                self.alike(&typed_left, &typed_right, right, "compute")?;
                let value_type = typed_left.value_type.clone();
                Some(joined(operator, typed_left, typed_right, value_type))
            }
            Operator::Equal | Operator::NotEqual => {
                let negated = operator == Operator::NotEqual;
                for (one, other) in [(left, right), (right, left)] {
                    if matches!(one.kind, TreeKind::Null) {
                        return self.null_test(other, negated);
                    }
                }
                let (typed_left, typed_right) = self.pair(left, right, None)?;
                self.alike(&typed_left, &typed_right, right, "compare")?;
                self.role(&typed_left, &typed_right, right);
                self.role(&typed_right, &typed_left, left);
                Some(joined(operator, typed_left, typed_right, ValueType::Boolean))
            }
            Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
                let (typed_left, typed_right) = self.pair(left, right, None)?;
                self.alike(&typed_left, &typed_right, right, "compare")?;
                self.ordered(&typed_left, left)?;
                Some(joined(operator, typed_left, typed_right, ValueType::Boolean))
            }
        }
    }

    fn null_test(&mut self, tree: &Tree, negated: bool) -> Option<Expression> {
        if matches!(tree.kind, TreeKind::Null) {
            return self.refuse(Fault::new("null is always null", tree.range.clone()).note("test a field instead"));
        }
        let operand = Box::new(self.typed(tree, None)?);
        Some(plain(ExpressionKind::IsNull { operand, negated }, ValueType::Boolean, false))
    }

    /// Types two operands; a literal takes its type from the other one.
    fn pair(&mut self, left: &Tree, right: &Tree, expected: Option<&ValueType>) -> Option<(Expression, Expression)> {
        if is_literal(left) && !is_literal(right) {
            let typed_right = self.typed(right, expected)?;
            let typed_left = self.typed(left, Some(&typed_right.value_type))?;
            return Some((typed_left, typed_right));
        }
        let typed_left = self.typed(left, expected);
        let hint = typed_left.as_ref().map(|it| it.value_type.clone());
        if hint.is_none() && is_literal(right) {
            return None;
        }
        let typed_right = self.typed(right, hint.as_ref().or(expected));
        Some((typed_left?, typed_right?))
    }

    fn within(&mut self, left: &Tree, items: &[Tree], tree: &Tree) -> Option<Expression> {
        let typed_left = self.typed(left, None)?;
        if items.is_empty() {
            return self.refuse(Fault::new("the list is empty", tree.range.clone()).note("write `x in ['a', 'b']`"));
        }
        let mut typed_items = Vec::new();
        for item in items {
            let Some(typed) = self.typed(item, Some(&typed_left.value_type)) else { continue };
            if self.alike(&typed_left, &typed, item, "compare").is_some() {
                self.role(&typed_left, &typed, item);
                typed_items.push(typed);
            }
        }
        if typed_items.len() < items.len() {
            return None;
        }
        let nullable = typed_left.nullable || typed_items.iter().any(|it| it.nullable);
        Some(plain(ExpressionKind::In(Box::new(typed_left), typed_items), ValueType::Boolean, nullable))
    }

    fn arithmetic(&mut self, typed: &Expression, tree: &Tree) -> Option<()> {
        if matches!(typed.value_type, ValueType::Number | ValueType::Float) {
            return Some(());
        }
        let fault = Fault::new("only numbers can be computed with", tree.range.clone());
        self.refuse(fault.label(format!("this is {}", describe(&typed.value_type))))
    }

    fn ordered(&mut self, typed: &Expression, tree: &Tree) -> Option<()> {
        match &typed.value_type {
            ValueType::Boolean | ValueType::Uuid | ValueType::Enum(_) => {
                let fault = Fault::new("this has no order", tree.range.clone());
                let fault = fault.label(format!("this is {}", describe(&typed.value_type)));
                self.refuse(fault.note("use `==`, `!=` or `in`"))
            }
            _ => Some(()),
        }
    }

    fn alike(&mut self, left: &Expression, right: &Expression, tree: &Tree, verb: &str) -> Option<()> {
        if left.value_type == right.value_type {
            return Some(());
        }
        let (one, other) = (describe(&left.value_type), describe(&right.value_type));
        let fault = Fault::new(format!("cannot {verb} {one} with {other}"), tree.range.clone());
        self.refuse(fault.label(format!("this is {other}")))
    }

    /// A text compared with the caller's role must be a role.
    fn role(&mut self, one: &Expression, other: &Expression, tree: &Tree) {
        if let (ExpressionKind::ActorRole, ExpressionKind::Literal(Literal::String(text))) = (&one.kind, &other.kind)
            && !self.scope.roles.contains(text)
        {
            let known: Vec<&str> = self.scope.roles.iter().map(String::as_str).collect();
            self.faults.push(hints(Fault::new(format!("unknown role `{text}`"), tree.range.clone()), text, &known));
        }
    }
}

fn hints(fault: Fault, written: &str, known: &[&str]) -> Fault {
    let fault = match nearest(written, known.iter().copied()) {
        Some(near) => fault.note(format!("did you mean `{near}`?")),
        None => fault,
    };
    if known.is_empty() { fault } else { fault.note(format!("allowed: {}", known.join(", "))) }
}

fn is_literal(tree: &Tree) -> bool {
    match &tree.kind {
        TreeKind::Number(_) | TreeKind::String(_) => true,
        TreeKind::Negate(inner) => is_literal(inner),
        TreeKind::Binary(Operator::Add | Operator::Subtract | Operator::Multiply, left, right) => {
            is_literal(left) && is_literal(right)
        }
        _ => false,
    }
}

fn plain(kind: ExpressionKind, value_type: ValueType, nullable: bool) -> Expression {
    Expression { kind, value_type, nullable }
}

fn joined(operator: Operator, left: Expression, right: Expression, value_type: ValueType) -> Expression {
    let nullable = left.nullable || right.nullable;
    plain(ExpressionKind::Binary(operator, Box::new(left), Box::new(right)), value_type, nullable)
}

fn describe(value_type: &ValueType) -> String {
    match value_type {
        ValueType::Boolean => "a boolean".to_owned(),
        ValueType::Number => "an exact number".to_owned(),
        ValueType::Float => "a float".to_owned(),
        ValueType::String => "a string".to_owned(),
        ValueType::Date => "a date".to_owned(),
        ValueType::DateTime => "a datetime".to_owned(),
        ValueType::Uuid => "a uuid".to_owned(),
        ValueType::Enum(name) => format!("a value of `{name}`"),
    }
}
