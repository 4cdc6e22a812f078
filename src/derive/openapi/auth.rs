//! Accounts: registration, login, sessions, passwords.

use super::document::{Document, schema_ref};
use super::operation::{Operation, Security};
use super::value::{closed, email, object};
use crate::derive::sample;
use serde_json::{Map, Value, json};

const TAG: &str = "auth";
const TOKEN: &str = "q3ZyX0c2b1l0d2hV";

/// A password that is to be set.
pub(super) fn new_password() -> Value {
    json!({
        "type": "string", "minLength": 8, "maxLength": 128,
        "description": "Under 12 characters it needs an upper-case letter, a lower-case letter and a digit. Common ones are refused.",
    })
}

/// A text that is checked for more than its form, after what comes first.
fn secret() -> Value {
    json!({ "type": "string", "maxLength": 10_000 })
}

impl Document<'_> {
    pub(super) fn auth(&mut self) {
        self.tag(TAG, "Accounts and sessions.");
        self.auth_components();
        self.register();
        self.login();
        self.sessions();
        self.passwords();
    }

    /// The component of an answer that holds all of these keys.
    pub(super) fn answer_of(&mut self, name: &str, properties: Vec<(String, Value)>) {
        let properties: Map<String, Value> = properties.into_iter().collect();
        let required: Vec<_> = properties.keys().cloned().collect();
        self.schema(name, object(&properties, &required));
    }

    /// The component of a body that must hold all of these keys.
    fn body_of(&mut self, name: &str, properties: Vec<(String, Value)>) {
        let properties: Map<String, Value> = properties.into_iter().collect();
        let required: Vec<_> = properties.keys().cloned().collect();
        self.schema(name, closed(&properties, &required));
    }

    fn auth_components(&mut self) {
        let key = |it: &str| self.key(it);
        let (access, refresh, kind, lives) = (
            key("access_token"),
            key("refresh_token"),
            key("token_type"),
            key("expires_in"),
        );
        let (current, new) = (key("current_password"), key("new_password"));
        self.answer_of(
            "TokenPair",
            vec![
                (access, secret()),
                (refresh.clone(), secret()),
                (kind, json!({ "type": "string", "const": "Bearer" })),
                (
                    lives,
                    json!({ "type": "integer", "minimum": 1, "maximum": i32::MAX, "description": "Seconds." }),
                ),
            ],
        );
        self.body_of("Login", vec![("email".into(), email()), ("password".into(), secret())]);
        self.body_of("RefreshBody", vec![(refresh, secret())]);
        self.body_of(
            "PasswordChange",
            vec![(current, secret()), (new.clone(), new_password())],
        );
        self.body_of("ResetRequest", vec![("email".into(), email())]);
        self.body_of(
            "ResetConfirmation",
            vec![("token".into(), secret()), (new, new_password())],
        );
    }

    fn register(&mut self) {
        let fields = vec![
            ("email".to_owned(), email()),
            ("password".to_owned(), new_password()),
            (
                "name".to_owned(),
                json!({ "type": "string", "minLength": 1, "maxLength": 100 }),
            ),
        ];
        let schema = self.user_body(fields, true);
        self.schema("Registration", schema);
        let mut example =
            json!({ "email": "ada@example.com", "password": "Analytical-Engine-1", "name": "Ada Lovelace" });
        self.user_field_examples(&mut example);
        let operation = self
            .open("register", "Register an account")
            .body(&schema_ref("Registration"), &example)
            .answers(201, "The new user.", &schema_ref("User"), &self.user_example())
            .refuses(&[409])
            .refuses(if self.spec.auth.open_registration { &[] } else { &[403] });
        self.add(&self.path("/auth/register"), "post", operation);
    }

    fn login(&mut self) {
        let example = json!({ "email": "ada@example.com", "password": "Analytical-Engine-1" });
        let operation = self
            .open("login", "Log in")
            .body(&schema_ref("Login"), &example)
            .answers(
                200,
                "The tokens of a new session.",
                &schema_ref("TokenPair"),
                &self.token_example(),
            );
        self.add(&self.path("/auth/login"), "post", operation);
    }

    fn sessions(&mut self) {
        let body = json!({ self.key("refresh_token"): TOKEN });
        let operation = self
            .open("refresh", "Exchange a refresh token for new tokens")
            .description("The old token is dead afterwards; using it again ends the session.")
            .body(&schema_ref("RefreshBody"), &body)
            .answers(
                200,
                "The session's new tokens.",
                &schema_ref("TokenPair"),
                &self.token_example(),
            );
        self.add(&self.path("/auth/refresh"), "post", operation);
        let operation = self
            .open("logout", "Log out")
            .body(&schema_ref("RefreshBody"), &body)
            .answers_empty(204, "The session is over, if there was one.");
        self.add(&self.path("/auth/logout"), "post", operation);
        let operation = Operation::new("readMe", TAG, "Read the caller's account", Security::Bearer).answers(
            200,
            "The caller.",
            &schema_ref("User"),
            &self.user_example(),
        );
        self.add(&self.path("/auth/me"), "get", operation);
    }

    fn passwords(&mut self) {
        let (current, new) = (self.key("current_password"), self.key("new_password"));
        let example = json!({ current: "Analytical-Engine-1", new.as_str(): "Difference-Engine-2" });
        let operation = Operation::new("changePassword", TAG, "Change the caller's password", Security::Bearer)
            .body(&schema_ref("PasswordChange"), &example)
            .answers_empty(204, "The password is changed; all other sessions are over.");
        self.add(&self.path("/auth/change-password"), "post", operation);
        let operation = self
            .open(
                "requestPasswordReset",
                "Ask for a mail that lets one set a new password",
            )
            .body(&schema_ref("ResetRequest"), &json!({ "email": "ada@example.com" }))
            .answers_empty(202, "A mail goes out if the address has an account.");
        self.add(&self.path("/auth/password-reset"), "post", operation);
        let operation = self
            .open("confirmPasswordReset", "Set a new password with the token of the mail")
            .body(
                &schema_ref("ResetConfirmation"),
                &json!({ "token": TOKEN, new: "Difference-Engine-2" }),
            )
            .answers_empty(204, "The password is changed; all sessions are over.");
        self.add(&self.path("/auth/password-reset/confirm"), "post", operation);
    }

    /// An operation that anybody may call; a bad token is refused all the same.
    #[allow(clippy::unused_self)]
    fn open(&self, id: &str, summary: &str) -> Operation {
        Operation::new(id, TAG, summary, Security::Optional)
    }

    fn token_example(&self) -> Value {
        json!({
            self.key("access_token"): "eyJhbGciOiJIUzI1NiJ9.e30.signature", self.key("refresh_token"): TOKEN,
            self.key("token_type"): "Bearer", self.key("expires_in"): 900,
        })
    }

    /// A user as answered.
    pub(super) fn user_example(&self) -> Value {
        let mut user = json!({
            "id": sample::id(4), "email": "ada@example.com", "name": "Ada Lovelace", "role": "user", "active": true,
        });
        self.user_field_examples(&mut user);
        user[self.key("created_at")] = sample::MOMENT.into();
        user[self.key("updated_at")] = sample::MOMENT.into();
        user
    }

    /// The spec's own fields of a user.
    pub(super) fn user_field_examples(&self, user: &mut Value) {
        for field in &self.spec.auth.user_fields {
            user[self.name(&field.name)] = sample::value(self.spec, field);
        }
    }
}
