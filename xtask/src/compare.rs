//! Whether services of different frameworks can be told apart: each is made from the same answers and asked the same
//! requests, and their answers are compared byte by byte, ids, moments and tokens aside.

use crate::proof::Servers;
use crate::service::Service;
use crate::stage;
use regex::{Captures, Regex};
use scaffold::answers::{self, Format, Input};
use scaffold::catalog::Catalog;
use scaffold::spec::Spec;
use scaffold::verify::{Credentials, Exchange, GROUPS, Target, recorded};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

const SECRET: &str = "only-for-comparing-0123456789-abcdefghij";
const ADMIN: (&str, &str) = ("compare@example.com", "Compare-Adm1n-42");
/// Who of several at the same time is first differs from run to run.
const LEFT_OUT: &str = "concurrency";
/// Of one connection (RFC 9110, section 7.6.1), or of the server's clock.
const HOP_BY_HOP: [&str; 4] = ["connection", "keep-alive", "transfer-encoding", "date"];
/// What a framework may say in its own words (decision 0004).
const DESCRIPTION: &str = "/openapi.json";
/// Makes the unique values of all services the same.
const RUN: u32 = 7;
/// Differences that are printed.
const SHOWN: usize = 20;

/// Compare the answers of all frameworks to the same requests
#[derive(clap::Args)]
pub struct CompareArgs {
    /// What the services are made from; may be repeated
    #[arg(long, value_name = "FILE", default_values = ["examples/shop.toml", "tests/answers/open.toml"])]
    answers: Vec<PathBuf>,
    /// Their database
    #[arg(long, value_name = "ID", default_value = "postgresql", value_parser = ["postgresql", "mysql", "sqlite"])]
    database: String,
    /// Where projects and logs go; kept [default: a temporary folder, removed]
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

/// Asks every framework's service and prints in what their answers differ.
pub fn run(args: &CompareArgs) -> ExitCode {
    match attempt(args) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn attempt(args: &CompareArgs) -> Result<usize, String> {
    let temporary = tempfile::tempdir().map_err(|error| error.to_string())?;
    let root = args.keep.clone().unwrap_or_else(|| temporary.path().to_path_buf());
    let root = std::path::absolute(root).map_err(|error| error.to_string())?;
    let servers = Servers::start();
    let catalog = Catalog::embedded().map_err(|error| error.to_string())?;
    let mut all = 0;
    for file in &args.answers {
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let mut records = Vec::new();
        for framework in catalog.frameworks.keys() {
            let folder = root.join(format!("{name}-{framework}"));
            let _ = std::fs::remove_dir_all(&folder);
            std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
            let url = servers.database(&args.database, &format!("{name}-{framework}"), &folder, "compare")?;
            let spec = spec(&catalog, file, framework, &args.database)?;
            let record = ask(&folder, file, (framework, &args.database), &spec, &url)?;
            println!("{name}, {framework} on {}: {} requests", args.database, record.len());
            records.push((framework, masked(record.iter().map(texts))));
        }
        let (first, others) = records.split_first().ok_or("there is no framework")?;
        for other in others {
            let found = differences(&first.1, &other.1);
            println!("{name}: {} and {}: {} differences", first.0, other.0, found.len());
            for difference in found.iter().take(SHOWN).chain(found.iter().skip(SHOWN).last()) {
                println!("{difference}");
            }
            all += found.len();
        }
    }
    Ok(all)
}

fn spec(catalog: &Catalog, file: &Path, framework: &str, database: &str) -> Result<Spec, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let set = [("stack.framework", framework), ("stack.database", database)];
    let set = set.map(|(key, value)| (key.to_owned(), value.to_owned()));
    let input = Input::from_text("answers.toml", Format::Toml, text);
    let read = answers::read(input, &|_| Ok(Vec::new()), &set, &catalog.choices());
    read.map(|it| it.spec).map_err(|problems| answers::render_problems(&problems, false))
}

/// Generates a project, serves it and gives what it answers to the contract suite.
fn ask(
    folder: &Path,
    answers: &Path,
    (framework, database): (&str, &str),
    spec: &Spec,
    url: &str,
) -> Result<Vec<Exchange>, String> {
    let here = std::env::current_dir().map_err(|error| error.to_string())?;
    let project = folder.join("project");
    let mails = folder.join("mails");
    let environment = [
        ("DATABASE_URL", url),
        ("JWT_SECRET", SECRET),
        ("ACCESS_TOKEN_SECONDS", "86400"),
        ("RATE_LIMIT_PER_MINUTE", "0"),
        ("AUTH_RATE_LIMIT_PER_MINUTE", "0"),
        ("MAIL_TRANSPORT", &format!("file:{}", mails.display())),
        ("ADMIN_EMAIL", ADMIN.0),
        ("ADMIN_PASSWORD", ADMIN.1),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let webhooks = spec.webhooks.iter().map(|it| (it.secret_env.clone(), SECRET.to_owned()));
    let environment: Vec<_> = environment.into_iter().chain(webhooks).collect();
    let generate = format!(
        "\"$SCAFFOLD\" new {} --no-git --answers {} --set stack.framework={framework} \
         --set stack.database={database}",
        project.display(),
        answers.display(),
    );
    let admin = if spec.has_auth() { "make create-admin" } else { "true" };
    for (name, place, command) in [
        ("generate", here.as_path(), generate.as_str()),
        ("setup", &project, "make setup"),
        ("migrate", &project, "make migrate"),
        ("admin", &project, admin),
    ] {
        let outcome = stage::run(name, place, folder, &environment, command);
        if !outcome.passed {
            return Err(format!("{framework}: `{command}` failed:\n{}", outcome.tail));
        }
    }
    let service = Service::start(&project, folder, &environment, "service", "make run", "/readyz")?;
    let (email, password) = (ADMIN.0.to_owned(), ADMIN.1.to_owned());
    let target = Target {
        url: service.origin(),
        admin: spec.has_auth().then_some(Credentials { email, password }),
        jwt_secret: Some(SECRET.to_owned()),
        webhook_secret: Some(SECRET.to_owned()),
        mails: Some(mails),
        worker: None,
        broker: None,
        timeout: Duration::from_secs(30),
    };
    let groups: Vec<_> = GROUPS.iter().filter(|it| **it != LEFT_OUT).map(|it| (*it).to_owned()).collect();
    let (report, record) = recorded(spec, &target, &groups, RUN);
    let failed: Vec<_> = report.failures().map(|(check, fault)| format!("{}: {fault:?}", check.id)).collect();
    if failed.is_empty() { Ok(record) } else { Err(format!("{framework}: these checks fail: {}", failed.join("\n"))) }
}

/// A request and its answer as texts; headers sorted, without those of one connection.
#[derive(Clone)]
struct Texts {
    request: String,
    answer: String,
}

fn texts(exchange: &Exchange) -> Texts {
    let origin: String = exchange.url.split_inclusive('/').take(3).collect();
    let origin = origin.trim_end_matches('/');
    let sent = exchange.sent.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
    let request = format!("{} {}\n{sent}", exchange.method, exchange.url.replacen(origin, "", 1));
    let of_connection = |name: &str| HOP_BY_HOP.contains(&name);
    let mut headers: Vec<_> = exchange.headers.iter().filter(|(name, _)| !of_connection(name)).collect();
    headers.sort();
    let mut lines = vec![exchange.status.to_string()];
    lines.extend(headers.iter().map(|(name, value)| format!("{name}: {}", value.replacen(origin, "", 1))));
    let described = exchange.url.ends_with(DESCRIPTION) && exchange.status == 200;
    let (length, body) =
        if described { (false, "…".into()) } else { (true, String::from_utf8_lossy(&exchange.body)) };
    lines.retain(|line| length || !line.starts_with("content-length: "));
    lines.push(body.into_owned());
    Texts { request, answer: lines.join("\n") }
}

/// The texts without what differs from run to run: ids numbered in the order in which they appear, moments and tokens hidden.
fn masked(record: impl Iterator<Item = Texts>) -> Vec<Texts> {
    let mut mask = Mask::new();
    record.map(|it| Texts { request: mask.hide(&it.request), answer: mask.hide(&it.answer) }).collect()
}

struct Mask {
    /// What is hidden as it is: each pattern and what stands in its place.
    hidden: Vec<(Regex, &'static str)>,
    id: Regex,
    known: BTreeMap<String, usize>,
}

impl Mask {
    fn new() -> Self {
        let regex = |pattern: &str| Regex::new(pattern).expect("a pattern of ours");
        let hidden = vec![
            (regex(r"eyJ[\w-]+\.[\w-]+\.[\w-]*"), "TOKEN"),
            (regex(r#"("(?:refresh_?[tT]oken|token)": ?)"[\w-]{20,}""#), "$1\"TOKEN\""),
            // Opaque to clients.
            (regex(r#"("next_?[cC]ursor": ?)"[^"]+""#), "$1\"CURSOR\""),
            (regex(r"cursor=[\w%.-]{20,}"), "cursor=CURSOR"),
            (regex(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ"), "MOMENT"),
            (regex(r#"("uptime_?[sS]econds": ?)[\d.]+"#), "${1}0"),
            // Counts down with the clock.
            (regex(r"(?m)^retry-after: [1-9]\d*$"), "retry-after: SECONDS"),
        ];
        let id = regex(r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
        Self { hidden, id, known: BTreeMap::new() }
    }

    fn hide(&mut self, text: &str) -> String {
        let mut text = text.to_owned();
        for (pattern, instead) in &self.hidden {
            text = pattern.replace_all(&text, *instead).into_owned();
        }
        let known = &mut self.known;
        let number = |found: &Captures<'_>| {
            let next = known.len() + 1;
            let id = found[0].to_lowercase();
            let case = if id == found[0] { "id" } else { "ID" };
            format!("{case}-{}", known.entry(id).or_insert(next))
        };
        self.id.replace_all(&text, number).into_owned()
    }
}

/// Every pair that is not the same, as a text for people.
fn differences(one: &[Texts], other: &[Texts]) -> Vec<String> {
    let mut found = Vec::new();
    for (at, (a, b)) in one.iter().zip(other).enumerate() {
        if a.request != b.request {
            found.push(format!("request {at} is another one from here on:\n- {}\n+ {}", a.request, b.request));
            return found;
        }
        if a.answer != b.answer {
            let lines = |it: &Texts, not: &Texts, sign: char| {
                let kept = it.answer.lines().filter(|line| !not.answer.lines().any(|other| other == *line));
                kept.map(|line| format!("  {sign} {line}\n")).collect::<String>()
            };
            found.push(format!("{}\n{}{}", a.request.trim(), lines(a, b, '-'), lines(b, a, '+')));
        }
    }
    if one.len() != other.len() {
        found.push(format!("{} requests and {}", one.len(), other.len()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(answer: &str) -> Vec<Texts> {
        let texts = Texts { request: "GET /api/v1/x?limit=1\n".to_owned(), answer: answer.to_owned() };
        masked([texts].into_iter())
    }

    #[test]
    fn ids_and_moments_are_no_difference_and_all_else_is() {
        let answer = "200\nretry-after: 900\nx-request-id: 019a0000-0000-7000-8000-00000000000a\n{\"at\":\"2026-01-02T03:04:05.678Z\",\"n\":5}";
        let same = answer.replace("00000a", "00000b").replace("2026", "2027").replace("900", "899");
        assert!(differences(&exchange(answer), &exchange(&same)).is_empty());
        for (from, to) in
            [("200", "201"), ("-00000000000a", ""), (":5}", ":5.0}"), (".678Z", "Z"), (",\"n", ", \"n"), ("900", "0")]
        {
            assert_eq!(differences(&exchange(answer), &exchange(&answer.replace(from, to))).len(), 1, "{from}");
        }
    }
}
