//! Example requests: bodies that the service accepts, and the order in which to make rows.

use super::{Contexts, json_case};
use crate::render::escape;
use crate::render::helpers::text;
use crate::spec::{Action, Entity, Field, FieldKind, Grant, Name, Relation, RelationKind, Spec, USER};
use serde_json::{Map, Value, json};

impl Contexts<'_> {
    /// What requests about an entity may look like; null when the API alone cannot make a row.
    pub(super) fn sample(&self, entity: &Entity) -> Value {
        let spec = self.plan.spec;
        if !creatable(spec, entity) {
            return Value::Null;
        }
        let case = spec.api.json_case;
        let writable = || entity.fields.iter().filter(|field| !field.read_only);
        let pair = |field: &Field| (json_case(case, field.name.declared()), self.nth(field, Some(entity), 0));
        let create: Map<String, Value> = writable().map(pair).collect();
        let patch: Map<String, Value> = writable().filter(|field| !field.unique).take(1).map(pair).collect();
        let keys: Vec<(String, String)> = required(entity)
            .map(|relation| {
                let variable = format!("{}_ID", Name::new(&relation.target).screaming());
                (json_case(case, relation.key().declared()), variable)
            })
            .collect();
        json!({
            "create": wrapped(&create),
            "create_shell": shell(&create, &keys),
            "patch": wrapped(&patch),
            "patch_shell": shell(&patch, &[]),
            "filter": filter(spec, entity, &create),
        })
    }

    /// Who must exist before what, and the account that the examples use.
    pub(super) fn examples(&self) -> Value {
        let spec = self.plan.spec;
        let order = order(spec);
        // Places in `entities`, since the whole of an entity is large.
        let place = |entity: &&Entity| spec.entities.iter().position(|it| it.name == entity.name);
        let quickstart = spec.entities.iter().find(|it| creatable(spec, it)).map(|first| before(spec, first));
        let quickstart = quickstart.unwrap_or_default();
        let plain = |entity: &Entity, action: Action| {
            let grants = entity.access.of(action);
            grants.contains(&Grant::Public) || grants.contains(&Grant::Authenticated)
        };
        let admin = !spec.auth.open_registration
            || !quickstart.iter().all(|it| plain(it, Action::Create) && plain(it, Action::List));
        let mut register = Map::from_iter([
            ("email".to_owned(), json!("ada@example.com")),
            ("password".to_owned(), json!("correct horse battery staple")),
            ("name".to_owned(), json!("Ada Lovelace")),
        ]);
        for field in spec.auth.user_fields.iter().filter(|field| !field.read_only) {
            register.insert(json_case(spec.api.json_case, field.name.declared()), self.nth(field, None, 0));
        }
        json!({
            "seeds": self.seeds(),
            "all": order.iter().filter_map(place).collect::<Vec<_>>(),
            "quickstart": quickstart.iter().filter_map(place).collect::<Vec<_>>(),
            "admin": admin,
            "user_id": quickstart.iter().any(|it| required(it).any(|relation| relation.target == USER)),
            "register": wrapped(&register),
        })
    }
}

impl Contexts<'_> {
    /// Example rows of every entity that can have some without an account, targets of references first where there is no
    /// cycle. A reference to a row made before is the target and its number.
    fn seeds(&self) -> Value {
        let order = seed_order(self.plan.spec);
        let made = |at: usize, target: &str| order[..at].iter().any(|it| it.name.declared() == target);
        let entities = order.iter().enumerate().map(|(at, entity)| {
            // What rules read of references cannot be known here, so an optional one stays empty.
            let free = |it: &&Relation| it.required || !entity.is_ruled(&it.key().camel());
            let relations: Vec<_> = entity.relations.iter().filter(|it| made(at, &it.target)).filter(free).collect();
            let rows = (0..SEEDS).map(|nth| {
                let fields = entity.fields.iter().filter(|field| !field.read_only).map(|field| {
                    let names = self.names(&field.name);
                    json!({ "json": names["json"], "value": wrap(&self.nth(field, Some(entity), nth)) })
                });
                let references = relations.iter().map(|relation| {
                    let names = self.names(&relation.key());
                    let many = relation.kind == RelationKind::ManyToMany;
                    // There are many of these, so they hold just the names of a variable or a class.
                    let target = self.target(&relation.target);
                    let known = ["name", "camel", "pascal", "plural_camel", "plural_pascal", "plural_screaming"];
                    let target: Map<_, _> = known.map(|it| (it.to_owned(), target[it].clone())).into_iter().collect();
                    json!({ "json": names["json"], "target": target, "nth": nth, "many": many })
                });
                json!({ "fields": fields.collect::<Vec<_>>(), "references": references.collect::<Vec<_>>() })
            });
            let mut value = self.entity_names(entity);
            let rows: Vec<Value> = rows.collect();
            let is_bare = |row: &Value| ["fields", "references"].iter().all(|it| row[it] == json!([]));
            value.insert("bare".into(), rows.iter().all(is_bare).into());
            value.insert("rows".into(), rows.into());
            Value::Object(value)
        });
        entities.collect()
    }
}

