//! A generated project as it is, and what would be generated now.

use super::super::input::{self, Sources};
use super::super::{Failure, Global, catalog, git};
use super::Place;
use crate::answers::Checked;
use crate::catalog::Catalog;
use crate::project::{self, ANSWERS_PATH, BASE_PATH, LOCK_PATH, Lock, Model, Recovered, Step};
use crate::render::Files;
use crate::update::{self, Base, Next, Tree, Update};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A project and its records.
pub struct Project {
    pub root: PathBuf,
    pub lock: Lock,
    pub base: Base,
    pub models: Vec<Model>,
    pub catalog: Catalog,
    pub checked: Checked,
    /// What is kept as the answers.
    pub answers: String,
}

/// What would be generated now, beside what is on disk.
pub struct Compared {
    pub next: Next,
    pub disk: Tree,
    pub update: Update,
    /// Whether nothing was generated, as it would be what was generated last.
    pub unchanged: bool,
}

impl Project {
    /// Finds the project; what a run that was killed has left is finished first.
    pub fn find(place: &Place, global: &Global) -> Result<PathBuf, Failure> {
        let root = root(place)?;
        match project::recover(&root)? {
            Recovered::Nothing => {}
            Recovered::Forgotten => global.note("an interrupted change had not begun; it is forgotten"),
            Recovered::Finished(left) if left.is_empty() => global.note("finished a change that was interrupted"),
            Recovered::Finished(left) => global.note(&format!(
                "finished a change that was interrupted; these were changed since and are as they were: {}",
                left.join(", ")
            )),
        }
        Ok(root)
    }

    /// Reads the project's records, and its answers with `answers` in the place of those on disk, if given.
    pub fn open(root: PathBuf, answers: Option<String>, global: &Global) -> Result<Self, Failure> {
        let lock = project::read_bytes(&root.join(LOCK_PATH)).map_err(|error| damaged(LOCK_PATH, &error))?;
        let lock = project::read_lock(&String::from_utf8_lossy(&lock)).map_err(|error| damaged(LOCK_PATH, &error))?;
        let base = base(&root, &lock, global);
        let models = models(&root)?;
        let catalog = catalog::load(global)?;
        let file = root.join(ANSWERS_PATH);
        let sources = Sources { file: Some(&file), set: &[], defaults: &[] };
        let (answers, checked) = match answers {
            Some(text) => {
                let checked = input::read_as(&file, text.clone(), &catalog)?;
                (text, checked)
            }
            None => {
                let bytes = project::read_bytes(&file).map_err(|error| damaged(ANSWERS_PATH, &error))?;
                (String::from_utf8_lossy(&bytes).into_owned(), input::read(&sources, &catalog)?)
            }
        };
        let framework = &checked.spec.stack.framework;
        if *framework != lock.framework {
            return Err(Failure::Usage(format!(
                "the project is made for {}; nothing of it would be left with {framework}: generate a new one",
                lock.framework
            )));
        }
        Ok(Self { root, lock, base, models, catalog, checked, answers })
    }

    /// Works out what an update would do.
    pub fn compare(&self) -> Result<Compared, Failure> {
        if let Some(base) = self.unchanged() {
            let next = Next::unchanged(base, &self.models);
            let disk = self.disk(std::iter::empty())?;
            return Ok(Compared { next, disk, update: Update::default(), unchanged: true });
        }
        let known = update::Known { base: &self.base, models: &self.models, history: &self.history()? };
        let next = update::next(&self.checked, &self.catalog, &known).map_err(Failure::Update)?;
        let disk = self.disk(next.files.keys().map(String::as_str))?;
        let update = update::update(&self.base, &next.files, &next.moved, &disk);
        Ok(Compared { next, disk, update, unchanged: false })
    }

