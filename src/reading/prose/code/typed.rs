//! A declared field in the words in which people describe one, so that both are read alike.

use super::declared::Attribute;
use super::regex;
use crate::reading::prose::phrases::phrases;
use crate::reading::prose::words::{Word, WordKind, words};
use regex::Regex;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

/// The values of an enumeration by its name in the code: what they are called, what they are.
pub(super) type Enums = BTreeMap<String, Vec<(Range<usize>, Range<usize>)>>;

/// A type of more words is not looked at: each bracket is one within another.
const LONGEST_TYPE: usize = 400;

/// What a declared field says.
#[derive(Debug, Default)]
pub(super) struct Typed {
    /// As a line of a list would say it: `label: string, at most 40 characters - How it is called`.
    pub(super) words: Vec<Word>,
    /// The name of its type, if that is one name.
    pub(super) target: Option<String>,
    pub(super) list: bool,
    pub(super) optional: bool,
    /// What was not understood.
    pub(super) missed: Vec<Range<usize>>,
}

/// A type without what stands around it.
#[derive(Debug, Default)]
struct Shape {
    kind: Vec<Word>,
    list: bool,
    optional: bool,
    /// Said to be there by a mark, where nothing else says so.
    marked: bool,
    arguments: Vec<Vec<Word>>,
    missed: Vec<Range<usize>>,
}

/// Reads a field; `marks` says whether the code marks what must be there (`String!`), so that the rest may be missing.
pub(super) fn typed(text: &str, attribute: &Attribute, enums: &Enums, marks: bool) -> Typed {
    let at = attribute.kind.end;
    let given = words(text, attribute.kind.clone());
    let mut shape = if given.len() > LONGEST_TYPE {
        Shape { missed: vec![attribute.kind.clone()], ..Shape::default() }
    } else {
        shape(text, &given)
    };
    let pointer = text[attribute.kind.clone()].starts_with('*');
    let mut said = Typed {
        optional: attribute.optional || shape.optional || pointer || marks && !shape.marked,
        list: shape.list,
        missed: std::mem::take(&mut shape.missed),
        ..Typed::default()
    };
    let mut default = None;
    if let Some(value) = &attribute.value {
        if text[value.clone()].starts_with('`') {
            tags(text, value.clone(), &mut shape.arguments, &mut said);
        } else {
            let given = words(text, value.clone());
            if is_call(&given) {
                arguments(&given[2..given.len() - 1], &mut shape.arguments);
            } else {
                default = Some(value.clone());
            }
        }
    }
    let comment = attribute.comment.as_ref().map(|it| words(text, it.clone())).unwrap_or_default();
    let mut remarks: Vec<&[Word]> = comment.split(|it| it.is(",")).filter(|it| !it.is_empty()).collect();
    if let [word] = shape.kind.as_slice() {
        said.target = Some(text[word.at.clone()].to_owned());
    }
    let mut kind = kind(text, &shape.kind, enums);
    // `number; // integer` says more than `number`.
    if let [word] = kind.as_slice()
        && matches!(word.stem.as_str(), "number" | "string" | "str" | "text")
        && let Some(better) = remarks.iter().position(|it| super::is_type(it))
    {
        kind = remarks.remove(better).to_vec();
    }
    let mut line = words(text, attribute.name.clone());
    line.push(sign(":", at));
    line.append(&mut kind);
    if shape.list {
        line.extend([sign("[", at), sign("]", at)]);
    }
    for argument in &shape.arguments {
        match argument_words(text, argument) {
            Said::Words(words) => {
                line.push(sign(",", at));
                line.extend(words);
            }
            Said::Default(value) => default = Some(value),
            Said::Nothing => {}
            Said::Unknown(range) => said.missed.push(range),
        }
    }
    if let Some(value) = default {
        match literal(text, &value, &shape.kind, enums) {
            Some(words) => {
                line.extend([sign(",", at), sign("=", at)]);
                line.extend(words);
            }
            None if is_nothing(&text[value.clone()]) => said.optional = true,
            None => said.missed.push(value),
        }
    }
    if said.optional {
        line.push(sign(",", at));
        line.extend(phrase("optional", at, &[]));
    }
    if !remarks.is_empty() {
        line.push(sign("-", at));
        line.extend(remarks.join(&sign(",", at)));
    }
    said.words = line;
    said
}

