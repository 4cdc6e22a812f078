//! Expressions in lines no wider than the language's formatter allows, broken as it breaks them.

use super::{Code, Shape};
use crate::catalog::Expressions;

/// What lines are fitted to.
#[derive(Clone, Copy)]
pub(super) struct Page {
    /// Columns of the longest line.
    pub width: usize,
    /// Columns of one step of indentation.
    pub step: usize,
}

/// The expression on one line.
pub(super) fn line(code: &Code) -> String {
    match &code.shape {
        Shape::Whole(text) => text.clone(),
        Shape::Chain(items) => {
            let items = items.iter().map(|(operator, code)| match operator.as_str() {
                "" => line(code),
                operator => format!("{operator} {}", line(code)),
            });
            items.collect::<Vec<_>>().join(" ")
        }
        Shape::Call(head, arguments) => {
            let arguments: Vec<_> = arguments.iter().map(line).collect();
            format!("{head}{})", arguments.join(", "))
        }
    }
}

/// The statement that gives the expression's value, where it fits on a line.
pub(super) fn one_line(code: &Code, table: &Expressions, indent: usize, page: Page) -> Option<String> {
    let [before, after] = &table.statement;
    let one = format!("{}{before}{}{after}", " ".repeat(indent), line(code));
    (one.chars().count() <= page.width).then(|| one + "\n")
}

/// The same on as many lines as it takes.
pub(super) fn statement(code: &Code, table: &Expressions, indent: usize, page: Page) -> String {
    let [before, after] = &table.statement;
    let margin = " ".repeat(indent);
    let one = format!("{margin}{before}{}{after}", line(code));
    let broken = match &code.shape {
        // Of two operands, the formatter may break the brackets of one rather than stand both in brackets.
        Shape::Chain(items) if items.len() == 2 && items.iter().any(|(_, it)| line(it).contains(['(', '['])) => None,
        Shape::Chain(_) => {
            lines(code, indent + page.step, page).map(|inner| format!("{margin}{before}(\n{inner}{margin}){after}\n"))
        }
        Shape::Call(..) => call(code, indent, before, after, page),
        Shape::Whole(_) => None,
    };
    broken.unwrap_or_else(|| {
        let [open, close] = &table.unformatted;
        let end = if close.is_empty() { String::new() } else { format!("{margin}{close}\n") };
        format!("{margin}{open}\n{one}\n{end}")
    })
}

/// The operands of a chain, one a line, the operator first; none when one of them is still too wide.
fn lines(code: &Code, indent: usize, page: Page) -> Option<String> {
    let Shape::Chain(items) = &code.shape else { return None };
    let margin = " ".repeat(indent);
    let mut text = String::new();
    for (operator, operand) in items {
        let lead = if operator.is_empty() { String::new() } else { format!("{operator} ") };
        let one = format!("{margin}{lead}{}", line(operand));
        if one.chars().count() <= page.width {
            text.push_str(&one);
            text.push('\n');
        } else {
            text.push_str(&call(operand, indent, &lead, "", page)?);
        }
    }
    Some(text)
}

/// A call with one argument a line; none when one of them is still too wide.
fn call(code: &Code, indent: usize, before: &str, after: &str, page: Page) -> Option<String> {
    let Shape::Call(head, arguments) = &code.shape else { return None };
    let (margin, inner) = (" ".repeat(indent), " ".repeat(indent + page.step));
    let parenthesised = head == "(";
    let mut text = format!("{margin}{before}{head}\n");
    for argument in arguments {
        let comma = if parenthesised { "" } else { "," };
        let one = format!("{inner}{}{comma}", line(argument));
        if one.chars().count() <= page.width {
            text.push_str(&one);
            text.push('\n');
        } else if parenthesised {
            text.push_str(&lines(argument, indent + page.step, page)?);
        } else {
            text.push_str(&call(argument, indent + page.step, "", ",", page)?);
        }
    }
    text.push_str(&format!("{margin}){after}\n"));
    Some(text)
}
