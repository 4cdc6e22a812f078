//! Problems as a person reads them.

use super::Problem;
use crate::spec::Place;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

/// Lines longer than this are not shown, only named by their position.
const LONGEST_LINE: usize = 500;

/// Renders problems with file, line, column and caret, one after the other.
pub fn render_problems(problems: &[Problem], colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let mut text = String::new();
    for problem in problems {
        text.push_str(&renderer.render(&[group(problem)]));
        text.push_str("\n\n");
    }
    if text.ends_with("\n\n") {
        text.pop();
    }
    text
}

fn group(problem: &Problem) -> Group<'_> {
    let mut group = Group::with_title(Level::ERROR.primary_title(&problem.message));
    let line = Line::of(&problem.place);
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

/// The first line that a place touches; offsets are relative to the line.
struct Line<'a> {
    text: &'a str,
    number: usize,
    start: usize,
    end: usize,
}

impl<'a> Line<'a> {
    fn of(place: &'a Place) -> Self {
        let text = &place.source.text;
        let at = floor(text, place.start);
        let first = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let last = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
        let line = text[first..last].trim_end_matches('\r');
        let number = 1 + text[..first].bytes().filter(|byte| *byte == b'\n').count();
        let start = (at - first).min(line.len());
        let end = floor(text, place.end).saturating_sub(first).clamp(start, line.len());
        Self { text: line, number, start, end }
    }

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
