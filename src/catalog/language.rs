//! What a target language asks of names.

use super::Expressions;
use crate::spec::Name;
use serde::Deserialize;
use std::collections::BTreeSet;

/// `languages/<id>.toml`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// What people call it.
    pub title: String,
    /// What else people call it in documents.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Words that no name may be.
    pub reserved: BTreeSet<String>,
    /// Appended to a name that is reserved.
    pub reserved_suffix: String,
    /// Appended to the name of a field that is reserved; otherwise the same suffix.
    pub member_suffix: Option<String>,
    /// Appended to the name of a type that is reserved; otherwise the same suffix.
    pub type_suffix: Option<String>,
    /// Appended to the name of a file or package that is reserved; otherwise the same suffix.
    pub module_suffix: Option<String>,
    /// Words that stay in one case in the names of the program: `userID`, `URLPath`; lower case here.
    #[serde(default)]
    pub initialisms: BTreeSet<String>,
    /// Fields, variables, functions.
    pub member_case: Casing,
    /// Variables, where they differ from fields.
    pub variable_case: Option<Casing>,
    /// Classes and other types.
    pub type_case: Casing,
    /// Enumeration members and constants.
    pub constant_case: Casing,
    /// Files and packages.
    pub module_case: Casing,
    /// How its files are named: `.py`.
    pub extension: String,
    /// The most blank lines in a row that the formatter leaves.
    pub blank_lines: usize,
    /// Columns of the longest line that the formatter leaves alone.
    pub line_width: usize,
    /// Columns of one step of indentation.
    pub indent: usize,
    /// Whether a step of indentation is a tab.
    #[serde(default)]
    pub tabs: bool,
    /// Whether braces on one line have spaces inside: `{ a: 1 }`.
    #[serde(default)]
    pub brace_spaces: bool,
    /// The most columns of the head and the body of a function that the formatter leaves on one line; otherwise as a line.
    pub function_width: Option<usize>,
    /// Whether the formatter takes the quotes from keys that need none: `{ a: 1, "b-c": 2 }`.
    #[serde(default)]
    pub plain_keys: bool,
    /// Whether fields may be called by words that are reserved elsewhere, as in `row.class`.
    #[serde(default)]
    pub reserved_as_members: bool,
    /// What the formatter would write otherwise in comments, and what stands there instead.
    #[serde(default)]
    pub comment_spelling: Vec<[String; 2]>,
    /// How it imports names.
    pub imports: ImportForm,
    /// The literals of truth and nothing.
    pub literals: Literals,
    /// Whether the language's formatter puts a string in the quotes that need fewer escapes; otherwise double ones.
    #[serde(default)]
    pub fewest_escapes: bool,
    /// How it writes expressions; without them, rules, approvals and commands with a condition cannot be printed.
    pub expressions: Option<Expressions>,
}

/// Where the names of an import statement stand, and where the text that statements are sorted by begins.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportForm {
    /// What the names come after.
    pub before: String,
    /// What stands behind the names; nothing where they end the line.
    pub after: String,
    /// The brackets of names that stand on lines of their own.
    pub brackets: [String; 2],
    /// Constants first, then types, then everything else; otherwise by their text alone.
    #[serde(default)]
    pub by_class: bool,
    /// Comments, from here to the end of the line or to the second text.
    pub comments: Vec<Vec<String>>,
    /// How the one statement of all imports begins and ends, where packages are imported as a whole, one a line in quotes,
    /// with another name before it or not.
    pub block: Option<[String; 2]>,
    /// The quote of strings without escapes.
    pub raw_quote: Option<String>,
}

/// The literals of truth and nothing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Literals {
    /// `true`
    pub r#true: String,
    /// `false`
    pub r#false: String,
    /// `null`
    pub null: String,
    /// What stands around the items of a list; brackets when nothing is said.
    pub list: Option<[String; 2]>,
    /// What stands around keys and values; braces when nothing is said.
    pub object: Option<[String; 2]>,
}

