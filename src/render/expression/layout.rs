//! Expressions in lines no wider than the language's formatter allows, broken as it breaks them.

use super::{Code, Shape};
use crate::catalog::Expressions;
use crate::render::fit::Layout;

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
pub(super) fn one_line(code: &Code, table: &Expressions, indent: usize, page: Layout) -> Option<String> {
    let [before, after] = &table.statement;
    let one = format!("{}{before}{}{after}", page.margin(indent), line(code));
    (page.columns(&one) <= page.width).then(|| one + "\n")
}

/// The same on as many lines as it takes.
pub(super) fn statement(code: &Code, table: &Expressions, indent: usize, page: Layout) -> String {
    let [before, after] = &table.statement;
    let margin = page.margin(indent);
    let one = format!("{margin}{before}{}{after}", line(code));
    let broken = match &code.shape {
        // Of two operands, the formatter may break the brackets of one rather than stand both in brackets.
        Shape::Chain(items) if items.len() == 2 && items.iter().any(|(_, it)| line(it).contains(['(', '['])) => None,
        Shape::Chain(_) => {
            lines(code, indent + page.indent, page).map(|inner| format!("{margin}{before}(\n{inner}{margin}){after}\n"))
        }
        Shape::Call(..) => call(code, indent, before, after, page),
        Shape::Whole(_) => None,
    };
    broken.unwrap_or_else(|| {
        let [open, close] = &table.unformatted;
        let line = |text: &str| if text.is_empty() { String::new() } else { format!("{margin}{text}\n") };
        format!("{}{one}\n{}", line(open), line(close))
    })
}

/// The operands of a chain, one a line, the operator first; none when one of them is still too wide.
fn lines(code: &Code, indent: usize, page: Layout) -> Option<String> {
    let Shape::Chain(items) = &code.shape else { return None };
    let margin = page.margin(indent);
    let mut text = String::new();
    for (operator, operand) in items {
        let lead = if operator.is_empty() { String::new() } else { format!("{operator} ") };
        let one = format!("{margin}{lead}{}", line(operand));
        if page.columns(&one) <= page.width {
            text.push_str(&one);
            text.push('\n');
        } else {
            text.push_str(&call(operand, indent, &lead, "", page)?);
        }
    }
    Some(text)
}

/// A call with one argument a line; none when one of them is still too wide.
fn call(code: &Code, indent: usize, before: &str, after: &str, page: Layout) -> Option<String> {
    let Shape::Call(head, arguments) = &code.shape else { return None };
    let (margin, inner) = (page.margin(indent), page.margin(indent + page.indent));
    let parenthesised = head == "(";
    let mut text = format!("{margin}{before}{head}\n");
    for argument in arguments {
        let comma = if parenthesised { "" } else { "," };
        let one = format!("{inner}{}{comma}", line(argument));
        if page.columns(&one) <= page.width {
            text.push_str(&one);
            text.push('\n');
        } else if parenthesised {
            text.push_str(&lines(argument, indent + page.indent, page)?);
        } else {
            text.push_str(&call(argument, indent + page.indent, "", ",", page)?);
        }
    }
    text.push_str(&format!("{margin}){after}\n"));
    Some(text)
}
