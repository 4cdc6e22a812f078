//! From an outline to answers: names that answers take, what the service keeps itself, nothing that clashes.

use super::columns::{self, Member};
use super::names::{self, Taken};
use super::{MOST_MEMBERS, MOST_TABLES, Note, Outline, Span, Table, Tally, Word, links};
use crate::answers::names::{MOST_ENTITIES, OWN_TYPES, RESERVED_ENTITIES, TAKEN_PATHS};
use crate::reading::{Field, Kind, Relation, RelationForm, Value};
use crate::spec::name::plural;
use crate::spec::{Name, USER};
use std::collections::{BTreeMap, BTreeSet};

/// What an outline became.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    /// Answers with their keys, in order.
    pub(crate) answers: Vec<(String, Value, Span)>,
    pub(crate) entities: Vec<Entity>,
    /// What the accounts get besides what they have.
    pub(crate) user_fields: Vec<(String, Field, Span)>,
    pub(crate) notes: Vec<Note>,
    pub(crate) tally: Tally,
}

/// An entity in the making.
#[derive(Debug)]
pub(crate) struct Entity {
    pub(crate) name: String,
    pub(crate) span: Span,
    pub(crate) doc: Option<String>,
    pub(crate) settings: Vec<(&'static str, Value)>,
    pub(crate) fields: Vec<(String, Field, Span)>,
    pub(crate) relations: Vec<(String, Relation, Span)>,
    pub(crate) rules: Vec<(String, Span)>,
}

/// What a table becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    Entity(String),
    /// The accounts that every service with tokens has.
    Accounts,
    /// The links of a many-to-many relation: the positions of its two references.
    Links(usize, usize),
    /// There are too many.
    Dropped,
}

/// The state of one settling.
pub(super) struct Settling<'o> {
    pub(super) outline: &'o Outline,
    pub(super) fates: Vec<Fate>,
    /// Table name → position.
    pub(super) positions: BTreeMap<&'o str, usize>,
    /// Enumeration of the document → its name here; `None` when it became a string.
    pub(super) enums: BTreeMap<&'o str, Option<String>>,
    /// The values of each, as they are written in answers.
    pub(super) values: BTreeMap<&'o str, Vec<String>>,
    pub(super) types: Taken,
    /// Enumerations of fields that need a name, as their values have labels.
    pub(super) extra_enums: Vec<(String, Value, Span)>,
    pub(super) notes: Vec<Note>,
    /// Notes that would be the same for many: text → first place, how many.
    common: BTreeMap<String, (Span, usize)>,
    pub(super) tally: Tally,
}

/// Makes answers of an outline.
pub(crate) fn settle(outline: &Outline) -> Settled {
    let mut settling = Settling::new(outline);
    settling.enumerations();
    let mut members: Vec<Vec<Member>> = Vec::new();
    for position in 0..outline.tables.len() {
        members.push(columns::members(&mut settling, position));
    }
    let mut entities = settling.entities(members);
    links::settle(&mut settling, &mut entities);
    settling.finish(entities)
}

impl<'o> Settling<'o> {
    fn new(outline: &'o Outline) -> Self {
        let mut types = Taken::default();
        OWN_TYPES.iter().chain(&RESERVED_ENTITIES).for_each(|name| types.take(name));
        let mut settling = Self {
            outline,
            fates: Vec::new(),
            positions: BTreeMap::new(),
            enums: BTreeMap::new(),
            values: BTreeMap::new(),
            types,
            extra_enums: Vec::new(),
            notes: outline.notes.clone(),
            common: BTreeMap::new(),
            tally: Tally::default(),
        };
        for (position, table) in outline.tables.iter().enumerate() {
            settling.positions.entry(&table.name).or_insert(position);
        }
        outline.aside.iter().for_each(|kind| settling.tally.tables.add(*kind));
        if let Some((span, count)) = &outline.beyond {
            let text = format!("{count} more tables are left out: no more than {MOST_TABLES} are looked at");
            settling.note(Kind::Unsupported, span, "", text);
            (0..*count).for_each(|_| settling.tally.tables.add(Kind::Unsupported));
        }
        settling.tables();
        settling
    }

    /// Says something of one place.
    pub(super) fn note(&mut self, kind: Kind, span: &Span, path: impl Into<String>, text: impl Into<String>) {
        self.notes.push(Note { kind, span: span.clone(), path: path.into(), text: text.into() });
    }

    /// Says something that holds for many places once.
    pub(super) fn rule(&mut self, span: &Span, text: &str) {
        let (_, count) = self.common.entry(text.to_owned()).or_insert_with(|| (span.clone(), 0));
        *count += 1;
    }

