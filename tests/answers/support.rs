//! Reading answers in tests.

use scaffold::answers::{self, Catalogue, Checked, Choice, Format, Input, Preset, Question, render_problems};

/// The questions of the reference page.
pub fn catalogue() -> Catalogue<'static> {
    let question = |id, many, default, options: &[&'static str]| Question {
        id,
        many,
        default,
        options: (options.iter())
            .map(|id| Choice {
                id,
                needs: if matches!(*id, "api-key" | "oauth2") { vec!["jwt"] } else { vec![] },
                ..Choice::default()
            })
            .collect(),
        ..Question::default()
    };
    let questions = vec![
        question("framework", false, None, &["fastapi", "express", "gin"]),
        question("database", false, Some("sqlite"), &["sqlite", "postgresql", "mysql"]),
        question("auth", true, Some("jwt"), &["none", "jwt", "api-key", "oauth2"]),
        question("queue", false, Some("none"), &["none", "redis", "rabbitmq"]),
        question("cache", false, Some("none"), &["none", "redis"]),
        question("ci", true, Some("github-actions"), &["none", "github-actions", "gitlab-ci"]),
        question("deploy", true, Some("none"), &["none", "kubernetes"]),
    ];
    let text = include_str!("../../blueprints/presets/ecommerce.toml");
    Catalogue { questions, presets: vec![Preset { id: "ecommerce", title: "Shop", help: "", text }] }
}

/// Reads a text of any format.
pub fn read_as(format: Format, text: &str, set: &[(&str, &str)]) -> Result<Checked, String> {
    let name = match format {
        Format::Toml => "shop.toml",
        Format::Yaml => "shop.yaml",
        Format::Json => "shop.json",
    };
    let set: Vec<_> = set.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let input = Input::from_text(name, format, text.to_owned());
    answers::read(input, &|_| Ok(Vec::new()), &set, &catalogue()).map_err(|problems| render_problems(&problems, false))
}

/// Reads TOML that is right.
#[track_caller]
pub fn accepted(text: &str) -> Checked {
    read_as(Format::Toml, text, &[]).unwrap_or_else(|problems| panic!("{problems}"))
}
