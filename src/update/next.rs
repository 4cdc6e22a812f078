//! What would be generated now, for a project that is there.

use super::{Base, Tree, history};
use crate::answers::Checked;
use crate::catalog::{Catalog, CatalogError};
use crate::derive::change::{Impossible, Renames, former, renames};
use crate::derive::naming;
use crate::plan::{Content, Kind, Plan};
use crate::project::Model;
use crate::render::{self, Files, RenderedFile};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What the target depends on besides answers and blueprints.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// What was generated last.
    pub base: &'a Base,
    /// The data model after each migration.
    pub models: &'a [Model],
    /// The migrations on disk, also those that people have written.
    pub history: &'a Tree,
}

/// The target.
#[derive(Debug, Clone)]
pub struct Next {
    /// Every generated file, without records.
    pub files: Files,
    /// The data models that belong to it.
    pub models: Vec<Model>,
    /// What was added for the sake of the data model.
    pub migration: Option<Migration>,
    /// What a person should know before anything is written.
    pub notes: Vec<String>,
    /// Files of entities that have another name now: path → former path.
    pub moved: BTreeMap<String, String>,
}

impl Next {
    /// The target where it is what was generated last.
    pub fn unchanged(base: &Tree, models: &[Model]) -> Self {
        let file = |bytes: &Vec<u8>| RenderedFile::new(Cow::Owned(bytes.clone()));
        Self {
            files: base.iter().map(|(path, bytes)| (path.clone(), file(bytes))).collect(),
            models: models.to_vec(),
            migration: None,
            notes: Vec::new(),
            moved: BTreeMap::new(),
        }
    }
}

/// A migration that is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// Its files.
    pub files: Vec<String>,
    /// What a person should know before it runs.
    pub notes: Vec<String>,
    /// The tables, and the columns as `table.column`, that it drops with what is in them.
    pub dropped: Vec<String>,
}

/// Why there is no target.
#[derive(Debug, thiserror::Error)]
pub enum NextError {
    /// A mistake in a blueprint.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// Rows that are there cannot be brought over.
    #[error("{}", list(.0))]
    Impossible(Vec<Impossible>),
    /// Two migrations that no other follows.
    #[error("several migrations are the last one: {}; merge them first", .0.join(", "))]
    Ends(Vec<String>),
    /// Its tables cannot be described.
    #[error("this database has no `[sql]` table")]
    NoSql,
}

fn list(impossible: &[Impossible]) -> String {
    impossible.iter().map(ToString::to_string).collect::<Vec<_>>().join("\nerror: ")
}

/// Works out the target.
pub fn next(checked: &Checked, catalog: &Catalog, known: &Known<'_>) -> Result<Next, NextError> {
    let plan = Plan::new(&checked.spec, catalog)?;
    let files = render::render(&plan)?;
    let model = Model::of(&checked.spec);
    let old = known.models.last();
    let names = old.map(|old| renames(&checked.spec, &old.schema, &model.schema)).unwrap_or_default();
    let moved = moved(&plan, &names)?;
    let mut next = Next { files, models: vec![model.clone()], migration: None, notes: Vec::new(), moved };
    let Some(migrations) = &plan.framework.migrations else { return Ok(next) };
    let Some(old) = old else {
        history::freeze(&mut next.files, migrations, known);
        next.notes.push(format!(
            "`{}` is not there: migrations stay as they are, also where the data model has changed",
            crate::project::model_path(1)
        ));
        return Ok(next);
    };
    if old.database != model.database {
        next.notes.push(format!(
            "migrations of {} do not run on {}: they begin anew, and rows are not moved",
            old.database, model.database
        ));
        let own: Vec<_> = known.history.keys().filter(|it| !known.base.has(it)).map(String::as_str).collect();
        if !own.is_empty() {
            next.notes.push(format!(
                "these migrations are your own and stay; what they do has to be written anew for {}: {}",
                model.database,
                own.join(", ")
            ));
        }
        return Ok(next);
    }
    history::freeze(&mut next.files, migrations, known);
    next.models = known.models.to_vec();
    if *old != model {
        next.migration = Some(history::migrate(&plan, migrations, (old, &model, &names), known, &mut next.files)?);
        next.models.push(model);
    }
    Ok(next)
}

/// The files that the same template makes for an entity that has another name now.
fn moved(plan: &Plan, names: &Renames) -> Result<BTreeMap<String, String>, NextError> {
    let mut before = plan.spec.clone();
    let mut any = false;
    for entity in &mut before.entities {
        let Some(former) = former(entity) else { continue };
        let table = naming::table(entity);
        if table == naming::table(&former) || names.tables().any(|(now, _)| now == table) {
            *entity = former;
            any = true;
        }
    }
    if !any {
        return Ok(BTreeMap::new());
    }
    let former = Plan::new(&before, plan.catalog)?;
    let made = |plan: &Plan| -> BTreeMap<(String, usize), String> {
        let files = plan.files.iter().filter_map(|(path, file)| match file.content {
            Content::Template(_, Some(item)) if item.kind == Kind::Entity => {
                Some(((file.origin.clone(), item.index), path.clone()))
            }
            _ => None,
        });
        files.collect()
    };
    let (now, then) = (made(plan), made(&former));
    let pairs = now.into_iter().filter_map(|(key, path)| Some((path, then.get(&key)?.clone())));
    Ok(pairs.filter(|(path, former)| path != former).collect())
}
