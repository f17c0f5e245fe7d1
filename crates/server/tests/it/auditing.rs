//! The audit log is nobody's to fill: what costs nothing is recorded a few times in a walk.
use crate::support::TestApp;

const PHONE: &str = "8613800138000";

/// How often each event was recorded, with its error.
async fn recorded(test: &TestApp) -> Vec<(String, Option<String>, i64)> {
    let sql = "SELECT key, error, COUNT(*) FROM audit_events WHERE interaction_id IS NOT NULL
        GROUP BY key, error ORDER BY key, error";
    let rows = test.app.db.read(sql, vec![]).await.unwrap();
    let one = |row: &haoma_store::Row| {
        (row.text(0).unwrap(), row.opt_text(1).unwrap(), row.int(2).unwrap())
    };
    rows.iter().map(one).collect()
}

on_both! {
    async fn going_back_and_forth_after_one_proof_fills_nothing(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = test.visitor();
        let id = person.proves("app", PHONE, "SignIn").await;
        for _again in 0..30 {
            assert_eq!(person.identifies(&id).await.brief(), "404 user.user_not_exist");
            assert_eq!(person.switches("Register").await.brief(), "204");
            assert_eq!(person.switches("Register").await.brief(), "204");
            assert_eq!(person.switches("SignIn").await.brief(), "204");
        }
        let all = recorded(&test).await;
        let count = |part: &str| {
            let these = all.iter().filter(|(key, error, _)| key.contains(part) || error.as_deref() == Some(part));
            these.map(|(_, _, count)| count).sum::<i64>()
        };
        assert_eq!(count("user.user_not_exist"), 1, "{all:?}");
        assert_eq!(count(".Update"), 6, "{all:?}");
        assert!(all.iter().map(|(_, _, count)| count).sum::<i64>() < 15, "{all:?}");
        // another walk says it anew
        test.advance_secs(120);
        let mut other = test.visitor();
        let id = other.proves("app", PHONE, "SignIn").await;
        other.identifies(&id).await;
        let all = recorded(&test).await;
        let twice = all.iter().find(|(_, error, _)| error.as_deref() == Some("user.user_not_exist"));
        assert_eq!(twice.map(|(_, _, count)| *count), Some(2), "{all:?}");
    }

    async fn to_be_found_once_more_is_no_news(database: Database) {
        let test = TestApp::start(database).await;
        test.visitor().signs_in("app", PHONE, "Register").await;
        test.advance_secs(120);
        let mut person = test.visitor();
        let id = person.proves("app", PHONE, "SignIn").await;
        for _again in 0..5 {
            assert_eq!(person.identifies(&id).await.brief(), "204");
        }
        let all = recorded(&test).await;
        let found = all.iter().find(|(key, _, _)| key == "Interaction.SignIn.Identifier.Submit");
        assert_eq!(found.map(|(_, _, count)| *count), Some(1), "{all:?}");
    }
}
