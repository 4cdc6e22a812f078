//! The service under test.

use std::path::PathBuf;
use std::time::Duration;

/// Where a service is, and what its operator tells the suite. What is missing makes some checks skip, by name.
#[derive(Debug, Clone)]
pub struct Target {
    /// Scheme, host and port: `http://127.0.0.1:8000`.
    pub url: String,
    /// An account of role `admin`.
    pub admin: Option<Credentials>,
    /// The key that the service signs access tokens with, to forge some.
    pub jwt_secret: Option<String>,
    /// What requests to its webhooks are signed with.
    pub webhook_secret: Option<String>,
    /// Where `MAIL_TRANSPORT=file:…` writes mails.
    pub mails: Option<PathBuf>,
    /// Where the service's worker serves its probes and metrics, when it has one.
    pub worker: Option<String>,
    /// The broker that the service publishes to, when it has one.
    pub broker: Option<String>,
    /// The longest that one answer may take.
    pub timeout: Duration,
}

/// An account.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// Its address.
    pub email: String,
    /// Its password.
    pub password: String,
}
