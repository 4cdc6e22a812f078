//! The list of a framework: which small defects are made in a generated project, and how its own tests are run.

use regex::Regex;
use serde::Deserialize;
use std::collections::BTreeSet;

/// `xtask/mutants/<framework>.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// How a project's own tests are run.
    pub own_tests: OwnTests,
    /// What the projects are made from; mutants that do not say otherwise are made in the first.
    pub answers: Vec<Answers>,
    /// The defects.
    pub mutants: Vec<Mutant>,
}

/// Shell commands that end at the first test that fails.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnTests {
    /// Runs all of them.
    pub all: String,
    /// Runs some, with `{}` for which.
    pub some: String,
    /// A line of the output that names a failed test: a regular expression with one group.
    pub failed: String,
}

/// One set of answers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// What mutants call it.
    pub id: String,
    /// The answers file, from the root of the checkout.
    pub file: String,
    /// `--set` of `scaffold new`.
    #[serde(default)]
    pub set: Vec<String>,
}

/// One defect.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mutant {
    /// Kebab-case, unique.
    pub id: String,
    /// What somebody did wrong.
    pub title: String,
    /// The file that is changed, its path in the project.
    pub file: String,
    /// What is there exactly once.
    pub find: String,
    /// What takes its place.
    pub replace: String,
    /// Further changes that the slip needs.
    #[serde(default)]
    pub also: Vec<Edit>,
    /// The set of answers whose project shows it.
    pub answers: Option<String>,
    /// The tests that are run before all of them: an order, not a choice.
    pub first: Option<String>,
}

/// A further change.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// As of a mutant.
    pub file: String,
    /// As of a mutant.
    pub find: String,
    /// As of a mutant.
    pub replace: String,
}

impl List {
    /// Reads a list; every id must be new, every name known.
    pub fn parse(text: &str) -> Result<Self, String> {
        let list: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        if Regex::new(&list.own_tests.failed).map_err(|error| error.to_string())?.captures_len() != 2 {
            return Err("`own_tests.failed` must have one group".to_owned());
        }
        if list.answers.is_empty() {
            return Err("there must be a set of answers".to_owned());
        }
        let mut ids = BTreeSet::new();
        for mutant in &list.mutants {
            let id = &mutant.id;
            if !ids.insert(id) {
                return Err(format!("two mutants are called `{id}`"));
            }
            if let Some(set) = mutant.answers.as_ref().filter(|it| !list.answers.iter().any(|set| set.id == **it)) {
                return Err(format!("`{id}` wants answers `{set}`, which are not listed"));
            }
        }
        Ok(list)
    }

    /// The mutants that are made in the project of these answers.
    pub fn of<'a>(&'a self, answers: &'a Answers) -> impl Iterator<Item = &'a Mutant> {
        let default = &self.answers[0].id;
        self.mutants.iter().filter(move |it| it.answers.as_ref().unwrap_or(default) == &answers.id)
    }
}

impl Mutant {
    /// The files as this defect leaves them: path and text. `read` gives a file of the project.
    pub fn apply(&self, read: &dyn Fn(&str) -> Option<String>) -> Result<Vec<(String, String)>, String> {
        let mut changed: Vec<(String, String)> = Vec::new();
        let id = &self.id;
        let first = (&self.file, &self.find, &self.replace);
        let edits = std::iter::once(first).chain(self.also.iter().map(|it| (&it.file, &it.find, &it.replace)));
        for (file, find, replace) in edits {
            let place = changed.iter().position(|(path, _)| path == file);
            let text = place.map(|at| changed.remove(at).1).or_else(|| read(file));
            let text = text.ok_or_else(|| format!("`{id}`: there is no file {file}"))?;
            let count = text.matches(find.as_str()).count();
            if count != 1 {
                return Err(format!("`{id}`: what it changes is {count} times in {file}, not once"));
            }
            changed.push((file.clone(), text.replacen(find, replace, 1)));
        }
        Ok(changed)
    }
}

#[cfg(test)]
mod tests {
    use super::List;
    use scaffold::answers::{self, Format, Input};
    use scaffold::catalog::Catalog;
    use std::path::Path;

    const HEAD: &str = "[own_tests]\nall = 'a'\nsome = 'b {}'\nfailed = '^F (.*)'\n[[answers]]\nid = 's'\nfile = 'f'\n";

    fn mutant(id: &str, more: &str) -> String {
        format!("[[mutants]]\nid = '{id}'\ntitle = 't'\nfile = 'f'\nfind = 'x'\nreplace = 'y'\n{more}\n")
    }

    #[test]
    fn ids_are_unique_and_answers_known() {
        let parse = |rest: String| List::parse(&format!("{HEAD}{rest}")).map(|it| it.mutants.len());
        assert_eq!(parse(mutant("a", "") + &mutant("b", "answers = 's'")), Ok(2));
        assert!(parse(mutant("a", "") + &mutant("a", "")).is_err_and(|it| it.contains("two mutants")));
        assert!(parse(mutant("a", "answers = 'z'")).is_err_and(|it| it.contains("`z`")));
    }

    #[test]
    fn what_is_changed_must_be_there_exactly_once() {
        let made = |find: &str, more: &str| {
            let text = mutant("a", more).replace("find = 'x'", &format!("find = '{find}'"));
            let list = List::parse(&format!("{HEAD}{text}")).expect("a list");
            list.mutants[0].apply(&|path| (path == "f").then(|| "one two one".to_owned()))
        };
        let both = made("two", "also = [{ file = 'f', find = 'y one', replace = '3' }]");
        assert_eq!(both, Ok(vec![("f".to_owned(), "one 3".to_owned())]));
        assert!(made("one", "").is_err_and(|it| it.contains("2 times")));
        assert!(made("four", "").is_err_and(|it| it.contains("0 times")));
        let nowhere = made("two", "also = [{ file = 'g', find = 'x', replace = 'y' }]");
        assert!(nowhere.is_err_and(|it| it.contains("no file g")));
    }

    #[test]
    fn every_mutant_still_applies() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let catalog = Catalog::embedded().expect("the blueprints are well-formed");
        for (framework, text) in super::super::lists(&here.join("mutants")).expect("the lists") {
            let list = List::parse(&text).unwrap_or_else(|error| panic!("{framework}: {error}"));
            for answers in &list.answers {
                let text = std::fs::read_to_string(here.join("..").join(&answers.file)).expect("answers");
                let set: Vec<_> = (answers.set.iter())
                    .map(|it| it.split_once('=').expect("KEY=VALUE"))
                    .chain([("stack.framework", framework.as_str())])
                    .map(|(key, value)| (key.to_owned(), value.to_owned()))
                    .collect();
                let input = Input::from_text("answers.toml", Format::Toml, text);
                let checked = answers::read(input, &|_| Ok(Vec::new()), &set, &catalog.choices())
                    .unwrap_or_else(|problems| panic!("{}", answers::render_problems(&problems, false)));
                let files = scaffold::generate(&checked, &catalog).expect("the blueprint is well-formed");
                let read = |path: &str| files.get(path).map(|it| String::from_utf8_lossy(&it.bytes).into_owned());
                let faults: Vec<_> = list.of(answers).filter_map(|it| it.apply(&read).err()).collect();
                assert!(faults.is_empty(), "{framework}, {}:\n{}", answers.id, faults.join("\n"));
            }
        }
    }
}
