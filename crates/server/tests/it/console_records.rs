//! The console's records: what happened to messages, who did what, how things are, what holds.
use aliyun_sms_sim::{Fault, FaultKind};
use axum::http::StatusCode;
use axum::http::header::CONTENT_DISPOSITION;
use haoma_core::ids::AuditId;
use haoma_core::policy::{CodePolicy, SendPolicy};
use haoma_store::audit::{self, Event};
use haoma_store::limits::{self, Charged};
use haoma_store::messages::{self, Status};
use haoma_store::{Row, Value};

use crate::console::{owner, with_role};
use crate::support::{TestApp, Visitor, event};

const PHONE: &str = "8613800138000";

/// Somebody who asked for a code.
async fn asks(test: &TestApp, phone: &str) -> String {
    let mut person = test.visitor();
    person.arrives_from("app").await;
    person.begins("SignIn").await;
    person.asks_code(phone, "SignIn").await.brief()
}

async fn only_message(test: &TestApp) -> String {
    let rows: Vec<Row> =
        test.app.db.read("SELECT id FROM messages", Vec::<Value>::new()).await.unwrap();
    assert_eq!(rows.len(), 1);
    rows[0].text(0).unwrap()
}

async fn records(test: &TestApp, key: &str, change: impl FnOnce(&mut Event)) {
    let mut one = event(&test.app, key);
    change(&mut one);
    test.app.db.write(audit::record(&one)).await.unwrap();
}

/// The links of the rows of a page.
fn rows(html: &str) -> Vec<&str> {
    let links = html.split("scope=\"row\">").skip(1);
    links.map(|row| row.split("href=\"").nth(1).unwrap().split('"').next().unwrap()).collect()
}

fn link(html: &str, rel: &str) -> Option<String> {
    let (before, _) = html.split_once(&format!("\" rel=\"{rel}\""))?;
    Some(before.rsplit("href=\"").next().unwrap().replace("&#38;", "&"))
}

async fn found(li: &mut Visitor, path: &str) -> String {
    let answer = li.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
    answer.text
}

