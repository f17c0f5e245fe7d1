//! `/account` in the browser, without scripts.
use super::*;
use crate::support::visitor::hidden;

/// Somebody who is signed in in this browser.
async fn browser(test: &TestApp, client: &str, phone: &str) -> Visitor {
    member(test, client, phone, SCOPES).await.browser
}

/// Fills in the form of a page and sends it somewhere.
pub(crate) async fn sends(
    person: &mut Visitor,
    page: &str,
    to: &str,
    fields: &[(&str, &str)],
) -> Answer {
    let csrf = hidden(&person.get(page).await.text, "csrf");
    let mut all = vec![("csrf", csrf.as_str())];
    all.extend(fields);
    person.posts(to, &all).await
}

/// From the beginning to the question whether the number shall be changed.
pub(crate) async fn reaches_the_end(person: &mut Visitor, old: &str, new: &str) {
    let sent = sends(person, "/account/phone", "/account/phone", &[]).await;
    assert_eq!(
        (sent.status.as_u16(), sent.location().as_str()),
        (303, "/account/phone/confirm"),
        "{}",
        sent.text
    );
    let code = person.reads_sms(old);
    let given =
        sends(person, "/account/phone/confirm", "/account/phone/confirm", &[("code", &code)]).await;
    assert_eq!(given.location(), "/account/phone/new");
    let sent = sends(
        person,
        "/account/phone/new",
        "/account/phone/new",
        &[("country", "CN"), ("phone", new.strip_prefix("86").unwrap())],
    )
    .await;
    assert_eq!(sent.location(), "/account/phone/verify");
    let code = person.reads_sms(new);
    let given =
        sends(person, "/account/phone/verify", "/account/phone/verify", &[("code", &code)]).await;
    assert_eq!(given.location(), "/account/phone/finish");
}

