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
        let bare = helper.hash_get("bare").is_some_and(|it| it.value().as_bool() == Some(true));
        out.write(&fit(&text, self.width, bare))?;
        Ok(())
    }
}

/// Joins lines into one when that is no wider than `width`. With `bare` the outermost brackets, which are there for the
/// line breaks alone, go when it is: `from a import (b)` → `from a import b`.
pub fn fit(text: &str, width: usize, bare: bool) -> String {
    let Some(first) = text.lines().find(|line| !line.trim().is_empty()) else {
        return text.to_owned();
    };
    let indent = first.len() - first.trim_start().len();
    let mut joined = String::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if line.starts_with([')', ']', '}']) {
            let open = joined.trim_end_matches(' ').trim_end_matches(',').len();
            joined.truncate(open);
        } else if !joined.is_empty() && !joined.ends_with(['(', '[', '{']) {
            joined.push(' ');
        }
        joined.push_str(line);
    }
    if let (true, Some(open), Some(close)) = (bare, joined.find(['(', '[', '{']), joined.rfind([')', ']', '}'])) {
        joined.replace_range(close..=close, "");
        joined.replace_range(open..=open, "");
    }
    if indent + joined.chars().count() > width {
        return text.to_owned();
    }
    let end = if text.ends_with('\n') { "\n" } else { "" };
    format!("{}{joined}{end}", &first[..indent])
}

#[cfg(test)]
mod tests {
    use super::fit;

    const CALL: &str = "    call(\n        \"name\",\n        Kind(12, 2),\n        nullable=False,\n    ),\n";

    #[test]
    fn what_fits_is_one_line_without_the_trailing_comma() {
        assert_eq!(
            fit(CALL, 100, false),
            "    call(\"name\", Kind(12, 2), nullable=False),\n"
        );
    }

    #[test]
    fn bare_lists_lose_their_brackets_with_their_breaks() {
        assert_eq!(
            fit("from a import (\n    b,\n    c,\n)\n", 100, true),
            "from a import b, c\n"
        );
        assert!(fit("from a import (\n    b,\n    c,\n)\n", 17, true).contains("(\n"));
    }

    #[test]
    fn what_does_not_fit_stays_as_written() {
        assert_eq!(fit(CALL, 45, false), CALL);
        assert_ne!(fit(CALL, 46, false), CALL);
    }
}
