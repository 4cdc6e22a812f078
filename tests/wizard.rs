//! `scaffold new` on a terminal, as people meet it.
#![cfg(unix)]

mod common;
#[path = "wizard/picture.rs"]
mod picture;
#[path = "wizard/terminal.rs"]
mod terminal;

use common::{Scaffold, checkout, tree};
use terminal::{BACKSPACE, CTRL_C, DOWN, ENTER, ESC, Home, Terminal};

/// Title, keys, and the answer as it is shown then.
type Turn = (&'static str, &'static str, &'static str);

/// A whole conversation until the summary's question.
const SHOP: [Turn; 27] = [
    ("Project name:", "corner-shop\r", "corner-shop"),
    ("What is it for, and for whom?", "Books for people who read\r", "Books for people who read"),
    ("Title:", "\r", "Corner Shop"),
    ("Framework:", "\r", "FastAPI"),
    ("Database:", "\x1b[B\r", "PostgreSQL"),
    ("Authentication:", "\r", "Tokens (JWT)"),
    ("Who may register?", "\x1b[B\r", "Only an admin"),
    ("Queue:", "\r", "In the service"),
    ("Cache:", "\r", "None"),
    ("Continuous integration:", "\x1b[B \r", "GitHub Actions, GitLab CI"),
    ("Deployment:", "\r", "None"),
    ("Every entity gets:", " \r", "Soft deletion"),
    ("Licence:", "\x1b[B\r", "MIT"),
    ("Author:", "Ada Reader\r", "Ada Reader"),
    ("Start from:", "\r", "By hand"),
    ("First entity:", "Product\r", "Product"),
    ("Product >", "name: string 2..100\r", "name: string 2..100"),
    ("Product >", "price: decimal > 0\r", "price: decimal > 0"),
    ("Product >", "supplier: -> Supplier ?\r", "supplier: -> Supplier ?"),
    ("Product >", "buyer: { many_to_one = \"User\", required = false }\r", "buyer: {"),
    ("Product >", "search = [\"name\"]\r", "search ="),
    ("Product >", "\r", "\n"),
    ("Entities:", "\r", "Add Supplier"),
    ("Supplier >", "name: string unique\r", "name: string unique"),
    ("Supplier >", "\r", "\n"),
    ("Entities:", "\r", "Go on"),
    ("Write it?", "\r", "Write corner-shop"),
];

/// The same as an answers file.
const SHOP_FILE: &str = r#"
[project]
name = "corner-shop"
description = "Books for people who read"
title = "Corner Shop"
license = "MIT"
author = "Ada Reader"

[stack]
framework = "fastapi"
database = "postgresql"
auth = "jwt"
ci = ["github-actions", "gitlab-ci"]

[auth]
registration = "closed"

[defaults]
soft_delete = true

[entities.Product]
search = ["name"]
fields.name = "string 2..100"
fields.price = "decimal > 0"
fields.supplier = "-> Supplier ?"
relations.buyer = { many_to_one = "User", required = false }

[entities.Supplier]
fields.name = "string unique"
"#;

#[track_caller]
fn take(terminal: &mut Terminal, turns: &[Turn]) {
    for (title, keys, taken) in turns {
        terminal.answer(title, keys, taken);
    }
}

/// How many turns lead to the question before that title.
fn until(title: &str) -> &'static [Turn] {
    let end = SHOP.iter().position(|(it, ..)| *it == title).expect("a turn");
    &SHOP[..end]
}

fn from_file(text: &str, name: &str) -> std::collections::BTreeMap<String, Vec<u8>> {
    let ran = Scaffold::new().file("a.toml", text).args(["new", "--answers", "a.toml", "--no-git"]).run().success();
    tree(&ran.path(name))
}

