//! Commands: who may, when they are possible, what they accept, what they do.

use super::rows::{answered, same_row};
use super::{ABSENT, Outcome, Suite, id_of};
use crate::spec::{Action, Case, Command, Entity, Expression, ExpressionKind, Grant, Literal, Rule, ValueType, holds};
use crate::verify::Exchange;
use crate::verify::client::Request;
use crate::verify::fault::{Stop, ensure, skip};
use crate::verify::states::{Search, granted, now};
use crate::verify::world::{Row, Who, World};
use serde_json::{Map, Value, json};

pub fn checks(suite: &mut Suite<'_, '_>) {
    let spec = suite.world.spec;
    for entity in spec.entities.iter().filter(|it| it.allows(Action::Create)) {
        for command in &entity.commands {
            let id = format!("commands/{}/{}", id_of(entity), command.name.kebab());
            done(suite, entity, command, &id);
            input(suite, entity, command, &id);
            if spec.has_auth() {
                for who in callers(suite) {
                    let name = match &who {
                        Who::Anonymous => "anonymous".to_owned(),
                        Who::User => "owner".to_owned(),
                        Who::Other => "user".to_owned(),
                        Who::Role(role) => role.clone(),
                        Who::Admin => "admin".to_owned(),
                    };
                    suite.check(format!("{id}/access/{name}"), "access as declared", |world| {
                        access(world, entity, command, &who)
                    });
                }
            }
        }
    }
}

fn callers(suite: &Suite<'_, '_>) -> Vec<Who> {
    let own = suite.world.spec.auth.roles.iter().map(|role| Who::Role(role.clone()));
    [Who::Anonymous, Who::Other, Who::User].into_iter().chain(own).chain([Who::Admin]).collect()
}

fn done(suite: &mut Suite<'_, '_>, entity: &Entity, command: &Command, id: &str) {
    suite.check(format!("{id}/done"), "`POST /orders/{id}/pay {input}` → 200, the row", |world| {
        let row = ready(world, entity, command, &Who::Admin)?;
        let request = ask(world, entity, command, &row.id);
        let answer = world.master(request)?;
        let version = next_version(&row);
        answer.status(200)?.has_header("etag", &format!("\"{version}\""))?;
        let updated = world.key("updated_at");
        let mut wanted = row.value.clone();
        for (name, value) in &command.set {
            let Some(field) = entity.field(name).filter(|it| !it.private) else { continue };
            wanted.insert(world.key_of(&field.name), answered(world.spec, field, value));
        }
        wanted.insert("version".into(), json!(version));
        wanted.insert(updated.clone(), json!(answer.string(&updated)?));
        same_row(&answer, &wanted)?;
        if entity.allows(Action::Read) {
            same_row(&world.master(Request::get(World::row_path(entity, &row.id)))?, &wanted)?;
        }
        Ok(())
    });
    if command.when.is_some() {
        suite.check(format!("{id}/not-now"), "`when` not met → 409", |world| {
            let row = not_ready(world, entity, command, |it| it.holds == Some(false))?;
            conflict(world, entity, command, &row)
        });
        suite.check(format!("{id}/unknown"), "`when` fires only on true", |world| {
            let row = not_ready(world, entity, command, |it| it.holds.is_none())?;
            conflict(world, entity, command, &row)
        });
        suite.check(format!("{id}/edge"), "`when`: exactly at the edge counts", |world| {
            let Some((row, case)) = made(world, entity, command, &Who::Admin, |it| it.edge)? else {
                return skip("the condition has no edge");
            };
            if case.holds != Some(true) {
                return conflict(world, entity, command, &row);
            }
            let request = ask(world, entity, command, &row.id);
            world.master(request)?.status(200)?;
            Ok(())
        });
    }
    suite.check(format!("{id}/if-match"), "`If-Match` on … commands: another or a garbled tag → 412", |world| {
        let row = ready(world, entity, command, &Who::Admin)?;
        let request = ask(world, entity, command, &row.id);
        for tag in ["\"99\"", "garbled"] {
            world.master(request.clone().header("If-Match", tag))?.refused(412, "PRECONDITION_FAILED")?;
        }
        world.master(request.header("If-Match", format!("\"{}\"", next_version(&row) - 1)))?.status(200)?;
        Ok(())
    });
    suite.check(format!("{id}/absent"), "400 malformed id · 404 row; 405 with `Allow`", |world| {
        let absent = ask(world, entity, command, ABSENT);
        world.master(absent)?.refused(404, "NOT_FOUND")?;
        let malformed = ask(world, entity, command, "no-id");
        world.master(malformed)?.faults(&[("id", "format")])?;
        let answer = world.master(Request::get(path(entity, command, ABSENT)))?;
        answer.refused(405, "METHOD_NOT_ALLOWED")?;
        let allow = answer.header("allow").unwrap_or("none");
        ensure(allow.contains("POST"), &answer, "POST in Allow", allow)?;
        Ok(())
    });
}

