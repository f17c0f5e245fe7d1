//! Forms that pages of other sites post here. A browser sends none of our cookies with them, and takes those that the answer sets.
use super::support::*;

const END: &str = "/oidc/session/end";

/// The fields of an authorization request.
fn fields(path: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(path.split_once('?').unwrap().1.as_bytes()).into_owned().collect()
}

/// Posts these fields from a page of another site; where the browser is sent, if nothing was changed in it.
async fn posts(visitor: &mut Visitor, path: &str, fields: &[(String, String)]) -> String {
    let pairs: Vec<_> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let before = visitor.jar();
    let answer = visitor.posts_from_elsewhere(path, &pairs).await;
    assert_eq!(answer.status.as_u16(), 303, "{path}: {}", answer.text);
    assert_eq!(visitor.jar(), before, "{path}: no cookie comes or goes");
    assert_eq!(cookie_names(&answer), [""; 0], "{path}");
    answer.location()
}

/// Posts these fields from a page of another site, which are for no address: they come back as a form of ours, whose button is pressed.
async fn posts_twice(visitor: &mut Visitor, path: &str, fields: &[(&str, &str)]) -> Answer {
    let before = visitor.jar();
    let page = visitor.posts_from_elsewhere(path, fields).await;
    assert_eq!((page.status, visitor.jar()), (StatusCode::OK, before), "{}", page.text);
    assert!(
        page.text.contains(&format!("action=\"https://id.example.com{path}\"")),
        "{}",
        page.text
    );
    assert!(!page.headers.contains_key("location"));
    let again: Vec<_> = fields.iter().map(|(name, _)| (*name, hidden(&page.text, name))).collect();
    let again: Vec<_> = again.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(again.as_slice(), fields, "nothing is lost");
    let ours = [("origin", "https://id.example.com"), ("sec-fetch-site", "same-origin")];
    visitor.send_with(Method::POST, path, Some((FORM, form(&again))), &ours).await
}

/// Whether somebody is signed in in this browser.
async fn is_signed_in(visitor: &mut Visitor) -> bool {
    visitor.get(&plain("app", "&prompt=none")).await.location().contains("code=")
}

/// How much is allowed to anybody.
async fn grants(app: &TestApp) -> i64 {
    app.app.db.read("SELECT COUNT(*) FROM grants", vec![]).await.unwrap()[0].int(0).unwrap()
}

