//! Around the resources: probes, headers, compression, request ids.

use super::{ABSENT, Outcome, Suite};
use crate::verify::client::Request;
use crate::verify::fault::{Fault, ensure, skip};
use crate::verify::world::{Who, World};
use serde_json::json;

pub fn answers(world: &mut World<'_>) -> Outcome {
    world.send(&Request::get("root:/healthz"))?.status(200)?;
    Ok(())
}

pub fn limits_are_off(world: &mut World<'_>) -> Outcome {
    let path = world.spec.entities.first().map(World::path).unwrap_or_default();
    let answer = world.send(&Request::get(path))?;
    if let Some(limit) = answer.header("ratelimit-limit") {
        let wanted = "RATE_LIMIT_PER_MINUTE=0 and AUTH_RATE_LIMIT_PER_MINUTE=0 in the service's environment";
        return Err(Fault::new(wanted, format!("a limit of {limit} requests")).shown_by(&answer).into());
    }
    Ok(())
}

pub fn checks(suite: &mut Suite<'_, '_>) {
    suite.check(
        "front/readyz",
        "`GET /readyz` 200 or 503 `{status, checks: {database: \"up\"|\"down\", …}}`",
        |world| {
            let answer = world.send(&Request::get("root:/readyz"))?;
            let body = answer.status(200)?.object()?;
            let up = body.get("checks").is_some_and(|it| it["database"] == "up");
            ensure(up && body.contains_key("status"), &answer, "status and checks.database \"up\"", answer.text())?;
            let cache = body.get("checks").is_some_and(|it| it["cache"] == "up");
            ensure(cache == world.spec.has_cache(), &answer, "checks.cache \"up\" where there is one", answer.text())?;
            Ok(())
        },
    );
    suite.check(
        "front/security-headers",
        "On every answer: nosniff, DENY, no-referrer, `default-src 'none'`",
        |world| {
            let first = world.spec.entities.first().map(World::path).unwrap_or_default();
            for path in ["root:/healthz".to_owned(), "root:/openapi.json".to_owned(), first, "/no-such-path".to_owned()]
            {
                let answer = world.send(&Request::get(path))?;
                answer
                    .has_header("x-content-type-options", "nosniff")?
                    .has_header("x-frame-options", "DENY")?
                    .has_header("referrer-policy", "no-referrer")?
                    .has_header("content-security-policy", "default-src 'none'; frame-ancestors 'none'")?;
            }
            Ok(())
        },
    );
    suite.check("front/no-software-named", "no `Server` version, no `X-Powered-By`", |world| {
        let answer = world.send(&Request::get("root:/healthz"))?;
        let server = answer.header("server").unwrap_or_default();
        ensure(!server.contains(|it: char| it.is_ascii_digit()), &answer, "no version in Server", server)?;
        let powered = answer.header("x-powered-by");
        ensure(powered.is_none(), &answer, "no X-Powered-By", powered.unwrap_or_default())?;
        Ok(())
    });
    suite.check("front/no-hsts-on-http", "`Strict-Transport-Security` when the request came by https", |world| {
        if !world.client.origin().starts_with("http:") {
            return skip("the service is asked by https");
        }
        let answer = world.send(&Request::get("root:/healthz"))?;
        let got = answer.header("strict-transport-security");
        ensure(got.is_none(), &answer, "no Strict-Transport-Security over http", got.unwrap_or_default())?;
        Ok(())
    });
    request_ids(suite);
    suite.check("front/gzip", "gzip over 1 KiB, `Vary: Accept-Encoding`", |world| {
        let large = world.send(&Request::get("root:/openapi.json").header("Accept-Encoding", "gzip"))?;
        large.status(200)?.has_header("content-encoding", "gzip")?;
        let vary = large.header("vary").unwrap_or_default().to_ascii_lowercase();
        ensure(vary.contains("accept-encoding"), &large, "Vary: Accept-Encoding", vary)?;
        let small = world.send(&Request::get("root:/healthz").header("Accept-Encoding", "gzip"))?;
        let got = small.header("content-encoding");
        ensure(got.is_none(), &small, "a small answer as it is", got.unwrap_or_default())?;
        let plain = world.send(&Request::get("root:/openapi.json"))?;
        let got = plain.header("content-encoding");
        ensure(got.is_none(), &plain, "no gzip for who does not ask for it", got.unwrap_or_default())?;
        Ok(())
    });
    suite.check("front/cors-closed", "CORS from `CORS_ORIGINS`, nothing by default", |world| {
        let origin = "https://elsewhere.example";
        let answer = world.send(&Request::get("root:/healthz").header("Origin", origin))?;
        let got = answer.header("access-control-allow-origin");
        ensure(got.is_none(), &answer, "no Access-Control-Allow-Origin", got.unwrap_or_default())?;
        Ok(())
    });
    suite.check("front/no-store-on-accounts", "`Cache-Control: no-store` on auth and user answers", |world| {
        if !world.spec.has_auth() {
            return skip("the service has no accounts");
        }
        let body = json!({ "email": "nobody@example.com", "password": "x" });
        world.send(&Request::post("/auth/login", &body))?.has_header("cache-control", "no-store")?;
        world.master(Request::get("/auth/me"))?.has_header("cache-control", "no-store")?;
        world.master(Request::get("/users"))?.has_header("cache-control", "no-store")?;
        Ok(())
    });
}

fn request_ids(suite: &mut Suite<'_, '_>) {
    suite.check("front/request-id-echoed", "`X-Request-Id` accepted, made when absent, echoed", |world| {
        let given = "Verify_1.2-3";
        let echoed = world.send(&Request::get("root:/healthz").header("X-Request-Id", given))?;
        echoed.has_header("x-request-id", given)?;
        let first = world.send(&Request::get("root:/healthz"))?;
        let second = world.send(&Request::get("root:/healthz"))?;
        let (one, two) = (first.header("x-request-id"), second.header("x-request-id"));
        ensure(one.is_some() && one != two, &second, "a new id for each request", format!("{one:?} and {two:?}"))?;
        Ok(())
    });
    suite.check("front/request-id-replaced", "(`[A-Za-z0-9._-]{1,128}`, else replaced)", |world| {
        for wrong in ["a b", "é", "a/b", &"x".repeat(129)] {
            let answer = world.send(&Request::get("root:/healthz").header("X-Request-Id", wrong))?;
            let got = answer.header("x-request-id").unwrap_or_default();
            ensure(!got.is_empty() && got != wrong, &answer, "another id", got)?;
        }
        Ok(())
    });
    suite.check("front/request-id-in-errors", "`requestId` of the envelope", |world| {
        let answer =
            world.send_as(&Who::Anonymous, Request::get("/no-such-path").header("X-Request-Id", "verify-7"))?;
        answer.refused(404, "NOT_FOUND")?;
        answer.has_header("x-request-id", "verify-7")?;
        let path = world.spec.entities.first().map(|it| World::row_path(it, ABSENT)).unwrap_or_default();
        let answer = world.send(&Request::get(format!("{path}/")))?;
        answer.refused(404, "NOT_FOUND")?;
        Ok(())
    });
}