    /// The names of all tables.
    fn tables(&mut self) {
        let mut paths = Taken::default();
        for path in TAKEN_PATHS {
            paths.take(&path.replace('-', "_"));
        }
        let mut entities = 0;
        let referred: BTreeSet<&str> =
            self.outline.tables.iter().flat_map(|it| &it.references).map(|it| it.target.as_str()).collect();
        for position in 0..self.outline.tables.len() {
            let table = &self.outline.tables[position];
            let wanted = names::pascal(&table.name, true);
            let fate = if wanted == USER && !self.fates.contains(&Fate::Accounts) {
                Fate::Accounts
            } else if let Some((left, right)) = links::is_link_table(table, &self.positions, &referred) {
                Fate::Links(left, right)
            } else if entities == MOST_ENTITIES {
                Fate::Dropped
            } else {
                entities += 1;
                Fate::Entity(self.entity_name(&wanted, &mut paths))
            };
            self.tell_table(table, &fate, &wanted);
            self.fates.push(fate);
        }
    }

    fn tell_table(&mut self, table: &Table, fate: &Fate, wanted: &str) {
        let kind = match fate {
            Fate::Dropped => {
                let text = format!("`{}` is left out: a project has at most {MOST_ENTITIES} entities", table.name);
                self.note(Kind::Unsupported, &table.span, "", text);
                Kind::Unsupported
            }
            Fate::Accounts => {
                let text = "the accounts that the service has itself: sign-in, roles and tokens come with it";
                self.note(Kind::Assumed, &table.span, "auth.user", text);
                Kind::Assumed
            }
            // Told with the relation.
            Fate::Links(..) => Kind::Understood,
            Fate::Entity(name) if name != wanted => {
                let text = format!(
                    "`{}` becomes `{name}`: the service has a `{wanted}` of its own, or two tables would be one",
                    table.name
                );
                self.note(Kind::Assumed, &table.span, format!("entities.{name}"), text);
                Kind::Assumed
            }
            Fate::Entity(name) => {
                if *name != table.name {
                    let example =
                        format!("names of entities are singular and in PascalCase: `{}` is `{name}`", table.name);
                    self.once("entities", &table.span, &example);
                }
                self.note(Kind::Understood, &table.span, format!("entities.{name}"), "an entity");
                Kind::Understood
            }
        };
        self.tally.tables.add(kind);
    }

    /// Says a rule with the first example of it.
    pub(super) fn once(&mut self, rule: &str, span: &Span, example: &str) {
        let known = self.common.keys().find(|it| it.starts_with(&format!("{rule}\u{0}"))).cloned();
        let key = known.unwrap_or_else(|| format!("{rule}\u{0}{example}"));
        self.rule(span, &key);
    }

    /// A name that is free as a type, a path and a table.
    fn entity_name(&mut self, wanted: &str, paths: &mut Taken) -> String {
        let parts = ["", "List", "Create", "Replace", "Patch"];
        let free = |name: &str| {
            let many = plural(&Name::new(name).snake());
            parts.iter().all(|part| self.types.free(&format!("{name}{part}")))
                && paths.free(&many)
                && paths.free(&Name::new(name).snake())
        };
        let name = if free(wanted) { wanted.to_owned() } else { names::numbered(&names::with(wanted, "record"), free) };
        for part in parts {
            self.types.take(&format!("{name}{part}"));
        }
        paths.take(&Name::new(&name).snake());
        paths.take(&plural(&Name::new(&name).snake()));
        name
    }

    /// The enumerations of the document: those that something uses, and those that nothing does.
    fn enumerations(&mut self) {
        for it in &self.outline.enums {
            if self.enums.contains_key(it.name.as_str()) {
                let text = format!("`{}` is declared twice; the first one counts", it.name);
                self.note(Kind::NotUnderstood, &it.span, "", text);
                continue;
            }
            let wanted = names::pascal(&it.name, false);
            let path = format!("enums.{wanted}");
            let Some(words) = self.words(&it.values, &it.span, &path) else {
                self.enums.insert(&it.name, None);
                continue;
            };
            let name = if self.types.free(&wanted) {
                wanted
            } else {
                let name = names::numbered(&names::with(&wanted, "kind"), |name| self.types.free(name));
                let text = format!("the enumeration `{}` becomes `{name}`, as the name is taken", it.name);
                self.note(Kind::Assumed, &it.span, format!("enums.{name}"), text);
                name
            };
            self.types.take(&name);
            self.values.insert(&it.name, words.iter().map(|(value, _)| value.clone()).collect());
            self.enums.insert(&it.name, Some(name));
        }
    }