on_both! {
    async fn s55_a_form_of_another_site_signs_nobody_out_without_asking(database: Database) {
        let app = TestApp::start(database).await;
        let (mut visitor, tokens) = signed_in(&app, "app").await;
        let nothing: &[(&str, &str)] = &[];
        let named = [("client_id", "app"), ("post_logout_redirect_uri", "https://app.example.com/")];
        for sent in [nothing, &named] {
            let sent: Vec<_> = sent.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            let to = posts(&mut visitor, END, &sent).await;
            assert!(to.starts_with("/oidc/session/end?"), "{to}");
            let page = visitor.get(&to).await;
            assert_eq!(page.status, StatusCode::OK, "{}", page.text);
            assert!(page.text.contains("op.logoutForm"), "the person is asked");
            assert!(is_signed_in(&mut visitor).await);
        }
        assert_eq!(me(&app, text(&tokens, "access_token")).await.status, StatusCode::OK);
    }

    async fn s55_an_application_that_signs_out_by_a_form_ends_everything(database: Database) {
        let app = TestApp::start(database).await;
        let (mut visitor, tokens) = signed_in(&app, "app").await;
        let sent = [
            ("id_token_hint", text(&tokens, "id_token")),
            ("post_logout_redirect_uri", "https://app.example.com/"),
            ("state", "bye & hello"),
        ];
        let mut idle = visitor.clone();
        idle.posts_from_elsewhere(END, &sent).await;
        assert!(is_signed_in(&mut idle).await, "nothing has happened yet");
        let done = posts_twice(&mut visitor, END, &sent).await;
        assert_eq!((done.status.as_u16(), done.location().as_str()), (303, "https://app.example.com/?state=bye+%26+hello"));
        assert!(cookie_names(&done).contains(&"_session".to_owned()), "it goes with its session");
        assert!(!is_signed_in(&mut visitor).await);
        assert_eq!(me(&app, text(&tokens, "access_token")).await.status, StatusCode::UNAUTHORIZED);
        let refreshed = refresh(&app, "app", text(&tokens, "refresh_token"), None).await;
        assert_eq!(refreshed.brief(), "400 oidc.invalid_grant");
    }

    async fn who_is_not_signed_in_keeps_their_cookies_when_an_application_signs_them_out(database: Database) {
        let app = TestApp::start(database).await;
        let mut visitor = app.visitor();
        visitor.arrives_from("app").await;
        let done = visitor.get("/oidc/session/end?client_id=app").await;
        assert_eq!(done.location(), "https://id.example.com/oidc/session/end/success");
        assert!(!cookie_names(&done).contains(&"_session".to_owned()));
        assert!(visitor.begins("Register").await.status.is_success(), "the sign-in under way goes on");
    }

    async fn an_application_that_begins_a_sign_in_by_a_form_finds_who_is_signed_in(database: Database) {
        let app = TestApp::start(database).await;
        let (mut visitor, _) = signed_in(&app, "app").await;
        for path in [plain("app", ""), plain("app", "&prompt=none")] {
            let to = posts(&mut visitor, "/oidc/auth", &fields(&path)).await;
            let answer = visitor.get(&to).await;
            assert!(answer.location().contains("code="), "{}", answer.location());
        }
        assert!(is_signed_in(&mut visitor).await, "and stays it");
        let mut stranger = app.visitor();
        let to = posts(&mut stranger, "/oidc/auth", &fields(&plain("app", ""))).await;
        assert_eq!(stranger.get(&to).await.location(), "/sign-in?app_id=app");
        assert!(stranger.begins("Register").await.status.is_success(), "by cookies of that answer");
    }

    async fn a_token_that_was_posted_is_put_into_no_address(database: Database) {
        let app = TestApp::start(database).await;
        let (mut visitor, tokens) = signed_in(&app, "app").await;
        let sent = fields(&plain("app", "&prompt=none"));
        let mut sent: Vec<_> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        sent.push(("id_token_hint", text(&tokens, "id_token")));
        let answer = posts_twice(&mut visitor, "/oidc/auth", &sent).await;
        assert!(answer.location().contains("code=") && !answer.location().contains("hint"), "{}", answer.location());
    }

    async fn what_is_refused_is_refused_at_once(database: Database) {
        let app = TestApp::start(database).await;
        let mut visitor = app.visitor();
        let evil = authorization_request("app", "").replace("app.example.com", "evil.example");
        let pairs = fields(&evil);
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(visitor.posts_from_elsewhere("/oidc/auth", &pairs).await.brief(), "400 oidc.invalid_redirect_uri");
        let evil = [("client_id", "app"), ("post_logout_redirect_uri", "https://evil.example/")];
        assert_eq!(visitor.posts_from_elsewhere(END, &evil).await.brief(), "400 oidc.invalid_request");
        assert_eq!(visitor.jar(), [""; 0]);
    }

    async fn what_is_too_long_for_an_address_goes_on_as_a_form_of_ours(database: Database) {
        let app = TestApp::start(database).await;
        let (mut visitor, _) = signed_in(&app, "app").await;
        let state = "s".repeat(5000);
        let mut sent = fields(&plain("app", ""));
        sent.retain(|(name, _)| name != "state");
        sent.push(("state".to_owned(), state.clone()));
        let pairs: Vec<_> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let before = visitor.jar();
        let page = visitor.posts_from_elsewhere("/oidc/auth", &pairs).await;
        assert_eq!((page.status, visitor.jar()), (StatusCode::OK, before));
        assert!(page.text.contains("action=\"https://id.example.com/oidc/auth\""), "{}", page.text);
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("form-action 'self' https://app.example.com;"), "{policy}");
        assert_eq!(hidden(&page.text, "state"), state);
        // what that page's form sends comes from us, with the cookies
        let form = form(&pairs);
        let ours = [("origin", "https://id.example.com"), ("sec-fetch-site", "same-origin")];
        let answer = visitor.send_with(Method::POST, "/oidc/auth", Some((FORM, form)), &ours).await;
        assert!(answer.location().contains("code="), "{}", answer.location());
        let out = [("client_id", "app"), ("state", state.as_str())];
        let page = visitor.posts_from_elsewhere(END, &out).await;
        assert!(page.text.contains("action=\"https://id.example.com/oidc/session/end\""), "{}", page.text);
        assert!(is_signed_in(&mut visitor).await);
    }

    async fn what_was_allowed_in_a_session_that_has_run_out_is_found_when_its_person_comes_back(database: Database) {
        let app = TestApp::start(database).await;
        let (mut visitor, tokens) = signed_in(&app, "app").await;
        let mut leaving = visitor.clone();
        app.advance_secs(15 * 86_400);
        assert!(!is_signed_in(&mut visitor).await, "the session has run out");
        // signing in again takes along what was allowed
        let callback = signs_in_by(&mut visitor, &plain("app", "")).await;
        let again = exchange(&app, "app", &parameter(&callback, "code")).await.json();
        assert_eq!(grants(&app).await, 1, "one grant, in the new session");
        let hint = form(&[("id_token_hint", text(&again, "id_token"))]);
        visitor.get(&format!("{END}?{hint}")).await;
        assert_eq!(grants(&app).await, 0);
        // who has left already leaves nothing behind
        let gone = leaving.get(&format!("{END}?{}", form(&[("id_token_hint", text(&tokens, "id_token"))]))).await;
        assert_eq!(gone.status.as_u16(), 303);
    }

    async fn s55_signing_out_ends_what_was_allowed_in_a_session_that_has_run_out(database: Database) {
        let app = TestApp::start(database).await;
        let (mut visitor, tokens) = signed_in(&app, "app").await;
        app.advance_secs(15 * 86_400);
        // purged meanwhile
        app.app.db.write(haoma_store::Step::new("DELETE FROM sessions", vec![])).await.unwrap();
        let page = visitor.get(&format!("{END}?client_id=app")).await;
        assert_eq!(page.status, StatusCode::OK, "without a hint the person is asked: {}", page.text);
        let hint = form(&[("id_token_hint", text(&tokens, "id_token"))]);
        let done = visitor.get(&format!("{END}?{hint}")).await;
        assert_eq!(done.status.as_u16(), 303, "{}", done.text);
        assert_eq!(grants(&app).await, 0, "and its refresh tokens with it");
    }
}
