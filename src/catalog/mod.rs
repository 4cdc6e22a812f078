//! The blueprints: what can be generated, as data.
//!
//! A [`Catalog`] is read from a [`Tree`] of files, the one embedded in the program or a folder of the user's own.
//! Nothing here knows any framework, language or database by name.

mod condition;
mod error;
mod expressions;
mod framework;
mod language;
mod layer;
mod options;
mod preset;
mod start;
mod tree;

pub use condition::{Condition, LICENSE, USES};
pub use error::CatalogError;
pub use expressions::Expressions;
pub use framework::{Framework, LockFile, MigrationFile, Migrations, Reserved, TypeTable};
pub use language::{Casing, ImportForm, Language, Literals};
pub use layer::{Derived, FileRule, Layer, SlotEntry};
pub use options::{ChoiceOption, Question, Questions};
pub use preset::Preset;
pub use start::{Start, Step, Tool, Variable};
pub use tree::{File, Tree};

use crate::answers;
use indexmap::IndexMap;
use std::collections::BTreeMap;

/// Every framework, and the data that frameworks share.
#[derive(Debug)]
pub struct Catalog {
    /// The questions of the answers file's `[stack]`, with every known option.
    pub questions: Questions,
    /// By id.
    pub frameworks: IndexMap<String, Framework>,
    /// By id.
    pub languages: BTreeMap<String, Language>,
    /// `databases/<id>.toml`, as plain data for templates, by id.
    pub databases: BTreeMap<String, toml::Table>,
    /// `services.toml`: servers that a project runs beside itself, as plain data for templates, by id.
    pub services: BTreeMap<String, toml::Table>,
    /// The layers that every framework shares.
    pub platform: Vec<Layer>,
    /// Ready sets of entities, by id.
    pub presets: BTreeMap<String, Preset>,
    /// The sources of the program, these blueprints with them; none where they are a folder of the user's own.
    pub build: Option<&'static str>,
}

impl Catalog {
    /// The blueprints that are part of the program.
    pub fn embedded() -> Result<Self, CatalogError> {
        Ok(Self { build: Some(env!("SCAFFOLD_BUILD")), ..Self::read(&Tree::embedded())? })
    }

    /// Reads a blueprint tree.
    pub fn read(tree: &Tree) -> Result<Self, CatalogError> {
        let mut questions = Questions::read(tree)?;
        let ids = |folder: &str| {
            tree.children(folder).filter_map(|name| name.strip_suffix(".toml")).map(str::to_owned).collect::<Vec<_>>()
        };
        let mut languages = BTreeMap::new();
        for id in ids("languages") {
            languages.insert(id.clone(), tree.toml(&format!("languages/{id}.toml"))?);
        }
        let mut databases = BTreeMap::new();
        for id in ids("databases") {
            databases.insert(id.clone(), tree.toml(&format!("databases/{id}.toml"))?);
        }
        let mut read = tree
            .folders("frameworks")
            .into_iter()
            .map(|id| Framework::read(tree, &id, &questions))
            .collect::<Result<Vec<_>, _>>()?;
        read.sort_by(|a, b| (a.order, &a.id).cmp(&(b.order, &b.id)));
        let mut frameworks = IndexMap::new();
        for framework in read {
            let id = framework.id.clone();
            if !languages.contains_key(&framework.language) {
                return Err(CatalogError::new(
                    format!("frameworks/{id}/blueprint.toml"),
                    format!("there is no languages/{}.toml", framework.language),
                ));
            }
            let (title, help, aliases) = (framework.title.clone(), framework.help.clone(), framework.aliases.clone());
            questions.add("framework", ChoiceOption { id: id.clone(), title, help, needs: Vec::new(), aliases });
            frameworks.insert(id, framework);
        }
        let services = if tree.file("services.toml").is_some() { tree.toml("services.toml")? } else { BTreeMap::new() };
        check_conditions(&services, &questions)?;
        let platform = layer::read_all(tree, "platform", &questions)?;
        let mut presets = BTreeMap::new();
        for id in ids("presets") {
            presets.insert(id.clone(), Preset::read(tree, &id)?);
        }
        Ok(Self { questions, frameworks, languages, databases, services, platform, presets, build: None })
    }

    /// What the reader of answers must know of the questions.
    pub fn choices(&self) -> answers::Catalogue<'_> {
        let questions = self.questions.iter().map(|(id, question)| answers::Question {
            id,
            title: &question.title,
            help: &question.help,
            many: question.many,
            default: question.default.as_deref(),
            options: (question.options.iter())
                .map(|it| answers::Choice {
                    id: &it.id,
                    title: &it.title,
                    help: &it.help,
                    needs: it.needs.iter().map(String::as_str).collect(),
                })
                .collect(),
        });
        let presets = self.presets.iter().map(|(id, preset)| answers::Preset {
            id,
            title: &preset.title,
            help: &preset.help,
            text: &preset.answers,
        });
        answers::Catalogue { questions: questions.collect(), presets: presets.collect() }
    }

    /// The ids of all frameworks, in the order that people see.
    pub fn framework_ids(&self) -> Vec<&str> {
        self.frameworks.keys().map(String::as_str).collect()
    }
}

/// The conditions of addresses can be read.
fn check_conditions(services: &BTreeMap<String, toml::Table>, questions: &Questions) -> Result<(), CatalogError> {
    let addresses = services.values().filter_map(|it| it.get("address")?.as_array()).flatten();
    for when in addresses.filter_map(|it| it.get("when")?.as_str()) {
        Condition::parse(when, questions).map_err(|message| CatalogError::new("services.toml", message))?;
    }
    Ok(())
}
