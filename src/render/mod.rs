//! Plan → path → bytes.

pub mod check;
mod columns;
mod context;
mod derived;
pub mod escape;
mod example;
mod expression;
mod fit;
mod helpers;
mod imports;
mod in_place;
mod lock;
mod migration;
mod sorted;
mod types;

use crate::catalog::CatalogError;
use crate::plan::{Content, Kind, Plan};
use context::Contexts;
use handlebars::{Context, Handlebars, no_escape};
use rayon::prelude::*;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

pub use derived::dialect;
pub use example::example;
pub use helpers::{ESCAPERS, TEXT};
pub use migration::{MigrationHead, migration};

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
    let (one, whole) = Contexts::new(plan, &types)?.into_parts();
    let (mut one, mut whole) = (Context::from(one), Context::from(whole));
    let registry = registry(plan)?;
    let slots = slots(plan, &registry, &whole)?;
    whole.data_mut()["slots"] = slots.clone();
    one.data_mut()["slots"] = slots;
    let planned: Vec<_> = plan.files.iter().collect();
    let of_whole = planned.into_par_iter().with_max_len(1).filter_map(|(path, file)| {
        let Content::Template(_, None) = file.content else { return None };
        let bytes = template(&registry, plan, path, &file.origin, &whole);
        Some(bytes.map(|bytes| (path.clone(), RenderedFile::new(bytes))))
    });
    let mut files = of_whole.collect::<Result<Files, _>>()?;
    // Each thing moves into a context of its own: copies would cost more than everything else.
    let mut take = |key: &str| whole.data_mut()[key].as_array_mut().map(std::mem::take).unwrap_or_default();
    let (mut lists, tables) = (Kind::ALL.map(|kind| (kind, take(kind.list()))), take("tables"));
    drop(whole);
    let [(_, entities), ..] = &mut lists;
    *entities = context::with_tables(plan, std::mem::take(entities), tables);
    let things = lists.into_iter().flat_map(|(kind, list)| {
        let templates = templates_of(plan, kind, list.len());
        list.into_iter().zip(templates).map(move |(thing, templates)| (kind, thing, templates))
    });
    let of_things: Vec<Files> = (things.collect::<Vec<_>>().into_par_iter())
        .map_with(one, |one, (kind, thing, templates)| {
            one.data_mut()[kind.word()] = thing;
            let file = |(path, origin): (&str, &str)| {
                Ok((path.to_owned(), RenderedFile::new(template(&registry, plan, path, origin, one)?)))
            };
            let files = templates.into_iter().map(file).collect();
            one.data_mut()[kind.word()] = Value::Null;
            files
        })
        .collect::<Result<_, _>>()?;
    files.extend(of_things.into_iter().flatten());
    // What needs no context is large while it is made: it takes the room that the contexts, which are large as well, give back.
    files.extend(without_context(plan)?);
    lock::add(plan, &mut files)?;
    Ok(files)
}

/// The files that are copied or decided by the spec alone.
fn without_context(plan: &Plan) -> Result<Files, CatalogError> {
    let schemas = derived::EventSchemas::new();
    let files = plan.files.par_iter().filter_map(|(path, file)| {
        let bytes = match &file.content {
            Content::Copy(bytes) if file.is_own() => Ok(plan.placeholders.fill((*bytes).clone())),
            Content::Copy(bytes) => Ok((*bytes).clone()),
            Content::Derived(what, of) => derived::document(plan, what, of.as_deref(), &schemas)
                .map(Cow::Owned)
                .map_err(|error| CatalogError::new(&file.origin, error)),
            Content::Lock(..) | Content::Template(..) => return None,
        };
        Some(bytes.map(|bytes| (path.clone(), RenderedFile::new(bytes))))
    });
    files.collect()
}

/// Path and origin of the templates of each thing of a kind.
fn templates_of<'a>(plan: &'a Plan, kind: Kind, count: usize) -> Vec<Vec<(&'a str, &'a str)>> {
    let mut templates = vec![Vec::new(); count];
    for (path, file) in &plan.files {
        match file.content {
            Content::Template(_, Some(item)) if item.kind == kind => {
                templates[item.index].push((path.as_str(), file.origin.as_str()));
            }
            _ => {}
        }
    }
    templates
}

fn template(
    registry: &Handlebars,
    plan: &Plan,
    path: &str,
    origin: &str,
    context: &Context,
) -> Result<Cow<'static, [u8]>, CatalogError> {
    let text = registry.render_with_context(origin, context).map_err(|error| CatalogError::new(origin, error))?;
    let bytes = Cow::Owned(plan.language.tidy(path, text).into_bytes());
    Ok(if plan.files[path].is_own() { plan.placeholders.fill(bytes) } else { bytes })
}

/// The helpers, and every template that the plan uses.
fn registry<'a>(plan: &Plan<'a>) -> Result<Handlebars<'a>, CatalogError> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.register_escape_fn(no_escape);
    helpers::register(&mut registry, plan.language);
    in_place::register(&mut registry);
    let partials = plan.framework.partials.iter().map(|(name, text)| {
        (name.clone(), format!("frameworks/{}/partials/{name}.hbs", plan.framework.id), text.as_str())
    });
    let mut texts: Vec<_> = partials.collect();
    let mut known = BTreeSet::new();
    for file in plan.files.values() {
        if let Content::Template(text, _) = file.content
            && known.insert(file.origin.as_str())
        {
            texts.push((file.origin.clone(), file.origin.clone(), text));
        }
    }
    let compiled = texts.into_par_iter().map(|(name, origin, text)| {
        let template = in_place::compile(text, &name).map_err(|error| CatalogError::new(origin, error))?;
        Ok((name, template))
    });
    for (name, template) in compiled.collect::<Result<Vec<_>, CatalogError>>()? {
        registry.register_template(&name, template);
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
