//! Judges what is typed by reading it as an answers file: the wizard and a file cannot disagree.

use super::document::{Document, Part, Stands};
use super::draft::{Draft, EntityDraft};
use super::line::{Line, target};
use crate::answers::{self, Checked, Format, Input, Problem};
use crate::catalog::Catalog;
use crate::plan;
use std::ops::Range;

/// What a problem's place is called when the answers come from the wizard.
const SOURCE: &str = "the answers";

/// The most lines that are tried again without the entities that they lack.
const MOST_PENDING: usize = 100;

/// Something wrong with one typed text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What happened.
    pub message: String,
    /// The faulty bytes of what was typed.
    pub range: Range<usize>,
    /// Under the caret.
    pub label: Option<String>,
    /// What is allowed, what to do.
    pub notes: Vec<String>,
}

impl Fault {
    fn new(message: String, range: Range<usize>, note: &str) -> Self {
        Self { message, range, label: None, notes: vec![note.to_owned()] }
    }
}

/// A relation to an entity that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// `Supplier`
    pub target: String,
    /// `Product.supplier`
    pub by: String,
}

/// Reads the draft, and everything that the framework cannot do.
pub fn read(draft: &Draft, catalog: &Catalog) -> Result<Checked, Vec<Problem>> {
    read_document(&Document::new(draft), draft, catalog)
}

/// What is wrong with `--set` by itself, before anything is asked.
pub fn set(set: &[(String, String)], catalog: &Catalog) -> Vec<Problem> {
    let framework = catalog.framework_ids().first().map(|id| (*id).to_owned());
    let draft = Draft {
        set: set.to_vec(),
        answers: [("project.name", Some("draft".to_owned())), ("stack.framework", framework)]
            .into_iter()
            .filter_map(|(key, value)| Some((key.to_owned(), vec![value?])))
            .collect(),
        entities: vec![stand_in("Draft")],
        ..Draft::default()
    };
    let problems = read(&draft, catalog).err().unwrap_or_default();
    problems.into_iter().filter(|problem| problem.place.source.name != SOURCE).collect()
}

fn read_document(document: &Document, draft: &Draft, catalog: &Catalog) -> Result<Checked, Vec<Problem>> {
    let input = Input::from_text(SOURCE, Format::Toml, document.text.clone());
    let source = input.source.clone();
    let checked = answers::read(input, &|_| Ok(Vec::new()), &draft.set, &catalog.choices())?;
    let refused = plan::refusals(&checked.spec, catalog, &checked.places);
    if refused.is_empty() {
        return Ok(checked);
    }
    let problems = refused.into_iter().map(|refusal| {
        let start = crate::spec::Place { source: source.clone(), start: 0, end: 0 };
        let problem = Problem::new(refusal.message, refusal.place.unwrap_or(start));
        if refusal.allowed.is_empty() {
            problem
        } else {
            problem.note(format!("allowed: {}", refusal.allowed.join(", ")))
        }
    });
    Err(problems.collect())
}

/// Judges an answer of a question: `typed` is what a person wrote, or nothing for chosen options.
pub fn answer(draft: &Draft, key: &str, chosen: &[String], catalog: &Catalog) -> Result<(), Fault> {
    let mut with = draft.clone();
    with.answers.insert(key.to_owned(), chosen.to_vec());
    let document = Document::new(&with);
    let Some((_, stands)) = document.parts.iter().find(|(part, _)| *part == Part::Answer(key.to_owned())) else {
        return Ok(());
    };
    let problems = read_document(&document, &with, catalog).err().unwrap_or_default();
    let typed = chosen.first().map_or(0, String::len);
    match problems.into_iter().find(|problem| within(problem, &stands.line)) {
        Some(problem) => Err(fault(problem, |place| shifted(place, &stands.value, 0..typed))),
        None => Ok(()),
    }
}

/// Judges the name of an entity, a new one or that of `at`.
pub fn entity_name(draft: &Draft, name: &str, at: usize, catalog: &Catalog) -> Result<(), Fault> {
    let mut with = draft.clone();
    if at >= with.entities.len() {
        with.entities.push(EntityDraft::default());
    }
    if draft.entities.iter().enumerate().any(|(index, it)| index != at && it.name == name) {
        return Err(Fault::new(format!("`{name}` is there already"), 0..name.len(), "choose another name"));
    }
    with.rename(at, name);
    let document = Document::new(&with);
    let whole = 0..name.len();
    match new_problem(draft, &with, &document, catalog, &Part::Name(at)) {
        Some((problem, stands)) => Err(fault(problem, |place| shifted(place, &stands.value, whole.clone()))),
        None => Ok(()),
    }
}

