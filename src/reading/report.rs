//! What a document said and what was made of it: for people, and for programs.

use super::{Draft, Finding, Kind};
use crate::answers::Problem;
use crate::spec::Place;
use serde_json::{Value, json};

/// More findings of one kind than these are counted, not shown.
const MOST_SHOWN: usize = 200;

/// The widest that the words of the document are shown.
const WIDEST: usize = 36;

/// The report for people, fitted to a width.
pub fn text(draft: &Draft, width: usize) -> String {
    let name = &draft.document().name;
    let read_as =
        if draft.read_as.is_empty() { String::new() } else { format!(", read as {}", draft.read_as.join(", ")) };
    let mut text = format!("{name}{read_as}\n");
    let lines = Lines::new(draft);
    for kind in Kind::ALL {
        let mut findings: Vec<&Finding> = draft.found(kind).collect();
        if findings.is_empty() {
            continue;
        }
        findings.sort_by_key(|it| it.place.start);
        text.push_str(&format!("\n{}\n", kind.title()));
        let shown = &findings[..findings.len().min(MOST_SHOWN)];
        let words: Vec<String> = shown.iter().map(|it| shortened(&it.words(), WIDEST)).collect();
        let widest = words.iter().map(|it| it.chars().count()).max().unwrap_or(0);
        let digits = shown.last().map_or(1, |it| lines.number(&it.place).to_string().len());
        for (finding, words) in shown.iter().zip(&words) {
            let number = if finding.is_silent() { "-".to_owned() } else { lines.number(&finding.place).to_string() };
            let head = format!("  {number:>digits$}  {words}{}  ", " ".repeat(widest - words.chars().count()));
            let indent = " ".repeat(head.chars().count());
            text.push_str(&wrapped(&sentence(finding), width, &head, &indent));
            text.push('\n');
        }
        if findings.len() > MOST_SHOWN {
            text.push_str(&format!("  and {} more\n", findings.len() - MOST_SHOWN));
        }
    }
    text
}

/// What was made of it, with the key of the answers.
fn sentence(finding: &Finding) -> String {
    match (finding.path.as_str(), finding.text.as_str()) {
        ("", text) => text.to_owned(),
        (path, "") => path.to_owned(),
        (path, text) => format!("{path}: {text}"),
    }
}

fn wrapped(text: &str, width: usize, head: &str, indent: &str) -> String {
    let width = width.max(indent.chars().count() + 24);
    let options = textwrap::Options::new(width).initial_indent(head).subsequent_indent(indent);
    textwrap::fill(text, options)
}

fn shortened(text: &str, width: usize) -> String {
    if text.chars().count() <= width { text.to_owned() } else { text.chars().take(width - 1).chain(['…']).collect() }
}

/// The same for programs; docs/documents.md describes it.
pub fn json(draft: &Draft) -> Value {
    let lines = Lines::new(draft);
    let findings: Vec<Value> = draft
        .findings
        .iter()
        .map(|finding| {
            let place = &finding.place;
            let (line, column) = (lines.number(place), lines.column(place));
            json!({
                "kind": finding.kind.id(),
                "line": line,
                "column": column,
                "words": finding.words(),
                "key": finding.path,
                "text": finding.text,
            })
        })
        .collect();
    json!({ "document": draft.document().name, "read_as": draft.read_as, "findings": findings, "answers": draft.text() })
}

/// What keeps a document from being taken as it is (`--strict`), each at its place.
pub fn problems(draft: &Draft) -> Vec<Problem> {
    let mut findings: Vec<&Finding> = draft.findings.iter().filter(|it| it.kind != Kind::Understood).collect();
    findings.sort_by_key(|it| it.place.start);
    findings.into_iter().take(MOST_SHOWN).map(problem).collect()
}

/// One finding as a problem.
pub fn problem(finding: &Finding) -> Problem {
    let message = format!("{}: {}", finding.kind.title(), sentence(finding));
    Problem::new(message, finding.place.clone())
}

/// Where the lines of the document begin, so that many places cost little.
pub(super) struct Lines<'d> {
    text: &'d str,
    starts: Vec<usize>,
}

impl<'d> Lines<'d> {
    pub(super) fn new(draft: &'d Draft) -> Self {
        let text = draft.document().text.as_str();
        Self { text, starts: std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect() }
    }

    pub(super) fn number(&self, place: &Place) -> usize {
        self.starts.partition_point(|start| *start <= place.start)
    }

    /// `line 12` and what follows it; nothing when the document is silent.
    pub(super) fn of(&self, finding: &Finding, behind: &str) -> String {
        if finding.is_silent() { String::new() } else { format!("line {}{behind}", self.number(&finding.place)) }
    }

    fn column(&self, place: &Place) -> usize {
        let start = self.starts[self.number(place).saturating_sub(1)];
        1 + self.text.get(start..place.start).map_or(0, |it| it.chars().count())
    }
}
