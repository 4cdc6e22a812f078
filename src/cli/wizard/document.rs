//! From a draft to the text of an answers file, and back to where each part of it stands.

use super::draft::{Draft, EntityDraft};
use super::line::{Form, Line};
use std::fmt::Write;
use std::ops::Range;
use toml_edit::Value;

/// An answers file, and where the parts of the draft stand in it.
#[derive(Debug, Default)]
pub struct Document {
    /// TOML.
    pub text: String,
    /// Every part that a person typed.
    pub parts: Vec<(Part, Stands)>,
}

/// Something that a person typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// The answer of a question, by key.
    Answer(String),
    /// The name of an entity.
    Name(usize),
    /// A line of an entity.
    Line(usize, usize),
}

/// Where a part stands in the text: all of its line, and what the quotes hold.
#[derive(Debug, Clone)]
pub struct Stands {
    /// The whole line.
    pub line: Range<usize>,
    /// The value without its quotes.
    pub value: Range<usize>,
}

/// Answers that say nothing which is not so anyway.
const IDLE: [(&str, &str); 4] =
    [("project.description", ""), ("project.author", ""), ("project.license", "none"), ("auth.registration", "open")];

impl Document {
    /// Writes a draft; what is only a default is left out.
    pub fn new(draft: &Draft) -> Self {
        let mut document = Self::default();
        if let Some(preset) = draft.answer(PRESET).filter(|it| !it.is_empty()) {
            document.answer(PRESET, "preset", &text(preset));
        }
        for (section, many) in [("project", &[][..]), ("stack", &["auth", "ci", "deploy"]), ("auth", &[])] {
            document.section(draft, section, many);
        }
        if let Some(chosen) = draft.answers.get(DEFAULTS).filter(|it| !it.is_empty()) {
            document.header("[defaults]");
            for id in chosen {
                let line = if id == CURSOR { format!("pagination = \"{CURSOR}\"") } else { format!("{id} = true") };
                document.text.push_str(&line);
                document.text.push('\n');
            }
        }
        for (index, entity) in draft.entities.iter().enumerate() {
            document.entity(index, entity);
        }
        document
    }

    fn section(&mut self, draft: &Draft, section: &str, many: &[&str]) {
        let prefix = format!("{section}.");
        let given = draft.answers.iter().filter_map(|(id, chosen)| Some((id, id.strip_prefix(&prefix)?, chosen)));
        let mut begun = false;
        for (id, key, chosen) in given {
            if IDLE.iter().any(|(idle, value)| idle == id && chosen.first().is_some_and(|it| it == value)) {
                continue;
            }
            if !begun {
                self.header(&format!("[{section}]"));
                begun = true;
            }
            let value = match chosen.as_slice() {
                [] => text("none"),
                [one] => text(one),
                several if many.contains(&key) => {
                    format!("[{}]", several.iter().map(|it| text(it)).collect::<Vec<_>>().join(", "))
                }
                [first, ..] => text(first),
            };
            self.answer(id, key, &value);
        }
    }

    fn answer(&mut self, id: &str, key: &str, value: &str) {
        let line = self.text.len();
        let _ = write!(self.text, "{key} = ");
        let from = self.text.len();
        let _ = writeln!(self.text, "{value}");
        let value = from + 1..from + value.len() - 1;
        let stands = Stands { line: line..self.text.len(), value };
        self.parts.push((Part::Answer(id.to_owned()), stands));
    }

    fn entity(&mut self, index: usize, entity: &EntityDraft) {
        self.blank();
        let line = self.text.len();
        let name = key(&entity.name);
        let _ = writeln!(self.text, "[entities.{name}]");
        let at = line + "[entities.".len()..line + "[entities.".len() + name.len();
        let stands = Stands { line: line..self.text.len(), value: at };
        self.parts.push((Part::Name(index), stands));
        for (number, typed) in entity.lines.iter().enumerate() {
            self.line(Part::Line(index, number), typed);
        }
    }

    fn line(&mut self, part: Part, typed: &str) {
        let Some(line) = Line::parse(typed) else { return };
        let start = self.text.len();
        let (table, value, quote) = match line.form {
            Form::Setting => {
                let _ = writeln!(self.text, "{}", &typed[line.value.clone()]);
                let value = start..self.text.len() - 1;
                return self.parts.push((part, Stands { line: start..self.text.len(), value }));
            }
            Form::Field => ("fields", text(&typed[line.value.clone()]), 1),
            Form::LongField => ("fields", typed[line.value.clone()].to_owned(), 0),
            Form::LongRelation => ("relations", typed[line.value.clone()].to_owned(), 0),
        };
        let name = key(&typed[line.key]);
        let _ = write!(self.text, "{table}.{name} = ");
        let from = self.text.len();
        let _ = writeln!(self.text, "{value}");
        let value = from + quote..from + value.len() - quote;
        self.parts.push((part, Stands { line: start..self.text.len(), value }));
    }

    fn header(&mut self, header: &str) {
        self.blank();
        let _ = writeln!(self.text, "{header}");
    }

    fn blank(&mut self) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
    }
}

/// The question that entities start from.
pub const PRESET: &str = "preset";
/// The question of what every entity gets.
pub const DEFAULTS: &str = "defaults";
/// The pagination that is not the default one.
pub const CURSOR: &str = "cursor";

/// A TOML string in the quotes that need no escapes, where there are such.
fn text(value: &str) -> String {
    Value::from(value).to_string()
}

fn key(name: &str) -> String {
    let bare = !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-'));
    if bare { name.to_owned() } else { text(name) }
}
