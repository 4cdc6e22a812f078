//! The migrations of a project: those that are written never change, a changed data model gets a new one.

use super::{Base, Known, Migration, NextError, Tree};
use crate::catalog::{CatalogError, MigrationFile, Migrations};
use crate::derive::change::{Alteration, Fills, Impossible, Models, Renames, alterations};
use crate::derive::sql::{self, Dialect};
use crate::plan::Plan;
use crate::project::Model;
use crate::render::{self, Files, RenderedFile};
use regex::Regex;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Puts the migrations that were generated before in the place of those that would be generated today.
pub(super) fn freeze(files: &mut Files, migrations: &Migrations, known: &Known<'_>) {
    let is_history = |path: &str| migrations.history.iter().any(|pattern| covers(pattern, path));
    files.retain(|path, _| !is_history(path));
    let mut put = |path: &str, bytes: &[u8]| {
        files.insert(path.to_owned(), RenderedFile::new(Cow::Owned(bytes.to_vec())));
    };
    match known.base {
        Base::Whole(tree) => {
            for (path, bytes) in tree.iter().filter(|(path, _)| is_history(path)) {
                put(path, bytes);
            }
        }
        // What was generated is not known any more, and does not matter: nothing changes it.
        Base::Digests(digests) => {
            for path in digests.keys().filter(|path| is_history(path)) {
                if let Some(bytes) = known.history.get(path) {
                    put(path, bytes);
                }
            }
        }
    }
}

/// Whether a path is one of a pattern such as `migrations/*.sql`.
fn covers(pattern: &str, path: &str) -> bool {
    let (folder, name) = pattern.rsplit_once('/').unwrap_or(("", pattern));
    let (in_folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let Some((head, tail)) = name.split_once('*') else { return path == pattern };
    folder == in_folder && file.len() >= head.len() + tail.len() && file.starts_with(head) && file.ends_with(tail)
}

/// Writes the migration from one data model to another.
pub(super) fn migrate(
    plan: &Plan,
    migrations: &Migrations,
    (old, new, names): (&Model, &Model, &Renames),
    known: &Known<'_>,
    files: &mut Files,
) -> Result<Migration, NextError> {
    let dialect = render::dialect(plan)?.ok_or(NextError::NoSql)?;
    let fills = Fills::defaults(plan.spec, &dialect);
    let up = Models { old: &old.schema, new: &new.schema, renames: names, fills: &fills };
    let back = (names.reversed(), Fills::neutral(&old.schema, &new.schema, &dialect));
    let down = Models { old: &new.schema, new: &old.schema, renames: &back.0, fills: &back.1 };
    let dropped = up.dropped();
    let up = alterations(&up, &dialect).map_err(NextError::Impossible)?;
    let down = alterations(&down, &dialect).unwrap_or_else(|impossible| no_way_back(&impossible));
    let written = known.history.keys().chain(files.keys().filter(|path| !known.history.contains_key(*path)));
    let written: BTreeSet<&str> =
        written.map(String::as_str).filter(|it| migrations.history.iter().any(|pattern| covers(pattern, it))).collect();
    let revision = format!("{:04}", 1 + written.iter().filter_map(|it| number(it)).max().unwrap_or(0));
    let title = title(&up);
    let name = format!("{revision}_{}", slug(&title));
    let previous = previous(plan, migrations, known.history)?;
    let mut migration = Migration { files: Vec::new(), notes: notes(&up, &dropped), dropped };
    for MigrationFile { path, holds } in &migrations.files {
        let path = path.replace("{name}", &name);
        let text = match holds.as_str() {
            "up" => printed(&title, &up, &dialect),
            "down" => printed(&format!("take back: {title}"), &down, &dialect),
            partial => {
                let head =
                    render::MigrationHead { revision: &revision, previous: &previous, name: &name, title: &title };
                render::migration(plan, partial, &path, &head, (&up, &down))?
            }
        };
        files.insert(path.clone(), RenderedFile::new(Cow::Owned(text.into_bytes())));
        migration.files.push(path);
    }
    Ok(migration)
}

/// What takes a migration back whose values have become others for good: nothing, and it says why.
fn no_way_back(impossible: &[Impossible]) -> Vec<Alteration> {
    let refuse = |it: &Impossible| Alteration::Refuse { message: it.to_string(), query: "SELECT 1".to_owned() };
    impossible.iter().map(refuse).collect()
}

fn printed(title: &str, alterations: &[Alteration], dialect: &Dialect) -> String {
    format!("-- {title}\n{}", sql::change(alterations, dialect))
}

/// The number that a file's name begins with.
fn number(path: &str) -> Option<u32> {
    let name = path.rsplit('/').next()?;
    let digits = name.len() - name.trim_start_matches(|it: char| it.is_ascii_digit()).len();
    name[..digits].parse().ok()
}

/// The migration that no other one follows, where they name each other.
fn previous(plan: &Plan, migrations: &Migrations, history: &Tree) -> Result<String, NextError> {
    let (Some(own), Some(before)) = (&migrations.revision, &migrations.previous) else { return Ok(String::new()) };
    let found = |pattern: &str| -> Result<BTreeSet<String>, CatalogError> {
        let path = || format!("frameworks/{}/blueprint.toml", plan.framework.id);
        let regex = Regex::new(pattern).map_err(|error| CatalogError::new(path(), error))?;
        let of = |bytes: &Vec<u8>| {
            let text = String::from_utf8_lossy(bytes);
            regex.captures_iter(&text).filter_map(|it| Some(it.get(1)?.as_str().to_owned())).collect::<Vec<_>>()
        };
        Ok(history.values().flat_map(of).collect())
    };
    let (own, before) = (found(own)?, found(before)?);
    let mut ends: Vec<_> = own.difference(&before).cloned().collect();
    if ends.len() > 1 {
        return Err(NextError::Ends(ends));
    }
    Ok(ends.pop().unwrap_or_default())
}

/// What it does, for people: `create reviews`, `change products and suppliers`.
fn title(alterations: &[Alteration]) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut changed: Vec<&str> = Vec::new();
    let mut made = BTreeSet::new();
    for alteration in alterations {
        match alteration {
            Alteration::RenameTable { from, to } if made.contains(from.as_str()) => {
                parts.retain(|it| it != &format!("create {from}") && it != &format!("drop {to}"));
                changed.push(to);
            }
            Alteration::RenameTable { from, to } => parts.push(format!("rename {from} to {to}")),
            Alteration::CreateTable(table) => {
                made.insert(table.name.as_str());
                parts.push(format!("create {}", table.name));
            }
            Alteration::DropTable(table) => parts.push(format!("drop {table}")),
            Alteration::AddColumn(table, _)
            | Alteration::ChangeColumn(table, ..)
            | Alteration::DropColumn(table, _)
            | Alteration::RenameColumn { table, .. }
            | Alteration::AddUnique(table, _)
            | Alteration::AddForeignKey(table, _)
            | Alteration::AddCheck(table, _)
            | Alteration::AddIndex(table, _)
            | Alteration::DropIndex(table, _)
            | Alteration::DropUnique(table, _)
            | Alteration::DropCheck(table, _)
            | Alteration::DropForeignKey(table, _) => changed.push(table),
            _ => {}
        }
    }
    let known = parts.join(" ");
    changed.retain(|it| !known.split(' ').any(|word| word == *it));
    let mut seen = BTreeSet::new();
    changed.retain(|it| seen.insert(*it));
    parts.extend(changed.into_iter().map(|it| format!("change {it}")));
    match parts.as_slice() {
        [] => "change the data model".to_owned(),
        [one] => one.clone(),
        [one, other] => format!("{one} and {other}"),
        [one, rest @ ..] => format!("{one} and {} more", rest.len()),
    }
}

