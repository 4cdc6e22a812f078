//! Documents that people could have written: the answers made of them, and the report.
//!
//! Beside each `tests/documents/NAME.md` stand `NAME.toml` and `NAME.txt`. `UPDATE_GOLDEN=1` accepts what is.

mod common;

use common::library::catalog;
use common::{Scaffold, checkout};
use scaffold::reading::prose::TEMPLATES;
use scaffold::reading::{self, Draft, Format, Kind, report};
use scaffold::spec::Source;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

fn documents() -> Vec<PathBuf> {
    let folder = std::fs::read_dir(checkout("tests/documents")).expect("tests/documents");
    let mut files: Vec<_> =
        folder.map(|it| it.unwrap().path()).filter(|it| it.extension().is_some_and(|it| it == "md")).collect();
    files.sort();
    files
}

fn read(name: &str, text: &str) -> Draft {
    let source = Arc::new(Source { name: name.to_owned(), text: text.to_owned() });
    reading::read(&source, Format::Prose, &catalog())
}

#[test]
fn documents_are_read_as_accepted() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    for file in documents() {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let draft = read(&name, &std::fs::read_to_string(&file).unwrap());
        for (extension, text) in [("toml", draft.text()), ("txt", report::text(&draft, 110))] {
            let golden = file.with_extension(extension);
            if update {
                std::fs::write(&golden, text).unwrap();
            } else if std::fs::read_to_string(&golden).unwrap_or_default() != text {
                wrong.push(golden.display().to_string());
            }
        }
    }
    assert!(wrong.is_empty(), "differ from what was accepted (UPDATE_GOLDEN=1, then git diff):\n{}", wrong.join("\n"));
}

#[test]
fn what_is_read_is_an_answers_file() {
    for file in documents() {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let draft = read(&name, &std::fs::read_to_string(&file).unwrap());
        if draft.unanswered().next().is_some() {
            continue;
        }
        let set = [("project.name".to_owned(), "it".to_owned())];
        if let Err(problems) = draft.check(&set, &[], &catalog()) {
            panic!("{name}\n{}\n{}", scaffold::answers::render_problems(&problems, false), draft.text());
        }
    }
}

#[test]
fn there_are_documents_of_every_template() {
    let read_as: Vec<String> =
        documents().iter().flat_map(|file| read("it", &std::fs::read_to_string(file).unwrap()).read_as).collect();
    assert!(documents().len() >= 13);
    for template in TEMPLATES {
        assert!(read_as.contains(&format!("the template \"{}\"", template.title())), "{}", template.id);
    }
}

#[test]
fn every_line_of_every_template_is_known() {
    let mut unknown: Vec<String> = Vec::new();
    for template in TEMPLATES {
        let draft = read("it", template.text);
        unknown.extend(draft.found(Kind::NotUnderstood).map(|it| format!("{}: {}", template.id, it.words())));
        for placeholder in template.placeholders() {
            assert!(draft.found(Kind::Open).any(|it| it.words() == placeholder), "{} {placeholder}", template.id);
        }
    }
    assert!(unknown.is_empty(), "{}", unknown.join("\n"));
}

#[test]
fn the_example_of_the_page_leaves_its_enumeration_open_and_nothing_else() {
    let draft = read("products.md", &std::fs::read_to_string(checkout("tests/documents/products.md")).unwrap());
    let open: Vec<&str> = draft.found(Kind::Open).map(|it| it.path.as_str()).collect();
    assert_eq!(open, ["entities.Product.fields.category"]);
    assert_eq!(draft.found(Kind::NotUnderstood).count(), 0, "{:#?}", draft.findings);
    let checked = draft.check(&[], &[], &catalog()).expect("answers");
    let product = checked.spec.entity("Product").expect("products");
    assert_eq!(product.fields.len(), 5);
    assert_eq!(product.approval.len(), 1);
    assert!(checked.canonical.contains("when = \"new.price < old.price * 0.8\""), "{}", checked.canonical);
    assert!(checked.canonical.contains("access.update = [\"admin\", \"owner\"]"), "{}", checked.canonical);
}

#[test]
fn a_document_becomes_a_project() {
    let ran = Scaffold::new()
        .args(["new", "shop", "--no-git", "--yes", "--from", &checkout("tests/documents/products.md")])
        .run()
        .success();
    assert!(ran.stderr().contains("understood") && ran.stderr().contains("open"), "{}", ran.stderr());
    assert!(ran.read("shop/.scaffold/answers.toml").contains("[entities.Product]"));
}

#[test]
fn without_a_terminal_nothing_is_assumed_in_silence() {
    let document = checkout("tests/documents/products.md");
    let ran = Scaffold::new().args(["new", "shop", "--from", &document]).run().fails(2);
    assert!(ran.stderr().contains("entities.Product.fields.category"), "{}", ran.stderr());
    assert_eq!(ran.names(), Vec::<String>::new());
    let ran = Scaffold::new().args(["new", "shop", "--strict", "--from", &document]).run().fails(2);
    assert!(ran.stderr().contains("products.md:18:50"), "{}", ran.stderr());
}

#[test]
fn answers_can_be_kept_instead_of_a_project() {
    let document = checkout("tests/documents/products.md");
    let ran = Scaffold::new().args(["new", "--from", &document, "--answers-out", "a.toml"]).run().success();
    assert_eq!(ran.names(), ["a.toml"]);
    let text = ran.read("a.toml");
    assert!(text.contains("# line 18, open: "), "{text}");
    let again = Scaffold::new().file("a.toml", &text).args(["answers", "check", "a.toml"]).run().success();
    assert!(again.stdout().contains("is right"), "{}", again.stdout());
    let taken = Scaffold::new().file("a.toml", "").args(["new", "--from", &document, "--answers-out", "a.toml"]).run();
    assert!(taken.fails(1).stderr().contains("is there already"));
}

