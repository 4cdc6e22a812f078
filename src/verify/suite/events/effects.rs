//! Writes that come with others: links, what a deletion does to other rows, commands.

use super::super::commands::{ask, next_version, ready};
use super::super::{Suite, id_of};
use super::writes::{kind, last_state};
use super::{Outcome, Watch, exactly};
use crate::spec::{Action, Command, Entity, OnDelete, Relation, RelationKind};
use crate::verify::client::Request;
use crate::verify::fault::skip;
use crate::verify::world::{Who, World};
use serde_json::{Map, Value, json};

pub fn checks(suite: &mut Suite<'_, '_>, watch: &mut Watch<'_>) {
    let spec = suite.world.spec;
    for entity in spec.entities.iter().filter(|it| it.allows(Action::Create)) {
        for relation in &entity.relations {
            let Some(target) = spec.entity(&relation.target).filter(|it| it.allows(Action::Create)) else { continue };
            let id = format!("events/{}/{}", id_of(entity), relation.name.kebab());
            if relation.kind == RelationKind::ManyToMany {
                links(suite, watch, (entity, relation, target), &id);
            } else if target.allows(Action::Delete) {
                suite.check(
                    format!("{id}/on-delete"),
                    "`cascade` deletes them one by one (audited, published); `set_null` clears; `restrict` → 409",
                    |world| on_delete(world, watch, (entity, relation, target)),
                );
            }
        }
        for command in &entity.commands {
            suite.check(
                format!("events/{}/{}", id_of(entity), command.name.kebab()),
                "a command publishes what it `emits`; for a custom event `data` is its payload",
                |world| emitted(world, watch, entity, command),
            );
        }
    }
}

/// A relation, the entity that has it, and the one that it leads to.
type Pair<'e> = (&'e Entity, &'e Relation, &'e Entity);

fn links(suite: &mut Suite<'_, '_>, watch: &mut Watch<'_>, pair: Pair<'_>, id: &str) {
    let (entity, relation, target) = pair;
    if entity.allows(Action::Update) {
        suite.check(
            format!("{id}/links"),
            "`PUT` and `DELETE` of a link: twice is the same as once; a real change is a write",
            |world| linked(world, watch, pair),
        );
    }
    if target.allows(Action::Delete) {
        suite.check(format!("{id}/forgotten"), "Links of a deleted row go: a write of the other row", |world| {
            let key = world.key_of(&relation.key());
            let other = world.make(target)?.id;
            let row = world.make_with(entity, &Who::Admin, &Map::from_iter([(key.clone(), json!([other]))]))?;
            world.master(Request::delete(World::row_path(target, &other)))?.empty(204)?;
            let events = watch.settle(world)?;
            exactly(&events, &other, &[kind(target, "created"), kind(target, "deleted")])?;
            let found = exactly(&events, &row.id, &[kind(entity, "created"), kind(entity, "updated")])?;
            found[1].proper(world)?;
            let mut wanted = row.value.clone();
            wanted.insert(key, json!([]));
            last_state(world, found[1], &wanted)?;
            Ok(())
        });
    }
}

fn linked(world: &mut World<'_>, watch: &mut Watch<'_>, (entity, relation, target): Pair<'_>) -> Outcome {
    let key = world.key_of(&relation.key());
    let row = world.make(entity)?;
    let other = world.make(target)?.id;
    let path = format!("{}/{}/{other}", World::row_path(entity, &row.id), relation.name.kebab());
    for method in ["PUT", "PUT", "DELETE", "DELETE"] {
        world.master(Request::new(method, path.clone()))?.empty(204)?;
    }
    let events = watch.settle(world)?;
    let changed = kind(entity, "updated");
    let found = exactly(&events, &row.id, &[kind(entity, "created"), changed.clone(), changed])?;
    for (event, held) in found[1..].iter().zip([json!([other]), json!([])]) {
        event.proper(world)?;
        let mut wanted = row.value.clone();
        wanted.insert(key.clone(), held);
        last_state(world, event, &wanted)?;
    }
    Ok(())
}

fn on_delete(world: &mut World<'_>, watch: &mut Watch<'_>, (entity, relation, target): Pair<'_>) -> Outcome {
    let to = world.referred(relation, &Who::Admin)?;
    let key = world.key_of(&relation.key());
    let row = world.make_with(entity, &Who::Admin, &Map::from_iter([(key.clone(), json!(to))]))?;
    let answer = world.master(Request::delete(World::row_path(target, &to)))?;
    let (made, gone) = (kind(entity, "created"), kind(target, "deleted"));
    if relation.on_delete == OnDelete::Restrict {
        answer.refused(409, "CONFLICT")?;
    } else {
        answer.empty(204)?;
    }
    let events = watch.settle(world)?;
    let parent = kind(target, "created");
    match relation.on_delete {
        OnDelete::Restrict => {
            exactly(&events, &to, &[parent])?;
            exactly(&events, &row.id, &[made])?;
        }
        OnDelete::Cascade => {
            exactly(&events, &to, &[parent, gone])?;
            let found = exactly(&events, &row.id, &[made, kind(entity, "deleted")])?;
            found[1].proper(world)?;
            last_state(world, found[1], &row.value)?;
        }
        OnDelete::SetNull => {
            exactly(&events, &to, &[parent, gone])?;
            let found = exactly(&events, &row.id, &[made, kind(entity, "updated")])?;
            found[1].proper(world)?;
            let mut wanted = row.value.clone();
            wanted.insert(key, Value::Null);
            last_state(world, found[1], &wanted)?;
        }
    }
    Ok(())
}

fn emitted(world: &mut World<'_>, watch: &mut Watch<'_>, entity: &Entity, command: &Command) -> Outcome {
    let row = ready(world, entity, command, &Who::Admin)?;
    if next_version(&row) > 2 {
        return skip("only other commands lead to such a row");
    }
    let request = ask(world, entity, command, &row.id);
    let refused = world.master(request.clone().header("If-Match", "\"99\""))?;
    refused.refused(412, "PRECONDITION_FAILED")?;
    let answer = world.master(request)?;
    let after = answer.status(200)?.object()?;
    let events = watch.settle(world)?;
    let emits = command.emits.as_deref().map(|name| world.spec.event_type(name));
    let mut wanted = vec![kind(entity, "created"), kind(entity, "updated")];
    match emits {
        Some(Some(emits)) => wanted.push(emits.id),
        Some(None) => return skip("the event that it emits is not in the spec"),
        None => {}
    }
    let mut found: Vec<_> = super::of_row(&events, &row.id);
    // Both are of one write: which is first does not matter.
    found.sort_by_key(|it| wanted.iter().position(|kind| *kind == it.kind));
    let got: Vec<_> = found.iter().map(|it| it.kind.clone()).collect();
    super::wants(got == wanted, format!("of the row {}: {}", row.id, wanted.join(", ")), got.join(", "))?;
    for event in &found[1..] {
        event.proper(world)?;
    }
    found[1].carries(&after)?;
    Ok(())
}
