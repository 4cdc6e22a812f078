//! One declared name in every casing.

use heck::{ToKebabCase, ToLowerCamelCase, ToPascalCase, ToSnakeCase};

/// A name as declared, and its usual casings. Casings that a language adds or reserved words that it
/// forbids are the business of `languages/*.toml`, not of this type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Name {
    declared: String,
    words: String,
}

impl Name {
    /// Takes a legal identifier of the answers file.
    pub fn new(declared: impl Into<String>) -> Self {
        let declared = declared.into();
        let words = declared.to_snake_case();
        Self { declared, words }
    }

    /// Exactly as the file spells it.
    pub fn declared(&self) -> &str {
        &self.declared
    }

    /// `orderItem`
    pub fn camel(&self) -> String {
        self.words.to_lower_camel_case()
    }

    /// `OrderItem`
    pub fn pascal(&self) -> String {
        self.words.to_pascal_case()
    }

    /// `order_item`
    pub fn snake(&self) -> String {
        self.words.clone()
    }

    /// `order-item`
    pub fn kebab(&self) -> String {
        self.words.to_kebab_case()
    }

    /// `Order item`: as the beginning of a sentence.
    pub fn title(&self) -> String {
        let human = self.human();
        let mut chars = human.chars();
        chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
    }

    /// `ORDER_ITEM`
    pub fn screaming(&self) -> String {
        self.words.to_uppercase()
    }

    /// `order item`
    pub fn human(&self) -> String {
        self.words.replace('_', " ")
    }
}

/// The singular of a `snake_case` plural: only its last word changes.
pub(crate) fn singular(snake: &str) -> String {
    inflect(snake, false)
}

/// The plural of a `snake_case` singular: only its last word changes.
pub(crate) fn plural(snake: &str) -> String {
    inflect(snake, true)
}

fn inflect(snake: &str, plural: bool) -> String {
    let (head, last) = match snake.rfind('_') {
        Some(at) => snake.split_at(at + 1),
        None => ("", snake),
    };
    let count = if plural { 2 } else { 1 };
    format!("{head}{}", pluralizer::pluralize(last, count, false))
}
/// Whether some system takes a file of this name, whatever its extension, for a device.
pub fn is_device(name: &str) -> bool {
    const WORDS: [&str; 4] = ["con", "prn", "aux", "nul"];
    let name = name.to_ascii_lowercase();
    let numbered = |port: &str| name.strip_prefix(port).is_some_and(|rest| matches!(rest.as_bytes(), [b'1'..=b'9']));
    WORDS.contains(&name.as_str()) || numbered("com") || numbered("lpt")
}
