//! Ready sets of entities: `presets/<id>.toml`.

use super::{CatalogError, Tree};
use serde::Deserialize;

/// A partial answers file that a person's own answers extend and override.
#[derive(Debug, Clone)]
pub struct Preset {
    /// What the wizard calls it.
    pub title: String,
    /// What it brings, one line.
    pub help: String,
    /// The whole file: `[preset]` with title and help, and answers without `project` and `stack`.
    pub answers: String,
}

#[derive(Deserialize)]
struct File {
    preset: Head,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    title: String,
    help: String,
}

impl Preset {
    pub(super) fn read(tree: &Tree, id: &str) -> Result<Self, CatalogError> {
        let path = format!("presets/{id}.toml");
        let File { preset: Head { title, help } } = tree.toml(&path)?;
        Ok(Self { title, help, answers: tree.text(&path)?.to_owned() })
    }
}
