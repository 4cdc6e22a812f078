//! The data model of a project, kept so that a later update can tell what has changed in it.

use crate::derive::schema::{Schema, whole_schema};
use crate::spec::Spec;
use serde::{Deserialize, Serialize};

/// The folder of the models: `0001.json` is what the first migrations make, each later one what another migration made of it.
pub const MODELS: &str = ".scaffold/models/";

/// The tables that a project's migrations make, and for which database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Model {
    /// Its id. Migrations of one cannot run on another.
    pub database: String,
    /// The tables.
    #[serde(flatten)]
    pub schema: Schema,
}

impl Model {
    /// What the answers ask for.
    pub fn of(spec: &Spec) -> Self {
        Self { database: spec.stack.database.clone(), schema: whole_schema(spec) }
    }

    /// As it is kept: JSON, a table a line, so that a change can be read.
    pub fn to_json(&self) -> Vec<u8> {
        // No map of a table has keys that JSON refuses.
        let tables = self.schema.tables.iter().map(|it| serde_json::to_string(it).unwrap_or_default());
        let tables = tables.collect::<Vec<_>>().join(",\n");
        let database = serde_json::Value::from(self.database.as_str());
        format!("{{\"database\":{database},\"tables\":[\n{tables}\n]}}\n").into_bytes()
    }

    /// Reads what [`Self::to_json`] wrote.
    pub fn from_json(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }
}

/// The path of a model; the first one is number 1.
pub fn model_path(number: usize) -> String {
    format!("{MODELS}{number:04}.json")
}
