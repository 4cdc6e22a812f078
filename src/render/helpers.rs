//! The helpers that templates may call besides those built into handlebars.

use super::columns::Columns;
use super::escape;
use super::fit::{Fit, Layout};
use super::imports::Imports;
use super::sorted::Sorted;
use crate::catalog::Language;
use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, JsonRender, Output, RenderContext, RenderErrorReason,
};
use serde_json::Value;

/// The key that marks an object of the context as free text.
pub const TEXT: &str = "$text";

/// Helpers through which free text may be printed. `str` is a string literal of the framework's language, `string` one of
/// JSON, YAML and TOML alike.
pub const ESCAPERS: [&str; 8] = ["str", "string", "yaml", "doc", "comment", "sql", "md", "shell"];

/// Free text as a value of the context; null when there is none.
pub fn text(text: Option<&str>) -> Value {
    match text {
        Some(text) if !text.is_empty() => serde_json::json!({ TEXT: text }),
        _ => Value::Null,
    }
}

struct Escape(fn(&str) -> String);

impl HelperDef for Escape {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let value = parameter(helper)?;
        out.write(&(self.0)(&plain(value)))?;
        Ok(())
    }
}

/// `{{comment text}}` as the language's formatter leaves it.
struct Comment(Vec<[String; 2]>);

impl HelperDef for Comment {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let text = escape::comment(&plain(parameter(helper)?));
        out.write(&self.0.iter().fold(text, |text, [from, to]| text.replace(from, to)))?;
        Ok(())
    }
}

fn parameter<'a>(helper: &'a Helper<'_>) -> Result<&'a Value, RenderErrorReason> {
    match helper.param(0) {
        Some(value) if !value.is_value_missing() => Ok(value.value()),
        _ => Err(RenderErrorReason::ParamNotFoundForIndex("escape", 0)),
    }
}

/// The text of a value: free text, a plain string, or what JSON prints; null is empty.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Object(object) => match object.get(TEXT) {
            Some(Value::String(text)) => text.clone(),
            _ => value.render(),
        },
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Registers every helper.
pub fn register(registry: &mut Handlebars<'_>, language: &Language) {
    let literal = if language.fewest_escapes { escape::string_fewest } else { escape::string };
    let escapers: [fn(&str) -> String; 8] =
        [literal, escape::string, escape::string, escape::doc, escape::comment, escape::sql, escape::md, escape::shell];
    for (name, function) in ESCAPERS.into_iter().zip(escapers) {
        registry.register_helper(name, Box::new(Escape(function)));
    }
    if !language.comment_spelling.is_empty() {
        registry.register_helper("comment", Box::new(Comment(language.comment_spelling.clone())));
    }
    registry.register_helper("json", Box::new(json));
    registry.register_helper("join", Box::new(join));
    registry.register_helper("indent", Box::new(Indent(language.into())));
    registry.register_helper("fit", Box::new(Fit(language.into())));
    registry.register_helper("columns", Box::new(Columns));
    registry.register_helper("imports", Box::new(Imports { form: language.imports.clone(), layout: language.into() }));
    registry.register_helper("sorted", Box::new(Sorted(language.imports.clone())));
    registry.register_helper("literal", Box::new(Literal(language.clone())));
}

/// `{{json value}}`: the value as JSON on one line, free text unwrapped.
fn json(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    out.write(&unwrap(parameter(helper)?).to_string())?;
    Ok(())
}

fn unwrap(value: &Value) -> Value {
    match value {
        Value::Object(object) => match object.get(TEXT) {
            Some(text) => text.clone(),
            None => object.iter().map(|(key, value)| (key.clone(), unwrap(value))).collect(),
        },
        Value::Array(items) => items.iter().map(unwrap).collect(),
        other => other.clone(),
    }
}

/// `{{join list ", "}}`: names, not free text.
fn join(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let separator = helper.param(1).and_then(|it| it.value().as_str()).unwrap_or(", ");
    let items: Vec<String> = match parameter(helper)? {
        Value::Array(items) => items.iter().map(JsonRender::render).collect(),
        other => vec![other.render()],
    };
    out.write(&items.join(separator))?;
    Ok(())
}

/// `{{indent text 4}}`: every line that is not blank, so many columns further in.
struct Indent(Layout);

impl HelperDef for Indent {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let columns = helper.param(1).and_then(|it| it.value().as_u64()).unwrap_or(4);
        let margin = self.0.margin(usize::try_from(columns).unwrap_or(4));
        for line in parameter(helper)?.as_str().unwrap_or_default().lines().filter(|line| !line.trim().is_empty()) {
            out.write(&format!("{margin}{line}\n"))?;
        }
        Ok(())
    }
}

/// `{{literal value}}`: a value of JSON as the framework's language writes it.
struct Literal(Language);

impl HelperDef for Literal {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        out.write(&self.written(parameter(helper)?))?;
        Ok(())
    }
}

impl Literal {
    fn written(&self, value: &Value) -> String {
        let literals = &self.0.literals;
        let string = if self.0.fewest_escapes { escape::string_fewest } else { escape::string };
        match value {
            Value::Null => literals.null.clone(),
            Value::Bool(true) => literals.r#true.clone(),
            Value::Bool(false) => literals.r#false.clone(),
            Value::Number(number) => number.to_string(),
            Value::Array(items) => {
                let items: Vec<_> = items.iter().map(|it| self.written(it)).collect();
                let [open, close] = around(literals.list.as_ref(), ["[", "]"]);
                format!("{open}{}{close}", items.join(", "))
            }
            Value::Object(object) if !object.contains_key(TEXT) => {
                let key = |key: &str| if self.0.plain_keys && is_name(key) { key.to_owned() } else { string(key) };
                let pairs: Vec<_> =
                    object.iter().map(|(name, it)| format!("{}: {}", key(name), self.written(it))).collect();
                let space = if self.0.brace_spaces && !pairs.is_empty() { " " } else { "" };
                let [open, close] = around(literals.object.as_ref(), ["{", "}"]);
                format!("{open}{space}{}{space}{close}", pairs.join(", "))
            }
            text => string(&plain(text)),
        }
    }
}

fn around<'a>(said: Option<&'a [String; 2]>, otherwise: [&'a str; 2]) -> [&'a str; 2] {
    said.map_or(otherwise, |[open, close]| [open, close])
}

/// Whether a key is a name in every language that has keys without quotes.
fn is_name(key: &str) -> bool {
    let mut letters = key.chars();
    let start = letters.next().is_some_and(|it| it.is_ascii_alphabetic() || it == '_');
    start && letters.all(|it| it.is_ascii_alphanumeric() || it == '_')
}