#[test]
fn a_whole_conversation_makes_the_project_that_a_file_makes() {
    let home = Home::new();
    let mut terminal = home.start(&["new"]);
    take(&mut terminal, &SHOP);
    let (code, terminal) = terminal.end();
    assert_eq!(code, 0, "{}", terminal.screen());
    terminal.is_restored();
    assert!(terminal.screen().contains("made corner-shop ("), "{}", terminal.screen());
    assert_eq!(home.names(), ["corner-shop"]);
    assert!(!home.keeps_answers(), "nothing is left to go on with");
    let made = tree(&home.work().join("corner-shop"));
    let expected = from_file(SHOP_FILE, "corner-shop");
    let differ: Vec<_> = expected.keys().chain(made.keys()).filter(|it| expected.get(*it) != made.get(*it)).collect();
    assert_eq!(differ, Vec::<&String>::new());
}

#[test]
fn the_command_it_shows_makes_the_same_project_again() {
    let home = Home::new();
    let mut terminal = home.start(&["new", "--no-git"]);
    take(&mut terminal, &SHOP);
    let (_, terminal) = terminal.end();
    let shown = terminal.screen();
    let command = shown.lines().find_map(|line| line.trim().strip_prefix("scaffold new FOLDER ")).expect("a command");
    let status = std::process::Command::new(env!("CARGO_BIN_EXE_scaffold"))
        .current_dir(home.work())
        .args(["new", "again", "--no-git"])
        .args(command.split(' '))
        .status();
    assert!(status.expect("it runs").success());
    assert!(tree(&home.work().join("again")) == tree(&home.work().join("corner-shop")), "they differ");
}

#[test]
fn ctrl_c_at_every_question_leaves_nothing_and_resume_asks_it_again() {
    for (number, (title, ..)) in SHOP.iter().enumerate() {
        let home = Home::new();
        let mut terminal = home.start(&["new"]);
        take(&mut terminal, &SHOP[..number]);
        terminal.wait_question(title);
        terminal.send(CTRL_C);
        let (code, terminal) = terminal.end();
        assert_eq!(code, 130, "at {title}: {}", terminal.screen());
        assert!(terminal.screen().contains("stopped; nothing was written"), "{}", terminal.screen());
        terminal.is_restored();
        assert_eq!(home.names(), Vec::<String>::new(), "at {title}");
        if number == 0 {
            continue;
        }
        assert!(terminal.screen().contains("`scaffold new --resume` goes on from here"), "{}", terminal.screen());
        let mut terminal = home.start(&["new", "--resume"]);
        // Between the lines of an entity it goes on with the entities.
        let again = if title.ends_with('>') || *title == "Write it?" { "Entities:" } else { title };
        terminal.wait_question(again);
    }
}

#[test]
fn an_interrupted_conversation_goes_on_to_the_same_project() {
    let home = Home::new();
    let mut terminal = home.start(&["new"]);
    take(&mut terminal, until("Licence:"));
    terminal.wait_question("Licence:");
    terminal.send(CTRL_C);
    assert_eq!(terminal.end().0, 130);
    // Without `--resume` it asks whether to go on.
    let mut terminal = home.start(&["new"]);
    terminal.answer("There are answers of an interrupted run (corner-shop):", ENTER, "Go on with it");
    take(&mut terminal, &SHOP[until("Licence:").len()..]);
    assert_eq!(terminal.end().0, 0);
    assert!(tree(&home.work().join("corner-shop")) == from_file(SHOP_FILE, "corner-shop"), "they differ");
}

#[test]
fn there_is_nothing_to_resume_at_first() {
    let (code, terminal) = Home::new().start(&["new", "--resume"]).end();
    assert_eq!(code, 2);
    assert!(terminal.screen().contains("there is no interrupted run to go on with; `scaffold new` starts one"));
}