fn sign(text: &str, at: usize) -> Word {
    Word { at: at..at, stem: text.to_owned(), kind: WordKind::Sign }
}

/// The words of a phrase at a place where they do not stand, with others where it has `{}`.
fn phrase(phrase: &str, at: usize, value: &[Word]) -> Vec<Word> {
    let mut found = Vec::new();
    for mut word in words(phrase, 0..phrase.len()) {
        if word.is("{") {
            found.extend(value.iter().cloned());
        } else if !word.is("}") {
            word.at = at..at;
            found.push(word);
        }
    }
    found
}

/// `Field(…)`
fn is_call(words: &[Word]) -> bool {
    let call = |name: &Word, open: &Word| name.kind == WordKind::Name && open.is("(");
    words.len() > 2 && call(&words[0], &words[1]) && words.last().is_some_and(|it| it.is(")"))
}

/// Words between a sign, where no bracket is open.
fn split<'w>(words: &'w [Word], between: &str) -> Vec<&'w [Word]> {
    let mut found = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    for (at, word) in words.iter().enumerate() {
        if ["(", "[", "{", "<"].iter().any(|it| word.is(it)) {
            depth += 1;
        } else if [")", "]", "}", ">"].iter().any(|it| word.is(it)) {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && word.is(between) {
            found.push(&words[start..at]);
            start = at + 1;
        }
    }
    found.push(&words[start..]);
    found.retain(|it| !it.is_empty());
    found
}

/// The last part of `datetime.date`, in lower case.
fn short(text: &str, word: &Word) -> String {
    text[word.at.clone()].rsplit('.').next().unwrap_or_default().to_ascii_lowercase()
}

/// Takes lists, options and the like off a type.
fn shape(text: &str, words: &[Word]) -> Shape {
    let ways = split(words, "|");
    if ways.len() > 1 {
        return union(text, &ways);
    }
    let inner = |words: &[Word], list: bool| {
        let found = shape(text, words);
        Shape { list: list || found.list, optional: found.optional, ..found }
    };
    match words {
        [rest @ .., last] if last.is("?") && !rest.is_empty() => Shape { optional: true, ..inner(rest, false) },
        [rest @ .., last] if last.is("!") && !rest.is_empty() => Shape { marked: true, ..inner(rest, false) },
        [rest @ .., open, close] if open.is("[") && close.is("]") && !rest.is_empty() => inner(rest, true),
        [open, close, rest @ ..] if open.is("[") && close.is("]") && !rest.is_empty() => inner(rest, true),
        [open, rest @ .., close] if open.is("[") && close.is("]") => inner(rest, true),
        [open, ..] if open.is("{") => Shape { kind: phrase("json", open.at.start, &[]), ..Shape::default() },
        [name, open, rest @ .., close] if (open.is("[") && close.is("]")) || (open.is("<") && close.is(">")) => {
            generic(text, name, rest)
        }
        [name, open, ..] if open.is("[") && short(text, name) == "map" => generic(text, name, &[]),
        [name, open, rest @ .., close] if open.is("(") && close.is(")") => {
            let mut given = Vec::new();
            arguments(rest, &mut given);
            match phrases().code_type(&short(text, name)) {
                // `Column(String(80), unique=True)`
                Some("") if given.first().is_some_and(|it| phrases().code_argument(&short(text, &it[0])).is_some()) => {
                    Shape { arguments: given, ..Shape::default() }
                }
                Some("") if !given.is_empty() => {
                    let first = given.remove(0);
                    let mut found = shape(text, &first);
                    found.arguments.extend(given);
                    found
                }
                _ => Shape { kind: vec![name.clone()], arguments: given, ..Shape::default() },
            }
        }
        _ => Shape { kind: words.to_vec(), ..Shape::default() },
    }
}

