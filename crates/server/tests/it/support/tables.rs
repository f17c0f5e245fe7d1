//! The whole database as text, for comparing: what nobody changed, and what is nowhere to be read.
use std::collections::BTreeMap;

use haoma_store::{Db, Engine};

/// The rows of each table, each as a JSON object.
pub(crate) type Tables = BTreeMap<String, Vec<String>>;

/// Every table.
pub(crate) async fn dump(db: &Db) -> Tables {
    all(db, &[]).await
}

/// Every table but those named.
pub(crate) async fn all(db: &Db, but: &[&str]) -> Tables {
    const SQLITE: &str = "SELECT name, 'SELECT json_object(' || (
            SELECT group_concat(format('%Q, %s', name, name)) FROM pragma_table_info(tables.name)
        ) || ') FROM ' || name
        FROM sqlite_schema AS tables WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
    const POSTGRES: &str =
        "SELECT tablename::text, 'SELECT row_to_json(t)::text FROM ' || tablename || ' AS t'
        FROM pg_tables WHERE schemaname = current_schema()";
    let listed = match db.engine() {
        Engine::Sqlite(_) => SQLITE,
        Engine::Postgres(_) => POSTGRES,
    };
    let mut tables = Tables::new();
    for table in db.read(listed, vec![]).await.unwrap() {
        let name = table.text(0).unwrap();
        if but.contains(&name.as_str()) {
            continue;
        }
        // the product runs texts of the program only; there are as many as tables
        let rows = db.read(sql_of(table.text(1).unwrap()), vec![]).await.unwrap();
        let mut rows: Vec<_> = rows.iter().map(|row| row.text(0).unwrap()).collect();
        rows.sort();
        tables.insert(name, rows);
    }
    assert!(tables.len() > 10, "{:?}", tables.keys());
    tables
}

/// One and the same text for one table, however often it is read.
fn sql_of(text: String) -> &'static str {
    use std::sync::Mutex;
    static KNOWN: Mutex<BTreeMap<String, &'static str>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap();
    known.entry(text).or_insert_with_key(|text| text.clone().leak())
}