#[test]
fn an_update_asks_before_it_drops_values() {
    let home = Home::new();
    let shop = checkout("examples/shop.toml");
    assert_eq!(home.start(&["new", "shop", "--answers", &shop]).end().0, 0);
    let answers = home.work().join("shop/.scaffold/answers.toml");
    let text = std::fs::read_to_string(&answers).unwrap();
    std::fs::write(&answers, text.replace("\nfields.phone", "\n# fields.phone")).unwrap();
    let before = tree(&home.work().join("shop"));
    for keys in [ENTER, ESC, CTRL_C] {
        let mut terminal = home.start(&["update", "--dir", "shop"]);
        terminal.wait("with what is in them: suppliers.phone");
        terminal.send(keys);
        let (code, terminal) = terminal.end();
        assert!(code == 130 && terminal.screen().contains("nothing was written"), "{code}\n{}", terminal.screen());
        terminal.is_restored();
        assert!(tree(&home.work().join("shop")) == before);
    }
    let mut terminal = home.start(&["update", "--dir", "shop"]);
    terminal.wait("with what is in them: suppliers.phone");
    terminal.send(&format!("{DOWN}{ENTER}"));
    let (code, terminal) = terminal.end();
    assert!(code == 0 && terminal.screen().contains("new migration"), "{code}\n{}", terminal.screen());
}

#[test]
fn esc_goes_back_through_every_question_to_the_first() {
    let home = Home::new();
    let mut terminal = home.start(&["new"]);
    let turns = until("Entities:");
    take(&mut terminal, turns);
    terminal.wait_question("Entities:");
    // Back into the lines: the empty one, then each that was typed, the name, the questions.
    for (title, keys, _) in turns.iter().rev() {
        terminal.send(ESC);
        if title.ends_with('>') {
            terminal.wait_line(title, keys.trim_end());
        }
        terminal.wait_question(title);
    }
    terminal.wait("? Project name: corner-shop");
    terminal.send(ESC);
    terminal.answer("Leave?", ENTER, "Stay");
    terminal.answer("Project name:", ENTER, "corner-shop");
    terminal.wait_question("What is it for");
    terminal.send(ESC);
    terminal.wait_question("Project name:");
    terminal.send(ESC);
    terminal.answer("Leave?", &format!("{DOWN}{ENTER}"), "Leave");
    assert_eq!(terminal.end().0, 130);
    assert_eq!(home.names(), Vec::<String>::new());
}

#[test]
fn a_bad_line_is_refused_where_it_is_wrong() {
    let mut terminal = Home::new().start(&["new"]);
    take(&mut terminal, &SHOP[..until("Entities:").len() - 1]);
    let bad = [
        (
            "cost: desimal > 0",
            "error: unknown type `desimal`\n  cost: desimal > 0\n        ^^^^^^^\n  did you mean `decimal`?",
        ),
        ("cost: decimal >", "error: a number is missing after `>`"),
        (
            "owner id: uuid",
            "error: `owner id` is no name for a field\n  owner id: uuid\n  ^^^^^^^^\n  did you mean `ownerId`?",
        ),
        ("id: uuid", "error: `id` cannot be declared\n  id: uuid\n  ^^ the service sets this itself on every row"),
        ("price: integer", "error: `price` is there already\n  price: integer\n  ^^^^^"),
        ("price", "error: a line is a name, a colon and a type\n  price\n  ^^^^^"),
        (
            "seller: -> supplier",
            "error: `supplier` is no name for an entity\n  seller: -> supplier\n             ^^^^^^^^\n  did you mean `Supplier`?",
        ),
        ("parent: -> Product ?", "error: "),
        ("search = [\"nome\"]", "error: "),
    ];
    for (line, message) in bad {
        terminal.wait_question("Product >");
        terminal.send(&format!("{line}{ENTER}"));
        terminal.wait(message);
        terminal.wait_question(&format!("Product > {line}"));
        terminal.send(&BACKSPACE.repeat(line.chars().count()));
        terminal.wait_line("Product >", "");
    }
    terminal.answer("Product >", "?\r", "?");
    terminal.wait("supplier: -> Supplier ?  refers to one row, or none");
    terminal.answer("Product >", "cost: decimal > 0\r", "cost: decimal > 0");
}