    /// What was generated last, where the same program would generate it again from the same answers: most of the time goes
    /// into generating.
    fn unchanged(&self) -> Option<&Tree> {
        let Base::Whole(base) = &self.base else { return None };
        let same = |path: &str, bytes: &[u8]| self.lock.files.get(path) == Some(&project::digest(bytes));
        let models = self.models.iter().enumerate().all(|(at, it)| same(&project::model_path(at + 1), &it.to_json()));
        let count = self.lock.files.keys().filter(|it| it.starts_with(project::MODELS)).count();
        let build = self.lock.build.as_deref();
        let unchanged = build.is_some()
            && build == self.catalog.build
            && same(ANSWERS_PATH, self.answers.as_bytes())
            && models
            && count == self.models.len();
        unchanged.then_some(base)
    }

    /// The settings that an update brings and `.env` does not have; none where there is no such file.
    pub fn settings(&self, compared: &Compared) -> Result<Vec<String>, Failure> {
        let after =
            compared.update.changes.iter().find(|it| it.path == update::EXAMPLES).and_then(|it| it.bytes.as_deref());
        let (Some(after), Some((_, own))) = (after, read(&self.root, update::OWN)?) else { return Ok(Vec::new()) };
        let before = compared.disk.get(update::EXAMPLES).map(Vec::as_slice).unwrap_or_default();
        let [before, after, own] = [before, after, &own].map(String::from_utf8_lossy);
        Ok(update::to_take_over(&before, &after, &own))
    }

    /// The generated files that are on disk, and those at these paths.
    pub fn disk<'a>(&'a self, paths: impl Iterator<Item = &'a str>) -> Result<Tree, Failure> {
        let paths: BTreeSet<&str> = self
            .lock
            .files
            .keys()
            .map(String::as_str)
            .chain(paths)
            .filter(|it| !it.starts_with(project::RECORDS))
            .collect();
        let read = paths.into_par_iter().filter_map(|path| read(&self.root, path).transpose());
        read.collect()
    }

    /// The project's migrations, also those that people have written.
    fn history(&self) -> Result<Tree, Failure> {
        let framework = &self.catalog.frameworks[&self.checked.spec.stack.framework];
        let Some(migrations) = &framework.migrations else { return Ok(Tree::new()) };
        let failed = |error| Failure::Failed(format!("cannot read the migrations: {error}"));
        let mut tree = Tree::new();
        for pattern in &migrations.history {
            for file in project::matching(&self.root, pattern).map_err(failed)? {
                let path = file.strip_prefix(&self.root).unwrap_or(&file);
                let names: Vec<_> = path.iter().map(|it| it.to_string_lossy()).collect();
                tree.insert(names.join("/"), project::read_bytes(&file).map_err(failed)?);
            }
        }
        Ok(tree)
    }

    /// Every file that changes, the records last.
    pub fn steps(&self, compared: &Compared) -> Result<Vec<Step>, Failure> {
        if compared.unchanged {
            return Ok(Vec::new());
        }
        let changes = compared.update.changes.iter().map(|change| Step {
            path: change.path.clone(),
            bytes: change.bytes.clone(),
            executable: change.executable,
            before: compared.disk.get(&change.path).cloned(),
        });
        let mut steps: Vec<_> = changes.collect();
        for former in compared.update.changes.iter().filter_map(|it| it.from.as_ref()) {
            let before = compared.disk.get(former).cloned();
            steps.push(Step { path: former.clone(), bytes: None, executable: false, before });
        }
        let records = self.records(&compared.next)?;
        let old =
            project::read_tree(&self.root.join(project::RECORDS)).map_err(|error| damaged(project::RECORDS, &error))?;
        let old: Tree = old.into_iter().map(|(path, bytes)| (format!("{}{path}", project::RECORDS), bytes)).collect();
        let gone = old.keys().filter(|it| it.starts_with(project::MODELS) && !records.contains_key(*it));
        for path in gone {
            let before = Some(old[path].clone());
            steps.push(Step { path: path.clone(), bytes: None, executable: false, before });
        }
        for (path, file) in records {
            let before = old.get(&path).cloned();
            if before.as_deref() != Some(file.bytes.as_ref()) {
                steps.push(Step { path, bytes: Some(file.bytes.into_owned()), executable: false, before });
            }
        }
        Ok(steps)
    }

    fn records(&self, next: &Next) -> Result<Files, Failure> {
        let records = project::Records {
            spec: &self.checked.spec,
            build: self.catalog.build,
            answers: &self.answers,
            models: &next.models,
        };
        let mut files = project::with_records(next.files.clone(), &records)
            .map_err(|error| Failure::Failed(format!("cannot pack the generated files: {error}")))?;
        files.retain(|path, _| path.starts_with(project::RECORDS));
        Ok(files)
    }
}

