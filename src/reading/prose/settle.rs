//! From what was gathered to the draft: fields and references at last, then everything else.

use super::fields::{Parsed, What};
use super::{Gathered, Reader};
use crate::answers::names::{QUERY_WORDS, SET_BY_SERVICE, USER_KEYS};
use crate::catalog::Framework;
use crate::reading::{Field, Kind, Relation, RelationForm, Value, project_name};
use crate::spec::USER;
use heck::ToLowerCamelCase;
use indexmap::IndexMap;
use std::ops::Range;

/// A reference of this name would be called as the service calls its own.
const OWNER: &str = "owner";

/// Why a field is what it is, where a row is shown.
pub(super) const FROM_EXAMPLE: &str = ", as its example is one";

/// The field of an entity that nobody has described.
const STAND_IN: &str = "name";

/// Takes a field or reference of an entity, under a name that it can have.
pub(super) fn member(reader: &mut Reader<'_>, entity: &str, parsed: Parsed, at: Range<usize>) {
    let Parsed { mut name, what, notes, search, .. } = parsed;
    let camel = name.to_lower_camel_case();
    let path = |name: &str| {
        if entity == USER { format!("auth.user.fields.{name}") } else { format!("entities.{entity}.fields.{name}") }
    };
    if SET_BY_SERVICE.contains(&camel.as_str()) {
        return reader.note(Kind::Understood, at, "", format!("every row has it: `{camel}`"));
    }
    if entity == USER
        && (USER_KEYS.contains(&camel.as_str()) || matches!(camel.as_str(), "username" | "fullName" | "roles"))
    {
        return reader.note(Kind::Understood, at, "", "every account has it");
    }
    if let What::Relation(relation) = &what {
        if camel == OWNER && relation.target == USER {
            return reader.note(Kind::Understood, at, "", "every row has it: `ownerId`, who has made it");
        }
        name = reference(reader, entity, name, &at);
    }
    if QUERY_WORDS.contains(&camel.as_str()) {
        let other = format!("{name}Value");
        reader.note(
            Kind::Assumed,
            at.clone(),
            path(&other),
            format!("every list has a parameter `{name}`; the field is called `{other}`"),
        );
        name = other;
    }
    let path = path(&name);
    let many = matches!(what, What::Many(_));
    if !many {
        reader.note(Kind::Understood, at.clone(), path.clone(), "");
    }
    for (kind, place, text) in notes {
        let path = if kind == Kind::NotUnderstood || kind == Kind::Unsupported { String::new() } else { path.clone() };
        reader.note(kind, place, path, text);
    }
    if let What::Many(target) = &what {
        // The other side holds the reference.
        let (entity, target) = (entity.to_owned(), target.clone());
        let target = reader.gather(&target, at.clone());
        let own = entity.to_lower_camel_case();
        if let Some(gathered) = reader.entities.get_mut(&target) {
            let relation = What::Relation(Relation::new(RelationForm::ManyToOne, entity.clone()));
            gathered.members.entry(own.clone()).or_insert((relation, at.clone()));
        }
        reader.note(
            Kind::Understood,
            at,
            format!("entities.{target}.fields.{own}"),
            format!("many `{target}` refer to one `{entity}`"),
        );
        return;
    }
    if entity == USER {
        reader.gather_silently(USER, at.clone());
    }
    // One of those that are too many.
    let Some(gathered) = reader.entities.get_mut(entity) else { return };
    if search {
        gathered.search.push(name.clone());
    }
    if let Some((before, _)) = gathered.members.insert(name.clone(), (what, at.clone())) {
        let _ = before;
        reader.note(Kind::Assumed, at, path, "said twice; this is the one that counts");
    }
}

/// A name that a reference can have: `ownerId` says who has made a row.
pub(super) fn reference(reader: &mut Reader<'_>, entity: &str, name: String, at: &Range<usize>) -> String {
    if name.to_lower_camel_case() != OWNER {
        return name;
    }
    let other = format!("{entity} owner").to_lower_camel_case();
    let text = format!("`ownerId` says who has made a row; the reference is called `{other}`");
    reader.note(Kind::Assumed, at.clone(), format!("entities.{entity}.fields.{other}"), text);
    other
}