#[test]
fn entities_are_changed_renamed_and_removed() {
    let home = Home::new();
    let mut terminal = home.start(&["new", "--no-git"]);
    take(&mut terminal, &SHOP[..SHOP.len() - 1]);
    terminal.wait_question("Write it?");
    terminal.send(ESC);
    terminal.answer("Entities:", &format!("{DOWN}{ENTER}"), "Add an entity");
    terminal.answer("Entity:", "Mistake\r", "Mistake");
    terminal.answer("Mistake >", "note: text\r", "note: text");
    terminal.answer("Mistake >", ENTER, "\n");
    terminal.answer("Entities:", &format!("{}{ENTER}", DOWN.repeat(3)), "Remove an entity");
    terminal.answer("Remove which entity?", &format!("{}{ENTER}", DOWN.repeat(2)), "Mistake");
    terminal.answer("Entities:", &format!("{}{ENTER}", DOWN.repeat(2)), "Change an entity");
    terminal.answer("Change which entity?", &format!("{DOWN}{ENTER}"), "Supplier");
    // The cursor stands on "Add a line"; the line before it is the only one.
    terminal.answer("Supplier:", &format!("\x1b[A{ENTER}"), "name: string unique");
    terminal.wait_line("Supplier >", "name: string unique");
    terminal.answer("Supplier >", &format!(" index{ENTER}"), "name: string unique index");
    terminal.answer("Supplier:", &format!("{DOWN}{ENTER}"), "Rename it");
    terminal.wait_line("Entity:", "Supplier");
    terminal.send(&format!("{}Maker{ENTER}", BACKSPACE.repeat(8)));
    terminal.answer("Maker:", &format!("{}{ENTER}", DOWN.repeat(2)), "Done");
    // What refers to it follows.
    terminal.answer("Entities:", ENTER, "Go on");
    terminal.answer("Write it?", ENTER, "Write corner-shop");
    let (code, terminal) = terminal.end();
    assert_eq!(code, 0, "{}", terminal.screen());
    let text = SHOP_FILE.replace("-> Supplier ?", "-> Maker ?").replace("entities.Supplier", "entities.Maker");
    let text = text.replace("string unique", "string unique index");
    assert!(tree(&home.work().join("corner-shop")) == from_file(&text, "corner-shop"), "they differ");
}

#[test]
fn an_answer_is_changed_from_the_summary_and_only_what_follows_is_asked() {
    let home = Home::new();
    let mut terminal = home.start(&["new", "--no-git", "--set", "stack.auth=none"]);
    let asked: Vec<Turn> =
        SHOP[..16].iter().copied().filter(|it| !["Authentication:", "Who may register?"].contains(&it.0)).collect();
    take(&mut terminal, &asked);
    take(
        &mut terminal,
        &[("Product >", "name: string\r", "name: string"), ("Product >", "\r", "\n"), ("Entities:", "\r", "Go on")],
    );
    terminal.answer("Write it?", &format!("{DOWN}{ENTER}"), "Change an answer");
    terminal.answer("Which answer?", &format!("{}{ENTER}", DOWN.repeat(4)), "Database");
    terminal.answer("Database:", &format!("{DOWN}{DOWN}{ENTER}"), "SQLite");
    terminal.answer("Write it?", ENTER, "Write corner-shop");
    let (code, terminal) = terminal.end();
    assert_eq!(code, 0, "{}", terminal.screen());
    let answers = std::fs::read_to_string(home.work().join("corner-shop/.scaffold/answers.toml")).unwrap();
    assert!(answers.contains("database = \"sqlite\"\nauth = \"none\"\n"), "{answers}");
}

#[test]
fn a_new_answer_brings_the_questions_that_follow_from_it() {
    let mut terminal = Home::new().start(&["new"]);
    let until_auth = until("Authentication:");
    take(&mut terminal, until_auth);
    terminal.answer("Authentication:", &format!("{DOWN}{ENTER}"), "None");
    take(&mut terminal, &SHOP[7..16]);
    take(&mut terminal, &[("Product >", "name: string\r", "name: string")]);
    // Without accounts nothing can refer to them.
    terminal.wait_question("Product >");
    terminal.send("owner: -> User\r");
    terminal.wait("error: there are no users to refer to");
    terminal.send(&BACKSPACE.repeat(14));
    terminal.wait_line("Product >", "");
    take(&mut terminal, &[("Product >", "\r", "\n"), ("Entities:", "\r", "Go on")]);
    terminal.answer("Write it?", &format!("{DOWN}{ENTER}"), "Change an answer");
    terminal.answer("Which answer?", &format!("{}{ENTER}", DOWN.repeat(5)), "Authentication");
    terminal.answer("Authentication:", &format!("{DOWN}{ENTER}"), "Tokens (JWT)");
    terminal.answer("Who may register?", ENTER, "Anybody");
    terminal.wait_question("Write it?");
}

