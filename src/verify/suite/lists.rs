//! Lists: pages, filters, sorts, search.

use super::rows::answered;
use super::{Outcome, Suite, id_of};
use crate::spec::{Action, Entity, Field, FieldKind, Pagination};
use crate::verify::Exchange;
use crate::verify::client::Request;
use crate::verify::fault::{Fault, Stop, ensure, skip};
use crate::verify::world::{Row, Who, World};
use serde_json::{Map, Value, json};

/// Lists longer than this are not read to the end.
const LONGEST: usize = 3_000;

pub fn checks(suite: &mut Suite<'_, '_>) {
    let spec = suite.world.spec;
    for entity in spec.entities.iter().filter(|it| it.allows(Action::List)) {
        let id = id_of(entity);
        suite.check(
            format!("lists/{id}/page"),
            "200 `{items, total, limit, offset}`, or `{items, nextCursor}`",
            |world| page(world, entity),
        );
        suite.check(
            format!("lists/{id}/limits"),
            "`limit` 1–100, default 20, `offset` ≥ 0, digits only, else 400",
            |world| limits(world, entity),
        );
        suite.check(format!("lists/{id}/unknown"), "Queries: an unknown or repeated parameter → 400", |world| {
            unknown(world, entity)
        });
        suite.check(format!("lists/{id}/sort-fields-only"), "`sort` fields only", |world| {
            sort_fields_only(world, entity)
        });
        if entity.allows(Action::Create) {
            suite.check(
                format!("lists/{id}/walk"),
                "ties by id, so pages never overlap; without `sort` by id: oldest first",
                |world| walk(world, entity),
            );
            searches(suite, entity, &id);
            for name in &entity.sort {
                let key = suite.world.key(name);
                suite.check(
                    format!("lists/{id}/sort-{key}"),
                    "`sort` fields only; strings by code point, nulls lowest; ties by id",
                    |world| sort(world, entity, name),
                );
            }
            for field in entity.fields.iter().filter(|it| entity.filter.iter().any(|name| name == it.name.declared())) {
                let key = field.name.kebab();
                suite.check(
                    format!("lists/{id}/filter-{key}"),
                    "equality on `filter` fields; `.in=a,b`; a value of the wrong type → 400",
                    |world| filter(world, entity, field),
                );
                if ordered(field) {
                    suite.check(
                        format!("lists/{id}/range-{key}"),
                        "`.gte .gt .lte .lt` on numbers, dates and times",
                        |world| range(world, entity, field),
                    );
                }
                if !field.required {
                    suite.check(
                        format!("lists/{id}/null-{key}"),
                        "`.isNull=true` or `false` on optional ones",
                        |world| null(world, entity, field),
                    );
                }
            }
        }
        for field in entity.fields.iter().filter(|it| !entity.filter.iter().any(|name| name == it.name.declared())) {
            let key = suite.world.key_of(&field.name);
            if entity.field("q").is_none() {
                suite.check(format!("lists/{id}/no-filter-{}", field.name.kebab()), "`filter` fields only", |world| {
                    let request = Request::get(World::path(entity)).query(&[(key.as_str(), "x")]);
                    world.master(request)?.faults(&[(&key, "unknown")])?;
                    Ok(())
                });
            }
        }
    }
}

fn searches(suite: &mut Suite<'_, '_>, entity: &Entity, id: &str) {
    if entity.search.is_empty() {
        suite.check(format!("lists/{id}/no-search"), "none: `q` is then an unknown parameter", |world| {
            world.master(Request::get(World::path(entity)).query(&[("q", "x")]))?.faults(&[("q", "unknown")])?;
            Ok(())
        });
        return;
    }
    suite.check(
        format!("lists/{id}/search"),
        "substring in any of the entity's `search` fields, ASCII case-insensitive",
        |world| search(world, entity),
    );
    suite.check(format!("lists/{id}/search-literal"), "`%` and `_` are ordinary characters; empty → 400", |world| {
        search_literal(world, entity)
    });
}

/// The rows of a page.
pub fn items(answer: &Exchange) -> Result<Vec<Map<String, Value>>, Fault> {
    let body = answer.status(200)?.object()?;
    let Some(items) = body.get("items").and_then(Value::as_array) else {
        return Err(Fault::new("a list in `items`", answer.text()).shown_by(answer));
    };
    Ok(items.iter().filter_map(|it| it.as_object().cloned()).collect())
}

