//! Writes that wait for consent.

use super::lists::items;
use super::rows::same_row;
use super::{ABSENT, Outcome, Suite, id_of};
use crate::spec::{Action, Approval, Case, Entity, Field, Grant};
use crate::verify::Exchange;
use crate::verify::client::Request;
use crate::verify::fault::{Fault, Stop, ensure, skip};
use crate::verify::states::{Search, granted};
use crate::verify::world::{Row, Who, World};
use serde_json::{Map, Value, json};

/// More edges of one condition tell nothing more.
const MOST_EDGES: usize = 4;
const STATUSES: [&str; 4] = ["pending", "approved", "rejected", "outdated"];

/// One rule of an entity, and who takes part.
#[derive(Clone, Copy)]
struct Consent<'s> {
    entity: &'s Entity,
    rule: &'s Approval,
}

/// A write that waits.
struct Asked {
    /// Its approval.
    id: String,
    requester: Who,
    approver: Who,
    /// The row that is to be written; nothing for one that is to be made.
    row: Option<Row>,
    /// The body of the write.
    change: Map<String, Value>,
    answer: Exchange,
}

pub fn checks(suite: &mut Suite<'_, '_>) {
    let spec = suite.world.spec;
    let mut first = None;
    for entity in &spec.entities {
        for (at, rule) in entity.approval.iter().enumerate() {
            let id = format!("approval/{}/{}", id_of(entity), at + 1);
            let consent = Consent { entity, rule };
            first.get_or_insert(consent);
            asking(suite, consent, &id);
            deciding(suite, consent, &id);
        }
    }
    if let Some(consent) = first {
        looking(suite, consent);
    }
}

fn asking(suite: &mut Suite<'_, '_>, consent: Consent<'_>, id: &str) {
    suite.check(
        format!("{id}/asked"),
        "A write that meets a rule's `when` → 202 `{approval}`, the row unchanged",
        |world| {
            let asked = ask(world, consent)?;
            shape(world, consent, &asked)?;
            match &asked.row {
                Some(row) => unchanged(world, consent.entity, row),
                None => Ok(()),
            }
        },
    );
    suite.check(format!("{id}/edge"), "`when` fires only on true: exactly at the edge counts", |world| {
        let mut count = 0;
        for nth in 0..MOST_EDGES {
            let mut left = nth;
            let edge = |it: &Case| {
                it.edge && {
                    left = left.wrapping_sub(1);
                    left == usize::MAX
                }
            };
            let (requester, _) = people(world, consent)?;
            let Some((_, _, case, answer)) = write(world, consent, &requester, edge)? else { break };
            count += 1;
            if case.holds == Some(true) {
                answer.status(202)?;
            } else {
                applied(consent, &answer)?;
            }
        }
        if count == 0 { skip("the condition has no edge that can be reached") } else { Ok(()) }
    });
    for (name, holds) in [("not-asked", Some(false)), ("unknown", None)] {
        suite.check(format!("{id}/{name}"), "`when` fires only on true", |world| {
            let (requester, _) = people(world, consent)?;
            match write(world, consent, &requester, |it| it.holds == holds)? {
                Some((_, _, _, answer)) => applied(consent, &answer),
                None => skip("no write is of this kind"),
            }
        });
    }
    suite.check(format!("{id}/by-approver"), "a write by one of its approvers is applied at once", |world| {
        let (_, approver) = people(world, consent)?;
        for who in [approver, Who::Admin] {
            if !writes(world, consent, &who, who == Who::User) {
                continue;
            }
            let Some((_, _, _, answer)) = write(world, consent, &who, |it| it.holds == Some(true))? else {
                // A condition about the caller's role may let an approver through anyhow.
                continue;
            };
            applied(consent, &answer)?;
        }
        Ok(())
    });
    suite.check(format!("{id}/400-and-412-first"), "412 · 400 `VALIDATION_ERROR` · … · 202", |world| {
        let asked = ask(world, consent)?;
        let mut change = asked.change.clone();
        change.insert("noSuchKey".into(), json!(1));
        let path = World::path(consent.entity);
        let row = asked.row.as_ref().map(|row| World::row_path(consent.entity, &row.id)).unwrap_or_default();
        match consent.rule.on {
            Action::Delete => {
                let request = Request::delete(row).header("If-Match", "\"77\"");
                world.send_as(&asked.requester, request)?.refused(412, "PRECONDITION_FAILED")?;
            }
            Action::Update => {
                let wrong = Request::patch(row.clone(), &Value::Object(change));
                world.send_as(&asked.requester, wrong)?.faults(&[("noSuchKey", "unknown")])?;
                let stale = Request::patch(row, &Value::Object(asked.change.clone())).header("If-Match", "\"77\"");
                world.send_as(&asked.requester, stale)?.refused(412, "PRECONDITION_FAILED")?;
            }
            _ => {
                let wrong = Request::post(path, &Value::Object(change));
                world.send_as(&asked.requester, wrong)?.faults(&[("noSuchKey", "unknown")])?;
            }
        }
        Ok(())
    });
    suite.check(format!("{id}/409-first"), "409 · 202", |world| conflict_first(world, consent));
    if consent.rule.on == Action::Update {
        suite.check(format!("{id}/put"), "A write that meets a rule's `when` → 202: `PUT` as well", |world| {
            let (requester, _) = people(world, consent)?;
            if !world.can_refer(consent.entity, &requester) {
                return skip("the caller may not read what the row has to refer to");
            }
            let Some((Some(row), change, ..)) = write(world, consent, &requester, |it| it.holds == Some(true))? else {
                return skip("no write meets this condition");
            };
            let mut body = row.sent.clone();
            body.extend(world.references(consent.entity, &requester)?);
            body.extend(change);
            let request = Request::put(World::row_path(consent.entity, &row.id), &Value::Object(body));
            let answer = world.send_as(&requester, request)?;
            answer.status(202)?;
            unchanged(world, consent.entity, &row)
        });
    }
}

