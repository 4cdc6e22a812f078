//! `{{#imports}}head{{else}}body{{/imports}}`: of every name that the head imports, those that the body uses.
//!
//! What a file needs depends on the types of an entity's fields. The head names everything it could need, one statement a
//! line, `from a import b, c`; names that stand nowhere in the body outside strings and comments go, and statements without
//! names with them; names are sorted. Blank lines between groups stay. `import x as y` stays as it is.

use super::fit::{Kind, fit};
use super::sorted::natural;
use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, Renderable, StringOutput,
};
use std::collections::BTreeSet;

/// The block helper.
pub struct Imports {
    /// Columns of the longest line.
    pub width: usize,
}

/// Stands between the source of an import and its names.
const NAMES: &str = " import ";

impl HelperDef for Imports {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        render: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let (Some(head), Some(body)) = (helper.template(), helper.inverse()) else {
            return Ok(());
        };
        let mut texts = [StringOutput::new(), StringOutput::new()];
        head.render(registry, context, render, &mut texts[0])?;
        body.render(registry, context, render, &mut texts[1])?;
        let [head, body] = texts.map(|it| it.into_string().map_err(handlebars::RenderError::from));
        let body = body?;
        out.write(&needed(&head?, &body, self.width))?;
        out.write(&body)?;
        Ok(())
    }
}

/// The head with nothing in it that the body does not use.
pub fn needed(head: &str, body: &str, width: usize) -> String {
    let used = words(body);
    let mut groups: Vec<Vec<String>> = vec![Vec::new()];
    for line in head.lines() {
        if line.trim().is_empty() {
            groups.push(Vec::new());
            continue;
        }
        let kept = match line.split_once(NAMES) {
            None => Some(line.to_owned()),
            Some((source, names)) => statement(source, names, &used, width),
        };
        groups.last_mut().expect("one group at least").extend(kept);
    }
    let mut text = String::new();
    for group in groups.into_iter().filter(|group| !group.is_empty()) {
        if !text.is_empty() {
            text.push('\n');
        }
        for line in group {
            text.push_str(&line);
            text.push('\n');
        }
    }
    text
}

fn statement(source: &str, names: &str, used: &BTreeSet<&str>, width: usize) -> Option<String> {
    let local = |name: &str| name.rsplit(' ').next().map(str::to_owned).unwrap_or_default();
    let mut kept: Vec<&str> =
        names.split(", ").map(str::trim).filter(|name| used.contains(local(name).as_str())).collect();
    if kept.is_empty() {
        return None;
    }
    // Constants, then types, then everything else, as sorters of imports have it.
    let class = |name: &str| match name.chars().any(char::is_lowercase) {
        false if name.len() > 1 => 0,
        _ if name.starts_with(char::is_uppercase) => 1,
        _ => 2,
    };
    kept.sort_by(|a, b| class(a).cmp(&class(b)).then_with(|| natural(a, b)));
    let items: String = kept.iter().map(|name| format!("    {name},\n")).collect();
    Some(fit(&format!("{source}{NAMES}(\n{items})\n"), width, Kind::Bare).trim_end().to_owned())
}

/// The words of a program outside its strings and `#` comments.
fn words(body: &str) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    let bytes = body.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &body[at..];
        let first = bytes[at];
        if first == b'#' {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if first == b'"' || first == b'\'' {
            at += string(rest);
        } else if first.is_ascii_alphabetic() || first == b'_' {
            let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
            // `fields.Date` needs `fields`, not `Date`.
            if at == 0 || bytes[at - 1] != b'.' {
                found.insert(&rest[..length]);
            }
            at += length;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    found
}

/// The length of the string literal that a text begins with.
fn string(text: &str) -> usize {
    let quote = &text[..1];
    let triple = quote.repeat(3);
    let quote = if text.starts_with(&triple) { triple.as_str() } else { quote };
    let mut at = quote.len();
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with(quote) {
            return at + quote.len();
        }
        let escaped = usize::from(rest.starts_with('\\'));
        at += rest.chars().take(1 + escaped).map(char::len_utf8).sum::<usize>();
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::needed;

    #[test]
    fn only_what_is_used_is_imported() {
        let head = "from datetime import date, datetime\nfrom decimal import Decimal\n\nfrom app.core import fields\n";
        let body = "\"\"\"A date, \\\" Decimal.\"\"\"\nx: datetime = fields.Decimal('date')  # Decimal\n";
        assert_eq!(needed(head, body, 100), "from datetime import datetime\n\nfrom app.core import fields\n");
    }

    #[test]
    fn what_is_too_long_for_a_line_is_exploded() {
        assert_eq!(needed("from a import bcd, efg\n", "bcd efg", 20), "from a import (\n    bcd,\n    efg,\n)\n");
    }
}