/// The ids of a page.
pub fn ids(answer: &Exchange) -> Result<Vec<String>, Fault> {
    Ok(items(answer)?.iter().map(|it| it["id"].as_str().unwrap_or_default().to_owned()).collect())
}

/// All rows of a list, page by page.
fn all(
    world: &mut World<'_>,
    entity: &Entity,
    query: &[(String, String)],
    limit: usize,
) -> Result<Vec<Map<String, Value>>, Stop> {
    let mut rows: Vec<Map<String, Value>> = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let mut query = query.to_vec();
        query.push(("limit".into(), limit.to_string()));
        match entity.pagination {
            Pagination::Offset => query.push(("offset".into(), rows.len().to_string())),
            Pagination::Cursor => query.extend(cursor.take().map(|it| ("cursor".to_owned(), it))),
        }
        let answer = world.master(Request::get(World::path(entity)).query(&query))?;
        let page = items(&answer)?;
        let end = match entity.pagination {
            Pagination::Offset => page.len() < limit,
            Pagination::Cursor => {
                cursor = answer.object()?.get(&world.key("next_cursor")).and_then(|it| it.as_str().map(str::to_owned));
                cursor.is_none()
            }
        };
        rows.extend(page);
        if end {
            return Ok(rows);
        }
        if rows.len() > LONGEST {
            return skip(format!("the list has more than {LONGEST} rows"));
        }
    }
}

fn page(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let answer = world.master(Request::get(World::path(entity)))?;
    let body = answer.status(200)?.object()?;
    let mut got: Vec<_> = body.keys().cloned().collect();
    got.sort();
    let wanted = match entity.pagination {
        Pagination::Offset => vec!["items".to_owned(), "limit".into(), "offset".into(), "total".into()],
        Pagination::Cursor => vec!["items".to_owned(), world.key("next_cursor")],
    };
    ensure(got == wanted, &answer, format!("the keys {}", wanted.join(", ")), got.join(", "))?;
    if entity.pagination == Pagination::Offset {
        answer.holds("limit", &json!(20))?.holds("offset", &json!(0))?;
    }
    Ok(())
}

fn limits(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let path = World::path(entity);
    for limit in ["1", "100"] {
        let answer = world.master(Request::get(path.clone()).query(&[("limit", limit)]))?;
        let count = items(&answer)?.len();
        ensure(count <= limit.parse().unwrap_or(0), &answer, format!("at most {limit} rows"), count.to_string())?;
    }
    for (limit, rule) in [
        ("0", "min"),
        ("101", "max"),
        ("-1", "type"),
        ("+1", "type"),
        ("1.0", "type"),
        ("x", "type"),
        ("", "type"),
        ("99999999999999999999", "max"),
    ] {
        let answer = world.master(Request::get(path.clone()).query(&[("limit", limit)]))?;
        answer.refused(400, "VALIDATION_ERROR")?;
        let got = answer.details();
        let named = got.len() == 1 && got.contains_key("limit");
        ensure(named, &answer, format!("a fault of `limit` (such as {rule})"), format!("{got:?}"))?;
    }
    let other = if entity.pagination == Pagination::Offset { "offset" } else { "cursor" };
    for wrong in ["-1", "x", "1e3", ""] {
        let answer = world.master(Request::get(path.clone()).query(&[(other, wrong)]))?;
        answer.refused(400, "VALIDATION_ERROR")?;
    }
    let wrong = if entity.pagination == Pagination::Offset { "cursor" } else { "offset" };
    world.master(Request::get(path).query(&[(wrong, "0")]))?.faults(&[(wrong, "unknown")])?;
    Ok(())
}

fn unknown(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let path = World::path(entity);
    let twice = Request::get(path.clone()).query(&[("limit", "5"), ("limit", "5")]);
    world.master(twice)?.faults(&[("limit", "repeated")])?;
    let two = Request::get(path.clone()).query(&[("noSuchThing", "1"), ("limit", "0")]);
    let answer = world.master(two)?;
    answer.faults(&[("noSuchThing", "unknown"), ("limit", "min")])?;
    let answer = world.master(Request::get(path).query(&[("sort", "noSuchThing")]))?;
    answer.refused(400, "VALIDATION_ERROR")?;
    Ok(())
}

