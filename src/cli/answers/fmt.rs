//! `scaffold answers fmt`

use super::{Failure, Global, catalog, input};
use crate::answers::{Form, Format, Input, Problem, rewrite};
use crate::catalog::Catalog;
use crate::cli::input::Sources;
use crate::cli::output;
use crate::project;
use std::path::{Path, PathBuf};

/// Write fields and relations of TOML answers in one line each, comments and order kept
#[derive(Debug, clap::Args)]
pub struct FmtArgs {
    /// TOML files, rewritten in place; `-` reads standard input and writes standard output
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Write the long form instead: `{ type = "string", min = 2 }`
    #[arg(long)]
    expand: bool,
    /// Change nothing; fail when a file is not formatted
    #[arg(long)]
    check: bool,
}

pub fn run(args: &FmtArgs, global: &Global) -> Result<(), Failure> {
    let catalog = catalog::load(global)?;
    let form = if args.expand { Form::Long } else { Form::Short };
    let (mut problems, mut unformatted) = (Vec::new(), Vec::new());
    for file in &args.files {
        match format(file, form, &catalog)? {
            Err(mut found) => problems.append(&mut found),
            Ok((input, text)) => {
                let differs = text != input.source.text;
                if args.check {
                    unformatted.extend(differs.then(|| input.source.name.clone()));
                } else if file.as_os_str() == "-" {
                    output::print(&text)?;
                } else if differs {
                    let result = project::replace_file(file, text.as_bytes());
                    result.map_err(|error| Failure::Failed(format!("cannot write `{}`: {error}", file.display())))?;
                    if !global.quiet {
                        output::print(&format!("formatted {}\n", file.display()))?;
                    }
                }
            }
        }
    }
    if !problems.is_empty() {
        return Err(Failure::Answers(problems));
    }
    if unformatted.is_empty() {
        return Ok(());
    }
    let expand = if args.expand { "--expand " } else { "" };
    let names = unformatted.join(" ");
    Err(Failure::Failed(format!("not formatted: {names}; run `scaffold answers fmt {expand}{names}`")))
}

/// The text as it should be, beside what was read; a file with mistakes is left to its problems.
fn format(file: &Path, form: Form, catalog: &Catalog) -> Result<Result<(Input, String), Vec<Problem>>, Failure> {
    let main = match input::main_input(file) {
        Ok(main) => main,
        Err(Failure::Answers(problems)) => return Ok(Err(problems)),
        Err(failure) => return Err(failure),
    };
    if main.format != Format::Toml {
        let name = &main.source.name;
        return Err(Failure::Usage(format!("`{name}` is not TOML; YAML and JSON answers are read, but not formatted")));
    }
    let formatted = rewrite(&main, form).and_then(|text| {
        // A file that others include holds only a part of the answers.
        if main.is_whole() {
            let sources = Sources { file: Some(file), set: &[], defaults: &[] };
            input::check(main.clone(), &sources, catalog)?;
        }
        Ok(text)
    });
    Ok(formatted.map(|text| (main, text)))
}
