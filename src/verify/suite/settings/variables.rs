//! Single variables: CORS, the size of bodies, lockout, tokens, metrics, production.

use super::super::{Outcome, Suite};
use super::{LOCKED, MOST_BYTES};
use crate::spec::{Action, Entity};
use crate::verify::client::Request;
use crate::verify::fault::{Fault, ensure, skip};
use crate::verify::metrics::value;
use crate::verify::suite::accounts::mailed_token;
use crate::verify::world::{PASSWORD, Who, World};
use serde_json::{Map, Value, json};
use std::thread::sleep;
use std::time::Duration;

/// What metrics are asked with here.
pub(super) const METRICS_TOKEN: &str = "verify-metrics-token-0123456789abcdef";

const ORIGIN: &str = "https://shop.example";

pub(super) fn checks(suite: &mut Suite<'_, '_>) {
    cors(suite);
    suite.check("settings/max-body-bytes", "`MAX_BODY_BYTES`: a larger body → 413, also when chunked", |world| {
        max_body_bytes(world)
    });
    metrics(suite);
    if suite.world.spec.has_auth() {
        suite.check("settings/lockout-attempts", "`LOCKOUT_ATTEMPTS` failures, then 429 `ACCOUNT_LOCKED`", |world| {
            locked(world).map(|_| ())
        });
        suite.check("settings/lockout-ends", "429 `ACCOUNT_LOCKED` until `LOCKOUT_SECONDS` have passed", lockout_ends);
        suite.check(
            "settings/lockout-takes-effect",
            "lockout takes effect on the next request: the right password is refused, another account is not",
            |world| {
                locked(world)?;
                let other = world.account("user")?;
                world.log_in(&other.email, PASSWORD)?;
                Ok(())
            },
        );
        suite.check(
            "settings/reset-expires",
            "`RESET_TOKEN_SECONDS`: an old token is 400, rule `reference`",
            |world| {
                let account = world.account("user")?;
                world.send(&Request::post("/auth/password-reset", &json!({ "email": account.email })))?.status(202)?;
                let token = mailed_token(world, &account.email)?;
                sleep(Duration::from_millis(1_500));
                let key = world.key("new_password");
                let body = json!({ "token": token, key: "Reset-Passw0rd-9" });
                world.send(&Request::post("/auth/password-reset/confirm", &body))?.faults(&[("token", "reference")])?;
                world.log_in(&account.email, PASSWORD)?;
                Ok(())
            },
        );
    }
}

fn preflight(origin: &str, path: String) -> Request {
    let request = Request::new("OPTIONS", path).header("Origin", origin);
    request.header("Access-Control-Request-Method", "POST").header("Access-Control-Request-Headers", "content-type")
}

