//! Breaks generated projects on purpose, in small realistic ways, and sees whether their own tests and the contract
//! suite notice.

mod list;
mod project;
mod report;

use crate::stage;
use list::{Answers, List, Mutant};
use project::Project;
pub use report::with_section;
use report::{LEAST, Own, Report, Row, Suite};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

const LISTS: &str = "xtask/mutants";
const DOCUMENT: &str = "docs/proof.md";
const OPENING: &str = "\
# Proof

Generated projects are broken on purpose, one small realistic slip at a time: a mutant. Each must be noticed by the project's own
tests (`make test`) or by the contract suite (`scaffold verify`), and nine of ten by the own tests alone. `cargo xtask mutants`
does it and writes the tables: the first test that failed, the checks that failed, and the seconds that both took.
";

/// Make small defects in generated projects and see that they are noticed
#[derive(clap::Args)]
pub struct MutantsArgs {
    /// Only this framework
    framework: Option<String>,
    /// Only mutants whose id contains this; may be repeated
    #[arg(long, value_name = "TEXT")]
    only: Vec<String>,
    /// With `--only`: put their rows into the document, which is otherwise left alone
    #[arg(long)]
    update: bool,
    /// How many projects are worked on side by side
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..))]
    jobs: u8,
    /// The longest that the tests, or the contract suite, may take for one mutant
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    limit: u32,
    /// Where projects and logs go; kept [default: a temporary folder, removed]
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

/// Runs the chosen mutants of all frameworks.
pub fn run(args: &MutantsArgs) -> ExitCode {
    match attempt(args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn attempt(args: &MutantsArgs) -> Result<bool, String> {
    let temporary = tempfile::tempdir().map_err(|error| error.to_string())?;
    let root = args.keep.clone().unwrap_or_else(|| temporary.path().to_path_buf());
    let root = std::path::absolute(root).map_err(|error| error.to_string())?;
    std::fs::create_dir_all(&root).map_err(|error| error.to_string())?;
    let program = program(&root)?;
    let (mut good, mut ran) = (true, false);
    for (framework, text) in lists(Path::new(LISTS))? {
        if args.framework.as_ref().is_some_and(|it| *it != framework) {
            continue;
        }
        let list = List::parse(&text).map_err(|error| format!("{LISTS}/{framework}.toml: {error}"))?;
        let report = frameworks_mutants(args, &program, &root.join(&framework), (&framework, &list))?;
        if report.rows.is_empty() {
            continue;
        }
        ran = true;
        println!("\n{framework}");
        for line in report.figures() {
            println!("  {line}");
        }
        if !report.good() {
            println!("  wanted: every mutant caught, {LEAST} % by the project's own tests");
            good = false;
        }
    }
    if ran { Ok(good) } else { Err(format!("no mutant of {LISTS} has such a framework or id")) }
}

/// Every list: the framework's id and the text, sorted.
fn lists(folder: &Path) -> Result<Vec<(String, String)>, String> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut found = Vec::new();
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if let (Some(id), true) = (path.file_stem(), path.extension().is_some_and(|it| it == "toml")) {
            let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            found.push((id.to_string_lossy().into_owned(), text));
        }
    }
    found.sort();
    Ok(found)
}

/// A copy of the program: whoever works on it meanwhile builds it anew.
fn program(root: &Path) -> Result<PathBuf, String> {
    let (built, copy) = (stage::program()?, root.join("scaffold"));
    std::fs::copy(built, &copy).map_err(|error| format!("cannot copy {}: {error}", built.display()))?;
    Ok(copy)
}

fn frameworks_mutants<'a>(
    args: &MutantsArgs,
    program: &Path,
    root: &Path,
    (framework, list): (&'a str, &'a List),
) -> Result<Report<'a>, String> {
    let wanted = |it: &&Mutant| args.only.is_empty() || args.only.iter().any(|text| it.id.contains(text.as_str()));
    let (mut rows, document) = (Vec::new(), Mutex::new(()));
    for answers in &list.answers {
        let mutants: Vec<_> = list.of(answers).filter(wanted).collect();
        if mutants.is_empty() {
            continue;
        }
        println!("{framework}, {}: {} mutants", answers.file, mutants.len());
        let projects = (0..args.jobs)
            .map(|job| {
                let folder = root.join(format!("{}-{job}", answers.id));
                Project::new((program, framework, &list.own_tests), answers, &folder, args.limit)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let faults: Vec<_> = mutants.iter().filter_map(|it| it.apply(&|path| projects[0].read(path)).err()).collect();
        if !faults.is_empty() {
            return Err(faults.join("\n"));
        }
        unbroken(&projects, &mutants, answers)?;
        let (done, all) = (AtomicUsize::new(0), mutants.len());
        let new = side_by_side(&projects, &mutants, |project, mutant| {
            let outcome = project.judge(mutant)?;
            let number = done.fetch_add(1, Ordering::SeqCst) + 1;
            let row = Row::new(mutant, &answers.file, &outcome);
            println!("[{number}/{all}] {}", row.told());
            if args.only.is_empty() || args.update {
                let _one_at_a_time = document.lock().expect("no thread has panicked");
                record(framework, list, row.clone())?;
            }
            Ok(row)
        })?;
        rows.extend(new);
    }
    Ok(Report { framework, rows, missing: 0 })
}

/// Puts a row into the document at once, so that a run that is interrupted leaves what it has found.
fn record(framework: &str, list: &List, row: Row) -> Result<(), String> {
    let before = std::fs::read_to_string(DOCUMENT).unwrap_or_else(|_| OPENING.to_owned());
    let section = Report { framework, rows: vec![row], missing: 0 }.among(list, &before).section();
    std::fs::write(DOCUMENT, with_section(&before, &section)).map_err(|error| format!("{DOCUMENT}: {error}"))
}

/// Without a mutant the contract suite and each part of the tests that is run first must pass: else nothing means anything.
/// All tests together are asked where they notice a mutant ([`Project::judge`]).
fn unbroken(projects: &[Project], mutants: &[&Mutant], answers: &Answers) -> Result<(), String> {
    let first: BTreeSet<_> = mutants.iter().filter_map(|it| it.first.as_deref()).collect();
    let parts: Vec<_> = [None].into_iter().chain(first.into_iter().map(Some)).collect();
    side_by_side(projects, &parts, |project, part| {
        let name = &answers.id;
        match part {
            None => match project.contract_suite("unbroken") {
                Suite::Survived => Ok(()),
                Suite::Caught(checks) => {
                    Err(format!("{name}: without a mutant these checks fail: {}", checks.join(", ")))
                }
                Suite::Invalid(why) => Err(format!("{name}: without a mutant: {why}")),
            },
            Some(first) => match project.some_tests(first) {
                Own::Survived => Ok(()),
                Own::Caught(test) => Err(format!("{name}: without a mutant {test} fails")),
                Own::Broken(why) => Err(format!("{name}: without a mutant: {why}")),
            },
        }
    })?;
    println!("unbroken, it passes");
    Ok(())
}

/// Does all the work, in each project one thing after the other; the results are in the order of the work.
fn side_by_side<W: Sync, R: Send>(
    projects: &[Project],
    work: &[W],
    each: impl Fn(&Project, &W) -> Result<R, String> + Sync,
) -> Result<Vec<R>, String> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for project in projects {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::SeqCst);
                    let Some(piece) = work.get(at) else { return };
                    let result = each(project, piece);
                    results.lock().expect("no thread has panicked").push((at, result));
                }
            });
        }
    });
    let mut results = results.into_inner().expect("no thread has panicked");
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}
