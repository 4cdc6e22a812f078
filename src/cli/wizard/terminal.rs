//! What a terminal must be able to do for the wizard.

use super::questions::Offer;

/// Why a question got no answer.
#[derive(Debug)]
pub enum Stop {
    /// The person wants to go back.
    Back,
    /// The person wants to stop.
    Interrupted,
    /// There is no interrupted run to go on with.
    Nothing,
    /// The terminal failed.
    Failed(String),
}

/// A line of text to ask for.
pub struct Text<'a> {
    /// What is asked.
    pub title: &'a str,
    /// Lines below it.
    pub help: &'a str,
    /// Taken when the line stays empty; shown when it is not empty itself.
    pub default: &'a str,
    /// What stands there already, to be changed.
    pub initial: &'a str,
    /// What is wrong with a line, in words.
    pub check: &'a dyn Fn(&str) -> Result<(), String>,
}

/// Options to choose from.
pub struct Options<'a> {
    /// What is asked.
    pub title: &'a str,
    /// Lines below it.
    pub help: &'a str,
    /// At least one.
    pub offers: &'a [Offer],
}

/// A terminal that asks.
pub trait Terminal {
    /// Prints lines between questions.
    fn say(&mut self, text: &str);
    /// Asks for a line.
    fn text(&mut self, text: &Text<'_>) -> Result<String, Stop>;
    /// Asks for one option; gives its index.
    fn one(&mut self, options: &Options<'_>, start: usize) -> Result<usize, Stop>;
    /// Asks for any options; gives their indexes.
    fn many(&mut self, options: &Options<'_>, marked: &[usize]) -> Result<Vec<usize>, Stop>;
    /// Columns of a line.
    fn width(&self) -> usize;
}
