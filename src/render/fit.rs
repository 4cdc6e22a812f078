//! `{{#fit}}…{{/fit}}`, `{{#fit bare=true}}…{{/fit}}`: one line where it fits, the exploded form as written where it does not.
//!
//! Formatters such as ruff, rustfmt and Prettier keep or choose between these two forms of a bracketed list by the width of
//! the line. A template writes the exploded one, one item a line with a trailing comma; names decide how it is printed.

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, Renderable, StringOutput,
};

/// The helper; the width is the language's.
pub struct Fit {
    /// Columns of the longest line.
    pub width: usize,
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
        out.write(&fit(&text, self.width, kind))?;
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
pub fn fit(text: &str, width: usize, kind: Kind) -> String {
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    let Some(first) = lines().next() else { return String::new() };
    let indent = first.len() - first.trim_start().len();
    let single = kind == Kind::Tuple && lines().count() == 3;
    let mut joined = String::new();
    for line in lines().map(str::trim) {
        if line.starts_with([')', ']', '}']) {
            let open = joined.trim_end_matches(' ').trim_end_matches(',').len();
            joined.truncate(open + usize::from(single));
        } else if !joined.is_empty() && !joined.ends_with(['(', '[', '{']) {
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
    if indent + joined.chars().count() > width {
        return lines().map(|line| format!("{line}\n")).collect();
    }
    let end = if text.ends_with('\n') { "\n" } else { "" };
    format!("{}{joined}{end}", &first[..indent])
}

#[cfg(test)]
mod tests {
    use super::{Kind, fit};

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
    fn what_does_not_fit_stays_as_written() {
        assert_eq!(fit(CALL, 45, Kind::List), CALL);
        assert_ne!(fit(CALL, 46, Kind::List), CALL);
    }
}
