//! `scaffold new --from`: a document instead of an answers file.

use super::new::NewArgs;
use super::{Failure, Global, defaults, output, wizard};
use crate::answers::{Checked, Format as AnswersFormat, Input};
use crate::catalog::Catalog;
use crate::project;
use crate::reading::{self, Draft, Format, Kind, Value, report};
use std::io::{IsTerminal, Read};
use std::path::Path;

/// Reads the document, tells what was understood, and gives the answers that a person agrees with; nothing when only
/// the answers were wanted.
pub fn answers(
    args: &NewArgs,
    file: &Path,
    set: &[(String, String)],
    global: &Global,
    catalog: &Catalog,
) -> Result<Option<(Checked, Draft)>, Failure> {
    let document = document(file)?;
    let format = Format::of(&document.source.name, &document.source.text);
    let mut draft = reading::read(&document.source, format, catalog);
    let typed = |draft: &mut Draft| {
        for (key, value) in set {
            draft.decide(key, Value::typed(value));
        }
        name_project(draft, args, file);
    };
    typed(&mut draft);
    if !global.quiet && !args.json {
        output::tell(&report::text(&draft, width()));
    }
    if args.strict && !report::problems(&draft).is_empty() {
        return Err(Failure::Answers(report::problems(&draft)));
    }
    if let Some(path) = &args.answers_out {
        return save(path, &draft, args, global, catalog).map(|()| None);
    }
    let defaults = if args.yes { defaults::all(args.dir.as_deref(), catalog) } else { Vec::new() };
    let undecided = draft.findings.iter().any(|it| matches!(it.kind, Kind::Assumed | Kind::Open));
    if undecided && !args.yes && !(args.dry_run && draft.unanswered().next().is_none()) {
        let terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        if !terminal || args.json {
            return Err(unasked(&draft, file));
        }
        return wizard::decide(draft, format, &typed, catalog);
    }
    let checked = draft.check(&[], &defaults, catalog).map_err(Failure::Answers)?;
    Ok(Some((checked, draft)))
}

fn document(file: &Path) -> Result<Input, Failure> {
    let name = file.display().to_string();
    let (name, bytes) = if name == "-" {
        let mut bytes = Vec::new();
        let read = std::io::stdin().read_to_end(&mut bytes);
        read.map_err(|error| Failure::Failed(format!("cannot read standard input: {error}")))?;
        ("<stdin>".to_owned(), bytes)
    } else {
        let bytes = project::read_bytes(file);
        let bytes = bytes.map_err(|error| Failure::Usage(format!("cannot read the document `{name}`: {error}")))?;
        (name, bytes)
    };
    // The format of answers says nothing here: this is the one way to a text with its name.
    Input::from_bytes(name, AnswersFormat::Toml, bytes).map_err(|problem| Failure::Answers(vec![problem]))
}

/// The folder names the project when the document does not; then the document's own name.
fn name_project(draft: &mut Draft, args: &NewArgs, file: &Path) {
    if let Some(name) = args.dir.as_deref().and_then(Path::file_name).and_then(|it| it.to_str()) {
        // A name that was only assumed gives way to the one that a person typed.
        let assumed = draft.found(Kind::Assumed).any(|it| it.path == "project.name");
        if let Some(name) = reading::project_name(name).filter(|_| assumed || !draft.has("project.name")) {
            draft.decide("project.name", Value::from(name));
        }
    }
    if let Some(name) = file.file_stem().and_then(|it| it.to_str()).filter(|_| file.as_os_str() != "-") {
        draft.name_project(name, "after the document");
    }
}

/// Writes the answers, also when some are still missing.
fn save(path: &Path, draft: &Draft, args: &NewArgs, global: &Global, catalog: &Catalog) -> Result<(), Failure> {
    let name = path.display();
    if path.extension().is_none_or(|it| it != "toml") {
        return Err(Failure::Usage(format!("`{name}` is no name for an answers file; let it end in `.toml`")));
    }
    let open = draft.unanswered().count();
    if open == 0 {
        draft.check(&[], &[], catalog).map_err(Failure::Answers)?;
    }
    let text = draft.text();
    if args.dry_run {
        return output::print(&text);
    }
    project::write_new(path, text.as_bytes()).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Failure::Failed(format!("`{name}` is there already; choose another name")),
        _ => Failure::Failed(format!("cannot write `{name}`: {error}")),
    })?;
    if args.json {
        let value = serde_json::json!({ "ok": true, "answers": name.to_string(), "reading": report::json(draft) });
        return output::print(&format!("{value:#}\n"));
    }
    if global.quiet {
        return Ok(());
    }
    let open = match open {
        0 => String::new(),
        1 => " (one answer is still open: it is named at the end of the file)".to_owned(),
        open => format!(" ({open} answers are still open: they are named at the end of the file)"),
    };
    output::print(&format!("saved {name}{open}\n\nnext:\n  scaffold new --answers {name}\n"))
}

/// Nobody can be asked.
fn unasked(draft: &Draft, file: &Path) -> Failure {
    let mut keys: Vec<&str> = Vec::new();
    let mut missing: Vec<&str> = Vec::new();
    for finding in draft.findings.iter().filter(|it| matches!(it.kind, Kind::Assumed | Kind::Open)) {
        let list = if finding.kind == Kind::Open && !draft.has(&finding.path) { &mut missing } else { &mut keys };
        if !list.contains(&finding.path.as_str()) {
            list.push(&finding.path);
        }
    }
    let mut message = String::from("the document leaves something to decide, and there is no terminal to ask");
    for (title, list) in [("missing", &missing), ("assumed", &keys)] {
        if !list.is_empty() {
            message.push_str(&format!("\n  {title}: {}", list.join(", ")));
        }
    }
    let file = file.display();
    message.push_str(&format!(
        "\n\x20 decide one by one       scaffold new --from {file} --set KEY=VALUE\n\
         \x20 or in an answers file   scaffold new --from {file} --answers-out answers.toml\n\
         \x20 or accept all of it     scaffold new --from {file} --yes"
    ));
    Failure::Usage(message)
}

fn width() -> usize {
    terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0))
}