/// Changes a field that was gathered; whether it is one.
pub(super) fn change(reader: &mut Reader<'_>, entity: &str, field: &str, change: impl FnOnce(&mut Field)) -> bool {
    let member = reader.entities.get_mut(entity).and_then(|it| it.members.get_mut(field));
    match member {
        Some((What::Field(field), _)) => {
            change(field);
            true
        }
        Some((What::Relation(relation), _)) => {
            let mut field = Field { optional: relation.optional, ..Field::default() };
            change(&mut field);
            relation.optional = field.optional;
            true
        }
        _ => false,
    }
}

/// Writes everything into the draft.
pub(super) fn settle(reader: &mut Reader<'_>) {
    languages(reader);
    references(reader);
    drop_missing_targets(reader);
    drop_subjects(reader);
    let entities = std::mem::take(&mut reader.entities);
    for (name, gathered) in entities {
        if name == USER {
            user(reader, gathered);
        } else {
            entity(reader, &name, gathered);
        }
    }
    possible(reader);
    name_project(reader);
    for (path, (value, at)) in std::mem::take(&mut reader.later) {
        if !reader.draft.has(&path) || reader.draft.get(&path).is_some() {
            reader.draft.set(path, value, at);
        }
    }
}

/// `categoryId: uuid` refers to a category when there are some.
fn references(reader: &mut Reader<'_>) {
    let names: Vec<String> = reader.entities.keys().cloned().collect();
    let auth = reader.has_auth();
    // A field of which no type is said may be called as an entity.
    let untyped: Vec<String> = reader
        .draft
        .findings
        .iter()
        .filter(|it| it.kind == Kind::Assumed)
        .filter(|it| it.text.starts_with("no type is said") || it.text.ends_with(FROM_EXAMPLE))
        .map(|it| it.path.clone())
        .collect();
    let mut notes = Vec::new();
    for (entity, gathered) in &mut reader.entities {
        let mut members = IndexMap::new();
        for (field, (what, at)) in std::mem::take(&mut gathered.members) {
            let base = field.strip_suffix("Id").filter(|it| !it.is_empty());
            let target = base.and_then(|base| {
                let pascal = heck::ToPascalCase::to_pascal_case(base);
                let person = matches!(base, "user" | "author" | "customer" | "creator" | "assignee" | "account")
                    && !names.contains(&pascal);
                if names.contains(&pascal) && pascal != USER {
                    Some(pascal)
                } else {
                    (person && auth).then(|| USER.to_owned())
                }
            });
            let pascal = heck::ToPascalCase::to_pascal_case(field.as_str());
            let path = format!("entities.{entity}.fields.{field}");
            if names.contains(&pascal) && pascal != *entity && untyped.contains(&path) {
                let mut relation = Relation::new(RelationForm::ManyToOne, pascal.clone());
                relation.optional = matches!(&what, What::Field(it) if it.optional);
                notes.push((at.clone(), path.clone(), path, format!("`{field}` refers to `{pascal}`")));
                members.insert(field, (What::Relation(relation), at));
                continue;
            }
            match (what, base, target) {
                (What::Field(it), Some(base), Some(target))
                    if matches!(it.kind.as_str(), "uuid" | "integer" | "long" | "string") && !it.list =>
                {
                    let mut relation = Relation::new(RelationForm::ManyToOne, target.clone());
                    relation.optional = it.optional;
                    let before = format!("entities.{entity}.fields.{field}");
                    let path = format!("entities.{entity}.fields.{base}");
                    notes.push((at.clone(), before, path, format!("`{field}` refers to `{target}`")));
                    members.insert(base.to_owned(), (What::Relation(relation), at));
                }
                (what, ..) => {
                    members.insert(field, (what, at));
                }
            }
        }
        gathered.members = members;
    }
    for (at, before, path, text) in notes {
        for finding in reader.draft.findings.iter_mut().filter(|it| it.path == before) {
            finding.path.clone_from(&path);
        }
        reader.draft.findings.retain(|it| !(it.path == path && it.kind == Kind::Assumed));
        reader.note(Kind::Assumed, at, path, text);
    }
}

