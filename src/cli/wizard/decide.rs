//! What a document leaves to decide: asked in a terminal, and nothing else.

use super::questions::Offer;
use super::terminal::{Options, Stop, Terminal, Text};
use super::{NOTHING, failure, layout, open};
use crate::answers::{Checked, Problem};
use crate::catalog::Catalog;
use crate::cli::Failure;
use crate::cli::output;
use crate::project;
use crate::reading::{self, Draft, Finding, Format, Kind, Value};
use crate::spec::Source;
use std::path::Path;
use std::sync::Arc;

/// How the decisions end.
enum End {
    /// With answers that the person agrees with.
    Agreed(Box<Checked>),
    /// With an answers file.
    Saved,
}

/// Asks for what is open and shows what was assumed, to be changed; nothing when only the answers were saved. `typed` gives a
/// draft what the person said on the command line, also when the document is read again.
pub fn decide(
    draft: Draft,
    format: Format,
    typed: &dyn Fn(&mut Draft),
    catalog: &Catalog,
) -> Result<Option<(Checked, Draft)>, Failure> {
    let mut terminal = open(NOTHING);
    let mut talk = Decisions { draft, format, typed, catalog, terminal: terminal.as_mut() };
    let end = talk.run();
    crate::cli::interrupt::farewell(None);
    match end {
        Ok(End::Agreed(checked)) => Ok(Some((*checked, talk.draft))),
        Ok(End::Saved) => Ok(None),
        Err(Stop::Back | Stop::Interrupted) => Err(Failure::Interrupted(NOTHING)),
        Err(stop) => Err(failure(stop, None)),
    }
}

struct Decisions<'a> {
    draft: Draft,
    format: Format,
    typed: &'a dyn Fn(&mut Draft),
    catalog: &'a Catalog,
    terminal: &'a mut dyn Terminal,
}