on_both! {
    async fn a_message_is_listed_and_found_by_its_number_which_no_address_holds(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        assert!(found(&mut li, "/console/messages").await.contains("No messages yet"));
        assert_eq!(asks(&test, PHONE).await, "200");
        let page = found(&mut li, "/console/messages").await;
        assert_eq!(rows(&page).len(), 1);
        assert!(page.contains("138\u{a0}****\u{a0}8000") && !page.contains("13800138000"));
        for typed in ["138 0013 8000", "+86 13800138000", PHONE] {
            let led = li.posts("/console/messages/search", &[("number", typed)]).await;
            assert_eq!(led.status, StatusCode::SEE_OTHER, "{typed}");
            let to = led.location();
            assert!(to.starts_with("/console/messages?number=") && !to.contains("138001"), "{to}");
            assert_eq!(rows(&found(&mut li, &to).await).len(), 1, "{typed}");
        }
        let other = li.posts("/console/messages/search", &[("number", "13900139000")]).await.location();
        assert!(found(&mut li, &other).await.contains("No message fits"));
        let wrong = li.posts("/console/messages/search", &[("number", "12")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text.contains("data-code=\"guard.invalid_phone\"") || wrong.text.contains("data-code="), "{}", wrong.text);
        assert!(wrong.text.contains("value=\"12\""), "what was typed is kept");
    }

    async fn a_list_is_narrowed_by_its_address_and_a_bad_day_is_told(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        asks(&test, PHONE).await;
        for (query, count) in [("status=accepted", 1), ("status=refused", 0), ("use=SignIn", 1), ("use=Register", 0),
            ("from=2026-11-22&to=2026-11-22", 1), ("to=2026-11-21", 0), ("from=2026-11-23", 0), ("status=nonsense", 1)] {
            let page = found(&mut li, &format!("/console/messages?{query}")).await;
            assert_eq!(rows(&page).len(), count, "{query}");
        }
        let page = found(&mut li, "/console/messages?status=accepted&from=2026-11-22").await;
        assert!(page.contains("ui_locales=zh-CN") && page.contains("status=accepted&#38;from=2026-11-22&#38;ui_locales"), "the language switch keeps it");
        for path in ["/console/messages?from=2026-13-01", "/console/audit-log?to=tomorrow"] {
            let wrong = li.get(path).await;
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
            assert!(wrong.text.contains("data-code=\"filter.not_a_day\""), "{path}");
        }
    }

    async fn a_lost_message_is_looked_up_from_its_page_and_that_is_an_event(database: Database) {
        let test = TestApp::start_with(database, |config| config["timeoutMs"] = 300.into(), |_| {}).await;
        let mut li = owner(&test).await;
        let mut wang = with_role(&test, &mut li, "wang", "viewer").await;
        test.sim.add_fault(Fault::once(FaultKind::AcceptThenSilent));
        assert_eq!(asks(&test, PHONE).await, "504 connector.outcome_unknown");
        let id = only_message(&test).await;
        let (path, ask) = (format!("/console/messages/{id}"), format!("/console/messages/{id}/receipt"));
        assert!(!found(&mut wang, &path).await.contains(&ask), "a viewer is not offered it");
        assert_eq!(wang.posts(&ask, &[]).await.status, StatusCode::FORBIDDEN);
        let page = found(&mut li, &path).await;
        assert!(page.contains(&ask) && page.contains("may have been sent") && page.contains('+'), "{page}");
        assert!(!page.contains("13800138000"));
        assert!(page.contains("no_answer") && page.contains("no answer came in time"), "why, in words: {page}");
        test.advance_secs(60);
        assert_eq!(li.posts(&ask, &[]).await.location(), path);
        let message = messages::find(&test.app.db, &haoma_core::ids::MessageId::parse(&id).unwrap()).await.unwrap().unwrap();
        assert!(matches!(message.status, Status::Accepted | Status::Delivered), "{message:?}");
        let sent = test.sim.requests_by_action().get("SendSms").copied();
        assert_eq!(sent, Some(1), "nothing was sent again");
        let events = found(&mut li, "/console/audit-log?key=Message.").await;
        assert_eq!(rows(&events).len(), 1);
        assert!(events.contains("Receipt looked up"));
        let told = li.posts("/console/messages/nobody/receipt", &[]).await;
        assert_eq!(told.status, StatusCode::NOT_FOUND);
    }

    async fn asking_the_provider_is_counted_like_a_look_and_recorded_before_it_is_asked(database: Database) {
        let test = TestApp::start_with(database, |config| config["timeoutMs"] = 300.into(), |_| {}).await;
        let mut li = owner(&test).await;
        test.sim.add_fault(Fault::once(FaultKind::AcceptThenSilent));
        asks(&test, PHONE).await;
        let code = FaultKind::Code { code: "isp.RAM_PERMISSION_DENY".to_owned(), message: None, status: None };
        test.sim.add_fault(Fault { action: Some("QuerySendDetails".to_owned()), ..Fault::always(code) });
        let ask = format!("/console/messages/{}/receipt", only_message(&test).await);
        let asked = || test.sim.requests_by_action().get("QuerySendDetails").copied().unwrap_or_default();
        li.posts(&ask, &[]).await;
        assert_eq!(asked(), 1);
        let log = found(&mut li, "/console/audit-log?key=Message.").await;
        assert_eq!(rows(&log).len(), 1, "also where the provider says nothing");
        let id = haoma_store::administrators::find_by_name(&test.app.db, "li").await.unwrap().unwrap().id;
        let (key, now) = (&test.app.keys.numbers, test.app.clock.now());
        let charges = haoma_core::limits::for_look(key, id.as_str(), now);
        while matches!(limits::charge_all(&test.app.db, &charges, now).await.unwrap(), Charged::Yes) {}
        assert_eq!(li.posts(&ask, &[]).await.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(asked(), 1);
    }

    async fn a_message_that_did_not_arrive_is_explained_by_the_operators_code(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        test.sim.add_fault(Fault::once(FaultKind::Undelivered { err_code: "UNI:4711".to_owned() }));
        assert_eq!(asks(&test, PHONE).await, "200");
        let path = format!("/console/messages/{}", only_message(&test).await);
        test.advance_secs(60);
        li.posts(&format!("{path}/receipt"), &[]).await;
        let page = found(&mut li, &path).await;
        assert!(page.contains("UNI:4711") && page.contains("for a reason in a code of its own"), "{page}");
    }

    async fn a_code_of_the_provider_is_explained_in_words(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        test.sim.add_fault(Fault::once(FaultKind::Code { code: "isv.AMOUNT_NOT_ENOUGH".to_owned(), message: None, status: None }));
        asks(&test, PHONE).await;
        let path = format!("/console/messages/{}", only_message(&test).await);
        let page = found(&mut li, &path).await;
        assert!(page.contains("isv.AMOUNT_NOT_ENOUGH") && page.contains("For you to do:"), "{page}");
        assert!(!page.contains("/receipt"), "it is settled");
        let page = found(&mut li, &format!("{path}?ui_locales=zh-CN")).await;
        assert!(page.contains("需要您处理") && page.contains("被服务商拒绝"));
    }

    async fn the_audit_log_is_paged_both_ways_and_keeps_its_filter(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        for n in 0..60 {
            test.advance_secs(1);
            records(&test, "User.Deleted", |one| one.user_id = Some(format!("u{}", n % 2))).await;
        }
        let first = found(&mut li, "/console/audit-log?user=u1").await;
        assert_eq!((rows(&first).len(), link(&first, "prev")), (25, None));
        let second_path = link(&first, "next").unwrap();
        assert!(second_path.contains("user=u1"), "{second_path}");
        let second = found(&mut li, &second_path).await;
        assert_eq!((rows(&second).len(), link(&second, "next")), (5, None));
        let back = found(&mut li, &link(&second, "prev").unwrap()).await;
        assert_eq!(rows(&back), rows(&first));
        let event = found(&mut li, rows(&first)[0]).await;
        assert!(event.contains("User deleted") && event.contains("/console/audit-log?user=u1"));
        for lost in ["/console/audit-log/nobody", "/console/audit-log/a%20b"] {
            assert_eq!(li.get(lost).await.status, StatusCode::NOT_FOUND, "{lost}");
        }
    }

    async fn the_audit_log_says_who_did_what_to_whom_and_is_narrowed_by_who(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let mut wang = with_role(&test, &mut li, "wang", "editor").await;
        let user = li.posts("/console/users", &[("username", "lin"), ("name", "Lin Tao")]).await.location();
        wang.posts(&format!("{user}/lock"), &[]).await;
        let id = haoma_store::administrators::find_by_name(&test.app.db, "wang").await.unwrap().unwrap().id;
        let all = found(&mut li, "/console/audit-log?key=User.").await;
        assert!(all.contains("</span>li</td>") && all.contains("</span>wang</td>") && all.contains(">Lin Tao</a>"), "{all}");
        let page = found(&mut li, &format!("/console/audit-log?administrator={id}&key=User.")).await;
        assert_eq!(rows(&page).len(), 1);
        assert!(page.contains("User locked") || page.contains("</span>wang</td>"));
        let event = found(&mut li, rows(&page)[0]).await;
        assert!(event.contains(&format!("/console/audit-log?administrator={id}")) && event.contains(">wang<"), "{event}");
        let file = wang.posts("/console/audit-log/export", &[("format", "csv"), ("administrator", id.as_str()), ("key", "User.")]).await;
        assert_eq!(file.text.lines().count(), 2, "{}", file.text);
    }

    async fn a_file_of_the_audit_log_holds_what_fits_runs_no_formula_and_is_an_event(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let mut wang = with_role(&test, &mut li, "wang", "viewer").await;
        records(&test, "User.Deleted", |one| one.user_agent = Some("=cmd|' /C calc'!A0".to_owned())).await;
        records(&test, "Application.Deleted", |one| r#"{"name":"a \"b\", c"}"#.clone_into(&mut one.payload)).await;
        let csv = wang.posts("/console/audit-log/export", &[("format", "csv"), ("key", "User.")]).await;
        assert_eq!(csv.status, StatusCode::OK);
        assert_eq!(csv.headers[CONTENT_DISPOSITION], "attachment; filename=\"audit-log-2026-11-22.csv\"");
        assert_eq!(csv.text.lines().count(), 2, "{}", csv.text);
        assert!(csv.text.contains("\"'=cmd|") && !csv.text.contains("Application.Deleted"));
        let lines = wang.posts("/console/audit-log/export", &[("format", "jsonl"), ("key", "Application.Deleted")]).await;
        let one: serde_json::Value = serde_json::from_str(lines.text.trim()).unwrap();
        assert_eq!((&one["key"], &one["payload"]["name"]), (&"Application.Deleted".into(), &"a \"b\", c".into()));
        let log = found(&mut li, "/console/audit-log?key=AuditLog.").await;
        assert_eq!(rows(&log).len(), 2);
        let event = audit::find(&test.app.db, &AuditId::parse(rows(&log)[1].rsplit('/').next().unwrap()).unwrap()).await.unwrap().unwrap();
        assert!(event.payload.contains("\"events\":1") && event.payload.contains("\"complete\":true"), "{}", event.payload);
        let wrong = wang.posts("/console/audit-log/export", &[("format", "exe")]).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    }

    async fn the_overview_counts_what_happened(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let empty = found(&mut li, "/console").await;
        assert!(empty.contains("nobody has signed in yet") && !empty.contains("What to do next"), "{empty}");
        test.visitor().signs_in("app", PHONE, "Register").await;
        test.sim.add_fault(Fault::once(FaultKind::Code { code: "isv.AMOUNT_NOT_ENOUGH".to_owned(), message: None, status: None }));
        asks(&test, "8613900139000").await;
        assert_eq!(asks(&test, "8613700137000").await, "200");
        let figure = |page: &str, term: &str| {
            let (_, rest) = page.split_once(&format!("<dt>{term}</dt><dd class=\"number\">")).unwrap();
            rest.split('<').next().unwrap().to_owned()
        };
        let still = found(&mut li, "/console").await;
        assert_eq!(figure(&still, "Sign-ins"), "0", "counted once a minute");
        test.advance_secs(60);
        let page = found(&mut li, "/console?days=30").await;
        for (term, count) in [("Users in all", "1"), ("New users", "1"), ("Sign-ins", "1"), ("Messages accepted", "2"), ("Messages failed", "1")] {
            assert_eq!(figure(&page, term), count, "{term}");
        }
        assert!(page.contains("role=\"img\" aria-label=\"Sign-ins: 1 in all. Most on 11-22: 1.\""), "{page}");
        assert_eq!(page.matches("<details").count(), 4, "every chart is a table, too");
        assert!(page.contains("aria-label=\"Conversion: 50% of the codes sent were entered correctly.\""), "{page}");
        assert!(page.contains("11-22 · Conversion: 50%"));
    }

    async fn the_overview_says_what_is_missing_first(database: Database) {
        let test = TestApp::start_with(database, |_| {}, |raw| {
            raw["connector"] = serde_json::Value::Null;
            raw["sign_in_experience"] = serde_json::Value::Null;
            raw["applications"] = serde_json::json!([]);
        }).await;
        let mut li = owner(&test).await;
        let page = found(&mut li, "/console").await;
        for gap in ["No SMS connector is set up", "Sign-in by phone is switched off", "There is no application"] {
            assert!(page.contains(gap), "{gap}");
        }
        assert!(page.contains("button primary\" href=\"/console/connectors\""));
    }

    async fn s33_every_limit_appears_and_no_secret_does(database: Database) {
        let key = "1e".repeat(32);
        let test = TestApp::start_with(database, |_| {}, |raw| raw["sealing_key"] = key.clone().into()).await;
        let mut li = owner(&test).await;
        // a line may end within a key
        let page = found(&mut li, "/console/settings").await.replace("<wbr>", "");
        for policy in [serde_json::to_value(SendPolicy::default()).unwrap(), serde_json::to_value(CodePolicy::default()).unwrap()] {
            for name in policy.as_object().unwrap().keys() {
                assert!(page.contains(name), "{name}");
            }
        }
        assert!(page.contains("sealing_key") && page.contains("action=\"/console/settings/sealing\""));
        for secret in [key.as_str(), &"0f".repeat(32), "postgres://", "haoma.db"] {
            assert!(!page.contains(secret), "{secret}");
        }
        let told = "Nothing is left under an older key";
        assert!(!found(&mut li, "/console/settings?look=sealing").await.contains(told), "not by a link");
        let looked = li.posts("/console/settings/sealing", &[]).await.text;
        assert!(looked.contains(told), "{looked}");
    }

    async fn the_reference_of_the_api_is_this_servers(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let page = found(&mut li, "/console/api").await;
        assert!(page.contains("https://id.example.com/api/users/{id}") && page.contains("id=\"shape-Error\""));
        for anchor in page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(page.contains(&format!("id=\"{anchor}\"")), "#{anchor} leads nowhere");
        }
    }
}
