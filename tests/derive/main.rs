//! What the spec alone decides, against golden files. `UPDATE_GOLDEN=1 cargo test --test derive` writes them anew.

mod documents;
mod specs;
mod sql;

use std::path::Path;

/// Compares a text with its golden file.
fn check(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/derive/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, actual).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == actual, "{name} has changed; UPDATE_GOLDEN=1 writes it anew");
}
