//! Names of frameworks, databases and other options, as people write them. They all come from the catalog.

use super::phrases::phrases;
use super::words::{Word, WordKind, stretch};
use crate::catalog::Catalog;
use std::collections::BTreeMap;

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Named {
    /// An option of a question.
    Option { question: String, id: String },
    /// A language, by id.
    Language(String),
    /// Something that is not in the catalog, by the question that it would answer.
    Unknown { question: String, name: String },
}

/// Every name that is known.
pub(super) struct Names {
    names: BTreeMap<String, Vec<Named>>,
}

/// No name has more words.
const MOST_WORDS: usize = 4;

/// The option that every question may have: nothing of the kind.
const NONE: &str = "none";

impl Names {
    /// Collects the names of a catalog, and those of `phrases.toml` that it does not have.
    pub(super) fn new(catalog: &Catalog) -> Self {
        let mut names = Self { names: BTreeMap::new() };
        for (question, asked) in catalog.questions.iter() {
            for option in asked.options.iter().filter(|it| it.id != NONE) {
                let named = Named::Option { question: question.to_owned(), id: option.id.clone() };
                for name in [&option.id, &option.title].into_iter().chain(&option.aliases) {
                    names.add(name, &named);
                }
            }
        }
        for (id, language) in &catalog.languages {
            for name in [id, &language.title].into_iter().chain(&language.aliases) {
                names.add(name, &Named::Language(id.clone()));
            }
        }
        for (question, unknown) in &phrases().unknown {
            for name in unknown {
                if !names.names.contains_key(&plain(name)) {
                    names.add(name, &Named::Unknown { question: question.clone(), name: name.clone() });
                }
            }
        }
        names
    }

    fn add(&mut self, name: &str, named: &Named) {
        let list = self.names.entry(plain(name)).or_default();
        if !list.contains(named) {
            list.push(named.clone());
        }
    }

    /// The longest name that the words begin with, and how many of them it takes.
    pub(super) fn at(&self, text: &str, words: &[Word]) -> Option<(usize, &[Named])> {
        if words.first()?.kind != WordKind::Name {
            return None;
        }
        let most = MOST_WORDS.min(words.len());
        (1..=most).rev().find_map(|length| {
            let taken = &words[..length];
            let last = &taken[length - 1];
            let joined = matches!(last.kind, WordKind::Name | WordKind::Number);
            let raw = &text[stretch(&taken[0], last)];
            let named = (joined && raw.len() < 40).then(|| self.names.get(&plain(raw))).flatten()?;
            // `go` and `java` are words too; the names of the catalog's options are no others.
            let written = raw.starts_with(|it: char| it.is_uppercase() || it == '.');
            let sure = written || matches!(named[0], Named::Option { .. }) || raw.len() > 5;
            sure.then_some((length, named.as_slice()))
        })
    }
}

/// Letters and digits only, in lower case.
fn plain(name: &str) -> String {
    name.chars().filter(|it| it.is_alphanumeric() || *it == '#').flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;

    #[test]
    fn names_come_from_the_catalog() {
        let catalog = Catalog::embedded().unwrap();
        let names = Names::new(&catalog);
        let named = |text: &str| {
            let words = words(text, 0..text.len());
            names.at(text, &words).map(|(length, named)| (length, named.to_vec()))
        };
        let option = |question: &str, id: &str| vec![Named::Option { question: question.into(), id: id.into() }];
        for framework in catalog.frameworks.values() {
            for name in [&framework.title].into_iter().chain(&framework.aliases) {
                let (_, found) = named(name).expect("a name of the catalog");
                assert_eq!(found, option("framework", &framework.id), "{name}");
            }
        }
        assert_eq!(named("GitHub Actions"), Some((2, option("ci", "github-actions"))));
        assert_eq!(named("Postgres"), Some((1, option("database", "postgresql"))));
        assert_eq!(named("Redis").unwrap().1.len(), 2);
        assert!(matches!(named("MongoDB").unwrap().1[0], Named::Unknown { .. }));
        assert_eq!(named("word"), None);
    }
}
