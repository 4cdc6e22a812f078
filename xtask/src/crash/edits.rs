//! `xtask/crash/<framework>.toml`: what the handlers and a job of the generated project do in the test. Each leaves a row, in
//! the transaction that it is given.

use regex::Regex;
use serde::Deserialize;
use std::path::Path;

/// What they write to.
pub const TABLE: &str = "CREATE TABLE crash_effects (kind varchar(20) NOT NULL, name varchar(100) NOT NULL, reference varchar(300) NOT NULL)";

/// The edits of a framework.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edits {
    edits: Vec<Edit>,
}

/// A change of a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    /// Its path in the project; with `{snake}`, `{kebab}` or `{flat}` that of each handler.
    file: String,
    /// What is there exactly once.
    find: String,
    /// What takes its place; `{name}` is the handler's.
    replace: String,
}

impl Edits {
    /// Reads those of a framework.
    pub fn of(framework: &str) -> Result<Self, String> {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("crash/{framework}.toml"));
        let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        toml::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))
    }

    /// Makes them.
    pub fn make(&self, project: &Path, answers: &Path) -> Result<(), String> {
        let text = std::fs::read_to_string(answers).map_err(|error| error.to_string())?;
        let handlers = names(&text);
        for edit in &self.edits {
            let of_each = edit.file.contains('{');
            let all: Vec<&str> =
                if of_each { handlers.iter().map(String::as_str).collect() } else { vec!["no handler"] };
            for name in all {
                let path = edit.file.replace("{snake}", name).replace("{kebab}", &name.replace('_', "-"));
                let path = path.replace("{flat}", &name.replace('_', ""));
                let file = project.join(&path);
                let old = std::fs::read_to_string(&file).map_err(|error| format!("{path}: {error}"))?;
                let new = replaced(&old, &edit.find, &edit.replace.replace("{name}", name));
                let new = new.map_err(|why| format!("{path}: {why}"))?;
                std::fs::write(&file, new).map_err(|error| format!("{path}: {error}"))?;
            }
        }
        Ok(())
    }
}

/// The handlers of an answers file.
fn names(answers: &str) -> Vec<String> {
    let table = Regex::new(r"(?m)^\[handlers\.(\w+)\]").expect("a pattern of ours");
    table.captures_iter(answers).map(|it| it[1].to_owned()).collect()
}

fn replaced(text: &str, find: &str, replace: &str) -> Result<String, String> {
    match text.matches(find).count() {
        1 => Ok(text.replacen(find, replace, 1)),
        count => Err(format!("`{find}` is there {count} times")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handlers_are_found_by_their_tables() {
        assert_eq!(names("[handlers.greet]\non = \"x\"\n[jobs.y]\n[handlers.a_b]\n"), ["greet", "a_b"]);
    }

    #[test]
    fn what_is_replaced_stands_once() {
        assert_eq!(replaced("a b c", "b", "d").as_deref(), Ok("a d c"));
        assert_eq!(replaced("a b b", "b", "d"), Err("`b` is there 2 times".to_owned()));
        assert!(replaced("a", "b", "d").is_err());
    }
}
