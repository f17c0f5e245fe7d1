//! Garbage in every field of every form of the console: each is told beside its field, and nothing is stored.
use std::collections::BTreeMap;

use axum::http::StatusCode;

use crate::console::owner;
use crate::console_rights::routes;
use crate::support::routes::Route;
use crate::support::tables::dump;
use crate::support::things;
use crate::support::visitor::Answer;
use crate::support::{TestApp, Visitor};

/// Too long for every field, no number, no address, no name, no JSON.
fn garbage(action: &str) -> String {
    // the set-up of a connector has so many fields that longer texts would be too much for one request
    let is_wide = action.starts_with("/console/connectors/");
    "x ".repeat(if is_wide { 300 } else { 1050 })
}

/// Pages of people who prove who they are: what was wrong is told for the form as a whole, so that nobody can tell names.
const OF_PROOF: [&str; 3] =
    ["/console/sign-in", "/console/sign-in/second", "/console/welcome/{token}"];

/// A form of a page.
#[derive(Debug)]
struct Form {
    action: String,
    fields: Vec<(String, String)>,
    /// Ids of what is typed into.
    typed: Vec<String>,
}

/// The value of an attribute in a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(
        rest.split('"')
            .next()
            .unwrap()
            .replace("&#38;", "&")
            .replace("&quot;", "\"")
            .replace("&#34;", "\""),
    )
}

/// The tags of a kind with what follows each.
fn tags<'a>(html: &'a str, kind: &str) -> Vec<(&'a str, &'a str)> {
    html.split(&format!("<{kind} ")).skip(1).map(|rest| rest.split_once('>').unwrap()).collect()
}

fn forms(html: &str, page: &str) -> Vec<Form> {
    let mut found = vec![];
    for (tag, rest) in tags(html, "form") {
        let is_search = attribute(&format!(" {tag}"), "role").as_deref() == Some("search");
        if is_search || attribute(&format!(" {tag}"), "method").as_deref() != Some("post") {
            continue;
        }
        let inside = rest.split("</form>").next().unwrap();
        let action = attribute(&format!(" {tag}"), "action").filter(|to| !to.is_empty());
        let action = action.unwrap_or_else(|| page.to_owned());
        let mut form = Form { action, fields: vec![], typed: vec![] };
        for (tag, _) in tags(inside, "input") {
            let tag = format!(" {tag}");
            let Some(name) = attribute(&tag, "name") else { continue };
            let value = attribute(&tag, "value").unwrap_or_default();
            match attribute(&tag, "type").as_deref() {
                Some("checkbox" | "radio") if !tag.contains(" checked") => {}
                Some("hidden" | "checkbox" | "radio") => form.fields.push((name, value)),
                _ => form.types(name, attribute(&tag, "id")),
            }
        }
        for (tag, _) in tags(inside, "textarea") {
            let tag = format!(" {tag}");
            form.types(attribute(&tag, "name").unwrap(), attribute(&tag, "id"));
        }
        for (tag, options) in tags(inside, "select") {
            let options = tags(options.split("</select>").next().unwrap(), "option");
            let chosen =
                options.iter().find(|(tag, _)| tag.contains(" selected")).or(options.first());
            let value = attribute(&format!(" {}", chosen.unwrap().0), "value").unwrap_or_default();
            form.fields.push((attribute(&format!(" {tag}"), "name").unwrap(), value));
        }
        // the last button is the one that saves
        let buttons = tags(inside, "button").into_iter().map(|(tag, _)| format!(" {tag}"));
        let mut named =
            buttons.filter_map(|tag| Some((attribute(&tag, "name")?, attribute(&tag, "value")?)));
        form.fields.extend(named.next_back());
        found.push(form);
    }
    found
}

impl Form {
    fn types(&mut self, name: String, id: Option<String>) {
        // those belong to other buttons
        if !["pasted", "trial_phone"].contains(&name.as_str()) {
            self.typed.push(id.unwrap_or_else(|| name.clone()));
        }
        let garbage = garbage(&self.action);
        self.fields.push((name, garbage));
    }
}

