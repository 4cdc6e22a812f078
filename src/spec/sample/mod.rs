//! Values of a field that tests, seeds and examples are made from: the same ones for the same seed, everywhere.

mod fitted;
mod matching;
mod number;
mod words;

pub use fitted::sample_row;

use super::value::{shift_date, shift_datetime};
use super::{EnumType, Field, FieldKind, Name, ValueFault, check_value};
use serde_json::{Value, json};

/// Values of one field.
#[derive(Debug, Clone, PartialEq)]
pub struct Samples {
    /// What a person would write; different for different seeds as far as the type allows.
    pub typical: Value,
    /// The least that is allowed: number, day, moment, length, or count of items.
    pub lowest: Option<Value>,
    /// The most that is allowed.
    pub highest: Option<Value>,
    /// Just less than allowed.
    pub too_low: Option<Refused>,
    /// Just more than allowed.
    pub too_high: Option<Refused>,
    /// Of the wrong type or form.
    pub wrong: Option<Refused>,
}

/// A value that the field refuses.
#[derive(Debug, Clone, PartialEq)]
pub struct Refused {
    /// The value.
    pub value: Value,
    /// The contract's rule that refuses it: `type`, `format`, `enum`, `scale`, `min`, `max`, `above`, `below`, `pattern`.
    pub rule: &'static str,
}

/// The values of a field for a seed: 0 for the first row, 1 for the second, …
pub fn samples(field: &Field, enums: &[EnumType], seed: usize) -> Samples {
    samples_of(field, None, enums, seed)
}

/// The same for a field of an entity of that name: the name of a tag is another than the name of a supplier.
pub fn samples_of(field: &Field, owner: Option<&Name>, enums: &[EnumType], seed: usize) -> Samples {
    let sampler = Sampler { field, owner, enums, seed };
    let one = sampler.one();
    match field.list {
        None => one,
        Some(most) => sampler.list(&one, most as usize),
    }
}

struct Sampler<'a> {
    field: &'a Field,
    owner: Option<&'a Name>,
    enums: &'a [EnumType],
    seed: usize,
}

