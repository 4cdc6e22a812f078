//! Access tokens: forged in every usual way.

use super::Suite;
use crate::spec::{Action, Grant};
use crate::verify::client::Request;
use crate::verify::fault::{Stop, ensure, skip};
use crate::verify::token::{claims, signed};
use crate::verify::world::World;
use serde_json::{Map, Value, json};

pub fn checks(suite: &mut Suite<'_, '_>) {
    if !suite.world.spec.has_auth() {
        return;
    }
    suite.check("tokens/claims", "claims `iss aud sub sid exp iat jti typ`, HS256", |world| {
        let account = world.account("user")?;
        let Some(claims) = claims(&account.access) else { return skip("the token is no JWT") };
        let answer = world.send(&Request::get("/auth/me").token(Some(&account.access)))?;
        for name in ["iss", "aud", "sub", "sid", "exp", "iat", "jti", "typ"] {
            ensure(claims.contains_key(name), &answer, format!("the claim `{name}`"), format!("{:?}", claims.keys()))?;
        }
        ensure(claims["sub"] == json!(account.id), &answer, format!("sub {}", account.id), claims["sub"].to_string())?;
        let lives = claims["exp"].as_i64().unwrap_or_default() - claims["iat"].as_i64().unwrap_or_default();
        ensure(lives > 0, &answer, "an expiry after the issue", lives.to_string())?;
        Ok(())
    });
    suite.check("tokens/garbled", "A bad or expired token is 401 everywhere, also on public routes", |world| {
        let token = world.account("user")?.access;
        let (head, signature) = token.rsplit_once('.').unwrap_or((&token, ""));
        let turned: String = signature.chars().rev().collect();
        for wrong in ["x", "a.b.c", "", head, &format!("{head}."), &format!("{head}.{turned}"), &format!("{token}x")] {
            world.send(&Request::get("/auth/me").header("Authorization", format!("Bearer {wrong}")))?.status(401)?;
        }
        for wrong in [format!("Basic {token}"), token.clone(), format!("Token {token}")] {
            world.send(&Request::get("/auth/me").header("Authorization", wrong))?.status(401)?;
        }
        Ok(())
    });
    suite.check("tokens/public-routes", "A bad or expired token is 401 everywhere, also on public routes", |world| {
        let public =
            world.spec.entities.iter().find(|it| it.allows(Action::List) && it.access.list.contains(&Grant::Public));
        let Some(entity) = public else { return skip("no list is public") };
        let answer = world.send(&Request::get(World::path(entity)).token(Some("no.such.token")))?;
        answer.refused(401, "UNAUTHORIZED")?;
        Ok(())
    });
    forged(suite);
}

fn forged(suite: &mut Suite<'_, '_>) {
    suite.check(
        "tokens/same-claims-again",
        "a token signed with the service's own key and claims is a good one",
        |world| {
            let (secret, claims) = forgery(world)?;
            let token = signed("HS256", &claims, &secret);
            world.send(&Request::get("/auth/me").token(Some(&token)))?.status(200)?;
            Ok(())
        },
    );
    suite.check("tokens/algorithms", "Algorithm pinned; `none`, other algorithms → 401", |world| {
        let (secret, claims) = forgery(world)?;
        for alg in ["none", "None", "HS512"] {
            let token = signed(alg, &claims, &secret);
            world.send(&Request::get("/auth/me").token(Some(&token)))?.refused(401, "UNAUTHORIZED")?;
        }
        Ok(())
    });
    suite.check("tokens/other-key", "wrong signature → 401", |world| {
        let (secret, claims) = forgery(world)?;
        for key in [format!("{secret}x"), String::new(), "secret".to_owned()] {
            let token = signed("HS256", &claims, &key);
            world.send(&Request::get("/auth/me").token(Some(&token)))?.refused(401, "UNAUTHORIZED")?;
        }
        Ok(())
    });
    suite.check("tokens/missing-claims", "missing claims → 401", |world| {
        let (secret, claims) = forgery(world)?;
        for name in ["iss", "aud", "sub", "sid", "exp", "iat", "jti", "typ"] {
            let mut less = claims.clone();
            less.remove(name);
            let token = signed("HS256", &less, &secret);
            let answer = world.send(&Request::get("/auth/me").token(Some(&token)))?;
            ensure(answer.status == 401, &answer, format!("401 without `{name}`"), answer.status.to_string())?;
        }
        Ok(())
    });
    suite.check(
        "tokens/wrong-claims",
        "wrong `iss`, `aud`, `typ` of another kind, unknown `sub` or `sid` → 401",
        |world| {
            let (secret, claims) = forgery(world)?;
            for (name, value) in [
                ("iss", json!("elsewhere")),
                ("aud", json!("elsewhere")),
                ("typ", json!("refresh")),
                ("sub", json!(super::ABSENT)),
                ("sub", json!(5)),
                ("sub", json!("x")),
                ("sid", json!(super::ABSENT)),
            ] {
                let mut other = claims.clone();
                other.insert(name.into(), value.clone());
                let token = signed("HS256", &other, &secret);
                let answer = world.send(&Request::get("/auth/me").token(Some(&token)))?;
                ensure(answer.status == 401, &answer, format!("401 with `{name}` {value}"), answer.status.to_string())?;
            }
            Ok(())
        },
    );
    suite.check("tokens/expired", "401 `TOKEN_EXPIRED`", |world| {
        let (secret, mut claims) = forgery(world)?;
        let issued = claims["iat"].as_i64().unwrap_or_default();
        claims.insert("iat".into(), json!(issued - 7200));
        claims.insert("exp".into(), json!(issued - 3600));
        let token = signed("HS256", &claims, &secret);
        world.send(&Request::get("/auth/me").token(Some(&token)))?.refused(401, "TOKEN_EXPIRED")?;
        Ok(())
    });
    suite.check(
        "tokens/role-is-not-trusted",
        "Role changes … take effect on the next request: roles come from the account",
        |world| {
            let (secret, mut claims) = forgery(world)?;
            claims.insert("role".into(), json!("admin"));
            claims.insert("roles".into(), json!(["admin"]));
            let token = signed("HS256", &claims, &secret);
            world.send(&Request::get("/users").token(Some(&token)))?.refused(403, "FORBIDDEN")?;
            Ok(())
        },
    );
}

/// The service's key and the claims of a good token.
fn forgery(world: &mut World<'_>) -> Result<(String, Map<String, Value>), Stop> {
    let Some(secret) = world.target.jwt_secret.clone() else { return skip("no key was named (--jwt-secret)") };
    let account = world.account("user")?;
    let Some(claims) = claims(&account.access) else { return skip("the token is no JWT") };
    Ok((secret, claims))
}
