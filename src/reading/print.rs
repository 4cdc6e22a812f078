//! A draft as an answers file that a person goes on with.

use super::report::Lines;
use super::value::key;
use super::{Draft, Finding, Kind, Value};
use std::collections::BTreeMap;
use std::ops::Range;

/// The sections in the order of the reference page.
const SECTIONS: [&str; 11] =
    ["preset", "project", "stack", "api", "defaults", "auth", "enums", "entities", "events", "jobs", "handlers"];

/// An answers file, and which answer stands where.
pub struct Printed {
    /// TOML.
    pub text: String,
    lines: Vec<(Range<usize>, String)>,
}

impl Printed {
    /// The answer that stands at a byte of the text.
    pub fn path_at(&self, at: usize) -> Option<&str> {
        let index = self.lines.partition_point(|(range, _)| range.end <= at);
        let (range, path) = self.lines.get(index)?;
        range.contains(&at).then_some(path.as_str())
    }
}

impl Draft {
    /// The answers as a file: what was assumed stands above each answer, what is missing at the end.
    pub fn text(&self) -> String {
        print(self).text
    }
}

/// An answer below the header of its table.
struct Line<'d> {
    header: Header,
    /// Below the header.
    key: String,
    path: &'d str,
    value: &'d Value,
}

/// A table of the file.
#[derive(Clone, PartialEq, Eq)]
struct Header {
    /// `entities.Product`; empty for the top level.
    name: String,
    section: usize,
    /// Of the second part of the path: entities keep their order.
    member: usize,
    /// Parts of the path; commands come behind their entity.
    depth: usize,
}

pub(super) fn print(draft: &Draft) -> Printed {
    let mut printed = Printed { text: introduction(draft), lines: Vec::new() };
    let mut members: indexmap::IndexSet<&str> = indexmap::IndexSet::new();
    let mut lines: Vec<Line<'_>> =
        draft.answers().map(|(path, answer)| line(path, &answer.value, &mut members)).collect();
    let headers: indexmap::IndexSet<String> = lines.iter().map(|it| it.header.name.clone()).collect();
    lines.sort_by_key(|line| {
        let header = &line.header;
        (header.section, header.member, header.depth, headers.get_index_of(&header.name), rank(&line.key))
    });
    let places = Lines::new(draft);
    let mut comments: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in draft.findings.iter().filter(|it| matches!(it.kind, Kind::Assumed | Kind::Open)) {
        comments.entry(finding.path.as_str()).or_default().push(finding);
    }
    let mut current: Option<Header> = None;
    for line in &lines {
        if current.as_ref() != Some(&line.header) {
            open(&mut printed.text, &line.header.name, "[", "]");
            current = Some(line.header.clone());
        }
        for finding in comments.get(line.path).into_iter().flatten() {
            let text = one_line(&finding.text);
            printed.text.push_str(&format!("# {}{}: {text}\n", places.of(finding, ", "), finding.kind.title()));
        }
        let start = printed.text.len();
        match line.value {
            _ if line.key.is_empty() => {}
            Value::List(items) if is_blocks(&line.key) => {
                for item in items {
                    open(&mut printed.text, &format!("{}.{}", line.header.name, line.key), "[[", "]]");
                    if let Value::Table(table) = item {
                        for (name, value) in table {
                            printed.text.push_str(&format!("{} = {value}\n", key(name)));
                        }
                    }
                }
            }
            value => printed.text.push_str(&format!("{} = {value}\n", line.key)),
        }
        printed.lines.push((start..printed.text.len(), line.path.to_owned()));
    }
    printed.text.push_str(&remainder(draft, &places));
    printed
}

/// Lists of tables that read better one by one; they end their entity's table.
fn is_blocks(key: &str) -> bool {
    matches!(key, "rules" | "approval")
}

fn rank(key: &str) -> usize {
    match key.split('.').next().unwrap_or_default() {
        "name" | "doc" => 0,
        "access" => 2,
        "fields" => 3,
        "relations" => 4,
        "rules" => 5,
        "approval" => 6,
        _ => 1,
    }
}

fn line<'d>(path: &'d str, value: &'d Value, members: &mut indexmap::IndexSet<&'d str>) -> Line<'d> {
    let parts: Vec<&str> = path.split('.').collect();
    let depth = match parts.as_slice() {
        ["entities", _, "commands", _, ..] | ["integrations", _, "operations", _, ..] => 4,
        ["entities" | "events" | "jobs" | "handlers" | "integrations", _, ..] => 2,
        [_] => 0,
        _ => 1,
    };
    let member = parts.get(..2).filter(|_| depth >= 2).map_or(0, |it| members.insert_full(it[1]).0);
    let section = SECTIONS.iter().position(|it| *it == parts[0]).unwrap_or(SECTIONS.len());
    let key_of = |parts: &[&str]| parts.iter().map(|it| key(it)).collect::<Vec<_>>().join(".");
    let header = Header { name: key_of(&parts[..depth]), section, member, depth };
    Line { header, key: key_of(&parts[depth..]), path, value }
}

fn open(text: &mut String, name: &str, before: &str, after: &str) {
    if !name.is_empty() {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("{before}{name}{after}\n"));
    }
}

fn introduction(draft: &Draft) -> String {
    let name: String = draft.document().name.chars().filter(|it| !it.is_control()).collect();
    format!("# Read from {name}.\n")
}

/// What the answers do not hold: a person who reads the file must see it there too.
fn remainder(draft: &Draft, places: &Lines<'_>) -> String {
    let mut text = String::new();
    for kind in [Kind::Open, Kind::Unsupported, Kind::NotUnderstood] {
        let missing: Vec<&Finding> =
            draft.found(kind).filter(|it| kind != Kind::Open || !draft.has(&it.path)).take(MOST_LISTED).collect();
        if missing.is_empty() {
            continue;
        }
        text.push_str(&format!("\n# {}:\n", kind.title()));
        for finding in missing {
            let words = finding.words();
            let words = if words.is_empty() { String::new() } else { format!("{words}: ") };
            let line = places.of(finding, ": ");
            text.push_str(&format!("#   {line}{}\n", one_line(&format!("{words}{}", finding.text))));
        }
    }
    text
}

/// More than these are not listed: they are in the report.
const MOST_LISTED: usize = 200;

fn one_line(text: &str) -> String {
    text.split(|it: char| it.is_control()).collect::<Vec<_>>().join(" ")
}
