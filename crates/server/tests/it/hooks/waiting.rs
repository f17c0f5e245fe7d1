//! What is waiting to be told: by what the hook is now, when the receiver wants it, and never without end.
use super::*;

#[tokio::test]
async fn what_an_administrator_changes_counts_for_what_was_already_waiting() {
    let (test, robot) = managed(Database::sqlite()).await;
    let (old, new) = (Receiver::listens().await, Receiver::listens().await);
    let (stored, mut wanted) = listening(&test, &old).await;
    for n in 0..20 {
        robot.makes("/api/users", json!({ "primaryPhone": format!("86138001380{n:02}") })).await;
    }
    let held = old.holds().await;
    let job = tokio::spawn(deliver::keep_on(test.app.clone()));
    until(|| old.count() == 8).await;
    wanted.config.url.clone_from(&new.url);
    wanted.config.signing_key = "another-key".to_owned();
    let changed = event(&test.app, "Hook.Updated");
    saving::change(&test.app, &stored, &wanted, &changed).await.unwrap();
    drop(held);
    until(|| new.count() == 12).await;
    job.abort();
    assert_eq!(old.count(), 8, "what was under way");
    for (headers, body) in new.seen.lock().unwrap().iter() {
        let body = std::str::from_utf8(body).unwrap();
        assert_eq!(
            headers["logto-signature-sha-256"],
            signature("another-key", body).unwrap().as_str()
        );
    }
}

on_both! {
    async fn a_receiver_that_wants_to_be_left_alone_is_whether_it_says_how_long_or_until_when(database: Database) {
        let (test, robot) = managed(database).await;
        let receiver = Receiver::listens().await;
        let (hook, _) = listening(&test, &receiver).await;
        receiver.answers(503);
        robot.makes("/api/users", json!({ "primaryPhone": PHONE })).await;
        let now = test.app.clock.now();
        // 2026-11-22 00:00:30 UTC is when it begins
        for (wait, expected) in [("120", 120), ("Sun, 22 Nov 2026 00:05:30 GMT", 300), ("Mon, 23 Nov 2026 00:00:30 GMT", 3600)] {
            receiver.asks_to_wait(wait);
            test.app.db.write(haoma_store::Step::new("UPDATE hook_deliveries SET tries = 0, next_at = $1", vec![now.into()])).await.unwrap();
            assert_eq!(deliver::run(&test.app).await, 1);
            let one = deliveries(&test, &hook).await.remove(0);
            assert_eq!(one.next_at.map(|at| (at.0 - now.0) / 1000), Some(expected), "{wait}");
        }
        // what is over, or says nothing, leaves the usual pause
        for wait in ["Sat, 21 Nov 2026 00:00:30 GMT", "soon"] {
            receiver.asks_to_wait(wait);
            test.app.db.write(haoma_store::Step::new("UPDATE hook_deliveries SET tries = 0, next_at = $1", vec![now.into()])).await.unwrap();
            deliver::run(&test.app).await;
            let one = deliveries(&test, &hook).await.remove(0);
            assert_eq!(one.next_at.map(|at| (at.0 - now.0) / 1000), Some(2), "{wait}");
        }
    }

    async fn what_cannot_be_read_any_more_is_given_up_and_can_be_told_again_when_it_can(database: Database) {
        let (test, robot) = managed(database).await;
        let receiver = Receiver::listens().await;
        let (hook, _) = listening(&test, &receiver).await;
        robot.makes("/api/users", json!({ "primaryPhone": PHONE })).await;
        let sealed = deliveries(&test, &hook).await.remove(0).context_sealed;
        let write = async |text: &str| {
            let step = haoma_store::Step::new("UPDATE hook_deliveries SET context_sealed = $1", vec![text.into()]);
            test.app.db.write(step).await.unwrap();
        };
        write("nothing that opens").await;
        assert_eq!(deliver::run(&test.app).await, 1);
        let one = deliveries(&test, &hook).await.remove(0);
        assert_eq!((one.state.as_str(), one.last_error.as_deref(), one.next_at), ("failed", Some("unreadable"), None));
        test.advance_secs(100_000);
        assert_eq!((deliver::run(&test.app).await, receiver.count()), (0, 0), "not for ever");
        write(&sealed).await;
        let replayed = event(&test.app, "Hook.Replayed");
        assert!(saving::replay(&test.app, &hook.id, &one.id, &replayed).await.unwrap());
        deliver::run(&test.app).await;
        assert_eq!(receiver.names(), ["User.Created"]);
    }
}
