//! Rebuilds the program when a blueprint changes: the tree is embedded in it.

fn main() {
    println!("cargo::rerun-if-changed=blueprints");
}
