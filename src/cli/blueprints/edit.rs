//! `scaffold blueprints edit`

use super::super::{Failure, Global, catalog, input, output};
use crate::plan::Plan;
use crate::project::Stage;
use crate::render::RenderedFile;
use std::borrow::Cow;
use std::fmt::Write;
use std::path::PathBuf;

/// Which blueprint file each file of a project comes from.
pub const ORIGINS_PATH: &str = ".scaffold/origins.toml";

/// Generate a project to edit a framework's blueprint in; `blueprints pull` brings the edits back
#[derive(Debug, clap::Args)]
pub struct EditArgs {
    /// The framework
    framework: String,
    /// The folder of the project
    dir: PathBuf,
    /// What to generate [default: the framework's example, `scaffold answers example`]
    #[arg(long, value_name = "FILE")]
    answers: Option<PathBuf>,
    /// Set one answer on top of the file; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

pub fn run(args: &EditArgs, global: &Global) -> Result<(), Failure> {
    let catalog = catalog::load(global)?;
    let framework = catalog::framework(&catalog, &args.framework)?;
    let mut set = vec![("stack.framework".to_owned(), framework.id.clone())];
    set.extend(input::pairs(&args.set)?);
    let example = crate::render::example(framework, &catalog)?;
    let checked = match &args.answers {
        Some(file) => input::read(&input::Sources { file: Some(file), set: &set, defaults: &[] }, &catalog)?,
        None => input::read_text(example, &set, &catalog)?,
    };
    let plan = Plan::new(&checked.spec, &catalog)?;
    let mut files = crate::generate(&checked, &catalog)?;
    let mut origins =
        "# The blueprint file behind each file; `scaffold blueprints pull` brings edits back.\n".to_owned();
    for (path, file) in &plan.files {
        let text = |it: &str| crate::render::escape::string(it);
        writeln!(origins, "{} = {}", text(path), text(&file.origin)).expect("writing to a string");
    }
    files.insert(ORIGINS_PATH.to_owned(), RenderedFile::new(Cow::Owned(origins.into_bytes())));
    let stage = Stage::begin(&args.dir)?;
    stage.fill(&files, &|| false)?;
    stage.publish()?;
    let folder = args.dir.display();
    let steps = framework.next_steps.iter().map(|it| format!("  {it}\n")).collect::<String>();
    let text = format!(
        "made {folder} ({} files, {})\n\nnext:\n  cd {folder}\n{steps}  scaffold blueprints pull {folder}\n",
        files.len(),
        framework.title
    );
    output::print(&text)
}
