//! Questions on a terminal that can move its cursor.

use super::layout::{options, titled, wrapped};
use super::terminal::{Options, Stop, Terminal, Text};
use inquire::ui::{Attributes, Color, RenderConfig, StyleSheet};
use inquire::validator::Validation;
use inquire::{InquireError, MultiSelect, Select};

/// Rows that a question takes besides its options and help.
const OTHER_ROWS: usize = 4;
/// Columns before an option.
const MARGIN: usize = 7;

/// The terminal of standard error.
pub struct Screen {
    style: RenderConfig<'static>,
}

impl Screen {
    /// Prepares the look.
    pub fn new(colour: bool) -> Self {
        let mut style = if colour { coloured() } else { RenderConfig::empty() };
        style.answered_prompt_prefix.content = ">";
        style.canceled_prompt_indicator.content = "(back)";
        style.error_message.prefix.content = "error:";
        Self { style }
    }

    /// The help of a question, then the keys.
    fn help(&self, help: &str, keys: &str) -> String {
        // Inquire puts brackets around it.
        wrapped(format!("{help}\n{keys}").trim_start(), self.width() - 2, "").replace('\n', "\n ")
    }

    fn offers(&self, asked: &Options<'_>, help: &str) -> Vec<String> {
        let rows = usize::from(crossterm::terminal::size().map_or(24, |(_, rows)| rows));
        let left = rows.saturating_sub(OTHER_ROWS + help.lines().count());
        options(asked.offers, self.width() - MARGIN, left)
    }
}

impl Terminal for Screen {
    fn say(&mut self, text: &str) {
        anstream::eprintln!("{text}");
    }

    fn text(&mut self, asked: &Text<'_>) -> Result<String, Stop> {
        let help = self.help(asked.help, "enter to take it, esc to go back");
        let check = asked.check;
        let validator = move |typed: &str| {
            Ok(match check(typed) {
                Ok(()) => Validation::Valid,
                Err(message) => Validation::Invalid(message.into()),
            })
        };
        let title = titled(asked.title);
        let mut prompt = inquire::Text::new(&title)
            .with_help_message(&help)
            .with_initial_value(asked.initial)
            .with_validator(validator)
            .with_render_config(self.style);
        if !asked.default.is_empty() && asked.initial.is_empty() {
            prompt = prompt.with_default(asked.default);
        }
        prompt.prompt().map_err(stop)
    }

    fn one(&mut self, asked: &Options<'_>, start: usize) -> Result<usize, Stop> {
        let help = self.help(asked.help, "up and down to move, enter to choose, esc to go back");
        let titles = |index: usize| asked.offers[index].title.clone();
        let title = titled(asked.title);
        let offers = self.offers(asked, &help);
        let page = offers.len();
        Select::new(&title, offers)
            .with_help_message(&help)
            .with_starting_cursor(start)
            .with_page_size(page.min(12))
            .with_formatter(&|chosen| titles(chosen.index))
            .with_render_config(self.style)
            .without_filtering()
            .raw_prompt()
            .map(|chosen| chosen.index)
            .map_err(stop)
    }

    fn many(&mut self, asked: &Options<'_>, marked: &[usize]) -> Result<Vec<usize>, Stop> {
        let help = self.help(asked.help, "space to mark, enter to go on, esc to go back");
        let titles = |index: usize| asked.offers[index].title.clone();
        let title = titled(asked.title);
        let offers = self.offers(asked, &help);
        let page = offers.len();
        MultiSelect::new(&title, offers)
            .with_help_message(&help)
            .with_default(marked)
            .with_page_size(page.min(12))
            .with_formatter(&|chosen| {
                let chosen: Vec<String> = chosen.iter().map(|it| titles(it.index)).collect();
                if chosen.is_empty() { "none".to_owned() } else { chosen.join(", ") }
            })
            .with_render_config(self.style)
            .without_filtering()
            .raw_prompt()
            .map(|chosen| chosen.into_iter().map(|it| it.index).collect())
            .map_err(stop)
    }

    fn width(&self) -> usize {
        usize::from(crossterm::terminal::size().map_or(80, |(columns, _)| columns)).max(20)
    }
}

fn stop(error: InquireError) -> Stop {
    match error {
        InquireError::OperationCanceled => Stop::Back,
        InquireError::OperationInterrupted => Stop::Interrupted,
        other => Stop::Failed(other.to_string()),
    }
}

fn coloured() -> RenderConfig<'static> {
    let mut style = RenderConfig::default_colored();
    style.prompt = StyleSheet::new().with_attr(Attributes::BOLD);
    style.help_message = StyleSheet::new().with_fg(Color::DarkGrey);
    style.canceled_prompt_indicator.style = style.help_message;
    style
}
