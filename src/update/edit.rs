//! Answers that are changed by a command: their comments and their order stay.

use regex::{Captures, Regex};
use toml_edit::{Array, DocumentMut, InlineTable, Item, Key, Table, TableLike, Value};

/// One change of an answers file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// A table such as `entities.Review` or `jobs.purge`, which is not there yet, with its lines.
    Table(Vec<String>, Vec<String>),
    /// Lines of a table that is there.
    Lines(Vec<String>, Vec<String>),
    /// A value, whatever was there.
    Set(Vec<String>, String),
    /// One more answer of a question that takes several.
    Also(Vec<String>, String),
    /// Another name for an entity: before, then, and its plural, which is guessed where none is given.
    RenameEntity(String, String, Option<String>),
    /// Another name for a field or relation of an entity: the entity, before, then.
    RenameField(String, String, String),
}

/// Why the answers were not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// They are no TOML.
    #[error("the answers are no TOML: {0}")]
    NoToml(String),
    /// The table or the key is there already.
    #[error("`{0}` is there already")]
    Taken(String),
    /// The table or the key is not there.
    #[error("there is no `{name}`{}", if known.is_empty() { String::new() } else { format!("; there are {}", known.join(", ")) })]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is in its place.
        known: Vec<String>,
    },
    /// Something else stands where a table should.
    #[error("`{0}` is no table")]
    NoTable(String),
    /// A line that says nothing.
    #[error("`{0}` is neither a line such as `stars: integer 1..5` nor a setting such as `search = [\"name\"]`")]
    NoLine(String),
}

/// Where lines of a table go that are fields: `fields.` of an entity, `input.` of a job.
fn place_of_fields(path: &[String]) -> &'static str {
    match path {
        [first, _] if first == "entities" => "fields",
        [first, _] if first == "events" => "payload",
        _ => "input",
    }
}

/// Whether this is the long form of a relation, which stands by itself.
fn is_relation(value: &Value) -> bool {
    let says = |key| value.as_inline_table().is_some_and(|it| it.contains_key(key));
    ["many_to_one", "one_to_one", "many_to_many"].into_iter().any(says)
}

/// Makes one change.
pub fn edit(text: &str, edit: &Edit) -> Result<String, EditError> {
    let mut document: DocumentMut =
        text.parse().map_err(|error: toml_edit::TomlError| EditError::NoToml(error.message().to_owned()))?;
    let root = document.as_table_mut();
    match edit {
        Edit::Table(path, lines) => {
            if find(root, path).is_some() {
                return Err(EditError::Taken(path.join(".")));
            }
            add_lines(table(root, path)?, path, lines)?;
            if let Some(made) = find(root, path).and_then(Item::as_table_mut) {
                made.decor_mut().set_prefix("\n");
            }
        }
        Edit::Lines(path, lines) => {
            let known = known(root, path);
            let table = find(root, path).and_then(Item::as_table_like_mut);
            let table = table.ok_or_else(|| EditError::Unknown { name: path.join("."), known })?;
            add_lines(table, path, lines)?;
        }
        Edit::Set(path, text) => {
            let (last, tables) = split(path)?;
            set(table(root, tables)?, last, value(text));
        }
        Edit::Also(path, option) => {
            let (last, tables) = split(path)?;
            also(table(root, tables)?, last, option);
        }
        Edit::RenameEntity(before, then, plural) => rename_entity(root, before, then, plural.as_deref())?,
        Edit::RenameField(entity, before, then) => rename_field(root, entity, before, then)?,
    }
    Ok(document.to_string())
}

/// Gives a key another value, and leaves what stands around it.
fn set(table: &mut dyn TableLike, key: &str, mut value: Value) {
    if let Some(Item::Value(old)) = table.get(key) {
        *value.decor_mut() = old.decor().clone();
    }
    table.insert(key, Item::Value(value));
}

/// The last name of a path, and those before it.
fn split(path: &[String]) -> Result<(&String, &[String]), EditError> {
    path.split_last().ok_or_else(|| EditError::NoLine(String::new()))
}

