//! A form that was sent when the session was over.
use axum::http::{Method, StatusCode};
use haoma_store::administrators;

use super::{OTHER, PASSWORD, owner, problem, sets_up_second, with_role};
use crate::support::TestApp;
use crate::support::visitor::{Answer, hidden};

const NEW: [(&str, &str); 2] = [("name", "wang & sons"), ("role", "viewer")];

/// The form in the sign-in page that answers one whose session is over.
fn kept(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.text);
    assert!(answer.text.contains("What you sent is kept") && !answer.text.contains("wang"));
    hidden(&answer.text, "form")
}

on_both! {
    async fn an_hour_of_rest_loses_no_form(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        test.advance_secs(60 * 60);
        let form = [("name", "wang"), ("role", "viewer"), ("current_password", PASSWORD)];
        let form = kept(&li.posts("/console/administrators", &form).await);
        assert_eq!(administrators::list(&test.app.db).await.unwrap().len(), 1, "nothing was done");
        let zh = li.posts("/console/sign-in?ui_locales=zh-CN", &[("form", &form)]).await;
        assert!(zh.text.contains("您提交的内容已保留") && hidden(&zh.text, "form") == form, "in another language");
        let back = li.posts("/console/sign-in?ui_locales=en", &[("form", &form)]).await;
        assert_eq!(kept(&back), form);
        let wrong = li.posts("/console/sign-in", &[("name", "li"), ("password", OTHER), ("form", &form)]).await;
        assert_eq!((problem(&wrong.text), hidden(&wrong.text, "form")), ("administrator.wrong_credentials", form.clone()));
        let again = li.posts("/console/sign-in", &[("name", "li"), ("password", PASSWORD), ("form", &form)]).await;
        assert_eq!(again.status, StatusCode::OK, "{}", again.text);
        assert!(again.text.contains("What you sent from “Administrators”") && !again.text.contains(PASSWORD));
        assert!(again.text.contains("Nothing you typed is lost"));
        assert_eq!(administrators::list(&test.app.db).await.unwrap().len(), 1, "nothing happens by itself");
        let zh = li.posts("/console/resume?ui_locales=zh-CN", &[("form", &form)]).await;
        assert!(zh.text.contains("您已重新登录") && hidden(&zh.text, "name") == "wang");
        let (_, rest) = again.text.split_once("<form class=\"row\" method=\"post\" action=\"").unwrap();
        let path = rest.split('"').next().unwrap();
        let form = ["name", "role", "resumed"].map(|name| (name, hidden(&again.text, name)));
        let mut form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let asked = li.posts(path, &form).await;
        assert_eq!(asked.status, StatusCode::FORBIDDEN, "a sensitive deed of before is named, and proved again");
        assert_eq!(administrators::list(&test.app.db).await.unwrap().len(), 1);
        form.push(("current_password", PASSWORD));
        assert_eq!(li.posts(path, &form).await.status, StatusCode::OK);
        assert!(administrators::find_by_name(&test.app.db, "wang").await.unwrap().is_some());
    }

    async fn a_form_is_kept_through_the_second_factor(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let secret = sets_up_second(&test, &mut li).await;
        test.advance_secs(60 * 60);
        let wizard = "/console/connectors/new/aliyun-short-message-service";
        let typed = [("accessKeyId", "LTAI-half-typed"), ("accessKeySecret", "swordfish"), ("step", "test")];
        let form = hidden(&li.posts(wizard, &typed).await.text, "form");
        let asked = li.posts("/console/sign-in", &[("name", "li"), ("password", PASSWORD), ("form", &form)]).await;
        assert!(asked.text.contains("name=\"code\"") && hidden(&asked.text, "form") == form, "{}", asked.text);
        let second = "/console/sign-in/second";
        let zh = li.posts(&format!("{second}?ui_locales=zh-CN"), &[("form", &form)]).await;
        assert!(zh.text.contains("name=\"code\"") && hidden(&zh.text, "form") == form);
        let wrong = li.posts(second, &[("code", "000000"), ("form", &form)]).await;
        assert_eq!(hidden(&wrong.text, "form"), form);
        let code = secret.shown(test.app.clock.now());
        let again = li.posts(second, &[("code", &code), ("form", &form)]).await;
        for (name, value) in [typed[0], typed[2]] {
            assert_eq!(hidden(&again.text, name), value, "{}", again.text);
        }
        assert!(again.text.contains(&format!("action=\"{wizard}\"")));
        assert!(again.text.contains("除密码和密钥需要重新填写外") && !again.text.contains("swordfish"), "{}", again.text);
    }

    async fn a_form_is_for_whom_it_was_kept_and_not_for_ever(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        with_role(&test, &mut li, "wang", "owner").await;
        test.advance_secs(60 * 60);
        let form = kept(&li.posts("/console/administrators", &NEW).await);
        let mut wang = li.clone();
        let other = wang.posts("/console/sign-in", &[("name", "wang"), ("password", PASSWORD), ("form", &form)]).await;
        assert_eq!(other.location(), "/console", "another's rights");
        for damaged in ["x", form.trim_start_matches('v'), &format!("{form}A")] {
            let gone = li.posts("/console/sign-in", &[("name", "li"), ("password", PASSWORD), ("form", damaged)]).await;
            assert_eq!(gone.location(), "/console");
        }
        test.advance_secs(12 * 60 * 60);
        let late = li.posts("/console/sign-in", &[("name", "li"), ("password", PASSWORD), ("form", &form)]).await;
        assert_eq!(late.location(), "/console");
    }

    async fn nothing_is_kept_that_nobody_typed(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let stranger = test.visitor().posts("/console/administrators", &NEW).await;
        assert_eq!(stranger.location(), "/console/sign-in?next=%2Fconsole", "nobody's form");
        test.advance_secs(60 * 60);
        let secret = [("current_password", PASSWORD), ("new_password", OTHER)];
        for path in ["/console/account/password", "/console/sign-out"] {
            assert_eq!(li.posts(path, &secret).await.status, StatusCode::SEE_OTHER, "{path}");
        }
        let huge = "x".repeat(60 * 1024);
        assert_eq!(li.posts("/console/administrators", &[("name", &huge)]).await.status, StatusCode::SEE_OTHER);
        let form = Some(("application/x-www-form-urlencoded", "name=x".to_owned()));
        for kind in ["iframe", "empty"] {
            let preview = li.send_with(Method::POST, "/console/sign-in-experience/preview", form.clone(), &[("sec-fetch-dest", kind)]).await;
            assert_eq!(preview.status, StatusCode::SEE_OTHER, "{kind}");
        }
    }

    async fn a_form_larger_than_any_is_refused(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let huge = "x".repeat(65 * 1024);
        let refused = li.posts("/console/administrators", &[("name", &huge)]).await;
        assert_eq!(refused.brief(), "413 request.too_large");
    }
}
