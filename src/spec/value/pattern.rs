//! `pattern`: the regular expressions that mean the same in every language a blueprint is written in.

use regex::Regex;
use regex_syntax::ast::{self, Ast, ClassSetItem, ErrorKind, LiteralKind, Span};
use regex_syntax::hir::{Hir, HirKind};
use std::ops::Range;

/// The most that a counted repeat may say; Go takes no more.
const MOST_REPEATS: u32 = 1_000;

/// A checked pattern.
#[derive(Debug, Clone)]
pub struct Pattern {
    regex: Regex,
    ascii: String,
}

/// What is wrong with a pattern, and where in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternFault {
    /// A lower-case fragment.
    pub message: String,
    /// Bytes of the pattern.
    pub range: Range<usize>,
}

/// No pattern of a field needs more.
const LONGEST: usize = 2_000;

impl Pattern {
    /// Checks that only what is portable is used, with `\d \w \s` meaning ASCII.
    pub fn new(text: &str) -> Result<Self, PatternFault> {
        if text.len() > LONGEST {
            let message = format!("it is longer than {LONGEST} characters");
            return Err(PatternFault { message, range: 0..text.len() });
        }
        let tree = ast::parse::Parser::new().parse(text).map_err(|error| syntax(&error))?;
        let mut checker = Checker::default();
        checker.ast(&tree, false)?;
        let ascii = checker.ascii(text);
        let regex = Regex::new(&ascii)
            .map_err(|_| PatternFault { message: "the pattern is too large".to_owned(), range: 0..text.len() })?;
        Ok(Self { regex, ascii })
    }

    /// Whether the pattern is found in the text.
    pub fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// The fewest characters of a text in which the pattern can be found.
    pub fn shortest(&self) -> usize {
        regex_syntax::parse(&self.ascii).map_or(0, |hir| shortest(&hir))
    }

    /// The same pattern with `\d \w \s` written out as ASCII classes.
    pub fn ascii(&self) -> &str {
        &self.ascii
    }
}

fn shortest(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(literal) => String::from_utf8_lossy(&literal.0).chars().count(),
        HirKind::Class(_) => 1,
        HirKind::Repetition(repetition) => shortest(&repetition.sub).saturating_mul(repetition.min as usize),
        HirKind::Capture(capture) => shortest(&capture.sub),
        HirKind::Concat(parts) => parts.iter().map(shortest).fold(0, usize::saturating_add),
        HirKind::Alternation(parts) => parts.iter().map(shortest).min().unwrap_or(0),
    }
}

fn syntax(error: &ast::Error) -> PatternFault {
    let message = match error.kind() {
        ErrorKind::UnsupportedBackreference => "back-references are not allowed".to_owned(),
        ErrorKind::UnsupportedLookAround => "look-around is not allowed".to_owned(),
        kind => kind.to_string(),
    };
    let span = error.span();
    PatternFault { message, range: span.start.offset..span.end.offset }
}

#[derive(Default)]
struct Checker {
    classes: Vec<(Range<usize>, &'static str)>,
}

impl Checker {
    /// The text with its `\d \w \s` replaced.
    fn ascii(&self, text: &str) -> String {
        let mut ascii = String::with_capacity(text.len());
        let mut from = 0;
        for (range, class) in &self.classes {
            ascii.push_str(&text[from..range.start]);
            ascii.push_str(class);
            from = range.end;
        }
        ascii.push_str(&text[from..]);
        ascii
    }

    fn ast(&mut self, tree: &Ast, repeated: bool) -> Result<(), PatternFault> {
        match tree {
            Ast::Empty(_) | Ast::Dot(_) => Ok(()),
            Ast::Literal(literal) => check_literal(literal),
            Ast::Flags(flags) => refuse("flags are not allowed", &flags.span),
            Ast::Assertion(assertion) => match assertion.kind {
                ast::AssertionKind::StartLine | ast::AssertionKind::EndLine => Ok(()),
                _ => refuse("only the anchors `^` and `$` are allowed", &assertion.span),
            },
            Ast::ClassUnicode(class) => refuse("Unicode classes are not allowed", &class.span),
            Ast::ClassPerl(class) => {
                self.perl(class);
                Ok(())
            }
            Ast::ClassBracketed(class) => self.set(&class.kind),
            Ast::Repetition(repetition) => {
                if repeated {
                    return refuse("a repeat inside a repeat is not allowed", &repetition.op.span);
                }
                if let ast::RepetitionKind::Range(range) = &repetition.op.kind {
                    let most = match range {
                        ast::RepetitionRange::Exactly(most)
                        | ast::RepetitionRange::AtLeast(most)
                        | ast::RepetitionRange::Bounded(_, most) => *most,
                    };
                    if most > MOST_REPEATS {
                        return refuse("a repeat counts to 1000 at most", &repetition.op.span);
                    }
                }
                self.ast(&repetition.ast, true)
            }
            Ast::Group(group) => match &group.kind {
                ast::GroupKind::CaptureIndex(_) => self.ast(&group.ast, repeated),
                ast::GroupKind::NonCapturing(flags) if flags.items.is_empty() => self.ast(&group.ast, repeated),
                ast::GroupKind::NonCapturing(flags) => refuse("flags are not allowed", &flags.span),
                ast::GroupKind::CaptureName { name, .. } => refuse("named groups are not allowed", &name.span),
            },
            Ast::Alternation(alternation) => alternation.asts.iter().try_for_each(|it| self.ast(it, repeated)),
            Ast::Concat(concat) => concat.asts.iter().try_for_each(|it| self.ast(it, repeated)),
        }
    }

