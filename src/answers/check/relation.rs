//! Relations, in one line or in the long form.

use super::context::Context;
use super::line::Line;
use super::names;
use super::problems::with_hints;
use super::project::was;
use crate::answers::Problem;
use crate::answers::tree::{Entry, Node, Table, Value};
use crate::spec::{Name, OnDelete, Place, Relation, RelationKind, USER};

/// Signs of the one-line form, the longest first.
const SIGNS: [(&str, RelationKind); 3] =
    [("<->", RelationKind::ManyToMany), ("->", RelationKind::ManyToOne), ("--", RelationKind::OneToOne)];

/// The keys of a target.
pub(in crate::answers) const KINDS: [(&str, RelationKind); 3] = [
    ("many_to_one", RelationKind::ManyToOne),
    ("one_to_one", RelationKind::OneToOne),
    ("many_to_many", RelationKind::ManyToMany),
];

const KEYS: [&str; 8] = ["many_to_one", "one_to_one", "many_to_many", "required", "on_delete", "inverse", "doc", "was"];

/// Keys that links do not have.
pub(in crate::answers) const LINK_KEYS: [&str; 2] = ["required", "on_delete"];

/// What the deletion of a target does.
pub(in crate::answers) const ON_DELETE: [(&str, OnDelete); 3] =
    [("restrict", OnDelete::Restrict), ("cascade", OnDelete::Cascade), ("set_null", OnDelete::SetNull)];

/// A relation and the places that messages about it need.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) relation: Relation,
    pub(super) key: Place,
    pub(super) target: Place,
    pub(super) inverse: Option<Place>,
    /// Whether the inverse is written, not made by default.
    pub(super) required: Place,
}

/// Whether a line is a relation's.
pub(in crate::answers) fn is_line(text: &str) -> bool {
    let text = text.trim_start();
    SIGNS.iter().any(|(sign, _)| text.starts_with(sign))
}

/// Reads `"-> Supplier ?"`.
pub(super) fn line(cx: &Context<'_>, name: &str, entry: &Entry, text: &str) -> Option<Draft> {
    match read_line(name, entry, text) {
        Ok(draft) => target_exists(cx, &draft.relation.target, &draft.target).then_some(draft),
        Err(problem) => {
            cx.problem(problem);
            None
        }
    }
}

fn read_line(name: &str, entry: &Entry, text: &str) -> Result<Draft, Problem> {
    let mut line = Line::new(&entry.node, text);
    line.skip_space();
    let (_, kind) = SIGNS
        .into_iter()
        .find(|(sign, _)| line.take(sign).is_some())
        .ok_or_else(|| Problem::new("a relation begins with `->`, `--` or `<->`", line.here()))?;
    line.skip_space();
    let range = line.take_while(|it| it.is_ascii_alphanumeric() || it == '_');
    if range.is_empty() {
        return Err(Problem::new("the target of the relation is missing", line.here()).note("write \"-> Supplier\""));
    }
    let target = text[range.clone()].to_owned();
    let target_place = line.place(range);
    let mut required = kind != RelationKind::ManyToMany;
    let mut on_delete: Option<(OnDelete, Place)> = None;
    loop {
        line.skip_space();
        if line.rest().is_empty() {
            break;
        }
        let here = line.here();
        if let Some(range) = line.take("?") {
            if kind == RelationKind::ManyToMany {
                let problem = Problem::new("a many-to-many relation may always be empty", line.place(range));
                return Err(problem.note("remove the `?`"));
            }
            if !required {
                return Err(Problem::new("`?` is said twice", here).note("keep one of them"));
            }
            required = false;
            continue;
        }
        let range = line.take_while(|it| !it.is_whitespace() && it != '?');
        let (word, place) = (&text[range.clone()], line.place(range));
        let Some((_, action)) = ON_DELETE.into_iter().find(|(id, _)| *id == word) else {
            let problem = Problem::new(format!("`{word}` is not understood here"), place);
            let problem = with_hints(problem, word, &["restrict", "cascade", "set_null"]);
            return Err(problem.note("also allowed: `?` for optional; write `relations.NAME = { … }` for `inverse`"));
        };
        if kind == RelationKind::ManyToMany {
            return Err(Problem::new(format!("a many-to-many relation takes no `{word}`"), place)
                .note("links of a deleted row always go"));
        }
        if on_delete.is_some() {
            return Err(Problem::new("what a deletion does is said twice", place).note("keep one of them"));
        }
        on_delete = Some((action, place));
    }
    if let Some((OnDelete::SetNull, place)) = &on_delete
        && required
    {
        return Err(Problem::new("`set_null` needs an optional relation", place.clone()).note("add `?`"));
    }
    let relation = Relation {
        name: Name::new(name),
        kind,
        target,
        required,
        on_delete: on_delete.map_or(OnDelete::Restrict, |(action, _)| action),
        inverse: None,
        doc: None,
        was: None,
    };
    Ok(Draft { relation, key: entry.key.clone(), required: target_place.clone(), target: target_place, inverse: None })
}

