//! `{{#fit}}…{{/fit}}`, `{{#fit bare=true}}…{{/fit}}`: one line where it fits, the exploded form as written where it does not.
//!
//! Formatters such as ruff, rustfmt and Prettier keep or choose between these two forms of a bracketed list by the width of
//! the line. A template writes the exploded one, one item a line with a trailing comma; names decide how it is printed.

use crate::catalog::Language;
use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, Renderable, StringOutput,
};

/// The helper.
pub struct Fit(pub Layout);

/// What the language's formatter makes of lines.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// Columns of the longest line.
    pub width: usize,
    /// Columns of one step of indentation.
    pub indent: usize,
    /// Whether a step is a tab.
    pub tabs: bool,
    /// Whether braces on one line have spaces inside.
    pub brace_spaces: bool,
    /// The most columns of the head and the body of a function on one line, where the formatter breaks others.
    pub function: Option<usize>,
}

impl From<&Language> for Layout {
    fn from(language: &Language) -> Self {
        let Language { line_width: width, indent, tabs, brace_spaces, function_width: function, .. } = *language;
        Self { width, indent, tabs, brace_spaces, function }
    }
}

impl Layout {
    /// One step of indentation.
    pub fn step(self) -> String {
        if self.tabs { "\t".to_owned() } else { " ".repeat(self.indent) }
    }

    /// The margin of so many columns.
    pub fn margin(self, columns: usize) -> String {
        if self.tabs { self.step().repeat(columns / self.indent.max(1)) } else { " ".repeat(columns) }
    }

    /// How wide a line is.
    pub fn columns(self, line: &str) -> usize {
        let tabs = line.matches('\t').count();
        line.chars().count() - tabs + tabs * self.indent
    }
}

impl HelperDef for Fit {
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
        let set = |name| helper.hash_get(name).is_some_and(|it| it.value().as_bool() == Some(true));
        let kind = if set("bare") {
            Kind::Bare
        } else if set("tuple") {
            Kind::Tuple
        } else {
            Kind::List
        };
        out.write(&fit(&text, self.0, kind))?;
        Ok(())
    }
}

/// What the brackets are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A list, a call: the trailing comma goes with the breaks.
    List,
    /// There for the line breaks alone: they go too.
    Bare,
    /// A tuple: a single item keeps its comma.
    Tuple,
}

/// Joins lines into one when that is no wider than `width`; blank lines go. `from a import (b)`
/// becomes `from a import b` when it is [`Kind::Bare`].
pub fn fit(text: &str, layout: Layout, kind: Kind) -> String {
    let Layout { width, brace_spaces, .. } = layout;
    let columns = |line: &str| layout.columns(line);
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    let Some(first) = lines().next() else { return String::new() };
    let indent = first.len() - first.trim_start().len();
    let single = kind == Kind::Tuple && lines().count() == 3;
    let mut joined = String::new();
    for line in lines().map(str::trim) {
        if line.starts_with([')', ']', '}']) {
            let open = joined.trim_end_matches(' ').trim_end_matches(',').len();
            joined.truncate(open + usize::from(single));
            if brace_spaces && line.starts_with('}') && !joined.ends_with('{') {
                joined.push(' ');
            }
        } else if !joined.is_empty() && (!joined.ends_with(['(', '[', '{']) || (brace_spaces && joined.ends_with('{')))
        {
            joined.push(' ');
        }
        joined.push_str(line);
    }
    if let (true, Some(open), Some(close)) =
        (kind == Kind::Bare, joined.find(['(', '[', '{']), joined.rfind([')', ']', '}']))
    {
        joined.replace_range(close..=close, "");
        joined.replace_range(open..=open, "");
    }
    // Rows of several items each stand on lines of their own, whatever their width.
    let rows: Vec<&str> = lines().skip(1).collect();
    let rows = &rows[..rows.len().saturating_sub(1)];
    let table = brace_spaces && rows.len() > 1 && rows.iter().all(|row| is_row(row));
    let wide = lines().any(|line| function(line, layout).is_some());
    if table || wide || columns(&first[..indent]) + columns(&joined) > width {
        return lines().map(|line| exploded(line, layout)).collect();
    }
    let end = if text.ends_with('\n') { "\n" } else { "" };
    format!("{}{joined}{end}", &first[..indent])
}

/// Whether an item of a list is itself a list of several items on one line.
fn is_row(line: &str) -> bool {
    let body = line.trim().trim_end_matches(',');
    let inside = body.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    inside.is_some_and(|it| it.contains(", "))
}

/// A function on a line of its own whose body the formatter would put on lines below.
fn function(line: &str, layout: Layout) -> Option<String> {
    let body = line.strip_suffix(',').unwrap_or(line).strip_suffix(" }")?;
    let (head, inside) = body.split_once(" { ")?;
    if head.trim_start().chars().count() + inside.chars().count() <= layout.function? {
        return None;
    }
    let margin = &line[..line.len() - line.trim_start().len()];
    Some(format!("{head} {{\n{margin}{}{inside}\n{margin}{}\n", layout.step(), &line[body.len() + 1..]))
}

