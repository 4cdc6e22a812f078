//! What has to run, decided before anything is written.

use crate::catalog::{Framework, Start, Step};
use crate::cli::Failure;
use crate::cli::process::installed;
use crate::plan::holds;
use crate::spec::Spec;

/// The steps that these answers need.
pub struct Plan<'a> {
    pub start: &'a Start,
    pub steps: Vec<&'a Step>,
    /// Variables that name servers this project does not use.
    pub foreign: Vec<&'a str>,
    /// What a person can log in with.
    pub login: Option<String>,
    pub base_path: String,
    pub title: String,
}

impl<'a> Plan<'a> {
    /// Refuses, with what to do, when the framework has no such steps, or a program or a server is missing.
    pub fn new(framework: &'a Framework, spec: &Spec) -> Result<Self, Failure> {
        let Some(start) = &framework.start else {
            let message = format!("`--start` does not know how {} is run; leave it out", framework.title);
            return Err(Failure::Usage(message));
        };
        let (needed, foreign): (Vec<_>, Vec<_>) = start.variables.iter().partition(|it| holds(&it.when, spec));
        let tools = start.tools.iter().filter(|tool| !installed(&tool.command));
        let mut missing: Vec<_> =
            tools.map(|tool| format!("`{}` is not installed; {}", tool.command, tool.hint)).collect();
        let unset = needed.into_iter().filter(|it| std::env::var_os(&it.name).is_none_or(|value| value.is_empty()));
        missing.extend(unset.map(|it| format!("`{}` is not set; {}", it.name, it.hint)));
        if !missing.is_empty() {
            return Err(Failure::Failed(format!(
                "`--start` cannot run the service, so nothing was written\n  {}",
                missing.join("\n  ")
            )));
        }
        let steps: Vec<_> = start.steps.iter().filter(|step| holds(&step.when, spec)).collect();
        Ok(Self {
            start,
            login: steps.iter().find_map(|step| step.login.clone()),
            steps,
            foreign: foreign.into_iter().map(|it| it.name.as_str()).collect(),
            base_path: spec.api.base_path.clone(),
            title: spec.project.title.clone(),
        })
    }
}
