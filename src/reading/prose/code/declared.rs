//! Types as programmers declare them: interfaces, classes, structs and enumerations, in whatever language has them in braces or by
//! indentation. Which language it is does not matter: a name, a type and what is said behind it look much alike in all of them.

use super::regex;
use regex::Regex;
use std::ops::Range;
use std::sync::OnceLock;

/// A type that code declares.
#[derive(Debug, Clone)]
pub(super) struct Declared {
    /// Its name in the document.
    pub(super) name: Range<usize>,
    /// The names of those whose fields it has, too.
    pub(super) bases: Vec<Range<usize>>,
    /// The values of an enumeration: what they are called, what they are.
    pub(super) values: Vec<(Range<usize>, Range<usize>)>,
    /// What it holds.
    pub(super) attributes: Vec<Attribute>,
    /// What is neither a field nor a value: methods, decorators.
    pub(super) rest: Vec<Range<usize>>,
}

/// A field as it is declared.
#[derive(Debug, Clone)]
pub(super) struct Attribute {
    /// From its name to its end.
    pub(super) at: Range<usize>,
    pub(super) name: Range<usize>,
    pub(super) kind: Range<usize>,
    /// What follows `=`.
    pub(super) value: Option<Range<usize>>,
    /// Whether a mark behind its name says that it may be missing.
    pub(super) optional: bool,
    pub(super) comment: Option<Range<usize>>,
}

/// Whether code declares a type.
pub(super) fn declares(text: &str) -> bool {
    text.lines().any(|line| header().is_match(line))
}

/// A name behind a word such as `interface`.
fn header() -> &'static Regex {
    static HEADER: OnceLock<Regex> = OnceLock::new();
    HEADER.get_or_init(|| {
        let modifiers = r"(?:export|default|declare|public|private|final|abstract|sealed|data|pub|type)(?:\s+|\([^)]*\)\s+)";
        let words = "interface|class|struct|record|enum|input|message";
        // `type Shop struct {`, `type Shop {`, `type Shop = …`, `interface Shop {`; never a sentence such as `class A`.
        let named = format!(
            r"^\s*(?:{modifiers})*(?:(?:{words})\s+([A-Z]\w*)|type\s+([A-Z]\w*)(?:\s+struct\b)?)"
        );
        let ends = r"(?:<[^>]*>)?\s*(?:$|[{=@]|:\s*(?:#.*)?$|:\s*[A-Z][\w, ]*\{?$|\([^)]*(?:$|\)\s*[:{])|(?:extends|implements|struct)\b)";
        Regex::new(&format!("{named}{ends}")).unwrap_or_else(|error| unreachable!("{error}"))
    })
}

/// Where the type ends whose declaration begins there, if one does.
pub(super) fn extent(text: &str, start: usize) -> Option<usize> {
    let end = text[start..].find('\n').map_or(text.len(), |it| start + it);
    let captures = header().captures(&text[start..end])?;
    let name = captures.get(1).or(captures.get(2))?;
    let (declared, next) = declaration(text, start + name.start()..start + name.end(), start..end, text.len());
    let holds = !(declared.attributes.is_empty() && declared.values.is_empty());
    holds.then_some(next.min(text.len()))
}

/// Every type of a stretch of code, and the stretches that lie outside of all.
pub(super) fn types(text: &str, code: Range<usize>) -> (Vec<Declared>, Vec<Range<usize>>) {
    let mut found = Vec::new();
    let mut outside: Vec<Range<usize>> = Vec::new();
    let mut at = code.start;
    while at < code.end {
        let end = text[at..code.end].find('\n').map_or(code.end, |it| at + it);
        let line = &text[at..end];
        match header().captures(line) {
            Some(captures) => {
                let name = captures.get(1).or(captures.get(2)).map_or(0..0, |it| at + it.start()..at + it.end());
                let (declared, next) = declaration(text, name, at..end, code.end);
                found.push(declared);
                at = next.max(end + 1);
            }
            None => {
                let start = end - line.trim_start().len();
                let range = start..start + line.trim().len();
                match outside.last_mut() {
                    Some(last) if text[last.end..range.start].trim().is_empty() => last.end = range.end,
                    _ if says_something(line) => outside.push(range),
                    _ => {}
                }
                at = end + 1;
            }
        }
    }
    (found, outside)
}

