//! Limits of fields: as written, and leaving something allowed.

use super::context::Context;
use super::shape::{Limit, LimitKey, Shape};
use crate::answers::Problem;
use crate::answers::tree::{Node, Value};
use crate::spec::{Bound, FieldKind, NumberLimits, date, datetime, decimal_range, exact, whole_range};
use rust_decimal::Decimal;

/// Lengths of strings and texts.
pub(super) fn lengths(cx: &Context<'_>, shape: &Shape, usual: u32, most: u32) -> Option<(u32, u32)> {
    let (low, high) = pair(cx, shape)?;
    let count = |limit: Option<&Limit>| match limit {
        Some(limit) => cx.problems.whole(&limit.node, &format!("`{}`", limit.key.id()), 0..=most).map(Some),
        None => Some(None),
    };
    let (min, max) = (count(low)?, count(high)?);
    let least = u32::from(shape.required);
    let (lowest, highest) = (min.unwrap_or(least), max.unwrap_or(usual.max(min.unwrap_or(0))));
    if lowest > highest || highest == 0 {
        let node = &high.or(low)?.node;
        nothing(cx, node, &format!("the length would be {lowest} at least and {highest} at most"));
        return None;
    }
    Some((lowest, highest))
}

/// Limits of integers and longs.
pub(super) fn whole(cx: &Context<'_>, shape: &Shape, long: bool) -> Option<NumberLimits> {
    let (lowest, highest) = whole_range(long, &NumberLimits::default());
    let limits = numbers(cx, shape, |number| {
        if !number.is_integer() {
            return Err("must be a whole number".to_owned());
        }
        if number < lowest || number > highest {
            return Err(format!("must be between {lowest} and {highest}"));
        }
        Ok(())
    })?;
    let (lowest, highest) = whole_range(long, &limits);
    something(cx, shape, lowest <= highest)?;
    Some(limits)
}

/// Limits of floats.
pub(super) fn float(cx: &Context<'_>, shape: &Shape) -> Option<NumberLimits> {
    let limits = numbers(cx, shape, |_| Ok(()))?;
    let fits = match (&limits.lower, &limits.upper) {
        (Some(low), Some(high)) if low.inclusive && high.inclusive => low.value <= high.value,
        (Some(low), Some(high)) => low.value < high.value,
        _ => true,
    };
    something(cx, shape, fits)?;
    Some(limits)
}

/// Digits and limits of decimals.
pub(super) fn decimal(cx: &Context<'_>, shape: &Shape) -> Option<FieldKind> {
    let precision = match &shape.precision {
        Some(node) => cx.problems.whole(node, "the precision", 1..=18)?,
        None => 12,
    };
    let scale = match &shape.scale {
        Some(node) => cx.problems.whole(node, "the scale", 0..=precision)?,
        None => 2.min(precision),
    };
    let limits = numbers(cx, shape, |_| Ok(()))?;
    let (lowest, highest) = decimal_range(precision, scale, &limits);
    something(cx, shape, lowest <= highest)?;
    Some(FieldKind::Decimal { precision, scale, limits })
}

/// Limits of dates and datetimes, in canonical form.
pub(super) fn times(cx: &Context<'_>, shape: &Shape, moment: bool) -> Option<(Option<String>, Option<String>)> {
    let (low, high) = pair(cx, shape)?;
    let read = |limit: Option<&Limit>| {
        let Some(limit) = limit else { return Some(None) };
        let text = match &limit.node.value {
            Value::String(text) => text,
            _ => cx.problems.string(&limit.node, &format!("`{}`", limit.key.id())).map(|_| &shape.type_name)?,
        };
        let canonical = if moment { datetime(text) } else { date(text) };
        if canonical.is_none() {
            let example = if moment { "2026-01-31T09:30:00Z" } else { "2026-01-31" };
            let kind = if moment { "moment with an offset" } else { "date" };
            let problem = Problem::new(format!("`{text}` is no {kind}"), limit.node.place.clone());
            cx.problem(problem.note(format!("write for example {example}")));
        }
        canonical.map(Some)
    };
    let (min, max) = (read(low)?, read(high)?);
    something(cx, shape, min.is_none() || max.is_none() || min <= max)?;
    Some((min, max))
}

/// The lower and the upper limit; two of one side are refused.
fn pair<'s>(cx: &Context<'_>, shape: &'s Shape) -> Option<(Option<&'s Limit>, Option<&'s Limit>)> {
    let (mut low, mut high) = (None, None);
    for limit in &shape.limits {
        let (slot, side) = match limit.key {
            LimitKey::Min | LimitKey::Above => (&mut low, "lower"),
            LimitKey::Max | LimitKey::Below => (&mut high, "upper"),
        };
        if slot.is_some() {
            let problem = Problem::new(format!("there are two {side} limits"), limit.node.place.clone());
            cx.problem(problem.note("keep one of them"));
            return None;
        }
        *slot = Some(limit);
    }
    Some((low, high))
}

fn numbers(cx: &Context<'_>, shape: &Shape, check: impl Fn(Decimal) -> Result<(), String>) -> Option<NumberLimits> {
    let (low, high) = pair(cx, shape)?;
    let read = |limit: Option<&Limit>| {
        let Some(limit) = limit else { return Some(None) };
        let id = limit.key.id();
        let value = match &limit.node.value {
            Value::Number(text) => exact(text),
            Value::String(text) if shape.type_name == "decimal" && super::line::is_number(text) => exact(text),
            _ => {
                let problem = Problem::new(format!("`{id}` must be a number"), limit.node.place.clone());
                cx.problem(problem.label(format!("found {}", limit.node.describe())));
                return None;
            }
        };
        let Some(value) = value else {
            cx.problem(Problem::new(format!("`{id}` is no number of at most 28 digits"), limit.node.place.clone()));
            return None;
        };
        if let Err(message) = check(value) {
            cx.problem(Problem::new(format!("`{id}` {message}"), limit.node.place.clone()));
            return None;
        }
        Some(Some(Bound { value, inclusive: matches!(limit.key, LimitKey::Min | LimitKey::Max) }))
    };
    let (lower, upper) = (read(low), read(high));
    Some(NumberLimits { lower: lower?, upper: upper? })
}

fn something(cx: &Context<'_>, shape: &Shape, fits: bool) -> Option<()> {
    if !fits {
        let node = &shape.limits.last()?.node;
        nothing(cx, node, "no value is left");
        return None;
    }
    Some(())
}

fn nothing(cx: &Context<'_>, node: &Node, why: &str) {
    cx.problem(Problem::new("the limits allow nothing", node.place.clone()).label(why));
}
