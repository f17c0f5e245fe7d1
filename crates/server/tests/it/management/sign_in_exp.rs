//! The sign-in experience through the API: partial changes of a document that is checked as a whole.
use super::support::*;
use crate::oidc::support::text;

const PATH: &str = "/api/sign-in-exp";

on_both! {
    async fn every_field_of_the_contract_is_shown(database: Database) {
        let (_app, robot) = managed(database).await;
        let shown = robot.get(PATH).await.json();
        assert_eq!((&shown["id"], &shown["tenantId"], &shown["signInMode"]), (&json!("default"), &json!("default"), &json!("SignInAndRegister")));
        for key in ["color", "branding", "hideLogtoBranding", "languageInfo", "termsOfUseUrl", "privacyPolicyUrl", "supportEmail",
            "supportWebsiteUrl", "unknownSessionRedirectUrl", "agreeToTermsPolicy", "signIn", "signUp", "socialSignIn",
            "socialSignInConnectorTargets", "singleSignOnEnabled", "passkeySignIn", "mfa", "adaptiveMfa", "passwordPolicy",
            "passwordExpiration", "usernamePolicy", "forgotPasswordMethods", "emailBlocklistPolicy", "signUpProfileFields", "customCss",
            "customContent", "customUiAssets", "customUiCsp", "captchaPolicy", "sentinelPolicy", "verificationCodePolicy", "phoneRegions"] {
            assert!(shown.get(key).is_some(), "{key}");
        }
        assert_eq!(robot.patch(PATH, shown.clone()).await.json(), shown, "what was read may be sent back");
    }

    async fn given_fields_are_replaced_and_the_rest_stays(database: Database) {
        let (app, robot) = managed(database).await;
        let before = robot.get(PATH).await.json();
        let given = json!({
            "color": { "primaryColor": "#112233", "isDarkModeEnabled": false, "darkPrimaryColor": "#445566" },
            "termsOfUseUrl": "https://example.com/terms", "mfa": { "factors": ["Totp"], "policy": "Mandatory" },
            "verificationCodePolicy": { "expirationDuration": 120 }, "id": "another", "unknown": 1,
        });
        let after = robot.patch(PATH, given.clone()).await;
        assert_eq!(after.status.as_u16(), 200, "{}", after.text);
        let after = after.json();
        for key in ["color", "termsOfUseUrl", "mfa", "verificationCodePolicy"] {
            assert_eq!(after[key], given[key], "{key}");
        }
        assert_eq!((&after["id"], after.get("unknown"), &after["signIn"]), (&json!("default"), None, &before["signIn"]));
        assert_eq!(robot.get(PATH).await.json(), after);
        let public = app.visitor().get("/api/.well-known/sign-in-exp").await.json();
        assert_eq!(public["color"]["primaryColor"], "#112233", "in use at once");
        assert_eq!(app.app.codes().expiration_duration, 120);
        app.advance_secs(1);
        assert_eq!(robot.patch(PATH, json!({ "termsOfUseUrl": null })).await.json()["termsOfUseUrl"], Value::Null);
        let told = audited(&app, "SignInExperience.Updated").await;
        let told: Vec<_> = told.iter().filter(|(by, ..)| by.is_some()).collect();
        assert_eq!(told.len(), 2, "besides that of the file");
        assert_eq!(told[1].2, json!({ "fields": ["termsOfUseUrl"] }));
        assert_eq!(robot.patch(PATH, json!({})).await.json()["mfa"], given["mfa"]);
        assert_eq!(audited(&app, "SignInExperience.Updated").await.len(), 3, "nothing changed, nothing told");
    }

    async fn every_field_of_the_wrong_shape_is_named(database: Database) {
        let (_app, robot) = managed(database).await;
        let before = robot.get(PATH).await.json();
        let refused = robot.patch(PATH, json!({ "color": "red", "signInMode": "Never", "supportEmail": "a@b.example", "signIn": [] })).await;
        assert_eq!(places(&refused), ["color", "signInMode", "signIn"]);
        assert_eq!(places(&robot.patch(PATH, json!([])).await), [""]);
        assert_eq!(robot.get(PATH).await.json(), before);
    }

    async fn s2_codes_cannot_be_made_shorter(database: Database) {
        let (_app, robot) = managed(database).await;
        for key in ["length", "codeLength", "passcodeLength"] {
            for length in [4, 5] {
                let refused = robot.patch(PATH, json!({ "verificationCodePolicy": { key: length } })).await;
                assert_eq!(refused.brief(), "400 guard.invalid_input", "{key}");
                assert_eq!(refused.json()["data"][0]["keyPath"], "verificationCodePolicy");
            }
        }
        assert_eq!(robot.get(PATH).await.json()["verificationCodePolicy"], json!({}));
    }

    async fn every_broken_rule_is_named_with_the_code_of_the_first(database: Database) {
        let (_app, robot) = managed(database).await;
        let phone = json!({ "methods": [{ "identifier": "phone", "password": false, "verificationCode": true, "isPasswordPrimary": false }] });
        for (body, expected, places) in [
            (json!({ "signUp": { "identifiers": ["phone"], "password": false, "verify": false }, "termsOfUseUrl": "javascript:alert(1)" }),
                "400 sign_in_experiences.passwordless_requires_verify", &["signUp.verify", "termsOfUseUrl"][..]),
            (json!({ "signUp": { "identifiers": ["phone", "phone"], "password": false, "verify": true } }),
                "400 sign_in_experiences.duplicated_sign_up_identifiers", &["signUp.identifiers"]),
            (json!({ "signIn": { "methods": [{ "identifier": "phone", "password": true, "verificationCode": false, "isPasswordPrimary": true }] } }),
                "400 sign_in_experiences.code_sign_in_must_be_enabled", &["signIn.methods"]),
            (json!({ "languageInfo": { "autoDetect": true, "fallbackLanguage": "tlh" } }),
                "400 sign_in_experiences.unsupported_default_language", &["languageInfo.fallbackLanguage"]),
            (json!({ "verificationCodePolicy": { "expirationDuration": 601 } }),
                "400 guard.invalid_input", &["verificationCodePolicy.expirationDuration"]),
        ] {
            let refused = robot.patch(PATH, body.clone()).await;
            assert_eq!(refused.brief(), expected, "{body}");
            let data = refused.json()["data"].clone();
            let named: Vec<_> = data.as_array().unwrap().iter().map(|one| text(one, "keyPath")).collect();
            assert_eq!(named, places, "{body}");
        }
        let id = robot.get("/api/connectors").await.json()[0]["id"].as_str().unwrap().to_owned();
        robot.delete(&format!("/api/connectors/{id}")).await;
        let refused = robot.patch(PATH, json!({ "signIn": phone })).await;
        assert_eq!(refused.brief(), "400 sign_in_experiences.enabled_connector_not_found");
        assert_eq!(robot.patch(PATH, json!({ "hideLogtoBranding": true })).await.brief(), "200", "nobody is refused for what was broken before");
    }
}
