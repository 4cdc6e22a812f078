//! The blueprint check: what can be wrong with a blueprint before anything is generated from it.

mod everything;
mod shape;
mod walk;

use super::MigrationHead;
use super::context::{Contexts, with_tables};
use super::types::Types;
pub use everything::everything;

use crate::catalog::{Catalog, CatalogError, Framework, Layer};
use crate::derive::change::Alteration;
use crate::derive::schema::{Table, whole_schema};
use crate::plan::{Kind, Plan};
use crate::spec::Spec;
use handlebars::Template;
use serde_json::Value;
use shape::Shape;
use std::collections::{BTreeMap, BTreeSet};
use walk::Walk;

/// The most templates that one entity may have.
pub const TEMPLATES_PER_ENTITY: usize = 8;
/// The most bytes of the template of one thing.
pub const TEMPLATE_BYTES: usize = 3 * 1024;
/// The most block tags (`{{#…}}`) of the template of one thing.
pub const TEMPLATE_BLOCKS: usize = 10;

/// Checks one framework with the platform's layers.
pub fn check(catalog: &Catalog, framework: &Framework) -> Vec<CatalogError> {
    let specs: Vec<Spec> = match everything(catalog, framework) {
        Ok(all) => all.into_iter().map(|it| it.spec).collect(),
        Err(error) => return vec![error],
    };
    let mut problems = Vec::new();
    let layers: Vec<&Layer> = catalog.platform.iter().chain(&framework.layers).collect();
    let (whole, things) = match shapes(catalog, &specs, &layers) {
        Ok(shapes) => shapes,
        Err(error) => return vec![error],
    };
    let folder = format!("frameworks/{}", framework.id);
    let mut partials = BTreeMap::new();
    for (name, text) in &framework.partials {
        match Template::compile(text) {
            Ok(template) => drop(partials.insert(name.clone(), template)),
            Err(error) => problems.push(CatalogError::new(format!("{folder}/partials/{name}.hbs"), error)),
        }
    }
    let mut printed: BTreeSet<String> = BTreeSet::new();
    let mut walk_text = |path: &str, text: &str, context: &Shape, problems: &mut Vec<CatalogError>| {
        let template = match Template::compile(text) {
            Ok(template) => template,
            Err(error) => return problems.push(CatalogError::new(path, error)),
        };
        let mut walk = Walk::new(context.clone(), &partials);
        walk.template(&template);
        problems.extend(walk.problems.iter().map(|it| CatalogError::new(path, it)));
        printed.extend(walk.slots);
    };
    let mut per_entity = 0;
    for layer in &layers {
        for (file, bytes) in layer.files.iter().filter(|(file, _)| file.rsplit('.').next() == Some("hbs")) {
            let path = format!("{}/{file}", layer.path);
            let Ok(text) = std::str::from_utf8(bytes) else {
                problems.push(CatalogError::new(path, "not UTF-8"));
                continue;
            };
            let kind = Kind::of(file);
            if kind.is_some() {
                problems.extend(budget(&path, text));
            }
            per_entity += usize::from(kind == Some(Kind::Entity));
            walk_text(&path, text, kind.map_or(&whole, |kind| &things[&kind]), &mut problems);
        }
        for entry in layer.slots.values().flatten() {
            for (key, value) in &entry.data {
                if let (true, Some(text)) = (key.ends_with("_hbs"), value.as_str()) {
                    walk_text(&format!("{}/layer.toml", layer.path), text, &whole, &mut problems);
                }
            }
        }
    }
    for file in
        framework.migrations.iter().flat_map(|it| &it.files).filter(|it| !["up", "down"].contains(&it.holds.as_str()))
    {
        let path = format!("{folder}/partials/{}.hbs", file.holds);
        match (framework.partials.get(&file.holds), migration_shape(catalog, &specs)) {
            (Some(text), Ok(shape)) => walk_text(&path, text, &shape, &mut problems),
            (None, _) => problems.push(CatalogError::new(&folder, format!("there is no partial `{}`", file.holds))),
            (_, Err(error)) => problems.push(error),
        }
    }
    if per_entity > TEMPLATES_PER_ENTITY {
        let message = format!("{per_entity} templates per entity; the budget is {TEMPLATES_PER_ENTITY}");
        problems.push(CatalogError::new(&folder, message));
    }
    if let Some(lock) = &framework.lock {
        printed.extend([lock.dependencies.clone()].into_iter().chain(lock.dev_dependencies.clone()));
    }
    for layer in &layers {
        for slot in layer.slots.keys().filter(|slot| !printed.contains(*slot)) {
            problems.push(CatalogError::new(&layer.path, format!("no template prints the slot `{slot}`")));
        }
    }
    problems
}

fn budget(path: &str, text: &str) -> Vec<CatalogError> {
    // These decide about lines, not about what is printed.
    let layout: usize =
        ["{{#columns", "{{#fit", "{{#imports", "{{#sorted"].iter().map(|it| text.matches(it).count()).sum();
    let blocks = text.matches("{{#").count() + text.matches("{{~#").count() - layout;
    let mut problems = Vec::new();
    if text.len() > TEMPLATE_BYTES {
        let message = format!("{} bytes; the budget of an entity's template is {TEMPLATE_BYTES}", text.len());
        problems.push(CatalogError::new(path, message));
    }
    if blocks > TEMPLATE_BLOCKS {
        let message = format!("{blocks} block tags; the budget of an entity's template is {TEMPLATE_BLOCKS}");
        problems.push(CatalogError::new(path, message));
    }
    problems
}