fn deciding(suite: &mut Suite<'_, '_>, consent: Consent<'_>, id: &str) {
    suite.check(
        format!("{id}/approved"),
        "`POST /approvals/{id}/approve` → 200, applied in one transaction",
        |world| {
            let asked = ask(world, consent)?;
            let answer = decide(world, &asked, &asked.approver, "approve", None)?;
            decided(world, &asked, &answer, "approved")?;
            done(world, consent, &asked, &answer)?;
            for verb in ["approve", "reject"] {
                let reason = (verb == "reject").then_some("Too late.");
                decide(world, &asked, &asked.approver, verb, reason)?.refused(409, "CONFLICT")?;
            }
            Ok(())
        },
    );
    suite.check(
        format!("{id}/rejected"),
        "`POST /approvals/{id}/reject {reason}` (1–500) → 200; already decided → 409",
        |world| {
            let asked = ask(world, consent)?;
            let path = format!("/approvals/{}/reject", asked.id);
            let long = "x".repeat(501);
            for (body, rule) in [
                (json!({}), "required"),
                (json!({ "reason": null }), "required"),
                (json!({ "reason": "" }), "min"),
                (json!({ "reason": long }), "max"),
                (json!({ "reason": 5 }), "type"),
            ] {
                world.send_as(&asked.approver, Request::post(path.clone(), &body))?.faults(&[("reason", rule)])?;
            }
            let reason = "é".repeat(500);
            let answer = decide(world, &asked, &asked.approver, "reject", Some(&reason))?;
            decided(world, &asked, &answer, "rejected")?;
            answer.holds("reason", &json!(reason))?;
            if let Some(row) = &asked.row {
                unchanged(world, consent.entity, row)?;
            }
            for verb in ["approve", "reject"] {
                let reason = (verb == "reject").then_some("Again.");
                decide(world, &asked, &asked.approver, verb, reason)?.refused(409, "CONFLICT")?;
            }
            Ok(())
        },
    );
    suite.check(format!("{id}/others"), "others see what they asked for (404 otherwise, 403 to decide)", |world| {
        let asked = ask(world, consent)?;
        for verb in ["approve", "reject"] {
            let reason = (verb == "reject").then_some("No.");
            decide(world, &asked, &Who::Anonymous, verb, reason)?.refused(401, "UNAUTHORIZED")?;
            decide(world, &asked, &asked.requester, verb, reason)?.refused(403, "FORBIDDEN")?;
            let stranger = stranger(&asked)?;
            let answer = decide(world, &asked, &stranger, verb, reason)?;
            ensure(matches!(answer.status, 403 | 404), &answer, "403 or 404", answer.status.to_string())?;
        }
        let answer = world.master(Request::get(format!("/approvals/{}", asked.id)))?;
        answer.status(200)?.holds("status", &json!("pending"))?;
        Ok(())
    });
    if consent.rule.on != Action::Create {
        suite.check(format!("{id}/outdated"), "Row changed meanwhile → 409 and `outdated`", |world| {
            let asked = ask(world, consent)?;
            let Some(row) = &asked.row else { return skip("there is no row") };
            let (field, value) = super::rows::changeable(world, consent.entity, row)?;
            let body = json!({ world.key_of(&field.name): value });
            world.master(Request::patch(World::row_path(consent.entity, &row.id), &body))?.status(200)?;
            decide(world, &asked, &asked.approver, "approve", None)?.refused(409, "CONFLICT")?;
            let answer = world.send_as(&asked.approver, Request::get(format!("/approvals/{}", asked.id)))?;
            answer.status(200)?.holds("status", &json!("outdated"))?;
            decide(world, &asked, &asked.approver, "approve", None)?.refused(409, "CONFLICT")?;
            Ok(())
        });
    }
}

