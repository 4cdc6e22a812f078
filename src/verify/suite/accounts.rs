//! Accounts: registration, passwords, login, lockout, reset.

use super::concurrency::together;
use super::{Outcome, Suite};
use crate::verify::Stop;
use crate::verify::client::Request;
use crate::verify::fault::{Fault, ensure, skip};
use crate::verify::token::claims;
use crate::verify::world::{PASSWORD, World};
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};

/// So many guesses at the same time.
const GUESSES: usize = 12;

pub fn checks(suite: &mut Suite<'_, '_>) {
    if !suite.world.spec.has_auth() {
        return;
    }
    let open = suite.world.spec.auth.open_registration;
    suite.check(
        "accounts/register",
        "`POST /auth/register {email, password, name}` 201 user; 403 when registration is closed",
        register,
    );
    if open {
        suite.check("accounts/register-taken", "409 taken", |world| {
            let email = world.address();
            let body = Value::Object(world.user_body(&email, None));
            world.send(&Request::post("/auth/register", &body))?.status(201)?;
            let mut again = world.user_body(&email.to_uppercase(), None);
            again.insert("name".into(), json!("Other"));
            let answer = world.send(&Request::post("/auth/register", &Value::Object(again)))?;
            answer.refused(409, "CONFLICT")?;
            let got = answer.details();
            ensure(
                got.get("email").map(String::as_str) == Some("unique"),
                &answer,
                "`email` unique",
                format!("{got:?}"),
            )?;
            Ok(())
        });
        suite.check("accounts/register-keys", "an unknown key, a server-set key … → 400", |world| {
            let email = world.address();
            let mut body = world.user_body(&email, None);
            for (key, value) in [("role", json!("admin")), ("active", json!(true)), ("noSuchKey", json!(1))] {
                body.insert(key.into(), value);
            }
            world.send(&Request::post("/auth/register", &Value::Object(body)))?.refused(400, "VALIDATION_ERROR")?;
            Ok(())
        });
        suite.check("accounts/passwords", "Password: 8–128 code points; under 12 it needs upper-case, lower-case and a digit; not in the list of common ones", passwords);
    }
    suite.check(
        "accounts/login",
        "`POST /auth/login` 200 `{accessToken, refreshToken, tokenType: \"Bearer\", expiresIn}`",
        login,
    );
    suite.check("accounts/login-wrong", "401 `INVALID_CREDENTIALS`, same body for unknown addresses", login_wrong);
    suite.check("accounts/login-time", "… and similar time for unknown addresses", login_time);
    suite.check(
        "accounts/lockout",
        "5 failures for one address (known or not) within 15 min → every further attempt 429 `ACCOUNT_LOCKED`",
        lockout,
    );
    suite.check(
        "accounts/lockout-at-once",
        "5 failures for one address … → every further attempt 429 `ACCOUNT_LOCKED`, also of attempts at the same time",
        lockout_at_once,
    );
    suite.check("accounts/whole-password", "never cut short", whole_password);
    suite.check(
        "accounts/change-password",
        "`POST /auth/change-password` 204, all other sessions revoked; 401 wrong current one; 400",
        change_password,
    );
    suite.check("accounts/reset-unknown", "`POST /auth/password-reset {email}` 202 for any address", |world| {
        let known = world.account("user")?.email;
        let unknown = world.address();
        let first = world.send(&Request::post("/auth/password-reset", &json!({ "email": known })))?;
        let second = world.send(&Request::post("/auth/password-reset", &json!({ "email": unknown })))?;
        first.status(202)?;
        second.status(202)?;
        ensure(first.body == second.body, &second, "the same answer for any address", second.text())?;
        Ok(())
    });
    suite.check("accounts/reset-wrong", "400, field `token`, rule `reference`", |world| {
        let key = world.key("new_password");
        let body = json!({ "token": "no-token", key: PASSWORD });
        world.send(&Request::post("/auth/password-reset/confirm", &body))?.faults(&[("token", "reference")])?;
        Ok(())
    });
    suite.check(
        "accounts/reset",
        "204, single use, all sessions revoked; a weak password does not use the token up",
        reset,
    );
}

fn register(world: &mut World<'_>) -> Outcome {
    let email = world.address();
    let body = Value::Object(world.user_body(&format!("  {}", email.to_uppercase()), None));
    let answer = world.send(&Request::post("/auth/register", &body))?;
    if !world.spec.auth.open_registration {
        answer.refused(403, "FORBIDDEN")?;
        return Ok(());
    }
    answer.status(201)?.holds("email", &json!(email))?.holds("role", &json!("user"))?.holds("active", &json!(true))?;
    let secret = answer.object()?.keys().any(|key| key.to_lowercase().contains("password"));
    ensure(!secret, &answer, "no password and no hash", answer.text())?;
    world.log_in(&email, PASSWORD)?;
    Ok(())
}

