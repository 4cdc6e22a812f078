//! Which questions these answers lead to, and what each of them offers. No terminal here.

use super::document::{CURSOR, DEFAULTS, PRESET};
use super::draft::Draft;
use crate::catalog::{Catalog, ChoiceOption, Framework};
use crate::spec::License;
use heck::{ToKebabCase, ToTitleCase};
use std::path::Path;

/// One question of the dialogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The key of the answers file, `stack.database`.
    pub key: String,
    /// What is asked.
    pub title: String,
    /// What its answer changes, one line.
    pub help: String,
    /// How it is asked.
    pub ask: Ask,
}

/// How a question is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Not at all: there is one answer only.
    Settled(Offer),
    /// One line of text.
    Text {
        /// Taken when the line stays empty.
        default: String,
    },
    /// One of these.
    One(Vec<Offer>, usize),
    /// Any of these; none of them is an answer too.
    Many(Vec<Offer>, Vec<usize>),
}

/// One possible answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What the answers file says.
    pub id: String,
    /// What people read.
    pub title: String,
    /// What it means.
    pub help: String,
}

impl Offer {
    fn new(id: &str, title: &str, help: &str) -> Self {
        Self { id: id.to_owned(), title: title.to_owned(), help: help.to_owned() }
    }
}

impl From<&ChoiceOption> for Offer {
    fn from(option: &ChoiceOption) -> Self {
        Self::new(&option.id, &option.title, &option.help)
    }
}

/// The keys of every question there is.
pub fn keys(catalog: &Catalog) -> Vec<String> {
    let stack = catalog.questions.iter().map(|(id, _)| format!("stack.{id}"));
    let rest = [
        "project.name",
        "project.description",
        "project.title",
        "project.license",
        "project.author",
        "auth.registration",
    ];
    stack.chain(rest.map(str::to_owned)).collect()
}

/// The questions in the order they are asked, as far as the answers until now settle it.
pub fn questions(draft: &Draft, catalog: &Catalog) -> Vec<Question> {
    let mut questions = purpose(draft);
    for (id, _) in catalog.questions.iter() {
        questions.extend(stack(id, draft, catalog));
        if id == "auth" {
            questions.extend(registration(draft, framework(draft, catalog)));
        }
    }
    questions.extend(every_entity(framework(draft, catalog)));
    questions.extend(license(draft));
    questions.extend(preset(catalog));
    questions.retain(|question| !draft.fixed.contains(&question.key));
    questions
}

fn framework<'c>(draft: &Draft, catalog: &'c Catalog) -> Option<&'c Framework> {
    draft.answer("stack.framework").and_then(|id| catalog.frameworks.get(id))
}

fn question(key: &str, title: &str, help: &str, ask: Ask) -> Question {
    Question { key: key.to_owned(), title: title.to_owned(), help: help.to_owned(), ask }
}

fn purpose(draft: &Draft) -> Vec<Question> {
    let folder = draft.dir.as_deref().and_then(|dir| Path::new(dir).file_name()).unwrap_or_default();
    let guess = folder.to_string_lossy().to_kebab_case();
    let name = draft.answer("project.name").unwrap_or(&guess).to_owned();
    let text = |default: String| Ask::Text { default };
    vec![
        question(
            "project.name",
            "Project name",
            "Names the folder, the package and the container image: kebab-case.",
            text(guess),
        ),
        question(
            "project.description",
            "What is it for, and for whom?",
            "One line for the README and the API's description; enter leaves it out.",
            text(String::new()),
        ),
        question(
            "project.title",
            "Title",
            "The heading of the README and of the API's documents.",
            text(name.to_title_case()),
        ),
    ]
}

