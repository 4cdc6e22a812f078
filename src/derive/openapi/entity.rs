//! The operations of an entity.
//!
//! Every write can answer 409: a unique value is taken, or a row that it refers to goes at the same moment.

use super::components::Body;
use super::document::{Document, schema_ref};
use super::operation::{Operation, Security, header, path_id};
use crate::derive::sample;
use crate::spec::{Action, Entity, Grant};
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
        let summary = format!("List {}", entity.plural.human());
        let mut operation = self
            .operation(entity, Action::List, id, summary)
            .parameters(self.list_parameters(entity))
            .answers(200, "The rows.", &list_of(entity), &self.list_example(entity))
            .refuses(&[400]);
        if entity.soft_delete && self.spec.has_auth() {
            operation = operation.refuses(&[403]);
        }
        self.add(&self.collection(entity), "get", operation);
    }

    fn create(&mut self, entity: &Entity) {
        let id = format!("create{}", entity.name.pascal());
        let body = self.body_example(entity);
        let mut operation = self
            .operation(
                entity,
                Action::Create,
                id,
                format!("Create {}", article(&entity.name.human())),
            )
            .body(&body_of(entity, Body::Create), &body)
            .answers(201, "The new row.", &row_of(entity), &self.row_example(entity))
            .header(
                201,
                "Location",
                "The path of the new row.",
                &format!("{}/{}", self.collection(entity), sample::id(1)),
            )
            .header(201, "ETag", "The version of the row.", "\"1\"");
        operation = operation.refuses(&[409]);
        if self.offered.idempotency {
            operation = operation.parameter(idempotency_key()).refuses(&[422]);
        }
        operation = self.pending(operation, entity);
        self.add(&self.collection(entity), "post", operation);
    }

    fn read(&mut self, entity: &Entity) {
        let id = format!("read{}", entity.name.pascal());
        let none_match = json!({ "type": "string" });
        let operation = self
            .operation(
                entity,
                Action::Read,
                id,
                format!("Read {}", article(&entity.name.human())),
            )
            .parameter(self.row_id(entity))
            .parameters(self.expand(entity))
            .parameters(self.include_deleted(entity))
            .parameter(header(
                "If-None-Match",
                "The `ETag` of an answer that the caller still has.",
                &none_match,
            ))
            .answers(200, "The row.", &row_of(entity), &self.row_example(entity))
            .header(200, "ETag", "The version of the row; not with `expand`.", "\"1\"")
            .answers_empty(304, "The row has not changed.")
            .refuses(&[400, 404]);
        let operation = if entity.soft_delete && self.spec.has_auth() {
            operation.refuses(&[403])
        } else {
            operation
        };
        self.add(&self.item(entity), "get", operation);
    }

    fn update(&mut self, entity: &Entity) {
        let body = self.body_example(entity);
        let one = article(&entity.name.human());
        for (method, verb, summary, kind) in [
            ("put", "replace", format!("Replace {one}"), Body::Replace),
            ("patch", "update", format!("Change some of {one}"), Body::Patch),
        ] {
            let operation = self
                .operation(
                    entity,
                    Action::Update,
                    format!("{verb}{}", entity.name.pascal()),
                    summary,
                )
                .parameter(self.row_id(entity))
                .parameter(if_match());
            let schema = body_of(entity, kind);
            let operation = match kind {
                Body::Patch => {
                    let first = body.as_object().and_then(|it| it.iter().next());
                    let example = first.map_or_else(|| json!({}), |(key, value)| json!({ key.as_str(): value }));
                    operation.patch(&schema, &example)
                }
                _ => operation.body(&schema, &body),
            };
            let mut operation = operation
                .answers(200, "The row as it is now.", &row_of(entity), &self.row_example(entity))
                .header(200, "ETag", "The version of the row.", "\"2\"")
                .refuses(&[404, 412]);
            operation = operation.refuses(&[409]);
            operation = self.pending(operation, entity);
            self.add(&self.item(entity), method, operation);
        }
    }

    fn delete(&mut self, entity: &Entity) {
        let id = format!("delete{}", entity.name.pascal());
        let mut operation = self
            .operation(
                entity,
                Action::Delete,
                id,
                format!("Delete {}", article(&entity.name.human())),
            )
            .parameter(self.row_id(entity))
            .parameter(if_match())
            .answers_empty(204, "The row is deleted.")
            .refuses(&[400, 404, 412]);
        operation = operation.refuses(&[409]);
        operation = self.pending(operation, entity);
        self.add(&self.item(entity), "delete", operation);
    }

    fn restore(&mut self, entity: &Entity) {
        let id = format!("restore{}", entity.name.pascal());
        let summary = format!("Restore a deleted {}", entity.name.human());
        let operation = self
            .admin_operation(entity, id, summary)
            .parameter(self.row_id(entity))
            .answers(200, "The row as it is now.", &row_of(entity), &self.row_example(entity))
            .header(200, "ETag", "The version of the row.", "\"3\"")
            .refuses(&[400, 404, 409]);
        self.add(&format!("{}/restore", self.item(entity)), "post", operation);
    }

    fn audit(&mut self, entity: &Entity) {
        let name = if entity.pagination == crate::spec::Pagination::Offset {
            "AuditEntryList"
        } else {
            "AuditEntryCursorList"
        };
        let entry = audit_entry(&self.key("actor_id"));
        let list = self.page(&schema_ref("AuditEntry"), entity.pagination);
        self.schema("AuditEntry", entry);
        self.schema(name, list);
        let example = json!({
            "id": sample::id(7), "action": "create", self.key("actor_id"): sample::id(4), "at": sample::MOMENT,
            "before": null, "after": self.body_example(entity),
        });
        let id = format!("list{}Audit", entity.name.pascal());
        let summary = format!("List the recorded writes of {}", article(&entity.name.human()));
        let operation = self
            .admin_operation(entity, id, summary)
            .parameter(self.row_id(entity))
            .parameters(self.page_parameters(entity.pagination))
            .answers(
                200,
                "The writes, oldest first.",
                &schema_ref(name),
                &self.page_example(&example, entity.pagination),
            )
            .refuses(&[400, 404]);
        self.add(&format!("{}/audit", self.item(entity)), "get", operation);
    }

    /// An operation with what the access rules of an action refuse.
    pub(super) fn operation(&self, entity: &Entity, action: Action, id: String, summary: String) -> Operation {
        let grants = entity.access.of(action);
        let operation = Operation::new(id, &entity.plural.kebab(), summary, self.security(grants));
        // An owner's list holds his own rows, and a row that he may not read is not found: neither is refused.
        let mild = matches!(action, Action::List | Action::Read) && grants.contains(&Grant::Owner);
        let open = grants
            .iter()
            .any(|it| matches!(it, Grant::Public | Grant::Authenticated));
        if open || mild || !self.spec.has_auth() {
            operation
        } else {
            operation.refuses(&[403])
        }
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
    fn pending(&self, operation: Operation, entity: &Entity) -> Operation {
        if self.approves_for(entity) {
            let example = json!({ "approval": self.approval_example(entity) });
            operation.answers(
                202,
                "The write waits for consent.",
                &schema_ref("PendingApproval"),
                &example,
            )
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

    #[allow(clippy::unused_self)]
    pub(super) fn row_id(&self, entity: &Entity) -> Value {
        path_id("id", &entity.name.human(), &sample::id(1))
    }

    pub(super) fn row_example(&self, entity: &Entity) -> Value {
        Value::Object(sample::row(self.spec, entity))
    }

    pub(super) fn list_example(&self, entity: &Entity) -> Value {
        self.page_example(&self.row_example(entity), entity.pagination)
    }

    fn body_example(&self, entity: &Entity) -> Value {
        Value::Object(sample::body(self.spec, entity, &|_| sample::id(2)))
    }
}

/// The schema of an entity's row.
pub(super) fn row_of(entity: &Entity) -> Value {
    schema_ref(&entity.name.pascal())
}

/// The schema of a list of an entity's rows.
pub(super) fn list_of(entity: &Entity) -> Value {
    schema_ref(&format!("{}List", entity.name.pascal()))
}

fn body_of(entity: &Entity, body: Body) -> Value {
    schema_ref(&format!("{}{}", entity.name.pascal(), body.suffix()))
}

pub(super) fn if_match() -> Value {
    header(
        "If-Match",
        "The `ETag` that the row must still have, or `*`.",
        &json!({ "type": "string" }),
    )
}

pub(super) fn idempotency_key() -> Value {
    let schema = json!({ "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$" });
    header(
        "Idempotency-Key",
        "A repeated request with this key is answered as the first one and has no second effect.",
        &schema,
    )
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
