//! Examples of rows in JSON.

use crate::reading::Field;
use regex::Regex;
use serde_json::Value;
use std::ops::Range;
use std::sync::OnceLock;

/// A key of an example, where it stands, and the field that its value suggests.
pub(super) type Suggested = (Range<usize>, Field);

/// The keys of an example: one row, or a list of some.
pub(super) fn keys(text: &str, code: Range<usize>) -> Option<Vec<Suggested>> {
    let raw = &text[code.clone()];
    let row = match serde_json::from_str(raw).ok()? {
        Value::Object(row) => row,
        Value::Array(rows) => rows.into_iter().next()?.as_object()?.clone(),
        _ => return None,
    };
    let mut found = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    let mut depth = 0_usize;
    let mut chars = raw.char_indices();
    while let Some((at, it)) = chars.next() {
        match it {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '"' => {
                let start = at + 1;
                let mut end = start;
                while let Some((next, it)) = chars.next() {
                    end = next;
                    match it {
                        '\\' => drop(chars.next()),
                        '"' => break,
                        _ => {}
                    }
                }
                let key = &raw[start..end];
                let is_key = raw[end + 1..].trim_start().starts_with(':');
                if let Some(value) = row.get(key).filter(|_| depth == 1 && is_key && seen.insert(key.to_owned())) {
                    found.push((code.start + start..code.start + end, suggested(value)));
                }
            }
            _ => {}
        }
    }
    (!found.is_empty()).then_some(found)
}

/// The field that could have a value.
fn suggested(value: &Value) -> Field {
    match value {
        Value::Null => Field { optional: true, ..Field::new("string") },
        Value::Bool(_) => Field::new("boolean"),
        Value::Number(number) if number.is_f64() => Field::new("decimal"),
        Value::Number(_) => Field::new("integer"),
        Value::String(text) => Field::new(called(text)),
        Value::Array(items) => match items.first() {
            Some(Value::Object(_) | Value::Array(_)) | None => Field::new("json"),
            Some(first) => Field { list: true, ..suggested(first) },
        },
        Value::Object(_) => Field::new("json"),
    }
}

fn called(text: &str) -> &'static str {
    static FORMS: OnceLock<Vec<(Regex, &str)>> = OnceLock::new();
    let forms = FORMS.get_or_init(|| {
        let forms = [
            (r"^\d{4}-\d\d-\d\d$", "date"),
            (r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d", "datetime"),
            (r"^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", "uuid"),
            (r"^[^@\s]+@[^@\s]+\.[^@\s]+$", "email"),
            (r"^https?://\S+$", "url"),
        ];
        forms.map(|(form, kind)| (Regex::new(form).unwrap_or_else(|error| unreachable!("{error}")), kind)).into()
    });
    let found = forms.iter().find(|(form, _)| form.is_match(text));
    found.map_or(if text.chars().count() > 255 { "text" } else { "string" }, |(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_suggest_types() {
        let text =
            r#"[{"a": 1, "b": 2.5, "c": "2024-01-31", "d": "x", "e": {"a": 1}, "f": ["x"], "g": null, "h": "a@b.c"}]"#;
        let found = keys(text, 0..text.len()).unwrap();
        let told: Vec<_> =
            found.iter().map(|(at, it)| format!("{} {}", &text[at.clone()], it.line().unwrap())).collect();
        assert_eq!(
            told,
            ["a integer", "b decimal", "c date", "d string", "e json", "f string[]", "g string ?", "h email"]
        );
        assert!(keys("{nonsense", 0..9).is_none());
    }
}
