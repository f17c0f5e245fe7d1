//! Everything that a database holds, to compare.
use std::collections::BTreeMap;

use haoma_store::{Db, Value};

const SCHEMA: &str = include_str!("../../../../store/migrations/0001_init.sql");

/// The rows of every table as text, in order.
pub(crate) async fn dump(db: &Db) -> BTreeMap<&'static str, Vec<String>> {
    let mut whole = BTreeMap::new();
    for (table, columns) in tables() {
        let texts: Vec<_> =
            columns.iter().map(|column| format!("COALESCE(CAST({column} AS TEXT), '')")).collect();
        let sql = format!("SELECT {} FROM {table}", texts.join(" || '|' || "));
        let rows = db.read(Box::leak(sql.into_boxed_str()), Vec::<Value>::new()).await.unwrap();
        let mut lines: Vec<_> = rows.iter().map(|row| row.text(0).unwrap()).collect();
        lines.sort();
        whole.insert(table, lines);
    }
    assert!(whole.len() > 15, "{:?}", whole.keys());
    whole
}

/// Every table with its columns.
fn tables() -> Vec<(&'static str, Vec<&'static str>)> {
    let one = |text: &'static str| {
        let (name, rest) = text.split_once(" (\n").unwrap();
        let lines = rest.split("\n);").next().unwrap().lines();
        let first = lines.filter_map(|line| line.trim().split(' ').next());
        let is_column = |word: &&str| word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        (name, first.filter(is_column).filter(|word| !word.is_empty()).collect())
    };
    SCHEMA.split("CREATE TABLE ").skip(1).map(one).collect()
}
