//! Sentences about relations.

use super::fields::{self};
use super::pattern::Gaps;
use super::resource::clauses;
use super::sentence::noiseless;
use super::words::Word;
use super::{Reader, gap, listed, settle, span};
use crate::reading::{Kind, Relation, RelationForm, field_name, plural};
use crate::spec::USER;
use heck::ToSnakeCase;

impl Reader<'_> {
    pub(super) fn relation(&mut self, means: &str, words: &[Word], gaps: &Gaps) -> bool {
        let from = gap(words, gaps, "entity");
        // `Members book sessions: a session …` is more than one entity.
        if from.len() > 5 || from.iter().any(|it| it.is(":") || it.is(",")) {
            return false;
        }
        let (to, second) = clauses(gap(words, gaps, "target"));
        // `belongs to a spot and a user`
        let (several, strange): (Vec<&[Word]>, Vec<&[Word]>) =
            listed(to).into_iter().partition(|it| self.known_entity(it).is_some());
        if !several.is_empty() {
            for part in strange.into_iter().filter(|it| it[0].stem != "many") {
                self.note(Kind::NotUnderstood, span(part), "", "no entity is called so");
            }
        }
        let (to, others) = match several.split_first() {
            Some((first, others)) if !others.is_empty() => (*first, others.to_vec()),
            _ => (to, Vec::new()),
        };
        let name = |reader: &Self, words: &[Word]| {
            reader.known_entity(words).or_else(|| reader.heading_entity(&noiseless(words)))
        };
        let (from_name, to_name) =
            (if from.is_empty() { self.entity.clone() } else { name(self, from) }, name(self, to));
        let (Some(from_name), Some(to_name)) = (from_name, to_name) else { return false };
        let from_name = self.gather(&from_name, span(if from.is_empty() { words } else { from }));
        let to_name = self.gather(&to_name, span(to));
        self.clause_of(&from_name, second);
        for other in others {
            if let Some(to_name) = self.known_entity(other) {
                self.relate(means, &from_name, &to_name, words, gaps);
            }
        }
        self.relate(means, &from_name, &to_name, words, gaps)
    }

    /// Notes a relation, on the side that holds the reference.
    fn relate(&mut self, means: &str, from: &str, to: &str, words: &[Word], gaps: &Gaps) -> bool {
        let (from_name, to_name) = (from.to_owned(), to.to_owned());
        let (from_name, to_name) = if means == "one_to_many" { (to_name, from_name) } else { (from_name, to_name) };
        if from_name == USER {
            // Accounts hold no references; the other side does.
            let form = if means == "many_to_many" { RelationForm::ManyToMany } else { RelationForm::OneToOne };
            return self.refer(&to_name, form, USER, words, gaps);
        }
        let form = match means {
            "one_to_one" => RelationForm::OneToOne,
            "many_to_many" => RelationForm::ManyToMany,
            _ => RelationForm::ManyToOne,
        };
        self.refer(&from_name, form, &to_name, words, gaps)
    }

    /// `Deleting a project deletes its tasks`
    pub(super) fn cascade(&mut self, words: &[Word], gaps: &Gaps) -> bool {
        let (entity, target) =
            (self.known_entity(gap(words, gaps, "entity")), self.known_entity(gap(words, gaps, "target")));
        let (Some(entity), Some(target)) = (entity, target) else { return false };
        let members = self.entities.get_mut(&entity).into_iter().flat_map(|it| it.members.iter_mut());
        let mut changed = None;
        for (name, (what, _)) in members {
            if let fields::What::Relation(relation) = what
                && relation.target == target
            {
                relation.on_delete = Some("cascade".to_owned());
                changed = Some(name.clone());
            }
        }
        let Some(name) = changed else { return false };
        self.note(Kind::Understood, span(words), format!("entities.{entity}.fields.{name}"), "cascade");
        true
    }

    pub(super) fn refer(
        &mut self,
        entity: &str,
        form: RelationForm,
        target: &str,
        words: &[Word],
        gaps: &Gaps,
    ) -> bool {
        let at = span(words);
        let said = gap(words, gaps, "word");
        let by_key = (!said.is_empty()).then(|| field_name(self.raw(said))).flatten();
        let by_key = by_key.map(|it| it.strip_suffix("Id").map_or(it.clone(), str::to_owned));
        let many = form == RelationForm::ManyToMany;
        let snake = target.to_snake_case();
        let own = field_name(&if many { plural(&snake) } else { snake }).unwrap_or_default();
        let name = settle::reference(self, entity, by_key.unwrap_or(own), &at);
        let mut relation = Relation::new(form, target);
        if entity == target {
            relation.optional = true;
            relation.inverse = Some(format!("{name}Of"));
        }
        if let Some(gathered) = self.entities.get_mut(entity) {
            let there = gathered
                .members
                .values()
                .any(|(what, _)| matches!(what, fields::What::Relation(it) if it.target == target && it.form == form));
            if !there {
                gathered.members.insert(name.clone(), (fields::What::Relation(relation), at.clone()));
            }
        }
        self.note(Kind::Understood, at, format!("entities.{entity}.fields.{name}"), "");
        true
    }
}
