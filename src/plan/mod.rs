//! Which files these answers select, and who contributes to them.

mod item;
mod names;
mod path;
mod placeholder;
mod refusal;
mod room;

pub use item::{Item, Kind};
pub use names::{entity_names, field_names, work_names};
pub use placeholder::{PROJECT_NAME, Placeholders};
pub use refusal::{Refusal, refusals};

use crate::catalog::{
    Catalog, CatalogError, Condition, Derived, File, Framework, LICENSE, Language, Layer, LockFile, SlotEntry, USES,
};
use crate::spec::{EventType, Spec};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that will be rendered, in the order of the paths.
#[derive(Debug)]
pub struct Plan<'a> {
    /// What is described.
    pub spec: &'a Spec,
    /// Where blueprints come from.
    pub catalog: &'a Catalog,
    /// The chosen framework.
    pub framework: &'a Framework,
    /// Its language.
    pub language: &'a Language,
    /// By path in the project.
    pub files: BTreeMap<String, PlannedFile<'a>>,
    /// Slot → the chosen entries, sorted. Every slot that any layer speaks of is there.
    pub slots: BTreeMap<&'a str, Vec<&'a SlotEntry>>,
    /// What the framework's files have for words that the answers decide.
    pub placeholders: Placeholders,
}

/// Where one file comes from.
#[derive(Debug)]
pub struct PlannedFile<'a> {
    /// The blueprint file, for messages and provenance.
    pub origin: String,
    /// How its bytes are made.
    pub content: Content<'a>,
}

/// How a file's bytes are made.
#[derive(Debug)]
pub enum Content<'a> {
    /// As they are.
    Copy(&'a File),
    /// A template, rendered for one thing or for the whole.
    Template(&'a str, Option<Item>),
    /// Decided by the spec alone: which document, and the type of event that it is about.
    Derived(&'a str, Option<String>),
    /// Made from a full lock.
    Lock(&'a LockFile, &'a File),
}

/// In the path of a derived document: it is made for each type of event.
const EVENT_TYPE: &str = "{event_type}";

/// What conditions and templates may ask `uses` for besides features: whether writes are told to others.
pub const OUTBOX: &str = "outbox";

/// Whether a condition of a manifest holds for these answers.
pub fn holds(condition: &Condition, spec: &Spec) -> bool {
    condition.holds(&answered(spec))
}

/// The servers that the answers need, by id: each names the answers (`when = ["database=postgresql"]`) that bring it.
pub fn services<'c>(spec: &Spec, catalog: &'c Catalog) -> impl Iterator<Item = (&'c str, &'c toml::Table)> {
    let answers = spec.stack.answers();
    let wanted = move |table: &toml::Table| {
        let when = table.get("when").and_then(toml::Value::as_array);
        when.into_iter()
            .flatten()
            .filter_map(|it| it.as_str()?.split_once('='))
            .any(|(question, option)| answers.get(question).is_some_and(|given| given.contains(&option)))
    };
    let chosen = catalog.services.iter().filter(move |(_, table)| wanted(table));
    chosen.map(|(id, table)| (id.as_str(), table))
}

/// Whether the answers meet the condition `when` of an entry of plain data; one without a condition is always wanted.
pub fn answers_want(entry: &toml::Table, spec: &Spec, catalog: &Catalog) -> bool {
    let when = entry.get("when").and_then(toml::Value::as_str);
    let condition = when.map(|text| Condition::parse(text, &catalog.questions));
    condition.is_none_or(|it| it.is_ok_and(|it| holds(&it, spec)))
}

fn answered(spec: &Spec) -> impl Fn(&str, &str) -> bool {
    let answers = spec.stack.answers();
    let mut uses: BTreeSet<&str> = spec.uses.iter().map(|it| it.feature.as_str()).collect();
    if spec.publishes() {
        uses.insert(OUTBOX);
    }
    move |question, option| match question {
        USES => uses.contains(option),
        LICENSE => spec.project.license.id() == option,
        _ => answers.get(question).is_some_and(|given| given.contains(&option)),
    }
}

impl PlannedFile<'_> {
    /// Whether it belongs to the framework rather than to what all of them share.
    pub fn is_own(&self) -> bool {
        self.origin.starts_with("frameworks/")
    }
}

impl<'a> Plan<'a> {
    /// Selects layers, files and contributions. The answers must have passed [`refusals`].
    pub fn new(spec: &'a Spec, catalog: &'a Catalog) -> Result<Self, CatalogError> {
        let framework = catalog.frameworks.get(&spec.stack.framework).ok_or_else(|| {
            CatalogError::new(format!("frameworks/{}", spec.stack.framework), "there is no such framework")
        })?;
        let language = &catalog.languages[&framework.language];
        let placeholders = Placeholders::of(framework, spec);
        let (files, slots) = (BTreeMap::new(), BTreeMap::new());
        let mut plan = Self { spec, catalog, framework, language, files, slots, placeholders };
        let answered = answered(spec);
        for layer in catalog.platform.iter().chain(&framework.layers) {
            plan.take(layer, &answered)?;
        }
        for entries in plan.slots.values_mut() {
            entries.sort_by(|a, b| (a.order, &a.id).cmp(&(b.order, &b.id)));
        }
        path::check_portable(plan.files.keys())?;
        plan.check_named_files()?;
        Ok(plan)
    }

