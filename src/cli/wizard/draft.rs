//! The answers so far.

use super::line::target;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// What a person has said until now, kept between runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The folder named on the command line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dir: Option<String>,
    /// `--set key=value` that no question asks for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<(String, String)>,
    /// Questions answered by `--set`: they are not asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixed: Vec<String>,
    /// Key of the answers file (`stack.database`) → the chosen ids, or one text.
    #[serde(default)]
    pub answers: IndexMap<String, Vec<String>>,
    /// In the order they were typed.
    #[serde(default, rename = "entity")]
    pub entities: Vec<EntityDraft>,
}

/// One entity as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntityDraft {
    /// As typed.
    pub name: String,
    /// `price: decimal > 0`, one line each.
    #[serde(default)]
    pub lines: Vec<String>,
}

impl Draft {
    /// A draft that the command line begins.
    pub fn new(dir: Option<String>, set: Vec<(String, String)>, questions: &[&str]) -> Self {
        let (known, set): (Vec<_>, Vec<_>) = set.into_iter().partition(|(key, _)| questions.contains(&key.as_str()));
        let fixed = known.iter().map(|(key, _)| key.clone()).collect();
        let answers = known.into_iter().map(|(key, value)| (key, ids(&value))).collect();
        Self { dir, set, fixed, answers, entities: Vec::new() }
    }

    /// The only, or first, answer of a question.
    pub fn answer(&self, key: &str) -> Option<&str> {
        self.answers.get(key)?.first().map(String::as_str)
    }

    /// Whether callers have accounts.
    pub fn has_auth(&self) -> bool {
        self.answers.get("stack.auth").is_none_or(|auth| auth.iter().any(|it| it != "none"))
    }

    /// Names an entity, also where others refer to it by its former name.
    pub fn rename(&mut self, entity: usize, name: &str) {
        let former = std::mem::replace(&mut self.entities[entity].name, name.to_owned());
        for line in self.entities.iter_mut().flat_map(|it| &mut it.lines) {
            if let Some(range) = target(line).filter(|range| line[range.clone()] == former) {
                line.replace_range(range, name);
            }
        }
    }

    /// Whether the person has said anything yet.
    pub fn is_begun(&self) -> bool {
        !self.entities.is_empty() || self.answers.len() > self.fixed.len()
    }
}

/// `a` or `["a", "b"]`.
fn ids(value: &str) -> Vec<String> {
    let list = value.parse::<toml_edit::Value>().ok().and_then(|value| {
        let items = value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned));
        items.collect::<Option<Vec<_>>>()
    });
    list.unwrap_or_else(|| vec![value.trim_matches('"').to_owned()])
}
