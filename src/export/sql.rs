//! The tables of the entities, as DDL of the chosen database.

use crate::catalog::Catalog;
use crate::derive::schema::{AUDIT, Schema, USERS, schema, whole_schema};
use crate::derive::sql::{Dialect, create};
use crate::spec::Spec;

/// The tables of accounts and entities; those that a service keeps for itself are not among them.
pub(super) fn script(spec: &Spec, catalog: &Catalog) -> Result<String, String> {
    let database = spec.stack.database.as_str();
    let data = catalog.databases.get(database).ok_or_else(|| format!("there is no data of `{database}`"))?;
    let dialect = Dialect::read(data).map_err(|error| error.to_string())?;
    let users = whole_schema(spec).tables.into_iter().filter(|it| it.name == USERS).map(|mut table| {
        // How a password is kept is the service's own.
        table.columns.retain(|it| it.name != "password_hash");
        table
    });
    let own = schema(spec).tables.into_iter().filter(|it| it.name != AUDIT);
    Ok(create(&Schema { tables: users.chain(own).collect() }, &dialect))
}
