//! Who may do what, in words.

use super::phrases::phrases;
use super::words::{Word, WordKind};
use super::{Reader, fields, listed};
use crate::reading::{Kind, Value, singular};

/// Whom the answers file knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Who {
    Public,
    Authenticated,
    Owner,
    Admin,
    Role(String),
}

impl Who {
    pub(super) fn id(&self) -> &str {
        match self {
            Self::Public => "public",
            Self::Authenticated => "authenticated",
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Role(role) => role,
        }
    }
}

/// Verbs of each action, as stems or participles.
const VERBS: [(&str, &[&str]); 4] = [
    (
        "read",
        &[
            "read", "view", "viewed", "see", "seen", "get", "fetch", "fetched", "browse", "browsed", "list", "listed",
            "look", "search", "searched", "access", "accessed", "viewing", "reading", "listing", "visible",
        ],
    ),
    (
        "create",
        &[
            "create",
            "created",
            "add",
            "added",
            "post",
            "posted",
            "submit",
            "submitted",
            "place",
            "placed",
            "write",
            "written",
            "creating",
            "adding",
            "make",
            "made",
        ],
    ),
    (
        "update",
        &[
            "update", "updated", "edit", "edited", "change", "changed", "modify", "modified", "write", "written",
            "updating", "editing", "changing",
        ],
    ),
    (
        "delete",
        &["delete", "deleted", "remove", "removed", "write", "written", "deleting", "removing", "destroy", "destroyed"],
    ),
];

/// The actions that some words name; `None` when one of the words is no verb that is known.
pub(super) fn actions(words: &[Word]) -> Option<Vec<&'static str>> {
    let mut found: Vec<&'static str> = Vec::new();
    let mut add = |action: &'static str| {
        if !found.contains(&action) {
            found.push(action);
        }
    };
    for word in words.iter().filter(|it| it.kind == WordKind::Name) {
        let stem = word.stem.as_str();
        if matches!(stem, "manage" | "managed" | "administer" | "managing") {
            ["create", "update", "delete"].into_iter().for_each(&mut add);
            continue;
        }
        let known: Vec<&str> =
            VERBS.iter().filter(|(_, verbs)| verbs.contains(&stem)).map(|(action, _)| *action).collect();
        if known.is_empty() && !phrases().filler.contains(stem) && stem != "only" {
            return None;
        }
        for action in known {
            match action {
                "read" => ["list", "read"].into_iter().for_each(&mut add),
                "create" => add("create"),
                "update" => add("update"),
                _ => add("delete"),
            }
        }
    }
    (!found.is_empty()).then_some(found)
}

/// Whether the rows of whoever does it are meant: `their own orders`.
pub(super) fn says_own(words: &[Word]) -> bool {
    words.iter().any(|it| matches!(it.stem.as_str(), "own" | "their" | "my"))
}

