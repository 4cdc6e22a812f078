//! Lock files: a blueprint stores one with every option's packages; a project gets what it reaches.

mod npm;
mod uv;

use crate::catalog::{CatalogError, LockFile};
use crate::plan::Plan;
use std::collections::BTreeSet;

/// Prunes a full lock to the packages reachable from the chosen direct dependencies.
pub(super) fn prune(plan: &Plan, lock: &LockFile, bytes: &[u8], origin: &str) -> Result<Vec<u8>, CatalogError> {
    let text = std::str::from_utf8(bytes).map_err(|_| CatalogError::new(origin, "not UTF-8"))?;
    let ids = |slot: &str| -> BTreeSet<String> {
        plan.slots.get(slot).into_iter().flatten().map(|entry| entry.id.clone()).collect()
    };
    let direct = ids(&lock.dependencies);
    let dev = lock.dev_dependencies.as_deref().map(ids).unwrap_or_default();
    let pruned = match lock.format.as_str() {
        "npm" => npm::prune(text, &plan.spec.project.name, &direct, &dev),
        "uv" => uv::prune(text, &plan.spec.project.name, &direct, &dev),
        other => Err(format!("there is no pruner for lock files of format `{other}`")),
    };
    pruned.map(String::into_bytes).map_err(|message| CatalogError::new(origin, message))
}
