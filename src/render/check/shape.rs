//! The shape of the contexts: which paths exist, and which of them hold free text.

use crate::render::TEXT;
use serde_json::Value;
use std::collections::BTreeMap;

/// What may stand at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// Nothing is known but that the path exists.
    Unknown,
    /// A name, number or boolean, safe to print.
    Plain,
    /// Free text, printed through an escaping helper only.
    Text,
    /// Keys.
    Object(BTreeMap<String, Shape>),
    /// Items, all of one shape.
    List(Box<Shape>),
}

impl Shape {
    /// The shape of one value.
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Unknown,
            Value::Bool(_) | Value::Number(_) | Value::String(_) => Self::Plain,
            Value::Array(items) => Self::List(Box::new(items.iter().map(Self::of).fold(Self::Unknown, Self::merged))),
            Value::Object(object) if object.contains_key(TEXT) => Self::Text,
            Value::Object(object) => Self::Object(object.iter().map(|(key, it)| (key.clone(), Self::of(it))).collect()),
        }
    }

    /// What may stand where either may.
    pub fn merged(self, other: Self) -> Self {
        match (self, other) {
            (Self::Text, _) | (_, Self::Text) => Self::Text,
            (Self::Unknown, other) | (other, Self::Unknown) => other,
            (Self::Object(mut all), Self::Object(more)) => {
                for (key, shape) in more {
                    let known = all.remove(&key).unwrap_or(Self::Unknown);
                    all.insert(key, known.merged(shape));
                }
                Self::Object(all)
            }
            (Self::List(a), Self::List(b)) => Self::List(Box::new(a.merged(*b))),
            // Now a list, now a single value: a template that looks first may do either.
            (Self::Plain, Self::List(_) | Self::Object(_)) | (Self::List(_) | Self::Object(_), Self::Plain) => {
                Self::Unknown
            }
            (known, _) => known,
        }
    }

    /// The shape one step down; `None` when nothing can be there.
    pub fn step(&self, key: &str) -> Option<Self> {
        match self {
            Self::Unknown => Some(Self::Unknown),
            Self::Object(object) => object.get(key).cloned(),
            Self::List(item) if key.starts_with('[') || key.parse::<usize>().is_ok() => Some((**item).clone()),
            Self::List(_) if key == "length" => Some(Self::Plain),
            Self::Plain | Self::Text | Self::List(_) => None,
        }
    }
}
