//! What all targets do: read a text, and render what is wrong with it.

use scaffold::answers::{self, Checked, Format, Input, render_problems};
use scaffold::catalog::Catalog;
use std::sync::LazyLock;

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::embedded().expect("the blueprints are well-formed"));

/// Reads bytes as a file would be read; messages must be renderable whatever they show.
pub fn read(format: Format, bytes: &[u8]) -> Option<Checked> {
    let input = match Input::from_bytes("answers", format, bytes.to_vec()) {
        Ok(input) => input,
        Err(problem) => {
            render_problems(&[problem], false);
            return None;
        }
    };
    match answers::read(input, &|_| Ok(Vec::new()), &[], &CATALOG.choices()) {
        Ok(checked) => Some(checked),
        Err(problems) => {
            assert!(!problems.is_empty(), "refused without a reason");
            assert!(!render_problems(&problems, false).is_empty());
            None
        }
    }
}

/// What is accepted must read as itself once it is written down.
pub fn holds(format: Format, bytes: &[u8]) {
    if let Some(checked) = read(format, bytes) {
        let again = read(Format::Toml, checked.canonical.as_bytes()).expect("the canonical text is accepted");
        assert_eq!(checked.canonical, again.canonical);
    }
}