on_both! {
    async fn who_is_not_signed_in_goes_through_sign_in_and_comes_back(database: Database) {
        let test = open(database).await;
        let mut person = test.visitor();
        let away = person.get("/account").await.location();
        assert!(away.starts_with("/oidc/auth?client_id=account-center&"), "{away}");
        assert_eq!(person.get(&away).await.location(), "/sign-in?app_id=account-center");
        person.begins("Register").await;
        let sent = person.asks_code(PHONE, "Register").await.json();
        let id = text(&sent, "verificationId");
        let code = person.reads_sms(PHONE);
        person.gives_code(PHONE, id, &code).await;
        person.identifies(id).await;
        let mut at = text(&person.submits().await.json(), "redirectTo").to_owned();
        while !at.ends_with("/account") {
            let answer = person.get(&at).await;
            assert!(answer.status.is_redirection(), "{at}: {}", answer.text);
            at = answer.location();
        }
        let page = person.get("/account").await;
        assert_eq!(page.status.as_u16(), 200);
        assert!(page.text.contains("+86 138****8000") && !page.text.contains(PHONE), "masked");
        assert!(!page.text.contains("account-center</strong>"), "the page itself is no application");
        let form = person.clone().posts("/account/name", &[("name", "x")]).await;
        assert_eq!(form.status.as_u16(), 403, "without the hidden field");
        let stranger = test.visitor().posts("/account/name", &[("name", "x")]).await;
        assert_eq!(stranger.location(), "/account");
    }

    async fn s65_the_number_is_changed_step_by_step(database: Database) {
        let test = open(database).await;
        let mut elsewhere = browser(&test, "other", PHONE).await;
        let mut person = browser(&test, "app", PHONE).await;
        reaches_the_end(&mut person, PHONE, NEW).await;
        let page = person.get("/account/phone/finish").await.text;
        assert!(page.contains("+86 138****8001") && page.contains("name=\"others\""));
        let done = sends(&mut person, "/account/phone/finish", "/account/phone/finish", &[("others", "end")]).await;
        assert_eq!(done.location(), "/account?note=phone-changed");
        let page = person.get("/account?note=phone-changed").await.text;
        assert!(page.contains("+86 138****8001") && page.contains("Your number is changed."));
        assert!(elsewhere.get("/account").await.location().starts_with("/oidc/auth"), "signed out elsewhere");
        let again = sends(&mut person, "/account", "/account/phone/finish", &[]).await;
        assert_eq!(again.status.as_u16(), 401, "the proof is used up");
    }

    async fn no_step_can_be_left_out(database: Database) {
        let test = open(database).await;
        let mut person = browser(&test, "app", PHONE).await;
        for (path, to) in [("/account/phone/confirm", "/account/phone"), ("/account/phone/new", "/account/phone"), ("/account/phone/verify", "/account/phone/new"), ("/account/phone/finish", "/account/phone")] {
            assert_eq!(person.get(path).await.location(), to, "{path}");
        }
        let sent = sends(&mut person, "/account", "/account/phone/new", &[("phone", "13800138001")]).await;
        assert_eq!(sent.location(), "/account/phone", "nothing is sent before the old number is proved");
        assert_eq!(person.messages(NEW), 0);
        sends(&mut person, "/account/phone", "/account/phone", &[]).await;
        assert_eq!(person.get("/account/phone/new").await.location(), "/account/phone", "sent is not proved");
        let code = person.reads_sms(PHONE);
        let wrong = if code == "000000" { "000001" } else { "000000" };
        let refused = sends(&mut person, "/account/phone/confirm", "/account/phone/confirm", &[("code", wrong)]).await;
        assert_eq!(refused.status.as_u16(), 400);
        assert!(refused.text.contains("You have 4 tries left.") && refused.text.contains("data-wait"), "with the countdown");
        for (typed, status) in [("", 422), ("12", 422)] {
            assert_eq!(sends(&mut person, "/account/phone/confirm", "/account/phone/confirm", &[("code", typed)]).await.status.as_u16(), status);
        }
        // what another browser proved does not count in this one
        test.advance_secs(61);
        let mut other = browser(&test, "other", PHONE).await;
        reaches_the_end(&mut other, PHONE, NEW).await;
        assert_eq!(person.get("/account/phone/finish").await.location(), "/account/phone");
    }

    async fn a_proof_grows_old_and_a_taken_number_is_said(database: Database) {
        let test = open(database).await;
        browser(&test, "app", NEW).await;
        let mut person = browser(&test, "app", PHONE).await;
        reaches_the_end(&mut person, PHONE, NEW).await;
        let taken = sends(&mut person, "/account/phone/finish", "/account/phone/finish", &[]).await;
        assert_eq!(taken.status.as_u16(), 422);
        assert!(taken.text.contains("user.phone_already_in_use"));
        let own = sends(&mut person, "/account/phone/new", "/account/phone/new", &[("country", "CN"), ("phone", "13800138000")]).await;
        assert!(own.text.contains("phone.own"), "one's own number is no new one");
        test.advance_secs(300);
        assert_eq!(person.get("/account/phone/new").await.location(), "/account/phone");
        let late = sends(&mut person, "/account", "/account/phone/finish", &[]).await;
        assert_eq!(late.status.as_u16(), 401);
    }

    async fn names_sessions_and_access_are_in_ones_own_hands(database: Database) {
        let test = open(database).await;
        let third = member(&test, "third", PHONE, SCOPES).await;
        let mut person = browser(&test, "app", PHONE).await;
        let long = "x".repeat(129);
        assert_eq!(sends(&mut person, "/account", "/account/name", &[("name", &long)]).await.status.as_u16(), 422);
        assert_eq!(sends(&mut person, "/account", "/account/name", &[("name", " 王小明 ")]).await.location(), "/account?note=name-saved");
        let page = person.get("/account").await.text;
        assert!(page.contains("value=\"王小明\"") && page.contains("Third party"), "{page}");
        let gone = sends(&mut person, "/account", "/account/applications/third/end", &[]).await;
        assert_eq!(gone.location(), "/account?note=access-ended");
        assert_eq!(third.get("/api/my-account").await.brief(), "401 auth.unauthorized");
        let others = sends(&mut person, "/account", "/account/sessions/end-others", &[]).await;
        assert_eq!(others.location(), "/account?note=others-ended");
        let mut theirs = third.browser.clone();
        assert!(theirs.get("/account").await.location().starts_with("/oidc/auth"));
        let page = person.get("/account").await.text;
        let action = page.split("action=\"/account/sessions/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let out = sends(&mut person, "/account", &format!("/account/sessions/{action}"), &[]).await;
        assert_eq!(out.status.as_u16(), 200);
        assert!(person.get("/account").await.location().starts_with("/oidc/auth"), "signed out here");
    }

    async fn the_page_obeys_the_account_center_and_another_persons_form_is_none(database: Database) {
        let test = open(database).await;
        let mut person = browser(&test, "app", PHONE).await;
        let mut other = browser(&test, "app", OTHER).await;
        let csrf = hidden(&other.get("/account").await.text, "csrf");
        assert_eq!(person.posts("/account/name", &[("csrf", &csrf), ("name", "Evil")]).await.status.as_u16(), 403);
        let mine = hidden(&person.get("/account").await.text, "csrf");
        set(&test, |center| { control(center, "phone", Control::ReadOnly); control(center, "name", Control::Off); control(center, "session", Control::Off); }).await;
        let page = person.get("/account").await.text;
        assert!(page.contains("138****8000") && !page.contains("/account/phone\"") && !page.contains("name=\"name\"") && !page.contains("/account/sessions/"));
        for path in ["/account/phone", "/account/name", "/account/sessions/end-others", "/account/applications/app/end"] {
            assert_eq!(person.posts(path, &[("csrf", &mine)]).await.status.as_u16(), 400, "{path}");
        }
        set(&test, |center| center.enabled = false).await;
        assert_eq!(person.get("/account").await.status.as_u16(), 404);
        assert_eq!(person.get("/api/my-account").await.status.as_u16(), 401, "the cookie opens no API");
    }
}