fn passwords(world: &mut World<'_>) -> Outcome {
    let long = "Aa1".to_owned() + &"x".repeat(126);
    for (password, rule) in [
        ("Aa1xxxx", "min"),
        ("alllowercase", "ok"),
        ("nouppers1", "rule"),
        ("NOLOWERS1", "rule"),
        ("NoDigitsHe", "rule"),
        ("password1234", "rule"),
        (long.as_str(), "max"),
        (&long[..128], "ok"),
        ("ключ🔑 Длинный1", "ok"),
    ] {
        let email = world.address();
        let mut body = world.user_body(&email, None);
        body.insert("password".into(), json!(password));
        let answer = world.send(&Request::post("/auth/register", &Value::Object(body)))?;
        if rule == "ok" {
            answer.status(201)?;
        } else {
            answer.faults(&[("password", rule)])?;
        }
    }
    Ok(())
}

fn login(world: &mut World<'_>) -> Outcome {
    let account = world.account("user")?;
    let body = json!({ "email": account.email.to_uppercase(), "password": account.password });
    let answer = world.send(&Request::post("/auth/login", &body))?;
    let object = answer.status(200)?.object()?;
    let mut wanted = ["access_token", "refresh_token", "token_type", "expires_in"].map(|it| world.key(it));
    wanted.sort();
    let mut got: Vec<_> = object.keys().cloned().collect();
    got.sort();
    ensure(got == wanted, &answer, format!("the keys {}", wanted.join(", ")), got.join(", "))?;
    answer.holds(&world.key("token_type"), &json!("Bearer"))?;
    let token = answer.string(&world.key("access_token"))?;
    if let Some(claims) = claims(&token) {
        let moment = |name: &str| claims.get(name).and_then(Value::as_f64);
        let life = moment("exp").zip(moment("iat")).map(|(end, start)| end - start);
        let told = object[&world.key("expires_in")].as_f64();
        ensure(life == told, &answer, "exp and iat of the token as far apart as it is told", format!("{life:?}"))?;
    }
    let me = world.send(&Request::get("/auth/me").token(Some(&token)))?;
    me.status(200)?.holds("email", &json!(account.email))?.holds("id", &json!(account.id))?;
    Ok(())
}

fn login_wrong(world: &mut World<'_>) -> Outcome {
    let known = world.account("user")?.email;
    let unknown = world.address();
    let mut bodies = Vec::new();
    for email in [known, unknown] {
        let body = json!({ "email": email, "password": "Wrong-Passw0rd-7" });
        let answer = world.send(&Request::post("/auth/login", &body))?;
        answer.refused(401, "INVALID_CREDENTIALS")?;
        let header = answer.header("www-authenticate").unwrap_or("none");
        ensure(header.starts_with("Bearer"), &answer, "WWW-Authenticate: Bearer …", header)?;
        let mut error = answer.json()?;
        error["error"][world.key("request_id")] = Value::Null;
        bodies.push((error, answer));
    }
    let [(first, _), (second, answer)] = bodies.as_slice() else { return Ok(()) };
    ensure(first == second, answer, format!("the same body: {first}"), second.to_string())?;
    Ok(())
}

fn login_time(world: &mut World<'_>) -> Outcome {
    // The fastest of several, turn by turn: what else the machine does makes answers slower, never faster.
    let [mut known, mut unknown] = [Duration::MAX; 2];
    for _ in 0..7 {
        for (email, fastest) in [(world.account("user")?.email, &mut known), (world.address(), &mut unknown)] {
            let body = json!({ "email": email, "password": "Wrong-Passw0rd-7" });
            let started = Instant::now();
            world.send(&Request::post("/auth/login", &body))?.status(401)?;
            *fastest = started.elapsed().min(*fastest);
        }
    }
    // A hash takes tens of milliseconds; a service that does not hash answers in one or two.
    let (low, high) = (known.min(unknown), known.max(unknown));
    if high > low * 3 && high.saturating_sub(low) > Duration::from_millis(5) {
        let got = format!("{} ms for known and {} ms for unknown ones", known.as_millis(), unknown.as_millis());
        return Err(Fault::new("about the same time for known and unknown addresses", got).into());
    }
    Ok(())
}

fn lockout(world: &mut World<'_>) -> Outcome {
    let known = world.account("user")?.email;
    let unknown = world.address();
    for email in [known, unknown] {
        let wrong = Request::post("/auth/login", &json!({ "email": email, "password": "Wrong-Passw0rd-7" }));
        for _ in 0..5 {
            world.send(&wrong)?.refused(401, "INVALID_CREDENTIALS")?;
        }
        let right = Request::post("/auth/login", &json!({ "email": email.to_uppercase(), "password": PASSWORD }));
        for request in [&wrong, &right] {
            let answer = world.send(request)?;
            answer.refused(429, "ACCOUNT_LOCKED")?;
            let after = answer.header("retry-after").unwrap_or("none").to_owned();
            let seconds = after.parse::<u32>().is_ok_and(|it| it > 0);
            ensure(seconds, &answer, "Retry-After in seconds", after)?;
        }
    }
    Ok(())
}

