//! Conditions.

use super::Dialect;
use crate::derive::schema::{Check, CheckRule, ColumnType, Limit};

impl Dialect {
    /// The condition of a check, or nothing where the column's type already sees to it.
    pub fn condition(&self, check: &Check) -> Option<String> {
        self.condition_on(check, &self.name(&check.column))
    }

    /// The same of a value that is written like this.
    pub fn condition_on(&self, check: &Check, value: &str) -> Option<String> {
        let column = value;
        let fill = |text: &str| text.replace("{column}", column);
        match &check.rule {
            CheckRule::Length { min, max } => Some(between(&fill(&self.checks.length), *min, *max)),
            CheckRule::Range { kind, lower, upper } => {
                let lower = lower.as_ref().map(|it| (it, if it.inclusive { ">=" } else { ">" }));
                let upper = upper.as_ref().map(|it| (it, if it.inclusive { "<=" } else { "<" }));
                let checked = |(limit, _): &(&Limit, &str)| self.wide_types || !limit.of_type;
                let sides = [lower, upper].into_iter().flatten().filter(checked);
                let moments = self.literals.datetime_column.as_deref().filter(|_| *kind == ColumnType::DateTime);
                let column = moments.map_or_else(|| column.to_owned(), fill);
                let sides: Vec<_> =
                    sides.map(|(limit, operator)| format!("{column} {operator} {}", self.limit(kind, limit))).collect();
                (!sides.is_empty()).then(|| sides.join(" AND "))
            }
            CheckRule::OneOf(values) => {
                let values: Vec<_> = values.iter().map(|it| text(it)).collect();
                Some(format!("{column} IN ({})", values.join(", ")))
            }
            CheckRule::Boolean => self.checks.boolean.as_deref().map(fill),
            CheckRule::Object => Some(fill(&self.checks.object)),
            CheckRule::Array(max) => Some(fill(&self.checks.array).replace("{max}", &max.to_string())),
        }
    }

    fn limit(&self, kind: &ColumnType, limit: &Limit) -> String {
        match kind {
            ColumnType::Date => self.literals.date.replace("{date}", &limit.value),
            ColumnType::DateTime => {
                let moment = limit.value.trim_end_matches('Z');
                let (date, time) = moment.split_once('T').unwrap_or((moment, "00:00:00.000"));
                self.literals.datetime.replace("{date}", date).replace("{time}", time)
            }
            ColumnType::Decimal { scale, .. } if self.scaled_decimals => scaled(&limit.value, *scale),
            _ => limit.value.clone(),
        }
    }
}

fn between(value: &str, min: u32, max: u32) -> String {
    if min == 0 { format!("{value} <= {max}") } else { format!("{value} BETWEEN {min} AND {max}") }
}

/// A string constant.
pub(super) fn text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// A decimal numeral in units of 10^-scale. A bound may have more digits than the scale; those stay behind a point.
pub(super) fn scaled(value: &str, scale: u32) -> String {
    let (sign, digits) = value.strip_prefix('-').map_or(("", value), |it| ("-", it));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let scale = scale as usize;
    let (inside, rest) = fraction.split_at(fraction.len().min(scale));
    let number = format!("{whole}{inside}{}", "0".repeat(scale - inside.len()));
    let number = number.trim_start_matches('0');
    let number = if number.is_empty() { "0" } else { number };
    if rest.is_empty() { format!("{sign}{number}") } else { format!("{sign}{number}.{rest}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_bounds_are_scaled_exactly() {
        assert_eq!(scaled("0", 2), "0");
        assert_eq!(scaled("12.5", 2), "1250");
        assert_eq!(scaled("-0.05", 2), "-5");
        assert_eq!(scaled("0.005", 2), "0.5");
        assert_eq!(scaled("999999999999999999", 0), "999999999999999999");
    }
}
