//! `scaffold completions`

use super::{Failure, output};
use clap_complete::Shell;

const AFTER_HELP: &str = "\
Examples:
  scaffold completions bash > ~/.local/share/bash-completion/completions/scaffold
  scaffold completions zsh > \"${fpath[1]}/_scaffold\"
  scaffold completions fish > ~/.config/fish/completions/scaffold.fish";

/// Print the completions for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct CompletionsArgs {
    /// Which shell
    shell: Shell,
}

pub fn run(args: &CompletionsArgs) -> Result<(), Failure> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut super::definitions(), "scaffold", &mut text);
    output::print(&String::from_utf8_lossy(&text))
}
