//! The one-line form of a field: `"string 2..100"`, `"enum(a, b) = a"`, `"decimal(12,2) > 0"`.

use super::context::Context;
use super::enums;
use super::problems::with_hints;
use super::shape::{Limit, LimitKey, Shape};
use crate::answers::Problem;
use crate::answers::tree::{Node, Value};
use crate::spec::{EnumValue, Place};
use std::ops::Range;

/// Words that may follow the type.
const WORDS: [&str; 2] = ["unique", "index"];

/// Reads a line; `None` after a problem.
pub(in crate::answers) fn read(cx: &Context<'_>, node: &Node, text: &str) -> Option<Shape> {
    let mut line = Line::new(node, text);
    match line.shape(cx) {
        Ok(shape) => shape,
        Err(problem) => {
            cx.problem(problem);
            None
        }
    }
}

/// A reader of the words of a line.
pub(super) struct Line<'a> {
    node: &'a Node,
    text: &'a str,
    at: usize,
    /// Where the text stands in its source, if it stands there as it is.
    start: Option<usize>,
}

impl<'a> Line<'a> {
    pub(super) fn new(node: &'a Node, text: &'a str) -> Self {
        Self { node, text, at: 0, start: node.verbatim() }
    }

    /// The place of some bytes of the line.
    pub(super) fn place(&self, range: Range<usize>) -> Place {
        self.node.stretch(self.start, range)
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(super) fn skip_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// Takes a prefix, if it is there.
    pub(super) fn take(&mut self, prefix: &str) -> Option<Range<usize>> {
        self.rest().starts_with(prefix).then(|| {
            self.at += prefix.len();
            self.at - prefix.len()..self.at
        })
    }

    /// Takes characters as long as they fit; the range may be empty.
    pub(super) fn take_while(&mut self, fits: impl Fn(char) -> bool) -> Range<usize> {
        let length = self.rest().find(|it: char| !fits(it)).unwrap_or(self.rest().len());
        self.at += length;
        self.at - length..self.at
    }

    /// The next character as a place, or the point behind the last one.
    pub(super) fn here(&self) -> Place {
        let length = self.rest().chars().next().map_or(0, char::len_utf8);
        self.place(self.at..self.at + length)
    }

    fn shape(&mut self, cx: &Context<'_>) -> Result<Option<Shape>, Problem> {
        self.skip_space();
        let name = self.take_while(|it| it.is_ascii_alphanumeric() || matches!(it, '_' | '-'));
        if name.is_empty() {
            let problem = Problem::new("a field's line begins with its type", self.here());
            return Err(problem.note("for example \"string 2..100\", \"decimal > 0\", \"enum(a, b)\", \"-> Supplier\""));
        }
        let type_name = &self.text[name.clone()];
        let mut shape = Shape::new(type_name, self.place(name.clone()));
        let before = cx.problems.count();
        if let Some(open) = self.take("(") {
            match type_name {
                "decimal" => self.digits(&mut shape)?,
                "enum" => shape.values = self.values(cx, name.start)?,
                _ => {
                    let problem = Problem::new(format!("`{type_name}` takes nothing in parentheses"), self.place(open));
                    return Err(problem.note("only decimal(12,2) and enum(a, b) do"));
                }
            }
        } else if type_name == "enum" {
            return Err(Problem::new("the values are missing", self.place(name)).note("write \"enum(a, b)\""));
        }
        if let Some(range) = self.take("[]") {
            shape.list = Some(self.place(range));
        }
        if self.rest().starts_with(|it: char| !it.is_whitespace() && !"?><=".contains(it)) {
            let problem = Problem::new("unexpected text after the type", self.here());
            return Err(problem.note("separate the parts of the line by spaces"));
        }
        loop {
            self.skip_space();
            if self.rest().is_empty() {
                break;
            }
            self.part(&mut shape)?;
        }
        Ok((cx.problems.count() == before).then_some(shape))
    }

    /// `12,2)`
    fn digits(&mut self, shape: &mut Shape) -> Result<(), Problem> {
        let from = self.at;
        let range = self.take_while(|it| it != ')');
        if self.take(")").is_none() {
            return Err(Problem::new("`)` is missing", self.here())
                .note("write for example \"decimal(12,2)\" or \"enum(a, b)\""));
        }
        let inner = &self.text[range];
        let parts: Vec<&str> = inner.split(',').collect();
        let number = |part: &str| !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit());
        if parts.len() > 2 || !parts.iter().all(|part| number(part.trim())) {
            let problem =
                Problem::new("a decimal takes its digits in all and after the point", self.place(from..self.at - 1));
            return Err(problem.note("write for example \"decimal(12,2)\""));
        }
        let mut start = from;
        let mut nodes = parts.into_iter().map(|part| {
            let lead = part.len() - part.trim_start().len();
            let digits = part.trim();
            let node = self.number(start + lead..start + lead + digits.len());
            start += part.len() + 1;
            node
        });
        shape.precision = nodes.next();
        shape.scale = nodes.next();
        Ok(())
    }

