//! What a schema says, whatever its format, in one form: tables, columns, references.
//!
//! A reader of a format fills an [`Outline`] with the names and limits that stand in the document. [`settle`] makes
//! answers of it: it alone knows which names answers take, which columns the service keeps itself, and what must not
//! clash. So a new format needs a parser and nothing else.

mod columns;
mod links;
mod names;
mod rule;
mod settle;
mod tally;
mod write;

pub(crate) use rule::{Rule, Term};
pub use tally::{Count, Tally};
pub(crate) use write::write;

use super::{Kind, RelationForm, Value};
use std::ops::Range;

/// Where something stands: bytes of the document.
pub(crate) type Span = Range<usize>;

/// One thing to tell about the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
    /// What was made of it, and why.
    pub(crate) text: String,
    /// The key of the answers that it is about, if there is one.
    pub(crate) path: String,
}

impl Note {
    pub(crate) fn new(kind: Kind, span: Span, text: impl Into<String>) -> Self {
        Self { kind, span, text: text.into(), path: String::new() }
    }

    pub(crate) fn unsupported(span: Span, text: impl Into<String>) -> Self {
        Self::new(Kind::Unsupported, span, text)
    }

    pub(crate) fn lost(span: Span, text: impl Into<String>) -> Self {
        Self::new(Kind::NotUnderstood, span, text)
    }
}

/// A whole document.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outline {
    /// Answers outside entities: path, value, where it stands.
    pub(crate) settings: Vec<(String, Value, Span)>,
    pub(crate) enums: Vec<Enumeration>,
    pub(crate) tables: Vec<Table>,
    pub(crate) notes: Vec<Note>,
    /// What became of tables that are none here.
    pub(crate) aside: Vec<Kind>,
    /// Tables beyond [`MOST_TABLES`], and the first of them.
    pub(crate) beyond: Option<(Span, usize)>,
}

/// More tables than these are not looked at: no project has half as many entities.
pub(crate) const MOST_TABLES: usize = 1_000;

/// More columns and references of one table than these are not looked at.
pub(crate) const MOST_MEMBERS: usize = 1_000;

impl Outline {
    /// Takes a table, unless there are too many.
    pub(crate) fn table(&mut self, table: Table) {
        if self.tables.len() < MOST_TABLES {
            self.tables.push(table);
        } else {
            self.beyond.get_or_insert((table.span, 0)).1 += 1;
        }
    }

    /// Accounts for a table that becomes no entity of its own.
    pub(crate) fn aside(&mut self, note: Note) {
        self.aside.push(note.kind);
        self.notes.push(note);
    }
}

/// A named list of words.
#[derive(Debug, Clone)]
pub(crate) struct Enumeration {
    pub(crate) name: String,
    pub(crate) span: Span,
    pub(crate) values: Vec<Word>,
}

/// One value of an enumeration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) value: String,
    pub(crate) label: Option<String>,
    pub(crate) span: Span,
}

/// A table, model, entity or schema of an object.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) span: Span,
    pub(crate) doc: Option<String>,
    pub(crate) columns: Vec<Column>,
    pub(crate) references: Vec<Reference>,
    /// Names of the columns of the primary key; empty where the format has none, or has not said.
    pub(crate) key: Vec<String>,
    /// Keys of one or more columns.
    pub(crate) uniques: Vec<(Vec<String>, Span)>,
    /// Columns with an index of their own.
    pub(crate) indexes: Vec<(Vec<String>, Span)>,
    /// Conditions over one row, as expressions of answers over column names.
    pub(crate) rules: Vec<(Rule, Span)>,
    /// Other keys of the entity: `actions`, `pagination`, `search`, `soft_delete`.
    pub(crate) settings: Vec<(&'static str, Value)>,
}

/// A column, attribute or property.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) span: Span,
    /// `None` when there is no such type here; the note says which.
    pub(crate) kind: Option<Type>,
    /// The most items of a list, where it is one.
    pub(crate) list: Option<Items>,
    pub(crate) required: bool,
    pub(crate) unique: bool,
    pub(crate) index: bool,
    pub(crate) default: Option<Preset>,
    pub(crate) doc: Option<String>,
    pub(crate) example: Option<Value>,
    pub(crate) private: bool,
    pub(crate) read_only: bool,
    /// Whether the database makes the value of a new row.
    pub(crate) generated: bool,
    pub(crate) notes: Vec<Note>,
}

/// The items of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Items {
    /// No more than so many, where it is said.
    pub(crate) most: Option<u64>,
}

/// What a column gets when a write leaves it out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Preset {
    Value(Value),
    Now,
}