    fn set(&mut self, set: &ast::ClassSet) -> Result<(), PatternFault> {
        match set {
            ast::ClassSet::Item(item) => self.item(item),
            ast::ClassSet::BinaryOp(operation) => {
                refuse("`&&`, `--` and `~~` in a class are not allowed", &operation.span)
            }
        }
    }

    fn item(&mut self, item: &ClassSetItem) -> Result<(), PatternFault> {
        match item {
            ClassSetItem::Empty(_) => Ok(()),
            ClassSetItem::Literal(literal) => check_literal(literal),
            ClassSetItem::Range(range) => {
                check_literal(&range.start)?;
                check_literal(&range.end)
            }
            ClassSetItem::Ascii(class) => refuse("classes such as `[:alpha:]` are not allowed", &class.span),
            ClassSetItem::Unicode(class) => refuse("Unicode classes are not allowed", &class.span),
            ClassSetItem::Perl(class) => {
                self.perl(class);
                Ok(())
            }
            ClassSetItem::Bracketed(class) => refuse("a class inside a class is not allowed", &class.span),
            ClassSetItem::Union(union) => union.items.iter().try_for_each(|it| self.item(it)),
        }
    }

    fn perl(&mut self, class: &ast::ClassPerl) {
        let text = match (&class.kind, class.negated) {
            (ast::ClassPerlKind::Digit, false) => "[0-9]",
            (ast::ClassPerlKind::Digit, true) => "[^0-9]",
            (ast::ClassPerlKind::Space, false) => r"[\t\n\x0B\x0C\r ]",
            (ast::ClassPerlKind::Space, true) => r"[^\t\n\x0B\x0C\r ]",
            (ast::ClassPerlKind::Word, false) => "[0-9A-Za-z_]",
            (ast::ClassPerlKind::Word, true) => "[^0-9A-Za-z_]",
        };
        self.classes.push((class.span.start.offset..class.span.end.offset, text));
    }
}

fn check_literal(literal: &ast::Literal) -> Result<(), PatternFault> {
    match literal.kind {
        LiteralKind::Verbatim | LiteralKind::Meta | LiteralKind::Special(_) => Ok(()),
        LiteralKind::HexFixed(ast::HexLiteralKind::X) => Ok(()),
        LiteralKind::Superfluous => refuse("this escape is not needed and not portable", &literal.span),
        _ => refuse("this escape is not portable, write the character itself", &literal.span),
    }
}

fn refuse(message: &str, span: &Span) -> Result<(), PatternFault> {
    Err(PatternFault { message: message.to_owned(), range: span.start.offset..span.end.offset })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn perl_classes_are_ascii_inside_and_outside_of_brackets() {
        let pattern = Pattern::new(r"^\d[\w-][^\s]$").unwrap();
        assert!(pattern.is_match("1a-"));
        assert!(!pattern.is_match("١a-"), "an Arabic digit");
        assert!(!pattern.is_match("1ä-"));
        assert!(pattern.is_match("1aä"));
    }

    #[test]
    fn what_is_not_portable_is_refused_where_it_stands() {
        let cases = [
            (r"a(?=b)", "look-around is not allowed", 1..4),
            (r"(a)\1", "back-references are not allowed", 3..5),
            (r"(a+)*", "a repeat inside a repeat is not allowed", 2..3),
            (r"(?i)a", "flags are not allowed", 0..4),
            (r"\pL", "Unicode classes are not allowed", 0..3),
            (r"\bword", "only the anchors `^` and `$` are allowed", 0..2),
            (r"(?P<n>a)", "named groups are not allowed", 4..5),
            (r"a{2000}", "a repeat counts to 1000 at most", 1..7),
            (r"[a&&b]", "`&&`, `--` and `~~` in a class are not allowed", 1..5),
        ];
        for (text, message, range) in cases {
            let fault = Pattern::new(text).unwrap_err();
            assert_eq!((fault.message.as_str(), fault.range), (message, range), "{text}");
        }
    }
}
