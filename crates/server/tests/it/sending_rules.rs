//! Whom an administrator blocks gets nothing and costs nothing; whom they let through meets no limits of places.
use axum::http::{Method, StatusCode};
use haoma_core::phone::{PhoneNumber, Region};
use serde_json::{Value, json};

use crate::console::{owner, with_role};
use crate::management::support::{Robot, audited, managed, managed_with};
use crate::support::visitor::hidden;
use crate::support::{TestApp, Visitor, tables, things};

const PHONE: &str = "8613800138000";
const OTHER: &str = "8613900139000";
const RULES: &str = "/api/security/sending-rules";

async fn asks_from(test: &TestApp, address: &str, phone: &str) -> String {
    let mut person = test.visitor().at(address);
    person.arrives_from("app").await;
    person.begins("Register").await;
    person.asks_code(phone, "Register").await.brief()
}

async fn asks(test: &TestApp, phone: &str) -> String {
    asks_from(test, "203.0.113.7", phone).await
}

async fn rules(robot: &Robot, kind: &str, what: &str, value: &str) -> String {
    let body = json!({ "type": kind, "kind": what, "value": value });
    robot.makes(RULES, body).await["id"].as_str().unwrap().to_owned()
}

/// Messages that the provider was asked for.
fn sent(test: &TestApp) -> usize {
    test.sim.messages(None, 10_000).len()
}

const BLOCKED: &str = "403 request.sending_blocked";

