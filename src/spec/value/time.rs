//! Days and moments as texts.

/// A day `YYYY-MM-DD` of the years 1000 to 9999, checked against the calendar.
pub fn date(text: &str) -> Option<String> {
    day(text).map(|_| text.to_owned())
}

/// A moment by RFC 3339 with any offset, in the contract's form: UTC, `Z`, three fraction digits, the rest cut off.
pub fn datetime(text: &str) -> Option<String> {
    let (day_text, rest) = text.split_at_checked(10)?;
    let (year, month, day) = day(day_text)?;
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (clock, rest) = rest.split_at_checked(8)?;
    let clock = clock.as_bytes();
    if clock[2] != b':' || clock[5] != b':' {
        return None;
    }
    let (hour, minute, second) = (two(&clock[..2])?, two(&clock[3..5])?, two(&clock[6..])?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (millis, rest) = fraction(rest)?;
    let seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset(rest)? * 60;
    let (days, clock) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    if !(1000..=9999).contains(&year) {
        return None;
    }
    let (hour, minute, second) = (clock / 3_600, clock / 60 % 60, clock % 60);
    Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis}Z"))
}

fn day(text: &str) -> Option<(i64, i64, i64)> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let year = two(&bytes[..2])? * 100 + two(&bytes[2..4])?;
    let (month, day) = (two(&bytes[5..7])?, two(&bytes[8..])?);
    let valid = year >= 1000 && (1..=12).contains(&month) && day >= 1 && day <= length(year, month);
    valid.then_some((year, month, day))
}

fn two(bytes: &[u8]) -> Option<i64> {
    match bytes {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Some(i64::from(tens - b'0') * 10 + i64::from(ones - b'0')),
        _ => None,
    }
}

fn length(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Three digits after the point, and what follows.
fn fraction(text: &str) -> Option<(String, &str)> {
    let Some(rest) = text.strip_prefix('.') else {
        return Some(("000".to_owned(), text));
    };
    let end = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = rest.split_at(end);
    let millis: String = digits.chars().chain("00".chars()).take(3).collect();
    (end > 0).then_some((millis, rest))
}

/// Minutes ahead of UTC.
fn offset(text: &str) -> Option<i64> {
    if matches!(text, "Z" | "z") {
        return Some(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let bytes = text.as_bytes();
    if bytes.len() != 6 || bytes[3] != b':' {
        return None;
    }
    let (hours, minutes) = (two(&bytes[1..3])?, two(&bytes[4..])?);
    (hours <= 23 && minutes <= 59).then_some(sign * (hours * 60 + minutes))
}

/// The day so many days later; `None` beyond the years 1000 to 9999.
pub(crate) fn shift_date(text: &str, by: i64) -> Option<String> {
    let (year, month, of_month) = day(text)?;
    let (year, month, day) = civil(days(year, month, of_month) + by);
    (1000..=9999).contains(&year).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// The canonical moment so many milliseconds later; `None` beyond the years 1000 to 9999.
pub(crate) fn shift_datetime(text: &str, by: i64) -> Option<String> {
    let text = datetime(text)?;
    let clock = text.as_bytes();
    let two = |at: usize| two(&clock[at..at + 2]);
    let fraction: i64 = text[20..23].parse().ok()?;
    let millis = ((two(11)? * 60 + two(14)?) * 60 + two(17)?) * 1_000 + fraction + by;
    let day = shift_date(&text[..10], millis.div_euclid(86_400_000))?;
    let millis = millis.rem_euclid(86_400_000);
    let (seconds, fraction) = (millis / 1_000, millis % 1_000);
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    Some(format!("{day}T{hour:02}:{minute:02}:{second:02}.{fraction:03}Z"))
}

/// Days since 1970-01-01, by Howard Hinnant's algorithm.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The inverse of [`days`].
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_in_utc_with_three_fraction_digits() {
        let canonical = |text| datetime(text).unwrap();
        assert_eq!(canonical("2024-02-29T23:30:00.98765-01:00"), "2024-03-01T00:30:00.987Z");
        assert_eq!(canonical("2026-01-01t00:00:00z"), "2026-01-01T00:00:00.000Z");
        assert_eq!(canonical("2026-01-01 00:00:00.5+05:30"), "2025-12-31T18:30:00.500Z");
    }

    #[test]
    fn a_moment_is_shifted_over_midnight_and_the_year() {
        assert_eq!(shift_datetime("2026-01-01T00:00:00Z", -1).unwrap(), "2025-12-31T23:59:59.999Z");
        assert_eq!(shift_date("2024-02-28", 2).unwrap(), "2024-03-01");
        assert_eq!(shift_date("9999-12-31", 1), None);
    }

    #[test]
    fn what_no_calendar_has_is_refused() {
        for text in ["2023-02-29", "2026-13-01", "2026-00-10", "0999-01-01", "2026-1-1", "2026-04-31", "äää-01-01"] {
            assert_eq!(date(text), None, "{text}");
        }
        for text in ["2026-01-01T24:00:00Z", "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z", "2026-01-01", "é"] {
            assert_eq!(datetime(text), None, "{text}");
        }
    }
}
