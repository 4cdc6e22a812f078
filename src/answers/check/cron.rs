//! Five-field cron expressions.

use std::ops::Range;

/// What is wrong with a schedule, and where in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CronFault {
    pub(super) message: String,
    pub(super) range: Range<usize>,
}

struct Part {
    name: &'static str,
    low: u32,
    high: u32,
    words: &'static [&'static str],
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const PARTS: [Part; 5] = [
    Part { name: "minute", low: 0, high: 59, words: &[] },
    Part { name: "hour", low: 0, high: 23, words: &[] },
    Part { name: "day", low: 1, high: 31, words: &[] },
    Part { name: "month", low: 1, high: 12, words: &MONTHS },
    Part { name: "weekday", low: 0, high: 7, words: &DAYS },
];

/// The longest a month can be.
const LENGTHS: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// Checks a schedule; gives it with single spaces and numbers for the names of months and days.
pub(super) fn normal(text: &str) -> Result<String, CronFault> {
    let mut fields = Vec::new();
    let mut at = 0;
    for part in text.split(' ') {
        if !part.is_empty() {
            fields.push((part, at..at + part.len()));
        }
        at += part.len() + 1;
    }
    if fields.len() != PARTS.len() {
        let message = format!("a schedule has five fields, this has {}", fields.len());
        return Err(CronFault { message, range: 0..text.len() });
    }
    let mut normal = Vec::new();
    let mut allowed = Vec::new();
    for (part, (text, range)) in PARTS.iter().zip(&fields) {
        let (text, values) = field(part, text).map_err(|message| CronFault { message, range: range.clone() })?;
        normal.push(text);
        allowed.push(values);
    }
    let any_day = normal[2] == "*" || normal[4] != "*";
    let possible = |month: &u32| allowed[2].iter().any(|day| *day <= LENGTHS[*month as usize - 1]);
    if !any_day && !allowed[3].iter().any(possible) {
        let message = "this day never comes in this month".to_owned();
        return Err(CronFault { message, range: fields[2].1.start..fields[3].1.end });
    }
    Ok(normal.join(" "))
}

fn field(part: &Part, text: &str) -> Result<(String, Vec<u32>), String> {
    let mut normal = Vec::new();
    let mut values = Vec::new();
    for item in text.split(',') {
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (item, None),
        };
        let (low, high) = match range.split_once('-') {
            _ if range == "*" => (part.low, part.high),
            Some((low, high)) => (number(part, low)?, number(part, high)?),
            None if step.is_some() => (number(part, range)?, part.high),
            None => {
                let number = number(part, range)?;
                (number, number)
            }
        };
        if low > high {
            return Err(format!("the range of the {} runs backwards", part.name));
        }
        let step_by = match step {
            Some(step) => step
                .parse()
                .ok()
                .filter(|step| (1..=part.high).contains(step))
                .ok_or_else(|| format!("the step of the {} must be between 1 and {}", part.name, part.high))?,
            None => 1,
        };
        values.extend((low..=high).step_by(step_by as usize));
        let mut shown = match range {
            "*" => "*".to_owned(),
            _ if range.contains('-') => format!("{low}-{high}"),
            _ => low.to_string(),
        };
        if let Some(step) = step {
            shown.push('/');
            shown.push_str(step);
        }
        normal.push(shown);
    }
    Ok((normal.join(","), values))
}

fn number(part: &Part, text: &str) -> Result<u32, String> {
    let lower = text.to_ascii_lowercase();
    if let Some(index) = part.words.iter().position(|word| *word == lower) {
        return Ok(u32::try_from(index).unwrap_or_default() + part.low);
    }
    let digits = !text.is_empty() && text.len() <= 3 && text.bytes().all(|it| it.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits);
    match number {
        Some(number) if (part.low..=part.high).contains(&number) => Ok(number),
        Some(number) => Err(format!("the {} must be between {} and {}, not {number}", part.name, part.low, part.high)),
        None => Err(format!("`{text}` is no {}", part.name)),
    }
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn names_become_numbers_and_spaces_single() {
        assert_eq!(normal("*/15  8-18 * JAN,jul mon-FRI").unwrap(), "*/15 8-18 * 1,7 1-5");
        assert_eq!(normal("5/10 0 1 * *").unwrap(), "5/10 0 1 * *");
    }

    #[test]
    fn what_never_comes_is_refused() {
        for text in
            ["0 0 31 2 *", "60 * * * *", "* * * *", "* * * * * *", "*/0 * * * *", "5-1 * * * *", "a * * * *", ""]
        {
            assert!(normal(text).is_err(), "{text}");
        }
        assert!(normal("0 0 29 2 *").is_ok());
    }
}
