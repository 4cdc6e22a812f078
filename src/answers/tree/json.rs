//! JSON into the tree: strict RFC 8259.

use super::{DEEPEST, Document, Entry, Node, Table, Value, place};
use crate::answers::Problem;
use crate::spec::{Place, Source};
use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use std::sync::Arc;

const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Reads a document.
pub(super) fn parse(source: &Arc<Source>, document: Document) -> Result<Node, Problem> {
    let result = parse_to_ast(&source.text, &CollectOptions::default(), &STRICT).map_err(|error| {
        let range = error.range();
        let message = lower(&error.kind().to_string());
        Problem::new(format!("not valid JSON: {message}"), place(source, range.start..range.end))
    })?;
    match result.value {
        Some(value) => Reader { source, document }.node(&value, 0),
        None => Err(Problem::new("not valid JSON: the text is empty", place(source, 0..0))),
    }
}

struct Reader<'a> {
    source: &'a Arc<Source>,
    document: Document,
}

impl Reader<'_> {
    fn at(&self, ranged: &impl Ranged) -> Place {
        let range = ranged.range();
        place(self.source, range.start..range.end)
    }

    fn node(&self, value: &ast::Value<'_>, depth: usize) -> Result<Node, Problem> {
        let at = self.at(value);
        if depth > DEEPEST {
            return Err(Problem::new("nested too deep", at).note(format!("at most {DEEPEST} levels")));
        }
        let value = match value {
            ast::Value::StringLit(text) => Value::String(text.value.to_string()),
            ast::Value::NumberLit(number) => Value::Number(number.value.to_owned()),
            ast::Value::BooleanLit(boolean) => Value::Boolean(boolean.value),
            ast::Value::NullKeyword(_) => Value::Null,
            ast::Value::Array(array) => {
                self.document.list(array.elements.len(), || self.at(&array.elements[0]))?;
                let items = array.elements.iter().map(|item| self.node(item, depth + 1));
                Value::Array(items.collect::<Result<_, _>>()?)
            }
            ast::Value::Object(object) => {
                self.document.table(object.properties.len(), || self.at(&object.properties[0].name))?;
                let mut table = Table::with_capacity(object.properties.len());
                for property in &object.properties {
                    let key = self.at(&property.name);
                    let name = property.name.as_str();
                    if table.contains_key(name) {
                        return Err(Problem::new(format!("`{name}` is given twice"), key).note("keep one of them"));
                    }
                    let node = self.node(&property.value, depth + 1)?;
                    table.insert(name.to_owned(), Entry { key, node });
                }
                Value::Table(table)
            }
        };
        Ok(Node { value, place: at })
    }
}

fn lower(message: &str) -> String {
    let mut chars = message.trim_end_matches('.').chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().collect::<String>() + chars.as_str())
}