fn looking(suite: &mut Suite<'_, '_>, consent: Consent<'_>) {
    suite.check(
        "approval/seen",
        "Approvers … see all of theirs; others see what they asked for (404 otherwise)",
        |world| {
            let asked = ask(world, consent)?;
            let get = Request::get(format!("/approvals/{}", asked.id));
            for who in [&asked.requester, &asked.approver, &Who::Admin] {
                world.send_as(who, get.clone())?.status(200)?.holds("id", &json!(asked.id))?;
            }
            world.send_as(&stranger(&asked)?, get.clone())?.refused(404, "NOT_FOUND")?;
            world.send_as(&Who::Anonymous, get)?.refused(401, "UNAUTHORIZED")?;
            world.master(Request::get(format!("/approvals/{ABSENT}")))?.refused(404, "NOT_FOUND")?;
            world.master(Request::get("/approvals/no-id"))?.faults(&[("id", "format")])?;
            Ok(())
        },
    );
    suite.check(
        "approval/list",
        "`GET /approvals`: approvers see all of theirs, others what they asked for",
        |world| {
            let asked = ask(world, consent)?;
            let row = asked.row.as_ref().map(|it| it.id.clone());
            let mut query = vec![("status".to_owned(), "pending".to_owned()), ("limit".to_owned(), "100".to_owned())];
            if let Some(id) = row {
                query.push((world.key("row_id"), id));
            }
            for who in [asked.requester.clone(), asked.approver.clone(), Who::Admin] {
                let answer = world.send_as(&who, Request::get("/approvals").query(&query))?;
                let seen = items(&answer)?.iter().any(|it| it["id"] == json!(asked.id));
                ensure(seen, &answer, "the approval in the list", answer.text())?;
            }
            let answer = world.send_as(&stranger(&asked)?, Request::get("/approvals").query(&query))?;
            let seen = items(&answer)?.iter().any(|it| it["id"] == json!(asked.id));
            ensure(!seen, &answer, "no approval of another", answer.text())?;
            world.send_as(&Who::Anonymous, Request::get("/approvals"))?.refused(401, "UNAUTHORIZED")?;
            Ok(())
        },
    );
    suite.check("approval/filters", "`GET /approvals` (filter `status entity rowId`)", |world| {
        let asked = ask(world, consent)?;
        let name = consent.entity.name.declared();
        for status in STATUSES {
            let answer = world.master(Request::get("/approvals").query(&[("status", status), ("entity", name)]))?;
            let all = items(&answer)?.iter().all(|it| it["status"] == json!(status) && it["entity"] == json!(name));
            ensure(all, &answer, format!("approvals of {name} that are {status}"), answer.text())?;
        }
        let (row_id, id) = (world.key("row_id"), asked.row.map_or(ABSENT.to_owned(), |it| it.id));
        let answer = world.master(Request::get("/approvals").query(&[(row_id.as_str(), id.as_str())]))?;
        let all = items(&answer)?.iter().all(|it| it[&row_id] == json!(id));
        ensure(all, &answer, format!("approvals of the row {id}"), answer.text())?;
        for (key, value) in [("status", "nothing"), ("noSuchThing", "1"), (row_id.as_str(), "no-id"), ("limit", "0")] {
            let answer = world.master(Request::get("/approvals").query(&[(key, value)]))?;
            answer.refused(400, "VALIDATION_ERROR")?;
        }
        Ok(())
    });
}

