//! `OpenAPI` 3.0 and 3.1.

mod classify;
mod look;
mod paths;
mod property;

use super::outline::{self, Note, Outline, Tally};
use super::{Draft, Kind, Value};
use crate::answers::Format;
use crate::answers::tree::parse_foreign;
use crate::catalog::Catalog;
use crate::spec::{Place, Source};
use classify::Document;
use look::Look;
use std::ops::Range;
use std::sync::Arc;

/// Reads a description into a draft, and counts what became of it.
pub fn read(draft: &mut Draft, catalog: &Catalog) -> Tally {
    let document = Arc::clone(draft.document());
    draft.read_as.push("an OpenAPI description".to_owned());
    outline::write(&outline_of(&document), draft, catalog)
}

/// The keys of a description that say nothing about what a service keeps.
const ASIDE: [(&str, &str); 5] = [
    ("servers", "the service has an address of its own"),
    ("tags", "operations are grouped by their entity"),
    ("externalDocs", "links to documents elsewhere are left out"),
    ("webhooks", "webhooks are left out: `[events]` and `[handlers]` say what is told to others"),
    ("jsonSchemaDialect", "schemas are read as JSON Schema 2020-12"),
];

/// What a description says.
pub(crate) fn outline_of(source: &Arc<Source>) -> Outline {
    let mut outline = Outline::default();
    let json = source.text.trim_start().starts_with('{');
    let parsed = parse_foreign(source, if json { Format::Json } else { Format::Yaml });
    let root = match parsed {
        Ok(root) => root,
        Err(problem) => {
            let mut text = problem.message.clone();
            for note in &problem.notes {
                text.push_str(&format!("; {note}"));
            }
            outline.notes.push(Note::lost(span(&problem.place), text));
            return outline;
        }
    };
    if let Some(swagger) = root.get("swagger") {
        let text = "this is Swagger 2: OpenAPI 3.0 and 3.1 are read; many tools convert one to the other";
        outline.notes.push(Note::unsupported(span(&swagger.place), text));
        return outline;
    }
    match root.get("openapi").map(|it| (it.text().unwrap_or_default().to_owned(), it)) {
        Some((version, _)) if version.starts_with("3.") => {}
        Some((version, node)) => {
            let text = format!("version `{version}` is not known: OpenAPI 3.0 and 3.1 are read");
            outline.notes.push(Note::lost(span(&node.place), text));
        }
        None => {
            outline.notes.push(Note::lost(0..0, "`openapi: 3.1.0` is missing: this may be another kind of document"));
        }
    }
    info(&mut outline, &root);
    for (key, text) in ASIDE {
        if let Some(entry) = root.entry(key) {
            outline.notes.push(Note::unsupported(span(&entry.key), text));
        }
    }
    security(&mut outline, &root);
    Document::new(&root).read(&mut outline);
    outline
}

fn info(outline: &mut Outline, root: &crate::answers::tree::Node) {
    let Some(info) = root.get("info") else { return };
    if let Some(title) = info.get("title")
        && let Some(text) = title.text()
    {
        if let Some(name) = super::project_name(text) {
            outline.settings.push(("project.name".to_owned(), Value::from(name), span(&title.place)));
        }
        outline.settings.push(("project.title".to_owned(), Value::from(one_line(text)), span(&title.place)));
    }
    if let Some(description) = info.get("description")
        && let Some(text) = description.text()
    {
        let first = one_line(text.split("\n\n").next().unwrap_or_default());
        let short: String = first.chars().take(300).collect();
        if !short.is_empty() {
            outline.settings.push(("project.description".to_owned(), Value::from(short), span(&description.place)));
        }
    }
    for key in ["termsOfService", "contact", "license"] {
        if let Some(entry) = info.entry(key) {
            outline.notes.push(Note::unsupported(
                span(&entry.key),
                format!("`{key}` is left out: `project.license` and `project.author` say it"),
            ));
        }
    }
}

/// How callers prove who they are.
fn security(outline: &mut Outline, root: &crate::answers::tree::Node) {
    let Some(schemes) = root.get("components").and_then(|it| it.get("securitySchemes")) else { return };
    let mut auth: Vec<&str> = Vec::new();
    let mut at = 0..0;
    for (name, entry) in schemes.members() {
        let kind = entry.node.get("type").and_then(|it| it.text()).unwrap_or_default();
        let scheme = entry.node.get("scheme").and_then(|it| it.text()).unwrap_or_default().to_ascii_lowercase();
        let option = match (kind, scheme.as_str()) {
            ("http", "bearer") | ("openIdConnect", _) => "jwt",
            ("apiKey", _) => "api-key",
            ("oauth2", _) => "oauth2",
            _ => {
                let text = format!("`{name}` is left out: callers show tokens or keys");
                outline.notes.push(Note::unsupported(span(&entry.key), text));
                continue;
            }
        };
        at = span(&entry.key);
        if !auth.contains(&option) {
            auth.push(option);
        }
    }
    if auth.is_empty() {
        return;
    }
    if !auth.contains(&"jwt") {
        auth.insert(0, "jwt");
        let note = Note::new(Kind::Assumed, at.clone(), "tokens, too: keys and OAuth 2 need accounts");
        outline.notes.push(Note { path: "stack.auth".to_owned(), ..note });
    }
    auth.sort_by_key(|it| *it != "jwt");
    let value = if auth.len() == 1 { Value::from(auth[0]) } else { Value::texts(auth) };
    outline.settings.push(("stack.auth".to_owned(), value, at));
}

fn span(place: &Place) -> Range<usize> {
    place.start..place.end
}

/// A text on one line.
fn one_line(text: &str) -> String {
    text.split(|it: char| it.is_whitespace() || it.is_control())
        .filter(|it| !it.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
