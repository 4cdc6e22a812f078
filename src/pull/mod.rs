//! Edits of a generated project, brought back into the blueprint that it was made from.
//!
//! A file that was copied is copied back. Of a file that a template made, a change of lines goes into the template where
//! the same lines stand in it exactly once and hold no tag; everything else is left to a person.

mod hunk;

use crate::plan::{Content, Plan};
use crate::render::Files;
use hunk::{Hunk, hunks};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What has come of the edits.
#[derive(Debug, Default)]
pub struct Pulled {
    /// Blueprint files and what they become, by path below the blueprints folder.
    pub files: BTreeMap<String, Vec<u8>>,
    /// What a person has to look at.
    pub left: Vec<Left>,
}

/// An edit that was not brought back.
#[derive(Debug, PartialEq, Eq)]
pub struct Left {
    /// The file in the project.
    pub path: String,
    /// The line there, counted from 1; none for a whole file.
    pub line: Option<usize>,
    /// Where it would have to be done, and why it was not.
    pub why: String,
}

/// Brings edits back. `made` is what the plan generates now, `edited` the project as it is: nothing for a file that is gone.
pub fn pull(plan: &Plan, made: &Files, edited: &BTreeMap<String, Vec<u8>>) -> Pulled {
    let mut pulled = Pulled::default();
    for (path, file) in &plan.files {
        let (Some(before), origin) = (made.get(path), file.origin.as_str()) else { continue };
        let Some(after) = edited.get(path) else {
            pulled.leave(path, None, format!("it is gone; {origin} makes it"));
            continue;
        };
        if before.bytes == after.as_slice() {
            continue;
        }
        let restored = |bytes| if file.is_own() { plan.placeholders.restore(bytes) } else { bytes };
        let after = restored(Cow::Borrowed(after.as_slice()));
        match &file.content {
            Content::Copy(_) => {
                pulled.files.insert(origin.to_owned(), after.into_owned());
            }
            Content::Template(text, _) => {
                let before = restored(before.bytes.clone());
                template(plan, path, origin, text, (&before, &after), &mut pulled);
            }
            Content::Derived(what, _) => pulled.leave(path, None, format!("the answers alone decide it (`{what}`)")),
            Content::Lock(..) => {
                pulled.leave(path, None, format!("it is a part of {origin}, which has every option's packages"));
            }
        }
    }
    for path in edited.keys().filter(|path| !plan.files.contains_key(*path) && !made.contains_key(*path)) {
        pulled.leave(path, None, "it is new: put it into a layer".to_owned());
    }
    pulled
}

impl Pulled {
    fn leave(&mut self, path: &str, line: Option<usize>, why: String) {
        self.left.push(Left { path: path.to_owned(), line, why });
    }
}

/// Brings the changes of one file into its template, or into a partial that the template may have called.
fn template(plan: &Plan, path: &str, origin: &str, text: &str, (before, after): (&[u8], &[u8]), pulled: &mut Pulled) {
    let (Ok(before), Ok(after)) = (std::str::from_utf8(before), std::str::from_utf8(after)) else {
        pulled.leave(path, None, format!("it is no text; {origin} makes it"));
        return;
    };
    let partials = plan
        .framework
        .partials
        .iter()
        .map(|(name, text)| (format!("frameworks/{}/partials/{name}.hbs", plan.framework.id), text.as_str()));
    let sources: Vec<(String, &str)> = std::iter::once((origin.to_owned(), text)).chain(partials).collect();
    for hunk in hunks(before, after) {
        let now = |(name, text): &(String, &str)| {
            let changed = pulled.files.get(name).and_then(|bytes| String::from_utf8(bytes.clone()).ok());
            (name.clone(), changed.unwrap_or_else(|| (*text).to_owned()))
        };
        let current: Vec<(String, String)> = sources.iter().map(now).collect();
        match place(&hunk, &current) {
            Place::Done => {}
            Place::In(name, text) => {
                pulled.files.insert(name, text.into_bytes());
            }
            Place::Nowhere(why) => pulled.leave(path, Some(hunk.line), format!("{why}; {origin} makes it")),
        }
    }
}

enum Place {
    /// Another file of the same template has brought it.
    Done,
    /// This file becomes this.
    In(String, String),
    Nowhere(&'static str),
}

/// Finds the one place of a change among a template and the partials.
fn place(hunk: &Hunk, sources: &[(String, String)]) -> Place {
    if hunk.new.iter().any(|line| line.contains("{{")) {
        return Place::Nowhere("braces would be a tag");
    }
    // The template itself goes before its partials.
    for some in [&sources[..1], &sources[1..]] {
        let found: Vec<_> =
            some.iter().flat_map(|(name, text)| hunk.applied(text).into_iter().map(move |it| (name, it))).collect();
        match found.as_slice() {
            [] => {}
            [(name, text)] => return Place::In((*name).clone(), text.clone()),
            _ => return Place::Nowhere("the same lines stand in several places"),
        }
    }
    if sources.iter().any(|(_, text)| hunk.is_in(text)) {
        return Place::Done;
    }
    Place::Nowhere("these lines are not in the template as they are")
}
