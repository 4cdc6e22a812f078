//! Answers that a generator makes up: right ones, in any mixture of forms.

use proptest::prelude::*;
use proptest::sample::{Index, select};

const TEXT: &str = "[a-z \"'#\\\\\\[\\]{}=.é]{1,12}";

/// Settings of every property; `PROPTEST_CASES` asks for more cases.
pub fn cases(count: u32) -> ProptestConfig {
    let default = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { default.cases } else { count };
    ProptestConfig { cases, failure_persistence: None, ..default }
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// The value of a field: a line or a table.
fn field() -> impl Strategy<Value = String> {
    let optional = || select(vec!["", " ?", "   ? "]);
    let required = || select(vec!["", ", required = false", ", required = true"]);
    let flags = || select(vec!["", " unique", " index", " unique index"]);
    let keys =
        || select(vec!["", ", unique = true", ", index = true, unique = false", ", doc = \"It's # a \\\"doc\\\"\""]);
    let lengths = || (1_u32..20, 20_u32..90);
    prop_oneof![
        (select(vec!["string", "text"]), lengths(), optional())
            .prop_map(|(kind, (a, b), end)| format!("\"{kind} {a}..{b}{end}\"")),
        (select(vec!["string", "text"]), lengths(), required())
            .prop_map(|(kind, (a, b), end)| format!("{{ type = \"{kind}\", max = {b}, min = {a}{end} }}")),
        (
            select(vec!["integer", "long", "float", "decimal"]),
            -50_i32..0,
            1_i32..50,
            select(vec![">=", ">"]),
            optional()
        )
            .prop_map(|(kind, a, b, sign, end)| format!("\"{kind}{end} {sign} {a} <{b} = 0\"")),
        (select(vec!["integer", "long", "float", "decimal"]), -50_i32..0, 1_i32..50, required(), keys()).prop_map(
            |(kind, a, b, end, keys)| format!(
                "{{ above = {a}, type = \"{kind}\", max = {b}, default = 0{end}{keys} }}"
            )
        ),
        (5_u32..18, 0_u32..4, flags()).prop_map(|(a, b, flags)| format!("\"decimal( {a} , {b} ){flags}\"")),
        (5_u32..18, 0_u32..4).prop_map(|(a, b)| format!("{{ type = \"decimal\", scale = {b}, precision = {a} }}")),
        TEXT.prop_map(|text| format!("{{ type = \"string\", default = {} }}", quoted(&format!("x{text}")))),
        (select(vec!["date", "datetime"]), optional()).prop_map(|(kind, end)| format!("'{kind}{end} = now'")),
        select(vec!["date 2001-02-03..", "datetime <= 2026-01-31T09:30:00+01:00"]).prop_map(quoted),
        (select(vec!["uuid", "email", "url", "string", "Kind"]), optional())
            .prop_map(|(kind, end)| format!("\"{kind}[]{end}\"")),
        (select(vec!["uuid", "email", "url"]), flags(), optional())
            .prop_map(|(kind, flags, end)| format!("\"{kind}{flags}{end}\"")),
        (select(vec![100_u32, 7]), select(vec!["uuid", "integer"]))
            .prop_map(|(most, kind)| format!("{{ type = \"{kind}\", list = true, max_items = {most} }}")),
        select(vec![
            "\"enum(a,b , c) =b\"",
            "{ type = \"enum\", values = [\"a\", \"b\"], default = \"a\" }",
            "{ type = \"enum\", values = [\"a\", { value = \"b\", label = \"B\" }] }",
            "\"Kind = x\"",
            "\"json ?\"",
            "{ type = \"boolean\", default = false }",
            "\"boolean=true\"",
            "{ type = \"string\", private = true, required = false }"
        ])
        .prop_map(str::to_owned),
    ]
}

/// A member of the entity `A`: its key is the number.
fn member() -> impl Strategy<Value = (String, String)> {
    let end = || select(vec!["", " ?", " ? set_null", "  cascade"]);
    let long = || select(vec!["", ", required = false", ", on_delete = \"cascade\"", ", doc = \"Who\""]);
    prop_oneof![
        6 => field().prop_map(|value| ("fields".to_owned(), value)),
        1 => (select(vec!["->", "-- "]), end()).prop_map(|(sign, end)| ("fields".to_owned(), format!("\"{sign}B{end}\""))),
        1 => (select(vec!["many_to_one", "one_to_one"]), long()).prop_map(|(kind, end)| ("relations".to_owned(), format!("{{ {kind} = \"B\"{end} }}"))),
    ]
}

/// A whole file.
pub fn answers() -> impl Strategy<Value = String> {
    let noise = select(vec!["", "", " # why", "  \n\n\n# between", "\n"]);
    let members = prop::collection::vec((member(), noise), 1..12);
    (members, any::<Index>(), any::<bool>()).prop_map(|(members, at, sections)| {
        let mut text =
            "# Top\n[project]\nname = \"ab\"\n\n\n[stack]\nframework = \"fastapi\"\n[enums]\nKind = [\"x\", \"y\"]\n"
                .to_owned();
        let access = at.index(members.len());
        let mut relations = String::new();
        text.push_str(if sections { "[entities.A.fields]\n" } else { "[entities.A]\n" });
        for (number, (((table, value), noise), _)) in members.iter().zip(0..).enumerate() {
            if !sections && number == access {
                text.push_str("access.read = \"public\"\n");
            }
            // Two relations to one entity need different ways back.
            let value = if table == "relations" {
                value.replace(" }", &format!(", inverse = \"back{number}\" }}"))
            } else {
                value.clone()
            };
            let value =
                if number > 0 && value.contains('B') && table == "fields" { "\"uuid\"".to_owned() } else { value };
            match (sections, table.as_str()) {
                (true, "relations") => relations.push_str(&format!("m{number} = {value}{noise}\n")),
                (true, _) => text.push_str(&format!("m{number}   = {value}{noise}\n")),
                (false, _) => text.push_str(&format!("{table}.m{number} = {value}{noise}\n")),
            }
        }
        if !relations.is_empty() {
            text.push_str(&format!("[entities.A.relations]\n{relations}"));
        }
        text + "[entities.B] # the other\n"
    })
}
