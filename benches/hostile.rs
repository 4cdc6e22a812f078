//! How long it takes to refuse a malformed file of 10 MB, and to tell of a document of that size: `cargo bench --bench hostile
//! [WORD]`. Each must stay under a second of processor time, which other work on the machine does not change.

use mimalloc::MiMalloc;
use scaffold::answers::{self, Format, Input, render_problems};
use scaffold::catalog::Catalog;
use scaffold::reading::{self, report};
use scaffold::spec::Source;
use std::sync::Arc;
use std::time::Duration;

/// As in the program.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

const SIZE: usize = 10_000_000;
/// In bytes; the longest that is read are 500 kB.
const LONGEST_PROMPT: usize = 495_000;
const HEAD: &str = "[project]\nname = \"ab\"\n[stack]\nframework = \"fastapi\"\n";

/// A text of about 10 MB: a head, many pieces, a tail.
fn many(head: &str, piece: impl Fn(usize) -> String, tail: &str) -> String {
    let mut text = head.to_owned();
    let mut number = 0;
    while text.len() < SIZE {
        text.push_str(&piece(number));
        number += 1;
    }
    text + tail
}

fn same(head: &str, piece: &str, tail: &str) -> String {
    many(head, |_| piece.to_owned(), tail)
}

fn toml() -> Vec<(&'static str, String)> {
    let entity = format!("{HEAD}[entities.A]\n");
    let after = |line: &str| format!("{entity}{line}");
    vec![
        ("one word", same("", "x", "")),
        ("broken lines", same("", "= = =\n", "")),
        ("open lists", same("a = ", "[", "")),
        ("open tables", same("a = ", "{a=", "")),
        ("a deep key", same("", "a.", "a = 1")),
        ("an open string", same("a = \"", "x", "")),
        ("line breaks", same("", "\n", "x")),
        ("comments", same("", "# x\n", "=")),
        ("unknown keys", many(HEAD, |n| format!("key{n} = 1\n"), "")),
        ("one key many times", same("", "a = 1\n", "")),
        ("entities", many(HEAD, |n| format!("[entities.A{n}]\n"), "")),
        ("entities of one name in code", many(HEAD, |n| format!("[entities.A{}{n:b}]\n", "a".repeat(n % 30)), "")),
        ("unknown types", many(&entity, |n| format!("fields.a{n} = \"strng\"\n"), "")),
        ("right fields", many(&entity, |n| format!("fields.a{n} = \"string ?\"\n"), "x")),
        ("fields and a mistake", many(&entity, |n| format!("fields.a{n} = \"string ?\"\n"), "fields.b = 1\n")),
        ("enumerations", many(&entity, |n| format!("fields.a{n} = \"enum(a, b)\"\n"), "fields.b = 1\n")),
        ("relations to nothing", many(&entity, |n| format!("fields.a{n} = \"-> Nowhere{n}\"\n"), "")),
        ("relations to itself", many(&entity, |n| format!("fields.a{n} = \"-> A\"\n"), "")),
        (
            "links",
            many(
                &entity,
                |n| format!("relations.a{n} = {{ many_to_many = \"A\", inverse = \"b{n}\" }}\n"),
                "x.y = 1\n",
            ),
        ),
        ("many searched", many(&after("search = ["), |n| format!("\"a{n}\", "), "]\n")),
        ("many actions", same(&after("actions = ["), "\"list\", ", "]\n")),
        ("many different actions", many(&after("actions = ["), |n| format!("\"a{n}\", "), "]\n")),
        ("many grants", many(&after("access.list = ["), |n| format!("\"a{n}\", "), "]\n")),
        (
            "composite keys",
            many(
                &after("fields.a = \"string\"\nfields.b = \"string\"\nunique = ["),
                |n| format!("[\"a\", \"b{n}\"], "),
                "]\n",
            ),
        ),
        (
            "the same composite key",
            same(&after("fields.a = \"string\"\nfields.b = \"string\"\nunique = ["), "[\"a\", \"b\"], ", "]\n"),
        ),
        ("one composite key", many(&after("unique = [["), |n| format!("\"a{n}\", "), "]]\n")),
        ("roles", many(&format!("{entity}[auth]\nroles = ["), |n| format!("\"r{n}\", "), "\"admin\"]\n")),
        ("values", many(&after("fields.a = { type = \"enum\", values = ["), |n| format!("\"a{n}\", "), "] }\n")),
        ("values in a line", many(&after("fields.a = \"enum("), |n| format!("a{n}, "), "b)\"\n")),
        ("a line of marks", same(&after("fields.a = \"string"), " ?", "\"\n")),
        ("a line of bounds", same(&after("fields.a = \"integer"), " > 1", "\"\n")),
        ("a long default", same(&after("fields.a = \"string = "), "x", "\"\n")),
        ("a long name", same(&after("fields."), "a", " = 1\n")),
        ("a long word", same(&after("fields.a = \"string "), "x", "\"\n")),
        ("digits", same(&after("fields.a = { type = \"decimal\", max = "), "9", " }\n")),
        ("a pattern of groups", same(&after("fields.a = { type = \"string\", pattern = \""), "(", "\" }\n")),
        ("a pattern of classes", same(&after("fields.a = { type = \"string\", pattern = \""), "[a-z]", "\" }\n")),
        ("a pattern of repeats", same(&after("fields.a = { type = \"string\", pattern = \""), "a{1000}", "\" }\n")),
        ("an alternation", same(&after("fields.a = { type = \"string\", pattern = \""), "a|", "\" }\n")),
        ("rules", same(&after("fields.a = \"integer\"\n"), "[[entities.A.rules]]\ncheck = \"a > b\"\n", "")),
        ("an expression of nots", same(&after("rules = [{ message = \"m\", check = \""), "not ", "\" }]\n")),
        (
            "an expression of ands",
            same(&after("fields.a = \"boolean\"\nrules = [{ message = \"m\", check = \""), "a and ", "b\" }]\n"),
        ),
        ("an expression of brackets", same(&after("rules = [{ message = \"m\", check = \""), "(", "\" }]\n")),
        (
            "an expression of sums",
            same(&after("fields.a = \"integer\"\nrules = [{ message = \"m\", check = \""), "a+", "a\" }]\n"),
        ),
        (
            "an expression of values",
            same(&after("fields.a = \"integer\"\nrules = [{ message = \"m\", check = \"a in ["), "1,", "\" }]\n"),
        ),
        ("an expression of names", same(&after("rules = [{ message = \"m\", check = \""), "b == ", "\" }]\n")),
        ("commands", many(&entity, |n| format!("commands.a{n} = {{ x = 1 }}\n"), "")),
        ("assignments", many(&after("commands.a.set = { "), |n| format!("a{n} = 1, "), "b = 1 }\n")),
        ("jobs", many(&entity, |n| format!("[jobs.a{n}]\nschedule = \"x\"\n"), "")),
        ("events", many(&entity, |n| format!("[events.A{n}]\nx = 1\n"), "")),
        ("handlers", many(&entity, |n| format!("[handlers.a{n}]\non = \"X{n}\"\n"), "")),
        ("events and handlers", many(&entity, |n| format!("[events.E{n}]\n[handlers.a{n}]\non = \"X{n}\"\n"), "")),
        ("included files", many("include = [", |n| format!("\"a{n}\", "), "]\n")),
    ]
}

