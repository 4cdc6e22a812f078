//! Writes that wait for consent.

use super::document::{Document, schema_ref};
use super::operation::{Operation, Security, path_id};
use super::value::{closed, moment, nullable, uuid};
use crate::derive::sample;
use crate::spec::{Entity, Pagination};
use serde_json::{Map, Value, json};

const TAG: &str = "approvals";
const STATUSES: [&str; 4] = ["pending", "approved", "rejected", "outdated"];

impl Document<'_> {
    pub(super) fn approvals(&mut self) {
        self.tag(TAG, "Writes that wait for consent.");
        let spec = self.spec;
        let Some(entity) = spec.entities.iter().find(|it| !it.approval.is_empty()) else {
            return;
        };
        self.approval_components(entity);
        let collection = self.path("/approvals");
        let status = json!({ "type": "string", "enum": STATUSES });
        let page = self.page_parameters(Pagination::Offset);
        let list = approval_operation("listApprovals", "List the approvals that the caller asked for or decides")
            .parameters(page)
            .parameters(self.filter("status", &status, false, false))
            .parameters(self.filter("entity", &json!({ "type": "string" }), false, false))
            .parameters(self.filter(&self.key("row_id"), &uuid(), false, true))
            .answers(200, "The approvals.", "ApprovalList")
            .refuses(&[400]);
        self.add(&collection, "get", list);
        let item = format!("{collection}/{{id}}");
        let id = self.shared("ApprovalId", || path_id("id", "approval", &sample::id(8)));
        let read = approval_operation("readApproval", "Read an approval")
            .parameter(id.clone())
            .answers(200, "The approval.", "Approval")
            .refuses(&[400, 404]);
        self.add(&item, "get", read);
        let approve = approval_operation("approveApproval", "Consent to a write")
            .parameter(id.clone())
            .answers(200, "The approval; the write is done.", "Approval")
            .refuses(&[400, 403, 404, 409]);
        self.add(&format!("{item}/approve"), "post", approve);
        let reject = approval_operation("rejectApproval", "Refuse a write")
            .parameter(id)
            .body("ApprovalReject")
            .answers(200, "The approval; nothing is done.", "Approval")
            .refuses(&[403, 404, 409]);
        self.add(&format!("{item}/reject"), "post", reject);
    }

    fn approval_components(&mut self, entity: &Entity) {
        let reason = json!({ "type": "string", "minLength": 1, "maxLength": 500 });
        let properties = vec![
            ("id".to_owned(), uuid()),
            ("entity".to_owned(), json!({ "type": "string", "maxLength": 40 })),
            (self.key("row_id"), nullable(uuid())),
            ("action".to_owned(), json!({ "type": "string", "enum": ["create", "update", "delete"] })),
            ("status".to_owned(), json!({ "type": "string", "enum": STATUSES })),
            ("reason".to_owned(), json!({ "type": ["string", "null"], "maxLength": 500 })),
            (self.key("requested_by"), nullable(uuid())),
            (self.key("decided_by"), nullable(uuid())),
            (self.key("created_at"), moment()),
            (self.key("decided_at"), nullable(moment())),
            ("change".to_owned(), json!({ "type": "object", "description": "The written keys." })),
        ];
        let example = self.approval_example(entity);
        let page = self.page(&schema_ref("Approval"), Pagination::Offset);
        self.example("ApprovalList", page, self.page_example(&example, Pagination::Offset));
        let pending = vec![("approval".to_owned(), schema_ref("Approval"))];
        self.answer_of("PendingApproval", pending, json!({ "approval": example }));
        self.answer_of("Approval", properties, example);
        let body = Map::from_iter([("reason".to_owned(), reason)]);
        let reject = closed(&body, &["reason".to_owned()]);
        self.example("ApprovalReject", reject, json!({ "reason": "Too cheap." }));
    }

    /// An approval of a write of this entity.
    fn approval_example(&self, entity: &Entity) -> Value {
        let action = entity.approval.first().map_or("update", |it| it.on.id());
        json!({
            "id": sample::id(8), "entity": entity.name.declared(), self.key("row_id"): sample::id(1), "action": action,
            "status": "pending", "reason": null, self.key("requested_by"): sample::id(4), self.key("decided_by"): null,
            self.key("created_at"): sample::MOMENT, self.key("decided_at"): null, "change": {},
        })
    }
}

fn approval_operation(id: &str, summary: &str) -> Operation {
    Operation::new(id, TAG, summary, Security::Bearer)
}
