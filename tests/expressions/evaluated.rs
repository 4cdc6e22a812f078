//! The reference evaluator: a table of expressions, rows and what they are worth.

use crate::support::accepted;
use scaffold::spec::{Computed, Exact, ExpressionKind, Facts, evaluate, holds};
use serde_json::{Map, Value, json};

/// A field of each kind that expressions know; `Q` ends the names of those that can be null.
const FIELDS: &str = r#"
fields.price = "decimal(18,4)"
fields.priceQ = "decimal(18,4) ?"
fields.count = "integer"
fields.countQ = "integer ?"
fields.size = "long"
fields.weight = "float"
fields.weightQ = "float ?"
fields.active = "boolean"
fields.activeQ = "boolean ?"
fields.title = "string"
fields.titleQ = "string ?"
fields.state = "enum(open, paid, gone)"
fields.stateQ = "enum(open, paid) ?"
fields.day = "date"
fields.dayQ = "date ?"
fields.startsAt = "datetime"
fields.endsAtQ = "datetime ?"
fields.key = "uuid"
fields.parent = "-> Thing ?"
relations.parent = { many_to_one = "Thing", required = false, inverse = "children" }
"#;

fn expression(text: &str) -> scaffold::spec::Expression {
    let fields = FIELDS.replace("fields.parent = \"-> Thing ?\"\n", "");
    let answers = format!(
        "[project]\nname = \"things\"\n[stack]\nframework = \"fastapi\"\n[entities.Thing]{fields}\
         [[entities.Thing.approval]]\non = \"update\"\nwhen = {}\napprovers = [\"admin\"]\n",
        toml::Value::from(text)
    );
    accepted(&answers).spec.entities[0].approval[0].when.clone()
}

fn row(given: &Value) -> Map<String, Value> {
    let mut row = json!({
        "price": "10.0000", "count": 3, "size": 9_007_199_254_740_991_i64, "weight": 1.5, "active": true,
        "title": "abc", "state": "open", "day": "2026-01-31", "startsAt": "2026-01-31T09:30:00.000Z",
        "key": "019a0000-0000-7000-9000-000000000001",
    });
    let row = row.as_object_mut().expect("an object");
    row.extend(given.as_object().expect("an object").clone());
    row.clone()
}

/// Asks with the old row as it is by default, `given` laid over the new one, as an editor at noon.
#[track_caller]
fn is(text: &str, given: &Value, wanted: Option<bool>) {
    let (new, old) = (row(given), row(&json!({})));
    let facts = Facts {
        new: Some(&new),
        old: Some(&old),
        actor_id: Some("019a0000-0000-7000-9000-000000000002"),
        actor_role: Some("user"),
        now: "2026-01-31T12:00:00.000Z",
    };
    assert_eq!(holds(&expression(text), &facts), wanted, "{text} with {given}");
}

#[track_caller]
fn table(cases: &[(&str, Value, Option<bool>)]) {
    for (text, given, wanted) in cases {
        is(text, given, *wanted);
    }
}

const YES: Option<bool> = Some(true);
const NO: Option<bool> = Some(false);
const UNKNOWN: Option<bool> = None;

#[test]
fn and_or_and_not_follow_kleene() {
    // `activeQ` stands for each of the three values; `countQ > 0` is the unknown one.
    for (value, and, or, not) in
        [(json!(true), UNKNOWN, YES, NO), (json!(false), NO, UNKNOWN, YES), (json!(null), UNKNOWN, UNKNOWN, UNKNOWN)]
    {
        let given = json!({ "activeQ": value });
        for (text, wanted) in [
            ("activeQ and countQ > 0", and),
            ("countQ > 0 and activeQ", and),
            ("activeQ or countQ > 0", or),
            ("countQ > 0 or activeQ", or),
            ("not activeQ", not),
        ] {
            is(text, &given, wanted);
        }
    }
    table(&[
        ("active and count == 3", json!({}), YES),
        ("active and count == 4", json!({}), NO),
        ("active or count == 4", json!({}), YES),
        ("active == false or count == 4", json!({}), NO),
        ("not (not active)", json!({}), YES),
        ("not active or countQ == 1 and false", json!({}), NO),
    ]);
}

#[test]
fn a_comparison_with_null_is_unknown_but_for_the_test_for_null() {
    table(&[
        ("countQ == 1", json!({}), UNKNOWN),
        ("countQ != 1", json!({ "countQ": null }), UNKNOWN),
        ("countQ == new.countQ", json!({}), UNKNOWN),
        ("not (countQ < 1)", json!({}), UNKNOWN),
        ("countQ + 1 > 0", json!({}), UNKNOWN),
        ("-countQ > 0", json!({}), UNKNOWN),
        ("countQ * 0 == 0", json!({}), UNKNOWN),
        ("weightQ * 0 == 0", json!({}), UNKNOWN),
        ("titleQ == ''", json!({}), UNKNOWN),
        ("titleQ == ''", json!({ "titleQ": "" }), YES),
        ("countQ == null", json!({}), YES),
        ("countQ != null", json!({}), NO),
        ("countQ == null", json!({ "countQ": 0 }), NO),
        ("null != activeQ", json!({ "activeQ": false }), YES),
        ("countQ + 1 == null", json!({}), YES),
        ("(countQ > 1) == null", json!({}), YES),
        ("(countQ > 1) == active", json!({}), UNKNOWN),
        ("(count > 1) == active", json!({}), YES),
        ("parentId == null", json!({}), YES),
        ("parentId == key", json!({ "parentId": "019a0000-0000-7000-9000-000000000001" }), YES),
        ("old.countQ == null and new.countQ != null", json!({ "countQ": 1 }), YES),
    ]);
}