/// Whether a line outside of types is more than a comment, an import or the end of something.
fn says_something(line: &str) -> bool {
    let line = line.trim();
    let begins = ["//", "#", "/*", "*", "--", "import ", "from ", "package ", "using ", "use ", "@"];
    line.contains(|it: char| it.is_alphanumeric()) && !begins.iter().any(|it| line.starts_with(it))
}

/// Reads a type whose first line is `line`; gives where the next one may begin.
fn declaration(text: &str, name: Range<usize>, line: Range<usize>, end: usize) -> (Declared, usize) {
    static BASES: OnceLock<Regex> = OnceLock::new();
    let head = &text[name.end..line.end];
    let python = head.split('#').next().unwrap_or_default().trim_end().ends_with(':');
    let enumeration = text[line.start..name.start].split_whitespace().any(|it| it == "enum")
        || python && head.split([',', '(', ')', '.']).any(|it| it.trim().ends_with("Enum"));
    let bases = regex(&BASES, r"[A-Z]\w*");
    let inherited = if python { head } else { head.split(['{', '(', '=']).next().unwrap_or_default() };
    let bases = bases.find_iter(inherited).map(|it| name.end + it.start()..name.end + it.end()).collect();
    let mut declared =
        Declared { name: name.clone(), bases, values: Vec::new(), attributes: Vec::new(), rest: Vec::new() };
    let (body, next) = if python {
        indented(text, line.clone(), end)
    } else if let Some(alias) = head.trim_start().strip_prefix('=').filter(|it| !it.trim_start().starts_with('{')) {
        let start = line.end - alias.len();
        let stop = alternatives(text, start, end);
        declared.values = quoted(text, start..stop);
        return (declared, stop);
    } else {
        let open = head.find(['{', '(']).map(|it| name.end + it);
        let below = line.end + text[line.end..end].len() - text[line.end..end].trim_start().len();
        let Some(open) = open.or(text[below..end].starts_with('{').then_some(below)) else {
            return (declared, line.end);
        };
        let close = closing(text, open, end);
        (open + 1..close, close + 1)
    };
    for piece in pieces(text, body, python) {
        if enumeration {
            declared.values.extend(values(text, &piece.at));
        } else if let Some(attribute) = attribute(text, &piece, head) {
            declared.attributes.push(attribute);
        } else {
            declared.rest.push(piece.at);
        }
    }
    (declared, next)
}

/// The lines that stand deeper than the first one.
fn indented(text: &str, line: Range<usize>, end: usize) -> (Range<usize>, usize) {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let own = depth(&text[line.clone()]);
    let start = (line.end + 1).min(end);
    let mut at = start;
    for line in text[start..end].split_inclusive('\n') {
        if !line.trim().is_empty() && depth(line) <= own {
            break;
        }
        at += line.len();
    }
    (start..at, at)
}

/// Where `'a' | 'b'` ends, which may go over several lines.
fn alternatives(text: &str, start: usize, end: usize) -> usize {
    let mut at = start;
    for line in text[start..end].split_inclusive('\n') {
        let goes_on = line.trim().is_empty() && at == start || line.trim_end().ends_with('|');
        at += line.len();
        let next = text[at..end].trim_start().starts_with('|');
        if !goes_on && !next || line.contains(';') {
            break;
        }
    }
    at
}

