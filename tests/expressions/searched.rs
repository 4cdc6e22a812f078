//! The search for rows that an expression tells apart.

use crate::support::accepted;
use scaffold::spec::{Actor, Case, Expression, Ground, Need, Spec, cases, check_value, fitting, holds, telling};
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};

const NOW: &str = "2026-01-31T12:00:00.000Z";

fn spec(when: &str) -> Spec {
    let answers = format!(
        r#"
[project]
name = "things"
[stack]
framework = "fastapi"
[entities.Thing]
fields.price = "decimal(12,2) > 0"
fields.limitQ = "decimal(12,2) >= 0 ?"
fields.count = "integer 1..50"
fields.weightQ = "float ?"
fields.active = "boolean"
fields.title = "string 2..20"
fields.noteQ = "text ..100 ?"
fields.state = "enum(open, paid, gone)"
fields.startsAt = "datetime"
fields.endsAtQ = "datetime ?"
fields.day = "date 2000-01-01.."
[[entities.Thing.approval]]
on = "update"
when = {}
approvers = ["admin"]
"#,
        toml::Value::from(when)
    )
    .replace("fields.day = \"date 2000-01-01..\"", "fields.day = { type = \"date\", min = \"2000-01-01\" }");
    accepted(&answers).spec
}

fn row() -> Map<String, Value> {
    let row = json!({
        "price": "10.00", "count": 3, "active": true, "title": "abc", "state": "open",
        "startsAt": "2026-01-31T09:30:00.000Z", "day": "2026-01-31",
    });
    row.as_object().expect("an object").clone()
}

fn actors() -> [Option<Actor>; 3] {
    let actor = |id: &str, role: &str| Some(Actor { id: id.to_owned(), role: role.to_owned() });
    [
        actor("019a0000-0000-7000-9000-000000000001", "user"),
        actor("019a0000-0000-7000-9000-000000000002", "admin"),
        None,
    ]
}

fn ground<'a>(spec: &'a Spec, two: bool, actors: &'a [Option<Actor>]) -> Ground<'a> {
    let (new, old) = (row(), two.then(row));
    Ground { entity: &spec.entities[0], enums: &spec.enums, new, old, actors, now: NOW, fixed: &[] }
}

fn condition(spec: &Spec) -> &Expression {
    &spec.entities[0].approval[0].when
}

/// Wants a case of each of these values, and so many edges.
#[track_caller]
fn finds(when: &str, wanted: &[Option<bool>], edge: bool) -> Vec<Case> {
    let (spec, actors) = (spec(when), actors());
    let ground = ground(&spec, true, &actors);
    let started = Instant::now();
    let found = cases(condition(&spec), &ground);
    assert!(started.elapsed() < Duration::from_secs(10), "{when}: {:?}", started.elapsed());
    assert_eq!(found, cases(condition(&spec), &ground), "{when}");
    for value in [Some(true), Some(false), None] {
        let some = found.iter().any(|it| it.holds == value);
        assert_eq!(some, wanted.contains(&value), "{when}: {value:?} of {} cases", found.len());
    }
    assert_eq!(found.iter().any(|it| it.edge), edge, "{when}");
    for case in &found {
        assert_eq!(holds(condition(&spec), &case.facts(NOW)), case.holds, "{when}");
        for (row, field) in
            [&case.new, &case.old].iter().flat_map(|row| spec.entities[0].fields.iter().map(move |it| (row, it)))
        {
            let value = row.get(field.name.declared()).unwrap_or(&Value::Null);
            let allowed = if value.is_null() {
                !field.required
            } else {
                check_value(&field.kind, &spec.enums, value).as_ref() == Ok(value)
            };
            assert!(allowed, "{when}: {} = {value}", field.name.declared());
        }
    }
    found
}

const EACH: &[Option<bool>] = &[Some(true), Some(false), None];
const SURE: &[Option<bool>] = &[Some(true), Some(false)];

#[test]
fn each_value_of_an_expression_is_found() {
    for (when, wanted, edge) in [
        ("new.price < old.price * 0.8", SURE, true),
        ("new.price > 1000000.005", SURE, false),
        ("price * count <= 999.99", SURE, true),
        ("price * count > 1000 and state == 'open'", SURE, true),
        ("limitQ >= price", EACH, true),
        ("limitQ - price * 2 + 1 > price", EACH, true),
        ("endsAtQ > startsAt", EACH, true),
        ("not (endsAtQ <= startsAt) and active", EACH, true),
        ("endsAtQ == null or endsAtQ > startsAt", SURE, true),
        ("startsAt > now", SURE, true),
        ("day < '2000-01-02'", SURE, true),
        ("weightQ * 3 > 1.5", EACH, true),
        ("old.state == 'open' and new.state == 'paid'", SURE, false),
        ("new.state != old.state", SURE, false),
        ("state in ['paid', 'gone'] and count == 50", SURE, false),
        ("title == 'needle'", SURE, false),
        ("noteQ != title", EACH, false),
        ("actor.role == 'admin' and price > 5", EACH, true),
        ("actor.role != 'admin' or price > 5", EACH, true),
        ("count > 0", &[Some(true)][..], false),
        ("price == 0", &[Some(false)][..], false),
        ("active and active == false", &[Some(false)][..], false),
        ("price > 1 and price > 2 and count > 3 and count < 40 and limitQ > 7 and weightQ > 2 and active", EACH, true),
    ] {
        finds(when, wanted, edge);
    }
}

