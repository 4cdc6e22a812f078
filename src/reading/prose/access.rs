//! Who may do what.

use super::pattern::Gaps;
use super::phrases::phrases;
use super::rules::same;
use super::who::{Who, actions, says_own};
use super::words::{Word, WordKind, stretch};
use super::{Reader, gap, listed, span};
use crate::reading::{Kind, Value};
use crate::spec::{Action, USER};
use heck::ToSnakeCase;

impl Reader<'_> {
    pub(super) fn access(&mut self, words: &[Word], gaps: &Gaps, own: bool) -> bool {
        if !self.has_auth() {
            self.note(Kind::Unsupported, span(words), "", "without accounts everything is public");
            return true;
        }
        let range = |name: &str| gaps.iter().find(|(it, _)| it == name).map(|(_, range)| range.clone());
        let (actions, entity) = match (range("do"), range("entity")) {
            // `create, update or delete posts`: the gap of the verb took the first one only.
            (Some(verbs), Some(entity)) if verbs.end <= entity.start => {
                let both = &words[verbs.start..entity.end];
                let split = (1..both.len())
                    .rev()
                    .find(|at| actions(&both[..*at]).is_some() && self.entity_in(&both[*at..]).is_some());
                let Some(split) = split else { return false };
                (actions(&both[..split]), &both[split..])
            }
            _ => (actions(gap(words, gaps, "done")), gap(words, gaps, "entity")),
        };
        let Some(actions) = actions else { return false };
        let named = entity;
        let Some(entity) = self.entity_in(named).filter(|it| it != USER) else { return false };
        let said = gap(words, gaps, "who");
        let said_own = says_own(words);
        let Some(mut who) = self.who(said) else { return false };
        if own || said_own {
            // `Clerks see only their own`: whoever is a clerk, the row is his.
            // Guests who have something of their own are known.
            let known = |it: &Who| matches!(it, Who::Authenticated | Who::Public);
            let his = |it: &Who| known(it) || own && said_own && matches!(it, Who::Role(_));
            who = who.into_iter().map(|it| if his(&it) { Who::Owner } else { it }).collect();
            who.dedup();
        }
        // `parking lots and spots`
        let several: Vec<(String, &[Word])> = listed(named)
            .into_iter()
            .filter_map(|it| Some((self.known_entity(it).filter(|it| it != USER)?, it)))
            .collect();
        if several.len() > 1 {
            for (entity, named) in several {
                self.grant(&entity, &actions, &who, words);
                self.narrower(&entity, named);
            }
            return true;
        }
        self.grant(&entity, &actions, &who, words);
        self.narrower(&entity, named);
        true
    }

    /// `Loans cannot be deleted`: the API offers the rest.
    pub(super) fn never(&mut self, words: &[Word], gaps: &Gaps) -> bool {
        let (named, done) = (gap(words, gaps, "entity"), gap(words, gaps, "done"));
        let (Some(entity), Some(never)) = (self.known_entity(named).filter(|it| it != USER), actions(done)) else {
            return false;
        };
        let path = format!("entities.{entity}.actions");
        let before = self.later.get(&path).map(|(value, _)| value.words().into_iter().map(str::to_owned).collect());
        let mut left: Vec<String> = before.unwrap_or_else(|| Action::ALL.map(|it| it.id().to_owned()).to_vec());
        left.retain(|it| !never.contains(&it.as_str()));
        if left.is_empty() {
            return false;
        }
        let value = Value::texts(left);
        self.note(Kind::Understood, span(words), path.clone(), value.to_string());
        self.answer(path, value, span(words));
        self.narrower(&entity, named);
        true
    }

    /// `orders of their company`: which rows of an entity are meant is said, and not understood.
    fn narrower(&mut self, entity: &str, words: &[Word]) {
        let parts = entity.to_snake_case();
        let known = |it: &Word| {
            it.kind != WordKind::Name
                || phrases().filler.contains(&it.stem)
                || matches!(it.stem.as_str(), "own" | "only" | "other" | "my")
                || parts.split('_').any(|part| same(part, &self.text()[it.at.clone()].to_lowercase()))
                || actions(std::slice::from_ref(it)).is_some()
        };
        let names: Vec<&Word> = words.iter().filter(|it| it.kind == WordKind::Name).collect();
        let spelt = names.iter().any(|it| parts.split('_').any(|part| same(part, &it.stem)));
        let left: Vec<&Word> = words.iter().filter(|it| !known(it)).collect();
        if let (true, Some(first), Some(last)) = (spelt, left.first(), left.last()) {
            self.note(Kind::NotUnderstood, stretch(first, last), "", "which rows are meant was not understood");
        }
    }

    pub(super) fn access_public(&mut self, words: &[Word], gaps: &Gaps) -> bool {
        let said = gap(words, gaps, "entity");
        let named = self.entity_in(said);
        if !said.is_empty() && named.is_none() {
            return false;
        }
        let entities: Vec<String> = match named.or(self.entity.clone()) {
            Some(entity) => vec![entity],
            None => self.entities.keys().cloned().collect(),
        };
        for entity in entities.iter().filter(|it| *it != USER) {
            self.grant(entity, &["list", "read"], &[Who::Public], words);
        }
        if entities.is_empty() {
            self.note(Kind::Understood, span(words), "", "reading is public where nothing else is said");
        }
        true
    }

    /// `Attendants manage tools and repairs`: where it is said who may do what, or of somebody who is known. A sentence such as
    /// `Companies manage fleets` says what a service is for.
    pub(super) fn access_manage(&mut self, words: &[Word], gaps: &Gaps) -> bool {
        let said = gap(words, gaps, "who");
        let entities: Vec<String> =
            listed(gap(words, gaps, "entity")).into_iter().filter_map(|it| self.known_entity(it)).collect();
        let roles = self.later.get("auth.roles").map(|(value, _)| value.words());
        let roles: Vec<String> = roles.unwrap_or_default().into_iter().map(str::to_owned).collect();
        let known = said.iter().any(|it| it.stem == "admin" || roles.contains(&it.stem));
        if entities.is_empty() || !self.has_auth() || !(known || self.permissions) {
            return false;
        }
        let Some(who) = self.who(said) else { return false };
        for entity in entities.iter().filter(|it| *it != USER) {
            self.grant(entity, &["create", "update", "delete"], &who, words);
        }
        true
    }

    /// `Members can create sessions and see only their own`
    pub(super) fn access_two(&mut self, words: &[Word], gaps: &Gaps) -> bool {
        let Some(more) = actions(gap(words, gaps, "other")) else { return false };
        let range = |name: &str| gaps.iter().find(|(it, _)| it == name).map(|(_, range)| range.clone());
        let (Some(entity), Some(other)) = (range("entity"), range("other")) else { return false };
        let first = &words[..entity.end.min(other.start)];
        let Some(named) = self.entity_in(&words[entity.clone()]).filter(|it| it != USER) else { return false };
        if !self.access(first, gaps, false) {
            return false;
        }
        self.grant(&named, &more, &[Who::Owner], words);
        true
    }

    /// `public: browse sellers`: only of those whom every service knows, and where it is said who may do what.
    pub(super) fn access_label(&mut self, words: &[Word], gaps: &Gaps) -> bool {
        let known = ["public", "anyone", "everyone", "admin", "user", "authenticated", "guest"];
        let named = gap(words, gaps, "who").iter().any(|it| known.contains(&it.stem.as_str()));
        (named || self.permissions) && self.access(words, gaps, false)
    }

    /// `Only admins can delete anything`
    pub(super) fn access_every(&mut self, words: &[Word], gaps: &Gaps) -> bool {
        if !self.has_auth() {
            self.note(Kind::Unsupported, span(words), "", "without accounts everything is public");
            return true;
        }
        let Some(actions) = actions(gap(words, gaps, "do")) else { return false };
        let entities: Vec<String> = self.entities.keys().filter(|it| *it != USER).cloned().collect();
        let Some(who) = self.who(gap(words, gaps, "who")).filter(|_| !entities.is_empty()) else { return false };
        for entity in entities {
            self.grant(&entity, &actions, &who, words);
        }
        true
    }

    pub(super) fn access_all(&mut self, words: &[Word], gaps: &Gaps) -> bool {
        let said = gap(words, gaps, "who");
        let who = if said.is_empty() { Some(vec![Who::Authenticated]) } else { self.who(said) };
        let Some(who) = who else { return false };
        let entities: Vec<String> = self.entities.keys().filter(|it| *it != USER).cloned().collect();
        if entities.is_empty() {
            self.note(Kind::Understood, span(words), "", "who may do what is said for each entity: `access`");
        }
        for entity in entities {
            self.grant(&entity, &["list", "read"], &who, words);
        }
        true
    }
}
