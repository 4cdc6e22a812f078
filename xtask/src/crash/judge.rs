//! Counts what was answered, what the database holds, what was published and what was done, and says where they differ.

use super::clients::Log;
use super::listener::{Event, Events};
use super::sql::Database;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The handlers of the test's answers, and the type of the events that each waits for.
pub const HANDLERS: [(&str, &str); 5] = [
    ("notify_the_addressee", "parcel-handed-over"),
    ("count_parcels", "parcel.created"),
    ("forget_parcel", "parcel.deleted"),
    ("greet", "user.registered"),
    ("watch_depots_that_change_their_capacity", "depot.updated"),
];
/// The handler that asks for a job.
const ASKS: &str = "parcel.created";
/// What the job leaves: the id of the event behind it.
const JOB_REFERENCE: &str = "https://crash.example/";

/// A row of the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// `depot` or `parcel`
    pub entity: &'static str,
    /// So many writes it has seen.
    pub version: u64,
    /// Whether the last one was its deletion.
    pub deleted: bool,
    /// Whether it was handed over.
    pub handed_over: bool,
}

/// What is there in the end.
#[derive(Debug, Default)]
pub struct Found {
    /// The rows by id.
    pub rows: BTreeMap<String, Kept>,
    /// The accounts that registered, by id, with their addresses.
    pub users: BTreeMap<String, String>,
    /// How often each handler has done its work for each event.
    pub effects: BTreeMap<(String, String), usize>,
    /// How often a job has been done, by its reference.
    pub jobs: BTreeMap<String, usize>,
    /// How many jobs were given up.
    pub failed_jobs: usize,
    /// The mails.
    pub mails: Vec<String>,
}

impl Found {
    /// Reads the database and the folder of mails.
    pub fn read(database: &Database, mails: &Path) -> Result<Self, String> {
        let mut found = Self::default();
        let rows = [
            ("depot", "SELECT id, version, '', '' FROM depots"),
            ("parcel", "SELECT id, version, deleted_at IS NOT NULL, state FROM parcels"),
        ];
        for (entity, statement) in rows {
            for row in database.rows(statement)? {
                let column = |at: usize| row.get(at).cloned().unwrap_or_default();
                let version = column(1).parse().map_err(|_| format!("no version: {row:?}"))?;
                let deleted = matches!(column(2).as_str(), "t" | "1" | "true");
                let handed_over = column(3) == "handed-over";
                found.rows.insert(column(0), Kept { entity, version, deleted, handed_over });
            }
        }
        for row in database.rows("SELECT id, email FROM users WHERE email LIKE 'crash-%'")? {
            found.users.insert(row[0].clone(), row[1].clone());
        }
        for row in database.rows("SELECT kind, name, reference FROM crash_effects")? {
            match row[0].as_str() {
                "handler" => *found.effects.entry((row[1].clone(), row[2].clone())).or_default() += 1,
                _ => *found.jobs.entry(row[2].clone()).or_default() += 1,
            }
        }
        found.failed_jobs = database.number("SELECT count(*) FROM jobs WHERE status = 'failed'")?;
        for file in std::fs::read_dir(mails).into_iter().flatten().flatten() {
            found.mails.push(String::from_utf8_lossy(&std::fs::read(file.path()).unwrap_or_default()).into_owned());
        }
        Ok(found)
    }
}

/// A line of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// What was counted.
    pub what: String,
    /// How many there have to be.
    pub wanted: usize,
    /// Those that are not there.
    pub missing: Vec<String>,
    /// Those that are there more than once.
    pub doubled: Vec<String>,
    /// Those that nobody asked for.
    pub unasked: Vec<String>,
}

impl Row {
    /// Whether each is there once, and nothing else.
    pub fn holds(&self) -> bool {
        self.missing.is_empty() && self.doubled.is_empty() && self.unasked.is_empty()
    }

    /// Compares what has to be there with how often each is there.
    fn of(what: impl Into<String>, wanted: &BTreeSet<String>, got: &BTreeMap<String, usize>) -> Self {
        let missing = wanted.iter().filter(|it| !got.contains_key(*it)).cloned().collect();
        let doubled = got.iter().filter(|(key, count)| **count > 1 && wanted.contains(*key));
        let unasked = got.keys().filter(|it| !wanted.contains(*it)).cloned().collect();
        let doubled = doubled.map(|(key, count)| format!("{key} × {count}")).collect();
        Self { what: what.into(), wanted: wanted.len(), missing, doubled, unasked }
    }

