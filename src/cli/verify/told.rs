//! Checks and stages as a person reads them.

use crate::verify::{CheckResult, StageResult, StageVerdict, Verdict};

/// A check; nothing for one that is as it should be.
pub fn check(result: &CheckResult, verbose: bool) -> String {
    let fault = match &result.verdict {
        Verdict::Failed(fault) => fault,
        Verdict::Skipped(why) if verbose => return format!("skipped  {}: {why}\n", result.id),
        Verdict::Passed if verbose => return format!("passed   {}\n", result.id),
        Verdict::Passed | Verdict::Skipped(_) => return String::new(),
    };
    let mut lines = vec![
        format!("FAILED   {}", result.id),
        format!("         contract  {}", result.says),
        format!("         expected  {}", fault.expected),
        format!("         got       {}", fault.got),
    ];
    if let Some(exchange) = &fault.exchange {
        lines.push(format!("         request   {} {}", exchange.method, exchange.url));
        lines.extend(exchange.sent_headers.iter().map(|(name, value)| format!("                   {name}: {value}")));
        lines.extend(exchange.sent_text().map(|body| format!("                   {body}")));
        lines.push(format!("         answer    {} {}", exchange.status, exchange.text()));
    }
    lines.join("\n") + "\n"
}

/// A stage.
pub fn stage(result: &StageResult) -> String {
    let seconds = result.took.as_secs_f32();
    let (name, title) = (result.name, result.title);
    match &result.verdict {
        StageVerdict::Passed => format!("passed   {name:<10}  {title:<28} {seconds:>6.1} s\n"),
        StageVerdict::Skipped(why) => format!("skipped  {name:<10}  {title:<28} {why}\n"),
        StageVerdict::Failed(fault) => {
            let mut lines = vec![format!("FAILED   {name:<10}  {title:<28} {seconds:>6.1} s")];
            lines.extend(fault.reason.lines().map(|line| format!("         {line}")));
            lines.extend(fault.lines.iter().map(|line| format!("         | {line}")));
            lines.extend(result.log.iter().map(|log| format!("         log  {log}")));
            lines.join("\n") + "\n"
        }
    }
}
