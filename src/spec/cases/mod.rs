//! Rows for which an expression is true, false, unknown, or exactly at the edge: the same ones every time.
//!
//! The search starts at rows that are given, lays samples, literals and limits over the fields that the expression
//! reads, and solves each comparison for each of its fields.

mod binary;
mod fields;
mod fit;
mod goal;
mod grid;
mod solve;

pub use fit::{Need, fitting};

use super::{Computed, Entity, EnumType, Expression, Facts, holds};
use fields::Fields;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// The search ends when it has found so many.
const MOST: usize = 2_000;

/// Somebody with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// His id.
    pub id: String,
    /// His role.
    pub role: String,
}

/// Where a search starts, and what it may change.
#[derive(Debug, Clone)]
pub struct Ground<'a> {
    /// What rows are of.
    pub entity: &'a Entity,
    /// Its enumerations.
    pub enums: &'a [EnumType],
    /// The row as it would be, in the form of [`Facts`].
    pub new: Map<String, Value>,
    /// The row as it is; nothing when it is the same as `new`.
    pub old: Option<Map<String, Value>>,
    /// Who may ask; nobody where the list is empty.
    pub actors: &'a [Option<Actor>],
    /// The moment of the request.
    pub now: &'a str,
    /// Names whose values stay.
    pub fixed: &'a [&'a str],
}

impl Ground<'_> {
    fn start(&self, actor: Option<&Actor>) -> Case {
        let old = self.old.clone().unwrap_or_else(|| self.new.clone());
        Case { new: self.new.clone(), old, actor: actor.cloned(), holds: None, edge: false }
    }
}

/// A state of affairs, and what the expression is then.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The row as it would be.
    pub new: Map<String, Value>,
    /// The row as it is.
    pub old: Map<String, Value>,
    /// Who asks.
    pub actor: Option<Actor>,
    /// True, false or unknown.
    pub holds: Option<bool>,
    /// Whether both sides of a comparison are equal, and one step to a side decides otherwise.
    pub edge: bool,
}

impl Case {
    /// What an expression sees of it.
    pub fn facts<'c>(&'c self, now: &'c str) -> Facts<'c> {
        let actor = self.actor.as_ref();
        Facts {
            new: Some(&self.new),
            old: Some(&self.old),
            actor_id: actor.map(|it| it.id.as_str()),
            actor_role: actor.map(|it| it.role.as_str()),
            now,
        }
    }
}

/// Every case that the search finds, the nearest to its start first.
pub fn cases(condition: &Expression, ground: &Ground<'_>) -> Vec<Case> {
    let nobody = [None];
    let actors = if ground.actors.is_empty() { &nobody } else { ground.actors };
    let fields = Fields::of(condition, ground);
    let comparisons = solve::comparisons(condition);
    let mut search = Search { condition, ground, found: Vec::new(), seen: BTreeMap::new() };
    let mut starts = Vec::new();
    for actor in actors {
        let start = ground.start(actor.as_ref());
        starts.extend(goals(condition, &start, ground));
        starts.insert(0, start);
    }
    let share = MOST / starts.len();
    for start in starts {
        let enough = search.found.len() + share;
        for case in grid::around(&start, &fields, share) {
            search.add(case.clone(), false);
            for comparison in &comparisons {
                for field in fields.read_by(comparison) {
                    search.solve(&case, comparison, field);
                }
            }
            if search.found.len() >= enough {
                break;
            }
        }
    }
    search.found
}

/// Cases in which a condition of several parts is true, or false.
fn goals(condition: &Expression, start: &Case, ground: &Ground<'_>) -> Vec<Case> {
    let actor = [start.actor.clone()];
    let ground = Ground { actors: &actor, ..ground.clone() };
    let ways = [true, false].into_iter().flat_map(|wanted| goal::ways(condition, wanted));
    let mut found = Vec::new();
    for case in ways.filter(|way| way.len() > 1).filter_map(|way| fitting(&way, &ground)) {
        if !found.contains(&case) && case != *start {
            found.push(case);
        }
    }
    found
}

/// A few cases that tell a wrong expression from the right one: of each value, edges with their neighbours, and an edge
/// that binary floating-point numbers miss.
pub fn telling(condition: &Expression, ground: &Ground<'_>) -> Vec<Case> {
    let found = cases(condition, ground);
    let mut told = Vec::new();
    for value in [Some(true), Some(false), None] {
        told.extend(found.iter().filter(|it| it.holds == value && !it.edge).take(3).cloned());
    }
    // The neighbours of an edge stand right behind it.
    let edges = found.iter().enumerate().filter(|(_, it)| it.edge).take(4);
    for (at, _) in edges {
        for case in found[at..].iter().take(3) {
            if !told.contains(case) {
                told.push(case.clone());
            }
        }
    }
    let edge = found.iter().find(|it| it.edge);
    told.extend(edge.and_then(|it| binary::missed(condition, it, ground)).filter(|it| !told.contains(it)));
    told
}

struct Search<'a> {
    condition: &'a Expression,
    ground: &'a Ground<'a>,
    found: Vec<Case>,
    /// What was found, as JSON, and where it stands in `found`.
    seen: BTreeMap<String, usize>,
}

impl Search<'_> {
    fn add(&mut self, mut case: Case, edge: bool) {
        let actor = case.actor.as_ref().map(|it| (&it.id, &it.role));
        let state = serde_json::to_string(&(&case.new, &case.old, actor)).expect("JSON can be written");
        match self.seen.entry(state) {
            Entry::Occupied(known) => self.found[*known.get()].edge |= edge,
            Entry::Vacant(new) => {
                new.insert(self.found.len());
                case.holds = holds(self.condition, &case.facts(self.ground.now));
                case.edge = edge;
                self.found.push(case);
            }
        }
    }

    /// Adds the cases in which a comparison is just met, by another value of one field.
    fn solve(&mut self, case: &Case, comparison: &solve::Comparison<'_>, field: &fields::Variable<'_>) {
        let Some(solved) = solve::solved(comparison, field, case, self.ground) else { return };
        let with = |value: &Value| field.set(case, value.clone());
        let value = |case: &Case| holds(self.condition, &case.facts(self.ground.now));
        let around: Vec<Case> = solved.around.iter().map(with).collect();
        if let Some(at) = solved.at.as_ref().map(with) {
            let decided = value(&at);
            let edge = solved.ordered && around.iter().any(|it| value(it) != decided);
            self.add(at, edge);
        }
        for case in around.into_iter().chain(solved.far.iter().map(with).collect::<Vec<_>>()) {
            self.add(case, false);
        }
    }
}