/// A line that is still too wide, with the items of its last brackets on lines of their own.
fn exploded(line: &str, layout: Layout) -> String {
    if let Some(text) = function(line, layout) {
        return text;
    }
    let whole = || format!("{line}\n");
    let body = line.strip_suffix(',').unwrap_or(line);
    if layout.columns(line) <= layout.width || !body.ends_with([')', ']', '}']) {
        return whole();
    }
    let (mut quote, mut escaped) = (None, false);
    // Where the brackets that are still open begin, each with the ends of its items.
    let mut open: Vec<(usize, Vec<usize>)> = Vec::new();
    let mut last = None;
    for (at, letter) in body.char_indices() {
        match (quote, letter) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(mark), _) if mark == letter => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(letter),
            (None, '(' | '[' | '{') => open.push((at, Vec::new())),
            (None, ')' | ']' | '}') => last = open.pop(),
            (None, ',') => open.last_mut().into_iter().for_each(|(_, ends)| ends.push(at)),
            _ => {}
        }
    }
    let Some((start, mut ends)) = last.filter(|(start, _)| open.is_empty() && start + 2 < body.len()) else {
        return whole();
    };
    let close = body.len() - 1;
    ends.push(close);
    let margin = &line[..line.len() - line.trim_start().len()];
    let mut text = format!("{}\n", &body[..=start]);
    let mut from = start + 1;
    for end in ends {
        let item = body[from..end].trim();
        if !item.is_empty() {
            let inner = layout.step();
            text.push_str(&exploded(&format!("{margin}{inner}{item},"), layout));
        }
        from = end + 1;
    }
    format!("{text}{margin}{}\n", &line[close..])
}

#[cfg(test)]
mod tests {
    use super::{Kind, Layout};

    fn fit(text: &str, width: usize, kind: Kind) -> String {
        super::fit(text, Layout { width, indent: 4, tabs: false, brace_spaces: false, function: None }, kind)
    }

    #[test]
    fn braces_have_spaces_inside_where_the_language_wants_them() {
        let layout = Layout { width: 40, indent: 2, tabs: false, brace_spaces: true, function: None };
        let fit = |text| super::fit(text, layout, Kind::List);
        assert_eq!(fit("import {\n  a,\n  b,\n} from \"c\";\n"), "import { a, b } from \"c\";\n");
        assert_eq!(fit("f({\n  a: [\n    1,\n  ],\n});\n"), "f({ a: [1] });\n");
        assert_eq!(fit("f({\n});\n"), "f({});\n");
        let table = "x: [\n  [1, 2],\n  [3, 4],\n],\n";
        assert_eq!(fit(table), table);
        assert_eq!(fit("x: [\n  [1],\n  [3, 4],\n],\n"), "x: [[1], [3, 4]],\n");
        assert_eq!(fit("x: [\n  [1, 2],\n],\n"), "x: [[1, 2]],\n");
    }

    const CALL: &str = "    call(\n        \"name\",\n        Kind(12, 2),\n        nullable=False,\n    ),\n";

    #[test]
    fn what_fits_is_one_line_without_the_trailing_comma() {
        assert_eq!(fit(CALL, 100, Kind::List), "    call(\"name\", Kind(12, 2), nullable=False),\n");
    }

    #[test]
    fn bare_lists_lose_their_brackets_with_their_breaks() {
        assert_eq!(fit("from a import (\n    b,\n    c,\n)\n", 100, Kind::Bare), "from a import b, c\n");
        assert!(fit("from a import (\n    b,\n    c,\n)\n", 17, Kind::Bare).contains("(\n"));
    }

    #[test]
    fn a_line_that_is_still_too_wide_is_broken_at_its_last_brackets() {
        let text = "    x(\n        a=f(1)[\"],[\", {1: 2}],\n        b=1,\n    )\n";
        let expected =
            "    x(\n        a=f(1)[\n            \"],[\",\n            {1: 2},\n        ],\n        b=1,\n    )\n";
        assert_eq!(fit(text, 24, Kind::List), expected);
        let list = "  \"key\": [12, 34, [\"a\", 5]],\n";
        assert_eq!(fit(list, 20, Kind::List), "  \"key\": [\n      12,\n      34,\n      [\"a\", 5],\n  ],\n");
        assert_eq!(fit(list, 40, Kind::List), list);
    }

    #[test]
    fn a_function_has_its_body_on_a_line_of_its_own_where_the_formatter_would_put_it_there() {
        let layout = Layout { width: 80, indent: 4, tabs: true, brace_spaces: false, function: Some(27) };
        let call = |name: &str| format!("\tf(\n\t\t\"x\",\n\t\tfunc(r *R) *T {{ return &r.{name} }},\n\t),\n");
        let one = "\tf(\"x\", func(r *R) *T { return &r.Name }),\n";
        assert_eq!(super::fit(&call("Name"), layout, Kind::List), one);
        let broken = "\tf(\n\t\t\"x\",\n\t\tfunc(r *R) *T {\n\t\t\treturn &r.Names\n\t\t},\n\t),\n";
        assert_eq!(super::fit(&call("Names"), layout, Kind::List), broken);
    }

    #[test]
    fn what_does_not_fit_stays_as_written() {
        assert_eq!(fit(CALL, 45, Kind::List), CALL);
        assert_ne!(fit(CALL, 46, Kind::List), CALL);
    }
}