/// The shape of what a new migration is printed from: every alteration there is, of every table.
fn migration_shape(catalog: &Catalog, specs: &[Spec]) -> Result<Shape, CatalogError> {
    let mut shape = Shape::Unknown;
    for spec in specs {
        let plan = Plan::new(spec, catalog)?;
        let types = Types::new(plan.framework, plan.language)?;
        let all: Vec<_> = whole_schema(spec).tables.iter().flat_map(every).collect();
        let head = MigrationHead { revision: "0002", previous: "0001", name: "0002_a", title: "a" };
        let context = Contexts::new(&plan, &types)?.of_migration(&head, &all, &all)?;
        shape = shape.merged(Shape::of(&context));
    }
    Ok(shape)
}

fn every(table: &Table) -> Vec<Alteration> {
    let name = || table.name.clone();
    let mut all = vec![
        Alteration::Refuse { message: "a".to_owned(), query: "b".to_owned() },
        Alteration::Run("a".to_owned()),
        Alteration::RenameTable { from: name(), to: name() },
        Alteration::RenameColumn { table: name(), from: name(), to: name() },
        Alteration::RenameKey { table: name(), from: name(), to: name() },
        Alteration::CreateTable(Box::new(table.clone())),
        Alteration::DropTable(name()),
        Alteration::AddLive(name(), name()),
    ];
    for column in &table.columns {
        all.push(Alteration::AddColumn(name(), column.clone()));
        all.push(Alteration::ChangeColumn(name(), column.clone(), column.clone()));
        all.push(Alteration::DropColumn(name(), column.name.clone()));
    }
    for unique in &table.uniques {
        all.push(Alteration::AddUnique(name(), unique.clone()));
        all.push(Alteration::DropUnique(name(), unique.clone()));
    }
    for key in &table.foreign_keys {
        all.push(Alteration::AddForeignKey(name(), key.clone()));
        all.push(Alteration::DropForeignKey(name(), key.name.clone()));
    }
    for check in &table.checks {
        all.push(Alteration::AddCheck(name(), check.clone()));
        all.push(Alteration::DropCheck(name(), check.clone()));
    }
    for index in &table.indexes {
        all.push(Alteration::AddIndex(name(), index.clone()));
        all.push(Alteration::DropIndex(name(), index.clone()));
    }
    all
}

/// The shapes of the contexts of whole-project files, and of those about one thing of each kind.
fn shapes(
    catalog: &Catalog,
    specs: &[Spec],
    layers: &[&Layer],
) -> Result<(Shape, BTreeMap<Kind, Shape>), CatalogError> {
    let mut whole = Shape::Unknown;
    let mut things = BTreeMap::from(Kind::ALL.map(|kind| (kind, Shape::Unknown)));
    for spec in specs {
        let plan = Plan::new(spec, catalog)?;
        let types = Types::new(plan.framework, plan.language)?;
        let contexts = Contexts::new(&plan, &types)?;
        let (mut of_one, of_whole) = contexts.into_parts();
        whole = whole.merged(Shape::of(&of_whole));
        let items = |key: &str| of_whole[key].as_array().cloned().unwrap_or_default();
        for (kind, shape) in &mut things {
            let list = match kind {
                Kind::Entity => with_tables(&plan, items("entities"), items("tables")),
                _ => items(kind.list()),
            };
            for thing in list {
                of_one[kind.word()] = thing;
                *shape = std::mem::replace(shape, Shape::Unknown).merged(Shape::of(&of_one));
            }
            of_one[kind.word()] = Value::Null;
        }
    }
    let slots = slot_shapes(layers);
    let things = things.into_iter().map(|(kind, shape)| (kind, with_slots(shape, &slots))).collect();
    Ok((with_slots(whole, &slots), things))
}

/// What the entries of every slot may hold: all keys that any entry of any layer has.
fn slot_shapes(layers: &[&Layer]) -> Shape {
    let mut slots = BTreeMap::new();
    for (slot, entries) in layers.iter().flat_map(|layer| &layer.slots) {
        let mut item = Shape::Unknown;
        for entry in entries {
            let data = serde_json::to_value(&entry.data).unwrap_or_default();
            let keys = data.as_object().into_iter().flatten();
            let object = keys.map(|(key, value)| (key.trim_end_matches("_hbs").to_owned(), Shape::of(value)));
            item = item.merged(Shape::Object(object.collect()));
        }
        let known = slots.remove(slot).unwrap_or(Shape::List(Box::new(Shape::Unknown)));
        slots.insert(slot.clone(), Shape::merged(known, Shape::List(Box::new(item))));
    }
    Shape::Object(slots)
}

fn with_slots(context: Shape, slots: &Shape) -> Shape {
    match context {
        Shape::Object(mut object) => {
            object.insert("slots".to_owned(), slots.clone());
            Shape::Object(object)
        }
        other => other,
    }
}
