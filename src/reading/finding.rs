//! One thing that a document says, and what was made of it.

use crate::spec::Place;

/// What became of something that a document says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It is in the answers, or every project has it anyway.
    Understood,
    /// It is in the answers, but the document does not say all of it: a person should look.
    Assumed,
    /// A person must say it. When its path has an answer, that one only stands in.
    Open,
    /// Understood, but projects cannot have it yet, or only by hand.
    Unsupported,
    /// Nothing could be made of it.
    NotUnderstood,
}

impl Kind {
    /// Every kind, in the order of the report.
    pub const ALL: [Self; 5] = [Self::Understood, Self::Assumed, Self::Open, Self::Unsupported, Self::NotUnderstood];

    /// What programs read.
    pub fn id(self) -> &'static str {
        match self {
            Self::Understood => "understood",
            Self::Assumed => "assumed",
            Self::Open => "open",
            Self::Unsupported => "unsupported",
            Self::NotUnderstood => "not_understood",
        }
    }

    /// What people read.
    pub fn title(self) -> &'static str {
        match self {
            Self::Understood => "understood",
            Self::Assumed => "assumed",
            Self::Open => "open",
            Self::Unsupported => "not supported yet",
            Self::NotUnderstood => "not understood",
        }
    }
}

/// One thing that a document says, and what was made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What became of it.
    pub kind: Kind,
    /// Where the document says it; the beginning when it is silent.
    pub place: Place,
    /// The key of the answers that it led to (`entities.Product.fields.price`), or nothing.
    pub path: String,
    /// What was made of it, and why; a lower-case fragment without a full stop.
    pub text: String,
}

impl Finding {
    /// Whether the document says nothing of the kind: the finding is about all of it.
    pub fn is_silent(&self) -> bool {
        self.place.start == 0 && self.place.end == 0
    }

    /// What the document says, on one line; nothing when it is silent.
    pub fn words(&self) -> String {
        let text = self.place.source.text.get(self.place.start..self.place.end).unwrap_or_default();
        let mut words = String::new();
        for word in text.split_whitespace() {
            if words.len() > MOST_WORDS {
                break;
            }
            if !words.is_empty() {
                words.push(' ');
            }
            words.extend(word.chars().filter(|it| !matches!(it, '`' | '*')).take(MOST_WORDS));
        }
        words
    }
}

/// No more bytes of a document than these are shown for one finding.
const MOST_WORDS: usize = 200;