fn json() -> Vec<(&'static str, String)> {
    let head = "{\"project\":{\"name\":\"ab\"},\"stack\":{\"framework\":\"fastapi\"},\"entities\":{\"A\":{";
    vec![
        ("one word", same("", "x", "")),
        ("open lists", same("", "[", "")),
        ("open objects", same("", "{\"a\":", "")),
        ("numbers", same("[", "1,", "x]")),
        ("one key many times", same("{", "\"a\":1,", "\"b\":1}")),
        ("keys", many("{", |n| format!("\"k{n}\":1,"), "\"b\":1}")),
        ("escapes", same("{\"a\":\"", "\\u00e9", "\"}")),
        ("fields", many(&format!("{head}\"fields\":{{"), |n| format!("\"a{n}\":\"string\","), "\"b\":1}}}}")),
        ("digits", same("{\"a\":", "9", "}")),
    ]
}

fn yaml() -> Vec<(&'static str, String)> {
    vec![
        ("one word", same("", "x", "")),
        ("open lists", same("", "[", "")),
        ("nested lists", same("", "- ", "")),
        ("open maps", same("", "{a: ", "")),
        ("keys", many("", |n| format!("k{n}: 1\n"), "")),
        ("one key many times", same("", "a: 1\n", "")),
        ("items", same("", "- a\n", "")),
        ("anchors", many("", |n| format!("- &a{n} x\n"), "")),
        ("aliases", same("a: &a [x, x, x, x]\nb:\n", "- *a\n", "")),
        ("documents", same("", "---\na\n", "")),
        ("directives", same("", "%YAML 1.2\n", "")),
        ("tags", same("", "- !!str x\n", "")),
        ("folded text", same("a: >\n", "  x\n", "b: [")),
        ("an open string", same("a: \"", "x ", "")),
        ("colons", same("", "a:", "")),
        ("question marks", same("", "? ", "")),
        ("indents", many("", |n| format!("{}a:\n", " ".repeat(n % 2000)), "")),
        (
            "fields",
            many(
                "project: {name: ab}\nstack: {framework: fastapi}\nentities:\n  A:\n    fields:\n",
                |n| format!("      a{n}: string\n"),
                "      b: 1\n",
            ),
        ),
    ]
}

