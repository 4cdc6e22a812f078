//! What checks work on: callers, and rows that they make.

use super::client::{Client, Request};
use super::fault::{Stop, skip};
use super::{Credentials, Exchange, Fault, Target};
use crate::derive::sample;
use crate::spec::{Action, Entity, Field, Grant, Name, Relation, RelationKind, Samples, Spec, USER, samples_of};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Who sends a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// Nobody who is logged in.
    Anonymous,
    /// An account of role `user`.
    User,
    /// Another account of role `user`.
    Other,
    /// An account of one of the spec's own roles.
    Role(String),
    /// An account of role `admin`.
    Admin,
}

/// An account of the suite.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its id.
    pub id: String,
    /// Its address.
    pub email: String,
    /// Its password.
    pub password: String,
    /// A session's access token.
    pub access: String,
    /// The session's refresh token.
    pub refresh: String,
}

/// A row that the suite made.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// As it was answered.
    pub value: Map<String, Value>,
    /// The body that made it.
    pub sent: Map<String, Value>,
}

/// The password of every account of the suite.
pub const PASSWORD: &str = "Verify-Passw0rd-7";

/// How often a row whose unique value is taken is tried with another one.
const ATTEMPTS: usize = 20;

/// Callers, rows and what they are made of.
pub struct World<'a> {
    /// The spec that the service is made from.
    pub spec: &'a Spec,
    /// Sends requests.
    pub client: Client,
    /// The service.
    pub target: Target,
    /// Differs from run to run: part of what must be unique in the service.
    pub run: u32,
    /// How many requests have been sent.
    pub requests: usize,
    /// How many of them, up to the last one, have had no answer.
    pub silent: usize,
    /// Every request of [`World::send`] with its answer, where they are wanted.
    pub record: Option<Vec<Exchange>>,
    accounts: BTreeMap<Who, Account>,
    /// How long the access tokens of the service live, as the last login has told, and since when those of `accounts` do.
    life: Option<Duration>,
    since: Instant,
    made: Vec<(String, String)>,
    counter: usize,
    /// How many seeds each entity has had.
    seeds: BTreeMap<String, usize>,
}

impl<'a> World<'a> {
    /// A world without accounts and rows.
    pub fn new(spec: &'a Spec, target: &Target, run: u32) -> Self {
        let client = Client::new(target, &spec.api.base_path, spec.api.json_case);
        let counter = run as usize % 100_000 * 1_000;
        Self {
            spec,
            client,
            target: target.clone(),
            run,
            requests: 0,
            silent: 0,
            record: None,
            accounts: BTreeMap::new(),
            life: None,
            since: Instant::now(),
            made: Vec::new(),
            counter,
            seeds: BTreeMap::new(),
        }
    }

    /// Sends a request.
    pub fn send(&mut self, request: &Request) -> Result<Exchange, Fault> {
        self.requests += 1;
        let answer = self.client.send(request);
        self.silent = if answer.is_ok() { 0 } else { self.silent + 1 };
        if let (Some(record), Ok(exchange)) = (&mut self.record, &answer) {
            record.push(exchange.clone());
            // Rows of one millisecond are told apart by their ids alone, so their order would differ from service to service.
            std::thread::sleep(Duration::from_millis(2));
        }
        answer
    }

    /// Sends a request as somebody.
    pub fn send_as(&mut self, who: &Who, request: Request) -> Result<Exchange, Fault> {
        let token = self.token(who);
        self.send(&request.token(token.as_deref()))
    }

    /// Sends a request as somebody who passes every check.
    pub fn master(&mut self, request: Request) -> Result<Exchange, Fault> {
        self.send_as(&Who::Admin, request)
    }

    fn token(&self, who: &Who) -> Option<String> {
        self.accounts.get(who).map(|it| it.access.clone())
    }

    /// A name in the service's case.
    pub fn key(&self, snake: &str) -> String {
        sample::key(self.spec, &Name::new(snake))
    }

    /// A field's JSON key.
    pub fn key_of(&self, name: &Name) -> String {
        sample::key(self.spec, name)
    }

    /// A number that no other call gives.
    pub fn next(&mut self) -> usize {
        self.counter += 1;
        self.counter
    }

    /// A seed that no other row of this entity has. Each has its own count: a unique field of few values has none to lose to
    /// the rows of others.
    pub fn seed(&mut self, entity: &Entity) -> usize {
        let count = self.seeds.entry(entity.name.declared().to_owned()).or_default();
        *count += 1;
        self.run as usize % 100_000 * 1_000 + *count
    }

    // --- accounts -----------------------------------------------------------------------------

    /// Logs the admin in and makes an account of each role.
    pub fn prepare(&mut self) -> Result<(), Stop> {
        if !self.spec.has_auth() {
            return Ok(());
        }
        let Some(Credentials { email, password }) = self.target.admin.clone() else {
            return skip("no admin was named (--admin-email, --admin-password)");
        };
        self.since = Instant::now();
        let (access, refresh) = self.log_in(&email, &password)?;
        let me = self.send(&Request::get("/auth/me").token(Some(&access)))?;
        let id = me.status(200)?.string("id")?;
        self.accounts.insert(Who::Admin, Account { id, email, password, access, refresh });
        let own = self.spec.auth.roles.iter().map(|role| (Who::Role(role.clone()), role.clone()));
        let both = [(Who::User, "user".to_owned()), (Who::Other, "user".to_owned())];
        for (who, role) in both.into_iter().chain(own.collect::<Vec<_>>()) {
            let account = self.account(&role)?;
            self.accounts.insert(who, account);
        }
        Ok(())
    }

