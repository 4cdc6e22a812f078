//! A field of an entity while it is gathered.

use super::Value;
use indexmap::IndexMap;

/// A field of an entity, in the words of the answers file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Field {
    /// `string`, `decimal`, …, `enum` (with [`Self::values`]), or the name of an enumeration.
    pub kind: String,
    /// The values of an `enum`.
    pub values: Vec<String>,
    /// Whether it is a list.
    pub list: bool,
    /// The most items of a list, when it is not the usual number.
    pub max_items: Option<u64>,
    /// Of a decimal: digits in all, and after the point.
    pub digits: Option<(u32, u32)>,
    /// At least; of a text its length.
    pub min: Option<String>,
    /// At most; of a text its length.
    pub max: Option<String>,
    /// More than.
    pub above: Option<String>,
    /// Less than.
    pub below: Option<String>,
    /// What a string must match.
    pub pattern: Option<String>,
    /// Whether it may be left out or null.
    pub optional: bool,
    /// Whether no two rows may be alike.
    pub unique: bool,
    /// Whether it has an index of its own.
    pub index: bool,
    /// Accepted, never answered.
    pub private: bool,
    /// Answered, never accepted.
    pub read_only: bool,
    /// Taken when it is left out.
    pub default: Option<Value>,
    /// A value that it could have.
    pub example: Option<Value>,
    /// What it is for.
    pub doc: Option<String>,
}

impl Field {
    /// A required field of that type.
    pub fn new(kind: impl Into<String>) -> Self {
        Self { kind: kind.into(), ..Self::default() }
    }

    /// As the answers file says it: in one line where that can say it all.
    pub fn value(&self) -> Value {
        let plain = self.doc.is_none()
            && self.example.is_none()
            && self.max_items.is_none()
            && self.pattern.is_none()
            && !self.private
            && !self.read_only;
        match self.line() {
            Some(line) if plain => Value::Text(line),
            _ => Value::Table(self.table()),
        }
    }

    /// The one-line form without what only a table can say; `None` when a default does not fit in.
    pub fn line(&self) -> Option<String> {
        let mut line = self.kind.clone();
        if self.kind == "enum" {
            line.push_str(&format!("({})", self.values.join(", ")));
        }
        if let Some((precision, scale)) = self.digits {
            line.push_str(&format!("({precision},{scale})"));
        }
        if self.list {
            line.push_str("[]");
        }
        match (&self.min, &self.max) {
            (None, None) => {}
            (min, max) => {
                let bound = |it: &Option<String>| it.clone().unwrap_or_default();
                line.push_str(&format!(" {}..{}", bound(min), bound(max)));
            }
        }
        for (sign, bound) in [(">", &self.above), ("<", &self.below)] {
            if let Some(bound) = bound {
                line.push_str(&format!(" {sign} {bound}"));
            }
        }
        for (word, is) in [("unique", self.unique), ("index", self.index), ("?", self.optional)] {
            if is {
                line.push_str(&format!(" {word}"));
            }
        }
        match &self.default {
            None => {}
            Some(Value::Text(text))
                if text.chars().all(|it| it.is_ascii_alphanumeric() || "_-".contains(it)) && !text.is_empty() =>
            {
                line.push_str(&format!(" = {text}"));
            }
            Some(Value::Text(text)) if !text.contains(['"', '\\']) && !text.contains(char::is_control) => {
                line.push_str(&format!(" = \"{text}\""));
            }
            Some(value @ (Value::Number(_) | Value::Boolean(_))) => line.push_str(&format!(" = {value}")),
            Some(_) => return None,
        }
        Some(line)
    }

    fn table(&self) -> IndexMap<String, Value> {
        let mut table = IndexMap::new();
        let mut put = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                table.insert(key.to_owned(), value);
            }
        };
        let number = |text: &Option<String>| text.as_ref().map(|text| bound(&self.kind, text));
        let switch = |is: bool| is.then_some(Value::Boolean(true));
        put("type", Some(Value::from(self.kind.as_str())));
        put("list", switch(self.list));
        put("max_items", self.max_items.map(|it| Value::Number(it.to_string())));
        put("values", (self.kind == "enum").then(|| Value::texts(&self.values)));
        put("precision", self.digits.map(|(precision, _)| Value::Number(precision.to_string())));
        put("scale", self.digits.map(|(_, scale)| Value::Number(scale.to_string())));
        put("min", number(&self.min));
        put("max", number(&self.max));
        put("above", number(&self.above));
        put("below", number(&self.below));
        put("pattern", self.pattern.as_deref().map(Value::from));
        put("required", self.optional.then_some(Value::Boolean(false)));
        put("unique", switch(self.unique));
        put("index", switch(self.index));
        put("default", self.default.clone());
        put("example", self.example.clone());
        put("private", switch(self.private));
        put("read_only", switch(self.read_only));
        put("doc", self.doc.as_deref().map(Value::from));
        table
    }
}

/// Bounds of dates are texts, all others numbers.
fn bound(kind: &str, text: &str) -> Value {
    if matches!(kind, "date" | "datetime") { Value::from(text) } else { Value::Number(text.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_in_one_line_what_one_line_can_say() {
        let mut field = Field { min: Some("2".into()), max: Some("100".into()), ..Field::new("string") };
        assert_eq!(field.value().to_string(), "\"string 2..100\"");
        field.optional = true;
        field.unique = true;
        field.default = Some("a b".into());
        assert_eq!(field.value(), Value::from("string 2..100 unique ? = \"a b\""));
        field.doc = Some("Its name".into());
        assert_eq!(
            field.value().to_string(),
            r#"{ type = "string", min = 2, max = 100, required = false, unique = true, default = "a b", doc = "Its name" }"#
        );
    }
}
