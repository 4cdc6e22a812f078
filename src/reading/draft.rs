//! The answers while they are gathered from a document.

use super::{Field, Finding, Kind, Relation, Value, names};
use crate::answers::{self, Checked, Format, Input, Problem};
use crate::catalog::Catalog;
use crate::plan;
use crate::spec::{Place, Source};
use indexmap::IndexMap;
use std::ops::Range;
use std::sync::Arc;

/// What the gathered answers are called in messages when no document stands behind them.
const SOURCE: &str = "<answers>";

/// One answer, and what in the document led to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// As the answers file says it.
    pub value: Value,
    /// Where the document says it.
    pub place: Place,
}

/// A field or a relation of an entity.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "nearly all of them are fields")]
pub(super) enum Member {
    Field(Field),
    Relation(Relation),
}

/// Answers by their key (`entities.Product.fields.price`), in the order they were gathered, and what was found on the way.
#[derive(Debug, Clone)]
pub struct Draft {
    document: Arc<Source>,
    answers: IndexMap<String, Answer>,
    /// The fields and relations among them, as they were given: path → entity, name, member.
    members: IndexMap<String, (String, String, Member)>,
    /// What the document says, and what was made of each.
    pub findings: Vec<Finding>,
    /// What the document was read as: `the template "REST API Endpoint"`, `a Prisma schema`; one each.
    pub read_as: Vec<String>,
}

impl Draft {
    /// Nothing yet.
    pub fn new(document: &Arc<Source>) -> Self {
        Self {
            document: Arc::clone(document),
            answers: IndexMap::new(),
            members: IndexMap::new(),
            findings: Vec::new(),
            read_as: Vec::new(),
        }
    }

    /// The document that is read.
    pub fn document(&self) -> &Arc<Source> {
        &self.document
    }

    /// A stretch of the document, in bytes.
    pub fn place(&self, range: Range<usize>) -> Place {
        Place { source: Arc::clone(&self.document), start: range.start, end: range.end }
    }

    /// The answer of a key.
    pub fn get(&self, path: &str) -> Option<&Value> {
        self.answers.get(path).map(|it| &it.value)
    }

    /// Every answer, in the order they were gathered.
    pub fn answers(&self) -> impl Iterator<Item = (&str, &Answer)> {
        self.answers.iter().map(|(path, answer)| (path.as_str(), answer))
    }

    /// Gives an answer; one that is there already keeps its position in the order.
    pub fn set(&mut self, path: impl Into<String>, value: impl Into<Value>, at: Range<usize>) {
        let answer = Answer { value: value.into(), place: self.place(at) };
        self.answers.insert(path.into(), answer);
    }

    /// Takes an answer back, with everything below its key.
    pub fn remove(&mut self, path: &str) {
        let below = format!("{path}.");
        self.answers.retain(|key, _| key != path && !key.starts_with(&below));
    }

    /// Adds a value to a list, once.
    pub fn add(&mut self, path: &str, value: impl Into<Value>, at: Range<usize>) {
        let value = value.into();
        match self.answers.get_mut(path).map(|it| &mut it.value) {
            Some(Value::List(items)) => {
                if !items.contains(&value) {
                    items.push(value);
                }
            }
            _ => self.set(path, Value::List(vec![value]), at),
        }
    }

    /// Gives a field of an entity.
    pub fn field(&mut self, entity: &str, name: &str, field: &Field, at: Range<usize>) {
        let path = format!("entities.{entity}.fields.{name}");
        self.members.insert(path.clone(), (entity.to_owned(), name.to_owned(), Member::Field(field.clone())));
        self.set(path, field.value(), at);
    }

    /// Gives a relation of an entity; the path of its answer is returned.
    pub fn relation(&mut self, entity: &str, name: &str, relation: &Relation, at: Range<usize>) -> String {
        let (table, value) = relation.value();
        let path = format!("entities.{entity}.{table}.{name}");
        self.members.insert(path.clone(), (entity.to_owned(), name.to_owned(), Member::Relation(relation.clone())));
        self.set(path.clone(), value, at);
        path
    }

