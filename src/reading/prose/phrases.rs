//! The phrases of `phrases.toml`, ready to be looked for.

use super::pattern::{Gaps, Pattern};
use super::words::{Word, stem};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// Every phrase, by what it is for.
pub(super) struct Phrases {
    pub(super) sections: List,
    pub(super) labels: List,
    pub(super) fields: List,
    pub(super) types: List,
    pub(super) sentences: List,
    topics: Vec<(Phrase, TopicKind)>,
    /// First word → the topics that can begin with it.
    index: BTreeMap<String, Vec<usize>>,
    pub(super) filler: BTreeSet<String>,
    /// Question → names that answer it and are not in the catalog.
    pub(super) unknown: Vec<(String, Vec<String>)>,
    pub(super) placeholders: BTreeMap<String, String>,
    /// Types and arguments of code, as people say them.
    code_types: BTreeMap<String, String>,
    code_arguments: BTreeMap<String, String>,
}

/// A phrase and what it means.
struct Phrase {
    pattern: Pattern,
    means: String,
}

/// Phrases in the order of the file, found by a word that they need.
pub(super) struct List {
    phrases: Vec<Phrase>,
    by_word: BTreeMap<String, Vec<usize>>,
    /// Those that need no word.
    always: Vec<usize>,
}

impl List {
    fn new(phrases: Vec<Phrase>) -> Self {
        let mut list = Self { phrases, by_word: BTreeMap::new(), always: Vec::new() };
        for (at, phrase) in list.phrases.iter().enumerate() {
            match phrase.pattern.rarest_need() {
                Some(words) => {
                    for word in words {
                        list.by_word.entry(word.clone()).or_default().push(at);
                    }
                }
                None => list.always.push(at),
            }
        }
        list
    }

    /// The phrases that could be in words with these stems.
    fn possible(&self, stems: &BTreeSet<&str>) -> Vec<&Phrase> {
        let found = stems.iter().filter_map(|stem| self.by_word.get(*stem)).flatten();
        let found: BTreeSet<usize> = found.chain(&self.always).copied().collect();
        found.into_iter().map(|at| &self.phrases[at]).filter(|it| it.pattern.may_be_in(stems)).collect()
    }
}

/// What a topic says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TopicKind {
    /// Every project has it.
    Has,
    /// No project has it.
    Unsupported,
    /// It answers a question.
    Answer,
}

/// A topic that was found among words.
pub(super) struct Topic {
    pub(super) kind: TopicKind,
    pub(super) means: &'static str,
    /// How many words it takes.
    pub(super) length: usize,
}

/// The phrases; read once.
pub(super) fn phrases() -> &'static Phrases {
    static PHRASES: OnceLock<Phrases> = OnceLock::new();
    PHRASES.get_or_init(|| Phrases::read(include_str!("phrases.toml")))
}

impl Phrases {
    fn read(text: &str) -> Self {
        let root: toml::Table = text.parse().unwrap_or_default();
        let list = |key: &str| -> Vec<Phrase> {
            let table = root.get(key).and_then(toml::Value::as_table);
            let pairs = table.into_iter().flatten().filter_map(|(says, means)| Some((says, means.as_str()?)));
            pairs.map(|(says, means)| Phrase { pattern: Pattern::new(says), means: means.to_owned() }).collect()
        };
        let mut topics = Vec::new();
        for (key, kind) in
            [("has", TopicKind::Has), ("unsupported", TopicKind::Unsupported), ("answer", TopicKind::Answer)]
        {
            topics.extend(list(key).into_iter().map(|mut phrase| {
                let kind = match phrase.means.strip_prefix("unsupported ") {
                    Some(rest) => {
                        phrase.means = rest.to_owned();
                        TopicKind::Unsupported
                    }
                    None => kind,
                };
                (phrase, kind)
            }));
        }
        let mut index: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, (phrase, _)) in topics.iter().enumerate() {
            for word in phrase.pattern.beginnings().unwrap_or_default() {
                let list = index.entry(word).or_default();
                if list.last() != Some(&at) {
                    list.push(at);
                }
            }
        }
        let words = root.get("filler").and_then(|it| it.get("words")).and_then(toml::Value::as_str).unwrap_or_default();
        let unknown = root.get("unknown").and_then(toml::Value::as_table).into_iter().flatten();
        let names = |value: &toml::Value| -> Vec<String> {
            value.as_array().into_iter().flatten().filter_map(|it| it.as_str().map(str::to_owned)).collect()
        };
        let texts = |table: Option<&toml::Value>| -> BTreeMap<String, String> {
            let pairs = table.and_then(toml::Value::as_table).into_iter().flatten();
            pairs.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
        };
        let code = |key: &str| texts(root.get("code").and_then(|it| it.get(key)));
        Self {
            sections: List::new(list("section")),
            labels: List::new(list("label")),
            fields: List::new(list("field")),
            types: List::new(list("type")),
            sentences: List::new(list("sentence")),
            topics,
            index,
            filler: words.split_whitespace().map(stem).collect(),
            unknown: unknown.map(|(question, value)| (question.clone(), names(value))).collect(),
            placeholders: texts(root.get("placeholder")),
            code_types: code("type"),
            code_arguments: code("argument"),
        }
    }

    /// What people call a type of code; nothing for what only stands around one.
    pub(super) fn code_type(&self, name: &str) -> Option<&str> {
        self.code_types.get(name).map(String::as_str)
    }

    /// What an argument of a declared field says.
    pub(super) fn code_argument(&self, key: &str) -> Option<&str> {
        self.code_arguments.get(key).map(String::as_str)
    }

    /// The longest topic that the words begin with.
    pub(super) fn topic(&'static self, words: &[Word]) -> Option<Topic> {
        // Of two that are as long, the first one of the file.
        let found = self.index.get(&words.first()?.stem)?.iter().rev().filter_map(|at| {
            let (phrase, kind) = &self.topics[*at];
            let (length, _) = phrase.pattern.at(words)?;
            Some(Topic { kind: *kind, means: &phrase.means, length })
        });
        found.filter(|it| it.length > 0).max_by_key(|it| it.length)
    }
}

/// The first phrase that all of the words are.
pub(super) fn whole<'p>(list: &'p List, words: &[Word]) -> Option<(&'p str, Gaps)> {
    every(list, words).next()
}

/// Every phrase that all of the words are.
pub(super) fn every<'p>(list: &'p List, words: &[Word]) -> impl Iterator<Item = (&'p str, Gaps)> {
    let stems: BTreeSet<&str> = words.iter().map(|it| it.stem.as_str()).collect();
    let possible = list.possible(&stems).into_iter();
    possible.filter_map(move |phrase| Some((phrase.means.as_str(), phrase.pattern.whole(words)?)))
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;

    #[test]
    fn every_list_is_there() {
        let phrases = phrases();
        assert!(
            phrases.sections.phrases.len() > 10
                && phrases.fields.phrases.len() > 30
                && phrases.types.phrases.len() > 10
        );
        assert!(phrases.sentences.phrases.len() > 50 && phrases.topics.len() > 100 && phrases.filler.len() > 50);
    }

    #[test]
    fn the_longest_topic_is_found() {
        let text = "rate limiting and security headers for all";
        let topic = phrases().topic(&words(text, 0..text.len())).expect("a topic");
        assert_eq!((topic.kind, topic.length), (TopicKind::Has, 5));
    }
}
