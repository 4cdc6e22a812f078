//! Rules, approvals and commands of an entity.

use super::{Contexts, Failure};
use crate::render::expression::{Printer, looks};
use crate::render::helpers::text;
use crate::spec::{Action, Command, Default, Entity, Expression, Field, Grant, Name};
use serde_json::{Map, Value, json};

impl Contexts<'_> {
    /// What an entity has beyond its fields: `rules`, `approvals`, `commands`, and what depends on them.
    pub(super) fn conditions(&self, entity: &Entity) -> Result<Map<String, Value>, Failure> {
        let rules = entity.rules.iter().enumerate().map(|(at, rule)| {
            let fields = rule.check.fields();
            let first = fields.first().map_or(Value::Null, |name| Value::Object(self.names(&Name::new(*name))));
            let mut value = self.condition(&rule.check, &rule.source)?;
            value.extend([
                ("number".to_owned(), json!(at + 1)),
                ("field".to_owned(), first),
                ("message".to_owned(), text(Some(&rule.message))),
            ]);
            Ok(Value::Object(value))
        });
        let approvals = entity.approval.iter().enumerate().map(|(at, approval)| {
            let mut value = self.condition(&approval.when, &approval.source)?;
            value.extend([
                ("number".to_owned(), json!(at + 1)),
                ("on".to_owned(), json!(approval.on.id())),
                ("approvers".to_owned(), ids(&approval.approvers)),
            ]);
            Ok(Value::Object(value))
        });
        let rules = rules.collect::<Result<Value, Failure>>()?;
        let approvals = approvals.collect::<Result<Value, Failure>>()?;
        let commands = entity.commands.iter().map(|it| self.command(entity, it)).collect::<Result<Value, Failure>>()?;
        let mut events = self.plan.spec.webhooks.iter().flat_map(|it| &it.events);
        let told = events.any(|it| it.entity == entity.name.declared());
        let waits = |action: Action| entity.approval.iter().any(|it| it.on == action);
        let gated = Action::ALL.into_iter().map(|action| (action.id().to_owned(), json!(waits(action)))).collect();
        let gated_ids = Action::ALL.into_iter().filter(|action| waits(*action)).map(Action::id).collect();
        Ok(Map::from_iter([
            ("rules".to_owned(), rules),
            ("approvals".to_owned(), approvals),
            ("commands".to_owned(), commands),
            ("told".to_owned(), json!(told)),
            ("gated_ids".to_owned(), gated_ids),
            ("gated".to_owned(), Value::Object(gated)),
        ]))
    }

    pub(super) fn command(&self, entity: &Entity, command: &Command) -> Result<Value, Failure> {
        let mut value = self.names(&command.name);
        let set = command.set.iter().map(|(name, given)| {
            // A default is written in the language as any value is.
            let written = |field: &Field| {
                let default = (!given.is_null()).then(|| Default::Value(given.clone()));
                self.field(&Field { default, ..field.clone() }, Some(entity))
            };
            let field = entity.field(name).map(written).transpose()?.unwrap_or_default();
            Ok(json!({ "field": field, "value": super::sample::wrap(given), "null": given.is_null() }))
        });
        let when = match (&command.when, &command.source) {
            (Some(when), Some(source)) => Value::Object(self.condition(when, source)?),
            _ => Value::Null,
        };
        let input = command.input.iter().map(|it| self.field(it, None)).collect::<Result<Value, Failure>>()?;
        value.extend([
            ("doc".to_owned(), text(command.doc.as_deref())),
            ("access".to_owned(), ids(&command.access)),
            ("when".to_owned(), when),
            ("input".to_owned(), input),
            ("set".to_owned(), set.collect::<Result<Value, Failure>>()?),
            ("entity".to_owned(), Value::Object(self.entity_names(entity))),
            ("emits".to_owned(), self.emits(entity, command)?),
        ]);
        Ok(Value::Object(value))
    }

    /// A condition: as written, and as the body of a function.
    fn condition(&self, expression: &Expression, source: &str) -> Result<Map<String, Value>, Failure> {
        let member = |name: &str| self.names(&Name::new(name))["member"].as_str().unwrap_or_default().to_owned();
        let constant = |name: &str, value: &str| {
            let known = self.plan.spec.enumeration(name);
            let type_name = known.map(|it| self.names(&it.name)["type"].as_str().unwrap_or_default().to_owned());
            let constant = self.names(&Name::new(value))["constant"].as_str().unwrap_or_default().to_owned();
            (type_name.unwrap_or_default(), constant)
        };
        let printer = Printer { language: self.plan.language, member: &member, constant: &constant };
        let body = printer
            .body(expression)
            .map_err(|message| Failure::new(format!("languages/{}.toml", self.plan.framework.language), message))?;
        Ok(Map::from_iter([
            ("source".to_owned(), text(Some(source))),
            ("body".to_owned(), json!(body)),
            ("looks".to_owned(), json!(looks(expression))),
        ]))
    }
}

fn ids(grants: &[Grant]) -> Value {
    grants.iter().map(Grant::id).collect()
}
