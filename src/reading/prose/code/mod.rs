//! Code in a document: schemas of the formats that are read by themselves, types as programmers declare them, diagrams, and
//! examples of rows. All of it is read before the text, which may speak of it.

mod declared;
mod diagram;
mod example;
mod typed;

use super::fields::{self, Parsed, What};
use super::phrases::{phrases, whole};
use super::units::{Unit, UnitKind};
use super::words::{Word, WordKind};
use super::{Reader, settle};
use crate::reading::draft::Member;
use crate::reading::{
    Draft, Finding, Format, Kind, Relation, RelationForm, entity_name, field_name, plural, read_schema,
};
use crate::spec::{Place, Source};
use declared::Declared;
use diagram::{Diagram, Drawn, Link};
use heck::{ToLowerCamelCase, ToSnakeCase};
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, OnceLock};
use typed::{Enums, Typed};

/// Whether a stretch of a document without a mark of its own is code that can be read.
pub(super) fn is_code(text: &str) -> bool {
    Format::guess(text) != Format::Prose || declared::declares(text) || diagram::is_diagram(text)
}

/// A type or a table outside of fences has no more bytes than that.
const LONGEST: usize = 20_000;

/// Whether a line outside of fences may be the first one of code.
pub(super) fn begins(line: &str) -> bool {
    let lower: String = line.chars().take(13).collect::<String>().to_ascii_lowercase();
    let opens = ["model ", "entity "].iter().any(|it| lower.starts_with(it)) && line.ends_with('{');
    lower == "create table " || opens || line == "erDiagram" || declared::declares(line)
}

