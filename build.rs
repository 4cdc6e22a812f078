//! Rebuilds the program when a blueprint changes: the tree is embedded in it. And tells it which sources it is made of.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// What decides the files that are generated from an answers file.
const SOURCES: [&str; 3] = ["Cargo.lock", "blueprints", "src"];

fn main() -> io::Result<()> {
    let mut files = BTreeSet::new();
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
        collect(Path::new(source), &mut files)?;
    }
    let mut hasher = DefaultHasher::new();
    for file in files {
        // Names and contents are told apart, and look alike on every system.
        hasher.write(file.to_string_lossy().replace('\\', "/").as_bytes());
        hasher.write(&[0]);
        let bytes = fs::read(&file)?;
        hasher.write_usize(bytes.len());
        hasher.write(&bytes);
    }
    println!("cargo::rustc-env=SCAFFOLD_BUILD={:016x}", hasher.finish());
    Ok(())
}

fn collect(path: &Path, files: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    if !path.is_dir() {
        files.insert(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        collect(&entry?.path(), files)?;
    }
    Ok(())
}
