//! `scaffold add`

use super::super::{Failure, Global, catalog};
use super::Place;
use super::update::{How, change};
use crate::update::Edit;

const AFTER_HELP: &str = "\
WHAT and what follows it:
  entity NAME [LINE]...            with fields and relations, `stars: integer 1..5`, `product: -> Product`,
                                   and settings, `search = [\"text\"]`
  field ENTITY LINE...             fields of an entity that is there
  relation ENTITY LINE...          the same, or `parent: { many_to_one = \"Product\", inverse = \"parts\" }`
  command ENTITY NAME [LINE]...    input, `amount: decimal`, and settings, `when = \"status == 'open'\"`
  job NAME [LINE]...               input, and settings, `schedule = \"0 3 * * *\"`
  event NAME [LINE]...             payload
  handler NAME LINE...             settings, `on = \"Product.created\"`
  QUESTION OPTION                  an answer of `scaffold list`: `queue redis`, `ci gitlab-ci`

Examples:
  scaffold add field Product 'rating: integer 1..5 = 3'
  scaffold add entity Review 'stars: integer 1..5' 'product: -> Product'
  scaffold add queue redis

It edits `.scaffold/answers.toml`, keeping its comments, and updates the project: see `scaffold
update --help`.

Exit codes: 0 done, 1 failed, 2 wrong usage or answers, 3 done with conflicts, 130 interrupted";

/// Add an entity, a field, a job or the like to a project
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct AddArgs {
    /// entity, field, relation, command, job, event, handler, or a question of `scaffold list`
    what: String,
    /// What it is called, and its lines
    #[arg(required = true)]
    words: Vec<String>,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    pub how: How,
}

pub fn run(args: &AddArgs, global: &Global) -> Result<(), Failure> {
    let edit = edit(args, global)?;
    change(&args.place, &[edit], |_| {}, &args.how, global)
}

fn edit(args: &AddArgs, global: &Global) -> Result<Edit, Failure> {
    let (first, rest) = args.words.split_first().expect("clap wants one");
    let path = |table: &str| vec![table.to_owned(), first.clone()];
    let rest = rest.to_vec();
    Ok(match args.what.as_str() {
        "entity" => Edit::Table(path("entities"), rest),
        "field" | "relation" if rest.is_empty() => {
            return Err(Failure::Usage(format!(
                "say which: `scaffold add {} {first} 'stars: integer 1..5'`",
                args.what
            )));
        }
        "field" | "relation" => Edit::Lines(path("entities"), rest),
        "command" => {
            let (name, lines) = rest
                .split_first()
                .ok_or_else(|| Failure::Usage(format!("a command has a name: `scaffold add command {first} pay`")))?;
            let path = ["entities", first, "commands", name].map(str::to_owned);
            Edit::Table(path.to_vec(), lines.to_vec())
        }
        "job" => Edit::Table(path("jobs"), rest),
        "event" => Edit::Table(path("events"), rest),
        "handler" => Edit::Table(path("handlers"), rest),
        question => {
            let catalog = catalog::load(global)?;
            let Some(known) = catalog.questions.get(question) else {
                let questions: Vec<_> = catalog.questions.iter().map(|(id, _)| id).collect();
                return Err(Failure::Usage(format!(
                    "nothing is called `{question}`; add an entity, field, relation, command, job, event, handler, or an answer \
                     of {}",
                    questions.join(", ")
                )));
            };
            if !rest.is_empty() {
                return Err(Failure::Usage(format!("one answer at a time: `scaffold add {question} {first}`")));
            }
            let path = vec!["stack".to_owned(), question.to_owned()];
            if known.many { Edit::Also(path, first.clone()) } else { Edit::Set(path, first.clone()) }
        }
    })
}