    /// The values of an enumeration as answers write them; `None` when it cannot be one.
    pub(super) fn words(&mut self, words: &[Word], span: &Span, path: &str) -> Option<Vec<(String, Option<String>)>> {
        const MOST: usize = 100;
        if words.len() > MOST_MEMBERS {
            let text = format!(
                "an enumeration has at most {MOST} values; this one has {} and is taken as a string",
                words.len()
            );
            self.note(Kind::Assumed, span, path, text);
            return None;
        }
        if words.is_empty() {
            self.note(Kind::Assumed, span, path, "an enumeration without values is taken as a string");
            return None;
        }
        let mut taken = Taken::default();
        let mut found: Vec<(String, Option<String>)> = Vec::new();
        for word in words {
            let wanted = names::value(&word.value);
            let key = |text: &str| Name::new(text).snake();
            let free = |name: &str| taken.free(&key(name)) && !key(name).is_empty();
            if !free(&wanted) && found.iter().any(|(value, _)| *value == wanted) && wanted == word.value {
                self.note(Kind::NotUnderstood, &word.span, path, format!("the value `{wanted}` is listed twice"));
                continue;
            }
            let value = names::numbered(&wanted, free);
            taken.take(&key(&value));
            let mut label = word.label.clone().map(|it| names::line(&it)).filter(|it| !it.is_empty());
            if value != word.value {
                let text = format!(
                    "the value `{}` is written `{value}`: a letter, then letters, digits, `_` and `-`",
                    word.value
                );
                self.note(Kind::Assumed, &word.span, path, text);
                label = label.or_else(|| Some(names::line(&word.value)).filter(|it| !it.is_empty()));
            }
            found.push((value, label));
        }
        if found.len() > MOST {
            let text = format!(
                "an enumeration has at most {MOST} values; this one has {} and is taken as a string",
                found.len()
            );
            self.note(Kind::Assumed, span, path, text);
            return None;
        }
        Some(found)
    }

    fn entities(&mut self, members: Vec<Vec<Member>>) -> Vec<Draft> {
        let mut entities = Vec::new();
        for (position, members) in members.into_iter().enumerate() {
            let (name, accounts) = match &self.fates[position] {
                Fate::Entity(name) => (name.clone(), false),
                Fate::Accounts => (USER.to_owned(), true),
                Fate::Links(..) | Fate::Dropped => continue,
            };
            entities.push(Draft { position, name, accounts, members, relations: Vec::new() });
        }
        entities
    }

    fn finish(mut self, drafts: Vec<Draft>) -> Settled {
        let mut settled = Settled { answers: self.outline.settings.clone(), ..Settled::default() };
        for it in &self.outline.enums {
            if let Some(Some(name)) = self.enums.get(it.name.as_str()) {
                let path = format!("enums.{name}");
                if settled.answers.iter().any(|(known, ..)| *known == path) {
                    continue;
                }
                let notes = self.notes.len();
                if let Some(words) = self.words(&it.values, &it.span, &path) {
                    settled.answers.push((path.clone(), columns::values(&words), it.span.clone()));
                }
                // Told when the names were made.
                self.notes.truncate(notes);
                let text = format!("{} values", it.values.len());
                self.note(Kind::Understood, &it.span, path, text);
            }
        }
        for (name, values, span) in std::mem::take(&mut self.extra_enums) {
            settled.answers.push((format!("enums.{name}"), values, span));
        }
        for draft in drafts {
            self.finish_entity(draft, &mut settled);
        }
        for (text, (span, count)) in std::mem::take(&mut self.common) {
            let text = text.split_once('\u{0}').map_or(text.as_str(), |(_, text)| text);
            let times = if count == 1 { String::new() } else { format!(" ({count} times)") };
            self.note(Kind::Assumed, &span, "", format!("{text}{times}"));
        }
        settled.notes = self.notes;
        settled.tally = self.tally;
        settled
    }

    fn finish_entity(&mut self, draft: Draft, settled: &mut Settled) {
        let table = &self.outline.tables[draft.position];
        let mut fields = Vec::new();
        for member in &draft.members {
            if let Member::Field { name, field, span, .. } = member {
                fields.push((name.clone(), field.as_ref().clone(), span.clone()));
            }
        }
        if draft.accounts {
            for (_, span) in table.uniques.iter().filter(|(columns, _)| columns.len() > 1) {
                self.note(Kind::Unsupported, span, "auth.user", "accounts have no composite keys");
            }
            for (_, span) in &table.rules {
                self.note(Kind::Unsupported, span, "auth.user", "accounts have no rules of their own");
            }
            settled.user_fields.append(&mut fields);
            return;
        }
        let path = format!("entities.{}", draft.name);
        let uniques = self.uniques(&draft, table, &path);
        let rules = self.rules(&draft, table, &path, &fields);
        let mut settings = table.settings.clone();
        if draft.members.iter().any(|it| matches!(it, Member::Kept { soft_delete: true, .. })) {
            settings.push(("soft_delete", Value::Boolean(true)));
        }
        settings.retain(|(key, _)| *key != "search");
        if let Some((_, search)) = table.settings.iter().find(|(key, _)| *key == "search") {
            let text =
                |field: &Field| matches!(field.kind.as_str(), "string" | "text") && !field.private && !field.list;
            let mut known: Vec<&str> = Vec::new();
            for name in search.words().into_iter().filter_map(|column| draft.member(column)) {
                // A column that is declared twice is listed once.
                if !known.contains(&name) && fields.iter().any(|(it, field, _)| it == name && text(field)) {
                    known.push(name);
                }
            }
            if !known.is_empty() {
                settings.push(("search", Value::texts(known)));
            }
        }
        if !uniques.is_empty() {
            settings.push(("unique", Value::List(uniques)));
        }
        settled.entities.push(Entity {
            name: draft.name,
            span: table.span.clone(),
            doc: table.doc.as_deref().map(names::line).filter(|it| !it.is_empty()),
            settings,
            fields,
            relations: draft.relations.into_iter().map(|it| (it.name, it.relation, it.span)).collect(),
            rules,
        });
    }

