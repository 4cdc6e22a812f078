//! Times as people say them, as cron schedules in UTC.

use super::words::{Word, WordKind};

/// A schedule, and whether the hour is a guess.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Schedule {
    pub(super) cron: String,
    pub(super) guessed: bool,
}

pub(super) const DAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// The hour of what is done at night, when nobody says which.
const NIGHT: u32 = 3;

/// Finds a schedule among words.
pub(super) fn schedule(text: &str, words: &[Word]) -> Option<Schedule> {
    if let Some(cron) = written(text, words) {
        return Some(Schedule { cron, guessed: false });
    }
    let stem = |at: usize| words.get(at).map_or("", |it| it.stem.as_str());
    let has = |word: &str| words.iter().any(|it| it.stem == word);
    for at in 0..words.len() {
        if !matches!(stem(at), "every" | "each") {
            continue;
        }
        let number =
            words.get(at + 1).filter(|it| it.kind == WordKind::Number).and_then(|it| it.stem.parse::<u32>().ok());
        if let Some(number) = number {
            let cron = match stem(at + 2) {
                "minute" if (1..60).contains(&number) => format!("*/{number} * * * *"),
                "hour" if (1..24).contains(&number) => format!("0 */{number} * * *"),
                "day" if (1..=28).contains(&number) => format!("0 {NIGHT} */{number} * *"),
                _ => return None,
            };
            return Some(Schedule { cron, guessed: stem(at + 2) == "day" });
        }
        match stem(at + 1) {
            "minute" => return Some(Schedule { cron: "* * * * *".to_owned(), guessed: false }),
            "hour" => return Some(Schedule { cron: "0 * * * *".to_owned(), guessed: false }),
            _ => {}
        }
    }
    if has("hourly") {
        return Some(Schedule { cron: "0 * * * *".to_owned(), guessed: false });
    }
    let day = DAYS.iter().position(|day| has(day));
    let every = |unit: &str| {
        words
            .windows(2)
            .any(|pair| matches!(pair[0].stem.as_str(), "every" | "each" | "a" | "per") && pair[1].stem == unit)
    };
    let (minute, hour, guessed) = match clock(words) {
        Some((hour, minute)) => (minute, hour, false),
        None if has("morning") => (0, 8, true),
        None if has("evening") => (0, 20, true),
        None => (0, NIGHT, true),
    };
    let rest = if let Some(day) = day {
        format!("* * {day}")
    } else if has("weekly") || every("week") {
        "* * 1".to_owned()
    } else if has("monthly") || every("month") || (has("1st") || has("first")) && has("month") {
        "1 * *".to_owned()
    } else if has("daily") || has("nightly") || ["day", "night", "morning", "evening"].into_iter().any(every) {
        "* * *".to_owned()
    } else {
        return None;
    };
    Some(Schedule { cron: format!("{minute} {hour} {rest}"), guessed })
}

/// `at 9`, `at 2:30 am`, `at midnight`
fn clock(words: &[Word]) -> Option<(u32, u32)> {
    for (at, word) in words.iter().enumerate() {
        match word.stem.as_str() {
            "midnight" => return Some((0, 0)),
            "noon" => return Some((12, 0)),
            _ => {}
        }
        let said = at > 0 && matches!(words[at - 1].stem.as_str(), "at" | "around");
        // `3am` is one word.
        let digits = word.stem.len() - word.stem.trim_start_matches(|it: char| it.is_ascii_digit()).len();
        let half = &word.stem[digits..];
        let clock = half.is_empty() || matches!(half, "am" | "pm");
        // `17:00` needs no word before it.
        let full = |it: &[Word]| it[0].at.end == it[1].at.start && it[1].is(":") && it[2].kind == WordKind::Number;
        let meant = said || !half.is_empty() || words.get(at..at + 3).is_some_and(full);
        if !(1..=2).contains(&digits) || !clock || !meant {
            continue;
        }
        let mut hour: u32 = word.stem[..digits].parse().ok()?;
        let mut next = at + 1;
        let mut minute = 0;
        if words.get(next).is_some_and(|it| it.is(":")) {
            minute = words.get(next + 1)?.stem.trim_end_matches(|it: char| it.is_ascii_alphabetic()).parse().ok()?;
            next += 2;
        }
        let behind = |it: &Word| if it.stem.ends_with("pm") { Some(12) } else { it.stem.ends_with("am").then_some(0) };
        let half = if half.is_empty() {
            words.get(next).and_then(behind).or_else(|| words.get(next.wrapping_sub(1)).and_then(behind))
        } else {
            behind(word)
        };
        if let Some(offset) = half {
            hour = hour % 12 + offset;
        }
        if hour < 24 && minute < 60 {
            return Some((hour, minute));
        }
    }
    None
}

/// Five fields that somebody wrote as cron already.
fn written(text: &str, words: &[Word]) -> Option<String> {
    let (first, last) = (words.first()?, words.last()?);
    let last = last.at.end.max(first.at.start);
    let end = text[last..].find('\n').map_or(text.len(), |at| last + at);
    let raw = &text[first.at.start..end];
    for part in raw.split(['`', '"', '(', ')']) {
        let fields: Vec<&str> = part.split_whitespace().collect();
        let field = |it: &&str| it.bytes().all(|it| it.is_ascii_digit() || matches!(it, b'*' | b'/' | b',' | b'-'));
        if fields.len() == 5 && fields.iter().all(field) && part.contains('*') {
            return Some(fields.join(" "));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;

    #[test]
    fn times_become_cron() {
        for (text, cron, guessed) in [
            ("every 15 minutes", "*/15 * * * *", false),
            ("hourly", "0 * * * *", false),
            ("every day at 9", "0 9 * * *", false),
            ("daily at 2:30 am", "30 2 * * *", false),
            ("every night", "0 3 * * *", true),
            ("nightly at 11pm", "0 23 * * *", false),
            ("every Monday at 8:15", "15 8 * * 1", false),
            ("weekly", "0 3 * * 1", true),
            ("once a month", "0 3 1 * *", true),
            ("daily at midnight", "0 0 * * *", false),
            ("cron `0 4 * * 0`", "0 4 * * 0", false),
        ] {
            let words = words(text, 0..text.len());
            assert_eq!(schedule(text, &words), Some(Schedule { cron: cron.to_owned(), guessed }), "{text}");
        }
        let text = "at once";
        assert_eq!(schedule(text, &words(text, 0..text.len())), None);
    }
}
