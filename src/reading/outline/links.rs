//! From references to relations: their names, the way back, no circles that nobody could begin.

use super::names::{self, Taken};
use super::settle::{Draft, Fate, Settling, list};
use super::{MOST_MEMBERS, OnDelete, Reference, Span, Table, Type};
use crate::reading::{Kind, Relation, RelationForm};
use crate::spec::name::{plural, singular};
use crate::spec::{Name, USER};
use std::collections::{BTreeMap, BTreeSet};

/// A relation in the making.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) name: String,
    pub(super) relation: Relation,
    pub(super) span: Span,
    /// The columns that hold the key.
    pub(super) columns: Vec<String>,
    /// What the document calls the way back.
    inverse: Option<String>,
    assumed: bool,
}

/// Times that a table of links may have besides its two keys.
const TIMES: [&str; 6] = ["createdAt", "updatedAt", "lastUpdate", "lastUpdated", "assignedAt", "addedAt"];

/// Ends of columns that hold keys.
const KEY_ENDS: [&str; 6] = ["_id", "_ID", "_fk", "_uuid", "Id", "ID"];

/// The positions of the two references of a table that only links rows.
pub(super) fn is_link_table(
    table: &Table,
    names: &BTreeMap<&str, usize>,
    referred: &BTreeSet<&str>,
) -> Option<(usize, usize)> {
    let [left, right] = table.references.as_slice() else { return None };
    let many = |it: &Reference| it.form == RelationForm::ManyToMany || it.columns.is_empty();
    if many(left) || many(right) || left.columns.iter().any(|it| right.columns.contains(it)) {
        return None;
    }
    let keys: Vec<&String> = left.columns.iter().chain(&right.columns).collect();
    let whole = |columns: &[String]| columns.len() == keys.len() && columns.iter().all(|it| keys.contains(&it));
    let unique = whole(&table.key) || table.uniques.iter().any(|(it, _)| whole(it));
    let other = |column: &super::Column| {
        let time = matches!(column.kind, Some(Type::DateTime | Type::Date))
            && TIMES.contains(&Name::new(names::field(&column.name)).camel().as_str());
        let identifier = table.key.len() == 1 && table.key[0] == column.name;
        !keys.contains(&&column.name) && !time && !identifier
    };
    let is_users = |it: &Reference| names::pascal(&it.target, true) == USER;
    let known = |it: &Reference| names.contains_key(it.target.as_str());
    let links = unique && !table.columns.iter().any(other) && !(is_users(left) && is_users(right));
    (links && known(left) && known(right) && !referred.contains(table.name.as_str())).then_some((0, 1))
}

impl Settling<'_> {
    /// Whether a reference becomes a relation, so that its columns are keys.
    pub(super) fn leads_somewhere(&self, reference: &Reference) -> bool {
        self.target(reference).is_some()
    }

    /// The entity that a reference leads to. Accounts are there even when the document does not declare them.
    fn target(&self, reference: &Reference) -> Option<String> {
        let Some(position) = self.positions.get(reference.target.as_str()) else {
            return (names::pascal(&reference.target, true) == USER).then(|| USER.to_owned());
        };
        match self.fates.get(*position)? {
            Fate::Entity(name) => Some(name.clone()),
            Fate::Accounts => Some(USER.to_owned()),
            Fate::Links(..) | Fate::Dropped => None,
        }
    }
}

