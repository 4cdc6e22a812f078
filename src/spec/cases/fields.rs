//! The fields that an expression reads, and the values that are tried in them.

use super::{Case, Computed, Ground};
use crate::spec::evaluate::each;
use crate::spec::{
    Default, Expression, ExpressionKind, Field, FieldKind, Literal, Subject, ValueType, check_value, samples_of,
    value::{shift_date, shift_datetime},
};
use serde_json::{Value, json};

/// More values of an enumeration tell nothing more.
const MOST_VALUES: usize = 12;

/// A field of one of the two rows that may have another value.
#[derive(Debug)]
pub(super) struct Variable<'a> {
    pub(super) subject: Subject,
    pub(super) name: String,
    /// The field; nothing for the key of a reference.
    pub(super) field: Option<&'a Field>,
    /// Both rows are one.
    one_row: bool,
    /// Values to try.
    pub(super) values: Vec<Value>,
}

impl Variable<'_> {
    /// Whether it is this field of this row.
    pub(super) fn is(&self, subject: Subject, name: &str) -> bool {
        self.name == name && (self.one_row || self.subject == subject)
    }

    /// The case with this value instead.
    pub(super) fn set(&self, case: &Case, value: Value) -> Case {
        let mut case = case.clone();
        if self.one_row || self.subject == Subject::New {
            case.new.insert(self.name.clone(), value.clone());
        }
        if self.one_row || self.subject == Subject::Old {
            case.old.insert(self.name.clone(), value);
        }
        case
    }

    /// A computed value in the form of the field, if it is allowed there.
    pub(super) fn accepts(&self, value: &Computed, ground: &Ground<'_>) -> Option<Value> {
        let kind = &self.field?.kind;
        let value = match (value, kind) {
            (Computed::Boolean(value), _) => json!(value),
            (Computed::Number(number), FieldKind::Decimal { .. }) => json!(number.normalized().to_plain_string()),
            (Computed::Number(number), _) => json!(number.normalized().to_plain_string().parse::<i64>().ok()?),
            (Computed::Float(number), _) => json!(number),
            (Computed::Text(text), _) => json!(text),
            (Computed::Null, _) => return None,
        };
        self.checked(&value, ground)
    }

    /// A value in the form of the field, if it is allowed there.
    pub(super) fn checked(&self, value: &Value, ground: &Ground<'_>) -> Option<Value> {
        let field = self.field?;
        if value.is_null() {
            return (!field.required).then_some(Value::Null);
        }
        check_value(&field.kind, ground.enums, value).ok()
    }
}

/// All of them.
#[derive(Debug)]
pub(super) struct Fields<'a>(pub(super) Vec<Variable<'a>>);

impl<'a> Fields<'a> {
    /// The fields that a condition reads and that may change.
    pub(super) fn of(condition: &Expression, ground: &Ground<'a>) -> Self {
        let mut variables: Vec<Variable<'a>> = Vec::new();
        let mut literals = Vec::new();
        each(condition, &mut |node| match &node.kind {
            ExpressionKind::Field(subject, name) if !ground.fixed.contains(&name.as_str()) => {
                let one_row = ground.old.is_none();
                if !variables.iter().any(|it| it.is(*subject, name)) {
                    let (field, name) = (ground.entity.field(name), name.clone());
                    variables.push(Variable { subject: *subject, name, field, one_row, values: Vec::new() });
                }
            }
            ExpressionKind::Literal(literal) => literals.push((literal.clone(), node.value_type.clone())),
            _ => {}
        });
        for variable in &mut variables {
            variable.values = tried(variable, &literals, ground);
        }
        Self(variables)
    }

    /// Those that a comparison reads.
    pub(super) fn read_by<'s>(
        &'s self,
        comparison: &super::solve::Comparison<'_>,
    ) -> impl Iterator<Item = &'s Variable<'a>> {
        let mut read = Vec::new();
        for side in [comparison.left, comparison.right] {
            each(side, &mut |node| {
                if let ExpressionKind::Field(subject, name) = &node.kind {
                    read.push((*subject, name.clone()));
                }
            });
        }
        let reads = move |it: &&Variable<'_>| read.iter().any(|(subject, name)| it.is(*subject, name));
        self.0.iter().filter(reads)
    }
}

/// Values of a field that are worth trying, the usual ones first.
fn tried(variable: &Variable<'_>, literals: &[(Literal, ValueType)], ground: &Ground<'_>) -> Vec<Value> {
    let Some(field) = variable.field else {
        let optional = ground.entity.references().any(|it| it.key().camel() == variable.name && !it.required);
        return if optional { vec![Value::Null] } else { Vec::new() };
    };
    let mut values = vec![Value::Null];
    for seed in 0..3 {
        let samples = samples_of(field, Some(&ground.entity.name), ground.enums, seed);
        values.push(samples.typical);
        if seed == 0 {
            values.extend([samples.lowest, samples.highest].into_iter().flatten());
        }
    }
    if let Some(Default::Value(value)) = &field.default {
        values.push(value.clone());
    }
    match &field.kind {
        FieldKind::Boolean => values.extend([json!(true), json!(false)]),
        FieldKind::Enum(name) => {
            let known = ground.enums.iter().find(|it| it.name.declared() == name);
            values.extend(known.into_iter().flat_map(|it| &it.values).take(MOST_VALUES).map(|it| json!(it.value)));
        }
        FieldKind::Date { .. } => {
            let today = ground.now.get(..10).unwrap_or_default();
            values.extend([-1, 1].iter().filter_map(|by| shift_date(today, *by)).map(Value::String));
        }
        FieldKind::DateTime { .. } => {
            let day = 86_400_000;
            values.extend([-day, day].iter().filter_map(|by| shift_datetime(ground.now, *by)).map(Value::String));
        }
        FieldKind::Integer(_) | FieldKind::Long(_) | FieldKind::Float(_) | FieldKind::Decimal { .. } => {
            values.extend([0, 1, 2, 10, 100, 1_000].map(Value::from));
        }
        _ => {}
    }
    for (literal, _) in literals {
        values.push(match literal {
            Literal::Number(number) => serde_json::from_str(&number.to_string()).unwrap_or_default(),
            Literal::String(text) => json!(text),
            Literal::Boolean(value) => json!(value),
        });
    }
    let mut allowed = Vec::new();
    for value in values.iter().filter_map(|it| variable.checked(it, ground)) {
        if !allowed.contains(&value) {
            allowed.push(value);
        }
    }
    allowed
}