/// The type of a column, with what is said about its values. Numbers are kept as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Type {
    String {
        min: Option<u64>,
        max: Option<u64>,
        pattern: Option<String>,
    },
    Text {
        min: Option<u64>,
        max: Option<u64>,
    },
    Integer(Bounds),
    Long(Bounds),
    Float(Bounds),
    Decimal {
        precision: Option<u64>,
        scale: Option<u64>,
        bounds: Bounds,
    },
    Boolean,
    Date,
    DateTime,
    Uuid,
    Email,
    Url,
    /// One of the enumerations of the outline.
    Named(String),
    /// An enumeration without a name.
    OneOf(Vec<Word>),
    Json,
}

/// The bounds of a number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) min: Option<String>,
    pub(crate) max: Option<String>,
    pub(crate) above: Option<String>,
    pub(crate) below: Option<String>,
}

/// How two tables belong together, told by the side that has the key.
#[derive(Debug, Clone)]
pub(crate) struct Reference {
    /// What this side calls it; made from the columns or the target where it is empty.
    pub(crate) name: String,
    pub(crate) span: Span,
    pub(crate) form: RelationForm,
    pub(crate) target: String,
    /// The columns that hold the key, where the format has them.
    pub(crate) columns: Vec<String>,
    /// The columns that they lead to, where it is said.
    pub(crate) to: Vec<String>,
    /// `None`: as the columns say.
    pub(crate) required: Option<bool>,
    pub(crate) on_delete: OnDelete,
    /// What the other side calls it.
    pub(crate) inverse: Option<String>,
    pub(crate) doc: Option<String>,
}

/// What a deletion of the target does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnDelete {
    Restrict,
    Cascade,
    SetNull,
}

impl Table {
    pub(crate) fn new(name: impl Into<String>, span: Span) -> Self {
        Self {
            name: name.into(),
            span,
            doc: None,
            columns: Vec::new(),
            references: Vec::new(),
            key: Vec::new(),
            uniques: Vec::new(),
            indexes: Vec::new(),
            rules: Vec::new(),
            settings: Vec::new(),
        }
    }

    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|it| it.name == name)
    }

    pub(crate) fn column_mut(&mut self, name: &str) -> Option<&mut Column> {
        self.columns.iter_mut().find(|it| it.name == name)
    }
}

impl Column {
    pub(crate) fn new(name: impl Into<String>, span: Span, kind: Option<Type>) -> Self {
        Self {
            name: name.into(),
            span,
            kind,
            list: None,
            required: false,
            unique: false,
            index: false,
            default: None,
            doc: None,
            example: None,
            private: false,
            read_only: false,
            generated: false,
            notes: Vec::new(),
        }
    }

    /// Says that something about it is assumed.
    pub(crate) fn assume(&mut self, text: impl Into<String>) {
        self.notes.push(Note::new(Kind::Assumed, self.span.clone(), text));
    }

    /// Says that something about it is left out.
    pub(crate) fn omit(&mut self, span: Span, text: impl Into<String>) {
        self.notes.push(Note::unsupported(span, text));
    }
}

impl Reference {
    pub(crate) fn new(form: RelationForm, target: impl Into<String>, span: Span) -> Self {
        Self {
            name: String::new(),
            span,
            form,
            target: target.into(),
            columns: Vec::new(),
            to: Vec::new(),
            required: None,
            on_delete: OnDelete::Restrict,
            inverse: None,
            doc: None,
        }
    }
}

impl Type {
    pub(crate) fn string(max: Option<u64>) -> Self {
        Self::String { min: None, max, pattern: None }
    }

    pub(crate) fn text(max: Option<u64>) -> Self {
        Self::Text { min: None, max }
    }

    pub(crate) fn integer() -> Self {
        Self::Integer(Bounds::default())
    }

    pub(crate) fn long() -> Self {
        Self::Long(Bounds::default())
    }

    pub(crate) fn float() -> Self {
        Self::Float(Bounds::default())
    }

    pub(crate) fn decimal(precision: Option<u64>, scale: Option<u64>) -> Self {
        Self::Decimal { precision, scale, bounds: Bounds::default() }
    }

    /// The bounds of a number.
    pub(crate) fn bounds_mut(&mut self) -> Option<&mut Bounds> {
        match self {
            Self::Integer(bounds) | Self::Long(bounds) | Self::Float(bounds) | Self::Decimal { bounds, .. } => {
                Some(bounds)
            }
            _ => None,
        }
    }

    /// The least and most characters of a text.
    pub(crate) fn lengths_mut(&mut self) -> Option<(&mut Option<u64>, &mut Option<u64>)> {
        match self {
            Self::String { min, max, .. } | Self::Text { min, max } => Some((min, max)),
            _ => None,
        }
    }
}
