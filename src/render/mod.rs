//! Plan → path → bytes.

pub mod check;
mod context;
mod derived;
pub mod escape;
mod fit;
mod helpers;
mod imports;
mod lock;
mod partial;
mod sorted;
mod types;

use crate::catalog::CatalogError;
use crate::plan::{Content, Plan};
use context::Contexts;
use handlebars::{Context, Handlebars, no_escape};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::BTreeMap;

pub use helpers::{ESCAPERS, TEXT};

/// A rendered project: path → file, sorted.
pub type Files = BTreeMap<String, RenderedFile>;

/// One file of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedFile {
    /// Its content.
    pub bytes: Cow<'static, [u8]>,
    /// Whether it may be run: it starts with `#!`.
    pub executable: bool,
}

impl RenderedFile {
    /// A file of those bytes.
    pub fn new(bytes: Cow<'static, [u8]>) -> Self {
        let executable = bytes.starts_with(b"#!");
        Self { bytes, executable }
    }
}

/// Renders every file of a plan.
pub fn render(plan: &Plan) -> Result<Files, CatalogError> {
    let types = types::Types::new(plan.framework, plan.language)?;
    let contexts = Contexts::new(plan, &types)?;
    let mut registry = registry(plan)?;
    let (one, whole) = contexts.into_parts();
    let (mut one, mut whole) = (Context::from(one), Context::from(whole));
    let slots = slots(plan, &registry, &whole)?;
    whole.data_mut()["slots"] = slots.clone();
    one.data_mut()["slots"] = slots;
    let mut files = Files::new();
    let mut of_entities: Vec<Vec<(&String, &str, &str)>> = vec![Vec::new(); plan.spec.entities.len()];
    for (path, file) in &plan.files {
        let bytes = match &file.content {
            Content::Copy(bytes) => (*bytes).clone(),
            Content::Derived(what) => {
                Cow::Owned(derived::document(plan, what).map_err(|it| CatalogError::new(&file.origin, it))?)
            }
            Content::Lock(lock, bytes) => Cow::Owned(lock::prune(plan, lock, bytes, &file.origin)?),
            Content::Template(text, None) => template(&mut registry, plan, path, (&file.origin, text), &whole)?,
            Content::Template(text, Some(index)) => {
                of_entities[*index].push((path, &file.origin, text));
                continue;
            }
        };
        files.insert(path.clone(), RenderedFile::new(bytes));
    }
    // One context for all of them, and each entity moved into it: copies would cost more than everything else.
    for (index, templates) in of_entities.into_iter().enumerate() {
        one.data_mut()["entity"] = whole.data_mut()["entities"][index].take();
        for (path, origin, text) in templates {
            let bytes = template(&mut registry, plan, path, (origin, text), &one)?;
            files.insert(path.clone(), RenderedFile::new(bytes));
        }
    }
    Ok(files)
}

/// One template, parsed when it is met for the first time.
fn template(
    registry: &mut Handlebars,
    plan: &Plan,
    path: &str,
    (origin, text): (&str, &str),
    context: &Context,
) -> Result<Cow<'static, [u8]>, CatalogError> {
    let failure = |error: &dyn std::fmt::Display| CatalogError::new(origin, error);
    if !registry.has_template(origin) {
        registry.register_template(origin, partial::compile(text, origin).map_err(|error| failure(&error))?);
    }
    let text = registry.render_with_context(origin, context).map_err(|error| failure(&error))?;
    Ok(Cow::Owned(plan.language.tidy(path, text).into_bytes()))
}

fn registry<'a>(plan: &Plan<'a>) -> Result<Handlebars<'a>, CatalogError> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.register_escape_fn(no_escape);
    helpers::register(&mut registry, plan.language);
    partial::register(&mut registry);
    for (name, text) in &plan.framework.partials {
        let template = partial::compile(text, name).map_err(|error| {
            CatalogError::new(format!("frameworks/{}/partials/{name}.hbs", plan.framework.id), error)
        })?;
        registry.register_template(name, template);
    }
    Ok(registry)
}

/// The entries of every slot as templates see them. The value of a key `x_hbs` is rendered and becomes `x`.
fn slots(plan: &Plan, registry: &Handlebars, context: &Context) -> Result<Value, CatalogError> {
    let mut slots = serde_json::Map::new();
    for (slot, entries) in &plan.slots {
        let mut list = Vec::new();
        for entry in entries {
            let mut value = serde_json::Map::new();
            for (key, data) in &entry.data {
                match (key.strip_suffix("_hbs"), data.as_str()) {
                    (Some(key), Some(text)) => {
                        let text = registry.render_template_with_context(text, context);
                        let text = text.map_err(|error| {
                            CatalogError::new(
                                format!("{}/layer.toml", entry.layer),
                                format!("slot {slot}, {key}: {error}"),
                            )
                        })?;
                        value.insert(key.to_owned(), text.into());
                    }
                    _ => {
                        value.insert(key.clone(), serde_json::to_value(data).unwrap_or_default());
                    }
                }
            }
            list.push(Value::Object(value));
        }
        slots.insert((*slot).to_owned(), json!(list));
    }
    Ok(Value::Object(slots))
}
