use super::support::{accepted, read_as};
use scaffold::answers::Format;

const SHOP: &str = include_str!("../../examples/shop.toml");
const WIDE: &str = include_str!("wide.toml");

#[test]
fn the_example_shop_is_accepted() {
    let spec = accepted(SHOP).spec;
    println!("{spec:#?}");
    assert_eq!(spec.entities.len(), 3);
}

#[test]
fn the_wide_example_is_accepted() {
    let checked = accepted(WIDE);
    println!("{}", checked.canonical);
    assert!(checked.spec.entities.len() >= 8);
    let again = read_as(Format::Toml, &checked.canonical, &[]).unwrap();
    assert_eq!(again.canonical, checked.canonical);
}