#[test]
fn the_answers_alone_can_be_saved() {
    let home = Home::new();
    let mut terminal = home.start(&["new", "my shop"]);
    terminal.wait("? Project name: (my-shop)");
    take(&mut terminal, &SHOP[..SHOP.len() - 1]);
    terminal.answer("Write it?", &format!("{}{ENTER}", DOWN.repeat(3)), "Save the answers only");
    terminal.answer("Save as:", ENTER, "corner-shop.toml");
    let (code, terminal) = terminal.end();
    assert_eq!(code, 0);
    assert!(
        terminal.screen().contains("\n  scaffold new 'my shop' --answers corner-shop.toml"),
        "{}",
        terminal.screen()
    );
    assert_eq!(home.names(), ["corner-shop.toml"]);
    assert!(!home.keeps_answers());
    let saved = std::fs::read_to_string(home.work().join("corner-shop.toml")).unwrap();
    assert!(from_file(&saved, "corner-shop") == from_file(SHOP_FILE, "corner-shop"), "they differ");
}

#[test]
fn a_folder_that_holds_something_is_told_before_any_question() {
    let home = Home::new();
    std::fs::create_dir(home.work().join("shop")).unwrap();
    std::fs::write(home.work().join("shop/mine.txt"), "mine").unwrap();
    let (code, terminal) = home.start(&["new", "shop"]).end();
    assert_eq!(code, 1);
    assert!(terminal.screen().contains("`shop` is not empty; choose another folder"), "{}", terminal.screen());
    let mut terminal = home.start(&["new"]);
    terminal.wait_question("Project name:");
    terminal.send("shop\r");
    terminal.wait("there is something at `shop` already; choose another name");
}

#[test]
fn a_narrow_terminal_shows_every_question_whole() {
    let home = Home::new();
    let mut terminal = home.start_on(&["new"], 24, 40, &[("NO_COLOR", "1")]);
    for (title, keys, taken) in &SHOP {
        // What is typed may be longer than a line.
        terminal.wait_question(title);
        let screen = terminal.screen();
        assert!(screen.lines().all(|line| line.chars().count() <= 40), "{screen}");
        assert!(!terminal.is_coloured(), "{screen}");
        terminal.send(keys);
        let taken: String = format!("> {title} {taken}").chars().take(36).collect();
        terminal.wait(taken.replace(" \n", "\n").trim_end_matches(' '));
    }
    assert_eq!(terminal.end().0, 0);
    assert!(tree(&home.work().join("corner-shop")) == from_file(SHOP_FILE, "corner-shop"), "they differ");
}

/// What a person types on a terminal without a cursor: prompt, line.
const DUMB: [(&str, &str); 21] = [
    ("Project name:", "corner-shop"),
    ("What is it for, and for whom?", "Books for people who read"),
    ("Title [Corner Shop]:", "<"),
    ("What is it for, and for whom? [Books for people who read]:", ""),
    ("Title [Corner Shop]:", ""),
    ("number:", ""),
    ("number:", "2"),
    ("number:", ""),
    ("number:", "2"),
    ("number:", ""),
    ("number:", ""),
    ("numbers:", "1 2"),
    ("numbers:", ""),
    ("numbers:", "1"),
    ("number:", "2"),
    ("Author:", "Ada Reader"),
    ("number:", ""),
    ("First entity:", "Product"),
    ("Product >", "name: string"),
    ("Product >", ""),
    ("number:", ""),
];

