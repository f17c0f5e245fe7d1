//! Wire contract A.5: end-to-end redirects and cookies.
use super::*;
use crate::oidc::support::{PHONE, cookie_names, text};

on_both! {
    async fn a5_row_1_the_authorization_request_leads_to_the_sign_in_page_with_its_cookies(database: Database) {
        let test = TestApp::start(database).await;
        let first = test.visitor().arrives_from("app").await;
        assert_eq!((first.status.as_u16(), first.location().as_str()), (303, "/sign-in?app_id=app"));
        let set = cookie_names(&first);
        for name in ["_interaction", "_interaction.sig", "_interaction_resume", "_interaction_resume.sig", "_logto"] {
            assert!(set.contains(&name.to_owned()), "{name}: {set:?}");
        }
    }

    async fn a5_row_2_submit_answers_an_absolute_address_of_the_authorization_endpoint(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = test.visitor();
        let id = person.proves("app", PHONE, "Register").await;
        person.identifies(&id).await;
        let answer = person.submits().await;
        assert_eq!(answer.brief(), "200");
        assert!(text(&answer.json(), "redirectTo").starts_with("https://id.example.com/oidc/auth/"));
    }

    async fn a5_rows_3_to_5_session_and_new_interaction_come_together_and_consent_leads_on(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = test.visitor();
        let id = person.proves("app", PHONE, "Register").await;
        person.identifies(&id).await;
        let resume = text(&person.submits().await.json(), "redirectTo").to_owned();
        let third = person.get(&resume).await;
        assert_eq!((third.status.as_u16(), third.location().as_str()), (303, "/consent?app_id=app"), "row 3");
        let set = cookie_names(&third);
        for name in ["_session", "_session.sig", "_interaction", "_interaction.sig", "_interaction_resume"] {
            assert!(set.contains(&name.to_owned()), "row 3, {name}: {set:?}");
        }
        let fourth = person.get("/consent").await;
        assert_eq!(fourth.status.as_u16(), 302, "row 4");
        assert!(fourth.location().starts_with("https://id.example.com/oidc/auth/") && fourth.location() != resume, "row 4");
        let fifth = person.get(&fourth.location()).await;
        assert_eq!(fifth.status.as_u16(), 303, "row 5");
        let home = fifth.location();
        for part in ["https://app.example.com/callback?code=", "state=a-state", "iss=https%3A%2F%2Fid.example.com%2Foidc"] {
            assert!(home.contains(part), "row 5: {home}");
        }
    }

    async fn a5_after_the_table_a_living_session_answers_at_once(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = test.visitor();
        person.signs_in("app", PHONE, "Register").await;
        let again = person.get(&crate::support::visitor::authorization_request("app", "").replace("&prompt=consent", "")).await;
        assert_eq!(again.status.as_u16(), 303);
        assert!(again.location().starts_with("https://app.example.com/callback?code="), "{}", again.location());
    }
}
