//! How one database spells things.

use crate::derive::schema::{ColumnType, Schema, Table, Unique};
use serde::Deserialize;
use std::collections::BTreeSet;

/// The table `sql` of `databases/<id>.toml`. Words in braces stand for what is put in their place.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dialect {
    /// Put around a name that is a reserved word.
    pub quote: char,
    /// Words that are no names without quotes, in lower case.
    pub reserved: BTreeSet<String>,
    /// After the closing parenthesis of a table: `STRICT`, or nothing.
    #[serde(default)]
    pub table_suffix: String,
    /// Whether a foreign key can be added to a table that exists. If not, it may lead to a table that does not exist yet.
    pub adds_foreign_keys: bool,
    /// Whether decimals are held as whole numbers of 10^-scale units.
    #[serde(default)]
    pub scaled_decimals: bool,
    /// Whether column types hold more than they say: 64 bits for 32, any text for so many characters.
    #[serde(default)]
    pub wide_types: bool,
    /// Where an index cannot leave rows out: the type of a column that is 1 for live rows and null for others, and that
    /// joins their unique keys. `{deleted_at}`
    #[serde(default)]
    pub live_column: Option<String>,
    /// How much has room.
    #[serde(default)]
    pub limits: Option<Limits>,
    /// Whether every key is an index: the way of some frameworks ([`crate::catalog::Migrations`]).
    #[serde(skip)]
    pub unique_indexes: bool,
    /// How tables that exist are changed. Left out where they are made anew instead.
    #[serde(default)]
    pub change: Option<Change>,
    /// Where tables are made anew, which nobody watches: what finds references that lead nowhere.
    #[serde(default)]
    pub dangling: Option<String>,
    /// Column types.
    pub types: Types,
    /// Constants.
    pub literals: Literals,
    /// Conditions.
    pub checks: Checks,
}

/// How tables that exist are changed. Words in braces stand for names; `{type}`, `{null}` (`NULL` or `NOT NULL`) and `{set}`
/// (`SET` or `DROP`) for what a column becomes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Another type.
    pub column_type: String,
    /// Required or optional; the same text where one statement says both.
    pub column_null: String,
    /// `{index}` of `{table}`.
    pub drop_index: String,
    /// Whether primary keys have names.
    #[serde(default)]
    pub named_keys: bool,
}

/// How many bytes have room, where that is less than an answers file may ask for.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// In a key.
    pub key: u32,
    /// In a row, text of any length aside.
    pub row: u32,
}

/// Column types.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Types {
    /// An identifier.
    pub uuid: String,
    /// `{length}` code points at most.
    pub string: String,
    /// Text of any length.
    pub text: String,
    /// 32 bits.
    pub integer: String,
    /// 64 bits.
    pub long: String,
    /// 64 bits that the database counts up; the only column of a primary key.
    pub position: String,
    /// Binary floating point.
    pub float: String,
    /// `{precision}` digits, `{scale}` of them after the point.
    pub decimal: String,
    /// true or false
    pub boolean: String,
    /// A day.
    pub date: String,
    /// A moment.
    pub datetime: String,
    /// Any JSON.
    pub json: String,
}

/// Constants.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Literals {
    /// `{date}`
    pub date: String,
    /// `{date}` and `{time}`, in UTC.
    pub datetime: String,
    /// A moment as a value, where it is not written as in conditions.
    #[serde(default)]
    pub datetime_value: Option<String>,
    /// The day of `created_at`.
    pub created_day: String,
    /// How a `{column}` of moments is compared with one; as it is if left out.
    #[serde(default)]
    pub datetime_column: Option<String>,
}

/// Conditions on `{column}`; one left out is met by the type alone.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checks {
    /// Its length in code points.
    pub length: String,
    /// It is a truth value.
    #[serde(default)]
    pub boolean: Option<String>,
    /// It is a JSON object.
    pub object: String,
    /// It is a JSON array of at most `{max}` items.
    pub array: String,
}

impl Dialect {
    /// Reads the table `sql` of a database's data.
    pub fn read(database: &toml::Table) -> Result<Self, toml::de::Error> {
        let sql = database.get("sql").cloned().unwrap_or(toml::Value::Table(toml::Table::new()));
        sql.try_into()
    }

    /// A name as it is written in a statement.
    pub fn name(&self, name: &str) -> String {
        if self.reserved.contains(name) { format!("{0}{name}{0}", self.quote) } else { name.to_owned() }
    }

    /// Whether a key is an index that leaves soft-deleted rows out.
    pub fn is_partial(&self, unique: &Unique) -> bool {
        unique.live_only && self.live_column.is_none()
    }

    /// Whether a key is an index rather than a constraint.
    pub fn is_index(&self, unique: &Unique) -> bool {
        self.unique_indexes || self.is_partial(unique)
    }

    /// Names in parentheses.
    pub(super) fn names(&self, names: &[String]) -> String {
        let names: Vec<_> = names.iter().map(|name| self.name(name)).collect();
        format!("({})", names.join(", "))
    }

    /// A column type as it is written in a statement.
    pub fn type_of(&self, kind: &ColumnType) -> String {
        let types = &self.types;
        match kind {
            ColumnType::Uuid => types.uuid.clone(),
            ColumnType::String(length) => types.string.replace("{length}", &length.to_string()),
            ColumnType::Text => types.text.clone(),
            ColumnType::Integer => types.integer.clone(),
            ColumnType::Long => types.long.clone(),
            ColumnType::Position => types.position.clone(),
            ColumnType::Float => types.float.clone(),
            ColumnType::Decimal { precision, scale } => {
                types.decimal.replace("{precision}", &precision.to_string()).replace("{scale}", &scale.to_string())
            }
            ColumnType::Boolean => types.boolean.clone(),
            ColumnType::Date => types.date.clone(),
            ColumnType::DateTime => types.datetime.clone(),
            ColumnType::Json => types.json.clone(),
        }
    }

    /// The name of the column that tells live rows, where the database needs one in unique keys of this table.
    pub fn live_name(&self, table: &Table) -> Option<String> {
        self.live_column.as_ref().filter(|_| table.uniques.iter().any(|it| it.live_only))?;
        let mut name = "live".to_owned();
        while table.column(&name).is_some() {
            name.push('_');
        }
        Some(name)
    }

    /// The foreign keys that must wait until all tables are there: (table, position of the key).
    pub fn late_keys(&self, schema: &Schema) -> BTreeSet<(usize, usize)> {
        let mut late = BTreeSet::new();
        if self.adds_foreign_keys {
            for (at, table) in schema.tables.iter().enumerate() {
                for (key, foreign) in table.foreign_keys.iter().enumerate() {
                    if schema.tables[at + 1..].iter().any(|it| it.name == foreign.table) {
                        late.insert((at, key));
                    }
                }
            }
        }
        late
    }
}