fn lockout_at_once(world: &mut World<'_>) -> Outcome {
    let email = world.account("user")?.email;
    let wrong = Request::post("/auth/login", &json!({ "email": email, "password": "Wrong-Passw0rd-7" }));
    let answers = together(world, &vec![wrong; GUESSES])?;
    let got: Vec<_> = answers.iter().map(|it| it.status.to_string()).collect();
    let failures = answers.iter().filter(|it| it.status == 401).count();
    let locked = answers.iter().filter(|it| it.status == 429).count();
    if failures > 5 || failures + locked != GUESSES {
        let wanted = format!("of {GUESSES} wrong guesses at once at most 5 × 401, the others 429");
        return Err(Fault::new(wanted, got.join(" ")).into());
    }
    let right = Request::post("/auth/login", &json!({ "email": email, "password": PASSWORD }));
    world.send(&right)?.refused(429, "ACCOUNT_LOCKED")?;
    Ok(())
}

fn whole_password(world: &mut World<'_>) -> Outcome {
    let email = world.address();
    let password = "Aa1".to_owned() + &"x".repeat(97);
    let mut body = world.user_body(&email, Some("user"));
    body.insert("password".into(), json!(password));
    world.master(Request::post("/users", &Value::Object(body)))?.status(201)?;
    let cut = json!({ "email": email, "password": &password[..72] });
    world.send(&Request::post("/auth/login", &cut))?.refused(401, "INVALID_CREDENTIALS")?;
    world.log_in(&email, &password)?;
    Ok(())
}

fn change_password(world: &mut World<'_>) -> Outcome {
    let account = world.account("user")?;
    let (other, other_refresh) = world.log_in(&account.email, PASSWORD)?;
    let (current, new) = (world.key("current_password"), world.key("new_password"));
    let next = "Another-Passw0rd-8";
    let change = |was: &str, will: &str| {
        let body = Map::from_iter([(current.clone(), json!(was)), (new.clone(), json!(will))]);
        Request::post("/auth/change-password", &Value::Object(body))
    };
    world.send(&change(PASSWORD, next))?.refused(401, "UNAUTHORIZED")?;
    let token = Some(account.access.as_str());
    world.send(&change("Wrong-Passw0rd-7", next).token(token))?.refused(401, "INVALID_CREDENTIALS")?;
    world.send(&change(PASSWORD, "weak").token(token))?.faults(&[(&new, "min")])?;
    world.send(&change(PASSWORD, next).token(token))?.empty(204)?;
    let me = Request::get("/auth/me");
    world.send(&me.clone().token(token))?.status(200)?;
    world.send(&me.token(Some(&other)))?.status(401)?;
    let body = json!({ world.key("refresh_token"): other_refresh });
    world.send(&Request::post("/auth/refresh", &body))?.status(401)?;
    let old = json!({ "email": account.email, "password": PASSWORD });
    world.send(&Request::post("/auth/login", &old))?.refused(401, "INVALID_CREDENTIALS")?;
    world.log_in(&account.email, next)?;
    Ok(())
}

/// The token of the newest mail to an address, once one is there.
pub(super) fn mailed_token(world: &World<'_>, email: &str) -> Result<String, Stop> {
    let Some(folder) = &world.target.mails else { return skip("no folder of mails was named (--mail-dir)") };
    let deadline = Instant::now() + Duration::from_secs(15);
    while Instant::now() < deadline {
        for (_, bytes) in crate::project::read_tree(folder).unwrap_or_default() {
            let text = String::from_utf8_lossy(&bytes).replace("=\r\n", "").replace("=\n", "").replace("=3D", "=");
            let Some(at) = text.find("reset-password?token=") else { continue };
            if text.contains(email) {
                let token = &text[at + "reset-password?token=".len()..];
                let end = token.find(|it: char| it.is_whitespace() || "\"<>".contains(it)).unwrap_or(token.len());
                return Ok(token[..end].to_owned());
            }
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Err(Fault::new(format!("a mail to {email} with a link to reset the password"), "none within 15 s").into())
}

fn reset(world: &mut World<'_>) -> Outcome {
    if world.target.mails.is_none() {
        return skip("no folder of mails was named (--mail-dir)");
    }
    let account = world.account("user")?;
    world.send(&Request::post("/auth/password-reset", &json!({ "email": account.email })))?.status(202)?;
    let token = mailed_token(world, &account.email)?;
    let new = world.key("new_password");
    let confirm = |password: &str| {
        let body = Map::from_iter([("token".to_owned(), json!(token)), (new.clone(), json!(password))]);
        Request::post("/auth/password-reset/confirm", &Value::Object(body))
    };
    let next = "Reset-Passw0rd-9";
    world.send(&confirm("weak"))?.faults(&[(&new, "min")])?;
    world.send(&confirm(next))?.empty(204)?;
    world.send(&confirm(next))?.faults(&[("token", "reference")])?;
    world.send(&Request::get("/auth/me").token(Some(&account.access)))?.status(401)?;
    world.log_in(&account.email, next)?;
    Ok(())
}
