//! `include = ["entities/*.toml"]`: more files of the same form.

use super::{Node, Table, Value, parse};
use crate::answers::{IncludeError, Input, Problem};
use std::collections::HashSet;

/// Takes `include` out of the tree and merges the files it names, each only once.
pub(in crate::answers) fn merge(
    root: &mut Node,
    main: &str,
    read: &dyn Fn(&str) -> Result<Vec<Input>, IncludeError>,
    problems: &mut Vec<Problem>,
) -> Vec<String> {
    let mut names = Vec::new();
    let Value::Table(table) = &mut root.value else {
        return names;
    };
    let Some(include) = table.shift_remove("include") else {
        return names;
    };
    let Value::Array(patterns) = &include.node.value else {
        let kind = include.node.describe();
        let problem = Problem::new("`include` must be a list of file patterns", include.node.place);
        problems.push(problem.label(format!("found {kind}")).note("write `include = [\"entities/*.toml\"]`"));
        return names;
    };
    let mut seen = HashSet::from([main.to_owned()]);
    for pattern in patterns {
        match files(pattern, read) {
            Ok(files) => {
                for file in files {
                    if seen.insert(file.source.name.clone()) {
                        names.push(file.source.name.clone());
                        merge_file(table, &file, problems);
                    }
                }
            }
            Err(problem) => problems.push(problem),
        }
    }
    names
}

fn files(pattern: &Node, read: &dyn Fn(&str) -> Result<Vec<Input>, IncludeError>) -> Result<Vec<Input>, Problem> {
    let Value::String(text) = &pattern.value else {
        let kind = pattern.describe();
        return Err(
            Problem::new("a file pattern must be a string", pattern.place.clone()).label(format!("found {kind}"))
        );
    };
    let at = || pattern.place.clone();
    if text.is_empty() {
        return Err(Problem::new("the file pattern is empty", at()));
    }
    if text.chars().any(|it| it.is_control() || it == '\\' || it == ':') {
        let problem = Problem::new("a file pattern holds no backslash, colon or control character", at());
        return Err(problem.note("parts are separated by `/`"));
    }
    if text.starts_with('/') || text.split('/').any(|part| part == "..") {
        let problem = Problem::new(format!("`{text}` leads outside the folder of the answers file"), at());
        return Err(problem.note("only files in this folder and below it can be included"));
    }
    let mut files = read(text).map_err(|error| match error {
        IncludeError::Message(message) => Problem::new(format!("cannot read `{text}`: {message}"), at()),
        IncludeError::Problem(problem) => *problem,
    })?;
    if files.is_empty() {
        return Err(Problem::new(format!("no file matches `{text}`"), at()));
    }
    files.sort_by(|one, other| one.source.name.cmp(&other.source.name));
    Ok(files)
}

fn merge_file(table: &mut Table, file: &Input, problems: &mut Vec<Problem>) {
    match parse(file) {
        Err(mut found) => problems.append(&mut found),
        Ok(Node { value: Value::Table(mut more), .. }) => {
            if let Some(entry) = more.shift_remove("include") {
                let problem = Problem::new("an included file cannot include others", entry.key);
                problems.push(problem.note("list all files in the main file"));
            }
            merge_tables(table, more, problems);
        }
        Ok(node) => {
            let problem = Problem::new(format!("the answers must be a table, found {}", node.describe()), node.place);
            problems.push(problem);
        }
    }
}

fn merge_tables(table: &mut Table, more: Table, problems: &mut Vec<Problem>) {
    for (key, entry) in more {
        let Some(present) = table.get_mut(&key) else {
            table.insert(key, entry);
            continue;
        };
        match (&mut present.node.value, entry.node.value) {
            (Value::Table(table), Value::Table(more)) => merge_tables(table, more, problems),
            _ => {
                let first = &present.key.source.name;
                problems.push(
                    Problem::new(format!("`{key}` is given twice"), entry.key).note(format!("it is also in {first}")),
                );
            }
        }
    }
}