#[test]
fn set_decides_what_is_open() {
    let document = checkout("tests/documents/products.md");
    let ran = Scaffold::new()
        .args(["new", "--from", &document, "--dry-run", "--answers-out", "a.toml"])
        .args(["--set", "entities.Product.fields.category=enum(book, toy)"])
        .run()
        .success();
    assert!(ran.stdout().contains("category = \"enum(book, toy)\""), "{}", ran.stdout());
    assert!(!ran.stdout().contains("open:"), "{}", ran.stdout());
}

#[test]
fn prompts_are_listed_and_written() {
    let ran = Scaffold::new().args(["prompts"]).run().success();
    assert!(ran.stdout().contains("rest           REST API Endpoint"), "{}", ran.stdout());
    let ran = Scaffold::new().args(["prompts", "rest", "jobs", "--out", "p.md"]).run().success();
    assert!(ran.read("p.md").contains("[RESOURCE_NAME]") && ran.read("p.md").contains("[JOB_TYPES]"));
    let ran = Scaffold::new().args(["prompts", "soap"]).run().fails(2);
    assert!(ran.stderr().contains("there is no template `soap`") && ran.stderr().contains("rest"), "{}", ran.stderr());
}

#[test]
fn nonsense_of_any_size_gives_a_report_within_a_second() {
    let words = [
        "field",
        "(",
        ":",
        "users",
        "has many",
        "[X]",
        "- ",
        "\n",
        "> 20%",
        "|",
        "every",
        "a",
        ",",
        "enum",
        "\u{1F600}",
        "-",
        "[ab",
        "é",
    ];
    let mut seed = 7_u64;
    // The program that people use is optimised; this one is not, and the machine may be busy.
    let (size, limit) = if cfg!(debug_assertions) { (20, 20) } else { (1, 1) };
    let mut noise = String::new();
    while noise.len() < 400_000 / size {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        noise.push_str(words[(seed >> 33) as usize % words.len()]);
        noise.push(' ');
    }
    let cases = [
        noise,
        "x".repeat(10_000_000),
        "- name: string\n".repeat(20_000 / size),
        "# \n".repeat(100_000 / size),
        "a, ".repeat(100_000 / size),
        "((((".repeat(50_000 / size),
        "| a | b |\n".repeat(20_000 / size),
        "```\n".repeat(50_000 / size),
        "\u{0}\u{1}\u{feff}".repeat(10_000 / size),
    ];
    for (number, text) in cases.iter().enumerate() {
        let start = Instant::now();
        let draft = read("noise.md", text);
        let _ = (report::text(&draft, 100), draft.text());
        assert!(start.elapsed().as_secs() < limit, "case {number} took {:?}", start.elapsed());
    }
}

/// Documents cut, doubled and mixed at random. `FUZZ_SECONDS=600 cargo test --release --test documents mixed` goes on for ten minutes.
#[test]
fn mixed_documents_never_panic() {
    let texts: Vec<String> = documents().iter().map(|it| std::fs::read_to_string(it).unwrap()).collect();
    let catalog = catalog();
    let seconds = std::env::var("FUZZ_SECONDS").ok().and_then(|it| it.parse::<u64>().ok());
    let mut seed = 42_u64;
    let mut next = |most: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((seed >> 33) as usize) % most.max(1)
    };
    let (start, mut count) = (Instant::now(), 0);
    while seconds.map_or(count < 60, |it| start.elapsed().as_secs() < it) {
        let mut words: Vec<char> = texts[next(texts.len())].chars().collect();
        for _ in 0..=next(6) {
            let other: Vec<char> = texts[next(texts.len())].chars().collect();
            let (from, length) = (next(other.len()), next(200));
            let piece: Vec<char> = other.iter().skip(from).take(length).copied().collect();
            let at = next(words.len());
            let drop = (at + next(80)).min(words.len());
            words.splice(at..drop, piece);
            let at = next(words.len());
            words.insert(at, ['(', ')', ':', '-', '|', '[', '`', '\n', '\u{e9}', '"', '>', ','][next(12)]);
        }
        let text: String = words.into_iter().collect();
        let source = Arc::new(Source { name: "mixed.md".to_owned(), text });
        let draft = reading::read(&source, Format::Prose, &catalog);
        let _ = (report::text(&draft, 80), report::json(&draft), draft.check(&[], &[], &catalog));
        count += 1;
    }
    println!("{count} documents");
}

/// A row's words are read in the order of a line, not in that of its columns.
#[test]
fn rows_of_tables_are_read_whatever_stands_in_which_column() {
    let cells =
        ["one of", "a, b", "default", "default 5", "5 - 9", "integer", "at most", "foreign key to", "(", ")", "x"];
    for (one, other) in cells.iter().flat_map(|one| cells.iter().map(move |other| (one, other))) {
        let row = format!("| Field | Notes | Type |\n|---|---|---|\n| stock | {one} | {other} |\n");
        let draft = read("table.md", &format!("Framework: Gin\n\n### Product\n\n{row}"));
        assert!(!report::text(&draft, 100).is_empty() && !draft.text().is_empty());
    }
}
