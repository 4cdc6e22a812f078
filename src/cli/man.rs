//! `scaffold man`

use super::{Failure, output};

const AFTER_HELP: &str = "\
Examples:
  scaffold man new | man -l -
  scaffold man > /usr/local/share/man/man1/scaffold.1";

/// Print a page of the manual
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct ManArgs {
    /// The command to print the page of, for example `new` [default: the whole program]
    command: Vec<String>,
}

pub fn run(args: &ManArgs) -> Result<(), Failure> {
    let mut page = super::definitions();
    for name in &args.command {
        let inner = page.get_subcommands().find(|it| it.get_name() == name).cloned();
        page = inner.ok_or_else(|| {
            let known: Vec<_> = page.get_subcommands().map(clap::Command::get_name).collect();
            Failure::Usage(format!("`{}` has no command `{name}`; there are: {}", page.get_name(), known.join(", ")))
        })?;
    }
    let mut text = Vec::new();
    clap_mangen::Man::new(page)
        .render(&mut text)
        .map_err(|error| Failure::Failed(format!("cannot print the page: {error}")))?;
    output::print(&String::from_utf8_lossy(&text))
}
