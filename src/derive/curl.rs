//! Examples for a shell: one working line for each operation of an entity.
//!
//! They read `TOKEN` (an access token), `ID` (the row), and one variable for each reference (`SUPPLIER_ID`), so they work
//! on a service with rows of one's own.

use super::sample;
use crate::spec::{Action, Entity, Grant, Name, Spec};
use serde_json::{Map, Value};
use std::fmt::Write as _;

/// Where the examples expect the service, without the base path.
const ORIGIN: &str = "http://127.0.0.1:8000";

/// One example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The entity's name.
    pub entity: String,
    /// The operation it calls.
    pub operation: String,
    /// What it does.
    pub title: String,
    /// One command for a POSIX shell.
    pub command: String,
}

/// The examples of all entities, in their order.
pub fn curl(spec: &Spec) -> Vec<Example> {
    spec.entities.iter().flat_map(|entity| Examples { spec, entity }.all()).collect()
}

struct Examples<'a> {
    spec: &'a Spec,
    entity: &'a Entity,
}

impl Examples<'_> {
    fn all(&self) -> Vec<Example> {
        let (one, many) = (self.entity.name.pascal(), self.entity.plural.pascal());
        let mut examples = Vec::new();
        let mut add = |action: Action, operation: String, title: &str, command: String| {
            if self.entity.allows(action) {
                let entity = self.entity.name.declared().to_owned();
                examples.push(Example { entity, operation, title: title.to_owned(), command });
            }
        };
        let body = self.body();
        let patch =
            body.iter().next().map(|(key, value)| Map::from_iter([(key.clone(), value.clone())])).unwrap_or_default();
        let (create, replace) =
            (self.send(Action::Create, "POST", "", &body), self.send(Action::Update, "PUT", "/$ID", &body));
        add(Action::Create, format!("create{one}"), "create", create);
        add(Action::List, format!("list{many}"), "list", self.call(Action::List, "GET", "?limit=10"));
        add(Action::Read, format!("read{one}"), "read", self.call(Action::Read, "GET", "/$ID"));
        add(Action::Update, format!("replace{one}"), "replace", replace);
        let update = self.send(Action::Update, "PATCH", "/$ID", &patch);
        add(Action::Update, format!("update{one}"), "change", update);
        add(Action::Delete, format!("delete{one}"), "delete", self.call(Action::Delete, "DELETE", "/$ID"));
        examples
    }

    fn call(&self, action: Action, method: &str, rest: &str) -> String {
        let mut command = "curl -sS --fail-with-body".to_owned();
        if method != "GET" {
            let _ = write!(command, " -X {method}");
        }
        let url = format!("{ORIGIN}{}/{}{rest}", self.spec.api.base_path, self.entity.plural.kebab());
        let _ = write!(command, " \"{url}\"");
        if self.spec.has_auth() && !self.entity.access.of(action).contains(&Grant::Public) {
            command.push_str(" -H \"Authorization: Bearer $TOKEN\"");
        }
        command
    }

    fn send(&self, action: Action, method: &str, rest: &str, body: &Map<String, Value>) -> String {
        let json = Value::Object(body.clone()).to_string();
        format!("{} -H 'Content-Type: application/json' -d {}", self.call(action, method, rest), quoted(&json))
    }

    fn body(&self) -> Map<String, Value> {
        sample::body(self.spec, self.entity, &|target| format!("${}_ID", Name::new(target).screaming()))
    }
}

/// A word for a POSIX shell in which only variables of ids are replaced.
fn quoted(text: &str) -> String {
    let mut word = String::from("'");
    let mut rest = text;
    while let Some(at) = rest.find(['\'', '$']) {
        word.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest[1..].find(|it: char| !it.is_ascii_uppercase() && !it.is_ascii_digit() && it != '_');
        let name = &rest[1..end.map_or(rest.len(), |it| it + 1)];
        if rest.starts_with('$') && name.ends_with("_ID") {
            let _ = write!(word, "'\"${name}\"'");
            rest = &rest[1 + name.len()..];
        } else if rest.starts_with('\'') {
            word.push_str(r"'\''");
            rest = &rest[1..];
        } else {
            word.push('$');
            rest = &rest[1..];
        }
    }
    word.push_str(rest);
    word.push('\'');
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_end_and_begin_again_and_only_ids_are_variables() {
        assert_eq!(quoted("{\"a\":\"it's $5\"}"), r#"'{"a":"it'\''s $5"}'"#);
        assert_eq!(quoted("{\"tag\":\"$TAG_ID\"}"), r#"'{"tag":"'"$TAG_ID"'"}'"#);
    }
}
