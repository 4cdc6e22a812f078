//! Users, for admins.

use super::auth::account;
use super::document::{Document, schema_ref};
use super::operation::{Operation, Security, path_id};
use super::value::{closed, email, moment, object, uuid};
use crate::derive::sample;
use crate::spec::{Pagination, RelationKind, USER};
use serde_json::{Map, Value, json};

const TAG: &str = "users";
/// What users can be sorted by.
const SORT: [&str; 6] = ["email", "name", "role", "active", "createdAt", "updatedAt"];

impl Document<'_> {
    pub(super) fn users(&mut self) {
        self.tag(TAG, "Accounts, for admins.");
        self.user_components();
        let page = self.page_parameters(Pagination::Offset);
        let list = user_operation("listUsers", "List users")
            .parameters(page)
            .parameter(self.sort(SORT.into_iter()))
            .parameters(self.filter("email", &email(), false, false))
            .parameters(self.filter("role", &self.role(), false, false))
            .parameters(self.filter("active", &json!({ "type": "boolean" }), false, false))
            .answers(200, "The users.", "UserList")
            .refuses(&[400]);
        let collection = self.path("/users");
        self.add(&collection, "get", list);
        let create = user_operation("createUser", "Create a user")
            .body("UserCreate")
            .answers(201, "The new user.", USER)
            .header(201, "Location", "The path of the new user.", &format!("{collection}/{}", sample::id(4)))
            .refuses(&[409]);
        self.add(&collection, "post", create);
        let item = format!("{collection}/{{id}}");
        let id = self.user_id();
        let read = user_operation("readUser", "Read a user")
            .parameter(id.clone())
            .answers(200, "The user.", USER)
            .refuses(&[400, 404]);
        self.add(&item, "get", read);
        let update = user_operation("updateUser", "Change some of a user")
            .parameter(id)
            .patch("UserPatch")
            .answers(200, "The user as it is now.", USER)
            .refuses(&[404, 409]);
        self.add(&item, "patch", update);
        self.inverses_of_users();
    }

    /// The `{id}` of a user.
    pub(super) fn user_id(&mut self) -> Value {
        self.shared("UserId", || path_id("id", "user", &sample::id(4)))
    }

    fn user_components(&mut self) {
        let (mut create, mut example) = account();
        let name = create[2].1.clone();
        let role = self.role();
        let active = json!({ "type": "boolean" });

        let mut user = Map::from_iter([
            ("id".to_owned(), uuid()),
            ("email".to_owned(), email()),
            ("name".to_owned(), name.clone()),
            ("role".to_owned(), role.clone()),
            ("active".to_owned(), active.clone()),
        ]);
        for field in self.spec.auth.user_fields.iter().filter(|it| !it.private) {
            user.insert(self.name(&field.name), self.answered(field));
        }
        user.insert(self.key("created_at"), moment());
        user.insert(self.key("updated_at"), moment());
        let required: Vec<_> = user.keys().cloned().collect();
        let page = self.page(&schema_ref(USER), Pagination::Offset);
        self.example("UserList", page, self.page_example(&self.user_example(), Pagination::Offset));
        self.example(USER, object(&user, &required), self.user_example());

        create.push(("role".to_owned(), role.clone()));
        example["role"] = "user".into();
        let create = self.user_body(create, true);
        self.example("UserCreate", create, example);
        let patch = vec![("name".to_owned(), name), ("role".to_owned(), role), ("active".to_owned(), active)];
        let patch = self.user_body(patch, false);
        self.example("UserPatch", patch, json!({ "active": false }));

        let refer = |it: &crate::spec::Relation| it.target == USER && it.kind != RelationKind::ManyToMany;
        if self.spec.entities.iter().any(|entity| entity.relations.iter().any(refer)) {
            let properties =
                vec![("id".into(), uuid()), ("name".into(), json!({ "type": "string", "maxLength": 100 }))];
            self.answer_of("UserSummary", properties, json!({ "id": sample::id(4), "name": "Ada Lovelace" }));
        }
    }

    /// Every role.
    fn role(&self) -> Value {
        let roles = ["user", "admin"].into_iter().chain(self.spec.auth.roles.iter().map(String::as_str));
        json!({ "type": "string", "enum": roles.collect::<Vec<_>>() })
    }

    /// A body that writes a user: the given keys and the spec's own fields.
    pub(super) fn user_body(&self, fields: Vec<(String, Value)>, whole: bool) -> Value {
        let mut properties: Map<String, Value> = fields.into_iter().collect();
        let mut required: Vec<_> = properties.keys().cloned().collect();
        for field in self.spec.auth.user_fields.iter().filter(|it| !it.read_only) {
            let key = self.name(&field.name);
            let mut schema = self.accepted(field);
            if let (false, Some(schema)) = (whole, schema.as_object_mut()) {
                schema.remove("default");
            }
            if field.required && field.default.is_none() {
                required.push(key.clone());
            }
            properties.insert(key, schema);
        }
        closed(&properties, if whole { &required } else { &[] })
    }
}

fn user_operation(id: &str, summary: &str) -> Operation {
    Operation::new(id, TAG, summary, Security::Bearer).refuses(&[403])
}
