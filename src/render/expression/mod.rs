//! Expressions of rules, approvals and commands as the framework's language writes them.

mod layout;
mod plain;

pub use plain::looks;

use crate::catalog::{Expressions, Language};
use crate::render::escape;
use crate::render::fit::Layout;
use crate::spec::{Expression, ExpressionKind, Literal, Operator, Subject, ValueType};

/// How tightly a form holds together; a looser one inside a tighter one gets parentheses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Or,
    And,
    Not,
    Comparison,
    Sum,
    Product,
    Sign,
    Atom,
}

/// A printed expression, taken apart far enough to break it into lines.
#[derive(Debug, Clone)]
struct Code {
    binding: Binding,
    shape: Shape,
}

#[derive(Debug, Clone)]
enum Shape {
    /// Not to be broken.
    Whole(String),
    /// Operands with the operator between them, the first without.
    Chain(Vec<(String, Code)>),
    /// What stands before the arguments, an open bracket last, and the arguments.
    Call(String, Vec<Code>),
}

/// Prints expressions over the rows of one entity.
pub struct Printer<'a> {
    /// Of the framework.
    pub language: &'a Language,
    /// The attribute of a field or of a reference's key.
    pub member: &'a dyn Fn(&str) -> String,
    /// The type and the constant of an enumeration's value.
    pub constant: &'a dyn Fn(&str, &str) -> (String, String),
}

impl Printer<'_> {
    /// The lines of a function's body that gives the expression's value; nothing when the language says nothing of
    /// expressions, a message when it lacks a form.
    pub fn body(&self, expression: &Expression) -> Result<Option<String>, String> {
        let Some(table) = &self.language.expressions else { return Ok(None) };
        // The body of a function that stands at the margin.
        let indent = self.language.indent;
        let page = Layout::from(self.language);
        let expression = plain::plain(expression);
        if let Some(line) = layout::one_line(&self.code(table, &expression, false)?, table, indent, page) {
            return Ok(Some(line));
        }
        // Calls have one way to be broken, operators many.
        Ok(Some(layout::statement(&self.code(table, &expression, true)?, table, indent, page)))
    }

    /// With `calls`, `and` and `or` are written as the calls that they are where something may be unknown.
    fn code(&self, table: &Expressions, expression: &Expression, calls: bool) -> Result<Code, String> {
        let code = |expression: &Expression| self.code(table, expression, calls);
        match &expression.kind {
            ExpressionKind::Literal(literal) => self.literal(table, literal, &expression.value_type),
            ExpressionKind::Field(subject, name) => {
                let form = if *subject == Subject::New { "new" } else { "old" };
                let form = lookup(table, form, &expression.value_type, false)?;
                Ok(atom(form.replace("{member}", &(self.member)(name))))
            }
            ExpressionKind::ActorId => Ok(atom(lookup(table, "actor_id", &expression.value_type, false)?)),
            ExpressionKind::ActorRole => Ok(atom(lookup(table, "actor_role", &expression.value_type, false)?)),
            ExpressionKind::Now => Ok(atom(lookup(table, "now", &expression.value_type, false)?)),
            ExpressionKind::Not(operand) if matches!(operand.kind, ExpressionKind::In(..)) => {
                self.within(table, operand, "not_in", calls)
            }
            ExpressionKind::Not(operand) => {
                let form = lookup(table, "not", &ValueType::Boolean, operand.nullable)?;
                Ok(filled(&form, &[("{operand}", code(operand)?)], Binding::Not))
            }
            ExpressionKind::Negate(operand) => {
                let form = lookup(table, "negate", &operand.value_type, operand.nullable)?;
                Ok(filled(&form, &[("{operand}", code(operand)?)], Binding::Sign))
            }
            ExpressionKind::IsNull { operand, negated } => {
                let form = lookup(table, if *negated { "is_not_null" } else { "is_null" }, &operand.value_type, false)?;
                Ok(filled(&form, &[("{operand}", code(operand)?)], Binding::Comparison))
            }
            ExpressionKind::In(..) => self.within(table, expression, "in", calls),
            ExpressionKind::Binary(operator, left, right) => {
                let (name, binding) = described(*operator);
                let joined = matches!(operator, Operator::And | Operator::Or);
                let nullable = left.nullable || right.nullable || (calls && joined);
                let form = lookup(table, name, &left.value_type, nullable)?;
                let operands = [("{left}", code(left)?), ("{right}", code(right)?)];
                Ok(filled(&form, &operands, binding))
            }
        }
    }

    fn within(&self, table: &Expressions, expression: &Expression, name: &str, calls: bool) -> Result<Code, String> {
        let ExpressionKind::In(operand, items) = &expression.kind else { return Err(format!("{name} of no list")) };
        let form = lookup(table, name, &operand.value_type, expression.nullable)?;
        let codes = items.iter().map(|it| self.code(table, it, calls)).collect::<Result<Vec<_>, _>>()?;
        let operand = self.code(table, operand, calls)?;
        let list: Vec<_> = codes.iter().map(layout::line).collect();
        let operands = [("{operand}", operand.clone()), ("{items}", atom(list.join(", ")))];
        let whole = filled(&form, &operands, Binding::Comparison);
        Ok(spread(whole, &list.join(", "), &codes))
    }

    fn literal(&self, table: &Expressions, literal: &Literal, value_type: &ValueType) -> Result<Code, String> {
        let string = if self.language.fewest_escapes { escape::string_fewest } else { escape::string };
        let (name, value) = match literal {
            Literal::Boolean(value) => {
                let literals = &self.language.literals;
                let value = if *value { &literals.r#true } else { &literals.r#false };
                let form = table.literals.get("boolean").map(|form| form.replace("{value}", value));
                return Ok(atom(form.unwrap_or_else(|| value.clone())));
            }
            Literal::Number(number) if *value_type == ValueType::Float => {
                ("float", float(&number.normalize().to_string()))
            }
            Literal::Number(number) => {
                let number = number.normalize();
                (if number.scale() == 0 { "integer" } else { "number" }, number.to_string())
            }
            Literal::String(text) => match value_type {
                ValueType::Enum(name) => {
                    let (type_name, constant) = (self.constant)(name, text);
                    let form = table.literals.get("enum").ok_or("there is no literal `enum`")?;
                    let form = form.replace("{type}", &type_name).replace("{constant}", &constant);
                    return Ok(atom(form.replace("{value}", &string(text))));
                }
                other => (id(other), string(text)),
            },
        };
        let form = table.literals.get(name).ok_or_else(|| format!("there is no literal `{name}`"))?;
        Ok(atom(form.replace("{value}", &value)))
    }
}

