//! Entities.

use super::{Contexts, Failure};
use crate::render::helpers::text;
use crate::spec::{Action, Entity, Field, FieldKind, Name, Pagination};
use serde_json::{Value, json};
use std::collections::BTreeSet;

impl Contexts<'_> {
    pub(super) fn entity(&self, entity: &Entity) -> Result<Value, Failure> {
        let mut value = self.entity_names(entity);
        let fields = entity.fields.iter().map(|it| self.field(it, Some(entity))).collect::<Result<Vec<_>, _>>()?;
        // What commands are told is declared beside the fields.
        let inputs = entity.commands.iter().flat_map(|it| &it.input);
        let inputs = inputs.map(|it| self.field(it, None)).collect::<Result<Vec<_>, _>>()?;
        let references = entity.references().map(|it| self.relation(it, entity)).collect::<Result<Vec<_>, _>>()?;
        let links = entity.links().map(|it| self.relation(it, entity)).collect::<Result<Vec<_>, _>>()?;
        let grants = |action: Action| {
            let ids: Vec<_> = entity.access.of(action).iter().map(crate::spec::Grant::id).collect();
            (action.id().to_owned(), json!(ids))
        };
        let allowed = |action: Action| (action.id().to_owned(), json!(entity.allows(action)));
        value.extend([
            ("doc".to_owned(), text(entity.doc.as_deref())),
            ("actions".to_owned(), Value::Object(Action::ALL.map(allowed).into_iter().collect())),
            ("action_ids".to_owned(), entity.actions.iter().map(|it| it.id()).collect()),
            ("access".to_owned(), Value::Object(Action::ALL.map(grants).into_iter().collect())),
            ("soft_delete".to_owned(), json!(entity.soft_delete)),
            ("audit".to_owned(), json!(entity.audit)),
            ("owner".to_owned(), json!(entity.has_owner())),
            ("cursor".to_owned(), json!(entity.pagination == Pagination::Cursor)),
            ("search".to_owned(), self.attributes(entity, &entity.search)),
            ("filter".to_owned(), self.attributes(entity, &entity.filter)),
            ("sort".to_owned(), self.attributes(entity, &entity.sort)),
            ("unique".to_owned(), entity.unique.iter().map(|it| self.attributes(entity, it)).collect()),
            ("enums".to_owned(), enums(fields.iter().chain(&inputs))),
            ("shared_fields".to_owned(), places(entity, |it| !it.private && !it.read_only)),
            ("private_fields".to_owned(), places(entity, |it| it.private)),
            ("read_only_fields".to_owned(), places(entity, |it| it.read_only && !it.private)),
            ("inverses".to_owned(), Value::Array(self.inverses(entity.name.declared()))),
            ("sample".to_owned(), self.sample(entity)),
            ("bounded_dates".to_owned(), json!(entity.fields.iter().any(bounded_date))),
            ("relations".to_owned(), json!(!entity.relations.is_empty())),
            ("fields".to_owned(), Value::Array(fields)),
            ("references".to_owned(), Value::Array(references)),
            ("links".to_owned(), Value::Array(links)),
        ]);
        value.extend(self.conditions(entity)?);
        Ok(Value::Object(value))
    }

    /// Names of fields, of the contract's own columns, or of references: those print their key.
    fn attributes(&self, entity: &Entity, names: &[String]) -> Value {
        let attribute = |name: &String| {
            let relation = entity.relation(name);
            let names = self.names(&relation.map_or_else(|| Name::new(name), crate::spec::Relation::key));
            json!({
                "column": names["column"],
                "member": names["member"],
                "json": self.json_case(names["snake"].as_str().unwrap_or_default()),
            })
        };
        names.iter().map(attribute).collect()
    }
}

/// The distinct enumerations of the fields, by type name.
fn enums<'a>(fields: impl Iterator<Item = &'a Value>) -> Value {
    let mut seen = BTreeSet::new();
    let mut all: Vec<Value> = fields.map(|it| &it["enum"]).filter(|it| it.is_object()).cloned().collect();
    all.retain(|it| seen.insert(it["type"].as_str().unwrap_or_default().to_owned()));
    all.sort_by_key(|it| it["type"].as_str().unwrap_or_default().to_owned());
    Value::Array(all)
}

/// Whether a day or a moment has a bound, which JSON Schema cannot say.
fn bounded_date(field: &Field) -> bool {
    match &field.kind {
        FieldKind::Date { min, max } | FieldKind::DateTime { min, max } => min.is_some() || max.is_some(),
        _ => false,
    }
}

/// Where the fields that meet a condition stand in `fields`.
fn places(entity: &Entity, wanted: impl Fn(&Field) -> bool) -> Value {
    entity.fields.iter().enumerate().filter(|(_, field)| wanted(field)).map(|(at, _)| at).collect()
}
