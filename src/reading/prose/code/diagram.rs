//! Entity-relationship diagrams of Mermaid.
//!
//! Source: <https://mermaid.js.org/syntax/entityRelationshipDiagram.html>

use super::declared::Attribute;
use super::regex;
use regex::{Captures, Regex};
use std::ops::Range;
use std::sync::OnceLock;

/// An entity of a diagram.
#[derive(Debug)]
pub(super) struct Drawn {
    pub(super) name: Range<usize>,
    pub(super) attributes: Vec<(Attribute, Keys)>,
}

/// What a diagram says of the keys of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Keys {
    pub(super) foreign: bool,
    pub(super) unique: bool,
}

/// A line between two entities.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) at: Range<usize>,
    pub(super) left: (Range<usize>, Count),
    pub(super) right: (Range<usize>, Count),
    pub(super) label: Option<Range<usize>>,
}

/// How many rows of a side belong to one of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) many: bool,
    pub(super) optional: bool,
}

/// What a diagram holds.
#[derive(Debug, Default)]
pub(super) struct Diagram {
    pub(super) entities: Vec<Drawn>,
    pub(super) links: Vec<Link>,
    /// Lines that say something else.
    pub(super) rest: Vec<Range<usize>>,
}

/// Whether code is a diagram of entities.
pub(super) fn is_diagram(text: &str) -> bool {
    text.lines().find(|it| !it.trim().is_empty()).is_some_and(|it| it.trim() == "erDiagram")
}

/// Reads a diagram.
pub(super) fn read(text: &str, code: Range<usize>) -> Diagram {
    static OPENS: OnceLock<Regex> = OnceLock::new();
    static LINK: OnceLock<Regex> = OnceLock::new();
    static ATTRIBUTE: OnceLock<Regex> = OnceLock::new();
    let opens = regex(&OPENS, r#"^"?(?P<name>[A-Za-z][\w -]*?)"?\s*(?:\[[^\]]*\])?\s*\{$"#);
    let link = regex(
        &LINK,
        r#"^"?(?P<left>[A-Za-z][\w-]*)"?\s*(?P<many>\|\||\|o|\}o|\}\|)(?:--|\.\.)(?P<few>\|\||o\||o\{|\|\{)\s*"?(?P<right>[A-Za-z][\w-]*)"?\s*(?::\s*"?(?P<label>[^"]*?)"?)?$"#,
    );
    let attribute = regex(
        &ATTRIBUTE,
        r#"^(?P<kind>[A-Za-z][\w()\[\],-]*)\s+(?P<name>\*?[A-Za-z][\w-]*)\s*(?P<keys>(?:PK|FK|UK)(?:\s*,\s*(?:PK|FK|UK))*)?\s*(?:"(?P<comment>[^"]*)")?$"#,
    );
    let mut found = Diagram::default();
    let mut inside = false;
    let mut start = code.start;
    for line in text[code].split_inclusive('\n') {
        let at = start + line.len() - line.trim_start().len();
        start += line.len();
        let line = line.trim();
        let range = at..at + line.len();
        let place = |captures: &Captures<'_>, name: &str| {
            captures.name(name).map(|it| at + it.start()..at + it.end()).filter(|it| !it.is_empty())
        };
        if line.is_empty() || line == "erDiagram" || line.starts_with("%%") || line.starts_with("direction ") {
            continue;
        }
        if line == "}" {
            inside = false;
        } else if let Some(captures) = attribute.captures(line).filter(|_| inside) {
            let (Some(kind), Some(name)) = (place(&captures, "kind"), place(&captures, "name")) else { continue };
            let keys = captures.name("keys").map_or("", |it| it.as_str());
            let keys = Keys { foreign: keys.contains("FK"), unique: keys.contains("UK") };
            let comment = place(&captures, "comment");
            let declared = Attribute { at: range, name, kind, value: None, optional: false, comment };
            if let Some(entity) = found.entities.last_mut() {
                entity.attributes.push((declared, keys));
            }
        } else if let Some(captures) = opens.captures(line).filter(|_| !inside) {
            inside = true;
            found.entities.extend(place(&captures, "name").map(|name| Drawn { name, attributes: Vec::new() }));
        } else if let Some(captures) = link.captures(line).filter(|_| !inside) {
            let count = |name: &str| {
                let sign = captures.name(name).map_or("", |it| it.as_str());
                Count { many: sign.contains(['{', '}']), optional: sign.contains('o') }
            };
            let (Some(left), Some(right)) = (place(&captures, "left"), place(&captures, "right")) else { continue };
            found.links.push(Link {
                at: range,
                left: (left, count("many")),
                right: (right, count("few")),
                label: place(&captures, "label"),
            });
        } else {
            found.rest.push(range);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagram_is_read() {
        let text = "erDiagram\n  %% ours\n  Ship ||--o{ Trip : makes\n  Trip }o--o| Port : \"goes to\"\n  Ship {\n    string name UK \"how it is called\"\n    uuid port_id FK\n  }\n  what else\n";
        assert!(is_diagram(text));
        let found = read(text, 0..text.len());
        let counts: Vec<_> =
            found.links.iter().map(|it| (it.left.1.many, it.right.1.many, it.right.1.optional)).collect();
        assert_eq!(counts, [(false, true, true), (true, false, true)]);
        assert_eq!(found.links[1].label.clone().map(|it| &text[it]), Some("goes to"));
        let keys: Vec<_> = found.entities[0].attributes.iter().map(|(_, keys)| (keys.unique, keys.foreign)).collect();
        assert_eq!(keys, [(true, false), (false, true)]);
        assert_eq!(found.rest.iter().map(|it| &text[it.clone()]).collect::<Vec<_>>(), ["what else"]);
    }
}
