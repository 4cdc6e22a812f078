//! The syntax of Prisma schemas, with places. What is not understood is told, and reading goes on behind it.

use crate::reading::outline::Span;
use crate::reading::tokens::{Token, TokenKind, doc_text, tokens, unquoted};

/// A schema.
#[derive(Debug, Default)]
pub(super) struct Document {
    pub(super) blocks: Vec<Block>,
    /// What is wrong, and where.
    pub(super) faults: Vec<(Span, String)>,
}

/// `model Name { … }`
#[derive(Debug)]
pub(super) struct Block {
    pub(super) keyword: String,
    pub(super) name: String,
    /// Of the keyword and the name.
    pub(super) span: Span,
    pub(super) doc: Option<String>,
    pub(super) lines: Vec<Line>,
}

/// One line of a block.
#[derive(Debug)]
pub(super) enum Line {
    /// `name Type? @attribute(…)`; of an enumeration a name alone.
    Field(Field),
    /// `@@attribute(…)`
    Attribute(Attribute),
    /// `key = value`
    Setting { name: String, value: Value, span: Span },
}

#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: String,
    /// Of the name and the type.
    pub(super) span: Span,
    pub(super) doc: Option<String>,
    /// `None` in an enumeration.
    pub(super) kind: Option<String>,
    /// What stands in parentheses behind the type: `Unsupported("circle")`.
    pub(super) argument: Option<String>,
    pub(super) list: bool,
    pub(super) optional: bool,
    pub(super) attributes: Vec<Attribute>,
}

#[derive(Debug)]
pub(super) struct Attribute {
    /// Without `@`: `id`, `db.VarChar`.
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) arguments: Arguments,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Text(String),
    Number(String),
    Word(String),
    Call(String, Arguments),
    List(Vec<Value>),
}

impl Attribute {
    /// The argument of that name, or the one without a name.
    pub(super) fn argument(&self, name: &str) -> Option<&Value> {
        let named = self.arguments.iter().find(|(it, _)| it.as_deref() == Some(name));
        named.map(|(_, value)| value)
    }

    /// The first argument without a name.
    pub(super) fn first(&self) -> Option<&Value> {
        self.arguments.iter().find(|(name, _)| name.is_none()).map(|(_, value)| value)
    }

    /// The argument at a position, as a number.
    pub(super) fn number(&self, at: usize) -> Option<u64> {
        match &self.arguments.get(at)?.1 {
            Value::Number(text) => text.parse().ok(),
            _ => None,
        }
    }
}

impl Value {
    /// The names in a list: `[a, b(sort: Desc)]`.
    pub(super) fn names(&self) -> Vec<String> {
        match self {
            Self::List(items) => items.iter().flat_map(Self::names).collect(),
            Self::Word(name) | Self::Call(name, _) => vec![name.clone()],
            _ => Vec::new(),
        }
    }
}

/// Arguments, with their names where they have one.
type Arguments = Vec<(Option<String>, Value)>;

/// What is wrong, and where.
type Fault = (Span, String);

/// Calls and lists may be nested this deep.
const DEEPEST: usize = 16;

/// More faults than these are of no use.
const MOST_FAULTS: usize = 50;

