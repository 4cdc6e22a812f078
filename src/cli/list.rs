//! `scaffold list`

use super::{Failure, Global, catalog};
use crate::catalog::Catalog;

/// Show the frameworks and what each supports
#[derive(Debug, clap::Args)]
pub struct ListArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub fn run(args: &ListArgs, global: &Global) -> Result<(), Failure> {
    let catalog = catalog::load(global)?;
    let text = if args.json { json(&catalog) } else { table(&catalog) };
    anstream::print!("{text}");
    Ok(())
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

fn table(catalog: &Catalog) -> String {
    let mut rows: Vec<Vec<String>> = vec![vec!["framework".to_owned()]];
    rows[0].extend(catalog.questions.iter().map(|(id, _)| id).filter(|id| *id != "framework").map(str::to_owned));
    for id in catalog.frameworks.keys() {
        let mut row = vec![id.clone()];
        row.extend(supported(catalog, id).map(|(_, options)| options.join(" ")));
        rows.push(row);
    }
    let widths: Vec<usize> = (0..rows[0].len())
        .map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0))
        .collect();
    let line = |row: &Vec<String>| {
        let cells: Vec<_> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}
