//! The part of the conversation about entities.

use super::check::{self, Pending};
use super::dialogue::At;
use super::layout;
use super::questions::{NONE, Offer};
use super::talk::{Talk, asked};
use super::terminal::{Stop, Text};
use crate::answers::render_problems;

const NAME_HELP: &str = "A kind of row that the service keeps, in the singular: Product, OrderItem. It gives a table, routes, tests and documents.";
const NAME_MORE: &str = "PascalCase, in the singular. Every entity has an id, createdAt, updatedAt and a version by itself; accounts are there as User when there is authentication.";
const LINE_HELP: &str =
    "One field a line, as in `price: decimal > 0`; an empty line ends the entity, `?` shows what can be said.";

impl Talk<'_> {
    pub(super) fn entities(&mut self, at: &At) -> Result<(), Stop> {
        match at {
            At::Name { entity, .. } => self.ask_name(*entity),
            At::Line { entity, line, .. } => self.ask_line(*entity, *line),
            At::Edit => self.edit(),
            At::Lines(entity) => self.lines(*entity),
            At::Remove => self.remove(),
            _ => self.menu(),
        }
    }

    fn ask_name(&mut self, entity: usize) -> Result<(), Stop> {
        let (draft, catalog) = (&self.dialogue.draft, self.catalog);
        let width = self.terminal.width();
        let first = draft.entities.is_empty();
        let check = |typed: &str| {
            if typed.trim().is_empty() {
                return if first { Err("a service needs at least one entity".to_owned()) } else { Ok(()) };
            }
            check::entity_name(draft, typed.trim(), entity, catalog)
                .map_err(|fault| layout::fault(&fault, typed, width))
        };
        let title = if entity == 0 { "First entity" } else { "Entity" };
        let help = if entity == 0 { NAME_HELP.to_owned() } else { format!("{NAME_HELP} An empty line goes back.") };
        let initial = draft.entities.get(entity).map(|it| it.name.clone()).unwrap_or_default();
        let text = Text { title, help: &help, default: "", initial: &initial, check: &check };
        let name = asked(self.terminal, &text, &layout::wrapped(NAME_MORE, width, "  "))?;
        if name.trim().is_empty() {
            return Err(Stop::Back);
        }
        self.dialogue.name(name.trim());
        Ok(())
    }

    fn ask_line(&mut self, entity: usize, line: usize) -> Result<(), Stop> {
        let (draft, catalog) = (&self.dialogue.draft, self.catalog);
        let width = self.terminal.width();
        let grammar = grammar(&self.types(), width);
        let there = draft.entities[entity].lines.len();
        let check = |typed: &str| {
            let mut draft = draft.clone();
            let pasted: Vec<&str> = typed_lines(typed).collect();
            for (number, part) in pasted.iter().enumerate() {
                if number > 0 && line < there {
                    return Err("a line that is there already takes one line only".to_owned());
                }
                check::line(&draft, entity, line + number, part, catalog)
                    .map_err(|fault| layout::fault(&fault, part, width))?;
                if pasted.len() > 1 {
                    draft.entities[entity].lines.push((*part).to_owned());
                }
            }
            Ok(())
        };
        let entity = &draft.entities[entity];
        let initial = entity.lines.get(line).cloned().unwrap_or_default();
        let help =
            if initial.is_empty() { LINE_HELP } else { "Emptied, the line is removed; `?` shows what can be said." };
        let title = format!("{} >", entity.name);
        let text = Text { title: &title, help, default: "", initial: &initial, check: &check };
        let typed = asked(self.terminal, &text, &grammar)?;
        if typed.is_empty() {
            self.dialogue.line("");
        }
        for part in typed_lines(&typed) {
            self.dialogue.line(part);
        }
        Ok(())
    }

    /// Types that the framework can do.
    fn types(&self) -> Vec<&str> {
        let framework = self.dialogue.draft.answer("stack.framework").and_then(|id| self.catalog.frameworks.get(id));
        framework.map(|it| it.features.iter().filter_map(|id| id.strip_prefix("type_")).collect()).unwrap_or_default()
    }

    fn menu(&mut self) -> Result<(), Stop> {
        self.show_entities();
        let pending = check::pending(&self.dialogue.draft, self.catalog);
        let mut titles = Vec::new();
        match pending.first() {
            Some(Pending { target, by }) => titles.push((format!("Add {target}"), format!("`{by}` refers to it"))),
            None => titles.push(("Go on".to_owned(), "to the summary; nothing is written yet".to_owned())),
        }
        titles.push(("Add an entity".to_owned(), String::new()));
        if !self.dialogue.draft.entities.is_empty() {
            titles.push(("Change an entity".to_owned(), "its name, or its lines".to_owned()));
            titles.push(("Remove an entity".to_owned(), String::new()));
        }
        let help = match pending.as_slice() {
            [] => "Who may do what, rules, jobs and more are said in the answers file (docs/answers.md); the summary can save it.".to_owned(),
            several => {
                let names: Vec<&str> = several.iter().map(|it| it.target.as_str()).collect();
                format!("Not offered yet: go on, as there is no {}.", names.join(", "))
            }
        };
        match self.choose("Entities", &help, &titles, 0)? {
            0 => match pending.first() {
                Some(pending) => self.dialogue.add(Some(&pending.target)),
                None => self.go_on(),
            },
            1 => self.dialogue.add(None),
            2 => self.dialogue.at = At::Edit,
            _ => self.dialogue.at = At::Remove,
        }
        Ok(())
    }

    /// To the summary, when the answers as a whole are right.
    fn go_on(&mut self) {
        match check::read(&self.dialogue.draft, self.catalog) {
            Ok(_) => self.dialogue.at = At::Summary,
            Err(problems) => self.terminal.say(render_problems(&problems, false).trim_end()),
        }
    }

    /// The entities as they stand.
    pub(super) fn show_entities(&mut self) {
        let entities = &self.dialogue.draft.entities;
        let widest = entities.iter().map(|it| it.name.chars().count()).max().unwrap_or(0).min(20);
        let mut text = String::new();
        for entity in entities {
            let mut lines = entity.lines.iter().map(String::as_str);
            text.push_str(&format!("  {:widest$}  {}\n", entity.name, lines.next().unwrap_or(NONE_YET)));
            text.extend(lines.map(|line| format!("  {:widest$}  {line}\n", "")));
        }
        // A preset or `--set` may bring more.
        let checked = check::read(&self.dialogue.draft, self.catalog);
        let given = checked.iter().flat_map(|it| &it.spec.entities);
        for entity in given.filter(|it| !entities.iter().any(|typed| typed.name == it.name.declared())) {
            let members = entity.fields.iter().map(|it| it.name.declared());
            let members: Vec<_> = members.chain(entity.relations.iter().map(|it| it.name.declared())).collect();
            let line = format!("- {} is there already: {}", entity.name.declared(), members.join(", "));
            text.push_str(&layout::hanging(&line, self.terminal.width()));
            text.push('\n');
        }
        self.terminal.say(text.trim_end());
    }

    fn which(&mut self, title: &str) -> Result<usize, Stop> {
        let entities = &self.dialogue.draft.entities;
        let titles: Vec<_> = entities.iter().map(|it| (it.name.clone(), format!("{} lines", it.lines.len()))).collect();
        self.choose(title, "", &titles, 0)
    }

    fn edit(&mut self) -> Result<(), Stop> {
        self.dialogue.at = At::Lines(self.which("Change which entity?")?);
        Ok(())
    }

    fn remove(&mut self) -> Result<(), Stop> {
        let chosen = self.which("Remove which entity?")?;
        self.dialogue.remove(chosen);
        Ok(())
    }

    fn lines(&mut self, entity: usize) -> Result<(), Stop> {
        let there = self.dialogue.draft.entities[entity].clone();
        let mut titles: Vec<_> = there.lines.iter().map(|line| (line.clone(), String::new())).collect();
        titles.push(("Add a line".to_owned(), String::new()));
        titles.push(("Rename it".to_owned(), String::new()));
        titles.push(("Done".to_owned(), String::new()));
        let count = there.lines.len();
        let chosen = self.choose(&there.name, "Choose a line to change or remove it.", &titles, count)?;
        self.dialogue.at = match chosen {
            line if line <= count => At::Line { entity, line, alone: true },
            line if line == count + 1 => At::Name { entity, alone: true },
            _ => At::Menu,
        };
        Ok(())
    }
}

