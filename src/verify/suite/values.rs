//! Values: what each field accepts at its limits, and what it refuses just beyond them.

use super::rows::answered;
use super::{Outcome, Suite, id_of};
use crate::spec::{Action, Entity, Field, FieldKind, check_value};
use crate::verify::client::Request;
use crate::verify::fault::skip;
use crate::verify::world::{Who, World};
use crate::verify::{Exchange, Fault, Stop};
use serde_json::{Map, Value, json};

pub fn checks(suite: &mut Suite<'_, '_>) {
    let spec = suite.world.spec;
    for entity in spec.entities.iter().filter(|it| it.allows(Action::Create)) {
        for field in entity.fields.iter().filter(|it| !it.read_only) {
            let id = format!("values/{}/{}", id_of(entity), field.name.kebab());
            suite.check(
                format!("{id}/accepted"),
                "every field's boundaries are accepted and answered in one form",
                |world| accepted(world, entity, field),
            );
            suite.check(
                format!("{id}/refused"),
                "its first of `type format enum scale min max above below pattern`",
                |world| refused(world, entity, field),
            );
            suite.check(format!("{id}/strict"), "Types are strict: `\"5\"` is no integer, `1` no boolean", |world| {
                strict(world, entity, field)
            });
            if field.unique {
                suite.check(
                    format!("{id}/unique"),
                    "unique value taken (details name the fields, rule `unique`)",
                    |world| unique(world, entity, field),
                );
            }
            if field.private {
                suite.check(
                    format!("{id}/private"),
                    "`private` (accepted, never answered, filtered, sorted)",
                    |world| private(world, entity, field),
                );
            }
        }
        for (at, fields) in entity.unique.iter().enumerate() {
            let id = format!("values/{}/unique-{}", id_of(entity), at + 1);
            suite.check(id, "composite keys: unique value taken (details name the fields)", |world| {
                composite(world, entity, fields)
            });
        }
    }
}

/// Sends a row with this value; one that is made goes at once, so that a unique value is free for the next one.
fn send(world: &mut World<'_>, entity: &Entity, key: &str, value: Value) -> Result<Exchange, Stop> {
    let (_, answer) = world.post(entity, &Who::Admin, &Map::from_iter([(key.to_owned(), value)]))?;
    if answer.status == 201 && entity.allows(Action::Delete) {
        let id = answer.string("id")?;
        world.master(Request::delete(World::row_path(entity, &id)))?;
    }
    Ok(answer)
}

/// The same; nothing when a rule forbids the value whatever the rest of the row is.
fn send_if_let(world: &mut World<'_>, entity: &Entity, key: &str, value: Value) -> Result<Option<Exchange>, Stop> {
    let given = Map::from_iter([(key.to_owned(), value.clone())]);
    let mut body = world.body(entity, &Who::Admin)?;
    body.extend(given.clone());
    let body = world.fitted(entity, &Who::Admin, body, &given);
    if world.lets(entity, &Who::Admin, &body, None) { send(world, entity, key, value).map(Some) } else { Ok(None) }
}

/// Other ways to write a value, and what they are answered as.
fn spellings(field: &Field) -> Vec<(Value, Value)> {
    if field.list.is_some() {
        return Vec::new();
    }
    let pairs: Vec<(&str, &str)> = match &field.kind {
        FieldKind::Uuid => vec![("019A0000-0000-7000-8000-00000000ABCD", "019a0000-0000-7000-8000-00000000abcd")],
        FieldKind::DateTime { .. } => vec![
            ("2026-01-31T09:30:00Z", "2026-01-31T09:30:00.000Z"),
            ("2026-01-31T11:30:00.1239+02:00", "2026-01-31T09:30:00.123Z"),
            ("2026-01-31t09:30:00.5z", "2026-01-31T09:30:00.500Z"),
        ],
        FieldKind::Email => vec![("  Verify.Person@Example.COM ", "verify.person@example.com")],
        FieldKind::String { pattern: None, .. } | FieldKind::Text { .. } => {
            vec![("  two  spaces ", "  two  spaces "), ("čaj 🍵 “x” \\ ' <b>", "čaj 🍵 “x” \\ ' <b>")]
        }
        _ => Vec::new(),
    };
    pairs.into_iter().map(|(sent, got)| (json!(sent), json!(got))).collect()
}

fn accepted(world: &mut World<'_>, entity: &Entity, field: &Field) -> Outcome {
    let key = world.key_of(&field.name);
    let seed = world.seed(entity);
    let samples = world.samples(entity, field, seed);
    let plain = [Some(samples.typical), samples.lowest, samples.highest].into_iter().flatten();
    let mut values: Vec<(Value, Value)> =
        plain.map(|value| (value.clone(), answered(world.spec, field, &value))).collect();
    for (sent, got) in spellings(field) {
        let fits = check_value(&field.kind, &world.spec.enums, &sent).is_ok();
        if fits {
            values.push((sent, got));
        }
    }
    if let (FieldKind::Integer(_) | FieldKind::Long(_), None) = (&field.kind, field.list)
        && let Some(number) = values.first().and_then(|(value, _)| value.as_i64()).filter(|it| it.abs() < 1_000_000)
    {
        // `5.0` is 5; written by hand, since a JSON library would print another form.
        let text = format!("{number}.0");
        if let Ok(sent) = serde_json::from_str::<Value>(&text) {
            values.push((sent, json!(number)));
        }
    }
    for (sent, got) in values {
        let Some(answer) = send_if_let(world, entity, &key, sent)? else { continue };
        if answer.status == 409 && field.unique {
            continue;
        }
        answer.status(201)?;
        if !field.private {
            answer.holds(&key, &got)?;
        }
    }
    if !field.required
        && let Some(answer) = send_if_let(world, entity, &key, Value::Null)?
    {
        answer.status(201)?;
        if !field.private {
            answer.holds(&key, &Value::Null)?;
        }
    }
    Ok(())
}

