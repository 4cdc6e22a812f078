//! Problems as a person reads them.

use super::Problem;
use crate::spec::{Place, Source};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use std::sync::Arc;

/// Lines longer than this are not shown, only named by their position.
const LONGEST_LINE: usize = 500;

/// Renders problems with file, line, column and caret, one after the other.
pub fn render_problems(problems: &[Problem], colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let mut index = Index::default();
    let blocks = problems.iter().map(|problem| renderer.render(&[group(problem, &index.line(&problem.place))]) + "\n");
    blocks.collect::<Vec<_>>().join("\n")
}

fn group<'a>(problem: &'a Problem, line: &Line<'a>) -> Group<'a> {
    let mut group = Group::with_title(Level::ERROR.primary_title(&problem.message));
    let name = problem.place.source.name.as_str();
    if line.text.len() > LONGEST_LINE {
        group = group.element(Origin::path(name).line(line.number).char_column(line.column()));
    } else {
        let mut annotation = AnnotationKind::Primary.span(line.start..line.end);
        if let Some(label) = &problem.label {
            annotation = annotation.label(label);
        }
        group = group.element(Snippet::source(line.text).path(name).line_start(line.number).annotation(annotation));
    }
    for note in &problem.notes {
        group = group.element(Level::NOTE.message(note));
    }
    group
}

/// Where the lines of the last text begin, so that many problems of one text cost little.
#[derive(Default)]
struct Index {
    source: Option<Arc<Source>>,
    starts: Vec<usize>,
}

/// The first line that a place touches; offsets are relative to the line.
struct Line<'a> {
    text: &'a str,
    number: usize,
    start: usize,
    end: usize,
}

impl Index {
    fn line<'a>(&mut self, place: &'a Place) -> Line<'a> {
        let text = &place.source.text;
        if !self.source.as_ref().is_some_and(|source| Arc::ptr_eq(source, &place.source)) {
            self.starts = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1).collect();
            self.source = Some(Arc::clone(&place.source));
        }
        let at = floor(text, place.start);
        let before = self.starts.partition_point(|start| *start <= at);
        let first = if before == 0 { 0 } else { self.starts[before - 1] };
        let last = self.starts.get(before).map_or(text.len(), |next| next - 1);
        let line = text[first..last].trim_end_matches('\r');
        let start = (at - first).min(line.len());
        let end = floor(text, place.end).saturating_sub(first).clamp(start, line.len());
        Line { text: line, number: before + 1, start, end }
    }
}

impl Line<'_> {
    fn column(&self) -> usize {
        1 + self.text[..self.start].chars().count()
    }
}

/// The nearest character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
