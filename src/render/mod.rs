//! Plan → path → bytes.

pub mod check;
mod context;
mod derived;
pub mod escape;
mod fit;
mod helpers;
mod imports;
mod lock;
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
    let slots = slots(plan, &registry, &contexts)?;
    let wrap = |mut value: Value| {
        value["slots"] = slots.clone();
        Context::from(value)
    };
    let whole = wrap(contexts.whole());
    let of_entities: Vec<Context> = (0..plan.spec.entities.len()).map(|it| wrap(contexts.of_entity(it))).collect();
    let mut files = Files::new();
    for (path, file) in &plan.files {
        let bytes = match &file.content {
            Content::Copy(bytes) => (*bytes).clone(),
            Content::Derived(what) => {
                Cow::Owned(derived::document(plan, what).map_err(|it| CatalogError::new(&file.origin, it))?)
            }
            Content::Lock(lock, bytes) => Cow::Owned(lock::prune(plan, lock, bytes, &file.origin)?),
            Content::Template(text, entity) => {
                if !registry.has_template(&file.origin) {
                    registry
                        .register_template_string(&file.origin, text)
                        .map_err(|error| CatalogError::new(&file.origin, error))?;
                }
                let context = entity.map_or(&whole, |index| &of_entities[index]);
                let text = registry
                    .render_with_context(&file.origin, context)
                    .map_err(|error| CatalogError::new(&file.origin, error))?;
                Cow::Owned(plan.language.tidy(path, text).into_bytes())
            }
        };
        files.insert(path.clone(), RenderedFile::new(bytes));
    }
    Ok(files)
}

fn registry<'a>(plan: &Plan<'a>) -> Result<Handlebars<'a>, CatalogError> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.register_escape_fn(no_escape);
    helpers::register(&mut registry, plan.language);
    for (name, text) in &plan.framework.partials {
        registry.register_partial(name, text).map_err(|error| {
            CatalogError::new(format!("frameworks/{}/partials/{name}.hbs", plan.framework.id), error)
        })?;
    }
    Ok(registry)
}

/// The entries of every slot as templates see them. The value of a key `x_hbs` is rendered and becomes `x`.
fn slots(plan: &Plan, registry: &Handlebars, contexts: &Contexts) -> Result<Value, CatalogError> {
    let context = Context::from(contexts.whole());
    let mut slots = serde_json::Map::new();
    for (slot, entries) in &plan.slots {
        let mut list = Vec::new();
        for entry in entries {
            let mut value = serde_json::Map::new();
            for (key, data) in &entry.data {
                match (key.strip_suffix("_hbs"), data.as_str()) {
                    (Some(key), Some(text)) => {
                        let text = registry.render_template_with_context(text, &context);
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
