//! Requests in a list: `GET /products/:id - one product`, `DELETE /products/:id (admin only)`.

use super::words::{Word, WordKind};
use super::{Reader, fields, span};
use crate::reading::{Kind, entity_name};
use crate::spec::USER;

/// Words that say that the rest speaks of who may send it.
const WHO: [&str; 9] = ["only", "public", "admin", "authenticated", "protected", "auth", "anyone", "everyone", "login"];

impl Reader<'_> {
    /// Whether a line is a request. It is read when every entity is known.
    pub(super) fn request(&mut self, words: &[Word]) -> bool {
        let Some(path) = words.iter().position(|it| it.kind == WordKind::Path).filter(|at| *at > 0) else {
            return false;
        };
        let method = |it: &Word| {
            matches!(&self.text()[it.at.clone()], "GET" | "POST" | "PUT" | "PATCH" | "DELETE")
                || it.is("/")
                || it.is("|")
                || it.is(",")
        };
        if !words[..path].iter().all(method) {
            return false;
        }
        self.defer("request", words, &Vec::new());
        true
    }

    /// Reads a request.
    pub(super) fn requested(&mut self, words: &[Word]) {
        let Some(at) = words.iter().position(|it| it.kind == WordKind::Path) else { return };
        let (methods, path, rest) = (&words[..at], &words[at], &words[at + 1..]);
        let version = |it: &str| {
            it.strip_prefix('v').is_some_and(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit()))
        };
        let raw = path.stem.split('?').next().unwrap_or_default();
        let parts: Vec<&str> = raw.split('/').filter(|it| !it.is_empty() && *it != "api" && !version(it)).collect();
        let is_gap = |it: &str| it.starts_with([':', '{', '[', '<']);
        let names: Vec<&str> = parts.iter().copied().filter(|it| !is_gap(it)).collect();
        let place = span(&words[..=at]);
        match names.as_slice() {
            ["auth" | "login" | "register" | "logout" | "users" | "me", ..] => {
                return self.note(Kind::Understood, place, "", "every project with accounts has requests for them");
            }
            ["health" | "healthz" | "livez" | "readyz" | "metrics" | "docs" | "openapi.json", ..] => {
                return self.note(Kind::Understood, place, "", "every project has it, at a path of its own");
            }
            [] => return self.note(Kind::NotUnderstood, place, "", "a request to which entity?"),
            _ => {}
        }
        let row = parts.last().is_some_and(|it| is_gap(it));
        // `/orders/:id/items`: what is listed refers to what stands before it.
        let last = names[names.len() - 1];
        let known = |it: &str| entity_name(it).filter(|it| self.entities.contains_key(it) && it != USER);
        if names.len() > 1 && known(last).is_none() {
            let text = "a request of its own: as a command it is said so: `Orders can only be cancelled while pending`";
            return self.note(Kind::Unsupported, place, "", text);
        }
        let Some(entity) = entity_name(last) else {
            return self.note(Kind::NotUnderstood, place, "", "no name for an entity");
        };
        let entity = self.gather(&entity, path.at.clone());
        let mut actions: Vec<&str> = Vec::new();
        for method in methods.iter().filter(|it| it.kind == WordKind::Name) {
            actions.push(match method.stem.as_str() {
                "get" if row => "read",
                "get" => "list",
                "post" => "create",
                "delete" => "delete",
                _ => "update",
            });
        }
        let says = if names.len() > 1 { "; a list is filtered by its references" } else { "" };
        let text = format!("every entity has it: {} `{entity}`{says}", actions.join(", "));
        self.note(Kind::Understood, place, "", text);
        for part in rest.split(|it| it.is("(") || it.is(")") || it.is(",") || it.is("-") || it.is("|") || it.is(";")) {
            let part = fields::trimmed(part);
            let of_who = part.len() <= 4 && part.iter().any(|it| WHO.contains(&it.stem.as_str()));
            if !of_who || !self.has_auth() {
                continue;
            }
            let noise = |it: &&Word| !matches!(it.stem.as_str(), "only" | "auth" | "protected" | "required" | "login");
            let named: Vec<Word> = part.iter().filter(noise).cloned().collect();
            let who = if named.is_empty() { Some(vec![super::who::Who::Authenticated]) } else { self.who(&named) };
            match who {
                Some(who) => self.grant(&entity, &actions, &who, part),
                None => self.note(Kind::NotUnderstood, span(part), "", "nobody that is known"),
            }
        }
    }
}
