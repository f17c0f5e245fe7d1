//! Connectors in the console: looked at, tried, saved, compared, gone back to, deleted; and no secret in any page.
use aliyun_sms_sim::{
    DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET, DEMO_SIGN_NAME, Fault, FaultKind,
};
use axum::http::StatusCode;
use haoma_store::connectors::{self, SavedBy};
use serde_json::Value;

use crate::console::{PASSWORD, owner, problem, with_role};
use crate::support::visitor::hidden;
use crate::support::{Database, TestApp, Visitor};

pub(crate) const NEW: &str = "/console/connectors/new/aliyun-short-message-service";
pub(crate) const PHONE: &str = "138 0013 8000";

/// A server without any connector, its simulator beside it.
pub(crate) async fn empty(database: Database) -> (TestApp, String) {
    let mut address = String::new();
    let test = TestApp::start_with(
        database,
        |connector| connector["endpoint"].as_str().unwrap().clone_into(&mut address),
        |raw| {
            raw["connector"] = Value::Null;
            raw["sign_in_experience"] = Value::Null;
        },
    )
    .await;
    (test, address)
}

/// What an administrator types who knows everything by heart.
pub(crate) fn typed<'a>(address: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut all = vec![
        ("accessKeyId", DEMO_ACCESS_KEY_ID),
        ("accessKeySecret", DEMO_ACCESS_KEY_SECRET),
        ("signName", DEMO_SIGN_NAME),
        ("endpoint", address),
        ("templates.SignIn.mainland", "SMS_100000001"),
        ("templates.Generic.mainland", "SMS_100000003"),
    ];
    all.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
    all.extend(more);
    all
}

