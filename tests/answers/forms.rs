//! The short and the long form: the same spec, nothing of the person's lost.

use super::equal::shown;
use super::generated;
use super::support::accepted;
use proptest::prelude::*;
use scaffold::answers::{Form, Format, Input, render_problems, rewrite};

/// Every answers file of the repository that the reader's own tests can read.
pub fn files() -> Vec<(String, String)> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["tests/answers", "tests/golden", "examples"] {
        for (path, bytes) in scaffold::project::read_tree(&root.join(folder)).unwrap() {
            if Format::of(&path) == Some(Format::Toml) && !path.contains("files/") {
                files.push((path, String::from_utf8(bytes).unwrap()));
            }
        }
    }
    assert!(files.len() >= 10);
    files
}

fn written(text: &str, form: Form) -> String {
    let input = Input::from_text("a.toml", Format::Toml, text.to_owned());
    rewrite(&input, form).unwrap_or_else(|problems| panic!("{}\n{text}", render_problems(&problems, false)))
}

/// Holds for every file: one meaning, and forms that stay as they are.
fn holds(text: &str) {
    let (short, long) = (written(text, Form::Short), written(text, Form::Long));
    let meaning = shown(&accepted(text));
    assert_eq!(meaning, shown(&accepted(&short)), "{text}\n\n{short}");
    assert_eq!(meaning, shown(&accepted(&long)), "{text}\n\n{long}");
    assert_eq!(written(&short, Form::Short), short, "short twice");
    assert_eq!(written(&long, Form::Long), long, "long twice");
    assert_eq!(written(&written(&short, Form::Long), Form::Short), short, "short, long, short");
    for comment in text.split('\n').filter_map(|line| line.trim().strip_prefix("# ")) {
        assert!(short.contains(comment) && long.contains(comment), "a comment is lost: {comment}");
    }
}

#[test]
fn every_file_of_the_repository_means_the_same_in_both_forms() {
    for (_, text) in files() {
        holds(&text);
    }
}

proptest! {
    #![proptest_config(generated::cases(48))]

    #[test]
    fn generated_answers_mean_the_same_in_both_forms(text in generated::answers()) {
        holds(&text);
    }
}

const MIXED: &str = r#"# What we sell.
[project]
name = "shop"   
[stack]
framework = "fastapi" # for now


[entities.Product]   # the thing
fields.price   = { type = "decimal", above = 0 } # net
fields.name = "string   2..100"
# A supplier may go.
relations.supplier = { many_to_one = "Supplier", required = false, on_delete = "set_null" }
relations.maker = { many_to_one = "Supplier", inverse = "made" }
fields.code = { type = "string", pattern = "^\\d+$", max = 9 }
fields.note = 'text ?'
[entities.Supplier]"#;

#[test]
fn only_fields_and_relations_change() {
    let short = r#"# What we sell.
[project]
name = "shop"
[stack]
framework = "fastapi" # for now

[entities.Product]   # the thing
fields.price   = "decimal > 0" # net
fields.name = "string 2..100"
# A supplier may go.
fields.supplier = "-> Supplier ? set_null"
relations.maker = { many_to_one = "Supplier", inverse = "made" }
fields.code = { type = "string", pattern = "^\\d+$", max = 9 }
fields.note = "text ?"
[entities.Supplier]
"#;
    let long = r#"# What we sell.
[project]
name = "shop"
[stack]
framework = "fastapi" # for now

[entities.Product]   # the thing
fields.price   = { type = "decimal", above = 0 } # net
fields.name = { type = "string", min = 2, max = 100 }
# A supplier may go.
relations.supplier = { many_to_one = "Supplier", required = false, on_delete = "set_null" }
relations.maker = { many_to_one = "Supplier", inverse = "made" }
fields.code = { type = "string", pattern = "^\\d+$", max = 9 }
fields.note = { type = "text", required = false }
[entities.Supplier]
"#;
    assert_eq!(written(MIXED, Form::Short), short);
    assert_eq!(written(MIXED, Form::Long), long);
}

#[test]
fn a_comment_inside_a_table_keeps_the_table() {
    let text = "[entities.A]\nfields.a = {\n  type = \"string\", # short\n  max = 5,\n}\n";
    assert_eq!(written(text, Form::Short), text);
}

#[test]
fn other_line_ends_and_long_strings_stay() {
    let text =
        "[project]\r\ndescription = \"\"\"  x  \r\n\r\n\r\ny\"\"\"\r\n[entities.A]\r\nfields.a = \"string  ?\"\r\n";
    assert_eq!(written(text, Form::Short), text.replace("string  ?", "string ?"));
}

#[test]
fn relations_keep_their_order() {
    let text = "[entities.A]\nrelations.b = { many_to_one = \"B\" }\nfields.c = \"-> C\"\n";
    assert_eq!(written(text, Form::Short), text, "`c` comes before `b`, and must not be overtaken");
    assert_eq!(written(text, Form::Long), text);
}