/// How words are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Casing {
    Camel,
    Pascal,
    Snake,
    Screaming,
    Kebab,
    Flat,
}

impl Casing {
    /// The name in this case.
    pub fn of(self, name: &Name) -> String {
        match self {
            Self::Camel => name.camel(),
            Self::Pascal => name.pascal(),
            Self::Snake => name.snake(),
            Self::Screaming => name.screaming(),
            Self::Kebab => name.kebab(),
            Self::Flat => name.snake().replace('_', ""),
        }
    }
}

impl Language {
    /// A rendered file of this language without runs of blank lines that parts left out have left behind.
    pub fn tidy(&self, path: &str, text: String) -> String {
        if !path.ends_with(&self.extension) {
            return text;
        }
        let mut tidy = String::with_capacity(text.len());
        let mut blank = 0;
        for line in text.lines() {
            blank = if line.trim().is_empty() { blank + 1 } else { 0 };
            if blank <= self.blank_lines && (blank == 0 || !tidy.is_empty()) {
                tidy.push_str(line.trim_end());
                tidy.push('\n');
            }
        }
        tidy.truncate(tidy.trim_end().len());
        if !tidy.is_empty() {
            tidy.push('\n');
        }
        tidy
    }

    /// The name in this case, with words that are initialisms in one case.
    pub fn cased(&self, casing: Casing, name: &Name) -> String {
        if self.initialisms.is_empty() || !matches!(casing, Casing::Camel | Casing::Pascal) {
            return casing.of(name);
        }
        let snake = name.snake();
        let words: Vec<&str> = snake.split('_').collect();
        let mut cased = String::with_capacity(snake.len());
        for (at, word) in words.iter().enumerate() {
            let word = match self.initialism(word) {
                _ if at == 0 && casing == Casing::Camel => (*word).to_owned(),
                Some(initialism) => initialism,
                None => Casing::Pascal.of(&Name::new(*word)),
            };
            // `u_id` is not `uid`.
            let joined = words[..=at].iter().enumerate().filter(|(from, _)| *from < at).any(|(from, _)| {
                let spelled = self.initialism(&words[from..=at].concat());
                spelled.is_some_and(|it| format!("{cased}{word}").ends_with(&it))
            });
            if joined {
                cased.push('_');
            }
            cased.push_str(&word);
        }
        cased
    }

    /// A word in capitals, if it is an initialism or several of one: `IDs`; digits may follow: `ID2`.
    fn initialism(&self, word: &str) -> Option<String> {
        if self.initialisms.contains(word) {
            return Some(word.to_uppercase());
        }
        let end = word.find(|it: char| !it.is_ascii_alphabetic()).unwrap_or(word.len());
        let (letters, rest) = word.split_at(end);
        if !rest.is_empty() && self.initialisms.contains(letters) {
            return Some(format!("{}{rest}", letters.to_uppercase()));
        }
        let one = word.strip_suffix('s').filter(|it| self.initialisms.contains(*it))?;
        Some(format!("{}s", one.to_uppercase()))
    }

    /// The name of a field that neither `also` nor, where that matters, the language reserves.
    pub fn member(&self, name: &Name, also: &BTreeSet<String>) -> String {
        let suffix = self.member_suffix.as_ref().unwrap_or(&self.reserved_suffix);
        let reserved = |it: &str| (!self.reserved_as_members && self.reserved.contains(it)) || also.contains(it);
        free(self.cased(self.member_case, name), reserved, suffix)
    }

    /// The name of a type that neither the language nor `also` reserves.
    pub fn type_name(&self, name: &Name, also: &BTreeSet<String>) -> String {
        let suffix = self.type_suffix.as_ref().unwrap_or(&self.reserved_suffix);
        self.free(self.cased(self.type_case, name), also, suffix)
    }

    /// The name of a variable that neither the language nor `also` reserves.
    pub fn variable(&self, name: &Name, also: &BTreeSet<String>) -> String {
        self.safe(self.variable_case.unwrap_or(self.member_case), name, also)
    }

