//! What a person types for an entity, one line at a time.

use std::ops::Range;

/// How a line is written into the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `price: decimal > 0`
    Field,
    /// `name: { type = "string", … }`
    LongField,
    /// `parent: { many_to_one = "Category", … }`
    LongRelation,
    /// `search = ["name"]`, as in the file.
    Setting,
}

/// The parts of a line, as ranges of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// How it is written.
    pub form: Form,
    /// Before the colon.
    pub key: Range<usize>,
    /// After it; all of the line for a setting.
    pub value: Range<usize>,
}

impl Line {
    /// Splits a line; `None` when it is neither a field nor a setting.
    pub fn parse(text: &str) -> Option<Self> {
        let colon = text.find(':');
        let equals = text.find('=');
        match (colon, equals) {
            (Some(colon), equals) if equals.is_none_or(|equals| colon < equals) => {
                let value = trimmed(text, colon + 1..text.len());
                let form = form(&text[value.clone()]);
                Some(Self { form, key: trimmed(text, 0..colon), value })
            }
            (_, Some(equals)) => {
                Some(Self { form: Form::Setting, key: trimmed(text, 0..equals), value: trimmed(text, 0..text.len()) })
            }
            _ => None,
        }
    }
}

/// The keys of a relation's long form that name its target.
const KINDS: [&str; 3] = ["many_to_one", "one_to_one", "many_to_many"];

/// Where a relation's line names the entity that it refers to.
pub fn target(text: &str) -> Option<Range<usize>> {
    let line = Line::parse(text)?;
    let value = &text[line.value.clone()];
    let rest = if line.form == Form::LongRelation {
        let (_, rest) = KINDS.into_iter().find_map(|kind| value.split_once(kind))?;
        rest.trim_start_matches([' ', '=', '"', '\''])
    } else {
        ["<->", "->", "--"].into_iter().find_map(|sign| value.strip_prefix(sign))?.trim_start()
    };
    let start = line.value.end - rest.len();
    let length = rest.find(|it: char| !it.is_ascii_alphanumeric() && it != '_').unwrap_or(rest.len());
    (length > 0).then_some(start..start + length)
}

fn form(value: &str) -> Form {
    if !value.starts_with('{') {
        return Form::Field;
    }
    let table = value.parse::<toml_edit::Value>().ok();
    let relation = table
        .as_ref()
        .and_then(toml_edit::Value::as_inline_table)
        .is_some_and(|table| KINDS.into_iter().any(|kind| table.contains_key(kind)));
    if relation { Form::LongRelation } else { Form::LongField }
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let start = range.start + part.len() - part.trim_start().len();
    start..start + part.trim().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<(Form, &str, &str)> {
        let line = Line::parse(text)?;
        Some((line.form, &text[line.key], &text[line.value]))
    }

    #[test]
    fn a_colon_makes_a_field_and_an_equals_sign_a_setting() {
        assert_eq!(parts(" price :  decimal > 0 = 5 "), Some((Form::Field, "price", "decimal > 0 = 5")));
        assert_eq!(parts("doc = \"a: b\""), Some((Form::Setting, "doc", "doc = \"a: b\"")));
        assert_eq!(parts("a: { type = \"string\" }").map(|it| it.0), Some(Form::LongField));
        assert_eq!(parts("a: { many_to_one = \"A\" }").map(|it| it.0), Some(Form::LongRelation));
        assert_eq!(parts("price decimal"), None);
    }

    #[test]
    fn the_target_of_a_relation_is_found_in_both_forms() {
        let found = |text: &str| target(text).map(|it| text[it].to_owned());
        assert_eq!(found("tags: <-> Tag").as_deref(), Some("Tag"));
        assert_eq!(found("a: -> B ? cascade").as_deref(), Some("B"));
        assert_eq!(found("a: { required = false, many_to_one = \"B\" }").as_deref(), Some("B"));
        assert_eq!(found("a: string").as_deref(), None);
        assert_eq!(found("a: ->").as_deref(), None);
    }
}
