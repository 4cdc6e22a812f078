//! Expressions of rules, approvals and commands, parsed and typed.

use rust_decimal::Decimal;

/// A typed node. Positions are byte offsets into [`Expression::source`] of the whole, for messages.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// What it evaluates to.
    pub value_type: ValueType,
    /// Whether the value can be null (then comparisons with it are unknown, by Kleene's logic).
    pub nullable: bool,
}

impl Expression {
    /// The declared names of the fields and reference keys that it reads, in the order of the source, each once.
    pub fn fields(&self) -> Vec<&str> {
        fn visit<'a>(expression: &'a Expression, found: &mut Vec<&'a str>) {
            match &expression.kind {
                ExpressionKind::Field(_, name) if !found.contains(&name.as_str()) => found.push(name),
                ExpressionKind::Not(operand)
                | ExpressionKind::Negate(operand)
                | ExpressionKind::IsNull { operand, .. } => visit(operand, found),
                ExpressionKind::Binary(_, left, right) => {
                    visit(left, found);
                    visit(right, found);
                }
                ExpressionKind::In(operand, items) => {
                    visit(operand, found);
                    for item in items {
                        visit(item, found);
                    }
                }
                _ => {}
            }
        }
        let mut found = Vec::new();
        visit(self, &mut found);
        found
    }
}

/// The forms of an expression.
#[derive(Debug, Clone, PartialEq)]
pub enum ExpressionKind {
    /// A constant.
    Literal(Literal),
    /// A field's (or reference key's) value: which row, declared name.
    Field(Subject, String),
    /// The caller's id.
    ActorId,
    /// The caller's role.
    ActorRole,
    /// The moment of the request.
    Now,
    /// `not x`
    Not(Box<Expression>),
    /// `-x`
    Negate(Box<Expression>),
    /// `x op y`
    Binary(Operator, Box<Expression>, Box<Expression>),
    /// `x in [a, b]`
    In(Box<Expression>, Vec<Expression>),
    /// `x == null`; true when negated is false.
    IsNull {
        /// What is tested.
        operand: Box<Expression>,
        /// `x != null`
        negated: bool,
    },
}

/// Which state of the row a field is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The row as it would be (also a bare name).
    New,
    /// The row as it is.
    Old,
}

/// A constant.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// Exact number, as written.
    Number(Decimal),
    /// Text, date, datetime, enum value, by the type beside it.
    String(String),
    /// `true`, `false`
    Boolean(bool),
}

/// Two-sided operators, loosest first: `or`, `and`, comparisons, `+ -`, `*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
}

/// What an expression evaluates to. Integers, longs and decimals are all `Number`: exact.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ValueType {
    Boolean,
    Number,
    /// Binary floating point; mixes with nothing exact but literals.
    Float,
    String,
    Date,
    DateTime,
    Uuid,
    /// The enumeration's name.
    Enum(String),
}
