//! Which blueprints a command works with.

use super::{Failure, Global};
use crate::catalog::{Catalog, Tree};
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
