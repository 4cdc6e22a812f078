//! How a generated service is set up and run in development: the `[start]` table of a framework's manifest.

use super::{CatalogError, Condition, Questions};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Everything between a written project and a running service.
#[derive(Debug)]
pub struct Start {
    /// Programs that must be on the machine.
    pub tools: Vec<Tool>,
    /// Variables that name servers.
    pub variables: Vec<Variable>,
    /// Shell commands that run to their end, in order.
    pub steps: Vec<Step>,
    /// The shell command that serves until it is told to end.
    pub serve: String,
    /// The port it listens on when nothing else is said.
    pub port: u16,
    /// The variable that says something else.
    pub port_variable: String,
    /// The path that answers 200 once the service can serve.
    pub health: String,
    /// The path of the documentation for people.
    pub docs: Option<String>,
}

/// A program that steps call.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// Its name on the search path.
    pub command: String,
    /// How to get it.
    pub hint: String,
}

/// The address of a server. It is needed when the condition holds, and kept from the service otherwise: an address that
/// happens to be set belongs to something else.
#[derive(Debug)]
pub struct Variable {
    /// The environment variable.
    pub name: String,
    /// When it is needed.
    pub when: Condition,
    /// How to get such a server and what to write.
    pub hint: String,
}

/// One shell command.
#[derive(Debug)]
pub struct Step {
    /// What it does, for people: `install`.
    pub title: String,
    /// The command.
    pub run: String,
    /// When it is needed.
    pub when: Condition,
    /// Variables for it alone.
    pub environment: BTreeMap<String, String>,
    /// What a person can log in with after it.
    pub login: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StartTable {
    serve: String,
    port: u16,
    port_variable: String,
    health: String,
    docs: Option<String>,
    #[serde(default)]
    tools: Vec<Tool>,
    #[serde(default)]
    variable: Vec<VariableTable>,
    #[serde(default)]
    step: Vec<StepTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VariableTable {
    name: String,
    when: String,
    hint: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepTable {
    title: String,
    run: String,
    when: Option<String>,
    #[serde(default)]
    environment: BTreeMap<String, String>,
    login: Option<String>,
}

impl StartTable {
    /// Checks the conditions. `path` is the manifest's, for messages.
    pub(super) fn read(self, path: &str, questions: &Questions) -> Result<Start, CatalogError> {
        let condition = |text: &str| Condition::parse(text, questions).map_err(|it| CatalogError::new(path, it));
        let variables = self
            .variable
            .into_iter()
            .map(|it| Ok(Variable { when: condition(&it.when)?, name: it.name, hint: it.hint }));
        let steps = self.step.into_iter().map(|it| {
            let when = it.when.as_deref().map_or(Ok(Condition::Always), condition)?;
            Ok(Step { when, title: it.title, run: it.run, environment: it.environment, login: it.login })
        });
        Ok(Start {
            variables: variables.collect::<Result<_, CatalogError>>()?,
            steps: steps.collect::<Result<_, CatalogError>>()?,
            tools: self.tools,
            serve: self.serve,
            port: self.port,
            port_variable: self.port_variable,
            health: self.health,
            docs: self.docs,
        })
    }
}
