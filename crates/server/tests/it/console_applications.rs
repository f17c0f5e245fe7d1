//! The console's room of applications.
use axum::http::StatusCode;
use haoma_core::ids::ClientId;
use haoma_store::application_roles;
use haoma_store::applications::{self, Application};
use haoma_store::audit;
use haoma_store::roles::MANAGEMENT_ACCESS;

use crate::console::{PASSWORD, owner, problem, with_role};
use crate::support::visitor::{Answer, hidden};
use crate::support::{TestApp, Visitor};

const LIST: &str = "/console/applications";

async fn all(test: &TestApp) -> Vec<Application> {
    applications::list(&test.app.db, &applications::Filter::default(), (100, 0)).await.unwrap()
}

async fn named(test: &TestApp, name: &str) -> Application {
    all(test).await.into_iter().find(|one| one.name == name).unwrap()
}

/// Makes an application of a kind; where its page is.
async fn makes(test: &TestApp, visitor: &mut Visitor, kind: &str, name: &str) -> (String, Answer) {
    let form = [("type", kind), ("name", name), ("redirect_uris", "https://shop.example.com/cb")];
    let answer = visitor.posts(LIST, &form).await;
    let found = named(test, name).await;
    (format!("{LIST}/{}", found.id), answer)
}

/// The form of settings, as the page draws it, with these fields instead.
fn settings<'a>(page: &str, fields: &[(&'a str, &'a str)]) -> Vec<(String, String)> {
    let mut form = vec![("left_at".to_owned(), hidden(page, "left_at"))];
    form.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    form
}

async fn saves(visitor: &mut Visitor, path: &str, form: &[(String, String)]) -> Answer {
    let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    visitor.posts(path, &form).await
}

/// The value of the secret that the page shows once.
fn shown_secret(html: &str) -> String {
    let (_, rest) = html.split_once("<code dir=\"ltr\">").expect("a code block");
    rest.split('<').next().unwrap().to_owned()
}

/// What administrators did to applications, in the order of the alphabet: within a millisecond there is no other.
async fn keys(test: &TestApp) -> Vec<String> {
    let events = audit::list(&test.app.db, &audit::Filter::default(), (50, 0)).await.unwrap();
    let by_somebody = |event: &audit::Event| event.payload.contains("administratorId");
    let keys = events.into_iter().filter(by_somebody).map(|event| event.key);
    let mut keys: Vec<_> = keys.filter(|key| key.starts_with("Application")).collect();
    keys.sort();
    keys
}

async fn token(test: &TestApp, id: &ClientId, secret: &str) -> StatusCode {
    let mut program = test.visitor();
    let resource = "https://default.logto.app/api";
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", id.as_str()),
        ("client_secret", secret),
        ("resource", resource),
        ("scope", "all"),
    ];
    program.posts("/oidc/token", &form).await.status
}

