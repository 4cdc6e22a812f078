use super::*;
use crate::spec::{EnumType, EnumValue, ExpressionKind, Literal, Name, Operator, Subject, ValueType};
use indexmap::IndexMap;

fn read_in(text: &str, change: impl Fn(&mut Scope<'_>)) -> Result<Expression, Vec<Fault>> {
    let values = ["open", "paid"].map(|value| EnumValue { value: value.to_owned(), label: None });
    let enums = vec![EnumType { name: Name::new("State"), named: true, values: values.to_vec() }];
    let roles = ["user", "admin", "editor"].map(str::to_owned);
    let value = |name: &str, value_type, nullable| {
        (name.to_owned(), Column::Value { name: name.to_owned(), value_type, nullable })
    };
    let columns = IndexMap::from([
        value("price", ValueType::Number, false),
        value("weight", ValueType::Float, true),
        value("state", ValueType::Enum("State".to_owned()), false),
        value("day", ValueType::Date, false),
        value("startsAt", ValueType::DateTime, false),
        value("endsAt", ValueType::DateTime, true),
        value("active", ValueType::Boolean, false),
        value("title", ValueType::String, false),
        value("ownerKey", ValueType::Uuid, false),
        ("labels".to_owned(), Column::Unusable("it is a list".to_owned())),
        ("faulty".to_owned(), Column::Broken),
    ]);
    let mut scope = Scope {
        columns: &columns,
        bare: Subject::New,
        no_new: None,
        no_old: None,
        auth: true,
        roles: &roles,
        enums: &enums,
    };
    change(&mut scope);
    condition(text, &scope).map(|it| it.expect("nothing is broken"))
}

fn read(text: &str) -> Result<Expression, Vec<Fault>> {
    read_in(text, |_| {})
}

fn kind(text: &str) -> ExpressionKind {
    read(text).unwrap_or_else(|faults| panic!("{text}: {faults:?}")).kind
}

#[track_caller]
fn refused(text: &str, at: &str, message: &str) {
    let faults = read(text).expect_err(text);
    assert_eq!((&text[faults[0].range.clone()], faults[0].message.as_str()), (at, message));
}

#[test]
fn a_discount_above_twenty_percent_is_typed() {
    let ExpressionKind::Binary(Operator::Less, left, right) = kind("new.price < old.price * 0.8") else {
        panic!("a comparison")
    };
    assert_eq!(left.kind, ExpressionKind::Field(Subject::New, "price".to_owned()));
    assert!(matches!(right.kind, ExpressionKind::Binary(Operator::Multiply, ..)));
    assert_eq!(right.value_type, ValueType::Number);
}

#[test]
fn and_binds_tighter_than_or_and_not_looser_than_a_comparison() {
    let ExpressionKind::Binary(Operator::Or, _, right) = kind("active or not price > 1 and active") else {
        panic!("or is the root")
    };
    let ExpressionKind::Binary(Operator::And, not, _) = right.kind else { panic!("and below it") };
    assert!(matches!(not.kind, ExpressionKind::Not(_)));
}

#[test]
fn sums_and_products_group_from_the_left() {
    let ExpressionKind::Binary(Operator::Equal, left, _) = kind("price - 1 - 2 * 3 == 0") else { panic!("==") };
    let ExpressionKind::Binary(Operator::Subtract, inner, product) = left.kind else { panic!("-") };
    assert!(matches!(inner.kind, ExpressionKind::Binary(Operator::Subtract, ..)));
    assert!(matches!(product.kind, ExpressionKind::Binary(Operator::Multiply, ..)));
    let ExpressionKind::Binary(Operator::Equal, left, _) = kind("-price + 1 == 0") else { panic!("==") };
    let ExpressionKind::Binary(Operator::Add, negated, _) = left.kind else { panic!("+") };
    assert!(matches!(negated.kind, ExpressionKind::Negate(_)), "minus binds tightest");
}

#[test]
fn null_spreads_but_for_its_own_test() {
    assert!(read("endsAt > startsAt").unwrap().nullable);
    assert!(!read("startsAt > now").unwrap().nullable);
    assert!(!read("endsAt == null").unwrap().nullable);
    assert!(read("not (weight > 2)").unwrap().nullable);
    assert!(matches!(kind("null != endsAt"), ExpressionKind::IsNull { negated: true, .. }));
}

#[test]
fn literals_take_the_type_of_the_other_side() {
    let ExpressionKind::In(_, items) = kind("state in ['open', 'paid']") else { panic!("in") };
    assert!(items.iter().all(|it| it.value_type == ValueType::Enum("State".to_owned())));
    let ExpressionKind::Binary(_, left, _) = kind("2.5 <= weight") else { panic!("<=") };
    assert_eq!(left.value_type, ValueType::Float);
    let ExpressionKind::Binary(_, _, right) = kind("startsAt < '2030-01-01T01:00:00+01:00'") else { panic!("<") };
    assert_eq!(right.kind, ExpressionKind::Literal(Literal::String("2030-01-01T00:00:00.000Z".to_owned())));
    read("actor.role == 'editor' and actor.id == ownerKey").unwrap();
    read("day >= '2026-01-31' and weight * 0.5 + -1 < 3").unwrap();
    read("title == 'it''s'").unwrap();
}

#[test]
fn mistakes_are_shown_where_they_stand() {
    refused("prise > 1", "prise", "unknown field `prise`");
    refused("price > state", "state", "cannot compare an exact number with a value of `State`");
    refused("state == 'opne'", "'opne'", "`opne` is no value of `State`");
    refused("day > '2026-02-30'", "'2026-02-30'", "`2026-02-30` is no date");
    refused("startsAt > '2026-02-03'", "'2026-02-03'", "`2026-02-03` is no moment with an offset");
    refused("ownerKey == 'x'", "'x'", "`x` is no UUID (8-4-4-4-12 hexadecimal digits)");
    refused("startsAt > day", "day", "cannot compare a datetime with a date");
    refused("price > ", "", "the expression ends too early");
    refused("", "", "the expression is empty");
    refused("price = 1", "=", "`=` does not compare");
    refused("active && active", "&&", "`&&` is not understood here");
    refused("!active", "!", "`!` is not understood here");
    refused("price / 2 > 1", "/", "`/` is not understood here");
    refused("1 < price < 3", "<", "comparisons cannot be chained");
    refused("price > null", "null", "null can only be tested");
    refused("null == null", "null", "null is always null");
    refused("labels == 1", "labels", "`labels` cannot be used in an expression");
    refused("price + 1", "price + 1", "this must be a condition");
    refused("state < 'open'", "state", "this has no order");
    refused("weight * price > 1", "price", "cannot compute a float with an exact number");
    refused("title + 'x' == 'y'", "title", "only numbers can be computed with");
    refused("'x", "'", "the closing quote is missing");
    refused("price > 1.", "1.", "digits are missing after the point");
    refused("price > 12a", "12a", "this is no number");
    refused("actor.name == 'x'", "name", "`actor` has no `name`");
    refused("actor.role == 'editr'", "'editr'", "unknown role `editr`");
    refused("row.price > 1", "row", "`row` has no fields");
    refused("price in []", "price in []", "the list is empty");
    refused("price in [1, 'a']", "'a'", "cannot compare an exact number with a string");
    refused("(price > 1", "", "`)` is missing");
    refused("price > 1)", ")", "`)` is not expected here");
    refused("price not in [1]", "not", "`not` stands before a condition");
    refused("not", "", "the expression ends too early");
    refused("price > ü", "ü", "`ü` is not understood here");
}

#[test]
fn all_mistakes_come_at_once() {
    let messages: Vec<String> =
        read("prise > 1 and state == 'opne'").unwrap_err().into_iter().map(|fault| fault.message).collect();
    assert_eq!(messages, ["unknown field `prise`", "`opne` is no value of `State`"]);
}

#[test]
fn old_new_and_actor_are_refused_where_there_are_none() {
    let message = |text, change: fn(&mut Scope<'_>)| read_in(text, change).unwrap_err().remove(0).message;
    assert_eq!(message("old.price > 1", |it| it.no_old = Some("none")), "`old` is not possible here");
    assert_eq!(message("new.price > 1", |it| it.no_new = Some("none")), "`new` is not possible here");
    assert_eq!(message("actor.id == null", |it| it.auth = false), "there is no actor without accounts");
}

#[test]
fn deep_nesting_is_an_error_and_no_overflow() {
    for text in [
        format!("{}active{}", "(".repeat(100), ")".repeat(100)),
        format!("{}active", "not ".repeat(200)),
        format!("price > {}1", "-".repeat(200)),
    ] {
        assert_eq!(read(&text).unwrap_err()[0].message, "the expression is nested too deep");
    }
    let long = "(".repeat(100_000);
    assert_eq!(read(&long).unwrap_err()[0].message, "the expression is too long");
    read(&vec!["active"; 125].join(" and ")).expect("long chains are no nesting");
}
