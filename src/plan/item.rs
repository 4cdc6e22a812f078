//! What a template may be repeated for.

use super::names::{entity_names, work_names};
use crate::catalog::{Framework, Language};
use crate::spec::Spec;
use std::collections::BTreeMap;

/// A kind of thing that a template is repeated for: one that has its name in the template's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Kind {
    Entity,
    Job,
    Event,
    Handler,
    Integration,
}

/// One thing that a template is rendered for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// What it is.
    pub kind: Kind,
    /// Where it stands in the spec's list of them.
    pub index: usize,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Entity, Self::Job, Self::Event, Self::Handler, Self::Integration];

    /// The word in paths, and the key of the thing in the context of its templates.
    pub fn word(self) -> &'static str {
        match self {
            Self::Entity => "entity",
            Self::Job => "job",
            Self::Event => "event",
            Self::Handler => "handler",
            Self::Integration => "integration",
        }
    }

    /// The key of all of them in the context of the whole.
    pub fn list(self) -> &'static str {
        match self {
            Self::Entity => "entities",
            Self::Job => "jobs",
            Self::Event => "events",
            Self::Handler => "handlers",
            Self::Integration => "integrations",
        }
    }

    /// How a placeholder begins.
    pub(super) fn opening(self) -> String {
        format!("{{{}.", self.word())
    }

    /// What a file is repeated for; the first kind that its path names.
    pub fn of(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| path.contains(&kind.opening()))
    }

    /// How many there are.
    pub(super) fn count(self, spec: &Spec) -> usize {
        match self {
            Self::Entity => spec.entities.len(),
            Self::Job => spec.jobs.len(),
            Self::Event => spec.events.len(),
            Self::Handler => spec.handlers.len(),
            Self::Integration => spec.integrations.len(),
        }
    }
}

impl Item {
    /// What it is called.
    pub(super) fn names(
        self,
        spec: &Spec,
        language: &Language,
        framework: &Framework,
    ) -> BTreeMap<&'static str, String> {
        let work = |name| work_names(name, spec.api.json_case, language, framework);
        match self.kind {
            Kind::Entity => entity_names(&spec.entities[self.index], language, framework),
            Kind::Job => work(&spec.jobs[self.index].name),
            Kind::Event => work(&spec.events[self.index].name),
            Kind::Handler => work(&spec.handlers[self.index].name),
            Kind::Integration => work(&spec.integrations[self.index].name),
        }
    }
}