on_both! {
    async fn an_application_is_made_found_changed_and_deleted(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let choose = li.get(&format!("{LIST}/new")).await;
        for kind in ["SPA", "Traditional", "Native", "MachineToMachine"] {
            assert!(choose.text.contains(&format!("new?type={kind}")), "{kind}");
        }
        let (path, made) = makes(&test, &mut li, "SPA", "Corner Shop").await;
        assert_eq!(made.location(), format!("{path}/guide"));
        let id = named(&test, "Corner Shop").await.id;
        let found = li.get(&format!("{LIST}?q=corner&type=SPA")).await.text;
        assert!(found.contains("Corner Shop") && !found.contains("type=Native&after"));
        assert!(!li.get(&format!("{LIST}?q=corner&type=Native")).await.text.contains("Corner Shop"));
        assert!(li.get(&format!("{LIST}?q={id}")).await.text.contains("Corner Shop"));
        let page = li.get(&path).await.text;
        for fact in [id.as_str(), "https://id.example.com/oidc/.well-known/openid-configuration"] {
            assert!(page.contains(fact), "{fact}");
        }
        let form = settings(&page, &[("name", "Shop"), ("redirect_uris", "https://shop.example.com/new"), ("refresh_days", "30")]);
        let saved = saves(&mut li, &path, &form).await;
        assert_eq!((saved.status, saved.location()), (StatusCode::SEE_OTHER, path.clone()), "{}", saved.text);
        let stored = named(&test, "Shop").await;
        assert!(stored.oidc_client_metadata.contains("https://shop.example.com/new"));
        assert!(stored.custom_client_metadata.contains("\"refreshTokenTtlInDays\":30"));
        let gone = li.posts(&format!("{path}/delete"), &[]).await;
        assert_eq!(gone.location(), LIST);
        assert!(!all(&test).await.iter().any(|one| one.id == id));
        assert_eq!(li.get(&path).await.status, StatusCode::NOT_FOUND);
        let keys = keys(&test).await;
        assert_eq!(keys, ["Application.Created", "Application.Data.Updated", "Application.Deleted"]);
    }

    async fn every_bad_address_is_named_with_its_reason_and_nothing_is_saved(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let uris = "https://good.example.com/cb\r\nhttps://*.example.com/cb\r\nshop.example.com";
        let before = all(&test).await.len();
        let form = [("type", "SPA"), ("name", ""), ("redirect_uris", uris), ("post_logout_uris", "https://a.example/#x")];
        let refused = li.posts(LIST, &form).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        for told in ["“https://*.example.com/cb” has a *", "“shop.example.com” is not a whole address", "“https://a.example/#x” has a #", "Give it a name"] {
            assert!(refused.text.contains(told), "{told}: {}", refused.text);
        }
        assert!(refused.text.contains("https://good.example.com/cb"), "what was typed is kept");
        assert_eq!(all(&test).await.len(), before);
        let (path, _) = makes(&test, &mut li, "SPA", "Shop").await;
        let page = li.get(&path).await.text;
        let form = settings(&page, &[("name", "Other"), ("origins", "https://a.example/path"), ("id_token", "soon"), ("refresh_days", "181")]);
        let refused = saves(&mut li, &path, &form).await;
        for told in ["is not an origin", "1 to 31536000", "1 to 180"] {
            assert!(refused.text.contains(told), "{told}");
        }
        assert!(named(&test, "Shop").await.custom_client_metadata == "{}");
        let typing = [("text", "https://a.example/#x"), ("rule", "redirect")];
        let checked = li.posts(&format!("{LIST}/check"), &typing).await;
        assert!(checked.json()["problem"].as_str().unwrap().contains("has a #"));
        let fine = li.posts(&format!("{LIST}/check"), &[("text", "https://a.example/cb")]).await;
        assert!(fine.json()["problem"].is_null());
    }

    async fn a_colleagues_change_is_not_written_over(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let (path, _) = makes(&test, &mut li, "SPA", "Shop").await;
        let page = li.get(&path).await.text;
        test.advance_secs(1);
        assert_eq!(saves(&mut li, &path, &settings(&page, &[("name", "First")])).await.status, StatusCode::SEE_OTHER);
        let late = saves(&mut li, &path, &settings(&page, &[("name", "Second")])).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.text.contains("value=\"Second\"") && late.text.contains("Not saved"));
        assert_eq!(named(&test, "First").await.name, "First");
        let again = saves(&mut li, &path, &settings(&late.text, &[("name", "Second")])).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER, "once it was seen");
    }

    async fn s58_a_secret_is_shown_once_works_and_stops_working(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let (path, made) = makes(&test, &mut li, "MachineToMachine", "Robot").await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.text);
        let first = shown_secret(&made.text);
        let id = named(&test, "Robot").await.id;
        assert_eq!(token(&test, &id, &first).await, StatusCode::BAD_REQUEST, "no right yet");
        li.posts(&format!("{path}/management"), &[("allow", "yes")]).await;
        assert_eq!(token(&test, &id, &first).await, StatusCode::OK);
        let secrets = format!("{path}/secrets");
        assert!(!li.get(&secrets).await.text.contains(&first));
        let made = li.posts(&secrets, &[("name", "blue"), ("life", "30")]).await;
        let second = shown_secret(&made.text);
        assert_eq!(token(&test, &id, &second).await, StatusCode::OK);
        for (name, told) in [("blue", "application.secret_name_exists"), ("", "guard.invalid_input")] {
            assert_eq!(problem(&li.posts(&secrets, &[("name", name)]).await.text), told, "{name:?}");
        }
        let renamed = li.posts(&format!("{secrets}/rename"), &[("secret", "blue"), ("name", "green")]).await;
        assert_eq!(renamed.location(), secrets);
        let clash = li.posts(&format!("{secrets}/rename"), &[("secret", "green"), ("name", "Default secret")]).await;
        assert_eq!(problem(&clash.text), "application.secret_name_exists");
        li.posts(&format!("{secrets}/delete"), &[("secret", "Default secret")]).await;
        assert_eq!(token(&test, &id, &first).await, StatusCode::UNAUTHORIZED);
        assert_eq!(token(&test, &id, &second).await, StatusCode::OK);
        test.advance_secs(30 * 86_400);
        assert_eq!(token(&test, &id, &second).await, StatusCode::BAD_REQUEST, "it was made for 30 days");
        let events = audit::list(&test.app.db, &audit::Filter::default(), (50, 0)).await.unwrap();
        assert!(events.iter().all(|event| !event.payload.contains(&first) && !event.payload.contains(&second)));
    }

    async fn s63_secrets_and_ends_need_the_password_again(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let (path, _) = makes(&test, &mut li, "Traditional", "Shop").await;
        let before = all(&test).await.len();
        test.advance_secs(10 * 60);
        let form = [("type", "Traditional"), ("name", "Other")];
        for (to, form) in [
            (LIST.to_owned(), &form[..]),
            (format!("{path}/secrets"), &[("name", "blue")][..]),
            (format!("{path}/secrets/rename"), &[("secret", "Default secret"), ("name", "blue")][..]),
            (format!("{path}/secrets/delete"), &[("secret", "Default secret")][..]),
            (format!("{path}/management"), &[("allow", "yes")][..]),
            (format!("{path}/delete"), &[][..]),
        ] {
            let asked = li.posts(&to, form).await;
            assert_eq!(asked.status, StatusCode::FORBIDDEN, "{to}");
            assert!(asked.text.contains("current_password"), "{to}");
        }
        let (_, secrets) = applications::find(&test.app.db, &named(&test, "Shop").await.id).await.unwrap().unwrap();
        assert_eq!((all(&test).await.len(), secrets[0].name.as_str()), (before, "Default secret"));
        let proved = li.posts(&format!("{path}/delete"), &[("current_password", PASSWORD)]).await;
        assert_eq!(proved.location(), LIST);
    }

    async fn only_owners_give_the_right_to_manage_and_only_to_services(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let mut wang = with_role(&test, &mut li, "wang", "editor").await;
        let mut zhao = with_role(&test, &mut li, "zhao", "viewer").await;
        let (service, _) = makes(&test, &mut li, "MachineToMachine", "Robot").await;
        let (shop, _) = makes(&test, &mut wang, "SPA", "Shop").await;
        assert_eq!(wang.posts(&format!("{service}/management"), &[("allow", "yes")]).await.status, StatusCode::FORBIDDEN);
        assert!(!wang.get(&service).await.text.contains("/management\""), "an editor is not offered it");
        assert!(!named(&test, "Robot").await.is_admin);
        assert_eq!(li.posts(&format!("{shop}/management"), &[("allow", "yes")]).await.status.as_u16(), 422);
        li.posts(&format!("{service}/management"), &[("allow", "yes")]).await;
        assert!(named(&test, "Robot").await.is_admin);
        for (path, fields) in [
            ("secrets", vec![("name", "mine")]),
            ("secrets/rename", vec![("secret", "Default secret"), ("name", "mine")]),
            ("secrets/delete", vec![("secret", "Default secret")]),
            ("delete", vec![]),
        ] {
            let refused = wang.posts(&format!("{service}/{path}"), &fields).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "who has a secret of a service that manages is an owner: {path}");
        }
        li.posts(&format!("{service}/management"), &[("allow", "no")]).await;
        assert!(!named(&test, "Robot").await.is_admin);
        // a role gives the same right
        let id = named(&test, "Robot").await.id;
        let role = [MANAGEMENT_ACCESS.to_owned()];
        let event = crate::support::event(&test.app, "Application.Roles.Updated");
        application_roles::add(&test.app.db, &id, &role, &event).await.unwrap();
        let refused = wang.posts(&format!("{service}/secrets"), &[("name", "mine")]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "by a role it is an owner as well");
        li.posts(&format!("{service}/management"), &[("allow", "no")]).await;
        assert_eq!(application_roles::list(&test.app.db, &id, (9, 0)).await.unwrap(), []);
        assert!(wang.posts(&format!("{service}/secrets"), &[("name", "mine")]).await.status != StatusCode::FORBIDDEN);
        let seen = zhao.get(&shop).await;
        assert_eq!(seen.status, StatusCode::OK);
        assert!(!seen.text.contains("<form class=\"stack\"") && !seen.text.contains(&format!("{shop}/delete")), "nothing to change");
    }

    async fn a_guide_has_the_applications_own_values_and_says_what_is_missing(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let stacks = [
            ("SPA", &["react", "vue", "browser", "oidc-client-ts", "any"][..]),
            ("Traditional", &["next", "express", "openid-client", "authlib", "rust", "spring", "any"][..]),
            ("Native", &["headless", "any"][..]),
            ("MachineToMachine", &["curl", "service-node"][..]),
        ];
        for (kind, names) in stacks {
            let (path, _) = makes(&test, &mut li, kind, kind).await;
            let id = named(&test, kind).await.id;
            for (name, language) in names.iter().flat_map(|name| [(name, "en"), (name, "zh-CN")]) {
                let guide = li.get(&format!("{path}/guide?for={name}&ui_locales={language}")).await;
                assert_eq!(guide.status, StatusCode::OK);
                assert!(guide.text.contains(id.as_str()) && guide.text.contains("https://id.example.com"), "{name}");
                assert!(!guide.text.contains("console-guide") && !guide.text.contains("{{client"), "{name}");
            }
        }
        let path = format!("{LIST}/{}", named(&test, "Traditional").await.id);
        let express = li.get(&format!("{path}/guide?for=express&ui_locales=en")).await.text;
        assert!(express.contains("comes back to https://shop.example.com/logto/sign-in-callback"));
        let node = li.get(&format!("{path}/guide?for=openid-client&ui_locales=en")).await.text;
        assert!(node.contains("https://shop.example.com/cb") && !node.contains("comes back to"));
        let path = format!("{LIST}/{}", named(&test, "MachineToMachine").await.id);
        assert!(li.get(&format!("{path}/guide")).await.text.contains("no right to the management API"));
        assert_eq!(li.get(&format!("{path}/guide?for=nonsense")).await.status, StatusCode::OK);
    }

    async fn a_long_list_is_walked_in_both_directions_and_an_empty_one_says_what_to_do(database: Database) {
        let test = TestApp::start_with(database, |_connector| {}, |raw| raw["applications"] = serde_json::json!([])).await;
        let mut li = owner(&test).await;
        let empty = li.get(LIST).await.text;
        assert!(empty.contains("No applications yet") && empty.contains("/console/applications/new"));
        for n in 0..30 {
            test.advance_secs(1);
            makes(&test, &mut li, "SPA", &format!("App {n:02}")).await;
        }
        let first = li.get(LIST).await.text;
        assert!(first.contains("App 29") && first.contains("App 05") && !first.contains("App 04"));
        let older = link(&first, "before");
        let second = li.get(&older).await.text;
        assert!(second.contains("App 04") && second.contains("App 00") && !second.contains("App 05"));
        let back = li.get(&link(&second, "after")).await.text;
        assert!(back.contains("App 29") && back.contains("App 05") && !back.contains("App 04"));
        for odd in ["?after=x", "?after=9.%00", "?before=1", "?q=%00", "?type=SAML"] {
            assert_eq!(li.get(&format!("{LIST}{odd}")).await.status, StatusCode::OK, "{odd}");
        }
    }
}

/// Where the page before or after this one is.
fn link(html: &str, name: &str) -> String {
    let start = format!("{LIST}?{name}=");
    let (_, rest) = html.split_once(&start).expect("a link");
    format!("{start}{}", rest.split('"').next().unwrap())
}