    /// The same, where more than once is enough.
    fn at_least_once(self) -> Self {
        Self { doubled: Vec::new(), ..self }
    }
}

/// How an event is named that tells of one version of a row.
fn place(event: &Event) -> String {
    let Event { kind, subject, version } = event;
    match version {
        // What a deletion carries is the last state, which has the version of the write before it or its own.
        Some(version) if !kind.ends_with(".deleted") => format!("{kind} {subject} version {version}"),
        _ => format!("{kind} {subject}"),
    }
}

/// The events that the rows of the database stand for.
fn due(found: &Found) -> BTreeSet<String> {
    let mut due = BTreeSet::new();
    for (id, row) in &found.rows {
        let Kept { entity, version, deleted, handed_over } = row;
        for at in 1..=*version {
            due.insert(match at {
                1 => format!("{entity}.created {id} version 1"),
                at if *deleted && at == *version => format!("{entity}.deleted {id}"),
                at => format!("{entity}.updated {id} version {at}"),
            });
        }
        if *handed_over {
            due.insert(format!("parcel-handed-over {id}"));
        }
    }
    due.extend(found.users.keys().map(|id| format!("user.registered {id}")));
    due
}

/// Every comparison.
pub fn judge(log: &Log, events: &Events, found: &Found) -> Vec<Row> {
    let mut got: BTreeMap<String, usize> = BTreeMap::new();
    for event in events.known.values() {
        *got.entry(place(event)).or_default() += 1;
    }
    let answered: BTreeSet<String> = log
        .answered
        .iter()
        .map(|it| place(&Event { kind: it.kind.to_owned(), subject: it.subject.clone(), version: it.version }))
        .collect();
    let of_answered: BTreeMap<_, _> =
        got.iter().filter(|(it, _)| answered.contains(*it)).map(|(it, count)| (it.clone(), *count)).collect();
    let mut rows = vec![
        Row::of("an event of each answered write", &answered, &of_answered),
        Row::of("an event of each version in the database", &due(found), &got),
    ];
    let ids = |kind: &str| -> BTreeSet<String> {
        events.known.iter().filter(|(_, event)| event.kind == kind).map(|(id, _)| id.clone()).collect()
    };
    for (handler, kind) in HANDLERS {
        let done = found.effects.iter().filter(|((name, _), _)| name == handler);
        let done = done.map(|((_, event), count)| (event.clone(), *count)).collect();
        rows.push(Row::of(format!("{handler}: once for each event"), &ids(kind), &done));
    }
    let asked = ids(ASKS).into_iter().map(|id| format!("{JOB_REFERENCE}{id}")).collect();
    rows.push(Row::of("a job of each event that asks for one", &asked, &found.jobs).at_least_once());
    let mailed = |address: &String| found.mails.iter().filter(|it| it.contains(address.as_str())).count();
    let wanted: BTreeSet<String> = found.users.values().cloned().collect();
    let mails = wanted.iter().map(|it| (it.clone(), mailed(it))).filter(|(_, count)| *count > 0).collect();
    rows.push(Row::of("a mail to each new account", &wanted, &mails).at_least_once());
    let strange = |what: &str, list: Vec<String>| Row {
        what: what.to_owned(),
        wanted: 0,
        missing: Vec::new(),
        doubled: Vec::new(),
        unasked: list,
    };
    rows.push(strange("messages that are no events", events.strange.clone()));
    rows.push(strange("answers that nobody expects", log.strange.clone()));
    rows.push(strange("jobs that were given up", (0..found.failed_jobs).map(|it| format!("job {it}")).collect()));
    rows
}

/// The table for a person, with some of what is wrong.
pub fn table(rows: &[Row], log: &Log, events: &Events, found: &Found) -> String {
    let mut text = format!("\n{:<62} {:>7} {:>8} {:>8} {:>8}\n", "", "wanted", "missing", "doubled", "unasked");
    for row in rows {
        let (missing, doubled, unasked) = (row.missing.len(), row.doubled.len(), row.unasked.len());
        text.push_str(&format!("{:<62} {:>7} {missing:>8} {doubled:>8} {unasked:>8}\n", row.what, row.wanted));
    }
    for row in rows.iter().filter(|it| !it.holds()) {
        for (kind, list) in [("missing", &row.missing), ("doubled", &row.doubled), ("unasked", &row.unasked)] {
            text.extend(list.iter().take(5).map(|it| format!("{}: {kind}: {it}\n", row.what)));
        }
    }
    let again = found.jobs.values().filter(|it| **it > 1).count();
    text.push_str(&format!(
        "\n{} writes answered, {} refused, {} without an answer; {} events, {} of them came again; {again} jobs ran again",
        log.answered.len(),
        log.refused,
        log.lost,
        events.known.len(),
        events.repeated,
    ));
    text
}

