//! `[stack]`: one option, or several, per question.

use super::context::Context;
use super::problems::with_hints;
use crate::answers::Problem;
use crate::answers::catalogue::Question;
use crate::answers::tree::{Node, Table, Value};
use crate::spec::{Place, Stack};

/// Keys that later versions will know.
const RESERVED: [&str; 4] = ["orm", "jobs", "search", "api"];

/// Reads `[stack]`; `None` when a required answer is missing or refused.
pub(super) fn read(cx: &Context<'_>, table: Option<&Table>, start: &Place) -> Option<Stack> {
    let empty = Table::new();
    let given = table.unwrap_or(&empty);
    let ids: Vec<&str> = cx.catalogue.questions.iter().map(|question| question.id).collect();
    cx.problems.keys(given, "[stack]", &ids, &RESERVED);
    let many = |id: &str| answer(cx, given, id, start);
    let one = |id: &str| many(id).and_then(|mut ids| ids.pop());
    let (framework, database, auth) = (one("framework"), one("database"), many("auth"));
    let (queue, cache, ci, deploy) = (one("queue"), one("cache"), many("ci"), many("deploy"));
    Some(Stack {
        framework: framework?,
        database: database?,
        auth: auth?,
        queue: queue?,
        cache: cache?,
        ci: ci?,
        deploy: deploy?,
    })
}

fn answer(cx: &Context<'_>, table: &Table, id: &str, start: &Place) -> Option<Vec<String>> {
    let none = Question { id: "none", ..Question::default() };
    let question = cx.catalogue.question(id).unwrap_or(&none);
    let Some(entry) = table.get(id) else {
        if let Some(default) = question.default {
            return Some(vec![default.to_owned()]);
        }
        if cx.catalogue.question(id).is_none() {
            return Some(vec!["none".to_owned()]);
        }
        let options: Vec<&str> = question.options.iter().map(|option| option.id).collect();
        let problem = Problem::new(format!("`stack.{id}` is missing"), start.clone());
        cx.problem(problem.note(format!("allowed: {}", options.join(", "))));
        return None;
    };
    cx.stands(format!("stack.{id}"), &entry.node.place);
    let what = format!("`stack.{id}`");
    let chosen: Vec<(&str, &Node)> = match &entry.node.value {
        Value::Array(_) if question.many => cx.problems.set(&entry.node, &what)?,
        Value::Array(_) => {
            let problem = Problem::new(format!("{what} takes one option"), entry.node.place.clone());
            cx.problem(problem.label("found a list"));
            return None;
        }
        _ => vec![(cx.problems.string(&entry.node, &what)?, &entry.node)],
    };
    if chosen.is_empty() {
        let problem = Problem::new(format!("{what} names no option"), entry.node.place.clone());
        cx.problem(problem.note("write \"none\", or leave it out for the default"));
        return None;
    }
    let before = cx.problems.count();
    for (option, node) in &chosen {
        cx.stands(format!("stack.{id}={option}"), &node.place);
        check(cx, question, &chosen, option, node);
    }
    (cx.problems.count() == before).then(|| chosen.iter().map(|(option, _)| (*option).to_owned()).collect())
}

fn check(cx: &Context<'_>, question: &Question<'_>, chosen: &[(&str, &Node)], option: &str, node: &Node) {
    let Some(choice) = question.option(option) else {
        let options: Vec<&str> = question.options.iter().map(|option| option.id).collect();
        let problem = Problem::new(format!("unknown {} `{option}`", question.id), node.place.clone());
        return cx.problem(with_hints(problem, option, &options));
    };
    if option == "none" && chosen.len() > 1 {
        let problem = Problem::new("`none` cannot be combined with other options", node.place.clone());
        cx.problem(problem.note("remove it, or the others"));
    }
    for need in &choice.needs {
        if !chosen.iter().any(|(other, _)| other == need) {
            let problem = Problem::new(format!("`{option}` needs `{need}`"), node.place.clone());
            cx.problem(problem.note(format!("write `{} = [\"{need}\", \"{option}\"]`", question.id)));
        }
    }
}
