//! Settings whose examples an update brings, and which the one who runs the project has to take over by hand.

use std::collections::BTreeMap;

/// The example of every setting a project has.
pub const EXAMPLES: &str = ".env.example";
/// The settings of the one who runs it: nothing but that person writes them.
pub const OWN: &str = ".env";

/// The variables to look at in `own`: new ones that it lacks, and those whose example is another, unless it has that value.
///
/// A line that is commented out is a setting with a default, so it asks for nothing.
pub fn to_take_over(before: &str, after: &str, own: &str) -> Vec<String> {
    let (before, own) = (variables(before), variables(own));
    let asks = |(name, value): &(&str, &str)| match before.get(name) {
        None => !own.contains_key(name),
        Some(former) => former != value && own.get(name) != Some(value),
    };
    variables(after).into_iter().filter(asks).map(|(name, _)| name.to_owned()).collect()
}

fn variables(text: &str) -> BTreeMap<&str, &str> {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('=')).map(|(name, value)| (name.trim(), value.trim())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "# Where it listens\nPORT=8000\n# LOG_LEVEL=info\nDATABASE_URL=sqlite:app.db\n";

    #[test]
    fn what_is_new_or_another_is_to_be_taken_over() {
        let after = "PORT=8000\n# LOG_LEVEL=debug\nDATABASE_URL=mysql://a=b\nJWT_SECRET=\n";
        let own = "PORT=9000\nDATABASE_URL=sqlite:app.db\n";
        assert_eq!(to_take_over(BEFORE, after, own), ["DATABASE_URL", "JWT_SECRET"]);
    }

    #[test]
    fn what_is_there_already_asks_for_nothing() {
        let after = "PORT=8000\nDATABASE_URL=mysql://a=b\n";
        assert!(to_take_over(BEFORE, after, "DATABASE_URL=mysql://a=b\n").is_empty());
        assert!(to_take_over(BEFORE, BEFORE, "").is_empty());
        let with_secret = format!("{BEFORE}JWT_SECRET=change-me\n");
        assert!(to_take_over(BEFORE, &with_secret, "JWT_SECRET = one of my own\n").is_empty());
    }
}