/// The table at a path; what is missing on the way is made.
fn table<'a>(root: &'a mut Table, path: &[String]) -> Result<&'a mut dyn TableLike, EditError> {
    let mut table: &mut dyn TableLike = root;
    for (at, key) in path.iter().enumerate() {
        let item = table.entry(key).or_insert_with(|| {
            let mut made = Table::new();
            made.set_implicit(at + 1 < path.len());
            Item::Table(made)
        });
        table = item.as_table_like_mut().ok_or_else(|| EditError::NoTable(path[..=at].join(".")))?;
    }
    Ok(table)
}

fn also(table: &mut dyn TableLike, last: &str, option: &str) {
    let mut given: Vec<String> = match table.get(last) {
        Some(Item::Value(Value::Array(list))) => list.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect(),
        Some(Item::Value(Value::String(one))) => vec![one.value().clone()],
        _ => Vec::new(),
    };
    given.retain(|it| it != "none" && it != option);
    given.push(option.to_owned());
    let value = match given.as_slice() {
        [one] => Value::from(one.as_str()),
        some => Value::Array(some.iter().map(String::as_str).collect::<Array>()),
    };
    set(table, last, value);
}

fn find<'a>(root: &'a mut Table, path: &[String]) -> Option<&'a mut Item> {
    let (first, rest) = path.split_first()?;
    let mut item = root.get_mut(first)?;
    for key in rest {
        item = item.as_table_like_mut()?.get_mut(key)?;
    }
    Some(item)
}

/// What stands beside something that is not there.
fn known(root: &mut Table, path: &[String]) -> Vec<String> {
    let folder = &path[..path.len().saturating_sub(1)];
    let table = find(root, folder)
        .and_then(|it| it.as_table_like_mut().map(|it| it.iter().map(|(key, _)| key.to_owned()).collect()));
    table.unwrap_or_default()
}

fn add_lines(table: &mut dyn TableLike, path: &[String], lines: &[String]) -> Result<(), EditError> {
    for line in lines {
        let bad = || EditError::NoLine(line.clone());
        let (colon, equals) = (line.find(':'), line.find('='));
        match (colon, equals) {
            (Some(colon), equals) if equals.is_none_or(|it| colon < it) => {
                let (key, text) = (line[..colon].trim(), line[colon + 1..].trim());
                if key.is_empty() || text.is_empty() {
                    return Err(bad());
                }
                let value = if text.starts_with('{') { text.parse().map_err(|_| bad())? } else { Value::from(text) };
                let place = if is_relation(&value) { "relations" } else { place_of_fields(path) };
                let fields = table.entry(place).or_insert_with(|| {
                    let mut made = Table::new();
                    made.set_dotted(true);
                    Item::Table(made)
                });
                let fields = fields.as_table_like_mut().ok_or_else(bad)?;
                if fields.contains_key(key) {
                    return Err(EditError::Taken(format!("{}.{place}.{key}", path.join("."))));
                }
                fields.insert(key, Item::Value(value));
            }
            (_, Some(_)) => {
                let setting: DocumentMut = line.parse().map_err(|_| bad())?;
                for (key, item) in setting.iter() {
                    if table.contains_key(key) {
                        return Err(EditError::Taken(format!("{}.{key}", path.join("."))));
                    }
                    table.insert(key, item.clone());
                }
            }
            _ => return Err(bad()),
        }
    }
    Ok(())
}

/// As `--set` reads it: TOML, else a text.
fn value(text: &str) -> Value {
    text.parse().unwrap_or_else(|_| Value::from(text))
}