/// Gives every draft its relations.
pub(super) fn settle(settling: &mut Settling<'_>, drafts: &mut [Draft]) {
    let index: BTreeMap<usize, usize> = drafts.iter().enumerate().map(|(at, it)| (it.position, at)).collect();
    let mut taken: Vec<Taken> = drafts.iter().map(members).collect();
    let mut tables = Taken::default();
    for draft in drafts.iter() {
        tables.take(&draft.name);
        tables.take(&plural(&Name::new(&draft.name).snake()));
    }
    for position in 0..settling.outline.tables.len() {
        let table = &settling.outline.tables[position];
        if let Fate::Links(left, right) = settling.fates[position] {
            let made = link_table(settling, table, &table.references[left], &table.references[right]);
            let (target, link) = made;
            let kind = if link.is_some() { Kind::Assumed } else { Kind::Unsupported };
            let home = target.and_then(|name| drafts.iter().position(|it| it.name == name));
            if let (Some(link), Some(home)) = (link, home) {
                place(settling, drafts, &mut taken, &mut tables, home, link);
            } else {
                let text = format!("the links of `{}` are left out: what they link is", table.name);
                settling.note(kind, &table.span, "", text);
            }
            settling.tally.relations.add(if kind == Kind::Assumed { Kind::Understood } else { kind });
            continue;
        }
        for (at, reference) in table.references.iter().enumerate() {
            if at == MOST_MEMBERS {
                let text = format!(
                    "{} more references are left out: no more than {MOST_MEMBERS} are looked at",
                    table.references.len() - at
                );
                settling.note(Kind::Unsupported, &reference.span, "", text);
            }
            if at >= MOST_MEMBERS {
                settling.tally.relations.add(Kind::Unsupported);
                continue;
            }
            if is_owner(reference)
                && settling.target(reference).as_deref() == Some(USER)
                && index.contains_key(&position)
            {
                settling.note(Kind::Understood, &reference.span, "", "the service keeps who owns a row itself");
                settling.tally.relations.add(Kind::Understood);
                continue;
            }
            match link(settling, table, reference, index.get(&position).copied(), drafts) {
                Ok((home, link)) => place(settling, drafts, &mut taken, &mut tables, home, link),
                Err((kind, text)) => {
                    settling.note(kind, &reference.span, "", text);
                    settling.tally.relations.add(kind);
                }
            }
        }
    }
    circles(settling, drafts);
    inverses(settling, drafts);
    for draft in drafts.iter() {
        for link in &draft.relations {
            let (table, _) = link.relation.value();
            let path = format!("entities.{}.{table}.{}", draft.name, link.name);
            settling.note(Kind::Understood, &link.span, path, describe(&link.relation));
            if link.relation.form != RelationForm::ManyToMany || !link.columns.is_empty() || !link.assumed {
                settling.tally.relations.add(if link.assumed { Kind::Assumed } else { Kind::Understood });
            } else {
                settling.tally.relations.add(Kind::Assumed);
            }
        }
    }
}

/// `ownerId`, which every row has that somebody owns.
fn is_owner(reference: &Reference) -> bool {
    let one = reference.form == RelationForm::ManyToOne;
    one && matches!(reference.columns.as_slice(), [column] if Name::new(names::field(column)).camel() == "ownerId")
}

/// What a relation is, for people.
fn describe(relation: &Relation) -> String {
    let form = match relation.form {
        RelationForm::ManyToOne => "many to one",
        RelationForm::OneToOne => "one to one",
        RelationForm::ManyToMany => "many to many",
    };
    format!("{form}, {}{}", relation.target, if relation.optional { ", optional" } else { "" })
}

/// The names of fields.
fn members(draft: &Draft) -> Taken {
    let mut taken = Taken::default();
    for member in &draft.members {
        if let super::columns::Member::Field { name, .. } = member {
            taken.take(name);
        }
    }
    taken
}

type Refused = (Kind, String);

