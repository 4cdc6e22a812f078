//! What entities must not do to each other: one path, one table, one inverse, a circle of required relations.

use super::context::Context;
use super::entity::EntityDraft;
use crate::answers::Problem;
use crate::spec::{Entity, Name, Place, Relation, RelationKind, USER};
use std::collections::{BTreeMap, BTreeSet};

/// Paths below the base path that the contract takes, and their tables.
pub(crate) const TAKEN_PATHS: [&str; 4] = ["auth", "users", "approvals", "api-keys"];

/// Fills in what the target calls the way back.
pub(super) fn default_inverse(entity: &Entity, relation: &mut Relation) {
    if relation.inverse.is_none() && relation.target != entity.name.declared() {
        relation.inverse = match relation.kind {
            RelationKind::ManyToOne => Some(Name::new(entity.plural.camel())),
            RelationKind::OneToOne => Some(Name::new(entity.name.camel())),
            RelationKind::ManyToMany => None,
        };
    }
}

/// Checks everything between entities but access and expressions.
pub(super) fn check(cx: &Context<'_>, drafts: &[EntityDraft<'_>], user_fields: &[String]) {
    tables(cx, drafts);
    inverses(cx, drafts, user_fields);
    circles(cx, drafts);
}

/// Paths, tables and types of different entities differ.
fn tables(cx: &Context<'_>, drafts: &[EntityDraft<'_>]) {
    let mut taken: BTreeMap<String, String> = BTreeMap::new();
    for draft in drafts {
        let (name, plural) = (&draft.entity.name, &draft.entity.plural);
        if TAKEN_PATHS.contains(&plural.kebab().as_str()) {
            let problem =
                Problem::new(format!("the path `/{}` belongs to the service", plural.kebab()), draft.plural.clone());
            cx.problem(problem.note("declare another `plural`"));
        }
        let what = format!("`{}`", name.declared());
        take(cx, &mut taken, plural, &what, &draft.plural);
        // Two equal names are one type, which is refused already.
        let known = drafts.iter().any(|it| it.key != draft.key && it.entity.name.snake() == name.snake());
        if name.snake() != plural.snake() && !known {
            take(cx, &mut taken, name, &what, &draft.key);
        }
    }
    for draft in drafts {
        for link in draft.relations.iter().filter(|it| it.relation.kind == RelationKind::ManyToMany) {
            let table = Name::new(format!("{}_{}", draft.entity.name.snake(), link.relation.name.snake()));
            let what = format!("the link table of `{}`", link.relation.name.declared());
            take(cx, &mut taken, &table, &what, &link.key);
        }
    }
}

fn take(cx: &Context<'_>, taken: &mut BTreeMap<String, String>, name: &Name, what: &str, place: &Place) {
    match taken.get(&name.snake()) {
        Some(other) => {
            let problem = Problem::new(format!("{what} and {other} would have one path, table or type"), place.clone());
            cx.problem(
                problem.label(format!("both are `{}`", name.snake())).note("rename one, or declare another `plural`"),
            );
        }
        None => drop(taken.insert(name.snake(), what.to_owned())),
    }
}

/// Names below `/targets/{id}/` differ.
fn inverses(cx: &Context<'_>, drafts: &[EntityDraft<'_>], user_fields: &[String]) {
    let mut taken: BTreeMap<(String, String), String> = BTreeMap::new();
    for draft in drafts {
        let target = draft.entity.name.declared().to_owned();
        let mut add = |name: &str, what: String| {
            taken.entry((target.clone(), Name::new(name).camel())).or_insert(what);
        };
        for name in draft.declared.keys() {
            add(name, format!("`{name}` of `{target}`"));
        }
        for relation in &draft.relations {
            let key = relation.relation.key();
            add(key.declared(), format!("the key of `{}`", relation.relation.name.declared()));
        }
        for name in ["audit", "restore"] {
            add(name, format!("`{name}`, which the service has itself"));
        }
        let commands = draft.table.get("commands").and_then(|entry| match &entry.node.value {
            crate::answers::tree::Value::Table(table) => Some(table),
            _ => None,
        });
        for name in commands.into_iter().flat_map(|table| table.keys()) {
            add(name, format!("the command `{name}`"));
        }
    }
    let contract = ["id", "email", "name", "role", "active", "audit", "restore"];
    for name in contract.into_iter().chain(user_fields.iter().map(String::as_str)) {
        taken.insert((USER.to_owned(), Name::new(name).camel()), format!("`{name}` of `User`"));
    }
    for draft in drafts {
        for relation in &draft.relations {
            inverse(cx, &mut taken, draft, relation);
        }
    }
}