    /// Logs everybody in again when a third of the life of their tokens is over: on a busy machine, or with many entities, all
    /// checks together take longer than a token lives.
    pub fn renew(&mut self) {
        if self.life.is_none_or(|life| self.since.elapsed() < life / 3) {
            return;
        }
        self.since = Instant::now();
        for (who, account) in self.accounts.clone() {
            // Who cannot log in keeps what he has, and the next check tells why.
            if let Ok((access, refresh)) = self.log_in(&account.email, &account.password) {
                self.accounts.insert(who, Account { access, refresh, ..account });
            }
        }
    }

    /// Makes a new account of a role and logs it in.
    pub fn account(&mut self, role: &str) -> Result<Account, Stop> {
        let email = self.address();
        let body = self.user_body(&email, Some(role));
        let made = self.master(Request::post("/users", &Value::Object(body)))?;
        let id = made.status(201)?.string("id")?;
        let (access, refresh) = self.log_in(&email, PASSWORD)?;
        Ok(Account { id, email, password: PASSWORD.to_owned(), access, refresh })
    }

    /// The body that makes an account: by an admin with a role, by a registration without.
    pub fn user_body(&mut self, email: &str, role: Option<&str>) -> Map<String, Value> {
        let mut body = Map::new();
        body.insert("email".into(), email.into());
        body.insert("password".into(), PASSWORD.into());
        body.insert("name".into(), "Verify".into());
        if let Some(role) = role {
            body.insert("role".into(), role.into());
        }
        let seed = self.next();
        for field in self.spec.auth.user_fields.iter().filter(|it| !it.read_only) {
            body.insert(self.key_of(&field.name), samples_of(field, None, &self.spec.enums, seed).typical);
        }
        body
    }

    /// An address that is in no account.
    pub fn address(&mut self) -> String {
        let number = self.next();
        format!("verify-{:08x}-{number}@example.com", self.run)
    }

    /// Logs in; gives the access and the refresh token.
    pub fn log_in(&mut self, email: &str, password: &str) -> Result<(String, String), Stop> {
        let answer = self.send(&Request::post("/auth/login", &json!({ "email": email, "password": password })))?;
        let told = answer.status(200)?.object()?.get(&self.key("expires_in")).and_then(Value::as_u64);
        self.life = told.map(Duration::from_secs);
        Ok((answer.string(&self.key("access_token"))?, answer.string(&self.key("refresh_token"))?))
    }

    /// The account of a caller.
    pub fn of(&self, who: &Who) -> Result<Account, Stop> {
        let found = self.accounts.get(who).cloned();
        found.ok_or_else(|| Stop::Skipped("the service has no accounts".to_owned()))
    }

    // --- rows ---------------------------------------------------------------------------------

    /// The path of a collection.
    pub fn path(entity: &Entity) -> String {
        format!("/{}", entity.plural.kebab())
    }

    /// The path of a row.
    pub fn row_path(entity: &Entity, id: &str) -> String {
        format!("/{}/{id}", entity.plural.kebab())
    }

    /// Values of a field; another number gives other ones.
    pub fn samples(&self, entity: &Entity, field: &Field, seed: usize) -> Samples {
        // Part of a composite key, a value must differ as well.
        let part = entity.unique.iter().flatten().any(|name| name == field.name.declared());
        let field = &Field { unique: field.unique || part, ..field.clone() };
        entity.samples(field, &self.spec.enums, seed)
    }

    /// Whether somebody can refer to all that a row of this entity needs: only rows that he may read can be referred to.
    pub fn can_refer(&self, entity: &Entity, who: &Who) -> bool {
        entity.references().filter(|it| it.required).all(|relation| match self.spec.entity(&relation.target) {
            None => true,
            Some(target) => {
                may(who, target.access.of(Action::Read)) || (*who != Who::Anonymous && self.can_make(target, who))
            }
        })
    }

    /// Whether somebody can make a row, and so own one.
    pub fn can_make(&self, entity: &Entity, who: &Who) -> bool {
        may(who, entity.access.of(Action::Create)) && self.can_refer(entity, who)
    }

    /// A body that somebody may make a row of: every writable field, and the references that it needs.
    pub fn body(&mut self, entity: &Entity, who: &Who) -> Result<Map<String, Value>, Stop> {
        let seed = self.seed(entity);
        let mut body = Map::new();
        for field in entity.fields.iter().filter(|it| !it.read_only) {
            body.insert(self.key_of(&field.name), self.samples(entity, field, seed).typical);
        }
        body.extend(self.references(entity, who)?);
        Ok(self.fitted(entity, who, body, &Map::new()))
    }

