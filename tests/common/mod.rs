//! The real binary in a folder of its own.

#![allow(dead_code, missing_docs)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// One run: `Scaffold::new().file("a.toml", "…").args(["new", "shop"]).run().success()`.
pub struct Scaffold {
    pub folder: TempDir,
    arguments: Vec<String>,
    stdin: Option<String>,
}

impl Scaffold {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), arguments: Vec::new(), stdin: None }
    }

    pub fn file(self, path: &str, text: &str) -> Self {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
        self
    }

    pub fn args<'a>(mut self, arguments: impl IntoIterator<Item = &'a str>) -> Self {
        self.arguments.extend(arguments.into_iter().map(str::to_owned));
        self
    }

    pub fn stdin(mut self, text: &str) -> Self {
        self.stdin = Some(text.to_owned());
        self
    }

    pub fn run(self) -> Ran {
        let mut child = Command::new(env!("CARGO_BIN_EXE_scaffold"))
            .args(&self.arguments)
            .current_dir(self.folder.path())
            .env("NO_COLOR", "1")
            .env("GIT_CEILING_DIRECTORIES", self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        if let Some(text) = &self.stdin {
            use std::io::Write;
            child.stdin.as_mut().expect("standard input").write_all(text.as_bytes()).expect("it is read");
        }
        drop(child.stdin.take());
        let output = child.wait_with_output().expect("the program ends");
        Ran { folder: self.folder, output }
    }
}

/// What a run left behind.
pub struct Ran {
    pub folder: TempDir,
    pub output: Output,
}

impl Ran {
    #[track_caller]
    pub fn success(self) -> Self {
        assert!(self.output.status.success(), "failed:\n{}", self.stderr());
        self
    }

    #[track_caller]
    pub fn fails(self, code: i32) -> Self {
        assert_eq!(self.output.status.code(), Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout(), self.stderr());
        self
    }

    pub fn stdout(&self) -> String {
        String::from_utf8(self.output.stdout.clone()).expect("UTF-8")
    }

    pub fn stderr(&self) -> String {
        String::from_utf8(self.output.stderr.clone()).expect("UTF-8")
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Names directly in the folder, sorted.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).expect("the folder");
        let mut names: Vec<_> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

/// Every file below a folder, without `.git`: path → bytes.
pub fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = scaffold::project::read_tree(folder).expect("a readable folder");
    files.into_iter().filter(|(path, _)| !path.starts_with(".git/")).collect()
}

/// A path below the checkout.
pub fn checkout(path: &str) -> String {
    format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))
}

/// The line itself, without the program.
pub mod library {
    use scaffold::answers::{self, Checked, Format, Input};
    use scaffold::catalog::Catalog;
    use std::path::Path;

    pub fn catalog() -> Catalog {
        Catalog::embedded().expect("the blueprints are well-formed")
    }

    pub fn checked(file: &Path, set: &[(&str, &str)], catalog: &Catalog) -> Checked {
        let text = std::fs::read_to_string(file).expect("answers");
        checked_text(&text, set, catalog)
    }

    pub fn checked_text(text: &str, set: &[(&str, &str)], catalog: &Catalog) -> Checked {
        let set: Vec<_> = set.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let input = Input::from_text("answers.toml", Format::Toml, text.to_owned());
        answers::read(input, &|_| Ok(Vec::new()), &set, &catalog.choices())
            .unwrap_or_else(|problems| panic!("{}", answers::render_problems(&problems, false)))
    }
}