impl Reader<'_> {
    /// Everybody that some words name; `None` when one of them is nobody.
    pub(super) fn who(&mut self, words: &[Word]) -> Option<Vec<Who>> {
        let mut found: Vec<Who> = Vec::new();
        for part in listed(words) {
            let who = self.one(part)?;
            if !found.contains(&who) {
                found.push(who);
            }
        }
        (!found.is_empty()).then_some(found)
    }

    fn one(&mut self, words: &[Word]) -> Option<Who> {
        let has = |list: &[&str]| words.iter().any(|it| list.contains(&it.stem.as_str()));
        let last = words.last()?.stem.as_str();
        if has(&["approval"]) || has(&["permission", "confirmation", "review"]) && words.len() == 1 {
            return None;
        }
        if has(&["authentication", "login"]) && words.len() <= 2 {
            return Some(Who::Authenticated);
        }
        if has(&["admin", "administrator"]) {
            return Some(Who::Admin);
        }
        if has(&["owner", "creator", "author", "own", "themselve", "themselves"])
            || words.windows(2).any(|it| it[0].stem == "who" && it[1].stem.starts_with("creat"))
        {
            return Some(Who::Owner);
        }
        let everyone = ["anyone", "everyone", "everybody", "anybody", "who", "whoever"];
        if has(&everyone) && has(&["logged", "signed", "authenticated", "registered", "account"]) {
            return Some(Who::Authenticated);
        }
        if has(&["anyone", "everyone", "everybody", "anybody", "public", "anonymou", "anonymous", "guest", "visitor"]) {
            return Some(Who::Public);
        }
        let plain = words.iter().all(|it| {
            phrases().filler.contains(&it.stem)
                || matches!(
                    it.stem.as_str(),
                    "logged"
                        | "signed"
                        | "authenticated"
                        | "registered"
                        | "user"
                        | "customer"
                        | "member"
                        | "account"
                        | "people"
                        | "in"
                        | "regular"
                        | "normal"
                )
        });
        if plain && has(&["user", "customer", "member", "account", "people", "authenticated"]) {
            return Some(Who::Authenticated);
        }
        // `the support agents`, `editor role`, `managers`
        let role: Vec<&Word> = words
            .iter()
            .filter(|it| {
                it.kind == WordKind::Name
                    && !phrases().filler.contains(&it.stem)
                    && !matches!(it.stem.as_str(), "role" | "user" | "permission" | "right" | "only")
            })
            .collect();
        let named = (1..=2).contains(&role.len()) && !last.ends_with("ed");
        if !named {
            return None;
        }
        let words: Vec<Word> = role.into_iter().cloned().collect();
        self.role(&words).map(Who::Role)
    }

    /// Declares a role; `None` when the words can be none.
    pub(super) fn role(&mut self, words: &[Word]) -> Option<String> {
        let raw = self.raw(fields::trimmed(words)).to_lowercase();
        let raw = raw.trim_end_matches("'s").trim_end_matches("’s");
        let name: String = raw.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '_' }).collect();
        let name = singular(name.trim_matches('_'));
        if matches!(
            name.as_str(),
            "admin" | "administrator" | "user" | "customer" | "member" | "public" | "authenticated" | "owner"
        ) {
            return Some(name);
        }
        let legal = (2..=40).contains(&name.len()) && name.starts_with(|it: char| it.is_ascii_lowercase());
        if !legal {
            return None;
        }
        let path = "auth.roles";
        let value = Value::from(name.as_str());
        let there = matches!(self.later.get(path), Some((Value::List(roles), _)) if roles.contains(&value));
        if !there {
            let at = super::span(words);
            self.note(Kind::Understood, at.clone(), path, format!("the role `{name}`, which only an admin gives"));
            self.add(path, value, at);
        }
        Some(name)
    }

    /// Says who may do something with an entity.
    pub(super) fn grant(&mut self, entity: &str, actions: &[&str], who: &[Who], words: &[Word]) {
        let at = super::span(words);
        let ids: Vec<&str> = who.iter().map(Who::id).collect();
        let alone = words.iter().any(|it| it.stem == "only") && !says_own(words);
        for action in actions {
            if *action == "create" && who.contains(&Who::Owner) {
                let path = format!("entities.{entity}.access.create");
                let others: Vec<&str> = ids.iter().copied().filter(|it| *it != "owner").collect();
                let value = if others.is_empty() { Value::from("authenticated") } else { Value::texts(others) };
                self.note(
                    Kind::Assumed,
                    at.clone(),
                    path.clone(),
                    "who makes a row is its owner, so who has an account may",
                );
                self.answer(path, value, at.clone());
                continue;
            }
            let path = format!("entities.{entity}.access.{action}");
            // `Admins can see all` adds to what was said before, `only admins can` takes its place.
            let before = self.later.get(&path).filter(|_| !alone).map(|(value, _)| value.words());
            let mut all: Vec<String> = before.unwrap_or_default().into_iter().map(str::to_owned).collect();
            all.extend(
                ids.iter().filter(|id| !all.iter().any(|it| it == *id)).map(|it| (*it).to_owned()).collect::<Vec<_>>(),
            );
            let value = if let [one] = all.as_slice() { Value::from(one.as_str()) } else { Value::texts(all) };
            self.note(Kind::Understood, at.clone(), path.clone(), value.to_string());
            self.answer(path, value, at.clone());
        }
    }
}