/// Every page of the console that has something in it, by its route.
async fn pages(test: &TestApp, li: &mut Visitor) -> BTreeMap<String, Vec<String>> {
    let made = li.posts("/console/users", &[("phone", "13800138000")]).await;
    let user = made.location();
    li.posts("/console/applications", &[("type", "MachineToMachine"), ("name", "Robot")]).await;
    let one =
        async |sql: &'static str| test.app.db.read(sql, vec![]).await.unwrap()[0].text(0).unwrap();
    let service = one("SELECT id FROM applications WHERE kind = 'MachineToMachine'").await;
    let connector = one("SELECT id FROM connectors").await;
    let event = one("SELECT id FROM audit_events").await;
    let of = |begin: &str, ids: &[&str], end: &str| -> Vec<String> {
        ids.iter().map(|id| format!("{begin}/{id}{end}")).collect()
    };
    let (apps, connectors) = ("/console/applications", "/console/connectors");
    let kinds = ["aliyun-short-message-service", "aliyun-short-message-auth-service", "http-sms"];
    let mut all = BTreeMap::new();
    for Route { path: route, verb } in routes(test) {
        let there = match route.as_str() {
            _ if verb != "GET" => continue,
            route if OF_PROOF.contains(&route) => continue,
            // the page of people, which sends nothing; nothing was sent; the components are shown in the demo only
            "/console/sign-in-experience/preview"
            | "/console/messages/{id}"
            | "/console/{*rest}"
            | "/console/_components" => continue,
            "/console/applications/new" => ["SPA", "Traditional", "Native", "MachineToMachine"]
                .map(|kind| format!("{apps}/new?type={kind}"))
                .to_vec(),
            "/console/applications/{id}" => of(apps, &["app", "web", &service], ""),
            "/console/applications/{id}/guide" => of(apps, &["app"], "/guide"),
            "/console/applications/{id}/secrets" => of(apps, &["web", &service], "/secrets"),
            "/console/audit-log/{id}" => of("/console/audit-log", &[&event], ""),
            "/console/connectors/new/{factory}" => of("/console/connectors/new", &kinds, ""),
            "/console/connectors/{id}" => of(connectors, &[&connector], ""),
            "/console/connectors/{id}/versions" => of(connectors, &[&connector], "/versions"),
            "/console/connectors/{id}/versions/{version}" => {
                of(connectors, &[&connector], "/versions/1")
            }
            "/console/users/{id}" => vec![user.clone()],
            "/console/users/{id}/access" => vec![format!("{user}/access")],
            "/console/users/{id}/activity" => vec![format!("{user}/activity")],
            hook if hook.starts_with("/console/hooks/{id}") => {
                vec![things::address(test, hook).await]
            }
            plain if !plain.contains('{') => vec![plain.to_owned()],
            unknown => panic!("say where {unknown} is"),
        };
        all.insert(route, there);
    }
    all
}

/// What is wrong with an answer to garbage.
fn judge(form: &Form, answer: &Answer) -> Option<String> {
    if !answer.status.is_client_error() || answer.status == StatusCode::NOT_FOUND {
        return Some(format!("was answered {}", answer.status));
    }
    let silent: Vec<_> = form.typed.iter().filter(|id| !is_told(&answer.text, id)).collect();
    // names and keys of a provider may be any text: what is told is what its factory judges
    let is_free = form.action.starts_with("/console/connectors/");
    let is_told = silent.is_empty() || is_free && silent.len() < form.typed.len();
    (!is_told).then(|| format!("({}) says nothing beside {silent:?}", answer.status))
}

/// Whether a field is marked as wrong, and described by a mistake that is on the page.
fn is_told(html: &str, id: &str) -> bool {
    let all = tags(html, "input").into_iter().chain(tags(html, "textarea"));
    let own = all
        .map(|(tag, _)| format!(" {tag}"))
        .find(|tag| attribute(tag, "id").as_deref() == Some(id));
    let Some(tag) = own.filter(|tag| tag.contains(" aria-invalid=\"true\"")) else { return false };
    let described = attribute(&tag, "aria-describedby").unwrap_or_default();
    described.split(' ').any(|by| by.ends_with("-error") && html.contains(&format!("id=\"{by}\"")))
}

on_both! {
    async fn garbage_in_every_field_is_told_beside_each_and_nothing_is_stored(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let pages = pages(&test, &mut li).await;
        let stored = async || {
            let mut whole = dump(&test.app.db).await;
            // guesses at a password are counted, and told
            whole.remove("limits");
            let events = whole.get_mut("audit_events").unwrap();
            events.retain(|event| !event.contains(r#""result":"Error""#));
            whole
        };
        let before = stored().await;
        let (mut wrong, mut judged) = (vec![], 0);
        for page in pages.values().flatten() {
            let html = li.get(page).await;
            assert_eq!(html.status, StatusCode::OK, "{page}");
            for form in forms(&html.text, page).iter().filter(|form| !form.typed.is_empty()) {
                let fields: Vec<_> = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                let answer = li.clone().posts(&form.action, &fields).await;
                wrong.extend(judge(form, &answer).map(|why| format!("{page} to {}: {why}", form.action)));
                if stored().await != before {
                    wrong.push(format!("{page} to {}: something was stored", form.action));
                }
                judged += 1;
            }
        }
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
        assert!(judged > 12, "{judged}");
    }
}
