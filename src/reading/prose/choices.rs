//! What the stack is made of.

use super::stack::Named;
use super::words::Word;
use super::{Reader, span};
use crate::reading::{Kind, Value};
use std::ops::Range;

impl Reader<'_> {
    /// Names of frameworks, databases and the like; how many words belong to one.
    pub(super) fn stack(&mut self, words: &[Word]) -> usize {
        self.stack_of(words, words)
    }

    /// The same in a sentence, which may say what one is for.
    pub(super) fn stack_of(&mut self, words: &[Word], sentence: &[Word]) -> usize {
        let mut at = 0;
        let mut count = 0;
        while at < words.len() {
            let found = self.names.at(self.text(), &words[at..]).map(|(length, named)| (length, named.to_vec()));
            match found {
                Some((length, named)) => {
                    self.option(&words[at..at + length], &named, sentence);
                    count += length;
                    at += length;
                }
                None => at += 1,
            }
        }
        count
    }

    pub(super) fn option(&mut self, words: &[Word], named: &[Named], around: &[Word]) {
        let at = span(words);
        let raw = self.raw(words).to_owned();
        let near = |list: &[&str]| around.iter().any(|it| list.iter().any(|word| it.stem.starts_with(word)));
        // One name, two questions: what stands around it decides.
        let queue = near(&[
            "queue",
            "broker",
            "job",
            "event",
            "message",
            "stream",
            "worker",
            "celery",
            "bull",
            "background",
            "task",
        ]);
        let cache = near(&["cach", "rate", "session"]);
        let pick =
            |question: &str| named.iter().find(|it| matches!(it, Named::Option { question: it, .. } if it == question));
        let chosen = match named {
            [one] => one,
            several if cache && !queue => pick("cache").unwrap_or(&several[0]),
            several if queue => pick("queue").unwrap_or(&several[0]),
            several => {
                let one = pick("cache").unwrap_or(&several[0]);
                if let Named::Option { question, .. } = one {
                    let text = format!("`{raw}` is read as the {question}: nothing says what it is for");
                    self.note(Kind::Assumed, at.clone(), format!("stack.{question}"), text);
                }
                one
            }
        };
        match chosen.clone() {
            Named::Option { question, id } => self.choose(&question, &id, at),
            Named::Language(id) => self.languages.push((id, at)),
            Named::Unknown { question, name } => self.unknown(&question, &name, at),
        }
    }

    pub(super) fn choose(&mut self, question: &str, id: &str, at: Range<usize>) {
        let path = format!("stack.{question}");
        let many = self.catalog.questions.get(question).is_some_and(|it| it.many);
        let given = self.later.get(&path).map(|(value, _)| value.words().join(", "));
        match given {
            Some(given) if !many && given != id => {
                let text = format!("`{given}` was said first");
                self.note(Kind::NotUnderstood, at, path, text);
            }
            Some(given) if given == id => self.note(Kind::Understood, at, path, format!("\"{id}\"")),
            _ if many => {
                self.note(Kind::Understood, at.clone(), path.clone(), format!("\"{id}\""));
                self.add(&path, Value::from(id), at);
            }
            _ => {
                self.note(Kind::Understood, at.clone(), path.clone(), format!("\"{id}\""));
                self.answer(path, Value::from(id), at);
            }
        }
    }

    pub(super) fn unknown(&mut self, question: &str, name: &str, at: Range<usize>) {
        match question {
            "tool" => {
                let text = format!("{name} is not asked for by name: every framework brings tools of its own");
                self.note(Kind::Unsupported, at, "", text);
            }
            "language" => self.note(Kind::Unsupported, at, "stack.framework", format!("no framework of {name} yet")),
            _ => {
                let known = self.catalog.questions.get(question).map(|it| {
                    it.options
                        .iter()
                        .filter(|it| it.id != "none")
                        .map(|it| it.title.clone())
                        .collect::<Vec<_>>()
                        .join(", ")
                });
                let text = format!("{name} is none of: {}", known.unwrap_or_default());
                self.note(Kind::Unsupported, at, format!("stack.{question}"), text);
            }
        }
    }
}