/// What is no `sort` field cannot be sorted by, whether a row has it or not.
fn sort_fields_only(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let own = entity.fields.iter().map(|it| it.name.declared().to_owned());
    let server_set = ["id", "version", "createdAt", "updatedAt", "ownerId", "deletedAt"].map(str::to_owned);
    let references = entity.references().map(|it| it.key().camel());
    let names: Vec<_> = own.chain(server_set).chain(references).filter(|it| !entity.sort.contains(it)).collect();
    for name in names {
        let key = world.key(&name);
        for order in [key.clone(), format!("-{key}")] {
            let answer = world.master(Request::get(World::path(entity)).query(&[("sort", order.as_str())]))?;
            answer.refused(400, "VALIDATION_ERROR")?;
            let got = answer.details();
            let named = got.len() == 1 && got.contains_key("sort");
            ensure(named, &answer, "a fault of `sort`", format!("{got:?}"))?;
        }
    }
    Ok(())
}

fn three(world: &mut World<'_>, entity: &Entity) -> Result<Vec<Row>, Stop> {
    (0..3).map(|_| world.make(entity)).collect()
}

fn walk(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let made = three(world, entity)?;
    let whole = all(world, entity, &[], 100)?;
    let id = |row: &Map<String, Value>| row["id"].as_str().unwrap_or_default().to_owned();
    let ids: Vec<_> = whole.iter().map(id).collect();
    let mut sorted = ids.clone();
    sorted.sort();
    sorted.dedup();
    if ids != sorted {
        return Err(Fault::new("each row once, oldest first", format!("{ids:?}")).into());
    }
    for row in &made {
        if !ids.contains(&row.id) {
            return Err(Fault::new(format!("the new row {} in the list", row.id), "it is missing").into());
        }
    }
    if whole.len() <= 60 {
        let small: Vec<_> = all(world, entity, &[], 2)?.iter().map(id).collect();
        if small != ids {
            return Err(Fault::new(format!("the same rows in pages of two: {ids:?}"), format!("{small:?}")).into());
        }
    }
    Ok(())
}

/// The least-to-greatest key of a value: null first, numbers by value, booleans, strings by code point.
fn compared(field: Option<&Field>, left: &Value, right: &Value) -> std::cmp::Ordering {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let number = |value: &Value| match (field.map(|it| &it.kind), value) {
        (Some(FieldKind::Decimal { .. }), Value::String(text)) => crate::spec::exact(text),
        (_, Value::Number(number)) => crate::spec::exact(&number.to_string()),
        _ => None,
    };
    match (left, right) {
        (Value::Null, Value::Null) => Equal,
        (Value::Null, _) => Less,
        (_, Value::Null) => Greater,
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        _ => match (number(left), number(right)) {
            (Some(left), Some(right)) => left.cmp(&right),
            _ => match (left.as_f64(), right.as_f64()) {
                (Some(left), Some(right)) => left.total_cmp(&right),
                _ => left.as_str().unwrap_or_default().cmp(right.as_str().unwrap_or_default()),
            },
        },
    }
}

fn sort(world: &mut World<'_>, entity: &Entity, name: &str) -> Outcome {
    let field = entity.field(name);
    let key = world.key(name);
    three(world, entity)?;
    if let Some(field) = field.filter(|it| !it.required && !it.read_only) {
        let none = Map::from_iter([(world.key_of(&field.name), Value::Null)]);
        world.make_with(entity, &Who::Admin, &none)?;
        world.make_with(entity, &Who::Admin, &none)?;
    }
    for (order, down) in [(key.clone(), false), (format!("-{key}"), true)] {
        let rows = all(world, entity, &[("sort".to_owned(), order.clone())], 100)?;
        for pair in rows.windows(2) {
            let order_of = compared(field, &pair[0][&key], &pair[1][&key]);
            let wrong = if down { order_of.is_lt() } else { order_of.is_gt() };
            let tie = order_of.is_eq() && pair[0]["id"].as_str() >= pair[1]["id"].as_str();
            if wrong || tie {
                let got = format!("{} ({}) before {} ({})", pair[0][&key], pair[0]["id"], pair[1][&key], pair[1]["id"]);
                return Err(Fault::new(format!("rows in the order of `sort={order}`"), got).into());
            }
        }
        if rows.len() <= 40 {
            let small = all(world, entity, &[("sort".to_owned(), order.clone())], 2)?;
            let ids = |rows: &[Map<String, Value>]| rows.iter().map(|it| it["id"].clone()).collect::<Vec<_>>();
            if ids(&small) != ids(&rows) {
                let wanted = format!("the same rows of `sort={order}` in pages of two");
                return Err(
                    Fault::new(wanted, format!("{} of {} rows, or another order", small.len(), rows.len())).into()
                );
            }
        }
    }
    Ok(())
}

