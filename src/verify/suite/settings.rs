//! What a service does with other settings: each situation is one start of it.

mod refusals;
mod stopping;
mod variables;
mod work;

use super::{Outcome, Suite, limits};
use crate::verify::fault::Fault;
use crate::verify::restart::{Restart, Setting};

/// Numbers that checks of one situation know.
pub(super) const MOST_BYTES: usize = 2_000;
/// Seconds that a lockout lasts here.
pub(super) const LOCKED: u64 = 2;

/// Where no cache is.
const NOBODY: &str = "redis://127.0.0.1:1/0";

/// Every situation. The accounts of the first one are those of the others.
pub(super) fn all(suite: &mut Suite<'_, '_>, service: &mut dyn Restart) {
    let (bytes, locked) = (MOST_BYTES.to_string(), LOCKED.to_string());
    let loose = [
        ("CORS_ORIGINS", "https://shop.example,https://admin.example:8443"),
        ("MAX_BODY_BYTES", bytes.as_str()),
        ("LOCKOUT_ATTEMPTS", "3"),
        ("LOCKOUT_SECONDS", locked.as_str()),
        ("RESET_TOKEN_SECONDS", "1"),
        ("METRICS_TOKEN", variables::METRICS_TOKEN),
    ];
    suite.group = "settings";
    situation(suite, service, "small-limits", &loose, |suite, _| {
        suite.check("settings/callers", "accounts to check with", super::callers);
        if suite.wants("settings") {
            variables::checks(suite);
        }
    });
    if suite.wants("limits") {
        suite.group = "limits";
        let limits =
            [("RATE_LIMIT_PER_MINUTE", limits::MOST_TEXT), ("AUTH_RATE_LIMIT_PER_MINUTE", limits::MOST_AUTH_TEXT)];
        situation(suite, service, "limited", &limits, |suite, service| {
            limits::checks(suite);
            if suite.world.spec.has_cache() {
                limits::shared(suite, service, &limits);
            }
        });
        let [all, auth] = limits;
        let behind = [all, auth, ("TRUSTED_PROXIES", "127.0.0.0/8,::1/128")];
        situation(suite, service, "behind-a-proxy", &behind, |suite, _| limits::behind_a_proxy(suite));
    }
    if suite.wants("jobs") || suite.wants("events") {
        suite.group = if suite.wants("jobs") { "jobs" } else { "events" };
        work::all(suite, service);
    }
    if suite.wants("settings") {
        suite.group = "settings";
        let brief = [("ACCESS_TOKEN_SECONDS", "1")];
        if suite.world.spec.has_auth() {
            situation(suite, service, "brief-tokens", &brief, |suite, _| variables::brief_tokens(suite));
        }
        if suite.world.spec.has_cache() {
            let away = [("REDIS_URL", NOBODY)];
            situation(suite, service, "cache-away", &away, |suite, _| variables::cache_away(suite));
        }
        let production = [("APP_ENV", "production"), ("METRICS_TOKEN", variables::METRICS_TOKEN)];
        situation(suite, service, "in-production", &production, |suite, _| variables::in_production(suite));
        stopping::checks(suite, service);
        refusals::checks(suite, service);
    }
}

/// Starts the service so, makes checks, and ends it.
fn situation(
    suite: &mut Suite<'_, '_>,
    service: &mut dyn Restart,
    name: &str,
    settings: &[Setting<'_>],
    checks: impl FnOnce(&mut Suite<'_, '_>, &mut dyn Restart),
) {
    let id = format!("{}/starts/{name}", suite.group);
    suite.check(id, "a service starts with every setting that the contract allows", |_| started(service, settings));
    let runs = suite.report.results.last().is_some_and(|it| matches!(it.verdict, crate::verify::Verdict::Passed));
    let before = suite.hopeless.clone();
    if !runs {
        suite.hopeless.get_or_insert_with(|| format!("the service does not start ({name})"));
    }
    checks(suite, service);
    // What is hopeless here need not be so with the next settings.
    suite.hopeless = if suite.world.silent == 0 { before } else { suite.hopeless.take().or(before) };
    suite.world.silent = 0;
    service.end();
}

/// Starts the service, which has to serve then.
fn started(service: &mut dyn Restart, settings: &[Setting<'_>]) -> Outcome {
    let written: Vec<String> = settings.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let failed = |why| Fault::new(format!("a service that runs with {}", written.join(" ")), why);
    service.start(settings).map_err(|why| failed(why).into())
}
