//! What an update does, for people and programs.

use super::project::Compared;
use crate::update::{Action, EXAMPLES, Kept, OWN};
use serde_json::{Value, json};

/// For people; `settings` are those that `.env` lacks, `rewritten` says whether the answers themselves change.
pub fn text(compared: &Compared, settings: &[String], rewritten: bool, dry_run: bool) -> String {
    let update = &compared.update;
    let mut text = String::new();
    for change in &update.changes {
        let places = match change.action {
            Action::Conflict(places) => format!(" ({places} {})", if places == 1 { "place" } else { "places" }),
            _ => String::new(),
        };
        let from = change.from.as_ref().map(|it| format!(", until now {it}")).unwrap_or_default();
        text.push_str(&format!("  {:<9}{}{from}{places}\n", change.action.word(), change.path));
    }
    for (path, why) in &update.kept {
        let why = match why {
            Kept::Deleted => "you have deleted it; it stays deleted",
            Kept::Edited => "you have edited it; it stays, though it is generated no longer",
        };
        text.push_str(&format!("  {:<9}{path}: {why}\n", "keep"));
    }
    let (files, conflicts) = (update.changes.len(), update.conflicts().count());
    let verb = if dry_run { "would change" } else { "changed" };
    let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    text.extend(compared.next.notes.iter().map(|note| format!("note: {note}\n")));
    if files == 0 {
        return text + if rewritten { "only the answers change\n" } else { "nothing to do\n" };
    }
    text.push_str(&format!("{verb} {}", plural(files, "file")));
    if conflicts > 0 {
        text.push_str(&format!(", {} with conflicts: look for `<<<<<<< yours` in them", plural(conflicts, "file")));
    }
    text.push('\n');
    if !settings.is_empty() {
        let names = settings.join(", ");
        text.push_str(&format!("your {OWN} is as it was; look in {EXAMPLES} for what it needs now: {names}\n"));
    }
    if let Some(migration) = &compared.next.migration {
        text.push_str(&format!("new migration: {}\n", migration.files.join(", ")));
        text.extend(migration.notes.iter().map(|note| format!("  {note}\n")));
    }
    text
}

/// For programs; docs/command-line.md describes it.
pub fn json(compared: &Compared, settings: &[String], dry_run: bool) -> Value {
    let update = &compared.update;
    let changes = update.changes.iter().map(|change| {
        let mut value = json!({ "path": change.path, "action": change.action.word() });
        if let Action::Conflict(places) = change.action {
            value["places"] = places.into();
        }
        if let Some(from) = &change.from {
            value["from"] = from.as_str().into();
        }
        value
    });
    let kept = update.kept.iter().map(|(path, why)| {
        json!({ "path": path, "why": match why { Kept::Deleted => "deleted", Kept::Edited => "edited" } })
    });
    let migration = compared
        .next
        .migration
        .as_ref()
        .map(|it| json!({ "files": it.files, "notes": it.notes, "dropped": it.dropped }));
    json!({
        "ok": update.conflicts().next().is_none(),
        "dry_run": dry_run,
        "changes": changes.collect::<Vec<_>>(),
        "kept": kept.collect::<Vec<_>>(),
        "conflicts": update.conflicts().count(),
        "migration": migration,
        "notes": compared.next.notes,
        "settings": settings,
    })
}
