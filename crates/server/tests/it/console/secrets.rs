//! Secrets of applications, as the console makes them.
use axum::http::StatusCode;

use super::owner;
use crate::support::TestApp;

on_both! {
    async fn a_secret_is_everlasting_only_when_that_was_chosen(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let made = li.posts("/console/applications", &[("name", "Shop"), ("type", "Traditional")]).await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.text);
        let (_, rest) = made.text.split_once("action=\"/console/applications/").unwrap();
        let path = format!("/console/applications/{}/secrets", rest.split(['/', '"']).next().unwrap());
        for life in ["0", "-1", "3651", "99999999999999999999", "1.5", "never", "30 days"] {
            let refused = li.posts(&path, &[("name", "second"), ("life", life)]).await;
            assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{life}");
            assert!(refused.text.contains("Choose how long the secret is valid."), "{life}");
            assert!(refused.text.contains("value=\"second\""), "what was typed is kept");
        }
        let both = li.posts(&path, &[("name", ""), ("life", "never")]).await;
        assert!(both.text.contains("Choose how long") && both.text.contains("Give it a name"), "both at once");
        assert!(!li.get(&path).await.text.contains("second"));
        for (name, life) in [("short", "30"), ("long", "")] {
            assert_eq!(li.posts(&path, &[("name", name), ("life", life)]).await.status, StatusCode::OK);
        }
        let page = li.get(&path).await.text;
        assert!(page.contains("short") && page.contains("long"));
    }
}
