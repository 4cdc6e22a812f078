//! Rules across fields: what breaks one is refused, what is just at its edge is not.

use super::{Outcome, Suite, id_of};
use crate::spec::{Action, Case, Entity, Rule};
use crate::verify::client::Request;
use crate::verify::fault::{Stop, skip};
use crate::verify::states::Search;
use crate::verify::world::{Row, Who, World};
use serde_json::{Map, Value};

/// More edges of one rule tell nothing more.
const MOST_EDGES: usize = 4;

pub fn checks(suite: &mut Suite<'_, '_>) {
    let spec = suite.world.spec;
    for entity in &spec.entities {
        for (at, rule) in entity.rules.iter().enumerate() {
            let id = format!("rules/{}/{}", id_of(entity), at + 1);
            if entity.allows(Action::Create) {
                creates(suite, entity, rule, &id);
            }
            if entity.allows(Action::Create) && entity.allows(Action::Update) {
                updates(suite, entity, rule, &id);
            }
        }
    }
}

fn creates(suite: &mut Suite<'_, '_>, entity: &Entity, rule: &Rule, id: &str) {
    suite.check(
        format!("{id}/create-refused"),
        "A rule holds on create, over the row as it would be; a cross-field rule names its first field",
        |world| {
            let Some((body, _)) = state(world, entity, rule, |it| it.holds == Some(false))? else {
                return skip("no row breaks this rule alone");
            };
            refused(world, entity, rule, Request::post(World::path(entity), &Value::Object(body)))
        },
    );
    suite.check(format!("{id}/create-edge"), "`check` refuses only on false: exactly at the edge counts", |world| {
        let mut asked = 0;
        for nth in 0..MOST_EDGES {
            let mut left = nth;
            let edge = |it: &Case| {
                it.edge && {
                    left = left.wrapping_sub(1);
                    left == usize::MAX
                }
            };
            let Some((body, case)) = state(world, entity, rule, edge)? else { break };
            let request = Request::post(World::path(entity), &Value::Object(body));
            asked += 1;
            if case.holds == Some(false) {
                refused(world, entity, rule, request)?;
                continue;
            }
            let answer = world.master(request)?;
            let id = answer.status(201)?.string("id")?;
            world.remember(entity, &id);
        }
        if asked == 0 { skip("the rule has no edge") } else { Ok(()) }
    });
    suite.check(
        format!("{id}/create-unknown"),
        "any other comparison with null is unknown; `check` refuses only on false",
        |world| {
            let Some((body, _)) = state(world, entity, rule, |it| it.holds.is_none())? else {
                return skip("the rule is never unknown");
            };
            let answer = world.master(Request::post(World::path(entity), &Value::Object(body)))?;
            let id = answer.status(201)?.string("id")?;
            world.remember(entity, &id);
            Ok(())
        },
    );
}

fn updates(suite: &mut Suite<'_, '_>, entity: &Entity, rule: &Rule, id: &str) {
    suite.check(format!("{id}/patch-refused"), "A rule holds on update, over the row as it would be", |world| {
        let row = world.make(entity)?;
        let Some(changes) = change(world, entity, rule, &row, |it| it.holds == Some(false)) else {
            return skip("no change breaks this rule alone");
        };
        refused(world, entity, rule, Request::patch(World::row_path(entity, &row.id), &Value::Object(changes)))?;
        unchanged(world, entity, &row)
    });
    suite.check(format!("{id}/put-refused"), "A rule holds on update, over the row as it would be", |world| {
        let row = world.make(entity)?;
        let Some(changes) = change(world, entity, rule, &row, |it| it.holds == Some(false)) else {
            return skip("no change breaks this rule alone");
        };
        let mut body = row.sent.clone();
        body.extend(changes);
        refused(world, entity, rule, Request::put(World::row_path(entity, &row.id), &Value::Object(body)))?;
        unchanged(world, entity, &row)
    });
    suite.check(format!("{id}/patch-edge"), "`check` refuses only on false: exactly at the edge counts", |world| {
        let row = world.make(entity)?;
        let Some(changes) = change(world, entity, rule, &row, |it| it.edge && it.holds != Some(false)) else {
            return skip("no change leads to an edge that the rule allows");
        };
        world.master(Request::patch(World::row_path(entity, &row.id), &Value::Object(changes)))?.status(200)?;
        Ok(())
    });
    suite.check(format!("{id}/412-first"), "412 · 400 `VALIDATION_ERROR`", |world| {
        let row = world.make(entity)?;
        let Some(changes) = change(world, entity, rule, &row, |it| it.holds == Some(false)) else {
            return skip("no change breaks this rule alone");
        };
        let request = Request::patch(World::row_path(entity, &row.id), &Value::Object(changes));
        world.master(request.header("If-Match", "\"7\""))?.refused(412, "PRECONDITION_FAILED")?;
        Ok(())
    });
}

/// A body and its case.
type State = (Map<String, Value>, Case);

/// A body with which a rule is so.
fn state(
    world: &mut World<'_>,
    entity: &Entity,
    rule: &Rule,
    mut wanted: impl FnMut(&Case) -> bool,
) -> Result<Option<State>, Stop> {
    let mut body = world.body(entity, &Who::Admin)?;
    let start = world.seen(entity, &body);
    let search = Search { entity, who: &Who::Admin, condition: &rule.check, from: &body, change: false, writes: &[] };
    let found = world.reachable(&search);
    let Some(case) = found.into_iter().find(|case| wanted(case)) else { return Ok(None) };
    body.extend(world.changes(entity, &start, &case.new));
    Ok(Some((body, case)))
}

/// What to write over a row so that a rule is so.
fn change(
    world: &mut World<'_>,
    entity: &Entity,
    rule: &Rule,
    row: &Row,
    wanted: impl Fn(&Case) -> bool,
) -> Option<Map<String, Value>> {
    // Private fields are in what was sent alone.
    let mut value = row.sent.clone();
    value.extend(row.value.clone());
    let search = Search { entity, who: &Who::Admin, condition: &rule.check, from: &value, change: true, writes: &[] };
    let found = world.reachable(&search);
    let start = world.seen(entity, &value);
    let case = found.into_iter().find(|case| case.new != start && wanted(case));
    case.map(|case| world.changes(entity, &start, &case.new))
}

fn refused(world: &mut World<'_>, entity: &Entity, rule: &Rule, request: Request) -> Outcome {
    let answer = world.master(request)?;
    let Some(first) = rule.check.fields().first().copied() else { return skip("the rule reads no field") };
    let key = match entity.field(first) {
        Some(field) => world.key_of(&field.name),
        None => world.key(first),
    };
    answer.faults(&[(key, "rule")])?;
    Ok(())
}

fn unchanged(world: &mut World<'_>, entity: &Entity, row: &Row) -> Outcome {
    if !entity.allows(Action::Read) {
        return Ok(());
    }
    let answer = world.master(Request::get(World::row_path(entity, &row.id)))?;
    super::rows::same_row(&answer, &row.value)
}
