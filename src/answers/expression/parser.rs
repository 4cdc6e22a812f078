//! Tokens into a tree, by precedence climbing: `or`, `and`, `not`, comparisons and `in`, `+ -`, `*`, minus.

use super::Fault;
use super::lexer::{Token, TokenKind};
use crate::spec::{Operator, Subject};
use std::ops::Range;

/// Parentheses and signs may be nested this deep.
const DEEPEST: usize = 64;

/// An untyped node and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    pub(super) kind: TreeKind,
    pub(super) range: Range<usize>,
}

/// The forms of a node.
#[derive(Debug, Clone)]
pub(super) enum TreeKind {
    Null,
    Number(String),
    String(String),
    Boolean(bool),
    Name(Option<Subject>, String),
    ActorId,
    ActorRole,
    Now,
    Not(Box<Tree>),
    Negate(Box<Tree>),
    Binary(Operator, Box<Tree>, Box<Tree>),
    In(Box<Tree>, Vec<Tree>),
}

pub(super) fn parse(tokens: &[Token], length: usize) -> Result<Tree, Fault> {
    let mut parser = Parser { tokens, at: 0, end: length, depth: 0 };
    let tree = parser.expression(0)?;
    match parser.peek() {
        None => Ok(tree),
        Some(token) => Err(Parser::unexpected(token)),
    }
}

struct Parser<'t> {
    tokens: &'t [Token],
    at: usize,
    end: usize,
    depth: usize,
}

const COMPARISON: u8 = 3;

