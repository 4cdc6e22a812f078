//! What templates see: plain JSON, every name ready to print, every free text wrapped.

mod condition;
mod entity;
mod field;
mod relation;
mod sample;
mod schema;
mod work;

use super::derived;
use super::helpers::text;
use super::types::Types;
use crate::derive;
use crate::plan::{Kind, OUTBOX, Plan};
use crate::spec::{Entity, EnumType, JsonCase, Name, Pagination, USER};
use rayon::prelude::*;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Builds the contexts of one plan.
pub struct Contexts<'a> {
    plan: &'a Plan<'a>,
    types: &'a Types<'a>,
    shared: Map<String, Value>,
    entities: Vec<Value>,
    tables: Value,
}

/// What went wrong while building a context: a type table's template.
pub type Failure = crate::catalog::CatalogError;

impl<'a> Contexts<'a> {
    /// Computes everything that templates may ask for.
    pub fn new(plan: &'a Plan<'a>, types: &'a Types<'a>) -> Result<Self, Failure> {
        let mut contexts = Self { plan, types, shared: shared(plan), entities: Vec::new(), tables: Value::Null };
        let users = (plan.spec.auth.user_fields.iter())
            .map(|field| contexts.field(field, None))
            .collect::<Result<Vec<_>, _>>()?;
        let roles: Vec<_> =
            plan.spec.auth.roles.iter().map(|it| Value::Object(contexts.names(&Name::new(it)))).collect();
        contexts.shared.insert("auth".into(), auth(plan, &users, &roles));
        let enums = plan.spec.enums.iter().map(|it| compact(contexts.enumeration(it)));
        contexts.shared.insert("enums".into(), enums.collect());
        let work = contexts.work()?;
        contexts.shared.extend(work.map(|(key, list)| (key.to_owned(), list)));
        let schema = derive::schema(plan.spec);
        let mut tables = Vec::new();
        if let Some(dialect) = derived::dialect(plan)? {
            tables = contexts.tables(&schema, &dialect)?;
            contexts.shared["auth"]["data"] =
                contexts.table(&derive::schema::users(plan.spec), &dialect, &|_| false)?;
        }
        let entities = plan.spec.entities.par_iter().map(|entity| contexts.entity(entity).map(compact));
        contexts.entities = entities.collect::<Result<_, Failure>>()?;
        contexts.tables = compact(Value::Array(tables));
        let examples = contexts.examples();
        contexts.shared.insert("examples".into(), compact(examples));
        Ok(contexts)
    }

    /// The context of files about one thing, still without slots and with the things' own keys (`entity`, `job`, …) null, and
    /// that of files about the whole project. An entity's own context is an item of the second's `entities`, completed by [`with_tables`]; the
    /// other entities are not in it.
    pub fn into_parts(mut self) -> (Value, Value) {
        let mut one = self.shared.clone();
        one.remove("examples");
        one.extend(Kind::ALL.map(|kind| (kind.word().to_owned(), Value::Null)));
        let tables = self.tables.as_array().into_iter().flatten();
        let down: Value = tables.rev().map(|it| json!({ "name": it["name"] })).collect();
        self.shared.insert("entities".into(), Value::Array(self.entities));
        self.shared.insert("tables".into(), self.tables);
        self.shared.insert("tables_down".into(), down);
        (Value::Object(one), Value::Object(self.shared))
    }

    fn names(&self, name: &Name) -> Map<String, Value> {
        let names =
            crate::plan::field_names(name, self.plan.spec.api.json_case, self.plan.language, self.plan.framework);
        strings(names)
    }

    fn entity_names(&self, entity: &Entity) -> Map<String, Value> {
        strings(crate::plan::entity_names(entity, self.plan.language, self.plan.framework))
    }

    /// The names of a relation's target: an entity, or the accounts.
    fn target(&self, name: &str) -> Value {
        let mut names = match self.plan.spec.entity(name) {
            Some(entity) => {
                let mut names = self.entity_names(entity);
                names.insert("soft_delete".into(), entity.soft_delete.into());
                names.insert("cursor".into(), (entity.pagination == Pagination::Cursor).into());
                names
            }
            None => {
                let mut names = self.names(&Name::new(USER));
                names.extend(
                    [
                        ("path", "users"),
                        ("table", "users"),
                        ("module", "users"),
                        ("plural_snake", "users"),
                        ("plural_screaming", "USERS"),
                        ("plural_human", "users"),
                        ("a_human", "a user"),
                    ]
                    .map(|(key, value)| (key.to_owned(), value.into())),
                );
                names.insert("soft_delete".into(), false.into());
                names.insert("cursor".into(), false.into());
                names
            }
        };
        names.insert("is_user".into(), (name == USER).into());
        Value::Object(names)
    }

    fn enumeration(&self, it: &EnumType) -> Value {
        let mut value = self.names(&it.name);
        let values = it.values.iter().map(|value| {
            let mut names = self.names(&Name::new(&value.value));
            names.insert("value".into(), value.value.clone().into());
            names.insert("label".into(), text(value.label.as_deref()));
            Value::Object(names)
        });
        value.insert("values".into(), values.collect());
        value.insert("named".into(), it.named.into());
        Value::Object(value)
    }

    /// A key of the contract (`createdAt`) in the project's case.
    fn json_case(&self, name: &str) -> String {
        json_case(self.plan.spec.api.json_case, name)
    }
}

/// Gives every map and list just the room that it needs: what grew has up to twice of it, and all entities are there at once.
fn compact(value: Value) -> Value {
    match value {
        Value::Array(list) => {
            let mut list: Vec<_> = list.into_iter().map(compact).collect();
            list.shrink_to_fit();
            Value::Array(list)
        }
        Value::Object(map) => Value::Object(map.into_iter().map(|(key, value)| (key, compact(value))).collect()),
        other => other,
    }
}

