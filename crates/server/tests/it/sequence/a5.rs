//! Wire contract A.5: end-to-end redirects and cookies.
use super::*;
use crate::oidc::support::{PHONE, cookie_names, text};

on_both! {
    async fn a5_row_1_the_authorization_request_leads_to_the_sign_in_page_with_its_cookies(database: Database) {
        let test = TestApp::start(database).await;
        let first = test.visitor().arrives_from("app").await;
        assert_eq!((first.status.as_u16(), first.location().as_str()), (303, "/sign-in?app_id=app"));
        let set = cookie_names(&first);
        for name in ["_interaction", "_interaction.sig", "_interaction_resume", "_interaction_resume.sig", "_logto"] {
            assert!(set.contains(&name.to_owned()), "{name}: {set:?}");
        }
    }

    async fn a5_cookies_come_with_the_attributes_of_their_table(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = test.visitor();
        let first = person.arrives_from("app").await;
        let of = |answer: &Answer, name: &str| {
            let lines = answer.headers.get_all("set-cookie").iter();
            let parsed = lines.map(|line| cookie::Cookie::parse(line.to_str().unwrap().to_owned()).unwrap());
            parsed.into_iter().find(|cookie| cookie.name() == name).unwrap_or_else(|| panic!("{name}"))
        };
        let uid = of(&first, "_interaction_resume").value().to_owned();
        let life = |cookie: &cookie::Cookie<'_>| cookie.max_age().map(cookie::time::SignedDuration::whole_seconds);
        for (name, path, secs, is_hidden) in [
            ("_interaction", "/".to_owned(), Some(3600), true),
            ("_interaction_resume", format!("/oidc/auth/{uid}"), Some(3600), true),
            ("_logto", "/".to_owned(), None, false),
        ] {
            for name in [name.to_owned(), format!("{name}.sig")] {
                let cookie = of(&first, &name);
                assert_eq!((cookie.path(), life(&cookie)), (Some(path.as_str()), secs), "{name}");
                assert_eq!((cookie.http_only().unwrap_or(false), cookie.secure()), (is_hidden, Some(true)), "{name}");
                assert_eq!(cookie.same_site(), Some(cookie::SameSite::Lax), "{name}");
            }
        }
        let decoded = |name: &str| {
            let text = percent_encoding::percent_decode_str(of(&first, name).value()).decode_utf8().unwrap().into_owned();
            serde_json::from_str::<Value>(&text).unwrap()
        };
        assert_eq!(decoded("_interaction"), json!({ "app": uid, "_legacy": uid }));
        assert_eq!(decoded("_logto"), json!({ "appId": "app" }));
        // ours: the browser's name, which all others are signed for
        let lines: Vec<_> = first.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap()).collect();
        let browser = lines.iter().find(|line| line.starts_with("__Host-_browser=")).unwrap();
        let (value, attributes) = browser.split_once("; ").unwrap();
        assert_eq!(value.len(), "__Host-_browser=".len() + 22, "128 random bits");
        assert_eq!(attributes, "HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=34560000");
        assert_eq!(lines.len(), 7, "and no others: {lines:?}");
        let id = person.proves("app", PHONE, "Register").await;
        person.identifies(&id).await;
        let resume = text(&person.submits().await.json(), "redirectTo").to_owned();
        let third = person.get(&resume).await;
        for name in ["_session", "_session.sig"] {
            let cookie = of(&third, name);
            assert!(life(&cookie).is_some_and(|secs| secs >= 1_209_600), "{name}: as long as the session at least");
            assert_eq!((cookie.path(), cookie.http_only(), cookie.secure()), (Some("/"), Some(true), Some(true)), "{name}");
            assert_eq!(cookie.same_site(), Some(cookie::SameSite::Lax), "{name}");
        }
    }

    async fn a5_the_application_that_is_named_chooses_the_interaction(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = begun(&test, "SignIn").await;
        person.arrives_from("other").await;
        assert_eq!(put(&mut person, "", json!({ "interactionEvent": "Register" })).await.brief(), "204");
        let path = "/api/experience/interaction";
        for (query, header, answer) in [
            ("", None, "200 Register"), ("", Some("app"), "200 SignIn"), ("", Some("other"), "200 Register"),
            ("?app_id=app", None, "200 SignIn"), ("?app_id=other", Some("app"), "200 SignIn"),
            ("", Some("third"), "400 session.not_found"), ("?app_id=third", None, "400 session.not_found"),
        ] {
            let headers: Vec<_> = header.map(|id| ("logto-app-id", id)).into_iter().collect();
            let got = person.with_headers(Method::GET, &format!("{path}{query}"), &headers).await;
            let event = got.json()["interactionEvent"].as_str().unwrap_or_default().to_owned();
            assert_eq!(format!("{} {event}", got.brief()).trim_end(), answer, "{query} {header:?}");
        }
    }

    async fn a5_two_applications_in_one_browser_each_come_back_whichever_goes_first(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = test.visitor();
        let mut ids = vec![];
        person.arrives_from("app").await;
        person.arrives_from("other").await;
        let at = |client: &str, path: &str| format!("/api/experience{path}?app_id={client}");
        for (client, phone) in [("app", PHONE), ("other", SECOND)] {
            let begun = person.request(Method::PUT, &at(client, ""), Some(json!({ "interactionEvent": "Register" }))).await;
            assert_eq!(begun.brief(), "204", "{client}");
            let ask = json!({ "identifier": phone_identifier(phone), "interactionEvent": "Register" });
            let sent = person.request(Method::POST, &at(client, "/verification/verification-code"), Some(ask)).await;
            ids.push((client, phone, text(&sent.json(), "verificationId").to_owned()));
        }
        // each step is taken for one, then for the other
        for (client, phone, id) in &ids {
            let give = json!({ "identifier": phone_identifier(phone), "verificationId": id, "code": person.reads_sms(phone) });
            let verified = person.request(Method::POST, &at(client, "/verification/verification-code/verify"), Some(give)).await;
            assert_eq!(verified.brief(), "200", "{client}");
        }
        for (client, _phone, id) in &ids {
            let identified = person.request(Method::POST, &at(client, "/identification"), Some(json!({ "verificationId": id }))).await;
            assert_eq!(identified.brief(), "201", "{client}");
        }
        let mut ways = vec![];
        for (client, _phone, _id) in &ids {
            let submitted = person.request(Method::POST, &at(client, "/submit"), None).await;
            ways.push((*client, text(&submitted.json(), "redirectTo").to_owned()));
        }
        for (client, way) in &ways {
            let callback = person.follows(way).await;
            assert!(callback.starts_with(&format!("https://{client}.example.com/callback?code=")), "{callback}");
            assert_eq!(person.exchanges(client, &callback).await.status.as_u16(), 200, "{client}");
        }
    }

    async fn a5_a_page_without_a_sign_in_leads_where_the_administrator_wants(database: Database) {
        let elsewhere = "https://shop.example/start";
        let test = with_experience(database, |sie| sie["unknownSessionRedirectUrl"] = json!(elsewhere)).await;
        let plain = TestApp::start(Database::sqlite()).await;
        for page in ["/sign-in", "/register", "/consent", "/sign-in/verify"] {
            let led = test.visitor().get(page).await;
            assert_eq!((led.status.as_u16(), led.location().as_str()), (303, elsewhere), "{page}");
            let led = plain.visitor().get(page).await;
            assert_eq!((led.status.as_u16(), led.location().as_str()), (303, "/unknown-session"), "{page}");
            let preview = test.visitor().get(&format!("{page}?preview=true")).await.status.as_u16();
            // ours has nothing to show of a page that asks about somebody
            let shows = matches!(page, "/sign-in" | "/register");
            assert_eq!(preview, if shows { 200 } else { 303 }, "{page}");
        }
    }

    async fn a5_row_2_submit_answers_an_absolute_address_of_the_authorization_endpoint(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = test.visitor();
        let id = person.proves("app", PHONE, "Register").await;
        person.identifies(&id).await;
        let answer = person.submits().await;
        assert_eq!(answer.brief(), "200");
        assert!(text(&answer.json(), "redirectTo").starts_with("https://id.example.com/oidc/auth/"));
    }

    async fn a5_rows_3_to_5_session_and_new_interaction_come_together_and_consent_leads_on(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = test.visitor();
        let id = person.proves("app", PHONE, "Register").await;
        person.identifies(&id).await;
        let resume = text(&person.submits().await.json(), "redirectTo").to_owned();
        let third = person.get(&resume).await;
        assert_eq!((third.status.as_u16(), third.location().as_str()), (303, "/consent?app_id=app"), "row 3");
        let set = cookie_names(&third);
        for name in ["_session", "_session.sig", "_interaction", "_interaction.sig", "_interaction_resume"] {
            assert!(set.contains(&name.to_owned()), "row 3, {name}: {set:?}");
        }
        let fourth = person.get("/consent").await;
        assert_eq!(fourth.status.as_u16(), 302, "row 4");
        assert!(fourth.location().starts_with("https://id.example.com/oidc/auth/") && fourth.location() != resume, "row 4");
        let fifth = person.get(&fourth.location()).await;
        assert_eq!(fifth.status.as_u16(), 303, "row 5");
        let home = fifth.location();
        for part in ["https://app.example.com/callback?code=", "state=a-state", "iss=https%3A%2F%2Fid.example.com%2Foidc"] {
            assert!(home.contains(part), "row 5: {home}");
        }
    }

    async fn a5_after_the_table_a_living_session_answers_at_once(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = test.visitor();
        person.signs_in("app", PHONE, "Register").await;
        let again = person.get(&crate::support::visitor::authorization_request("app", "").replace("&prompt=consent", "")).await;
        assert_eq!(again.status.as_u16(), 303);
        assert!(again.location().starts_with("https://app.example.com/callback?code="), "{}", again.location());
    }
}
