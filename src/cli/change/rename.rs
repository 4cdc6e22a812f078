//! `scaffold rename`

use super::super::{Failure, Global};
use super::Place;
use super::project::Project;
use super::update::{How, change};
use crate::update::Edit;

const AFTER_HELP: &str = "\
Examples:
  scaffold rename entity Product Article
  scaffold rename field Product price cost

Rows keep their values: the new migration renames tables and columns. Files that are called after an
entity move, with the edits in them. Your own code still says the old name where you wrote it.

Exit codes: 0 done, 1 failed, 2 wrong usage or answers, 3 done with conflicts, 130 interrupted";

/// Give an entity, a field or a relation of a project another name
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct RenameArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// An entity
    Entity {
        /// What it is called now
        old: String,
        /// What it will be called
        new: String,
        /// Its plural, which paths and tables are called after [default: guessed from the new name]
        #[arg(long, value_name = "NAME")]
        plural: Option<String>,
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        how: How,
    },
    /// A field or relation of an entity
    Field {
        /// The entity
        entity: String,
        /// What the field is called now
        old: String,
        /// What it will be called
        new: String,
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        how: How,
    },
}

impl RenameArgs {
    /// Whether a program reads the result.
    pub fn json(&self) -> bool {
        match &self.what {
            What::Entity { how, .. } | What::Field { how, .. } => how.json,
        }
    }
}

pub fn run(args: &RenameArgs, global: &Global) -> Result<(), Failure> {
    match &args.what {
        What::Entity { old, new, plural, place, how } => {
            let project = Project::open(Project::find(place, global)?, None, global)?;
            let before = project.checked.spec.entity(old).map(|it| it.plural.declared().to_owned());
            let edit = Edit::RenameEntity(old.clone(), new.clone(), plural.clone());
            let mark = |spec: &mut crate::spec::Spec| {
                for entity in spec.entities.iter_mut().filter(|it| it.name.declared() == new) {
                    entity.was = Some(old.clone()).filter(|it| it != new);
                    entity.was_plural.clone_from(&before);
                }
            };
            change(place, &[edit], mark, how, global)
        }
        What::Field { entity, old, new, place, how } => {
            let edit = Edit::RenameField(entity.clone(), old.clone(), new.clone());
            let mark = |spec: &mut crate::spec::Spec| {
                for entity in spec.entities.iter_mut().filter(|it| it.name.declared() == entity) {
                    for field in entity.fields.iter_mut().filter(|it| it.name.declared() == new) {
                        field.was = Some(old.clone());
                    }
                    for relation in entity.relations.iter_mut().filter(|it| it.name.declared() == new) {
                        relation.was = Some(old.clone());
                    }
                }
            };
            change(place, &[edit], mark, how, global)
        }
    }
}
