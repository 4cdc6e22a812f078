//! Where the conversation stands and where it goes next: a state machine without a terminal.

use super::document::PRESET;
use super::draft::{Draft, EntityDraft};
use super::questions::{Ask, Offer, Question, questions};
use crate::catalog::Catalog;

/// What is being asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum At {
    /// The question of that key.
    Question(String),
    /// The name of an entity; one behind the last is a new one.
    Name {
        /// Which entity.
        entity: usize,
        /// Whether only the name is changed, and the entity is shown again.
        alone: bool,
    },
    /// A line of an entity; one behind the last is a new one.
    Line {
        /// Which entity.
        entity: usize,
        /// Which line.
        line: usize,
        /// Whether only this line is changed, and the lines are shown again.
        alone: bool,
    },
    /// What to do with the entities next.
    Menu,
    /// Which entity to change.
    Edit,
    /// What to change of an entity.
    Lines(usize),
    /// Which entity to remove.
    Remove,
    /// Which question to answer anew.
    Change,
    /// Everything is said: write it?
    Summary,
    /// Where to save the answers.
    SaveAs,
    /// Whether to stop.
    Leave,
}

/// The answers so far and what is asked now.
#[derive(Debug)]
pub struct Dialogue<'c> {
    /// The answers so far.
    pub draft: Draft,
    /// What is asked now.
    pub at: At,
    /// Answered by themselves since the last question, to be told.
    pub settled: Vec<(Question, Offer)>,
    catalog: &'c Catalog,
    /// Whether one question is answered anew, from the summary.
    anew: bool,
}

impl<'c> Dialogue<'c> {
    /// Goes on where the draft ends.
    pub fn new(draft: Draft, catalog: &'c Catalog) -> Self {
        let mut dialogue = Self { draft, at: At::Summary, settled: Vec::new(), catalog, anew: false };
        dialogue.forget_impossible();
        dialogue.at = dialogue.first_unanswered().unwrap_or(At::Menu);
        if dialogue.at == At::Menu {
            dialogue.entities();
        }
        dialogue
    }

    /// The question that is asked now.
    pub fn question(&self) -> Option<Question> {
        let At::Question(key) = &self.at else { return None };
        self.questions().into_iter().find(|question| question.key == *key)
    }

    /// Every question that these answers lead to.
    pub fn questions(&self) -> Vec<Question> {
        questions(&self.draft, self.catalog)
    }

    /// Takes the answer of the question that is asked now, and goes on.
    pub fn answer(&mut self, chosen: Vec<String>) {
        let At::Question(key) = self.at.clone() else { return };
        self.draft.answers.insert(key.clone(), chosen);
        self.forget_impossible();
        let next = if self.anew { self.first_unanswered() } else { self.after(&key) };
        match next {
            Some(at) => self.at = at,
            None if self.anew => self.at = At::Summary,
            None => self.entities(),
        }
        if self.at == At::Summary {
            self.anew = false;
        }
    }

    /// Asks one question again, and only what follows from a new answer.
    pub fn change(&mut self, key: &str) {
        self.anew = true;
        self.at = At::Question(key.to_owned());
    }

    /// Goes back one question.
    pub fn back(&mut self) {
        self.at = match self.at.clone() {
            At::Question(_) if self.anew => {
                self.anew = false;
                At::Summary
            }
            At::Question(key) => self.before(Some(&key)),
            At::Name { entity, alone: true } => At::Lines(entity),
            At::Name { entity, .. } => self.before_name(entity),
            At::Edit | At::Remove => At::Menu,
            At::Line { entity, alone: true, .. } => At::Lines(entity),
            At::Line { entity, line: 0, .. } => At::Name { entity, alone: false },
            At::Line { entity, line, .. } => At::Line { entity, line: line - 1, alone: false },
            At::Menu => self.end_of_entity(self.draft.entities.len()),
            At::Lines(_) => At::Edit,
            At::Summary => At::Menu,
            At::Change | At::SaveAs => At::Summary,
            At::Leave => At::Leave,
        };
    }

    /// From a name back: an entity without lines is none.
    fn before_name(&mut self, entity: usize) -> At {
        let entities = &mut self.draft.entities;
        if entities.get(entity).is_some_and(|it| it.lines.is_empty()) {
            entities.remove(entity);
        }
        if entity > 0 && entity == entities.len() { At::Menu } else { self.end_of_entity(entity) }
    }

    /// The last line of the entity before that one, or the last question.
    fn end_of_entity(&self, entity: usize) -> At {
        match entity.checked_sub(1) {
            Some(entity) => At::Line { entity, line: self.draft.entities[entity].lines.len(), alone: false },
            None => self.before(None),
        }
    }