/// Saves and gives the connector's page.
pub(crate) async fn saves(admin: &mut Visitor, path: &str, fields: &[(&str, &str)]) -> String {
    let mut fields = fields.to_vec();
    fields.push(("action", "save"));
    let answer = admin.posts(path, &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    answer.location()
}

pub(crate) async fn version(test: &TestApp) -> i64 {
    connectors::current(&test.app.db).await.unwrap().unwrap().version
}

on_both! {
    async fn everything_that_is_missing_is_told_beside_its_field(database: Database) {
        let (test, _) = empty(database).await;
        let mut li = owner(&test).await;
        let answer = li.posts(NEW, &[("action", "save"), ("timeoutMs", "soon")]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        for id in ["accessKeyId", "accessKeySecret", "signName", "templates", "timeoutMs"] {
            assert!(answer.text.contains(&format!("id=\"{id}-error\"")), "{id}");
        }
        assert!(answer.text.contains("value=\"soon\""), "what was typed is kept");
        assert_eq!(connectors::current(&test.app.db).await.unwrap(), None);
    }

    async fn the_account_is_looked_at_and_offers_what_can_be_chosen(database: Database) {
        let (test, address) = empty(database).await;
        let mut li = owner(&test).await;
        let wrong = [("accessKeySecret", "not-the-secret-of-this-key"), ("action", "look")];
        let refused = li.posts(NEW, &typed(&address, &wrong)).await.text;
        assert!(refused.contains("SignatureDoesNotMatch") && refused.contains("For you to put right."), "{refused}");
        assert!(!refused.contains("<select class=\"input\" id=\"signName\""), "nothing to choose from");
        let seen = li.posts(NEW, &typed(&address, &[("action", "look")])).await.text;
        assert!(seen.contains("<select class=\"input\" id=\"signName\""));
        assert!(seen.contains("In review") && seen.contains("Rejected"), "the states of the reviews");
        assert!(!seen.contains("value=\"SMS_300000001\""), "a template in review cannot be chosen");
        assert!(seen.contains("37 characters, billed as 1 message"), "the preview");
        let by_hand = [("action", "by-hand"), ("pending", hidden(&seen, "pending").leak() as &str)];
        let by_hand = li.posts(NEW, &typed(&address, &by_hand)).await.text;
        assert!(!by_hand.contains("<select class=\"input\" id=\"signName\""));
    }

    async fn a_test_message_goes_out_before_anything_is_saved(database: Database) {
        let (test, address) = empty(database).await;
        let mut li = owner(&test).await;
        let send = [("action", "send"), ("trial_phone", PHONE), ("trial_usage", "Register")];
        let sent = li.posts(NEW, &typed(&address, &send)).await;
        assert_eq!(sent.status, StatusCode::OK);
        assert!(sent.text.contains("Prepared with the template for “Generic”"), "which one really served");
        assert!(sent.text.contains("Accepted by the provider") && sent.text.contains("Waiting for the operator"));
        let [message] = &test.sim.messages(None, 10)[..] else { panic!("one message") };
        assert!(format!("{message:?}").contains("SMS_100000003"), "Generic stands in: {message:?}");
        assert_eq!(connectors::current(&test.app.db).await.unwrap(), None);
        test.advance_secs(30);
        let pending = hidden(&sent.text, "pending");
        let ask = [("action", "receipt"), ("pending", pending.as_str())];
        let told = li.posts(NEW, &typed(&address, &ask)).await.text;
        assert!(told.contains("Prepared with") && told.contains("Accepted by") && told.contains("Delivered"), "{told}");
        assert_eq!(test.sim.messages(None, 10).len(), 1, "asking sends nothing");
        let events = test.app.db.read("SELECT payload FROM audit_events WHERE key = 'Connector.Tested'", vec![]).await.unwrap();
        let payload = events[0].text(0).unwrap();
        assert!(payload.contains("138****8000") && !payload.contains("13800138000"), "{payload}");
    }

    async fn a_refused_test_is_explained_and_takes_nothing_from_the_number(database: Database) {
        let (test, address) = empty(database).await;
        let mut li = owner(&test).await;
        let send = |more: &[(&'static str, &'static str)]| {
            let mut all = vec![("action", "send"), ("trial_phone", PHONE)];
            all.extend(more);
            typed(&address, &all)
        };
        for (field, value, told) in [
            ("accessKeySecret", "not-the-secret-of-this-key", "SignatureDoesNotMatch"),
            ("templates.Generic.mainland", "SMS_300000001", "isv.SMS_TEMPLATE_ILLEGAL"),
            ("signName", "nobody", "isv.SMS_SIGNATURE_ILLEGAL"),
        ] {
            for _ in 0..3 {
                let refused = li.posts(NEW, &send(&[(field, value), ("trial_usage", "Register")])).await.text;
                assert!(refused.contains(told) && refused.contains("For you to put right."), "{told} in {refused}");
            }
        }
        let good = li.posts(NEW, &send(&[])).await.text;
        assert!(good.contains("Accepted by the provider"), "nine refusals count for nothing");
        let again = li.posts(NEW, &send(&[])).await.text;
        assert!(again.contains("isv.BUSINESS_LIMIT_CONTROL"), "the provider's own pause: {again}");
        let none = [("templates.SignIn.mainland", ""), ("templates.Generic.mainland", ""), ("templates.SignIn.outside", "SMS_200000001"), ("trial_usage", "SignIn")];
        let none = li.posts(NEW, &send(&none)).await.text;
        assert!(none.contains("There is no template for “Sign in”"), "{none}");
    }

    async fn a_test_is_prepared_with_the_template_it_asks_for_or_with_what_stands_in_for_it(database: Database) {
        let (test, address) = empty(database).await;
        let mut li = owner(&test).await;
        assert!(li.get(NEW).await.text.contains("<option value=\"Test\" selected"), "tests try the template of tests");
        let test_code = ("templates.Test.mainland", "SMS_100000002");
        let no_generic = ("templates.Generic.mainland", "");
        for (more, served) in [
            (vec![test_code], "Test"),
            (vec![], "Generic"),
            (vec![no_generic], "Sign in"),
            (vec![no_generic, test_code, ("trial_usage", "Register")], "Test"),
        ] {
            let mut all = vec![("action", "send"), ("trial_phone", PHONE)];
            all.extend(more);
            let sent = li.posts(NEW, &typed(&address, &all)).await.text;
            assert!(sent.contains(&format!("Prepared with the template for “{served}”")), "{served} in {sent}");
            test.advance_secs(70);
        }
    }

    async fn what_never_reached_the_provider_is_told_in_words(database: Database) {
        let (test, _) = empty(database).await;
        let mut li = owner(&test).await;
        let send = [("action", "send"), ("trial_phone", PHONE)];
        let told = li.posts(NEW, &typed("http://127.0.0.1:9", &send)).await.text;
        assert!(told.contains("Nobody accepts connections at the address."), "{told}");
        let looked = li.posts(NEW, &typed("http://127.0.0.1:9", &[("action", "look")])).await.text;
        assert!(looked.contains("Nobody accepts connections at the address."), "{looked}");
    }

    async fn an_operators_reason_is_told_in_words(database: Database) {
        let (test, address) = empty(database).await;
        let mut li = owner(&test).await;
        test.sim.add_fault(Fault::once(FaultKind::Undelivered { err_code: "MK:0001".to_owned() }));
        let sent = li.posts(NEW, &typed(&address, &[("action", "send"), ("trial_phone", PHONE)])).await;
        test.advance_secs(30);
        let pending = hidden(&sent.text, "pending");
        let told = li.posts(NEW, &typed(&address, &[("action", "receipt"), ("pending", &pending)])).await.text;
        assert!(told.contains("Not delivered") && told.contains("MK:0001"), "{told}");
        assert!(told.contains("The number is not in service"), "{told}");
        let stored = test.app.db.read("SELECT provider_code FROM messages", vec![]).await.unwrap();
        assert_eq!(stored[0].text(0).unwrap(), "MK:0001");
    }

    async fn one_administrator_tries_twenty_times_an_hour(database: Database) {
        let (test, address) = empty(database).await;
        let mut li = owner(&test).await;
        let send = typed(&address, &[("action", "send"), ("trial_phone", PHONE), ("signName", "nobody")]);
        for _ in 0..20 {
            assert_eq!(li.posts(NEW, &send).await.status, StatusCode::OK);
        }
        let refused = li.posts(NEW, &send).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(refused.text.contains("You sent many test messages"));
        for _ in 0..2 {
            test.advance_secs(1800);
            assert_eq!(li.get(NEW).await.status, StatusCode::OK);
        }
        assert_eq!(li.posts(NEW, &send).await.status, StatusCode::OK);
    }

    async fn a_number_that_is_none_is_told_beside_its_field(database: Database) {
        let (test, address) = empty(database).await;
        let mut li = owner(&test).await;
        for number in ["", "12", "+86 10 5888 8888"] {
            let refused = li.posts(NEW, &typed(&address, &[("action", "send"), ("trial_phone", number)])).await;
            assert!(refused.status.is_client_error() && refused.text.contains("id=\"trial_phone-error\""), "{number}");
        }
        assert_eq!(test.sim.requests_by_action().get("SendSms"), None);
    }

    async fn s58_no_page_holds_a_secret_and_none_is_lost(database: Database) {
        let (test, address) = empty(database).await;
        let mut li = owner(&test).await;
        let first = li.posts(NEW, &typed(&address, &[("action", "by-hand")])).await.text;
        assert!(!first.contains(DEMO_ACCESS_KEY_SECRET));
        let pending = hidden(&first, "pending");
        let blank = [("accessKeySecret", ""), ("pending", pending.as_str())];
        test.advance_secs(11 * 60);
        let mut save = typed(&address, &blank);
        save.push(("action", "save"));
        let asked = li.posts(NEW, &save).await;
        assert_eq!(asked.status, StatusCode::FORBIDDEN, "step-up");
        assert!(!asked.text.contains(DEMO_ACCESS_KEY_SECRET));
        let sealed = hidden(&asked.text, "pending");
        save.retain(|(name, _)| *name != "pending" && *name != "accessKeySecret");
        save.extend([("pending", sealed.as_str()), ("current_password", PASSWORD)]);
        let saved = li.posts(NEW, &save).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
        let page = li.get(&saved.location()).await.text;
        assert!(!page.contains(DEMO_ACCESS_KEY_SECRET) && page.contains("…only – type"));
        let stored = connectors::current(&test.app.db).await.unwrap().unwrap();
        let config = haoma::connectors::saving::open(&test.app, &stored).unwrap();
        assert_eq!(config["accessKeySecret"], DEMO_ACCESS_KEY_SECRET);
        assert_eq!(stored.saved_by, SavedBy::Administrator("li".to_owned()));
    }

    async fn what_another_administrator_typed_does_not_open(database: Database) {
        let (test, address) = empty(database).await;
        let mut li = owner(&test).await;
        let mut han = with_role(&test, &mut li, "han", "editor").await;
        let page = li.posts(NEW, &typed(&address, &[("action", "by-hand")])).await.text;
        let pending = hidden(&page, "pending");
        let stolen = [("accessKeySecret", ""), ("pending", pending.as_str()), ("action", "save")];
        let refused = han.posts(NEW, &typed(&address, &stolen)).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.text.contains("id=\"accessKeySecret-error\""));
    }

    async fn versions_are_kept_compared_and_gone_back_to(database: Database) {
        let (test, address) = empty(database).await;
        let mut li = owner(&test).await;
        let path = saves(&mut li, NEW, &typed(&address, &[])).await;
        let base = |n: &'static str| [("base", n), ("accessKeySecret", "")];
        let mut edit = typed(&address, &base("1"));
        edit.push(("timeoutMs", "4000"));
        saves(&mut li, &path, &edit).await;
        assert_eq!(version(&test).await, 2);
        saves(&mut li, &path, &edit).await;
        assert_eq!(version(&test).await, 2, "saving the same again is no version");
        let mut late = typed(&address, &base("1"));
        late.push(("timeoutMs", "3000"));
        late.push(("action", "save"));
        let refused = li.posts(&path, &late).await;
        assert!(refused.text.contains("Somebody else saved a version") && refused.text.contains("value=\"3000\""));
        let list = li.get(&format!("{path}/versions")).await.text;
        assert!(list.contains("Version 2") && list.contains("Version 1") && list.contains(">li<"));
        let compared = li.get(&format!("{path}/versions/1")).await.text;
        assert!(compared.contains("4000") && compared.contains("Timeout"), "{compared}");
        let back = li.posts(&format!("{path}/versions/1/restore"), &[]).await;
        assert_eq!(back.status, StatusCode::SEE_OTHER);
        assert_eq!(version(&test).await, 3);
        let same = li.get(&format!("{path}/versions/1")).await.text;
        assert!(same.contains("says the same as the one in use"));
        assert_eq!(li.get(&format!("{path}/versions/9")).await.status, StatusCode::NOT_FOUND);
    }

    async fn a_changed_secret_is_told_as_changed_and_never_shown(database: Database) {
        let (test, address) = empty(database).await;
        let mut li = owner(&test).await;
        let path = saves(&mut li, NEW, &typed(&address, &[])).await;
        let other = "another-secret-of-the-same-length-or-so";
        saves(&mut li, &path, &typed(&address, &[("base", "1"), ("accessKeySecret", other)])).await;
        let compared = li.get(&format!("{path}/versions/1")).await.text;
        assert!(compared.contains(">Changed<") && compared.contains("…r-so") && compared.contains("…only"), "{compared}");
        assert!(!compared.contains(other) && !compared.contains(DEMO_ACCESS_KEY_SECRET));
    }

    async fn a_deleted_connector_sends_nothing_and_says_what_stops(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let id = connectors::live(&test.app.db).await.unwrap().unwrap().0;
        let path = format!("/console/connectors/{id}");
        let page = li.get(&path).await.text;
        for stops in ["nobody can sign in or register", "/api/verification-codes", "Its versions can no longer"] {
            assert!(page.contains(stops), "{stops}");
        }
        let gone = li.posts(&format!("{path}/delete"), &[]).await;
        assert_eq!((gone.status, gone.location().as_str()), (StatusCode::SEE_OTHER, "/console/connectors"));
        assert_eq!(li.get(&path).await.status, StatusCode::NOT_FOUND);
        assert!(li.get("/console/connectors").await.text.contains("there is no connector: nobody can sign in"));
        let mut person = test.visitor();
        person.arrives_from("app").await;
        person.begins("SignIn").await;
        assert_eq!(person.asks_code("8613800138000", "SignIn").await.brief(), "501 connector.not_found");
    }

    async fn a_connector_of_logto_is_pasted_and_filled_in(database: Database) {
        let (test, _) = empty(database).await;
        let mut li = owner(&test).await;
        let logto = r#"{"connectorId":"aliyun-short-message-service","config":{"signName":"Haoma","accessKeyId":"LTAIpasted",
            "accessKeySecret":"a-secret-that-was-pasted-here","templates":[{"type":2,"usageType":"SignIn","templateCode":{"china":"SMS_7"}}]}}"#;
        let filled = li.posts(NEW, &[("action", "paste"), ("pasted", logto)]).await;
        assert_eq!(filled.status, StatusCode::OK);
        assert!(filled.text.contains("value=\"LTAIpasted\"") && filled.text.contains("value=\"SMS_7\""));
        assert!(!filled.text.contains("a-secret-that-was-pasted-here"), "the secret travels sealed");
        let bad = li.posts(NEW, &[("action", "paste"), ("pasted", "{ not json")]).await;
        assert_eq!(problem(&bad.text), "guard.invalid_input");
        assert!(bad.text.contains("id=\"pasted-error\""));
    }

    async fn s58_a_pasted_text_takes_no_stored_secret_elsewhere(database: Database) {
        let (test, address) = empty(database).await;
        let mut li = owner(&test).await;
        let path = saves(&mut li, NEW, &typed(&address, &[])).await;
        let pasted = r#"{"accessKeyId":"somebody-else"}"#;
        let filled = li.posts(&path, &typed(&address, &[("accessKeySecret", ""), ("action", "paste"), ("pasted", pasted)])).await;
        let pending = hidden(&filled.text, "pending");
        let save = [("accessKeyId", "somebody-else"), ("accessKeySecret", ""), ("pending", pending.as_str()), ("base", "1"), ("action", "save")];
        let refused = li.posts(&path, &typed(&address, &save)).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.text.contains("id=\"accessKeySecret-error\""), "the secret of another account is not kept");
    }

    async fn s57_which_machines_are_called_is_for_owners_to_say(database: Database) {
        let (test, address) = empty(database).await;
        let mut li = owner(&test).await;
        let path = saves(&mut li, NEW, &typed(&address, &[])).await;
        let mut han = with_role(&test, &mut li, "han", "editor").await;
        assert!(!han.get(&path).await.text.contains("id=\"endpoint\""));
        let elsewhere = "http://127.0.0.1:9";
        let pasted = format!(r#"{{"endpoint":"{elsewhere}"}}"#);
        let filled = han.posts(&path, &typed(elsewhere, &[("action", "paste"), ("pasted", &pasted)])).await.text;
        let pending = hidden(&filled, "pending");
        let seen = han.posts(&path, &typed(elsewhere, &[("action", "look"), ("pending", &pending)])).await.text;
        assert!(seen.contains("The account was seen"), "still the stored address: {seen}");
        saves(&mut han, &path, &typed(elsewhere, &[("base", "1"), ("timeoutMs", "4000")])).await;
        let stored = connectors::current(&test.app.db).await.unwrap().unwrap();
        let config = haoma::connectors::saving::open(&test.app, &stored).unwrap();
        assert_eq!((&config["endpoint"], &config["timeoutMs"]), (&address.as_str().into(), &4000.into()));
    }
}
