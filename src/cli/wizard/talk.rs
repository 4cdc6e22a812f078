//! The conversation: asks what the dialogue wants to know until it ends.

use super::check::{self, Fault};
use super::dialogue::{At, Dialogue};
use super::layout;
use super::questions::{Ask, NONE, Offer, Question};
use super::state;
use super::terminal::{Options, Stop, Terminal, Text};
use crate::answers::Checked;
use crate::catalog::Catalog;

/// How a conversation ends.
pub enum End {
    /// With a project to write.
    Write(Box<Checked>),
    /// With an answers file.
    Saved,
}

/// A dialogue on a terminal.
pub struct Talk<'t> {
    /// What is known and asked.
    pub dialogue: Dialogue<'t>,
    /// Whether the answers so far are kept for another run; nothing when there are none yet.
    pub kept: Option<bool>,
    pub(super) catalog: &'t Catalog,
    pub(super) terminal: &'t mut dyn Terminal,
}

impl<'t> Talk<'t> {
    /// Starts to talk.
    pub fn new(dialogue: Dialogue<'t>, catalog: &'t Catalog, terminal: &'t mut dyn Terminal) -> Self {
        Self { dialogue, kept: None, catalog, terminal }
    }

    /// Asks until it ends.
    pub fn run(&mut self) -> Result<End, Stop> {
        loop {
            self.kept = self.dialogue.draft.is_begun().then(|| state::keep(&self.dialogue.draft));
            self.tell_settled();
            let result = self.turn();
            match result {
                Ok(Some(end)) => return Ok(end),
                Ok(None) => {}
                Err(Stop::Back) => self.dialogue.back(),
                Err(stop) => return Err(stop),
            }
        }
    }

    fn turn(&mut self) -> Result<Option<End>, Stop> {
        match self.dialogue.at.clone() {
            At::Question(_) => self.ask().map(|()| None),
            At::Summary => self.summary(),
            At::SaveAs => self.save_as(),
            At::Change => self.change().map(|()| None),
            At::Leave => self.leave().map(|()| None),
            entities => self.entities(&entities).map(|()| None),
        }
    }

    fn ask(&mut self) -> Result<(), Stop> {
        let Some(question) = self.dialogue.question() else {
            self.dialogue.at = At::Summary;
            return Ok(());
        };
        let chosen = match &question.ask {
            Ask::Text { default } => vec![self.ask_text(&question, default)?],
            Ask::One(offers, start) => {
                let given = self.dialogue.draft.answer(&question.key);
                let start = offers.iter().position(|offer| Some(offer.id.as_str()) == given).unwrap_or(*start);
                let options = Options { title: &question.title, help: &question.help, offers };
                vec![offers[self.terminal.one(&options, start)?].id.clone()]
            }
            Ask::Many(offers, marked) => self.ask_many(&question, offers, marked)?,
            Ask::Settled(offer) => vec![offer.id.clone()],
        };
        match check::answer(&self.dialogue.draft, &question.key, &chosen, self.catalog) {
            Err(fault) if !matches!(question.ask, Ask::Text { .. }) => self.say_fault(&fault, ""),
            _ => self.dialogue.answer(chosen),
        }
        Ok(())
    }

    fn ask_text(&mut self, question: &Question, default: &str) -> Result<String, Stop> {
        let (draft, catalog) = (&self.dialogue.draft, self.catalog);
        let width = self.terminal.width();
        let check = |typed: &str| {
            if typed.is_empty() && question.key != NAME {
                return Ok(());
            }
            let chosen = [typed.to_owned()];
            check::answer(draft, &question.key, &chosen, catalog)
                .map_err(|fault| layout::fault(&fault, typed, width))?;
            let taken = question.key == NAME && draft.dir.is_none() && crate::project::is_taken(typed.as_ref());
            if taken { Err(format!("there is something at `{typed}` already; choose another name")) } else { Ok(()) }
        };
        let text = Text {
            title: &question.title,
            help: &question.help,
            default,
            initial: draft.answer(&question.key).unwrap_or_default(),
            check: &check,
        };
        asked(self.terminal, &text, &layout::wrapped(&question.help, width, "  "))
    }

