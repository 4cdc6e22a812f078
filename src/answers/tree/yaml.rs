//! YAML into the tree: one document, string keys, the core schema.

use super::{DEEPEST, Document, Entry, Node, Table, Value, place, plain_number};
use crate::answers::Problem;
use crate::spec::{Place, Source};
use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput, Tag};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Aliases may repeat this many values in all, so that a small file cannot grow without bounds.
const MOST_REPEATED: usize = 100_000;

/// Reads a document.
pub(super) fn parse(source: &Arc<Source>, document: Document) -> Result<Node, Problem> {
    let mut reader = Reader {
        source,
        document,
        parser: Parser::new_from_str(&source.text),
        offsets: Offsets::new(&source.text),
        anchors: BTreeMap::new(),
        repeated: 0,
    };
    let mut root = None;
    loop {
        let (event, span) = reader.next()?;
        match event {
            Event::StreamEnd => break,
            Event::StreamStart | Event::DocumentEnd | Event::Nothing => {}
            Event::DocumentStart(_) if root.is_none() => {
                let (event, span) = reader.next()?;
                root = Some(reader.node(event, span, 0)?);
            }
            _ => {
                let at = reader.place(span);
                return Err(Problem::new("a second YAML document begins here", at).note("one document is allowed"));
            }
        }
    }
    let empty = Node { value: Value::Table(Table::new()), place: place(source, 0..0) };
    Ok(match root {
        None => empty,
        Some(Node { value: Value::Null, .. }) => empty,
        Some(node) => node,
    })
}

