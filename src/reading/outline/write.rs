//! Settled answers into a draft.

use super::settle::Settled;
use super::{Outline, Span, Tally, settle};
use crate::catalog::{Catalog, Framework};
use crate::reading::{Draft, Kind, Value};

/// More findings than these nobody reads.
const MOST_NOTES: usize = 20_000;

/// Gives a draft what an outline becomes.
pub(crate) fn write(outline: &Outline, draft: &mut Draft, catalog: &Catalog) -> Tally {
    let Settled { answers, entities, user_fields, notes, tally } = settle::settle(outline);
    for (path, value, span) in answers {
        setting(draft, catalog, path, value, span);
    }
    for (name, field, span) in user_fields {
        draft.set(format!("auth.user.fields.{name}"), field.value(), span);
    }
    for entity in entities {
        let path = format!("entities.{}", entity.name);
        // An entity without fields must be there, too.
        if let Some(doc) = entity.doc {
            draft.set(format!("{path}.doc"), doc, entity.span.clone());
        }
        for (key, value) in entity.settings {
            draft.set(format!("{path}.{key}"), value, entity.span.clone());
        }
        if entity.fields.is_empty() && entity.relations.is_empty() && !draft.has(&path) {
            draft.set(format!("{path}.doc"), String::new(), entity.span.clone());
        }
        for (name, field, span) in &entity.fields {
            draft.field(&entity.name, name, field, span.clone());
        }
        for (name, relation, span) in &entity.relations {
            draft.relation(&entity.name, name, relation, span.clone());
        }
        for (expression, span) in entity.rules {
            let message = format!("{expression} must hold");
            let rule = Value::table([("check", Value::from(expression)), ("message", Value::from(message))]);
            draft.add(&format!("{path}.rules"), rule, span);
        }
    }
    if draft.entities().is_empty() {
        draft.note(Kind::NotUnderstood, 0..0, "", "there is no table, model or entity in it");
    }
    let rest = notes.len().saturating_sub(MOST_NOTES);
    for note in notes.into_iter().take(MOST_NOTES) {
        draft.note(note.kind, note.span, note.path, note.text);
    }
    if rest > 0 {
        draft.note(
            Kind::Unsupported,
            0..0,
            "",
            format!("{rest} more findings are not listed: the document is too long"),
        );
    }
    tally
}

/// An answer outside of entities. One of `[stack]` must be an option that some framework has.
fn setting(draft: &mut Draft, catalog: &Catalog, path: String, value: Value, span: Span) {
    if let Some(known) = draft.get(&path) {
        if *known != value {
            draft.note(Kind::Unsupported, span, path, "a project is one service: what was said first counts");
        }
        return;
    }
    let value = match path.strip_prefix("stack.") {
        None => value,
        Some(question) => {
            let offered = |id: &str| {
                let option = catalog.questions.get(question).is_some_and(|it| it.options.iter().any(|it| it.id == id));
                let offers = |it: &Framework| it.supports.get(question).is_none_or(|it| it.contains(id));
                option && catalog.frameworks.values().any(offers)
            };
            let words: Vec<String> = value.words().into_iter().map(str::to_owned).collect();
            let (known, unknown): (Vec<String>, Vec<String>) = words.into_iter().partition(|it| offered(it));
            for id in unknown {
                let text = format!("`{id}` is left out: no framework offers it");
                draft.note(Kind::Unsupported, span.clone(), path.clone(), text);
            }
            match known.as_slice() {
                [] => return,
                [one] => Value::from(one.as_str()),
                _ => Value::texts(known),
            }
        }
    };
    // Enumerations are told where their values are.
    if !path.starts_with("enums.") {
        draft.note(Kind::Understood, span.clone(), path.clone(), value.to_string());
    }
    draft.set(path, value, span);
}