    /// `a, b)`
    fn values(&mut self, cx: &Context<'_>, start: usize) -> Result<Option<Vec<EnumValue>>, Problem> {
        let from = self.at;
        let range = self.take_while(|it| it != ')');
        if self.take(")").is_none() {
            return Err(Problem::new("`)` is missing", self.here())
                .note("write for example \"decimal(12,2)\" or \"enum(a, b)\""));
        }
        let mut values = Vec::new();
        let mut at = from;
        for part in self.text[range].split(',') {
            let lead = part.len() - part.trim_start().len();
            let value = part.trim();
            let place = self.place(at + lead..at + lead + value.len());
            if value.is_empty() {
                return Err(
                    Problem::new("a value is missing", self.place(at..at + part.len())).note("write \"enum(a, b)\"")
                );
            }
            values.push((EnumValue { value: value.to_owned(), label: None }, place));
            at += part.len() + 1;
        }
        Ok(enums::checked(&cx.problems, values, &self.place(start..self.at)))
    }

    /// One part after the type.
    fn part(&mut self, shape: &mut Shape) -> Result<(), Problem> {
        if let Some(range) = self.take("?") {
            if !shape.required {
                return Err(self.twice(range));
            }
            shape.required = false;
            return Ok(());
        }
        for (sign, key) in
            [(">=", LimitKey::Min), ("<=", LimitKey::Max), (">", LimitKey::Above), ("<", LimitKey::Below)]
        {
            if self.take(sign).is_some() {
                self.skip_space();
                let word = self.word();
                if word.is_empty() {
                    return Err(Problem::new(format!("a number is missing after `{sign}`"), self.here())
                        .note(format!("write for example `{sign} 10`")));
                }
                shape.limits.push(Limit { key, node: self.bound(word) });
                return Ok(());
            }
        }
        if let Some(sign) = self.take("=") {
            if shape.default.is_some() {
                return Err(self.twice(sign));
            }
            return self.default(shape);
        }
        let word = self.word();
        let text = &self.text[word.clone()];
        match text {
            "unique" if shape.unique.is_none() => shape.unique = Some(self.place(word)),
            "index" if shape.index.is_none() => shape.index = Some(self.place(word)),
            "unique" | "index" => return Err(self.twice(word)),
            _ => match text.find("..") {
                Some(dots) => self.range(shape, word, dots)?,
                None => return Err(self.unknown(word)),
            },
        }
        Ok(())
    }

    /// `2..100`, `..20`, `0..`
    fn range(&self, shape: &mut Shape, word: Range<usize>, dots: usize) -> Result<(), Problem> {
        let (low, high) = (word.start..word.start + dots, word.start + dots + 2..word.end);
        if low.is_empty() && high.is_empty() {
            return Err(
                Problem::new("`..` needs a bound", self.place(word)).note("write \"2..100\", \"..100\" or \"2..\"")
            );
        }
        for (key, range) in [(LimitKey::Min, low), (LimitKey::Max, high)] {
            if !range.is_empty() {
                shape.limits.push(Limit { key, node: self.bound(range) });
            }
        }
        Ok(())
    }

    fn default(&mut self, shape: &mut Shape) -> Result<(), Problem> {
        self.skip_space();
        let quoted = self.rest().chars().next().filter(|it| matches!(it, '"' | '\''));
        if let Some(quote) = quoted {
            let start = self.at;
            self.at += 1;
            let inner = self.take_while(|it| it != quote);
            if self.take(&quote.to_string()).is_none() {
                return Err(Problem::new("the closing quote is missing", self.place(start..start + 1))
                    .note("write for example `= 'two words'`"));
            }
            let value = Value::String(self.text[inner].to_owned());
            shape.default = Some(Node { value, place: self.place(start..self.at) });
            return Ok(());
        }
        let word = self.take_while(|it| !it.is_whitespace());
        if word.is_empty() {
            return Err(Problem::new("a value is missing after `=`", self.here())
                .note("write for example `= 5`, or leave `=` out"));
        }
        shape.bare_default = true;
        shape.default = Some(self.text_node(word));
        Ok(())
    }

    /// A bound: a number, or a day or moment.
    fn bound(&self, range: Range<usize>) -> Node {
        if is_number(&self.text[range.clone()]) { self.number(range) } else { self.text_node(range) }
    }

    fn number(&self, range: Range<usize>) -> Node {
        Node { value: Value::Number(self.text[range.clone()].to_owned()), place: self.place(range) }
    }

    fn text_node(&self, range: Range<usize>) -> Node {
        Node { value: Value::String(self.text[range.clone()].to_owned()), place: self.place(range) }
    }

    fn word(&mut self) -> Range<usize> {
        let range = self.take_while(|it| !it.is_whitespace() && !"?><=".contains(it));
        if range.is_empty() { self.at..self.at } else { range }
    }

    fn twice(&self, range: Range<usize>) -> Problem {
        let text = &self.text[range.clone()];
        Problem::new(format!("`{text}` is said twice"), self.place(range)).note("keep one of them")
    }

    fn unknown(&self, word: Range<usize>) -> Problem {
        let text = &self.text[word.clone()];
        let problem = Problem::new(format!("`{text}` is not understood here"), self.place(word));
        if matches!(text, "private" | "read_only" | "required" | "list" | "pattern") {
            return problem.note("write the long form { type = \"…\", … } to say this");
        }
        let problem = with_hints(problem, text, &WORDS);
        problem.note("also allowed: `?` for optional, `2..100`, `> 0`, `>= 0`, `< 9`, `<= 9`, `= default`")
    }
}

/// Whether a word of a line is a number.
pub(in crate::answers) fn is_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    digits(whole) && digits(fraction)
}
