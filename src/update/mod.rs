//! A project that people have worked on, brought to what its answers and the blueprints say now.
//!
//! Three trees are compared: the *base* that was generated last, the *target* that would be generated now, and what is on
//! disk. Where only one side has changed a file, that side counts; where both have, their changes are merged line by line.
//! Everything here is a pure function.

mod edit;
mod history;
mod merge;
mod next;
mod settings;

pub use edit::{Edit, EditError, edit};
pub use merge::{Merged, merge};
pub use next::{Known, Migration, Next, NextError, next};
pub use settings::{EXAMPLES, OWN, to_take_over};

use crate::render::Files;
use std::collections::{BTreeMap, BTreeSet};

/// Path → bytes.
pub type Tree = BTreeMap<String, Vec<u8>>;

/// What is known of the files that were generated last.
#[derive(Debug, Clone)]
pub enum Base {
    /// All of them.
    Whole(Tree),
    /// Their digests alone: the packed files are gone. An edited file is merged without knowing what was edited in it.
    Digests(BTreeMap<String, String>),
}

/// What becomes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It is new.
    Create,
    /// It was as generated, and is so again.
    Replace,
    /// Its edits and what is new are both in it.
    Merge,
    /// Some edits and what is new exclude each other: so many places are marked in it.
    Conflict(usize),
    /// It was as generated, and is generated no longer.
    Delete,
    /// It stands elsewhere now, and is the same.
    Move,
}

impl Action {
    /// One word for people and programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Replace => "replace",
            Self::Merge => "merge",
            Self::Conflict(_) => "conflict",
            Self::Delete => "delete",
            Self::Move => "move",
        }
    }
}

/// One file that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its path.
    pub path: String,
    /// What becomes of it.
    pub action: Action,
    /// What it will hold; nothing for one that is deleted.
    pub bytes: Option<Vec<u8>>,
    /// Whether a new file may be run.
    pub executable: bool,
    /// Where it was until now, if it moves.
    pub from: Option<String>,
}

/// Why a file is left as it is although the generated one has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It was deleted, and stays so.
    Deleted,
    /// It was edited, and is generated no longer.
    Edited,
}

/// What an update does.
#[derive(Debug, Clone, Default)]
pub struct Update {
    /// By path.
    pub changes: Vec<Change>,
    /// What it leaves, by path.
    pub kept: Vec<(String, Kept)>,
}

impl Update {
    /// The changes that need a person.
    pub fn conflicts(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|it| matches!(it.action, Action::Conflict(_)))
    }
}

/// Works out what an update does: with what was generated last, what is generated now, where its files were (path → former path),
/// and the files that are there.
pub fn update(base: &Base, target: &Files, moved: &BTreeMap<String, String>, disk: &Tree) -> Update {
    let (mut base, mut there) = (base.clone(), disk.clone());
    let mut from = BTreeMap::new();
    for (path, former) in moved {
        if there.contains_key(path) || target.contains_key(former) || !base.rename(former, path) {
            continue;
        }
        if let Some(bytes) = there.remove(former) {
            there.insert(path.clone(), bytes);
            from.insert(path.as_str(), former.as_str());
        }
    }
    let mut update = compare(&base, target, &there);
    for change in &mut update.changes {
        change.from = from.remove(change.path.as_str()).map(str::to_owned);
    }
    for (path, former) in from {
        update.changes.push(Change {
            path: path.to_owned(),
            action: Action::Move,
            bytes: there.remove(path),
            executable: target.get(path).is_some_and(|it| it.executable),
            from: Some(former.to_owned()),
        });
    }
    update.changes.sort_by(|one, other| one.path.cmp(&other.path));
    update
}

impl Base {
    /// Whether a file of this path was generated.
    fn has(&self, path: &str) -> bool {
        match self {
            Self::Whole(tree) => tree.contains_key(path),
            Self::Digests(digests) => digests.contains_key(path),
        }
    }

    /// Whether there was a file, which goes by another path now.
    fn rename(&mut self, before: &str, then: &str) -> bool {
        match self {
            Self::Whole(tree) => tree.remove(before).map(|it| tree.insert(then.to_owned(), it)).is_some(),
            Self::Digests(digests) => digests.remove(before).map(|it| digests.insert(then.to_owned(), it)).is_some(),
        }
    }
}

