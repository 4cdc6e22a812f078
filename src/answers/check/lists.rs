//! `search`, `filter`, `sort` and composite `unique`.

use super::context::Context;
use super::entity::EntityDraft;
use super::problems::with_hints;
use crate::answers::Problem;
use crate::answers::tree::Node;
use crate::spec::{Entity, Field, FieldKind, Name, RelationKind};

/// Server-set keys that lists can filter and sort by.
const TIMES: [&str; 2] = ["createdAt", "updatedAt"];

/// Reads the four keys, with their defaults.
pub(super) fn check(cx: &Context<'_>, draft: &mut EntityDraft<'_>) {
    let fields = |fits: fn(&Field) -> bool| {
        let names =
            draft.entity.fields.iter().filter(|field| fits(field)).map(|field| field.name.declared().to_owned());
        names.collect::<Vec<_>>()
    };
    let searchable = fields(is_searchable);
    let mut sortable = fields(is_listed);
    let mut filterable = sortable.clone();
    filterable.extend(draft.entity.references().map(|relation| relation.name.declared().to_owned()));
    for known in [&mut sortable, &mut filterable] {
        known.extend(TIMES.map(str::to_owned));
    }
    draft.entity.search = names(cx, draft, "search", &searchable).unwrap_or_default();
    draft.entity.filter = names(cx, draft, "filter", &filterable).unwrap_or(filterable);
    draft.entity.sort = names(cx, draft, "sort", &sortable).unwrap_or(sortable);
    draft.entity.unique = unique(cx, draft);
}

fn is_searchable(field: &Field) -> bool {
    matches!(field.kind, FieldKind::String { .. } | FieldKind::Text { .. }) && !field.private && field.list.is_none()
}

fn is_listed(field: &Field) -> bool {
    !matches!(field.kind, FieldKind::Text { .. } | FieldKind::Json) && !field.private && field.list.is_none()
}

fn names(cx: &Context<'_>, draft: &EntityDraft<'_>, key: &str, allowed: &[String]) -> Option<Vec<String>> {
    let entry = draft.table.get(key)?;
    let items = cx.problems.set(&entry.node, &format!("`{key}`"))?;
    let mut found: Vec<String> = Vec::new();
    for (text, node) in items {
        if draft.broken.contains(text) {
            continue;
        }
        let name = reference(&draft.entity, text).unwrap_or(text);
        if !allowed.iter().any(|it| it == name) {
            refuse(cx, draft, key, text, node, allowed);
        } else if found.iter().any(|it| it == name) {
            cx.problem(Problem::new(format!("`{text}` is listed twice"), node.place.clone()).note("keep one of them"));
        } else {
            found.push(name.to_owned());
        }
    }
    Some(found)
}

/// The relation whose key is meant: `supplierId` for `supplier`.
fn reference<'e>(entity: &'e Entity, text: &str) -> Option<&'e str> {
    let wanted = Name::new(text).camel();
    let relation = entity.references().find(|relation| relation.key().camel() == wanted)?;
    Some(relation.name.declared())
}

fn refuse(cx: &Context<'_>, draft: &EntityDraft<'_>, key: &str, text: &str, node: &Node, allowed: &[String]) {
    let place = node.place.clone();
    let field = draft.entity.field(text);
    let relation = draft.entity.relation(text);
    let allowed: Vec<&str> = allowed.iter().map(String::as_str).collect();
    let reason = match (field, relation) {
        (Some(field), _) if field.private => "it is private".to_owned(),
        (Some(field), _) if field.list.is_some() => "it is a list".to_owned(),
        (Some(field), _) => format!("it is of type {}", field.kind.id()),
        (_, Some(relation)) if relation.kind == RelationKind::ManyToMany => "it is a many-to-many relation".to_owned(),
        (_, Some(_)) => "it is a relation".to_owned(),
        _ => {
            let problem = Problem::new(format!("there is no field `{text}`"), place);
            let problem = problem.label(format!("unknown in `{}`", draft.entity.name.declared()));
            return cx.problem(with_hints(problem, text, &allowed));
        }
    };
    let problem = Problem::new(format!("`{text}` cannot be in `{key}`"), place).label(reason);
    cx.problem(if allowed.is_empty() { problem } else { problem.note(format!("allowed: {}", allowed.join(", "))) });
}

fn unique(cx: &Context<'_>, draft: &EntityDraft<'_>) -> Vec<Vec<String>> {
    let Some(entry) = draft.table.get("unique") else { return Vec::new() };
    let Some(keys) = cx.problems.list(&entry.node, "`unique`") else { return Vec::new() };
    let fits = |field: &&Field| field.list.is_none() && !matches!(field.kind, FieldKind::Json | FieldKind::Text { .. });
    let fields = draft.entity.fields.iter().filter(fits).map(|field| field.name.declared().to_owned());
    let relations = draft.entity.references().map(|relation| relation.name.declared().to_owned());
    let allowed: Vec<String> = fields.chain(relations).collect();
    let mut found: Vec<Vec<String>> = Vec::new();
    for node in keys {
        let Some(items) = cx.problems.set(node, "each item of `unique`") else { continue };
        if items.len() < 2 {
            let problem = Problem::new("a composite key needs at least two fields", node.place.clone());
            cx.problem(problem.note("for one field write `unique = true` in the field"));
            continue;
        }
        let mut key = Vec::new();
        let length = items.len();
        for (text, node) in items {
            let name = reference(&draft.entity, text).unwrap_or(text);
            if draft.broken.contains(text) {
                continue;
            }
            if allowed.iter().any(|it| it == name) {
                key.push(name.to_owned());
            } else {
                refuse(cx, draft, "unique", text, node, &allowed);
            }
        }
        let sorted = |key: &[String]| {
            let mut key = key.to_vec();
            key.sort();
            key
        };
        if key.len() < length {
            continue;
        }
        if found.iter().any(|other| sorted(other) == sorted(&key)) {
            cx.problem(Problem::new("this composite key is listed twice", node.place.clone()).note("keep one of them"));
        } else {
            found.push(key);
        }
    }
    if let Some(first) = keys.first() {
        cx.used("composite_unique", &first.place);
    }
    found
}