/// What was typed, or pasted: then it may be several lines.
fn typed_lines(typed: &str) -> impl Iterator<Item = &str> {
    typed.lines().filter(|it| !it.trim().is_empty())
}

/// Stands for the lines of an entity without any.
const NONE_YET: &str = NONE;

/// What a line may say, by example.
const EXAMPLES: [(&str, &str); 11] = [
    ("name: string 2..100", "a text of 2 to 100 characters"),
    ("price: decimal > 0", "a number of two digits after the point, above 0"),
    ("stock: integer 0.. = 0", "0 or more; 0 when it is left out"),
    ("kind: enum(book, toy)", "one of these words"),
    ("note: text ..500 ?", "optional"),
    ("code: string unique", "no two rows alike"),
    ("sizes: integer[]", "a list"),
    ("supplier: -> Supplier ?", "refers to one row, or none"),
    ("profile: -- Profile", "refers to one row that nothing else refers to"),
    ("tags: <-> Tag", "refers to any number of rows"),
    ("search = [\"name\"]", "a setting of the entity, as in the answers file"),
];

fn grammar(types: &[&str], width: usize) -> String {
    let examples: Vec<Offer> = EXAMPLES
        .iter()
        .map(|(line, help)| Offer { id: String::new(), title: (*line).to_owned(), help: (*help).to_owned() })
        .collect();
    let lines = layout::options(&examples, width - 2, usize::MAX).join("\n").replace('\n', "\n  ");
    format!("  {lines}\n{}", layout::wrapped(&format!("types: {}", types.join(" ")), width, "  "))
}