fn rename_entity(root: &mut Table, before: &str, then: &str, plural: Option<&str>) -> Result<(), EditError> {
    let path = ["entities".to_owned(), then.to_owned()];
    if before != then {
        rename_key(root, &path[..1], before, then)?;
    }
    let known = known(root, &path);
    let entity = find(root, &path).and_then(Item::as_table_like_mut);
    let entity = entity.ok_or_else(|| EditError::Unknown { name: then.to_owned(), known })?;
    match plural {
        Some(plural) => set(entity, "plural", Value::from(plural)),
        None => drop(entity.remove("plural")),
    }
    if before == then {
        return Ok(());
    }
    let reference = named(r"^(\s*(?:->|--|<->)\s*)", before);
    walk(root.iter_mut(), &mut Vec::new(), &mut |path, text| {
        let replaced = match path {
            [entities, _, place, ..] if entities == "entities" && (place == "fields" || place == "relations") => {
                match path.last().map(String::as_str) {
                    Some("many_to_one" | "one_to_one" | "many_to_many") if text == before => then.to_owned(),
                    _ => reference.replace(text, |it: &Captures<'_>| format!("{}{then}", &it[1])).into_owned(),
                }
            }
            [handlers, _, on] if handlers == "handlers" && on == "on" => match text.split_once('.') {
                Some((entity, change)) if entity == before => format!("{then}.{change}"),
                _ => return None,
            },
            _ => return None,
        };
        (replaced != text).then_some(replaced)
    });
    Ok(())
}

fn rename_field(root: &mut Table, entity: &str, before: &str, then: &str) -> Result<(), EditError> {
    let table = ["entities".to_owned(), entity.to_owned()];
    let entities = known(root, &table);
    if find(root, &table).is_none() {
        return Err(EditError::Unknown { name: entity.to_owned(), known: entities });
    }
    let within = |place: &str| [table.clone().to_vec(), vec![place.to_owned()]].concat();
    let holds = |root: &mut Table, place: &str| {
        let item = find(root, &within(place));
        item.and_then(|it| it.as_table_like_mut().map(|it| it.contains_key(before))).unwrap_or(false)
    };
    let place = if holds(root, "relations") { "relations" } else { "fields" };
    rename_key(root, &within(place), before, then)?;
    let word = named(r"(^|[^\w'.]|\b(?:new|old)\.)", before);
    walk(root.iter_mut(), &mut Vec::new(), &mut |path, text| {
        let replaced = match path {
            [entities, of, place, rest @ ..] if entities == "entities" && of == entity => match place.as_str() {
                "search" | "filter" | "sort" | "unique" => (text == before).then(|| then.to_owned())?,
                "rules" | "approval" | "commands" => match rest.last().map(String::as_str) {
                    Some("check" | "when") => {
                        word.replace_all(text, |it: &Captures<'_>| format!("{}{then}", &it[1])).into_owned()
                    }
                    _ => return None,
                },
                _ => return None,
            },
            _ => return None,
        };
        (replaced != text).then_some(replaced)
    });
    let commands = find(root, &within("commands")).and_then(Item::as_table_like_mut);
    for (_, command) in commands.into_iter().flat_map(TableLike::iter_mut) {
        if let Some(set) =
            command.as_table_like_mut().and_then(|it| it.get_mut("set")).and_then(Item::as_table_like_mut)
            && set.contains_key(before)
        {
            rename_in(set, before, then);
        }
    }
    Ok(())
}

/// What finds a name, as people typed it, behind something.
fn named(before: &str, name: &str) -> Regex {
    Regex::new(&format!(r"{before}{}\b", regex::escape(name))).expect("the name is escaped")
}

fn rename_key(root: &mut Table, path: &[String], before: &str, then: &str) -> Result<(), EditError> {
    let beside = [path, &[before.to_owned()]].concat();
    let known = known(root, &beside);
    let table = find(root, path).and_then(Item::as_table_like_mut);
    let unknown = || EditError::Unknown { name: before.to_owned(), known };
    let Some(table) = table.filter(|it| it.contains_key(before)) else { return Err(unknown()) };
    if table.contains_key(then) {
        return Err(EditError::Taken(then.to_owned()));
    }
    rename_in(table, before, then);
    Ok(())
}

/// Renames a key where it stands.
fn rename_in(table: &mut dyn TableLike, before: &str, then: &str) {
    let keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    let entries: Vec<(Key, Item)> = keys
        .iter()
        .filter_map(|key| {
            let name = table.key(key)?.clone();
            Some((name, table.remove(key)?))
        })
        .collect();
    for (name, item) in entries {
        let key = if name.get() == before {
            let mut key = Key::new(then);
            *key.leaf_decor_mut() = name.leaf_decor().clone();
            *key.dotted_decor_mut() = name.dotted_decor().clone();
            key
        } else {
            name
        };
        insert(table, &key, item);
    }
}

fn insert(table: &mut dyn TableLike, key: &Key, item: Item) {
    match table.entry_format(key) {
        toml_edit::Entry::Vacant(entry) => drop(entry.insert(item)),
        toml_edit::Entry::Occupied(mut entry) => drop(entry.insert(item)),
    }
}

type Change<'a> = dyn FnMut(&[String], &str) -> Option<String> + 'a;

/// Offers every text with its path; what comes back stands in its place.
fn walk<'a>(
    items: impl Iterator<Item = (toml_edit::KeyMut<'a>, &'a mut Item)>,
    path: &mut Vec<String>,
    change: &mut Change<'_>,
) {
    for (key, item) in items {
        path.push(key.get().to_owned());
        match item {
            Item::Table(table) => walk(table.iter_mut(), path, change),
            Item::ArrayOfTables(tables) => {
                for table in tables.iter_mut() {
                    walk(table.iter_mut(), path, change);
                }
            }
            Item::Value(value) => walk_value(value, path, change),
            Item::None => {}
        }
        path.pop();
    }
}

fn walk_value(value: &mut Value, path: &mut Vec<String>, change: &mut Change<'_>) {
    match value {
        Value::String(text) => {
            if let Some(replaced) = change(path, text.value()) {
                let decor = text.decor().clone();
                *value = Value::from(replaced);
                *value.decor_mut() = decor;
            }
        }
        Value::Array(list) => {
            for value in list.iter_mut() {
                walk_value(value, path, change);
            }
        }
        Value::InlineTable(table) => walk_inline(table, path, change),
        _ => {}
    }
}

fn walk_inline(table: &mut InlineTable, path: &mut Vec<String>, change: &mut Change<'_>) {
    for (key, value) in table.iter_mut() {
        path.push(key.get().to_owned());
        walk_value(value, path, change);
        path.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWERS: &str = "\
# Ours.
[stack]
framework = \"x\" # the only one
ci = \"github-actions\"

[entities.Product] # what is sold
search = [\"name\"]
fields.name = \"string\" # on the label
fields.price = \"decimal > 0\"
unique = [[\"name\", \"price\"]]

[[entities.Product.rules]]
check = \"price > 1 or name == 'price'\"
message = \"the price\"

[entities.Product.commands.sell]
set = { price = 1 }

[entities.Tag]
fields.product = \"-> Product ?\" # its product

[handlers.tell]
on = \"Product.created\"
";

    fn path(text: &str) -> Vec<String> {
        text.split('.').map(str::to_owned).collect()
    }

    fn lines(list: &[&str]) -> Vec<String> {
        list.iter().map(|&it| it.to_owned()).collect()
    }

    /// The lines that are new, and those that are gone.
    fn changed(change: &Edit) -> (Vec<String>, Vec<String>) {
        let text = edit(ANSWERS, change).unwrap();
        let not_in = |one: &str, other: &str| {
            one.lines().filter(|line| !other.lines().any(|it| it == *line)).map(str::to_owned).collect::<Vec<_>>()
        };
        (not_in(&text, ANSWERS), not_in(ANSWERS, &text))
    }

    #[test]
    fn an_entity_and_a_field_are_added_and_nothing_else_changes() {
        let entity = Edit::Table(path("entities.Review"), lines(&["stars: integer 1..5", "search = [\"text\"]"]));
        let (new, gone) = changed(&entity);
        assert_eq!(new, ["[entities.Review]", "fields.stars = \"integer 1..5\"", "search = [\"text\"]"]);
        assert!(gone.is_empty(), "{gone:?}");
        let field =
            Edit::Lines(path("entities.Product"), lines(&["rating: integer ?", "size: { type = \"integer\" }"]));
        let (new, gone) = changed(&field);
        assert_eq!(new, ["fields.rating = \"integer ?\"", "fields.size = { type = \"integer\" }"]);
        assert!(gone.is_empty(), "{gone:?}");
    }

    #[test]
    fn what_is_there_and_what_is_not_is_told() {
        let long = lines(&["parent: { many_to_one = \"Product\", inverse = \"parts\" }"]);
        let (new, _) = changed(&Edit::Lines(path("entities.Product"), long));
        assert_eq!(new, ["relations.parent = { many_to_one = \"Product\", inverse = \"parts\" }"]);
        let taken = Edit::Lines(path("entities.Product"), lines(&["name: text"]));
        assert_eq!(edit(ANSWERS, &taken), Err(EditError::Taken("entities.Product.fields.name".to_owned())));
        let unknown = edit(ANSWERS, &Edit::Lines(path("entities.Prodct"), lines(&["a: text"]))).unwrap_err();
        assert_eq!(unknown.to_string(), "there is no `entities.Prodct`; there are Product, Tag");
        let bad = edit(ANSWERS, &Edit::Lines(path("entities.Product"), lines(&["stars"])));
        assert_eq!(bad, Err(EditError::NoLine("stars".to_owned())));
    }

    #[test]
    fn an_answer_is_set_or_joined() {
        let set = changed(&Edit::Set(path("stack.framework"), "y".to_owned()));
        assert_eq!(set.0, ["framework = \"y\" # the only one"]);
        let new = changed(&Edit::Set(path("stack.queue"), "redis".to_owned()));
        assert_eq!(new, (vec!["queue = \"redis\"".to_owned()], Vec::new()));
        let also = changed(&Edit::Also(path("stack.ci"), "gitlab-ci".to_owned()));
        assert_eq!(also.0, ["ci = [\"github-actions\", \"gitlab-ci\"]"]);
    }

    #[test]
    fn no_form_of_answers_makes_it_panic() {
        for text in ["stack = 1", "stack = { framework = \"x\" }", "[[stack]]", "", "entities = []", "entities.A = 1"] {
            for change in [
                Edit::Set(path("stack.queue"), "redis".to_owned()),
                Edit::Also(path("stack.ci"), "y".to_owned()),
                Edit::Table(path("entities.B"), lines(&["a: text"])),
                Edit::Lines(path("entities.A"), lines(&["a: text"])),
                Edit::RenameEntity("A".to_owned(), "B".to_owned(), None),
                Edit::RenameField("A".to_owned(), "b".to_owned(), "c".to_owned()),
            ] {
                if let Ok(text) = edit(text, &change) {
                    assert!(text.parse::<DocumentMut>().is_ok(), "{text}");
                }
            }
        }
    }

    #[test]
    fn names_are_no_patterns() {
        let text = "[entities.\"A(\"]\nfields.\"b(\" = \"text\"\n";
        let renamed = edit(text, &Edit::RenameEntity("A(".to_owned(), "$1".to_owned(), None)).unwrap();
        assert!(renamed.starts_with("[entities.\"$1\"]"), "{renamed}");
        let renamed = edit(text, &Edit::RenameField("A(".to_owned(), "b(".to_owned(), "c".to_owned())).unwrap();
        assert!(renamed.contains("fields.c = "), "{renamed}");
    }

    #[test]
    fn an_entity_is_renamed_wherever_it_is_named() {
        let (new, gone) = changed(&Edit::RenameEntity("Product".to_owned(), "Article".to_owned(), None));
        assert_eq!(
            new,
            [
                "[entities.Article] # what is sold",
                "[[entities.Article.rules]]",
                "[entities.Article.commands.sell]",
                "fields.product = \"-> Article ?\" # its product",
                "on = \"Article.created\"",
            ]
        );
        assert_eq!(gone.len(), 5);
    }

    #[test]
    fn a_plural_goes_with_the_name_it_was_declared_for() {
        let text = "[entities.Tide]\nplural = \"Tides\" # of the sea\nfields.at = \"datetime\"\n";
        let renamed = |then: &str, plural: Option<&str>| {
            edit(text, &Edit::RenameEntity("Tide".to_owned(), then.to_owned(), plural.map(str::to_owned))).unwrap()
        };
        assert_eq!(renamed("Flood", None), "[entities.Flood]\nfields.at = \"datetime\"\n");
        let kept = text.replace("Tide]", "Flood]").replace("\"Tides\"", "\"Waters\"");
        assert_eq!(renamed("Flood", Some("Waters")), kept);
        assert_eq!(renamed("Tide", Some("Waters")), kept.replace("Flood", "Tide"));
    }

    #[test]
    fn a_field_is_renamed_in_lists_and_expressions_but_not_in_texts() {
        let (new, _) = changed(&Edit::RenameField("Product".to_owned(), "price".to_owned(), "cost".to_owned()));
        assert_eq!(
            new,
            [
                "fields.cost = \"decimal > 0\"",
                "unique = [[\"name\", \"cost\"]]",
                "check = \"cost > 1 or name == 'price'\"",
                "set = { cost = 1 }",
            ]
        );
    }
}