/// Entities whose rows need no account, in an order in which they can refer to each other.
fn seed_order(spec: &Spec) -> Vec<&Entity> {
    fn seedable(spec: &Spec, entity: &Entity) -> bool {
        required(entity).all(|it| spec.entity(&it.target).is_some_and(|target| seedable(spec, target)))
    }
    fn visit<'a>(spec: &'a Spec, entity: &'a Entity, seen: &mut Vec<&'a str>, order: &mut Vec<&'a Entity>) {
        if seen.contains(&entity.name.declared()) {
            return;
        }
        seen.push(entity.name.declared());
        // Required targets first: a cycle of optional ones is cut at its first entity.
        let (needed, wished): (Vec<_>, Vec<_>) = entity.relations.iter().partition(|it| it.required);
        for target in needed.into_iter().chain(wished).filter_map(|it| spec.entity(&it.target)) {
            visit(spec, target, seen, order);
        }
        if seedable(spec, entity) {
            order.push(entity);
        }
    }
    let (mut seen, mut order) = (Vec::new(), Vec::new());
    for entity in &spec.entities {
        visit(spec, entity, &mut seen, &mut order);
    }
    order
}

/// How many example rows an entity has.
const SEEDS: usize = 3;

fn required(entity: &Entity) -> impl Iterator<Item = &Relation> {
    entity.references().filter(|relation| relation.required)
}

/// Whether a row can be made through the API alone. Required relations form no cycle.
fn creatable(spec: &Spec, entity: &Entity) -> bool {
    let targets = || required(entity).filter_map(|relation| spec.entity(&relation.target));
    entity.allows(Action::Create) && targets().all(|target| creatable(spec, target))
}

/// What an entity needs first, then itself.
fn before<'a>(spec: &'a Spec, entity: &'a Entity) -> Vec<&'a Entity> {
    let mut list: Vec<&Entity> = Vec::new();
    for target in required(entity).filter_map(|relation| spec.entity(&relation.target)) {
        for needed in before(spec, target) {
            if !list.iter().any(|it| it.name == needed.name) {
                list.push(needed);
            }
        }
    }
    list.push(entity);
    list
}

fn order(spec: &Spec) -> Vec<&Entity> {
    let mut all: Vec<&Entity> = Vec::new();
    for entity in spec.entities.iter().flat_map(|entity| before(spec, entity)) {
        if !all.iter().any(|it| it.name == entity.name) {
            all.push(entity);
        }
    }
    all
}

fn wrapped(object: &Map<String, Value>) -> Value {
    wrap(&Value::Object(object.clone()))
}

/// A JSON value whose strings are free text.
pub(super) fn wrap(value: &Value) -> Value {
    match value {
        Value::String(it) => text(Some(it)),
        Value::Array(items) => items.iter().map(wrap).collect(),
        Value::Object(object) => object.iter().map(|(key, value)| (key.clone(), wrap(value))).collect(),
        other => other.clone(),
    }
}

/// The object as one word of a shell; `keys` are taken from variables.
fn shell(object: &Map<String, Value>, keys: &[(String, String)]) -> String {
    let mut word = escape::shell(&Value::Object(object.clone()).to_string());
    for (at, (key, variable)) in keys.iter().enumerate() {
        let comma = if object.is_empty() && at == 0 { "" } else { "," };
        let end = word.rfind('}').unwrap_or(word.len());
        word.insert_str(end, &format!("{comma}\"{key}\":\"'\"${variable}\"'\""));
    }
    word
}

/// One filter that finds the sample: `category=book`.
fn filter(spec: &Spec, entity: &Entity, create: &Map<String, Value>) -> Value {
    let simple = |field: &&Field| {
        entity.filter.iter().any(|name| name == field.name.declared())
            && !field.read_only
            && matches!(
                field.kind,
                FieldKind::Enum(_)
                    | FieldKind::Boolean
                    | FieldKind::Integer(_)
                    | FieldKind::Long(_)
                    | FieldKind::Decimal { .. }
            )
    };
    let Some(field) = entity.fields.iter().find(simple) else {
        return Value::Null;
    };
    let key = json_case(spec.api.json_case, field.name.declared());
    match create.get(&key) {
        Some(Value::String(value)) => json!(format!("{key}={value}")),
        Some(value) if !value.is_null() => json!(format!("{key}={value}")),
        _ => Value::Null,
    }
}
