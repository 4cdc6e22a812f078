//! Tables that a service needs besides those of its entities: repeated requests, jobs, events, accounts, consent.

use super::build::{empty, foreign_key, users};
use super::{CheckRule, Column, ColumnType, Index, Schema, Table, USERS, Unique, schema};
use crate::derive::naming;
use crate::spec::{OnDelete, Spec};

/// The longest address that mail carries (RFC 5321).
const EMAIL: ColumnType = ColumnType::String(254);
/// A SHA-256 digest in hexadecimal digits.
const DIGEST: ColumnType = ColumnType::String(64);
/// The name of a job, a handler, a schedule or a type of event.
const NAME: ColumnType = ColumnType::String(100);
/// A state or a queue.
const WORD: ColumnType = ColumnType::String(10);

/// Every table of a service, in an order in which they can be made.
pub fn whole_schema(spec: &Spec) -> Schema {
    let mut tables = vec![idempotency_keys(), jobs(), schedules()];
    if spec.publishes() {
        tables.extend([outbox(), event_deliveries()]);
    }
    if spec.has_auth() {
        tables.extend(accounts(spec));
    }
    tables.extend(schema(spec).tables);
    if spec.entities.iter().any(|entity| !entity.approval.is_empty()) {
        tables.push(approvals());
    }
    Schema { tables }
}

fn idempotency_keys() -> Table {
    let mut table = table(
        "idempotency_keys",
        &[
            ("key", ColumnType::String(255), false),
            ("caller", ColumnType::String(100), false),
            ("path", DIGEST, false),
            ("body", DIGEST, false),
            ("status", ColumnType::Integer, false),
            ("answer", ColumnType::Text, false),
            ("created_at", ColumnType::DateTime, false),
        ],
    );
    unique(&mut table, &["caller", "path", "key"]);
    index(&mut table, &["created_at"]);
    table
}

fn jobs() -> Table {
    let mut table = table(
        "jobs",
        &[
            ("name", NAME, false),
            ("queue", WORD, false),
            ("arguments", ColumnType::Json, false),
            ("status", WORD, false),
            ("attempts", ColumnType::Integer, false),
            ("run_at", ColumnType::DateTime, false),
            ("sent_at", ColumnType::DateTime, true),
            ("error", ColumnType::Text, true),
            ("created_at", ColumnType::DateTime, false),
        ],
    );
    one_of(&mut table, "queue", &["high", "default", "low"]);
    one_of(&mut table, "status", &["pending", "failed"]);
    index(&mut table, &["status", "run_at"]);
    table
}

/// When each schedule fired last.
fn schedules() -> Table {
    let mut table = empty("schedules".to_owned(), &["name"]);
    table.columns = columns(&[("name", NAME, false), ("fired_at", ColumnType::DateTime, false)]);
    table
}

/// Messages of committed writes, in the order in which they go out.
fn outbox() -> Table {
    let mut table = empty("outbox".to_owned(), &["position"]);
    table.columns = columns(&[
        ("position", ColumnType::Position, false),
        ("id", ColumnType::Uuid, false),
        ("type", NAME, false),
        ("subject", ColumnType::Uuid, false),
        ("envelope", ColumnType::Text, false),
        ("created_at", ColumnType::DateTime, false),
        ("published_at", ColumnType::DateTime, true),
    ]);
    unique(&mut table, &["id"]);
    index(&mut table, &["published_at", "position"]);
    table
}

/// What each handler has done with an event, so that it does it once.
fn event_deliveries() -> Table {
    let mut table = empty("event_deliveries".to_owned(), &["handler", "event_id"]);
    table.columns = columns(&[
        ("handler", NAME, false),
        ("event_id", ColumnType::Uuid, false),
        ("status", WORD, false),
        ("attempts", ColumnType::Integer, false),
        ("error", ColumnType::Text, true),
        ("subject", ColumnType::Uuid, true),
        ("position", ColumnType::Long, true),
        ("envelope", ColumnType::Text, true),
        ("created_at", ColumnType::DateTime, false),
        ("done_at", ColumnType::DateTime, true),
    ]);
    one_of(&mut table, "status", &["pending", "done", "failed"]);
    index(&mut table, &["handler", "status", "position"]);
    index(&mut table, &["done_at"]);
    table
}

