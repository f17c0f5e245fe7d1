//! Who may do what in the console: every route, for every role.
use haoma_store::administrators;

use crate::console::{PASSWORD, owner, with_role};
use crate::support::routes::{self, Route};
use crate::support::{TestApp, Visitor, tables, things};

/// What a request of somebody who may not do it may leave behind all the same.
const TRACES: [&str; 3] = ["administrator_sessions", "audit_events", "limits"];

on_both! {
    async fn s63_every_route_knows_every_role(database: Database) {
        let test = TestApp::start(database).await;
        let mut owner = owner(&test).await;
        let mut people = vec![("nobody", test.visitor())];
        for role in ["viewer", "editor"] {
            people.push((role, with_role(&test, &mut owner, role, role).await));
        }
        people.push(("owner", owner));
        // a message, so that its page leads somewhere
        test.visitor().signs_in("app", "8613800138000", "Register").await;
        let mut table = vec![];
        for route in routes(&test) {
            let mut line = format!("{} {}:", route.verb, route.path);
            for (role, visitor) in &mut people {
                // what is there is made anew for each: somebody else may have ended it
                let path = address(&test, &route.path, role).await;
                let before = tables::all(&test.app.db, &TRACES).await;
                let status = asks(visitor, &route, &path).await;
                if status == 403 || *role == "nobody" {
                    assert_eq!(tables::all(&test.app.db, &TRACES).await, before, "{path} did something for {role}");
                }
                line = format!("{line} {role} {status}");
            }
            table.push(line);
        }
        let table = table.join("\n");
        // one line for each route; a new one belongs into the file
        assert_eq!(table.trim(), include_str!("console_routes.txt").trim(), "\n{table}");
    }
}

/// Every route of the console.
pub(crate) fn routes(test: &TestApp) -> Vec<Route> {
    let all = routes::of(&test.router).into_iter();
    let mut all: Vec<_> = all.filter(|route| route.path.starts_with("/console")).collect();
    assert!(all.len() > 60, "{}", all.len());
    // signing out last: nothing after it would find a session
    all.sort_by_key(|route| route.path == "/console/sign-out");
    all
}

/// Where the route leads to something, for this role.
async fn address(test: &TestApp, path: &str, role: &str) -> String {
    if !path.starts_with("/console/account/sessions/") {
        return things::address(test, path).await;
    }
    // another browser of the same person
    let name = if matches!(role, "viewer" | "editor") { role } else { "li" };
    let fields = [("name", name), ("password", PASSWORD)];
    let mut other = test.visitor().at("192.0.2.9");
    assert_eq!(other.posts("/console/sign-in", &fields).await.status.as_u16(), 303);
    let who = administrators::find_by_name(&test.app.db, name).await.unwrap().unwrap();
    let newest =
        "SELECT id FROM administrator_sessions WHERE administrator_id = $1 AND ip = '192.0.2.9'
        ORDER BY id DESC LIMIT 1";
    let rows = test.app.db.read(newest, vec![who.id.as_str().into()]).await.unwrap();
    path.replace("{id}", &rows[0].text(0).unwrap())
}

/// The browser keeps what it is given: some changes give the session another id.
async fn asks(visitor: &mut Visitor, route: &Route, path: &str) -> u16 {
    let answer = if route.changes() {
        let fields = fields(&route.path);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        visitor.posts(path, &fields).await
    } else {
        visitor.get(path).await
    };
    answer.status.as_u16()
}

/// What the form of a route must hold for it to do what it is for; some do it without, and a few do too much for the rest of the test.
fn fields(path: &str) -> Vec<(&'static str, String)> {
    let text = |name, value: &str| (name, value.to_owned());
    match path {
        "/console/administrators" => vec![("name", things::fresh("new")), text("role", "viewer")],
        "/console/administrators/{id}/role" => vec![text("role", "editor")],
        "/console/applications" => vec![text("type", "MachineToMachine"), text("name", "New")],
        "/console/applications/{id}/secrets" => vec![text("name", "second")],
        "/console/applications/{id}/secrets/rename" => {
            vec![text("secret", "first"), text("name", "other")]
        }
        "/console/applications/{id}/secrets/delete" => vec![text("secret", "first")],
        "/console/audit-log/export" => vec![text("format", "csv")],
        // another number each time: about one that a rule is about already it would ask
        "/console/security/rules" => {
            vec![text("type", "block"), text("kind", "number"), ("value", things::fresh("+861390"))]
        }
        "/console/messages/search" => vec![text("number", "138 0013 8000")],
        "/console/users" | "/console/users/{id}/phone" => vec![("phone", things::fresh("+861390"))],
        _ => vec![],
    }
}