fn compare(base: &Base, target: &Files, disk: &Tree) -> Update {
    let mut update = Update::default();
    let known: Box<dyn Iterator<Item = &String>> = match base {
        Base::Whole(tree) => Box::new(tree.keys()),
        Base::Digests(digests) => Box::new(digests.keys()),
    };
    let paths: BTreeSet<&String> = known.chain(target.keys()).collect();
    for path in paths {
        let file = target.get(path);
        let wanted = file.map(|it| it.bytes.as_ref());
        let there = disk.get(path).map(Vec::as_slice);
        let mut change = |action, bytes: Option<Vec<u8>>| {
            let executable = file.is_some_and(|it| it.executable);
            update.changes.push(Change { path: path.clone(), action, bytes, executable, from: None });
        };
        let owned = |bytes: &[u8]| Some(bytes.to_vec());
        if wanted == there || is_base(base, path, wanted) {
            continue;
        }
        match (wanted, there) {
            (Some(wanted), Some(there)) if is_base(base, path, Some(there)) => {
                debug_assert_ne!(wanted, there);
                change(Action::Replace, owned(wanted));
            }
            (Some(wanted), Some(there)) => {
                let merged = match base {
                    Base::Whole(tree) => merge(tree.get(path).map(Vec::as_slice).unwrap_or_default(), there, wanted),
                    Base::Digests(_) => merge(&merge::common(there, wanted), there, wanted),
                };
                match merged {
                    Merged::Clean(bytes) if bytes == there => {}
                    Merged::Clean(bytes) => change(Action::Merge, Some(bytes)),
                    Merged::Conflict(places, bytes) => change(Action::Conflict(places), Some(bytes)),
                }
            }
            (Some(wanted), None) if is_base(base, path, None) => change(Action::Create, owned(wanted)),
            (Some(_), None) => update.kept.push((path.clone(), Kept::Deleted)),
            (None, Some(there)) if is_base(base, path, Some(there)) => change(Action::Delete, None),
            (None, Some(_)) => update.kept.push((path.clone(), Kept::Edited)),
            (None, None) => {}
        }
    }
    update
}

/// Whether a file was generated with these bytes, or, for none, was not generated.
fn is_base(base: &Base, path: &str, bytes: Option<&[u8]>) -> bool {
    match base {
        Base::Whole(tree) => tree.get(path).map(Vec::as_slice) == bytes,
        Base::Digests(digests) => digests.get(path) == bytes.map(crate::project::digest).as_ref(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::RenderedFile;
    use std::borrow::Cow;

    fn tree(list: &[(&str, &str)]) -> Tree {
        list.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    }

    fn files(list: &[(&str, &str)]) -> Files {
        let file = |text: &str| RenderedFile::new(Cow::Owned(text.as_bytes().to_vec()));
        list.iter().map(|(path, text)| ((*path).to_owned(), file(text))).collect()
    }

    fn told(update: &Update) -> Vec<String> {
        let text = |it: &Change| {
            let bytes = it.bytes.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
            format!("{} {} {bytes:?}", it.action.word(), it.path)
        };
        let kept = update.kept.iter().map(|(path, why)| format!("{why:?} {path}"));
        update.changes.iter().map(text).chain(kept).collect()
    }

    const BASE: [(&str, &str); 6] =
        [("a", "1\n2\n3\n"), ("b", "1\n"), ("c", "1\n"), ("d", "1\n"), ("e", "1\n"), ("f", "1\n")];
    const TARGET: [(&str, &str); 5] =
        [("a", "1\n2\nthree\n"), ("b", "2\n"), ("c", "2\n"), ("f", "1\n"), ("g", "new\n")];
    const DISK: [(&str, &str); 5] =
        [("a", "one\n2\n3\n"), ("b", "1\n"), ("d", "1\n"), ("e", "mine\n"), ("f", "mine\n")];

    #[test]
    fn each_file_goes_its_way() {
        let update = update(&Base::Whole(tree(&BASE)), &files(&TARGET), &BTreeMap::new(), &tree(&DISK));
        let expected = [
            r#"merge a "one\n2\nthree\n""#,
            r#"replace b "2\n""#,
            r#"delete d """#,
            r#"create g "new\n""#,
            "Deleted c",
            "Edited e",
        ];
        assert_eq!(told(&update), expected);
    }

    #[test]
    fn with_digests_alone_only_edited_files_go_another_way() {
        let digests = BASE.map(|(path, text)| (path.to_owned(), crate::project::digest(text.as_bytes())));
        let update = update(&Base::Digests(digests.into()), &files(&TARGET), &BTreeMap::new(), &tree(&DISK));
        let told = told(&update);
        assert_eq!(told[1..4], [r#"replace b "2\n""#, r#"delete d """#, r#"create g "new\n""#]);
        assert!(told[0].starts_with("conflict a") && told[0].contains("one") && told[0].contains("three"), "{told:?}");
    }

    #[test]
    fn edits_go_with_a_file_that_moves() {
        let base = Base::Whole(tree(&[("a", "1\n2\n3\n"), ("b", "1\n"), ("c", "1\n")]));
        let target = files(&[("x/a", "1\n2\nthree\n"), ("x/b", "1\n"), ("x/c", "2\n")]);
        let moved = ["a", "b", "c"].map(|it| (format!("x/{it}"), it.to_owned())).into();
        let update = update(&base, &target, &moved, &tree(&[("a", "one\n2\n3\n"), ("b", "mine\n")]));
        assert_eq!(told(&update), [r#"merge x/a "one\n2\nthree\n""#, r#"move x/b "mine\n""#, "Deleted x/c"]);
        assert_eq!(update.changes.iter().filter_map(|it| it.from.as_deref()).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn a_file_of_ones_own_where_a_new_one_is_generated_is_a_conflict() {
        let update =
            update(&Base::Whole(Tree::new()), &files(&[("a", "1\n")]), &BTreeMap::new(), &tree(&[("a", "mine\n")]));
        assert_eq!(update.conflicts().count(), 1);
        let text = String::from_utf8(update.changes[0].bytes.clone().unwrap()).unwrap();
        assert!(text.contains("mine\n") && text.contains("1\n"), "{text}");
    }
}
