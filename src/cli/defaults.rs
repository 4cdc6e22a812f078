//! What `new` needs to know, and what it takes for granted when the person does not want to be asked.

use crate::catalog::Catalog;
use std::path::Path;

/// The entity of a project that nobody has described: small, and something to see and try.
const ENTITIES: &str = r#"{ Note = { search = ["title"], fields = { title = "string ..100", text = "text ?", pinned = "boolean = false" } } }"#;
/// The project's name when neither the answers nor the folder give one.
const NAME: &str = "my-service";

/// The keys that must be answered and have no default.
pub fn required(catalog: &Catalog) -> Vec<String> {
    let questions = catalog.questions.iter().filter(|(_, question)| question.default.is_none());
    let mut keys = vec!["project.name".to_owned()];
    keys.extend(questions.map(|(id, _)| format!("stack.{id}")));
    keys.push("entities".to_owned());
    keys
}

/// The required keys that `set` does not speak of.
pub fn missing(set: &[(String, String)], catalog: &Catalog) -> Vec<String> {
    let given = |key: &str| {
        let spoken = |given: &str| {
            given == key || given.starts_with(&format!("{key}.")) || key.starts_with(&format!("{given}."))
        };
        set.iter().any(|(it, _)| spoken(it))
    };
    required(catalog).into_iter().filter(|key| !given(key)).collect()
}

/// `--yes`: a value for every required key. The name comes from the target folder when that is one.
pub fn all(target: Option<&Path>, catalog: &Catalog) -> Vec<(String, String)> {
    let value = |key: &str| match key {
        "project.name" => Some(target.and_then(name).unwrap_or_else(|| NAME.to_owned())),
        "entities" => Some(ENTITIES.to_owned()),
        // The first option, as `scaffold list` shows them.
        _ => catalog.questions.get(key.strip_prefix("stack.")?)?.options.first().map(|it| it.id.clone()),
    };
    required(catalog).into_iter().filter_map(|key| value(&key).map(|value| (key, value))).collect()
}

fn name(target: &Path) -> Option<String> {
    let target = std::path::absolute(target).ok()?;
    let target: std::path::PathBuf = target.components().collect();
    let name = heck::ToKebabCase::to_kebab_case(target.file_name()?.to_str()?);
    let named =
        (2..=50).contains(&name.len()) && name.starts_with(|it: char| it.is_ascii_lowercase()) && name.is_ascii();
    named.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_is_named_after_its_folder() {
        assert_eq!(name(Path::new("/srv/My Shop/")).as_deref(), Some("my-shop"));
        assert_eq!(name(Path::new("/srv/3d")), None);
        assert_eq!(name(Path::new("/srv/Küche")), None);
        let catalog = Catalog::embedded().unwrap();
        assert_eq!(all(None, &catalog)[0], ("project.name".to_owned(), "my-service".to_owned()));
    }

    #[test]
    fn setting_part_of_a_required_key_answers_it() {
        let catalog = Catalog::embedded().unwrap();
        let set = |pairs: &[&str]| pairs.iter().map(|key| ((*key).to_owned(), String::new())).collect::<Vec<_>>();
        assert_eq!(missing(&set(&["project", "entities.Note.fields.text"]), &catalog), ["stack.framework"]);
        assert_eq!(missing(&set(&["stack.database"]), &catalog), ["project.name", "stack.framework", "entities"]);
    }
}
