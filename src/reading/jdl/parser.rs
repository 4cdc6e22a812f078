//! The syntax of `JHipster`'s domain language, with places. What is not understood is told, and reading goes on behind it.

use crate::reading::outline::Span;
use crate::reading::tokens::{Token, TokenKind, doc_text, tokens, unquoted};
use std::collections::BTreeMap;

/// A model.
#[derive(Debug, Default)]
pub(super) struct Document {
    pub(super) settings: Vec<Setting>,
    pub(super) entities: Vec<Entity>,
    pub(super) enums: Vec<Enumeration>,
    pub(super) relationships: Vec<Relationship>,
    pub(super) options: Vec<Choice>,
    /// Blocks that are left out as a whole: deployments.
    pub(super) skipped: Vec<(Span, String)>,
    pub(super) constants: BTreeMap<String, String>,
    /// What is wrong, and where.
    pub(super) faults: Vec<(Span, String)>,
}

/// `baseName shop` in the `config` of an application.
#[derive(Debug)]
pub(super) struct Setting {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) span: Span,
}

#[derive(Debug)]
pub(super) struct Entity {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) doc: Option<String>,
    pub(super) annotations: Vec<Annotation>,
    pub(super) fields: Vec<Field>,
}

/// `@dto(mapstruct)`
#[derive(Debug)]
pub(super) struct Annotation {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) span: Span,
}

#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) span: Span,
    pub(super) doc: Option<String>,
    pub(super) annotations: Vec<Annotation>,
    /// `required`, `min(3)`
    pub(super) validations: Vec<(String, Option<String>, Span)>,
}

#[derive(Debug)]
pub(super) struct Enumeration {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) values: Vec<(String, Option<String>, Span)>,
}

/// `OneToMany { A{bs} to B{a} }`
#[derive(Debug)]
pub(super) struct Relationship {
    pub(super) kind: String,
    pub(super) span: Span,
    pub(super) from: Side,
    pub(super) to: Side,
}

#[derive(Debug)]
pub(super) struct Side {
    pub(super) entity: String,
    /// What this side calls the other one.
    pub(super) field: Option<String>,
    pub(super) required: bool,
    pub(super) doc: Option<String>,
    pub(super) annotations: Vec<Annotation>,
}

/// `paginate A, B with pagination except C`
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) name: String,
    pub(super) value: Option<String>,
    /// `*` for all.
    pub(super) entities: Vec<String>,
    pub(super) except: Vec<String>,
    pub(super) span: Span,
}

/// Options that take a value behind `with`, and those that take none.
const CHOICES: [&str; 22] = [
    "dto",
    "service",
    "paginate",
    "search",
    "microservice",
    "angularSuffix",
    "clientRootFolder",
    "changelogDate",
    "filter",
    "readOnly",
    "embedded",
    "skipClient",
    "skipServer",
    "noFluentMethod",
    "noFluentMethods",
    "skipFakeData",
    "skipUserManagement",
    "skipSetup",
    "changelog",
    "databaseType",
    "entityPackage",
    "use",
];

const MOST_FAULTS: usize = 50;

type Fault = (Span, String);

