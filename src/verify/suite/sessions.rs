//! Sessions: refresh, replay, logout, and what ends them.

use super::{Outcome, Suite};
use crate::spec::{Action, Entity, Grant};
use crate::verify::Exchange;
use crate::verify::client::Request;
use crate::verify::fault::{Stop, ensure, skip};
use crate::verify::world::World;
use serde_json::json;

pub fn checks(suite: &mut Suite<'_, '_>) {
    if !suite.world.spec.has_auth() {
        return;
    }
    suite.check("sessions/refresh", "`POST /auth/refresh` 200 new pair; the old one is dead", |world| {
        let account = world.account("user")?;
        let pair = refresh(world, &account.refresh)?;
        pair.status(200)?;
        let (access, next) = (pair.string(&world.key("access_token"))?, pair.string(&world.key("refresh_token"))?);
        ensure(next != account.refresh, &pair, "another refresh token", "the same one")?;
        world.send(&Request::get("/auth/me").token(Some(&access)))?.status(200)?;
        Ok(())
    });
    suite.check(
        "sessions/replay",
        "replay of a used one revokes the whole session, its access tokens included",
        |world| {
            let account = world.account("user")?;
            let (elsewhere, _) = world.log_in(&account.email, &account.password)?;
            let pair = refresh(world, &account.refresh)?;
            let (access, next) = (pair.string(&world.key("access_token"))?, pair.string(&world.key("refresh_token"))?);
            refresh(world, &account.refresh)?.refused(401, "UNAUTHORIZED")?;
            for token in [&access, &account.access] {
                world.send(&Request::get("/auth/me").token(Some(token)))?.refused(401, "UNAUTHORIZED")?;
            }
            refresh(world, &next)?.refused(401, "UNAUTHORIZED")?;
            world.send(&Request::get("/auth/me").token(Some(&elsewhere)))?.status(200)?;
            Ok(())
        },
    );
    suite.check("sessions/refresh-unknown", "`POST /auth/refresh` 401", |world| {
        for token in ["unknown", ""] {
            let status = refresh(world, token)?.status;
            let answer = refresh(world, token)?;
            ensure(status == 401 || (token.is_empty() && status == 400), &answer, "401", status.to_string())?;
        }
        let access = world.account("user")?.access;
        refresh(world, &access)?.refused(401, "UNAUTHORIZED")?;
        Ok(())
    });
    suite.check("sessions/refresh-body", "400 `VALIDATION_ERROR`", |world| {
        let key = world.key("refresh_token");
        world.send(&Request::post("/auth/refresh", &json!({})))?.faults(&[(&key, "required")])?;
        world.send(&Request::post("/auth/refresh", &json!({ key.clone(): 5 })))?.faults(&[(&key, "type")])?;
        Ok(())
    });
    suite.check(
        "sessions/logout",
        "`POST /auth/logout` 204, also for an unknown one; the session's access tokens die",
        |world| {
            let account = world.account("user")?;
            for token in [account.refresh.as_str(), "unknown"] {
                let body = json!({ world.key("refresh_token"): token });
                world.send(&Request::post("/auth/logout", &body))?.empty(204)?;
            }
            world.send(&Request::get("/auth/me").token(Some(&account.access)))?.refused(401, "UNAUTHORIZED")?;
            refresh(world, &account.refresh)?.refused(401, "UNAUTHORIZED")?;
            Ok(())
        },
    );
    suite.check(
        "sessions/ended-on-public-routes",
        "A bad or expired token is 401 everywhere, also on public routes",
        ended_on_public_routes,
    );
    suite.check(
        "sessions/deactivated",
        "Role changes, deactivation and lockout take effect on the next request",
        deactivated,
    );
    suite.check(
        "sessions/promoted",
        "Role changes … take effect on the next request, not when a token expires",
        |world| {
            let account = world.account("user")?;
            let users = Request::get("/users").token(Some(&account.access));
            world.send(&users)?.refused(403, "FORBIDDEN")?;
            world.master(Request::patch(format!("/users/{}", account.id), &json!({ "role": "admin" })))?.status(200)?;
            world.send(&users)?.status(200)?;
            world.master(Request::patch(format!("/users/{}", account.id), &json!({ "role": "user" })))?.status(200)?;
            world.send(&users)?.refused(403, "FORBIDDEN")?;
            Ok(())
        },
    );
}

fn refresh(world: &mut World<'_>, token: &str) -> Result<Exchange, Stop> {
    let body = json!({ world.key("refresh_token"): token });
    Ok(world.send(&Request::post("/auth/refresh", &body))?)
}

fn ended_on_public_routes(world: &mut World<'_>) -> Outcome {
    let public = |it: &&Entity| it.allows(Action::List) && it.access.of(Action::List).contains(&Grant::Public);
    let Some(entity) = world.spec.entities.iter().find(public) else { return skip("no list is public") };
    let account = world.account("user")?;
    let list = Request::get(World::path(entity)).token(Some(&account.access));
    world.send(&list)?.status(200)?;
    let body = json!({ world.key("refresh_token"): account.refresh });
    world.send(&Request::post("/auth/logout", &body))?.empty(204)?;
    world.send(&list)?.refused(401, "UNAUTHORIZED")?;
    Ok(())
}

fn deactivated(world: &mut World<'_>) -> Outcome {
    let account = world.account("user")?;
    world.send(&Request::get("/auth/me").token(Some(&account.access)))?.status(200)?;
    world.master(Request::patch(format!("/users/{}", account.id), &json!({ "active": false })))?.status(200)?;
    world.send(&Request::get("/auth/me").token(Some(&account.access)))?.refused(401, "UNAUTHORIZED")?;
    refresh(world, &account.refresh)?.refused(401, "UNAUTHORIZED")?;
    let body = json!({ "email": account.email, "password": account.password });
    world.send(&Request::post("/auth/login", &body))?.refused(401, "INVALID_CREDENTIALS")?;
    Ok(())
}
