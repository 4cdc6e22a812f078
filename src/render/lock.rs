//! Lock files: a blueprint stores one with every option's packages; a project gets what it reaches.

mod go;
mod npm;
mod uv;

use super::{Files, RenderedFile};
use crate::catalog::{CatalogError, LockFile};
use crate::plan::{Content, Plan};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Adds the lock files of a project to its other files, of which some formats read what they need.
pub(super) fn add(plan: &Plan, files: &mut Files) -> Result<(), CatalogError> {
    let locked = plan.files.values().find_map(|file| match &file.content {
        Content::Lock(lock, bytes) => Some((*lock, *bytes, file)),
        _ => None,
    });
    let Some((lock, bytes, file)) = locked else { return Ok(()) };
    let fail = |message: String| CatalogError::new(&file.origin, message);
    let text = std::str::from_utf8(bytes).map_err(|_| fail("not UTF-8".to_owned()))?;
    let made = make(plan, lock, text, files).map_err(fail)?;
    let made = lock.makes().into_iter().zip(made).map(|(path, text)| {
        let bytes = plan.placeholders.fill(Cow::Owned(text.into_bytes()));
        (path.to_owned(), RenderedFile::new(bytes))
    });
    files.extend(made.collect::<Vec<_>>());
    Ok(())
}

/// The texts of the files that are made, in the order in which the lock names them.
fn make(plan: &Plan, lock: &LockFile, text: &str, files: &Files) -> Result<Vec<String>, String> {
    let entries = |slot: &str| plan.slots.get(slot).into_iter().flatten();
    let ids = |slot: &str| -> BTreeSet<String> { entries(slot).map(|entry| entry.id.clone()).collect() };
    let direct = ids(&lock.dependencies);
    let dev = lock.dev_dependencies.as_deref().map(ids).unwrap_or_default();
    let name = &plan.spec.project.name;
    match lock.format.as_str() {
        "npm" => Ok(vec![npm::prune(text, name, &direct, &dev)?]),
        "uv" => Ok(vec![uv::prune(text, name, &direct, &dev)?]),
        "go" => {
            let slots = [Some(lock.dependencies.as_str()), lock.dev_dependencies.as_deref()];
            let pin = |slot| entries(slot).filter_map(|it| Some((it.id.as_str(), it.data.get("version")?.as_str()?)));
            let pins: BTreeMap<&str, &str> = slots.into_iter().flatten().flat_map(pin).collect();
            let sources = files.iter().filter(|(path, _)| path.ends_with(&plan.language.extension));
            let sources = sources.filter_map(|(_, file)| std::str::from_utf8(&file.bytes).ok());
            let own = |module: &str| {
                let bytes = plan.placeholders.fill(Cow::Borrowed(module.as_bytes()));
                String::from_utf8_lossy(&bytes).into_owned()
            };
            Ok(go::make(text, sources, &pins, &own)?.into())
        }
        other => Err(format!("there is no pruner for lock files of format `{other}`")),
    }
}
