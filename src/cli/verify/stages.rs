//! What `scaffold verify DIR` does, in order.

/// A part of proving a project.
pub struct Stage {
    /// As it is named on the command line.
    pub name: &'static str,
    /// For people.
    pub title: &'static str,
    /// What it asks `make` for; nothing where the stage is more than that.
    pub targets: &'static [&'static str],
    /// The stages that make what it works on.
    pub needs: &'static [&'static str],
}

pub const SETUP: &str = "setup";
pub const TESTS: &str = "tests";
pub const MIGRATIONS: &str = "migrations";
pub const START: &str = "start";
pub const CONTRACT: &str = "contract";
pub const STOP: &str = "stop";
pub const SETTINGS: &str = "settings";

/// Their names, in order.
pub const NAMES: [&str; 10] = [SETUP, "format", "lint", "types", TESTS, MIGRATIONS, START, CONTRACT, STOP, SETTINGS];

/// All of them, in order.
pub const STAGES: [Stage; 10] = [
    Stage { name: SETUP, title: "install", targets: &["setup"], needs: &[] },
    Stage { name: "format", title: "format check", targets: &["format-check"], needs: &[] },
    Stage { name: "lint", title: "lint", targets: &["lint"], needs: &[] },
    Stage { name: "types", title: "types", targets: &["typecheck"], needs: &[] },
    Stage { name: TESTS, title: "its own tests", targets: &["coverage"], needs: &[] },
    Stage {
        name: MIGRATIONS,
        title: "migrations up, down and up",
        targets: &["migrate", "migrate-down", "migrate"],
        needs: &[],
    },
    Stage { name: START, title: "start", targets: &[], needs: &[MIGRATIONS] },
    Stage { name: CONTRACT, title: "contract", targets: &[], needs: &[START] },
    Stage { name: STOP, title: "stop", targets: &[], needs: &[START] },
    Stage { name: SETTINGS, title: "started with other settings", targets: &[], needs: &[MIGRATIONS] },
];

/// Whether a stage is to run when these were asked for, none meaning all: the ones that make what another one works on
/// come with it, and what was started is stopped.
pub fn wanted(stage: &Stage, only: &[String]) -> bool {
    let asked = |names: &[&str]| only.is_empty() || only.iter().any(|it| names.contains(&it.as_str()));
    match stage.name {
        START | STOP => asked(&[START, CONTRACT, STOP]),
        MIGRATIONS => asked(&[MIGRATIONS, START, CONTRACT, STOP, SETTINGS]),
        other => asked(&[other]),
    }
}
