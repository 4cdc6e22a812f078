//! `{{#sorted}}…{{/sorted}}`: statements in the order of their text, each once.
//!
//! Imports of other entities stand in an order that names decide. A statement begins at a line of the block's own
//! indentation; deeper lines and closing brackets belong to the statement before.

use crate::catalog::ImportForm;
use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, Renderable, StringOutput,
};
use std::cmp::Ordering;

/// The block helper.
pub struct Sorted(pub ImportForm);

impl HelperDef for Sorted {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        render: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let Some(template) = helper.template() else {
            return Ok(());
        };
        let mut inner = StringOutput::new();
        template.render(registry, context, render, &mut inner)?;
        let text = inner.into_string().map_err(handlebars::RenderError::from)?;
        out.write(&sorted(&text, &self.0))?;
        Ok(())
    }
}

/// Sorts the statements of a text; blank lines go.
pub fn sorted(text: &str, form: &ImportForm) -> String {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let own = lines.iter().map(|line| indent(line)).min().unwrap_or(0);
    let mut statements: Vec<String> = Vec::new();
    for line in lines {
        let begins = indent(line) == own && !line.trim_start().starts_with([')', ']', '}']);
        match statements.last_mut() {
            Some(last) if !begins => {
                last.push('\n');
                last.push_str(line);
            }
            _ => statements.push(line.to_owned()),
        }
    }
    statements.sort_by(|a, b| natural(key(a, form), key(b, form)).then_with(|| a.cmp(b)));
    statements.dedup();
    statements.iter().map(|it| format!("{it}\n")).collect()
}

/// What a statement is sorted by: where it imports from, if it imports anything, else its first line.
fn key<'a>(statement: &'a str, form: &ImportForm) -> &'a str {
    let line = statement.lines().next().unwrap_or_default();
    if form.after.is_empty() {
        return line.split(form.before.as_str()).next().unwrap_or(line);
    }
    statement.rsplit_once(form.after.trim_start()).map_or(line, |(_, source)| source)
}

/// Runs of digits compare as numbers, everything else by code point, but for `-`, which comes after `.` and `/`: a file before
/// one whose name begins with the same word.
pub(super) fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let (x, y) = (digits(a), digits(b));
        if !x.is_empty() && !y.is_empty() {
            let value = |it: &str| it.trim_start_matches('0').to_owned();
            let order = value(x).len().cmp(&value(y).len()).then_with(|| value(x).cmp(&value(y)));
            if order != Ordering::Equal {
                return order;
            }
            (a, b) = (&a[x.len()..], &b[y.len()..]);
            continue;
        }
        let (mut left, mut right) = (a.chars(), b.chars());
        match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (x, y) if x != y => return x.map(rank).cmp(&y.map(rank)),
            _ => (a, b) = (left.as_str(), right.as_str()),
        }
    }
}

fn rank(letter: char) -> (char, bool) {
    if letter == '-' { ('/', true) } else { (letter, false) }
}

fn digits(text: &str) -> &str {
    &text[..text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use crate::catalog::ImportForm;

    fn sorted(text: &str) -> String {
        let form = ImportForm {
            before: " import ".to_owned(),
            after: String::new(),
            brackets: ["(".to_owned(), ")".to_owned()],
            by_class: true,
            comments: Vec::new(),
            block: None,
            raw_quote: None,
        };
        super::sorted(text, &form)
    }

    #[test]
    fn statements_move_whole_and_stand_once() {
        let text = "from app.tags import (\n    Tag,\n)\nfrom app.core import x\nfrom app.core import x\n\nfrom app.item10s import y\nfrom app.item9s import z\n";
        assert_eq!(
            sorted(text),
            "from app.core import x\nfrom app.item9s import z\nfrom app.item10s import y\nfrom app.tags import (\n    Tag,\n)\n"
        );
    }

    #[test]
    fn shorter_names_of_files_come_first() {
        let mut paths = ["./a1.ts", "./a-b.ts", "./a.ts", "./a/x.ts", "./ab.ts", "../b.ts"];
        paths.sort_by(|a, b| super::natural(a, b));
        assert_eq!(paths, ["../b.ts", "./a.ts", "./a/x.ts", "./a-b.ts", "./a1.ts", "./ab.ts"]);
    }

    #[test]
    fn indented_items_are_sorted_too() {
        assert_eq!(sorted("    \"b\",\n    \"a\",\n"), "    \"a\",\n    \"b\",\n");
    }
}
