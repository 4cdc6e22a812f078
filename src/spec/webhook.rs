//! What other services tell this one, by requests that they sign.

use super::{Command, Entity, Name, Spec};

/// Another service that tells of what happened there.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// `snake_case` as declared; the last part of its path.
    pub name: Name,
    /// The variable that holds what requests are signed with.
    pub secret_env: String,
    /// The header with the moment and the signatures.
    pub header: String,
    /// How far the moment of a request may lie from now.
    pub tolerance_seconds: u32,
    /// What is done for which event, in the order of the file.
    pub events: Vec<WebhookEvent>,
    /// Free text.
    pub doc: Option<String>,
}

/// An event of another service, and the command that it asks for.
#[derive(Debug, Clone)]
pub struct WebhookEvent {
    /// `snake_case` as declared.
    pub name: Name,
    /// What the body's `type` says.
    pub kind: String,
    /// The entity whose row the command is for.
    pub entity: String,
    /// The command as declared.
    pub command: String,
    /// Where the row's id is in the body: keys with dots between them.
    pub row: String,
    /// Field of the command's input → where its value is in the body.
    pub input: Vec<(String, String)>,
}

impl Webhook {
    /// Below the base path.
    pub fn path(&self) -> String {
        format!("/webhooks/{}", self.name.kebab())
    }
}

impl WebhookEvent {
    /// The command and its entity.
    pub fn target<'s>(&self, spec: &'s Spec) -> Option<(&'s Entity, &'s Command)> {
        let entity = spec.entity(&self.entity)?;
        let command = entity.commands.iter().find(|it| it.name.declared() == self.command)?;
        Some((entity, command))
    }
}