fn accounts(spec: &Spec) -> [Table; 5] {
    let mut people = table(
        USERS,
        &[
            ("email", EMAIL, false),
            ("name", ColumnType::String(100), false),
            ("role", ColumnType::String(40), false),
            ("active", ColumnType::Boolean, false),
            ("password_hash", ColumnType::String(255), false),
            ("created_at", ColumnType::DateTime, false),
            ("updated_at", ColumnType::DateTime, false),
        ],
    );
    unique(&mut people, &["email"]);
    index(&mut people, &["created_at"]);
    let own = users(spec);
    people.columns.extend(own.columns);
    people.checks.extend(own.checks);
    people.uniques.extend(own.uniques);
    people.indexes.extend(own.indexes);

    let mut sessions = table(
        "sessions",
        &[
            ("user_id", ColumnType::Uuid, false),
            ("created_at", ColumnType::DateTime, false),
            ("revoked_at", ColumnType::DateTime, true),
        ],
    );
    refers(&mut sessions, "user_id", USERS, OnDelete::Cascade);

    let mut failures = table("login_failures", &[("email", EMAIL, false), ("at", ColumnType::DateTime, false)]);
    index(&mut failures, &["email", "at"]);

    [
        people,
        sessions,
        token("refresh_tokens", "session_id", "sessions"),
        token("password_resets", "user_id", USERS),
        failures,
    ]
}

/// Something that is used once, of which only the digest is kept.
fn token(name: &str, owner: &str, owners: &str) -> Table {
    let mut table = table(
        name,
        &[
            (owner, ColumnType::Uuid, false),
            ("token_hash", DIGEST, false),
            ("created_at", ColumnType::DateTime, false),
            ("expires_at", ColumnType::DateTime, false),
            ("used_at", ColumnType::DateTime, true),
        ],
    );
    unique(&mut table, &["token_hash"]);
    refers(&mut table, owner, owners, OnDelete::Cascade);
    table
}

fn approvals() -> Table {
    let mut table = table(
        "approvals",
        &[
            ("entity", ColumnType::String(40), false),
            ("row_id", ColumnType::Uuid, true),
            ("row_version", ColumnType::Integer, true),
            ("owner_id", ColumnType::Uuid, true),
            ("action", ColumnType::String(10), false),
            ("status", ColumnType::String(10), false),
            ("reason", ColumnType::String(500), true),
            ("approvers", ColumnType::Text, false),
            ("change", ColumnType::Json, false),
            ("requested_by", ColumnType::Uuid, true),
            ("decided_by", ColumnType::Uuid, true),
            ("created_at", ColumnType::DateTime, false),
            ("decided_at", ColumnType::DateTime, true),
        ],
    );
    one_of(&mut table, "status", &["pending", "approved", "rejected", "outdated"]);
    refers(&mut table, "requested_by", USERS, OnDelete::Restrict);
    refers(&mut table, "decided_by", USERS, OnDelete::Restrict);
    index(&mut table, &["entity", "row_id"]);
    table
}

/// A table with an `id` and these columns: name, type, whether null is allowed.
fn table(name: &str, given: &[(&str, ColumnType, bool)]) -> Table {
    let mut table = empty(name.to_owned(), &["id"]);
    let id = ("id", ColumnType::Uuid, false);
    table.columns = [&[id], given].concat().iter().map(column).collect();
    table
}

fn columns(given: &[(&str, ColumnType, bool)]) -> Vec<Column> {
    given.iter().map(column).collect()
}

fn column((name, kind, nullable): &(&str, ColumnType, bool)) -> Column {
    Column { name: (*name).to_owned(), kind: kind.clone(), nullable: *nullable }
}

fn unique(table: &mut Table, columns: &[&str]) {
    let name = naming::constraint("uq", &table.name, columns);
    table.uniques.push(Unique { name, columns: owned(columns), live_only: false });
}

fn index(table: &mut Table, columns: &[&str]) {
    let name = naming::constraint("ix", &table.name, columns);
    table.indexes.push(Index { name, columns: owned(columns) });
}

fn refers(table: &mut Table, column: &str, target: &str, on_delete: OnDelete) {
    table.foreign_keys.push(foreign_key(&table.name, column, target.to_owned(), on_delete));
    index(table, &[column]);
}

fn one_of(table: &mut Table, column: &str, values: &[&str]) {
    let check = CheckRule::OneOf(owned(values)).on(&table.name, column);
    table.checks.push(check);
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&it| it.to_owned()).collect()
}
