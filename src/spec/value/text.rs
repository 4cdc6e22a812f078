//! Texts of a fixed form.

use super::ValueFault;
use regex::Regex;
use std::sync::LazyLock;

/// The HTML living standard's expression, with at least one dot in the domain.
const EMAIL: &str =
    r"^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$";

static EMAIL_PATTERN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(EMAIL).ok());

/// Lower-case 8-4-4-4-12.
pub(super) fn uuid(text: &str) -> Result<String, ValueFault> {
    let groups: Vec<&str> = text.split('-').collect();
    let fits = groups.iter().map(|it| it.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|it| it.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if fits {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(ValueFault::new("format", "is no UUID (8-4-4-4-12 hexadecimal digits)"))
    }
}

/// Trimmed and lower-cased.
pub(super) fn email(text: &str) -> Result<String, ValueFault> {
    let text = text.trim().to_lowercase();
    if text.chars().count() > 254 {
        return Err(ValueFault::new("max", "is longer than 254 characters"));
    }
    match EMAIL_PATTERN.as_ref() {
        Some(pattern) if pattern.is_match(&text) => Ok(text),
        _ => Err(ValueFault::new("format", "is no email address")),
    }
}

/// `http` or `https`, a host, no spaces or control characters.
pub(super) fn url(text: &str) -> Result<String, ValueFault> {
    if text.chars().count() > 2_048 {
        return Err(ValueFault::new("max", "is longer than 2048 characters"));
    }
    let fault = || ValueFault::new("format", "is no http:// or https:// address with a host");
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")).ok_or_else(fault)?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    if host.is_empty() || host.starts_with(':') || text.chars().any(|it| it.is_whitespace() || it.is_control()) {
        return Err(fault());
    }
    Ok(text.to_owned())
}
