//! From tokens to a tree without types.

use super::token::{Kind, Token, error, tokens};
use super::{DEPTH, ExpressionError};
use crate::spec::Operator;

/// A node and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub form: Form,
    pub start: usize,
    pub end: usize,
}

#[derive(Debug, Clone)]
pub(super) enum Form {
    Word(String),
    Number(String),
    Text(String),
    Not(Box<Node>),
    Negate(Box<Node>),
    Binary(Operator, Box<Node>, Box<Node>),
    In(Box<Node>, Vec<Node>),
}

pub(super) fn parse(text: &str) -> Result<Node, ExpressionError> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    let node = parser.binary(0)?;
    match &parser.peek().kind {
        Kind::End => Ok(node),
        _ => Err(parser.unexpected("an operator or the end")),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

/// The binary operators by how tightly they bind, loosest first; `not` stands between `and` and the comparisons.
const LEVELS: [&[(&str, Operator)]; 5] = [
    &[("or", Operator::Or)],
    &[("and", Operator::And)],
    &[
        ("==", Operator::Equal),
        ("!=", Operator::NotEqual),
        ("<", Operator::Less),
        ("<=", Operator::LessOrEqual),
        (">", Operator::Greater),
        (">=", Operator::GreaterOrEqual),
    ],
    &[("+", Operator::Add), ("-", Operator::Subtract)],
    &[("*", Operator::Multiply)],
];
const COMPARISON: usize = 2;

impl Parser {
    fn peek(&self) -> &Token {
        &self.tokens[self.at]
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    fn is(&self, word: &str) -> bool {
        match &self.peek().kind {
            Kind::Word(it) => it == word,
            Kind::Sign(it) => *it == word,
            _ => false,
        }
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.is(word);
        if found {
            self.next();
        }
        found
    }

    fn unexpected(&self, expected: &str) -> ExpressionError {
        let token = self.peek();
        let (found, hint): (String, &[&str]) = match &token.kind {
            Kind::End => ("the end".to_owned(), &[]),
            Kind::Sign("&&") => ("`&&`".to_owned(), &["write `and`"]),
            Kind::Sign("||") => ("`||`".to_owned(), &["write `or`"]),
            Kind::Sign(it) => (format!("`{it}`"), &[]),
            Kind::Word(it) | Kind::Number(it) | Kind::Text(it) => (format!("`{it}`"), &[]),
        };
        error(&format!("expected {expected}, found {found}"), token.start, token.end, hint)
    }

    fn deeper(&mut self) -> Result<(), ExpressionError> {
        self.depth += 1;
        let token = self.peek();
        if self.depth > DEPTH {
            return Err(error(&format!("nested deeper than {DEPTH}"), token.start, token.end, &[]));
        }
        Ok(())
    }

    fn binary(&mut self, level: usize) -> Result<Node, ExpressionError> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        if level == COMPARISON && self.is("not") {
            return self.negation();
        }
        let mut left = self.binary(level + 1)?;
        if level == COMPARISON && self.take("in") {
            return self.list(left);
        }
        let mut chained = false;
        while let Some((_, operator)) = operators.iter().find(|(word, _)| self.is(word)) {
            if level == COMPARISON && chained {
                let token = self.peek();
                let hint = "join two comparisons by `and`";
                return Err(error("comparisons cannot be chained", token.start, token.end, &[hint]));
            }
            self.next();
            let right = self.binary(level + 1)?;
            let (start, end) = (left.start, right.end);
            left = Node { form: Form::Binary(*operator, Box::new(left), Box::new(right)), start, end };
            chained = true;
        }
        Ok(left)
    }

    fn negation(&mut self) -> Result<Node, ExpressionError> {
        self.deeper()?;
        let start = self.next().start;
        let inner = self.binary(COMPARISON)?;
        self.depth -= 1;
        let end = inner.end;
        Ok(Node { form: Form::Not(Box::new(inner)), start, end })
    }

    fn list(&mut self, left: Node) -> Result<Node, ExpressionError> {
        if !self.take("[") {
            return Err(self.unexpected("`[`"));
        }
        let mut items = vec![self.binary(COMPARISON + 1)?];
        while self.take(",") {
            items.push(self.binary(COMPARISON + 1)?);
        }
        let (start, end) = (left.start, self.peek().end);
        if !self.take("]") {
            return Err(self.unexpected("`,` or `]`"));
        }
        Ok(Node { form: Form::In(Box::new(left), items), start, end })
    }

    fn unary(&mut self) -> Result<Node, ExpressionError> {
        let token = self.peek().clone();
        if self.take("-") {
            self.deeper()?;
            let inner = self.unary()?;
            self.depth -= 1;
            let end = inner.end;
            return Ok(Node { form: Form::Negate(Box::new(inner)), start: token.start, end });
        }
        if self.take("(") {
            self.deeper()?;
            let mut inner = self.binary(0)?;
            self.depth -= 1;
            inner.end = self.peek().end;
            inner.start = token.start;
            return if self.take(")") { Ok(inner) } else { Err(self.unexpected("`)`")) };
        }
        let form = match &token.kind {
            Kind::Word(word) if !["and", "or", "in", "not"].contains(&word.as_str()) => Form::Word(word.clone()),
            Kind::Number(number) => Form::Number(number.clone()),
            Kind::Text(text) => Form::Text(text.clone()),
            _ => return Err(self.unexpected("a name, a number or a string")),
        };
        self.next();
        Ok(Node { form, start: token.start, end: token.end })
    }
}
