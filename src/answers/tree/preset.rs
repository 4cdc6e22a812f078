//! `preset = "ecommerce"`: a ready set of answers beneath the person's own.

use super::{Node, Table, Value, parse};
use crate::answers::check::with_hints;
use crate::answers::{Catalogue, Format, Input, Problem};
use crate::spec::Place;

/// Tables that are joined key by key; what stands below them is taken as a whole: a field, an enumeration, a list.
const JOINED: [&[&str]; 17] = [
    &["api"],
    &["defaults"],
    &["auth"],
    &["auth", "user"],
    &["auth", "user", "fields"],
    &["enums"],
    &["entities"],
    &["entities", "*"],
    &["entities", "*", "access"],
    &["entities", "*", "fields"],
    &["entities", "*", "relations"],
    &["entities", "*", "commands"],
    &["jobs"],
    &["events"],
    &["handlers"],
    &["integrations"],
    &["webhooks"],
];

/// Takes `preset` out of the tree and lays the answers it names beneath; gives what messages call their text.
pub(in crate::answers) fn lay_beneath(
    root: &mut Node,
    catalogue: &Catalogue<'_>,
    problems: &mut Vec<Problem>,
) -> Option<String> {
    let Value::Table(own) = &mut root.value else { return None };
    let entry = own.shift_remove("preset")?;
    let place = entry.node.place.clone();
    let ids: Vec<&str> = catalogue.presets.iter().map(|preset| preset.id).collect();
    let Value::String(id) = &entry.node.value else {
        let problem =
            Problem::new("`preset` must be a string", place).label(format!("found {}", entry.node.describe()));
        problems.push(problem.note(format!("allowed: {}", ids.join(", "))));
        return None;
    };
    let Some(preset) = catalogue.preset(id) else {
        problems.push(with_hints(Problem::new(format!("unknown preset `{id}`"), place), id, &ids));
        return None;
    };
    let name = format!("preset {id}");
    match parse(&Input::from_text(&name, Format::Toml, preset.text.to_owned())) {
        Ok(Node { value: Value::Table(mut under), .. }) => {
            under.shift_remove("preset");
            let above = std::mem::take(own);
            join(&mut under, above, &mut Vec::new());
            *own = under;
        }
        Ok(_) => {}
        Err(mut found) => problems.append(&mut found),
    }
    Some(name)
}

/// Puts the person's answers onto the preset's. What both have keeps the preset's place in the order, and the person's value.
fn join(under: &mut Table, above: Table, path: &mut Vec<String>) {
    for (key, entry) in above {
        path.push(key.clone());
        match under.get_mut(&key) {
            None => drop(under.insert(key, entry)),
            Some(present) => match (&mut present.node.value, entry.node.value) {
                (Value::Table(under), Value::Table(mut above)) if joins(path) => {
                    if path.len() == 2 && path[0] == "entities" {
                        other_kind(under, &above);
                    }
                    present.key = entry.key;
                    present.node.place = entry.node.place;
                    join(under, std::mem::take(&mut above), path);
                }
                (_, value) => {
                    present.key = entry.key;
                    present.node = Node { value, place: entry.node.place };
                }
            },
        }
        path.pop();
    }
}

fn joins(path: &[String]) -> bool {
    let fits = |pattern: &[&str]| {
        pattern.len() == path.len() && pattern.iter().zip(path).all(|(part, key)| *part == "*" || part == key)
    };
    JOINED.iter().any(|pattern| fits(pattern))
}

/// A person's field takes the place of the preset's relation of that name, and the other way round.
fn other_kind(under: &mut Table, above: &Table) {
    for (mine, theirs) in [("fields", "relations"), ("relations", "fields")] {
        let Some(Value::Table(names)) = above.get(mine).map(|entry| &entry.node.value) else { continue };
        if let Some(Value::Table(members)) = under.get_mut(theirs).map(|entry| &mut entry.node.value) {
            members.retain(|name, _| !names.contains_key(name));
        }
    }
}

/// Tells of a problem in the preset's own text that the person's answers must have caused it.
pub(in crate::answers) fn explain(problem: Problem, preset: Option<&str>) -> Problem {
    let inside = |place: &Place| Some(place.source.name.as_str()) == preset;
    if inside(&problem.place) {
        return problem
            .note("this line is the preset's: give its key a value in your own file, or undo what it refers to");
    }
    problem
}
