//! A terminal's screen as SVG.

use std::fmt::Write;
use vt100::{Color, Screen};

/// Pixels of a cell and of the border.
const WIDTH: f32 = 8.4;
const HEIGHT: u16 = 18;
const MARGIN: u16 = 16;

/// Draws all rows down to the last one that holds something.
pub fn svg(screen: &Screen) -> String {
    let (rows, columns) = (screen.size().0.get(), screen.size().1.get());
    let filled =
        |row: &u16| (0..columns).any(|column| screen.cell(*row, column).is_some_and(|it| it.contents().trim() != ""));
    let rows = (0..rows).rev().find(filled).map_or(0, |row| row + 1);
    let width = f32::from(columns) * WIDTH + 2.0 * f32::from(MARGIN);
    let height = rows * HEIGHT + 2 * MARGIN;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height}\" viewBox=\"0 0 {width:.0} {height}\">\n\
         <title>scaffold new, asking for the fields of an entity and refusing an unknown type</title>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#1d2129\"/>\n\
         <g font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" font-size=\"14\" \
         fill=\"#d7dae0\" xml:space=\"preserve\">\n"
    );
    for row in 0..rows {
        for (column, run) in runs(screen, row, columns) {
            let cell = screen.cell(row, column).expect("a cell");
            let x = f32::from(MARGIN) + f32::from(column) * WIDTH;
            let y = MARGIN + row * HEIGHT + 13;
            // The length holds the grid with whatever font there is.
            let length = f32::from(u16::try_from(run.chars().count()).expect("a short line")) * WIDTH;
            let bold = if cell.bold() { " font-weight=\"bold\"" } else { "" };
            writeln!(
                out,
                "<text x=\"{x:.1}\" y=\"{y}\" textLength=\"{length:.1}\"{}{bold}>{}</text>",
                fill(cell.fgcolor()),
                escaped(&run)
            )
            .expect("writing to a string");
        }
    }
    out + "</g>\n</svg>\n"
}

/// Stretches of one look: first column and text, without the spaces at both ends.
fn runs(screen: &Screen, row: u16, columns: u16) -> Vec<(u16, String)> {
    let mut runs: Vec<(u16, String, (Color, bool))> = Vec::new();
    for column in 0..columns {
        let Some(cell) = screen.cell(row, column) else { continue };
        let look = (cell.fgcolor(), cell.bold());
        let text = if cell.has_contents() { cell.contents() } else { " " };
        match runs.last_mut() {
            Some((_, run, last)) if *last == look => run.push_str(text),
            _ => runs.push((column, text.to_owned(), look)),
        }
    }
    let trimmed = runs.into_iter().map(|(column, run, _)| {
        let lead = run.len() - run.trim_start().len();
        (column + u16::try_from(lead).expect("a short line"), run.trim().to_owned())
    });
    trimmed.filter(|(_, run)| !run.is_empty()).collect()
}

fn fill(colour: Color) -> String {
    let name = match colour {
        Color::Idx(1 | 9) => "#ff7b72",
        Color::Idx(2 | 10) => "#7ee787",
        Color::Idx(3 | 11) => "#e3b341",
        Color::Idx(4 | 12) => "#79c0ff",
        Color::Idx(5 | 13) => "#d2a8ff",
        Color::Idx(6 | 14) => "#76e3ea",
        Color::Idx(0 | 8) => "#8b949e",
        _ => return String::new(),
    };
    format!(" fill=\"{name}\"")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
