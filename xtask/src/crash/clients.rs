//! Clients that write to the service as quick as it takes it, and remember what they were answered.

use serde_json::{Map, Value, json};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// So many write at once.
const CLIENTS: usize = 6;
/// A service that is away is asked again after this.
const PAUSE: Duration = Duration::from_millis(50);
/// The longest that an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Numbers that a seed decides: a linear congruential generator (Knuth, MMIX), its upper bits.
pub struct Random(u64);

impl Random {
    /// Numbers of a seed.
    pub fn new(seed: u64) -> Self {
        let mut random = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0xd1b5_4a32_d192_ed03);
        random.below(2);
        random
    }

    /// A number below another.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % limit.max(1)
    }
}

/// A write that was answered with a success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// What has to be published: `parcel.created`
    pub kind: &'static str,
    /// The row.
    pub subject: String,
    /// Its version afterwards, where the answer says it.
    pub version: Option<u64>,
}

/// What the clients remember.
#[derive(Debug, Default)]
pub struct Log {
    /// Every write that was answered with a success.
    pub answered: Vec<Answered>,
    /// How many were refused, as they had to be.
    pub refused: usize,
    /// How many had no answer, or one that says nothing about the write.
    pub lost: usize,
    /// Answers that nobody expects.
    pub strange: Vec<String>,
}

/// What all clients share.
pub struct Load {
    agent: ureq::Agent,
    origin: String,
    token: String,
    log: Mutex<Log>,
    answered: AtomicUsize,
    over: AtomicBool,
}

