//! A migration that is code: printed by a partial of the framework.

use super::context::Contexts;
use super::{registry, types};
use crate::catalog::CatalogError;
use crate::derive::change::Alteration;
use crate::plan::Plan;
use handlebars::Context;

/// How a migration is called.
#[derive(Debug, Clone, Copy)]
pub struct MigrationHead<'a> {
    /// Its number.
    pub revision: &'a str,
    /// The one before, as it names itself.
    pub previous: &'a str,
    /// Number and words.
    pub name: &'a str,
    /// For people.
    pub title: &'a str,
}

/// Prints one with the framework's `partial`.
pub fn migration(
    plan: &Plan,
    partial: &str,
    path: &str,
    head: &MigrationHead<'_>,
    (up, down): (&[Alteration], &[Alteration]),
) -> Result<String, CatalogError> {
    let types = types::Types::new(plan.framework, plan.language)?;
    let context = Contexts::new(plan, &types)?.of_migration(head, up, down)?;
    let registry = registry(plan)?;
    let text = registry.render_with_context(partial, &Context::from(context)).map_err(|error| {
        CatalogError::new(format!("frameworks/{}/partials/{partial}.hbs", plan.framework.id), error)
    })?;
    Ok(plan.language.tidy(path, text))
}
