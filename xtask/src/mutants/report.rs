//! What was found: lines while it goes on, a section of `docs/proof.md` at the end.

use super::list::Mutant;
use std::fmt::Write;
use std::time::Duration;

/// At most so many checks are named in the table.
const SHOWN: usize = 3;
/// The least share, in percent, that a project's own tests must catch alone.
pub const LEAST: usize = 90;

/// What the project's own tests said of a mutant.
pub enum Own {
    /// This test failed.
    Caught(String),
    /// All passed.
    Survived,
    /// They could not be run.
    Broken(String),
}

/// What the contract suite said.
pub enum Suite {
    /// These checks failed.
    Caught(Vec<String>),
    /// All passed.
    Survived,
    /// The service could not be asked: no fair mutant.
    Invalid(String),
}

/// What became of one mutant.
pub struct Outcome {
    /// The project's own tests.
    pub own: Own,
    /// The contract suite.
    pub suite: Suite,
    /// How long both took.
    pub took: Duration,
}

impl Own {
    /// The next answer, when this one says nothing.
    pub fn or_else(self, next: impl FnOnce() -> Self) -> Self {
        if matches!(self, Self::Survived) { next() } else { self }
    }

    fn cell(&self) -> String {
        match self {
            Self::Caught(test) => format!("`{}`", test.replace('|', "\\|")),
            Self::Survived => "**survived**".to_owned(),
            Self::Broken(why) => format!("**broken**: {}", why.lines().next().unwrap_or_default()),
        }
    }
}

impl Suite {
    fn cell(&self) -> String {
        match self {
            Self::Caught(checks) => {
                let shown: Vec<_> = checks.iter().take(SHOWN).map(|it| format!("`{it}`")).collect();
                let more = checks.len().saturating_sub(SHOWN);
                let more = if more == 0 { String::new() } else { format!(" and {more} more") };
                format!("{}{more}", shown.join(", "))
            }
            Self::Survived => "survived".to_owned(),
            Self::Invalid(why) => format!("**invalid**: {}", why.lines().next().unwrap_or_default()),
        }
    }
}

impl Outcome {
    fn by_own(&self) -> bool {
        matches!(self.own, Own::Caught(_))
    }

    fn by_suite(&self) -> bool {
        matches!(self.suite, Suite::Caught(_))
    }

    /// Whether it was judged fairly and caught.
    fn good(&self) -> bool {
        let fair = !matches!(self.own, Own::Broken(_)) && !matches!(self.suite, Suite::Invalid(_));
        fair && (self.by_own() || self.by_suite())
    }

    /// One line while the command runs.
    pub fn line(&self) -> String {
        let verdict = if self.good() { "caught" } else { "NOT CAUGHT" };
        let seconds = self.took.as_secs();
        format!(
            "{verdict} ({seconds} s)\n    own tests: {}\n    contract suite: {}",
            self.own.cell(),
            self.suite.cell()
        )
    }
}

/// All mutants of one framework with what became of them.
pub struct Report<'a> {
    /// The framework.
    pub framework: &'a str,
    /// The mutants, in the order of the list, with the answers of their project.
    pub rows: Vec<(&'a Mutant, &'a str, Outcome)>,
}

impl Report<'_> {
    /// Whether every mutant was caught, and enough by the project's own tests.
    pub fn good(&self) -> bool {
        let own = self.count(Outcome::by_own);
        self.rows.iter().all(|(_, _, it)| it.good()) && own * 100 >= self.rows.len() * LEAST
    }

    fn count(&self, which: fn(&Outcome) -> bool) -> usize {
        self.rows.iter().filter(|(_, _, it)| which(it)).count()
    }

    /// The figures, one line each.
    pub fn figures(&self) -> Vec<String> {
        let all = self.rows.len();
        let share = |count: usize| {
            let tenths = (count * 1000 + all / 2) / all.max(1);
            format!("{count} of {all} ({}.{} %)", tenths / 10, tenths % 10)
        };
        let either = self.count(|it| it.by_own() || it.by_suite());
        let mut lines = vec![
            format!("caught by the project's own tests alone: {}", share(self.count(Outcome::by_own))),
            format!("caught by the contract suite alone: {}", share(self.count(Outcome::by_suite))),
            format!("caught by either: {}", share(either)),
        ];
        let bad: Vec<_> = self.rows.iter().filter(|(_, _, it)| !it.good()).map(|(it, _, _)| it.id.as_str()).collect();
        if !bad.is_empty() {
            lines.push(format!("not caught, or no fair mutants: {}", bad.join(", ")));
        }
        lines
    }

    /// The section of the document.
    pub fn section(&self) -> String {
        let mut text = format!("## Mutants: {}\n\n", self.framework);
        for line in self.figures() {
            let _ = writeln!(text, "- {line}");
        }
        let mut answers: Vec<_> = self.rows.iter().map(|(_, answers, _)| *answers).collect();
        answers.dedup();
        for answers in answers {
            let _ = write!(
                text,
                "\nIn a project of `{answers}`:\n\n| mutant | what was done wrong | own tests | contract suite | s |\n|---|---|---|---|---|\n"
            );
            for (mutant, _, outcome) in self.rows.iter().filter(|(_, of, _)| *of == answers) {
                let (own, suite, seconds) = (outcome.own.cell(), outcome.suite.cell(), outcome.took.as_secs());
                let title = mutant.title.replace('|', "\\|");
                let _ = writeln!(text, "| `{}` | {title} | {own} | {suite} | {seconds} |", mutant.id);
            }
        }
        text
    }
}

/// The document with this section in the place of the one before, or at its end.
pub fn with_section(document: &str, section: &str) -> String {
    let heading = section.lines().next().unwrap_or_default();
    let mut parts: Vec<String> = Vec::new();
    for line in document.lines() {
        if line.starts_with("## ") || parts.is_empty() {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push_str(line);
            part.push('\n');
        }
    }
    match parts.iter().position(|it| it.lines().next() == Some(heading)) {
        Some(at) => parts[at] = section.to_owned(),
        None => parts.push(section.to_owned()),
    }
    let parts: Vec<_> = parts.iter().map(|it| it.trim_end()).collect();
    parts.join("\n\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::with_section;

    #[test]
    fn a_section_is_replaced_or_added() {
        let document = "# Proof\n\nText.\n\n## A\n\nold\n\n## B\n\nkept\n";
        let replaced = with_section(document, "## A\n\nnew\n");
        assert_eq!(replaced, "# Proof\n\nText.\n\n## A\n\nnew\n\n## B\n\nkept\n");
        assert_eq!(with_section("# Proof\n", "## A\n\nnew\n"), "# Proof\n\n## A\n\nnew\n");
    }
}
