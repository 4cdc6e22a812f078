//! Conditions over one row.

use crate::reading::Field;

/// A condition over the columns of one row, as far as answers can say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Rule {
    Compare(&'static str, Term, Term),
    And(Vec<Rule>),
    Or(Vec<Rule>),
    Not(Box<Rule>),
    /// Whether a column is null, or is not.
    Null(String, bool),
}

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Term {
    Column(String),
    Number(String),
    Text(String),
    Boolean(bool),
}

/// Expressions are no longer than this, in operands.
const MOST: usize = 40;

impl Rule {
    /// As answers write it, with the names that columns have here; `None` where types do not fit together.
    pub(super) fn expression(&self, lookup: &impl Fn(&str) -> Option<(String, Field)>) -> Option<String> {
        (self.size() <= MOST).then(|| self.text(lookup)).flatten()
    }

    fn size(&self) -> usize {
        match self {
            Self::Compare(..) => 2,
            Self::And(rules) | Self::Or(rules) => rules.iter().map(Self::size).sum(),
            Self::Not(rule) => rule.size(),
            Self::Null(..) => 1,
        }
    }

    fn text(&self, lookup: &impl Fn(&str) -> Option<(String, Field)>) -> Option<String> {
        let joined = |rules: &[Rule], word: &str| {
            let parts: Option<Vec<String>> = rules
                .iter()
                .map(|rule| {
                    let text = rule.text(lookup)?;
                    Some(if matches!(rule, Self::And(_) | Self::Or(_)) { format!("({text})") } else { text })
                })
                .collect();
            Some(parts?.join(word))
        };
        match self {
            Self::And(rules) => joined(rules, " and "),
            Self::Or(rules) => joined(rules, " or "),
            Self::Not(rule) => Some(format!("not ({})", rule.text(lookup)?)),
            Self::Null(column, is) => {
                let (name, field) = lookup(column)?;
                // What is never null needs no test.
                let sign = if *is { "==" } else { "!=" };
                (field.optional && !field.list && field.kind != "json").then(|| format!("{name} {sign} null"))
            }
            Self::Compare(sign, left, right) => {
                let (left, right) = (Side::of(left, lookup)?, Side::of(right, lookup)?);
                let (class, columns) = match (left.column, right.column) {
                    (true, true) => (left.class == right.class && left.kind == right.kind, true),
                    (true, false) => (fits(&left, &right), true),
                    (false, true) => (fits(&right, &left), true),
                    (false, false) => (false, false),
                };
                let ordered = !matches!(*sign, "==" | "!=");
                let orders = !matches!(left.class, Class::Boolean | Class::Word) || !ordered;
                (class && columns && orders).then(|| format!("{} {sign} {}", left.text, right.text))
            }
        }
    }
}

/// Values that compare with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Number,
    Text,
    /// One of an enumeration, or an identifier.
    Word,
    Boolean,
    Time,
}

struct Side {
    text: String,
    class: Class,
    column: bool,
    /// Of columns: numbers of any exact type go together, times and words only with their own.
    kind: String,
    values: Vec<String>,
}

impl Side {
    fn of(operand: &Term, lookup: &impl Fn(&str) -> Option<(String, Field)>) -> Option<Self> {
        let constant =
            |text: String, class| Self { text, class, column: false, kind: String::new(), values: Vec::new() };
        match operand {
            Term::Number(text) => crate::spec::exact(text).map(|number| constant(number.to_string(), Class::Number)),
            Term::Text(text) => {
                let plain = !text.contains(['\'', '"', '\\']) && !text.contains(char::is_control) && text.len() <= 200;
                plain.then(|| constant(format!("'{text}'"), Class::Text))
            }
            Term::Boolean(value) => Some(constant(value.to_string(), Class::Boolean)),
            Term::Column(column) => {
                let (text, field) = lookup(column)?;
                if field.list || field.private {
                    return None;
                }
                let (class, kind) = match field.kind.as_str() {
                    "integer" | "long" | "decimal" => (Class::Number, "exact"),
                    "float" => (Class::Number, "float"),
                    "string" | "text" => (Class::Text, "text"),
                    "boolean" => (Class::Boolean, "boolean"),
                    it @ ("date" | "datetime") => (Class::Time, it),
                    it if !field.values.is_empty() => (Class::Word, if it == "enum" { text.as_str() } else { it }),
                    _ => return None,
                };
                let kind = kind.to_owned();
                Some(Self { text, class, column: true, kind, values: field.values })
            }
        }
    }
}

/// Whether a constant is one that the column can be compared with.
fn fits(column: &Side, constant: &Side) -> bool {
    match column.class {
        Class::Number => constant.class == Class::Number,
        Class::Text => constant.class == Class::Text,
        Class::Boolean => constant.class == Class::Boolean,
        Class::Word => column.values.iter().any(|it| constant.text == format!("'{it}'")),
        Class::Time => false,
    }
}
