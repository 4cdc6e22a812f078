//! Rows as conditions see them, and rows that conditions let through.

use super::world::{Who, World};
use crate::spec::{
    Action, Actor, Approval, Case, Default, Entity, Expression, Grant, Ground, Need, cases, check_value, fitting,
    holds, shift_datetime,
};
use serde_json::{Map, Value};
use std::time::{SystemTime, UNIX_EPOCH};

/// Every write that approvals can be about.
const WRITES: [Action; 3] = [Action::Create, Action::Update, Action::Delete];
/// So many cases of a kind are mended before the search gives up.
const MOST_TRIED: usize = 12;

/// A case counts only when it is the same so long before and after this moment: clocks differ, and time goes on.
const STEADY_MS: i64 = 600_000;

impl World<'_> {
    /// Somebody as conditions see him.
    pub fn actor(&self, who: &Who) -> Option<Actor> {
        let role = match who {
            Who::Anonymous => return None,
            Who::User | Who::Other => "user",
            Who::Role(role) => role.as_str(),
            Who::Admin => "admin",
        };
        Some(Actor { id: self.of(who).ok()?.id, role: role.to_owned() })
    }

    /// A row, or a body that is to be one, as conditions see it.
    pub fn seen(&self, entity: &Entity, json: &Map<String, Value>) -> Map<String, Value> {
        let mut seen = Map::new();
        for field in entity.fields.iter().filter(|it| it.list.is_none()) {
            let value = match (json.get(&self.key_of(&field.name)), &field.default) {
                (Some(value), _) => value.clone(),
                (None, Some(Default::Value(value))) => value.clone(),
                (None, Some(Default::Now)) => now().into(),
                (None, None) => Value::Null,
            };
            let value = check_value(&field.kind, &self.spec.enums, &value).unwrap_or(value);
            seen.insert(field.name.declared().to_owned(), value);
        }
        for relation in entity.references() {
            let value = json.get(&self.key_of(&relation.key())).cloned().unwrap_or_default();
            seen.insert(relation.key().camel(), value);
        }
        seen
    }

    /// What differs between two states of a row, under the service's keys.
    pub fn changes(&self, entity: &Entity, from: &Map<String, Value>, to: &Map<String, Value>) -> Map<String, Value> {
        let mut changes = Map::new();
        for field in &entity.fields {
            let name = field.name.declared();
            if let Some(value) = to.get(name).filter(|it| from.get(name) != Some(it)) {
                changes.insert(self.key_of(&field.name), value.clone());
            }
        }
        for relation in entity.references() {
            let name = relation.key().camel();
            if let Some(value) = to.get(&name).filter(|it| from.get(&name) != Some(it)) {
                changes.insert(self.key_of(&relation.key()), value.clone());
            }
        }
        changes
    }

    /// Whether a row so written needs no approval and breaks no rule; the old row is the new one where there is none.
    pub fn lets(&self, entity: &Entity, who: &Who, new: &Map<String, Value>, old: Option<&Map<String, Value>>) -> bool {
        let new = self.seen(entity, new);
        let case = Case {
            old: old.map_or_else(|| new.clone(), |old| self.seen(entity, old)),
            new,
            actor: self.actor(who),
            holds: None,
            edge: false,
        };
        let now = now();
        kept(entity, &WRITES, who).iter().all(|(condition, need)| need.is_met_by(holds(condition, &case.facts(&now))))
    }

    /// The body, changed so that it breaks no rule and needs no approval, now or when it is written again; these keys
    /// stay. Where there is no such body it stays as it is.
    pub fn fitted(
        &self,
        entity: &Entity,
        who: &Who,
        body: Map<String, Value>,
        given: &Map<String, Value>,
    ) -> Map<String, Value> {
        let conditions = kept(entity, &WRITES, who);
        if conditions.is_empty() || self.lets(entity, who, &body, None) {
            return body;
        }
        let start = self.seen(entity, &body);
        let (now, actors, fixed) = (now(), [self.actor(who)], self.unwritable(entity, given));
        let fixed: Vec<&str> = fixed.iter().map(String::as_str).collect();
        let (new, old) = (start.clone(), None);
        let ground = Ground { entity, enums: &self.spec.enums, new, old, actors: &actors, now: &now, fixed: &fixed };
        let rules: Vec<_> = conditions.iter().copied().filter(|(_, need)| *need == Need::NotFalse).collect();
        let found = fitting(&conditions, &ground).or_else(|| fitting(&rules, &ground));
        let mut body = body;
        body.extend(found.map(|case| self.changes(entity, &start, &case.new)).unwrap_or_default());
        body
    }

    /// Names whose values a search may not change.
    fn unwritable(&self, entity: &Entity, given: &Map<String, Value>) -> Vec<String> {
        let stays = |it: &&crate::spec::Field| it.read_only || given.contains_key(&self.key_of(&it.name));
        let fields = entity.fields.iter().filter(stays).map(|it| it.name.declared().to_owned());
        // Another row cannot be invented.
        fields.chain(entity.references().map(|it| it.key().camel())).collect()
    }

    /// The cases of a condition that somebody can bring about: by a row of this body, or by a change of this row. Every
    /// other condition of these writes lets them through.
    pub fn reachable(&self, search: &Search<'_>) -> Vec<Case> {
        let Search { entity, who, condition, from, change, writes } = *search;
        let start = self.seen(entity, from);
        let (now, actors, fixed) = (now(), [self.actor(who)], self.unwritable(entity, &Map::new()));
        let fixed: Vec<&str> = fixed.iter().map(String::as_str).collect();
        // Fields that the condition does not read may make room for a case.
        let read = [fixed.clone(), condition.fields()].concat();
        let (new, old) = (start.clone(), change.then(|| start.clone()));
        let enums = &self.spec.enums;
        let mut ground = Ground { entity, enums, new, old, actors: &actors, now: &now, fixed: &fixed };
        let moments = [-STEADY_MS, STEADY_MS].map(|by| shift_datetime(&now, by).unwrap_or_default());
        let mut others = kept(entity, writes, who);
        others.retain(|(it, _)| !std::ptr::eq(*it, condition));
        let steady = |case: &Case| moments.iter().all(|moment| holds(condition, &case.facts(moment)) == case.holds);
        let let_through = |case: &Case| {
            let met = |moment: &str| others.iter().all(|(it, need)| need.is_met_by(holds(it, &case.facts(moment))));
            moments.iter().all(|moment| met(moment))
        };
        let mut found = cases(condition, &ground);
        // What is there stays as it is when a row is changed.
        found.retain(|case| (!change || case.old == start) && steady(case));
        let (mut reached, hindered): (Vec<_>, Vec<_>) = found.into_iter().partition(let_through);
        let mut tried: Vec<((Option<bool>, bool), usize)> = Vec::new();
        for case in hindered {
            let kind = (case.holds, case.edge);
            let at = tried.iter().position(|(known, _)| *known == kind).unwrap_or_else(|| {
                tried.push((kind, 0));
                tried.len() - 1
            });
            tried[at].1 += 1;
            if tried[at].1 > MOST_TRIED || reached.iter().any(|it| (it.holds, it.edge) == kind) {
                continue;
            }
            ground.fixed = &read;
            ground.new.clone_from(&case.new);
            let mended = fitting(&others, &ground).map(|it| Case { holds: case.holds, edge: case.edge, ..it });
            reached.extend(mended.filter(|it| let_through(it) && (!change || it.old == start)));
        }
        reached
    }
}

