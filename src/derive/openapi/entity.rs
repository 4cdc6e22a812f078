//! The operations of an entity.
//!
//! Every write can answer 409: a unique value is taken, or a row that it refers to goes at the same moment.

use super::components::Body;
use super::document::{Document, schema_ref};
use super::operation::{Operation, Security, header, path_id};
use crate::derive::sample;
use crate::spec::{Action, Entity, Grant, Pagination};
use serde_json::{Value, json};

impl Document<'_> {
    /// Components and operations of one entity.
    pub(super) fn entity(&mut self, entity: &Entity) {
        self.components_of(entity);
        let tag = entity.plural.kebab();
        let description = entity.doc.clone().unwrap_or_else(|| sentence(&entity.plural.human()));
        self.tag(&tag, &description);
        for action in Action::ALL {
            if entity.allows(action) {
                match action {
                    Action::List => self.list(entity),
                    Action::Read => self.read(entity),
                    Action::Create => self.create(entity),
                    Action::Update => self.update(entity),
                    Action::Delete => self.delete(entity),
                }
            }
        }
        if entity.soft_delete {
            self.restore(entity);
        }
        if entity.audit {
            self.audit(entity);
        }
        self.links(entity);
        self.inverses(entity);
        if self.offered.commands {
            self.commands(entity);
        }
    }

    fn list(&mut self, entity: &Entity) {
        let id = format!("list{}", entity.plural.pascal());
        let parameters = self.list_parameters(entity);
        let operation = self
            .operation(entity, Action::List, id, format!("List {}", entity.plural.human()))
            .parameters(parameters)
            .answers(200, "The rows.", &list_of(entity))
            .refuses(&[400])
            .refuses(self.for_deleted(entity));
        self.add(&self.collection(entity), "get", operation);
    }

    fn create(&mut self, entity: &Entity) {
        let id = format!("create{}", entity.name.pascal());
        let key = self.idempotency_key();
        let place = format!("{}/{}", self.collection(entity), sample::id(1));
        let operation = self
            .operation(entity, Action::Create, id, format!("Create {}", article(&entity.name.human())))
            .body(&body_of(entity, Body::Create))
            .answers(201, "The new row.", &row_of(entity))
            .header(201, "Location", "The path of the new row.", &place)
            .header(201, "ETag", "The version of the row.", "\"1\"")
            .refuses(if key.is_some() { &[409, 422] } else { &[409] })
            .parameters(key);
        self.add(&self.collection(entity), "post", self.pending(operation, entity, Action::Create));
    }

    fn read(&mut self, entity: &Entity) {
        let id = format!("read{}", entity.name.pascal());
        let (row, parameters) = (self.row_id(entity), self.read_parameters(entity));
        let operation = self
            .operation(entity, Action::Read, id, format!("Read {}", article(&entity.name.human())))
            .parameter(row)
            .parameters(parameters)
            .answers(200, "The row.", &row_of(entity))
            .header(200, "ETag", "The version of the row; not with `expand`.", "\"1\"")
            .answers_empty(304, "The row has not changed.")
            .refuses(&[400, 404])
            .refuses(self.for_deleted(entity));
        self.add(&self.item(entity), "get", operation);
    }

    /// The parameters of a read besides the row's id.
    pub(super) fn read_parameters(&mut self, entity: &Entity) -> Vec<Value> {
        let none_match = self.shared("ifNoneMatch", || {
            let schema = json!({ "type": "string" });
            header("If-None-Match", "The `ETag` of an answer that the caller still has.", &schema)
        });
        let parameters = [self.expand(entity), self.include_deleted(entity), Some(none_match)];
        parameters.into_iter().flatten().collect()
    }

    fn update(&mut self, entity: &Entity) {
        let (name, one) = (entity.name.pascal(), article(&entity.name.human()));
        let parameters = [self.row_id(entity), self.if_match()];
        let replace = self
            .operation(entity, Action::Update, format!("replace{name}"), format!("Replace {one}"))
            .body(&body_of(entity, Body::Replace));
        let patch = self
            .operation(entity, Action::Update, format!("update{name}"), format!("Change some of {one}"))
            .patch(&body_of(entity, Body::Patch));
        for (method, operation) in [("put", replace), ("patch", patch)] {
            let operation = operation
                .parameters(parameters.clone())
                .answers(200, "The row as it is now.", &row_of(entity))
                .header(200, "ETag", "The version of the row.", "\"2\"")
                .refuses(&[404, 409, 412]);
            self.add(&self.item(entity), method, self.pending(operation, entity, Action::Update));
        }
    }

    fn delete(&mut self, entity: &Entity) {
        let id = format!("delete{}", entity.name.pascal());
        let parameters = [self.row_id(entity), self.if_match()];
        let operation = self
            .operation(entity, Action::Delete, id, format!("Delete {}", article(&entity.name.human())))
            .parameters(parameters)
            .answers_empty(204, "The row is deleted.")
            .refuses(&[400, 404, 409, 412]);
        self.add(&self.item(entity), "delete", self.pending(operation, entity, Action::Delete));
    }

    fn restore(&mut self, entity: &Entity) {
        let id = format!("restore{}", entity.name.pascal());
        let parameter = self.row_id(entity);
        let operation = self
            .admin_operation(entity, id, format!("Restore a deleted {}", entity.name.human()))
            .parameter(parameter)
            .answers(200, "The row as it is now.", &row_of(entity))
            .header(200, "ETag", "The version of the row.", "\"3\"")
            .refuses(&[400, 404, 409]);
        self.add(&format!("{}/restore", self.item(entity)), "post", operation);
    }

    fn audit(&mut self, entity: &Entity) {
        let actor = self.key("actor_id");
        let example = json!({
            "id": sample::id(7), "action": "create", actor.as_str(): sample::id(4), "at": sample::MOMENT,
            "before": null, "after": sample::body(self.spec, entity, &|_| sample::id(2)),
        });
        let page = self.page(&schema_ref("AuditEntry"), Pagination::Offset);
        self.example("AuditEntryList", page, self.page_example(&example, Pagination::Offset));
        self.example("AuditEntry", audit_entry(&actor), example);
        let id = format!("list{}Audit", entity.name.pascal());
        let summary = format!("List the recorded writes of {}", article(&entity.name.human()));
        let parameter = self.row_id(entity);
        let parameters = self.page_parameters(Pagination::Offset);
        let operation = self
            .admin_operation(entity, id, summary)
            .parameter(parameter)
            .parameters(parameters)
            .answers(200, "The writes, oldest first.", "AuditEntryList")
            .refuses(&[400, 404]);
        self.add(&format!("{}/audit", self.item(entity)), "get", operation);
    }

    /// What `includeDeleted` can be refused with.
    pub(super) fn for_deleted(&self, entity: &Entity) -> &'static [u16] {
        if entity.soft_delete && self.spec.has_auth() { &[403] } else { &[] }
    }

    /// An operation with what the access rules of an action refuse.
    pub(super) fn operation(&self, entity: &Entity, action: Action, id: String, summary: String) -> Operation {
        let grants = entity.access.of(action);
        let operation = Operation::new(id, &entity.plural.kebab(), summary, self.security(grants));
        // An owner's list holds his own rows, and a row that he may not read is not found: neither is refused.
        let mild = matches!(action, Action::List | Action::Read) && grants.contains(&Grant::Owner);
        let open = grants.iter().any(|it| matches!(it, Grant::Public | Grant::Authenticated));
        if open || mild || !self.spec.has_auth() { operation } else { operation.refuses(&[403]) }
    }

    /// An operation for admins; for everybody where there are no accounts.
    fn admin_operation(&self, entity: &Entity, id: String, summary: String) -> Operation {
        let auth = self.spec.has_auth();
        let security = if auth { Security::Bearer } else { Security::None };
        let operation = Operation::new(id, &entity.plural.kebab(), summary, security);
        if auth { operation.refuses(&[403]) } else { operation }
    }

    pub(super) fn security(&self, grants: &[Grant]) -> Security {
        match () {
            () if !self.spec.has_auth() => Security::None,
            () if grants.contains(&Grant::Public) => Security::Optional,
            () => Security::Bearer,
        }
    }

    /// A write that may have to wait for consent.
    pub(super) fn pending(&self, operation: Operation, entity: &Entity, action: Action) -> Operation {
        if self.offered.approval && entity.approval.iter().any(|it| it.on == action) {
            operation.answers(202, "The write waits for consent.", "PendingApproval")
        } else {
            operation
        }
    }

    /// `/api/v1/products`
    pub(super) fn collection(&self, entity: &Entity) -> String {
        self.path(&format!("/{}", entity.plural.kebab()))
    }

    /// `/api/v1/products/{id}`
    pub(super) fn item(&self, entity: &Entity) -> String {
        format!("{}/{{id}}", self.collection(entity))
    }

    /// The `{id}` of a row.
    pub(super) fn row_id(&mut self, entity: &Entity) -> Value {
        self.shared(&format!("{}Id", entity.name.pascal()), || path_id("id", &entity.name.human(), &sample::id(1)))
    }

    pub(super) fn if_match(&mut self) -> Value {
        self.shared("ifMatch", || {
            header("If-Match", "The `ETag` that the row must still have, or `*`.", &json!({ "type": "string" }))
        })
    }

    /// `Idempotency-Key`, where it is offered.
    pub(super) fn idempotency_key(&mut self) -> Option<Value> {
        self.offered.idempotency.then(|| {
            self.shared("idempotencyKey", || {
                let schema = json!({ "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$" });
                let description =
                    "A repeated request with this key is answered as the first one and has no second effect.";
                header("Idempotency-Key", description, &schema)
            })
        })
    }
}

