//! Answers that use everything, one for each option: together they show every path that a context can have.

use crate::answers::{self, Checked, Format, IncludeError, Input};
use crate::catalog::{Catalog, CatalogError, Framework};
use crate::spec::Spec;
use std::collections::BTreeMap;

/// Services of the tests: without accounts, with accounts and everything that entities can have, with events and jobs.
const ANSWERS: [&str; 3] = [
    include_str!("../../../tests/answers/open.toml"),
    include_str!("../../../tests/answers/wide.toml"),
    include_str!("../../../tests/answers/work.toml"),
];

/// The answers for a framework: each service once for each option that it supports.
pub fn everything(catalog: &Catalog, framework: &Framework) -> Result<Vec<Checked>, CatalogError> {
    let mut all: Vec<Checked> = Vec::new();
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    let accounts = framework.options("auth", &catalog.questions).iter().any(|option| *option != "none");
    for (question, _) in catalog.questions.iter().filter(|(question, _)| *question != "framework") {
        for option in framework.options(question, &catalog.questions) {
            // Accounts are what sets them apart.
            let texts = match (question, option) {
                ("auth", "none") => &ANSWERS[..1],
                _ if !accounts => &ANSWERS[..1],
                ("auth", _) => &ANSWERS[1..],
                _ => &ANSWERS[..],
            };
            for &text in texts {
                let mut checked = read(catalog, framework, text, question, option)?;
                match first.get(text) {
                    Some(&at) => share_samples(&all[at].spec, &mut checked.spec),
                    None => drop(first.insert(text, all.len())),
                }
                all.push(checked);
            }
        }
    }
    Ok(all)
}

/// Values that keep the rules of an entity are slow to find and do not depend on the stack.
fn share_samples(known: &Spec, spec: &mut Spec) {
    for (known, entity) in known.entities.iter().zip(&mut spec.entities) {
        if let Some(field) = known.fields.first() {
            known.samples(field, &spec.enums, 0);
        }
        entity.fitted = known.fitted.clone();
    }
}

fn read(
    catalog: &Catalog,
    framework: &Framework,
    text: &str,
    question: &str,
    option: &str,
) -> Result<Checked, CatalogError> {
    let input = Input::from_text("everything.toml", Format::Toml, text.to_owned());
    let set = |key: &str, value: &str| (format!("stack.{key}"), value.to_owned());
    // What the framework cannot do is answered by its first option.
    let mut overrides: Vec<_> = (catalog.questions.iter())
        .filter(|(id, _)| !["framework", "auth"].contains(id))
        .filter_map(|(id, _)| Some(set(id, framework.options(id, &catalog.questions).first()?)))
        .collect();
    overrides.extend([set("framework", &framework.id), set(question, option)]);
    let none = |_: &str| Err(IncludeError::Message("there is nothing to include".to_owned()));
    answers::read(input, &none, &overrides, &catalog.choices()).map_err(|problems| {
        CatalogError::new(format!("frameworks/{}", framework.id), answers::render_problems(&problems, false))
    })
}