/// Both forms of a line: the short one and the long one.
pub(in crate::answers) fn both_forms(
    cx: &Context<'_>,
    name: &str,
    entry: &Entry,
    text: &str,
) -> Option<(String, String)> {
    let draft = match read_line(name, entry, text) {
        Ok(draft) => draft,
        Err(problem) => {
            cx.problem(problem);
            return None;
        }
    };
    let Relation { kind, target, required, on_delete, .. } = draft.relation;
    let (key, _) = KINDS.into_iter().find(|(_, it)| *it == kind)?;
    let mut long = format!("{{ {key} = \"{target}\"");
    if !required && kind != RelationKind::ManyToMany {
        long.push_str(", required = false");
    }
    if on_delete != OnDelete::Restrict {
        long.push_str(&format!(", on_delete = \"{}\"", on_delete.id()));
    }
    long.push_str(" }");
    Some((written(kind, &target, required, on_delete), long))
}

/// The line that says what a table says; `None` when a line cannot, or the table is wrong.
pub(in crate::answers) fn line_of(table: &Table) -> Option<String> {
    let text = |key: &str| match &table.get(key)?.node.value {
        Value::String(text) => Some(text.as_str()),
        _ => None,
    };
    let mut kinds = KINDS.into_iter().filter_map(|(key, kind)| Some((kind, text(key)?)));
    let (kind, target) = kinds.next()?;
    let many = kind == RelationKind::ManyToMany;
    let sayable =
        |key: &str| KINDS.iter().any(|(kind, _)| *kind == key) || (!many && matches!(key, "required" | "on_delete"));
    let word = !target.is_empty() && target.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
    if !word || kinds.next().is_some() || !table.keys().all(|key| sayable(key)) {
        return None;
    }
    let required = match table.get("required").map(|entry| &entry.node.value) {
        None => true,
        Some(Value::Boolean(required)) => *required,
        Some(_) => return None,
    };
    let on_delete = if table.contains_key("on_delete") {
        ON_DELETE.into_iter().find(|(id, _)| Some(*id) == text("on_delete"))?.1
    } else {
        OnDelete::Restrict
    };
    Some(written(kind, target, required, on_delete))
}

fn written(kind: RelationKind, target: &str, required: bool, on_delete: OnDelete) -> String {
    let sign = SIGNS.into_iter().find(|(_, it)| *it == kind).map_or("->", |(sign, _)| sign);
    let optional = if required || kind == RelationKind::ManyToMany { "" } else { " ?" };
    let deletion = if on_delete == OnDelete::Restrict { String::new() } else { format!(" {}", on_delete.id()) };
    format!("{sign} {target}{optional}{deletion}")
}