/// The component of an entity's row.
pub(super) fn row_of(entity: &Entity) -> String {
    entity.name.pascal()
}

/// The component of a list of an entity's rows.
pub(super) fn list_of(entity: &Entity) -> String {
    format!("{}List", entity.name.pascal())
}

fn body_of(entity: &Entity, body: Body) -> String {
    format!("{}{}", entity.name.pascal(), body.suffix())
}

fn audit_entry(actor_id: &str) -> Value {
    let changes = json!({ "type": ["object", "null"], "description": "Changed keys only." });
    json!({
        "type": "object",
        "properties": {
            "id": { "type": "string", "format": "uuid" },
            "action": { "type": "string", "enum": ["create", "update", "delete", "restore"] },
            actor_id: { "type": ["string", "null"], "format": "uuid" },
            "at": { "type": "string", "format": "date-time" },
            "before": changes,
            "after": changes,
        },
        "required": ["id", "action", actor_id, "at", "before", "after"],
    })
}

/// `order item` → `an order item`
pub(super) fn article(human: &str) -> String {
    let vowel = human.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {human}", if vowel { "an" } else { "a" })
}

/// `order items` → `Order items.`
fn sentence(human: &str) -> String {
    let mut text = format!("{human}.");
    if let Some(first) = text.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    text
}