/// A write that takes the unique value of another row waits for nobody.
fn conflict_first(world: &mut World<'_>, consent: Consent<'_>) -> Outcome {
    let entity = consent.entity;
    let unique = |it: &&Field| it.unique && !it.read_only && !it.private;
    let field =
        entity.fields.iter().filter(unique).find(|it| !consent.rule.when.fields().contains(&it.name.declared()));
    let Some(field) = field.filter(|_| consent.rule.on != Action::Delete) else {
        return skip("a write of this kind takes no unique value");
    };
    let (asked, key) = (ask(world, consent)?, world.key_of(&field.name));
    let other = world.make(entity)?;
    let mut body = asked.change.clone();
    body.insert(key.clone(), other.value[&key].clone());
    let body = Value::Object(body);
    let request = match &asked.row {
        Some(row) => Request::patch(World::row_path(entity, &row.id), &body),
        None => Request::post(World::path(entity), &body),
    };
    world.send_as(&asked.requester, request)?.taken(&[key])?;
    Ok(())
}

/// Somebody who may write and needs consent, and somebody who gives it.
fn people(world: &World<'_>, consent: Consent<'_>) -> Result<(Who, Who), Stop> {
    let Consent { entity, rule } = consent;
    let roles = world.spec.auth.roles.iter().map(|role| Who::Role(role.clone()));
    let all: Vec<Who> = [Who::User].into_iter().chain(roles).chain([Who::Admin]).collect();
    // A row of the requester's own, where he can make one.
    let owner = world.can_make(entity, &Who::User);
    let own = |who: &Who| *who == Who::User && owner && !rule.approvers.contains(&Grant::Owner);
    let approves = |who: &Who| granted(&rule.approvers, who, false);
    let writes = |who: &Who| writes(world, consent, who, own(who));
    let Some(requester) = all.iter().find(|who| writes(who) && !approves(who)) else {
        return skip("nobody but its approvers may write");
    };
    // Approvers who are none by owning the row.
    let Some(approver) = all.iter().find(|who| approves(who)) else { return skip("there is no approver") };
    Ok((requester.clone(), approver.clone()))
}

/// Whether somebody may make such a write: a row has to be read before it can be changed, and so has what a new one
/// refers to.
fn writes(world: &World<'_>, consent: Consent<'_>, who: &Who, own: bool) -> bool {
    let Consent { entity, rule } = consent;
    let sees = match rule.on {
        Action::Create => world.can_refer(entity, who),
        _ => granted(entity.access.of(Action::Read), who, own),
    };
    sees && granted(entity.access.of(rule.on), who, own)
}

/// The row, what is written over it, the case, and the answer.
type Written = (Option<Row>, Map<String, Value>, Case, Exchange);