/// Moves the tables of a whole project into the entities and links that they belong to.
pub fn with_tables(plan: &Plan, entities: Vec<Value>, tables: Vec<Value>) -> Vec<Value> {
    let named = tables.into_iter().map(|table| (table["name"].as_str().unwrap_or_default().to_owned(), table));
    let mut tables: BTreeMap<String, Value> = named.collect();
    let complete = |(mut value, entity): (Value, &Entity)| {
        value["data"] = tables.remove(&derive::naming::table(entity)).unwrap_or_default();
        for link in value["links"].as_array_mut().into_iter().flatten() {
            link["data"] = tables.remove(link["link_table"].as_str().unwrap_or_default()).unwrap_or_default();
        }
        value
    };
    entities.into_iter().zip(&plan.spec.entities).map(complete).collect()
}

fn json_case(case: JsonCase, name: &str) -> String {
    let name = Name::new(name);
    if case == JsonCase::Camel { name.camel() } else { name.snake() }
}

fn strings(names: BTreeMap<&'static str, String>) -> Map<String, Value> {
    names.into_iter().map(|(key, value)| (key.to_owned(), Value::String(value))).collect()
}

fn shared(plan: &Plan) -> Map<String, Value> {
    let spec = plan.spec;
    let name = Name::new(&spec.project.name);
    let project = json!({
        "name": spec.project.name,
        "title": text(Some(&spec.project.title)),
        "description": text(Some(&spec.project.description)),
        "author": text(Some(&spec.project.author)),
        "license": spec.project.license.id(),
        "snake": name.snake(),
        "pascal": name.pascal(),
        "screaming": name.screaming(),
    });
    let answers = spec.stack.answers();
    let mut stack = Map::new();
    let mut is = Map::new();
    for (question, definition) in plan.catalog.questions.iter() {
        let given = answers.get(question).cloned().unwrap_or_default();
        let value = if definition.many { json!(given) } else { json!(given.first()) };
        stack.insert(question.to_owned(), value);
        let each =
            definition.options.iter().map(|it| (it.id.replace('-', "_"), given.contains(&it.id.as_str()).into()));
        is.insert(question.to_owned(), Value::Object(each.collect()));
    }
    let uses = plan.spec.uses.iter().map(|it| (it.feature.clone(), true.into()));
    let mut used: Map<String, Value> = plan.framework.features.iter().map(|it| (it.clone(), false.into())).collect();
    used.extend(uses);
    used.insert(OUTBOX.to_owned(), spec.publishes().into());
    Map::from_iter([
        ("project".to_owned(), project),
        ("errors".to_owned(), errors(plan)),
        ("stack".to_owned(), Value::Object(stack)),
        ("is".to_owned(), Value::Object(is)),
        ("uses".to_owned(), Value::Object(used)),
        (
            "api".to_owned(),
            json!({
                "base_path": spec.api.base_path,
                "json_case": if spec.api.json_case == JsonCase::Camel { "camel" } else { "snake" },
                "camel": spec.api.json_case == JsonCase::Camel,
            }),
        ),
        ("framework".to_owned(), framework(plan)),
        ("database".to_owned(), database(plan)),
        ("services".to_owned(), Value::Array(services(plan))),
        ("keys".to_owned(), keys(spec.api.json_case)),
    ])
}

fn framework(plan: &Plan) -> Value {
    json!({ "id": plan.framework.id, "title": plan.framework.title, "language": plan.framework.language })
}

/// The contract's own keys in the project's case.
fn keys(case: JsonCase) -> Value {
    const KEYS: [&str; 9] = [
        "created_at",
        "updated_at",
        "owner_id",
        "version",
        "request_id",
        "next_cursor",
        "access_token",
        "refresh_token",
        "is_null",
    ];
    Value::Object(KEYS.into_iter().map(|key| (key.to_owned(), json_case(case, key).into())).collect())
}

/// The errors that the service answers, and the rules of faulty fields.
fn errors(plan: &Plan) -> Value {
    let offered = derive::Offered::of(plan.framework.features.iter().map(String::as_str));
    let codes = derive::openapi::error_codes(plan.spec, offered);
    let codes: Vec<_> = codes.map(|it| json!({ "status": it.status, "code": it.code, "when": it.when })).collect();
    let rules = derive::errors::rules().iter().map(|it| json!({ "rule": it.rule, "when": it.when }));
    json!({ "codes": codes, "rules": rules.collect::<Vec<_>>() })
}

/// The chosen database's data, without the part that only [`derive`] reads.
fn database(plan: &Plan) -> Value {
    let id = &plan.spec.stack.database;
    let mut value = data(plan.catalog.databases.get(id));
    if let Some(object) = value.as_object_mut() {
        object.remove("sql");
    }
    value["id"] = json!(id);
    value
}

fn data(table: Option<&toml::Table>) -> Value {
    table.map_or_else(|| json!({}), |table| serde_json::to_value(table).unwrap_or_default())
}

fn services(plan: &Plan) -> Vec<Value> {
    let chosen = crate::plan::services(plan.spec, plan.catalog);
    chosen
        .map(|(id, table)| {
            let mut value = data(Some(table));
            value["id"] = json!(id);
            value
        })
        .collect()
}

fn auth(plan: &Plan, user_fields: &[Value], role_names: &[Value]) -> Value {
    json!({
        "enabled": plan.spec.has_auth(),
        "roles": plan.spec.auth.roles,
        "role_names": role_names,
        "open_registration": plan.spec.auth.open_registration,
        "user_fields": user_fields,
        "data": null,
    })
}