    /// What an entry of a slot names as `file` or `test` is a file of the project.
    fn check_named_files(&self) -> Result<(), CatalogError> {
        for (slot, entries) in &self.slots {
            for entry in entries {
                let mut named = ["file", "test"].into_iter().filter_map(|key| entry.data.get(key)?.as_str());
                if let Some(path) = named.find(|path| !self.files.contains_key(*path)) {
                    let message =
                        format!("`{}` of slot `{slot}` names `{path}`, which is no file of this project", entry.id);
                    return Err(CatalogError::new(&entry.layer, message));
                }
            }
        }
        Ok(())
    }

    fn take(&mut self, layer: &'a Layer, answered: &dyn Fn(&str, &str) -> bool) -> Result<(), CatalogError> {
        let taken = layer.when.holds(answered);
        for (slot, entries) in &layer.slots {
            let chosen = self.slots.entry(slot).or_default();
            for entry in entries.iter().filter(|entry| taken && entry.when.holds(answered)) {
                match chosen.iter().find(|known| known.id == entry.id) {
                    None => chosen.push(entry),
                    Some(known) if known.data == entry.data => {}
                    Some(known) => {
                        let message =
                            format!("`{}` of slot `{slot}` differs from the one of {}", entry.id, known.layer);
                        return Err(CatalogError::new(&layer.path, message));
                    }
                }
            }
        }
        if !taken {
            return Ok(());
        }
        for (file, bytes) in &layer.files {
            if layer.rules.get(file).is_some_and(|rule| !rule.when.holds(answered)) {
                continue;
            }
            self.plan_file(layer, file, bytes)?;
        }
        for Derived { path, what, when } in &layer.derived {
            if !when.holds(answered) {
                continue;
            }
            if !path.contains(EVENT_TYPE) {
                let content = Content::Derived(what, None);
                self.own(path.clone(), PlannedFile { origin: layer.path.clone(), content })?;
                continue;
            }
            for EventType { id, .. } in self.spec.event_types() {
                let path = path.replace(EVENT_TYPE, &id);
                let content = Content::Derived(what, Some(id));
                self.own(path, PlannedFile { origin: layer.path.clone(), content })?;
            }
        }
        Ok(())
    }

    fn plan_file(&mut self, layer: &'a Layer, file: &str, bytes: &'a File) -> Result<(), CatalogError> {
        let origin = format!("{}/{file}", layer.path);
        let Some(target) = file.strip_suffix(".hbs") else {
            let Some(lock) = self.framework.lock.as_ref().filter(|it| it.path == file) else {
                return self.own(file.to_owned(), PlannedFile { origin, content: Content::Copy(bytes) });
            };
            for made in lock.makes() {
                let content = Content::Lock(lock, bytes);
                self.own(made.to_owned(), PlannedFile { origin: origin.clone(), content })?;
            }
            return Ok(());
        };
        let text = std::str::from_utf8(bytes).map_err(|_| CatalogError::new(&origin, "not UTF-8"))?;
        let Some(kind) = Kind::of(target) else {
            return self.own(target.to_owned(), PlannedFile { origin, content: Content::Template(text, None) });
        };
        let needed = layer.rules.get(file).map_or(&[][..], |rule| &rule.entities);
        if !needed.is_empty() && kind != Kind::Entity {
            let message = format!("`entities` of `{file}`, which is no file of an entity");
            return Err(CatalogError::new(&layer.path, message));
        }
        let wanted = |index: &usize| needed.is_empty() || needed.iter().any(|it| self.spec.entities[*index].has(it));
        for index in (0..kind.count(self.spec)).filter(wanted).collect::<Vec<_>>() {
            let item = Item { kind, index };
            let names = item.names(self.spec, self.language, self.framework);
            let target = path::resolve(target, kind, &names).map_err(|message| CatalogError::new(&origin, message))?;
            let content = Content::Template(text, Some(item));
            self.own(target, PlannedFile { origin: origin.clone(), content })?;
        }
        Ok(())
    }

    fn own(&mut self, path: String, file: PlannedFile<'a>) -> Result<(), CatalogError> {
        if let Some(owner) = self.files.get(&path) {
            return Err(CatalogError::new(&file.origin, format!("`{path}` is already made by {}", owner.origin)));
        }
        self.files.insert(path, file);
        Ok(())
    }
}
