//! Test vectors of rules, approvals and commands: what each condition is worth in which case, from the reference evaluator.
//! Every language's printed form is held to them.

use super::sample;
use crate::spec::{Action, Actor, Entity, Expression, Ground, Name, Spec, sample_row, telling};
use serde_json::{Map, Value, json};

/// The document: `[{entity, kind, name, source, now, cases: [{new, old, actor, holds}]}]`.
///
/// `kind` is `rule`, `approval` or `command`; `name` is its number from 1, or the command's in snake case. Rows have the
/// keys and forms of the service's JSON, and of fields only those that the condition reads; `holds` is null where the answer
/// is unknown; `actor` is null for nobody.
pub fn conditions(spec: &Spec) -> String {
    let all: Vec<Value> = spec.entities.iter().flat_map(|entity| of_entity(spec, entity)).collect();
    let mut text = String::from("[\n");
    for (at, vector) in all.iter().enumerate() {
        let end = if at + 1 < all.len() { "," } else { "" };
        text.push_str(&format!("  {vector}{end}\n"));
    }
    text.push_str("]\n");
    text
}

fn of_entity(spec: &Spec, entity: &Entity) -> Vec<Value> {
    let rules = entity.rules.iter().enumerate();
    let rules = rules.map(|(at, it)| vector(spec, entity, "rule", &json!(at + 1), &it.source, &it.check, false));
    let approvals = entity.approval.iter().enumerate().map(|(at, it)| {
        let two = it.on == Action::Update;
        vector(spec, entity, "approval", &json!(at + 1), &it.source, &it.when, two)
    });
    let commands = entity.commands.iter().filter_map(|it| {
        let (when, source) = (it.when.as_ref()?, it.source.as_ref()?);
        Some(vector(spec, entity, "command", &json!(it.name.snake()), source, when, false))
    });
    rules.chain(approvals).chain(commands).collect()
}

fn vector(
    spec: &Spec,
    entity: &Entity,
    kind: &str,
    name: &Value,
    source: &str,
    condition: &Expression,
    two_rows: bool,
) -> Value {
    let row = sample_row(entity, &spec.enums, 0, |_| true);
    let actors = actors(spec);
    let ground = Ground {
        entity,
        enums: &spec.enums,
        old: two_rows.then(|| row.clone()),
        new: row,
        actors: &actors,
        now: sample::MOMENT,
        fixed: &[],
    };
    let read = condition.fields();
    let shown = |row: &Map<String, Value>| -> Value {
        let kept = read.iter().filter_map(|name| Some((sample::key(spec, &Name::new(*name)), row.get(*name)?.clone())));
        Value::Object(kept.collect())
    };
    let cases = telling(condition, &ground).into_iter().map(|case| {
        let actor = case.actor.as_ref().map(|it| json!({ "id": it.id, "role": it.role }));
        json!({ "new": shown(&case.new), "old": shown(&case.old), "actor": actor, "holds": case.holds })
    });
    let mut distinct: Vec<Value> = Vec::new();
    for case in cases {
        if !distinct.contains(&case) {
            distinct.push(case);
        }
    }
    json!({
        "entity": entity.name.declared(), "kind": kind, "name": name, "source": source, "now": sample::MOMENT, "cases": distinct,
    })
}

/// Somebody of every role, and nobody.
fn actors(spec: &Spec) -> Vec<Option<Actor>> {
    if !spec.has_auth() {
        return Vec::new();
    }
    let mut roles = vec!["user".to_owned(), "admin".to_owned()];
    roles.extend(spec.auth.roles.iter().filter(|role| !["user", "admin"].contains(&role.as_str())).cloned());
    let people = roles.into_iter().map(|role| Some(Actor { id: sample::id(1), role }));
    people.chain([None]).collect()
}
