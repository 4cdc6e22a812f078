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
        Self { message: short(message.into()), place, label: None, notes: Vec::new() }
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
        self.label = Some(short(label.into()));
        self
    }

    /// Adds a line below: what is allowed, what to do.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(short(note.into()));
        self
    }
}

/// A text as long as a message may be: names that a person wrote may be endless.
fn short(text: String) -> String {
    const HEAD: usize = 500;
    const TAIL: usize = 100;
    if text.len() <= 4 * (HEAD + TAIL) {
        return text;
    }
    let head: String = text.chars().take(HEAD).collect();
    let tail = (0..=text.len() - TAIL).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    format!("{head} … {}", &text[tail..])
}