    fn ask_many(&mut self, question: &Question, offers: &[Offer], marked: &[usize]) -> Result<Vec<String>, Stop> {
        let marked = match self.dialogue.draft.answers.get(&question.key) {
            Some(given) => (0..offers.len()).filter(|index| given.contains(&offers[*index].id)).collect(),
            None => marked.to_vec(),
        };
        let options = Options { title: &question.title, help: &question.help, offers };
        let chosen: Vec<String> =
            self.terminal.many(&options, &marked)?.into_iter().map(|index| offers[index].id.clone()).collect();
        let of_stack = question.key.starts_with("stack.");
        Ok(if chosen.is_empty() && of_stack { vec![NONE.to_owned()] } else { chosen })
    }

    /// Questions with one answer only: not asked, but said.
    fn tell_settled(&mut self) {
        for (question, offer) in std::mem::take(&mut self.dialogue.settled) {
            let others = question.help.lines().nth(1).unwrap_or("The only one there is today.");
            let width = self.terminal.width();
            self.terminal.say(&layout::hanging(&format!("- {}: {}. {others}", question.title, offer.title), width));
        }
    }

    pub(super) fn say_fault(&mut self, fault: &Fault, typed: &str) {
        let text = layout::fault(fault, typed, self.terminal.width());
        self.terminal.say(&text);
    }

    /// One of some titles.
    pub(super) fn choose(
        &mut self,
        title: &str,
        help: &str,
        titles: &[(String, String)],
        start: usize,
    ) -> Result<usize, Stop> {
        let offer =
            |(title, help): &(String, String)| Offer { id: String::new(), title: title.clone(), help: help.clone() };
        let offers: Vec<Offer> = titles.iter().map(offer).collect();
        self.terminal.one(&Options { title, help, offers: &offers }, start)
    }

    fn change(&mut self) -> Result<(), Stop> {
        let asked = self.dialogue.questions().into_iter().filter(|it| !matches!(it.ask, Ask::Settled(_)));
        let questions: Vec<Question> = asked.collect();
        let titles: Vec<_> = questions.iter().map(|it| (it.title.clone(), self.answered(it))).collect();
        let chosen = self.choose("Which answer?", "Only what follows from the new one is asked again.", &titles, 0)?;
        self.dialogue.change(&questions[chosen].key);
        Ok(())
    }

    /// The answer of a question in words.
    pub(super) fn answered(&self, question: &Question) -> String {
        let given = self.dialogue.draft.answers.get(&question.key).map(Vec::as_slice).unwrap_or_default();
        let offers = match &question.ask {
            Ask::One(offers, _) | Ask::Many(offers, _) => offers.as_slice(),
            Ask::Settled(offer) => std::slice::from_ref(offer),
            Ask::Text { .. } => &[],
        };
        let title = |id: &String| offers.iter().find(|it| it.id == *id).map_or(id, |it| &it.title).clone();
        let words: Vec<String> = given.iter().map(title).filter(|it| !it.is_empty()).collect();
        if words.is_empty() { "-".to_owned() } else { words.join(", ") }
    }

    fn leave(&mut self) -> Result<(), Stop> {
        let titles = [("Stay".to_owned(), String::new()), ("Leave".to_owned(), "Your answers are kept.".to_owned())];
        match self.choose("Leave?", "", &titles, 0) {
            Ok(0) | Err(Stop::Back) => {
                let draft = self.dialogue.draft.clone();
                let first = self.dialogue.questions().into_iter().find(|it| !matches!(it.ask, Ask::Settled(_)));
                self.dialogue.at = first.map_or(At::Menu, |question| At::Question(question.key));
                self.dialogue.draft = draft;
                Ok(())
            }
            Ok(_) => Err(Stop::Interrupted),
            Err(stop) => Err(stop),
        }
    }
}

/// Asks for a line; `?` shows more and asks again.
pub(super) fn asked(terminal: &mut dyn Terminal, text: &Text<'_>, more: &str) -> Result<String, Stop> {
    let check = |typed: &str| if typed.trim() == MORE { Ok(()) } else { (text.check)(typed) };
    loop {
        let typed = terminal.text(&Text { check: &check, ..*text })?.trim().to_owned();
        if typed != MORE {
            return Ok(typed);
        }
        terminal.say(more);
    }
}

/// What a person types who wants to know more.
const MORE: &str = "?";

/// The question of the project's name.
const NAME: &str = "project.name";