/// Makes a write for which the condition is so.
fn write(
    world: &mut World<'_>,
    consent: Consent<'_>,
    who: &Who,
    mut wanted: impl FnMut(&Case) -> bool,
) -> Result<Option<Written>, Stop> {
    let Consent { entity, rule } = consent;
    let path = World::path(entity);
    if rule.on == Action::Create {
        let mut body = world.body(entity, who)?;
        let start = world.seen(entity, &body);
        let writes = [Action::Create];
        let search = Search { entity, who, condition: &rule.when, from: &body, change: false, writes: &writes };
        let Some(case) = world.reachable(&search).into_iter().find(|case| wanted(case)) else { return Ok(None) };
        body.extend(world.changes(entity, &start, &case.new));
        let answer = world.send_as(who, Request::post(path, &Value::Object(body.clone())))?;
        if answer.status == 201 {
            let id = answer.string("id")?;
            world.remember(entity, &id);
        }
        return Ok(Some((None, body, case, answer)));
    }
    let maker = if *who == Who::User && world.can_make(entity, who) { Who::User } else { Who::Admin };
    if rule.on == Action::Delete {
        let body = world.body(entity, &maker)?;
        let start = world.seen(entity, &body);
        let writes = [Action::Create, Action::Delete];
        let search = Search { entity, who, condition: &rule.when, from: &body, change: false, writes: &writes };
        let Some(case) = world.reachable(&search).into_iter().find(|case| wanted(case)) else { return Ok(None) };
        let mut given = body;
        given.extend(world.changes(entity, &start, &case.new));
        for field in rule.when.fields().iter().filter_map(|name| entity.field(name)).filter(|it| !it.read_only) {
            given.insert(world.key_of(&field.name), case.new[field.name.declared()].clone());
        }
        let row = world.made_so(entity, &maker, &given)?;
        let answer = world.send_as(who, Request::delete(World::row_path(entity, &row.id)))?;
        return Ok(Some((Some(row), Map::new(), case, answer)));
    }
    let row = world.make_with(entity, &maker, &Map::new())?;
    let mut value = row.sent.clone();
    value.extend(row.value.clone());
    let start = world.seen(entity, &value);
    let writes = [Action::Update];
    let search = Search { entity, who, condition: &rule.when, from: &value, change: true, writes: &writes };
    let Some(case) = world.reachable(&search).into_iter().find(|case| case.new != start && wanted(case)) else {
        return Ok(None);
    };
    let change = world.changes(entity, &start, &case.new);
    let answer =
        world.send_as(who, Request::patch(World::row_path(entity, &row.id), &Value::Object(change.clone())))?;
    Ok(Some((Some(row), change, case, answer)))
}

/// Asks for consent.
fn ask(world: &mut World<'_>, consent: Consent<'_>) -> Result<Asked, Stop> {
    let (requester, approver) = people(world, consent)?;
    let Some((row, change, _, answer)) = write(world, consent, &requester, |it| it.holds == Some(true))? else {
        return skip("no write meets this condition");
    };
    let body = answer.status(202)?.object()?;
    let id = body.get("approval").and_then(|it| it["id"].as_str()).map(str::to_owned);
    let Some(id) = id else {
        return Err(Fault::new("`{approval}` with an id", answer.text()).shown_by(&answer).into());
    };
    Ok(Asked { id, requester, approver, row, change, answer })
}

fn shape(world: &mut World<'_>, consent: Consent<'_>, asked: &Asked) -> Outcome {
    let Consent { entity, rule } = consent;
    let body = asked.answer.object()?;
    let alone = body.len() == 1;
    ensure(alone, &asked.answer, "the key `approval` alone", asked.answer.text())?;
    let approval = &body["approval"];
    let keys = [
        "id",
        "entity",
        "row_id",
        "action",
        "status",
        "reason",
        "requested_by",
        "decided_by",
        "created_at",
        "decided_at",
        "change",
    ];
    let mut wanted: Vec<String> = keys.iter().map(|it| world.key(it)).collect();
    let mut got: Vec<String> = approval.as_object().into_iter().flat_map(|it| it.keys().cloned()).collect();
    wanted.sort();
    got.sort();
    ensure(got == wanted, &asked.answer, format!("the keys {}", wanted.join(", ")), got.join(", "))?;
    let requester = world.of(&asked.requester)?.id;
    let row = asked.row.as_ref().map_or(Value::Null, |it| json!(it.id));
    for (key, value) in [
        ("entity", json!(entity.name.declared())),
        ("row_id", row),
        ("action", json!(rule.on.id())),
        ("status", json!("pending")),
        ("reason", Value::Null),
        ("requested_by", json!(requester)),
        ("decided_by", Value::Null),
        ("decided_at", Value::Null),
    ] {
        let key = world.key(key);
        let got = &approval[&key];
        // The id of a row that is to be made may be known already.
        let open = rule.on == Action::Create && key == world.key("row_id");
        ensure(open || *got == value, &asked.answer, format!("`{key}` to be {value}"), got.to_string())?;
    }
    let private = |key: &String| entity.fields.iter().any(|it| it.private && world.key_of(&it.name) == *key);
    let change = approval["change"].as_object().cloned().unwrap_or_default();
    let missing: Vec<_> = asked.change.keys().filter(|it| !private(it) && !change.contains_key(*it)).collect();
    // A create writes every key, those that were left out with their defaults.
    let written = |key: &String| rule.on == Action::Create || asked.change.contains_key(key);
    let extra: Vec<_> = change.keys().filter(|it| !written(it)).collect();
    let same = missing.is_empty() && extra.is_empty();
    let got = format!("without {missing:?}, with {extra:?}");
    ensure(same, &asked.answer, "`change` of the written keys", got)?;
    let told =
        change.iter().any(|(key, value)| private(key) && asked.change.get(key) == Some(value) && !value.is_null());
    ensure(!told, &asked.answer, "no value of a private field", asked.answer.text())?;
    Ok(())
}

