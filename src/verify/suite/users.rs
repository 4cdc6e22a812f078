//! Users, for admins.

use super::lists::items;
use super::{ABSENT, Outcome, Suite};
use crate::verify::client::Request;
use crate::verify::fault::{ensure, skip};
use crate::verify::world::{Who, World};
use serde_json::{Value, json};

pub fn checks(suite: &mut Suite<'_, '_>) {
    if !suite.world.spec.has_auth() {
        return;
    }
    suite.check(
        "users/admins-only",
        "`GET /users`, `GET /users/{id}`, `POST /users`, `PATCH /users/{id}`: admin",
        |world| {
            let id = world.of(&Who::User)?.id;
            let requests = [
                Request::get("/users"),
                Request::get(format!("/users/{id}")),
                Request::post("/users", &json!({})),
                Request::patch(format!("/users/{id}"), &json!({})),
            ];
            for request in requests {
                world.send_as(&Who::Anonymous, request.clone())?.refused(401, "UNAUTHORIZED")?;
                world.send_as(&Who::User, request)?.refused(403, "FORBIDDEN")?;
            }
            Ok(())
        },
    );
    suite.check(
        "users/shape",
        "A user is `{id, email, name, role, active, createdAt, updatedAt}` and the spec's own fields; never a hash",
        shape,
    );
    suite.check("users/list", "lists like any entity (filter `email role active`)", |world| {
        let user = world.of(&Who::User)?;
        for (name, value) in [("email", user.email.as_str()), ("email.in", user.email.as_str())] {
            let answer = world.master(Request::get("/users").query(&[(name, value)]))?;
            let got = items(&answer)?;
            ensure(got.len() == 1 && got[0]["id"] == json!(user.id), &answer, "the one user", answer.text())?;
        }
        let answer = world.master(Request::get("/users").query(&[("role", "admin"), ("active", "true")]))?;
        let all = items(&answer)?.iter().all(|it| it["role"] == "admin" && it["active"] == json!(true));
        ensure(all, &answer, "active admins alone", answer.text())?;
        world.master(Request::get("/users").query(&[("role", "nobody")]))?.refused(400, "VALIDATION_ERROR")?;
        world.master(Request::get("/users").query(&[("limit", "101")]))?.faults(&[("limit", "max")])?;
        Ok(())
    });
    suite.check("users/make", "`POST /users {email, password, name, role}`", |world| {
        let email = world.address();
        let mut body = world.user_body(&email, Some("user"));
        body.insert("noSuchKey".into(), json!(1));
        body.insert("role".into(), json!("nobody"));
        body.insert("name".into(), json!(""));
        let wanted = [("noSuchKey", "unknown"), ("role", "enum"), ("name", "min")];
        world.master(Request::post("/users", &Value::Object(body)))?.faults(&wanted)?;
        Ok(())
    });
    suite.check("users/change", "`PATCH /users/{id} {name, role, active}`", |world| {
        let account = world.account("user")?;
        let path = format!("/users/{}", account.id);
        let answer = world.master(Request::patch(path.clone(), &json!({ "name": "Renamed" })))?;
        answer.status(200)?.holds("name", &json!("Renamed"))?.holds("email", &json!(account.email))?;
        world.master(Request::patch(path.clone(), &json!({ "active": 1 })))?.faults(&[("active", "type")])?;
        world.master(Request::patch(path, &json!({ "name": null })))?.faults(&[("name", "required")])?;
        world.master(Request::get(format!("/users/{ABSENT}")))?.refused(404, "NOT_FOUND")?;
        world.master(Request::get("/users/no-id"))?.faults(&[("id", "format")])?;
        Ok(())
    });
    suite.check("users/last-admin", "the last active admin cannot be demoted or deactivated → 409", last_admin);
}

fn shape(world: &mut World<'_>) -> Outcome {
    let id = world.of(&Who::User)?.id;
    let answer = world.master(Request::get(format!("/users/{id}")))?;
    let mut got: Vec<_> = answer.status(200)?.object()?.keys().cloned().collect();
    let own = world.spec.auth.user_fields.iter().filter(|it| !it.private).map(|it| world.key_of(&it.name));
    let fixed = ["id", "email", "name", "role", "active", "created_at", "updated_at"].map(|it| world.key(it));
    let mut wanted: Vec<_> = fixed.into_iter().chain(own).collect();
    got.sort();
    wanted.sort();
    ensure(got == wanted, &answer, format!("the keys {}", wanted.join(", ")), got.join(", "))?;
    Ok(())
}

fn last_admin(world: &mut World<'_>) -> Outcome {
    let answer = world.master(Request::get("/users").query(&[("role", "admin"), ("active", "true")]))?;
    let admins = items(&answer)?;
    if admins.len() != 1 {
        return skip(format!("there are {} active admins", admins.len()));
    }
    let id = world.of(&Who::Admin)?.id;
    for patch in [json!({ "role": "user" }), json!({ "active": false })] {
        world.master(Request::patch(format!("/users/{id}"), &patch))?.refused(409, "CONFLICT")?;
    }
    Ok(())
}