/// What [`World::reachable`] looks for.
#[derive(Clone, Copy)]
pub struct Search<'a> {
    /// What rows are of.
    pub entity: &'a Entity,
    /// Who writes.
    pub who: &'a Who,
    /// What is to be true, false, unknown or at its edge.
    pub condition: &'a Expression,
    /// The body or the row to begin with.
    pub from: &'a Map<String, Value>,
    /// Whether it is a row, which is changed.
    pub change: bool,
    /// The writes that lead there.
    pub writes: &'a [Action],
}

/// The present moment, in the contract's form.
pub fn now() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let millis = i64::try_from(since.as_millis()).unwrap_or_default();
    shift_datetime("1970-01-01T00:00:00.000Z", millis).unwrap_or_default()
}

/// What lets such writes of somebody through: each rule, and each approval that he is not to ask for.
fn kept<'e>(entity: &'e Entity, writes: &[Action], who: &Who) -> Vec<(&'e Expression, Need)> {
    let rules = entity.rules.iter().map(|it| (&it.check, Need::NotFalse));
    let asked = |it: &&Approval| writes.contains(&it.on) && !granted(&it.approvers, who, false);
    let approvals = entity.approval.iter().filter(asked).map(|it| (&it.when, Need::NotTrue));
    rules.chain(approvals).collect()
}

/// Whether these grants let somebody do something with a row; `own` when it is his.
pub fn granted(grants: &[Grant], who: &Who, own: bool) -> bool {
    let grant = |grant: &Grant| match grant {
        Grant::Public => true,
        Grant::Authenticated => *who != Who::Anonymous,
        Grant::Owner => own,
        Grant::Role(role) => match who {
            Who::Role(his) => his == role,
            Who::User | Who::Other => role == "user",
            _ => false,
        },
    };
    *who == Who::Admin || grants.iter().any(grant)
}