    /// Names an entity; the first line of a new one is asked next.
    pub fn name(&mut self, name: &str) {
        let At::Name { entity, alone } = self.at else { return };
        if entity == self.draft.entities.len() {
            self.draft.entities.push(EntityDraft::default());
        }
        self.draft.rename(entity, name);
        self.at = if alone { At::Lines(entity) } else { At::Line { entity, line: 0, alone: false } };
    }

    /// Takes a line; an empty one removes what stood there, or ends the entity.
    pub fn line(&mut self, typed: &str) {
        let At::Line { entity, line, alone } = self.at else { return };
        let lines = &mut self.draft.entities[entity].lines;
        let there = line < lines.len();
        let typed = typed.trim();
        let next = match (typed.is_empty(), there) {
            (true, true) => {
                lines.remove(line);
                Some(line)
            }
            (true, false) => None,
            (false, true) => {
                typed.clone_into(&mut lines[line]);
                Some(line + 1)
            }
            (false, false) => {
                lines.push(typed.to_owned());
                Some(line + 1)
            }
        };
        self.at = match next {
            _ if alone => At::Lines(entity),
            Some(line) => At::Line { entity, line, alone: false },
            None => At::Menu,
        };
    }

    /// Removes an entity.
    pub fn remove(&mut self, entity: usize) {
        self.draft.entities.remove(entity);
        self.entities();
    }

    /// A new entity, its name given already (a relation refers to it).
    pub fn add(&mut self, name: Option<&str>) {
        self.at = At::Name { entity: self.draft.entities.len(), alone: false };
        if let Some(name) = name {
            self.name(name);
        }
    }

    /// To the entities: the menu, or the first entity's name.
    fn entities(&mut self) {
        let ready = self.draft.answer(PRESET).is_some_and(|preset| !preset.is_empty());
        let given = self.draft.set.iter().any(|(key, _)| key.starts_with("entities."));
        self.at = if self.draft.entities.is_empty() && !ready && !given {
            At::Name { entity: 0, alone: false }
        } else {
            At::Menu
        };
    }

    /// The first question behind `key`, the ones that have one answer only being answered on the way.
    fn after(&mut self, key: &str) -> Option<At> {
        let mut passed = false;
        self.pass(|question| {
            let behind = passed;
            passed |= question.key == key;
            behind
        })
    }

    /// The first question without an answer.
    fn first_unanswered(&mut self) -> Option<At> {
        let answers = self.draft.answers.clone();
        self.pass(move |question| !answers.contains_key(&question.key))
    }

    /// The first question that fits; what is settled is noted. An answer may bring questions, so they are asked for
    /// again after each.
    fn pass(&mut self, mut fits: impl FnMut(&Question) -> bool) -> Option<At> {
        let mut index = 0;
        loop {
            let question = self.questions().into_iter().nth(index)?;
            index += 1;
            let fits = fits(&question);
            match &question.ask {
                Ask::Settled(offer) => {
                    let chosen = vec![offer.id.clone()];
                    if self.draft.answers.get(&question.key) != Some(&chosen) {
                        self.draft.answers.insert(question.key.clone(), chosen);
                        self.settled.push((question.clone(), offer.clone()));
                    }
                }
                _ if fits => return Some(At::Question(question.key)),
                _ => {}
            }
        }
    }

    /// The question asked before that one, or the last of all.
    fn before(&self, key: Option<&str>) -> At {
        let questions = self.questions();
        let end = key.and_then(|key| questions.iter().position(|it| it.key == key)).unwrap_or(questions.len());
        let asked = questions[..end].iter().rev().find(|question| !matches!(question.ask, Ask::Settled(_)));
        asked.map_or(At::Leave, |question| At::Question(question.key.clone()))
    }

    /// Drops answers that a new one makes impossible: they are asked again.
    fn forget_impossible(&mut self) {
        let questions = self.questions();
        let possible = |key: &str, chosen: &[String]| {
            let Some(question) = questions.iter().find(|question| question.key == key) else { return false };
            match &question.ask {
                Ask::Text { .. } => true,
                Ask::Settled(offer) => chosen == [offer.id.clone()],
                Ask::One(offers, _) => chosen.iter().all(|id| offers.iter().any(|offer| offer.id == *id)),
                Ask::Many(offers, _) => {
                    chosen.iter().all(|id| id == super::questions::NONE || offers.iter().any(|offer| offer.id == *id))
                }
            }
        };
        let fixed = self.draft.fixed.clone();
        self.draft.answers.retain(|key, chosen| fixed.contains(key) || possible(key, chosen));
    }
}

#[cfg(test)]
mod tests;