/// Somebody who has no part in it.
fn stranger(asked: &Asked) -> Result<Who, Stop> {
    if asked.requester == Who::Other || asked.approver == Who::Other {
        skip("everybody has a part")
    } else {
        Ok(Who::Other)
    }
}

fn decide(
    world: &mut World<'_>,
    asked: &Asked,
    who: &Who,
    verb: &str,
    reason: Option<&str>,
) -> Result<Exchange, Fault> {
    let path = format!("/approvals/{}/{verb}", asked.id);
    match reason {
        Some(reason) => world.send_as(who, Request::post(path, &json!({ "reason": reason }))),
        None => world.send_as(who, Request::new("POST", path)),
    }
}

fn decided(world: &mut World<'_>, asked: &Asked, answer: &Exchange, status: &str) -> Outcome {
    let approver = world.of(&asked.approver)?.id;
    answer.status(200)?.holds("status", &json!(status))?.holds("id", &json!(asked.id))?;
    answer.holds(&world.key("decided_by"), &json!(approver))?;
    let key = world.key("decided_at");
    let at = answer.string(&key)?;
    let canonical = crate::spec::datetime(&at).is_some_and(|it| it == at);
    ensure(canonical, answer, format!("`{key}` in UTC with three fraction digits"), at)?;
    let again = world.send_as(&asked.requester, Request::get(format!("/approvals/{}", asked.id)))?;
    again.status(200)?.holds("status", &json!(status))?;
    Ok(())
}

/// What was asked for has been done.
fn done(world: &mut World<'_>, consent: Consent<'_>, asked: &Asked, answer: &Exchange) -> Outcome {
    let entity = consent.entity;
    if !entity.allows(Action::Read) {
        return Ok(());
    }
    let id = match &asked.row {
        Some(row) => row.id.clone(),
        None => answer.string(&world.key("row_id"))?,
    };
    let now = world.master(Request::get(World::row_path(entity, &id)))?;
    if consent.rule.on == Action::Delete {
        now.refused(404, "NOT_FOUND")?;
        return Ok(());
    }
    let version = if asked.row.is_some() { 2 } else { 1 };
    now.status(200)?.holds("version", &json!(version))?;
    if asked.row.is_none() {
        world.remember(entity, &id);
        if entity.has_owner() {
            let requester = world.of(&asked.requester)?.id;
            now.holds(&world.key("owner_id"), &json!(requester))?;
        }
    }
    for field in entity.fields.iter().filter(|it| !it.private) {
        let key = world.key_of(&field.name);
        if let Some(value) = asked.change.get(&key) {
            now.holds(&key, &super::rows::answered(world.spec, field, value))?;
        }
    }
    Ok(())
}

/// A write that needed no consent.
fn applied(consent: Consent<'_>, answer: &Exchange) -> Outcome {
    answer.status(match consent.rule.on {
        Action::Create => 201,
        Action::Delete => 204,
        _ => 200,
    })?;
    Ok(())
}

fn unchanged(world: &mut World<'_>, entity: &Entity, row: &Row) -> Outcome {
    if !entity.allows(Action::Read) {
        return Ok(());
    }
    same_row(&world.master(Request::get(World::row_path(entity, &row.id)))?, &row.value)
}