    /// The composite keys; keys of one column are the column's.
    fn uniques(&mut self, draft: &Draft, table: &Table, path: &str) -> Vec<Value> {
        let key = (table.key.len() > 1).then(|| (table.key.clone(), table.span.clone()));
        let mut seen: BTreeSet<Vec<String>> = BTreeSet::new();
        let mut found = Vec::new();
        for (columns, span) in key.iter().chain(&table.uniques).filter(|(columns, _)| columns.len() > 1) {
            let mut names: Vec<String> = Vec::new();
            let mut missing = None;
            for column in columns {
                match draft.unique_member(column) {
                    Some(name) if !names.contains(&name) => names.push(name),
                    Some(_) => {}
                    None => missing = Some(column),
                }
            }
            if let Some(column) = missing {
                let text = format!("the key over {} is left out: `{column}` cannot be part of one", list(columns));
                self.note(Kind::Unsupported, span, path, text);
                continue;
            }
            let mut sorted = names.clone();
            sorted.sort();
            if names.len() < 2 || !seen.insert(sorted) {
                continue;
            }
            found.push(Value::texts(names));
            let text = if key.as_ref().is_some_and(|(it, _)| it == columns) {
                "rows have an `id` of their own; the primary key becomes a unique one"
            } else {
                "a composite key"
            };
            let kind = if text.starts_with("rows") { Kind::Assumed } else { Kind::Understood };
            self.note(kind, span, format!("{path}.unique"), text);
        }
        found
    }

    /// The rules of a table, with the names that its columns have here.
    fn rules(
        &mut self,
        draft: &Draft,
        table: &Table,
        path: &str,
        fields: &[(String, Field, Span)],
    ) -> Vec<(String, Span)> {
        let mut found = Vec::new();
        for (rule, span) in &table.rules {
            let lookup = |column: &str| {
                let name = draft.member(column)?;
                let (_, field, _) = fields.iter().find(|(it, ..)| it == name)?;
                Some((name.to_owned(), field.clone()))
            };
            match rule.expression(&lookup) {
                Some(text) => {
                    self.note(Kind::Understood, span, format!("{path}.rules"), format!("the rule `{text}`"));
                    found.push((text, span.clone()));
                }
                None => {
                    let text = "the condition is left out: rules compare fields of one type with each other and with constants";
                    self.note(Kind::Unsupported, span, path, text);
                }
            }
        }
        found
    }
}

/// An entity whose members are known and whose relations are being found.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) position: usize,
    pub(super) name: String,
    pub(super) accounts: bool,
    pub(super) members: Vec<Member>,
    pub(super) relations: Vec<links::Link>,
}

impl Draft {
    /// The field that a column became.
    pub(super) fn member(&self, column: &str) -> Option<&str> {
        self.members.iter().find_map(|it| match it {
            Member::Field { column: from, name, .. } if from == column => Some(name.as_str()),
            _ => None,
        })
    }

    /// What a column is called in a composite key.
    fn unique_member(&self, column: &str) -> Option<String> {
        let fits = |field: &Field| !field.list && !matches!(field.kind.as_str(), "json" | "text");
        let field = self.members.iter().find_map(|it| match it {
            Member::Field { column: from, name, field, .. } if from == column && fits(field) => Some(name.clone()),
            _ => None,
        });
        let many = |it: &&links::Link| it.relation.form != RelationForm::ManyToMany;
        field.or_else(|| {
            self.relations
                .iter()
                .filter(many)
                .find(|it| it.columns.iter().any(|it| it == column))
                .map(|it| it.name.clone())
        })
    }
}

/// `` `a`, `b` and `c` ``
pub(super) fn list(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|it| format!("`{it}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}