impl Sampler<'_> {
    fn check(&self, value: &Value) -> Result<Value, ValueFault> {
        check_value(&self.field.kind, self.enums, value)
    }

    /// The value in its canonical form, if it is allowed.
    fn allowed(&self, value: impl Into<Value>) -> Option<Value> {
        self.check(&value.into()).ok()
    }

    /// The value and what refuses it, if it is refused.
    fn refused(&self, value: impl Into<Value>) -> Option<Refused> {
        let value = value.into();
        let rule = self.check(&value).err()?.rule;
        Some(Refused { value, rule })
    }

    fn one(&self) -> Samples {
        let wrong = self.wrong();
        let plain = |typical| Samples {
            typical,
            lowest: None,
            highest: None,
            too_low: None,
            too_high: None,
            wrong: wrong.clone(),
        };
        match &self.field.kind {
            FieldKind::String { min, max, pattern } => {
                let typical = match pattern {
                    Some(pattern) => self.matching(pattern, *min, *max),
                    None => self.text(*min, *max),
                };
                self.lengths(plain(typical), *min, *max)
            }
            FieldKind::Text { min, max } => self.lengths(plain(self.text(*min, *max)), *min, *max),
            FieldKind::Integer(_) | FieldKind::Long(_) | FieldKind::Float(_) | FieldKind::Decimal { .. } => {
                self.number(plain(Value::Null))
            }
            FieldKind::Boolean => plain((self.seed.is_multiple_of(2)).into()),
            FieldKind::Date { min, max } => self.times(plain(Value::Null), min.as_deref(), max.as_deref(), false),
            FieldKind::DateTime { min, max } => self.times(plain(Value::Null), min.as_deref(), max.as_deref(), true),
            FieldKind::Uuid => plain(format!("019a0000-0000-7000-9000-{:012x}", self.seed + 1).into()),
            FieldKind::Email => plain(words::email(self.seed).into()),
            FieldKind::Url => plain(words::url(self.seed).into()),
            FieldKind::Enum(name) => {
                let values = self.enums.iter().find(|it| it.name.declared() == name).map(|it| it.values.as_slice());
                let values = values.unwrap_or_default();
                let value = values.get(self.seed % values.len().max(1)).map(|it| it.value.clone());
                plain(value.map_or(Value::Null, Value::String))
            }
            FieldKind::Json => plain(json!({ "note": words::sentence(self.seed) })),
        }
    }

    fn wrong(&self) -> Option<Refused> {
        let value: Value = match &self.field.kind {
            FieldKind::String { pattern: Some(_), min, max } => {
                let lengths = [*min, (*min + 1).min(*max), *max].map(|it| it.clamp(1, 100) as usize);
                let texts = ["!", "\u{e9}", "~ "].into_iter().flat_map(|it| lengths.map(|length| it.repeat(length)));
                let found = texts.filter_map(|it| self.refused(it)).find(|it| it.rule == "pattern");
                return found.or_else(|| self.refused(5));
            }
            FieldKind::String { .. } | FieldKind::Text { .. } => 5.into(),
            FieldKind::Integer(_) | FieldKind::Long(_) | FieldKind::Float(_) => "5".into(),
            FieldKind::Decimal { .. } => "1,5".into(),
            FieldKind::Boolean => "yes".into(),
            FieldKind::Date { .. } => "2026-02-30".into(),
            FieldKind::DateTime { .. } => "2026-01-31T09:30:00".into(),
            FieldKind::Uuid => "not-a-uuid".into(),
            FieldKind::Email => "nobody".into(),
            FieldKind::Url => "ftp://example.com".into(),
            FieldKind::Enum(_) => "no-such-value".into(),
            FieldKind::Json => json!(["not", "an", "object"]),
        };
        self.refused(value)
    }

    /// A text by the field's name, fitted to its length.
    fn text(&self, min: u32, max: u32) -> Value {
        let text = words::text(&self.field.name, self.owner, self.seed, self.field.unique, max as usize);
        fitted(&text, min as usize, max as usize).into()
    }

    fn matching(&self, pattern: &str, min: u32, max: u32) -> Value {
        if let Some(example) = self.field.example.as_ref().filter(|_| self.seed == 0) {
            return example.clone();
        }
        let mut candidates = matching::texts(pattern, self.seed, max as usize);
        let enough = |text: &String| text.chars().count() >= min as usize;
        let found = candidates.find(|text| enough(text) && self.check(&text.as_str().into()).is_ok());
        let fallback = self.field.example.clone().unwrap_or(Value::Null);
        found.map_or(fallback, Value::String)
    }

    fn lengths(&self, samples: Samples, min: u32, max: u32) -> Samples {
        let base = samples.typical.as_str().unwrap_or_default();
        let of = |length: usize| fitted(base, length, length);
        Samples {
            lowest: self.allowed(of(min as usize)),
            highest: self.allowed(of(max as usize)),
            too_low: (min > 0).then(|| self.refused(of(min as usize - 1))).flatten(),
            too_high: self.refused(of(max as usize + 1)),
            ..samples
        }
    }

    fn times(&self, samples: Samples, min: Option<&str>, max: Option<&str>, moment: bool) -> Samples {
        let shift = |text: &str, steps: i64| if moment { shift_datetime(text, steps) } else { shift_date(text, steps) };
        let seed = i64::try_from(self.seed % if self.field.unique { 100_000 } else { 365 }).unwrap_or_default();
        let (start, step) = if moment { ("2026-01-31T09:30:00.000Z", 25 * 3_600_000) } else { ("2026-01-31", 1) };
        let near = |start: &str, step: i64| shift(start, seed * step).and_then(|text| self.allowed(text));
        let bound = |bound: Option<&str>, steps| shift(bound?, steps);
        let typical = near(start, step)
            .or_else(|| min.and_then(|min| near(min, step)))
            .or_else(|| max.and_then(|max| near(max, -step)))
            .or_else(|| min.or(max).and_then(|it| self.allowed(it)));
        Samples {
            typical: typical.unwrap_or_else(|| start.into()),
            lowest: min.and_then(|it| self.allowed(it)),
            highest: max.and_then(|it| self.allowed(it)),
            too_low: bound(min, -1).and_then(|it| self.refused(it)),
            too_high: bound(max, 1).and_then(|it| self.refused(it)),
            ..samples
        }
    }

    /// A list of one or two items, an empty one, a full one, and one too full.
    fn list(&self, one: &Samples, most: usize) -> Samples {
        let item = |index: usize| {
            let seed = self.seed + index;
            Sampler { seed, ..*self }.one().typical
        };
        let items = |count: usize| Value::Array((0..count).map(item).collect());
        let wrong = one.wrong.as_ref().map(|it| Refused { value: json!([it.value]), rule: it.rule });
        Samples {
            typical: items((1 + self.seed % 2).min(most)),
            lowest: Some(json!([])),
            highest: Some(items(most)),
            too_low: None,
            too_high: Some(Refused { value: items(most + 1), rule: "max" }),
            wrong,
        }
    }
}

/// A text cut or repeated until its length fits; it neither begins nor ends with a space.
fn fitted(text: &str, min: usize, max: usize) -> String {
    let base = if text.is_empty() { "x" } else { text };
    let length = base.chars().count().clamp(min, max);
    let mut fitted: String = base.chars().chain([' ']).cycle().take(length).collect();
    if fitted.ends_with(' ') {
        fitted.pop();
        fitted.push('.');
    }
    fitted
}
