//! `scaffold new` without an answers file: the questions, on a terminal.
//!
//! [`draft`] holds the answers so far, [`questions`] says what they lead to, [`dialogue`] where the conversation stands,
//! [`document`] writes them as an answers file and [`check`] has them judged by the reader of such files. Only
//! [`screen`] and [`plain`] know a terminal.

mod check;
mod decide;
mod dialogue;
mod document;
mod draft;
mod entities;
mod layout;
mod line;
mod plain;
mod questions;
mod screen;
mod state;
mod summary;
mod talk;
mod terminal;

pub use decide::decide;

use super::{Failure, interrupt};
use crate::answers::Checked;
use crate::catalog::Catalog;
use dialogue::Dialogue;
use draft::Draft;
use plain::Plain;
use questions::Offer;
use screen::Screen;
use std::path::PathBuf;
use talk::{End, Talk};
use terminal::{Options, Stop, Terminal};

/// What a person reads who stops.
const GO_ON: &str =
    "stopped; nothing was written, and your answers are kept: `scaffold new --resume` goes on from here";
pub const NOTHING: &str = "stopped; nothing was written";
const NOT_KEPT: &str =
    "stopped; nothing was written (the answers could not be kept, as the state folder is not writable)";

/// Asks; gives the checked answers and the folder, or nothing when only the answers were saved.
pub fn run(
    dir: Option<PathBuf>,
    set: Vec<(String, String)>,
    resume: bool,
    catalog: &Catalog,
) -> Result<Option<(Checked, Option<PathBuf>)>, Failure> {
    if let Some(dir) = dir.as_deref().filter(|dir| crate::project::is_taken(dir)) {
        let message = format!("`{}` is not empty; choose another folder, or empty it first", dir.display());
        return Err(Failure::Failed(message));
    }
    let refused = check::set(&set, catalog);
    if !refused.is_empty() {
        return Err(Failure::Answers(refused));
    }
    let mut terminal = open(GO_ON);
    let draft = begin(dir, set, resume, catalog, terminal.as_mut()).map_err(|stop| failure(stop, None))?;
    let mut talk = Talk::new(Dialogue::new(draft, catalog), catalog, terminal.as_mut());
    let end = talk.run();
    interrupt::farewell(None);
    match end {
        Ok(End::Write(checked)) => {
            let dir = talk.dialogue.draft.dir.clone().map(PathBuf::from);
            Ok(Some((*checked, dir)))
        }
        Ok(End::Saved) => {
            state::forget();
            Ok(None)
        }
        Err(stop) => Err(failure(stop, talk.kept)),
    }
}

/// The project is there: nothing is left to go on with.
pub fn done() {
    state::forget();
}

/// Asks a single question; gives the place of the option that was chosen, at first the cursor is on the first.
pub fn choose(title: &str, help: &str, options: &[&str]) -> Result<usize, Failure> {
    let offer = |title: &&str| Offer { id: String::new(), title: (*title).to_owned(), help: String::new() };
    let offers: Vec<_> = options.iter().map(offer).collect();
    let chosen = open(NOTHING).one(&Options { title, help, offers: &offers }, 0);
    interrupt::farewell(None);
    chosen.map_err(|stop| failure(stop, None))
}

/// `farewell` is what Ctrl-C says.
fn open(farewell: &'static str) -> Box<dyn Terminal> {
    let dumb = std::env::var_os("TERM").is_some_and(|it| it == "dumb" || it.is_empty());
    if dumb {
        // Here Ctrl-C is a signal, not a key.
        interrupt::farewell(Some(farewell));
        return Box::new(Plain);
    }
    Box::new(Screen::new(anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never))
}

/// A new draft, or the one of an interrupted run.
fn begin(
    dir: Option<PathBuf>,
    set: Vec<(String, String)>,
    resume: bool,
    catalog: &Catalog,
    terminal: &mut dyn Terminal,
) -> Result<Draft, Stop> {
    let dir = dir.map(|dir| dir.display().to_string());
    let keys = questions::keys(catalog);
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let fresh = Draft::new(dir.clone(), set, &keys);
    match state::kept() {
        Some(kept) if resume || go_on(&kept, terminal)? => Ok(Draft { dir: dir.or(kept.dir.clone()), ..kept }),
        None if resume => Err(Stop::Nothing),
        _ => Ok(fresh),
    }
}

fn go_on(kept: &Draft, terminal: &mut dyn Terminal) -> Result<bool, Stop> {
    let name = kept.answer("project.name").unwrap_or_default();
    let offers = [
        Offer { id: String::new(), title: "Go on with it".to_owned(), help: String::new() },
        Offer { id: String::new(), title: "Start anew".to_owned(), help: "Its answers are forgotten.".to_owned() },
    ];
    let title = format!("There are answers of an interrupted run ({name})");
    match terminal.one(&Options { title: &title, help: "", offers: &offers }, 0) {
        Err(Stop::Back) => Err(Stop::Interrupted),
        other => Ok(other? == 0),
    }
}

fn failure(stop: Stop, kept: Option<bool>) -> Failure {
    match stop {
        Stop::Back | Stop::Interrupted => {
            let message = match kept {
                Some(true) => GO_ON,
                Some(false) => NOT_KEPT,
                None => NOTHING,
            };
            Failure::Interrupted(message)
        }
        Stop::Nothing => {
            Failure::Usage("there is no interrupted run to go on with; `scaffold new` starts one".to_owned())
        }
        Stop::Failed(message) => Failure::Failed(format!("cannot ask on this terminal: {message}")),
    }
}