/// Each text in quotes, as a value that is called as it is.
fn quoted(text: &str, range: Range<usize>) -> Vec<(Range<usize>, Range<usize>)> {
    static QUOTED: OnceLock<Regex> = OnceLock::new();
    let found = regex(&QUOTED, r#"'([^'\n]*)'|"([^"\n]*)""#).captures_iter(&text[range.clone()]);
    let inner = found.filter_map(|it| it.get(1).or(it.get(2)));
    inner.map(|it| range.start + it.start()..range.start + it.end()).map(|it| (it.clone(), it)).collect()
}

/// `FILM = "film"`, `Film`, `DIGITAL FILM TAPE`
fn values(text: &str, piece: &Range<usize>) -> Vec<(Range<usize>, Range<usize>)> {
    static NAME: OnceLock<Regex> = OnceLock::new();
    let raw = &text[piece.clone()];
    let (names, value) = raw.split_once('=').unwrap_or((raw, ""));
    let name = regex(&NAME, r"\b[A-Za-z]\w*");
    let names: Vec<_> = name.find_iter(names).map(|it| piece.start + it.start()..piece.start + it.end()).collect();
    let start = piece.end - value.len();
    match (names.as_slice(), quoted(text, start..piece.end).pop()) {
        ([name], Some((_, value))) => vec![(name.clone(), value)],
        _ => names.into_iter().map(|it| (it.clone(), it)).collect(),
    }
}

/// The bracket that closes the one at `open`.
fn closing(text: &str, open: usize, end: usize) -> usize {
    let mut depth = 0_usize;
    let mut quote = None;
    for (at, it) in text[open..end].char_indices() {
        match (quote, it) {
            (Some(mark), it) if it == mark || it == '\n' => quote = None,
            (Some(_), _) => {}
            (None, '"' | '`') => quote = Some(it),
            (None, '{' | '(' | '[') => depth += 1,
            (None, '}' | ')' | ']') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return open + at;
                }
            }
            _ => {}
        }
    }
    end
}

/// A line, or what a line holds between two separators.
struct Piece {
    at: Range<usize>,
    comment: Option<Range<usize>>,
}

/// Cuts a body where a field ends.
fn pieces(text: &str, body: Range<usize>, python: bool) -> Vec<Piece> {
    let mut found: Vec<Piece> = Vec::new();
    // A comment on a line of its own speaks of what follows.
    let mut above: Option<Range<usize>> = None;
    let mut start = body.start;
    let mut at = body.start;
    let mut depth = 0_usize;
    let mut nested: Option<usize> = None;
    let trim = |range: Range<usize>| {
        let raw = &text[range.clone()];
        let start = range.start + raw.len() - raw.trim_start().len();
        start..start + raw.trim().len()
    };
    let mut finish = |start: usize, end: usize, above: &mut Option<Range<usize>>, found: &mut Vec<Piece>| {
        let piece = trim(start..end);
        if piece.is_empty() {
            return;
        }
        let column = piece.start - text[..piece.start].rfind('\n').map_or(0, |it| it + 1);
        if let Some(outer) = nested.filter(|_| python) {
            if column > outer {
                if let Some(last) = found.last_mut() {
                    last.at.end = piece.end;
                }
                return;
            }
            nested = None;
        }
        if python && text[piece.clone()].ends_with(':') {
            nested = Some(column);
        }
        found.push(Piece { at: piece, comment: above.take() });
    };
    while at < body.end {
        let rest = &text[at..body.end];
        let Some(first) = rest.chars().next() else { break };
        let opens = |mark: &str| rest.starts_with(mark);
        let blank = text[..at].chars().next_back().is_none_or(char::is_whitespace);
        let mut length = first.len_utf8();
        match first {
            '"' if opens("\"\"\"") && text[start..at].trim().is_empty() => {
                let inner = rest[3..].find("\"\"\"");
                length = inner.map_or(rest.len(), |it| it + 6);
                above = Some(trim(at + 3..inner.map_or(at + length, |it| at + 3 + it)));
                start = at + length;
            }
            '"' | '\'' | '`' => {
                let close = rest[1..].find([first, '\n']).map_or(rest.len(), |it| it + 2);
                length = close.min(rest.len());
                if rest[..length].ends_with('\n') {
                    length -= 1;
                }
            }
            '/' if opens("/*") => {
                let inner = rest[2..].find("*/");
                length = inner.map_or(rest.len(), |it| it + 4);
                let inner = trim(at + 2..inner.map_or(at + length, |it| at + 2 + it));
                comment(text, inner, (start, at), &mut above, &mut found, &mut finish);
                start = at + length;
            }
            '/' if opens("//") && depth == 0 => {
                length = rest.find('\n').unwrap_or(rest.len());
                comment(text, trim(at + 2..at + length), (start, at), &mut above, &mut found, &mut finish);
                start = at + length;
            }
            '#' if blank && depth == 0 => {
                length = rest.find('\n').unwrap_or(rest.len());
                comment(text, trim(at + 1..at + length), (start, at), &mut above, &mut found, &mut finish);
                start = at + length;
            }
            '(' | '[' | '{' => depth += 1,
            '<' if !blank => depth += 1,
            ')' | ']' | '}' | '>' => depth = depth.saturating_sub(1),
            ';' | ',' | '\n' if depth == 0 => {
                finish(start, at, &mut above, &mut found);
                start = at + length;
            }
            _ => {}
        }
        at += length;
    }
    finish(start, body.end, &mut above, &mut found);
    found
}