#[test]
fn a_dumb_terminal_asks_in_plain_lines() {
    let home = Home::new();
    let mut terminal = home.start_on(&["new", "--no-git"], 400, 80, &[("TERM", "dumb")]);
    for (prompt, line) in DUMB.iter().chain(&[("number:", "")]) {
        terminal.wait_prompt(prompt);
        if *line == "name: string" {
            terminal.send("name: strin\r");
            terminal.wait("error: unknown type `strin`");
            terminal.wait_prompt(prompt);
        }
        terminal.send(&format!("{line}{ENTER}"));
    }
    let (code, terminal) = terminal.end();
    assert_eq!(code, 0, "{}", terminal.screen());
    assert!(!terminal.is_coloured() && !terminal.has_escapes(), "{}", terminal.screen());
    let supplier = SHOP_FILE.find("search =").unwrap();
    let text = format!("{}fields.name = \"string\"\n", &SHOP_FILE[..supplier]);
    assert!(tree(&home.work().join("corner-shop")) == from_file(&text, "corner-shop"), "they differ");
}

#[test]
fn ctrl_c_at_every_question_of_a_dumb_terminal_leaves_nothing() {
    for number in 0..DUMB.len() {
        let home = Home::new();
        let mut terminal = home.start_on(&["new"], 400, 80, &[("TERM", "dumb")]);
        for (prompt, line) in &DUMB[..number] {
            terminal.wait_prompt(prompt);
            terminal.send(&format!("{line}{ENTER}"));
        }
        terminal.wait_prompt(DUMB[number].0);
        terminal.send(CTRL_C);
        let (code, terminal) = terminal.end();
        assert_eq!(code, 130, "{}", terminal.screen());
        assert!(terminal.screen().contains("stopped; nothing was written"), "{}", terminal.screen());
        assert_eq!(home.names(), Vec::<String>::new());
    }
}

#[test]
fn without_a_terminal_it_says_what_is_missing() {
    let ran = Scaffold::new().args(["new", "shop"]).run().fails(2);
    assert!(
        ran.stderr().contains("there is no terminal to ask for them: project.name, stack.framework, entities\n"),
        "{}",
        ran.stderr()
    );
    assert!(ran.stderr().contains("scaffold new --answers FILE"), "{}", ran.stderr());
    assert_eq!(ran.names(), Vec::<String>::new());
}

/// `docs/wizard.md` and `docs/wizard.svg` are recorded from the program; `UPDATE_GOLDEN=1` accepts what it shows.
#[test]
fn the_recorded_session_is_what_the_program_shows() {
    let home = Home::new();
    let mut terminal = home.start_on(&["new"], 150, 88, &[]);
    let mut shots = Vec::new();
    for (title, keys, taken) in &SHOP {
        terminal.wait_question(title);
        if ["Database:", "Entities:", "Write it?"].contains(title) {
            terminal.settle();
            shots.push((*title, terminal.question()));
        }
        if *keys == "price: decimal > 0\r" {
            terminal.send("price: desimal > 0\r");
            terminal.wait("error: unknown type `desimal`");
            terminal.wait_question(title);
            terminal.settle();
            shots.push(("error", terminal.question()));
            accept("docs/wizard.svg", &picture::svg(terminal.cells()));
            terminal.send(&BACKSPACE.repeat(18));
            terminal.wait_line(title, "");
        }
        if *keys == "search = [\"name\"]\r" {
            terminal.answer(title, "?\r", "?");
            terminal.wait_line(title, "");
            terminal.wait_question(title);
            terminal.settle();
            shots.push(("?", terminal.question()));
        }
        terminal.answer(title, keys, taken);
    }
    let (code, terminal) = terminal.end();
    assert_eq!(code, 0);
    let shot = |name: &str| {
        let (_, text) = shots.iter().find(|(it, _)| *it == name).expect("a recorded question");
        format!("```text\n{}\n```\n", text.trim_end())
    };
    let page = include_str!("wizard/page.md")
        .replace("{session}", &format!("```text\n$ scaffold new\n{}```\n", terminal.screen()))
        .replace("{question}", &shot("Database:"))
        .replace("{mistake}", &shot("error"))
        .replace("{help}", &shot("?"))
        .replace("{entities}", &shot("Entities:"))
        .replace("{end}", &shot("Write it?"));
    accept("docs/wizard.md", &page);
}

