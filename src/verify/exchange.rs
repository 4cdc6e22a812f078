//! One request and its answer, and what can be expected of it.

use super::fault::{Fault, ensure};
use crate::spec::{JsonCase, Name};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Answers in reports are cut after this many characters.
const SHOWN: usize = 600;

/// A request and its answer.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// `PATCH`
    pub method: String,
    /// The whole address.
    pub url: String,
    /// Headers that were sent, without tokens.
    pub sent_headers: Vec<(String, String)>,
    /// The body that was sent.
    pub sent: Option<Vec<u8>>,
    /// The answer's status.
    pub status: u16,
    /// The answer's headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The answer's body.
    pub body: Vec<u8>,
    /// The case of the service's JSON.
    pub(super) case: JsonCase,
}

impl Exchange {
    /// A header of the answer.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A name in the service's case.
    pub fn key(&self, snake: &str) -> String {
        let name = Name::new(snake);
        if self.case == JsonCase::Camel { name.camel() } else { name.snake() }
    }

    /// The body as text, cut when it is long.
    pub fn text(&self) -> String {
        cut(&self.body)
    }

    /// The body that was sent, as text, cut when it is long.
    pub fn sent_text(&self) -> Option<String> {
        self.sent.as_deref().map(cut)
    }

    /// The body as JSON.
    pub fn json(&self) -> Result<Value, Fault> {
        serde_json::from_slice(&self.body).map_err(|_| Fault::new("a JSON body", self.text()).shown_by(self))
    }

    /// The body as a JSON object.
    pub fn object(&self) -> Result<Map<String, Value>, Fault> {
        match self.json()? {
            Value::Object(object) => Ok(object),
            _ => Err(Fault::new("a JSON object", self.text()).shown_by(self)),
        }
    }

    /// A text of a JSON object.
    pub fn string(&self, key: &str) -> Result<String, Fault> {
        match self.object()?.get(key) {
            Some(Value::String(text)) => Ok(text.clone()),
            _ => Err(Fault::new(format!("a string in `{key}`"), self.text()).shown_by(self)),
        }
    }

    /// Wants this status.
    pub fn status(&self, wanted: u16) -> Result<&Self, Fault> {
        let got = format!("{} {}", self.status, self.code().unwrap_or_default());
        ensure(self.status == wanted, self, format!("status {wanted}"), got.trim()).map(|()| self)
    }

    /// Wants an empty body with this status.
    pub fn empty(&self, wanted: u16) -> Result<&Self, Fault> {
        self.status(wanted)?;
        ensure(self.body.is_empty(), self, "no body", self.text()).map(|()| self)
    }

    /// The code of an error envelope.
    pub fn code(&self) -> Option<String> {
        let body: Value = serde_json::from_slice(&self.body).ok()?;
        Some(body.get("error")?.get("code")?.as_str()?.to_owned())
    }

    /// Wants a refusal: status, code, and the whole envelope with its headers.
    pub fn refused(&self, status: u16, code: &str) -> Result<&Self, Fault> {
        self.status(status)?;
        let kind = self.header("content-type").unwrap_or("none");
        let json = kind == "application/json" || kind.starts_with("application/json;");
        ensure(json, self, "content type application/json", kind)?;
        let body = self.object()?;
        let error = body.get("error").and_then(Value::as_object);
        let Some(error) = error.filter(|_| body.len() == 1) else {
            return Err(Fault::new("the error envelope", self.text()).shown_by(self));
        };
        let request_id = self.key("request_id");
        let mut keys: Vec<_> = error.keys().map(String::as_str).collect();
        keys.sort_unstable();
        let mut wanted = vec!["code", "details", "message", request_id.as_str()];
        wanted.sort_unstable();
        ensure(keys == wanted, self, format!("the keys {}", wanted.join(", ")), keys.join(", "))?;
        let got = error["code"].as_str().unwrap_or_default();
        ensure(got == code, self, format!("code {code}"), got)?;
        let spoken = error["message"].as_str().is_some_and(|it| !it.is_empty());
        ensure(spoken, self, "a message for people", error["message"].to_string())?;
        let id = error[&request_id].as_str();
        let same = id.is_some() && id == self.header("x-request-id");
        ensure(same, self, format!("`{request_id}` equal to X-Request-Id"), error[&request_id].to_string())?;
        ensure(error["details"].is_array(), self, "details as a list", error["details"].to_string())?;
        Ok(self)
    }

    /// The faulty fields of a refusal with their rules.
    pub fn details(&self) -> BTreeMap<String, String> {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let details = body["error"]["details"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
        details.iter().map(|it| (text(&it["field"]), text(&it["rule"]))).collect()
    }

    /// Wants a validation error that names exactly these fields and rules.
    pub fn faults<S: AsRef<str>>(&self, wanted: &[(S, &str)]) -> Result<&Self, Fault> {
        self.refused(400, "VALIDATION_ERROR")?;
        self.named(wanted)
    }

    /// Wants a conflict that names exactly these fields as taken.
    pub fn taken<S: AsRef<str>>(&self, fields: &[S]) -> Result<&Self, Fault> {
        self.refused(409, "CONFLICT")?;
        let wanted: Vec<_> = fields.iter().map(|field| (field.as_ref(), "unique")).collect();
        self.named(&wanted)
    }

    fn named<S: AsRef<str>>(&self, wanted: &[(S, &str)]) -> Result<&Self, Fault> {
        let wanted: BTreeMap<String, String> =
            wanted.iter().map(|(field, rule)| (field.as_ref().to_owned(), (*rule).to_owned())).collect();
        let got = self.details();
        ensure(got == wanted, self, format!("faults {}", listed(&wanted)), listed(&got)).map(|()| self)
    }

    /// Wants this header with this value.
    pub fn has_header(&self, name: &str, value: &str) -> Result<&Self, Fault> {
        let got = self.header(name);
        ensure(got == Some(value), self, format!("header `{name}: {value}`"), got.unwrap_or("none")).map(|()| self)
    }

    /// Wants this value under a key of a JSON object.
    pub fn holds(&self, key: &str, value: &Value) -> Result<&Self, Fault> {
        let object = self.object()?;
        let got = object.get(key);
        let shown = got.map_or_else(|| "nothing".to_owned(), Value::to_string);
        let same = got.is_some_and(|got| equal(got, value));
        ensure(same, self, format!("`{key}` to be {}", short(value)), short_text(&shown)).map(|()| self)
    }
}

/// Whether two JSON values are the same; numbers count by their value.
pub fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left == right || left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| equal(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, value)| right.get(key).is_some_and(|other| equal(value, other)))
        }
        _ => left == right,
    }
}

/// A value for a message, cut when it is long.
pub fn short(value: &Value) -> String {
    short_text(&value.to_string())
}

fn short_text(text: &str) -> String {
    if text.chars().count() <= 80 { text.to_owned() } else { text.chars().take(79).chain(['…']).collect() }
}

fn listed(faults: &BTreeMap<String, String>) -> String {
    if faults.is_empty() {
        return "none".to_owned();
    }
    faults.iter().map(|(field, rule)| format!("`{field}` {rule}")).collect::<Vec<_>>().join(", ")
}

fn cut(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    if text.chars().count() <= SHOWN {
        return text.into_owned();
    }
    let kept: String = text.chars().take(SHOWN).collect();
    format!("{kept}… ({} bytes)", bytes.len())
}