/// Ends a piece at a comment; it speaks of the piece before it on its line, else of the next one.
fn comment(
    text: &str,
    at: Range<usize>,
    (start, end): (usize, usize),
    above: &mut Option<Range<usize>>,
    found: &mut Vec<Piece>,
    finish: &mut impl FnMut(usize, usize, &mut Option<Range<usize>>, &mut Vec<Piece>),
) {
    finish(start, end, above, found);
    match found.last_mut() {
        Some(last) if !text[last.at.end..end].contains('\n') => last.comment = Some(at),
        _ => *above = Some(at),
    }
}

/// A field, in one of the orders in which people write one.
fn attribute(text: &str, piece: &Piece, head: &str) -> Option<Attribute> {
    static NAME_FIRST: OnceLock<Regex> = OnceLock::new();
    static ASSIGNED: OnceLock<Regex> = OnceLock::new();
    static NAME_THEN_TYPE: OnceLock<Regex> = OnceLock::new();
    static TYPE_FIRST: OnceLock<Regex> = OnceLock::new();
    let raw = &text[piece.at.clone()];
    let words = r"(?:(?:public|private|protected|readonly|static|final|override|required|pub|val|var|let|const)\s+)*";
    // `name?: string = "x"`, and `posts(first: Int): [Post!]!`
    let name_first = format!(
        r"(?s)^{words}(?P<name>\w+)(?P<mark>[?!])?\s*(?:\([^)]*\))?\s*:\s*(?P<kind>[^=]+?)\s*(?:=\s*(?P<value>.+))?$"
    );
    // `name = Column(String)`
    let assigned = r"(?s)^(?P<name>\w+)\s*=\s*(?P<kind>[A-Za-z][\w.]*\(.*\))$";
    // `Name string` with a tag behind it
    let name_then_type = r"^(?P<name>[A-Z]\w*)\s+(?P<kind>[\w.*\[\]]+(?:\{\})?)(?:\s+(?P<value>`[^`]*`))?$";
    // `private String name`
    let type_first = format!(
        r"^{words}(?P<kind>[A-Za-z][\w.]*(?:<[^>]*>)?(?:\[\])?\??)\s+(?P<name>[A-Za-z]\w*)\s*(?:=\s*\d+\s*)?(?:\{{[^}}]*\}}.*)?$"
    );
    let captures = regex(&NAME_FIRST, &name_first)
        .captures(raw)
        .or_else(|| regex(&ASSIGNED, assigned).captures(raw))
        .or_else(|| {
        let tagged = head.contains("struct");
        let found = if tagged { regex(&NAME_THEN_TYPE, name_then_type) } else { regex(&TYPE_FIRST, &type_first) };
        found.captures(raw)
    })?;
    let place = |name: &str| captures.name(name).map(|it| piece.at.start + it.start()..piece.at.start + it.end());
    Some(Attribute {
        at: piece.at.clone(),
        name: place("name")?,
        kind: place("kind")?,
        value: place("value"),
        optional: captures.name("mark").is_some_and(|it| it.as_str() == "?"),
        comment: piece.comment.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(code: &str) -> Vec<String> {
        let text = |range: &Range<usize>| code[range.clone()].to_owned();
        let line = |it: &Attribute| {
            let value = it.value.as_ref().map(|it| format!(" = {}", text(it))).unwrap_or_default();
            let comment = it.comment.as_ref().map(|it| format!(" ; {}", text(it))).unwrap_or_default();
            format!("{}{}: {}{value}{comment}", text(&it.name), if it.optional { "?" } else { "" }, text(&it.kind))
        };
        let mut lines = Vec::new();
        let (types, outside) = types(code, 0..code.len());
        lines.extend(outside.iter().map(|it| format!("? {}", text(it))));
        for it in types {
            lines.push(text(&it.name));
            lines.extend(it.attributes.iter().map(line));
            lines.extend(it.values.iter().map(|(_, value)| format!("| {}", text(value))));
            lines.extend(it.rest.iter().map(|it| format!("! {}", text(it))));
        }
        lines
    }

    #[test]
    fn types_of_any_language_are_cut_into_fields() {
        let typescript = "import a from 'a';\n\nexport interface Pot {\n  readonly id: string;\n  /** How it is called */\n  label?: string; // max 40\n  tags: Array<string>\n  kind: 'a' | 'b'\n  grow(): void;\n}\ntype Size = 'small'\n  | 'big';\n";
        assert_eq!(
            seen(typescript),
            [
                "Pot",
                "id: string",
                "label?: string ; max 40",
                "tags: Array<string>",
                "kind: 'a' | 'b'",
                "grow: void",
                "Size",
                "| small",
                "| big"
            ]
        );
        let python = "class Kind(str, Enum):\n    OLD = \"old\"\n\nclass Pot(Base):\n    # Its label\n    label: str = Field(\n        min_length=2,\n    )\n    size: int | None = None  # in cm\n\n    def grow(self):\n        return 1\n\nx = Pot()\n";
        assert_eq!(
            seen(python),
            [
                "? x = Pot()",
                "Kind",
                "| old",
                "Pot",
                "label: str = Field(\n        min_length=2,\n    ) ; Its label",
                "size: int | None = None ; in cm",
                "! def grow(self):\n        return 1"
            ]
        );
        let graphql = "enum Kind { OLD NEW }\ntype Pot implements Node {\n  id: ID!\n  \"\"\"Its label\"\"\"\n  label: String!\n  leaves(first: Int): [Leaf!]!\n}\n";
        assert_eq!(
            seen(graphql),
            ["Kind", "| OLD", "| NEW", "Pot", "id: ID!", "label: String! ; Its label", "leaves: [Leaf!]!"]
        );
        let go = "type Pot struct {\n\tLabel string `json:\"label\"`\n\tGrown *time.Time // when\n}\n";
        assert_eq!(seen(go), ["Pot", "Label: string = `json:\"label\"`", "Grown: *time.Time ; when"]);
        let java = "public class Pot {\n    private String label;\n    private List<Leaf> leaves;\n}\n";
        assert_eq!(seen(java), ["Pot", "label: String", "leaves: List<Leaf>"]);
        let kotlin = "data class Pot(\n    val label: String,\n    val size: Int?\n)\n";
        assert_eq!(seen(kotlin), ["Pot", "label: String", "size: Int?"]);
    }

    #[test]
    fn a_sentence_declares_nothing() {
        for text in
            ["class A of the hotel", "type Product with fields", "Enum values are given", "interface to Billing"]
        {
            assert!(!declares(text), "{text}");
        }
    }

    #[test]
    fn broken_code_ends_somewhere() {
        for code in [
            "interface A {",
            "type A = ",
            "class A(B:\n  x: int",
            "enum A { B",
            "interface A { x: '",
            "type A struct {\n\"\"\"",
        ] {
            types(code, 0..code.len());
        }
    }
}
