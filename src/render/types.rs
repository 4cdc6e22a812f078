//! How a framework writes each type: the expressions of its `types.toml`, rendered per field.

use super::helpers;
use crate::catalog::{CatalogError, Framework, Language};
use handlebars::{Context, Handlebars, no_escape};
use serde_json::{Map, Value};

/// The compiled type tables of one framework.
pub struct Types<'a> {
    framework: &'a Framework,
    registry: Handlebars<'a>,
}

impl<'a> Types<'a> {
    /// Compiles every expression.
    pub fn new(framework: &'a Framework, language: &Language) -> Result<Self, CatalogError> {
        let mut registry = Handlebars::new();
        registry.set_strict_mode(true);
        registry.register_escape_fn(no_escape);
        helpers::register(&mut registry, language);
        for (kind, table) in &framework.types {
            for (key, text) in table {
                registry
                    .register_template_string(&name(kind, key), text)
                    .map_err(|error| failure(framework, kind, key, error))?;
            }
        }
        Ok(Self { framework, registry })
    }

    /// Every expression of a type, written for one field's context, which is left as it was. A type without a table has
    /// none.
    pub fn of(&self, kind: &str, field: &mut Map<String, Value>) -> Result<Map<String, Value>, CatalogError> {
        let Some(table) = self.framework.types.get(kind) else {
            return Ok(Map::new());
        };
        // The context owns what it shows: it is lent, not copied.
        let mut context = Context::from(Value::Object(std::mem::take(field)));
        let mut written = Map::with_capacity(table.len());
        for key in table.keys() {
            let text = self.registry.render_with_context(&name(kind, key), &context);
            let text = text.map_err(|error| failure(self.framework, kind, key, error))?;
            // handlebars answers in a buffer of eight kilobytes, and these are kept.
            let text = text.into_boxed_str().into_string();
            written.insert(key.clone(), text.into());
        }
        if let Value::Object(lent) = context.data_mut().take() {
            *field = lent;
        }
        Ok(written)
    }
}

fn name(kind: &str, key: &str) -> String {
    format!("{kind}.{key}")
}

fn failure(framework: &Framework, kind: &str, key: &str, error: impl std::fmt::Display) -> CatalogError {
    CatalogError::new(format!("frameworks/{}/types.toml", framework.id), format!("[{kind}] {key}: {error}"))
}
