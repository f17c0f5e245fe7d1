//! The kinds of connectors, as programs read them.
use super::support::*;
use crate::oidc::support::text;

on_both! {
    async fn every_kind_of_connector_is_listed_and_read_alone(database: Database) {
        let (_app, robot) = managed(database).await;
        let all = robot.get("/api/connector-factories").await.json();
        let ids: Vec<_> = all.as_array().unwrap().iter().map(|one| text(one, "id").to_owned()).collect();
        let known: Vec<_> = haoma::connectors::FACTORIES.iter().map(|factory| factory.id).collect();
        assert_eq!(ids, known);
        for one in all.as_array().unwrap() {
            assert_eq!(&robot.get(&format!("/api/connector-factories/{}", text(one, "id"))).await.json(), one);
            assert_eq!((&one["type"], &one["isDemo"]), (&json!("Sms"), &json!(false)));
            assert!(text(&one["name"], "en") != text(&one["name"], "zh-CN"));
            assert!(text(one, "logo").starts_with("data:image/svg+xml;base64,"));
            assert!(!text(one, "readme").is_empty());
            assert!(!one["formItems"].as_array().unwrap().is_empty());
        }
    }

    async fn an_unknown_kind_is_not_found(database: Database) {
        let (_app, robot) = managed(database).await;
        for id in ["nothing", "a%20b", "x%00y"] {
            let answer = robot.get(&format!("/api/connector-factories/{id}")).await;
            assert_eq!(answer.brief(), "404 entity.not_found", "{id}");
        }
    }
}
