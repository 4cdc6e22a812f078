//! The two ways of writing one answers file: fields and relations in one line each, or in the long form.
//!
//! The text is edited where something changes and stays as it is elsewhere, so comments, blank lines and the order in
//! which a person arranged things survive.

mod edits;
mod field;
mod relation;

use super::check::Context;
use super::tree::{self, Entry, Node, Table, Value};
use super::{Catalogue, Input, Problem};
use edits::Edits;

/// How fields and relations are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One line wherever it can say the same: `"decimal > 0"`.
    Short,
    /// Always `{ type = "decimal", above = 0 }`.
    Long,
}

/// Rewrites TOML; other formats are the caller's to refuse. Trailing spaces, repeated blank lines and a missing newline at the
/// end are mended too.
///
/// Only what is rewritten is checked: the syntax, and every field and relation. The meaning of the whole is
/// [`super::read`]'s business.
pub fn rewrite(input: &Input, form: Form) -> Result<String, Vec<Problem>> {
    let input = input.clone().without_mark();
    let root = tree::parse(&input)?;
    let text = &input.source.text;
    let catalogue = Catalogue::default();
    let cx = Context::new(&catalogue);
    let mut edits = Edits::new(text);
    for fields in field_tables(&root) {
        for (name, entry) in fields {
            field::rewrite(&cx, &mut edits, name, entry, form);
        }
    }
    for entity in children(child(&root, "entities")) {
        relation::rewrite(&cx, &mut edits, entity, form);
    }
    let problems = cx.finish().0;
    if !problems.is_empty() {
        return Err(problems);
    }
    let rewritten = edits.apply();
    let source = Input::from_text(input.source.name.clone(), input.format, rewritten);
    let root = tree::parse(&source)?;
    let mut kept = Vec::new();
    long_strings(&root, &mut kept);
    Ok(edits::tidy(&source.source.text, &kept))
}

/// Every table whose members are fields.
fn field_tables(root: &Node) -> Vec<&Table> {
    let mut found = Vec::new();
    for entity in children(child(root, "entities")) {
        found.extend(table(child(entity, "fields")));
        for command in children(child(entity, "commands")) {
            found.extend(table(child(command, "input")));
        }
    }
    let user = child(root, "auth").and_then(|auth| child(auth, "user"));
    found.extend(table(user.and_then(|user| child(user, "fields"))));
    for (section, key) in [("jobs", "input"), ("events", "payload")] {
        found.extend(children(child(root, section)).filter_map(|node| table(child(node, key))));
    }
    for integration in children(child(root, "integrations")) {
        for operation in children(child(integration, "operations")) {
            found.extend(["input", "output"].into_iter().filter_map(|key| table(child(operation, key))));
        }
    }
    found
}

fn child<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    table(Some(node))?.get(key).map(|entry| &entry.node)
}

fn table(node: Option<&Node>) -> Option<&Table> {
    match &node?.value {
        Value::Table(table) => Some(table),
        _ => None,
    }
}

fn children(node: Option<&Node>) -> impl Iterator<Item = &Node> {
    table(node).into_iter().flat_map(|table| table.values().map(|entry| &entry.node))
}

/// Where strings over several lines stand: nothing is tidied inside them.
fn long_strings(node: &Node, found: &mut Vec<std::ops::Range<usize>>) {
    match &node.value {
        Value::String(_) => found.push(node.place.start..node.place.end),
        Value::Array(items) => items.iter().for_each(|item| long_strings(item, found)),
        Value::Table(table) => table.values().for_each(|Entry { node, .. }| long_strings(node, found)),
        _ => {}
    }
}
