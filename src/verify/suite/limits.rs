//! Rate limits, on a service whose limits are small. Counts of an earlier run may be left, so each check begins with a
//! full window.

use super::{Outcome, Suite};
use crate::verify::Exchange;
use crate::verify::client::{Client, Request};
use crate::verify::fault::{Fault, Stop, ensure, skip};
use crate::verify::restart::{Restart, Setting};
use crate::verify::world::{Account, Who, World};
use serde_json::json;
use std::thread::sleep;
use std::time::Duration;

/// `RATE_LIMIT_PER_MINUTE` and `AUTH_RATE_LIMIT_PER_MINUTE` here.
const MOST: u32 = 9;
const MOST_AUTH: u32 = 5;
/// The same as the environment has them.
pub(super) const MOST_TEXT: &str = "9";
pub(super) const MOST_AUTH_TEXT: &str = "5";

/// A window with less left may end within a check.
const ROOM: u64 = 12;

/// Whom a request is counted for.
type Caller<'c> = &'c dyn Fn(Request) -> Request;

pub fn checks(suite: &mut Suite<'_, '_>) {
    let auth = suite.world.spec.has_auth();
    suite.check("limits/headers", "`RateLimit-Limit`, `RateLimit-Remaining`, `RateLimit-Reset` on answers", |world| {
        let (answer, left) = window(world, MOST, &anybody(world))?;
        ensure(left == MOST - 1, &answer, format!("RateLimit-Remaining: {}", MOST - 1), left.to_string())?;
        let next = world.send(&anybody(world))?;
        next.has_header("ratelimit-remaining", &(MOST - 2).to_string())?;
        Ok(())
    });
    suite.check("limits/reached", "429 `RATE_LIMITED` with `Retry-After`, after exactly so many requests", |world| {
        exhausted(world, &|it| it)?;
        let answer = world.send(&anybody(world))?;
        limited(&answer)?;
        answer.has_header("ratelimit-limit", MOST_TEXT)?.has_header("ratelimit-remaining", "0")?;
        Ok(())
    });
    suite.check("limits/probes-exempt", "probes and metrics exempt", |world| {
        exhausted(world, &|it| it)?;
        for path in ["root:/healthz", "root:/readyz", "root:/metrics"] {
            for _ in 0..=MOST {
                let answer = world.send(&Request::get(path))?;
                ensure(answer.status != 429, &answer, "no limit on probes", "429")?;
                let header = answer.header("ratelimit-limit");
                ensure(header.is_none(), &answer, "no RateLimit-Limit on probes", header.unwrap_or_default())?;
            }
        }
        limited(&world.send(&anybody(world))?)
    });
    suite.check("limits/forged-address", "`X-Forwarded-For` counts only from `TRUSTED_PROXIES`", |world| {
        exhausted(world, &|it| it)?;
        for (name, value) in [
            ("X-Forwarded-For", "203.0.113.9"),
            ("X-Forwarded-For", "203.0.113.10, 127.0.0.1"),
            ("X-Real-IP", "203.0.113.11"),
            ("Forwarded", "for=203.0.113.12"),
        ] {
            limited(&world.send(&anybody(world).header(name, value))?)?;
        }
        Ok(())
    });
    if auth {
        accounts(suite);
    }
}