/// A reference to something that nobody describes: the other entity begins there.
fn drop_missing_targets(reader: &mut Reader<'_>) {
    let mut missing: Vec<(String, Range<usize>)> = Vec::new();
    for gathered in reader.entities.values() {
        for (what, at) in gathered.members.values() {
            if let What::Relation(relation) = what
                && !reader.entities.contains_key(&relation.target)
                && !missing.iter().any(|(it, _)| *it == relation.target)
            {
                missing.push((relation.target.clone(), at.clone()));
            }
        }
    }
    for (name, at) in missing {
        if matches!(name.as_str(), "Author" | "Owner" | "Customer" | "Creator" | "Account" | "Member")
            && reader.has_auth()
        {
            for gathered in reader.entities.values_mut() {
                for (what, _) in gathered.members.values_mut() {
                    if let What::Relation(relation) = what
                        && relation.target == name
                    {
                        USER.clone_into(&mut relation.target);
                    }
                }
            }
            reader.note(Kind::Assumed, at, "", format!("`{name}` is an account: nothing else is called so"));
        } else {
            reader.gather(&name, at);
            if !reader.entities.contains_key(&name) {
                let leads = |what: &What| matches!(what, What::Relation(it) if it.target == name);
                for gathered in reader.entities.values_mut() {
                    gathered.members.retain(|_, (what, _)| !leads(what));
                }
            }
        }
    }
}