struct Reader<'a> {
    source: &'a Arc<Source>,
    document: Document,
    parser: Parser<'a, StrInput<'a>>,
    offsets: Offsets,
    anchors: BTreeMap<usize, Node>,
    repeated: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), Problem> {
        match self.parser.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => {
                let at = self.offsets.byte(error.marker().index());
                let message = error.info().trim_end_matches('.');
                Err(Problem::new(format!("not valid YAML: {message}"), place(self.source, at..at)))
            }
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn place(&self, span: Span) -> Place {
        let start = self.offsets.byte(span.start.index());
        let end = self.offsets.byte(span.end.index()).max(start);
        place(self.source, start..end)
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Node, Problem> {
        let mut at = self.place(span);
        if depth > DEEPEST {
            return Err(Problem::new("nested too deep", at).note(format!("at most {DEEPEST} levels")));
        }
        let (value, anchor) = match event {
            Event::Alias(anchor) => return self.alias(anchor, at, depth),
            Event::Scalar(text, style, anchor, tag) => {
                if style == ScalarStyle::Plain {
                    let text = &self.source.text[at.start..at.end];
                    at.end = at.start + text.trim_end().len();
                }
                (scalar(text, style, tag.as_deref(), &at)?, anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                refuse_tag(tag.as_deref(), "seq", &at)?;
                let mut items: Vec<Node> = Vec::new();
                loop {
                    let (event, span) = self.next()?;
                    if event == Event::SequenceEnd {
                        break;
                    }
                    items.push(self.node(event, span, depth + 1)?);
                    self.document.list(items.len(), || items[0].place.clone())?;
                }
                (Value::Array(items), anchor)
            }
            Event::MappingStart(anchor, tag) => {
                refuse_tag(tag.as_deref(), "map", &at)?;
                (Value::Table(self.table(depth)?), anchor)
            }
            _ => return Err(Problem::new("not valid YAML: a value is missing", at)),
        };
        let node = Node { value, place: at };
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn table(&mut self, depth: usize) -> Result<Table, Problem> {
        let mut table = Table::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                return Ok(table);
            }
            let key = self.node(event, span, depth + 1)?;
            let (event, span) = self.next()?;
            let node = self.node(event, span, depth + 1)?;
            let kind = key.describe();
            let name = match key.value {
                Value::String(name) => name,
                Value::Number(_) | Value::Boolean(_) if self.document == Document::Foreign => {
                    self.source.text.get(key.place.start..key.place.end).unwrap_or_default().to_owned()
                }
                _ => {
                    return Err(Problem::new("a key must be a string", key.place)
                        .label(format!("this is {kind}"))
                        .note("put the key into quotes"));
                }
            };
            if name == "<<" {
                return Err(
                    Problem::new("merge keys are not part of YAML 1.2", key.place).note("use an alias as a value")
                );
            }
            if table.contains_key(&name) {
                return Err(Problem::new(format!("`{name}` is given twice"), key.place).note("keep one of them"));
            }
            table.insert(name, Entry { key: key.place, node });
            self.document.table(table.len(), || table[0].key.clone())?;
        }
    }

    fn alias(&mut self, anchor: usize, at: Place, depth: usize) -> Result<Node, Problem> {
        let Some(node) = self.anchors.get(&anchor) else {
            return Err(Problem::new("this alias stands inside its own anchor", at));
        };
        let (size, height) = measure(node);
        self.repeated += size;
        if self.repeated > MOST_REPEATED || depth + height > DEEPEST {
            return Err(
                Problem::new("aliases repeat too much", at).note(format!("at most {MOST_REPEATED} values in all"))
            );
        }
        Ok(node.clone())
    }
}

/// How many values a node holds and how deep they go.
fn measure(node: &Node) -> (usize, usize) {
    let add = |(size, height): (usize, usize), child: &Node| {
        let (more, deeper) = measure(child);
        (size + more, height.max(deeper + 1))
    };
    match &node.value {
        Value::Array(items) => items.iter().fold((1, 0), add),
        Value::Table(table) => table.values().map(|entry| &entry.node).fold((1, 0), add),
        _ => (1, 0),
    }
}

fn scalar(text: Cow<'_, str>, style: ScalarStyle, tag: Option<&Tag>, at: &Place) -> Result<Value, Problem> {
    match tag {
        Some(tag) if tag.is_yaml_core_schema() && tag.suffix == "str" => return Ok(Value::String(text.into_owned())),
        Some(tag) if tag.handle.is_empty() && tag.suffix == "!" => return Ok(Value::String(text.into_owned())),
        Some(tag) => return Err(tag_problem(tag, at)),
        None => {}
    }
    if style != ScalarStyle::Plain {
        return Ok(Value::String(text.into_owned()));
    }
    Ok(match text.as_ref() {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Boolean(true),
        "false" | "False" | "FALSE" => Value::Boolean(false),
        number if is_number(number) => Value::Number(plain_number(number)),
        _ => Value::String(text.into_owned()),
    })
}

fn refuse_tag(tag: Option<&Tag>, allowed: &str, at: &Place) -> Result<(), Problem> {
    match tag {
        Some(tag) if !(tag.is_yaml_core_schema() && tag.suffix == allowed) => Err(tag_problem(tag, at)),
        _ => Ok(()),
    }
}

fn tag_problem(tag: &Tag, at: &Place) -> Problem {
    let tag = format!("{}{}", tag.handle, tag.suffix);
    Problem::new(format!("the tag `{tag}` has no meaning here"), at.clone())
        .note("leave it out; only `!!str` is of use")
}

/// A number of the core schema.
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_hexdigit());
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return !digits.is_empty() && digits.bytes().all(|it| (b'0'..=b'7').contains(&it));
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let digits = |text: &str| text.bytes().all(|it| it.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|it| !it.is_empty() && digits(it))
}

/// From the parser's counting in characters to bytes.
struct Offsets {
    /// Byte offset of each character; empty when the text is ASCII and both are the same.
    bytes: Vec<usize>,
    length: usize,
}

impl Offsets {
    fn new(text: &str) -> Self {
        let bytes = if text.is_ascii() { Vec::new() } else { text.char_indices().map(|(at, _)| at).collect() };
        Self { bytes, length: text.len() }
    }

    fn byte(&self, index: usize) -> usize {
        if self.bytes.is_empty() {
            return index.min(self.length);
        }
        self.bytes.get(index).copied().unwrap_or(self.length)
    }
}
