use super::*;
use crate::spec::{EnumValue, ExpressionKind, Name, Operator, Subject};

fn enums() -> Vec<EnumType> {
    let values = ["open", "paid"].map(|value| EnumValue { value: value.to_owned(), label: None });
    vec![EnumType { name: Name::new("State"), values: values.to_vec() }]
}

fn scope(enums: &[EnumType]) -> Scope<'_> {
    let field = |name: &str, kind, nullable| (name.to_owned(), kind, nullable);
    Scope {
        fields: vec![
            field("price", Some(ValueType::Number), false),
            field("weight", Some(ValueType::Float), true),
            field("state", Some(ValueType::Enum("State".to_owned())), false),
            field("startsAt", Some(ValueType::DateTime), false),
            field("endsAt", Some(ValueType::DateTime), true),
            field("active", Some(ValueType::Boolean), false),
            field("labels", None, false),
        ],
        old: true,
        actor: true,
        enums,
    }
}

fn read(text: &str) -> Result<Expression, ExpressionError> {
    condition(text, &scope(&enums()))
}

#[track_caller]
fn refused(text: &str, at: &str, message: &str) {
    let error = read(text).expect_err(text);
    assert_eq!((&text[error.start..error.end], error.message.as_str()), (at, message));
}

#[test]
fn a_discount_above_twenty_percent_is_typed() {
    let ExpressionKind::Binary(Operator::Less, left, right) = read("new.price < old.price * 0.8").unwrap().kind else {
        panic!("a comparison")
    };
    assert_eq!(left.kind, ExpressionKind::Field(Subject::New, "price".to_owned()));
    assert!(matches!(right.kind, ExpressionKind::Binary(Operator::Multiply, ..)));
    assert_eq!(right.value_type, ValueType::Number);
}

#[test]
fn and_binds_tighter_than_or_and_not_looser_than_a_comparison() {
    let ExpressionKind::Binary(Operator::Or, _, right) = read("active or not price > 1 and active").unwrap().kind else {
        panic!("or is the root")
    };
    let ExpressionKind::Binary(Operator::And, not, _) = right.kind else { panic!("and below it") };
    assert!(matches!(not.kind, ExpressionKind::Not(_)));
}

#[test]
fn null_spreads_but_for_its_own_test() {
    assert!(read("endsAt > startsAt").unwrap().nullable);
    assert!(!read("endsAt == null").unwrap().nullable);
    assert!(read("not (weight > 2)").unwrap().nullable);
}

#[test]
fn literals_take_the_type_of_the_other_side() {
    let ExpressionKind::In(_, items) = read("state in ['open', 'paid']").unwrap().kind else { panic!("in") };
    assert!(items.iter().all(|it| it.value_type == ValueType::Enum("State".to_owned())));
    read("weight >= 2.5").unwrap();
    read("startsAt < '2030-01-01T00:00:00Z'").unwrap();
    read("actor.role == 'editor'").unwrap();
}

#[test]
fn mistakes_are_shown_where_they_stand() {
    refused("prise > 1", "prise", "unknown field `prise`");
    refused("price > state", "price > state", "cannot compare or combine a number with a value of State");
    refused("state == 'opne'", "state == 'opne'", "\"opne\" is no value of State");
    refused("price > ", "", "expected a name, a number or a string, found the end");
    refused("price = 1", "=", "unexpected `=`");
    refused("active && active", "&&", "expected an operator or the end, found `&&`");
    refused("1 < price < 3", "<", "comparisons cannot be chained");
    refused("price > null", "null", "null stands beside `==` and `!=` alone");
    refused("labels == 1", "labels", "`labels` is a list or an object; expressions compare single values");
    refused("price + 1", "price + 1", "expected a condition, found a number");
    refused("state < 'open'", "state < 'open'", "a value of State has no order; compare with `==`, `!=` or `in`");
    refused("weight * price > 1", "weight * price", "cannot compare or combine a float with a number");
    refused("'x", "'x", "unclosed string");
}

#[test]
fn old_and_actor_are_refused_where_there_are_none() {
    let enums = enums();
    let none = Scope { old: false, actor: false, ..scope(&enums) };
    assert_eq!(condition("old.price > 1", &none).unwrap_err().message, "`old` has no meaning here");
    assert_eq!(condition("actor.id == null", &none).unwrap_err().message, "there is no actor: this service has no accounts");
}

#[test]
fn deep_nesting_is_an_error_and_no_overflow() {
    let deep = format!("{}active{}", "(".repeat(100_000), ")".repeat(100_000));
    assert_eq!(read(&deep).unwrap_err().message, "nested deeper than 64");
    assert_eq!(read(&format!("{}active", "not ".repeat(100_000))).unwrap_err().message, "nested deeper than 64");
    assert_eq!(read(&format!("price > {}1", "-".repeat(100_000))).unwrap_err().message, "nested deeper than 64");
}
