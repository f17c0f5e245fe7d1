//! A fixed code proves a tester's own number as often as they ask, and never a new one.
use super::*;
use crate::management::support::managed;
use crate::test_numbers::{count, makes, real_account};

const MARKED: &str = "SELECT COUNT(*) FROM users WHERE is_test = TRUE";
const SESSIONS: &str = "SELECT COUNT(*) FROM sessions";
const GRANTS: &str = "SELECT COUNT(*) FROM grants";

on_both! {
    async fn a_test_number_can_be_asked_again_while_its_code_lives(database: Database) {
        let (test, robot) = managed(database).await;
        set(&test, |_center| {}).await;
        let (_, code) = makes(&robot, PHONE).await;
        let me = member_by(&test, "app", (PHONE, Some(&code)), SCOPES).await;
        me.record(PHONE).await;
        test.advance_secs(61);
        let again = me.record(PHONE).await;
        assert_eq!(me.gives(PHONE, &again, &code).await.brief(), "200");

        makes(&robot, NEW).await;
        let (asks, verify) = ("/api/verification-codes", "/api/verification-codes/verify");
        for _ in 0..2 {
            test.advance_secs(61);
            assert_eq!(robot.post(asks, json!({ "phone": NEW })).await.brief(), "204");
        }
        assert_eq!(test.sim.requests_seen(), 0);
        // whoever has the number meanwhile is sent a code of their own
        real_account(&test, NEW).await;
        test.advance_secs(300);
        assert_eq!(robot.post(asks, json!({ "phone": NEW })).await.brief(), "204");
        let own = me.browser.reads_sms(NEW);
        let given = robot.post(verify, json!({ "phone": NEW, "verificationCode": own })).await;
        assert_eq!(given.brief(), "204");
    }

    async fn a_fixed_code_verifies_no_new_number(database: Database) {
        let (test, robot) = managed(database).await;
        set(&test, |_center| {}).await;
        let (_, code) = makes(&robot, PHONE).await;
        let me = member(&test, "app", OTHER, SCOPES).await;
        let record = me.record(PHONE).await;
        assert_eq!(me.gives(PHONE, &record, &code).await.brief(), "400 verification_code.not_found");
        let proof = me.proves(OTHER).await;
        let changed = me.changes(&proof, PHONE, &record, json!({})).await;
        assert_eq!(changed.brief(), "400 verification_record.not_found");
        assert_eq!(me.get("/api/my-account").await.json()["primaryPhone"], OTHER);
    }

    async fn with_another_number_an_account_is_no_test_account(database: Database) {
        let (test, robot) = managed(database).await;
        set(&test, |_center| {}).await;
        let (_, code) = makes(&robot, PHONE).await;
        let me = member_by(&test, "app", (PHONE, Some(&code)), SCOPES).await;
        let proof = me.record(PHONE).await;
        assert_eq!(me.gives(PHONE, &proof, &code).await.brief(), "200");
        let record = me.proves(NEW).await;
        assert_eq!(count(&test, MARKED).await, 1);
        assert_eq!(me.changes(&proof, NEW, &record, json!({})).await.brief(), "204");
        assert_eq!(count(&test, MARKED).await, 0);

        let made = robot.makes("/api/users", json!({ "primaryPhone": PHONE })).await;
        let path = format!("/api/users/{}", text(&made, "id"));
        for (phone, marked) in [(PHONE, 1), (OTHER, 0), (PHONE, 0)] {
            let changed = robot.patch(&path, json!({ "primaryPhone": phone })).await;
            assert_eq!((changed.brief().as_str(), count(&test, MARKED).await), ("200", marked));
        }
    }

    async fn another_number_ends_what_fixed_codes_opened_whoever_keeps_a_session(database: Database) {
        let (test, robot) = managed(database).await;
        set(&test, |_center| {}).await;
        let real = member(&test, "other", OTHER, SCOPES).await;
        for (ends_others, phone, new) in [(true, PHONE, NEW), (false, "8613800138004", "8613800138005")] {
            let (_, code) = makes(&robot, phone).await;
            let elsewhere = member_by(&test, "other", (phone, Some(&code)), SCOPES).await;
            let me = member_by(&test, "app", (phone, Some(&code)), SCOPES).await;
            let proof = me.record(phone).await;
            assert_eq!(me.gives(phone, &proof, &code).await.brief(), "200");
            let record = me.proves(new).await;
            assert_eq!((count(&test, SESSIONS).await, count(&test, GRANTS).await), (3, 3));
            let more = json!({ "endOtherSessions": ends_others });
            assert_eq!(me.changes(&proof, new, &record, more).await.brief(), "204");
            for tester in [&elsewhere, &me] {
                let told = tester.get("/api/my-account").await;
                assert_eq!(told.brief(), "401 auth.unauthorized", "{ends_others}");
            }
            assert_eq!((count(&test, SESSIONS).await, count(&test, GRANTS).await), (1, 1), "of others nothing");
        }
        assert_eq!(real.get("/api/my-account").await.brief(), "200");
        let owner = member(&test, "app", NEW, SCOPES).await;
        let (proof, record) = (owner.proves(NEW).await, owner.proves("8613800138006").await);
        assert_eq!(owner.changes(&proof, "8613800138006", &record, json!({})).await.brief(), "204");
        assert_eq!(owner.get("/api/my-account").await.brief(), "200", "from then on it is an account like all others");
    }

    async fn an_administrator_who_renumbers_a_test_account_ends_what_fixed_codes_opened(database: Database) {
        let (test, robot) = managed(database).await;
        set(&test, |_center| {}).await;
        let real = member(&test, "other", OTHER, SCOPES).await;
        for new in [json!(NEW), Value::Null] {
            let (id, code) = makes(&robot, PHONE).await;
            let me = member_by(&test, "app", (PHONE, Some(&code)), SCOPES).await;
            let account = me.get("/api/my-account").await.json();
            let path = format!("/api/users/{}", text(&account, "id"));
            let same = json!({ "primaryPhone": PHONE, "name": "Tester" });
            assert_eq!(robot.patch(&path, same).await.brief(), "200");
            assert_eq!(me.get("/api/my-account").await.brief(), "200", "the number is the one it was");
            let changed = robot.patch(&path, json!({ "primaryPhone": new, "username": "left" })).await;
            assert_eq!(changed.brief(), "200", "{}", changed.text);
            assert_eq!(me.get("/api/my-account").await.brief(), "401 auth.unauthorized", "{new}");
            assert_eq!((count(&test, SESSIONS).await, count(&test, GRANTS).await), (1, 1), "of others nothing");
            assert_eq!(robot.delete(&path).await.brief(), "204");
            assert_eq!(robot.delete(&format!("/api/test-numbers/{id}")).await.brief(), "204");
        }
        let account = real.get("/api/my-account").await.json();
        let path = format!("/api/users/{}", text(&account, "id"));
        assert_eq!(robot.patch(&path, json!({ "primaryPhone": NEW })).await.brief(), "200");
        assert_eq!(real.get("/api/my-account").await.brief(), "200", "an account of somebody stays open");
    }
}
