//! One copy of a project, in which one mutant after the other is made.

use super::list::{Answers, Mutant, OwnTests};
use super::report::{Outcome, Own, Suite};
use crate::redis::Redis;
use crate::stage;
use regex::Regex;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Instant;

/// A project of its own with what is needed to judge it.
pub struct Project<'a> {
    program: &'a Path,
    folder: PathBuf,
    logs: PathBuf,
    own_tests: &'a OwnTests,
    /// The longest that one command may take, in seconds.
    limit: u32,
    /// For its cache, if it has one.
    redis: Option<Redis>,
    /// Whether all of its tests pass as it was generated.
    unbroken: OnceLock<Result<(), String>>,
}

impl<'a> Project<'a> {
    /// Generates a project and installs what it needs.
    pub fn new(
        (program, framework, own_tests): (&'a Path, &str, &'a OwnTests),
        answers: &Answers,
        root: &Path,
        limit: u32,
    ) -> Result<Self, String> {
        let folder = root.join("project");
        let logs = root.join("logs");
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&logs).map_err(|error| error.to_string())?;
        let set: String = answers.set.iter().map(|it| format!(" --set {it}")).collect();
        let (tool, path) = (program.display(), folder.display());
        let generate = format!("{tool} new {path} --answers {}{set} --set stack.framework={framework}", answers.file);
        for (name, place, command) in
            [("generate", Path::new("."), generate.as_str()), ("setup", folder.as_path(), "make setup")]
        {
            let outcome = stage::run(name, place, &logs, &[], command);
            if !outcome.passed {
                return Err(format!("`{command}` failed:\n{}", outcome.tail));
            }
        }
        let cached = answers.set.iter().any(|it| it == "stack.cache=redis");
        let redis = cached.then(Redis::start).transpose()?;
        Ok(Self { program, folder, logs, own_tests, limit, redis, unbroken: OnceLock::new() })
    }

    /// A file as it is now.
    pub fn read(&self, path: &str) -> Option<String> {
        std::fs::read_to_string(self.folder.join(path)).ok()
    }

    /// Makes a mutant, judges it, and takes it back.
    pub fn judge(&self, mutant: &Mutant) -> Result<Outcome, String> {
        let started = Instant::now();
        let changed = mutant.apply(&|path| self.read(path))?;
        let before: Vec<_> =
            changed.iter().map(|(path, _)| (path.clone(), self.read(path).unwrap_or_default())).collect();
        self.write(&changed)?;
        let first = mutant.first.as_deref().map_or(Own::Survived, |first| self.some_tests(first));
        let by_first = !matches!(first, Own::Survived);
        let own = first.or_else(|| self.tests(&self.own_tests.all));
        let suite = self.contract_suite(&mutant.id);
        self.write(&before)?;
        if !by_first && !matches!(own, Own::Survived) {
            self.unbroken()?;
        }
        Ok(Outcome { own, suite, took: started.elapsed() })
    }

    fn write(&self, files: &[(String, String)]) -> Result<(), String> {
        for (path, text) in files {
            std::fs::write(self.folder.join(path), text).map_err(|error| format!("cannot write {path}: {error}"))?;
        }
        Ok(())
    }

    /// All of the project's own tests must pass without a mutant, or what they notice means nothing. Asked once, and only when
    /// they were the ones that noticed.
    fn unbroken(&self) -> Result<(), String> {
        let told = self.unbroken.get_or_init(|| match self.tests(&self.own_tests.all) {
            Own::Survived => Ok(()),
            Own::Caught(test) => Err(format!("without a mutant {test} fails")),
            Own::Broken(why) => Err(format!("without a mutant: {why}")),
        });
        told.clone()
    }

    /// Runs these of the project's own tests.
    pub fn some_tests(&self, which: &str) -> Own {
        self.tests(&self.own_tests.some.replace("{}", which))
    }

    fn tests(&self, command: &str) -> Own {
        let Ok((code, text)) = self.run(&["bash", "-c", command]) else {
            return Own::Broken(format!("cannot run `{command}`"));
        };
        let failed = Regex::new(&self.own_tests.failed).expect("judged when the list was read");
        let mut names = text.lines().filter_map(|line| Some(failed.captures(line)?[1].to_owned()));
        match (code, names.next()) {
            (Some(0), _) => Own::Survived,
            (_, Some(name)) => Own::Caught(name),
            (Some(124), None) => Own::Caught(format!("no end within {} s", self.limit)),
            _ => Own::Broken(format!("`{command}` failed without a failed test:\n{}", tail(&text))),
        }
    }

    /// Starts the service on an empty database and asks it for every line of the contract.
    pub fn contract_suite(&self, name: &str) -> Suite {
        let program = self.program.display().to_string();
        let logs = self.logs.join(name).display().to_string();
        let limit = self.limit.to_string();
        let arguments = ["verify", ".", "--only", "contract", "--json", "--quiet", "--timeout", "10"];
        let more = ["--stage-timeout", &limit, "--logs", &logs];
        match self.run(&[&[program.as_str()], &arguments[..], &more[..]].concat()) {
            Ok((Some(124), _)) => Suite::Caught(vec![format!("no end within {} s", self.limit)]),
            Ok((_, text)) => suite(&text),
            Err(error) => Suite::Invalid(error),
        }
    }

    /// Runs a command in the project; it and all that it has started end at the limit, with code 124.
    fn run(&self, words: &[&str]) -> Result<(Option<i32>, String), String> {
        let servers = self.redis.iter().flat_map(|it| [("VERIFY_REDIS_URL", it.url(0)), ("TEST_REDIS_URL", it.url(2))]);
        let output = Command::new("timeout")
            .envs(servers)
            .args(["--kill-after=20", &self.limit.to_string()])
            .args(words)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .map_err(|error| format!("cannot run {}: {error}", words[0]))?;
        Ok((output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned()))
    }
}

/// What the report of `scaffold verify --json` says.
fn suite(text: &str) -> Suite {
    let Some(start) = text.find('{') else { return Suite::Invalid(format!("no report:\n{}", tail(text))) };
    let report: Value = match serde_json::from_str(&text[start..]) {
        Ok(report) => report,
        Err(error) => return Suite::Invalid(format!("no report: {error}")),
    };
    let failed = |list: &str, name: &str| -> Vec<String> {
        let all = report[list].as_array().into_iter().flatten().filter(|it| it["result"] == "failed");
        all.map(|it| it[name].as_str().unwrap_or_default().to_owned()).collect()
    };
    let stages = failed("stages", "stage");
    if let Some(stage) = stages.iter().find(|it| ["migrations", "start"].contains(&it.as_str())) {
        return Suite::Invalid(format!("the stage `{stage}` failed: the service does not start"));
    }
    let mut caught = failed("checks", "id");
    if stages.iter().any(|it| it == "stop") {
        caught.push("stage `stop`".to_owned());
    }
    match (caught.is_empty(), stages.is_empty()) {
        (true, true) => Suite::Survived,
        (true, false) => Suite::Caught(vec!["stage `contract`".to_owned()]),
        _ => Suite::Caught(caught),
    }
}

fn tail(text: &str) -> String {
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(15)..].join("\n")
}
