//! One operation.

use super::document::schema_ref;
use super::response;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Who may call an operation, as the document says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Security {
    /// There are no accounts, or none are looked at.
    None,
    /// Anybody; credentials that are sent must be good.
    Optional,
    /// Only who is logged in.
    Bearer,
    /// Only who signs what is sent, by this scheme.
    Signature(String),
}

/// One operation under construction.
pub(super) struct Operation {
    id: String,
    tag: String,
    summary: String,
    description: Option<String>,
    security: Security,
    parameters: Vec<Value>,
    body: Option<Value>,
    answers: Map<String, Value>,
    refusals: BTreeSet<u16>,
}

impl Operation {
    /// Starts one that can be rate limited, and that can fail for reasons of the service's own.
    pub(super) fn new(id: impl Into<String>, tag: &str, summary: impl Into<String>, security: Security) -> Self {
        let mut refusals = BTreeSet::from([429, 500, 503]);
        if security != Security::None {
            refusals.insert(401);
        }
        Self {
            id: id.into(),
            tag: tag.to_owned(),
            summary: summary.into(),
            description: None,
            security,
            parameters: Vec::new(),
            body: None,
            answers: Map::new(),
            refusals,
        }
    }

    /// Under another tag.
    pub(super) fn tag(mut self, tag: &str) -> Self {
        tag.clone_into(&mut self.tag);
        self
    }

    pub(super) fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    pub(super) fn parameter(mut self, parameter: Value) -> Self {
        self.parameters.push(parameter);
        self
    }

    pub(super) fn parameters(mut self, parameters: impl IntoIterator<Item = Value>) -> Self {
        self.parameters.extend(parameters);
        self
    }

    /// A JSON body, a component: can be malformed, too large or of another type.
    pub(super) fn body(self, component: &str) -> Self {
        self.body_of(&["application/json"], component)
    }

    /// A JSON merge patch, a component.
    pub(super) fn patch(self, component: &str) -> Self {
        self.body_of(&["application/json", "application/merge-patch+json"], component)
    }

    fn body_of(mut self, types: &[&str], component: &str) -> Self {
        let media = json!({ "schema": schema_ref(component) });
        let content: Map<String, Value> = types.iter().map(|it| ((*it).to_owned(), media.clone())).collect();
        self.body = Some(json!({ "required": true, "content": content }));
        self.refuses(&[400, 413, 415])
    }

    /// An answer with a JSON body, a component.
    pub(super) fn answers(mut self, status: u16, description: &str, component: &str) -> Self {
        let content = json!({ "application/json": { "schema": schema_ref(component) } });
        self.answers.insert(status.to_string(), json!({ "description": description, "content": content }));
        self
    }

    /// An answer with a plain text.
    pub(super) fn answers_text(mut self, status: u16, description: &str, example: &str) -> Self {
        let content = json!({ "text/plain": { "schema": { "type": "string" }, "example": example } });
        self.answers.insert(status.to_string(), json!({ "description": description, "content": content }));
        self
    }

    /// An answer without a body.
    pub(super) fn answers_empty(mut self, status: u16, description: &str) -> Self {
        self.answers.insert(status.to_string(), json!({ "description": description }));
        self
    }

    /// A header of an answer that is already described.
    pub(super) fn header(mut self, status: u16, name: &str, description: &str, example: &str) -> Self {
        let answer = &mut self.answers[&status.to_string()];
        answer["headers"][name] =
            json!({ "description": description, "schema": { "type": "string" }, "example": example });
        self
    }

    /// Refusals besides those that every operation can answer.
    pub(super) fn refuses(mut self, statuses: &[u16]) -> Self {
        self.refusals.extend(statuses);
        self
    }

    /// Takes back a refusal that cannot happen here.
    pub(super) fn never(mut self, statuses: &[u16]) -> Self {
        self.refusals.retain(|it| !statuses.contains(it));
        self
    }

    pub(super) fn refusals(&self) -> impl Iterator<Item = u16> + '_ {
        self.refusals.iter().copied().filter(|it| !self.answers.contains_key(&it.to_string()))
    }

    pub(super) fn finish(self) -> Value {
        let refusals: Vec<u16> = self.refusals().collect();
        let mut operation = json!({ "operationId": self.id, "tags": [self.tag], "summary": self.summary });
        if let Some(description) = self.description {
            operation["description"] = description.into();
        }
        operation["security"] = match self.security {
            Security::None => json!([]),
            Security::Optional => json!([{}, { "bearer": [] }]),
            Security::Bearer => json!([{ "bearer": [] }]),
            Security::Signature(scheme) => json!([{ scheme: [] }]),
        };
        if !self.parameters.is_empty() {
            operation["parameters"] = self.parameters.into();
        }
        if let Some(body) = self.body {
            operation["requestBody"] = body;
        }
        let mut responses = self.answers;
        for status in refusals {
            responses.insert(status.to_string(), json!({ "$ref": response::reference(status) }));
        }
        operation["responses"] = Value::Object(responses);
        operation
    }
}

/// The identifier in a path.
pub(super) fn path_id(name: &str, of: &str, example: &str) -> Value {
    json!({
        "name": name, "in": "path", "required": true, "description": format!("The id of the {of}."),
        "schema": { "type": "string", "format": "uuid" }, "example": example,
    })
}

/// A parameter of the query.
pub(super) fn query(name: &str, description: &str, schema: &Value) -> Value {
    json!({ "name": name, "in": "query", "required": false, "description": description, "schema": schema })
}

/// A parameter of the query that holds several values between commas.
pub(super) fn query_list(name: &str, description: &str, schema: &Value) -> Value {
    json!({
        "name": name, "in": "query", "required": false, "description": description,
        "style": "form", "explode": false, "schema": schema,
    })
}

/// A header of the request.
pub(super) fn header(name: &str, description: &str, schema: &Value) -> Value {
    json!({ "name": name, "in": "header", "required": false, "description": description, "schema": schema })
}
