//! Relations in both forms.

use super::edits::Edits;
use super::{Form, child, table};
use crate::answers::canonical;
use crate::answers::check::{Context, both_forms, is_line, line_of};
use crate::answers::tree::{Entry, Node, Value};

/// Rewrites the relations of one entity. Those of `fields` come before those of `relations`: none is moved over another
/// one. Only keys with dots (`relations.supplier = …`) can be moved; sections stay sections.
pub(super) fn rewrite(cx: &Context<'_>, edits: &mut Edits<'_>, entity: &Node, form: Form) {
    let members = |key| table(child(entity, key)).into_iter().flatten();
    let lines: Vec<(&String, &Entry, &str)> = members("fields")
        .filter_map(|(name, entry)| match &entry.node.value {
            Value::String(text) if is_line(text) => Some((name, entry, text.as_str())),
            _ => None,
        })
        .collect();
    let tables: Vec<(&String, &Entry)> = members("relations").collect();
    let dotted = |key| members(key).all(|(_, entry)| edits.word_before(&entry.key, key).is_some());
    let movable = dotted("fields") && dotted("relations");
    let last_line = lines.last().map_or(0, |(_, entry, _)| entry.key.start);
    let first_table = tables.first().map_or(usize::MAX, |(_, entry)| entry.key.start);
    let expands = form == Form::Long && movable && last_line < first_table;
    for (name, entry, text) in lines {
        let node = &entry.node;
        let Some((line, long)) = both_forms(cx, name, entry, text) else { continue };
        if let (true, Some(word)) = (expands, edits.word_before(&entry.key, "fields")) {
            edits.put(word, "relations".to_owned());
            edits.replace(&node.place, long);
        } else {
            edits.replace(&node.place, canonical::text(&line));
        }
    }
    if form == Form::Long || !movable || last_line > first_table {
        return;
    }
    for (_, entry) in tables {
        let line = table(Some(&entry.node)).filter(|_| edits.is_inline(&entry.node)).and_then(line_of);
        let (Some(line), Some(word)) = (line, edits.word_before(&entry.key, "relations")) else { return };
        edits.put(word, "fields".to_owned());
        edits.replace(&entry.node.place, canonical::text(&line));
    }
}
