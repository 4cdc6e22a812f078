//! The expressions of rules, approvals and commands.
#![no_main]

mod common;

use scaffold::answers::Format;

libfuzzer_sys::fuzz_target!(|expression: &str| {
    let expression = toml::Value::from(expression);
    let text = format!(
        "[project]\nname = \"ab\"\n[stack]\nframework = \"fastapi\"\n[entities.A]\n\
         fields.n = \"integer ?\"\nfields.d = \"decimal\"\nfields.f = \"float\"\nfields.s = \"string\"\nfields.b = \"boolean\"\n\
         fields.e = \"enum(x, y)\"\nfields.day = \"date\"\nfields.at = \"datetime ?\"\nfields.owner = \"-> User ?\"\n\
         [[entities.A.rules]]\nmessage = \"m\"\ncheck = {expression}\n\
         [[entities.A.approval]]\non = \"update\"\napprovers = [\"admin\"]\nwhen = {expression}\n"
    );
    common::holds(Format::Toml, text.as_bytes());
});
