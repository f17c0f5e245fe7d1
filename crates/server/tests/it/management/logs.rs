//! The audit log, as programs read it.
use super::support::*;
use crate::oidc::support::{signed_in, text};

fn keys(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
    let body = answer.json();
    body.as_array().unwrap().iter().map(|one| text(one, "key").to_owned()).collect()
}

on_both! {
    async fn an_event_is_shown_with_all_that_is_known_of_it(database: Database) {
        let (app, robot) = managed(database).await;
        app.advance_secs(1);
        let made = robot.makes("/api/users", json!({ "name": "Lin", "primaryPhone": "8613800138000" })).await;
        let list = robot.get("/api/logs?logKey=User.Created").await;
        let event = &list.json()[0];
        let expected = json!({
            "tenantId": "default", "id": event["id"], "key": "User.Created", "createdAt": made["createdAt"],
            "payload": { "key": "User.Created", "result": "Success", "userId": made["id"], "applicationId": "robot" },
        });
        assert_eq!(*event, expected);
        assert_eq!(robot.get(&format!("/api/logs/{}", text(event, "id"))).await.json(), expected);
        for id in ["nothing", "a%20b"] {
            assert_eq!(robot.get(&format!("/api/logs/{id}")).await.brief(), "404 entity.not_exists_with_id");
        }
    }

    async fn a_failure_tells_its_code_and_never_the_number(database: Database) {
        let (app, robot) = managed(database).await;
        let mut person = app.visitor();
        let proof = person.proves("app", "8613800138000", "SignIn").await;
        assert_eq!(person.identifies(&proof).await.brief(), "404 user.user_not_exist");
        let list = robot.get("/api/logs?logKey=Interaction.SignIn.Identifier.Submit").await;
        let payload = &list.json()[0]["payload"];
        assert_eq!((&payload["result"], &payload["error"]), (&json!("Error"), &json!("user.user_not_exist")));
        assert!(!robot.get("/api/logs?page_size=100").await.text.contains("138001"));
    }

    async fn the_log_is_filtered_and_newest_first(database: Database) {
        let (app, robot) = managed(database).await;
        let begun = app.app.clock.now();
        signed_in(&app, "app").await;
        let mut made = vec![];
        for name in ["a", "b", "c"] {
            app.advance_secs(1);
            made.push(robot.makes("/api/users", json!({ "username": name })).await);
        }
        app.advance_secs(1);
        let b = text(&made[1], "id");
        robot.patch(&format!("/api/users/{b}"), json!({ "name": "B" })).await;
        let (third, ended) = (begun.plus_secs(2).0, begun.plus_secs(4).0);
        for (query, expected) in [
            (format!("userId={b}"), &["User.Data.Updated", "User.Created"][..]),
            (format!("userId={b}&logKey=User.Created"), &["User.Created"]),
            ("applicationId=robot&page_size=2".to_owned(), &["User.Data.Updated", "User.Created"]),
            ("applicationId=robot&page=2&page_size=4".to_owned(), &["ExchangeTokenBy.ClientCredentials"]),
            ("applicationId=nobody".to_owned(), &[]),
            (format!("start_time={third}"), &["User.Data.Updated", "User.Created", "User.Created"]),
            (format!("start_time={third}&end_time={third}"), &["User.Created"]),
            (format!("start_time={}&end_time={}", third + 1, ended - 1), &["User.Created"]),
            (format!("start_time={ended}&end_time=9223372036854775807"), &["User.Data.Updated"]),
            ("end_time=0".to_owned(), &[]),
        ] {
            assert_eq!(keys(&robot.get(&format!("/api/logs?{query}")).await), expected, "{query}");
        }
        let all = robot.get("/api/logs?page_size=100").await;
        assert_eq!(all.headers["total-number"], keys(&all).len().to_string().as_str());
    }

    async fn counting_stops_at_the_cap_when_asked_to(database: Database) {
        let (app, robot) = managed(database).await;
        let insert = "INSERT INTO audit_events (id, key, result, created_at) VALUES ($1, 'Many', 'Success', 0)";
        for batch in 0..11 {
            let ids = (0..1000).map(|n| format!("000000000many{batch:04}{n:04}"));
            let steps = ids.map(|id| haoma_store::Step::new(insert, vec![id.into()]));
            app.app.db.unit(steps.collect()).await.unwrap();
        }
        let whole = robot.get("/api/logs?logKey=Many").await;
        assert_eq!((&whole.headers["total-number"], whole.headers.get("total-number-is-capped")), (&"11000".parse().unwrap(), None));
        assert!(whole.headers["link"].to_str().unwrap().contains("page=550&page_size=20>; rel=\"last\""));
        let capped = robot.get("/api/logs?logKey=Many&enableCap=true&page=3").await;
        assert_eq!((&capped.headers["total-number"], &capped.headers["total-number-is-capped"]), (&"10000".parse().unwrap(), &"true".parse().unwrap()));
        let links = capped.headers["link"].to_str().unwrap();
        assert!(links.contains("rel=\"prev\"") && !links.contains("next") && !links.contains("last"), "{links}");
        assert_eq!(keys(&capped).len(), 20);
    }

    async fn what_cannot_be_a_filter_is_refused(database: Database) {
        let (_app, robot) = managed(database).await;
        let refused = robot.get("/api/logs?userId=&applicationId=x%00&start_time=soon&end_time=-1").await;
        assert_eq!(places(&refused), ["userId", "applicationId", "start_time", "end_time"]);
        assert_eq!(robot.get("/api/logs?start_time=2&end_time=1").await.brief(), "400 log.invalid_time_window");
        assert_eq!(robot.get("/api/logs?page=0").await.brief(), "400 guard.invalid_pagination");
    }
}