fn damaged(path: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure::Failed(format!("cannot read `{path}`: {error}\n  take it back from version control"))
}

fn root(place: &Place) -> Result<PathBuf, Failure> {
    let is_project = |folder: &Path| folder.join(LOCK_PATH).is_file() && folder.join(ANSWERS_PATH).is_file();
    if let Some(folder) = &place.dir {
        if is_project(folder) {
            return Ok(folder.clone());
        }
        let message = format!("`{}` is no generated project: it has no `{LOCK_PATH}`", folder.display());
        return Err(Failure::Usage(message));
    }
    let here = std::env::current_dir().map_err(|error| Failure::Failed(format!("no current folder: {error}")))?;
    let found = here.ancestors().find(|it| is_project(it)).map(Path::to_path_buf);
    found.ok_or_else(|| {
        Failure::Usage("there is no generated project here; go into one, or name it: `--dir DIR`".to_owned())
    })
}

/// The packed files if they are those of the lock file, else the digests alone.
fn base(root: &Path, lock: &Lock, global: &Global) -> Base {
    let digests = || {
        let files = lock.files.iter().filter(|(path, _)| !path.starts_with(project::RECORDS));
        Base::Digests(files.map(|(path, digest)| (path.clone(), digest.clone())).collect())
    };
    let packed = project::read_bytes(&root.join(BASE_PATH)).and_then(|bytes| project::unpack(&bytes));
    let whole = match packed {
        Ok(tree) => tree,
        Err(error) => {
            global.note(&format!(
                "`{BASE_PATH}` is not there or damaged ({error}): edited files are merged without knowing what was edited, \
                 and lines that were deleted may come back"
            ));
            return digests();
        }
    };
    let differs = |path: &String, bytes: &Vec<u8>| lock.files.get(path) != Some(&project::digest(bytes));
    if whole.par_iter().any(|(path, bytes)| differs(path, bytes)) {
        global.note(&format!(
            "`{BASE_PATH}` and `{LOCK_PATH}` are of two different runs: the digests of the second count"
        ));
        return digests();
    }
    Base::Whole(whole)
}

fn models(root: &Path) -> Result<Vec<Model>, Failure> {
    let mut models = Vec::new();
    loop {
        let path = project::model_path(models.len() + 1);
        match project::read_bytes(&root.join(&path)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(models),
            Err(error) => return Err(damaged(&path, &error)),
            Ok(bytes) => models.push(Model::from_json(&bytes).map_err(|error| damaged(&path, &error))?),
        }
    }
}

/// A file's bytes; nothing where there is none, or a link or a folder.
fn read(root: &Path, path: &str) -> Result<Option<(String, Vec<u8>)>, Failure> {
    let file = root.join(path);
    let failed = |error: std::io::Error| Failure::Failed(format!("cannot read `{path}`: {error}"));
    match std::fs::symlink_metadata(&file) {
        Ok(metadata) if metadata.is_file() => Ok(Some((path.to_owned(), project::read_bytes(&file).map_err(failed)?))),
        _ => Ok(None),
    }
}

/// Refuses to change a project that has changes which are in no commit.
pub fn require_clean(root: &Path) -> Result<(), Failure> {
    // Without a repository, or without git, nobody knows.
    let Ok(mut changed) = git::changed(root) else { return Ok(()) };
    // The answers are what a person edits before an update.
    changed.retain(|it| !it.ends_with(ANSWERS_PATH));
    let Some(first) = changed.first() else { return Ok(()) };
    Err(Failure::Usage(format!(
        "there are changes that are in no commit: {first}{}\n  commit or stash them first, or say --allow-dirty",
        if changed.len() > 1 { format!(" and {} more", changed.len() - 1) } else { String::new() },
    )))
}
