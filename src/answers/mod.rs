//! The first station: texts in, a checked [`crate::spec::Spec`] out, or every problem of the answers at once.
//!
//! ```text
//! Input::from_bytes(name, format, bytes)   one file, standard input, or an included file
//! read(main, &includes, &overrides, &catalogue) -> Result<Checked, Vec<Problem>>
//! render_problems(&problems, colour)       file:line:column, caret, what is allowed
//! ```
//!
//! - `includes` gets one pattern of `include = […]` at a time (already known to stay inside the folder of the main
//!   file) and answers with the files that match, in any order.
//! - `overrides` are the `--set key=value` pairs, already split at the first `=`.
//! - [`Catalogue`] is what the reader must know of the available options. Unknown options are refused here; what a
//!   known framework cannot do is refused by the caller, with [`Problem::new`] at a place of [`Checked::places`] or
//!   of [`crate::spec::Spec::uses`].

mod canonical;
mod catalogue;
mod check;
mod checked;
mod expression;
mod form;
mod input;
mod problem;
mod render;
mod schema;
mod suggest;
pub(crate) mod tree;

pub use catalogue::{Catalogue, Choice, Preset, Question};
pub use checked::Checked;
pub use form::{Form, rewrite};
pub use input::{Format, IncludeError, Input};
pub use problem::Problem;
pub use render::render_problems;
pub use schema::schema;

/// Names that the service takes itself, for those who make answers.
pub(crate) mod names {
    pub(crate) use super::check::{
        LONGEST, MOST_ENTITIES, OWN_TYPES, QUERY_WORDS, RESERVED_ENTITIES, SET_BY_SERVICE, TAKEN_PATHS, USER_KEYS,
        is_field_name, is_pascal,
    };
}

/// Reads and checks answers: the texts into one tree, the tree into a spec.
pub fn read(
    main: Input,
    includes: &dyn Fn(&str) -> Result<Vec<Input>, IncludeError>,
    overrides: &[(String, String)],
    catalogue: &Catalogue<'_>,
) -> Result<Checked, Vec<Problem>> {
    read_or(main, includes, overrides, &[], catalogue)
}

/// The same, with answers for keys that neither the texts nor the overrides give.
pub fn read_or(
    main: Input,
    includes: &dyn Fn(&str) -> Result<Vec<Input>, IncludeError>,
    overrides: &[(String, String)],
    defaults: &[(String, String)],
    catalogue: &Catalogue<'_>,
) -> Result<Checked, Vec<Problem>> {
    let main = main.without_mark();
    let mut sources = vec![main.source.name.clone()];
    let mut preset = None;
    let result = tree::parse(&main).and_then(|mut root| {
        let mut problems = Vec::new();
        sources.extend(tree::merge(&mut root, &main.source.name, includes, &mut problems));
        tree::apply(&mut root, overrides, &mut problems);
        preset = tree::lay_beneath(&mut root, catalogue, &mut problems);
        tree::limit(&root, &mut problems);
        let absent = tree::absent(&root, defaults);
        tree::apply(&mut root, &absent, &mut problems);
        if problems.is_empty() { check::check(&root, &main.source, catalogue) } else { Err(problems) }
    });
    result.map_err(|mut problems| {
        // In the order of the texts: the main one, included ones, the preset, `--set`.
        sources.extend(preset.clone());
        let rank = |problem: &Problem| sources.iter().position(|name| *name == problem.place.source.name);
        problems.sort_by_key(|problem| (rank(problem).unwrap_or(usize::MAX), problem.place.start));
        problems.into_iter().map(|problem| tree::explain(problem, preset.as_deref())).collect()
    })
}
