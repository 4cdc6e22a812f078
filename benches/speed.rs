//! How fast and how big: `cargo bench` prints one table.
//!
//! Every figure is a ratio to `cp -r` of the same tree, taken turn by turn in the same run: machines are noisy, and a
//! copy costs what the file system costs. Nothing is removed before the end: ext4 makes files slowly for some seconds after
//! others were removed. Memory is the highest resident size that the system saw.

use scaffold::answers::{self, Format, Input};
use scaffold::catalog::Catalog;
use scaffold::plan::Plan;
use scaffold::{project, render};
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Entities of the measured projects. Ascending, since the system only knows the peak of all children so far.
const SIZES: [usize; 5] = [1, 50, 100, 200, 500];

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    help(folder.path());
    let catalog = Catalog::embedded().expect("the blueprints");
    let frameworks: Vec<_> = catalog.frameworks.keys().map(String::as_str).collect();
    println!("\n| framework | entities | files | MB | scaffold ms | cp -r ms | ratio | ms per entity | peak MB |");
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    for size in SIZES {
        for framework in &frameworks {
            generate(folder.path(), framework, size);
        }
    }
    println!("\n| framework | entities | blueprints ms | answers ms | plan ms | render ms | records ms | write ms |");
    println!("|---|---:|---:|---:|---:|---:|---:|---:|");
    for size in SIZES {
        for framework in &frameworks {
            stations(folder.path(), framework, size);
        }
    }
}

/// `--help` beside the start of a process that does nothing.
fn help(folder: &Path) {
    let (mut help, mut nothing) = (Vec::new(), Vec::new());
    for _ in 0..30 {
        help.push(timed(Command::new(env!("CARGO_BIN_EXE_scaffold")).arg("--help").current_dir(folder)));
        nothing.push(timed(&mut Command::new("true")));
    }
    println!("scaffold --help {:.1} ms, true {:.1} ms", milliseconds(median(help)), milliseconds(median(nothing)));
}

/// Process start to exit, beside a copy of what it made.
fn generate(folder: &Path, framework: &str, size: usize) {
    let answers = folder.join(format!("{framework}-{size}.toml"));
    std::fs::write(&answers, answers_of(framework, size)).expect("the answers are written");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let (mut files, mut bytes) = (0, 0);
    for turn in 0..if size > 50 { 5 } else { 15 } {
        let place = |what: &str| folder.join(format!("{what}-{framework}-{size}-{turn}"));
        let (made, copied) = (place("made"), place("copied"));
        let mut scaffold = Command::new(env!("CARGO_BIN_EXE_scaffold"));
        ours.push(timed(scaffold.arg("new").arg(&made).arg("--no-git").arg("--answers").arg(&answers)));
        theirs.push(timed(Command::new("cp").arg("-r").arg(&made).arg(&copied)));
        let tree = project::read_tree(&made).expect("the project is read");
        (files, bytes) = (tree.len(), tree.iter().map(|(_, bytes)| bytes.len()).sum());
    }
    let (ours, theirs) = (milliseconds(median(ours)), milliseconds(median(theirs)));
    println!(
        "| {framework} | {size} | {files} | {:.1} | {ours:.1} | {theirs:.1} | {:.2} | {:.2} | {:.0} |",
        megabytes(bytes),
        ours / theirs,
        ours / as_f64(size),
        peak_megabytes(),
    );
}

/// Where the time goes, in this process.
fn stations(folder: &Path, framework: &str, size: usize) {
    let text = answers_of(framework, size);
    let mut took: [Vec<Duration>; 6] = Default::default();
    for turn in 0..5 {
        let target = folder.join(format!("stations-{framework}-{size}-{turn}"));
        let catalog = clock(&mut took[0], || Catalog::embedded().expect("the embedded blueprints"));
        let checked = clock(&mut took[1], || {
            let input = Input::from_bytes("bench.toml", Format::Toml, text.clone().into_bytes()).expect("text");
            answers::read(input, &|_| Ok(Vec::new()), &[], &catalog.choices()).expect("right answers")
        });
        let plan = clock(&mut took[2], || Plan::new(&checked.spec, &catalog).expect("a plan"));
        let files = clock(&mut took[3], || render::render(&plan).expect("files"));
        let files = clock(&mut took[4], || {
            let models = [project::Model::of(&checked.spec)];
            let records = project::Records {
                spec: &checked.spec,
                build: catalog.build,
                answers: &checked.canonical,
                models: &models,
            };
            project::with_records(files, &records).expect("records")
        });
        clock(&mut took[5], || project::write(&files, &target).expect("a project"));
    }
    let cells = took.map(|it| format!("{:.1}", milliseconds(median(it))));
    println!("| {framework} | {size} | {} |", cells.join(" | "));
}

/// An entity of every day, `size` times, each but the first referring to the one before it.
fn answers_of(framework: &str, size: usize) -> String {
    let mut text = format!("[project]\nname = \"bench\"\n[stack]\nframework = \"{framework}\"\n");
    for at in 0..size {
        let name = format!("Item{}", letters(at));
        write!(
            text,
            "\n[entities.{name}]\nsearch = [\"title\"]\nfields.title = \"string 2..100\"\n\
             fields.price = \"decimal > 0\"\nfields.kind = \"enum(small, large)\"\nfields.stock = \"integer = 0\"\n\
             fields.note = \"text ..500 ?\"\nfields.soldOn = \"date ?\"\n"
        )
        .expect("writing to a string");
        if at > 0 {
            writeln!(text, "fields.before = \"-> Item{} ?\"", letters(at - 1)).expect("writing to a string");
        }
    }
    text
}

/// `0` → `Qax`, `1` → `Qbx`, … `26` → `Qaax`: names that are no plural of each other.
fn letters(mut at: usize) -> String {
    let mut text = Vec::new();
    loop {
        text.push(b'a' + u8::try_from(at % 26).expect("a letter"));
        at /= 26;
        if at == 0 {
            break;
        }
        at -= 1;
    }
    text.reverse();
    format!("Q{}x", String::from_utf8(text).expect("ASCII"))
}

fn timed(command: &mut Command) -> Duration {
    let start = Instant::now();
    let status = command.stdout(Stdio::null()).status().expect("the command starts");
    let took = start.elapsed();
    assert!(status.success(), "{command:?} failed");
    took
}

fn clock<T>(took: &mut Vec<Duration>, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let made = work();
    took.push(start.elapsed());
    made
}

fn median(mut took: Vec<Duration>) -> Duration {
    took.sort();
    took[took.len() / 2]
}

fn milliseconds(took: Duration) -> f64 {
    took.as_secs_f64() * 1000.0
}

fn megabytes(bytes: usize) -> f64 {
    as_f64(bytes) / 1_000_000.0
}

fn as_f64(count: usize) -> f64 {
    f64::from(u32::try_from(count).expect("a small number"))
}

/// The highest resident size of any child process so far.
#[cfg(unix)]
fn peak_megabytes() -> f64 {
    use nix::sys::resource::{UsageWho, getrusage};
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("the system counts");
    // Kilobytes, but bytes on macOS.
    let unit = if cfg!(target_os = "macos") { 1_000_000.0 } else { 1000.0 };
    f64::from(u32::try_from(usage.max_rss()).expect("a small number")) / unit
}

#[cfg(not(unix))]
fn peak_megabytes() -> f64 {
    f64::NAN
}
