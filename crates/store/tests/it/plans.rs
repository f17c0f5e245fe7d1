//! No statement reads a growing table from end to end. The statements are found in the source, so none is forgotten.
#![expect(clippy::print_stdout, reason = "shows the plans to whoever looks")]
use std::collections::HashMap;
use std::iter::Peekable;
use std::path::{Path, PathBuf};
use std::str::Chars;

use serde_json::Value as Json;

use crate::support;

/// Tables of a few rows however many people sign in; `one` is `connectors` again, `other` is `administrators`, `oldest` and `page` are
/// lists cut by `LIMIT`.
const SMALL: [&str; 20] = [
    "account_centers",
    "administrators",
    "other",
    "configured",
    "connector_health",
    "connectors",
    "one",
    "oldest",
    "page",
    "sign_in_experiences",
    "applications",
    "application_secrets",
    "imported_applications",
    "signing_keys",
    "hooks",
    "haoma_migrations",
    "test_numbers",
    "resources",
    "scopes",
    "roles",
];

/// Whether a statement may read all users: patterns may begin with a wildcard, and say what that costs.
fn may_read_all(file: &str, sql: &str) -> bool {
    file == "user_search.rs" && sql.contains(" LIKE ")
}

/// Every SQL text in the crate's source, with its file.
fn statements() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files: Vec<PathBuf> = std::fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    let sources: Vec<(String, String)> = files
        .iter()
        .map(|path| {
            let source = std::fs::read_to_string(path).unwrap();
            let code = source.split("#[cfg(test)]").next().unwrap().to_owned();
            (path.file_name().unwrap().to_string_lossy().into_owned(), code)
        })
        .collect();
    let macros: HashMap<String, String> = sources
        .iter()
        .flat_map(|(_, code)| code.split("macro_rules! ").skip(1))
        .filter_map(text_macro)
        .collect();
    let mut found = Vec::new();
    for (name, code) in sources {
        let texts = literals(&code, &macros).into_iter().filter(|text| is_sql(text));
        found.extend(texts.map(|sql| (name.clone(), sql)));
    }
    found
}

fn is_sql(text: &str) -> bool {
    ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "]
        .iter()
        .any(|verb| text.trim_start().starts_with(verb))
}

/// A macro that stands for a piece of SQL: its name and its first literal.
fn text_macro(definition: &str) -> Option<(String, String)> {
    let definition = definition.split("\n}").next()?;
    let name = definition.split([' ', '{']).next()?;
    let text = literals(definition, &HashMap::new()).into_iter().next()?;
    Some((name.to_owned(), text))
}

/// The string literals of a source file as the program sees them, those inside `concat!` joined.
fn literals(code: &str, macros: &HashMap<String, String>) -> Vec<String> {
    let mut found = Vec::new();
    let mut joined: Option<String> = None;
    let mut word = String::new();
    let mut rest = code.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '/' if rest.peek() == Some(&'/') => {
                rest.by_ref().find(|c| *c == '\n');
            }
            '\'' if rest.peek() == Some(&'"') => {
                rest.next();
            }
            '"' => match &mut joined {
                Some(joined) => joined.push_str(&literal(&mut rest)),
                None => found.push(literal(&mut rest)),
            },
            '(' if word == "concat!" => joined = Some(String::new()),
            '(' if joined.is_some() && word.ends_with('!') => {
                let text = macros.get(word.trim_end_matches('!'));
                joined
                    .as_mut()
                    .unwrap()
                    .push_str(text.unwrap_or_else(|| panic!("what is {word}?")));
                rest.next_if_eq(&')');
            }
            ')' => found.extend(joined.take()),
            _ => {}
        }
        if c.is_alphanumeric() || c == '_' || c == '!' { word.push(c) } else { word.clear() }
    }
    found
}

fn literal(rest: &mut Peekable<Chars<'_>>) -> String {
    let mut text = String::new();
    while let Some(c) = rest.next() {
        match c {
            '"' => break,
            '\\' => match rest.next().unwrap() {
                '\n' => while rest.next_if(|c| c.is_whitespace()).is_some() {},
                'n' => text.push('\n'),
                other => text.push(other),
            },
            other => text.push(other),
        }
    }
    text
}

#[test]
fn the_source_is_searched_well() {
    let all = statements();
    assert!(all.len() >= 40, "only {} statements found", all.len());
    for file in [
        "audit.rs",
        "interactions.rs",
        "limits.rs",
        "messages.rs",
        "passcodes.rs",
        "purge.rs",
        "user_changes.rs",
        "user_search.rs",
        "users.rs",
    ] {
        assert!(all.iter().any(|(name, _)| name == file), "{file}");
    }
    let macros = HashMap::from([("m".to_owned(), "M".to_owned())]);
    let code = r#"a("x\"y", '"', "b\
        c") // "no"
        concat!("1", m!(), "2"); "d""#;
    assert_eq!(literals(code, &macros), ["x\"y", "bc", "1M2", "d"]);
}

#[tokio::test]
async fn sqlite_scans_no_growing_table() {
    let fresh = support::sqlite().await;
    let haoma_store::Options::Sqlite(path) = &fresh.options else { return };
    let conn = rusqlite::Connection::open(path).unwrap();
    let mut scans = Vec::new();
    for (file, sql) in statements() {
        let mut plan = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let lines: Vec<String> =
            plan.raw_query().mapped(|row| row.get(3)).map(Result::unwrap).collect();
        println!("{file}: {}\n    {}", one_line(&sql), lines.join("\n    "));
        let scanned = lines.iter().filter_map(|line| line.strip_prefix("SCAN ")?.split(' ').next());
        scans.extend(
            scanned
                .filter(|table| !SMALL.contains(table) && *table != "CONSTANT" && *table != "found")
                .filter(|_| !may_read_all(&file, &sql))
                .map(|table| format!("{table}: {sql}")),
        );
    }
    assert!(scans.is_empty(), "{scans:#?}");
}