#[test]
fn exact_numbers_neither_round_nor_overflow() {
    table(&[
        ("new.price < old.price * 0.8", json!({ "price": "8.0000" }), NO),
        ("new.price < old.price * 0.8", json!({ "price": "7.9999" }), YES),
        ("price * 3 == 0.3", json!({ "price": "0.1000" }), YES),
        ("price + 0.2 == 0.3", json!({ "price": "0.1000" }), YES),
        ("price - 0.0001 == 0", json!({ "price": "0.0001" }), YES),
        ("price == 12.50", json!({ "price": "12.5000" }), YES),
        ("price == 12.5", json!({ "price": 12.50 }), YES),
        ("price > -1", json!({ "price": "-1.0000" }), NO),
        ("price == -0", json!({ "price": "0.0000" }), YES),
        ("2 - 3 - 4 == -5 and 2 + 3 * 4 == 14 and -(2 + 3) * 4 == -20", json!({}), YES),
        ("size + 1 == 9007199254740992 and size + 2 == 9007199254740993", json!({}), YES),
        ("size * size * size > size * size", json!({}), YES),
        ("size * size * size - size * size * size == 0", json!({}), YES),
        ("size * size * size + 0.0001 > size * size * size", json!({}), YES),
        ("price * price * price * price > price * price * price", json!({ "price": "99999999999999.9999" }), YES),
        ("price * price == 9999999999999999999999999999", json!({ "price": "99999999999999.9999" }), NO),
        ("price * price * price * 0.0001 < price * price * price", json!({ "price": "99999999999999.9999" }), YES),
        ("count * count == 4611686014132420609", json!({ "count": 2_147_483_647 }), YES),
    ]);
    let square = expression("size * size == 1");
    let ExpressionKind::Binary(_, product, _) = &square.kind else { panic!("a comparison") };
    let new = row(&json!({}));
    let facts = Facts { new: Some(&new), ..Facts::default() };
    let wanted: Exact = "81129638414606663681390495662081".parse().expect("a number");
    assert_eq!(evaluate(product, &facts), Computed::Number(wanted));
}

#[test]
fn floats_are_those_of_ieee_754() {
    table(&[
        ("weight + 0.2 == 0.3", json!({ "weight": 0.1 }), NO),
        ("weight * 2 == 3", json!({}), YES),
        ("weight == 1.5", json!({}), YES),
        ("weight > weightQ", json!({ "weightQ": 1.499_999_9 }), YES),
        ("weight * weight > weight", json!({ "weight": 1e308 }), YES),
        ("weight * weight - weight * weight == 0", json!({ "weight": 1e308 }), NO),
        ("-weight < 0", json!({}), YES),
    ]);
}

#[test]
fn texts_days_and_moments_have_an_order() {
    table(&[
        ("title < 'abd'", json!({}), YES),
        ("title < 'B'", json!({}), NO),
        ("title == 'ABC'", json!({}), NO),
        ("title > 'Z'", json!({ "title": "é" }), YES),
        // By code point: U+FF5E stands before U+1F600, the other way round in UTF-16.
        ("title < '\u{1f600}'", json!({ "title": "\u{ff5e}" }), YES),
        ("day < '2026-02-01'", json!({}), YES),
        ("day >= '2026-01-31'", json!({}), YES),
        ("day > '2026-01-31'", json!({}), NO),
        ("day < dayQ", json!({ "dayQ": "9999-12-31" }), YES),
        ("day < dayQ", json!({}), UNKNOWN),
        ("startsAt < now", json!({}), YES),
        ("startsAt == '2026-01-31T10:30:00+01:00'", json!({}), YES),
        ("startsAt < '2026-01-31T09:30:00.001Z'", json!({}), YES),
        ("now <= startsAt", json!({ "startsAt": "2026-01-31T12:00:00.000Z" }), YES),
        ("now < startsAt", json!({ "startsAt": "2026-01-31T12:00:00.000Z" }), NO),
        ("endsAtQ > startsAt", json!({ "endsAtQ": "2026-01-31T09:30:00.000Z" }), NO),
        ("endsAtQ >= startsAt", json!({ "endsAtQ": "2026-01-31T09:30:00.000Z" }), YES),
    ]);
}

#[test]
fn in_is_an_or_of_equalities() {
    table(&[
        ("state in ['open', 'paid']", json!({}), YES),
        ("state in ['gone', 'paid']", json!({}), NO),
        ("not state in ['gone']", json!({}), YES),
        ("stateQ in ['open', 'paid']", json!({}), UNKNOWN),
        ("not (stateQ in ['open'])", json!({}), UNKNOWN),
        ("count in [1, countQ]", json!({}), UNKNOWN),
        ("count in [3, countQ]", json!({}), YES),
        ("count in [countQ, 3]", json!({}), YES),
        ("price in [10, 20.5]", json!({}), YES),
        ("day in ['2026-01-31']", json!({}), YES),
        ("active in [true]", json!({ "active": false }), NO),
    ]);
}

#[test]
fn nobody_has_neither_an_id_nor_a_role() {
    is("actor.role == 'user'", &json!({}), YES);
    is("actor.role in ['admin']", &json!({}), NO);
    is("actor.id == key", &json!({}), NO);
    is("actor.id == key", &json!({ "key": "019a0000-0000-7000-9000-000000000002" }), YES);
    let new = row(&json!({}));
    let nobody = Facts { new: Some(&new), ..Facts::default() };
    assert_eq!(holds(&expression("actor.role == 'user'"), &nobody), None);
    assert_eq!(holds(&expression("actor.id == null"), &nobody), Some(true));
    assert_eq!(holds(&expression("old.count == 3"), &nobody), None);
}
