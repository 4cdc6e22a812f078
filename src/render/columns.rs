//! `{{#columns}}…{{/columns}}`: cells that stand below each other.
//!
//! Formatters such as gofmt align the names, types, values and comments of neighbouring lines. A template writes a tab
//! after each cell that something follows; names decide how wide the cells become. A line without the cell ends the column, as a
//! blank line and another indentation do, so what spans several lines is written with a blank instead of a tab.

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, Renderable, StringOutput,
};

/// The block helper.
pub struct Columns;

impl HelperDef for Columns {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        render: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let Some(template) = helper.template() else {
            return Ok(());
        };
        let mut inner = StringOutput::new();
        template.render(registry, context, render, &mut inner)?;
        let text = inner.into_string().map_err(handlebars::RenderError::from)?;
        out.write(&columns(&text))?;
        Ok(())
    }
}

/// A line: its margin, its cells, and how wide each becomes.
struct Line<'a> {
    margin: &'a str,
    cells: Vec<&'a str>,
    widths: Vec<usize>,
}

/// Puts blanks where the tabs between cells are; blank lines stay.
pub fn columns(text: &str) -> String {
    let mut lines: Vec<Line> = text.lines().map(Line::of).collect();
    let mut from = 0;
    while from < lines.len() {
        let same = lines[from..].iter().take_while(|it| it.margin == lines[from].margin).count();
        align(&mut lines[from..from + same], 0);
        from += same;
    }
    let mut out = String::with_capacity(text.len());
    for line in &lines {
        let mut written = line.margin.to_owned();
        for (at, cell) in line.cells.iter().enumerate() {
            written.push_str(cell);
            if let Some(width) = line.widths.get(at) {
                written.extend(std::iter::repeat_n(' ', width - cell.chars().count()));
            }
        }
        out.push_str(written.trim_end());
        out.push('\n');
    }
    out
}

impl<'a> Line<'a> {
    fn of(line: &'a str) -> Self {
        let body = line.trim_start();
        Self { margin: &line[..line.len() - body.len()], cells: body.split('\t').collect(), widths: Vec::new() }
    }

    /// Whether something follows the cell.
    fn ends(&self, column: usize) -> bool {
        self.cells.len() > column + 1
    }
}

/// Gives the cells of a column one width in each run of lines that have it, then those of the columns after it.
fn align(lines: &mut [Line], column: usize) {
    let mut from = 0;
    while from < lines.len() {
        let run = lines[from..].iter().take_while(|it| it.ends(column)).count();
        let mut rest = &mut lines[from..from + run];
        while !rest.is_empty() {
            let together = if column == 0 { keys(rest) } else { rest.len() };
            let (some, others) = rest.split_at_mut(together);
            let widest = some.iter().map(|it| it.cells[column].chars().count()).max().unwrap_or(0);
            for line in some.iter_mut() {
                line.widths.push(if widest == 0 { 0 } else { widest + 1 });
            }
            align(some, column + 1);
            rest = others;
        }
        from += run.max(1);
    }
}

/// How many of these lines stand in one column: a key that is much longer or shorter than those before it begins another.
fn keys(lines: &[Line]) -> usize {
    const SMALL: usize = 40;
    const MUCH: f64 = 2.5;
    let size = |line: &Line| line.cells[0].strip_suffix(':').map(|it| it.chars().count());
    let (mut sum, mut count, mut before) = (0.0, 0_u32, 0);
    for (at, line) in lines.iter().enumerate() {
        let Some(size) = size(line) else { return lines.len() };
        #[allow(clippy::cast_precision_loss)]
        let length = size as f64;
        if count > 0 && (before > SMALL || size > SMALL) {
            let ratio = length / f64::exp(sum / f64::from(count));
            if ratio >= MUCH || ratio * MUCH <= 1.0 {
                return at;
            }
        }
        sum += f64::ln(length.max(1.0));
        count += 1;
        before = size;
    }
    lines.len()
}

#[cfg(test)]
mod tests {
    use super::columns;

    #[test]
    fn cells_of_neighbours_stand_below_each_other() {
        let text = "\tID\tint\n\tLongName\tstring\t// name\n\tB\tfloat64\t// b\n\n\tC\tint\n";
        let aligned = "\tID       int\n\tLongName string  // name\n\tB        float64 // b\n\n\tC int\n";
        assert_eq!(columns(text), aligned);
    }

    #[test]
    fn a_line_without_the_cell_ends_the_column() {
        let text = "a:\t1,\nlonger: f(\n\tb:\t2,\n\tccc:\t3,\n),\nd:\t4,\n";
        assert_eq!(columns(text), "a: 1,\nlonger: f(\n\tb:   2,\n\tccc: 3,\n),\nd: 4,\n");
    }

    #[test]
    fn a_key_that_is_much_longer_begins_a_column() {
        let long = "x".repeat(41);
        let text = format!("a:\t1,\n{long}:\t2,\n{long}:\t3,\n");
        assert_eq!(columns(&text), format!("a: 1,\n{long}: 2,\n{long}: 3,\n"));
    }

    use proptest::prelude::*;
    use std::io::Write;
    use std::process::{Command, Stdio};

    /// What gofmt makes of a program; nothing where there is no gofmt.
    fn formatted(program: &str) -> Option<String> {
        let child = Command::new("gofmt").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.ok()?;
        child.stdin.take()?.write_all(program.as_bytes()).ok()?;
        let output = child.wait_with_output().ok()?;
        assert!(output.status.success(), "{program}");
        String::from_utf8(output.stdout).ok()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        // A name that begins with `x` is no keyword.
        fn names_of_every_length_stand_as_gofmt_has_them(
            fields in prop::collection::vec(("[A-Z][a-z]{0,39}", "x[a-z]{0,29}", any::<bool>(), 0..6_u8), 1..9),
        ) {
            let comment = |said: bool, cell: &str| if said { format!("\t// {cell}") } else { String::new() };
            let (mut members, mut pairs, mut values, mut keyed) = <(String, String, String, String)>::default();
            for (at, (name, kind, said, what)) in fields.iter().enumerate() {
                let name = format!("{name}{at}");
                members += &format!("\t{name}\t*{kind}{}\n", comment(*said, kind));
                if *what == 0 && at > 0 {
                    values += "\n";
                }
                values += &format!("\t{name}\t{kind}\t= {at}{}\n", comment(*said, kind));
                if *what == 0 {
                    members += &format!("\t// {kind}\n");
                    pairs += &format!("\t{name}: f(\n\t\t{at},\n\t),\n");
                    keyed += &format!("\t\"{name}\": {{\n\t\t{at},\n\t}},\n");
                } else {
                    pairs += &format!("\t{name}:\t{at},{}\n", comment(*said, kind));
                    keyed += &format!("\t\"{name}{}\":\t{{{at}}},\n", name.repeat(usize::from(what / 4)));
                }
            }
            let program = format!(
                "package a\n\ntype T struct {{\n{members}}}\n\nconst (\n{values})\n\nvar t = T{{\n{pairs}}}\n\nvar m = M{{\n{keyed}}}\n"
            );
            let aligned = columns(&program);
            if let Some(formatted) = formatted(&aligned) {
                prop_assert_eq!(formatted, aligned);
            }
        }
    }
}
