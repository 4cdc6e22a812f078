//! SQL, also on real databases where the environment names them.

use crate::{check, specs};
use scaffold::derive::naming::LONGEST;
use scaffold::derive::schema::{Schema, schema};
use scaffold::derive::sql::{Dialect, create, drop};
use std::path::Path;

fn dialect(id: &str) -> Dialect {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("blueprints/databases/{id}.toml"));
    Dialect::read(&std::fs::read_to_string(path).unwrap().parse().unwrap()).unwrap()
}

#[test]
fn the_statements_of_every_database_are_as_agreed() {
    for (name, spec) in [("shop", specs::shop()), ("wide", specs::wide())] {
        let model = schema(&spec);
        for database in ["sqlite", "postgresql", "mysql"] {
            let dialect = dialect(database);
            let text = format!("{}\n-- down\n{}", create(&model, &dialect), drop(&model, &dialect));
            check(&format!("{name}.{database}.sql"), &text);
        }
    }
}

#[test]
fn no_name_is_too_long_and_none_stands_twice() {
    let model = schema(&specs::wide());
    let mut names = std::collections::BTreeSet::new();
    for table in &model.tables {
        assert!(table.columns.iter().all(|it| it.name.len() <= LONGEST));
        let own = [table.name.clone(), table.primary_key.name.clone()].into_iter();
        let keys =
            table.uniques.iter().map(|it| it.name.clone()).chain(table.foreign_keys.iter().map(|it| it.name.clone()));
        let rest = table.checks.iter().map(|it| it.name.clone()).chain(table.indexes.iter().map(|it| it.name.clone()));
        for name in own.chain(keys).chain(rest) {
            assert!(name.len() <= LONGEST, "{name}");
            assert!(names.insert(name.clone()), "{name} stands twice");
        }
    }
}

#[test]
fn every_foreign_key_has_an_index_and_every_reference_a_key() {
    for spec in [specs::shop(), specs::wide()] {
        for table in &schema(&spec).tables {
            for key in &table.foreign_keys {
                let column = std::slice::from_ref(&key.column);
                let indexed = table.indexes.iter().any(|it| it.columns.starts_with(column))
                    || table.uniques.iter().any(|it| !it.live_only && it.columns.starts_with(column))
                    || table.primary_key.columns.starts_with(column);
                assert!(indexed, "{}", key.name);
            }
        }
    }
}

#[test]
fn a_model_survives_its_file() {
    let model = schema(&specs::wide());
    let text = serde_json::to_string(&model).unwrap();
    assert_eq!(serde_json::from_str::<Schema>(&text).unwrap(), model);
}