/// A question of `[stack]` with what the framework can do.
fn stack(id: &str, draft: &Draft, catalog: &Catalog) -> Option<Question> {
    let asked = catalog.questions.get(id)?;
    let framework = framework(draft, catalog);
    let possible: Vec<&str> = match framework {
        _ if id == "framework" => catalog.framework_ids(),
        Some(framework) => framework.options(id, &catalog.questions),
        None => return None,
    };
    let (can, cannot): (Vec<_>, Vec<_>) =
        asked.options.iter().partition(|option| possible.contains(&option.id.as_str()));
    let mut help = asked.help.clone();
    if let Some(framework) = framework.filter(|_| !cannot.is_empty()) {
        let titles: Vec<&str> = cannot.iter().map(|option| option.title.as_str()).collect();
        help.push_str(&format!("\nNot offered, as {} cannot do it yet: {}.", framework.title, titles.join(", ")));
    }
    let offers: Vec<Offer> = can.into_iter().map(Offer::from).collect();
    let default = asked.default.as_deref();
    let at = |offers: &[Offer]| offers.iter().position(|offer| Some(offer.id.as_str()) == default);
    let positive = offers.iter().filter(|offer| offer.id != NONE).count();
    let ask = if offers.len() == 1 {
        Ask::Settled(offers.into_iter().next()?)
    } else if asked.many && positive > 1 {
        let offers: Vec<Offer> = offers.into_iter().filter(|offer| offer.id != NONE).collect();
        let marked = at(&offers).into_iter().collect();
        Ask::Many(offers, marked)
    } else {
        let start = at(&offers).unwrap_or(0);
        Ask::One(offers, start)
    };
    Some(question(&format!("stack.{id}"), &asked.title, &help, ask))
}

/// The option that every question may have: nothing of the kind.
pub const NONE: &str = "none";

fn registration(draft: &Draft, framework: Option<&Framework>) -> Option<Question> {
    let possible = framework.is_some_and(|it| it.features.contains("closed_registration"));
    let offers = vec![
        Offer::new("open", "Anybody", "Registration is open to everyone."),
        Offer::new("closed", "Only an admin", "Admins make the accounts; there is no public registration."),
    ];
    (draft.has_auth() && draft.answer("stack.auth").is_some() && possible).then(|| {
        question(
            "auth.registration",
            "Who may register?",
            "Whether strangers can make themselves an account.",
            Ask::One(offers, 0),
        )
    })
}

/// What is switched on for every entity at once.
fn every_entity(framework: Option<&Framework>) -> Option<Question> {
    let known = [
        ("soft_delete", "soft_delete", "Soft deletion", "Deleted rows are hidden and can be restored."),
        ("audit", "audit", "Audit trail", "Every write is recorded with who did it and what changed."),
        (
            "cursor_pagination",
            CURSOR,
            "Cursor pages",
            "Lists go on from a cursor instead of limit and offset; steady under writes.",
        ),
    ];
    let offers: Vec<Offer> = known
        .into_iter()
        .filter(|(feature, ..)| framework.is_some_and(|it| it.features.contains(*feature)))
        .map(|(_, id, title, help)| Offer::new(id, title, help))
        .collect();
    (!offers.is_empty()).then(|| {
        let help = "What all entities get; one of them can say otherwise, as in `audit = false`.";
        question(DEFAULTS, "Every entity gets", help, Ask::Many(offers, Vec::new()))
    })
}

fn license(draft: &Draft) -> Vec<Question> {
    let offers = vec![
        Offer::new(License::None.id(), "None", "No LICENSE file: all rights stay with you."),
        Offer::new(License::Mit.id(), "MIT", "Short and permissive."),
        Offer::new(License::Apache2.id(), "Apache 2.0", "Permissive, with a grant of patents."),
    ];
    let mut questions = vec![question(
        "project.license",
        "Licence",
        "The LICENSE file of the project, and what its package says.",
        Ask::One(offers, 0),
    )];
    if draft.answer("project.license").is_some_and(|id| id != License::None.id()) {
        let help = "Who holds the rights: stands in the LICENSE file; enter leaves it out.";
        questions.push(question("project.author", "Author", help, Ask::Text { default: String::new() }));
    }
    questions
}

/// What entities start from, once there are presets.
fn preset(catalog: &Catalog) -> Option<Question> {
    let presets = presets(catalog);
    (!presets.is_empty()).then(|| {
        let by_hand = Offer::new("", "By hand", "You type the entities, one line a field.");
        let offers = std::iter::once(by_hand).chain(presets).collect();
        question(PRESET, "Start from", "A ready set of entities that you then extend or change.", Ask::One(offers, 0))
    })
}

/// The ready sets of entities; this version has none.
fn presets(catalog: &Catalog) -> Vec<Offer> {
    catalog.presets.iter().map(|(id, preset)| Offer::new(id, &preset.title, &preset.help)).collect()
}