fn input(suite: &mut Suite<'_, '_>, entity: &Entity, command: &Command, id: &str) {
    if command.input.is_empty() {
        return;
    }
    suite.check(format!("{id}/input-keys"), "an unknown key → 400", |world| {
        let row = ready(world, entity, command, &Who::Admin)?;
        let mut body = body(world, command);
        body.insert("noSuchKey".into(), json!(1));
        let request = Request::post(path(entity, command, &row.id), &Value::Object(body));
        world.master(request)?.faults(&[("noSuchKey", "unknown")])?;
        unchanged(world, entity, &row)
    });
    for field in &command.input {
        suite.check(format!("{id}/input/{}", field.name.kebab()), "400 `VALIDATION_ERROR`: its first rule", |world| {
            let row = ready(world, entity, command, &Who::Admin)?;
            let key = world.key_of(&field.name);
            let samples = crate::spec::samples_of(field, None, &world.spec.enums, 0);
            let path = path(entity, command, &row.id);
            let inside = field.list.is_some();
            let refused = [(samples.too_low, false), (samples.too_high, false), (samples.wrong, inside)];
            for (refused, inside) in refused.into_iter().filter_map(|(it, inside)| Some((it?, inside))) {
                let mut body = body(world, command);
                body.insert(key.clone(), refused.value);
                let place = if inside { format!("{key}[0]") } else { key.clone() };
                let answer = world.master(Request::post(path.clone(), &Value::Object(body)))?;
                answer.faults(&[(place, refused.rule)])?;
            }
            if field.required && field.default.is_none() {
                for value in [None, Some(Value::Null)] {
                    let mut body = body(world, command);
                    body.remove(&key);
                    body.extend(value.map(|it| (key.clone(), it)));
                    let answer = world.master(Request::post(path.clone(), &Value::Object(body)))?;
                    answer.faults(&[(key.clone(), "required")])?;
                }
            }
            unchanged(world, entity, &row)
        });
    }
    if command.when.is_some() {
        suite.check(format!("{id}/400-before-409"), "400 `VALIDATION_ERROR` · 409", |world| {
            let row = not_ready(world, entity, command, |it| it.holds == Some(false))?;
            let mut body = body(world, command);
            body.insert("noSuchKey".into(), json!(1));
            let request = Request::post(path(entity, command, &row.id), &Value::Object(body));
            world.master(request)?.faults(&[("noSuchKey", "unknown")])?;
            Ok(())
        });
    }
}

/// The path of a command of a row.
pub fn path(entity: &Entity, command: &Command, id: &str) -> String {
    format!("{}/{}", World::row_path(entity, id), command.name.kebab())
}

/// Input that is right.
pub fn body(world: &mut World<'_>, command: &Command) -> Map<String, Value> {
    let seed = world.next();
    let value = |field| crate::spec::samples_of(field, None, &world.spec.enums, seed).typical;
    command.input.iter().map(|field| (world.key_of(&field.name), value(field))).collect()
}

/// The request with input that is right.
pub fn ask(world: &mut World<'_>, entity: &Entity, command: &Command, id: &str) -> Request {
    let path = path(entity, command, id);
    if command.input.is_empty() {
        return Request::new("POST", path);
    }
    let body = body(world, command);
    Request::post(path, &Value::Object(body))
}

/// So many bodies are tried before no row counts as possible.
const MOST_BODIES: usize = 8;

/// Makes a row for which the command's condition is so, and which keeps the rules when the command is done.
fn made(
    world: &mut World<'_>,
    entity: &Entity,
    command: &Command,
    who: &Who,
    wanted: impl Fn(&Case) -> bool,
) -> Result<Option<(Row, Case)>, Stop> {
    let always = Expression {
        kind: ExpressionKind::Literal(Literal::Boolean(true)),
        value_type: ValueType::Boolean,
        nullable: false,
    };
    let condition = command.when.as_ref().unwrap_or(&always);
    for _ in 0..MOST_BODIES {
        let mut body = world.body(entity, who)?;
        let start = world.seen(entity, &body);
        let writes = [Action::Create];
        let search = Search { entity, who, condition, from: &body, change: false, writes: &writes };
        let found = world.reachable(&search);
        let Some(case) = found.into_iter().find(|case| wanted(case) && keeps(entity, command, case)) else { continue };
        body.extend(world.changes(entity, &start, &case.new));
        let request = Request::post(World::path(entity), &Value::Object(body.clone()));
        let answer = world.send_as(who, request)?;
        if answer.status == 409 {
            // Another row has one of its values.
            continue;
        }
        let id = answer.status(201)?.string("id")?;
        world.remember(entity, &id);
        return Ok(Some((Row { id, value: answer.object()?, sent: body }, case)));
    }
    Ok(None)
}

/// Whether the row that a command leaves breaks no rule.
fn keeps(entity: &Entity, command: &Command, case: &Case) -> bool {
    let mut after = case.clone();
    after.new.extend(command.set.iter().cloned());
    let now = now();
    let broken = |rule: &Rule| holds(&rule.check, &after.facts(&now)) == Some(false);
    !entity.rules.iter().any(broken)
}

