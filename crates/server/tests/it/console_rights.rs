//! Who may do what in the console: every route, for every role, and from no other site.
use axum::http::{Method, StatusCode};

use crate::console::{owner, with_role};
use crate::support::TestApp;

on_both! {
    async fn s63_every_route_knows_every_role(database: Database) {
        let test = TestApp::start(database).await;
        let mut owner = owner(&test).await;
        let mut people = vec![("nobody", test.visitor())];
        for role in ["viewer", "editor"] {
            people.push((role, with_role(&test, &mut owner, role, role).await));
        }
        people.push(("owner", owner));
        let mut table = vec![];
        for (method, path) in &routes() {
            let mut line = format!("{method} {path}:");
            for (role, visitor) in &people {
                let mut visitor = visitor.clone();
                let answer = match *method {
                    "GET" => visitor.get(path).await,
                    _ => visitor.posts(path, &[]).await,
                };
                line = format!("{line} {role} {}", answer.status.as_u16());
            }
            table.push(line);
        }
        let table = table.join("\n");
        // one line for each route; a new one belongs into the file
        assert_eq!(table.trim(), include_str!("console_routes.txt").trim(), "\n{table}");
    }

    async fn s39_no_other_site_changes_anything_in_the_console(database: Database) {
        let test = TestApp::start(database).await;
        let li = owner(&test).await;
        for (method, path) in routes().into_iter().filter(|(method, _)| *method == "POST") {
            for header in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site")] {
                let form = Some(("application/x-www-form-urlencoded", String::new()));
                let answer = li.clone().send_with(Method::POST, &path, form, &[header]).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {path} {header:?}");
                assert!(answer.text.contains("request.cross_site"), "{method} {path}");
            }
        }
    }
}

/// Every route of the console, read from its sources so that none is forgotten.
pub(crate) fn routes() -> Vec<(&'static str, String)> {
    let mut found = vec![];
    for source in sources(concat!(env!("CARGO_MANIFEST_DIR"), "/src/console").as_ref()) {
        for route in source.split(".route(").skip(1) {
            let (_, rest) = route.split_once('"').unwrap();
            let (path, rest) = rest.split_once('"').unwrap();
            // a table of routes ends with its function
            let handlers = rest.split("\n}").next().unwrap();
            for (method, mark) in [("GET", "get("), ("POST", "post(")] {
                if handlers.contains(mark) {
                    found.push((method, path.to_owned()));
                }
            }
        }
    }
    assert!(found.len() > 12, "{found:?}");
    // signing out last: nothing after it would find a session
    found.sort_by_key(|(_, path)| path == "/console/sign-out");
    found
}

/// The sources of a folder, by path.
fn sources(folder: &std::path::Path) -> Vec<String> {
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        if path.is_dir() { sources(path) } else { vec![std::fs::read_to_string(path).unwrap()] }
    };
    paths.iter().flat_map(read).collect()
}