    /// The entity, the name and the field or relation that an answer was given as.
    pub(super) fn member(&self, path: &str) -> Option<(&str, &str, &Member)> {
        self.members.get(path).map(|(entity, name, member)| (entity.as_str(), name.as_str(), member))
    }

    /// Notes what was made of a stretch of the document.
    pub fn note(&mut self, kind: Kind, at: Range<usize>, path: impl Into<String>, text: impl Into<String>) {
        let place = self.place(at);
        self.findings.push(Finding { kind, place, path: path.into(), text: text.into() });
    }

    /// The names of all entities that have an answer, in order.
    pub fn entities(&self) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        for key in self.answers.keys() {
            if let Some(name) = key.strip_prefix("entities.").and_then(|rest| rest.split('.').next())
                && found.last() != Some(&name)
                && !found.contains(&name)
            {
                found.push(name);
            }
        }
        found
    }

    /// Whether any answer stands at that key or below it.
    pub fn has(&self, path: &str) -> bool {
        let below = format!("{path}.");
        self.answers.contains_key(path) || self.answers.keys().any(|key| key.starts_with(&below))
    }

    /// Answers what the document leaves open or assumes, in a person's words (`--set`, the wizard).
    pub fn decide(&mut self, path: &str, value: Value) {
        self.findings.retain(|it| !(it.path == path && matches!(it.kind, Kind::Assumed | Kind::Open)));
        self.set(path, value, 0..0);
    }

    /// Names the project when the document does not: after `name`, which says where that comes from in `why`.
    pub fn name_project(&mut self, name: &str, why: &str) {
        if self.get("project.name").is_none()
            && let Some(name) = names::project_name(name)
        {
            self.note(Kind::Assumed, 0..0, "project.name", format!("`{name}`, {why}"));
            self.set("project.name", name, 0..0);
        }
    }

    /// The findings of a kind.
    pub fn found(&self, kind: Kind) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |it| it.kind == kind)
    }

    /// What a person must still say: findings without any answer, not even one that stands in.
    pub fn unanswered(&self) -> impl Iterator<Item = &Finding> {
        self.found(Kind::Open).filter(|it| !self.has(&it.path))
    }

    /// Judges the answers as those of a file; what is wrong is told at the place in the document that led to it.
    pub fn check(
        &self,
        set: &[(String, String)],
        defaults: &[(String, String)],
        catalog: &Catalog,
    ) -> Result<Checked, Vec<Problem>> {
        let printed = super::print::print(self);
        let input = Input::from_text(SOURCE, Format::Toml, printed.text.clone());
        let read = answers::read_or(input, &|_| Ok(Vec::new()), set, defaults, &catalog.choices());
        let problems = match read {
            Err(problems) => problems,
            Ok(checked) => {
                let refused = plan::refusals(&checked.spec, catalog, &checked.places);
                if refused.is_empty() {
                    return Ok(checked);
                }
                let beginning = self.place(0..0);
                let problem = |refusal: plan::Refusal| {
                    let problem = Problem::new(refusal.message, refusal.place.unwrap_or(beginning.clone()));
                    if refusal.allowed.is_empty() {
                        problem
                    } else {
                        problem.note(format!("allowed: {}", refusal.allowed.join(", ")))
                    }
                };
                refused.into_iter().map(problem).collect()
            }
        };
        Err(problems.into_iter().map(|problem| self.in_document(problem, &printed)).collect())
    }

    /// A problem of the printed answers, where the document says it.
    fn in_document(&self, problem: Problem, printed: &super::print::Printed) -> Problem {
        if problem.place.source.name != SOURCE {
            return problem;
        }
        let path = printed.path_at(problem.place.start);
        let answer = path.and_then(|path| Some((path, self.answers.get(path)?)));
        let place = answer.map_or_else(|| self.place(0..0), |(_, answer)| answer.place.clone());
        let problem = Problem { place, ..problem };
        match answer {
            Some((path, answer)) => problem.note(format!("it was read as `{path} = {}`", answer.value)),
            None => problem,
        }
    }
}
