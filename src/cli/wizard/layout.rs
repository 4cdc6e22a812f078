//! Texts fitted to a terminal.

use super::check::Fault;
use super::questions::Offer;

/// Narrower than this nothing is wrapped.
const NARROWEST: usize = 20;

/// Wraps every line at words, with an indent.
pub fn wrapped(text: &str, width: usize, indent: &str) -> String {
    let options = textwrap::Options::new(width.max(NARROWEST)).initial_indent(indent).subsequent_indent(indent);
    text.lines().flat_map(|line| textwrap::wrap(line, &options)).collect::<Vec<_>>().join("\n")
}

/// Wraps a text that begins with a mark of two columns.
pub fn hanging(text: &str, width: usize) -> String {
    let options = textwrap::Options::new(width.max(NARROWEST)).subsequent_indent("  ");
    textwrap::fill(text, options)
}

/// A question as it is printed before its answer.
pub fn titled(title: &str) -> String {
    if title.ends_with(['?', '>']) { title.to_owned() } else { format!("{title}:") }
}

/// A word of a command line, in quotes where it needs them.
pub fn word(text: &str) -> String {
    let plain = |it: char| it.is_alphanumeric() || "-_./@:+".contains(it);
    if text.chars().all(plain) { text.to_owned() } else { crate::render::escape::shell(text) }
}

/// A problem under the line that was typed: message, caret, what is allowed.
pub fn fault(fault: &Fault, typed: &str, width: usize) -> String {
    let mut lines = vec![wrapped(&fault.message, width.saturating_sub(2), "")];
    if !typed.trim().is_empty() && typed.chars().count() + 2 < width {
        let before = textwrap::core::display_width(&typed[..floor(typed, fault.range.start)]);
        let length =
            textwrap::core::display_width(&typed[floor(typed, fault.range.start)..floor(typed, fault.range.end)]);
        lines.push(format!("  {typed}"));
        let caret = format!("  {}{}", " ".repeat(before), "^".repeat(length.max(1)));
        match &fault.label {
            Some(label) if caret.len() + label.len() < width => lines.push(format!("{caret} {label}")),
            Some(label) => lines.extend([caret, wrapped(label, width, "  ")]),
            None => lines.push(caret),
        }
    } else {
        lines.extend(fault.label.iter().map(|label| wrapped(label, width, "  ")));
    }
    lines.extend(fault.notes.iter().map(|note| wrapped(note, width, "  ")));
    lines.join("\n")
}

/// The nearest character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// One text for each option: with its help when all of them fit, else the titles alone.
pub fn options(offers: &[Offer], width: usize, rows: usize) -> Vec<String> {
    let longest = offers.iter().map(|offer| offer.title.chars().count()).max().unwrap_or(0);
    let one_line = |offer: &Offer| format!("{:longest$}  {}", offer.title, offer.help).trim_end().to_owned();
    if offers.iter().all(|offer| one_line(offer).chars().count() <= width) {
        return offers.iter().map(one_line).collect();
    }
    let full: Vec<String> = offers
        .iter()
        .map(|offer| {
            let help = wrapped(&offer.help, width, "    ");
            if help.is_empty() { offer.title.clone() } else { format!("{}\n{help}", offer.title) }
        })
        .collect();
    let height: usize = full.iter().map(|text| text.lines().count()).sum();
    if height <= rows { full } else { offers.iter().map(|offer| shortened(&offer.title, width)).collect() }
}

fn shortened(text: &str, width: usize) -> String {
    if text.chars().count() <= width { text.to_owned() } else { text.chars().take(width - 1).chain(['…']).collect() }
}