#[tokio::test]
async fn postgres_scans_no_growing_table() {
    let Some(fresh) = support::postgres("it::plans").await else { return };
    let haoma_store::Options::Postgres { url, .. } = &fresh.options else { return };
    let client = support::connect(url).await;
    // empty tables are read whole unless told otherwise; with this a scan means that no index serves
    client
        .batch_execute("SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan")
        .await
        .unwrap();
    let mut scans = Vec::new();
    for (file, sql) in statements() {
        let plan = explain(&client, &sql).await;
        let mut lines = Vec::new();
        walk(&plan[0]["Plan"], &mut lines);
        println!(
            "{file}: {}\n    {}",
            one_line(&sql),
            lines.iter().map(|line| line.0.as_str()).collect::<Vec<_>>().join("\n    ")
        );
        scans.extend(
            lines
                .into_iter()
                .filter(|line| line.1 && !may_read_all(&file, &sql))
                .map(|line| format!("{}: {sql}", line.0)),
        );
    }
    assert!(scans.is_empty(), "{scans:#?}");
}

/// The pages of users that must stay quick among ten million, and the index that leads each.
const QUICK: [(&str, &str); 6] = [
    ("created_at >= 0 ORDER BY", "users_by_age"),
    ("phone <= $2 ORDER BY", "phone"),
    ("FROM users WHERE (created_at, id) >= ($1, $2)", "users_by_age"),
    ("FROM users WHERE (created_at, id) > ($1, $2)", "users_by_age"),
    ("FROM users WHERE is_locked = TRUE AND (created_at, id) >= ($1, $2)", "users_locked"),
    ("FROM users WHERE is_locked = TRUE AND (created_at, id) > ($1, $2)", "users_locked"),
];

fn quick(part: &str) -> String {
    let mut all = statements().into_iter().map(|(_, sql)| sql);
    all.find(|sql| sql.contains(part) && !sql.contains("COUNT")).unwrap()
}

#[tokio::test]
async fn sqlite_pages_users_along_an_index_without_sorting() {
    let fresh = support::sqlite().await;
    let haoma_store::Options::Sqlite(path) = &fresh.options else { return };
    let conn = rusqlite::Connection::open(path).unwrap();
    for (part, index) in QUICK {
        let mut plan = conn.prepare(&format!("EXPLAIN QUERY PLAN {}", quick(part))).unwrap();
        let lines: Vec<String> =
            plan.raw_query().mapped(|row| row.get(3)).map(Result::unwrap).collect();
        let expected = if index == "phone" { "sqlite_autoindex_users" } else { index };
        assert!(lines.len() == 1 && lines[0].contains(expected), "{part}: {lines:?}");
        assert!(lines[0].starts_with("SEARCH users USING INDEX"), "{part}: {lines:?}");
    }
}

#[tokio::test]
async fn postgres_pages_users_along_an_index_without_sorting() {
    let Some(fresh) = support::postgres("it::plans_of_lists").await else { return };
    let haoma_store::Options::Postgres { url, .. } = &fresh.options else { return };
    let client = support::connect(url).await;
    let settings = "SET enable_seqscan = off; SET enable_bitmapscan = off;
        SET plan_cache_mode = force_generic_plan";
    client.batch_execute(settings).await.unwrap();
    for (part, index) in QUICK {
        let plan = explain(&client, &quick(part)).await;
        let limit = &plan[0]["Plan"];
        let scan = &limit["Plans"][0];
        assert_eq!(
            (&limit["Node Type"], &scan["Node Type"]),
            (&"Limit".into(), &"Index Scan".into()),
            "{plan}"
        );
        assert!(scan["Index Name"].as_str().unwrap().contains(index), "{plan}");
    }
}

async fn explain(client: &tokio_postgres::Client, sql: &str) -> Json {
    let params = client.prepare(sql).await.unwrap().params().len();
    let nulls = vec!["NULL"; params].join(", ");
    let call = if params == 0 { "one".to_owned() } else { format!("one({nulls})") };
    client.batch_execute(&format!("PREPARE one AS {sql}")).await.unwrap();
    let answer =
        client.simple_query(&format!("EXPLAIN (FORMAT JSON) EXECUTE {call}")).await.unwrap();
    client.batch_execute("DEALLOCATE one").await.unwrap();
    let text = answer.iter().find_map(|message| match message {
        tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    serde_json::from_str(text.unwrap()).unwrap()
}

/// Every node that reads a table, and whether it reads a growing one from end to end.
fn walk(node: &Json, lines: &mut Vec<(String, bool)>) {
    let kind = node["Node Type"].as_str().unwrap();
    if let (true, Some(table)) = (kind.contains("Scan"), node["Relation Name"].as_str()) {
        let key = node["Index Cond"].as_str().or_else(|| node["Recheck Cond"].as_str());
        let index = node["Index Name"].as_str().unwrap_or("");
        let is_scan = key.is_none() && !SMALL.contains(&table);
        lines.push((format!("{kind} {table} {index} {}", key.unwrap_or("")), is_scan));
    }
    for child in node["Plans"].as_array().into_iter().flatten() {
        walk(child, lines);
    }
}

fn one_line(sql: &str) -> String {
    sql.split_whitespace().collect::<Vec<_>>().join(" ")
}
