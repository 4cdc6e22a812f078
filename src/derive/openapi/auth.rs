//! Accounts: registration, login, sessions, passwords.

use super::document::Document;
use super::operation::{Operation, Security};
use super::value::{closed, email, object};
use crate::derive::sample;
use serde_json::{Map, Value, json};

const TAG: &str = "auth";
const TOKEN: &str = "a-refresh-token";
const PASSWORD: &str = "Analytical-Engine-1";
const NEW_PASSWORD: &str = "Difference-Engine-2";

/// What a password under 12 characters must hold. Letters beyond ASCII count too; a document cannot say so.
const MIXTURE: &str = r"^([\s\S]{12,}|(?=[\s\S]*[a-z])(?=[\s\S]*[A-Z])(?=[\s\S]*[0-9])[\s\S]*)$";

/// A password that is to be set.
pub(super) fn new_password() -> Value {
    json!({
        "type": "string", "minLength": 8, "maxLength": 128, "pattern": MIXTURE,
        "description": "Under 12 characters it needs an upper-case letter, a lower-case letter and a digit. Common ones are refused.",
    })
}

/// A text that is checked for more than its form, after what comes first.
fn secret() -> Value {
    json!({ "type": "string", "maxLength": 10_000 })
}

fn person_name() -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": 100 })
}

impl Document<'_> {
    pub(super) fn auth(&mut self) {
        self.tag(TAG, "Accounts and sessions.");
        self.auth_answers();
        self.auth_bodies();
        self.register();
        self.sessions();
        self.passwords();
    }

    /// The component of an answer that holds all of these keys.
    pub(super) fn answer_of(&mut self, name: &str, properties: Vec<(String, Value)>, example: Value) {
        let properties: Map<String, Value> = properties.into_iter().collect();
        let required: Vec<_> = properties.keys().cloned().collect();
        self.example(name, object(&properties, &required), example);
    }

    /// The component of a body that must hold all of these keys: key, schema, example.
    fn body_of(&mut self, name: &str, keys: Vec<(String, Value, &str)>) {
        let example = keys.iter().map(|(key, _, example)| (key.clone(), (*example).into())).collect();
        let properties: Map<String, Value> = keys.into_iter().map(|(key, schema, _)| (key, schema)).collect();
        let required: Vec<_> = properties.keys().cloned().collect();
        self.example(name, closed(&properties, &required), Value::Object(example));
    }

    fn auth_answers(&mut self) {
        let keys = ["access_token", "refresh_token", "token_type", "expires_in"].map(|it| self.key(it));
        let [access, refresh, kind, lives] = keys;
        let example = json!({
            access.as_str(): "header.payload.signature", refresh.as_str(): TOKEN, kind.as_str(): "Bearer",
            lives.as_str(): 900,
        });
        let seconds = json!({ "type": "integer", "minimum": 1, "maximum": i32::MAX, "description": "Seconds." });
        let bearer = json!({ "type": "string", "const": "Bearer" });
        let properties = vec![(access, secret()), (refresh, secret()), (kind, bearer), (lives, seconds)];
        self.answer_of("TokenPair", properties, example);
    }

    fn auth_bodies(&mut self) {
        let address = || ("email".to_owned(), email(), "ada@example.com");
        let refresh = (self.key("refresh_token"), secret(), TOKEN);
        let current = (self.key("current_password"), secret(), PASSWORD);
        let new = || (self.key("new_password"), new_password(), NEW_PASSWORD);
        let (change, confirm) = (vec![current, new()], vec![("token".to_owned(), secret(), TOKEN), new()]);
        self.body_of("Login", vec![address(), ("password".to_owned(), secret(), PASSWORD)]);
        self.body_of("RefreshBody", vec![refresh]);
        self.body_of("PasswordChange", change);
        self.body_of("ResetRequest", vec![address()]);
        self.body_of("ResetConfirmation", confirm);
    }

    fn register(&mut self) {
        let (fields, mut example) = account();
        self.user_field_examples(&mut example);
        let schema = self.user_body(fields, true);
        self.example("Registration", schema, example);
        let operation = open("register", "Register an account")
            .body("Registration")
            .answers(201, "The new user.", "User")
            .refuses(&[409])
            .refuses(if self.spec.auth.open_registration { &[] } else { &[403] });
        self.add(&self.path("/auth/register"), "post", operation);
    }

    fn sessions(&mut self) {
        let login = open("login", "Log in").body("Login").answers(200, "The tokens of a new session.", "TokenPair");
        self.add(&self.path("/auth/login"), "post", login);
        let refresh = open("refresh", "Exchange a refresh token for new tokens")
            .description("The old token is dead afterwards; using it again ends the session.")
            .body("RefreshBody")
            .answers(200, "The session's new tokens.", "TokenPair");
        self.add(&self.path("/auth/refresh"), "post", refresh);
        let logout =
            open("logout", "Log out").body("RefreshBody").answers_empty(204, "The session is over, if there was one.");
        self.add(&self.path("/auth/logout"), "post", logout);
        let me = Operation::new("readMe", TAG, "Read the caller's account", Security::Bearer).answers(
            200,
            "The caller.",
            "User",
        );
        self.add(&self.path("/auth/me"), "get", me);
    }

    fn passwords(&mut self) {
        let change = Operation::new("changePassword", TAG, "Change the caller's password", Security::Bearer)
            .body("PasswordChange")
            .answers_empty(204, "The password is changed; all other sessions are over.");
        self.add(&self.path("/auth/change-password"), "post", change);
        let request = open("requestPasswordReset", "Ask for a mail that lets one set a new password")
            .body("ResetRequest")
            .answers_empty(202, "A mail goes out if the address has an account.");
        self.add(&self.path("/auth/password-reset"), "post", request);
        let confirm = open("confirmPasswordReset", "Set a new password with the token of the mail")
            .body("ResetConfirmation")
            .answers_empty(204, "The password is changed; all sessions are over.");
        self.add(&self.path("/auth/password-reset/confirm"), "post", confirm);
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

    /// Adds the spec's own fields of a user.
    fn user_field_examples(&self, user: &mut Value) {
        for field in &self.spec.auth.user_fields {
            user[self.name(&field.name)] = sample::value(self.spec, field);
        }
    }
}

/// What a new account is made of, and an example.
pub(super) fn account() -> (Vec<(String, Value)>, Value) {
    let fields = vec![
        ("email".to_owned(), email()),
        ("password".to_owned(), new_password()),
        ("name".to_owned(), person_name()),
    ];
    (fields, json!({ "email": "ada@example.com", "password": PASSWORD, "name": "Ada Lovelace" }))
}

/// An operation that anybody may call; a bad token is refused all the same.
fn open(id: &str, summary: &str) -> Operation {
    Operation::new(id, TAG, summary, Security::Optional)
}
