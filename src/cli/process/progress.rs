//! What a person sees while steps run: a spinner with the time on a terminal, a line per step elsewhere.

use crate::cli::output;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// The step that runs now.
pub struct Progress {
    quiet: bool,
    live: bool,
    bar: Option<ProgressBar>,
    step: String,
    since: Instant,
}

impl Progress {
    pub fn new(quiet: bool) -> Self {
        let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        let live = !quiet && !dumb && std::io::stderr().is_terminal();
        Self { quiet, live, bar: None, step: String::new(), since: Instant::now() }
    }

    /// A step begins.
    pub fn begin(&mut self, title: &str, command: &str) {
        self.step = format!("{title:<14} {command}");
        self.since = Instant::now();
        if self.live {
            let style = ProgressStyle::with_template("{spinner} {msg}  {elapsed}");
            let bar = ProgressBar::new_spinner().with_message(self.step.clone());
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            bar.enable_steady_tick(Duration::from_millis(100));
            self.bar = Some(bar);
        }
    }

    /// Says how far it is.
    pub fn add(&self, news: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(format!("{}: {news}", self.step));
        }
    }

    /// Prints something while it runs.
    pub fn beside(&self, print: impl FnOnce()) {
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    /// It succeeded.
    pub fn end(&mut self) {
        self.clear();
        if !self.quiet {
            output::tell(&format!("  {:<32} {:>5.1} s", self.step, self.since.elapsed().as_secs_f32()));
        }
    }

    /// Shows nothing until the next step begins.
    pub fn clear(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}
