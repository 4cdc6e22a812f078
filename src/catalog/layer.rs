//! Layers: folders of files that are taken when the answers say so.

use super::{CatalogError, Condition, File, Questions, Tree};
use crate::spec::Entity;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The manifest's name at the root of a layer.
const MANIFEST: &str = "layer.toml";

/// One layer.
#[derive(Debug)]
pub struct Layer {
    /// Path below the blueprints folder, for messages.
    pub path: String,
    /// When it is taken.
    pub when: Condition,
    /// Path in the project (placeholders and `.hbs` not yet resolved) → bytes.
    pub files: Vec<(String, File)>,
    /// Conditions of single files, by path as in `files`.
    pub rules: BTreeMap<String, FileRule>,
    /// Slot name → entries.
    pub slots: BTreeMap<String, Vec<SlotEntry>>,
    /// Files that the spec alone decides.
    pub derived: Vec<Derived>,
}

/// What a manifest says of one file.
#[derive(Debug, Clone)]
pub struct FileRule {
    /// When the file is taken.
    pub when: Condition,
    /// Of a file for each entity: only those that have any of these ([`Entity::FEATURES`]); empty for all.
    pub entities: Vec<String>,
}

/// A contribution to a slot.
#[derive(Debug, Clone)]
pub struct SlotEntry {
    /// Unique in the slot unless the entries are equal.
    pub id: String,
    /// Entries are sorted by this, then by id.
    pub order: i64,
    /// When it counts.
    pub when: Condition,
    /// Everything else, for the template that prints the slot. The value of a key `x_hbs` is a template whose output
    /// becomes `x`.
    pub data: toml::Table,
    /// The layer's path, for messages.
    pub layer: String,
}

/// A file printed by [`crate::derive`].
#[derive(Debug, Clone)]
pub struct Derived {
    /// Where it goes.
    pub path: String,
    /// Which document.
    pub what: String,
    /// When.
    pub when: Condition,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Manifest {
    file: Vec<FileTable>,
    slot: BTreeMap<String, Vec<toml::Table>>,
    derive: Vec<DeriveTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileTable {
    path: String,
    when: Option<String>,
    #[serde(default)]
    entities: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeriveTable {
    path: String,
    what: String,
    when: Option<String>,
}

/// Reads every layer of a folder; `blueprint.toml`, `types.toml` and `partials/` are no layers.
pub(super) fn read_all(tree: &Tree, folder: &str, questions: &Questions) -> Result<Vec<Layer>, CatalogError> {
    tree.folders(folder)
        .into_iter()
        .filter(|name| name != "partials")
        .map(|name| Layer::read(tree, &format!("{folder}/{name}"), &name, questions))
        .collect()
}

impl Layer {
    fn read(tree: &Tree, path: &str, name: &str, questions: &Questions) -> Result<Self, CatalogError> {
        let when = Condition::of_layer(name, questions).map_err(|message| CatalogError::new(path, message))?;
        let manifest_path = format!("{path}/{MANIFEST}");
        let manifest: Manifest =
            if tree.file(&manifest_path).is_some() { tree.toml(&manifest_path)? } else { Manifest::default() };
        let condition = |text: Option<&str>| match text {
            None => Ok(Condition::Always),
            Some(text) => {
                Condition::parse(text, questions).map_err(|message| CatalogError::new(&manifest_path, message))
            }
        };
        let files: Vec<(String, File)> = tree
            .below(path)
            .filter(|(file, _)| *file != MANIFEST)
            .map(|(file, bytes)| (file.to_owned(), bytes.clone()))
            .collect();
        let mut rules = BTreeMap::new();
        for FileTable { path: file, when, entities } in manifest.file {
            if !files.iter().any(|(known, _)| *known == file) {
                return Err(CatalogError::new(&manifest_path, format!("there is no file `{file}` in this layer")));
            }
            if let Some(word) = entities.iter().find(|it| !Entity::FEATURES.contains(&it.as_str())) {
                let message = format!("entities have no `{word}`; known: {}", Entity::FEATURES.join(", "));
                return Err(CatalogError::new(&manifest_path, message));
            }
            rules.insert(file, FileRule { when: condition(when.as_deref())?, entities });
        }
        let mut slots = BTreeMap::new();
        for (slot, tables) in manifest.slot {
            let entries = tables
                .into_iter()
                .map(|table| entry(table, path, &manifest_path, &slot, &condition))
                .collect::<Result<Vec<_>, _>>()?;
            slots.insert(slot, entries);
        }
        let derived = manifest
            .derive
            .into_iter()
            .map(|it| Ok(Derived { when: condition(it.when.as_deref())?, path: it.path, what: it.what }))
            .collect::<Result<Vec<_>, CatalogError>>()?;
        Ok(Self { path: path.to_owned(), when, files, rules, slots, derived })
    }
}

fn entry(
    mut table: toml::Table,
    layer: &str,
    manifest: &str,
    slot: &str,
    condition: &dyn Fn(Option<&str>) -> Result<Condition, CatalogError>,
) -> Result<SlotEntry, CatalogError> {
    let id = table
        .get("id")
        .and_then(toml::Value::as_str)
        .ok_or_else(|| CatalogError::new(manifest, format!("an entry of slot `{slot}` has no `id`")))?
        .to_owned();
    let order = table.remove("order").and_then(|it| it.as_integer()).unwrap_or(0);
    let when = table.remove("when");
    let when = condition(when.as_ref().and_then(toml::Value::as_str))?;
    Ok(SlotEntry { id, order, when, data: table, layer: layer.to_owned() })
}
