//! The parameters of lists.

use super::document::Document;
use super::operation::{query, query_list};
use super::value::{URL, moment, uuid};
use crate::spec::{Entity, FieldKind, Pagination};
use serde_json::{Value, json};

/// The longest `q`.
const LONGEST_SEARCH: u32 = 1000;
/// The largest `offset`: the largest whole number that every JSON reader holds exactly.
const LARGEST_OFFSET: i64 = (1 << 53) - 1;
/// The most values of one `.in`.
const MOST_VALUES: u32 = 100;

impl Document<'_> {
    /// Every parameter of the lists of an entity's rows.
    pub(super) fn list_parameters(&mut self, entity: &Entity) -> Vec<Value> {
        let name = entity.name.pascal();
        if let Some(known) = self.list_of(&name) {
            return known.to_vec();
        }
        let mut own = Vec::new();
        if !entity.search.is_empty() {
            let fields: Vec<_> = entity.search.iter().map(|it| format!("`{}`", self.key(it))).collect();
            let description = format!("Text that {} must hold, whatever the ASCII case.", fields.join(" or "));
            let schema = json!({ "type": "string", "minLength": 1, "maxLength": LONGEST_SEARCH });
            own.push(query("q", &description, &schema));
        }
        if !entity.sort.is_empty() {
            own.push(self.sort(entity.sort.iter().map(String::as_str)));
        }
        own.extend(entity.filter.iter().flat_map(|it| self.filters(entity, it)));
        let mut parameters = self.page_parameters(entity.pagination);
        parameters.extend(self.expand(entity));
        parameters.extend(self.include_deleted(entity));
        for parameter in own {
            let component = format!("{name}.{}", parameter["name"].as_str().unwrap_or_default());
            parameters.push(self.shared(&component, || parameter));
        }
        parameters
    }

    /// `limit` and `offset`, or `limit` and `cursor`.
    pub(super) fn page_parameters(&mut self, pagination: Pagination) -> Vec<Value> {
        let limit = self.shared("limit", || {
            let schema = json!({ "type": "integer", "minimum": 1, "maximum": 100, "default": 20 });
            query("limit", "How many rows at most.", &schema)
        });
        let answered = self.key("next_cursor");
        let next = match pagination {
            Pagination::Offset => self.shared("offset", || {
                let schema = json!({ "type": "integer", "minimum": 0, "maximum": LARGEST_OFFSET, "default": 0 });
                query("offset", "How many rows to leave out.", &schema)
            }),
            Pagination::Cursor => self.shared("cursor", || {
                query("cursor", &format!("The `{answered}` of the page before."), &json!({ "type": "string" }))
            }),
        };
        vec![limit, next]
    }

    /// `sort`
    pub(super) fn sort<'a>(&self, names: impl Iterator<Item = &'a str>) -> Value {
        let keys = names.map(|it| self.key(it)).collect::<Vec<_>>().join("|");
        let schema = json!({ "type": "string", "pattern": format!("^-?({keys})(,-?({keys}))*$") });
        let description =
            "What to sort by, between commas, most important first; `-` turns the order round. Ties are sorted by id.";
        query("sort", description, &schema)
    }

    /// `expand`, where there is something to expand.
    pub(super) fn expand(&mut self, entity: &Entity) -> Option<Value> {
        let names = entity.references().map(|it| self.name(&it.name)).collect::<Vec<_>>().join("|");
        if names.is_empty() {
            return None;
        }
        let schema = json!({ "type": "string", "pattern": format!("^({names})(,({names}))*$") });
        let parameter = query("expand", "The rows to add beside their keys, between commas.", &schema);
        Some(self.shared(&format!("{}.expand", entity.name.pascal()), || parameter))
    }

    /// `includeDeleted`, where rows are only marked.
    pub(super) fn include_deleted(&mut self, entity: &Entity) -> Option<Value> {
        let name = self.key("include_deleted");
        entity.soft_delete.then(|| {
            self.shared(&name, || {
                let schema = json!({ "type": "boolean", "default": false });
                query(&name, "Whether deleted rows are there too; only for admins.", &schema)
            })
        })
    }

    fn filters(&self, entity: &Entity, name: &str) -> Vec<Value> {
        if let Some(field) = entity.field(name) {
            let ordered = matches!(
                field.kind,
                FieldKind::Integer(_)
                    | FieldKind::Long(_)
                    | FieldKind::Float(_)
                    | FieldKind::Decimal { .. }
                    | FieldKind::Date { .. }
                    | FieldKind::DateTime { .. }
            );
            return self.filter(&self.name(&field.name), &self.queried(&field.kind), ordered, !field.required);
        }
        match entity.relation(name) {
            Some(relation) => self.filter(&self.name(&relation.key()), &uuid(), false, !relation.required),
            None => self.filter(&self.key(name), &moment(), true, false),
        }
    }

    /// The parameters that filter by one key.
    pub(super) fn filter(&self, key: &str, schema: &Value, ordered: bool, optional: bool) -> Vec<Value> {
        let mut parameters = vec![query(key, &format!("Rows whose `{key}` is this."), schema)];
        if ordered {
            for (operator, words) in
                [("gte", "this or more"), ("gt", "more than this"), ("lte", "this or less"), ("lt", "less than this")]
            {
                let description = format!("Rows whose `{key}` is {words}.");
                parameters.push(query(&format!("{key}.{operator}"), &description, schema));
            }
        }
        let mut item = schema.clone();
        if schema["pattern"] == URL {
            // Commas stand between addresses, so none can stand in one.
            item["allOf"] = json!([{ "pattern": "^[^,]*$" }]);
        }
        let many = json!({ "type": "array", "items": item, "minItems": 1, "maxItems": MOST_VALUES });
        parameters.push(query_list(&format!("{key}.in"), &format!("Rows whose `{key}` is one of these."), &many));
        if optional {
            let name = format!("{key}.{}", self.key("is_null"));
            let description = format!("Rows whose `{key}` is null, or is not.");
            parameters.push(query(&name, &description, &json!({ "type": "boolean" })));
        }
        parameters
    }
}