/// A new row that the command is possible for, if need be once other commands have led there.
pub fn ready(world: &mut World<'_>, entity: &Entity, command: &Command, who: &Who) -> Result<Row, Stop> {
    match led(world, entity, command, who, &mut Vec::new())? {
        Some(row) => Ok(row),
        None => skip("no row can be made that the command is possible for"),
    }
}

fn led<'e>(
    world: &mut World<'_>,
    entity: &'e Entity,
    command: &'e Command,
    who: &Who,
    above: &mut Vec<&'e str>,
) -> Result<Option<Row>, Stop> {
    if let Some((row, _)) = made(world, entity, command, who, |it| it.holds == Some(true))? {
        return Ok(Some(row));
    }
    let Some(when) = &command.when else { return Ok(None) };
    above.push(command.name.declared());
    let body = world.body(entity, who)?;
    let start = world.seen(entity, &body);
    for step in entity.commands.iter().filter(|it| !above.contains(&it.name.declared())).collect::<Vec<_>>() {
        let mut after = start.clone();
        after.extend(step.set.iter().cloned());
        if step.set.is_empty() || !lets(world, when, after) {
            continue;
        }
        let Some(row) = led(world, entity, step, who, above)? else { continue };
        let request = ask(world, entity, step, &row.id);
        let value = world.master(request)?.status(200)?.object()?;
        let after = world.seen(entity, &value);
        if lets(world, when, after) {
            above.pop();
            return Ok(Some(Row { value, ..row }));
        }
    }
    above.pop();
    Ok(None)
}

/// Whether a condition holds for an admin and a row that is as it was.
fn lets(world: &World<'_>, when: &Expression, seen: Map<String, Value>) -> bool {
    let case = Case { new: seen.clone(), old: seen, actor: world.actor(&Who::Admin), holds: None, edge: false };
    holds(when, &case.facts(&now())) == Some(true)
}

/// The version of a row after one more write.
pub fn next_version(row: &Row) -> i64 {
    row.value.get("version").and_then(Value::as_i64).unwrap_or_default() + 1
}

/// A row that the command is not possible for, if need be since it has been done already.
pub fn not_ready(
    world: &mut World<'_>,
    entity: &Entity,
    command: &Command,
    wanted: impl Fn(&Case) -> bool,
) -> Result<Row, Stop> {
    if let Some((row, _)) = made(world, entity, command, &Who::Admin, &wanted)? {
        return Ok(row);
    }
    let row = ready(world, entity, command, &Who::Admin)?;
    let request = ask(world, entity, command, &row.id);
    let answer = world.master(request)?;
    let value = answer.status(200)?.object()?;
    let seen = world.seen(entity, &value);
    let case = Case { new: seen.clone(), old: seen, actor: world.actor(&Who::Admin), holds: None, edge: false };
    let holds = command.when.as_ref().and_then(|when| holds(when, &case.facts(&now())));
    if !wanted(&Case { holds, ..case }) {
        return skip("no row of this kind can be made");
    }
    Ok(Row { value, ..row })
}

fn conflict(world: &mut World<'_>, entity: &Entity, command: &Command, row: &Row) -> Outcome {
    let request = ask(world, entity, command, &row.id);
    world.master(request)?.refused(409, "CONFLICT")?;
    unchanged(world, entity, row)
}

pub fn unchanged(world: &mut World<'_>, entity: &Entity, row: &Row) -> Outcome {
    if !entity.allows(Action::Read) {
        return Ok(());
    }
    same_row(&world.master(Request::get(World::row_path(entity, &row.id)))?, &row.value)
}

fn access(world: &mut World<'_>, entity: &Entity, command: &Command, who: &Who) -> Outcome {
    let own = *who == Who::User;
    if own && !world.can_make(entity, &Who::User) {
        return skip("nobody of role `user` can make a row");
    }
    let row = ready(world, entity, command, if own { &Who::User } else { &Who::Admin })?;
    let request = ask(world, entity, command, &row.id);
    let answer = world.send_as(who, request)?;
    let some_own = *who != Who::Anonymous && command.access.contains(&Grant::Owner);
    let sees = granted(&entity.access.read, who, own);
    if granted(&command.access, who, own) && sees {
        answer.status(200)?;
    } else if granted(&command.access, who, own) {
        answer.refused(404, "NOT_FOUND")?;
    } else if *who == Who::Anonymous {
        answer.refused(401, "UNAUTHORIZED")?;
    } else if some_own && !sees {
        answer.refused(404, "NOT_FOUND")?;
    } else {
        answer.refused(403, "FORBIDDEN")?;
    }
    still(world, entity, &row, &answer)
}

/// A refused command changes nothing.
fn still(world: &mut World<'_>, entity: &Entity, row: &Row, answer: &Exchange) -> Outcome {
    if answer.status == 200 { Ok(()) } else { unchanged(world, entity, row) }
}
