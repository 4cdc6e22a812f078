//! The example answers file: everything that a framework can be asked for, explained.

use crate::catalog::{Catalog, CatalogError, Framework};
use handlebars::{Handlebars, no_escape};
use serde_json::{Map, Value, json};

const TEMPLATE: &str = include_str!("example.toml.hbs");

/// A commented answers file that uses every kind of thing the framework supports, and nothing else.
///
/// # Errors
/// A template that cannot be rendered, which a test rules out.
pub fn example(framework: &Framework, catalog: &Catalog) -> Result<String, CatalogError> {
    let mut questions = Vec::new();
    let mut auth = false;
    for (id, question) in catalog.questions.iter().filter(|(id, _)| *id != "framework") {
        let options = framework.options(id, &catalog.questions);
        let default = question.default.as_deref().filter(|default| options.contains(default));
        let Some(value) = default.or(options.first().copied()) else { continue };
        auth |= id == "auth" && value != "none";
        let others: Vec<&str> = options.into_iter().filter(|option| *option != value).collect();
        questions.push(json!({
            "id": id, "help": question.help, "value": format!("\"{value}\""), "others": others.join(", "),
        }));
    }
    let features: Map<String, Value> = framework.features.iter().map(|it| (it.clone(), json!(true))).collect();
    let context = json!({
        "id": framework.id, "title": framework.title, "questions": questions, "auth": auth, "features": features,
    });
    let mut registry = Handlebars::new();
    registry.register_escape_fn(no_escape);
    registry.render_template(TEMPLATE, &context).map_err(|error| CatalogError::new("example.toml.hbs", error))
}