/// Reads a schema.
pub(super) fn parse(text: &str) -> Document {
    let mut parser = Parser { text, tokens: tokens(text), at: 0, document: Document::default() };
    parser.document();
    parser.document
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    at: usize,
    document: Document,
}

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn raw(&self, token: &Token) -> &'t str {
        &self.text[token.range.clone()]
    }

    fn here(&self) -> Span {
        self.peek().map_or(self.text.len()..self.text.len(), |it| it.range.clone())
    }

    /// Where the last token ended.
    fn end(&self) -> usize {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(0, |it| it.range.end)
    }

    fn is(&self, sign: &str) -> bool {
        self.peek().is_some_and(|it| it.kind == TokenKind::Sign && self.raw(it) == sign)
    }

    fn take(&mut self, sign: &str) -> bool {
        let is = self.is(sign);
        self.at += usize::from(is);
        is
    }

    fn word(&mut self) -> Option<&'t str> {
        let token = self.peek().filter(|it| it.kind == TokenKind::Word)?;
        let word = self.raw(token);
        self.at += 1;
        Some(word)
    }

    fn fault(&mut self, span: Span, text: impl Into<String>) {
        if self.document.faults.len() < MOST_FAULTS {
            self.document.faults.push((span, text.into()));
        }
    }

    /// Documentation that stands before what comes next.
    fn docs(&mut self) -> Option<String> {
        let mut lines = Vec::new();
        while let Some(token) = self.peek().filter(|it| it.kind == TokenKind::Doc) {
            lines.push(doc_text(self.raw(token)));
            self.at += 1;
        }
        (!lines.is_empty()).then(|| lines.join(" "))
    }

    fn document(&mut self) {
        loop {
            let doc = self.docs();
            let Some(token) = self.peek() else { break };
            let start = token.range.clone();
            let Some(keyword) = self.word() else {
                self.fault(start, "a block is expected here: `model Name { … }`");
                self.skip_line();
                continue;
            };
            let Some(name) = self.word() else {
                self.fault(start, format!("a name is expected behind `{keyword}`"));
                self.skip_line();
                continue;
            };
            let span = start.start..self.end();
            if !self.take("{") {
                self.fault(span, "`{` is expected behind the name");
                self.skip_line();
                continue;
            }
            let lines = self.lines(&span);
            let (keyword, name) = (keyword.to_owned(), name.to_owned());
            self.document.blocks.push(Block { keyword, name, span, doc, lines });
        }
    }

    /// Goes to the first token of the next line.
    fn skip_line(&mut self) {
        self.at += 1;
        while self.peek().is_some_and(|it| !it.first) {
            self.at += 1;
        }
    }

    fn lines(&mut self, block: &Span) -> Vec<Line> {
        let mut lines = Vec::new();
        loop {
            let doc = self.docs();
            if self.take("}") {
                return lines;
            }
            let Some(token) = self.peek() else {
                self.fault(block.clone(), "`}` is missing at the end of the block");
                return lines;
            };
            let start = token.range.clone();
            let before = self.at;
            match self.line(doc, &start) {
                Ok(line) => {
                    let rest = self.peek().is_some_and(|it| !it.first && it.kind != TokenKind::Doc) && !self.is("}");
                    if rest {
                        self.fault(self.here(), "this is not understood here");
                        self.skip_line();
                    } else if self.peek().is_some_and(|it| !it.first && it.kind == TokenKind::Doc) {
                        // Documentation behind a field, on its line.
                        self.at += 1;
                    }
                    lines.push(line);
                }
                Err((span, text)) => {
                    self.fault(span, text);
                    if self.at == before || self.peek().is_some_and(|it| !it.first) && !self.is("}") {
                        self.skip_line();
                    }
                }
            }
        }
    }

    fn line(&mut self, doc: Option<String>, start: &Span) -> Result<Line, Fault> {
        if self.is("@") {
            self.at += 1;
            if !self.take("@") {
                return Err((start.clone(), "an attribute of a block begins with `@@`".to_owned()));
            }
            return self.attribute(start.start).map(Line::Attribute);
        }
        let Some(name) = self.word() else {
            return Err((start.clone(), "a field is expected here".to_owned()));
        };
        let name = name.to_owned();
        if self.take("=") {
            let value = self.value(0)?;
            return Ok(Line::Setting { name, value, span: start.start..self.end() });
        }
        let mut field = Field {
            name,
            span: start.clone(),
            doc,
            kind: None,
            argument: None,
            list: false,
            optional: false,
            attributes: Vec::new(),
        };
        if self.peek().is_some_and(|it| !it.first && it.kind == TokenKind::Word) {
            field.kind = self.word().map(str::to_owned);
            if self.take("(") {
                field.argument = Some(match self.value(0)? {
                    Value::Text(text) | Value::Word(text) | Value::Number(text) => text,
                    _ => String::new(),
                });
                self.close(")")?;
            }
            if self.take("[") {
                self.close("]")?;
                field.list = true;
            }
            field.optional = self.take("?");
            if field.optional && self.is("[") {
                return Err((self.here(), "a list cannot be optional".to_owned()));
            }
            field.span = start.start..self.end();
        }
        while self.is("@") && self.peek().is_some_and(|it| !it.first) {
            let at = self.here().start;
            self.at += 1;
            let attribute = self.attribute(at)?;
            field.attributes.push(attribute);
        }
        Ok(Line::Field(field))
    }

    fn close(&mut self, sign: &str) -> Result<(), Fault> {
        if self.take(sign) { Ok(()) } else { Err((self.here(), format!("`{sign}` is missing"))) }
    }

    /// Behind `@` or `@@`.
    fn attribute(&mut self, start: usize) -> Result<Attribute, Fault> {
        let Some(name) = self.word() else {
            return Err((self.here(), "the name of an attribute is missing".to_owned()));
        };
        let mut name = name.to_owned();
        while self.take(".") {
            let part = self.word().ok_or_else(|| (self.here(), "a name is missing behind `.`".to_owned()))?;
            name = format!("{name}.{part}");
        }
        let arguments = if self.take("(") { self.arguments(0)? } else { Vec::new() };
        Ok(Attribute { name, span: start..self.end(), arguments })
    }

    /// Behind `(`.
    fn arguments(&mut self, depth: usize) -> Result<Arguments, Fault> {
        let mut arguments = Vec::new();
        loop {
            if self.take(")") {
                return Ok(arguments);
            }
            let named = self.peek().is_some_and(|it| it.kind == TokenKind::Word)
                && self.tokens.get(self.at + 1).is_some_and(|it| self.raw(it) == ":");
            let name = if named { self.word().map(str::to_owned) } else { None };
            self.at += usize::from(named);
            arguments.push((name, self.value(depth + 1)?));
            if !self.take(",") && !self.is(")") {
                return Err((self.here(), "`,` or `)` is expected here".to_owned()));
            }
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value, Fault> {
        let missing = |it: &Self| (it.here(), "a value is missing here".to_owned());
        if depth > DEEPEST {
            return Err((self.here(), "nested too deep".to_owned()));
        }
        let token = self.peek().cloned().ok_or_else(|| missing(self))?;
        let raw = self.raw(&token);
        self.at += 1;
        match token.kind {
            TokenKind::Text => Ok(Value::Text(unquoted(raw))),
            TokenKind::Number => Ok(Value::Number(raw.to_owned())),
            TokenKind::Word => {
                let mut word = raw.to_owned();
                while self.take(".") {
                    let part = self.word().ok_or_else(|| missing(self))?;
                    word = format!("{word}.{part}");
                }
                if self.take("(") {
                    return Ok(Value::Call(word, self.arguments(depth)?));
                }
                Ok(Value::Word(word))
            }
            TokenKind::Sign if raw == "[" => {
                let mut items = Vec::new();
                while !self.take("]") {
                    items.push(self.value(depth + 1)?);
                    if !self.take(",") && !self.is("]") {
                        return Err((self.here(), "`,` or `]` is expected here".to_owned()));
                    }
                }
                Ok(Value::List(items))
            }
            _ => {
                self.at -= 1;
                Err(missing(self))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_models_with_attributes() {
        let text = "/// A book\nmodel Book {\n  id Int @id @default(autoincrement())\n  tags String[]\n  author User? @relation(fields: [authorId], references: [id], onDelete: Cascade)\n  @@unique([a, b])\n}\n";
        let document = parse(text);
        assert!(document.faults.is_empty(), "{:?}", document.faults);
        let block = &document.blocks[0];
        assert_eq!(
            (block.keyword.as_str(), block.name.as_str(), block.doc.as_deref()),
            ("model", "Book", Some("A book"))
        );
        assert_eq!(block.lines.len(), 4);
        let Line::Field(author) = &block.lines[2] else { panic!("a field") };
        assert!(author.optional);
        assert_eq!(author.attributes[0].argument("fields").unwrap().names(), ["authorId"]);
    }

    #[test]
    fn goes_on_behind_what_is_wrong() {
        let document = parse("model A {\n  id Int @id(\n  name String\n}\nmodel B {\n  x ?\n  y Int\n}\n");
        assert!(!document.faults.is_empty());
        let names: Vec<_> = document.blocks.iter().map(|it| it.name.as_str()).collect();
        assert!(names.contains(&"B") || names.contains(&"A"), "{names:?}");
    }

    #[test]
    fn an_open_block_is_told() {
        assert_eq!(parse("model A {").faults[0].1, "`}` is missing at the end of the block");
    }
}