/// Judges a line of an entity, a new one or one that takes the place of another.
pub fn line(draft: &Draft, entity: usize, number: usize, typed: &str, catalog: &Catalog) -> Result<(), Fault> {
    let Some(parts) = Line::parse(typed) else {
        let note = "for example `price: decimal > 0`; `?` shows what else can be said";
        return Err(Fault::new("a line is a name, a colon and a type".to_owned(), 0..typed.len(), note));
    };
    let mut before = draft.clone();
    let mut with = draft.clone();
    let lines = &mut with.entities[entity].lines;
    if number < lines.len() {
        before.entities[entity].lines.remove(number);
        typed.clone_into(&mut lines[number]);
    } else {
        lines.push(typed.to_owned());
    }
    let key = &typed[parts.key.clone()];
    let same = |other: &String| Line::parse(other).is_some_and(|line| other[line.key] == *key);
    if before.entities[entity].lines.iter().any(same) {
        return Err(Fault::new(format!("`{key}` is there already"), parts.key, "choose another name"));
    }
    // An entity may come later; one of a name that no entity can have may not.
    if let Some(target_at) = target(typed)
        && typed[target_at.clone()] != *crate::spec::USER
        && known(&before, &typed[target_at.clone()]).is_none()
        && let Err(bad) = entity_name(&before, &typed[target_at.clone()], before.entities.len(), catalog)
    {
        return Err(Fault { range: target_at, ..bad });
    }
    for pending in pending(&with, catalog) {
        for draft in [&mut before, &mut with] {
            draft.entities.push(stand_in(&pending.target));
        }
    }
    let document = Document::new(&with);
    match new_problem(&before, &with, &document, catalog, &Part::Line(entity, number)) {
        None => Ok(()),
        Some((problem, stands)) => Err(fault(problem, |place| {
            if place.start >= stands.value.start {
                shifted(place, &stands.value, parts.value.clone())
            } else {
                parts.key.clone()
            }
        })),
    }
}

/// Relations to entities that nobody has typed yet, each target once.
pub fn pending(draft: &Draft, catalog: &Catalog) -> Vec<Pending> {
    let mut with = draft.clone();
    let mut found: Vec<Pending> = Vec::new();
    for (index, entity) in draft.entities.iter().enumerate() {
        for (number, typed) in entity.lines.iter().enumerate() {
            let Some(target) = target(typed).map(|it| &typed[it]) else { continue };
            let known = target == crate::spec::USER
                || known(&with, target).is_some()
                || found.len() > MOST_PENDING
                || !is_missing(draft, index, number, catalog);
            if !known {
                let field = Line::parse(typed).map(|line| &typed[line.key]).unwrap_or_default();
                found.push(Pending { target: target.to_owned(), by: format!("{}.{field}", entity.name) });
                with.entities.push(stand_in(target));
            }
        }
    }
    found
}

fn known<'d>(draft: &'d Draft, name: &str) -> Option<&'d EntityDraft> {
    draft.entities.iter().find(|it| it.name == name)
}

/// Whether a relation's target is not among the entities that a preset or `--set` bring either.
fn is_missing(draft: &Draft, entity: usize, number: usize, catalog: &Catalog) -> bool {
    let mut alone = draft.clone();
    let line = draft.entities[entity].lines[number].clone();
    alone.entities = vec![EntityDraft { name: draft.entities[entity].name.clone(), lines: vec![line.clone()] }];
    let target = target(&line).map(|it| &line[it]).unwrap_or_default();
    let problems = |draft: &Draft| read(draft, catalog).err().map_or(0, |it| it.len());
    let without = problems(&alone);
    alone.entities.push(stand_in(target));
    without > problems(&alone)
}

/// An entity that is there only so that the rest can be judged.
fn stand_in(name: &str) -> EntityDraft {
    EntityDraft { name: name.to_owned(), lines: vec!["placeholder: boolean".to_owned()] }
}

/// The first problem that was not there before, and where the part stands that it came with.
fn new_problem<'d>(
    before: &Draft,
    with: &Draft,
    document: &'d Document,
    catalog: &Catalog,
    part: &Part,
) -> Option<(Problem, &'d Stands)> {
    let (_, stands) = document.parts.iter().find(|(it, _)| it == part)?;
    let known: Vec<String> =
        read(before, catalog).err().unwrap_or_default().into_iter().map(|problem| problem.message).collect();
    let problems = read_document(document, with, catalog).err().unwrap_or_default();
    let (here, elsewhere): (Vec<_>, Vec<_>) = problems.into_iter().partition(|problem| within(problem, &stands.line));
    let problem = here.into_iter().next().or_else(|| elsewhere.into_iter().find(|it| !known.contains(&it.message)))?;
    Some((problem, stands))
}

fn within(problem: &Problem, line: &Range<usize>) -> bool {
    problem.place.source.name == SOURCE && line.contains(&problem.place.start)
}

fn fault(problem: Problem, range: impl Fn(&Range<usize>) -> Range<usize>) -> Fault {
    let place = problem.place.start..problem.place.end;
    Fault { range: range(&place), message: problem.message, label: problem.label, notes: problem.notes }
}

/// A stretch of the document as a stretch of what was typed; all of it when it lies elsewhere.
fn shifted(place: &Range<usize>, stands: &Range<usize>, typed: Range<usize>) -> Range<usize> {
    if place.start < stands.start || place.end > stands.end || stands.len() != typed.len() {
        return typed;
    }
    typed.start + place.start - stands.start..typed.start + place.end - stands.start
}
