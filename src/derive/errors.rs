//! The error catalogue: every code that a service can answer, as data for documents and tests.

/// One code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorCode {
    /// What clients compare.
    pub code: &'static str,
    /// The HTTP status it comes with.
    pub status: u16,
    /// When it is answered.
    pub when: &'static str,
    /// Whether `details` names the faulty fields; otherwise it is empty.
    pub details: Details,
    /// What a service must have to answer it.
    pub needs: Needs,
    /// A header that always comes with it.
    pub header: Option<&'static str>,
}

/// Whether `details` names faulty fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Details {
    /// Never.
    Never,
    /// Where a field is at fault.
    Sometimes,
    /// Always.
    Always,
}

/// What a service must have to answer a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// Accounts.
    Auth,
    /// Accounts, metrics behind a token, or webhooks.
    Bearer,
    /// `Idempotency-Key`.
    Idempotency,
}

/// One rule of a faulty field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldRule {
    /// What clients compare.
    pub rule: &'static str,
    /// When a field breaks it.
    pub when: &'static str,
}

const fn code(code: &'static str, status: u16, when: &'static str) -> ErrorCode {
    ErrorCode { code, status, when, details: Details::Never, needs: Needs::Nothing, header: None }
}

const CODES: [ErrorCode; 17] = [
    ErrorCode {
        details: Details::Always,
        ..code("VALIDATION_ERROR", 400, "A field of the body, a query parameter or an id breaks its rules.")
    },
    code("MALFORMED_JSON", 400, "The body is not JSON (RFC 8259), or is nested deeper than 64 levels."),
    ErrorCode {
        needs: Needs::Bearer,
        header: Some("WWW-Authenticate"),
        ..code("UNAUTHORIZED", 401, "The request has no credentials, or they are not valid.")
    },
    ErrorCode {
        needs: Needs::Auth,
        header: Some("WWW-Authenticate"),
        ..code("INVALID_CREDENTIALS", 401, "The email address or the password is wrong.")
    },
    ErrorCode {
        needs: Needs::Auth,
        header: Some("WWW-Authenticate"),
        ..code("TOKEN_EXPIRED", 401, "The access token has run out: refresh it, then repeat the request.")
    },
    ErrorCode { needs: Needs::Auth, ..code("FORBIDDEN", 403, "The caller is known and may not do this.") },
    code("NOT_FOUND", 404, "There is no such path, or no such row that the caller may read."),
    ErrorCode {
        header: Some("Allow"),
        ..code("METHOD_NOT_ALLOWED", 405, "The path exists and does not answer this method.")
    },
    ErrorCode {
        details: Details::Sometimes,
        ..code(
            "CONFLICT",
            409,
            "A unique value is taken, the row is still referenced, or its state forbids the change.",
        )
    },
    code("PRECONDITION_FAILED", 412, "`If-Match` names another version of the row."),
    code("PAYLOAD_TOO_LARGE", 413, "The body is larger than the service takes."),
    code("UNSUPPORTED_MEDIA_TYPE", 415, "The body is not declared as JSON."),
    ErrorCode {
        needs: Needs::Idempotency,
        ..code("IDEMPOTENCY_KEY_REUSED", 422, "The `Idempotency-Key` came before with another body.")
    },
    ErrorCode { header: Some("Retry-After"), ..code("RATE_LIMITED", 429, "The caller has sent too many requests.") },
    ErrorCode {
        needs: Needs::Auth,
        header: Some("Retry-After"),
        ..code("ACCOUNT_LOCKED", 429, "Too many logins failed for this address.")
    },
    code("INTERNAL_ERROR", 500, "Something went wrong in the service; its log has the cause under the request id."),
    code("SERVICE_UNAVAILABLE", 503, "The database is away or busy for too long; try again later."),
];

/// Every code, by status.
pub fn errors() -> &'static [ErrorCode] {
    &CODES
}

/// The rules of `details`, in the order in which a field's first broken one is answered.
pub fn rules() -> &'static [FieldRule] {
    &RULES
}

const fn rule(rule: &'static str, when: &'static str) -> FieldRule {
    FieldRule { rule, when }
}

const RULES: [FieldRule; 16] = [
    rule("unknown", "There is no such field or parameter."),
    rule("readOnly", "Only the service sets the field."),
    rule("required", "The value is absent or null."),
    rule("type", "The JSON type is another one."),
    rule("format", "The text is not written as its type asks, or holds a NUL."),
    rule("enum", "The value is none of those allowed."),
    rule("scale", "The number has too many digits after the point."),
    rule("min", "The value, length or list is too small."),
    rule("max", "The value, length, list or precision is too large."),
    rule("above", "The value is not above its bound."),
    rule("below", "The value is not below its bound."),
    rule("pattern", "The text does not match the pattern."),
    rule("unique", "The value is taken, or stands twice in a list."),
    rule("reference", "There is no such row that the caller may read, or the token is not valid."),
    rule("rule", "The value breaks a rule of its own, as a password that is too easy to guess, or one between fields."),
    rule("repeated", "The query parameter is given more than once."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_sorted_by_status() {
        let codes: std::collections::BTreeSet<_> = errors().iter().map(|it| it.code).collect();
        assert_eq!(codes.len(), errors().len());
        assert!(errors().is_sorted_by_key(|it| it.status));
    }
}