fn cors(suite: &mut Suite<'_, '_>) {
    let path = suite.world.spec.entities.first().map(World::path).unwrap_or_default();
    suite.check("settings/cors-origin", "CORS from `CORS_ORIGINS`: a listed origin is named", |world| {
        for origin in [ORIGIN, "https://admin.example:8443"] {
            let answer = world.send(&Request::get("root:/healthz").header("Origin", origin))?;
            answer.status(200)?.has_header("access-control-allow-origin", origin)?;
            let vary = answer.header("vary").unwrap_or("none").to_ascii_lowercase();
            ensure(vary.contains("origin"), &answer, "Vary: Origin", vary)?;
        }
        Ok(())
    });
    suite.check("settings/cors-others", "CORS from `CORS_ORIGINS`: no other origin is", |world| {
        for origin in [
            "https://evil.example",
            "http://shop.example",
            "https://shop.example.evil.example",
            "https://admin.example",
            "https://sub.shop.example",
            "null",
        ] {
            for request in [Request::get("root:/healthz").header("Origin", origin), preflight(origin, path.clone())] {
                let answer = world.send(&request)?;
                let got = answer.header("access-control-allow-origin");
                ensure(got.is_none(), &answer, "no Access-Control-Allow-Origin", got.unwrap_or_default())?;
            }
        }
        Ok(())
    });
    suite.check("settings/cors-preflight", "CORS: a preflight of a listed origin allows the methods", |world| {
        let path = world.spec.entities.iter().find(|it| it.allows(Action::Create)).map(World::path);
        let Some(path) = path else { return skip("nothing can be created") };
        let answer = world.send(&preflight(ORIGIN, path))?;
        ensure(answer.status == 200 || answer.status == 204, &answer, "status 200 or 204", answer.status.to_string())?;
        answer.has_header("access-control-allow-origin", ORIGIN)?;
        let methods = answer.header("access-control-allow-methods").unwrap_or("none");
        ensure(methods.contains("POST"), &answer, "POST among Access-Control-Allow-Methods", methods)?;
        let headers = answer.header("access-control-allow-headers").unwrap_or("none").to_ascii_lowercase();
        ensure(headers.contains("content-type"), &answer, "content-type among the allowed headers", headers)?;
        Ok(())
    });
    suite.check("settings/cors-never-any", "never `*` with credentials", |world| {
        let path = world.spec.entities.first().map(World::path).unwrap_or_default();
        for request in [Request::get("root:/healthz").header("Origin", ORIGIN), preflight(ORIGIN, path)] {
            let answer = world.send(&request)?;
            let any = ["access-control-allow-origin", "access-control-allow-methods", "access-control-allow-headers"];
            let credentials = answer.header("access-control-allow-credentials") == Some("true");
            let wild = any.iter().any(|it| answer.header(it) == Some("*"));
            ensure(!(credentials && wild), &answer, "no `*` beside credentials", "both")?;
        }
        Ok(())
    });
    suite.check("settings/cors-errors", "On every answer: refusals to a listed origin have its headers too", |world| {
        let answer = world.send(&Request::get("/no-such-path").header("Origin", ORIGIN))?;
        answer.refused(404, "NOT_FOUND")?.has_header("access-control-allow-origin", ORIGIN)?;
        Ok(())
    });
}

fn max_body_bytes(world: &mut World<'_>) -> Outcome {
    let Some(entity) = world.spec.entities.iter().find(|it| it.allows(Action::Create)) else {
        return skip("nothing can be created");
    };
    for (length, chunked) in [(MOST_BYTES + 1, false), (MOST_BYTES + 1, true), (MOST_BYTES, false), (MOST_BYTES, true)]
    {
        let mut body = b"{}".to_vec();
        body.resize(length, b' ');
        let request = Request::new("POST", World::path(entity)).bytes(body, "application/json");
        let answer = world.master(if chunked { request.chunked() } else { request })?;
        if length > MOST_BYTES {
            answer.refused(413, "PAYLOAD_TOO_LARGE")?;
        } else {
            let got = answer.status.to_string();
            ensure(answer.status != 413, &answer, format!("a body of {MOST_BYTES} bytes to be read"), got)?;
        }
    }
    Ok(())
}

/// Locks a new account, and gives its address.
fn locked(world: &mut World<'_>) -> Result<String, crate::verify::Stop> {
    let email = world.account("user")?.email;
    let wrong = Request::post("/auth/login", &json!({ "email": email, "password": "Wrong-Passw0rd-7" }));
    for _ in 0..3 {
        world.send(&wrong)?.refused(401, "INVALID_CREDENTIALS")?;
    }
    let right = Request::post("/auth/login", &json!({ "email": email, "password": PASSWORD }));
    let answer = world.send(&right)?;
    answer.refused(429, "ACCOUNT_LOCKED")?;
    let after = answer.header("retry-after").unwrap_or("none").to_owned();
    let soon = after.parse::<u64>().is_ok_and(|it| (1..=LOCKED).contains(&it));
    ensure(soon, &answer, format!("Retry-After of 1 to {LOCKED} seconds"), after)?;
    Ok(email)
}