/// Compares a document with what it should be, or writes it.
#[track_caller]
fn accept(path: &str, expected: &str) {
    let file = checkout(path);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&file, expected).expect("a document");
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    let difference = similar::TextDiff::from_lines(found.as_str(), expected).unified_diff().to_string();
    assert!(
        found == expected,
        "{path} differs from what the program shows (UPDATE_GOLDEN=1, then git diff):\n{difference}"
    );
}

#[test]
fn a_wrong_set_is_told_before_any_question() {
    let (code, terminal) = Home::new().start(&["new", "--set", "stack.database=postgres"]).end();
    assert_eq!(code, 2);
    assert!(terminal.screen().contains("error: unknown database `postgres`"), "{}", terminal.screen());
    let (code, terminal) = Home::new().start(&["new", "--set", "stack.queue=kafka"]).end();
    assert_eq!(code, 2);
    assert!(terminal.screen().contains("does not support queue \"kafka\" yet"), "{}", terminal.screen());
}

#[test]
fn entities_given_by_set_are_shown_and_can_be_referred_to() {
    let home = Home::new();
    let mut terminal = home.start(&["new", "--no-git", "--set", "entities.Tag.fields.name=string"]);
    take(&mut terminal, until("First entity:"));
    terminal.wait_question("Entities:");
    terminal.wait("- Tag is there already: name");
    terminal.answer("Entities:", &format!("{DOWN}{ENTER}"), "Add an entity");
    terminal.answer("First entity:", "Product\r", "Product");
    terminal.answer("Product >", "tags: <-> Tag\r", "tags: <-> Tag");
    terminal.answer("Product >", ENTER, "\n");
    terminal.answer("Entities:", ENTER, "Go on");
    terminal.answer("Write it?", ENTER, "Write corner-shop");
    assert_eq!(terminal.end().0, 0);
    let answers = std::fs::read_to_string(home.work().join("corner-shop/.scaffold/answers.toml")).unwrap();
    assert!(answers.contains("[entities.Tag]\nfields.name = \"string\""), "{answers}");
}

#[test]
fn several_lines_can_be_pasted_and_are_checked_one_by_one() {
    let home = Home::new();
    let mut terminal = home.start(&["new", "--no-git"]);
    take(&mut terminal, until("Product >"));
    terminal.wait_question("Product >");
    terminal.send("\x1b[200~name: string 2..100\nprice: desimal\n\x1b[201~");
    terminal.wait("price: desimal");
    terminal.send(ENTER);
    terminal.wait("error: unknown type `desimal`\n  price: desimal\n         ^^^^^^^\n");
    terminal.send(&BACKSPACE.repeat(9));
    terminal.wait_until("a shorter text", |screen| screen.contains("\nprice:\n["));
    terminal.send(" decimal > 0\r");
    terminal.wait_line("Product >", "");
    take(
        &mut terminal,
        &[("Product >", "\r", "\n"), ("Entities:", "\r", "Go on"), ("Write it?", "\r", "Write corner-shop")],
    );
    assert_eq!(terminal.end().0, 0);
    let answers = std::fs::read_to_string(home.work().join("corner-shop/.scaffold/answers.toml")).unwrap();
    let fields = "[entities.Product]\nfields.name = \"string 2..100\"\nfields.price = \"decimal > 0\"\n";
    assert!(answers.ends_with(fields), "{answers}");
}

