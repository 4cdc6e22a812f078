//! Servers for the stages that need one: the database, and what `services.toml` gives addresses.

use super::work::{Stop, Work};
use crate::catalog::Catalog;
use crate::cli::process;
use crate::plan;
use crate::spec::Spec;
use crate::verify::StageFault;
use std::path::Path;

const DATABASE: &str = "DATABASE_URL";

/// A variable and its value.
pub type Given<'a> = (&'a str, String);

/// Where one server is.
struct Address<'a> {
    /// What it is, for people.
    kind: String,
    /// What the service reads.
    variable: &'a str,
    /// What its tests read.
    tests: &'a str,
    /// What both are on a server that `compose.yaml` starts.
    default: &'a str,
    tests_default: &'a str,
    /// Makes an address of a file, where that takes the place of a server.
    file: Option<&'a str>,
}

/// Where a project's servers are: files, servers that the environment names, or servers that `compose.yaml` starts.
pub struct Servers<'a> {
    addresses: Vec<Address<'a>>,
    services: Vec<&'a str>,
    started: Option<String>,
}

impl<'a> Servers<'a> {
    pub fn new(spec: &Spec, catalog: &'a Catalog) -> Self {
        let table = catalog.databases.get(&spec.stack.database);
        let said = |key: &str| table.map(|it| text(it, key)).filter(|it| !it.is_empty());
        let mut addresses = vec![Address {
            kind: format!("{} database", said("title").unwrap_or(&spec.stack.database)),
            variable: DATABASE,
            tests: "TEST_DATABASE_URL",
            default: said("default_url").unwrap_or_default(),
            tests_default: said("test_url").unwrap_or_default(),
            file: said("file_url"),
        }];
        for (_, service) in plan::services(spec, catalog) {
            let wanted = all_addresses(service).filter(|it| plan::answers_want(it, spec, catalog));
            addresses.extend(wanted.map(|address| Address {
                kind: format!("{} server", text(service, "title")),
                variable: text(address, "variable"),
                tests: text(address, "tests"),
                default: text(address, "default"),
                tests_default: text(address, "tests_default"),
                file: None,
            }));
        }
        let services = plan::services(spec, catalog).map(|(id, _)| id).collect();
        Self { addresses, services, started: None }
    }

    /// The addresses that the project's own tests need; none of what they make themselves.
    pub fn for_tests(&mut self, work: &Work<'_>) -> Result<Vec<Given<'a>>, Stop> {
        let wanted = self.addresses.iter().filter(|it| it.file.is_none());
        let wanted: Vec<_> = wanted.map(|it| (it.tests, it.tests.to_owned(), it.tests_default)).collect();
        self.found(work, wanted)
    }

    /// The addresses that the service needs, of an empty database and of servers that are for it alone.
    pub fn empty(&mut self, work: &Work<'_>) -> Result<Vec<Given<'a>>, Stop> {
        let files = self.addresses.iter().filter_map(|it| {
            let file = work.scratch.join("verify.db").display().to_string();
            Some((it.variable, it.file?.replace("{file}", &file)))
        });
        let mut found: Vec<_> = files.collect();
        let wanted = self.addresses.iter().filter(|it| it.file.is_none());
        let wanted: Vec<_> = wanted.map(|it| (it.variable, format!("VERIFY_{}", it.variable), it.default)).collect();
        found.extend(self.found(work, wanted)?);
        Ok(found)
    }

    /// What the environment says under the second names, or the addresses of the servers of `compose.yaml`.
    fn found(&mut self, work: &Work<'_>, wanted: Vec<(&'a str, String, &'a str)>) -> Result<Vec<Given<'a>>, Stop> {
        let missing: Vec<_> =
            wanted.iter().map(|(_, name, _)| name.as_str()).filter(|it| given(it).is_none()).collect();
        if !missing.is_empty() {
            self.compose(work, &missing)?;
        }
        let address = |(variable, name, default): (&'a str, String, &'a str)| {
            (variable, given(&name).unwrap_or_else(|| default.to_owned()))
        };
        Ok(wanted.into_iter().map(address).collect())
    }

    /// Starts the servers of the project's `compose.yaml`, beside the ones that the person may have started from it.
    fn compose(&mut self, work: &Work<'_>, missing: &[&str]) -> Result<(), Stop> {
        if self.started.is_some() {
            return Ok(());
        }
        let log = work.log("servers");
        let docker = process::installed("docker") && work.folder.join("compose.yaml").is_file();
        if !docker || work.command("docker version", &[], &log)?.is_err() {
            let lines: Vec<_> = missing.iter().filter_map(|name| self.advice(name)).collect();
            return Err(Stop::Fault(StageFault::new(lines.join("\n"))));
        }
        let name = format!("scaffold-verify-{}", std::process::id());
        let command = format!("docker compose --project-name {name} up --detach --wait {}", self.services.join(" "));
        // What is half started has to go, too.
        self.started = Some(name);
        let advice = format!("or set {} to the address of an empty one for this alone", missing.join(" and "));
        work.wanted(&command, &[], &log).map_err(|stop| stop.saying(&advice))
    }

    /// What a person can do about an address that is missing.
    fn advice(&self, name: &str) -> Option<String> {
        let own = |it: &&Address<'_>| it.tests == name || name.ends_with(it.variable);
        let Address { kind, tests, default, tests_default, .. } = self.addresses.iter().find(own)?;
        let example = if *tests == name { tests_default } else { default };
        Some(format!(
            "a {kind} is needed, and no Docker engine answers that could start one\n\
             set {name} to the address of an empty {kind} for this alone, such as {example}"
        ))
    }

    /// Stops what was started, and removes its data.
    pub fn end(&mut self, folder: &Path) {
        if let Some(name) = self.started.take() {
            let down = ["compose", "--project-name", name.as_str(), "down", "--volumes"];
            let _ = std::process::Command::new("docker").args(down).current_dir(folder).output();
        }
    }
}

/// Variables of the person's own work that a project must not see: addresses of other servers.
pub fn foreign(catalog: &Catalog) -> Vec<String> {
    let mut found = vec![DATABASE.to_owned(), format!("TEST_{DATABASE}"), format!("VERIFY_{DATABASE}")];
    for address in catalog.services.values().flat_map(all_addresses) {
        let variable = text(address, "variable");
        found.extend([variable.to_owned(), text(address, "tests").to_owned(), format!("VERIFY_{variable}")]);
    }
    found
}

/// The addresses that a server has for one purpose or another.
fn all_addresses(service: &toml::Table) -> impl Iterator<Item = &toml::Table> {
    let listed = service.get("address").and_then(toml::Value::as_array);
    listed.into_iter().flatten().filter_map(toml::Value::as_table)
}

fn text<'t>(table: &'t toml::Table, key: &str) -> &'t str {
    table.get(key).and_then(toml::Value::as_str).unwrap_or_default()
}

fn given(variable: &str) -> Option<String> {
    std::env::var(variable).ok().filter(|value| !value.is_empty())
}