/// Signs and words between two operands, with how tightly they bind.
fn infix(kind: &TokenKind) -> Option<(Operator, u8)> {
    let text = match kind {
        TokenKind::Word(word) => word.as_str(),
        TokenKind::Sign(sign) => sign,
        _ => return None,
    };
    Some(match text {
        "or" => (Operator::Or, 1),
        "and" => (Operator::And, 2),
        "==" => (Operator::Equal, COMPARISON),
        "!=" => (Operator::NotEqual, COMPARISON),
        "<" => (Operator::Less, COMPARISON),
        "<=" => (Operator::LessOrEqual, COMPARISON),
        ">" => (Operator::Greater, COMPARISON),
        ">=" => (Operator::GreaterOrEqual, COMPARISON),
        "+" => (Operator::Add, 4),
        "-" => (Operator::Subtract, 4),
        "*" => (Operator::Multiply, 5),
        _ => return None,
    })
}

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<&'t Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<&'t Token> {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.peek(), Some(Token { kind: TokenKind::Sign(it), .. }) if *it == sign)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token { kind: TokenKind::Word(it), .. }) if it == word)
    }

    fn sign(&mut self, sign: &'static str) -> Result<Range<usize>, Fault> {
        match self.next() {
            Some(Token { kind: TokenKind::Sign(it), range }) if *it == sign => Ok(range.clone()),
            Some(token) => Err(Fault::new(format!("`{sign}` is missing"), token.range.clone())),
            None => Err(Fault::new(format!("`{sign}` is missing"), self.end..self.end)),
        }
    }

    fn unexpected(token: &Token) -> Fault {
        let fault = |message: &str| Fault::new(message, token.range.clone());
        match &token.kind {
            TokenKind::Word(word) if word == "not" => {
                fault("`not` stands before a condition").note("write `not x in [a, b]`")
            }
            TokenKind::Word(word) => fault(&format!("`{word}` is not expected here")),
            TokenKind::Number(_) => fault("a number is not expected here"),
            TokenKind::String(_) => fault("a string is not expected here"),
            TokenKind::Sign(sign) => fault(&format!("`{sign}` is not expected here")),
        }
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let at = self.peek().map_or(self.end..self.end, |token| token.range.clone());
            return Err(Fault::new("the expression is nested too deep", at).note(format!("at most {DEEPEST} levels")));
        }
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// An expression whose operators bind at least so tightly.
    fn expression(&mut self, least: u8) -> Result<Tree, Fault> {
        let mut left = self.deeper(|it| it.operand(least))?;
        let mut compared = false;
        while let Some(token) = self.peek() {
            if self.is_word("in") && least <= COMPARISON {
                Self::chained(compared, token)?;
                compared = true;
                left = self.list(left)?;
                continue;
            }
            let Some((operator, strength)) = infix(&token.kind).filter(|(_, strength)| *strength >= least) else {
                break;
            };
            if strength == COMPARISON {
                Self::chained(compared, token)?;
            }
            compared = strength == COMPARISON;
            self.at += 1;
            let right = self.deeper(|it| it.expression(strength + 1))?;
            let range = left.range.start..right.range.end;
            left = Tree { kind: TreeKind::Binary(operator, Box::new(left), Box::new(right)), range };
        }
        Ok(left)
    }

    fn chained(compared: bool, token: &Token) -> Result<(), Fault> {
        if compared {
            return Err(
                Fault::new("comparisons cannot be chained", token.range.clone()).note("write `a < b and b < c`")
            );
        }
        Ok(())
    }

    fn list(&mut self, left: Tree) -> Result<Tree, Fault> {
        self.at += 1;
        self.sign("[")?;
        let mut items = Vec::new();
        if !self.is_sign("]") {
            loop {
                items.push(self.deeper(|it| it.expression(COMPARISON + 1))?);
                if !self.is_sign(",") {
                    break;
                }
                self.at += 1;
            }
        }
        let end = self.sign("]")?.end;
        let range = left.range.start..end;
        Ok(Tree { kind: TreeKind::In(Box::new(left), items), range })
    }

    fn operand(&mut self, least: u8) -> Result<Tree, Fault> {
        let Some(token) = self.next() else {
            let message =
                if self.tokens.is_empty() { "the expression is empty" } else { "the expression ends too early" };
            return Err(Fault::new(message, self.end..self.end));
        };
        let start = token.range.start;
        let tree = |kind| Ok(Tree { kind, range: token.range.clone() });
        match &token.kind {
            TokenKind::Number(text) => tree(TreeKind::Number(text.clone())),
            TokenKind::String(text) => tree(TreeKind::String(text.clone())),
            TokenKind::Sign("(") => {
                let inner = self.deeper(|it| it.expression(0))?;
                let end = self.sign(")")?.end;
                Ok(Tree { range: start..end, ..inner })
            }
            TokenKind::Sign("-") => {
                let inner = self.deeper(|it| it.operand(u8::MAX))?;
                let range = start..inner.range.end;
                Ok(Tree { kind: TreeKind::Negate(Box::new(inner)), range })
            }
            TokenKind::Word(word) if word == "not" && least <= COMPARISON => {
                let inner = self.deeper(|it| it.expression(COMPARISON))?;
                let range = start..inner.range.end;
                Ok(Tree { kind: TreeKind::Not(Box::new(inner)), range })
            }
            TokenKind::Word(word) if !matches!(word.as_str(), "and" | "or" | "in" | "not") => self.word(word, token),
            _ => Err(Self::unexpected(token)),
        }
    }

    fn word(&mut self, word: &str, token: &Token) -> Result<Tree, Fault> {
        let tree = |kind, end| Ok(Tree { kind, range: token.range.start..end });
        let end = token.range.end;
        if self.is_sign(".") {
            self.at += 1;
            return self.member(word, token);
        }
        match word {
            "null" => tree(TreeKind::Null, end),
            "true" => tree(TreeKind::Boolean(true), end),
            "false" => tree(TreeKind::Boolean(false), end),
            "now" => tree(TreeKind::Now, end),
            "new" | "old" | "actor" => Err(Fault::new(format!("`{word}` stands alone"), token.range.clone())
                .note("allowed: new.FIELD, old.FIELD, actor.id, actor.role")),
            _ => tree(TreeKind::Name(None, word.to_owned()), end),
        }
    }

    fn member(&mut self, row: &str, token: &Token) -> Result<Tree, Fault> {
        let Some(Token { kind: TokenKind::Word(name), range }) = self.next() else {
            return Err(Fault::new("a name is missing after the point", token.range.clone()));
        };
        let kind = match (row, name.as_str()) {
            ("new", _) => TreeKind::Name(Some(Subject::New), name.clone()),
            ("old", _) => TreeKind::Name(Some(Subject::Old), name.clone()),
            ("actor", "id") => TreeKind::ActorId,
            ("actor", "role") => TreeKind::ActorRole,
            ("actor", _) => {
                return Err(
                    Fault::new(format!("`actor` has no `{name}`"), range.clone()).note("allowed: actor.id, actor.role")
                );
            }
            _ => {
                return Err(Fault::new(format!("`{row}` has no fields"), token.range.clone())
                    .note("allowed before a point: new, old, actor"));
            }
        };
        Ok(Tree { kind, range: token.range.start..range.end })
    }
}
