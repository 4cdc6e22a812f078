//! One framework: a folder under `frameworks/`.

use super::start::StartTable;
use super::{CatalogError, Layer, Questions, Start, Tree, layer};
use indexmap::IndexMap;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// Type id of the answers file (or `reference`, `references`, `list`) → expression name → a template over the field.
pub type TypeTable = IndexMap<String, IndexMap<String, String>>;

/// A framework that projects can be generated for.
#[derive(Debug)]
pub struct Framework {
    /// The folder's name.
    pub id: String,
    /// Where it stands among the others, which go by this and then by id; the first is the one that is offered.
    pub order: i64,
    /// What people call it.
    pub title: String,
    /// One line for people who choose.
    pub help: String,
    /// What else people call it in documents.
    pub aliases: Vec<String>,
    /// A file of `languages/`.
    pub language: String,
    /// Question → the options it can do. A question left out offers only its default.
    pub supports: BTreeMap<String, BTreeSet<String>>,
    /// The features of [`crate::spec::Use`] it can do.
    pub features: BTreeSet<String>,
    /// Names its own code takes.
    pub reserved: Reserved,
    /// Words in its files, and what each becomes: a text with `{project.name}`.
    pub placeholders: BTreeMap<String, String>,
    /// Shell commands that a person runs after generation, in order.
    pub next_steps: Vec<String>,
    /// How its services are set up and run in development.
    pub start: Option<Start>,
    /// The lock file and how it is pruned.
    pub lock: Option<LockFile>,
    /// Where its migrations are, and how a new one is written.
    pub migrations: Option<Migrations>,
    /// How each type is written in this framework.
    pub types: TypeTable,
    /// Partial name → template text.
    pub partials: BTreeMap<String, String>,
    /// Its layers.
    pub layers: Vec<Layer>,
}

/// Names that the framework or the plain code of its blueprint takes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reserved {
    /// Fields and variables.
    pub members: BTreeSet<String>,
    /// Classes and other types.
    pub types: BTreeSet<String>,
    /// Files and packages.
    pub modules: BTreeSet<String>,
    /// What no project can be called where a placeholder stands for its name.
    pub projects: BTreeSet<String>,
}

/// The migrations of a framework's projects.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Migrations {
    /// Patterns such as `migrations/*.sql`: files that never change once they are written.
    pub history: Vec<String>,
    /// The files of a new one: a path with `{name}`, and what they hold.
    pub files: Vec<MigrationFile>,
    /// Whether its unique keys are indexes in every database.
    #[serde(default)]
    pub unique_indexes: bool,
    /// Where migrations name themselves: a regular expression whose first group is the name. Without it they go by the numbers
    /// at the beginning of their files' names.
    #[serde(default)]
    pub revision: Option<String>,
    /// Where they name the one before: the same.
    #[serde(default)]
    pub previous: Option<String>,
}

/// A file of a new migration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MigrationFile {
    /// Its path, with `{name}`: the number and a word or two.
    pub path: String,
    /// `up` or `down`: the statements; else the partial that prints it, with `revision`, `previous`, `title` and `name`.
    pub holds: String,
}

/// A dependency lock that holds every option's packages and is pruned to the chosen ones.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockFile {
    /// Path of the full lock in its layer; in the project, too, unless other files are made from it.
    pub path: String,
    /// The files of the project that are made from it, if they are others.
    #[serde(default)]
    pub files: Vec<String>,
    /// Which pruner reads it ([`crate::render`]).
    pub format: String,
    /// The slot whose entries' ids are the direct dependencies.
    pub dependencies: String,
    /// The slot of the direct development dependencies.
    pub dev_dependencies: Option<String>,
}

impl LockFile {
    /// The files of the project that are made from it.
    pub fn makes(&self) -> Vec<&str> {
        if self.files.is_empty() { vec![&self.path] } else { self.files.iter().map(String::as_str).collect() }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    #[serde(default)]
    order: i64,
    title: String,
    help: String,
    #[serde(default)]
    aliases: Vec<String>,
    language: String,
    #[serde(default)]
    supports: BTreeMap<String, BTreeSet<String>>,
    #[serde(default)]
    features: BTreeSet<String>,
    #[serde(default)]
    reserved: Reserved,
    #[serde(default)]
    placeholders: BTreeMap<String, String>,
    #[serde(default)]
    next_steps: Vec<String>,
    start: Option<StartTable>,
    lock: Option<LockFile>,
    migrations: Option<Migrations>,
}

impl Framework {
    pub(super) fn read(tree: &Tree, id: &str, questions: &Questions) -> Result<Self, CatalogError> {
        let folder = format!("frameworks/{id}");
        let path = format!("{folder}/blueprint.toml");
        let manifest: Manifest = tree.toml(&path)?;
        for (question, options) in &manifest.supports {
            for option in options {
                if !questions.knows(question, option) {
                    return Err(CatalogError::new(path, format!("`{option}` is no answer of `{question}`")));
                }
            }
        }
        let types_path = format!("{folder}/types.toml");
        let types = if tree.file(&types_path).is_some() { tree.toml(&types_path)? } else { TypeTable::new() };
        let mut partials = BTreeMap::new();
        let partial_folder = format!("{folder}/partials");
        for name in tree.children(&partial_folder) {
            let text = tree.text(&format!("{partial_folder}/{name}"))?;
            partials.insert(name.trim_end_matches(".hbs").to_owned(), text.to_owned());
        }
        Ok(Self {
            id: id.to_owned(),
            order: manifest.order,
            title: manifest.title,
            help: manifest.help,
            aliases: manifest.aliases,
            language: manifest.language,
            supports: manifest.supports,
            features: manifest.features,
            reserved: manifest.reserved,
            placeholders: manifest.placeholders,
            next_steps: manifest.next_steps,
            start: manifest.start.map(|it| it.read(&path, questions)).transpose()?,
            lock: manifest.lock,
            migrations: manifest.migrations,
            types,
            partials,
            layers: layer::read_all(tree, &folder, questions)?,
        })
    }

    /// The options of a question that this framework can do, sorted. A question it does not speak of offers its default.
    pub fn options<'a>(&'a self, question: &str, questions: &'a Questions) -> Vec<&'a str> {
        match self.supports.get(question) {
            Some(options) => options.iter().map(String::as_str).collect(),
            None => questions.get(question).and_then(|it| it.default.as_deref()).into_iter().collect(),
        }
    }
}
