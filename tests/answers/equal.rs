//! What is the same whatever way it is written.

use super::support::{accepted, read_as};
use scaffold::answers::{Checked, Format};

const WIDE: &str = include_str!("wide.toml");
const SHOP: &str = include_str!("../../examples/shop.toml");
const FULL: &str = include_str!("full.toml");

/// Everything of a spec but places.
pub fn shown(checked: &Checked) -> String {
    let mut spec = checked.spec.clone();
    let mut features: Vec<String> = spec.uses.drain(..).map(|it| it.feature).collect();
    features.sort();
    format!("{spec:#?}\n{features:?}")
}

#[track_caller]
fn same(one: &Checked, other: &Checked) {
    assert_eq!(one.canonical, other.canonical);
    assert_eq!(shown(one), shown(other));
}

pub fn json_value(value: &toml::Value) -> serde_json::Value {
    match value {
        toml::Value::Table(table) => table.iter().map(|(key, value)| (key.clone(), json_value(value))).collect(),
        toml::Value::Array(items) => items.iter().map(json_value).collect(),
        toml::Value::Datetime(value) => value.to_string().into(),
        other => serde_json::to_value(other).expect("a scalar"),
    }
}

fn as_json(text: &str) -> String {
    let table: toml::Table = text.parse().expect("TOML");
    serde_json::to_string_pretty(&json_value(&toml::Value::Table(table))).expect("JSON")
}

/// Block style, with the keys of every table backwards where order means nothing.
fn as_yaml(value: &serde_json::Value, depth: usize, path: &str, out: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        serde_json::Value::Object(table) if !table.is_empty() => {
            let last = path.rsplit('.').next().unwrap_or_default();
            let ordered = [
                "entities",
                "fields",
                "relations",
                "enums",
                "jobs",
                "events",
                "handlers",
                "commands",
                "input",
                "payload",
            ];
            let mut entries: Vec<_> = table.iter().collect();
            if !ordered.contains(&last) {
                entries.reverse();
            }
            for (key, value) in entries {
                let key = if key == "null" { "\"null\"" } else { key };
                out.push_str(&format!("\n{indent}{key}:"));
                as_yaml(value, depth + 1, &format!("{path}.{key}"), out);
            }
        }
        serde_json::Value::Array(items) if !items.is_empty() => {
            for item in items {
                out.push_str(&format!("\n{indent}-"));
                as_yaml(item, depth + 1, &format!("{path}.item"), out);
            }
        }
        // JSON is YAML, for scalars and empty collections.
        other => out.push_str(&format!(" {other}")),
    }
}

#[test]
fn toml_yaml_and_json_give_the_same_spec_and_the_same_canonical_text() {
    for text in [WIDE, SHOP, FULL] {
        let toml = accepted(text);
        let json = as_json(text);
        let mut yaml = String::new();
        as_yaml(&serde_json::from_str(&json).unwrap(), 0, "", &mut yaml);
        for (format, text) in [(Format::Json, &json), (Format::Yaml, &yaml), (Format::Yaml, &json)] {
            same(&toml, &read_as(format, text, &[]).unwrap_or_else(|problems| panic!("{problems}\n{text}")));
        }
    }
}

#[test]
fn the_canonical_text_reads_as_itself() {
    for text in [WIDE, SHOP, FULL] {
        let checked = accepted(text);
        same(&checked, &accepted(&checked.canonical));
    }
}

#[test]
fn a_byte_order_mark_and_other_line_ends_change_nothing() {
    let plain = accepted(SHOP);
    same(&plain, &accepted(&format!("\u{feff}{}", SHOP.replace('\n', "\r\n"))));
    let json = as_json(SHOP).replace('\n', "\r\n");
    same(&plain, &read_as(Format::Json, &format!("\u{feff}{json}"), &[]).unwrap());
}

