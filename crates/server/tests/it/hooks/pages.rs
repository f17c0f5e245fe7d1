//! The console's pages of a hook: who sees what of it, and what is recorded of telling again.
use super::*;
use crate::console::{owner, with_role};
use crate::management::support::audited;

/// A hook that is told everything there.
async fn at(test: &TestApp, url: &str) -> String {
    let events = HookEvent::ALL.map(|event| event.as_str().to_owned()).into();
    let wanted = Wanted { name: "Shop".to_owned(), events, config: config(url), is_enabled: true };
    format!("/console/hooks/{}", hook(test, wanted).await.0.id)
}

on_both! {
    async fn a_viewer_sees_where_a_hook_leads_and_not_the_token_in_its_address(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let mut viewer = with_role(&test, &mut li, "vi", "viewer").await;
        let mut editor = with_role(&test, &mut li, "ed", "editor").await;
        let path = at(&test, "https://shop.example.com/hooks/s3cret?token=s3cret").await;
        let page = viewer.get(&path).await.text;
        assert!(page.contains("https://shop.example.com/****") && !page.contains("s3cret"), "{page}");
        for somebody in [&mut editor, &mut li] {
            assert!(somebody.get(&path).await.text.contains("/hooks/s3cret?token=s3cret"));
        }
    }

    async fn what_a_program_inside_answers_to_a_trial_only_owners_see(database: Database) {
        let test = TestApp::start(database).await;
        let receiver = Receiver::listens().await;
        receiver.answers(500);
        let mut li = owner(&test).await;
        let mut editor = with_role(&test, &mut li, "ed", "editor").await;
        let path = format!("{}/test", at(&test, &receiver.url).await);
        for (somebody, sees) in [(&mut editor, false), (&mut li, true)] {
            let page = somebody.posts(&path, &[("event", "PostSignIn")]).await.text;
            assert!(page.contains("answered with status 500"), "{page}");
            assert_eq!(page.contains("what it says"), sees);
        }
    }

    async fn telling_again_is_recorded_with_how_much_and_only_where_there_was_something(database: Database) {
        let test = TestApp::start(database).await;
        let receiver = Receiver::listens().await;
        let mut li = owner(&test).await;
        let path = at(&test, &receiver.url).await;
        for phone in ["138 0013 8000", "138 0013 8001", "138 0013 8002"] {
            li.posts("/console/users", &[("phone", phone), ("name", ""), ("username", "")]).await;
        }
        let fail = "UPDATE hook_deliveries SET state = 'failed', next_at = NULL";
        test.app.db.write(haoma_store::Step::new(fail, vec![])).await.unwrap();
        for _again in 0..2 {
            assert_eq!(li.posts(&format!("{path}/replay"), &[]).await.status.as_u16(), 303);
        }
        let told = audited(&test, "Hook.Replayed").await;
        assert_eq!(told.iter().map(|(_, _, payload)| &payload["count"]).collect::<Vec<_>>(), [3]);
        assert_eq!(deliver::run(&test.app).await, 3);
    }
}