fn inverse(
    cx: &Context<'_>,
    taken: &mut BTreeMap<(String, String), String>,
    draft: &EntityDraft<'_>,
    link: &super::relation::Draft,
) {
    let relation = &link.relation;
    let name = relation.name.declared();
    let place = link.inverse.as_ref().unwrap_or(&link.key);
    let Some(inverse) = &relation.inverse else {
        if relation.target == draft.entity.name.declared() {
            let problem =
                Problem::new(format!("`{name}` leads to its own entity and needs an `inverse`"), place.clone());
            let kind = match relation.kind {
                RelationKind::ManyToOne => "many_to_one",
                RelationKind::OneToOne => "one_to_one",
                RelationKind::ManyToMany => "many_to_many",
            };
            cx.problem(
                problem.note(format!(
                    "write `relations.{name} = {{ {kind} = \"{}\", inverse = \"…\" }}`",
                    relation.target
                )),
            );
        }
        return;
    };
    let key = (relation.target.clone(), inverse.camel());
    let what = format!("the inverse of `{}.{name}`", draft.entity.name.declared());
    match taken.get(&key) {
        Some(other) => {
            let message = format!("{what} would be called `{}`, like {other}", inverse.declared());
            cx.problem(
                Problem::new(message, place.clone()).note("name it with `inverse` in the long form of the relation"),
            );
        }
        None => drop(taken.insert(key, what)),
    }
}

/// Required relations form no circle: its first row could never be made.
fn circles(cx: &Context<'_>, drafts: &[EntityDraft<'_>]) {
    let indices: BTreeMap<&str, usize> =
        drafts.iter().enumerate().map(|(index, draft)| (draft.entity.name.declared(), index)).collect();
    let mut reported: BTreeSet<Vec<usize>> = BTreeSet::new();
    let mut state = vec![0_u8; drafts.len()];
    for start in 0..drafts.len() {
        if state[start] != 0 {
            continue;
        }
        // Depth first without recursion: entity, next relation.
        let mut path: Vec<(usize, usize)> = vec![(start, 0)];
        state[start] = 1;
        while let Some((at, next)) = path.last_mut() {
            let at = *at;
            let Some(link) = drafts[at].relations.get(*next) else {
                state[at] = 2;
                path.pop();
                continue;
            };
            *next += 1;
            let target = indices.get(link.relation.target.as_str()).copied();
            let Some(target) = target.filter(|_| link.relation.required) else { continue };
            if state[target] == 0 {
                state[target] = 1;
                path.push((target, 0));
            } else if state[target] == 1 {
                let from = path.iter().position(|(index, _)| *index == target).unwrap_or(0);
                let mut circle: Vec<usize> = path[from..].iter().map(|(index, _)| *index).collect();
                let names = circle.iter().chain([&target]).map(|index| drafts[*index].entity.name.declared());
                let names = names.collect::<Vec<_>>().join(" → ");
                circle.sort_unstable();
                if reported.insert(circle) {
                    let problem = Problem::new("required relations form a circle", link.required.clone());
                    cx.problem(
                        problem.label(names).note("make one of them optional with `?`: no first row could be made"),
                    );
                }
            }
        }
    }
}
