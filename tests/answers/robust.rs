//! No text makes the reader fail other than by saying what is wrong.

use super::support::{catalogue, read_as};
use scaffold::answers::{self, Format, Input, render_problems};
use std::time::{Duration, Instant};

const WIDE: &str = include_str!("wide.toml");
const FULL: &str = include_str!("full.toml");
const FORMATS: [Format; 3] = [Format::Toml, Format::Yaml, Format::Json];

/// Reads a text of every format; it may be refused, but in good time.
fn survives(text: &str) {
    for format in FORMATS {
        let start = Instant::now();
        let _ = read_as(format, text, &[]);
        assert!(start.elapsed() < Duration::from_secs(20), "{format:?} takes too long");
    }
}

#[test]
fn deep_nesting_is_refused() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("{a=", "}"), ("- ", ""), ("a.", "b=1"), ("a:\n ", "")] {
        for depth in [100, 100_000] {
            survives(&format!("{}{}", open.repeat(depth), close.repeat(depth)));
            survives(&format!("a = {}1{}", open.repeat(depth), close.repeat(depth)));
        }
    }
    let dotted = format!("{}x = 1", "a.".repeat(50_000));
    survives(&dotted);
    survives(&format!("[{}x]", "a.".repeat(50_000)));
}

#[test]
fn huge_numbers_and_texts_are_refused() {
    let digits = "9".repeat(100_000);
    for value in
        [digits.clone(), format!("1e{digits}"), format!("-{digits}.{digits}"), "1e400".to_owned(), "nan".to_owned()]
    {
        for key in ["min", "above", "max_items", "default", "precision", "example"] {
            let text = format!("[entities.A]\nfields.a = {{ type = \"decimal\", {key} = {value} }}\n");
            assert!(read_as(Format::Toml, &text, &[]).is_err());
            let text = format!(
                "{{\"entities\": {{\"A\": {{\"fields\": {{\"a\": {{\"type\": \"float\", \"{key}\": {value}}}}}}}}}}}"
            );
            assert!(read_as(Format::Json, &text, &[]).is_err());
        }
    }
    survives(&format!("[entities.A]\nfields.a = \"string = {}\"", "x".repeat(1_000_000)));
    survives(&format!("[entities.A]\nfields.a = {{ type = \"string\", pattern = \"{}\" }}", "(".repeat(100_000)));
    survives(&format!("[entities.A]\nfields.a = {{ type = \"string\", pattern = \"{}\" }}", "a{1000}".repeat(10_000)));
    survives(&format!("[[entities.A.rules]]\ncheck = \"{}\"", "not (".repeat(100_000)));
}

#[test]
fn ten_megabytes_are_read() {
    let mut text = "[project]\nname = \"big\"\n[stack]\nframework = \"gin\"\n".to_owned();
    for entity in 0..499 {
        text.push_str(&format!("[entities.Thing{entity}]\n"));
        for field in 0..100 {
            let doc = "x".repeat(150);
            text.push_str(&format!(
                "fields.field{field} = {{ type = \"string\", min = 2, max = 100, doc = \"{doc}\" }}\n"
            ));
        }
    }
    assert!(text.len() > 10_000_000);
    let start = Instant::now();
    read_as(Format::Toml, &text, &[]).unwrap();
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    survives(&"a: &a [1]\nb: [*a, *a, *a]\n".repeat(100_000));
    survives(&"x".repeat(10_000_000));
}

#[test]
fn aliases_cannot_grow_without_bounds() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..20 {
        let last = level - 1;
        text.push_str(&format!("a{level}: &a{level} [{}]\n", vec![format!("*a{last}"); 10].join(", ")));
    }
    let problems = read_as(Format::Yaml, &text, &[]).unwrap_err();
    assert!(problems.contains("aliases repeat too much"), "{problems}");
}

#[test]
fn mutilated_answers_are_refused_or_read_but_never_a_panic() {
    let json = serde_json::to_string_pretty(&WIDE.parse::<toml::Table>().unwrap()).unwrap();
    let mut state = 1_u64;
    let mut random = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let pieces = [
        "\"",
        "'",
        "\n",
        "[",
        "]",
        "{",
        "}",
        "=",
        "->",
        "..",
        "?",
        "ü",
        "\u{0}",
        "9999999999",
        "null",
        "\\",
        "#",
        "enum(",
    ];
    for round in 0..300 {
        let (format, original) = match round % 4 {
            0 => (Format::Toml, WIDE),
            1 => (Format::Toml, FULL),
            2 => (Format::Json, json.as_str()),
            _ => (Format::Yaml, json.as_str()),
        };
        let mut chars: Vec<char> = original.chars().collect();
        for _ in 0..=random(3) {
            let at = random(chars.len());
            let end = (at + random(6)).min(chars.len());
            let piece = pieces[random(pieces.len())];
            chars.splice(at..end, piece.chars());
        }
        let text: String = chars.into_iter().collect();
        let _ = read_as(format, &text, &[]);
    }
}

