//! Schemas that other people wrote, read into answers: nothing of them may get lost.
//!
//! `tests/imports/ORIGIN.md` says where each file comes from. Beside each stands what is reported of it; `UPDATE_GOLDEN=1`
//! accepts what is. The table of counts in `docs/imports.md` is made from the same readings.

mod common;

use common::library::catalog;
use scaffold::catalog::Catalog;
use scaffold::reading::{Draft, Format, Tally, read_schema, report};
use scaffold::spec::Source;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const FORMATS: [(&str, Format); 4] =
    [("prisma", Format::Prisma), ("sql", Format::Sql), ("openapi", Format::OpenApi), ("jdl", Format::Jdl)];

/// What every document of the kind leaves to the person.
fn answers() -> Vec<(String, String)> {
    [("project.name", "imported"), ("stack.framework", "fastapi")]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn samples(folder: &str) -> Vec<PathBuf> {
    let files = std::fs::read_dir(root().join("tests/imports").join(folder)).expect("a folder of samples");
    let mut files: Vec<PathBuf> =
        files.map(|it| it.unwrap().path()).filter(|it| it.extension().unwrap() != "txt").collect();
    files.sort();
    files
}

fn read(path: &Path, format: Format, catalog: &Catalog) -> (Draft, Tally) {
    let text = std::fs::read_to_string(path).expect("a sample");
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let mut draft = Draft::new(&Arc::new(Source { name, text }));
    let tally = read_schema(&mut draft, format, catalog);
    (draft, tally)
}

/// How many tables a simple look at the text finds.
fn declared(text: &str, format: Format) -> usize {
    match format {
        Format::Prisma => text.lines().filter(|it| it.starts_with("model ")).count(),
        Format::Jdl => text.lines().filter(|it| it.trim_start().starts_with("entity ")).count(),
        Format::Sql => text.lines().filter(|it| it.to_ascii_lowercase().starts_with("create table ")).count(),
        _ => 0,
    }
}

#[test]
fn every_table_field_and_relation_is_accounted_for() {
    let catalog = catalog();
    let mut rows = String::new();
    for (folder, format) in FORMATS {
        for path in samples(folder) {
            let (draft, tally) = read(&path, format, &catalog);
            let name = &draft.document().name;
            for count in [tally.tables, tally.fields, tally.relations] {
                assert_eq!(count.found, count.understood + count.assumed + count.left_out, "{name}: {tally:?}");
            }
            let declared = declared(&draft.document().text, format);
            if declared > 0 {
                assert_eq!(tally.tables.found, declared, "{name}");
            }
            let counts = [tally.tables, tally.fields, tally.relations]
                .map(|it| format!("{} = {} + {} + {}", it.found, it.understood, it.assumed, it.left_out));
            writeln!(rows, "| `{folder}/{name}` | {} |", counts.join(" | ")).unwrap();
        }
    }
    let path = root().join("docs/imports.md");
    let page = std::fs::read_to_string(&path).expect("docs/imports.md");
    let (before, rest) = page.split_once("<!-- counts -->\n").expect("a mark");
    let (_, after) = rest.split_once("<!-- end of counts -->").expect("a second mark");
    let head = "| file | tables | fields | relations |\n|---|---|---|---|\n";
    let expected = format!("{before}<!-- counts -->\n{head}{rows}<!-- end of counts -->{after}");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, expected).unwrap();
    } else {
        assert!(
            page == expected,
            "the counts in docs/imports.md are others now (UPDATE_GOLDEN=1 writes them):\n{rows}"
        );
    }
}

