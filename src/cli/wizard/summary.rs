//! The end of the conversation: what was said, what would be written, and what to do.

use super::check;
use super::dialogue::At;
use super::layout;
use super::talk::{End, Talk};
use super::terminal::{Stop, Text};
use crate::answers::render_problems;
use crate::project;
use crate::render::Files;
use std::collections::BTreeMap;
use std::path::Path;

impl Talk<'_> {
    pub(super) fn summary(&mut self) -> Result<Option<End>, Stop> {
        let checked = match check::read(&self.dialogue.draft, self.catalog) {
            Ok(checked) => checked,
            Err(problems) => {
                self.terminal.say(render_problems(&problems, false).trim_end());
                self.dialogue.at = At::Menu;
                return Ok(None);
            }
        };
        let files = crate::generate(&checked, self.catalog).map_err(|error| Stop::Failed(error.to_string()))?;
        let target = self.target(&checked.spec.project.name);
        self.show_answers();
        self.show_entities();
        let width = self.terminal.width();
        self.terminal.say(&format!("\n{}", collapsed(&target, &files, width)));
        let answers = layout::word(&format!("{target}/{}", project::ANSWERS_PATH));
        self.terminal.say(&format!("\nThe same again, later:\n  scaffold new FOLDER --answers {answers}\n"));
        let option = |title: &str, help: &str| (title.to_owned(), help.to_owned());
        let titles = [
            option(&format!("Write {target}"), ""),
            option("Change an answer", ""),
            option("Change the entities", ""),
            option("Save the answers only", "to an answers file that can say more, and write no project"),
            option("Leave", "the answers are kept for `scaffold new --resume`"),
        ];
        match self.choose("Write it?", "", &titles, 0)? {
            0 if project::is_taken(Path::new(&target)) => {
                self.terminal.say(&format!("`{target}` is not empty; change the project's name, or empty it first"));
            }
            0 => return Ok(Some(End::Write(Box::new(checked)))),
            1 => self.dialogue.at = At::Change,
            2 => self.dialogue.at = At::Menu,
            3 => self.dialogue.at = At::SaveAs,
            _ => return Err(Stop::Interrupted),
        }
        Ok(None)
    }

    fn target(&self, name: &str) -> String {
        self.dialogue.draft.dir.clone().unwrap_or_else(|| name.to_owned())
    }

    fn show_answers(&mut self) {
        let questions = self.dialogue.questions();
        let widest = questions.iter().map(|it| it.title.chars().count()).max().unwrap_or(0);
        let width = self.terminal.width();
        let mut text = String::from("\n");
        for question in &questions {
            let answer = self.answered(question);
            let line = format!("  {:widest$}  {answer}", question.title);
            if line.chars().count() <= width {
                text.push_str(&line);
            } else {
                text.push_str(&format!("  {}\n{}", question.title, layout::wrapped(&answer, width, "    ")));
            }
            text.push('\n');
        }
        self.terminal.say(&text);
    }

    /// Writes the answers file beside, never over anything.
    pub(super) fn save_as(&mut self) -> Result<Option<End>, Stop> {
        let Ok(checked) = check::read(&self.dialogue.draft, self.catalog) else {
            self.dialogue.at = At::Menu;
            return Ok(None);
        };
        let default = format!("{}.toml", checked.spec.project.name);
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
        let help = "The answers as a file: edit it, then make the project from it.";
        let text = Text { title: "Save as", help, default: &default, initial: "", check: &check };
        let path = self.terminal.text(&text)?;
        match project::write_new(Path::new(&path), checked.canonical.as_bytes()) {
            Ok(()) => {
                let target = self.target(&checked.spec.project.name);
                let (folder, file) = (layout::word(&target), layout::word(&path));
                anstream::println!("saved {path}\n\nnext:\n  scaffold new {folder} --answers {file}");
                Ok(Some(End::Saved))
            }
            Err(error) => {
                self.terminal.say(&format!("cannot write `{path}`: {error}"));
                Ok(None)
            }
        }
    }
}

/// The folders and files at the top of a project, folders with the number of files in them.
fn collapsed(target: &str, files: &Files, width: usize) -> String {
    let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
    let mut top = Vec::new();
    for path in files.keys() {
        match path.split_once('/') {
            Some((folder, _)) => *folders.entry(folder).or_default() += 1,
            None => top.push(path.as_str()),
        }
    }
    let widest = folders.keys().map(|it| it.len() + 1).max().unwrap_or(0);
    let mut text = format!("{target}/\n");
    for (folder, count) in folders {
        let noun = if count == 1 { "file" } else { "files" };
        text.push_str(&format!("  {:widest$}  {count} {noun}\n", format!("{folder}/")));
    }
    text.push_str(&layout::wrapped(&top.join("  "), width, "  "));
    text.push_str(&format!("\n{} files", files.len()));
    text
}
