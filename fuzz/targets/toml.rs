//! Answers files in TOML.
#![no_main]

mod common;

use scaffold::answers::Format;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| common::holds(Format::Toml, bytes));