impl Load {
    /// Logs in as an admin, who may do everything.
    pub fn new(origin: String, (email, password): (&str, &str)) -> Result<Self, String> {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE));
        let mut load = Self {
            agent: agent.build().new_agent(),
            origin,
            token: String::new(),
            log: Mutex::default(),
            answered: AtomicUsize::new(0),
            over: AtomicBool::new(false),
        };
        let body = json!({ "email": email, "password": password });
        let (_, answer) = load.ask("POST", "/auth/login", &body, &[]).ok_or("nobody answers the login")?;
        let token = answer["accessToken"].as_str().ok_or_else(|| format!("no token: {answer}"))?;
        token.clone_into(&mut load.token);
        Ok(load)
    }

    /// Lets the clients begin.
    pub fn begin(load: &Arc<Self>, seed: u64) -> Vec<JoinHandle<()>> {
        let client = |number: usize| {
            let load = Arc::clone(load);
            std::thread::spawn(move || Client::new(&load, number, seed).run())
        };
        (0..CLIENTS).map(client).collect()
    }

    /// How many writes have been answered.
    pub fn answered(&self) -> usize {
        self.answered.load(Ordering::SeqCst)
    }

    /// Waits until so many writes have been answered.
    pub fn wait_for(&self, count: usize) {
        while self.answered() < count {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Ends the clients and gives what they remember.
    pub fn end(&self, running: Vec<JoinHandle<()>>) -> Log {
        self.over.store(true, Ordering::SeqCst);
        for client in running {
            let _ = client.join();
        }
        std::mem::take(&mut *self.log.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Status and body of an answer; nothing where there is none, or one of a server that gave up.
    fn ask(&self, method: &str, path: &str, body: &Value, headers: &[(&str, &str)]) -> Option<(u16, Value)> {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}/api/v1{path}", self.origin));
        if !self.token.is_empty() {
            request = request.header("Authorization", format!("Bearer {}", self.token));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = if body.is_null() {
            self.agent.run(request.body(()).ok()?)
        } else {
            let request = request.header("Content-Type", "application/json");
            self.agent.run(request.body(body.to_string()).ok()?)
        };
        let mut answer = answer.ok()?;
        let status = answer.status().as_u16();
        let text = answer.body_mut().read_to_string().ok()?;
        (status < 500).then(|| (status, serde_json::from_str(&text).unwrap_or_default()))
    }

    fn note(&self, change: impl FnOnce(&mut Log)) {
        change(&mut self.log.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// One client, with rows of its own.
struct Client<'l> {
    load: &'l Load,
    random: Random,
    name: String,
    counter: usize,
    depots: Vec<String>,
    /// Parcels, with their states as far as they are known.
    parcels: Vec<(String, State)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    Moving,
    HandedOver,
}

impl<'l> Client<'l> {
    fn new(load: &'l Load, number: usize, seed: u64) -> Self {
        let random = Random::new(seed.wrapping_mul(1_000).wrapping_add(number as u64 + 1));
        let name = format!("c{number}");
        Self { load, random, name, counter: 0, depots: Vec::new(), parcels: Vec::new() }
    }

    fn run(mut self) {
        while !self.load.over.load(Ordering::SeqCst) {
            match self.random.below(100) {
                0..10 => self.new_depot(),
                10..35 => self.change_depot(),
                35..60 => self.new_parcel(),
                60..85 => self.move_parcel(),
                85..90 => self.remove_parcel(),
                90..92 => self.register(),
                _ => self.refused(),
            }
        }
    }

    fn next(&mut self) -> usize {
        self.counter += 1;
        self.counter
    }

    /// Writes; gives the answer of a success.
    fn write(&mut self, method: &str, path: &str, body: &Value, kind: &'static str, id: Option<&str>) -> Option<Value> {
        let Some((status, answer)) = self.load.ask(method, path, body, &[]) else {
            self.load.note(|log| log.lost += 1);
            std::thread::sleep(PAUSE);
            return None;
        };
        if !(200..300).contains(&status) {
            self.load.note(|log| log.strange.push(format!("{method} {path}: {status} {answer}")));
            return None;
        }
        let subject = id.or(answer["id"].as_str()).unwrap_or_default().to_owned();
        let version = answer["version"].as_u64();
        self.load.note(|log| log.answered.push(Answered { kind, subject, version }));
        self.load.answered.fetch_add(1, Ordering::SeqCst);
        Some(answer)
    }

    fn new_depot(&mut self) {
        let number = self.next();
        let name = format!("depot-{}-{number}", self.name);
        let made = self.write("POST", "/depots", &json!({ "name": name, "capacity": 1 }), "depot.created", None);
        self.depots.extend(made.and_then(|it| it["id"].as_str().map(str::to_owned)));
    }

    fn change_depot(&mut self) {
        if self.depots.is_empty() {
            return self.new_depot();
        }
        let id = self.depots[self.random.below(self.depots.len())].clone();
        // Each time another one: a write that changes nothing publishes nothing.
        let capacity = self.next() + 1;
        self.write("PATCH", &format!("/depots/{id}"), &json!({ "capacity": capacity }), "depot.updated", Some(&id));
    }

    fn new_parcel(&mut self) {
        let number = self.next();
        let code = format!("{}-{number:06}", self.name);
        let body = json!({ "code": code, "weight": "1.500", "secret": "not for others" });
        let made = self.write("POST", "/parcels", &body, "parcel.created", None);
        self.parcels.extend(made.and_then(|it| Some((it["id"].as_str()?.to_owned(), State::Waiting))));
    }

    fn move_parcel(&mut self) {
        let possible: Vec<_> = (0..self.parcels.len()).filter(|&at| self.parcels[at].1 != State::HandedOver).collect();
        let Some(&at) = possible.get(self.random.below(possible.len())) else { return self.new_parcel() };
        let (id, state) = self.parcels[at].clone();
        let (path, body, next) = match state {
            State::Waiting => ("dispatch", Value::Null, State::Moving),
            _ => ("hand-over", json!({ "signature": "A. Lovelace" }), State::HandedOver),
        };
        let done = self.write("POST", &format!("/parcels/{id}/{path}"), &body, "parcel.updated", Some(&id));
        if done.is_some() {
            self.parcels[at].1 = next;
        } else {
            // Nobody knows whether it was done.
            self.parcels.swap_remove(at);
        }
    }

    fn remove_parcel(&mut self) {
        if self.parcels.is_empty() {
            return;
        }
        let at = self.random.below(self.parcels.len());
        let (id, _) = self.parcels.swap_remove(at);
        self.write("DELETE", &format!("/parcels/{id}"), &Value::Null, "parcel.deleted", Some(&id));
    }

    fn register(&mut self) {
        let number = self.next();
        let email = format!("crash-{}-{number}@example.com", self.name);
        let body = json!({ "email": email, "password": "Crash-Passw0rd-7", "name": "Crash" });
        self.write("POST", "/auth/register", &body, "user.registered", None);
    }

    /// Writes that must not be done.
    fn refused(&mut self) {
        let Some(depot) = self.depots.first().cloned() else { return };
        let mut wrong = Map::from_iter([("name".to_owned(), json!("refused")), ("noSuchKey".to_owned(), json!(1))]);
        let path = format!("/depots/{depot}");
        let (answer, wanted) = match self.random.below(3) {
            0 => (self.load.ask("POST", "/depots", &Value::Object(wrong), &[]), 400),
            1 => (self.load.ask("PATCH", &path, &json!({ "capacity": 0 }), &[("If-Match", "\"999999\"")]), 412),
            _ => {
                // The first depot's name is taken.
                wrong.remove("noSuchKey");
                wrong.insert("name".to_owned(), json!(format!("depot-{}-taken", self.name)));
                let first = self.load.ask("POST", "/depots", &Value::Object(wrong.clone()), &[]);
                if let Some((201, answer)) = &first {
                    let subject = answer["id"].as_str().unwrap_or_default().to_owned();
                    let version = answer["version"].as_u64();
                    self.load.note(|log| log.answered.push(Answered { kind: "depot.created", subject, version }));
                }
                (self.load.ask("POST", "/depots", &Value::Object(wrong), &[]), 409)
            }
        };
        match answer {
            None => self.load.note(|log| log.lost += 1),
            Some((status, _)) if status == wanted => self.load.note(|log| log.refused += 1),
            // Its first attempt had no answer, and was not done.
            Some((201, answer)) if wanted == 409 => {
                let subject = answer["id"].as_str().unwrap_or_default().to_owned();
                let version = answer["version"].as_u64();
                self.load.note(|log| log.answered.push(Answered { kind: "depot.created", subject, version }));
            }
            Some((status, answer)) => {
                self.load.note(|log| log.strange.push(format!("{status}, not {wanted}: {answer}")));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_decides_every_number() {
        let numbers = |seed| {
            let mut random = Random::new(seed);
            (0..50).map(|_| random.below(10)).collect::<Vec<_>>()
        };
        assert_eq!(numbers(3), numbers(3));
        assert_ne!(numbers(3), numbers(4));
        assert!((0..10).all(|it| numbers(3).contains(&it)));
    }
}
