//! What becomes of a connector's settings: pasted, saved, compared, gone back to, and what only owners may change.
use aliyun_sms_sim::DEMO_ACCESS_KEY_SECRET;
use axum::http::StatusCode;
use haoma_store::connectors;
use serde_json::Value;

use crate::console::{owner, with_role};
use crate::console_connectors::{NEW, empty, saves, typed, version};
use crate::support::TestApp;
use crate::support::visitor::hidden;

async fn stored(test: &TestApp) -> Value {
    let stored = connectors::current(&test.app.db).await.unwrap().unwrap();
    haoma::connectors::saving::open(&test.app, &stored).unwrap()
}

on_both! {
    async fn any_two_versions_are_compared_and_every_secret_has_a_row(database: Database) {
        let (test, address) = empty(database).await;
        let mut li = owner(&test).await;
        let path = saves(&mut li, NEW, &typed(&address, &[])).await;
        let edit = |base: &'static str, more: &[(&'static str, &'static str)]| {
            let mut all = vec![("base", base), ("accessKeySecret", "")];
            all.extend(more);
            typed(address.clone().leak(), &all)
        };
        test.advance_secs(60);
        saves(&mut li, &path, &edit("1", &[("templates.SignIn.outside", "SMS_200000001"), ("templates.SignIn.outside.variable", "pin")])).await;
        saves(&mut li, &path, &edit("2", &[("timeoutMs", "4000")])).await;
        let list = li.get(&format!("{path}/versions")).await.text;
        assert!(list.contains(&format!("href=\"{path}/versions/3?with=2\"")), "{list}");
        let two = li.get(&format!("{path}/versions/2?with=1")).await.text;
        let (_, rows) = two.split_once("<tbody").unwrap();
        let rows = rows.split("</tbody>").next().unwrap();
        assert_eq!(rows.matches("role=\"row\"").count(), 2, "a secret and a template: {rows}");
        assert!(rows.contains("Unchanged") && rows.contains("…only") && rows.contains("Set "), "{rows}");
        assert!(rows.contains("Sign in · Outside Mainland China") && rows.contains("SMS_200000001 ${pin}"), "{rows}");
        assert!(!rows.contains('[') && !rows.contains("4000"), "no raw JSON, and nothing of version 3");
        assert!(two.contains("<option value=\"3\"") && two.contains("<option value=\"1\" selected"));
        let same = li.get(&format!("{path}/versions/2?with=2")).await.text;
        assert!(same.contains("4000"), "with itself is with the one in use");
        let used = li.get(&format!("{path}/versions/3")).await.text;
        assert!(used.contains("<option value=\"2\" selected") && used.contains("4000"), "the one in use is compared with the one before");
        assert_eq!(li.get(&format!("{path}/versions/2?with=9")).await.status, StatusCode::NOT_FOUND);
        assert!(li.get(&path).await.text.contains("Set "), "the form tells it as well");
    }

    async fn s57_an_editor_does_not_go_back_to_what_only_owners_may_set(database: Database) {
        let (test, address) = empty(database).await;
        let mut li = owner(&test).await;
        let mut han = with_role(&test, &mut li, "han", "editor").await;
        let path = saves(&mut li, NEW, &typed("http://127.0.0.1:9", &[])).await;
        saves(&mut li, &path, &typed(&address, &[("base", "1")])).await;
        let shown = han.get(&format!("{path}/versions/1")).await.text;
        assert!(shown.contains("Only an owner can go back") && !shown.contains("/versions/1/restore"), "{shown}");
        let refused = han.posts(&format!("{path}/versions/1/restore"), &[]).await;
        assert_eq!(refused.status, StatusCode::SEE_OTHER);
        assert!(han.get(&refused.location()).await.text.contains("Only an owner can go back"));
        assert_eq!((version(&test).await, stored(&test).await["endpoint"].as_str()), (2, Some(address.as_str())));
        saves(&mut li, &path, &typed(&address, &[("base", "2"), ("timeoutMs", "4000")])).await;
        assert_eq!(han.posts(&format!("{path}/versions/2/restore"), &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(version(&test).await, 4, "the rest is theirs to go back to");
        assert_eq!(li.posts(&format!("{path}/versions/1/restore"), &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(version(&test).await, 5);
    }

    async fn an_editor_who_saves_keeps_the_token_that_belongs_to_an_address_they_do_not_see(database: Database) {
        let (test, address) = empty(database).await;
        let mut li = owner(&test).await;
        let mut han = with_role(&test, &mut li, "han", "editor").await;
        let path = saves(&mut li, NEW, &typed(&address, &[("securityToken", "a-temporary-token")])).await;
        let edit = typed("", &[("base", "1"), ("accessKeySecret", ""), ("timeoutMs", "4000")]);
        saves(&mut han, &path, &edit).await;
        let config = stored(&test).await;
        assert_eq!(config["securityToken"], "a-temporary-token");
        assert_eq!((&config["accessKeySecret"], &config["timeoutMs"]), (&DEMO_ACCESS_KEY_SECRET.into(), &4000.into()));
    }

    async fn a_secret_that_need_not_be_there_can_be_taken_away(database: Database) {
        let (test, address) = empty(database).await;
        let mut li = owner(&test).await;
        let path = saves(&mut li, NEW, &typed(&address, &[("securityToken", "a-temporary-token")])).await;
        let page = li.get(&path).await.text;
        assert!(page.contains("name=\"securityToken.remove\"") && !page.contains("accessKeySecret.remove"), "{page}");
        let edit = [("base", "1"), ("accessKeySecret", ""), ("securityToken.remove", "on")];
        saves(&mut li, &path, &typed(&address, &edit)).await;
        assert_eq!(stored(&test).await.get("securityToken"), None);
    }

    async fn s57_an_editor_takes_no_permission_for_private_addresses_elsewhere(database: Database) {
        let (test, _) = empty(database).await;
        let mut li = owner(&test).await;
        let mut han = with_role(&test, &mut li, "han", "editor").await;
        let own = [("endpoint", "http://127.0.0.1:9/sms"), ("allowPrivateAddresses", "on")];
        let path = saves(&mut li, "/console/connectors/new/http-sms", &own).await;
        let other = [("endpoint", "http://127.0.0.1:3001/"), ("base", "1"), ("action", "save")];
        let refused = han.posts(&path, &other).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.text.contains("id=\"endpoint-error\""), "{}", refused.text);
        assert_eq!(version(&test).await, 1);
    }

    async fn what_is_wrong_is_told_before_a_password_is_asked_for(database: Database) {
        let (test, address) = empty(database).await;
        let mut li = owner(&test).await;
        let path = saves(&mut li, NEW, &typed(&address, &[])).await;
        test.advance_secs(11 * 60);
        for at in [NEW, path.as_str()] {
            let wrong = li.posts(at, &typed(&address, &[("action", "save"), ("timeoutMs", "soon"), ("base", "1")])).await;
            assert_eq!(wrong.status, StatusCode::BAD_REQUEST, "{}", wrong.text);
            assert!(wrong.text.contains("id=\"timeoutMs-error\""));
        }
        let late = li.posts(&path, &typed(&address, &[("action", "save"), ("timeoutMs", "4000"), ("base", "0")])).await;
        assert!(late.text.contains("Somebody else saved a version"), "{}", late.text);
        let good = li.posts(&path, &typed(&address, &[("action", "save"), ("timeoutMs", "4000"), ("base", "1")])).await;
        assert_eq!(good.status, StatusCode::FORBIDDEN, "now it is asked for");
    }

    async fn a_pasted_text_is_taken_as_far_as_it_fits_and_the_rest_is_told(database: Database) {
        let (test, _) = empty(database).await;
        let mut li = owner(&test).await;
        let own = r#"{"connectorId":"aliyun-short-message-service","config":{"accessKeyId":"LTAIpasted","appId":"x",
            "templates":[{"usageType":"SignIn","templateCode":"SMS_7"},{"usageType":"Other","templateCode":"SMS_8"}]}}"#;
        let list = format!(r#"[{{"connectorId":"simple-mail-transfer-protocol","config":{{}}}},{own}]"#);
        for text in [own, list.as_str()] {
            let filled = li.posts(NEW, &[("action", "paste"), ("pasted", text)]).await;
            assert!(filled.text.contains("value=\"LTAIpasted\"") && filled.text.contains("value=\"SMS_7\""), "{}", filled.text);
            assert!(filled.text.contains("were left out") && filled.text.contains("<li>appId</li>"));
            assert!(filled.text.contains("id=\"templates-error\"") && filled.text.contains("Templates[1].usageType"));
            assert!(filled.text.contains("id=\"signName-error\""), "what is missing is told at once");
            let pending = hidden(&filled.text, "pending");
            let fields = [("accessKeyId", "LTAIpasted"), ("accessKeySecret", "s"), ("signName", "n"), ("templates.SignIn.mainland", "SMS_7")];
            let fields: Vec<_> = fields.into_iter().chain([("pending", pending.as_str())]).collect();
            saves(&mut li, NEW, &fields).await;
            assert_eq!(stored(&test).await.get("appId"), None, "nothing foreign is kept");
        }
        let other = r#"{"connectorId":"http-sms","config":{"endpoint":"https://sms.example.com"}}"#;
        let refused = li.posts(NEW, &[("action", "paste"), ("pasted", other)]).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.text.contains("another kind of connector: HTTP SMS"), "{}", refused.text);
        let text = r#"{"accessKeyId":"id","templates":"{ not json"}"#;
        let told = li.posts(NEW, &[("action", "paste"), ("pasted", text)]).await.text;
        assert!(told.contains("id=\"templates-error\"") && told.contains("must be a list of templates"), "{told}");
    }

    async fn a_variable_is_typed_where_the_account_was_not_seen(database: Database) {
        let (test, address) = empty(database).await;
        let mut li = owner(&test).await;
        let page = li.get(NEW).await.text;
        assert!(page.contains("name=\"templates.SignIn.mainland.variable\""));
        let variable = [("templates.SignIn.mainland.variable", "pin")];
        let path = saves(&mut li, NEW, &typed(&address, &variable)).await;
        assert_eq!(stored(&test).await["templates"][0]["variable"]["china"], "pin");
        let seen = li.posts(&path, &typed(&address, &[("action", "look"), ("base", "1")])).await.text;
        assert!(!seen.contains("mainland.variable"), "the account knows it");
        assert!(seen.contains("it has several variables (product, code)"), "{seen}");
        let pending = hidden(&seen, "pending");
        saves(&mut li, &path, &typed(&address, &[("base", "1"), ("pending", &pending)])).await;
        assert_eq!(stored(&test).await["templates"][0].get("variable"), None, "the account says code");
    }

    async fn a_new_connector_says_what_goes_with_the_old_one(database: Database) {
        let (test, address) = empty(database).await;
        let mut li = owner(&test).await;
        saves(&mut li, NEW, &typed(&address, &[])).await;
        let other = li.get("/console/connectors/new/http-sms").await.text;
        assert!(other.contains("in the place of “Aliyun SMS”") && other.contains("versions of the old one go with it"), "{other}");
    }
}
