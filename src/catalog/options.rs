//! The questions that a person answers, and every option known to this version.

use super::{CatalogError, Tree};
use indexmap::IndexMap;
use serde::Deserialize;

/// The questions in the order they are asked.
#[derive(Debug, Clone)]
pub struct Questions {
    questions: IndexMap<String, Question>,
}

/// One question.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// What the wizard asks.
    pub title: String,
    /// What the answer changes, one line.
    pub help: String,
    /// The option taken when nothing is said; none when an answer is required.
    pub default: Option<String>,
    /// Whether several options combine.
    #[serde(default)]
    pub many: bool,
    /// Every known option, also those that no framework supports yet.
    #[serde(default, rename = "option")]
    pub options: Vec<ChoiceOption>,
}

/// One possible answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChoiceOption {
    /// What the answers file says.
    pub id: String,
    /// What people read.
    pub title: String,
    /// What it means, one line.
    pub help: String,
    /// Options of the same question that must be chosen too.
    #[serde(default)]
    pub needs: Vec<String>,
    /// What else people call it in documents.
    #[serde(default)]
    pub aliases: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    question: IndexMap<String, Question>,
}

impl Questions {
    /// Reads `options.toml`; the options of `framework` are the folders of `frameworks/`.
    pub(super) fn read(tree: &Tree) -> Result<Self, CatalogError> {
        let path = "options.toml";
        let File { question: questions } = tree.toml(path)?;
        for (id, question) in &questions {
            if let Some(default) = &question.default
                && !question.options.iter().any(|option| &option.id == default)
            {
                return Err(CatalogError::new(
                    path,
                    format!("the default `{default}` of `{id}` is none of its options"),
                ));
            }
        }
        Ok(Self { questions })
    }

    /// Adds an option that the tree itself shows to be there; one that is known already stays as it is.
    pub(super) fn add(&mut self, question: &str, option: ChoiceOption) {
        if let Some(question) = self.questions.get_mut(question)
            && !question.options.iter().any(|known| known.id == option.id)
        {
            question.options.push(option);
        }
    }

    /// All questions, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Question)> {
        self.questions.iter().map(|(id, question)| (id.as_str(), question))
    }

    /// One question.
    pub fn get(&self, id: &str) -> Option<&Question> {
        self.questions.get(id)
    }

    /// Whether `option` is a known answer of `question`.
    pub fn knows(&self, question: &str, option: &str) -> bool {
        self.get(question).is_some_and(|it| it.options.iter().any(|known| known.id == option))
    }
}
