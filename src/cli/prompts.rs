//! `scaffold prompts`

use super::{Failure, Global, output};
use crate::project;
use crate::reading::prose::{TEMPLATES, Template};
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Examples:
  scaffold prompts                       list them
  scaffold prompts rest                  print the empty template
  scaffold prompts rest --out shop.md    write it; fill it in, then
  scaffold new shop --from shop.md       make the project it describes";

/// List the prompt templates that `new --from` reads, or write an empty one to fill in
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct PromptsArgs {
    /// Which templates to write, one after the other; without one they are listed
    #[arg(value_name = "TEMPLATE")]
    templates: Vec<String>,
    /// Write to this new file instead of standard output
    #[arg(long, short, value_name = "FILE", requires = "templates")]
    out: Option<PathBuf>,
}

pub fn run(args: &PromptsArgs, global: &Global) -> Result<(), Failure> {
    if args.templates.is_empty() {
        return output::print(&list());
    }
    let texts = args.templates.iter().map(|id| find(id).map(|it| it.text)).collect::<Result<Vec<_>, _>>()?;
    let text = texts.join("\n");
    let Some(path) = &args.out else { return output::print(&text) };
    let name = path.display();
    project::write_new(path, text.as_bytes()).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Failure::Failed(format!("`{name}` is there already; choose another name")),
        _ => Failure::Failed(format!("cannot write `{name}`: {error}")),
    })?;
    if global.quiet {
        return Ok(());
    }
    output::print(&format!(
        "wrote {name}\n\nnext: fill in what stands in brackets, then\n  scaffold new --from {name}\n"
    ))
}

fn find(id: &str) -> Result<&'static Template, Failure> {
    TEMPLATES.iter().find(|it| it.id == id).ok_or_else(|| {
        let ids: Vec<&str> = TEMPLATES.iter().map(|it| it.id).collect();
        Failure::Usage(format!("there is no template `{id}`\n  allowed: {}", ids.join(", ")))
    })
}

fn list() -> String {
    let widest = TEMPLATES.iter().map(|it| it.id.len()).max().unwrap_or(0);
    let lines: String = TEMPLATES.iter().map(|it| format!("  {:widest$}  {}\n", it.id, it.title())).collect();
    format!(
        "templates:\n{lines}\nscaffold prompts TEMPLATE --out FILE.md writes one to fill in; scaffold new --from FILE.md reads it\n"
    )
}