fn accounts(suite: &mut Suite<'_, '_>) {
    suite.check("limits/per-caller", "Rate limit per caller (user, key, else address)", |world| {
        let (one, other) = (world.of(&Who::User)?, world.of(&Who::Other)?);
        let as_one = |it: Request| it.token(Some(&one.access));
        exhausted(world, &as_one)?;
        let answer = world.send(&anybody(world).token(Some(&other.access)))?;
        ensure(answer.status != 429, &answer, "another user to be served", "429")?;
        exhausted(world, &|it| it)?;
        let answer = world.send(&anybody(world).token(Some(&other.access)))?;
        ensure(answer.status != 429, &answer, "a user of that address to be served", "429")?;
        limited(&world.send(&as_one(anybody(world)))?)
    });
    suite.check("limits/bad-token", "a bad token counts by address", |world| {
        exhausted(world, &|it| it)?;
        for token in ["no.such.token", "x"] {
            limited(&world.send(&anybody(world).token(Some(token)))?)?;
        }
        Ok(())
    });
    suite.check("limits/auth", "and 10 on `/auth/*` by address: a count of its own", |world| {
        exhausted(world, &|it| it)?;
        auth_exhausted(world, &|it| it)?;
        let account: Account = world.of(&Who::User)?;
        let answer = world.send(&Request::get("/auth/me").token(Some(&account.access)))?;
        limited(&answer)?;
        answer.has_header("ratelimit-limit", MOST_AUTH_TEXT)?;
        let other = world.of(&Who::Other)?;
        limited(&world.send(&Request::get("/auth/me").token(Some(&other.access)))?)?;
        limited(&world.send(&Request::post("/auth/refresh", &json!({})).header("X-Forwarded-For", "203.0.113.9"))?)
    });
    suite.check("limits/auth-is-apart", "a caller without a word left at `/auth/*` is served elsewhere", |world| {
        auth_exhausted(world, &|it| it)?;
        let admin = world.of(&Who::Admin)?;
        let (_, left) = window(world, MOST, &anybody(world).token(Some(&admin.access)))?;
        if left + 1 == MOST {
            Ok(())
        } else {
            Err(Fault::new(format!("{} requests left", MOST - 1), left.to_string()).into())
        }
    });
}