impl Decisions<'_> {
    fn run(&mut self) -> Result<End, Stop> {
        self.placeholders()?;
        self.missing()?;
        loop {
            if let Some(end) = self.assumptions()? {
                return Ok(end);
            }
        }
    }

    /// What a template leaves to fill in is filled into the document, which is read again.
    fn placeholders(&mut self) -> Result<(), Stop> {
        let open: Vec<Finding> =
            self.draft.found(Kind::Open).filter(|it| is_placeholder(&it.words())).cloned().collect();
        if open.is_empty() {
            return Ok(());
        }
        let mut text = self.draft.document().text.clone();
        for finding in &open {
            let name = finding.words();
            let answer = match finding.path.strip_prefix("stack.") {
                Some(question) => self.option(question)?,
                None => {
                    let line = line_of(finding);
                    let help = format!("{line}\nEnter leaves it out.");
                    let title = name.trim_matches(['[', ']']).replace('_', " ").to_lowercase();
                    let title = reading_title(&title);
                    let check = |_: &str| Ok(());
                    self.terminal.text(&Text { title: &title, help: &help, default: "", initial: "", check: &check })?
                }
            };
            text = text.replace(&name, answer.trim());
        }
        self.read_again(text);
        Ok(())
    }

    fn read_again(&mut self, text: String) {
        let name = self.draft.document().name.clone();
        self.draft = reading::read(&Arc::new(Source { name, text }), self.format, self.catalog);
        (self.typed)(&mut self.draft);
    }

    /// Keys without which there is no project.
    fn missing(&mut self) -> Result<(), Stop> {
        let open: Vec<Finding> = self.draft.unanswered().cloned().collect();
        for finding in open {
            if let Some(question) = finding.path.strip_prefix("stack.") {
                let chosen = self.option(question)?;
                self.draft.decide(&finding.path, Value::from(chosen));
            } else if finding.path == "entities" {
                let help =
                    "What the service keeps, as in `Product with fields: name (string), price (decimal, positive)`.";
                let name = self.draft.document().name.clone();
                let (catalog, before) = (self.catalog, self.draft.document().text.clone());
                let more = |typed: &str| format!("{before}\n\n{typed}\n");
                let check = |typed: &str| {
                    let source = Arc::new(Source { name: name.clone(), text: more(typed) });
                    let draft = reading::read(&source, Format::Prose, catalog);
                    if draft.entities().is_empty() { Err("no entity was understood".to_owned()) } else { Ok(()) }
                };
                let asked = Text { title: "First entity", help, default: "", initial: "", check: &check };
                let typed = self.terminal.text(&asked)?;
                let decided: Vec<(String, Value)> = self
                    .draft
                    .answers()
                    .filter(|(path, _)| path.starts_with("stack."))
                    .map(|(path, answer)| (path.to_owned(), answer.value.clone()))
                    .collect();
                self.read_again(more(&typed));
                for (path, value) in decided {
                    self.draft.decide(&path, value);
                }
            }
        }
        Ok(())
    }

    /// One of the options of a question that the framework can do.
    fn option(&mut self, question: &str) -> Result<String, Stop> {
        let Some(asked) = self.catalog.questions.get(question) else { return Ok(String::new()) };
        let framework = self.draft.get("stack.framework").and_then(Value::text);
        let framework = framework.and_then(|id| self.catalog.frameworks.get(id));
        let ids: Vec<&str> = match framework {
            _ if question == "framework" => self.catalog.framework_ids(),
            Some(framework) => framework.options(question, &self.catalog.questions),
            None => asked.options.iter().map(|it| it.id.as_str()).collect(),
        };
        let offers: Vec<Offer> =
            asked.options.iter().filter(|it| ids.contains(&it.id.as_str())).map(Offer::from).collect();
        let start = offers.iter().position(|it| Some(it.id.as_str()) == asked.default.as_deref()).unwrap_or(0);
        if offers.is_empty() {
            return Ok(String::new());
        }
        let chosen = self.terminal.one(&Options { title: &asked.title, help: &asked.help, offers: &offers }, start)?;
        Ok(offers[chosen].id.clone())
    }

    /// Shows what was assumed; ends when the person agrees with all of it, or saves it.
    fn assumptions(&mut self) -> Result<Option<End>, Stop> {
        let mut paths: Vec<String> = Vec::new();
        for finding in self.draft.findings.iter().filter(|it| matches!(it.kind, Kind::Assumed | Kind::Open)) {
            if self.draft.get(&finding.path).is_some() && !paths.contains(&finding.path) {
                paths.push(finding.path.clone());
            }
        }
        let offer =
            |title: &str, help: &str| Offer { id: String::new(), title: title.to_owned(), help: help.to_owned() };
        let go_on = if paths.is_empty() { "Go on" } else { "Go on with what was assumed" };
        let mut offers = vec![offer(go_on, "")];
        for path in &paths {
            let value = self.draft.get(path).map_or(String::new(), shown);
            offers.push(offer(&format!("{path} = {value}"), &self.why(path)));
        }
        offers.push(offer("Save the answers only", "to an answers file that can be changed, and write no project"));
        offers.push(offer("Leave", "nothing is written"));
        let options = Options {
            title: "Take it, or change it",
            help: "What the document does not say was assumed.",
            offers: &offers,
        };
        let chosen = self.terminal.one(&options, 0)?;
        if chosen == 0 {
            return match self.draft.check(&[], &[], self.catalog) {
                Ok(checked) => Ok(Some(End::Agreed(Box::new(checked)))),
                Err(problems) => {
                    self.terminal.say(crate::answers::render_problems(&problems, false).trim_end());
                    Ok(None)
                }
            };
        }
        if let Some(path) = paths.get(chosen - 1) {
            self.change(path)?;
            return Ok(None);
        }
        if chosen == paths.len() + 1 {
            return self.save().map(|saved| saved.then_some(End::Saved));
        }
        Err(Stop::Interrupted)
    }

    fn why(&self, path: &str) -> String {
        let mut why =
            self.draft.findings.iter().filter(|it| it.path == path && matches!(it.kind, Kind::Assumed | Kind::Open));
        why.next().map(|it| it.text.clone()).unwrap_or_default()
    }

    fn change(&mut self, path: &str) -> Result<(), Stop> {
        let initial = self.draft.get(path).map(shown).unwrap_or_default();
        let (draft, catalog) = (&self.draft, self.catalog);
        let width = self.terminal.width();
        let check = |typed: &str| {
            let mut with = draft.clone();
            with.decide(path, Value::typed(typed));
            let known: Vec<String> = messages(draft.check(&[], &[], catalog));
            let new = with.check(&[], &[], catalog).err().unwrap_or_default();
            match new.into_iter().find(|it| !known.contains(&it.message)) {
                Some(problem) => Err(layout::wrapped(&told(&problem), width.saturating_sub(2), "")),
                None => Ok(()),
            }
        };
        let help = self.why(path);
        let typed =
            self.terminal.text(&Text { title: path, help: &help, default: "", initial: &initial, check: &check })?;
        self.draft.decide(path, Value::typed(&typed));
        Ok(())
    }

    fn save(&mut self) -> Result<bool, Stop> {
        let name = self.draft.get("project.name").and_then(Value::text).unwrap_or("answers").to_owned();
        let check = |typed: &str| {
            if Path::new(typed).extension().is_none_or(|it| it != "toml") {
                return Err("the name of an answers file ends in `.toml`".to_owned());
            }
            if Path::new(typed).exists() {
                Err(format!("`{typed}` is there already; choose another name"))
            } else {
                Ok(())
            }
        };
        let default = format!("{name}.toml");
        let help = "The answers as a file: edit it, then make the project from it.";
        let path =
            self.terminal.text(&Text { title: "Save as", help, default: &default, initial: "", check: &check })?;
        if let Err(error) = project::write_new(Path::new(&path), self.draft.text().as_bytes()) {
            self.terminal.say(&format!("cannot write `{path}`: {error}"));
            return Ok(false);
        }
        let _ = output::print(&format!("saved {path}\n\nnext:\n  scaffold new --answers {}\n", layout::word(&path)));
        Ok(true)
    }
}

fn messages(result: Result<Checked, Vec<Problem>>) -> Vec<String> {
    result.err().unwrap_or_default().into_iter().map(|it| it.message).collect()
}

fn told(problem: &Problem) -> String {
    std::iter::once(problem.message.clone()).chain(problem.notes.iter().cloned()).collect::<Vec<_>>().join("\n")
}

/// A value as a person types it: strings without quotes.
fn shown(value: &Value) -> String {
    value.text().map_or_else(|| value.to_string(), str::to_owned)
}

fn is_placeholder(words: &str) -> bool {
    words.starts_with('[') && words.ends_with(']')
}

/// The line of the document that a finding stands in.
fn line_of(finding: &Finding) -> String {
    let text = &finding.place.source.text;
    let start = text[..finding.place.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[finding.place.end..].find('\n').map_or(text.len(), |at| finding.place.end + at);
    text[start..end].trim().chars().take(200).collect()
}

fn reading_title(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
