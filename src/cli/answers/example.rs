//! `scaffold answers example`

use super::{Failure, Global, catalog};

/// Print an example that shows and explains everything a framework can do
#[derive(Debug, clap::Args)]
pub struct ExampleArgs {
    /// The framework [default: the first one]
    #[arg(long, value_name = "ID")]
    framework: Option<String>,
}

pub fn run(args: &ExampleArgs, global: &Global) -> Result<(), Failure> {
    let _catalog = catalog::load(global)?;
    let _ = args.framework;
    Ok(())
}