    /// The references that a row needs, to new rows that somebody may read.
    pub fn references(&mut self, entity: &Entity, who: &Who) -> Result<Map<String, Value>, Stop> {
        let mut keys = Map::new();
        for relation in entity.references().filter(|it| it.required) {
            keys.insert(self.key_of(&relation.key()), self.referred(relation, who)?.into());
        }
        Ok(keys)
    }

    /// The id of a new row that a relation can lead to.
    pub fn referred(&mut self, relation: &Relation, who: &Who) -> Result<String, Stop> {
        if relation.target == USER {
            let one_each = relation.kind == RelationKind::OneToOne;
            return Ok(if one_each { self.account("user")?.id } else { self.of(&known(who))?.id });
        }
        let spec = self.spec;
        let Some(target) = spec.entity(&relation.target) else {
            return skip(format!("there is no entity {}", relation.target));
        };
        // Only rows that the caller may read can be referred to.
        let by_himself = !may(who, target.access.of(Action::Read)) && may(who, target.access.of(Action::Create));
        let maker = if by_himself { who } else { &Who::Admin };
        Ok(self.make_with(target, maker, &Map::new())?.id)
    }

    /// Makes a row as somebody who may.
    pub fn make(&mut self, entity: &Entity) -> Result<Row, Stop> {
        self.make_with(entity, &Who::Admin, &Map::new())
    }

    /// Makes a row as somebody, some keys given.
    pub fn make_with(&mut self, entity: &Entity, who: &Who, given: &Map<String, Value>) -> Result<Row, Stop> {
        if !entity.allows(Action::Create) {
            return skip(format!("{} cannot be created through the API", entity.plural.human()));
        }
        let (sent, answer) = self.post(entity, who, given)?;
        answer.status(201)?;
        Ok(Row { id: answer.string("id")?, value: answer.object()?, sent })
    }

    /// Makes a row as an admin would who minds no rule about approvals: these keys are kept as they are.
    pub fn made_so(&mut self, entity: &Entity, who: &Who, given: &Map<String, Value>) -> Result<Row, Stop> {
        let mut sent = self.body(entity, who)?;
        sent.extend(given.clone());
        let answer = self.send_as(who, Request::post(Self::path(entity), &Value::Object(sent.clone())))?;
        let id = answer.status(201)?.string("id")?;
        self.remember(entity, &id);
        Ok(Row { id, value: answer.object()?, sent })
    }

    /// Asks for a row as somebody, some keys given; gives the body that was sent, too. A row that is made is removed
    /// when the run ends.
    pub fn post(
        &mut self,
        entity: &Entity,
        who: &Who,
        given: &Map<String, Value>,
    ) -> Result<(Map<String, Value>, Exchange), Stop> {
        let mut attempt = 1;
        loop {
            let mut sent = self.body(entity, who)?;
            if !given.is_empty() {
                sent.extend(given.clone());
                sent = self.fitted(entity, who, sent, given);
            }
            let answer = self.send_as(who, Request::post(Self::path(entity), &Value::Object(sent.clone())))?;
            if answer.status == 201 {
                let id = answer.string("id")?;
                self.remember(entity, &id);
            }
            // A unique field of few values may meet a row that was there before; one that was given is meant.
            let by_chance = answer.status == 409 && answer.details().keys().any(|key| !given.contains_key(key));
            if !by_chance || attempt == ATTEMPTS {
                return Ok((sent, answer));
            }
            attempt += 1;
            // Where one value is taken, its neighbours often are, too.
            *self.seeds.entry(entity.name.declared().to_owned()).or_default() += 7 * attempt;
        }
    }

    /// Removes this row when the run ends.
    pub fn remember(&mut self, entity: &Entity, id: &str) {
        self.made.push((entity.name.declared().to_owned(), id.to_owned()));
    }

    /// Removes what was made as far as it can be, newest first.
    pub fn clean_up(&mut self) {
        let spec = self.spec;
        for (name, id) in std::mem::take(&mut self.made).into_iter().rev() {
            if let Some(entity) = spec.entity(&name).filter(|it| it.allows(Action::Delete)) {
                let _ = self.master(Request::delete(Self::row_path(entity, &id)));
            }
        }
        let others = self.accounts.iter().filter(|(who, _)| **who != Who::Admin);
        for id in others.map(|(_, it)| it.id.clone()).collect::<Vec<_>>() {
            let _ = self.master(Request::patch(format!("/users/{id}"), &json!({ "active": false })));
        }
    }
}

/// Whether somebody may do this with any row.
fn may(who: &Who, grants: &[Grant]) -> bool {
    grants.iter().any(|grant| match (grant, who) {
        (Grant::Public, _) | (_, Who::Admin) => true,
        (Grant::Authenticated, _) => *who != Who::Anonymous,
        (Grant::Role(role), Who::Role(own)) => role == own,
        (Grant::Role(role), Who::User | Who::Other) => role == "user",
        _ => false,
    })
}

/// Somebody with an account, where nobody has none.
fn known(who: &Who) -> Who {
    if *who == Who::Anonymous { Who::Admin } else { who.clone() }
}