#[test]
fn an_edge_is_exactly_at_the_limit() {
    let found = finds("new.price < old.price * 0.8", SURE, true);
    let price =
        |case: &Case| (case.old["price"].as_str().map(str::to_owned), case.new["price"].as_str().map(str::to_owned));
    let first = found.iter().position(|it| it.edge).expect("an edge");
    assert_eq!(price(&found[first]), (Some("10.00".into()), Some("8.00".into())));
    assert_eq!(found[first].holds, Some(false));
    assert_eq!((price(&found[first + 1]).1, found[first + 1].holds), (Some("7.99".into()), Some(true)));
    assert_eq!((price(&found[first + 2]).1, found[first + 2].holds), (Some("8.01".into()), Some(false)));
}

#[test]
fn a_few_cases_tell_an_expression_from_its_neighbours() {
    let one = spec("new.price < old.price * 0.8 and endsAtQ != null");
    let actors = actors();
    let told = telling(condition(&one), &ground(&one, true, &actors));
    assert!((4..=24).contains(&told.len()), "{}", told.len());
    for wrong in [
        "new.price <= old.price * 0.8 and endsAtQ != null",
        "new.price < old.price * 0.81 and endsAtQ != null",
        "new.price < old.price * 0.8 or endsAtQ != null",
        "new.price < old.price * 0.8 and endsAtQ == null",
        "new.price > old.price * 0.8 and endsAtQ != null",
        "old.price < new.price * 0.8 and endsAtQ != null",
        "new.price < old.price * 0.8",
    ] {
        let other = spec(wrong);
        let differs = |case: &Case| holds(condition(&other), &case.facts(NOW)) != case.holds;
        assert!(told.iter().any(differs), "{wrong}");
    }
}

#[test]
fn an_edge_that_floats_miss_is_among_them() {
    for when in
        ["new.price < old.price * 0.8", "new.price < old.price * 0.7", "price * 3 > limitQ", "limitQ <= price * 0.3"]
    {
        let one = spec(when);
        let told = telling(condition(&one), &ground(&one, when.contains("old."), &[]));
        let number =
            |row: &Map<String, Value>, key: &str| row[key].as_str().unwrap_or("0").parse::<f64>().expect("a number");
        let missed = |it: &Case| {
            let (new, old) = (number(&it.new, "price"), number(&it.old, "price"));
            let limit =
                it.new.get("limitQ").and_then(Value::as_str).map_or(f64::NAN, |it| it.parse().expect("a number"));
            let floats = match when {
                "new.price < old.price * 0.8" => new < old * 0.8,
                "new.price < old.price * 0.7" => new < old * 0.7,
                "price * 3 > limitQ" => new * 3.0 > limit,
                _ => limit <= new * 0.3,
            };
            it.edge && it.holds.is_some_and(|exact| exact != floats)
        };
        assert!(told.iter().any(missed), "{when}: {told:?}");
    }
}

#[test]
fn a_row_is_fitted_to_conditions_and_keeps_what_is_fixed() {
    let rules =
        ["endsAtQ > startsAt", "price * count <= 100", "limitQ >= price", "state == 'paid' or active"].map(spec);
    let approval = spec("price > 20");
    let mut conditions: Vec<_> = rules.iter().map(|it| (condition(it), Need::NotFalse)).collect();
    conditions.push((condition(&approval), Need::NotTrue));
    let given = json!({
        "price": "50.00", "count": 40, "active": false, "title": "abc", "state": "open", "day": "2026-01-31",
        "startsAt": "2026-01-31T09:30:00.000Z", "endsAtQ": "2026-01-31T09:30:00.000Z", "limitQ": "1.00",
    });
    let mut start = ground(&rules[0], false, &[]);
    start.new = given.as_object().expect("an object").clone();
    start.fixed = &["count", "startsAt"];
    let fitted = fitting(&conditions, &start).expect("such a row");
    assert_eq!((&fitted.new["count"], &fitted.new["startsAt"]), (&given["count"], &given["startsAt"]));
    assert_eq!(fitted.new, fitted.old);
    for (condition, need) in &conditions {
        let value = holds(condition, &fitted.facts(NOW));
        assert!(if *need == Need::NotFalse { value != Some(false) } else { value != Some(true) });
    }
    let already = Ground { new: fitted.new.clone(), ..start.clone() };
    assert_eq!(fitting(&conditions, &already).expect("the same row").new, fitted.new);
    start.fixed = &["price"];
    assert!(fitting(&conditions, &start).is_none(), "what is fixed needs approval");
}