/// A reference as a relation, and the draft that holds it.
fn link(
    settling: &mut Settling<'_>,
    table: &Table,
    reference: &Reference,
    own: Option<usize>,
    drafts: &[Draft],
) -> Result<(usize, Link), Refused> {
    let own = own.ok_or_else(|| (Kind::Unsupported, format!("left out with `{}`", table.name)))?;
    let Some(target) = settling.target(reference) else {
        let known = settling.positions.contains_key(reference.target.as_str());
        let what = if known { "is left out" } else { "is not in the document" };
        let kind = if known { Kind::Unsupported } else { Kind::NotUnderstood };
        return Err((kind, format!("the reference is left out: `{}` {what}", reference.target)));
    };
    let mut form = reference.form;
    if form == RelationForm::ManyToOne && is_unique(table, &reference.columns) {
        form = RelationForm::OneToOne;
    }
    if drafts[own].accounts {
        return flipped(reference, &target, form, drafts)
            .ok_or_else(|| (Kind::Unsupported, "the reference is left out: accounts refer to no entities".to_owned()));
    }
    let mut assumed = false;
    if reference.columns.len() > 1 {
        let text = format!("{} together become one reference to the `id` there", list(&reference.columns));
        settling.note(Kind::Assumed, &reference.span, "", text);
        assumed = true;
    }
    if let Some(there) = settling.positions.get(reference.target.as_str()).map(|at| &settling.outline.tables[*at])
        && !reference.to.is_empty()
        && reference.to != there.key
        && !there.key.is_empty()
    {
        let text = format!("it refers to {} of `{}`; here to the row's `id`", list(&reference.to), reference.target);
        settling.note(Kind::Assumed, &reference.span, "", text);
        assumed = true;
    }
    let required = form != RelationForm::ManyToMany
        && reference.required.unwrap_or_else(|| {
            let required = |name: &String| table.column(name).is_some_and(|it| it.required);
            !reference.columns.is_empty() && reference.columns.iter().all(required)
        });
    let mut on_delete = reference.on_delete;
    if on_delete == OnDelete::SetNull && required {
        settling.note(
            Kind::Assumed,
            &reference.span,
            "",
            "a deletion is refused: a required reference cannot become null",
        );
        on_delete = OnDelete::Restrict;
        assumed = true;
    }
    let snake = table.columns.iter().any(|it| it.name.contains('_'));
    let mut relation = Relation::new(form, &target);
    relation.optional = !required && form != RelationForm::ManyToMany;
    relation.on_delete = match on_delete {
        _ if form == RelationForm::ManyToMany => None,
        OnDelete::Restrict => None,
        OnDelete::Cascade => Some("cascade".to_owned()),
        OnDelete::SetNull => Some("set_null".to_owned()),
    };
    relation.doc = reference.doc.as_deref().map(names::line).filter(|it| !it.is_empty());
    let link = Link {
        name: relation_name(reference, &target, form, snake),
        relation,
        span: reference.span.clone(),
        columns: reference.columns.clone(),
        inverse: reference.inverse.clone(),
        assumed,
    };
    Ok((own, link))
}

/// A one-to-one or many-to-many reference of accounts, held by the other side.
fn flipped(reference: &Reference, target: &str, form: RelationForm, drafts: &[Draft]) -> Option<(usize, Link)> {
    let home = drafts.iter().position(|it| it.name == target && !it.accounts)?;
    if form == RelationForm::ManyToOne || !reference.columns.is_empty() {
        return None;
    }
    let mut relation = Relation::new(form, USER);
    relation.optional = form == RelationForm::OneToOne;
    let many = form == RelationForm::ManyToMany;
    let name = reference.inverse.clone().map(|it| names::field(&it));
    let link = Link {
        name: name.unwrap_or_else(|| if many { "users".to_owned() } else { "user".to_owned() }),
        relation,
        span: reference.span.clone(),
        columns: Vec::new(),
        inverse: Some(reference.name.clone()).filter(|it| !it.is_empty()),
        assumed: true,
    };
    Some((home, link))
}

fn is_unique(table: &Table, columns: &[String]) -> bool {
    let same = |it: &[String]| it.len() == columns.len() && it.iter().all(|it| columns.contains(it));
    let alone = columns.len() == 1 && table.column(&columns[0]).is_some_and(|it| it.unique);
    !columns.is_empty() && (same(&table.key) || alone || table.uniques.iter().any(|(it, _)| same(it)))
}