    /// The name of a file or package that neither the language nor `also` reserves.
    pub fn module(&self, name: &Name, also: &BTreeSet<String>) -> String {
        self.free(self.cased(self.module_case, name), also, self.module_suffix())
    }

    /// What is appended to the name of a file or package that cannot be had.
    pub fn module_suffix(&self) -> &str {
        self.module_suffix.as_ref().unwrap_or(&self.reserved_suffix)
    }

    /// A name in the given case that neither the language nor `also` reserves.
    pub fn safe(&self, casing: Casing, name: &Name, also: &BTreeSet<String>) -> String {
        self.free(self.cased(casing, name), also, &self.reserved_suffix)
    }

    fn free(&self, cased: String, also: &BTreeSet<String>, suffix: &str) -> String {
        free(cased, |it| self.reserved.contains(it) || also.contains(it), suffix)
    }
}

/// The name, with the suffix as often as it takes to be another one. A name that ends with the suffix itself gets one more,
/// so that it is not what a reserved one became.
fn free(mut cased: String, reserved: impl Fn(&str) -> bool, suffix: &str) -> String {
    let mut stem = cased.as_str();
    while let Some(shorter) = stem.strip_suffix(suffix).filter(|_| !suffix.is_empty() && !reserved(stem)) {
        stem = shorter;
    }
    if reserved(stem) {
        cased.push_str(suffix);
    }
    while reserved(&cased) {
        cased.push_str(suffix);
    }
    cased
}

#[cfg(test)]
mod tests {
    use super::{Casing, Language};
    use crate::spec::Name;

    #[test]
    fn initialisms_stay_in_one_case_and_names_apart() {
        let text = r#"
            title = "L"
            reserved = ["map"]
            reserved_suffix = "_"
            member_suffix = "Value"
            type_suffix = "Entity"
            initialisms = ["id", "uid", "url", "http"]
            member_case = "pascal"
            type_case = "pascal"
            constant_case = "pascal"
            module_case = "flat"
            extension = ".l"
            blank_lines = 1
            line_width = 80
            indent = 4
            imports = { before = "", after = "", brackets = ["", ""], comments = [] }
            literals = { true = "", false = "", null = "" }
        "#;
        let language: Language = toml::from_str(text).expect("a language");
        let pascal = |name: &str| language.cased(Casing::Pascal, &Name::new(name));
        let camel = |name: &str| language.cased(Casing::Camel, &Name::new(name));
        for (name, cased) in [
            ("user_id", "UserID"),
            ("tag_ids", "TagIDs"),
            ("httpUrl", "HTTPURL"),
            ("identity", "Identity"),
            ("uid", "UID"),
            ("u_id", "U_ID"),
            ("user_i_d", "UserI_D"),
            ("u_r_l", "UR_L"),
            ("line2", "Line2"),
            ("id2", "ID2"),
            ("http2Url", "HTTP2URL"),
            ("u_id2", "U_ID2"),
        ] {
            assert_eq!(pascal(name), cased);
        }
        assert_eq!(camel("url_of_id"), "urlOfID");
        assert_eq!(camel("id"), "id");
        assert_eq!(language.cased(Casing::Flat, &Name::new("OrderItems")), "orderitems");

        let taken = std::collections::BTreeSet::from(["String".to_owned(), "Row".to_owned()]);
        let member = |name: &str| language.member(&Name::new(name), &taken);
        let type_name = |name: &str| language.type_name(&Name::new(name), &taken);
        assert_eq!(
            ["string", "stringValue", "stringValueValue", "value"].map(member),
            ["StringValue", "StringValueValue", "StringValueValueValue", "Value"]
        );
        assert_eq!(["Row", "RowEntity", "Entity"].map(type_name), ["RowEntity", "RowEntityEntity", "Entity"]);
        assert_eq!(language.safe(Casing::Camel, &Name::new("map"), &taken), "map_");
    }
}
