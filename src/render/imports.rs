//! `{{#imports}}head{{else}}body{{/imports}}`: of every name that the head imports, those that the body uses.
//!
//! What a file needs depends on the types of an entity's fields. The head names everything it could need, one statement a
//! line, `from a import b, c`; names that stand nowhere in the body outside strings and comments go, and statements without
//! names with them; names are sorted. Blank lines between groups stay. `import x as y` stays as it is.

use super::fit::{Kind, Layout, fit};
use super::sorted::natural;
use crate::catalog::ImportForm;
use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, Renderable, StringOutput,
};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// The block helper.
pub struct Imports {
    /// How the language imports names.
    pub form: ImportForm,
    /// How its formatter lays lines out.
    pub layout: Layout,
}

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
        out.write(&needed(&head?, &body, &self.form, self.layout))?;
        out.write(&body)?;
        Ok(())
    }
}

/// The head with nothing in it that the body does not use.
pub fn needed(head: &str, body: &str, form: &ImportForm, layout: Layout) -> String {
    let used = words(body, form);
    if let Some(around) = &form.block {
        return block(head, &used, around, &layout.step());
    }
    let mut groups: Vec<Vec<String>> = vec![Vec::new()];
    for line in head.lines() {
        if line.trim().is_empty() {
            groups.push(Vec::new());
            continue;
        }
        let kept = match line.split_once(&form.before) {
            None => whole(line, &used).then(|| line.to_owned()),
            Some((source, rest)) => {
                let end = if form.after.is_empty() { rest.len() } else { rest.find(&form.after).unwrap_or(rest.len()) };
                statement(source, &rest[..end], &rest[end..], &used, (form, layout))
            }
        };
        groups.last_mut().expect("one group at least").extend(kept);
    }
    written(groups)
}

/// Groups of lines with a blank line between them.
fn written(groups: Vec<Vec<String>>) -> String {
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

/// The block of the packages that are used; nothing when there are none.
fn block(head: &str, used: &BTreeSet<&str>, [open, close]: &[String; 2], step: &str) -> String {
    let mut groups: Vec<Vec<(&str, &str)>> = vec![Vec::new()];
    for line in head.lines().map(str::trim).filter(|line| line != open && line != close) {
        if line.is_empty() {
            groups.push(Vec::new());
            continue;
        }
        let (alias, path) = line.split_once('"').unwrap_or(("", line));
        let (alias, path) = (alias.trim(), path.trim_end_matches('"'));
        let local = if alias.is_empty() { assumed(path) } else { alias };
        if ["_", "."].contains(&local) || used.contains(local) {
            groups.last_mut().expect("one group at least").push((path, alias));
        }
    }
    let line = |(path, alias): &(&str, &str)| match *alias {
        "" => format!("{step}\"{path}\""),
        alias => format!("{step}{alias} \"{path}\""),
    };
    let sorted = groups.into_iter().map(|mut group| {
        group.sort_unstable();
        group.dedup();
        group.iter().map(line).collect()
    });
    let lines = written(sorted.collect());
    if lines.is_empty() { lines } else { format!("{open}\n{lines}{close}\n") }
}

/// What a package is called whose path says so: the last part that is no version, without what makes it no name.
fn assumed(path: &str) -> &str {
    let version = |part: &&str| {
        let digits = part.strip_prefix('v').unwrap_or_default();
        !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit())
    };
    let mut parts = path.rsplit('/');
    let last = parts.next().unwrap_or(path);
    let base = if version(&last) { parts.next().unwrap_or(last) } else { last };
    let base = base.strip_prefix("go-").unwrap_or(base);
    base.split(|it: char| !(it.is_ascii_alphanumeric() || it == '_')).next().unwrap_or(base)
}

/// Whether a statement that imports no names stays: one that gives a module a name needs somebody to use it.
fn whole(line: &str, used: &BTreeSet<&str>) -> bool {
    let name = line.split_once("* as ").and_then(|(_, rest)| rest.split_whitespace().next());
    name.is_none_or(|it| used.contains(it))
}

fn statement(
    source: &str,
    names: &str,
    end: &str,
    used: &BTreeSet<&str>,
    (form, layout): (&ImportForm, Layout),
) -> Option<String> {
    let local = |name: &str| name.rsplit(' ').next().map(str::to_owned).unwrap_or_default();
    let mut kept: Vec<&str> =
        names.split(", ").map(str::trim).filter(|name| used.contains(local(name).as_str())).collect();
    if kept.is_empty() {
        return None;
    }
    // As sorters of imports have it.
    let class = |name: &str| match name.chars().any(char::is_lowercase) {
        _ if !form.by_class => 0,
        false if name.len() > 1 => 0,
        _ if name.starts_with(char::is_uppercase) => 1,
        _ => 2,
    };
    let order = |a: &str, b: &str| if form.by_class { natural(a, b) } else { lettered(a, b) };
    kept.sort_by(|a, b| class(a).cmp(&class(b)).then_with(|| order(&local(a), &local(b))));
    kept.dedup();
    let [open, close] = &form.brackets;
    if let ([only], false) = (kept.as_slice(), form.after.is_empty()) {
        // However long it is.
        let before = form.before.trim_end();
        return Some(format!("{source}{before} {only} {}", end.trim_start()));
    }
    let margin = layout.step();
    let items: String = kept.iter().map(|name| format!("{margin}{name},\n")).collect();
    // The brackets are in the form itself where a line of names has them, too.
    let before = form.before.trim_end().strip_suffix(open.as_str()).unwrap_or(&form.before);
    let end = end.trim_start().strip_prefix(close.as_str()).unwrap_or(end);
    let kind = if form.after.is_empty() { Kind::Bare } else { Kind::List };
    Some(fit(&format!("{source}{before}{open}\n{items}{close}{end}\n"), layout, kind).trim_end().to_owned())
}

