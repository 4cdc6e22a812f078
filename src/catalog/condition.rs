//! Conditions of manifests: `database == postgresql && auth != none`.
//!
//! Grammar: `or := and ("||" and)*`, `and := not ("&&" not)*`, `not := "!" not | "(" or ")" | test`,
//! `test := question ("==" | "!=") option | question "in" "[" option ("," option)* "]"`. A question with several
//! answers equals an option when that option is among them. Two more questions are answered by the rest of the
//! answers file: `uses` by the features that the spec uses ([`crate::spec::Use`]), `license` by the project's licence.

use super::Questions;
use crate::spec::License;
use std::collections::BTreeSet;

/// The pseudo-question whose answers are the features in use.
pub const USES: &str = "uses";
/// The pseudo-question whose answer is the project's licence.
pub const LICENSE: &str = "license";

/// A parsed condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Always true.
    Always,
    /// True when the question's answers hold any of the options.
    Any(String, BTreeSet<String>),
    /// True when the inner one is false.
    Not(Box<Condition>),
    /// True when all are.
    All(Vec<Condition>),
    /// True when one is.
    Or(Vec<Condition>),
}

impl Condition {
    /// Parses an expression and checks every name in it. The error is a lower-case fragment.
    pub fn parse(text: &str, questions: &Questions) -> Result<Self, String> {
        let mut parser = Parser { tokens: tokens(text)?, at: 0, questions };
        let condition = parser.or()?;
        match parser.peek() {
            None => Ok(condition),
            Some(token) => Err(format!("unexpected `{token}` in `{text}`")),
        }
    }

    /// Parses a folder name: `base`, or `question=a,b+question=c`.
    pub fn of_layer(name: &str, questions: &Questions) -> Result<Self, String> {
        if name == "base" {
            return Ok(Self::Always);
        }
        let mut parts = Vec::new();
        for part in name.split('+') {
            let (question, options) =
                part.split_once('=').ok_or_else(|| format!("`{name}` is neither `base` nor `question=answer`"))?;
            let options = options.split(',').map(str::to_owned).collect::<BTreeSet<_>>();
            for option in &options {
                known(question, option, questions)?;
            }
            parts.push(Self::Any(question.to_owned(), options));
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Self::All(parts) })
    }

    /// Whether it holds, given the answers of every question (`uses` among them).
    pub fn holds(&self, answers: &dyn Fn(&str, &str) -> bool) -> bool {
        match self {
            Self::Always => true,
            Self::Any(question, options) => options.iter().any(|option| answers(question, option)),
            Self::Not(inner) => !inner.holds(answers),
            Self::All(parts) => parts.iter().all(|part| part.holds(answers)),
            Self::Or(parts) => parts.iter().any(|part| part.holds(answers)),
        }
    }
}

fn known(question: &str, option: &str, questions: &Questions) -> Result<(), String> {
    if question == USES {
        return Ok(());
    }
    if question == LICENSE {
        let known = [License::Mit, License::Apache2, License::None].map(License::id);
        let message = || format!("`{option}` is no licence; known: {}", known.join(", "));
        return if known.contains(&option) { Ok(()) } else { Err(message()) };
    }
    if questions.get(question).is_none() {
        return Err(format!("unknown question `{question}`"));
    }
    if !questions.knows(question, option) {
        return Err(format!("`{option}` is no answer of `{question}`"));
    }
    Ok(())
}

fn tokens(text: &str) -> Result<Vec<String>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if ["==", "!=", "&&", "||"].iter().any(|it| rest.starts_with(it)) {
            2
        } else if "!()[],".contains(first) {
            1
        } else {
            let word = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "_-.".contains(c))).unwrap_or(rest.len());
            if word == 0 {
                return Err(format!("unexpected `{first}` in `{text}`"));
            }
            word
        };
        tokens.push(rest[..length].to_owned());
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

struct Parser<'a> {
    tokens: Vec<String>,
    at: usize,
    questions: &'a Questions,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&str> {
        self.tokens.get(self.at).map(String::as_str)
    }

    fn take(&mut self, token: &str) -> bool {
        let found = self.peek() == Some(token);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, token: &str) -> Result<(), String> {
        if self.take(token) { Ok(()) } else { Err(format!("expected `{token}`, found {}", self.found())) }
    }

    fn found(&self) -> String {
        self.peek().map_or_else(|| "the end".to_owned(), |token| format!("`{token}`"))
    }

    fn word(&mut self) -> Result<String, String> {
        match self.peek() {
            Some(token) if token.starts_with(|c: char| c.is_ascii_alphanumeric()) => {
                let word = token.to_owned();
                self.at += 1;
                Ok(word)
            }
            _ => Err(format!("expected a name, found {}", self.found())),
        }
    }

    fn or(&mut self) -> Result<Condition, String> {
        let mut parts = vec![self.and()?];
        while self.take("||") {
            parts.push(self.and()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Condition::Or(parts) })
    }

    fn and(&mut self) -> Result<Condition, String> {
        let mut parts = vec![self.not()?];
        while self.take("&&") {
            parts.push(self.not()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Condition::All(parts) })
    }

    fn not(&mut self) -> Result<Condition, String> {
        if self.take("!") {
            return Ok(Condition::Not(Box::new(self.not()?)));
        }
        if self.take("(") {
            let inner = self.or()?;
            self.expect(")")?;
            return Ok(inner);
        }
        self.test()
    }

    fn test(&mut self) -> Result<Condition, String> {
        let question = self.word()?;
        let negated = if self.take("==") {
            false
        } else if self.take("!=") {
            true
        } else if self.take("in") {
            self.expect("[")?;
            let mut options = BTreeSet::new();
            loop {
                options.insert(self.option(&question)?);
                if !self.take(",") {
                    break;
                }
            }
            self.expect("]")?;
            return Ok(Condition::Any(question, options));
        } else {
            return Err(format!("expected `==`, `!=` or `in` after `{question}`, found {}", self.found()));
        };
        let option = self.option(&question)?;
        let test = Condition::Any(question, BTreeSet::from([option]));
        Ok(if negated { Condition::Not(Box::new(test)) } else { test })
    }

    fn option(&mut self, question: &str) -> Result<String, String> {
        let option = self.word()?;
        known(question, &option, self.questions)?;
        Ok(option)
    }
}