/// A name of a file: words of a title.
fn slug(title: &str) -> String {
    let words: Vec<_> = title.split(|it: char| !it.is_ascii_alphanumeric()).filter(|it| !it.is_empty()).collect();
    let mut slug = String::new();
    for word in words {
        if slug.len() + word.len() > 48 {
            break;
        }
        if !slug.is_empty() {
            slug.push('_');
        }
        slug.push_str(word);
    }
    slug
}

/// What a person should know before it runs.
fn notes(alterations: &[Alteration], dropped: &[String]) -> Vec<String> {
    // What is asked at the end is no question of the rows.
    let asked = alterations.iter().map_while(|it| match it {
        Alteration::Refuse { message, .. } => Some(format!("it stops before it changes anything where {message}")),
        _ => None,
    });
    let what = |name: &String| if name.contains('.') { "values" } else { "rows" };
    let gone = dropped.iter().map(|name| format!("the {} of {name} go with it", what(name)));
    asked.chain(gone).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_covers_the_files_of_one_folder() {
        assert!(covers("migrations/*.sql", "migrations/0001_a.up.sql"));
        assert!(!covers("migrations/*.sql", "migrations/a/b.sql") && !covers("migrations/*.sql", "migrations/a.go"));
    }

    #[test]
    fn numbers_and_words_of_names() {
        assert_eq!(number("migrations/0012_add_x.up.sql"), Some(12));
        assert_eq!(number("migrations/add.sql"), None);
        assert_eq!(slug("rename reviews to ratings"), "rename_reviews_to_ratings");
    }
}