/// Where that code ends, if it is some.
pub(super) fn extent(text: &str, start: usize) -> Option<usize> {
    let mut end = text.len().min(start + LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = &text[..end];
    let rest = &text[start..];
    let paragraph = rest.find("\n\n").unwrap_or(rest.len());
    let length = match rest.split(' ').next()?.to_ascii_lowercase().as_str() {
        "create" => rest.find(';').map_or(paragraph, |it| it + 1),
        "model" | "entity" => rest.find("\n}").map_or(paragraph, |it| it + 2),
        word if word.starts_with("erdiagram") => paragraph,
        _ => return declared::extent(text, start),
    };
    Some(start + length)
}

/// Reads the code of a document; gives the units that hold it.
pub(super) fn read(reader: &mut Reader<'_>, units: &[Unit]) -> BTreeSet<usize> {
    let text = reader.text();
    let mut done = BTreeSet::new();
    let mut schemas: Vec<(Format, Vec<Range<usize>>)> = Vec::new();
    let mut types: Vec<(Declared, bool)> = Vec::new();
    let mut diagrams = Vec::new();
    for (at, unit) in units.iter().enumerate().filter(|(_, it)| it.kind == UnitKind::Code) {
        let code = &text[unit.at.clone()];
        let format = Format::guess(code);
        if format != Format::Prose {
            match schemas.iter_mut().find(|(it, _)| *it == format) {
                Some((_, ranges)) => ranges.push(unit.at.clone()),
                None => schemas.push((format, vec![unit.at.clone()])),
            }
        } else if diagram::is_diagram(code) {
            diagrams.push(diagram::read(text, unit.at.clone()));
        } else if declared::declares(code) {
            // `String!` must be there, so that `String` may be missing.
            let marks = code.lines().any(|it| it.contains(':') && it.trim_end_matches([',', ';']).ends_with('!'));
            let (found, outside) = declared::types(text, unit.at.clone());
            types.extend(found.into_iter().map(|it| (it, marks)));
            for range in outside {
                reader.note(Kind::NotUnderstood, range, "", "of code like this only types are read");
            }
        } else {
            continue;
        }
        done.insert(at);
    }
    for (format, ranges) in schemas {
        schema(reader, format, &ranges);
    }
    declare(reader, &types);
    for diagram in &diagrams {
        draw(reader, diagram);
    }
    done
}

/// A pattern that is made once.
fn regex(cell: &'static OnceLock<Regex>, pattern: &str) -> &'static Regex {
    cell.get_or_init(|| Regex::new(pattern).unwrap_or_else(|error| unreachable!("{error}")))
}

/// Whether some words are a type.
fn is_type(words: &[Word]) -> bool {
    !words.is_empty() && whole(&phrases().types, words).is_some()
}

/// Reads stretches of a document in a format of their own, each where it stands.
fn schema(reader: &mut Reader<'_>, format: Format, ranges: &[Range<usize>]) {
    // Everything else is blank, so that places stay what they are.
    let mut text: Vec<u8> = reader.text().bytes().map(|it| if it == b'\n' { it } else { b' ' }).collect();
    for range in ranges {
        text[range.clone()].copy_from_slice(reader.text()[range.clone()].as_bytes());
    }
    let text = String::from_utf8_lossy(&text).into_owned();
    let mut draft = Draft::new(&Arc::new(Source { name: reader.source.name.clone(), text }));
    read_schema(&mut draft, format, reader.catalog);
    let place = |place: &Place| Place { source: Arc::clone(reader.source), ..place.clone() };
    let findings = draft.findings.iter().map(|it| Finding { place: place(&it.place), ..it.clone() });
    // What a script is written for counts where the text does not say something else.
    let (of_stack, findings): (Vec<Finding>, Vec<Finding>) = findings.partition(|it| it.path.starts_with("stack."));
    reader.draft.findings.extend(findings);
    reader.stack_of_code.extend(of_stack);
    for (path, answer) in draft.answers() {
        let at = answer.place.start..answer.place.end;
        if let Some(entity) = path.strip_prefix("entities.").and_then(|it| it.split('.').next()) {
            reader.gather_silently(entity, at.clone());
        }
        match draft.member(path) {
            Some((entity, name, member)) => {
                let what = match member {
                    Member::Field(field) => What::Field(field.clone()),
                    Member::Relation(relation) => What::Relation(relation.clone()),
                };
                if let Some(gathered) = reader.entities.get_mut(entity) {
                    gathered.members.insert(name.to_owned(), (what, at));
                }
            }
            None if path.starts_with("stack.") => {
                reader.stack_answers.push((path.to_owned(), answer.value.clone(), at));
            }
            None => reader.answer(path, answer.value.clone(), at),
        }
    }
}

/// Parts of names that make another type of one that is kept.
const FORMS: [&str; 14] = [
    "Create", "Update", "Patch", "New", "Input", "Request", "Response", "Payload", "Dto", "DTO", "Schema", "Model",
    "Entity", "Read",
];

/// What a type could be a form of: `CreateBookDto` → `Book`.
fn stripped(name: &str) -> &str {
    let mut name = name;
    loop {
        let shorter = FORMS.iter().find_map(|it| {
            let before = name.strip_prefix(it).filter(|rest| rest.starts_with(|it: char| it.is_ascii_uppercase()));
            before.or(name.strip_suffix(it).filter(|rest| rest.len() > 1))
        });
        match shorter {
            Some(rest) => name = rest,
            None => return name,
        }
    }
}

/// Types that code declares.
fn declare(reader: &mut Reader<'_>, types: &[(Declared, bool)]) {
    let text = reader.text();
    let name = |it: &Range<usize>| text[it.clone()].to_owned();
    let enums: Enums = types
        .iter()
        .filter(|(it, _)| !it.values.is_empty())
        .map(|(it, _)| (name(&it.name), it.values.clone()))
        .collect();
    let known: BTreeMap<String, &Declared> =
        types.iter().filter(|(it, _)| it.values.is_empty()).map(|(it, _)| (name(&it.name), it)).collect();
    // `UpdateLog` alone is no form of a log.
    let mut forms: BTreeMap<&str, usize> = BTreeMap::new();
    for it in known.keys() {
        *forms.entry(stripped(it)).or_default() += 1;
    }
    let kept = |name: &str| -> String {
        let base = stripped(name);
        let sure = known.contains_key(base)
            || forms.get(base).is_some_and(|it| *it > 1)
            || name.to_lowercase().ends_with("dto");
        if sure { base.to_owned() } else { name.to_owned() }
    };
    let used: BTreeSet<String> = types.iter().flat_map(|(it, _)| &it.bases).map(name).collect();
    let mut made: BTreeSet<String> = BTreeSet::new();
    let mut lists = Vec::new();
    for (declared, marks) in types {
        let called = name(&declared.name);
        let base = kept(&called);
        let base = base.as_str();
        let told = if !declared.values.is_empty() {
            Some("its values are those of the fields that have it".to_owned())
        } else if matches!(called.as_str(), "Query" | "Mutation" | "Subscription") {
            Some("every entity is listed, read, created, updated and deleted".to_owned())
        } else if used.contains(&called)
            && (called.ends_with("Base") || called.starts_with("Base") || called.starts_with("Abstract"))
        {
            Some("its fields are those of the types that come of it".to_owned())
        } else if base != called
            && (known.contains_key(base) || made.contains(base) || reader.entities.contains_key(base))
        {
            Some(format!("a form of `{base}`, which is what is kept"))
        } else {
            None
        };
        if let Some(told) = told {
            reader.note(Kind::Understood, declared.name.clone(), "", told);
            continue;
        }
        let inherited = declared.bases.iter().filter_map(|it| known.get(&text[it.clone()]));
        let attributes: Vec<_> = inherited.flat_map(|it| &it.attributes).chain(&declared.attributes).collect();
        for rest in &declared.rest {
            reader.note(Kind::NotUnderstood, rest.clone(), "", "only the fields of a type are read");
        }
        let Some(entity) = entity_name(base).filter(|_| !attributes.is_empty()) else {
            if declared.rest.is_empty() {
                reader.note(Kind::NotUnderstood, declared.name.clone(), "", "a type without fields is nothing to keep");
            }
            continue;
        };
        let entity = reader.gather(&entity, declared.name.clone());
        made.insert(base.to_owned());
        for attribute in attributes {
            let typed = typed::typed(text, attribute, &enums, *marks);
            let target = typed.target.as_deref().filter(|it| known.contains_key(&kept(it)) || known.contains_key(*it));
            match target {
                Some(target) => {
                    let target = entity_name(&kept(target)).unwrap_or_default();
                    if typed.list {
                        lists.push((entity.clone(), target, attribute.name.clone(), attribute.at.clone()));
                    } else {
                        let mut relation = Relation::new(RelationForm::ManyToOne, target);
                        relation.optional = typed.optional;
                        refer(reader, &entity, &text[attribute.name.clone()], relation, &attribute.at);
                    }
                }
                None => member(reader, &entity, &typed, &attribute.at),
            }
            for missed in typed.missed {
                reader.note(Kind::NotUnderstood, missed, "", "not understood as part of the field");
            }
        }
    }
    many(reader, &lists);
}

/// A field in the words of a list.
fn member(reader: &mut Reader<'_>, entity: &str, typed: &Typed, at: &Range<usize>) {
    match fields::field(reader.text(), &typed.words) {
        Some(parsed) => reader.member(entity, parsed, at.clone()),
        None => reader.note(Kind::NotUnderstood, at.clone(), "", "nothing could be made of it"),
    }
}

/// A reference.
fn refer(reader: &mut Reader<'_>, entity: &str, name: &str, relation: Relation, at: &Range<usize>) {
    let Some(name) = field_name(name) else {
        return reader.note(Kind::NotUnderstood, at.clone(), "", "nothing could be made of it");
    };
    let name = name.strip_suffix("Id").filter(|it| !it.is_empty()).unwrap_or(&name).to_owned();
    let what = What::Relation(relation);
    let parsed = Parsed { name, what, notes: Vec::new(), search: false, sure: true, typed: true };
    reader.member(entity, parsed, at.clone());
}

/// Lists of other types: those refer to this one, or both to each other.
fn many(reader: &mut Reader<'_>, lists: &[(String, String, Range<usize>, Range<usize>)]) {
    let mut first: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (index, (entity, target, ..)) in lists.iter().enumerate() {
        first.entry((entity, target)).or_insert(index);
    }
    let mut refers: BTreeSet<(String, String)> = BTreeSet::new();
    for (entity, gathered) in &reader.entities {
        for (what, _) in gathered.members.values() {
            if let What::Relation(relation) = what {
                refers.insert((entity.clone(), relation.target.clone()));
            }
        }
    }
    for (index, (entity, target, name, at)) in lists.iter().enumerate() {
        let mutual = first.get(&(target.as_str(), entity.as_str())).copied().filter(|_| entity != target);
        if refers.contains(&(target.clone(), entity.clone())) || mutual.is_some_and(|it| it < index) {
            let text = format!("the other side of what `{target}` refers to");
            reader.note(Kind::Understood, at.clone(), "", text);
        } else if mutual.is_some() {
            let relation = Relation::new(RelationForm::ManyToMany, target.clone());
            let name = reader.text()[name.clone()].to_owned();
            refer(reader, entity, &name, relation, at);
        } else {
            refers.insert((target.clone(), entity.clone()));
            let parsed = Parsed {
                name: target.to_lower_camel_case(),
                what: What::Many(target.clone()),
                notes: Vec::new(),
                search: false,
                sure: true,
                typed: true,
            };
            reader.member(entity, parsed, at.clone());
        }
    }
}

/// What a diagram shows.
fn draw(reader: &mut Reader<'_>, diagram: &Diagram) {
    let text = reader.text();
    let entity_of = |it: &Range<usize>| entity_name(&text[it.clone()]);
    let label_of = |link: &Link| link.label.as_ref().and_then(|it| field_name(&text[it.clone()]));
    for rest in &diagram.rest {
        reader.note(Kind::NotUnderstood, rest.clone(), "", "not understood as part of the diagram");
    }
    // What the references of an entity can be called that are drawn, and the keys that it has.
    let (mut drawn, mut keys) = (BTreeSet::new(), BTreeSet::new());
    for link in &diagram.links {
        let (Some(left), Some(right)) = (entity_of(&link.left.0), entity_of(&link.right.0)) else { continue };
        for (own, other) in [(&left, &right), (&right, &left)] {
            let called = std::iter::once(other.to_lower_camel_case()).chain(label_of(link));
            drawn.extend(called.map(|it| (own.clone(), it)));
        }
    }
    for Drawn { name, attributes } in &diagram.entities {
        let Some(entity) = entity_of(name) else {
            reader.note(Kind::NotUnderstood, name.clone(), "", "no entity can be called so");
            continue;
        };
        let entity = reader.gather(&entity, name.clone());
        for (attribute, key) in attributes {
            if key.foreign
                && let Some(name) = field_name(&text[attribute.name.clone()])
                && let Some(base) = name.strip_suffix("Id").map(str::to_owned)
            {
                // The line between the two says more than the key.
                let told = drawn.contains(&(entity.clone(), base.clone()));
                keys.insert((entity.clone(), base));
                if told {
                    reader.note(Kind::Understood, attribute.at.clone(), "", "the key of a reference that is drawn");
                    continue;
                }
            }
            let mut typed = typed::typed(text, attribute, &Enums::new(), false);
            if key.unique {
                let at = attribute.kind.end;
                let word = |stem: &str, kind| Word { at: at..at, stem: stem.to_owned(), kind };
                typed.words.extend([word(",", WordKind::Sign), word("unique", WordKind::Name)]);
            }
            member(reader, &entity, &typed, &attribute.at);
        }
    }
    for link in &diagram.links {
        let (Some(left), Some(right)) = (entity_of(&link.left.0), entity_of(&link.right.0)) else {
            reader.note(Kind::NotUnderstood, link.at.clone(), "", "no entity can be called so");
            continue;
        };
        let left = reader.gather(&left, link.left.0.clone());
        let right = reader.gather(&right, link.right.0.clone());
        // The side of which there are many refers to the other one.
        let (own, target, optional, form) = match (link.left.1.many, link.right.1.many) {
            (true, true) => (left, right, false, RelationForm::ManyToMany),
            (true, false) => (left, right, link.right.1.optional, RelationForm::ManyToOne),
            (false, true) => (right, left, link.left.1.optional, RelationForm::ManyToOne),
            (false, false) if link.left.1.optional => (left, right, link.right.1.optional, RelationForm::OneToOne),
            (false, false) => (right, left, link.left.1.optional, RelationForm::OneToOne),
        };
        let usual = target.to_lower_camel_case();
        let taken = reader.entities.get(&own).is_some_and(|it| it.members.contains_key(&usual));
        let name = match label_of(link) {
            Some(label) if taken || own == target || keys.contains(&(own.clone(), label.clone())) => label,
            _ if form == RelationForm::ManyToMany => plural(&target.to_snake_case()),
            _ => usual,
        };
        let mut relation = Relation::new(form, target);
        relation.optional = optional || own == relation.target;
        refer(reader, &own, &name, relation, &link.at);
    }
}

/// Words around the name of what an example shows.
const AROUND: [&str; 16] = [
    "example",
    "sample",
    "look",
    "like",
    "this",
    "json",
    "object",
    "record",
    "row",
    "document",
    "following",
    "follow",
    "typical",
    "here",
    "one",
    "entity",
];

/// An example of a row below a line that names what it is; whether it was one.
pub(super) fn example(reader: &mut Reader<'_>, units: &[Unit], at: usize) -> bool {
    let Some(above) = at.checked_sub(1).map(|it| &units[it]) else { return false };
    let Some(keys) = example::keys(reader.text(), units[at].at.clone()) else { return false };
    let says = |it: &&Word| {
        it.kind == WordKind::Name && !phrases().filler.contains(&it.stem) && !AROUND.contains(&it.stem.as_str())
    };
    let names: Vec<&Word> = above.words.iter().filter(says).collect();
    let (Some(first), Some(last)) = (names.first(), names.last()) else { return false };
    let range = first.at.start..last.at.end;
    let together = names.len() <= 3 && reader.text()[range.clone()].split_whitespace().count() == names.len();
    let Some(entity) = entity_name(&reader.text()[range.clone()]).filter(|_| together) else { return false };
    let entity = reader.gather(&entity, range);
    // The line only names what is shown.
    let line = above.at.clone();
    let vain = |it: &Finding| it.kind == Kind::NotUnderstood && line.contains(&it.place.start);
    reader.draft.findings.retain(|it| !vain(it));
    for (at, field) in keys {
        let raw = &reader.text()[at.clone()];
        let Some(name) = field_name(raw) else {
            reader.note(Kind::NotUnderstood, at, "", "no field can be called so");
            continue;
        };
        if reader.entities.get(&entity).is_some_and(|it| it.members.contains_key(&name)) {
            continue;
        }
        let note = (Kind::Assumed, at.clone(), format!("`{}`{}", field.kind, settle::FROM_EXAMPLE));
        let what = What::Field(field);
        let parsed = Parsed { name, what, notes: vec![note], search: false, sure: true, typed: true };
        settle::member(reader, &entity, parsed, at);
    }
    true
}
