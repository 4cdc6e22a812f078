//! Whether a value is one that a field accepts: the one place where the types of the answers file are checked in
//! Rust, for defaults, examples, commands and samples alike.

mod pattern;
mod text;
mod time;

pub use pattern::{Pattern, PatternFault};
pub use time::{date, datetime};
pub(crate) use time::{shift_date, shift_datetime};

use super::{EnumType, FieldKind, NumberLimits};
use rust_decimal::Decimal;
use serde_json::{Number, Value};

/// The largest integer that every JSON reader keeps exact.
const SAFE: i64 = 9_007_199_254_740_991;

/// Why a value is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueFault {
    /// The contract's rule: `type`, `format`, `enum`, `scale`, `min`, `max`, `above`, `below`, `pattern`.
    pub rule: &'static str,
    /// A lower-case fragment that follows the value: `is longer than 20 characters`.
    pub message: String,
}

impl ValueFault {
    fn new(rule: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { rule, message }
    }
}

/// Checks one value (an item, for lists) and gives it in the form in which the contract answers it: decimals as
/// strings with `scale` digits, times in UTC, addresses in lower case.
pub fn check_value(kind: &FieldKind, enums: &[EnumType], value: &Value) -> Result<Value, ValueFault> {
    match kind {
        FieldKind::String { min, max, pattern } => {
            let text = string(value)?;
            length(text, *min, *max)?;
            if let Some(pattern) = pattern {
                let pattern = Pattern::new(pattern).map_err(|fault| ValueFault::new("pattern", fault.message))?;
                if !pattern.is_match(text) {
                    return Err(ValueFault::new("pattern", "does not match the pattern"));
                }
            }
            Ok(value.clone())
        }
        FieldKind::Text { min, max } => {
            length(string(value)?, *min, *max)?;
            Ok(value.clone())
        }
        FieldKind::Integer(limits) => whole(value, i64::from(i32::MIN), i64::from(i32::MAX), limits),
        FieldKind::Long(limits) => whole(value, -SAFE, SAFE, limits),
        FieldKind::Float(limits) => float(value, limits),
        FieldKind::Decimal { precision, scale, limits } => decimal(value, *precision, *scale, limits),
        FieldKind::Boolean => match value {
            Value::Bool(_) => Ok(value.clone()),
            Value::String(_) => Err(ValueFault::new("type", "is a text, neither true nor false")),
            _ => Err(ValueFault::new("type", "is neither true nor false")),
        },
        FieldKind::Date { min, max } => {
            let value = date(string(value)?).ok_or_else(|| ValueFault::new("format", "is no date (YYYY-MM-DD)"))?;
            ordered(value, min.as_deref(), max.as_deref())
        }
        FieldKind::DateTime { min, max } => {
            let value = datetime(string(value)?)
                .ok_or_else(|| ValueFault::new("format", "is no moment with an offset (2026-01-31T09:30:00Z)"))?;
            ordered(value, min.as_deref(), max.as_deref())
        }
        FieldKind::Uuid => text::uuid(string(value)?).map(Value::String),
        FieldKind::Email => text::email(string(value)?).map(Value::String),
        FieldKind::Url => text::url(string(value)?).map(Value::String),
        FieldKind::Enum(name) => {
            let text = string(value)?;
            let known = enums.iter().find(|it| it.name.declared() == name);
            if known.is_some_and(|it| it.values.iter().any(|one| one.value == text)) {
                return Ok(value.clone());
            }
            let values = known.map_or_else(Vec::new, |it| it.values.iter().map(|one| one.value.as_str()).collect());
            Err(ValueFault::new("enum", format!("is none of {}", values.join(", "))))
        }
        FieldKind::Json => match value {
            Value::Object(_) => Ok(value.clone()),
            _ => Err(ValueFault::new("type", "is no JSON object")),
        },
    }
}

/// The limits of a whole number, as the inclusive range of whole numbers that they and the type allow.
pub fn whole_range(long: bool, limits: &NumberLimits) -> (Decimal, Decimal) {
    let (lowest, highest) = if long { (-SAFE, SAFE) } else { (i64::from(i32::MIN), i64::from(i32::MAX)) };
    steps(limits, 0, Decimal::from(lowest), Decimal::from(highest))
}

/// The limits of a decimal, as the inclusive range of numbers with `scale` digits that they and the type allow.
pub fn decimal_range(precision: u32, scale: u32, limits: &NumberLimits) -> (Decimal, Decimal) {
    let digits = 10_i128.pow(precision) - 1;
    let highest = Decimal::from_i128_with_scale(digits, scale);
    steps(limits, scale, -highest, highest)
}

fn steps(limits: &NumberLimits, scale: u32, mut lowest: Decimal, mut highest: Decimal) -> (Decimal, Decimal) {
    use rust_decimal::RoundingStrategy::{ToNegativeInfinity, ToPositiveInfinity};
    let step = Decimal::new(1, scale);
    if let Some(bound) = &limits.lower {
        let mut first = bound.value.round_dp_with_strategy(scale, ToPositiveInfinity);
        if !bound.inclusive && first == bound.value {
            first = first.checked_add(step).unwrap_or(first);
        }
        lowest = lowest.max(first);
    }
    if let Some(bound) = &limits.upper {
        let mut last = bound.value.round_dp_with_strategy(scale, ToNegativeInfinity);
        if !bound.inclusive && last == bound.value {
            last = last.checked_sub(step).unwrap_or(last);
        }
        highest = highest.min(last);
    }
    (lowest, highest)
}