#[test]
fn every_sample_becomes_answers_that_are_accepted() {
    let catalog = catalog();
    let mut wrong = String::new();
    for (folder, format) in FORMATS {
        for path in samples(folder) {
            let (draft, _) = read(&path, format, &catalog);
            if draft.entities().is_empty() {
                continue;
            }
            if let Err(problems) = draft.check(&answers(), &[], &catalog) {
                writeln!(wrong, "{}\n{}", draft.document().name, scaffold::answers::render_problems(&problems, false))
                    .unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn reports_are_as_accepted() {
    let catalog = catalog();
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    for (folder, format) in FORMATS {
        for path in samples(folder) {
            let (draft, _) = read(&path, format, &catalog);
            let found = format!("{}\n{}", report::text(&draft, 120), draft.text());
            let beside = path.with_extension(format!("{}.txt", path.extension().unwrap().to_string_lossy()));
            if update {
                std::fs::write(&beside, &found).unwrap();
            } else if std::fs::read_to_string(&beside).unwrap_or_default() != found {
                wrong.push(path.display().to_string());
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "reported otherwise than accepted (UPDATE_GOLDEN=1, then git diff):\n{}",
        wrong.join("\n")
    );
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (below.max(1) as u64)).unwrap()
    }

    /// A place between two characters.
    fn place(&mut self, text: &str) -> usize {
        let mut at = self.roll(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

/// A few small changes of a text, as slips of a hand or worse.
fn mutated(text: &str, other: &str, dice: &mut Dice) -> String {
    const WORDS: [&str; 24] = [
        "{",
        "}",
        "(",
        ")",
        "\"",
        "'",
        "`",
        "@",
        "[]",
        "?",
        "/*",
        "$$",
        ";",
        ",",
        ":",
        "\n",
        "\u{e9}\u{1f600}",
        "9999999999999999999",
        "-1",
        "owner",
        "User",
        "id",
        "limit",
        "null",
    ];
    let mut text = text.to_owned();
    for _ in 0..=dice.roll(4) {
        let (start, end) = (dice.place(&text), dice.place(&text));
        let (start, end) = (start.min(end), start.max(end).min(start.min(end) + 60));
        let end = (start..=end).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(start);
        match dice.roll(5) {
            0 => text.replace_range(start..end, ""),
            1 => text.insert_str(start, WORDS[dice.roll(WORDS.len())]),
            2 => {
                let again = text[start..end].to_owned();
                let at = dice.place(&text);
                text.insert_str(at, &again);
            }
            3 => {
                let from = dice.place(other);
                let piece: String = other[from..].chars().take(dice.roll(80)).collect();
                text.insert_str(start, &piece);
            }
            _ => text.replace_range(start..end, WORDS[dice.roll(WORDS.len())]),
        }
    }
    text
}

/// `IMPORT_SECONDS=600` goes on for so long for each format, `IMPORT_ONLY=jdl` takes one of them.
#[test]
fn what_is_half_right_is_read_as_far_as_it_goes() {
    let catalog = catalog();
    let seconds = std::env::var("IMPORT_SECONDS").ok().and_then(|it| it.parse::<u64>().ok());
    let only = std::env::var("IMPORT_ONLY").ok();
    for (folder, format) in FORMATS.into_iter().filter(|(folder, _)| only.as_ref().is_none_or(|it| it == folder)) {
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
        let texts: Vec<String> = samples(folder)
            .iter()
            .map(|it| std::fs::read_to_string(it).unwrap())
            .filter(|it| it.len() < 12_000)
            .collect();
        let start = std::time::Instant::now();
        let mut count = 0;
        while seconds.map_or(count < 60, |seconds| start.elapsed().as_secs() < seconds) {
            count += 1;
            let (one, other) = (dice.roll(texts.len()), dice.roll(texts.len()));
            let text = mutated(&texts[one], &texts[other], &mut dice);
            let begun = std::time::Instant::now();
            let mut draft = Draft::new(&Arc::new(Source { name: "mutated".to_owned(), text: text.clone() }));
            let tally = read_schema(&mut draft, format, &catalog);
            for count in [tally.tables, tally.fields, tally.relations] {
                assert_eq!(count.found, count.understood + count.assumed + count.left_out, "{text}");
            }
            report::text(&draft, 100);
            if draft.entities().is_empty() {
                continue;
            }
            if let Err(problems) = draft.check(&answers(), &[], &catalog) {
                // What a database has no room for is the person's to decide.
                let rendered = scaffold::answers::render_problems(&problems, false);
                assert!(problems.iter().all(|it| it.message.contains("bytes")), "{rendered}\n{}\n{text}", draft.text());
            }
            assert!(begun.elapsed().as_secs() < 20, "too slow:\n{text}");
        }
        if seconds.is_some() {
            println!("{folder}: {count} documents");
        }
    }
}

/// Long documents of one thing over and over, and of nothing at all.
#[test]
fn long_documents_end_in_a_report() {
    let catalog = catalog();
    let long = |text: &str| text.repeat(400_000 / text.len());
    for (format, text) in [
        (Format::Sql, long("CREATE TABLE a (b int);\n")),
        (Format::Sql, format!("CREATE TABLE a ({} c int);", long("b int, "))),
        (Format::Sql, long("(")),
        (Format::Sql, long("GO ")),
        (Format::Sql, long("x;")),
        (Format::Sql, format!("CREATE TABLE a (b int CHECK ({}1 > 0{}));", "(".repeat(5_000), ")".repeat(5_000))),
        (Format::Prisma, long("model A {\n  id Int @id\n  a A @relation(fields: [id])\n}\n")),
        (Format::Prisma, format!("model A {{\n x Int @default({}\n}}", long("[["))),
        (Format::Jdl, long("entity A { b String }\n")),
        (Format::Jdl, format!("entity A\nrelationship ManyToOne {{ {} }}", long("A{b} to A,\n"))),
        (
            Format::OpenApi,
            format!(
                "openapi: 3.1.0\ncomponents:\n  schemas:\n{}",
                long("    A: { type: object, properties: { id: { type: string } } }\n")
            ),
        ),
        (Format::OpenApi, long("[")),
        (Format::OpenApi, long("a: ")),
    ] {
        let begun = std::time::Instant::now();
        let head: String = text.chars().take(60).collect();
        let mut draft = Draft::new(&Arc::new(Source { name: "long".to_owned(), text }));
        read_schema(&mut draft, format, &catalog);
        let told = report::text(&draft, 100);
        assert!(told.len() > 20 && draft.findings.len() < 25_000, "{head}");
        println!("{head:?} {:?}", begun.elapsed());
        assert!(begun.elapsed().as_secs() < 30, "{head}");
    }
}

/// Accounts are no entity of the document, and yet two relations to them need two ways back.
#[test]
fn two_relations_to_accounts_have_two_ways_back() {
    let text = "entity Employee { name String }\nrelationship ManyToOne {\n  Employee{user} to User,\n  Employee{boss} to User\n}\n";
    let mut draft = Draft::new(&Arc::new(Source { name: "two.jdl".to_owned(), text: text.to_owned() }));
    let catalog = catalog();
    read_schema(&mut draft, Format::Jdl, &catalog);
    assert!(draft.check(&answers(), &[], &catalog).is_ok(), "{}", draft.text());
}