/// A float's literal has a point.
fn float(text: &str) -> String {
    if text.contains('.') { text.to_owned() } else { format!("{text}.0") }
}

fn atom(text: String) -> Code {
    Code { binding: Binding::Atom, shape: Shape::Whole(text) }
}

fn lookup(table: &Expressions, name: &str, value_type: &ValueType, nullable: bool) -> Result<String, String> {
    let found = table.form(name, id(value_type), nullable);
    found.map(str::to_owned).ok_or_else(|| format!("there is no form `{name}`"))
}

fn id(value_type: &ValueType) -> &'static str {
    match value_type {
        ValueType::Boolean => "boolean",
        ValueType::Number => "number",
        ValueType::Float => "float",
        ValueType::String => "string",
        ValueType::Date => "date",
        ValueType::DateTime => "datetime",
        ValueType::Uuid => "uuid",
        ValueType::Enum(_) => "enum",
    }
}

fn described(operator: Operator) -> (&'static str, Binding) {
    match operator {
        Operator::Or => ("or", Binding::Or),
        Operator::And => ("and", Binding::And),
        Operator::Equal => ("equal", Binding::Comparison),
        Operator::NotEqual => ("not_equal", Binding::Comparison),
        Operator::Less => ("less", Binding::Comparison),
        Operator::LessOrEqual => ("less_or_equal", Binding::Comparison),
        Operator::Greater => ("greater", Binding::Comparison),
        Operator::GreaterOrEqual => ("greater_or_equal", Binding::Comparison),
        Operator::Add => ("add", Binding::Sum),
        Operator::Subtract => ("subtract", Binding::Sum),
        Operator::Multiply => ("multiply", Binding::Product),
    }
}

/// Puts the operands in their places. A form that starts with a place is an operator between two; one that is closed by a
/// bracket is a call and holds together by itself.
fn filled(form: &str, operands: &[(&str, Code)], binding: Binding) -> Code {
    if let [(first, left), (second, right)] = operands
        && let Some(between) = form.strip_prefix(first).and_then(|rest| rest.strip_suffix(second))
    {
        let mut chain = Vec::new();
        match &left.shape {
            // `a and b and c` is one chain; comparisons are never chained.
            Shape::Chain(items) if left.binding == binding && binding != Binding::Comparison => {
                chain.extend(items.clone());
            }
            _ => chain.push((String::new(), tighter(left, binding, binding == Binding::Comparison))),
        }
        chain.push((between.trim().to_owned(), tighter(right, binding, true)));
        return Code { binding, shape: Shape::Chain(chain) };
    }
    let call = form.ends_with(')') && form.find('(').is_some_and(|open| !form[..open].contains('{'));
    if call && let Some(open) = form.find('(') {
        let (head, rest) = form.split_at(open + 1);
        let arguments = &rest[..rest.len() - 1];
        let codes = arguments.split(", ").map(|place| match operands.iter().find(|(name, _)| *name == place) {
            Some((_, code)) => code.clone(),
            None => {
                atom(operands.iter().fold(place.to_owned(), |text, (name, it)| text.replace(name, &layout::line(it))))
            }
        });
        return Code { binding: Binding::Atom, shape: Shape::Call(head.to_owned(), codes.collect()) };
    }
    let text = operands.iter().fold(form.to_owned(), |text, (place, code)| {
        text.replace(place, &layout::line(&tighter(code, binding, form.starts_with(place))))
    });
    Code { binding, shape: Shape::Whole(text) }
}

/// The items of a list that is an argument of a call, as arguments of their own.
fn spread(code: Code, list: &str, items: &[Code]) -> Code {
    let Shape::Call(head, arguments) = code.shape else { return code };
    let arguments = arguments.into_iter().flat_map(|it| match &it.shape {
        Shape::Whole(text) if text == list => items.to_vec(),
        Shape::Call(..) => vec![spread(it, list, items)],
        _ => vec![it],
    });
    Code { binding: code.binding, shape: Shape::Call(head, arguments.collect()) }
}

/// The code as an operand of something that binds so: in parentheses where it is looser, or as loose and `strictly`, or an
/// `and` in an `or`, which people misread.
fn tighter(code: &Code, binding: Binding, strictly: bool) -> Code {
    let misread = binding == Binding::Or && code.binding == Binding::And;
    if (code.binding > binding && !misread) || (code.binding == binding && !strictly) {
        return code.clone();
    }
    Code { binding: Binding::Atom, shape: Shape::Call("(".to_owned(), vec![code.clone()]) }
}