#[test]
fn every_prefix_of_answers_is_refused_or_read() {
    for text in [WIDE, FULL] {
        for (at, _) in text.char_indices().step_by(23) {
            let _ = read_as(Format::Toml, &text[..at], &[]);
        }
    }
}

#[test]
fn invalid_utf8_is_shown_where_it_stands() {
    let problem = Input::from_bytes("shop.toml", Format::Toml, b"a = 1\nb = \"\xff\"\n".to_vec()).unwrap_err();
    assert_eq!(
        render_problems(&[problem], false),
        "error: the file is not valid UTF-8\n --> shop.toml:2:6\n  |\n2 | b = \"\u{fffd}\"\n  |      ^\n  |\n  = note: save it as UTF-8\n"
    );
}

#[test]
fn an_endless_line_is_named_but_not_shown() {
    let text = format!("{{\"x\": \"{}\"}}", "y".repeat(2_000));
    let input = Input::from_text("shop.json", Format::Json, text);
    let problems = answers::read(input, &|_| Ok(Vec::new()), &[], &catalogue()).unwrap_err();
    let text = render_problems(&problems, false);
    assert!(text.contains("shop.json:1:2"), "{text}");
    assert!(text.len() < 3_000, "{text}");
}

#[test]
fn a_table_or_list_without_end_is_refused_at_its_start() {
    let fields: String = (0..2_001).map(|number| format!("fields.f{number} = \"string\"\n")).collect();
    let text = format!("[project]\nname = \"ab\"\n[stack]\nframework = \"gin\"\n[entities.A]\n{fields}");
    let problems = read_as(Format::Toml, &text, &[]).unwrap_err();
    assert!(
        problems.starts_with("error: there are more than 2000 keys in one table\n --> shop.toml:6:8"),
        "{problems}"
    );
    let text = text.replace("fields.f2000 = \"string\"\n", "");
    assert_eq!(read_as(Format::Toml, &text, &[]).unwrap().spec.entities[0].fields.len(), 2_000);
    let keys: Vec<_> = (0..2_001).map(|number| format!("\"k{number}\": 1")).collect();
    for (format, name, text) in [
        (Format::Json, "shop.json:1:2", format!("{{{}}}", keys.join(","))),
        (Format::Yaml, "shop.yaml:1:1", keys.join("\n")),
        (Format::Json, "shop.json:1:2", format!("[{}1]", "1,".repeat(2_000))),
        (Format::Yaml, "shop.yaml:1:3", "- 1\n".repeat(2_001)),
    ] {
        let problems = read_as(format, &text, &[]).unwrap_err();
        assert!(problems.starts_with("error: there are more than 2000 "), "{problems}");
        assert!(problems.contains(&format!("--> {name}\n")), "{problems}");
    }
}

#[test]
fn a_large_text_that_is_broken_from_the_start_says_the_same_as_a_small_one() {
    let of = |lines: usize| read_as(Format::Toml, &"= = =\n".repeat(lines), &[]).unwrap_err();
    assert_eq!(of(200_000), of(100));
    let late = format!("{}= = =\n", "# fine\n".repeat(200_000));
    assert!(read_as(Format::Toml, &late, &[]).unwrap_err().contains(" --> shop.toml:200001:1"));
}

#[test]
fn an_endless_name_does_not_make_an_endless_message() {
    let text = format!("[entities.A]\nfields.{} = \"string\"\n", "ü".repeat(100_000));
    let problems = read_as(Format::Toml, &text.replace('ü', "a"), &[]).unwrap_err();
    assert!(problems.len() < 5_000 && problems.contains("` is too long"), "{}", problems.len());
    assert!(read_as(Format::Yaml, &format!("{}: 1", "ü".repeat(100_000)), &[]).unwrap_err().len() < 5_000);
}

#[test]
fn an_endless_list_of_included_files_is_refused_once() {
    let text = format!("include = [{}]\n", "\"a\", ".repeat(100_000));
    let problems = read_as(Format::Toml, &text, &[]).unwrap_err();
    assert!(
        problems.starts_with("error: there are more than 2000 items in one list")
            && problems.matches("error").count() == 1
    );
}
