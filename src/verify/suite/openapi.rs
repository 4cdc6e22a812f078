//! The described service against the real one.

use super::{Outcome, Suite, id_of};
use crate::spec::{Action, Entity};
use crate::verify::client::Request;
use crate::verify::fault::{Fault, Stop, ensure};
use crate::verify::world::{Who, World};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

pub fn checks(suite: &mut Suite<'_, '_>) {
    suite.check("openapi/served", "`GET /openapi.json` (3.1)", |world| {
        let answer = world.send(&Request::get("root:/openapi.json"))?;
        let version = answer.status(200)?.string("openapi")?;
        ensure(version.starts_with("3.1"), &answer, "OpenAPI 3.1", version)?;
        Ok(())
    });
    suite.check("openapi/operations", "every operation with operationId, tag, summary, security", operations);
    suite.check("openapi/complete", "exactly what runs", complete);
    let spec = suite.world.spec;
    for entity in spec.entities.iter().filter(|it| it.allows(Action::Create)) {
        suite.check(
            format!("openapi/{}/answers", id_of(entity)),
            "exactly what runs: answers have the described form",
            |world| answers(world, entity),
        );
    }
}

fn document(world: &mut World<'_>) -> Result<Value, Stop> {
    Ok(world.send(&Request::get("root:/openapi.json"))?.status(200)?.json()?)
}

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Path, method and operation of everything described.
fn described(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths
        .flat_map(|(path, item)| {
            let operations = item.as_object().into_iter().flatten();
            operations
                .filter(|(method, _)| METHODS.contains(&method.as_str()))
                .map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
        })
        .collect()
}

fn operations(world: &mut World<'_>) -> Outcome {
    let document = document(world)?;
    let mut seen = BTreeSet::new();
    for (path, method, operation) in described(&document) {
        let place = format!("{} {path}", method.to_uppercase());
        let id = operation["operationId"].as_str().unwrap_or_default();
        if id.is_empty() || !seen.insert(id.to_owned()) {
            return Err(Fault::new(format!("an operationId of its own for {place}"), format!("\"{id}\"")).into());
        }
        for key in ["tags", "summary"] {
            if operation[key].as_array().is_none_or(Vec::is_empty) && operation[key].as_str().is_none_or(str::is_empty)
            {
                return Err(Fault::new(format!("`{key}` of {place}"), operation[key].to_string()).into());
            }
        }
        if world.spec.has_auth() && operation.get("security").is_none() && document.get("security").is_none() {
            return Err(Fault::new(format!("`security` of {place}"), "none").into());
        }
    }
    Ok(())
}

/// A path with every parameter named alike.
fn anonymous(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

fn complete(world: &mut World<'_>) -> Outcome {
    let document = document(world)?;
    let derived: Value = serde_json::from_str(&crate::derive::openapi(world.spec, crate::derive::Offered::default()))
        .map_err(|error| Stop::Skipped(format!("the derived document cannot be read: {error}")))?;
    let of = |document: &Value| -> BTreeSet<String> {
        described(document)
            .iter()
            .map(|(path, method, _)| format!("{} {}", method.to_uppercase(), anonymous(path)))
            .collect()
    };
    let (got, wanted) = (of(&document), of(&derived));
    let missing: Vec<_> = wanted.difference(&got).cloned().collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Fault::new("the operations of the spec", format!("without {}", missing.join(", "))).into())
    }
}

/// The schema of a successful answer.
fn schema(document: &Value, path: &str, method: &str, status: &str) -> Option<Value> {
    let (_, _, operation) =
        described(document).into_iter().find(|it| anonymous(it.0) == anonymous(path) && it.1 == method)?;
    let mut schema = operation["responses"][status]["content"]["application/json"]["schema"].clone();
    let object = schema.as_object_mut()?;
    object.insert("components".into(), document["components"].clone());
    Some(schema)
}

fn answers(world: &mut World<'_>, entity: &Entity) -> Outcome {
    let document = document(world)?;
    let base = world.spec.api.base_path.clone();
    let (collection, row) = (World::path(entity), World::row_path(entity, "{id}"));
    let (_, made) = world.post(entity, &Who::Admin, &Map::new())?;
    let id = made.status(201)?.string("id")?;
    let mut asked = vec![(format!("{base}{collection}"), "post", "201", made)];
    if entity.allows(Action::Read) {
        let answer = world.master(Request::get(World::row_path(entity, &id)))?;
        asked.push((format!("{base}{row}"), "get", "200", answer));
    }
    if entity.allows(Action::List) {
        let answer = world.master(Request::get(collection.clone()).query(&[("limit", "5")]))?;
        asked.push((format!("{base}{collection}"), "get", "200", answer));
    }
    if entity.allows(Action::Update) {
        let answer = world.master(Request::patch(World::row_path(entity, &id), &json!({})))?;
        asked.push((format!("{base}{row}"), "patch", "200", answer));
    }
    for (path, method, status, answer) in asked {
        let Some(schema) = schema(&document, &path, method, status) else {
            return Err(Fault::new(format!("a schema of {} {path} {status}", method.to_uppercase()), "none").into());
        };
        let validator = jsonschema::validator_for(&schema)
            .map_err(|error| Fault::new(format!("a JSON Schema for {path}"), error.to_string()))?;
        let body = answer.json()?;
        if let Err(error) = validator.validate(&body) {
            let place = error.instance_path().to_string();
            return Err(Fault::new("an answer of the described form", format!("{error} at `{place}`"))
                .shown_by(&answer)
                .into());
        }
    }
    Ok(())
}
