//! Names in a database.
//!
//! | what | name | example |
//! |---|---|---|
//! | table | the plural, `snake_case` | `order_items` |
//! | link table | entity and relation | `product_tags` |
//! | column | `snake_case`; a reference ends in `_id` | `in_stock`, `supplier_id` |
//! | primary key | `pk_<table>` | `pk_products` |
//! | foreign key | `fk_<table>_<columns>` | `fk_products_supplier_id` |
//! | unique key or index | `uq_<table>_<columns>` | `uq_tags_name` |
//! | index | `ix_<table>_<columns>` | `ix_products_created_at` |
//! | check | `ck_<table>_<column>_<what>` | `ck_products_price_range` |
//!
//! No name is longer than [`LONGEST`] bytes, which every supported database takes whole: a longer one keeps its
//! beginning and ends in a hash of the full name, the same on every machine.

use crate::spec::{Entity, Relation};
use sha2::{Digest, Sha256};

/// The most bytes of a name; `PostgreSQL` cuts longer ones silently, and two cut names can be one.
pub const LONGEST: usize = 63;

/// How many bytes the hash of a shortened name takes, its underscore included.
const SUFFIX: usize = 9;

/// The table of an entity.
pub fn table(entity: &Entity) -> String {
    guard(entity.plural.snake())
}

/// The table of a many-to-many relation.
pub fn link_table(entity: &Entity, relation: &Relation) -> String {
    guard(format!("{}_{}", entity.name.snake(), relation.name.snake()))
}

/// The two key columns of a link table: of the row that declares the relation, and of its target.
pub fn link_columns(entity: &Entity, relation: &Relation) -> (String, String) {
    let here = guard(format!("{}_id", entity.name.snake()));
    let mut there = guard(format!("{}_id", relation.singular()));
    if here == there {
        there = guard(format!("other_{there}"));
    }
    (here, there)
}

/// A constraint or index: `pk`, `fk`, `uq`, `ix` or `ck`, the table, and the columns or what it is about.
pub fn constraint<S: AsRef<str>>(prefix: &str, table: &str, parts: &[S]) -> String {
    let mut name = format!("{prefix}_{table}");
    for part in parts {
        name.push('_');
        name.push_str(part.as_ref());
    }
    guard(name)
}

/// The name itself, or its beginning and a hash when it is too long. Names are ASCII.
fn guard(name: String) -> String {
    if name.len() <= LONGEST {
        return name;
    }
    let digest = Sha256::digest(name.as_bytes());
    let kept = name[..LONGEST - SUFFIX].trim_end_matches('_');
    format!("{kept}_{:02x}{:02x}{:02x}{:02x}", digest[0], digest[1], digest[2], digest[3])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_name_stays_as_it_is() {
        assert_eq!(constraint("uq", "tags", &["name"]), "uq_tags_name");
    }

    #[test]
    fn a_long_name_is_cut_and_ends_in_a_stable_hash() {
        let column = "a".repeat(40);
        let name = constraint("fk", &"b".repeat(40), &[&column]);
        assert_eq!(name.len(), LONGEST);
        assert_eq!(name, constraint("fk", &"b".repeat(40), &[&column]));
        assert_ne!(name, constraint("ix", &"b".repeat(40), &[&column]));
    }

    #[test]
    fn two_long_names_that_begin_alike_differ() {
        let left = constraint("ck", &"t".repeat(60), &["minimum"]);
        let right = constraint("ck", &"t".repeat(60), &["maximum"]);
        assert_ne!(left, right);
    }
}
