//! What other services tell.

use super::document::Document;
use super::operation::{Operation, Security};
use super::value::object;
use crate::derive::sample;
use crate::spec::Webhook;
use serde_json::{Map, Value, json};

const TAG: &str = "webhooks";
const BODY: &str = "WebhookEvent";

/// The name of a webhook's security scheme.
pub(super) fn scheme(webhook: &Webhook) -> String {
    format!("{}Signature", webhook.name.camel())
}

/// A webhook's security scheme.
pub(super) fn signature(webhook: &Webhook) -> Value {
    let description =
        "`t=SECONDS,v1=SIGNATURE`: when it was sent, and the HMAC-SHA256 of `SECONDS.BODY` in hexadecimal digits.";
    json!({ "type": "apiKey", "in": "header", "name": webhook.header, "description": description })
}

impl Document<'_> {
    pub(super) fn webhooks(&mut self) {
        if self.spec.webhooks.is_empty() {
            return;
        }
        self.tag(TAG, "What other services tell.");
        let name = |text: &str| json!({ "type": "string", "minLength": 1, "maxLength": 255, "description": text });
        let mut id = name("What the other service calls the event; one that comes again has the same.");
        id["pattern"] = "^[ -~]+$".into();
        let properties = Map::from_iter([("id".to_owned(), id), ("type".to_owned(), name("What has happened."))]);
        let schema = object(&properties, &["id".to_owned(), "type".to_owned()]);
        let example = self.spec.webhooks[0].events.first().map_or(Value::Null, |event| {
            let mut example = json!({ "id": "evt_1", "type": event.kind });
            put(&mut example, &event.row, sample::id(1).into());
            example
        });
        self.example(BODY, schema, example);
        for webhook in &self.spec.webhooks {
            let summary = format!("Hear what “{}” tells", webhook.name.human());
            let types: Vec<_> = webhook.events.iter().map(|it| format!("`{}`", it.kind)).collect();
            let security = Security::Signature(scheme(webhook));
            let operation = Operation::new(format!("receive{}", webhook.name.pascal()), TAG, summary, security)
                .description(format!("Acts on {}; other types are well, and nothing is done.", types.join(", ")))
                .body(BODY)
                .answers_empty(204, "It is done, was done before, or is nothing to act on.")
                .refuses(&[404, 409, 422]);
            self.add(&self.path(&webhook.path()), "post", operation);
        }
    }
}

/// Puts a value where a way leads.
fn put(body: &mut Value, way: &str, value: Value) {
    let place = way.split('.').fold(body, |body, key| &mut body[key]);
    *place = value;
}
