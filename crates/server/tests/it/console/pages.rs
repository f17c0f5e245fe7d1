//! Pages for what is not there, and the page of all components.
use axum::http::header::ALLOW;
use axum::http::{Method, StatusCode};

use super::{PASSWORD, owner, with_role};
use crate::support::TestApp;

on_both! {
    async fn an_error_of_the_console_is_a_page_of_the_console(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let mut wang = with_role(&test, &mut li, "wang", "viewer").await;
        li.reads_html();
        wang.reads_html();
        let lost = li.get("/console/nowhere/at/all").await;
        assert_eq!(lost.status, StatusCode::NOT_FOUND);
        assert!(lost.text.contains("Haoma Console") && lost.text.contains("href=\"/console\""), "{}", lost.text);
        let refused = wang.get("/console/administrators?ui_locales=zh-CN").await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(refused.text.contains("Haoma 控制台") && refused.text.contains("没有权限"), "{}", refused.text);
        let again = wang.get("/console/administrators").await;
        assert!(again.text.contains("没有权限"), "the language chosen before");
    }

    async fn the_page_of_all_components_is_in_the_demo_only(database: Database) {
        let test = TestApp::start_demo(database).await;
        let mut li = owner(&test).await;
        assert_eq!(test.visitor().get("/console/_components").await.status, StatusCode::SEE_OTHER);
        for language in ["en", "zh-CN"] {
            let shown = li.get(&format!("/console/_components?ui_locales={language}")).await;
            assert_eq!(shown.status, StatusCode::OK);
            assert!(shown.text.contains("role=\"switch\"") && shown.text.contains("class=\"stepper\""));
        }
        let test = TestApp::start(test.end()).await;
        let mut wang = test.visitor();
        wang.posts("/console/sign-in", &[("name", "li"), ("password", PASSWORD)]).await;
        assert_eq!(wang.get("/console/_components").await.status, StatusCode::NOT_FOUND);
    }

    async fn a_method_that_an_address_does_not_take_is_told_in_words(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = test.visitor();
        for (path, allowed) in [("/api/status", "GET,HEAD"), ("/api/users", "GET,HEAD,POST"), ("/console/account", "GET,HEAD"), ("/sign-in", "GET,HEAD,POST")] {
            let told = li.request(Method::DELETE, path, None).await;
            assert_eq!(told.brief(), "405 request.method_not_allowed", "{path}");
            let mut methods: Vec<_> = told.headers[ALLOW].to_str().unwrap().split(',').collect();
            methods.sort_unstable();
            assert_eq!(methods.join(","), allowed, "{path}");
        }
        li.reads_html();
        let api = li.request(Method::DELETE, "/api/users", None).await;
        assert_eq!(api.brief(), "405 request.method_not_allowed", "the API speaks JSON to everybody");
        let page = li.request(Method::DELETE, "/console/account?ui_locales=zh-CN", None).await;
        assert_eq!((page.status, page.headers[ALLOW].to_str().unwrap()), (StatusCode::METHOD_NOT_ALLOWED, "GET,HEAD"));
        assert!(page.text.contains("Haoma 控制台") && page.text.contains("该地址不接受此类请求"), "{}", page.text);
    }
}