#[cfg(test)]
mod tests {
    use super::super::clients::Answered;
    use super::*;

    fn event(kind: &str, subject: &str, version: Option<u64>) -> Event {
        Event { kind: kind.to_owned(), subject: subject.to_owned(), version }
    }

    /// A depot that was changed once, with all that has to come of it.
    fn whole() -> (Log, Events, Found) {
        let answered = |kind, version| Answered { kind, subject: "d".to_owned(), version: Some(version) };
        let log = Log { answered: vec![answered("depot.created", 1), answered("depot.updated", 2)], ..Log::default() };
        let known = [("1", event("depot.created", "d", Some(1))), ("2", event("depot.updated", "d", Some(2)))];
        let known = known.map(|(id, event)| (id.to_owned(), event)).into();
        let mut found = Found::default();
        found.rows.insert("d".to_owned(), Kept { entity: "depot", version: 2, deleted: false, handed_over: false });
        found.effects.insert((HANDLERS[4].0.to_owned(), "2".to_owned()), 1);
        (log, Events { known, ..Events::default() }, found)
    }

    fn wrong(log: &Log, events: &Events, found: &Found) -> Vec<String> {
        judge(log, events, found).into_iter().filter(|it| !it.holds()).map(|it| it.what).collect()
    }

    #[test]
    fn what_is_whole_holds() {
        let (log, events, found) = whole();
        assert_eq!(wrong(&log, &events, &found), Vec::<String>::new());
    }

    #[test]
    fn a_lost_event_a_second_id_and_one_of_no_write_are_seen() {
        let both = ["an event of each answered write", "an event of each version in the database"];
        let (log, mut events, found) = whole();
        events.known.remove("1");
        assert_eq!(wrong(&log, &events, &found), both);
        let (log, mut events, found) = whole();
        events.known.insert("3".to_owned(), event("depot.created", "d", Some(1)));
        assert_eq!(wrong(&log, &events, &found), both);
        let (log, mut events, found) = whole();
        events.known.insert("3".to_owned(), event("depot.created", "x", Some(1)));
        assert_eq!(wrong(&log, &events, &found), [both[1]]);
    }

    #[test]
    fn a_write_without_an_answer_is_judged_by_the_database() {
        let (mut log, events, found) = whole();
        log.answered.pop();
        assert_eq!(wrong(&log, &events, &found), Vec::<String>::new());
    }

    #[test]
    fn a_second_effect_and_a_missing_one_are_seen() {
        let name = format!("{}: once for each event", HANDLERS[4].0);
        let (log, events, mut found) = whole();
        found.effects.values_mut().for_each(|it| *it = 2);
        assert_eq!(wrong(&log, &events, &found), std::slice::from_ref(&name));
        found.effects.clear();
        assert_eq!(wrong(&log, &events, &found), [name]);
    }

    #[test]
    fn a_job_may_run_twice_but_has_to_run() {
        let (log, mut events, mut found) = whole();
        let parcel = Kept { entity: "parcel", version: 1, deleted: false, handed_over: false };
        found.rows.insert("p".to_owned(), parcel);
        events.known.insert("7".to_owned(), event("parcel.created", "p", Some(1)));
        found.effects.insert((HANDLERS[1].0.to_owned(), "7".to_owned()), 1);
        assert_eq!(wrong(&log, &events, &found), ["a job of each event that asks for one"]);
        found.jobs.insert(format!("{JOB_REFERENCE}7"), 2);
        assert_eq!(wrong(&log, &events, &found), Vec::<String>::new());
    }

    #[test]
    fn a_deleted_row_stands_for_its_deletion() {
        let mut found = Found::default();
        let parcel = Kept { entity: "parcel", version: 3, deleted: true, handed_over: true };
        found.rows.insert("p".to_owned(), parcel);
        let due: Vec<_> = due(&found).into_iter().collect();
        let wanted =
            ["parcel-handed-over p", "parcel.created p version 1", "parcel.deleted p", "parcel.updated p version 2"];
        assert_eq!(due, wanted);
    }
}
