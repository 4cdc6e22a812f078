//! One thing wrong with the answers.

use crate::spec::Place;

/// One thing wrong with the answers. All texts are lower-case fragments without a full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What happened.
    pub message: String,
    /// Where the caret goes.
    pub place: Place,
    /// Under the caret.
    pub label: Option<String>,
    /// What is allowed, what to do.
    pub notes: Vec<String>,
}

impl Problem {
    /// A problem with nothing but its message.
    pub fn new(message: impl Into<String>, place: Place) -> Self {
        Self { message: message.into(), place, label: None, notes: Vec::new() }
    }

    /// Where the problem begins, both counted from 1, the column in characters.
    pub fn line_and_column(&self) -> (usize, usize) {
        let text = &self.place.source.text;
        let before = text.get(..self.place.start).unwrap_or(text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        (1 + before.matches('\n').count(), 1 + line.chars().count())
    }

    /// Adds the text under the caret.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Adds a line below: what is allowed, what to do.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}