/// What a table of links stands for: a many-to-many relation of the first of the two that can have one.
fn link_table(
    settling: &mut Settling<'_>,
    table: &Table,
    left: &Reference,
    right: &Reference,
) -> (Option<String>, Option<Link>) {
    let (Some(mut here), Some(mut there)) = (settling.target(left), settling.target(right)) else {
        return (None, None);
    };
    let (mut left, mut right) = (left, right);
    if here == USER {
        std::mem::swap(&mut here, &mut there);
        std::mem::swap(&mut left, &mut right);
    }
    let snake = table.columns.iter().any(|it| it.name.contains('_'));
    let many = |reference: &Reference, target: &str| {
        let one = relation_name(
            &Reference { name: String::new(), ..reference.clone() },
            target,
            RelationForm::ManyToOne,
            snake,
        );
        let words = plural(&Name::new(one).snake());
        if snake { words } else { Name::new(words).camel() }
    };
    let relation = Relation::new(RelationForm::ManyToMany, &there);
    let link = Link {
        name: many(right, &there),
        relation,
        span: table.span.clone(),
        columns: Vec::new(),
        inverse: Some(left.inverse.clone().unwrap_or_else(|| many(left, &here))),
        assumed: false,
    };
    (Some(here), Some(link))
}

/// What a relation is called before anything clashes.
fn relation_name(reference: &Reference, target: &str, form: RelationForm, snake: bool) -> String {
    if !reference.name.is_empty() {
        return names::field(&reference.name);
    }
    if let [column] = reference.columns.as_slice() {
        let ends = KEY_ENDS.iter().find_map(|end| column.strip_suffix(end)).filter(|it| !it.is_empty());
        return names::field(ends.unwrap_or(column));
    }
    let words = Name::new(target).snake();
    let words = if form == RelationForm::ManyToMany { plural(&words) } else { words };
    if snake { names::field(&words) } else { names::field(&Name::new(words).camel()) }
}

/// The key of a relation in bodies.
fn key(name: &str, form: RelationForm) -> String {
    let snake = Name::new(name).snake();
    match form {
        RelationForm::ManyToMany => format!("{}_ids", singular(&snake)),
        _ => format!("{snake}_id"),
    }
}

/// Gives a relation to its entity under a name that is free, with its key and its table.
fn place(
    settling: &mut Settling<'_>,
    drafts: &mut [Draft],
    taken: &mut [Taken],
    tables: &mut Taken,
    home: usize,
    mut link: Link,
) {
    let draft = &mut drafts[home];
    let many = link.relation.form == RelationForm::ManyToMany;
    let form = link.relation.form;
    let table = |name: &str| format!("{}_{}", Name::new(&draft.name).snake(), Name::new(name).snake());
    let free = |name: &str| {
        let key = key(name, form);
        let names =
            !names::is_taken(name) && !names::is_taken(&key) && taken[home].free(name) && taken[home].free(&key);
        // The column of a key ends in `_id`, and no field may be called like it either.
        names && key.len() <= 60 && (!many || tables.free(&table(name)))
    };
    let wanted = link.name.clone();
    if !free(&wanted) {
        link.name = names::numbered(&names::with(&wanted, "ref"), free);
        let text = format!("`{wanted}` becomes `{}`, as the name or its key is taken", link.name);
        settling.note(Kind::Assumed, &link.span, format!("entities.{}", draft.name), text);
        link.assumed = true;
    }
    if let [column] = link.columns.as_slice() {
        let key = key(&link.name, form);
        if Name::new(names::field(column)).snake() != key {
            let example = format!("keys of references end in `Id`: `{column}` is `{}`", Name::new(key).camel());
            settling.once("keys", &link.span, &example);
        }
    }
    if many {
        tables.take(&table(&link.name));
    }
    taken[home].take(&link.name);
    taken[home].take(&key(&link.name, form));
    draft.relations.push(link);
}

