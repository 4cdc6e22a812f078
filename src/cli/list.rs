//! `scaffold list`

use super::{Failure, Global, catalog, output};
use crate::catalog::Catalog;

const AFTER_HELP: &str = "\
Examples:
  scaffold list
  scaffold list --json | jq -r '.frameworks[].id'";

/// Show the frameworks and what each supports
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct ListArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

pub fn run(args: &ListArgs, global: &Global) -> Result<(), Failure> {
    let catalog = catalog::load(global)?;
    output::print(&if args.json { json(&catalog) } else { table(&catalog, width()) })
}

/// Question → supported options, in the order of the questions.
fn supported<'a>(catalog: &'a Catalog, framework: &'a str) -> impl Iterator<Item = (&'a str, Vec<&'a str>)> {
    let framework = &catalog.frameworks[framework];
    (catalog.questions.iter())
        .filter(|(question, _)| *question != "framework")
        .map(|(question, _)| (question, framework.options(question, &catalog.questions)))
}

fn json(catalog: &Catalog) -> String {
    let frameworks = catalog.frameworks.values().map(|framework| {
        let supports: serde_json::Map<_, _> = supported(catalog, &framework.id)
            .map(|(question, options)| (question.to_owned(), serde_json::json!(options)))
            .collect();
        serde_json::json!({
            "id": framework.id,
            "title": framework.title,
            "language": framework.language,
            "help": framework.help,
            "supports": supports,
            "features": framework.features,
        })
    });
    let value = serde_json::json!({ "frameworks": frameworks.collect::<Vec<_>>() });
    format!("{value:#}\n")
}

/// The width of the terminal, and a usual one where there is none.
fn width() -> usize {
    terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0))
}

/// Three columns: framework, question, options. A framework's first row is its help.
fn table(catalog: &Catalog, width: usize) -> String {
    let longest = |words: &mut dyn Iterator<Item = &str>| words.map(|it| it.chars().count()).max().unwrap_or(0);
    let first = longest(&mut catalog.frameworks.keys().map(String::as_str));
    let second = longest(&mut catalog.questions.iter().map(|(id, _)| id).filter(|id| *id != "framework"));
    let mut out = String::new();
    for (id, framework) in &catalog.frameworks {
        for (at, line) in wrap(framework.help.split(' '), width.saturating_sub(first + 2)).iter().enumerate() {
            out += &format!("{:first$}  {line}\n", if at == 0 { id } else { "" });
        }
        for (question, options) in supported(catalog, id) {
            let lines = wrap(options.into_iter(), width.saturating_sub(first + second + 4));
            for (at, line) in lines.iter().enumerate() {
                out += &format!("{:first$}  {:second$}  {line}\n", "", if at == 0 { question } else { "" });
            }
        }
    }
    out
}

/// Words on lines of at most `width` characters; a longer word has a line of its own.
fn wrap<'a>(words: impl Iterator<Item = &'a str>, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_terminal_gets_more_lines_instead_of_longer_ones() {
        let catalog = Catalog::embedded().unwrap();
        for width in [40, 60, 200] {
            let table = table(&catalog, width);
            let longest = table.lines().map(|line| line.chars().count()).max();
            assert!(longest <= Some(width), "{table}");
            assert!(catalog.frameworks.values().all(|it| table.contains(it.help.split(' ').next().unwrap())));
        }
    }
}
