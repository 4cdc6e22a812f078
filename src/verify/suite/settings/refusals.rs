//! Settings with which a service must not start.

use super::super::{Outcome, Suite};
use super::variables::METRICS_TOKEN;
use crate::verify::fault::{Fault, skip};
use crate::verify::restart::{Restart, Setting};
use std::time::Duration;

/// How soon a service has to say what is wrong.
const SOON: Duration = Duration::from_secs(2);
/// A machine that does much else may need another try.
const TRIES: usize = 3;

/// Values that no variable of these may have.
const MALFORMED: [(&str, &str); 14] = [
    ("PORT", "http"),
    ("APP_ENV", "staging"),
    ("LOG_LEVEL", "loud"),
    ("DATABASE_URL", "nonsense"),
    ("DATABASE_POOL_SIZE", "0"),
    ("DATABASE_TIMEOUT_MS", "soon"),
    ("RATE_LIMIT_PER_MINUTE", "-1"),
    ("TRUSTED_PROXIES", "300.0.0.1"),
    ("CORS_ORIGINS", "shop.example"),
    ("MAX_BODY_BYTES", "1 MiB"),
    ("DRAIN_SECONDS", "ten"),
    ("PUBLIC_URL", "nowhere"),
    ("REDIS_URL", "nowhere"),
    ("CACHE_SECONDS", "a minute"),
];
/// The same, where there are accounts.
const MALFORMED_AUTH: [(&str, &str); 6] = [
    ("ACCESS_TOKEN_SECONDS", "0"),
    ("REFRESH_TOKEN_SECONDS", "a month"),
    ("LOCKOUT_ATTEMPTS", "-5"),
    ("LOCKOUT_SECONDS", "1.5h"),
    ("RESET_TOKEN_SECONDS", "later"),
    ("AUTH_RATE_LIMIT_PER_MINUTE", "many"),
];

/// Variables that every project reads.
const LISTED: [&str; 14] = [
    "HOST",
    "PORT",
    "APP_ENV",
    "LOG_LEVEL",
    "DATABASE_URL",
    "DATABASE_POOL_SIZE",
    "DATABASE_TIMEOUT_MS",
    "SLOW_QUERY_MS",
    "TEST_DATABASE_URL",
    "RATE_LIMIT_PER_MINUTE",
    "TRUSTED_PROXIES",
    "MAX_BODY_BYTES",
    "DRAIN_SECONDS",
    "CORS_ORIGINS",
];
const LISTED_AUTH: [&str; 14] = [
    "JWT_SECRET",
    "JWT_ISSUER",
    "JWT_AUDIENCE",
    "ACCESS_TOKEN_SECONDS",
    "REFRESH_TOKEN_SECONDS",
    "LOCKOUT_ATTEMPTS",
    "LOCKOUT_SECONDS",
    "RESET_TOKEN_SECONDS",
    "AUTH_RATE_LIMIT_PER_MINUTE",
    "MAIL_TRANSPORT",
    "MAIL_FROM",
    "PUBLIC_URL",
    "ADMIN_EMAIL",
    "ADMIN_PASSWORD",
];

pub(super) fn checks(suite: &mut Suite<'_, '_>, service: &mut dyn Restart) {
    let auth = suite.world.spec.has_auth();
    suite.check("settings/env-example", "All are listed in `.env.example`", |_| listed(service, auth));
    let says = "a missing or malformed one stops the start within two seconds with a message naming it";
    let own = if auth { &MALFORMED_AUTH[..] } else { &[] };
    for (name, value) in MALFORMED.iter().chain(own) {
        let id = format!("settings/malformed/{}", name.to_lowercase().replace('_', "-"));
        suite.check(id, says, |_| {
            // What this project does not have it need not refuse.
            if service.example(name).is_none() {
                return skip(format!("the project has no {name}"));
            }
            refuses(service, &[(name, value)], &[], name)
        });
    }
    if suite.world.spec.has_cache() {
        suite.check("settings/missing/redis-url", says, |_| refuses(service, &[], &["REDIS_URL"], "REDIS_URL"));
    }
    if !auth {
        return;
    }
    suite.check("settings/missing/jwt-secret", says, |_| refuses(service, &[], &["JWT_SECRET"], "JWT_SECRET"));
    let production: Setting<'_> = ("APP_ENV", "production");
    let metrics: Setting<'_> = ("METRICS_TOKEN", METRICS_TOKEN);
    suite.check("settings/production-short-secret", "production refuses default or short secrets", |_| {
        for secret in ["short", "0123456789abcdef0123456789abcde"] {
            refuses(service, &[production, metrics, ("JWT_SECRET", secret)], &[], "JWT_SECRET")?;
        }
        Ok(())
    });
    suite.check("settings/production-default-secret", "production refuses default or short secrets", |_| {
        let Some(secret) = service.example("JWT_SECRET").filter(|it| !it.is_empty()) else {
            return skip("the project has no default secret");
        };
        refuses(service, &[production, metrics, ("JWT_SECRET", &secret)], &[], "JWT_SECRET")
    });
    suite.check("settings/production-metrics-token", "`METRICS_TOKEN` … required in production", |_| {
        if service.example("METRICS_TOKEN").is_none() {
            return skip("the service has no /metrics");
        }
        refuses(service, &[production], &["METRICS_TOKEN"], "METRICS_TOKEN")
    });
}

/// Wants the service to end at once, saying which variable is at fault.
fn refuses(service: &mut dyn Restart, settings: &[Setting<'_>], absent: &[&str], name: &str) -> Outcome {
    let written: Vec<String> = settings
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .chain(absent.iter().map(|name| format!("no {name}")))
        .collect();
    let wanted = format!("with {}: an end with a fault within {} s, naming {name}", written.join(" "), SOON.as_secs());
    let fault = |got: String| Fault::new(wanted.clone(), got).into();
    let mut attempt = 1;
    loop {
        let ended = service.refuse(settings, absent).map_err(fault)?;
        let Some(status) = &ended.status else { return Err(fault("it runs".to_owned())) };
        if ended.well {
            return Err(fault(format!("an end with success ({status})")));
        }
        if !ended.said.contains(name) {
            return Err(fault(format!("{status}: {}", last_lines(&ended.said))));
        }
        if ended.took <= SOON {
            return Ok(());
        }
        if attempt == TRIES {
            return Err(fault(format!("{status} after {:.1} s", ended.took.as_secs_f32())));
        }
        attempt += 1;
    }
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(5)..].join("\n")
}

fn listed(service: &mut dyn Restart, auth: bool) -> Outcome {
    let own = if auth { &LISTED_AUTH[..] } else { &[] };
    let missing: Vec<&str> = LISTED.iter().chain(own).copied().filter(|name| service.example(name).is_none()).collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Fault::new("every variable in .env.example", format!("no {}", missing.join(", "))).into())
    }
}