fn refused(world: &mut World<'_>, entity: &Entity, field: &Field) -> Outcome {
    let key = world.key_of(&field.name);
    let samples = world.samples(entity, field, 0);
    let list = field.list.is_some();
    let mut asked = 0;
    for (refused, inside) in [(samples.too_low, false), (samples.too_high, false), (samples.wrong, list)]
        .into_iter()
        .filter_map(|(it, inside)| Some((it?, inside)))
    {
        let place = if inside { format!("{key}[0]") } else { key.clone() };
        send(world, entity, &key, refused.value)?.faults(&[(&place, refused.rule)])?;
        asked += 1;
    }
    let text = matches!(
        field.kind,
        FieldKind::String { .. }
            | FieldKind::Text { .. }
            | FieldKind::Email
            | FieldKind::Url
            | FieldKind::Date { .. }
            | FieldKind::DateTime { .. }
            | FieldKind::Uuid
    );
    if text {
        let (value, place) = if list { (json!(["a\0b"]), format!("{key}[0]")) } else { (json!("a\0b"), key.clone()) };
        send(world, entity, &key, value)?.faults(&[(&place, "format")])?;
        asked += 1;
    }
    for value in beside_the_ends(field, &samples.typical) {
        if let Err(fault) = check_value(&field.kind, &world.spec.enums, &value) {
            let (value, place) = if list { (json!([value]), format!("{key}[0]")) } else { (value, key.clone()) };
            send(world, entity, &key, value)?.faults(&[(&place, fault.rule)])?;
            asked += 1;
        }
    }
    if asked == 0 { skip("the field refuses nothing of its type") } else { Ok(()) }
}

/// Texts that a pattern refuses only where `^` and `$` mean the ends of the text, not of a line.
fn beside_the_ends(field: &Field, typical: &Value) -> Vec<Value> {
    let typical = if field.list.is_some() { &typical[0] } else { typical };
    match (&field.kind, typical) {
        (FieldKind::String { pattern: Some(_), .. }, Value::String(text)) => {
            vec![json!(format!("{text}\n")), json!(format!("\n{text}"))]
        }
        _ => Vec::new(),
    }
}

fn strict(world: &mut World<'_>, entity: &Entity, field: &Field) -> Outcome {
    let key = world.key_of(&field.name);
    let wrong: Vec<Value> = match &field.kind {
        _ if field.list.is_some() => vec![json!("x"), json!(1), json!({})],
        FieldKind::Integer(_) | FieldKind::Long(_) => vec![json!("5"), json!(true), json!(1.5), json!([1])],
        FieldKind::Float(_) => vec![json!("1.5"), json!(false), json!([])],
        FieldKind::Decimal { .. } => vec![json!(true), json!([]), json!({})],
        FieldKind::Boolean => vec![json!(1), json!("true"), json!([])],
        FieldKind::Json => vec![json!("{}"), json!([]), json!(1)],
        _ => vec![json!(5), json!(true), json!([]), json!({})],
    };
    for value in wrong {
        let mut body: Map<String, Value> = world.body(entity, &Who::Admin)?;
        body.insert(key.clone(), value);
        world.master(Request::post(World::path(entity), &Value::Object(body)))?.faults(&[(&key, "type")])?;
    }
    Ok(())
}

fn unique(world: &mut World<'_>, entity: &Entity, field: &Field) -> Outcome {
    let key = world.key_of(&field.name);
    let row = world.make(entity)?;
    let given = Map::from_iter([(key.clone(), row.sent[&key].clone())]);
    world.post(entity, &Who::Admin, &given)?.1.taken(&[&key])?;
    if entity.allows(Action::Update) {
        let other = world.make(entity)?;
        let path = World::row_path(entity, &other.id);
        let patch = json!({ key.clone(): row.sent[&key].clone() });
        world.master(Request::patch(path, &patch))?.taken(&[&key])?;
    }
    Ok(())
}

fn private(world: &mut World<'_>, entity: &Entity, field: &Field) -> Outcome {
    let key = world.key_of(&field.name);
    let row = world.make(entity)?;
    if row.value.contains_key(&key) {
        return Err(Fault::new(format!("no `{key}` in the row"), "one").into());
    }
    if entity.allows(Action::List) {
        let path = World::path(entity);
        world.master(Request::get(path.clone()).query(&[(key.as_str(), "x")]))?.faults(&[(&key, "unknown")])?;
        let answer = world.master(Request::get(path).query(&[("sort", key.as_str())]))?;
        answer.refused(400, "VALIDATION_ERROR")?;
    }
    Ok(())
}

fn composite(world: &mut World<'_>, entity: &Entity, fields: &[String]) -> Outcome {
    let row = world.make(entity)?;
    let mut given = Map::new();
    for name in fields {
        let key = match entity.relation(name) {
            Some(relation) => world.key_of(&relation.key()),
            None => world.key(name),
        };
        let Some(value) = row.value.get(&key).filter(|it| !it.is_null()) else {
            return skip(format!("`{key}` has no value to repeat"));
        };
        given.insert(key, value.clone());
    }
    let keys: Vec<_> = given.keys().cloned().collect();
    world.post(entity, &Who::Admin, &given)?.1.taken(&keys)?;
    Ok(())
}
