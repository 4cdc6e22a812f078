//! Requests to the service.

use super::{Exchange, Fault, Target};
use crate::spec::JsonCase;
use serde_json::Value;
use std::io::Read as _;

/// The most that is read of an answer, in bytes.
const MOST: u64 = 16 * 1024 * 1024;

/// Sends requests; cheap to clone, and shared by threads.
#[derive(Debug, Clone)]
pub struct Client {
    agent: ureq::Agent,
    origin: String,
    base_path: String,
    case: JsonCase,
    /// What no report may show.
    password: Option<String>,
}

/// A request to be.
#[derive(Debug, Clone)]
pub struct Request {
    method: &'static str,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
    chunked: bool,
}

impl Client {
    /// A client of the service; paths are relative to `base_path`.
    pub fn new(target: &Target, base_path: &str, case: JsonCase) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .allow_non_standard_methods(true)
            .timeout_global(Some(target.timeout))
            .user_agent("scaffold-verify")
            .accept_encoding("identity")
            .build()
            .new_agent();
        let origin = target.url.trim_end_matches('/').to_owned();
        let password = target.admin.as_ref().map(|it| it.password.clone()).filter(|it| !it.is_empty());
        Self { agent, origin, base_path: base_path.to_owned(), case, password }
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Sends a request and reads its answer, whatever its status.
    pub fn send(&self, request: &Request) -> Result<Exchange, Fault> {
        let path = if let Some(path) = request.path.strip_prefix("root:") {
            path.to_owned()
        } else {
            format!("{}{}", self.base_path, request.path)
        };
        let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
        let url = format!("{}{path}{query}", self.origin);
        let said = format!("{} {path}{query}", request.method);
        let unanswered = |error: &dyn std::fmt::Display| Fault::new(format!("an answer to {said}"), error.to_string());
        let mut builder = ureq::http::Request::builder().method(request.method).uri(&url);
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        let answer = match &request.body {
            None => self.agent.run(builder.body(()).map_err(|error| unanswered(&error))?),
            Some(body) if request.chunked => {
                let mut reader = body.as_slice();
                let body = ureq::SendBody::from_reader(&mut reader);
                self.agent.run(builder.body(body).map_err(|error| unanswered(&error))?)
            }
            Some(body) => self.agent.run(builder.body(body.as_slice()).map_err(|error| unanswered(&error))?),
        };
        let mut answer = answer.map_err(|error| unanswered(&error))?;
        let headers = answer.headers().iter();
        let headers = headers.map(|(name, value)| (name.as_str().to_owned(), text(value.as_bytes()))).collect();
        let mut body = Vec::new();
        answer
            .body_mut()
            .as_reader()
            .take(MOST + 1)
            .read_to_end(&mut body)
            .map_err(|error| Fault::new(format!("a whole answer to {said}"), error.to_string()))?;
        if body.len() as u64 > MOST {
            return Err(Fault::new(format!("an answer to {said} of at most {MOST} bytes"), "more"));
        }
        let secret = |name: &str| name.eq_ignore_ascii_case("authorization");
        let sent_headers = request.headers.iter().map(|(name, value)| {
            let value = if secret(name) { "…".to_owned() } else { value.clone() };
            (name.clone(), value)
        });
        Ok(Exchange {
            method: request.method.to_owned(),
            url,
            sent_headers: sent_headers.collect(),
            sent: request.body.as_deref().map(|body| self.without_password(body)),
            status: answer.status().as_u16(),
            headers,
            body,
            case: self.case,
        })
    }

    fn without_password(&self, body: &[u8]) -> Vec<u8> {
        match (&self.password, std::str::from_utf8(body)) {
            (Some(password), Ok(text)) => {
                let written = serde_json::Value::from(password.as_str()).to_string();
                text.replace(&written, "\"…\"").into_bytes()
            }
            _ => body.to_vec(),
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl Request {
    /// A request to a path below the base path, or with `root:/…` to one beside it.
    pub fn new(method: &'static str, path: impl Into<String>) -> Self {
        let (query, headers) = (String::new(), Vec::new());
        Self { method, path: path.into(), query, headers, body: None, chunked: false }
    }

    /// `GET`
    pub fn get(path: impl Into<String>) -> Self {
        Self::new("GET", path)
    }

    /// `POST` with a JSON body.
    pub fn post(path: impl Into<String>, body: &Value) -> Self {
        Self::new("POST", path).json(body)
    }

    /// `PUT` with a JSON body.
    pub fn put(path: impl Into<String>, body: &Value) -> Self {
        Self::new("PUT", path).json(body)
    }

    /// `PATCH` with a JSON body.
    pub fn patch(path: impl Into<String>, body: &Value) -> Self {
        Self::new("PATCH", path).json(body)
    }

    /// `DELETE`
    pub fn delete(path: impl Into<String>) -> Self {
        Self::new("DELETE", path)
    }

    /// A query of names and values, escaped.
    pub fn query<N: AsRef<str>, V: AsRef<str>>(mut self, pairs: &[(N, V)]) -> Self {
        let pairs = pairs.iter().map(|(name, value)| format!("{}={}", escape(name.as_ref()), escape(value.as_ref())));
        self.query = pairs.collect::<Vec<_>>().join("&");
        self
    }

    /// A header.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// An access token; none is no header.
    pub fn token(self, token: Option<&str>) -> Self {
        match token {
            Some(token) => self.header("Authorization", format!("Bearer {token}")),
            None => self,
        }
    }

    /// A JSON body.
    pub fn json(self, body: &Value) -> Self {
        self.bytes(body.to_string().into_bytes(), "application/json")
    }

    /// A body of this content type.
    pub fn bytes(mut self, body: impl Into<Vec<u8>>, content_type: &str) -> Self {
        self.body = Some(body.into());
        self.headers.retain(|(name, _)| name != "Content-Type");
        self.header("Content-Type", content_type)
    }

    /// Sends the body in chunks, its length unsaid.
    pub fn chunked(mut self) -> Self {
        self.chunked = true;
        self
    }
}

/// Percent-encoding of everything but unreserved characters (RFC 3986, section 2.3).
pub fn escape(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}
