//! `scaffold verify DIR`: a project, stage by stage.

use super::restarts::Restarts;
use super::server::{Server, Settings};
use super::servers::{self, Given, Servers};
use super::stages::{CONTRACT, MIGRATIONS, SETTINGS, SETUP, STAGES, START, STOP, Stage, TESTS, wanted};
use super::work::{self, Stop, Work};
use super::{VerifyArgs, folders, told};
use crate::catalog::Catalog;
use crate::cli::input::{self, Sources};
use crate::cli::process::Progress;
use crate::cli::{Failure, Global, interrupt, output};
use crate::project::ANSWERS_PATH;
use crate::spec::Spec;
use crate::verify::{self, CheckResult, Report, Run, StageFault, StageResult, StageVerdict, Verdict};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

/// Proves a project; ended early, nothing of it runs on.
pub fn prove(dir: &Path, args: &VerifyArgs, global: &Global, catalog: &Catalog) -> Result<Run, Failure> {
    let folder = folders::project(dir)?;
    let answers = dir.join(ANSWERS_PATH);
    let spec = input::read(&Sources { file: Some(&answers), set: &[], defaults: &[] }, catalog)?.spec;
    let _busy = interrupt::busy();
    let scratch = folders::scratch()?;
    let logs = folders::logs(args.logs.as_deref())?;
    let limit = Duration::from_secs(args.stage_timeout);
    let foreign = servers::foreign(catalog);
    let work = Work { folder: &folder, logs: &logs, scratch: scratch.path(), foreign: &foreign, limit };
    let mut prover = Prover {
        settings: Settings::new(&work, &spec)?,
        servers: Servers::new(&spec, catalog),
        run: Run { title: spec.project.title.clone(), target: folder.display().to_string(), ..Run::default() },
        progress: Progress::new(global.quiet),
        server: None,
        has_admin: false,
        addresses: Vec::new(),
        spec: &spec,
        work,
        args,
        quiet: global.quiet,
    };
    let started = Instant::now();
    let outcome = prover.stages();
    drop(prover.server.take());
    prover.progress.clear();
    prover.servers.end(&folder);
    prover.run.took = started.elapsed();
    outcome.map(|()| prover.run)
}

struct Prover<'a> {
    work: Work<'a>,
    spec: &'a Spec,
    args: &'a VerifyArgs,
    settings: Settings,
    servers: Servers<'a>,
    /// The addresses of the database that was migrated, and of other servers.
    addresses: Vec<Given<'a>>,
    server: Option<Server>,
    /// Whether the admin of the settings has been made.
    has_admin: bool,
    progress: Progress,
    run: Run,
    quiet: bool,
}

impl<'a> Prover<'a> {
    fn stages(&mut self) -> Result<(), Failure> {
        for stage in &STAGES {
            let begun = Instant::now();
            let verdict = match self.hindered(stage) {
                Some(why) => StageVerdict::Skipped(why),
                None => {
                    self.progress.begin(stage.name, &self.commands(stage).join(", "));
                    match self.stage(stage) {
                        Ok(()) => StageVerdict::Passed,
                        Err(Stop::Fault(fault)) => StageVerdict::Failed(fault),
                        Err(Stop::Failure(failure)) => return Err(failure),
                    }
                }
            };
            self.ended(stage, verdict, begun.elapsed());
        }
        Ok(())
    }

    /// Why a stage is not to run.
    fn hindered(&self, stage: &Stage) -> Option<String> {
        let other_groups = stage.name == SETTINGS && !verify::needs_settings(&self.args.group);
        if !wanted(stage, &self.args.only) || other_groups {
            return Some("not asked for".to_owned());
        }
        // What runs is stopped, whatever else has happened.
        if stage.name == STOP && self.server.is_some() {
            return None;
        }
        let broken = |it: &&StageResult| matches!(it.verdict, StageVerdict::Failed(_));
        let mut before = self.run.stages.iter();
        let hindrance = if self.args.keep_going {
            let needed = |it: &&StageResult| stage.needs.contains(&it.name);
            let absent = |it: &&StageResult| !matches!(it.verdict, StageVerdict::Passed);
            before.find(|it| (needed(it) && absent(it)) || (it.name == SETUP && broken(it)))
        } else {
            before.find(broken)
        };
        hindrance.map(|it| match &it.verdict {
            StageVerdict::Skipped(why) => why.clone(),
            _ => format!("`{}` failed", it.name),
        })
    }

    fn commands(&self, stage: &Stage) -> Vec<String> {
        match stage.name {
            START => {
                let admin = self.spec.has_auth().then_some("make create-admin");
                let worker = self.spec.has_queue().then_some("make worker");
                [admin, Some("make run"), worker].into_iter().flatten().map(str::to_owned).collect()
            }
            CONTRACT => vec!["ask for every line of the contract".to_owned()],
            STOP => vec!["SIGTERM".to_owned()],
            SETTINGS => vec!["make run, with other variables".to_owned()],
            _ => stage.targets.iter().map(|target| format!("make {target}")).collect(),
        }
    }