/// How a value is written in a query.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Whether a list under a query holds exactly those of the suite's rows that it should.
fn finds(
    world: &mut World<'_>,
    entity: &Entity,
    query: &[(String, String)],
    inside: &[&str],
    outside: &[&str],
) -> Outcome {
    let rows = all(world, entity, query, 100)?;
    let has = |id: &str| rows.iter().any(|row| row["id"] == id);
    let said = query.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
    for id in inside {
        if !has(id) {
            return Err(
                Fault::new(format!("row {id} under `{said}`"), format!("{} rows without it", rows.len())).into()
            );
        }
    }
    for id in outside {
        if has(id) {
            return Err(Fault::new(format!("no row {id} under `{said}`"), "it is there").into());
        }
    }
    Ok(())
}

/// A new row that has a value in this field: where rules are kept, an optional one may be empty.
fn valued(world: &mut World<'_>, entity: &Entity, field: &Field) -> Result<(Row, Value), Stop> {
    for _ in 0..10 {
        let row = world.make(entity)?;
        let value = answered(world.spec, field, &row.sent[&world.key_of(&field.name)]);
        if !value.is_null() {
            return Ok((row, value));
        }
    }
    skip("no row has a value in this field")
}

fn filter(world: &mut World<'_>, entity: &Entity, field: &Field) -> Outcome {
    let key = world.key_of(&field.name);
    if field.read_only {
        return skip("the field cannot be given a value");
    }
    let (first, value) = valued(world, entity, field)?;
    let mut other = None;
    for _ in 0..10 {
        let (row, its) = valued(world, entity, field)?;
        if its != value {
            other = Some((row, its));
            break;
        }
    }
    let outside: Vec<&str> = other.iter().map(|(it, _)| it.id.as_str()).collect();
    let text = written(&value);
    finds(world, entity, &[(key.clone(), text.clone())], &[&first.id], &outside)?;
    if !text.contains(',') {
        let mut both = vec![first.id.as_str()];
        let mut list = text.clone();
        if let Some((row, its)) = other.as_ref().map(|(row, its)| (row, written(its)))
            && !its.contains(',')
        {
            list = format!("{list},{its}");
            both.push(row.id.as_str());
        }
        finds(world, entity, &[(format!("{key}.in"), list)], &both, &[])?;
        let many = vec![text; 101].join(",");
        let answer = world.master(Request::get(World::path(entity)).query(&[(format!("{key}.in"), many)]))?;
        answer.refused(400, "VALIDATION_ERROR")?;
    }
    if !matches!(field.kind, FieldKind::String { .. }) {
        let answer = world.master(Request::get(World::path(entity)).query(&[(key.as_str(), "*wrong*")]))?;
        answer.refused(400, "VALIDATION_ERROR")?;
        let got = answer.details();
        let named = got.len() == 1 && got.contains_key(&key);
        ensure(named, &answer, format!("a fault of `{key}`"), format!("{got:?}"))?;
    }
    let answer = world.master(Request::get(World::path(entity)).query(&[(format!("{key}.like"), "x")]))?;
    answer.refused(400, "VALIDATION_ERROR")?;
    Ok(())
}

fn ordered(field: &Field) -> bool {
    !field.read_only
        && matches!(
            field.kind,
            FieldKind::Integer(_)
                | FieldKind::Long(_)
                | FieldKind::Float(_)
                | FieldKind::Decimal { .. }
                | FieldKind::Date { .. }
                | FieldKind::DateTime { .. }
        )
}

