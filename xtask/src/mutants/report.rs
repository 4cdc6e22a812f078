//! What was found: lines while it goes on, a section of `docs/proof.md` at the end.

use super::list::{List, Mutant};
use std::fmt::Write;
use std::time::Duration;

/// At most so many checks are named in the table.
const SHOWN: usize = 3;
const HEADER: &str = "| mutant | what was done wrong | own tests | contract suite | s |\n|---|---|---|---|---|";
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

/// What became of one mutant, as the table says it.
#[derive(Clone)]
pub struct Row {
    id: String,
    title: String,
    answers: String,
    own: String,
    suite: String,
    seconds: String,
}

impl Row {
    /// The row of an outcome; `answers` is the file that the project was made from.
    pub fn new(mutant: &Mutant, answers: &str, outcome: &Outcome) -> Self {
        Self {
            id: mutant.id.clone(),
            title: mutant.title.replace('|', "\\|"),
            answers: answers.to_owned(),
            own: outcome.own.cell(),
            suite: outcome.suite.cell(),
            seconds: outcome.took.as_secs().to_string(),
        }
    }

    /// The row of a line of the document.
    fn read(mutant: &Mutant, answers: &str, document: &str) -> Option<Self> {
        let start = format!("| `{}` | ", mutant.id);
        let line = document.lines().find(|line| line.starts_with(&start))?;
        let mut cells = line.strip_suffix(" |")?.rsplit(" | ").map(str::to_owned);
        let (seconds, suite, own) = (cells.next()?, cells.next()?, cells.next()?);
        let (id, title) = (mutant.id.clone(), mutant.title.replace('|', "\\|"));
        Some(Self { id, title, answers: answers.to_owned(), own, suite, seconds })
    }

    fn by_own(&self) -> bool {
        self.own.starts_with('`')
    }

    fn by_suite(&self) -> bool {
        self.suite.starts_with('`')
    }

    /// Whether it was judged fairly and caught.
    fn good(&self) -> bool {
        let unfair = self.own.starts_with("**broken") || self.suite.starts_with("**invalid");
        !unfair && (self.by_own() || self.by_suite())
    }

    /// What is told while the command runs.
    pub fn told(&self) -> String {
        let verdict = if self.good() { "caught" } else { "NOT CAUGHT" };
        let Self { id, own, suite, seconds, .. } = self;
        format!("{id}: {verdict} ({seconds} s)\n    own tests: {own}\n    contract suite: {suite}")
    }
}

/// Mutants of one framework with what became of them.
pub struct Report<'a> {
    /// The framework.
    pub framework: &'a str,
    /// In the order of the list.
    pub rows: Vec<Row>,
    /// How many of the list have no row.
    pub missing: usize,
}

