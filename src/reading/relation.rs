//! A relation between entities while it is gathered.

use super::Value;

/// How many rows refer to how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelationForm {
    /// `->`
    ManyToOne,
    /// `--`
    OneToOne,
    /// `<->`
    ManyToMany,
}

/// A relation, in the words of the answers file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// How many refer to how many.
    pub form: RelationForm,
    /// The entity that is referred to.
    pub target: String,
    /// Whether it may be left out.
    pub optional: bool,
    /// `cascade` or `set_null`, when it is not `restrict`.
    pub on_delete: Option<String>,
    /// The way back, when it is not the usual one.
    pub inverse: Option<String>,
    /// What it is for.
    pub doc: Option<String>,
}

impl Relation {
    /// A required relation.
    pub fn new(form: RelationForm, target: impl Into<String>) -> Self {
        Self { form, target: target.into(), optional: false, on_delete: None, inverse: None, doc: None }
    }

    /// The table of the entity that holds it (`fields` for the one-line form, `relations` for the long one), and its value.
    pub fn value(&self) -> (&'static str, Value) {
        let short = self.inverse.is_none() && self.doc.is_none();
        if short {
            let arrow = match self.form {
                RelationForm::ManyToOne => "->",
                RelationForm::OneToOne => "--",
                RelationForm::ManyToMany => "<->",
            };
            let mut line = format!("{arrow} {}", self.target);
            if self.optional && self.form != RelationForm::ManyToMany {
                line.push_str(" ?");
            }
            if let Some(word) = &self.on_delete {
                line.push_str(&format!(" {word}"));
            }
            return ("fields", Value::Text(line));
        }
        let form = match self.form {
            RelationForm::ManyToOne => "many_to_one",
            RelationForm::OneToOne => "one_to_one",
            RelationForm::ManyToMany => "many_to_many",
        };
        let text = |key, value: &Option<String>| value.as_deref().map(|it| (key, Value::from(it)));
        let entries = [
            Some((form, Value::from(self.target.as_str()))),
            (self.optional && self.form != RelationForm::ManyToMany).then_some(("required", Value::Boolean(false))),
            text("inverse", &self.inverse),
            text("on_delete", &self.on_delete),
            text("doc", &self.doc),
        ];
        ("relations", Value::table(entries.into_iter().flatten()))
    }
}