fn lockout_ends(world: &mut World<'_>) -> Outcome {
    let email = locked(world)?;
    sleep(Duration::from_millis(LOCKED * 1_000 + 500));
    world.log_in(&email, PASSWORD)?;
    // One failure of long ago does not count any more.
    let wrong = Request::post("/auth/login", &json!({ "email": email, "password": "Wrong-Passw0rd-7" }));
    world.send(&wrong)?.refused(401, "INVALID_CREDENTIALS")?;
    Ok(())
}

fn metrics(suite: &mut Suite<'_, '_>) {
    suite.check("settings/metrics-token", "`GET /metrics` (`METRICS_TOKEN` as bearer when set)", |world| {
        metrics_text(world)?;
        for token in [None, Some("wrong"), Some("")] {
            let answer = world.send(&Request::get("root:/metrics").token(token))?;
            answer.refused(401, "UNAUTHORIZED")?;
        }
        if let Ok(admin) = world.of(&Who::Admin) {
            world.send(&Request::get("root:/metrics").token(Some(&admin.access)))?.status(401)?;
        }
        Ok(())
    });
    suite.check(
        "settings/metrics-requests",
        "`http_requests_total{method,route,status}`; `route` is the template, `none` when unmatched",
        metrics_requests,
    );
    suite.check("settings/metrics-duration", "`http_request_duration_seconds` histogram", |world| {
        let text = metrics_text(world)?;
        for suffix in ["_bucket{", "_sum", "_count"] {
            let name = format!("http_request_duration_seconds{suffix}");
            contains(&text, |line| line.starts_with(&name), &name)?;
        }
        contains(&text, |line| line == "# TYPE http_request_duration_seconds histogram", "its TYPE line")
    });
    suite.check("settings/metrics-pool", "pool gauges", |world| {
        let text = metrics_text(world)?;
        let gauge = |line: &str| line.starts_with("# TYPE ") && line.contains("pool") && line.ends_with(" gauge");
        contains(&text, gauge, "a gauge with `pool` in its name")
    });
    suite.check("settings/metrics-created", "`<entity>_created_total` (snake_case)", |world| {
        let Some(entity) = world.spec.entities.iter().find(|it| it.allows(Action::Create)) else {
            return skip("nothing can be created");
        };
        let name = format!("{}_created_total", entity.name.snake());
        let before = value(&metrics_text(world)?, &name, &[]).unwrap_or_default();
        world.make(entity)?;
        let after = value(&metrics_text(world)?, &name, &[]).unwrap_or_default();
        if after >= before + 1.0 {
            Ok(())
        } else {
            Err(Fault::new(format!("`{name}` to grow by 1"), format!("{before}, then {after}")).into())
        }
    });
}

/// What is served as metrics.
fn metrics_text(world: &mut World<'_>) -> Result<String, crate::verify::Stop> {
    let answer = world.send(&Request::get("root:/metrics").token(Some(METRICS_TOKEN)))?;
    if answer.status == 404 {
        return skip("the service has no /metrics");
    }
    let kind = answer.status(200)?.header("content-type").unwrap_or("none");
    let prometheus = kind.starts_with("text/plain") || kind.starts_with("application/openmetrics-text");
    ensure(prometheus, &answer, "content type text/plain", kind)?;
    Ok(String::from_utf8_lossy(&answer.body).into_owned())
}

fn contains(text: &str, wanted: impl Fn(&str) -> bool, name: &str) -> Outcome {
    if text.lines().any(wanted) { Ok(()) } else { Err(Fault::new(format!("metrics with {name}"), "none").into()) }
}

