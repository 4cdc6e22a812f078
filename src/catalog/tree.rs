//! A tree of files in memory, indexed once.

use super::CatalogError;
use include_dir::{Dir, DirEntry, include_dir};
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/blueprints");

/// One file's bytes; embedded ones are borrowed from the program.
pub type File = Cow<'static, [u8]>;

/// Files by path (`/` between folders, relative, sorted).
#[derive(Debug, Default)]
pub struct Tree {
    files: BTreeMap<String, File>,
}

impl Tree {
    /// The blueprints that are part of the program.
    pub fn embedded() -> Self {
        fn collect(dir: &Dir<'static>, files: &mut BTreeMap<String, File>) {
            for entry in dir.entries() {
                match entry {
                    DirEntry::Dir(dir) => collect(dir, files),
                    DirEntry::File(file) => {
                        let path = file.path().to_string_lossy().replace('\\', "/");
                        files.insert(path, Cow::Borrowed(file.contents()));
                    }
                }
            }
        }
        let mut files = BTreeMap::new();
        collect(&EMBEDDED, &mut files);
        Self { files }
    }

    /// A tree made of the given files.
    pub fn new(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        Self { files: files.into_iter().map(|(path, bytes)| (path, Cow::Owned(bytes))).collect() }
    }

    /// The file at exactly that path.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.get(path)
    }

    /// All files below a folder: path within the folder, bytes.
    pub fn below(&self, folder: &str) -> impl Iterator<Item = (&str, &File)> {
        let prefix = format!("{folder}/");
        self.files
            .range(prefix.clone()..)
            .take_while({
                let prefix = prefix.clone();
                move |(path, _)| path.starts_with(&prefix)
            })
            .map(move |(path, file)| (&path[prefix.len()..], file))
    }

    /// Names of the files directly in a folder.
    pub fn children(&self, folder: &str) -> impl Iterator<Item = &str> {
        self.below(folder).map(|(path, _)| path).filter(|path| !path.contains('/'))
    }

    /// Names of the folders directly in a folder, sorted.
    pub fn folders(&self, folder: &str) -> BTreeSet<String> {
        self.below(folder).filter_map(|(path, _)| path.split_once('/')).map(|(name, _)| name.to_owned()).collect()
    }

    /// A file as text.
    pub fn text(&self, path: &str) -> Result<&str, CatalogError> {
        let file = self.file(path).ok_or_else(|| CatalogError::new(path, "file not found"))?;
        std::str::from_utf8(file).map_err(|_| CatalogError::new(path, "not UTF-8"))
    }

    /// A file read as TOML into `T`.
    pub fn toml<T: DeserializeOwned>(&self, path: &str) -> Result<T, CatalogError> {
        toml::from_str(self.text(path)?).map_err(|error| CatalogError::new(path, error))
    }
}
