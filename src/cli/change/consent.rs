//! Values are not dropped unless a person says so.

use super::super::{Failure, wizard};
use super::update::How;
use std::io::IsTerminal;

/// Asks for what would be dropped and is not agreed to yet; fails where nobody can be asked, and where the answer is no.
pub fn to(dropped: &[String], how: &How) -> Result<(), Failure> {
    if let Some(unknown) = how.drop.iter().find(|it| !dropped.contains(it)) {
        let those = if dropped.is_empty() { "nothing".to_owned() } else { dropped.join(", ") };
        return Err(Failure::Usage(format!(
            "`--drop {unknown}` agrees to something else than would be dropped: {those}"
        )));
    }
    let open: Vec<_> = dropped.iter().filter(|it| !how.drop.contains(it)).map(String::as_str).collect();
    if open.is_empty() {
        return Ok(());
    }
    if how.json || !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(unasked(&open));
    }
    let title = format!("The migration drops, with what is in them: {}", open.join(", "));
    let help = "A name that only changes keeps its values: `scaffold rename`.";
    match wizard::choose(&title, help, &["Stop, and change nothing", "Drop them"])? {
        0 => Err(Failure::Interrupted(wizard::NOTHING)),
        _ => Ok(()),
    }
}

fn unasked(open: &[&str]) -> Failure {
    let flags: String = open.iter().map(|it| format!(" --drop {it}")).collect();
    Failure::Usage(format!(
        "this would drop, with what is in them: {}; nothing was changed\n\
         \x20 to agree to it                        {}\n\
         \x20 if only a name is to be another one   scaffold rename",
        open.join(", "),
        flags.trim_start(),
    ))
}