fn metrics_requests(world: &mut World<'_>) -> Outcome {
    metrics_text(world)?;
    let Some(entity) = world.spec.entities.iter().find(|it| it.allows(Action::Read)) else {
        return skip("no row can be read");
    };
    let route = format!("{}{}", world.spec.api.base_path, World::row_path(entity, "{id}"));
    let name = "http_requests_total";
    let label = |name: &str, value: &str| format!("{name}=\"{value}\"");
    let asked = [label("method", "GET"), label("route", &route), label("status", "404")];
    let lost = [label("method", "GET"), label("route", "none"), label("status", "404")];
    let text = metrics_text(world)?;
    let before = [&asked, &lost].map(|labels| value(&text, name, labels).unwrap_or_default());
    world.master(Request::get(World::row_path(entity, super::super::ABSENT)))?.status(404)?;
    world.send(&Request::get("/no-such-path/5"))?.status(404)?;
    let text = metrics_text(world)?;
    for (labels, before) in [&asked, &lost].into_iter().zip(before) {
        let after = value(&text, name, labels).unwrap_or_default();
        if after < before + 1.0 {
            let series = format!("`{name}{{{}}}` to grow by 1", labels.join(","));
            return Err(Fault::new(series, format!("{before}, then {after}")).into());
        }
    }
    Ok(())
}

/// With `ACCESS_TOKEN_SECONDS=1`.
pub(super) fn brief_tokens(suite: &mut Suite<'_, '_>) {
    suite.check("settings/token-expires", "`ACCESS_TOKEN_SECONDS`: then 401 `TOKEN_EXPIRED`", |world| {
        let account = world.of(&Who::User)?;
        let body = json!({ "email": account.email, "password": account.password });
        let answer = world.send(&Request::post("/auth/login", &body))?;
        answer.status(200)?.holds(&world.key("expires_in"), &json!(1))?;
        let (access, refresh) =
            (answer.string(&world.key("access_token"))?, answer.string(&world.key("refresh_token"))?);
        sleep(Duration::from_millis(2_200));
        world.send(&Request::get("/auth/me").token(Some(&access)))?.refused(401, "TOKEN_EXPIRED")?;
        let body = Map::from_iter([(world.key("refresh_token"), json!(refresh))]);
        world.send(&Request::post("/auth/refresh", &Value::Object(body)))?.status(200)?;
        Ok(())
    });
}

/// With a cache that is away.
pub(super) fn cache_away(suite: &mut Suite<'_, '_>) {
    suite.check(
        "settings/cache-away",
        "a cache that is away shows as `down`; only the database makes it 503",
        |world| {
            let answer = world.send(&Request::get("root:/readyz"))?;
            let body = answer.status(200)?.object()?;
            let checks = body.get("checks").cloned().unwrap_or_default();
            let told = checks["cache"] == "down" && checks["database"] == "up";
            ensure(told, &answer, "checks.cache \"down\" and checks.database \"up\"", answer.text())?;
            Ok(())
        },
    );
    suite.check("settings/cache-away-serves", "the service works when its cache is away", |world| {
        let readable = |it: &&Entity| it.allows(Action::Create) && it.allows(Action::Read);
        let Some(entity) = world.spec.entities.iter().find(readable) else {
            return skip("no row can be made and read");
        };
        let row = world.make(entity)?;
        for _ in 0..3 {
            world.master(Request::get(World::row_path(entity, &row.id)))?.status(200)?.holds("id", &json!(row.id))?;
        }
        Ok(())
    });
}

/// With `APP_ENV=production`.
pub(super) fn in_production(suite: &mut Suite<'_, '_>) {
    suite.check("settings/production-docs", "production serves no `/docs`", |world| {
        world.send(&Request::get("root:/docs"))?.refused(404, "NOT_FOUND")?;
        Ok(())
    });
    suite.check("settings/production-serves", "production serves everything else", |world| {
        world.send(&Request::get("root:/readyz"))?.status(200)?;
        world.send(&Request::get("root:/openapi.json"))?.status(200)?;
        let path = world.spec.entities.first().map(World::path).unwrap_or_default();
        let answer = world.send(&Request::get(path))?;
        ensure(answer.status < 500, &answer, "an answer of the service", answer.status.to_string())?;
        Ok(())
    });
    suite.check("settings/production-metrics", "`METRICS_TOKEN` … required in production", |world| {
        let answer = world.send(&Request::get("root:/metrics"))?;
        if answer.status == 404 {
            return skip("the service has no /metrics");
        }
        answer.refused(401, "UNAUTHORIZED")?;
        Ok(())
    });
}