/// A number as it is written, exact; `None` when it needs more than 28 digits.
pub fn exact(text: &str) -> Option<Decimal> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let mut number = Decimal::from_str_exact(mantissa).ok()?;
    let mut exponent: i32 = exponent.parse().ok().filter(|it: &i32| it.abs() <= 40)?;
    while exponent > 0 {
        number = number.checked_mul(Decimal::TEN)?;
        exponent -= 1;
    }
    if exponent < 0 && !number.is_zero() {
        let normal = number.normalize();
        let scale = normal.scale().checked_add(exponent.unsigned_abs())?;
        number = Decimal::try_from_i128_with_scale(normal.mantissa(), scale).ok()?;
    }
    Some(number.normalize())
}

fn string(value: &Value) -> Result<&str, ValueFault> {
    match value {
        Value::String(text) if text.contains('\0') => Err(ValueFault::new("format", "holds a NUL character")),
        Value::String(text) => Ok(text),
        _ => Err(ValueFault::new("type", "is no string")),
    }
}

fn length(text: &str, min: u32, max: u32) -> Result<(), ValueFault> {
    let length = text.chars().count();
    if length < min as usize {
        return Err(ValueFault::new("min", format!("is shorter than {}", characters(min))));
    }
    if length > max as usize {
        return Err(ValueFault::new("max", format!("is longer than {}", characters(max))));
    }
    Ok(())
}

fn characters(count: u32) -> String {
    format!("{count} character{}", if count == 1 { "" } else { "s" })
}

fn bounds(number: Decimal, limits: &NumberLimits) -> Result<(), ValueFault> {
    if let Some(bound) = &limits.lower {
        if bound.inclusive && number < bound.value {
            return Err(ValueFault::new("min", format!("is less than {}", bound.value)));
        }
        if !bound.inclusive && number <= bound.value {
            return Err(ValueFault::new("above", format!("is not above {}", bound.value)));
        }
    }
    if let Some(bound) = &limits.upper {
        if bound.inclusive && number > bound.value {
            return Err(ValueFault::new("max", format!("is more than {}", bound.value)));
        }
        if !bound.inclusive && number >= bound.value {
            return Err(ValueFault::new("below", format!("is not below {}", bound.value)));
        }
    }
    Ok(())
}

fn whole(value: &Value, lowest: i64, highest: i64, limits: &NumberLimits) -> Result<Value, ValueFault> {
    let Value::Number(number) = value else {
        return Err(ValueFault::new("type", "is no whole number"));
    };
    let exact = exact(&number.to_string()).filter(Decimal::is_integer);
    let Some(exact) = exact else {
        return Err(ValueFault::new("type", "is no whole number"));
    };
    if exact < Decimal::from(lowest) {
        return Err(ValueFault::new("min", format!("is less than {lowest}")));
    }
    if exact > Decimal::from(highest) {
        return Err(ValueFault::new("max", format!("is more than {highest}")));
    }
    bounds(exact, limits)?;
    let exact = i64::try_from(exact).map_err(|_| ValueFault::new("type", "is no whole number"))?;
    Ok(Value::from(exact))
}

fn float(value: &Value, limits: &NumberLimits) -> Result<Value, ValueFault> {
    let number = match value {
        Value::Number(number) => number.as_f64().filter(|it| it.is_finite()),
        _ => None,
    };
    let Some(number) = number else {
        return Err(ValueFault::new("type", "is no finite number"));
    };
    let nearest = |bound: Decimal| bound.to_string().parse::<f64>().unwrap_or(0.0);
    if let Some(bound) = &limits.lower {
        if bound.inclusive && number < nearest(bound.value) {
            return Err(ValueFault::new("min", format!("is less than {}", bound.value)));
        }
        if !bound.inclusive && number <= nearest(bound.value) {
            return Err(ValueFault::new("above", format!("is not above {}", bound.value)));
        }
    }
    if let Some(bound) = &limits.upper {
        if bound.inclusive && number > nearest(bound.value) {
            return Err(ValueFault::new("max", format!("is more than {}", bound.value)));
        }
        if !bound.inclusive && number >= nearest(bound.value) {
            return Err(ValueFault::new("below", format!("is not below {}", bound.value)));
        }
    }
    Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
}

fn decimal(value: &Value, precision: u32, scale: u32, limits: &NumberLimits) -> Result<Value, ValueFault> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) if is_decimal(text) => text.clone(),
        Value::String(_) => return Err(ValueFault::new("format", "is no decimal number")),
        _ => return Err(ValueFault::new("type", "is no decimal number")),
    };
    let beyond = if text.starts_with('-') { "min" } else { "max" };
    let too_many = || ValueFault::new(beyond, format!("has more than {} digits before the point", precision - scale));
    let mut number = exact(&text).ok_or_else(too_many)?;
    if number.scale() > scale {
        return Err(ValueFault::new("scale", format!("has more than {scale} digits after the point")));
    }
    let (_, highest) = decimal_range(precision, scale, &NumberLimits::default());
    if number.abs() > highest {
        return Err(too_many());
    }
    bounds(number, limits)?;
    number.rescale(scale);
    if number.is_zero() {
        number.set_sign_positive(true);
    }
    Ok(Value::String(number.to_string()))
}

/// `-?(0|[1-9][0-9]*)(\.[0-9]+)?`
fn is_decimal(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    digits(whole) && (whole == "0" || !whole.starts_with('0')) && fraction.is_none_or(digits)
}

fn ordered(value: String, min: Option<&str>, max: Option<&str>) -> Result<Value, ValueFault> {
    if let Some(min) = min.filter(|min| value.as_str() < *min) {
        return Err(ValueFault::new("min", format!("is before {min}")));
    }
    if let Some(max) = max.filter(|max| value.as_str() > *max) {
        return Err(ValueFault::new("max", format!("is after {max}")));
    }
    Ok(Value::String(value))
}
