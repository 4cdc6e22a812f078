//! Rows that keep the rules of their entity: the fields that conditions read get values that go together.

use super::samples_of;
use crate::spec::{
    Action, Actor, Case, Default, Entity, EnumType, Expression, Field, Ground, Need, Relation, Samples, fitting, holds,
};
use serde_json::{Map, Value};

/// How many rows are made to go together; later seeds begin again.
const ROWS: usize = 12;

/// Moments that rows are made for: conditions about the present must hold whenever they are looked at.
const MOMENTS: [&str; 3] = ["2099-01-01T00:00:00.000Z", "2020-01-01T00:00:00.000Z", "2026-01-31T09:30:00.000Z"];

impl Entity {
    /// The values of one of its fields for a seed: those of [`samples_of`], but what a person would write keeps the rules of
    /// the entity together with the other fields of the same seed.
    pub fn samples(&self, field: &Field, enums: &[EnumType], seed: usize) -> Samples {
        let mut samples = samples_of(field, Some(&self.name), enums, seed);
        let rows = self.fitted.get_or_init(|| fitted_samples(self, enums));
        let row = rows.get(seed % rows.len().max(1));
        if let (Some(value), None) = (row.and_then(|row| row.get(field.name.declared())), field.list) {
            samples.typical = value.clone();
        }
        samples
    }

    /// Whether a rule, or an approval of new rows, reads a field of this declared name.
    pub fn is_ruled(&self, name: &str) -> bool {
        self.conditions().iter().any(|(condition, _)| condition.fields().contains(&name))
    }

    /// What a new row has to be.
    fn conditions(&self) -> Vec<(&Expression, Need)> {
        let rules = self.rules.iter().map(|rule| (&rule.check, Need::NotFalse));
        let approvals = self.approval.iter().filter(|it| it.on == Action::Create);
        rules.chain(approvals.map(|it| (&it.when, Need::NotTrue))).collect()
    }
}

/// A row of typical values, as conditions see it: read-only fields as the service makes them, references to rows that are
/// nowhere where `refers` says so, else null.
pub fn sample_row(
    entity: &Entity,
    enums: &[EnumType],
    seed: usize,
    refers: impl Fn(&Relation) -> bool,
) -> Map<String, Value> {
    let mut row = Map::new();
    for field in entity.fields.iter().filter(|it| it.list.is_none()) {
        let value = match (&field.default, field.read_only) {
            (Some(Default::Value(value)), true) => value.clone(),
            (None, true) => Value::Null,
            _ => samples_of(field, Some(&entity.name), enums, seed).typical,
        };
        row.insert(field.name.declared().to_owned(), value);
    }
    for (number, relation) in (2..).zip(entity.references()) {
        let id = refers(relation).then(|| format!("019a0000-0000-7000-8000-{number:012x}"));
        row.insert(relation.key().camel(), id.into());
    }
    row
}

/// For each seed, the values of the fields that the entity's conditions read; nothing for an entity without any.
fn fitted_samples(entity: &Entity, enums: &[EnumType]) -> Vec<Map<String, Value>> {
    let conditions = entity.conditions();
    if conditions.is_empty() {
        return Vec::new();
    }
    let actors = [Some(Actor { id: "019a0000-0000-7000-8000-000000000001".to_owned(), role: "user".to_owned() })];
    let keys: Vec<String> = entity.references().map(|it| it.key().camel()).collect();
    let mut fixed: Vec<&str> = keys.iter().map(String::as_str).collect();
    fixed.extend(entity.fields.iter().filter(|it| it.unique || it.read_only).map(|it| it.name.declared()));
    let always = |new: &Map<String, Value>| {
        let case = Case { new: new.clone(), old: new.clone(), actor: actors[0].clone(), holds: None, edge: false };
        let met = |now: &&str| conditions.iter().all(|(it, need)| need.is_met_by(holds(it, &case.facts(now))));
        MOMENTS.iter().all(met)
    };
    let row = |seed: usize| {
        let new = sample_row(entity, enums, seed, |it| it.required);
        if always(&new) {
            return kept(entity, new);
        }
        let mut best = None;
        for now in MOMENTS {
            let ground = Ground { entity, enums, new: new.clone(), old: None, actors: &actors, now, fixed: &fixed };
            if let Some(case) = fitting(&conditions, &ground) {
                let done = always(&case.new);
                best = Some(case.new);
                if done {
                    break;
                }
            }
        }
        kept(entity, best.unwrap_or(new))
    };
    (0..ROWS).map(row).collect()
}

/// Of a row, the fields that conditions read and that may have the same value twice.
fn kept(entity: &Entity, mut row: Map<String, Value>) -> Map<String, Value> {
    row.retain(|name, _| entity.is_ruled(name) && entity.field(name).is_some_and(|it| !it.unique));
    row
}