/// A, a, B, b: letters come before their case, character by character.
fn lettered(a: &str, b: &str) -> Ordering {
    let key = |name: &str| name.chars().map(|it| (it.to_ascii_lowercase(), it.is_lowercase())).collect::<Vec<_>>();
    key(a).cmp(&key(b))
}

/// The words of a program outside its strings and comments; where packages are imported as a whole, those that a point follows.
fn words<'a>(body: &'a str, form: &ImportForm) -> BTreeSet<&'a str> {
    let raw = form.raw_quote.as_deref();
    let mut found = BTreeSet::new();
    let bytes = body.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &body[at..];
        let first = bytes[at];
        let comment = form.comments.iter().find(|it| it.first().is_some_and(|open| rest.starts_with(open.as_str())));
        if let Some(comment) = comment {
            let close = comment.get(1).map_or("\n", String::as_str);
            at += rest.find(close).map_or(rest.len(), |end| end + close.len());
        } else if let Some(quote) = raw.filter(|it| rest.starts_with(it)) {
            let inside = &rest[quote.len()..];
            at += inside.find(quote).map_or(rest.len(), |end| end + 2 * quote.len());
        } else if first == b'"' || first == b'\'' {
            at += string(rest);
        } else if first.is_ascii_alphabetic() || first == b'_' {
            let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
            // `fields.Date` needs `fields`, not `Date`; `...rest` does need `rest`.
            let own = !body[..at].ends_with('.') || body[..at].ends_with("...");
            if own && (form.block.is_none() || rest[length..].starts_with('.')) {
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
    use super::{ImportForm, Layout};

    fn needed(head: &str, body: &str, width: usize) -> String {
        let form = ImportForm {
            before: " import ".to_owned(),
            after: String::new(),
            brackets: ["(".to_owned(), ")".to_owned()],
            by_class: true,
            comments: vec![vec!["#".to_owned()]],
            block: None,
            raw_quote: None,
        };
        super::needed(head, body, &form, Layout { width, indent: 4, tabs: false, brace_spaces: false, function: None })
    }

    #[test]
    fn names_in_braces_are_found_before_their_source() {
        let form = ImportForm {
            before: "import { ".to_owned(),
            after: " } from ".to_owned(),
            brackets: ["{".to_owned(), "}".to_owned()],
            by_class: false,
            comments: vec![vec!["//".to_owned()], vec!["/*".to_owned(), "*/".to_owned()]],
            block: None,
            raw_quote: None,
        };
        let layout = Layout { width: 40, indent: 2, tabs: false, brace_spaces: true, function: None };
        let head = "import { b, a, type C } from \"./d.ts\";\nimport { e } from \"./f.ts\";\n";
        let body = "/* e */ const x: C = a(b); // e\n";
        assert_eq!(super::needed(head, body, &form, layout), "import { a, b, type C } from \"./d.ts\";\n");
        let head = "import * as a from \"./a.ts\";\nimport * as e from \"./e.ts\";\nimport \"./f.ts\";\n";
        let body = "const x = a.b; // e\n";
        let kept = "import * as a from \"./a.ts\";\nimport \"./f.ts\";\n";
        assert_eq!(super::needed(head, body, &form, layout), kept);
    }

    #[test]
    fn packages_in_a_block_stay_where_something_of_them_is_used() {
        let form = ImportForm {
            before: "import ".to_owned(),
            after: String::new(),
            brackets: ["(".to_owned(), ")".to_owned()],
            by_class: false,
            comments: vec![vec!["//".to_owned()]],
            block: Some(["import (".to_owned(), ")".to_owned()]),
            raw_quote: Some("`".to_owned()),
        };
        let layout = Layout { width: 40, indent: 4, tabs: true, brace_spaces: false, function: None };
        let head = "import (\n\t\"time\"\n\t\"errors\"\n\n\t\"x.io/go-b/v5\"\n\tc \"x.io/a\"\n\t_ \"x.io/d\"\n\n\t\"own/e\"\n)\n";
        let body = "// e.X\nvar x = `e.\"Y` + time.Now(errors, b.Z, c.W, f.e.x)\n";
        let kept = "import (\n\t\"time\"\n\n\tc \"x.io/a\"\n\t_ \"x.io/d\"\n\t\"x.io/go-b/v5\"\n)\n";
        assert_eq!(super::needed(head, body, &form, layout), kept);
        assert_eq!(super::needed("import (\n\t\"time\"\n)\n", "time", &form, layout), "");
    }

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
