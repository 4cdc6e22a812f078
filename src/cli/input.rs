//! From arguments to checked answers.

use super::Failure;
use crate::answers::{self, Checked, Format, IncludeError, Input, Problem};
use crate::catalog::Catalog;
use crate::plan;
use crate::project;
use std::io::Read;
use std::path::Path;

/// Where answers come from.
pub struct Sources<'a> {
    /// A file, or `-` for standard input; without one there is only the rest.
    pub file: Option<&'a Path>,
    /// What counts more than the file.
    pub set: &'a [(String, String)],
    /// What counts where both say nothing.
    pub defaults: &'a [(String, String)],
}

/// Reads, checks and matches answers against what the chosen framework can do.
pub fn read(sources: &Sources<'_>, catalog: &Catalog) -> Result<Checked, Failure> {
    let main = match sources.file {
        Some(file) => main_input(file)?,
        None => Input::from_text("<no answers file>", Format::Toml, String::new()),
    };
    matched(main, sources, catalog)
}

/// The same of a file that would hold this text.
pub fn read_as(file: &Path, text: String, catalog: &Catalog) -> Result<Checked, Failure> {
    let main = Input::from_text(file.display().to_string(), Format::Toml, text);
    matched(main, &Sources { file: Some(file), set: &[], defaults: &[] }, catalog)
}

/// The same of an answers file that is a text.
pub fn read_text(text: String, set: &[(String, String)], catalog: &Catalog) -> Result<Checked, Failure> {
    let main = Input::from_text("<example>", Format::Toml, text);
    matched(main, &Sources { file: None, set, defaults: &[] }, catalog)
}

fn matched(main: Input, sources: &Sources<'_>, catalog: &Catalog) -> Result<Checked, Failure> {
    let checked = check(main, sources, catalog).map_err(Failure::Answers)?;
    let refused = plan::refusals(&checked.spec, catalog, &checked.places);
    if refused.is_empty() {
        return Ok(checked);
    }
    let (placed, silent): (Vec<_>, Vec<_>) = refused.into_iter().partition(|it| it.place.is_some());
    if placed.is_empty() {
        return Err(Failure::Usage(silent.into_iter().map(|it| it.message).collect::<Vec<_>>().join("\nerror: ")));
    }
    let problems = placed.into_iter().filter_map(|it| {
        let problem = Problem::new(it.message, it.place?);
        Some(if it.allowed.is_empty() { problem } else { problem.note(format!("allowed: {}", it.allowed.join(", "))) })
    });
    Err(Failure::Answers(problems.collect()))
}

/// Checks answers that stand in the file of `sources`, with the files they include.
pub fn check(main: Input, sources: &Sources<'_>, catalog: &Catalog) -> Result<Checked, Vec<Problem>> {
    let folder = sources.file.and_then(Path::parent).unwrap_or(Path::new(""));
    let includes = |pattern: &str| included(folder, pattern);
    answers::read_or(main, &includes, sources.set, sources.defaults, &catalog.choices())
}

/// The pairs of `--set`.
pub fn pairs(set: &[String]) -> Result<Vec<(String, String)>, Failure> {
    set.iter().map(|pair| split(pair)).collect()
}

fn split(pair: &str) -> Result<(String, String), Failure> {
    let message = || format!("`--set {pair}` is no `key=value`; write for example `--set stack.database=postgresql`");
    let (key, value) = pair.split_once('=').ok_or_else(|| Failure::Usage(message()))?;
    if key.trim().is_empty() { Err(Failure::Usage(message())) } else { Ok((key.trim().to_owned(), value.to_owned())) }
}

/// The text of `file`, or of standard input for `-`.
pub fn main_input(file: &Path) -> Result<Input, Failure> {
    let name = file.display().to_string();
    if name == "-" {
        let mut bytes = Vec::new();
        (std::io::stdin().read_to_end(&mut bytes))
            .map_err(|error| Failure::Failed(format!("cannot read standard input: {error}")))?;
        let format = Format::guess(&bytes);
        return Input::from_bytes("<stdin>", format, bytes).map_err(|problem| Failure::Answers(vec![problem]));
    }
    let format = Format::of(&name).ok_or_else(|| {
        Failure::Usage(format!("cannot tell the format of `{name}`; name it .toml, .yaml, .yml or .json"))
    })?;
    let bytes = project::read_bytes(file)
        .map_err(|error| Failure::Usage(format!("cannot read the answers in `{name}`: {error}")))?;
    Input::from_bytes(name, format, bytes).map_err(|problem| Failure::Answers(vec![problem]))
}

fn included(folder: &Path, pattern: &str) -> Result<Vec<Input>, IncludeError> {
    let message = |error: std::io::Error| IncludeError::Message(error.to_string());
    let files = project::matching(folder, pattern).map_err(message)?;
    files
        .iter()
        .map(|file| {
            let name = file.display().to_string();
            let format = Format::of(&name).unwrap_or(Format::Toml);
            let bytes = project::read_bytes(file).map_err(message)?;
            Input::from_bytes(name, format, bytes).map_err(|problem| IncludeError::Problem(Box::new(problem)))
        })
        .collect()
}
