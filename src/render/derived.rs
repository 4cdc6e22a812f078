//! The documents that the spec alone decides.

use crate::catalog::CatalogError;
use crate::derive;
use crate::derive::sql::Dialect;
use crate::plan::Plan;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The documents that a layer may ask for: `[[derive]] what = "openapi"`.
pub const DOCUMENTS: [&str; 6] = ["asyncapi", "conditions", "event_schema", "openapi", "sql", "sql_down"];

/// What is printed for all types of events at once.
pub(super) type EventSchemas = OnceLock<BTreeMap<String, String>>;

/// Prints one document; `of` is the type of event that it is about, if it is about one.
pub(super) fn document(plan: &Plan, what: &str, of: Option<&str>, schemas: &EventSchemas) -> Result<Vec<u8>, String> {
    let offered = derive::Offered::of(plan.framework.features.iter().map(String::as_str));
    match what {
        "asyncapi" => derive::asyncapi(plan.spec, offered).map(String::into_bytes).map_err(|error| error.to_string()),
        "event_schema" => {
            let schemas = schemas.get_or_init(|| derive::event_schemas(plan.spec, offered));
            let schema = of.and_then(|it| schemas.get(it)).ok_or("its path has no `{event_type}`")?;
            Ok(schema.clone().into_bytes())
        }
        "openapi" => {
            let mut text = derive::openapi(plan.spec, offered);
            text.push('\n');
            Ok(text.into_bytes())
        }
        "conditions" => Ok(derive::conditions(plan.spec).into_bytes()),
        "sql" | "sql_down" => {
            let dialect =
                dialect(plan).map_err(|error| error.to_string())?.ok_or("this database has no [sql] table")?;
            let schema = derive::schema::whole_schema(plan.spec);
            let print = if what == "sql" { derive::sql::create } else { derive::sql::drop };
            Ok(print(&schema, &dialect).into_bytes())
        }
        other => Err(format!("there is no document `{other}`; known: {}", DOCUMENTS.join(", "))),
    }
}

/// How the chosen database spells SQL: the table `sql` of its `databases/<id>.toml`.
pub fn dialect(plan: &Plan) -> Result<Option<Dialect>, CatalogError> {
    let id = &plan.spec.stack.database;
    let Some(sql) = plan.catalog.databases.get(id).and_then(|table| table.get("sql")) else {
        return Ok(None);
    };
    let dialect: Result<Dialect, _> = sql.clone().try_into();
    let mut dialect = dialect.map_err(|error| CatalogError::new(format!("databases/{id}.toml"), error))?;
    dialect.unique_indexes = plan.framework.migrations.as_ref().is_some_and(|it| it.unique_indexes);
    Ok(Some(dialect))
}
