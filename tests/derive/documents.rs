//! Documents.

use crate::{check, specs};
use scaffold::derive::{Offered, access, curl, errors, openapi, sample};
use scaffold::spec::{JsonCase, Spec, check_value};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The printed document, and the same as a tree.
fn document(spec: &Spec, offered: Offered) -> (String, Value) {
    let text = openapi(spec, offered);
    let value = serde_json::from_str(&text).unwrap();
    assert_eq!(text, format!("{value:#}"), "printed as usual");
    (format!("{text}\n"), value)
}

#[test]
fn the_openapi_documents_are_as_agreed() {
    check("shop.openapi.json", &document(&specs::shop(), Offered::default()).0);
    check("wide.openapi.json", &document(&specs::wide(), Offered::ALL).0);
}

#[test]
fn without_accounts_nothing_speaks_of_them() {
    let mut spec = specs::shop();
    spec.stack.auth = vec!["none".into()];
    for entity in &mut spec.entities {
        let public = vec![scaffold::spec::Grant::Public];
        let access = &mut entity.access;
        access.list.clone_from(&public);
        access.read.clone_from(&public);
        access.create.clone_from(&public);
        access.update.clone_from(&public);
        access.delete = public;
    }
    let (text, _) = document(&spec, Offered::default());
    for word in ["bearer", "ownerId", "\"401\"", "\"403\"", "UNAUTHORIZED", "/auth/", "/users"] {
        assert!(!text.contains(word), "{word}");
    }
    check("shop-none.openapi.json", &text);
}

#[test]
fn snake_case_reaches_every_key() {
    let mut spec = specs::wide();
    spec.api.json_case = JsonCase::Snake;
    let (text, _) = document(&spec, Offered::ALL);
    for word in ["isNull", "createdAt", "requestId", "includeDeleted", "nextCursor", "accessToken"] {
        assert!(!text.contains(word), "{word}");
    }
}

#[test]
fn every_operation_is_complete_and_every_reference_leads_somewhere() {
    let (_, document) = document(&specs::wide(), Offered::ALL);
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{id} stands twice");
            for key in ["summary", "tags", "security", "responses"] {
                assert!(!operation[key].is_null(), "{method} {path} has no {key}");
            }
            let placeholders = path.matches('{').count();
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let target = |it: &Value| match it["$ref"].as_str() {
                Some(reference) => document.pointer(&reference[1..]).unwrap().clone(),
                None => it.clone(),
            };
            let in_path = parameters.iter().map(target).filter(|it| it["in"] == "path").count();
            assert_eq!(in_path, placeholders, "{method} {path}");
        }
    }
    let mut references = BTreeSet::new();
    collect(&document, &mut references);
    for reference in references {
        assert!(document.pointer(&reference[1..]).is_some(), "{reference}");
    }
}

fn collect(value: &Value, references: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get("$ref") {
                references.insert(reference.clone());
            }
            map.values().for_each(|it| collect(it, references));
        }
        Value::Array(list) => list.iter().for_each(|it| collect(it, references)),
        _ => {}
    }
}

#[test]
fn the_access_matrix_is_as_agreed() {
    let mut text = String::new();
    for cell in access(&specs::wide()) {
        let _ = writeln!(text, "{} {} {}: {:?}", cell.entity, cell.request.id(), cell.caller.id(), cell.outcome);
    }
    check("wide.access.txt", &text);
}

#[test]
fn the_curl_lines_are_as_agreed() {
    let mut text = String::new();
    for example in curl(&specs::shop()) {
        let _ = writeln!(text, "# {} ({})\n{}", example.operation, example.title, example.command);
    }
    check("shop.curl.sh", &text);
}

#[test]
fn every_status_of_the_document_has_a_code() {
    let (_, document) = document(&specs::wide(), Offered::ALL);
    let known: BTreeSet<String> = errors().iter().map(|it| it.status.to_string()).collect();
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            for status in operation["responses"].as_object().unwrap().keys().filter(|it| it.as_str() >= "400") {
                assert!(known.contains(status), "{status}");
            }
        }
    }
}

#[test]
fn every_sample_is_one_that_its_field_accepts() {
    for spec in [specs::shop(), specs::wide()] {
        for entity in &spec.entities {
            for field in &entity.fields {
                let value = sample::value(&spec, field);
                let items = value.as_array().filter(|_| field.list.is_some()).cloned().unwrap_or_else(|| vec![value]);
                for item in items {
                    let checked = check_value(&field.kind, &spec.enums, &item);
                    assert!(checked.is_ok(), "{} {}: {item}", entity.name.declared(), field.name.declared());
                }
            }
        }
    }
}