#[test]
fn a_preset_brings_its_entities() {
    let home = Home::new();
    let mut terminal = home.start(&["new", "--no-git"]);
    take(&mut terminal, until("Start from:"));
    terminal.answer("Start from:", &format!("{DOWN}{ENTER}"), "Shop");
    terminal.wait_question("Entities:");
    terminal.wait("- OrderItem is there already: name, unitPrice, quantity, order, product");
    terminal.answer("Entities:", &format!("{DOWN}{ENTER}"), "Add an entity");
    terminal.answer("First entity:", "Review\r", "Review");
    terminal.answer("Review >", "product: -> Product\r", "product: -> Product");
    terminal.answer("Review >", ENTER, "\n");
    terminal.answer("Entities:", ENTER, "Go on");
    terminal.answer("Write it?", ENTER, "Write corner-shop");
    let (code, terminal) = terminal.end();
    assert_eq!(code, 0, "{}", terminal.screen());
    let head = &SHOP_FILE[..SHOP_FILE.find("[entities.").unwrap()];
    let text = format!("preset = \"ecommerce\"\n{head}[entities.Review]\nfields.product = \"-> Product\"\n");
    assert!(tree(&home.work().join("corner-shop")) == from_file(&text, "corner-shop"), "they differ");
}

/// A prompt that leaves the values of an enumeration open, and assumes what a price is.
const PROMPT: &str = "\
Create a RESTful API endpoint for products using Express.js that:
- Uses SQLite for data persistence

Data model requirements:
- name: string - Product name (required, 2-100 chars)
- price: number - Product price (required, positive)
- category: string - Product category (required, from enum)
";

/// Puts the cursor onto the answer of this key, and takes it.
#[track_caller]
fn choose(terminal: &mut Terminal, key: &str) {
    terminal.wait_question("Take it, or change it");
    let question = terminal.question();
    let answers: Vec<&str> =
        question.lines().filter(|line| line.trim_start_matches("> ").trim().starts_with("entities.")).collect();
    let at = answers.iter().position(|line| line.contains(&format!("{key} ="))).expect(key);
    terminal.send(&format!("{}{ENTER}", DOWN.repeat(at + 1)));
}

#[test]
fn what_was_assumed_of_a_document_is_changed() {
    let home = Home::new();
    std::fs::write(home.work().join("prompt.md"), PROMPT).unwrap();
    let mut terminal = home.start(&["new", "corner-shop", "--from", "prompt.md", "--no-git"]);
    choose(&mut terminal, "entities.Product.fields.category");
    // What cannot be is told, and the line stays to be mended.
    terminal.wait("? entities.Product.fields.category:");
    terminal.send(&format!("{}enum(book, toy) = car{ENTER}", BACKSPACE.repeat(100)));
    terminal.wait("error: the default `car` is none of book, toy");
    terminal.send(&format!("{}book{ENTER}", BACKSPACE.repeat(3)));
    terminal.wait("> entities.Product.fields.category: enum(book, toy) = book");
    terminal.answer("Take it, or change it:", ENTER, "Go on with what was assumed");
    let (code, terminal) = terminal.end();
    assert_eq!(code, 0, "{}", terminal.screen());
    let kept = std::fs::read_to_string(home.work().join("corner-shop/.scaffold/answers.toml")).unwrap();
    assert!(kept.contains("fields.category = \"enum(book, toy) = book\""), "{kept}");
    assert!(kept.contains("name = \"corner-shop\"") && kept.contains("above = 0"), "{kept}");
}

#[test]
fn the_folder_names_the_project_also_once_placeholders_are_filled_in() {
    let home = Home::new();
    let text = PROMPT.replace("products", "[RESOURCE_NAME]").replace("from enum", "one of book, toy");
    std::fs::write(home.work().join("prompt.md"), text).unwrap();
    let mut terminal = home.start(&["new", "corner-shop", "--from", "prompt.md", "--no-git"]);
    terminal.answer("Resource name:", &format!("products{ENTER}"), "products");
    terminal.answer("Take it, or change it:", ENTER, "Go on with what was assumed");
    let (code, terminal) = terminal.end();
    assert_eq!(code, 0, "{}", terminal.screen());
    assert_eq!(home.names().iter().filter(|it| *it != "prompt.md").collect::<Vec<_>>(), ["corner-shop"]);
    let kept = std::fs::read_to_string(home.work().join("corner-shop/.scaffold/answers.toml")).unwrap();
    assert!(kept.contains("name = \"corner-shop\"") && kept.contains("[entities.Product]"), "{kept}");
}