/// `str | None`, `'a' | 'b'`
fn union(text: &str, ways: &[&[Word]]) -> Shape {
    let nothing = |it: &&&[Word]| it.len() == 1 && is_nothing(&text[it[0].at.clone()]);
    let rest: Vec<&[Word]> = ways.iter().filter(|it| !nothing(it)).copied().collect();
    let optional = rest.len() < ways.len();
    let quoted = |it: &&[Word]| text[..it[0].at.start].ends_with(['"', '\'']);
    match rest.as_slice() {
        [] => Shape { optional, ..Shape::default() },
        [one] => {
            let found = shape(text, one);
            Shape { optional: optional || found.optional, ..found }
        }
        [first, others @ ..] if !rest.iter().all(quoted) => {
            let mut found = shape(text, first);
            found.missed.extend(others.iter().filter_map(|it| Some(it.first()?.at.start..it.last()?.at.end)));
            Shape { optional: optional || found.optional, ..found }
        }
        [first, ..] => {
            let values: Vec<Word> = rest.join(&sign(",", first[0].at.start));
            Shape { kind: enumeration(&values, first[0].at.start), optional, ..Shape::default() }
        }
    }
}

fn enumeration(values: &[Word], at: usize) -> Vec<Word> {
    let mut found = phrase("enum", at, &[]);
    found.push(sign("(", at));
    found.extend(values.iter().cloned());
    found.push(sign(")", at));
    found
}

/// `Optional[str]`, `Array<string>`, `Literal["a", "b"]`, `Dict[str, int]`
fn generic(text: &str, name: &Word, inner: &[Word]) -> Shape {
    let at = name.at.start;
    match short(text, name).as_str() {
        "optional" | "maybe" => Shape { optional: true, ..shape(text, inner) },
        "list" | "array" | "set" | "sequence" | "frozenset" | "collection" | "vec" | "iterable" | "readonlyarray" => {
            Shape { list: true, ..shape(text, inner) }
        }
        "literal" => Shape { kind: enumeration(inner, at), ..Shape::default() },
        "union" => union(text, &split(inner, ",")),
        "mapped" | "annotated" => {
            let mut parts = split(inner, ",");
            let first = if parts.is_empty() { inner } else { parts.remove(0) };
            let mut found = shape(text, first);
            for part in parts {
                if is_call(part) {
                    arguments(&part[2..part.len() - 1], &mut found.arguments);
                } else {
                    found.missed.push(part[0].at.start..part[part.len() - 1].at.end);
                }
            }
            found
        }
        "dict" | "record" | "map" | "mapping" | "hashmap" | "dictionary" => {
            Shape { kind: phrase("json", at, &[]), ..Shape::default() }
        }
        _ => Shape { kind: vec![name.clone()], ..Shape::default() },
    }
}

fn arguments(words: &[Word], found: &mut Vec<Vec<Word>>) {
    found.extend(split(words, ",").into_iter().map(<[Word]>::to_vec));
}

/// A type as people call it.
fn kind(text: &str, words: &[Word], enums: &Enums) -> Vec<Word> {
    // What was put in the place of a type is called as people call it.
    let [word] = words else { return words.to_vec() };
    let at = word.at.start;
    if word.at.is_empty() {
        return words.to_vec();
    }
    if let Some(values) = enums.get(&text[word.at.clone()]) {
        let value = |range: &Range<usize>| Word {
            at: range.clone(),
            stem: text[range.clone()].to_lowercase(),
            kind: WordKind::Name,
        };
        let values: Vec<Word> = values.iter().flat_map(|(_, it)| [sign(",", at), value(it)]).skip(1).collect();
        return enumeration(&values, at);
    }
    let short = short(text, word);
    match phrases().code_type(&short) {
        Some(said) if !said.is_empty() => phrase(said, at, &[]),
        _ => vec![Word { at: word.at.end - short.len()..word.at.end, stem: short, kind: WordKind::Name }],
    }
}

/// What an argument says.
enum Said {
    Words(Vec<Word>),
    Default(Range<usize>),
    Nothing,
    Unknown(Range<usize>),
}

