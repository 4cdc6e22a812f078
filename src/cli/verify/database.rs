//! Databases for the stages that need one.

use super::work::{Stop, Work};
use crate::catalog::Catalog;
use crate::cli::process;
use crate::plan;
use crate::spec::Spec;
use crate::verify::StageFault;
use std::path::Path;

const EMPTY: &str = "VERIFY_DATABASE_URL";
const TESTS: &str = "TEST_DATABASE_URL";

/// Where a project's databases are: files, servers that the environment names, or servers that `compose.yaml` starts.
pub struct Databases<'a> {
    title: String,
    /// Makes an address of a file, where the database is one.
    file_url: Option<&'a str>,
    /// The addresses of the servers that `compose.yaml` starts.
    default_url: &'a str,
    test_url: &'a str,
    services: Vec<&'a str>,
    started: Option<String>,
}

impl<'a> Databases<'a> {
    pub fn new(spec: &Spec, catalog: &'a Catalog) -> Self {
        let table = catalog.databases.get(&spec.stack.database);
        let text = |key: &str| table.and_then(|it| it.get(key)).and_then(toml::Value::as_str);
        Self {
            title: text("title").unwrap_or(&spec.stack.database).to_owned(),
            file_url: text("file_url"),
            default_url: text("default_url").unwrap_or_default(),
            test_url: text("test_url").unwrap_or_default(),
            services: plan::services(spec, catalog).map(|(id, _)| id).collect(),
            started: None,
        }
    }

    /// The address of a database for the project's own tests; nothing where they make one.
    pub fn for_tests(&mut self, work: &Work<'_>) -> Result<Option<String>, Stop> {
        if self.file_url.is_some() {
            return Ok(None);
        }
        let given = given(TESTS);
        if given.is_none() {
            self.compose(work, TESTS)?;
        }
        Ok(Some(given.unwrap_or_else(|| self.test_url.to_owned())))
    }

    /// The address of an empty database.
    pub fn empty(&mut self, work: &Work<'_>) -> Result<String, Stop> {
        if let Some(url) = self.file_url {
            return Ok(url.replace("{file}", &work.scratch.join("verify.db").display().to_string()));
        }
        let given = given(EMPTY);
        if given.is_none() {
            self.compose(work, EMPTY)?;
        }
        Ok(given.unwrap_or_else(|| self.default_url.to_owned()))
    }

    /// Starts the servers of the project's `compose.yaml`, beside the ones that the person may have started from it.
    fn compose(&mut self, work: &Work<'_>, variable: &str) -> Result<(), Stop> {
        if self.started.is_some() {
            return Ok(());
        }
        let log = work.log("servers");
        let docker = process::installed("docker") && work.folder.join("compose.yaml").is_file();
        if !docker || work.command("docker version", &[], &log)?.is_err() {
            let title = &self.title;
            return Err(Stop::Fault(StageFault::new(format!(
                "a {title} database is needed, and no Docker engine answers that could start one\n\
                 set {variable} to the address of an empty {title} database for this alone, such as {}",
                if variable == TESTS { self.test_url } else { self.default_url },
            ))));
        }
        let name = format!("scaffold-verify-{}", std::process::id());
        let command = format!("docker compose --project-name {name} up --detach --wait {}", self.services.join(" "));
        // What is half started has to go, too.
        self.started = Some(name);
        work.wanted(&command, &[], &log).map_err(|stop| {
            stop.saying(&format!("or set {variable} to the address of an empty database for this alone"))
        })
    }

    /// Stops what was started, and removes its data.
    pub fn end(&mut self, folder: &Path) {
        if let Some(name) = self.started.take() {
            let down = ["compose", "--project-name", name.as_str(), "down", "--volumes"];
            let _ = std::process::Command::new("docker").args(down).current_dir(folder).output();
        }
    }
}

fn given(variable: &str) -> Option<String> {
    std::env::var(variable).ok().filter(|value| !value.is_empty())
}
