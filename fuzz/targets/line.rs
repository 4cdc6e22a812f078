//! The one-line form of fields and relations.
#![no_main]

mod common;

use scaffold::answers::Format;

libfuzzer_sys::fuzz_target!(|line: &str| {
    let line = toml::Value::from(line);
    let text = format!(
        "[project]\nname = \"ab\"\n[stack]\nframework = \"fastapi\"\n[enums]\nKind = [\"x\"]\n[entities.A]\nfields.b = {line}\n[entities.B]\n"
    );
    common::holds(Format::Toml, text.as_bytes());
});
