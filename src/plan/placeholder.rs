//! Words of a framework's files that stand for what the answers say, such as the path of a module that every file imports.
//!
//! A template could print them, but then every file would be one. The placeholder is itself legal where it stands, so plain files
//! stay code that the language's own tools read.

use crate::catalog::Framework;
use crate::spec::Spec;
use std::borrow::Cow;

/// In the text of a placeholder: the project's name.
pub const PROJECT_NAME: &str = "{project.name}";

/// What stands in the blueprint, and what in the project.
#[derive(Debug, Clone, Default)]
pub struct Placeholders(Vec<(String, String)>);

impl Placeholders {
    /// Those of a framework, for a project.
    pub fn of(framework: &Framework, spec: &Spec) -> Self {
        let name = &spec.project.name;
        let own = if framework.reserved.projects.contains(name) { format!("{name}-project") } else { name.clone() };
        let filled = |text: &String| text.replace(PROJECT_NAME, &own);
        Self(framework.placeholders.iter().map(|(word, text)| (word.clone(), filled(text))).collect())
    }

    /// The text of a project.
    pub fn fill<'b>(&self, bytes: Cow<'b, [u8]>) -> Cow<'b, [u8]> {
        self.0.iter().fold(bytes, |bytes, (word, text)| replaced(bytes, word, text))
    }

    /// The text of the blueprint.
    pub fn restore<'b>(&self, bytes: Cow<'b, [u8]>) -> Cow<'b, [u8]> {
        self.0.iter().fold(bytes, |bytes, (word, text)| replaced(bytes, text, word))
    }
}

/// Replaces a word where it is not the beginning of a longer one.
fn replaced<'b>(bytes: Cow<'b, [u8]>, from: &str, to: &str) -> Cow<'b, [u8]> {
    let word = from.as_bytes();
    let goes_on = |it: &u8| it.is_ascii_alphanumeric() || b"-_".contains(it);
    let mut out = Vec::new();
    let mut kept = 0;
    let mut at = 0;
    while let Some(found) = find(&bytes[at..], word) {
        let (start, end) = (at + found, at + found + word.len());
        if !bytes.get(end).is_some_and(goes_on) {
            out.extend_from_slice(&bytes[kept..start]);
            out.extend_from_slice(to.as_bytes());
            kept = end;
        }
        at = end;
    }
    if kept == 0 {
        return bytes;
    }
    out.extend_from_slice(&bytes[kept..]);
    Cow::Owned(out)
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    let first = *word.first()?;
    let mut at = 0;
    loop {
        at += bytes[at..].iter().position(|it| *it == first)?;
        if bytes[at..].starts_with(word) {
            return Some(at);
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::Placeholders;
    use std::borrow::Cow;

    #[test]
    fn a_word_is_filled_and_restored_but_not_inside_a_longer_one() {
        let words = Placeholders(vec![("x.com/service".to_owned(), "x.com/shop".to_owned())]);
        let text = "\"x.com/service/a\" x.com/services x.com/service-b x.com/service";
        let filled = words.fill(Cow::Borrowed(text.as_bytes()));
        assert_eq!(filled, "\"x.com/shop/a\" x.com/services x.com/service-b x.com/shop".as_bytes());
        assert_eq!(words.restore(filled), text.as_bytes());
        assert!(matches!(words.fill(Cow::Borrowed(b"none")), Cow::Borrowed(_)));
    }
}