/// What the project is about, where other entities have fields and this one has none.
fn drop_subjects(reader: &mut Reader<'_>) {
    let described = reader.entities.values().any(|it| !it.members.is_empty());
    let referred = |name: &str| {
        let leads = |what: &What| matches!(what, What::Relation(it) if it.target == name);
        reader.entities.values().flat_map(|it| it.members.values()).any(|(what, _)| leads(what))
    };
    let subject = |it: &(&String, &Gathered)| it.1.subject && it.1.members.is_empty() && !referred(it.0);
    let names: Vec<String> = reader.entities.iter().filter(subject).map(|(name, _)| name.clone()).collect();
    for name in names.into_iter().filter(|_| described) {
        let Some(gathered) = reader.entities.shift_remove(&name) else { continue };
        let path = format!("entities.{name}");
        let below = |it: &str| it.strip_prefix(&path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        reader.draft.findings.retain(|it| !below(&it.path));
        reader.later.retain(|it, _| !below(it));
        reader.note(Kind::Understood, gathered.at, "", "what the project is about; its entities are described below");
    }
}

fn entity(reader: &mut Reader<'_>, name: &str, gathered: Gathered) {
    let Gathered { at, members, mut search, search_all, doc, .. } = gathered;
    let draft = &mut *reader.draft;
    if let Some(doc) = doc {
        draft.set(format!("entities.{name}.doc"), doc, at.clone());
    }
    if members.is_empty() {
        let path = format!("entities.{name}.fields.{STAND_IN}");
        let text = format!("no field of `{name}` is described; a name stands in");
        draft.note(Kind::Open, at.clone(), path.clone(), text);
        draft.set(path, "string 1..100", at.clone());
    }
    let mut texts = Vec::new();
    for (field, (what, at)) in &members {
        match what {
            What::Field(it) => {
                if matches!(it.kind.as_str(), "string" | "text") && !it.list && !it.private {
                    texts.push(field.clone());
                }
                draft.field(name, field, it, at.clone());
            }
            What::Relation(relation) => {
                draft.relation(name, field, relation, at.clone());
            }
            What::Many(_) => {}
        }
    }
    search.retain(|it| texts.contains(it));
    if let Some(place) = search_all {
        if texts.is_empty() {
            draft.note(Kind::NotUnderstood, place, "", format!("`{name}` has no text to search in"));
        } else if search.is_empty() {
            search = texts;
            let words = search.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ");
            draft.note(
                Kind::Understood,
                place,
                format!("entities.{name}.search"),
                format!("words are looked for in {words}"),
            );
        }
    }
    if !search.is_empty() {
        search.dedup();
        draft.set(format!("entities.{name}.search"), Value::texts(search), at);
    }
}

fn user(reader: &mut Reader<'_>, gathered: Gathered) {
    for (field, (what, at)) in gathered.members {
        match what {
            What::Field(it) => {
                let path = format!("auth.user.fields.{field}");
                reader.draft.set(path, it.value(), at);
            }
            What::Relation(_) | What::Many(_) => {
                let text = "accounts refer to nothing; let the other entity refer to `User`";
                reader.note(Kind::Unsupported, at, "", text);
            }
        }
    }
}

/// A language alone chooses a framework; beside one it only has to fit.
fn languages(reader: &mut Reader<'_>) {
    let said = reader.later.get("stack.framework").and_then(|(value, _)| value.text().map(str::to_owned));
    for (language, at) in std::mem::take(&mut reader.languages) {
        let title = reader.catalog.languages.get(&language).map_or(language.clone(), |it| it.title.clone());
        let of_language: Vec<&Framework> =
            reader.catalog.frameworks.values().filter(|it| it.language == language).collect();
        match said.as_deref().and_then(|id| reader.catalog.frameworks.get(id)) {
            Some(framework) if framework.language == language => {
                reader.note(Kind::Understood, at, "", format!("{} is written in it", framework.title));
            }
            Some(framework) => {
                let written = reader.catalog.languages.get(&framework.language).map_or("", |it| &it.title);
                let text = format!("{} is written in {written}", framework.title);
                reader.note(Kind::Unsupported, at, "stack.framework", text);
            }
            None => match of_language.first() {
                Some(first) if !reader.later.contains_key("stack.framework") => {
                    let text = format!("\"{}\", the framework of {title} that is offered first", first.id);
                    reader.note(Kind::Assumed, at.clone(), "stack.framework", text);
                    reader.answer("stack.framework", Value::from(first.id.as_str()), at);
                }
                Some(_) => reader.note(Kind::Understood, at, "", format!("{title}, as said before")),
                None => reader.note(Kind::Unsupported, at, "stack.framework", format!("no framework of {title} yet")),
            },
        }
    }
}

/// Options that the chosen framework cannot do are told, not taken.
fn possible(reader: &mut Reader<'_>) {
    let chosen = reader.later.get("stack.framework").and_then(|(value, _)| value.text().map(str::to_owned));
    let Some(framework) = chosen.and_then(|id| reader.catalog.frameworks.get(&id)) else { return };
    let questions = &reader.catalog.questions;
    let mut told = Vec::new();
    for (question, asked) in questions.iter().filter(|(id, _)| *id != "framework") {
        let path = format!("stack.{question}");
        let Some((value, at)) = reader.later.get_mut(&path) else { continue };
        let can = framework.options(question, questions);
        let (kept, lost): (Vec<String>, Vec<String>) =
            value.words().into_iter().map(str::to_owned).partition(|it| can.contains(&it.as_str()));
        for id in &lost {
            let title = asked.options.iter().find(|it| it.id == *id).map_or(id.as_str(), |it| &it.title);
            let titles: Vec<&str> =
                asked.options.iter().filter(|it| can.contains(&it.id.as_str())).map(|it| it.title.as_str()).collect();
            let place = reader
                .draft
                .findings
                .iter()
                .find(|it| it.path == path && it.text == format!("\"{id}\""))
                .map(|it| it.place.start..it.place.end);
            told.push((
                place.unwrap_or(at.clone()),
                path.clone(),
                id.clone(),
                format!("{} cannot do {title} yet; it can do: {}", framework.title, titles.join(", ")),
            ));
        }
        if asked.many {
            // What needs another option brings it.
            let mut kept = kept;
            for need in kept
                .clone()
                .iter()
                .filter_map(|id| asked.options.iter().find(|it| it.id == *id))
                .flat_map(|it| it.needs.clone())
            {
                if !kept.contains(&need) {
                    kept.insert(0, need);
                }
            }
            if !kept.is_empty() {
                *value = if let [one] = kept.as_slice() { Value::from(one.as_str()) } else { Value::texts(kept) };
                continue;
            }
        } else if lost.is_empty() {
            continue;
        }
        reader.later.shift_remove(&path);
    }
    for (at, path, id, text) in told {
        reader
            .draft
            .findings
            .retain(|it| !(it.kind == Kind::Understood && it.path == path && it.text == format!("\"{id}\"")));
        reader.note(Kind::Unsupported, at, path, text);
    }
}

/// A first heading names the project when nothing else does.
fn name_project(reader: &mut Reader<'_>) {
    if reader.later.contains_key("project.name") {
        return;
    }
    let Some(at) = reader.title.clone() else { return };
    let raw = reader.text()[at.clone()].to_owned();
    // `User stories for "Allotment"`
    let line = reader.text()[at.start..].lines().next().unwrap_or_default();
    let quoted = line.split(['"', '“', '”']).nth(1).filter(|it| !it.trim().is_empty()).map(str::to_owned);
    let raw = quoted.unwrap_or(raw);
    if let Some(name) = project_name(&raw).filter(|it| it.split('-').count() <= 4) {
        reader.note(Kind::Assumed, at.clone(), "project.name", format!("`{name}`, after the heading"));
        reader.answer("project.name", Value::from(name), at);
    }
}
