//! Which blueprints a command works with.

use super::{Failure, Global};
use crate::catalog::{Catalog, Framework, Tree};
use crate::project;

/// The embedded blueprints, or those of `--blueprints DIR`.
pub fn load(global: &Global) -> Result<Catalog, Failure> {
    let Some(folder) = &global.blueprints else {
        return Ok(Catalog::embedded()?);
    };
    let files = project::read_tree(folder)
        .map_err(|error| Failure::Usage(format!("cannot read the blueprints in `{}`: {error}", folder.display())))?;
    Ok(Catalog::read(&Tree::new(files))?)
}

/// The framework of that id.
pub fn framework<'c>(catalog: &'c Catalog, id: &str) -> Result<&'c Framework, Failure> {
    let ids = catalog.framework_ids();
    let unknown = || Failure::Usage(format!("there is no framework `{id}`; allowed: {}", ids.join(", ")));
    catalog.frameworks.get(id).ok_or_else(unknown)
}
