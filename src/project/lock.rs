//! The records that a project keeps about its own making.

use crate::render::{Files, RenderedFile};
use crate::spec::Spec;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fmt::Write;

/// The answers the project was made from.
pub const ANSWERS_PATH: &str = ".scaffold/answers.toml";
/// Version, framework and the digest of every file.
pub const LOCK_PATH: &str = ".scaffold/lock.toml";

/// Adds the answers and the lock file to a rendered project.
pub fn with_records(mut files: Files, spec: &Spec, answers: &str) -> Files {
    files.insert(ANSWERS_PATH.to_owned(), RenderedFile::new(Cow::Owned(answers.as_bytes().to_vec())));
    let lock = lock(&files, spec);
    files.insert(LOCK_PATH.to_owned(), RenderedFile::new(Cow::Owned(lock.into_bytes())));
    files
}

fn lock(files: &Files, spec: &Spec) -> String {
    let mut text = format!(
        "# What scaffold wrote, so that later runs can tell your edits from it. Keep it in version control.\n\
         version = 1\nscaffold = \"{}\"\nframework = \"{}\"\n\n[files]\n",
        env!("CARGO_PKG_VERSION"),
        spec.stack.framework,
    );
    for (path, file) in files {
        writeln!(text, "{} = \"{}\"", crate::render::escape::string(path), digest(&file.bytes))
            .expect("writing to a string");
    }
    text
}

/// `sha256:` and the digest in lower-case hexadecimal digits.
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold("sha256:".to_owned(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string");
        text
    })
}