on_both! {
    async fn who_is_blocked_gets_nothing_and_costs_nothing(database: Database) {
        let (test, robot) = managed(database).await;
        for (what, value) in [
            ("number", "+8613800138000"), ("prefix", "+86 1380"), ("country", "CN"), ("network", "203.0.113.7"),
            ("network", "203.0.113.0/24"),
        ] {
            let id = rules(&robot, "block", what, value).await;
            assert_eq!(asks(&test, PHONE).await, BLOCKED, "{what} {value}");
            assert_eq!(robot.delete(&format!("{RULES}/{id}")).await.status, StatusCode::NO_CONTENT);
        }
        assert_eq!(sent(&test), 0);
        let stored = tables::dump(&test.app.db).await;
        assert!(stored["messages"].is_empty() && stored["passcodes"].is_empty(), "nothing was even meant");
        assert!(!stored["limits"].iter().any(|row| row.contains(":number")), "nothing was counted against anybody");
        assert_eq!(asks(&test, PHONE).await, "200");
        rules(&robot, "block", "number", "+8613800138000").await;
        assert_eq!(asks(&test, "8613800138001").await, "200", "the neighbour");
        rules(&robot, "block", "network", "2001:db8:1::/48").await;
        assert_eq!(asks_from(&test, "2001:db8:1:2::3", "8613800138002").await, BLOCKED);
        assert_eq!(asks_from(&test, "2001:db8:2::3", "8613800138002").await, "200");
    }

    async fn programs_and_tests_meet_the_rules_too(database: Database) {
        let (test, robot) = managed(database).await;
        rules(&robot, "block", "prefix", "+861380").await;
        let asked = robot.post("/api/verification-codes", json!({ "phone": PHONE })).await;
        assert_eq!(asked.brief(), BLOCKED);
        let body = json!({ "phone": PHONE, "config": test.connector() });
        let tried = robot.post(&format!("/api/connectors/{}/test", things::FACTORY), body).await;
        assert_eq!(tried.brief(), BLOCKED);
        assert_eq!(sent(&test), 0);
    }

    async fn the_narrowest_rule_decides_and_one_that_ended_gives_way(database: Database) {
        let (test, robot) = managed(database).await;
        rules(&robot, "block", "country", "CN").await;
        assert_eq!(asks(&test, PHONE).await, BLOCKED);
        let end = test.app.clock.now().plus_secs(600);
        let body = json!({ "type": "allow", "kind": "prefix", "value": "+861380", "expiresAt": end });
        robot.makes(RULES, body).await;
        assert_eq!(asks(&test, PHONE).await, "200");
        rules(&robot, "block", "number", "+8613800138001").await;
        assert_eq!(asks(&test, "8613800138001").await, BLOCKED);
        test.advance_secs(600);
        assert_eq!(asks(&test, "8613800138002").await, BLOCKED, "the prefix is let through no more");
    }

    async fn who_is_let_through_meets_no_limits_of_places_and_every_budget(database: Database) {
        let change = |raw: &mut Value| raw["limits"] = json!({ "per_address_day": 4, "budget_hour": 10 });
        let (test, robot) = managed_with(database, change).await;
        let phone = |n: usize| format!("86138001{:05}", 38_000 + n);
        let mut li = test.visitor().at("198.51.100.9");
        li.signs_in("app", OTHER, "Register").await;
        for n in 0..2 {
            assert_eq!(asks(&test, &phone(n)).await, "200", "{n}");
        }
        assert_eq!(asks(&test, &phone(2)).await, "422 session.captcha_required");
        rules(&robot, "allow", "network", "203.0.113.7").await;
        for n in 2..7 {
            assert_eq!(asks(&test, &phone(n)).await, "200", "{n}");
        }
        assert_eq!(asks(&test, &phone(7)).await, "429 request.message_rate_limited", "four fifths of the budget of an hour");
        assert_eq!(sent(&test), 8);
    }

    async fn every_node_goes_by_a_rule_within_moments(database: Database) {
        let (test, robot) = managed(database).await;
        let other = test.second_node().await;
        let id = rules(&robot, "block", "number", "+8613800138000").await;
        let elsewhere = || Visitor::new(haoma::routes::router(other.clone()), test.sim.clone());
        let asks_there = async || {
            let mut person = elsewhere();
            person.arrives_from("app").await;
            person.begins("Register").await;
            person.asks_code(PHONE, "Register").await.brief()
        };
        haoma::reload::run(&other).await.unwrap();
        assert_eq!(asks_there().await, BLOCKED);
        robot.delete(&format!("{RULES}/{id}")).await;
        assert_eq!(asks_there().await, BLOCKED, "it asks soon");
        haoma::reload::run(&other).await.unwrap();
        assert_eq!(asks_there().await, "200");
    }

    async fn s32_a_blocked_number_with_an_account_answers_as_one_without(database: Database) {
        let change = |raw: &mut Value| raw["sign_in_experience"]["signInMode"] = "SignIn".into();
        let (test, robot) = managed_with(database, change).await;
        robot.makes("/api/users", json!({ "primaryPhone": PHONE })).await;
        rules(&robot, "block", "prefix", "+861380").await;
        let mut answers = vec![];
        for phone in [PHONE, "8613800138001"] {
            let mut person = test.visitor().at("203.0.113.7");
            person.arrives_from("app").await;
            person.begins("SignIn").await;
            let answer = person.asks_code(phone, "SignIn").await;
            answers.push((answer.brief(), answer.text));
        }
        assert_eq!(answers[0], answers[1]);
        assert_eq!(answers[0].0, BLOCKED);
    }

    async fn a_code_that_was_sent_before_still_works(database: Database) {
        let (test, robot) = managed(database).await;
        let mut person = test.visitor().at("203.0.113.7");
        person.arrives_from("app").await;
        person.begins("Register").await;
        let id = person.asks_code(PHONE, "Register").await.json()["verificationId"].as_str().unwrap().to_owned();
        rules(&robot, "block", "network", "203.0.113.7").await;
        let code = person.reads_sms(PHONE);
        assert_eq!(person.gives_code(PHONE, &id, &code).await.brief(), "200");
    }

    async fn what_is_refused_is_counted_and_told_once(database: Database) {
        let (test, robot) = managed(database).await;
        rules(&robot, "block", "number", "+8613800138000").await;
        for _ in 0..3 {
            assert_eq!(asks(&test, PHONE).await, BLOCKED);
            haoma::refusals::store(&test.app).await.unwrap();
        }
        let day = test.app.clock.now().plus_secs(-24 * 3600);
        let counted = haoma_store::refusals::list(&test.app.db, day, (10, 0)).await.unwrap();
        assert_eq!((counted.len(), counted[0].reason.as_str(), counted[0].place.as_str(), counted[0].hits), (1, "blocked_number", "CN", 3));
        assert_eq!(audited(&test, "Refused.blocked_number").await.len(), 1);
        let failed = audited(&test, "Interaction.Register.Verification.PhoneVerificationCode.Create").await;
        assert_eq!(failed.len(), 3, "one in each walk");
    }

    async fn s24_what_a_walk_asks_for_beyond_its_share_is_counted_and_is_nothing_unusual(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = test.visitor().at("203.0.113.7");
        person.arrives_from("app").await;
        person.begins("Register").await;
        let mut asks = async |phone: &str| {
            let answer = person.asks_code(phone, "Register").await;
            test.advance_secs(121);
            answer.brief()
        };
        for phone in [PHONE, OTHER] {
            assert_eq!(asks(phone).await, "200");
        }
        for _ in 0..2 {
            assert_eq!(asks("8613700137000").await, "429 session.too_many_messages", "a third number");
        }
        assert_eq!(asks(PHONE).await, "200");
        assert_eq!(asks(PHONE).await, "429 session.too_many_messages", "a fourth message");
        haoma::refusals::store(&test.app).await.unwrap();
        haoma::refusals::store(&test.app).await.unwrap();
        let day = test.app.clock.now().plus_secs(-24 * 3600);
        let mut counted = haoma_store::refusals::list(&test.app.db, day, (10, 0)).await.unwrap();
        counted.sort_by(|a, b| a.reason.cmp(&b.reason));
        let counted: Vec<_> = counted.iter().map(|one| (one.reason.as_str(), one.place.as_str(), one.hits)).collect();
        assert_eq!(counted, [("walk_numbers", "CN", 2), ("walk_sends", "CN", 1)]);
        let from = haoma_store::refusals::list_origins(&test.app.db, day, 10).await.unwrap();
        assert_eq!(from.iter().map(|one| (one.place.as_str(), one.hits)).collect::<Vec<_>>(), [("203.0.113.7", 3)]);
        let mut li = owner(&test).await;
        let page = li.get("/console/security").await.text;
        for (reason, words) in [("walk_numbers", "Too many numbers in one sign-in"), ("walk_sends", "Too many messages in one sign-in")] {
            assert_eq!(audited(&test, &format!("Refused.{reason}")).await.len(), 0, "{reason}");
            assert!(page.contains(words) && !page.contains(&format!("key=Refused.{reason}")), "{reason} leads to no event");
        }
    }

    async fn a_number_that_a_rule_is_about_is_readable_nowhere(database: Database) {
        let (test, robot) = managed(database).await;
        let made = robot.makes(RULES, json!({ "type": "block", "kind": "number", "value": "+86 138 0013 8000", "reason": "asked us to" })).await;
        assert_eq!(made["value"], "+86 138****8000");
        let id = made["id"].as_str().unwrap();
        assert_eq!(robot.get(&format!("{RULES}/{id}")).await.json(), made);
        assert_eq!(robot.get(RULES).await.json(), json!([made]));
        let text = format!("{:?}", tables::dump(&test.app.db).await);
        assert!(text.contains("+86 138****8000") && !text.contains("13800138000") && !text.contains("138 0013"));
        let told = audited(&test, "SendingRule.Saved").await;
        assert_eq!(told[0].2["value"], Value::Null, "{told:?}");
        assert!(!format!("{:?}", test.app.sending_rules.load()).contains("13800138000"));
    }

    async fn a_rule_that_does_not_fit_is_refused_whole(database: Database) {
        let (_test, robot) = managed(database).await;
        for (body, places) in [
            (json!({}), vec!["type", "kind", "value"]),
            (json!({ "type": "ban", "kind": "planet", "value": "Mars" }), vec!["type", "kind"]),
            (json!({ "type": "block", "kind": "number", "value": "13800138000" }), vec!["value"]),
            (json!({ "type": "block", "kind": "network", "value": "10.0.0.1/8", "expiresAt": 5 }), vec!["value", "expiresAt"]),
            (json!({ "type": "block", "kind": "country", "value": "VN", "reason": "of 138 0013 8000" }), vec!["reason"]),
        ] {
            let answer = robot.post(RULES, body).await;
            assert_eq!(answer.brief(), "400 guard.invalid_input", "{}", answer.text);
            let told = answer.json()["data"].as_array().unwrap().clone();
            let told: Vec<_> = told.iter().map(|one| one["keyPath"].as_str().unwrap().to_owned()).collect();
            assert_eq!(told, places, "{}", answer.text);
        }
        assert_eq!(robot.get(&format!("{RULES}/x")).await.brief(), "404 entity.not_exists_with_id");
        assert_eq!(robot.delete(&format!("{RULES}/x")).await.brief(), "404 entity.not_exists_with_id");
    }

    async fn an_editor_blocks_what_they_see_and_a_viewer_only_looks(database: Database) {
        let test = TestApp::start(database).await;
        let mut owner = owner(&test).await;
        let mut viewer = with_role(&test, &mut owner, "viewer", "viewer").await;
        let mut editor = with_role(&test, &mut owner, "editor", "editor").await;
        test.visitor().at("203.0.113.7").signs_in("app", PHONE, "Register").await;
        let stored = test.app.db.read("SELECT id FROM messages", vec![]).await.unwrap();
        let message = stored[0].text(0).unwrap();
        let page = format!("/console/messages/{message}");
        assert!(editor.get(&page).await.text.contains("Block number"));
        assert!(!viewer.get(&page).await.text.contains("Block number"));
        let form = [("type", "block"), ("kind", "number"), ("message", message.as_str()), ("days", "7")];
        assert_eq!(viewer.posts("/console/security/rules", &form).await.status, StatusCode::FORBIDDEN);
        assert_eq!(editor.posts("/console/security/rules", &form).await.status, StatusCode::SEE_OTHER);
        test.advance_secs(300);
        assert_eq!(asks(&test, PHONE).await, BLOCKED);
        assert_eq!(asks(&test, "8613800138001").await, "200");
        let list = viewer.get("/console/security/rules").await.text;
        assert!(list.contains("138\u{a0}****\u{a0}8000") && list.contains("editor") && !list.contains("Unblock"), "{list}");
        let now = viewer.get("/console/security").await.text;
        assert!(now.contains("Number blocked") && now.contains("203.0.113.7") && !now.contains("Block address"), "{now}");
        assert!(!now.contains("13800138000") && !list.contains("13800138000"));
        let list = editor.get("/console/security/rules").await.text;
        let (_, id) = list.split_once("/console/security/rules/").unwrap();
        let path = format!("/console/security/rules/{}/delete", id.split('/').next().unwrap());
        assert_eq!(editor.posts(&path, &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(asks_from(&test, "203.0.113.8", PHONE).await, "200");
        let wrong = [("type", "block"), ("kind", "prefix"), ("value", "+86 138 0013 800"), ("days", "0"), ("reason", "13800138000")];
        let refused = editor.posts("/console/security/rules", &wrong).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.text.contains("value-error") && refused.text.contains("reason-error"), "{}", refused.text);
    }

    async fn a_button_loses_no_rule_and_what_is_replaced_is_told(database: Database) {
        let (test, robot) = managed(database).await;
        let mut li = owner(&test).await;
        let page = "/console/security/rules";
        let form = |kind: &'static str, days: &'static str, replaces: &str| {
            let fields = [("type", kind), ("kind", "network"), ("value", "203.0.113.7"), ("days", days), ("replaces", replaces)];
            fields.map(|(name, value)| (name.to_owned(), value.to_owned()))
        };
        let mut presses = async |kind, days, replaces: &str| {
            let form = form(kind, days, replaces);
            let fields: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            li.posts(page, &fields).await
        };
        let body = json!({ "type": "block", "kind": "network", "value": "203.0.113.7", "reason": "the pumper of Monday" });
        let first = robot.makes(RULES, body).await;
        let id = first["id"].as_str().unwrap();
        for (kind, days, says) in [
            ("allow", "0", "blocks it; the new one would let it through"),
            ("block", "1", "end sooner"),
            ("block", "0", "for just as long"),
        ] {
            let asked = presses(kind, days, "").await;
            assert_eq!(asked.status, StatusCode::CONFLICT, "{kind} {days}");
            for shown in [says, "the pumper of Monday", "Until somebody takes it away", &format!("name=\"replaces\" value=\"{id}\"")] {
                assert!(asked.text.contains(shown), "{shown} in {}", asked.text);
            }
            let goes_along = asked.text.contains("name=\"reason\" value=\"the pumper of Monday\"");
            assert_eq!(goes_along, kind == "block", "the reason of a rule that does the same: {days}");
            // of the rule there is, of the new one, and in the form
            let shown = asked.text.matches("the pumper of Monday").count();
            assert_eq!(shown, if goes_along { 3 } else { 1 }, "{kind} {days}");
            assert_eq!(robot.get(RULES).await.json(), json!([first]), "{kind} {days}");
        }
        assert_eq!(asks(&test, PHONE).await, BLOCKED);
        assert_eq!(audited(&test, "SendingRule.Saved").await.len(), 1, "nothing was done");
        assert_eq!(presses("allow", "1", id).await.location(), page, "seen, and pressed again");
        assert_eq!(asks(&test, PHONE).await, "200");
        let told = audited(&test, "SendingRule.Saved").await;
        let replaced = told.iter().map(|one| &one.2["replaced"]).find(|one| !one.is_null()).unwrap();
        assert_eq!((&replaced["ruleId"], &replaced["type"], &replaced["value"]), (&first["id"], &json!("block"), &json!("203.0.113.7")));
        let stale = presses("block", "7", id).await;
        assert_eq!(stale.status, StatusCode::CONFLICT, "by now another stands there than the one that was seen");
        let end = test.app.clock.now().plus_secs(600);
        robot.makes(RULES, json!({ "type": "allow", "kind": "network", "value": "203.0.113.7", "expiresAt": end })).await;
        test.advance_secs(600);
        assert_eq!(presses("block", "7", "").await.location(), page, "one that ended is in nobody's way");
    }

    async fn what_is_pressed_again_has_the_reason_that_was_given(database: Database) {
        let (test, robot) = managed(database).await;
        let mut li = owner(&test).await;
        let page = "/console/security/rules";
        let body = json!({ "type": "block", "kind": "network", "value": "203.0.113.7", "reason": "the pumper of Monday" });
        robot.makes(RULES, body).await;
        for (kind, given, kept) in [
            ("block", "", "the pumper of Monday"),
            ("block", "the same on Tuesday", "the same on Tuesday"),
            ("allow", "sorry, it was us", "sorry, it was us"),
            ("block", "", ""),
        ] {
            let form = [("type", kind), ("kind", "network"), ("value", "203.0.113.7"), ("days", "1"), ("reason", given), ("replaces", "")];
            let asked = li.posts(page, &form).await;
            assert_eq!(asked.status, StatusCode::CONFLICT, "{}", asked.text);
            let times = |name: &str| asked.text.matches(&format!("name=\"{name}\"")).count();
            assert_eq!((times("replaces"), times("reason")), (1, usize::from(!kept.is_empty())), "{}", asked.text);
            let names = ["type", "kind", "value", "days", "replaces", "reason"];
            let shown = names.into_iter().filter(|name| times(name) > 0).map(|name| (name, hidden(&asked.text, name)));
            let shown: Vec<_> = shown.collect();
            let again: Vec<_> = shown.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let told = li.posts(page, &again).await;
            assert_eq!(told.status, StatusCode::SEE_OTHER, "{}", told.text);
            let rules = robot.get(RULES).await.json();
            let now = (rules[0]["type"].as_str(), rules[0]["reason"].as_str().unwrap_or_default());
            assert_eq!(now, (Some(kind), kept), "{given}");
        }
    }

    async fn what_a_program_replaces_is_told_as_well(database: Database) {
        let (test, robot) = managed(database).await;
        let number = |kind: &str| json!({ "type": kind, "kind": "number", "value": "+8613800138000" });
        let first = robot.makes(RULES, number("block")).await;
        robot.makes(RULES, number("allow")).await;
        let told = audited(&test, "SendingRule.Saved").await;
        let replaced = told.iter().map(|one| &one.2["replaced"]).find(|one| !one.is_null()).unwrap();
        assert_eq!((&replaced["ruleId"], &replaced["type"], &replaced["value"]), (&first["id"], &json!("block"), &Value::Null));
        assert_eq!(told.len(), 2);
    }

    async fn an_operator_ends_the_lock_of_a_number(database: Database) {
        let change = |raw: &mut Value| raw["guesses"] = json!({ "per_number_in_a_row": 5, "per_number_hour": 0, "per_number_day": 0 });
        let (test, robot) = managed_with(database, change).await;
        let made = robot.makes("/api/users", json!({ "primaryPhone": PHONE })).await;
        let id = made["id"].as_str().unwrap().to_owned();
        let wrong = format!("/api/users/{id}/wrong-codes");
        let nothing = json!({ "recent": 0, "inARow": 0, "locked": "no", "lockedUntil": null });
        assert_eq!(robot.get(&wrong).await.json(), nothing);
        let mut owner = owner(&test).await;
        let page = format!("/console/users/{id}");
        assert!(!owner.get(&page).await.text.contains("Wrong codes"));
        let guess = async |person: &mut Visitor, verification: &str| {
            person.gives_code(PHONE, verification, "000000").await.brief()
        };
        let arrives = async |address: &str| {
            let mut person = test.visitor().at(address);
            person.arrives_from("app").await;
            person.begins("SignIn").await;
            let sent = person.asks_code(PHONE, "SignIn").await;
            let id = sent.json()["verificationId"].as_str().expect(&sent.text).to_owned();
            (person, id)
        };
        let (mut guesser, verification) = arrives("203.0.113.7").await;
        for _ in 0..3 {
            assert_eq!(guess(&mut guesser, &verification).await, "400 verification_code.code_mismatch");
        }
        assert_eq!(guess(&mut guesser, &verification).await, "400 session.verification_blocked_too_many_attempts", "the wait of the network");
        test.advance_secs(60);
        assert_eq!(guess(&mut guesser, &verification).await, "400 verification_code.code_mismatch");
        test.advance_secs(300);
        let (mut person, verification) = arrives("198.51.100.9").await;
        let code = person.reads_sms(PHONE);
        let kept_out = person.gives_code(PHONE, &verification, &code).await;
        assert_eq!(kept_out.brief(), "400 session.verification_blocked_too_many_attempts");
        let stands = robot.get(&wrong).await.json();
        assert_eq!((&stands["inARow"], &stands["locked"]), (&json!(4), &json!("elsewhere")), "{stands}");
        assert_eq!(stands["lockedUntil"], Value::Null, "no wait ends it");
        assert!(owner.get(&page).await.text.contains("The number is locked for strangers"));
        assert_eq!(robot.send(Method::DELETE, &wrong, None).await.status, StatusCode::NO_CONTENT);
        assert_eq!(robot.get(&wrong).await.json(), nothing);
        assert_eq!(person.gives_code(PHONE, &verification, &code).await.brief(), "200");
        let told = audited(&test, "User.WrongCodes.Forgotten").await;
        assert_eq!((told.len(), told[0].1.as_deref()), (1, Some(id.as_str())));
        // once more, by the page
        let phone = PhoneNumber::parse(PHONE, Some(Region::CHINA)).unwrap();
        assert!(haoma::wrong_codes::of(&test.app, &phone, test.app.clock.now()).await.unwrap().is_nothing());
        let forgotten = owner.posts(&format!("{page}/wrong-codes/forget"), &[]).await;
        assert_eq!((forgotten.status, forgotten.location()), (StatusCode::SEE_OTHER, page));
    }
}
