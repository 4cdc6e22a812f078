//! The dialogue without a terminal.

use super::*;

fn asked(dialogue: &Dialogue<'_>) -> String {
    match &dialogue.at {
        At::Question(key) => key.clone(),
        other => format!("{other:?}"),
    }
}

/// Takes what each question proposes, until the first entity.
fn until_entities(catalog: &Catalog) -> Dialogue<'_> {
    let mut dialogue = Dialogue::new(Draft { dir: Some("shop".to_owned()), ..Draft::default() }, catalog);
    while let Some(question) = dialogue.question() {
        dialogue.answer(match question.ask {
            Ask::Text { default } => vec![default],
            Ask::One(offers, start) => vec![offers[start].id.clone()],
            Ask::Many(..) => Vec::new(),
            Ask::Settled(offer) => panic!("{offer:?} is settled and must not be asked"),
        });
    }
    dialogue
}

#[test]
fn no_question_is_asked_that_has_one_answer() {
    let catalog = Catalog::embedded().expect("blueprints");
    let dialogue = until_entities(&catalog);
    assert_eq!(dialogue.at, At::Name { entity: 0, alone: false });
    for question in dialogue.questions() {
        let settled = matches!(question.ask, Ask::Settled(_));
        assert_eq!(settled, dialogue.settled.iter().any(|(it, _)| it.key == question.key), "{}", question.key);
        assert!(dialogue.draft.answers.contains_key(&question.key), "{}", question.key);
    }
}

#[test]
fn without_accounts_nobody_is_asked_who_may_register() {
    let catalog = Catalog::embedded().expect("blueprints");
    let mut dialogue = until_entities(&catalog);
    assert!(dialogue.draft.answers.contains_key("auth.registration"));
    dialogue.at = At::Summary;
    dialogue.change("stack.auth");
    dialogue.answer(vec!["none".to_owned()]);
    assert_eq!(dialogue.at, At::Summary);
    assert!(!dialogue.draft.answers.contains_key("auth.registration"), "an answer to a question that is none");
    dialogue.change("stack.auth");
    dialogue.answer(vec!["jwt".to_owned()]);
    assert_eq!(asked(&dialogue), "auth.registration", "what follows from the new answer");
    dialogue.answer(vec!["open".to_owned()]);
    assert_eq!(dialogue.at, At::Summary);
}

#[test]
fn back_and_forth_keeps_every_answer() {
    let catalog = Catalog::embedded().expect("blueprints");
    let mut dialogue = until_entities(&catalog);
    let answers = dialogue.draft.answers.clone();
    let mut seen = Vec::new();
    while dialogue.at != At::Leave {
        dialogue.back();
        seen.push(asked(&dialogue));
    }
    assert_eq!(seen.iter().rev().nth(1).map(String::as_str), Some("project.name"), "{seen:?}");
    assert_eq!(dialogue.draft.answers, answers);
}

#[test]
fn an_entity_grows_line_by_line_and_esc_undoes_the_way() {
    let catalog = Catalog::embedded().expect("blueprints");
    let mut dialogue = until_entities(&catalog);
    dialogue.name("Product");
    dialogue.line("name: string");
    dialogue.line("price: decimal");
    dialogue.back();
    dialogue.line("cost: decimal");
    assert_eq!(dialogue.draft.entities[0].lines, ["name: string", "cost: decimal"]);
    dialogue.back();
    dialogue.back();
    dialogue.line("");
    assert_eq!(dialogue.draft.entities[0].lines, ["cost: decimal"], "an emptied line is removed");
    dialogue.back();
    assert_eq!(dialogue.at, At::Name { entity: 0, alone: false });
}

#[test]
fn renaming_an_entity_renames_what_refers_to_it() {
    let catalog = Catalog::embedded().expect("blueprints");
    let mut dialogue = until_entities(&catalog);
    dialogue.name("Product");
    dialogue.line("maker: -> Maker ?");
    dialogue.line("");
    dialogue.add(Some("Maker"));
    dialogue.line("name: string");
    dialogue.at = At::Name { entity: 1, alone: true };
    dialogue.name("Brand");
    assert_eq!(dialogue.draft.entities[0].lines, ["maker: -> Brand ?"]);
    assert_eq!(dialogue.at, At::Lines(1));
}
