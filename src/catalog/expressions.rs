//! How a language writes the expressions of rules, approvals and commands.

use serde::Deserialize;
use std::collections::BTreeMap;

/// The table `expressions` of `languages/<id>.toml`.
///
/// A form is a piece of code with places: `{left}` and `{right}`, `{operand}`, `{items}`, `{member}`, `{value}`. It is found
/// by its name with, most special first, the operands' type and `null` where one of them can be null: `less.number.null`,
/// `less.null`, `less.number`, `less`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expressions {
    /// Form by name.
    pub forms: BTreeMap<String, String>,
    /// Literal by type: `integer`, `number`, `float`, `string` (already in quotes), `date`, `datetime`, `uuid`, `enum`, and
    /// `boolean` where truth in an expression is not the language's own.
    pub literals: BTreeMap<String, String>,
    /// What stands before an expression that is the value of a function, and after it.
    pub statement: [String; 2],
    /// What makes the formatter leave the lines between alone.
    pub unformatted: [String; 2],
}

impl Expressions {
    /// The form of that name for operands of that type.
    pub fn form(&self, name: &str, value_type: &str, nullable: bool) -> Option<&str> {
        let null = format!("{name}.{value_type}.null");
        let any = format!("{name}.null");
        let typed = format!("{name}.{value_type}");
        let special = [&null, &any];
        let special = special.into_iter().filter(|_| nullable);
        let found = special.chain([&typed, &name.to_owned()]).find_map(|it| self.forms.get(it.as_str()))?;
        Some(found)
    }
}
