//! Answers in, a complete backend project out.
//!
//! One straight line, each station a module: [`answers`] → [`spec`] → [`plan`] → [`render`] → [`project`], with
//! [`catalog`] holding the blueprints and [`derive`] what the spec alone decides. Everything before [`project`] is a
//! pure function: no terminal, clock, randomness or environment.

pub mod answers;
pub mod catalog;
pub mod cli;
pub mod derive;
pub mod export;
pub mod plan;
pub mod project;
pub mod pull;
pub mod reading;
pub mod render;
pub mod spec;
pub mod update;
pub mod verify;

/// The whole line behind the answers: every file of the project, in memory.
///
/// # Errors
/// A mistake in a blueprint. What the framework cannot do must have been refused before ([`plan::refusals`]).
pub fn generate(
    checked: &answers::Checked,
    catalog: &catalog::Catalog,
) -> Result<render::Files, catalog::CatalogError> {
    // What comes after it is made in the room that the plan and the contexts give back. All of it is made on the threads of the
    // pool: what a thread outside it had made would come back to that thread alone.
    let files = rayon::scope(|_| render::render(&plan::Plan::new(&checked.spec, catalog)?))?;
    let models = [project::Model::of(&checked.spec)];
    let records =
        project::Records { spec: &checked.spec, build: catalog.build, answers: &checked.canonical, models: &models };
    project::with_records(files, &records).map_err(|error| catalog::CatalogError::new(project::BASE_PATH, error))
}