/// Required relations must not form a circle: its first row could never be made.
fn circles(settling: &mut Settling<'_>, drafts: &mut [Draft]) {
    let index: BTreeMap<String, usize> = drafts.iter().enumerate().map(|(at, it)| (it.name.clone(), at)).collect();
    let mut state = vec![0_u8; drafts.len()];
    for start in 0..drafts.len() {
        if state[start] != 0 {
            continue;
        }
        state[start] = 1;
        let mut path = vec![(start, 0)];
        while let Some((at, next)) = path.last_mut() {
            let at = *at;
            let Some(link) = drafts[at].relations.get(*next) else {
                state[at] = 2;
                path.pop();
                continue;
            };
            let position = *next;
            *next += 1;
            let required = link.relation.form != RelationForm::ManyToMany && !link.relation.optional;
            let Some(target) = index.get(&link.relation.target).copied().filter(|_| required) else { continue };
            match state[target] {
                0 => {
                    state[target] = 1;
                    path.push((target, 0));
                }
                1 => {
                    let path = format!("entities.{}", drafts[at].name);
                    let link = &mut drafts[at].relations[position];
                    link.relation.optional = true;
                    link.assumed = true;
                    let text = format!(
                        "`{}` is optional: required references form a circle, and no first row could be made",
                        link.name
                    );
                    settling.note(Kind::Assumed, &link.span, path, text);
                }
                _ => {}
            }
        }
    }
}

/// The way back of every relation, under a name that nothing else has.
fn inverses(settling: &mut Settling<'_>, drafts: &mut [Draft]) {
    let mut taken: BTreeMap<String, Taken> = BTreeMap::new();
    for draft in drafts.iter() {
        let mut names = members(draft);
        for link in &draft.relations {
            names.take(&link.name);
            names.take(&key(&link.name, link.relation.form));
        }
        ["audit", "restore", "id", "email", "name", "role", "active"]
            .iter()
            .filter(|name| draft.accounts || matches!(**name, "audit" | "restore"))
            .for_each(|name| names.take(name));
        taken.insert(draft.name.clone(), names);
    }
    // Accounts that no document declares have ways back, too.
    taken.entry(USER.to_owned()).or_default();
    // Those that keep the usual name come first, so that it does not wander with the order of the tables.
    for own in [true, false] {
        for draft in drafts.iter_mut() {
            let many = Name::new(Name::new(plural(&Name::new(&draft.name).snake())).pascal()).camel();
            for link in &mut draft.relations {
                let own_name = link.relation.target == draft.name || link.relation.form == RelationForm::ManyToMany;
                let usual = match link.relation.form {
                    _ if own_name => None,
                    RelationForm::OneToOne => Some(Name::new(&draft.name).camel()),
                    _ => Some(many.clone()),
                };
                let said = link.inverse.as_deref().map(names::field);
                if said.is_some() != own {
                    continue;
                }
                let Some(names) = taken.get_mut(&link.relation.target) else { continue };
                // A many-to-many relation to another entity needs no way back.
                let Some(wanted) = said.clone().or_else(|| usual.clone()).or_else(|| {
                    (link.relation.target == draft.name)
                        .then(|| names::with(&many, &format!("by_{}", Name::new(&link.name).snake())))
                }) else {
                    continue;
                };
                let mut name = wanted.clone();
                if !names.free(&name) {
                    let longer = names::with(&many, &format!("by_{}", Name::new(&link.name).snake()));
                    name = names::numbered(&longer, |it| names.free(it));
                    if said.is_some() {
                        let text = format!("the way back `{wanted}` becomes `{name}`, as the name is taken");
                        settling.note(Kind::Assumed, &link.span, format!("entities.{}", draft.name), text);
                        link.assumed = true;
                    }
                }
                names.take(&name);
                link.relation.inverse = Some(name).filter(|it| Some(it) != usual.as_ref());
            }
        }
    }
}
