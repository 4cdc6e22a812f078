//! Names as people write them, made into names that the answers file takes.

use crate::answers::names;
use crate::spec::name;
use heck::{ToKebabCase, ToLowerCamelCase, ToPascalCase, ToSnakeCase};

/// The most characters of a name.
const LONGEST: usize = 40;

/// An entity: `order items` → `OrderItem`. `None` when nothing of the text can be a name.
pub fn entity_name(text: &str) -> Option<String> {
    let words = ascii(text).to_snake_case();
    let name = singular(&words).to_pascal_case();
    let name = cut(&name);
    name.starts_with(|it: char| it.is_ascii_uppercase()).then_some(name)
}

/// A field: `In stock?` → `inStock`. `None` when nothing of the text can be a name.
pub fn field_name(text: &str) -> Option<String> {
    let name = cut(&ascii(text).to_lower_camel_case());
    name.starts_with(|it: char| it.is_ascii_lowercase()).then_some(name)
}

/// A project: `Order Service!` → `order-service`.
pub fn project_name(text: &str) -> Option<String> {
    let name: String = ascii(text).to_kebab_case().chars().take(50).collect();
    let name = name.trim_matches('-').to_owned();
    let legal =
        name.len() >= 2 && name.starts_with(|it: char| it.is_ascii_lowercase()) && !crate::spec::is_device(&name);
    legal.then_some(name)
}

/// Why an entity may not be called so, if it may not: the service has one of that name itself.
pub fn is_taken(entity: &str) -> bool {
    names::RESERVED_ENTITIES.contains(&entity)
}

/// The singular of words in `snake_case` or one word.
pub fn singular(snake: &str) -> String {
    name::singular(snake)
}

/// The plural of words in `snake_case` or one word.
pub fn plural(snake: &str) -> String {
    name::plural(snake)
}

fn ascii(text: &str) -> String {
    text.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { ' ' }).take(200).collect()
}

fn cut(name: &str) -> String {
    name.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_legal() {
        assert_eq!(entity_name("order items").as_deref(), Some("OrderItem"));
        assert_eq!(entity_name("Categories").as_deref(), Some("Category"));
        assert_eq!(entity_name("3d"), None);
        assert_eq!(field_name("In stock?").as_deref(), Some("inStock"));
        assert_eq!(field_name("created_by").as_deref(), Some("createdBy"));
        assert_eq!(project_name("Order Service!").as_deref(), Some("order-service"));
        assert_eq!(project_name("?"), None);
    }
}
