//! Relations, from both ends.

use super::{Contexts, Failure};
use crate::derive::naming;
use crate::render::helpers::text;
use crate::spec::{Action, Entity, Relation, RelationKind, Spec, USER};
use serde_json::{Map, Value, json};

impl Contexts<'_> {
    /// A relation whose key is a column of `entity`, or one kept in a link table.
    pub(super) fn relation(&self, relation: &Relation, entity: &Entity) -> Result<Value, Failure> {
        let mut value = self.relation_names(relation);
        let links = relation.kind == RelationKind::ManyToMany;
        value.extend([
            ("target".to_owned(), self.target(&relation.target)),
            ("to_user".to_owned(), json!(relation.target == USER)),
            ("to_self".to_owned(), json!(relation.target == entity.name.declared())),
            ("required".to_owned(), json!(relation.required)),
            ("optional".to_owned(), json!(!relation.required)),
            ("one_to_one".to_owned(), json!(relation.kind == RelationKind::OneToOne)),
            ("on_delete".to_owned(), json!(relation.on_delete.id())),
            ("on_delete_sql".to_owned(), json!(super::schema::on_delete_sql(relation.on_delete))),
            ("offered".to_owned(), json!(self.offered(relation, entity))),
            ("returns".to_owned(), json!(self.returns(relation, entity))),
            ("gated".to_owned(), json!(entity.approval.iter().any(|it| it.on == Action::Update))),
            ("listed".to_owned(), json!(spec_list(self.plan.spec, relation))),
            ("parameter".to_owned(), json!(self.json_case(&format!("{}_id", relation.singular())))),
            (
                "link_parameter".to_owned(),
                json!(format!("{{{}}}", self.json_case(&format!("{}_id", relation.singular())))),
            ),
            ("doc".to_owned(), text(relation.doc.as_deref())),
            ("inverse".to_owned(), relation.inverse.as_ref().map_or(Value::Null, |it| Value::Object(self.names(it)))),
            ("link_table".to_owned(), json!(naming::link_table(entity, relation))),
            ("entity".to_owned(), Value::Object(self.entity_names(entity))),
        ]);
        let written = self.types.of(if links { "references" } else { "reference" }, &mut value)?;
        value.insert("t".to_owned(), Value::Object(written));
        Ok(Value::Object(value))
    }

    /// Whether the API has a way back from the target, which needs the action on this entity.
    fn returns(&self, relation: &Relation, entity: &Entity) -> bool {
        let action = if relation.kind == RelationKind::OneToOne { Action::Read } else { Action::List };
        relation.inverse.is_some() && self.known(relation) && entity.allows(action)
    }

    /// Whether the API has routes for a link.
    fn offered(&self, relation: &Relation, entity: &Entity) -> bool {
        relation.kind == RelationKind::ManyToMany && self.known(relation) && entity.allows(Action::Update)
    }

    fn known(&self, relation: &Relation) -> bool {
        relation.target == USER || self.plan.spec.entity(&relation.target).is_some()
    }

    /// The relations of other entities that lead to `name`, as it sees them.
    pub(super) fn inverses(&self, name: &str) -> Vec<Value> {
        let entities = self.plan.spec.entities.iter();
        let pairs = entities.flat_map(|entity| entity.relations.iter().map(move |relation| (entity, relation)));
        pairs
            .filter(|(_, relation)| relation.target == name)
            .map(|(entity, relation)| {
                let mut value = relation.inverse.as_ref().map(|it| self.names(it)).unwrap_or_default();
                let mut source = self.entity_names(entity);
                source.insert("soft_delete".into(), entity.soft_delete.into());
                value.extend([
                    ("named".to_owned(), json!(relation.inverse.is_some())),
                    ("source".to_owned(), Value::Object(source)),
                    ("relation".to_owned(), Value::Object(self.relation_names(relation))),
                    ("one_to_one".to_owned(), json!(relation.kind == RelationKind::OneToOne)),
                    ("many_to_many".to_owned(), json!(relation.kind == RelationKind::ManyToMany)),
                    ("required".to_owned(), json!(relation.required)),
                    ("on_delete".to_owned(), json!(relation.on_delete.id())),
                    ("from_self".to_owned(), json!(entity.name.declared() == name)),
                ]);
                Value::Object(value)
            })
            .collect()
    }

    fn relation_names(&self, relation: &Relation) -> Map<String, Value> {
        let mut names = self.names(&relation.name);
        names.insert("key".to_owned(), Value::Object(self.names(&relation.key())));
        names.insert("singular".to_owned(), Value::Object(self.names(&crate::spec::Name::new(relation.singular()))));
        names
    }
}

/// Whether the target of a link can be listed.
fn spec_list(spec: &Spec, relation: &Relation) -> bool {
    spec.entity(&relation.target).is_some_and(|target| target.allows(Action::List))
}