/// Documents: prompts and schemas that people have written, over and over, and what makes no sense.
fn documents() -> Vec<(&'static str, reading::Format, String)> {
    use reading::Format::{Jdl, OpenApi, Prisma, Prose, Sql};
    let prompt = include_str!("../tests/documents/products.md");
    let noise = |words: &[&str]| many("", |n| format!("{} ", words[n * n % words.len()]), "");
    let prose = ["field", "(", ":", "users", "has many", "[X]", "-", "\n", "> 20%", "|", "every", "enum", "\u{e9}"];
    let schema = ["CREATE TABLE", "model", "entity", "{", "}", "(", ")", ";", "a", "int", "@id", "to", ":", "\n"];
    let mut cases = vec![
        ("a prompt over and over", Prose, same("", prompt, "")),
        ("prompts of many things", Prose, many("", |n| prompt.replace("products", &format!("products{n}")), "")),
        ("one word", Prose, same("", "x", "")),
        ("noise", Prose, noise(&prose)),
        (
            "bytes",
            Prose,
            many(
                "",
                |n| {
                    char::from_u32(0x20 + u32::try_from(n * 7919 % 0xd000).unwrap_or_default())
                        .unwrap_or('x')
                        .to_string()
                },
                "",
            ),
        ),
        ("tables", Sql, many("", |n| format!("CREATE TABLE t{n} (id int PRIMARY KEY, name text NOT NULL);\n"), "")),
        ("models", Prisma, many("", |n| format!("model A{n} {{\n  id Int @id\n  name String\n}}\n"), "")),
        ("entities", Jdl, many("", |n| format!("entity A{n} {{ name String }}\n"), "")),
        (
            "schemas",
            OpenApi,
            many(
                "openapi: 3.1.0\ncomponents:\n  schemas:\n",
                |n| format!("    A{n}: {{ type: object, properties: {{ name: {{ type: string }} }} }}\n"),
                "",
            ),
        ),
    ];
    cases.extend([Sql, Prisma, Jdl, OpenApi].map(|format| ("noise", format, noise(&schema))));
    cases.extend(longest_prompts(prompt).into_iter().map(|(title, text)| (title, Prose, text)));
    cases
}

