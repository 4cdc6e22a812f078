//! The templates that people fill in; they are the same files that `scaffold prompts` writes.

use super::words::{Word, WordKind, words};

/// A template to fill in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    /// What the command line calls it.
    pub id: &'static str,
    /// All of it, with its title as a heading.
    pub text: &'static str,
}

/// Every template, in the order of the page that people know.
pub const TEMPLATES: [Template; 15] = [
    Template { id: "rest", text: include_str!("templates/rest.md") },
    Template { id: "graphql", text: include_str!("templates/graphql.md") },
    Template { id: "microservice", text: include_str!("templates/microservice.md") },
    Template { id: "database", text: include_str!("templates/database.md") },
    Template { id: "queries", text: include_str!("templates/queries.md") },
    Template { id: "jwt", text: include_str!("templates/jwt.md") },
    Template { id: "oauth2", text: include_str!("templates/oauth2.md") },
    Template { id: "events", text: include_str!("templates/events.md") },
    Template { id: "jobs", text: include_str!("templates/jobs.md") },
    Template { id: "tests", text: include_str!("templates/tests.md") },
    Template { id: "documentation", text: include_str!("templates/documentation.md") },
    Template { id: "hardening", text: include_str!("templates/hardening.md") },
    Template { id: "monitoring", text: include_str!("templates/monitoring.md") },
    Template { id: "docker", text: include_str!("templates/docker.md") },
    Template { id: "ci", text: include_str!("templates/ci.md") },
];

impl Template {
    /// `REST API Endpoint`
    pub fn title(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default().trim_start_matches("# ")
    }

    /// The names in brackets, each once, in their order.
    pub fn placeholders(&self) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for word in words(self.text, 0..self.text.len()) {
            if word.kind == WordKind::Placeholder && !found.contains(&word.stem) {
                found.push(word.stem);
            }
        }
        found
    }

    /// Whether some words begin as the template does, up to its first placeholder.
    pub(super) fn opens(&self, sentence: &[Word]) -> bool {
        let body = self.text.split_once("\n\n").map_or(self.text, |(_, body)| body);
        let opening = body.split('[').next().unwrap_or_default();
        let opening = words(opening, 0..opening.len());
        let mut sentence = sentence.iter().filter(|it| !it.is_soft());
        opening.iter().filter(|it| !it.is_soft()).all(|word| sentence.next().is_some_and(|it| it.stem == word.stem))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_have_titles_and_placeholders() {
        for template in TEMPLATES {
            assert!(!template.title().is_empty() && template.placeholders().len() >= 3, "{}", template.id);
        }
        assert_eq!(TEMPLATES[0].title(), "REST API Endpoint");
        assert_eq!(TEMPLATES[0].placeholders()[0], "[RESOURCE_NAME]");
    }

    #[test]
    fn each_template_is_known_by_its_beginning() {
        for template in TEMPLATES {
            let body = template.text.split_once("\n\n").unwrap().1.lines().next().unwrap();
            let words = words(body, 0..body.len());
            let opened: Vec<&str> = TEMPLATES.iter().filter(|it| it.opens(&words)).map(|it| it.id).collect();
            assert_eq!(opened, [template.id]);
        }
    }
}
