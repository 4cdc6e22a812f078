//! The parameters of lists.

use super::document::Document;
use super::operation::{query, query_list};
use super::value::{moment, uuid};
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
    pub(super) fn list_parameters(&self, entity: &Entity) -> Vec<Value> {
        let mut parameters = self.page_parameters(entity.pagination);
        if !entity.search.is_empty() {
            let fields: Vec<_> = entity.search.iter().map(|it| format!("`{}`", self.key(it))).collect();
            let description = format!("Text that {} must hold, whatever the ASCII case.", fields.join(" or "));
            let schema = json!({ "type": "string", "minLength": 1, "maxLength": LONGEST_SEARCH });
            parameters.push(query("q", &description, &schema));
        }
        if !entity.sort.is_empty() {
            parameters.push(self.sort(entity.sort.iter().map(String::as_str)));
        }
        parameters.extend(self.expand(entity));
        parameters.extend(self.include_deleted(entity));
        for name in &entity.filter {
            parameters.extend(self.filters(entity, name));
        }
        parameters
    }

    /// `limit` and `offset`, or `limit` and `cursor`.
    pub(super) fn page_parameters(&self, pagination: Pagination) -> Vec<Value> {
        let limit = json!({ "type": "integer", "minimum": 1, "maximum": 100, "default": 20 });
        let limit = query("limit", "How many rows at most.", &limit);
        let next = match pagination {
            Pagination::Offset => query(
                "offset",
                "How many rows to leave out.",
                &json!({ "type": "integer", "minimum": 0, "maximum": LARGEST_OFFSET, "default": 0 }),
            ),
            Pagination::Cursor => {
                let answered = self.key("next_cursor");
                query(
                    "cursor",
                    &format!("The `{answered}` of the page before."),
                    &json!({ "type": "string" }),
                )
            }
        };
        vec![limit, next]
    }

    /// `sort`
    pub(super) fn sort<'a>(&self, names: impl Iterator<Item = &'a str>) -> Value {
        let keys = names
            .map(|it| self.key(it))
            .flat_map(|key| [key.clone(), format!("-{key}")]);
        let schema = json!({
            "type": "array", "items": { "type": "string", "enum": keys.collect::<Vec<_>>() }, "minItems": 1,
        });
        query_list(
            "sort",
            "What to sort by, most important first; `-` turns the order round. Ties are sorted by id.",
            &schema,
        )
    }

    /// `expand`, where there is something to expand.
    pub(super) fn expand(&self, entity: &Entity) -> Option<Value> {
        let names: Vec<_> = entity.references().map(|it| self.name(&it.name)).collect();
        let schema = json!({
            "type": "array", "items": { "type": "string", "enum": names }, "minItems": 1,
        });
        (!names.is_empty()).then(|| query_list("expand", "The rows to add beside their keys.", &schema))
    }

    /// `includeDeleted`, where rows are only marked.
    pub(super) fn include_deleted(&self, entity: &Entity) -> Option<Value> {
        let description = "Whether deleted rows are there too; only for admins.";
        let schema = json!({ "type": "boolean", "default": false });
        entity
            .soft_delete
            .then(|| query(&self.key("include_deleted"), description, &schema))
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
            return self.filter(
                &self.name(&field.name),
                &self.queried(&field.kind),
                ordered,
                !field.required,
            );
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
            for (operator, words) in [
                ("gte", "this or more"),
                ("gt", "more than this"),
                ("lte", "this or less"),
                ("lt", "less than this"),
            ] {
                let description = format!("Rows whose `{key}` is {words}.");
                parameters.push(query(&format!("{key}.{operator}"), &description, schema));
            }
        }
        let many = json!({ "type": "array", "items": schema, "minItems": 1, "maxItems": MOST_VALUES });
        parameters.push(query_list(
            &format!("{key}.in"),
            &format!("Rows whose `{key}` is one of these."),
            &many,
        ));
        if optional {
            let name = format!("{key}.{}", self.key("is_null"));
            let description = format!("Rows whose `{key}` is null, or is not.");
            parameters.push(query(&name, &description, &json!({ "type": "boolean" })));
        }
        parameters
    }
}
