//! Wire contract B.2: the endpoints, in the order of the table.
use super::*;

on_both! {
    async fn b2_row_1_beginning_answers_204_and_forgets_what_was_before(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = begun(&test, "SignIn").await;
        let id = sent(&mut person, PHONE, "SignIn").await;
        let code = person.reads_sms(PHONE);
        let body = json!({ "interactionEvent": "SignIn", "captchaToken": "anything" });
        assert_eq!(put(&mut person, "", body).await.brief(), "204");
        assert_eq!(person.gives_code(PHONE, &id, &code).await.brief(), "404 session.verification_session_not_found");
        assert_eq!(put(&mut person, "", json!({})).await.brief(), "400 guard.invalid_input");
        // account recovery is not offered: ours refuses what could lead nowhere
        assert_eq!(person.begins("ForgotPassword").await.brief(), "400 session.not_supported_for_forgot_password");
    }

    async fn b2_row_2_switching_answers_204_clears_the_profile_and_keeps_verifications(database: Database) {
        let test = with_experience(database, |sie| sie["signUp"]["identifiers"] = json!(["phone", "username"])).await;
        let mut person = test.visitor();
        let id = person.proves("app", PHONE, "Register").await;
        assert_eq!(person.identifies(&id).await.brief(), "422 user.missing_profile");
        assert_eq!(interaction(&mut person).await["profile"], json!({ "primaryPhone": PHONE }));
        assert_eq!(person.switches("SignIn").await.brief(), "204");
        let told = interaction(&mut person).await;
        assert_eq!((&told["profile"], &told["verificationRecords"][0]["verified"]), (&json!({}), &json!(true)));
        assert_eq!(person.switches("ForgotPassword").await.brief(), "400 session.not_supported_for_forgot_password");
        for (mode, other) in [("SignIn", "Register"), ("Register", "SignIn")] {
            let closed = with_experience(Database::sqlite(), |sie| sie["signInMode"] = json!(mode)).await;
            assert_eq!(begun(&closed, mode).await.switches(other).await.brief(), "403 auth.forbidden", "only {mode}");
        }
    }

    async fn b2_row_3_sending_answers_an_id_or_says_why_not(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = begun(&test, "SignIn").await;
        let path = "verification/verification-code";
        let ask = |identifier: Value| json!({ "identifier": identifier, "interactionEvent": "SignIn" });
        for value in ["", "abc", "86 138", "+"] {
            assert_eq!(post(&mut person, path, ask(phone_identifier(value))).await.brief(), "400 guard.invalid_input", "{value}");
        }
        assert_eq!(post(&mut person, path, ask(json!({ "type": "pigeon", "value": "1" }))).await.brief(), "400 guard.invalid_input");
        let email = post(&mut person, path, ask(json!({ "type": "email", "value": "a@b.example" }))).await;
        assert_eq!(email.brief(), "501 connector.not_found", "nothing here writes e-mail");
        assert!(email.json().get("data").is_none());
        assert_eq!(sent(&mut person, PHONE, "SignIn").await.len(), 21);
        assert_eq!(person.asks_code(PHONE, "SignIn").await.brief(), "429 request.message_rate_limited");
        provider_says(&test, "isv.ACCOUNT_ABNORMAL");
        assert_eq!(person.asks_code(SECOND, "SignIn").await.brief(), "400 connector.general");
    }

    async fn b2_row_4_verifying_answers_the_id_or_says_why_not(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = begun(&test, "SignIn").await;
        let id = sent(&mut person, PHONE, "SignIn").await;
        let code = person.reads_sms(PHONE);
        assert_eq!(person.gives_code(PHONE, "nothing", &code).await.brief(), "404 session.verification_session_not_found");
        let email = json!({ "identifier": { "type": "email", "value": "a@b.example" }, "verificationId": id, "code": code });
        assert_eq!(post(&mut person, "verification/verification-code/verify", email).await.brief(), "404 session.verification_session_not_found");
        assert_eq!(person.gives_code(PHONE, &id, wrong(&code)).await.brief(), "400 verification_code.code_mismatch");
        let right = person.gives_code(PHONE, &id, &code).await;
        assert_eq!((right.brief().as_str(), &right.json()["verificationId"]), ("200", &json!(id)));
    }

    async fn b2_row_5_identification_answers_201_to_who_registers_and_204_to_who_signs_in(database: Database) {
        let test = TestApp::start(database).await;
        let mut first = test.visitor();
        let id = first.proves("app", PHONE, "Register").await;
        let body = json!({ "verificationId": id, "linkSocialIdentity": false });
        assert_eq!(post(&mut first, "identification", body).await.brief(), "201");
        test.advance_secs(61);
        let mut again = test.visitor();
        let id = again.proves("app", PHONE, "SignIn").await;
        assert_eq!(again.identifies(&id).await.brief(), "204");
    }

    async fn b2_row_6_the_profile_keeps_a_verified_number_for_who_registers(database: Database) {
        let test = TestApp::start(database).await;
        user(&test, SECOND, false).await;
        let with = |id: &str| json!({ "type": "phone", "verificationId": id });
        let mut nobody = test.visitor();
        let id = nobody.proves("app", PHONE, "SignIn").await;
        assert_eq!(post(&mut nobody, "profile", with(&id)).await.brief(), "404 session.identifier_not_found");
        nobody.switches("Register").await;
        assert_eq!(post(&mut nobody, "profile", with("nothing")).await.brief(), "404 session.verification_session_not_found");
        assert_eq!(post(&mut nobody, "profile", with(&id)).await.brief(), "204");
        assert_eq!(interaction(&mut nobody).await["profile"], json!({ "primaryPhone": PHONE }));
        assert_eq!(post(&mut nobody, "identification", json!({})).await.brief(), "201", "the kept number is enough");
        assert_eq!(post(&mut nobody, "profile", with(&id)).await.brief(), "422 user.phone_exists_in_profile");
        let mut other = begun(&test, "Register").await;
        let id = sent(&mut other, SECOND, "Register").await;
        assert_eq!(post(&mut other, "profile", with(&id)).await.brief(), "400 session.verification_failed");
        let code = other.reads_sms(SECOND);
        other.gives_code(SECOND, &id, &code).await;
        assert_eq!(post(&mut other, "profile", with(&id)).await.brief(), "422 user.phone_already_in_use");
        for kind in ["email", "social", "username", "password", "extraProfile"] {
            assert_eq!(post(&mut other, "profile", json!({ "type": kind, "value": "x" })).await.brief(), "422 request.feature_not_supported", "{kind}");
        }
        for bad in [json!({ "type": "pigeon" }), json!({ "type": "phone" }), json!({})] {
            assert_eq!(post(&mut other, "profile", bad.clone()).await.brief(), "400 guard.invalid_input", "{bad}");
        }
    }

    async fn b2_row_7_submit_needs_somebody_and_answers_where_to_go(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = begun(&test, "Register").await;
        assert_eq!(person.submits().await.brief(), "404 session.identifier_not_found");
        let id = sent(&mut person, PHONE, "Register").await;
        let code = person.reads_sms(PHONE);
        person.gives_code(PHONE, &id, &code).await;
        person.identifies(&id).await;
        assert!(person.submits().await.json()["redirectTo"].is_string());
    }

    async fn b2_row_8_and_b5_the_interaction_tells_what_happened_and_no_code(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = test.visitor();
        assert_eq!(person.get("/api/experience/interaction").await.brief(), "400 session.not_found");
        person.arrives_from("app").await;
        assert_eq!(person.get("/api/experience/interaction").await.brief(), "404 session.interaction_not_found");
        person.begins("SignIn").await;
        let fresh = interaction(&mut person).await;
        let captcha = json!({ "verified": false, "skipped": true });
        assert_eq!(fresh, json!({ "interactionEvent": "SignIn", "profile": {}, "verificationRecords": [], "captcha": captcha }));
        let id = sent(&mut person, PHONE, "Register").await;
        let code = person.reads_sms(PHONE);
        let told = interaction(&mut person).await;
        let record = &told["verificationRecords"][0];
        for (name, value) in [
            ("id", json!(id)), ("type", json!("PhoneVerificationCode")), ("identifier", phone_identifier(PHONE)),
            ("templateType", json!("Register")), ("verified", json!(false)),
        ] {
            assert_eq!(record[name], value, "{name}");
        }
        assert!(!told.to_string().replace(PHONE, "").contains(&code), "{told}");
        person.gives_code(PHONE, &id, &code).await;
        person.switches("Register").await;
        person.identifies(&id).await;
        let told = interaction(&mut person).await;
        assert_eq!((&told["verificationRecords"][0]["verified"], &told["interactionEvent"]), (&json!(true), &json!("Register")));
        assert!(told["userId"].is_string());
    }

    async fn b2_row_9_and_b6_the_sign_in_experience_is_told_to_everybody(database: Database) {
        let test = TestApp::start(database).await;
        let known = test.visitor().get("/api/.well-known/sign-in-exp?organizationId=x&appId=app").await.json();
        for key in ["tenantId", "id", "color", "branding", "hideLogtoBranding", "languageInfo", "termsOfUseUrl", "privacyPolicyUrl", "supportEmail",
            "supportWebsiteUrl", "unknownSessionRedirectUrl", "agreeToTermsPolicy", "signIn", "signUp", "signInMode", "socialSignIn",
            "socialSignInConnectorTargets", "singleSignOnEnabled", "passkeySignIn", "mfa", "adaptiveMfa", "passwordPolicy",
            "passwordExpiration", "usernamePolicy", "signUpProfileFields", "customCss", "customContent", "customUiAssets", "customUiCsp",
            "captchaPolicy", "sentinelPolicy", "verificationCodePolicy", "phoneRegions"] {
            assert!(known.get(key).is_some(), "{key}");
        }
        for (key, value) in [
            ("socialConnectors", json!([])), ("ssoConnectors", json!([])), ("forgotPassword", json!({ "phone": false, "email": false })),
            ("isDevelopmentTenant", json!(false)), ("phoneRegions", json!({ "allowed": ["CN", "HK", "US"], "default": "CN" })),
            ("signUp", json!({ "identifiers": ["phone"], "password": false, "verify": true })), ("customProfileFields", json!([])), ("customProfileFieldCatalog", json!([])),
        ] {
            assert_eq!(known[key], value, "{key}");
        }
        for hidden in ["emailBlocklistPolicy", "forgotPasswordMethods", "captchaConfig", "googleOneTap"] {
            assert!(known.get(hidden).is_none(), "{hidden}");
        }
    }

    async fn b2_row_10_phrases_come_in_the_language_that_was_asked_for(database: Database) {
        let test = TestApp::start(database).await;
        let path = "/api/.well-known/phrases";
        for (query, accept, lang) in [("", "en", "en"), ("", "zh-CN,en;q=0.5", "zh-CN"), ("?lng=zh-CN", "en", "zh-CN"), ("?lng=fr", "de", "en"), ("?lng=", "zh", "zh-CN")] {
            let answer = test.visitor().with_headers(Method::GET, &format!("{path}{query}"), &[("accept-language", accept)]).await;
            assert_eq!((answer.status.as_u16(), &answer.headers["content-language"]), (200, &lang.parse().unwrap()), "{query} {accept}");
            let words = if lang == "en" { "Get code" } else { "获取验证码" };
            assert_eq!(answer.json()["translation"]["get-code"], words);
            assert!(answer.json()["translation"]["error"]["verification_code"]["expired"].is_string());
        }
    }

    async fn b2_row_11_the_account_center_is_told_to_everybody(database: Database) {
        let test = TestApp::start(database).await;
        let told = test.visitor().get("/api/.well-known/account-center").await;
        assert_eq!((told.brief().as_str(), &told.json()["enabled"]), ("200", &json!(false)));
    }

    async fn b2_row_12_status_is_204_and_there_is_no_key_that_tells_more(database: Database) {
        let test = TestApp::start(database).await;
        for headers in [&[][..], &[("logto-status-api-key", "any")]] {
            let answer = test.visitor().with_headers(Method::GET, "/api/status", headers).await;
            assert_eq!(answer.brief(), "204");
            assert!(answer.headers.get("logto-tenant-id").is_none());
        }
    }
}