    fn stage(&mut self, stage: &Stage) -> Result<(), Stop> {
        let log = self.work.log(stage.name);
        match stage.name {
            START => self.start(stage),
            CONTRACT => self.contract(stage),
            STOP => self.server.take().map_or(Ok(()), Server::stop),
            SETTINGS => self.other_settings(stage),
            _ => {
                let environment = self.environment(stage)?;
                for command in self.commands(stage) {
                    let outcome = self.work.wanted(&command, &environment, &log);
                    outcome.map_err(|stop| match self.advice(stage) {
                        Some(advice) => stop.saying(advice),
                        None => stop,
                    })?;
                }
                Ok(())
            }
        }
    }

    fn environment(&mut self, stage: &Stage) -> Result<Vec<Given<'a>>, Stop> {
        Ok(match stage.name {
            TESTS => self.servers.for_tests(&self.work)?,
            MIGRATIONS => {
                self.addresses = self.servers.empty(&self.work)?;
                self.settings.know(&self.addresses);
                self.settings.environment(self.spec, &self.addresses)
            }
            _ => Vec::new(),
        })
    }

    fn start(&mut self, stage: &Stage) -> Result<(), Stop> {
        let log = self.work.log(stage.name);
        let environment = self.settings.environment(self.spec, &self.addresses);
        if self.spec.has_auth() {
            self.work.wanted("make create-admin", &environment, &log)?;
            self.has_admin = true;
        }
        self.server = Some(Server::start(&self.work, &self.settings, &environment, log)?);
        Ok(())
    }

    fn contract(&mut self, stage: &Stage) -> Result<(), Stop> {
        let Some(mut server) = self.server.take() else {
            return Err(Stop::Fault(StageFault::new("the service does not run")));
        };
        let limits = (Duration::from_secs(self.args.timeout), self.work.limit);
        let (args, spec) = (self.args, self.spec);
        let mut trouble = None;
        let outcome = self.asked(stage, |settings, tell| {
            let (report, found) = server.ask(spec, settings, &args.group, limits, tell);
            trouble = found;
            report
        });
        self.server = Some(server);
        match trouble {
            Some(fault) if !interrupt::interrupted() => Err(Stop::Fault(fault)),
            _ => outcome,
        }
    }

    fn other_settings(&mut self, stage: &Stage) -> Result<(), Stop> {
        let (args, spec) = (self.args, self.spec);
        let log = self.work.log(START);
        let environment = self.settings.environment(spec, &self.addresses);
        if spec.has_auth() && !self.has_admin {
            self.work.wanted("make create-admin", &environment, &log)?;
        }
        let work = self.work.clone();
        self.asked(stage, |settings, tell| {
            let mut service = Restarts::new(&work, settings, environment, Duration::from_secs(args.timeout), log);
            verify::settings(spec, &mut service, &args.group, &mut |result| {
                tell(result);
                if interrupt::interrupted() {
                    return ControlFlow::Break("interrupted".to_owned());
                }
                ControlFlow::Continue(())
            })
        })
    }

    /// Makes checks, tells of each as it ends, and says what came of them.
    fn asked(
        &mut self,
        stage: &Stage,
        ask: impl FnOnce(&Settings, &mut dyn FnMut(&CheckResult)) -> Report,
    ) -> Result<(), Stop> {
        let (args, progress, quiet) = (self.args, &self.progress, self.quiet);
        let (mut log, mut count) = (String::new(), 0);
        let mut tell = |result: &CheckResult| {
            count += 1;
            log.push_str(&told::check(result, true));
            progress.add(&format!("{count} checks"));
            if !args.json && (!quiet || matches!(result.verdict, Verdict::Failed(_))) {
                progress.beside(|| {
                    let _ = output::print(&told::check(result, args.verbose));
                });
            }
        };
        let report = ask(&self.settings, &mut tell);
        folders::write(&self.work.log(stage.name), log.as_bytes())?;
        let counts = report.counts();
        self.run.contract.results.extend(report.results);
        if interrupt::interrupted() {
            return Err(work::interrupted().into());
        }
        match counts {
            (0, 0, _) => Err(Stop::Fault(StageFault::new("no check could be made"))),
            (_, 0, _) => Ok(()),
            (_, failed, _) => Err(Stop::Fault(StageFault::new(format!("{failed} of {count} checks failed")))),
        }
    }

    /// What to try when a command of a stage fails.
    fn advice(&self, stage: &Stage) -> Option<&'static str> {
        let set_up = self.args.only.is_empty() || self.args.only.iter().any(|it| it == SETUP);
        match stage.name {
            SETUP => Some("everything else needs what it installs; its own words say what is missing"),
            _ if !set_up => {
                Some("`setup` was not asked for: add `--only setup` where the project is not installed yet")
            }
            _ => None,
        }
    }

    fn ended(&mut self, stage: &Stage, verdict: StageVerdict, took: Duration) {
        let log = self.work.log(if stage.name == STOP { START } else { stage.name });
        let log = log.is_file().then(|| log.display().to_string());
        let commands = self.commands(stage);
        let result = StageResult { name: stage.name, title: stage.title, commands, verdict, took, log };
        let good = matches!(result.verdict, StageVerdict::Passed);
        let failed = matches!(result.verdict, StageVerdict::Failed(_));
        if self.args.json && good {
            self.progress.end();
        }
        self.progress.clear();
        if !self.args.json && (!self.quiet || failed) {
            let _ = output::print(&told::stage(&result));
        }
        self.run.stages.push(result);
    }
}