#[test]
fn the_order_of_fields_is_kept() {
    let of = |line: &str| {
        let checked =
            accepted(&format!("[project]\nname = \"ab\"\n[stack]\nframework = \"gin\"\n[entities.A]\n{line}"));
        checked.spec.entities[0].fields.iter().map(|it| it.name.declared().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(of("fields.zebra = \"string\"\nfields.ape = \"string\"\n"), ["zebra", "ape"]);
    assert_eq!(of("fields.ape = \"string\"\nfields.zebra = \"string\"\n"), ["ape", "zebra"]);
}

#[test]
fn one_line_and_the_long_form_are_equal() {
    let pairs = [
        ("\"string 2..100\"", "{ type = \"string\", min = 2, max = 100 }"),
        ("\"text ..500 ?\"", "{ type = \"text\", max = 500, required = false }"),
        ("\"text   ?   ..500\"", "{ type = \"text\", max = 500, required = false }"),
        ("\"string ..20 unique\"", "{ type = \"string\", max = 20, unique = true }"),
        ("\"integer 0.. = 0\"", "{ type = \"integer\", min = 0, default = 0 }"),
        ("\"integer = 0 0..\"", "{ type = \"integer\", min = 0, default = 0 }"),
        ("\"decimal(12,2) > 0\"", "{ type = \"decimal\", precision = 12, scale = 2, above = 0 }"),
        ("\"decimal >= -0.5 < 1.25\"", "{ type = \"decimal\", min = -0.5, below = 1.25 }"),
        ("\"decimal 0.1..0.3 = 0.2\"", "{ type = \"decimal\", min = \"0.1\", max = 0.30, default = \"0.20\" }"),
        ("\"enum(a, b) = a\"", "{ type = \"enum\", values = [\"a\", \"b\"], default = \"a\" }"),
        ("\"Kind\"", "{ type = \"Kind\" }"),
        ("\"Kind[] ?\"", "{ type = \"Kind\", list = true, required = false }"),
        ("\"email unique index\"", "{ type = \"email\", unique = true, index = true }"),
        ("\"string[] ?\"", "{ type = \"string\", list = true, max_items = 100, required = false }"),
        ("\"datetime = now\"", "{ type = \"datetime\", default = \"now\" }"),
        ("\"date 2026-01-01..\"", "{ type = \"date\", min = 2026-01-01 }"),
        ("\"datetime >= 2026-01-01T00:00:00+01:00\"", "{ type = \"datetime\", min = \"2025-12-31T23:00:00Z\" }"),
        ("\"string = 'two words'\"", "{ type = \"string\", default = \"two words\" }"),
        ("\"string = 5\"", "{ type = \"string\", default = \"5\" }"),
        ("\"boolean=true\"", "{ type = \"boolean\", default = true }"),
        ("\"float > -1.5 ?\"", "{ type = \"float\", above = -1.5, required = false }"),
        ("\"long ..9007199254740991\"", "{ type = \"long\", max = 9007199254740991 }"),
        ("\"url = https://example.com/?a=b\"", "{ type = \"url\", default = \"https://example.com/?a=b\" }"),
    ];
    let field = |form: &str| {
        let text = format!(
            "[project]\nname = \"ab\"\n[stack]\nframework = \"gin\"\n[enums]\nKind = [\"x\"]\n[entities.A]\nfields.f = {form}\n"
        );
        let spec = accepted(&text).spec;
        format!("{:#?}{:#?}", spec.entities[0].fields, spec.enums)
    };
    for (line, long) in pairs {
        assert_eq!(field(line), field(long), "{line}");
    }
}

#[test]
fn relations_of_both_forms_are_equal() {
    let pairs = [
        ("-> B", "many_to_one = \"B\""),
        ("-> B ?", "many_to_one = \"B\", required = false"),
        ("-> B cascade", "many_to_one = \"B\", on_delete = \"cascade\""),
        ("-> B ? set_null", "many_to_one = \"B\", required = false, on_delete = \"set_null\""),
        ("->B restrict ?", "many_to_one = \"B\", required = false, inverse = \"as\""),
        ("-- B", "one_to_one = \"B\", inverse = \"a\""),
        ("<-> B", "many_to_many = \"B\""),
    ];
    let relation = |line: &str| {
        let text =
            format!("[project]\nname = \"ab\"\n[stack]\nframework = \"gin\"\n[entities.A]\n{line}\n[entities.B]\n");
        format!("{:#?}", accepted(&text).spec.entities[0].relations)
    };
    for (line, long) in pairs {
        assert_eq!(
            relation(&format!("fields.b = \"{line}\"")),
            relation(&format!("relations.b = {{ {long} }}")),
            "{line}"
        );
    }
}