/// Reads `{ many_to_one = "Supplier", … }`.
pub(super) fn long(cx: &Context<'_>, name: &str, entry: &Entry) -> Option<Draft> {
    let what = format!("`relations.{name}`");
    if let Value::String(text) = &entry.node.value
        && is_line(text)
    {
        let problem = Problem::new(format!("{what} must be a table"), entry.node.place.clone());
        cx.problem(problem.label("found the one-line form").note(format!("write `fields.{name} = \"{text}\"`")));
        return None;
    }
    let table = cx.problems.table(&entry.node, &what)?;
    let before = cx.problems.count();
    cx.problems.keys(table, &what, &KEYS, &[]);
    let (kind, target) = target(cx, &entry.node, table, &what)?;
    let text = cx.problems.string(&target.node, "the target of a relation")?;
    let many = kind == RelationKind::ManyToMany;
    for key in LINK_KEYS {
        if many && let Some(entry) = table.get(key) {
            let problem = Problem::new(format!("a many-to-many relation takes no `{key}`"), entry.key.clone());
            cx.problem(problem.note("leave it out: a row may have no links, and those of a deleted row go"));
        }
    }
    let required = match table.get("required") {
        Some(entry) => cx.problems.boolean(&entry.node, "`required`")? && !many,
        None => !many,
    };
    let on_delete = on_delete(cx, table, required)?;
    let inverse = inverse(cx, table);
    let name = Name::new(name);
    let doc = table.get("doc").and_then(|entry| cx.problems.free_text(&entry.node, "`doc`"));
    let was = was(&cx.problems, table, "was", &name, names::is_field_name);
    let target_place = target.node.place.clone();
    let found = target_exists(cx, text, &target_place);
    let relation = Relation { name, kind, target: text.to_owned(), required, on_delete, inverse, doc, was };
    let inverse = table.get("inverse").map(|entry| entry.node.place.clone());
    let required = table.get("required").map_or_else(|| target_place.clone(), |entry| entry.node.place.clone());
    let draft = Draft { relation, key: entry.key.clone(), target: target_place, inverse, required };
    (found && cx.problems.count() == before).then_some(draft)
}

fn target<'t>(cx: &Context<'_>, node: &Node, table: &'t Table, what: &str) -> Option<(RelationKind, &'t Entry)> {
    let mut found = KINDS.into_iter().filter_map(|(key, kind)| Some((kind, table.get(key)?)));
    let Some(first) = found.next() else {
        let problem = Problem::new(format!("{what} names no target"), node.place.clone());
        cx.problem(problem.note("write `many_to_one`, `one_to_one` or `many_to_many` and the entity"));
        return None;
    };
    if let Some((_, second)) = found.next() {
        cx.problem(Problem::new(format!("{what} has two targets"), second.key.clone()).note("keep one of them"));
        return None;
    }
    Some(first)
}

fn on_delete(cx: &Context<'_>, table: &Table, required: bool) -> Option<OnDelete> {
    let Some(entry) = table.get("on_delete") else { return Some(OnDelete::Restrict) };
    let word = cx.problems.word(&entry.node, "`on_delete`", &["restrict", "cascade", "set_null"])?;
    if word == "set_null" && required {
        let problem = Problem::new("`set_null` needs an optional relation", entry.node.place.clone());
        cx.problem(problem.note("add `required = false`"));
        return None;
    }
    ON_DELETE.into_iter().find(|(id, _)| *id == word).map(|(_, action)| action)
}

fn inverse(cx: &Context<'_>, table: &Table) -> Option<Name> {
    let entry = table.get("inverse")?;
    let text = cx.problems.string(&entry.node, "`inverse`")?;
    cx.problems.field_name(text, "an inverse", &entry.node.place).then(|| Name::new(text))
}

fn target_exists(cx: &Context<'_>, target: &str, place: &Place) -> bool {
    if target == USER {
        if !cx.auth {
            let problem = Problem::new("there are no users to refer to", place.clone());
            cx.problem(problem.note("`User` may be a target when `stack.auth` is not \"none\""));
        }
        return cx.auth;
    }
    if cx.entities.contains_key(target) {
        return true;
    }
    let mut known: Vec<&str> = cx.entities.keys().map(String::as_str).collect();
    if cx.auth {
        known.push(USER);
    }
    cx.problem(with_hints(Problem::new(format!("there is no entity `{target}`"), place.clone()), target, &known));
    false
}