fn range(world: &mut World<'_>, entity: &Entity, field: &Field) -> Outcome {
    let key = world.key_of(&field.name);
    let mut rows = Vec::new();
    for _ in 0..12 {
        let (row, value) = valued(world, entity, field)?;
        if rows.iter().all(|(_, other): &(Row, Value)| compared(Some(field), other, &value).is_ne()) {
            rows.push((row, value));
        }
        if rows.len() == 2 {
            break;
        }
    }
    rows.sort_by(|left, right| compared(Some(field), &left.1, &right.1));
    let [(low, least), (high, most)] = rows.as_slice() else {
        return skip("the field allows one value alone");
    };
    let (least, most) = (written(least), written(most));
    for (sign, value, inside, outside) in [
        ("gte", &most, high, Some(low)),
        ("gt", &least, high, Some(low)),
        ("lte", &least, low, Some(high)),
        ("lt", &most, low, Some(high)),
        ("gte", &least, high, None),
        ("lte", &most, low, None),
    ] {
        let outside: Vec<&str> = outside.into_iter().map(|it| it.id.as_str()).collect();
        finds(world, entity, &[(format!("{key}.{sign}"), value.clone())], &[&inside.id], &outside)?;
    }
    let both = [(format!("{key}.gte"), least), (format!("{key}.lt"), most)];
    finds(world, entity, &both, &[&low.id], &[&high.id])
}

fn null(world: &mut World<'_>, entity: &Entity, field: &Field) -> Outcome {
    let key = world.key_of(&field.name);
    if field.read_only {
        return skip("the field cannot be given a value");
    }
    let (some, _) = valued(world, entity, field)?;
    let none = world.make_with(entity, &Who::Admin, &Map::from_iter([(key.clone(), Value::Null)]))?;
    let name = format!("{key}.{}", world.key("is_null"));
    finds(world, entity, &[(name.clone(), "true".into())], &[&none.id], &[&some.id])?;
    finds(world, entity, &[(name.clone(), "false".into())], &[&some.id], &[&none.id])?;
    let answer = world.master(Request::get(World::path(entity)).query(&[(name, "1")]))?;
    answer.refused(400, "VALIDATION_ERROR")?;
    Ok(())
}

/// The fields that searches look in and that take any text of this length.
fn free(entity: &Entity, length: usize) -> impl Iterator<Item = &Field> {
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    let searched = |it: &&Field| entity.search.iter().any(|name| name == it.name.declared()) && !it.read_only;
    entity.fields.iter().filter(searched).filter(move |it| match &it.kind {
        FieldKind::String { min, max, pattern: None } | FieldKind::Text { min, max } => {
            *min <= length && length <= *max
        }
        _ => false,
    })
}

fn search(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let mut asked = 0;
    let other = world.make(entity)?;
    let length = format!("Aa{}Zz", world.next()).len();
    for field in free(entity, length + 1) {
        let text = format!("Aa{}Zz", world.next());
        let key = world.key_of(&field.name);
        let found = world.make_with(entity, &Who::Admin, &Map::from_iter([(key, json!(text))]))?;
        for q in [text.clone(), text.to_lowercase(), text.to_uppercase(), text[1..text.len() - 1].to_owned()] {
            finds(world, entity, &[("q".into(), q)], &[&found.id], &[&other.id])?;
        }
        asked += 1;
    }
    if asked == 0 { skip("no search field takes the text that is looked for") } else { Ok(()) }
}

fn search_literal(world: &mut World<'_>, entity: &Entity) -> Outcome {
    world.master(Request::get(World::path(entity)).query(&[("q", "")]))?.refused(400, "VALIDATION_ERROR")?;
    let number = world.next();
    let (with, without) = (format!("{number}%_\\x"), format!("{number}abcx"));
    let Some(field) = free(entity, with.len()).next() else {
        return skip("no search field takes the text that is looked for");
    };
    let key = world.key_of(&field.name);
    let found = world.make_with(entity, &Who::Admin, &Map::from_iter([(key.clone(), json!(with))]))?;
    let other = world.make_with(entity, &Who::Admin, &Map::from_iter([(key, json!(without))]))?;
    for q in [format!("{number}%"), format!("{number}%_"), with, "\\x".to_owned()] {
        finds(world, entity, &[("q".into(), q)], &[&found.id], &[&other.id])?;
    }
    Ok(())
}
