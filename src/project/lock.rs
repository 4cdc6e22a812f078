//! The records that a project keeps about its own making.

use super::{BASE_PATH, Model, model_path, pack};
use crate::render::{Files, RenderedFile};
use crate::spec::Spec;
use rayon::prelude::*;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The answers the project was made from.
pub const ANSWERS_PATH: &str = ".scaffold/answers.toml";
/// Version, framework and the digest of every file.
pub const LOCK_PATH: &str = ".scaffold/lock.toml";

/// The folder of the records.
pub const RECORDS: &str = ".scaffold/";

/// What a project keeps about its own making, besides the digests of its files.
#[derive(Debug, Clone, Copy)]
pub struct Records<'a> {
    /// What it was made from.
    pub spec: &'a Spec,
    /// The sources of the program that made it, if its blueprints are part of it ([`crate::catalog::Catalog::build`]).
    pub build: Option<&'a str>,
    /// The text of the answers.
    pub answers: &'a str,
    /// The data model after each change of it, the first one first.
    pub models: &'a [Model],
}

/// Adds the records to a rendered project.
pub fn with_records(mut files: Files, records: &Records<'_>) -> std::io::Result<Files> {
    let file = |bytes: Vec<u8>| RenderedFile::new(Cow::Owned(bytes));
    files.insert(ANSWERS_PATH.to_owned(), file(records.answers.as_bytes().to_vec()));
    for (at, model) in records.models.iter().enumerate() {
        files.insert(model_path(at + 1), file(model.to_json()));
    }
    // Both take long, and neither needs the other.
    let (base, lines) = rayon::join(|| pack(&files), || lines(&files));
    let (base, mut lines) = (base?, lines);
    lines.insert(BASE_PATH.to_owned(), digest(&base));
    files.insert(BASE_PATH.to_owned(), file(base));
    let mut lock = format!(
        "# What scaffold wrote, so that later runs can tell your edits from it. Keep it in version control.\n\
         version = 1\nscaffold = \"{}\"\n{}framework = \"{}\"\n\n[files]\n",
        env!("CARGO_PKG_VERSION"),
        records.build.map(|it| format!("build = \"{it}\"\n")).unwrap_or_default(),
        records.spec.stack.framework,
    );
    lock.extend(lines.iter().map(|(path, digest)| format!("{} = \"{digest}\"\n", crate::render::escape::string(path))));
    files.insert(LOCK_PATH.to_owned(), file(lock.into_bytes()));
    Ok(files)
}

/// The digest of each file.
fn lines(files: &Files) -> BTreeMap<String, String> {
    files.par_iter().map(|(path, file)| (path.clone(), digest(&file.bytes))).collect()
}

/// Reads a lock file.
pub fn read_lock(text: &str) -> Result<Lock, toml::de::Error> {
    toml::from_str(text)
}

/// What a lock file says.
#[derive(Debug, Clone, Deserialize)]
pub struct Lock {
    /// Of its form.
    pub version: u32,
    /// The version of scaffold that wrote it.
    pub scaffold: String,
    /// The sources of that scaffold; none where it was given the blueprints.
    pub build: Option<String>,
    /// The framework of the project.
    pub framework: String,
    /// Path → digest of what was generated.
    pub files: BTreeMap<String, String>,
}

/// `sha256:` and the digest in lower-case hexadecimal digits.
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold("sha256:".to_owned(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string");
        text
    })
}