/// Reads a model.
pub(super) fn parse(text: &str) -> Document {
    let mut parser = Parser { text, tokens: tokens(text), at: 0, document: Document::default() };
    parser.document(false);
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

    fn peek_raw(&self) -> &'t str {
        self.peek().map_or("", |it| self.raw(it))
    }

    fn here(&self) -> Span {
        self.peek().map_or(self.text.len()..self.text.len(), |it| it.range.clone())
    }

    fn end(&self) -> usize {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(0, |it| it.range.end)
    }

    fn is(&self, text: &str) -> bool {
        self.peek_raw() == text
    }

    fn take(&mut self, text: &str) -> bool {
        let is = self.is(text);
        self.at += usize::from(is);
        is
    }

    fn word(&mut self, what: &str) -> Result<&'t str, Fault> {
        match self.peek().filter(|it| it.kind == TokenKind::Word) {
            Some(token) => {
                let word = self.raw(token);
                self.at += 1;
                Ok(word)
            }
            None => Err((self.here(), format!("{what} is expected here"))),
        }
    }

    fn expect(&mut self, sign: &str) -> Result<(), Fault> {
        if self.take(sign) { Ok(()) } else { Err((self.here(), format!("`{sign}` is expected here"))) }
    }

    fn fault(&mut self, (span, text): Fault) {
        if self.document.faults.len() < MOST_FAULTS {
            self.document.faults.push((span, text));
        }
    }

    fn docs(&mut self) -> Option<String> {
        let mut lines = Vec::new();
        while let Some(token) = self.peek().filter(|it| it.kind == TokenKind::Doc) {
            lines.push(doc_text(self.raw(token)));
            self.at += 1;
        }
        (!lines.is_empty()).then(|| lines.join(" "))
    }

    /// Goes to the first token of the next line.
    fn skip_line(&mut self) {
        self.at += 1;
        while self.peek().is_some_and(|it| !it.first) {
            self.at += 1;
        }
    }

    /// Goes behind the brace that closes the one that was just taken.
    fn skip_block(&mut self) {
        let mut depth = 1_usize;
        while depth > 0 && self.peek().is_some() {
            match self.peek_raw() {
                "{" => depth += 1,
                "}" => depth -= 1,
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Everything at the top, or in an application up to its closing brace.
    fn document(&mut self, inside: bool) {
        loop {
            let doc = self.docs();
            if inside && self.take("}") {
                return;
            }
            if self.peek().is_none() {
                if inside {
                    self.fault((self.here(), "`}` is missing at the end of the application".to_owned()));
                }
                return;
            }
            let before = self.at;
            if let Err(fault) = self.part(doc, inside) {
                self.fault(fault);
                if self.at == before || self.peek().is_some_and(|it| !it.first) && !self.is("}") {
                    self.skip_line();
                }
            }
        }
    }

    fn part(&mut self, doc: Option<String>, inside: bool) -> Result<(), Fault> {
        let annotations = self.annotations()?;
        let doc = self.docs().or(doc);
        let start = self.here();
        let keyword = self.word("`entity`, `enum`, `relationship`, `application` or an option")?;
        match keyword {
            "entity" => self.entity(start.start, doc, annotations),
            "enum" => self.enumeration(start.start),
            "relationship" => self.relationships(),
            "application" if !inside => {
                self.expect("{")?;
                self.document(true);
                Ok(())
            }
            "config" if inside => self.config(),
            "entities" if inside => self.members(),
            "deployment" => {
                self.expect("{")?;
                self.skip_block();
                self.document.skipped.push((start, "a deployment".to_owned()));
                Ok(())
            }
            name if CHOICES.contains(&name) => self.choice(name, start.start),
            name if self.is("=") => {
                self.at += 1;
                let value = self.scalar()?;
                self.document.constants.insert(name.to_owned(), value);
                Ok(())
            }
            name => Err((start, format!("`{name}` is not known here"))),
        }
    }

    fn annotations(&mut self) -> Result<Vec<Annotation>, Fault> {
        let mut found = Vec::new();
        while self.is("@") {
            let start = self.here().start;
            self.at += 1;
            let name = self.word("the name of an annotation")?.to_owned();
            let mut value = String::new();
            if self.take("(") {
                while !self.is(")") && self.peek().is_some() {
                    value.push_str(&self.scalar()?);
                    while self.take(",") {
                        value.push(',');
                    }
                }
                self.expect(")")?;
            }
            found.push(Annotation { name, value, span: start..self.end() });
            self.take(",");
        }
        Ok(found)
    }

    /// A word (`infinite-scroll`, `com.example`), a number or a text.
    fn scalar(&mut self) -> Result<String, Fault> {
        let Some(token) = self.peek().cloned() else { return Err((self.here(), "a value is missing".to_owned())) };
        let raw = self.raw(&token);
        match token.kind {
            TokenKind::Text => {
                self.at += 1;
                Ok(unquoted(raw))
            }
            TokenKind::Pattern => {
                self.at += 1;
                Ok(raw[1..raw.len() - 1].to_owned())
            }
            TokenKind::Word | TokenKind::Number => {
                self.at += 1;
                let mut end = token.range.end;
                // Words that stand together without a space are one value.
                while let Some(next) = self.peek()
                    && next.range.start == end
                    && matches!(self.raw(next), "-" | "." | ":" | "/")
                        | matches!(next.kind, TokenKind::Word | TokenKind::Number)
                {
                    end = next.range.end;
                    self.at += 1;
                }
                Ok(self.text[token.range.start..end].to_owned())
            }
            _ => Err((token.range, "a value is expected here".to_owned())),
        }
    }

    fn config(&mut self) -> Result<(), Fault> {
        self.expect("{")?;
        loop {
            self.docs();
            if self.take("}") {
                return Ok(());
            }
            let start = self.here().start;
            let name = self.word("the name of a setting")?.to_owned();
            let value = if self.take("[") {
                let mut items = Vec::new();
                while !self.take("]") {
                    items.push(self.scalar()?);
                    self.take(",");
                }
                items.join(", ")
            } else {
                self.scalar()?
            };
            self.document.settings.push(Setting { name, value, span: start..self.end() });
            self.take(",");
        }
    }

    /// Which entities an application has: all that the document declares are read.
    fn members(&mut self) -> Result<(), Fault> {
        self.names()?;
        if self.take("except") {
            self.names()?;
        }
        Ok(())
    }

    fn names(&mut self) -> Result<Vec<String>, Fault> {
        let mut names = Vec::new();
        loop {
            if self.take("*") {
                names.push("*".to_owned());
            } else {
                let name = self.word("the name of an entity, or `*`,")?;
                names.push(if name == "all" { "*".to_owned() } else { name.to_owned() });
            }
            if !self.take(",") {
                return Ok(names);
            }
        }
    }

    fn choice(&mut self, name: &str, start: usize) -> Result<(), Fault> {
        let mut choice =
            Choice { name: name.to_owned(), value: None, entities: Vec::new(), except: Vec::new(), span: start..start };
        if name == "use" {
            choice.name = self.scalar()?;
            while self.take(",") {
                choice.name = format!("{}, {}", choice.name, self.scalar()?);
            }
            self.expect("for")?;
            choice.entities = self.names()?;
        } else {
            choice.entities = self.names()?;
            if self.take("with") {
                choice.value = Some(self.scalar()?);
            }
        }
        if self.take("except") {
            choice.except = self.names()?;
        }
        choice.span = start..self.end();
        self.document.options.push(choice);
        Ok(())
    }

    fn entity(&mut self, start: usize, doc: Option<String>, annotations: Vec<Annotation>) -> Result<(), Fault> {
        let name = self.word("the name of an entity")?.to_owned();
        let mut entity = Entity { name, span: start..self.end(), doc, annotations, fields: Vec::new() };
        // The name of the table.
        if self.take("(") {
            self.scalar()?;
            self.expect(")")?;
        }
        if self.take("{") {
            self.fields(&mut entity);
        }
        self.document.entities.push(entity);
        Ok(())
    }

    /// Behind the brace that opens an entity.
    fn fields(&mut self, entity: &mut Entity) {
        loop {
            let doc = self.docs();
            if self.take("}") {
                break;
            }
            if self.peek().is_none() {
                self.fault((entity.span.clone(), "`}` is missing at the end of the entity".to_owned()));
                break;
            }
            let before = self.at;
            match self.field(doc) {
                Ok(field) => entity.fields.push(field),
                Err(fault) => {
                    self.fault(fault);
                    if self.at == before || self.peek().is_some_and(|it| !it.first) && !self.is("}") {
                        self.skip_line();
                    }
                }
            }
        }
    }

    fn field(&mut self, doc: Option<String>) -> Result<Field, Fault> {
        let annotations = self.annotations()?;
        let doc = self.docs().or(doc);
        let start = self.here().start;
        let name = self.word("a field")?.to_owned();
        let kind = self.word(&format!("the type of `{name}`"))?.to_owned();
        let mut field = Field { name, kind, span: start..self.end(), doc, annotations, validations: Vec::new() };
        while self.peek().is_some_and(|it| it.kind == TokenKind::Word && !it.first) {
            let start = self.here().start;
            let name = self.word("a validation")?.to_owned();
            let argument = if self.take("(") {
                let value = self.scalar()?;
                self.expect(")")?;
                Some(value)
            } else {
                None
            };
            field.validations.push((name, argument, start..self.end()));
        }
        self.take(",");
        // Documentation behind a field belongs to it.
        if self.peek().is_some_and(|it| it.kind == TokenKind::Doc && !it.first) {
            field.doc = self.docs().or(field.doc);
        }
        Ok(field)
    }

    fn enumeration(&mut self, start: usize) -> Result<(), Fault> {
        let name = self.word("the name of an enumeration")?.to_owned();
        let mut found = Enumeration { name, span: start..self.end(), values: Vec::new() };
        self.expect("{")?;
        loop {
            self.docs();
            if self.take("}") {
                break;
            }
            let at = self.here();
            let value = self.word("a value")?.to_owned();
            let label = if self.take("(") {
                let label = self.scalar()?;
                let mut label = label;
                while !self.is(")") && self.peek().is_some_and(|it| !it.first) {
                    label = format!("{label} {}", self.scalar()?);
                }
                self.expect(")")?;
                Some(label)
            } else {
                None
            };
            found.values.push((value, label, at));
            self.take(",");
        }
        self.document.enums.push(found);
        Ok(())
    }

    fn relationships(&mut self) -> Result<(), Fault> {
        let kind = self.word("`OneToOne`, `OneToMany`, `ManyToOne` or `ManyToMany`")?.to_owned();
        self.expect("{")?;
        loop {
            let doc = self.docs();
            if self.take("}") {
                return Ok(());
            }
            let start = self.here().start;
            let mut from = self.side()?;
            from.doc = from.doc.or(doc);
            self.expect("to")?;
            let to = self.side()?;
            if self.take("with") {
                self.scalar()?;
            }
            self.take(",");
            let span = start..self.end();
            self.document.relationships.push(Relationship { kind: kind.clone(), span, from, to });
        }
    }

    fn side(&mut self) -> Result<Side, Fault> {
        let annotations = self.annotations()?;
        let doc = self.docs();
        let entity = self.word("an entity")?.to_owned();
        let mut side = Side { entity, field: None, required: false, doc, annotations };
        if self.take("{") {
            side.doc = self.docs().or(side.doc);
            side.field = Some(self.word("the name of the relationship")?.to_owned());
            // What people see of the other side.
            if self.take("(") {
                self.scalar()?;
                self.expect(")")?;
            }
            side.required = self.take("required");
            self.expect("}")?;
        }
        Ok(side)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_entities_enums_relationships_and_options() {
        let text = "MAX = 50\n/** A shop */\n@dto(mapstruct)\nentity Shop(shop_table) {\n  /** Its name */\n  name String required maxlength(MAX) pattern(/^a\\/b$/)\n  kind Kind\n}\nenum Kind { BIG (big one), SMALL }\nrelationship OneToMany {\n  Shop{items} to Item{shop(name) required}\n}\nentity Item\npaginate * with infinite-scroll except Item\n";
        let document = parse(text);
        assert!(document.faults.is_empty(), "{:?}", document.faults);
        let shop = &document.entities[0];
        assert_eq!((shop.name.as_str(), shop.doc.as_deref(), shop.fields.len()), ("Shop", Some("A shop"), 2));
        assert_eq!(shop.fields[0].validations[2].1.as_deref(), Some("^a\\/b$"));
        assert_eq!(document.enums[0].values[0].1.as_deref(), Some("big one"));
        assert!(document.relationships[0].to.required);
        assert_eq!(document.options[0].value.as_deref(), Some("infinite-scroll"));
        assert_eq!(document.options[0].except, ["Item"]);
        assert_eq!(document.constants["MAX"], "50");
    }

    #[test]
    fn reads_applications() {
        let text = "application {\n  config {\n    baseName shop,\n    languages [en, de]\n    packageName com.example.shop\n  }\n  entities * except A\n  dto * with mapstruct\n}\ndeployment { deploymentType kubernetes }\n";
        let document = parse(text);
        assert!(document.faults.is_empty(), "{:?}", document.faults);
        let settings: Vec<_> = document.settings.iter().map(|it| (it.name.as_str(), it.value.as_str())).collect();
        assert_eq!(settings, [("baseName", "shop"), ("languages", "en, de"), ("packageName", "com.example.shop")]);
        assert_eq!(document.skipped.len(), 1);
    }

    #[test]
    fn goes_on_behind_what_is_wrong() {
        let document = parse("entity A {\n  name ?\n  size Integer\n}\nnonsense here\nentity B {\n");
        assert_eq!(document.entities.len(), 2);
        assert_eq!(document.entities[0].fields.len(), 1);
        assert_eq!(document.faults.len(), 3, "{:?}", document.faults);
    }
}
