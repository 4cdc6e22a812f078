//! Questions on a terminal that can do nothing but print lines: numbered options, typed answers.

use super::layout::{titled, wrapped};
use super::terminal::{Options, Stop, Terminal, Text};
use std::io::{BufRead, Write};

/// What a person types to go back.
const BACK: &str = "<";

/// The terminal of standard input and error.
pub struct Plain;

impl Plain {
    fn line(prompt: &str) -> Result<String, Stop> {
        anstream::eprint!("{prompt} ");
        let failed = |error: std::io::Error| Stop::Failed(error.to_string());
        std::io::stderr().flush().map_err(failed)?;
        let mut line = String::new();
        // Nothing at all is the end of the input: Ctrl-D.
        if std::io::stdin().lock().read_line(&mut line).map_err(failed)? == 0 {
            return Err(Stop::Interrupted);
        }
        let line = line.trim();
        if line == BACK { Err(Stop::Back) } else { Ok(line.to_owned()) }
    }

    fn ask(&mut self, asked: &Options<'_>, keys: &str, marked: &[usize]) {
        self.say(&wrapped(asked.title, self.width(), ""));
        for (index, offer) in asked.offers.iter().enumerate() {
            let mark = if marked.contains(&index) { "*" } else { " " };
            self.say(&wrapped(&format!("{mark}{} {}", index + 1, offer.title), self.width(), ""));
            self.say(&wrapped(&offer.help, self.width(), "    "));
        }
        self.say(&wrapped(asked.help, self.width(), "  "));
        self.say(&wrapped(keys, self.width(), "  "));
    }
}

impl Terminal for Plain {
    fn say(&mut self, text: &str) {
        if !text.is_empty() {
            anstream::eprintln!("{text}");
        }
    }

    fn text(&mut self, asked: &Text<'_>) -> Result<String, Stop> {
        self.say(&wrapped(asked.help, self.width(), "  "));
        let kept = if asked.initial.is_empty() { asked.default } else { asked.initial };
        let removes = !asked.initial.is_empty();
        let hint = if removes { "enter keeps it, `-` removes it, `<` goes back" } else { "`<` goes back" };
        self.say(&wrapped(hint, self.width(), "  "));
        let prompt = if kept.is_empty() { titled(asked.title) } else { format!("{} [{kept}]:", asked.title) };
        loop {
            let typed = match Self::line(&prompt)? {
                typed if typed.is_empty() => kept.to_owned(),
                typed if typed == "-" && removes => String::new(),
                typed => typed,
            };
            match (asked.check)(&typed) {
                Ok(()) => return Ok(typed),
                Err(message) => self.say(&format!("error: {message}")),
            }
        }
    }

    fn one(&mut self, asked: &Options<'_>, start: usize) -> Result<usize, Stop> {
        self.ask(asked, "a number; enter takes the one with the star; `<` goes back", &[start]);
        loop {
            let typed = Self::line("number:")?;
            if typed.is_empty() {
                return Ok(start);
            }
            match number(&typed, asked.offers.len()) {
                Some(index) => return Ok(index),
                None => self.say(&format!("error: `{typed}` is none of the numbers 1 to {}", asked.offers.len())),
            }
        }
    }

    fn many(&mut self, asked: &Options<'_>, marked: &[usize]) -> Result<Vec<usize>, Stop> {
        self.ask(asked, "numbers; enter takes those with a star; `-` takes none; `<` goes back", marked);
        loop {
            let typed = Self::line("numbers:")?;
            if typed.is_empty() {
                return Ok(marked.to_vec());
            }
            if typed == "-" {
                return Ok(Vec::new());
            }
            let words = typed.split([' ', ',']).filter(|word| !word.is_empty());
            match words.map(|word| number(word, asked.offers.len())).collect::<Option<Vec<_>>>() {
                Some(mut chosen) => {
                    chosen.sort_unstable();
                    chosen.dedup();
                    return Ok(chosen);
                }
                None => {
                    self.say(&format!(
                        "error: `{typed}` holds something else than the numbers 1 to {}",
                        asked.offers.len()
                    ));
                }
            }
        }
    }

    fn width(&self) -> usize {
        usize::from(crossterm::terminal::size().map_or(80, |(columns, _)| columns)).max(20)
    }
}

/// A number from 1 to `most`, as an index.
fn number(typed: &str, most: usize) -> Option<usize> {
    typed.parse::<usize>().ok().filter(|number| (1..=most).contains(number)).map(|number| number - 1)
}