/// `min_length=2`, `unique: true`, `80`, `ForeignKey("shops.id")`
fn argument_words(text: &str, argument: &[Word]) -> Said {
    let (Some(first), Some(last)) = (argument.first(), argument.last()) else { return Said::Nothing };
    let range = first.at.start..last.at.end.max(first.at.start);
    let at = range.start;
    let between = argument.iter().position(|it| it.is("=") || it.is(":"));
    let (key, value) = match between {
        Some(between) => (short(text, first), &argument[between + 1..]),
        None if argument.iter().all(|it| it.is(".")) => return Said::Nothing,
        None if first.kind == WordKind::Number => ("length".to_owned(), argument),
        None if is_call(argument) => (short(text, first), &argument[2..argument.len() - 1]),
        None => (short(text, first), &argument[1..]),
    };
    if between.is_none() && is_call(argument) && super::is_type(&argument[..1]) {
        let text = first.stem == "string" || first.stem == "varchar";
        return if text { Said::Words(phrase("at most {} characters", at, value)) } else { Said::Nothing };
    }
    let told = value.first().map(|it| text[it.at.clone()].to_lowercase()).unwrap_or_default();
    let said = phrases().code_argument(&format!("{key}={told}")).or_else(|| phrases().code_argument(&key));
    match said {
        Some("default") => match (value.first(), value.last()) {
            (Some(first), Some(last)) => Said::Default(first.at.start..last.at.end),
            _ => Said::Nothing,
        },
        Some("") => Said::Nothing,
        Some(said) => {
            // `shops.id`
            let mut value = value.to_vec();
            if said.contains("->")
                && let Some(word) = value.first_mut()
            {
                let table = text[word.at.clone()].split('.').next().unwrap_or_default().len();
                word.at.end = word.at.start + table;
            }
            // `oneof=small big`
            if said.starts_with("one of") {
                value = value.split_inclusive(|_| true).collect::<Vec<_>>().join(&sign(",", at));
            }
            Said::Words(phrase(said, at, &value))
        }
        None => Said::Unknown(range),
    }
}

/// `` `json:"label,omitempty" validate:"required,max=40"` ``
fn tags(text: &str, at: Range<usize>, found: &mut Vec<Vec<Word>>, said: &mut Typed) {
    static TAG: OnceLock<Regex> = OnceLock::new();
    for captures in regex(&TAG, r#"(\w+):"([^"]*)""#).captures_iter(&text[at.clone()]) {
        let (Some(name), Some(inner)) = (captures.get(1), captures.get(2)) else { continue };
        let inner = at.start + inner.start()..at.start + inner.end();
        match name.as_str() {
            "json" => said.optional |= text[inner].contains(",omitempty"),
            "validate" | "binding" | "gorm" => {
                let mut start = inner.start;
                for part in text[inner].split([',', ';']) {
                    let range = start..start + part.len();
                    start = range.end + 1;
                    if !part.is_empty() {
                        found.push(words(text, range));
                    }
                }
            }
            // What it is called elsewhere.
            _ => {}
        }
    }
}

fn is_nothing(text: &str) -> bool {
    matches!(text.trim(), "None" | "null" | "undefined" | "nil" | "NULL")
}

/// A default, if it is a value that can be written down.
fn literal(text: &str, at: &Range<usize>, kind: &[Word], enums: &Enums) -> Option<Vec<Word>> {
    let raw = text[at.clone()].trim_end_matches([',', ';']).trim();
    if is_nothing(raw) {
        return None;
    }
    let given = words(text, at.clone());
    let [word] = given.as_slice() else {
        let now = raw.to_lowercase().contains("now") && raw.ends_with(')');
        let quoted = raw.len() > 2 && raw.starts_with(['"', '\'']) && raw.ends_with(['"', '\'']);
        return quoted.then(|| given.clone()).or_else(|| now.then(|| phrase("now", at.start, &[])));
    };
    // `Kind.OLD`
    if let Some((of, member)) = raw.rsplit_once('.')
        && let Some(values) = enums.get(of).or_else(|| enums.get(&text[kind.first()?.at.clone()]))
    {
        let (_, value) = values.iter().find(|(name, _)| text[name.clone()] == *member)?;
        return Some(vec![Word { at: value.clone(), stem: text[value.clone()].to_lowercase(), kind: WordKind::Name }]);
    }
    let enumerated = kind.first().is_some_and(|it| enums.contains_key(&text[it.at.clone()]));
    let plain = raw.starts_with(['"', '\''])
        || word.kind == WordKind::Number
        || matches!(raw, "true" | "false" | "True" | "False")
        || enumerated;
    plain.then_some(given)
}