/// Prompts that are just short enough to be read.
fn longest_prompts(prompt: &str) -> Vec<(&'static str, String)> {
    let many = |piece: &dyn Fn(usize) -> String| {
        let mut text = String::new();
        while text.len() < LONGEST_PROMPT - prompt.len() {
            text.push_str(&piece(text.len()));
        }
        text
    };
    let fenced = |code: String| format!("```\n{code}\n```\n");
    vec![
        ("read: one prompt", many(&|_| prompt.to_owned())),
        ("read: many things", many(&|n| prompt.replace("products", &format!("products{n}")))),
        ("read: fields", format!("### A\n{}", many(&|n| format!("- field{n}: string, required\n")))),
        ("read: references", format!("### A\n{}", many(&|n| format!("- a{n}Id: uuid\n")))),
        ("read: types", fenced(many(&|n| format!("interface A{n} {{\n  a: A{}\n  b?: string // c\n}}\n", n / 2)))),
        ("read: lists of types", fenced(format!("interface A {{\n{}}}\n", many(&|n| format!("  a{n}: A[]\n"))))),
        ("read: forms of types", fenced(many(&|n| format!("class CreateA{n}Dto {{ a: string }}\n")))),
        ("read: open types", fenced(many(&|_| "interface A {\n".to_owned()))),
        ("read: open types without a fence", many(&|_| "interface A {\n".to_owned())),
        ("read: open tables without a fence", many(&|_| "create table a (\n".to_owned())),
        ("read: classes without a body", many(&|_| "class A:\n".to_owned())),
        ("read: comments", fenced(format!("interface A {{\n{}}}", many(&|_| "  // a\n".to_owned())))),
        ("read: diagrams", fenced(format!("erDiagram\n{}", many(&|n| format!("A{n} ||--o{{ B{n} : has\n"))))),
        ("read: keys of diagrams", fenced(format!("erDiagram\nA {{\n{}}}\n", many(&|n| format!("uuid b{n}Id FK\n"))))),
        ("read: tables of SQL", fenced(many(&|n| format!("CREATE TABLE t{n} (a text);\n")))),
        ("read: fences", many(&|_| fenced("CREATE TABLE a (a text);".to_owned()))),
        ("read: examples", many(&|n| format!("a{n} looks like this:\n\n{}", fenced("{\"a\": 1}".to_owned())))),
        ("read: requests", many(&|n| format!("- GET /a{n}/:id (admin only)\n"))),
        (
            "read: access",
            format!(
                "{}{}",
                many(&|n| format!("### A{n}\n- a: string\n")).split_at(200_000).0,
                many(&|_| "Only admins delete anything.\n".to_owned()).split_at(200_000).0
            ),
        ),
    ]
}

/// What this process has used so far.
fn processor() -> Duration {
    use nix::sys::resource::{UsageWho, getrusage};
    let usage = getrusage(UsageWho::RUSAGE_SELF).expect("the system keeps count");
    let all = usage.user_time() + usage.system_time();
    Duration::from_micros(u64::try_from(all.tv_sec() * 1_000_000 + all.tv_usec()).unwrap_or_default())
}

fn main() {
    let word = std::env::args().skip(1).find(|it| !it.starts_with('-')).unwrap_or_default();
    let catalog = Catalog::embedded().expect("the blueprints are well-formed");
    let mut slow = 0;
    for (name, format, cases) in
        [("toml", Format::Toml, toml()), ("json", Format::Json, json()), ("yaml", Format::Yaml, yaml())]
    {
        for (title, text) in cases.into_iter().filter(|(title, _)| format!("{name}: {title}").contains(&word)) {
            let start = processor();
            let input = Input::from_text("hostile", format, text);
            let (verdict, shown) = match answers::read(input, &|_| Ok(Vec::new()), &[], &catalog.choices()) {
                Ok(_) => ("ACCEPTED".to_owned(), 0),
                Err(problems) => (format!("{} problems", problems.len()), render_problems(&problems, false).len()),
            };
            let taken = processor().saturating_sub(start);
            slow += usize::from(taken.as_secs() >= 1);
            println!("{name:5} {title:30} {:>7} ms  {verdict}, {shown} bytes", taken.as_millis());
        }
    }
    for (title, format, text) in documents() {
        let name = format!("{format:?}").to_lowercase();
        if !format!("{name}: {title}").contains(&word) {
            continue;
        }
        let start = processor();
        let source = Arc::new(Source { name: "document".to_owned(), text });
        let draft = reading::read(&source, format, &catalog);
        let shown = report::text(&draft, 100).len();
        let taken = processor().saturating_sub(start);
        slow += usize::from(taken.as_secs() >= 1);
        println!("{name:7} {title:28} {:>7} ms  {} findings, {shown} bytes", taken.as_millis(), draft.findings.len());
    }
    println!("{slow} take a second or more");
}
