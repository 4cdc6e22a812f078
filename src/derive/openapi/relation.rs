//! Nested lists and links. Their tag is that of the entity which declares the relation.

use super::document::Document;
use super::entity::{article, list_of, row_of};
use super::operation::path_id;
use crate::derive::sample;
use crate::spec::{Action, Entity, Name, Relation, RelationKind, USER};
use serde_json::Value;

impl Document<'_> {
    /// The operations of an entity's many-to-many relations.
    pub(super) fn links(&mut self, entity: &Entity) {
        for relation in entity.links() {
            if let Some(target) = self.spec.entity(&relation.target).filter(|it| it.allows(Action::List)) {
                let id = format!("list{}Of{}", relation.name.pascal(), entity.name.pascal());
                let path = format!("{}/{}", self.item(entity), relation.name.kebab());
                let parent = self.row_id(entity);
                self.nested_list(&path, id, parent, &entity.name, &entity.plural.kebab(), target);
            }
            if entity.allows(Action::Update) {
                self.link(entity, relation);
            }
        }
    }

    fn link(&mut self, entity: &Entity, relation: &Relation) {
        let singular = Name::new(relation.singular());
        let parameter = self.key(&format!("{}_id", singular.snake()));
        let path = format!("{}/{}/{{{parameter}}}", self.item(entity), relation.name.kebab());
        let (from, to) = (entity.name.human(), singular.human());
        let other = path_id(&parameter, &Name::new(&relation.target).human(), &sample::id(2));
        let parameters = [self.row_id(entity), other, self.if_match()];
        for (method, verb, summary) in [
            ("put", "link", format!("Link the {to} to the {from}")),
            ("delete", "unlink", format!("Unlink the {to} from the {from}")),
        ] {
            let id = format!("{verb}{}{}", entity.name.pascal(), singular.pascal());
            let operation = self
                .operation(entity, Action::Update, id, summary)
                .description("Once or twice is the same.")
                .parameters(parameters.clone())
                .answers_empty(204, "Done.")
                .refuses(&[400, 404, 409, 412]);
            self.add(&path, method, self.pending(operation, entity, Action::Update));
        }
    }

    /// The ways back to an entity.
    pub(super) fn inverses(&mut self, entity: &Entity) {
        let parent = self.row_id(entity);
        self.ways_back(entity.name.declared(), &entity.name, &entity.plural, &parent);
    }

    /// The ways back to users.
    pub(super) fn inverses_of_users(&mut self) {
        let parent = self.user_id();
        self.ways_back(USER, &Name::new(USER), &Name::new("Users"), &parent);
    }

    fn ways_back(&mut self, target: &str, name: &Name, plural: &Name, parent: &Value) {
        let spec = self.spec;
        let pairs = spec.entities.iter().flat_map(|source| source.relations.iter().map(move |it| (source, it)));
        for (source, relation) in pairs.filter(|(_, it)| it.target == target) {
            let Some(inverse) = &relation.inverse else { continue };
            let path = self.path(&format!("/{}/{{id}}/{}", plural.kebab(), inverse.kebab()));
            if relation.kind == RelationKind::OneToOne {
                if source.allows(Action::Read) {
                    let id = format!("read{}Of{}", inverse.pascal(), name.pascal());
                    self.nested_row(&path, id, parent.clone(), name, source);
                }
            } else if source.allows(Action::List) {
                let id = format!("list{}Of{}", inverse.pascal(), name.pascal());
                self.nested_list(&path, id, parent.clone(), name, &source.plural.kebab(), source);
            }
        }
    }

    fn nested_list(&mut self, path: &str, id: String, parent: Value, of: &Name, tag: &str, rows: &Entity) {
        let summary = format!("List the {} of {}", rows.plural.human(), article(&of.human()));
        let parameters = self.list_parameters(rows);
        let operation = self
            .operation(rows, Action::List, id, summary)
            .tag(tag)
            .parameter(parent)
            .parameters(parameters)
            .answers(200, "The rows.", &list_of(rows))
            .refuses(&[400, 404])
            .refuses(self.for_deleted(rows));
        self.add(path, "get", operation);
    }

    fn nested_row(&mut self, path: &str, id: String, parent: Value, of: &Name, row: &Entity) {
        let summary = format!("Read the {} of {}", row.name.human(), article(&of.human()));
        let parameters = self.read_parameters(row);
        let operation = self
            .operation(row, Action::Read, id, summary)
            .parameter(parent)
            .parameters(parameters)
            .answers(200, "The row.", &row_of(row))
            .header(200, "ETag", "The version of the row; not with `expand`.", "\"1\"")
            .answers_empty(304, "The row has not changed.")
            .refuses(&[400, 404])
            .refuses(self.for_deleted(row));
        self.add(path, "get", operation);
    }
}