impl Report<'_> {
    /// These rows among those that this framework's section of the document has of other mutants of the list.
    pub fn among(self, list: &List, document: &str) -> Self {
        let heading = self.heading();
        let section = document.split_inclusive("\n## ").find(|it| it.starts_with(&heading)).unwrap_or_default();
        let mut new = self.rows;
        let mut rows = Vec::new();
        for answers in &list.answers {
            for mutant in list.of(answers) {
                match new.iter().position(|it| it.id == mutant.id) {
                    Some(at) => rows.push(new.swap_remove(at)),
                    None => rows.extend(Row::read(mutant, &answers.file, section)),
                }
            }
        }
        let missing = list.mutants.len() - rows.len();
        Self { framework: self.framework, rows, missing }
    }

    fn heading(&self) -> String {
        format!("Mutants: {}\n", self.framework)
    }

    /// Whether every mutant was caught, and enough by the project's own tests.
    pub fn good(&self) -> bool {
        self.rows.iter().all(Row::good) && self.count(Row::by_own) * 100 >= self.rows.len() * LEAST
    }

    fn count(&self, which: fn(&Row) -> bool) -> usize {
        self.rows.iter().filter(|it| which(it)).count()
    }

    /// The figures, one line each.
    pub fn figures(&self) -> Vec<String> {
        let all = self.rows.len();
        let share = |count: usize| {
            let tenths = (count * 1000 + all / 2) / all.max(1);
            format!("{count} of {all} ({}.{} %)", tenths / 10, tenths % 10)
        };
        let mut lines = vec![
            format!("caught by the project's own tests alone: {}", share(self.count(Row::by_own))),
            format!("caught by the contract suite alone: {}", share(self.count(Row::by_suite))),
            format!("caught by either: {}", share(self.count(|it| it.by_own() || it.by_suite()))),
        ];
        if self.missing > 0 {
            lines.push(format!("in the list, but not run yet: {}", self.missing));
        }
        let bad: Vec<_> = self.rows.iter().filter(|it| !it.good()).map(|it| it.id.as_str()).collect();
        if !bad.is_empty() {
            lines.push(format!("not caught, or no fair mutants: {}", bad.join(", ")));
        }
        lines
    }

    /// The section of the document.
    pub fn section(&self) -> String {
        let mut text = format!("## {}\n", self.heading());
        for line in self.figures() {
            let _ = writeln!(text, "- {line}");
        }
        let mut answers = "";
        for row in &self.rows {
            if row.answers != answers {
                answers = &row.answers;
                let _ = writeln!(text, "\nIn a project made from `{answers}`:\n\n{HEADER}");
            }
            let Row { id, title, own, suite, seconds, .. } = row;
            let _ = writeln!(text, "| `{id}` | {title} | {own} | {suite} | {seconds} |");
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
        Some(at) => section.clone_into(&mut parts[at]),
        None => parts.push(section.to_owned()),
    }
    let parts: Vec<_> = parts.iter().map(|it| it.trim_end()).collect();
    parts.join("\n\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::super::list::List;
    use super::{Outcome, Own, Report, Row, Suite, with_section};
    use std::time::Duration;

    #[test]
    fn a_section_is_replaced_or_added() {
        let document = "# Proof\n\nText.\n\n## A\n\nold\n\n## B\n\nkept\n";
        let replaced = with_section(document, "## A\n\nnew\n");
        assert_eq!(replaced, "# Proof\n\nText.\n\n## A\n\nnew\n\n## B\n\nkept\n");
        assert_eq!(with_section("# Proof\n", "## A\n\nnew\n"), "# Proof\n\n## A\n\nnew\n");
    }

    #[test]
    fn rows_of_other_mutants_stay() {
        let mut text =
            "[own_tests]\nall = 'a'\nsome = 'b'\nfailed = '(x)'\n[[answers]]\nid = 's'\nfile = 'f'\n".to_owned();
        for id in ["a", "b", "c"] {
            text += &format!("[[mutants]]\nid = '{id}'\ntitle = 't|u'\nfile = 'f'\nfind = 'x'\nreplace = 'y'\n");
        }
        let list = List::parse(&text).expect("a list");
        let row = |at: usize, own: Own, suite: Suite| {
            let outcome = Outcome { own, suite, took: Duration::from_secs(7) };
            Row::new(&list.mutants[at], "f", &outcome)
        };
        let caught = || Own::Caught("t.py::a[x|y]".to_owned());
        let checks = ["1", "2", "3", "4"].map(str::to_owned).to_vec();
        let first = Report { framework: "one", rows: vec![row(2, caught(), Suite::Survived)], missing: 0 };
        // Another framework's rows have the same ids.
        let other = Report { framework: "other", rows: vec![row(1, caught(), Suite::Survived)], missing: 0 };
        let document = format!("# Proof\n\n{}\n{}", other.section(), first.among(&list, "").section());
        let second = Report { framework: "one", rows: vec![row(0, Own::Survived, Suite::Caught(checks))], missing: 0 };
        let both = second.among(&list, &document);
        assert_eq!(
            both.section(),
            "## Mutants: one\n\n- caught by the project's own tests alone: 1 of 2 (50.0 %)\n\
             - caught by the contract suite alone: 1 of 2 (50.0 %)\n- caught by either: 2 of 2 (100.0 %)\n\
             - in the list, but not run yet: 1\n\n\
             In a project made from `f`:\n\n| mutant | what was done wrong | own tests | contract suite | s |\n\
             |---|---|---|---|---|\n| `a` | t\\|u | **survived** | `1`, `2`, `3` and 1 more | 7 |\n\
             | `c` | t\\|u | `t.py::a[x\\|y]` | survived | 7 |\n"
        );
        assert!(!both.good(), "half is too little");
        let neither = Report { framework: "one", rows: vec![row(1, Own::Survived, Suite::Survived)], missing: 0 };
        assert!(!neither.good());
        let unfair =
            Report { framework: "one", rows: vec![row(1, caught(), Suite::Invalid("x".to_owned()))], missing: 0 };
        assert!(!unfair.good());
    }
}