/// With a second process beside the service, on what they share.
pub fn shared(suite: &mut Suite<'_, '_>, service: &mut dyn Restart, limits: &[Setting<'_>]) {
    suite.check("limits/shared", "In Redis when there is one: two processes count together", |world| {
        let failed = |why| Fault::new("a second process beside the first", why);
        let target = service.beside(limits).map_err(failed)?;
        let other = Client::new(&target, &world.spec.api.base_path, world.spec.api.json_case);
        let request = anybody(world);
        let (_, mut left) = window(world, MOST, &request)?;
        while left > 0 {
            left -= 1;
            world.requests += 1;
            let answer = if left % 2 == 0 { other.send(&request)? } else { world.client.send(&request)? };
            ensure(answer.status != 429, &answer, format!("{MOST} requests a minute to be served"), "429 before that")?;
            answer.has_header("ratelimit-remaining", &left.to_string())?;
        }
        limited(&other.send(&request)?)?;
        limited(&world.send(&request)?)
    });
}

/// With `TRUSTED_PROXIES` that has the address of the suite.
pub fn behind_a_proxy(suite: &mut Suite<'_, '_>) {
    suite.check("limits/proxy-address", "`X-Forwarded-For` counts … from `TRUSTED_PROXIES`", |world| {
        exhausted(world, &|it| it.header("X-Forwarded-For", "203.0.113.1"))?;
        for other in ["203.0.113.2", "2001:db8::2"] {
            let answer = world.send(&anybody(world).header("X-Forwarded-For", other))?;
            ensure(answer.status != 429, &answer, "another address to be served", "429")?;
        }
        limited(&world.send(&anybody(world).header("X-Forwarded-For", "203.0.113.1"))?)
    });
    suite.check(
        "limits/proxy-forged",
        "`X-Forwarded-For` counts only from `TRUSTED_PROXIES`: what a client puts in front does not",
        |world| {
            exhausted(world, &|it| it.header("X-Forwarded-For", "203.0.113.3"))?;
            for chain in
                ["198.51.100.7, 203.0.113.3", "198.51.100.8,198.51.100.9, 203.0.113.3, 127.0.0.1", "x, 203.0.113.3"]
            {
                limited(&world.send(&anybody(world).header("X-Forwarded-For", chain))?)?;
            }
            Ok(())
        },
    );
    if suite.world.spec.has_auth() {
        suite.check("limits/proxy-auth", "10 on `/auth/*` by address, behind a proxy too", |world| {
            auth_exhausted(world, &|it| it.header("X-Forwarded-For", "203.0.113.4"))?;
            let login = login(world).header("X-Forwarded-For", "203.0.113.5");
            world.send(&login)?.refused(401, "INVALID_CREDENTIALS")?;
            Ok(())
        });
    }
}

/// A request that everybody may make, whatever its answer.
fn anybody(world: &World<'_>) -> Request {
    Request::get(world.spec.entities.first().map(World::path).unwrap_or_default())
}

fn login(world: &mut World<'_>) -> Request {
    let email = world.address();
    Request::post("/auth/login", &json!({ "email": email, "password": "Wrong-Passw0rd-7" }))
}

/// A number in a header.
fn number(answer: &Exchange, name: &str) -> Result<u64, Fault> {
    let text = answer.header(name).unwrap_or("none");
    text.parse().map_err(|_| Fault::new(format!("a number in `{name}`"), text).shown_by(answer))
}

/// Makes this request as the first one of a window that does not end soon; gives the answer, and how many are left.
fn window(world: &mut World<'_>, most: u32, request: &Request) -> Result<(Exchange, u32), Stop> {
    for _ in 0..3 {
        let answer = world.send(request)?;
        answer.has_header("ratelimit-limit", &most.to_string())?;
        let (left, reset) = (number(&answer, "ratelimit-remaining")?, number(&answer, "ratelimit-reset")?);
        ensure((1..=60).contains(&reset), &answer, "RateLimit-Reset of 1 to 60 seconds", reset.to_string())?;
        if answer.status != 429 && left == u64::from(most) - 1 && reset >= ROOM {
            return Ok((answer, most - 1));
        }
        sleep(Duration::from_millis(reset * 1_000 + 300));
    }
    skip("no whole window could be had: others ask this service as well")
}

/// Uses a caller's requests up, after each of which fewer are left.
fn exhausted(world: &mut World<'_>, caller: Caller<'_>) -> Outcome {
    let request = caller(anybody(world));
    let (_, mut left) = window_or_end(world, MOST, &request)?;
    while left > 0 {
        let answer = world.send(&request)?;
        ensure(answer.status != 429, &answer, format!("{MOST} requests a minute to be served"), "429 before that")?;
        answer.has_header("ratelimit-remaining", &(left - 1).to_string())?;
        left -= 1;
    }
    limited(&world.send(&request)?)
}

fn auth_exhausted(world: &mut World<'_>, caller: Caller<'_>) -> Outcome {
    let request = caller(login(world));
    let (_, mut left) = window_or_end(world, MOST_AUTH, &request)?;
    while left > 0 {
        let request = caller(login(world));
        let answer = world.send(&request)?;
        answer.refused(401, "INVALID_CREDENTIALS")?;
        answer.has_header("ratelimit-remaining", &(left - 1).to_string())?;
        left -= 1;
    }
    let request = caller(login(world));
    limited(&world.send(&request)?)
}

/// The first request of a window, or one of a window that is used up already.
fn window_or_end(world: &mut World<'_>, most: u32, request: &Request) -> Result<(Exchange, u32), Stop> {
    let answer = world.send(request)?;
    answer.has_header("ratelimit-limit", &most.to_string())?;
    let (left, reset) = (number(&answer, "ratelimit-remaining")?, number(&answer, "ratelimit-reset")?);
    if reset >= ROOM {
        return Ok((answer, u32::try_from(left).unwrap_or_default()));
    }
    sleep(Duration::from_millis(reset * 1_000 + 300));
    window(world, most, request)
}

/// Wants a refusal of one request too many.
fn limited(answer: &Exchange) -> Outcome {
    answer.refused(429, "RATE_LIMITED")?;
    let after = number(answer, "retry-after")?;
    ensure((1..=60).contains(&after), answer, "Retry-After of 1 to 60 seconds", after.to_string())?;
    Ok(())
}
